"""What a robots.txt decides, whatever a server sends: RFC 9309, value by value and by real crawls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from protego import Protego

from crawler.fetch.robots import MOST_BYTES, decided
from tests.crawler.conftest import Answer, SmallWeb
from tests.starter import Starter

HOST = "rules.example"
ROBOTS = f"http://{HOST}/robots.txt"
RULES = "User-agent: *\r\nDisallow: /private/\r\n"
HTML = (
    "<!DOCTYPE html><html><head><title>404</title></head><body>Disallow: / 您访问的页面不存在</body></html>"
)
OPEN, PRIVATE, ALL = (
    {"/private/1": True, "/1": True},
    {"/private/1": False, "/1": True},
    {"/private/1": False, "/1": False},
)


@pytest.mark.parametrize(
    ("status", "body", "wanted", "said"),
    [
        (200, RULES.encode(), PRIVATE, "read"),
        (200, RULES.replace("\r\n", "\r").encode(), PRIVATE, "read"),
        (200, b"\xef\xbb\xbf" + RULES.encode(), PRIVATE, "read"),
        (200, RULES.encode("utf-16"), PRIVATE, "read"),
        (200, ("# 禁止抓取内部资料\n" + RULES).encode("gb18030"), PRIVATE, "read"),
        (200, b"\x00\x01" + RULES.encode() + bytes(range(128, 256)), PRIVATE, "read"),
        (200, RULES.encode() + b"Disallow: /some/other/folder\n" * 80_000, PRIVATE, "read to 512,000 of"),
        (200, b"User-agent: *\nDisallow: /*vate/*1$\n", PRIVATE, "read"),
        (200, HTML.encode(), OPEN, "is a page"),
        (200, ("\n\n" + HTML).encode("gb18030"), OPEN, "is a page"),
        (200, b"", OPEN, "is empty"),
        (200, b" \r\n", OPEN, "is empty"),
        (200, b"ok", OPEN, "has no rules"),
        (204, b"", OPEN, "is empty"),
        (302, b"", OPEN, "answered 302: there is none"),
        (401, RULES.encode(), OPEN, "answered 401: there is none"),
        (403, b"no", OPEN, "answered 403: there is none"),
        (404, HTML.encode(), OPEN, "answered 404: there is none"),
        (429, b"", OPEN, "answered 429: there is none"),
        (500, RULES.encode(), ALL, "answered 500: all forbidden"),
        (503, b"", ALL, "answered 503: all forbidden"),
        (599, HTML.encode(), ALL, "answered 599: all forbidden"),
    ],
)
def test_each_answer_has_its_decision(status: int, body: bytes, wanted: dict[str, bool], said: str) -> None:
    decision = decided(status, body)
    rules = Protego.parse(decision.rules.decode())

    assert {path: rules.can_fetch(f"http://{HOST}{path}", "zhuanzai") for path in wanted} == wanted
    assert decision.why.startswith(said)
    assert decision.is_closed == (status >= 500)


def test_what_stands_behind_the_limit_is_not_half_a_rule() -> None:
    body = b"User-agent: *\n" + b"Disallow: /private/\n" * 40_000

    assert decided(200, body).rules.endswith(b"/private/")
    assert len(decided(200, body).rules) <= MOST_BYTES


@pytest.fixture
def night(run: Any, web: SmallWeb, starter: Starter, tmp_path: Path) -> Callable[..., Any]:
    """A crawl of the host `day` days later, and what `scrapy status` finds then: its alarms' kinds."""
    web.pages.clear()
    web.gates.clear()
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / f"{HOST}.toml").write_text(
        f'host = "{HOST}"\nname = "甲市网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
        f'listings = [{{ url = "http://{HOST}/", last = 1 }}]\n',
        encoding="utf-8",
    )
    web.add(
        f"http://{HOST}/", '<html><body><a href="/202002/t20200210_4001.html">第一号报道</a></body></html>'
    )

    def night(day: float = 0) -> tuple[Any, str]:
        web.log.clear()
        at = datetime.now(UTC) + timedelta(days=day)
        outcome = run(
            "mirrors", f"site={HOST}", folder=tmp_path, proxy=web.proxy, at=at, ZHUANZAI_SITES_DIR=sites,
            ZHUANZAI_LONGEST_PAUSE_S=0,
        )  # fmt: skip
        words = (
            "status",
            "--quiet",
            "-s",
            f"ARCHIVE_DIR={tmp_path / 'archive'}",
            "-s",
            "ZHUANZAI_MIN_FREE_BYTES=0",
        )
        return outcome, starter.start(words, {"PATH": "/usr/bin:/bin"}, at).wait().stderr

    return night


def asked(web: SmallWeb) -> int:
    return len([url for url in web.asked if HOST in url])


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_in_trouble_is_not_asked_and_told_after_a_week(
    night: Any, web: SmallWeb, status: int
) -> None:
    web.add(ROBOTS, "busy", status)

    told = {}
    for day in (0, 1, 6.5, 7.1):
        outcome, told[day] = night(day)
        assert asked(web) == 0
        assert outcome.code == 0
        assert len(outcome.lines(f"robots host={HOST}: answered {status}: all forbidden")) == 1

    assert told[0] == told[1] == told[6.5] == ""
    assert f"alarm {HOST}/robots: robots.txt keeps us out since" in told[7.1]


def test_rules_that_forbid_all_are_told_after_a_week_too(night: Any, web: SmallWeb) -> None:
    night()
    web.add(ROBOTS, "User-agent: *\nDisallow: /\n")

    assert "robots" not in night(1)[1]
    assert f"alarm {HOST}/robots" in night(9)[1]


def test_after_thirty_days_the_last_copy_holds(night: Any, web: SmallWeb) -> None:
    web.add(ROBOTS, "User-agent: *\nDisallow: /202002/\n")
    night()
    web.add(ROBOTS, "busy", 500)
    night(1)
    assert asked(web) == 0

    outcome, _ = night(32)

    assert web.asked == [f"http://{HOST}/"]
    assert outcome.lines(f"robots host={HOST}", "the last copy holds")


def test_after_thirty_days_without_a_copy_there_is_none(night: Any, web: SmallWeb) -> None:
    web.add(ROBOTS, "busy", 500)
    night()

    outcome, _ = night(31)

    assert asked(web) == 2
    assert outcome.lines(f"robots host={HOST}", "never read: all allowed")


@pytest.mark.parametrize("to", [ROBOTS, f"http://{HOST}/"])
def test_a_robots_txt_that_sends_to_itself_or_home_forbids_nothing(
    night: Any, web: SmallWeb, to: str
) -> None:
    web.gates.append(lambda url, headers: Answer("", 302, (("Location", to),)) if url == ROBOTS else None)

    outcome, _ = night()

    assert f"http://{HOST}/202002/t20200210_4001.html" in web.asked
    assert len(outcome.lines(f"robots host={HOST}:")) == 1
