"""Hosts that hand out a cookie by way of a second host and back: their articles are read, and no wall is passed."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Answer, SmallWeb
from tests.crawler.spiders.test_not_vanished import (
    HOST,
    HTML,
    NUMBERS,
    WAY_IN,
    ledger,
    page,
    path_of,
    put,
    sent,
)
from tests.starter import Starter

Gate = Callable[[str, Mapping[str, str]], Answer | None]
TICKET = "ticket=7; Domain=town.example; Path=/"


def is_article(url: str) -> bool:
    return url.startswith(f"http://{HOST}/2020")


def has(headers: Mapping[str, str], cookie: str) -> bool:
    return cookie in headers.get("Cookie", "").split("; ")


def by_a_host_of_the_same_domain(url: str, headers: Mapping[str, str]) -> Answer | None:
    if url.startswith("http://pass.town.example/?"):
        return sent(url.partition("back=")[2], TICKET)
    if is_article(url) and not has(headers, "ticket=7"):
        return sent(f"http://pass.town.example/?back={url}")
    return None


def by_a_log_in_host(url: str, headers: Mapping[str, str]) -> Answer | None:
    """As sso hosts do: the ticket is in the address, and the article's host makes a cookie of it."""
    if url.startswith("http://sso.other.example/login?"):
        return sent(url.partition("service=")[2] + "?ticket=ST-1")
    if is_article(url) and url.endswith("?ticket=ST-1"):
        return sent(url.removesuffix("?ticket=ST-1"), "session=9; Path=/")
    if is_article(url) and not has(headers, "session=9"):
        return sent(f"http://sso.other.example/login?service={url}")
    return None


def by_three_addresses(url: str, headers: Mapping[str, str]) -> Answer | None:
    back = url.partition("back=")[2]
    if url.startswith("http://passport.other.example/in?"):
        return sent(f"http://id.other.example/step/2?back={back}", "seen=1")
    if url.startswith("http://id.other.example/step/"):
        return sent(f"http://{HOST}/setcookie?back={back}")
    if url.startswith(f"http://{HOST}/setcookie"):
        return sent(back, "session=9; Path=/")
    if is_article(url) and not has(headers, "session=9"):
        return sent(f"http://passport.other.example/in?back={url}")
    return None


def by_the_same_path_elsewhere(url: str, headers: Mapping[str, str]) -> Answer | None:
    if url.startswith("http://check.town.example/2020"):
        return sent(url.replace("check.", ""), TICKET)
    if is_article(url) and not has(headers, "ticket=7"):
        return sent(url.replace("http://", "http://check."))
    return None


WAYS: dict[str, Gate] = {
    "a host of the same domain": by_a_host_of_the_same_domain,
    "a log-in host and a ticket": by_a_log_in_host,
    "three addresses": by_three_addresses,
    "the same path elsewhere": by_the_same_path_elsewhere,
}


@pytest.fixture
def crawl(run: Any, web: SmallWeb, tmp_path: Path) -> Callable[..., Any]:
    """A crawl of the town's site; `day` is how many days later it is."""
    web.pages.clear()
    web.gates.clear()
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / f"{HOST}.toml").write_text(
        f'host = "{HOST}"\nname = "甲市网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
        f'listings = [{{ url = "http://{HOST}/", last = 1 }}]\n',
        encoding="utf-8",
    )
    put(web)

    def crawl(spider: str, day: int = 0, **settings: object) -> Any:
        web.log.clear()
        at = datetime.now(UTC) + timedelta(days=day) if day else None
        return run(
            spider, f"site={HOST}", folder=tmp_path, proxy=web.proxy, at=at, ZHUANZAI_SITES_DIR=sites,
            ZHUANZAI_RECHECK_HOURS="6,24", **settings,
        )  # fmt: skip

    return crawl


