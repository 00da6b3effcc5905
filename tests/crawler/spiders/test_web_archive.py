"""Web archives: the real command over the sample network's Wayback Machine and Common Crawl."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.errors import WrongUse
from crawler.sample import Network
from crawler.spiders.web_archive import WebArchive

PAPER = "http://paper.people.com.cn/rmrb/html"
EDITED = "http://politics.people.com.cn/n1/2020/0212/c1001-31580107.html"


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(port=0, today=date(2024, 12, 2)) as net:
        yield net


@pytest.fixture
def ask(network: Network, at_once: Path, run: Any, tmp_path: Path) -> Any:
    def asking(*arguments: str, spider: str = "web_archive", **settings: object) -> Any:
        return run(
            spider,
            *arguments,
            folder=tmp_path,
            proxy=network.proxy_url,
            ZHUANZAI_SITES_DIR=at_once,
            **settings,
        )

    return asking


def test_every_state_of_an_address_is_fetched_raw_and_marked_once(ask: Any, network: Network) -> None:
    outcome = ask(f"url={EDITED}")
    before = len(network.log)
    again = ask(f"url={EDITED}")

    assert {(item["url"], item["via"]) for item in outcome.items} == {(EDITED, "wayback")}
    assert len({item["text"] for item in outcome.items}) == 2
    assert outcome.rows(
        "SELECT DISTINCT via, original_url, payload_digest = archived_digest FROM captures WHERE url LIKE '%id_/%'"
    ) == [("wayback", EDITED, 1)]
    assert not again.items
    assert not [entry.path for entry in network.log[before:] if "id_/" in entry.path]


def test_a_lie_about_the_encoding_loses_no_page(ask: Any) -> None:
    outcome = ask(f"url={PAPER}/2020-02/10/nw.D110000renmrb_20200210_1-01.htm")

    assert [item["title"] for item in outcome.items] == ["三支医疗队的一张排班表"]


def test_articles_of_a_site_and_of_the_days_asked_for(ask: Any) -> None:
    outcome = ask("site=paper.people.com.cn", "since=2020-02-11", "until=2020-02-11")

    assert {item["url"] for item in outcome.items} == {
        f"{PAPER}/2020-02/11/nw.D110000renmrb_20200211_{place}.htm" for place in ("1-01", "2-01", "1-02")
    }


def test_archived_pages_of_other_sources_are_not_kept(ask: Any) -> None:
    outcome = ask("site=paper.people.com.cn", "since=2020-02-11", "until=2020-02-11", "source=光明日报")

    assert outcome.items == ()
    assert outcome.rows("SELECT names, wanted, count(*) FROM passed_over GROUP BY names") == [
        ('["人民日报"]', "光明日报", 3)
    ]


def test_common_crawl_gives_pages_out_of_its_files_once(ask: Any, network: Network) -> None:
    outcome = ask("site=paper.people.com.cn", "since=2020-02-11", "until=2020-02-11", "archive=commoncrawl")

    assert {(item["title"], item["via"]) for item in outcome.items} == {
        ("口罩生产线的七十二小时", "commoncrawl"),
        ("守着水尺的人", "commoncrawl"),
        ("楼下有个“买菜团”", "commoncrawl"),
    }
    assert outcome.rows("SELECT count(*) FROM captures WHERE status = 206 AND via = 'commoncrawl'") == [(3,)]

    before = len(network.log)
    again = ask("site=paper.people.com.cn", "since=2020-02-11", "until=2020-02-11", "archive=commoncrawl")

    assert not again.items
    assert not [
        entry.url
        for entry in network.log[before:]
        if entry.host == "data.commoncrawl.org" and "warc.gz" in entry.path
    ]


def test_a_site_kept_out_of_the_archive_is_an_alarm(ask: Any) -> None:
    outcome = ask("url=http://wbpaper.jzrb.com/Article/index/aid/7966760.html")

    assert outcome.code == 3
    assert outcome.lines("kind=no-index", "AdministrativeAccessControlException")


def test_an_index_that_answers_html_is_an_alarm_and_the_timemap_is_asked(
    at_once: Path, run: Any, tmp_path: Path
) -> None:
    with Network(port=0, today=date(2024, 12, 2)) as net:
        net.meddle = lambda asked, answer: (
            replace(answer, body="<html>维护中</html>".encode()) if "/cdx/" in asked.path else answer
        )
        outcome = run(
            "web_archive", f"url={EDITED}", folder=tmp_path, proxy=net.proxy_url, ZHUANZAI_SITES_DIR=at_once
        )

    assert outcome.code == 3
    assert outcome.lines("site=web.archive.org kind=no-index HTML")
    assert len({item["text"] for item in outcome.items}) == 2


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({}, "web_archive wants either -a url= or -a site="),
        ({"url": "ftp://a.example/"}, "url='ftp://a.example/': scheme 'ftp', wanted http or https"),
        (
            {"url": "http://a.example/", "archive": "commoncrawl", "source": "人民日报"},
            "source=: commoncrawl gives out pieces of its own record",
        ),
        ({"url": "http://a.example/", "archive": "archive.today"}, "archive=archive.today: no such archive"),
    ],
)
def test_wrong_arguments_are_wrong_use(arguments: dict[str, str], line: str) -> None:
    with pytest.raises(WrongUse) as error:
        WebArchive(**arguments)

    assert str(error.value).startswith(line)


def test_a_busy_archive_is_left_alone_and_asked_again(at_once: Path, run: Any, tmp_path: Path) -> None:
    with Network(port=0, today=date(2024, 12, 2), archives_busy=1) as net:
        outcome = run(
            "web_archive", f"url={EDITED}", folder=tmp_path, proxy=net.proxy_url,
            ZHUANZAI_SITES_DIR=at_once, RETRY_TIMES=2, ZHUANZAI_BACKOFF_S=0.5,
        )  # fmt: skip

    assert outcome.lines("host=web.archive.org answered 429, left alone for")
    assert len(outcome.items) == 2
