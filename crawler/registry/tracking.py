"""Tracking parameters of an address: they say who clicked, and change nothing on the page. From tracking.toml."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "tracking.toml"
PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A row of the table, with its patterns compiled."""

    pair: re.Pattern[str]
    beside: str | None


def _rules() -> tuple[_Rule, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["parameter"]
    return tuple(
        _Rule(re.compile(f"(?:{row['name']})=(?:{row.get('value', '.*')})", re.IGNORECASE), row.get("beside"))
        for row in rows
    )


_RULES = _rules()
_ALONE = re.compile(
    "|".join(f"(?:{rule.pair.pattern})" for rule in _RULES if rule.beside is None), re.IGNORECASE | re.DOTALL
)


def parted(query: str) -> tuple[str, str]:
    """A query without its tracking parameters, and those parameters, both in their order."""
    pairs = [pair for pair in query.split("&") if pair]
    names = {pair.partition("=")[0].lower() for pair in pairs}
    kept = [pair for pair in pairs if not _is_tracking(pair, names)]
    cut = [pair for pair in pairs if _is_tracking(pair, names)]
    return "&".join(kept), "&".join(cut)


def cut_from(href: str) -> str:
    """The tracking and session parameters that are cut from an address, as written there; empty for most."""
    session = PATH_SESSION.search(href)
    query = href.partition("#")[0].partition("?")[2]
    parts = [session[0] if session else "", parted(query)[1] if query else ""]
    return "&".join(part for part in parts if part)


def _is_tracking(pair: str, names: set[str]) -> bool:
    whole = pair if "=" in pair else f"{pair}="
    if _ALONE.fullmatch(whole):
        return True
    return any(
        rule.beside is not None and rule.beside in names and rule.pair.fullmatch(whole) for rule in _RULES
    )
