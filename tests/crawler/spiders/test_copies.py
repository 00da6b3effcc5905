"""Copies of one article: the real command over the sample network, and over a small web of searches that went wrong."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.care.rebuild import rebuild
from archive.errors import WrongUse
from archive.run.folder import Archive
from crawler.registry.book import SiteFiles
from crawler.sample import Network
from crawler.spiders.copies import Copies

HOSPITAL = "http://paper.people.com.cn/rmrb/html/2020-02/09/nw.D110000renmrb_20200209_1-01.htm"
TITLE = "江河医院十天改造记"
COPIES = {
    "http://politics.people.com.cn/n1/2020/0209/c1001-31580102.html",
    "http://politics.people.com.cn/BIG5/n1/2020/0209/c1001-31580102.html",
    "http://news.youth.cn/gn/202002/t20200209_12190102.htm",
    "https://www.gov.cn/xinwen/2020-02/09/content_5476102.htm",
    "http://jmanli.cn/jzwkjz/news/202002/436102.html",
    "http://www.jzrb.com/news/tuijian/202002/436102.shtml",
    "https://www.wenweipo.com/a/202002/09/AP5e3f2b02e4b0a1b2c3d4e502.html",
}
"""Every page of the sample network under this title; two more carry the text under titles of their own."""
SITES = "people.com.cn,www.jzrb.com,www.news.cn,www.wenweipo.com,youth.cn,jmanli.cn,www.gov.cn,www.chinanews.com.cn"
JZRB = "http://www.jzrb.com/Search.asp"
LOST = "http://paper.people.com.cn/rmrb/html/2020-02/11/nw.D110000renmrb_20200211_2-01.htm"


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(port=0, today=date(2024, 12, 2)) as net:
        yield net


@pytest.fixture(scope="module")
def found(network: Network, run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The copies of one article, from nothing."""
    outcome = run(
        "copies",
        f"url={HOSPITAL}",
        f"site={SITES}",
        "archive=none",
        folder=tmp_path_factory.mktemp("copies"),
        proxy=network.proxy_url,
    )
    return outcome, [(entry.method, entry.url) for entry in network.log if entry.path != "/robots.txt"]


def test_exactly_the_pages_under_the_title_are_fetched(found: Any, network: Network) -> None:
    outcome, log = found
    articles = {printing.url for printing in network.expected}
    asked = Counter(url for _, url in log if url in articles)

    assert outcome.code == 0
    assert asked == dict.fromkeys({HOSPITAL, *COPIES}, 1)
    assert {item["url"] for item in outcome.items} == {HOSPITAL, *COPIES}


def test_each_search_is_asked_once_in_its_own_way(found: Any) -> None:
    _, log = found
    searches = [(method, url) for method, url in log if "earch" in url or "getNews" in url]

    assert sorted(searches) == [
        (
            "GET",
            f"http://www.jzrb.com/Search.asp?ModuleName=Article&Field=Title&Keyword={quote(TITLE, encoding='gbk')}",
        ),
        ("GET", f"https://search2.wenweipo.com/search?query={quote('江河醫院十天改造記')}&f=all"),
        (
            "GET",
            f"https://so.news.cn/getNews?keyword={quote(TITLE)}&curPage=1&sortField=0&searchFields=1&lang=cn",
        ),
        ("POST", "http://search.people.cn/search-platform/front/search"),
    ]


def test_the_report_says_what_was_tried_and_found(found: Any) -> None:
    lines = [line.split() for line in found[0].log.splitlines()]

    # asked once, one candidate, found; whether a list came first with it, and had it fetched, is chance
    assert ["search", "www.jzrb.com", "1", "1", "1"] in [[*line[:4], *line[5:]] for line in lines]
    assert ["search", "www.news.cn", "1", "0", "0", "0"] in lines
    assert [
        "copy",
        "89%",
        "live",
        "new",
        "https://www.wenweipo.com/a/202002/09/AP5e3f2b02e4b0a1b2c3d4e502.html",
    ] in lines
    assert ["7", "new", "of", "7", "copies", "and", "relatives"] in lines


def test_what_was_tried_is_in_the_database(found: Any) -> None:
    rows = found[0].rows(
        "SELECT DISTINCT wanted, way, site, asked, found FROM run_tries WHERE way = 'search'"
    )

    assert sorted(rows) == [
        (HOSPITAL, "search", "people.com.cn", 1, 1),
        (HOSPITAL, "search", "www.jzrb.com", 1, 1),
        (HOSPITAL, "search", "www.news.cn", 1, 0),
        (HOSPITAL, "search", "www.wenweipo.com", 1, 1),
    ]


