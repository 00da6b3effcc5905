"""Hosts that want to be left alone keep no run open: what they owe is asked for by the next one."""

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Answer, SmallWeb
from tests.starter import Starter

BUSY, PLAIN = "busy.example", "calm.example"
NUMBERS = range(1, 7)
TEXT = "第{n}号报道说，各地各部门把工作落到实处，编号为{n}的事项已经办结，群众反映良好，下一步还要继续推进相关工作。"


def article(host: str, n: int) -> str:
    return f"http://{host}/202002/t20200210_{4000 + n}.html"


def put(web: SmallWeb, host: str) -> None:
    links = "".join(
        f'<li><a href="{article(host, n)}">第{n}号报道：各地有序推进工作</a></li>' for n in NUMBERS
    )
    web.add(f"http://{host}/", f"<html><body><ul>{links}</ul></body></html>")
    for n in NUMBERS:
        body = "".join(f"<p>　　{TEXT.format(n=n * 100 + k)}{host}</p>" for k in range(5))
        web.add(
            article(host, n),
            f"<html><head><title>第{n}号报道：各地有序推进工作</title></head><body>"
            f'<h1>第{n}号报道：各地有序推进工作</h1><div class="info">2020年02月10日 08:00 来源：人民日报</div>'
            f'<div class="TRS_Editor">{body}</div></body></html>',
        )


@pytest.fixture
def crawl(run: Any, web: SmallWeb, tmp_path: Path) -> Callable[..., Any]:
    """`scrapy crawl mirrors` of both hosts, `day` days later."""
    web.pages.clear()
    web.gates.clear()
    sites = tmp_path / "sites"
    sites.mkdir()
    for host in (BUSY, PLAIN):
        put(web, host)
        (sites / f"{host}.toml").write_text(
            f'host = "{host}"\nname = "{host}"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
            f'listings = [{{ url = "http://{host}/", last = 1 }}]\n',
            encoding="utf-8",
        )

    def crawl(day: int = 0, **settings: object) -> Any:
        web.log.clear()
        at = datetime.now(UTC) + timedelta(days=day) if day else None
        settings = {"ZHUANZAI_SITES_DIR": sites, "RETRY_TIMES": 2, **settings}
        return run("mirrors", f"site={BUSY},{PLAIN}", folder=tmp_path, proxy=web.proxy, at=at, **settings)

    return crawl


def held(outcome: Any) -> dict[str, int]:
    return dict(outcome.rows("SELECT site, count(*) FROM articles GROUP BY site"))


def endings(outcome: Any) -> list[str]:
    return [ending for (ending,) in outcome.rows("SELECT ending FROM runs ORDER BY id")]


def refusing(status: int, retry_after: str | None) -> Callable[..., Answer | None]:
    if retry_after == "in an hour":
        retry_after = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    lines = (("Retry-After", retry_after),) if retry_after else ()
    return lambda url, headers: (
        Answer("slow down", status, lines) if "/t2020" in url and BUSY in url else None
    )


@pytest.mark.parametrize(
    ("status", "retry_after", "settings"),
    [
        (429, "3600", {}),
        (503, "in an hour", {}),
        (429, "3600", {"ZHUANZAI_LONGEST_PAUSE_S": 1}),
        (503, None, {"ZHUANZAI_BACKOFF_S": 0.2, "ZHUANZAI_PATIENCE_S": 0.5}),
    ],
)
def test_a_run_ends_when_only_waiting_hosts_are_left(
    crawl: Any, web: SmallWeb, status: int, retry_after: str | None, settings: dict[str, float]
) -> None:
    web.gates.append(refusing(status, retry_after))

    outcome = crawl(**settings)

    assert endings(outcome) == ["waiting"]
    assert held(outcome) == {PLAIN: 6}
    assert len([url for url in web.asked if BUSY in url and "/t2020" in url]) <= 3


def test_the_next_run_asks_for_what_waited_though_no_list_has_it_any_more(
    crawl: Any, web: SmallWeb, tmp_path: Path
) -> None:
    web.gates.append(refusing(429, "3600"))
    crawl()
    (tmp_path / "archive" / "pauses.json").unlink()  # the hour is over
    web.gates.clear()
    web.add(
        f"http://{BUSY}/",
        f'<html><body><a href="{article(BUSY, 1)}">第1号报道：各地有序推进工作</a></body></html>',
    )

    outcome = crawl(day=1)

    assert endings(outcome) == ["waiting", "finished"]
    assert held(outcome) == {BUSY: 6, PLAIN: 6}


