"""The declared settings: the kind and the range of each. Any other setting or value is refused at the start."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from archive.errors import WrongUse
from crawler.registry.shard import Shard

PREFIX = "ZHUANZAI_"
Range = tuple[float, float]
RANGES: Mapping[str, Range] = {
    "ZHUANZAI_COMMIT_PAGES": (1, 10_000),
    "ZHUANZAI_COMMIT_SECONDS": (0.05, 3600),
    "ZHUANZAI_PAGE_SECONDS": (0, 3600),
    "ZHUANZAI_WARC_BYTES": (1000, 1 << 40),
    "ZHUANZAI_MIN_FREE_BYTES": (0, 1 << 50),
    "ZHUANZAI_RECHECK_HOURS": (0.1, 87_600),
    "ZHUANZAI_RECHECK_PAGES": (0, 1_000_000),
    "ZHUANZAI_EXPLORE_PAGES": (0, 100_000),
    "ZHUANZAI_EXPLORE_MINUTES": (0, 100_000),
    "ZHUANZAI_REQUISITE_DAYS": (0, 100_000),
    "ZHUANZAI_REQUISITE_COUNT": (0, 10_000),
    "ZHUANZAI_REQUISITE_BYTES": (0, 64 << 20),
    "ZHUANZAI_REQUISITE_RUN_BYTES": (0, 1 << 50),
    "ZHUANZAI_PORTS": (1, 65_535),
    "ZHUANZAI_BACKOFF_S": (0, 86_400),
    "ZHUANZAI_LONGEST_PAUSE_S": (0, 604_800),
    "ZHUANZAI_LONGEST_DELAY_S": (1, 86_400),
    "ZHUANZAI_PATIENCE_S": (0, 604_800),
    "ZHUANZAI_HOURS": (0, 24),
    "ZHUANZAI_RUN_BYTES": (0, 1 << 50),
    "ZHUANZAI_BUDGET_MINUTES": (0, 100_000),
    "ZHUANZAI_JITTER_MINUTES": (0, 1440),
    "ZHUANZAI_MAX_AGE_HOURS": (0, 100_000),
    "ZHUANZAI_RENDER_SECONDS": (1, 600),
}
"""Least and most, both allowed; of every number of a list."""
CHOICES: Mapping[str, tuple[str, ...]] = {"ZHUANZAI_REQUISITES": ("article", "page", "none")}
"""What a word may be."""
ADDRESSES = ("ZHUANZAI_PING_URL", "ZHUANZAI_WEBHOOK_URL")
SHARD = "ZHUANZAI_SHARD"
FOLDERS = ("ZHUANZAI_SITES_DIR",)
SWITCHES = {True, False, "True", "False", "true", "false", "1", "0"}
NOT_OURS = frozenset(name for name in dir(default_settings) if name.isupper())
RISING = ("ZHUANZAI_RECHECK_HOURS",)


def check(settings: BaseSettings, defaults: Mapping[str, Any]) -> None:
    """Refuse settings of ours that do not exist or have an impossible value.

    Raises WrongUse with the setting, its value and the expected kind.
    """
    for name in settings:
        if not str(name).startswith(PREFIX):
            _check_foreign(settings, str(name), defaults)
            continue
        if name not in defaults:
            near = difflib.get_close_matches(str(name), defaults, n=1)
            raise WrongUse(f"{name}: no such setting{f'; did you mean {near[0]}' if near else ''}")
        value = settings[name]
        if value is not None:
            _check_value(str(name), value, defaults[name])


def _check_foreign(settings: BaseSettings, name: str, defaults: Mapping[str, Any]) -> None:
    """Refuse a name given by -s that nobody knows and that is nearly one of ours."""
    if name in NOT_OURS or settings.getpriority(name) != SETTINGS_PRIORITIES["cmdline"]:
        return
    near = difflib.get_close_matches(name.upper(), ["ARCHIVE_DIR", *defaults], n=1, cutoff=0.8)
    if near and name not in ("ARCHIVE_DIR", *defaults):
        raise WrongUse(f"{name}: no such setting; did you mean {near[0]}")


def _check_value(name: str, value: Any, default: Any) -> None:
    if isinstance(default, bool):
        if value not in SWITCHES:
            raise WrongUse(f"{name}={value}: wanted True or False")
    elif isinstance(default, list):
        numbers = [_number(name, part, int_only=False) for part in _parts(value)]
        if name in RISING and (not numbers or numbers != sorted(set(numbers))):
            raise WrongUse(f"{name}={value}: wanted numbers that rise, as 6,24,72")
    elif isinstance(default, (int, float)):
        _number(name, value, int_only=isinstance(default, int))
    elif name in CHOICES and value not in CHOICES[name]:
        raise WrongUse(f"{name}={value}: wanted {', '.join(CHOICES[name])}")
    elif name in ADDRESSES and value and urlsplit(str(value)).scheme not in ("http", "https"):
        raise WrongUse(f"{name}={value}: wanted an http or https address")
    elif name == SHARD:
        Shard.parsed(str(value))
    elif name in FOLDERS and value and not Path(str(value)).is_dir():
        raise WrongUse(f"{name}={value}: no such folder; make it first")


def _parts(value: Any) -> list[Any]:
    return value.split(",") if isinstance(value, str) and value else list(value)


def _number(name: str, value: Any, *, int_only: bool) -> float:
    least, most = RANGES[name]
    kind = "a whole number" if int_only else "a number"
    try:
        number = float(int(value) if int_only else float(value))
    except (TypeError, ValueError) as error:
        raise WrongUse(f"{name}={value}: wanted {kind} from {least:.15g} to {most:.15g}") from error
    if not least <= number <= most:
        raise WrongUse(f"{name}={value}: wanted {kind} from {least:.15g} to {most:.15g}")
    return number
