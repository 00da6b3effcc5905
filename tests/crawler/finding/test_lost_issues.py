"""Issues that the paper answers 404 for, over the sample network: where each article comes from, who is asked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from archive.capture import Exchange
from archive.run.folder import Archive, RunInfo
from archive.view.paper_issues import coverage
from archive.view.store import Store
from crawler.finding.cdx import CdxRow
from crawler.finding.lost_issues import MOST_ROWS, LostIssue
from crawler.registry.book import SiteFiles
from crawler.sample import Network
from crawler.sample.answer import Answer, SampleRequest, missing

pytestmark = pytest.mark.slow
FOLDER = "http://paper.people.com.cn/rmrb/html/2020-02/11/"
MASKS, GROCERIES, GAUGE = (f"nw.D110000renmrb_20200211_{place}.htm" for place in ("1-01", "2-01", "1-02"))
FRONT, SECOND = "nbs.D110000renmrb_01.htm", "nbs.D110000renmrb_02.htm"
MASKS_COPY = "c1001-31580106.html"
"""On people.com.cn, which has neither of the others."""
SOFT_404 = "<html><meta charset=utf-8><title>人民网</title><p>您访问的页面不存在或已被删除。</p></html>"


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(port=0, today=date(2024, 12, 2)) as net:
        yield net


@pytest.fixture
def net(network: Network) -> Network:
    """The network with an empty log, and nothing wrong."""
    network.forget()
    network.meddle = lambda asked, answer: answer
    return network


@pytest.fixture
def ask(net: Network, at_once: Path, run: Any, tmp_path: Path) -> Callable[..., Any]:
    def asking(*arguments: str, **settings: object) -> Any:
        days = (
            ()
            if any("since" in argument for argument in arguments)
            else ("since=2020-02-11", "until=2020-02-11")
        )
        return run(
            "people_daily", *days, *arguments,
            folder=tmp_path, proxy=net.proxy_url, ZHUANZAI_SITES_DIR=at_once, **settings,
        )  # fmt: skip

    return asking


def test_each_article_comes_from_the_first_place_that_has_it(ask: Any, net: Network) -> None:
    outcome = ask()

    assert outcome.code == 0
    assert asked_of(net, "web.archive.org") == [FRONT, SECOND, GAUGE, GROCERIES]
    assert asked_of(net, "politics.people.com.cn") == [MASKS_COPY]
    assert came(outcome) == [(MASKS_COPY, "live"), (GAUGE, "wayback"), (GROCERIES, "wayback")]
    assert ways(outcome) == [
        ("2020-02-11", 1, 2, (("wayback", 1), ("copy", 1))),
        ("2020-02-11", 2, 1, (("wayback", 1),)),
    ]
    assert outcome.lines("issue 2020-02-11 completed", "3 items: wayback 2, copy 1")
    assert [query["to"] for query in indexes_asked(net)] == ["20250209"]

    net.forget()
    again = ask()

    assert again.code == 0
    assert [entry.url for entry in net.log if not entry.path.endswith("robots.txt")] == [FOLDER + FRONT]


def test_what_a_mirror_had_before_is_asked_of_nobody(ask: Any, net: Network, tmp_path: Path) -> None:
    hold(net, tmp_path / "archive", "https://www.chinanews.com.cn/gn/2020/02-11/9085104.shtml")

    outcome = ask()

    assert outcome.code == 0
    assert asked_of(net, "web.archive.org") == [FRONT, SECOND, GAUGE, GROCERIES]
    assert asked_of(net, "politics.people.com.cn") == []
    assert came(outcome) == [(GAUGE, "wayback"), (GROCERIES, "wayback")]
    assert [page[2:] for page in ways(outcome)] == [
        (2, (("wayback", 1), ("copy", 1))),
        (1, (("wayback", 1),)),
    ]


def test_what_does_not_come_from_one_place_comes_from_the_next(ask: Any, net: Network) -> None:
    def meddle(asked: SampleRequest, answer: Answer) -> Answer:
        if MASKS_COPY in asked.target:
            return missing()
        is_gauge = "id_" in asked.target and GAUGE in asked.target
        return replace(answer, body=SOFT_404.encode(), headers=()) if is_gauge else answer

    net.meddle = meddle

    outcome = ask("archive=wayback,commoncrawl")

    assert outcome.code == 0
    assert asked_of(net, "web.archive.org") == [FRONT, SECOND, MASKS, GAUGE, GROCERIES]
    assert came(outcome) == [(MASKS, "wayback"), (GAUGE, "commoncrawl"), (GROCERIES, "wayback")]
    assert [page[2:] for page in ways(outcome)] == [(2, (("wayback", 2),)), (1, (("commoncrawl", 1),))]


def test_without_a_layout_page_people_com_cn_is_asked_by_day_and_then_the_archive(
    ask: Any, net: Network
) -> None:
    net.meddle = lambda asked, answer: (
        missing() if "id_" in asked.target and "nbs." in asked.target else answer
    )

    outcome = ask()

    assert outcome.code == 3
    assert outcome.lines("kind=no-issue 2020-02-11: the paper does not give this issue")
    assert asked_of(net, "web.archive.org") == [FRONT, SECOND, MASKS, GAUGE, GROCERIES]
    assert came(outcome) == [
        (MASKS_COPY, "live"), (MASKS, "wayback"), (GAUGE, "wayback"), (GROCERIES, "wayback"),
    ]  # fmt: skip
    moments = [
        entry.at
        for entry in net.log
        if MASKS_COPY in entry.path or ("id_" in entry.path and "nw." in entry.path)
    ]
    assert len(moments) == 4
    assert "id_" not in next(entry.path for entry in net.log if entry.at == min(moments))


def test_a_page_that_a_living_issue_lost_is_looked_for_too(ask: Any, net: Network) -> None:
    gone = "nw.D110000renmrb_20200210_1-01.htm"
    net.meddle = lambda asked, answer: missing() if asked.target.endswith(gone) else answer

    outcome = ask("since=2020-02-10", "until=2020-02-10")

    assert outcome.code == 0
    assert asked_of(net, "politics.people.com.cn") == ["c1001-31580104.html"]
    assert asked_of(net, "web.archive.org") == []
    assert outcome.lines("issue 2020-02-10 completed", "copy 1")


def test_a_job_that_was_stopped_goes_on_with_what_waits(ask: Any, net: Network, tmp_path: Path) -> None:
    job = {"JOBDIR": tmp_path / "job"}
    stopped = ask(CLOSESPIDER_PAGECOUNT=9, CONCURRENT_REQUESTS=1, **job)
    before = asked_of(net, "web.archive.org")

    done = ask(**job)

    assert before == [FRONT, SECOND]
    assert stopped.lines("closespider_pagecount")
    assert done.code == 0
    assert asked_of(net, "web.archive.org") == [FRONT, SECOND, GAUGE, GROCERIES]
    assert [page[2:] for page in ways(done)] == [(2, (("wayback", 1), ("copy", 1))), (1, (("wayback", 1),))]


def test_without_archives_a_lost_issue_is_an_alarm(ask: Any, net: Network) -> None:
    outcome = ask("archive=none")

    assert outcome.code == 3
    assert {entry.host for entry in net.log} == {"paper.people.com.cn"}


def test_what_waits_is_bounded_and_repeats_do_not_wait() -> None:
    lost = LostIssue()
    for n in range(MOST_ROWS + 2):
        lost.hold_back(f"/{n}.htm", "wayback", CdxRow("20200211000000", "http://a.example/", digest="A"))
    for source, digest in (("wayback", "A"), ("wayback", "B"), ("other", "A"), ("other", "C")):
        lost.hold_back("/7.htm", source, CdxRow("20200212000000", "http://a.example/", digest=digest))

    assert (len(lost.rows), lost.dropped) == (500, 2)
    assert [(source, row.digest) for source, row in lost.rows["/7.htm"]] == [
        ("wayback", "A"), ("wayback", "B"), ("other", "A"),
    ]  # fmt: skip


def asked_of(net: Network, host: str) -> list[str]:
    """Pages of articles and layouts that a host was asked for, by the name of their file, sorted, repeats kept."""
    names = (entry.path.rpartition("/")[2] for entry in net.log if entry.host == host)
    return sorted(name for name in names if re.match(r"nw\.|nbs\.|c\d+-\d+\.html", name))


def indexes_asked(net: Network) -> list[dict[str, str]]:
    """What the Wayback Machine's index was asked."""
    paths = [urlsplit(entry.path) for entry in net.log if entry.path.startswith("/cdx/")]
    return [dict(parse_qsl(path.query)) for path in paths]


def came(outcome: Any) -> list[tuple[str, str]]:
    """The items of a run: name of the file, and how it came."""
    return sorted((item["url"].rpartition("/")[2], item["via"]) for item in outcome.items)


def ways(outcome: Any) -> list[tuple[object, ...]]:
    """Coverage of February 2020."""
    with Store(outcome.folder / "archive" / "archive.db", create=False, read_only=True) as store:
        pages = coverage(store.conn, "rmrb", date(2020, 2, 1), date(2020, 2, 29))
    return [(page.date, page.number, page.printed, page.ways) for page in pages]


def hold(net: Network, folder: Path, url: str) -> None:
    """Put a page of the network into an archive, as an earlier crawl did."""
    page, at = net.page(url), datetime(2020, 2, 12, tzinfo=UTC)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\nContent-Length: {len(page.body)}\r\n\r\n"
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    info = RunInfo("20200212T000000Z-0a0a0a0a", "mirrors", at)
    with Archive(folder, SiteFiles.load()).run(info) as live:
        live.take(Exchange(url, at, request, BytesIO(head.encode() + page.body), elapsed_ms=1))
        live.finish(ending="finished", ended_at=at)