def test_titles_of_known_copies_are_looked_for_too(run: Any, tmp_path: Path) -> None:
    wanted = (
        "http://www.jzrb.com/news/tuijian/202002/436103.shtml"  # under a title of its own, as jmanli.cn's
    )
    sites = "site=www.jzrb.com,jmanli.cn"
    with Network(port=0, today=date(2024, 12, 2)) as net:
        days = ("since=2020-02-10", "until=2020-02-10")
        run("mirrors", "site=www.jzrb.com", *days, folder=tmp_path, proxy=net.proxy_url)
        url = "url=http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_20200210_1-01.htm"
        first = run("copies", url, sites, "archive=none", folder=tmp_path, proxy=net.proxy_url)
        again = run("copies", url, sites, "archive=none", folder=tmp_path, proxy=net.proxy_url)

    assert [item["site"] for item in first.items] == ["paper.people.com.cn"]
    assert first.lines(wanted, "held")
    assert [item["url"] for item in again.items] == ["http://jmanli.cn/jzwkjz/news/202002/436103.html"]


def test_a_rebuilt_database_tells_the_same(found: Any, tmp_path: Path) -> None:
    shutil.copytree(found[0].folder / "archive" / "warc", tmp_path / "archive" / "warc")
    rebuild(Archive(tmp_path / "archive", SiteFiles.load()), made_by="test", jobs=1)
    again = replace(found[0], folder=tmp_path)

    for table in ("run_tries", "members"):
        assert again.rows(f"SELECT * FROM {table}") == found[0].rows(f"SELECT * FROM {table}") != []


def test_a_second_look_fetches_no_copy_again(found: Any, network: Network, run: Any) -> None:
    before = len(network.log)

    again = run(
        "copies", "story=1", f"site={SITES}", "archive=none", folder=found[0].folder, proxy=network.proxy_url
    )

    assert again.code == 0
    assert not again.items
    assert not COPIES & {entry.url for entry in network.log[before:]}
    assert again.lines("0 new of 7 copies and relatives")


def test_an_article_that_is_gone_is_known_by_its_archived_state(
    network: Network, run: Any, tmp_path: Path
) -> None:
    (tmp_path / "web.archive.org.toml").write_text('host = "web.archive.org"\nname = "A"\n', encoding="utf-8")
    outcome = run(
        "copies",
        f"url={LOST}",
        "site=www.jzrb.com,www.wenweipo.com",
        "days=1",
        folder=tmp_path,
        proxy=network.proxy_url,
        ZHUANZAI_SITES_DIR=tmp_path,
    )

    assert outcome.code == 0
    assert {(item["url"], item["via"]) for item in outcome.items} == {
        (LOST, "wayback"),
        ("http://www.jzrb.com/news/tuijian/202002/436106.shtml", "live"),
        ("https://www.wenweipo.com/a/202002/11/AP5e41b404e4b0a1b2c3d4e504.html", "live"),
    }
    archive = Archive(tmp_path / "again" / "archive", SiteFiles.load(tmp_path))
    shutil.copytree(tmp_path / "archive" / "warc", archive.warcs)
    rebuild(archive, made_by="test", jobs=1)
    again = replace(outcome, folder=tmp_path / "again")
    assert again.rows("SELECT * FROM captures") == outcome.rows("SELECT * FROM captures")
    assert again.rows("SELECT count(*) FROM captures WHERE archived_digest = payload_digest") == [(1,)]


def test_archived_lists_lead_to_what_they_held(network: Network, run: Any, tmp_path: Path) -> None:
    (tmp_path / "web.archive.org.toml").write_text('host = "web.archive.org"\nname = "A"\n', encoding="utf-8")
    outcome = run(
        "copies",
        "url=http://www.jzrb.com/news/tuijian/202002/436106.shtml",
        "site=paper.people.com.cn",
        "days=1",
        folder=tmp_path,
        proxy=network.proxy_url,
        ZHUANZAI_SITES_DIR=tmp_path,
    )

    assert (LOST, "wayback") in {(item["url"], item["via"]) for item in outcome.items}
    assert outcome.lines("1 new of 1 copies and relatives")


# ---------------------------------------------------------------------- small webs
SEARCHES = {
    "a.example": 'search = [{ url = "http://a.example/s?q={query}", links = ".hit a" }]',
    "b.example": 'search = [{ url = "http://b.example/s?q={query}", items = "list" }]',
    "c.example": 'search = [{ url = "http://c.example/s?q={query}", links = ".hit a" }]',
    "d.example": 'search = [{ url = "http://d.example/s?q={query}", links = ".hit a" }]',
}  # fmt: skip