def test_a_host_that_still_wants_to_wait_is_not_asked_and_keeps_nobody(crawl: Any, web: SmallWeb) -> None:
    web.gates.append(refusing(429, "3600"))
    crawl()

    outcome = crawl()

    assert not [url for url in web.asked if BUSY in url]
    assert endings(outcome) == ["waiting", "waiting"]


def test_a_short_pause_is_waited_for(crawl: Any, web: SmallWeb) -> None:
    busy = iter([Answer("slow down", 429, (("Retry-After", "1"),))])
    web.gates.append(lambda url, headers: next(busy, None) if "/t2020" in url and BUSY in url else None)

    outcome = crawl()

    assert endings(outcome) == ["finished"]
    assert held(outcome) == {BUSY: 6, PLAIN: 6}


def test_a_host_whose_hours_are_over_keeps_no_run_open(crawl: Any, web: SmallWeb, tmp_path: Path) -> None:
    hour = (datetime.now(UTC) + timedelta(hours=8)).hour
    hours = f"hours = [{(hour + 4) % 24}, {(hour + 8) % 24}]\n"
    with (tmp_path / "sites" / f"{BUSY}.toml").open("a", encoding="utf-8") as file:
        file.write(hours)

    outcome = crawl()

    assert endings(outcome) == ["waiting"]
    assert held(outcome) == {PLAIN: 6}
    assert not [url for url in web.asked if BUSY in url]


@pytest.mark.parametrize("limit", ["ZHUANZAI_BUDGET_MINUTES", "CLOSESPIDER_TIMEOUT", "CLOSESPIDER_PAGECOUNT"])
def test_a_delay_without_end_is_capped_and_no_limit_waits_for_it(
    crawl: Any, web: SmallWeb, limit: str
) -> None:
    web.add(f"http://{BUSY}/robots.txt", "User-agent: *\nCrawl-delay: 1e12\n")
    value = {"ZHUANZAI_BUDGET_MINUTES": 0.1, "CLOSESPIDER_TIMEOUT": 6, "CLOSESPIDER_PAGECOUNT": 4}[limit]
    outcome = crawl(**{limit: value, "ZHUANZAI_LONGEST_DELAY_S": 200})

    assert outcome.lines(f"host={BUSY} asks for 1e+12 s", "waiting 200")
    assert outcome.code == 3
    assert "Traceback" not in outcome.log
    assert outcome.rows("SELECT site, kind FROM run_alarms") == [(BUSY, "crawl-delay")]
    assert outcome.rows("SELECT count(*) < 14 FROM captures") == [(1,)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_stop_waits_for_no_delay(
    starter: Starter, web: SmallWeb, crawl: Any, tmp_path: Path, number: int
) -> None:
    """Whoever waited for it would be ended by the limit of this test."""
    web.add(f"http://{BUSY}/robots.txt", "User-agent: *\nCrawl-delay: 5000\n")
    web.log.clear()
    given = {"ARCHIVE_DIR": tmp_path / "archive", "ZHUANZAI_SITES_DIR": tmp_path / "sites", "DOWNLOAD_DELAY": 0,
             "AUTOTHROTTLE_ENABLED": False, "ZHUANZAI_LONGEST_DELAY_S": 5000, "ZHUANZAI_MIN_FREE_BYTES": 0,
             "ZHUANZAI_EXPLORE_PAGES": 0}  # fmt: skip
    words = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    env |= {"http_proxy": web.proxy, "https_proxy": web.proxy}
    started = starter.start(["crawl", "mirrors", "-a", f"site={BUSY},{PLAIN}", *words], env)
    while started.poll() is None and article(PLAIN, 6) not in web.asked:
        time.sleep(0.05)  # polls another process: nothing to wait on
    started.send_signal(number)
    done = started.wait()

    assert "Closing spider (shutdown)" in done.stderr
    assert done.returncode in (0, 3)