@pytest.mark.parametrize("way", WAYS)
def test_articles_come_on_the_first_crawl(crawl: Any, web: SmallWeb, way: str) -> None:
    web.gates.append(WAYS[way])

    outcome = crawl("mirrors")

    assert outcome.code == 0
    assert ledger(outcome) == {"new": 4}
    assert outcome.rows("SELECT url FROM articles ORDER BY url") == [
        (f"http://{HOST}{path_of(n)}",) for n in NUMBERS
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_way_put_up_later_hides_no_edit_and_no_loss(
    crawl: Any, web: SmallWeb, starter: Starter, tmp_path: Path, way: str
) -> None:
    crawl("mirrors")
    web.gates.append(WAYS[way])
    web.add(f"http://{HOST}{path_of(2)}", page(2, "更正。"))
    web.add(f"http://{HOST}{path_of(3)}", "gone", 404)

    outcome = crawl("recheck", day=1)

    assert outcome.code == 0
    assert ledger(outcome) == {"changed": 1, "gone": 1, "new": 4, "same": 2}
    assert outcome.rows("SELECT sum(blocked), sum(looks) FROM run_sites") == [(0, 4)]
    assert outcome.rows("SELECT count(*) FROM quarantine") == [(0,)]
    told = [outcome.rows(sql) for sql in TOLD]
    done = starter.start(
        ["rebuild", "-s", f"ARCHIVE_DIR={tmp_path}/archive", "-s", f"ZHUANZAI_SITES_DIR={tmp_path}/sites"],
        {"PATH": "/usr/bin:/bin"},
    ).wait()
    assert done.returncode == 0, done.stderr
    assert [outcome.rows(sql) for sql in TOLD] == told


TOLD = (
    "SELECT article_id, capture_id, seen_at, state FROM sightings ORDER BY id",
    "SELECT article_id, state, standing, event_at, looked_at, looks FROM looks ORDER BY article_id",
    "SELECT site, blocked, looks FROM run_sites ORDER BY run_id, site",
)


def test_the_way_does_not_bring_the_next_look_forward(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    before = crawl("recheck", day=1).rows("SELECT article_id, event_at FROM looks ORDER BY 1")
    web.gates.append(by_a_log_in_host)

    outcome = crawl("recheck", day=3)

    assert ledger(outcome) == {"new": 4, "same": 8}
    assert outcome.rows("SELECT article_id, event_at FROM looks ORDER BY 1") == before


def test_no_cookie_goes_to_another_chain_or_host(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    seen: list[tuple[str, str]] = []

    def watching(url: str, headers: Mapping[str, str]) -> Answer | None:
        if not url.endswith("/robots.txt"):
            seen.append((url, headers.get("Cookie", "")))
        return by_three_addresses(url, headers)

    web.gates.append(watching)
    crawl("recheck", day=1)

    assert [next(c for url, c in seen if url.endswith(path_of(n))) for n in NUMBERS] == [""] * 4
    assert {c for url, c in seen if "other.example" in url} == {""}
    assert {c for url, c in seen if "setcookie" in url} == {""}


# ---------------------------------------------------------------------- ways that do not lead back


def to_a_form(url: str, headers: Mapping[str, str]) -> Answer | None:
    if url.startswith("http://sso.other.example/"):
        return sent("/form.html") if "service=" in url else Answer(WAY_IN, 200, (HTML,))
    return sent(f"http://sso.other.example/login?service={url}") if is_article(url) else None


def without_end(url: str, headers: Mapping[str, str]) -> Answer | None:
    """Another address and another cookie each time."""
    if url.startswith("http://sso.other.example/"):
        return sent(url.partition("service=")[2], f"n={len(url)}")
    n = headers.get("Cookie", "").partition("turn=")[2]
    if is_article(url):
        return sent(f"http://sso.other.example/login?n={n}&service={url}", f"turn={n}1")
    return None


def to_and_fro(url: str, headers: Mapping[str, str]) -> Answer | None:
    """A visitor without a cookie, for ever."""
    if url.startswith("http://sso.other.example/login"):
        return sent(url.partition("service=")[2])
    return sent(f"http://sso.other.example/login?service={url}") if is_article(url) else None


def robots_forbid_it(url: str, headers: Mapping[str, str]) -> Answer | None:
    if url == "http://sso.other.example/robots.txt":
        return Answer("User-agent: *\nDisallow: /\n", 200, (("Content-Type", "text/plain"),))
    return by_a_log_in_host(url, headers)


def private(url: str, headers: Mapping[str, str]) -> Answer | None:
    """The article's host sends to a name of its own network, and answers for it."""
    if url.startswith("http://sso.corp.internal/"):
        return sent(url.partition("service=")[2], TICKET)
    return sent(f"http://sso.corp.internal/login?service={url}") if is_article(url) else None


def broken(url: str, headers: Mapping[str, str]) -> Answer | None:
    if url.startswith("http://sso.other.example/"):
        return Answer("", 404)
    return sent(f"http://sso.other.example/login?service={url}") if is_article(url) else None


DEAD_ENDS: dict[str, tuple[Gate, str]] = {
    "a log-in form": (to_a_form, "blocked"),
    "without end": (without_end, "redirect-loop"),
    "to and fro": (to_and_fro, "redirect-loop"),
    "robots forbid it": (robots_forbid_it, "blocked"),
    "a private name": (private, "blocked"),
    "a missing page": (broken, "blocked"),
}


@pytest.mark.parametrize("name", DEAD_ENDS)
def test_a_way_that_does_not_lead_back_is_blocked_and_rings(crawl: Any, web: SmallWeb, name: str) -> None:
    gate, kind = DEAD_ENDS[name]
    crawl("mirrors")
    web.gates.append(gate)

    outcome = crawl("recheck", day=1)

    assert ledger(outcome).keys() == {"blocked", "new"}
    assert outcome.rows("SELECT count(DISTINCT article_id) FROM sightings WHERE state = 'blocked'") == [(4,)]
    assert outcome.rows("SELECT count(*) FROM vanished") == [(0,)]
    assert outcome.rows("SELECT count(*) FROM articles") == [(4,)]
    assert outcome.code == 3
    assert outcome.lines(f"alarm site={HOST} kind={kind}")
    assert not [url for url in web.asked if "corp.internal" in url or ("robots" in name and "sso." in url)]
    assert len(web.asked) < 100


@pytest.mark.parametrize("name", DEAD_ENDS)
def test_it_rings_from_the_first_night_on(crawl: Any, web: SmallWeb, name: str) -> None:
    web.gates.append(DEAD_ENDS[name][0])

    nights = [crawl("mirrors", day) for day in range(2)]

    assert [night.code for night in nights] == [3, 3]
    assert all(night.lines(f"alarm site={HOST} kind=") for night in nights)
    assert nights[1].rows("SELECT count(*) FROM articles") == [(0,)]


def test_the_second_hosts_own_page_is_a_redirect(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    web.gates.append(lambda url, headers: sent("http://other.example/") if path_of(2) in url else None)
    web.add("http://other.example/", page(7))

    outcome = crawl("recheck", day=1)

    assert ledger(outcome) == {"new": 4, "redirected": 1, "same": 3}