def page(title: str) -> str:
    text = "2月9日，江河医院的改造工程历时十天如期完工，二百三十九个小时里没有一个人回过家。" * 6
    return f"<title>{title}</title><h1>{title}</h1><p>2020-02-09 08:00 来源：甲报</p><p>{text}</p>"


@pytest.fixture
def searching(web: Any, run: Any, tmp_path: Path) -> Any:
    for host, text in SEARCHES.items():
        (tmp_path / f"{host}.toml").write_text(
            f'host = "{host}"\nname = "甲"\nfamily = "trs"\n{text}', encoding="utf-8"
        )
    web.pages.clear()
    web.log.clear()
    web.add("http://a.example/202002/t20200209_1.html", page(TITLE))

    def search(*arguments: str) -> Any:
        url = "url=http://a.example/202002/t20200209_1.html"
        return run(
            "copies",
            url,
            "archive=none",
            *arguments,
            folder=tmp_path,
            proxy=web.proxy,
            ZHUANZAI_SITES_DIR=tmp_path,
        )

    return search


def query(host: str) -> str:
    return (
        f"http://{host}/s?q=%E6%B1%9F%E6%B2%B3%E5%8C%BB%E9%99%A2%E5%8D%81%E5%A4%A9%E6%94%B9%E9%80%A0%E8%AE%B0"
    )


def test_nothing_found_is_said_and_no_alarm(web: Any, searching: Any) -> None:
    web.add(query("a.example"), "<html><body>抱歉，没有找到相关内容</body></html>")
    web.add(query("b.example"), '{"list": []}', Content_Type="application/json")
    web.add("http://c.example/robots.txt", "User-agent: *\nDisallow: /s", Content_Type="text/plain")

    outcome = searching("site=a.example,b.example,c.example")

    assert outcome.code == 0
    assert outcome.lines("nothing found")
    assert outcome.lines("not searched, robots.txt forbids it: c.example")
    assert query("c.example") not in web.asked


def test_searches_that_changed_are_alarms_and_the_rest_goes_on(web: Any, searching: Any) -> None:
    web.add(query("a.example"), "<html><body><div class='new-hit'><a href='/1'>江河</a></div></body></html>")
    web.add(query("b.example"), "<html>维护中</html>")
    web.add(
        query("d.example"), f"<div class=hit><a href='/202002/t20200209_4.html'>{TITLE}</a></div>"
        "<div class=hit><a href='/202002/t20200208_3.html'>江河医院今日开诊</a></div>"
    )  # fmt: skip
    web.add("http://d.example/202002/t20200209_4.html", page(TITLE))

    outcome = searching("site=a.example,b.example,c.example,d.example")

    assert outcome.code == 3
    assert outcome.lines("site=a.example kind=no-hits")
    assert outcome.lines("site=b.example kind=not-a-list")
    assert outcome.lines("site=c.example kind=no-list 404")
    assert [url for url in web.asked if "//d.example/2" in url] == [
        "http://d.example/202002/t20200209_4.html"
    ]


def test_an_article_that_nobody_has_is_an_alarm(web: Any, searching: Any) -> None:
    web.pages.clear()

    outcome = searching("site=d.example")

    assert outcome.code == 3
    assert outcome.lines("site=a.example kind=no-article neither the site nor an archive has it")
    assert not [url for url in web.asked if "/s?" in url]


def test_a_story_that_does_not_exist_is_wrong_use(run: Any, tmp_path: Path) -> None:
    outcome = run("copies", "story=7", folder=tmp_path)

    assert outcome.code == 2
    assert outcome.lines("scrapy: story=7: no such story in")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "copies wants either -a url= or -a story="),
        ({"url": "http://a.example/1.html", "story": "1"}, "copies wants either -a url= or -a story="),
        ({"story": "one"}, "story=one: wanted a whole number"),
        ({"url": "a.example"}, "scheme '', wanted http or https"),
        ({"story": "1", "days": "61"}, "days=61: wanted a whole number from 0 to 60"),
        ({"story": "1", "archive": "elsewhere"}, "archive=elsewhere: no such archive"),
        (
            {"story": "1", "site": "www.jzrb.co"},
            "site=www.jzrb.co: no such site file; did you mean www.jzrb.com",
        ),
        ({"story": "1", "until": "2020"}, "-a until=: unknown argument"),
    ],
)
def test_wrong_use_is_one_line(given: dict[str, str], said: str) -> None:
    with pytest.raises(WrongUse) as told:
        Copies.tried(given, None)

    assert said in str(told.value)
