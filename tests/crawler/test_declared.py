"""Settings of ours that cannot be are refused by name; the demo's archive is kept from real pages; logs as JSON."""

import json
import logging

import pytest
from scrapy.settings import Settings

from archive.errors import WrongUse
from crawler.addon import DEFAULTS
from crawler.declared import PREFIX, RANGES, check
from crawler.jsonlog import record


def test_every_number_has_a_range() -> None:
    numbers = {
        name
        for name, value in DEFAULTS.items()
        if name.startswith(PREFIX) and isinstance(value, (int, float, list)) and not isinstance(value, bool)
    }

    assert set(RANGES) == numbers


def test_the_defaults_can_be() -> None:
    check(Settings(DEFAULTS), DEFAULTS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ZHUANZAI_COMIT_PAGES", "5", "no such setting; did you mean ZHUANZAI_COMMIT_PAGES"),
        ("ZHUANZAI_COMMIT_PAGES", "0", "wanted a whole number from 1 to 10000"),
        ("ZHUANZAI_COMMIT_PAGES", "2.5", "wanted a whole number from 1 to 10000"),
        ("ZHUANZAI_COMMIT_SECONDS", "nan", "wanted a number from 0.05 to 3600"),
        ("ZHUANZAI_COMMIT_SECONDS", "soon", "wanted a number from 0.05 to 3600"),
        ("ZHUANZAI_KEEP", "maybe", "wanted True or False"),
        ("ZHUANZAI_PORTS", "80,99999", "wanted a number from 1 to 65535"),
        ("ZHUANZAI_RECHECK_HOURS", "24,6", "wanted numbers that rise"),
        ("ZHUANZAI_RECHECK_HOURS", "", "wanted numbers that rise"),
        ("ZHUANZAI_PING_URL", "file:///etc/passwd", "wanted an http or https address"),
        ("ZHUANZAI_SITES_DIR", "/nowhere/at/all", "no such folder; make it first"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_was_wanted(name: str, value: str, said: str) -> None:
    with pytest.raises(WrongUse, match=f"^{name}.*{said}"):
        check(Settings({name: value}), DEFAULTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHUANZAI_PORTS", "80,8080"),
        ("ZHUANZAI_KEEP", "0"),
        ("ZHUANZAI_HOURS", [22, 6]),
        ("ZHUANZAI_HOURS", ""),
    ],
)
def test_values_as_a_command_line_gives_them(name: str, value: object) -> None:
    check(Settings({name: value}), DEFAULTS)


def test_a_log_line_is_one_json_object_with_its_traceback() -> None:
    error = ValueError("第一行\n第二行")
    seen = (ValueError, error, None)
    made = record("crawler.x", logging.ERROR, __file__, 1, "url=%s broke", ("http://例.cn/",), seen)
    line = logging.Formatter("%(as_json)s").format(made)
    told = json.loads(line)

    assert "\n" not in line
    assert (told["level"], told["logger"], told["text"]) == ("error", "crawler.x", "url=http://例.cn/ broke")
    assert told["error"] == ("ValueError: 第一行\n第二行")
