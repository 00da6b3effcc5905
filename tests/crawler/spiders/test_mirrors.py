"""The mirrors, each kind of discovery: the real command over the sample network and over a small web of own sites."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network
from extract.script.fold import fold

SITES = (
    "people.com.cn,www.jzrb.com,youth.cn,www.news.cn,www.chinanews.com.cn,dahe.cn,www.wenweipo.com,"
    "www.macaodaily.com,jmanli.cn,www.gov.cn,cctv.com"
)


def bare(url: str) -> str:
    return url.partition("//")[2]


@pytest.fixture(scope="module")
def whole(
    run: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, list[str], Network, Path]]:
    """Every site of the sample network over the days of its first story set."""
    folder = tmp_path_factory.mktemp("mirrors")
    with Network(port=0, today=date(2024, 12, 2)) as net:
        outcome = run(
            "mirrors",
            f"site={SITES}",
            "since=2020-02-08",
            "until=2020-02-13",
            folder=folder,
            proxy=net.proxy_url,
        )
        yield outcome, [f"{entry.host}{entry.path}" for entry in net.log], net, folder


def test_every_article_of_the_range_is_asked_for_and_no_other(whole: Any) -> None:
    _, asked, net, _ = whole
    articles = {bare(printing.url) for printing in net.expected if not printing.host.startswith("paper.")}
    in_range = {
        bare(printing.url)
        for printing in net.expected
        if bare(printing.url) in articles and "2020-02-08" <= printing.published_at[:10] <= "2020-02-13"
    }

    assert {url for url in asked if url in articles} == in_range


def test_articles_and_their_further_pages_are_asked_once(whole: Any) -> None:
    _, asked, net, _ = whole
    wanted = {bare(url) for printing in net.expected for url in (printing.url, *printing.continuations)}
    by_http = [
        url
        for url in asked
        if url in wanted and "news.cn/" not in url and "wenweipo" not in url and "gov.cn" not in url
    ]

    assert len(by_http) == len(set(by_http))
    assert "politics.people.com.cn/n1/2020/0210/c1001-31580104-2.html" in by_http


def test_a_second_run_asks_for_no_article_again(whole: Any, run: Any) -> None:
    _, _, net, folder = whole
    before = len(net.log)

    run(
        "mirrors",
        "site=www.jzrb.com,youth.cn",
        "since=2020-02-08",
        "until=2020-02-13",
        folder=folder,
        proxy=net.proxy_url,
    )

    articles = {bare(printing.url) for printing in net.expected}
    assert not articles & {f"{entry.host}{entry.path}" for entry in net.log[before:]}


def test_only_copies_of_what_is_held_are_asked_for(run: Any, tmp_path: Path) -> None:
    days = ("since=2020-02-10", "until=2020-02-12")
    with Network(port=0, today=date(2024, 12, 2)) as net:
        held = run(
            "people_daily", "since=2020-02-10", "until=2020-02-10", folder=tmp_path, proxy=net.proxy_url
        )
        outcome = run(
            "mirrors",
            "site=www.jzrb.com,jmanli.cn",
            "of=paper.people.com.cn",
            *days,
            folder=tmp_path,
            proxy=net.proxy_url,
        )

    titles = {fold(item["title"]) for item in held.items}
    assert outcome.items
    assert {fold(item["title"]) for item in outcome.items} <= titles


# ---------------------------------------------------------------------- own sites, one kind of discovery each

OWN = {
    "past.example": 'listings = ["http://past.example/index.html"]',
    "again.example": 'listings = ["http://again.example/index.html"]',
    "down.example": (
        '[[listings]]\nurl = "http://down.example/Index.shtml"\n'
        'paging = "http://down.example/List_{page}.shtml"\ndescending = true'
    ),
    "map.example": 'sitemaps = ["http://map.example/index.xml"]',
    "daily.example": "dated = [{ url = 'http://daily.example/{date:%Y-%m/%d}/node_1.htm', pages = 'a[href*=node_]' }]",
}
CHANGED = {
    "changed.example": 'listings = [{ url = "http://changed.example/", links = ".gone a" }]',
    "odd.example": (
        'listings = ["http://odd.example/"]\nfeeds = ["http://odd.example/rss.xml"]\n'
        'sitemaps = ["http://odd.example/s.xml"]\njson = [{ url = "http://odd.example/l.json", link = "u" }]'
    ),
    "few.example": 'listings = ["http://few.example/"]\nexpected = [2, 9]',
    "lost.example": 'listings = ["http://lost.example/moved/"]',
    "ahead.example": 'listings = ["http://ahead.example/"]',
    "huge.example": 'sitemaps = ["http://huge.example/index.xml"]',
    "bomb.example": 'sitemaps = ["http://bomb.example/map.xml.gz"]',
}
HALF = {"half.example": "listings = [1]"}


def article(n: int, day: str = "20200210") -> str:
    return f"/{day[:6]}/t{day}_{n}.html"


def links(*paths: str) -> str:
    return "<html><body>" + "".join(f'<p><a href="{path}">题 {path}</a></p>' for path in paths)


def own_sites(folder: Path, texts: dict[str, str]) -> Path:
    for host, text in texts.items():
        (folder / f"{host}.toml").write_text(
            f'host = "{host}"\nname = "甲"\nfamily = "trs"\n{text}', encoding="utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def own_asked(web: Any, run: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What was asked of our own sites for 2020-02-09 to 2020-02-11."""
    pager = '<a href="List_2.shtml">下一页</a><a href="List_1.shtml">尾页</a>'
    day = "http://daily.example/2020-02/10"
    pages: dict[str, str | bytes] = {
        "http://past.example/index.html": links(article(1, "20200212"), article(2, "20200211")),
        "http://past.example/index_1.html": links(article(3, "20200210"), article(4, "20200209")),
        "http://past.example/index_2.html": links(article(5, "20200208"), article(6, "20200207")),
        "http://past.example/index_3.html": links(article(7, "20200206")),
        "http://again.example/index.html": links(article(1)),
        **{f"http://again.example/index_{n}.html": links(article(2)) for n in range(1, 20)},
        "http://down.example/Index.shtml": links(article(1)) + pager,
        "http://down.example/List_2.shtml": links(article(2)) + pager,
        "http://down.example/List_1.shtml": links(article(3)) + pager,
        "http://map.example/index.xml": (
            "<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2019-12-31</lastmod></sitemap>"
            "<sitemap><loc>/new.xml.gz</loc><lastmod>2020-02-12</lastmod></sitemap></sitemapindex>"
        ),
        "http://map.example/new.xml.gz": gzip.compress(
            f"<urlset><url><loc>{article(1)}</loc></url><url><loc>{article(2, '20200301')}</loc></url>"
            "<url><loc>/about.html</loc></url></urlset>".encode()
        ),
        f"{day}/node_1.htm": links("node_1.htm", "node_2.htm", "t20200210_1.html"),
        f"{day}/node_2.htm": links("node_1.htm", "node_2.htm", "t20200210_2.html", "t20200210_1.html"),
    }
    for url, body in pages.items():
        web.add(url, body)
    sites = own_sites(tmp_path_factory.mktemp("sites"), OWN)
    days = ("since=2020-02-09", "until=2020-02-11")
    run("mirrors", f"site={','.join(OWN)}", *days, folder=sites, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)
    return list(web.asked)


def of(host: str, asked: list[str]) -> list[str]:
    return sorted(url.partition(f"//{host}")[2] for url in asked if f"//{host}/" in url)


def test_paging_stops_where_the_range_is_past(own_asked: list[str]) -> None:
    assert of("past.example", own_asked) == [
        "/202002/t20200209_4.html",
        "/202002/t20200210_3.html",
        "/202002/t20200211_2.html",
        "/index.html",
        "/index_1.html",
        "/index_2.html",
    ]


def test_a_list_that_repeats_its_last_page_ends(own_asked: list[str]) -> None:
    assert of("again.example", own_asked) == [
        "/202002/t20200210_1.html", "/202002/t20200210_2.html", "/index.html", "/index_1.html", "/index_2.html",
    ]  # fmt: skip


def test_numbers_count_down_from_the_highest(own_asked: list[str]) -> None:
    assert [url for url in own_asked if "down.example/List" in url] == [
        "http://down.example/List_2.shtml",
        "http://down.example/List_1.shtml",
    ]
    assert sum("down.example/202002/" in url for url in own_asked) == 3


def test_sitemaps_of_an_index_that_may_hold_the_range(own_asked: list[str]) -> None:
    assert of("map.example", own_asked) == ["/202002/t20200210_1.html", "/index.xml", "/new.xml.gz"]


def test_folders_by_date_lead_to_their_other_pages(own_asked: list[str]) -> None:
    assert of("daily.example", own_asked) == [
        "/2020-02/09/node_1.htm",
        "/2020-02/10/node_1.htm",
        "/2020-02/10/node_2.htm",
        "/2020-02/10/t20200210_1.html",
        "/2020-02/10/t20200210_2.html",
        "/2020-02/11/node_1.htm",
    ]


def test_what_changed_is_an_alarm_and_the_rest_goes_on(web: Any, run: Any, tmp_path: Path) -> None:
    web.add("http://changed.example/", links(article(1)))
    web.add("http://odd.example/", links(article(9)))
    web.add("http://few.example/", links(article(1)))
    for name in ("rss.xml", "s.xml", "l.json"):
        web.add(f"http://odd.example/{name}", "<html><body>维护中</body></html>")
    web.add("http://ahead.example/", links(article(1, "20241203"), article(2)))
    web.add(
        "http://huge.example/index.xml", "<sitemapindex><sitemap><loc>/all.xml</loc></sitemap></sitemapindex>"
    )
    web.add("http://huge.example/all.xml", b"<urlset>" + b" " * 400_000)
    web.add("http://bomb.example/map.xml.gz", gzip.compress(b"<urlset>" + b" " * 70_000_000, 1))
    sites = own_sites(tmp_path, CHANGED | HALF)

    outcome = run(
        "mirrors",
        f"site={','.join(CHANGED)}",
        folder=tmp_path,
        proxy=web.proxy,
        at=datetime(2024, 12, 2, 4, tzinfo=UTC),
        ZHUANZAI_SITES_DIR=sites,
        DOWNLOAD_MAXSIZE=350_000,
    )

    assert outcome.code == 3
    assert outcome.lines("site=changed.example kind=empty-list")
    assert outcome.lines("site=odd.example kind=not-a-feed")
    assert outcome.lines("site=odd.example kind=not-a-sitemap")
    assert outcome.lines("site=odd.example kind=not-a-list")
    assert outcome.lines("site=few.example kind=too-few 1 articles listed, expected at least 2")
    assert outcome.lines("site=lost.example kind=no-list 404")
    assert outcome.lines("site=ahead.example kind=tomorrow", "t20241203_1.html")
    assert outcome.lines("site=huge.example kind=no-list", "url=http://huge.example/all.xml")
    assert outcome.lines("site=bomb.example kind=not-a-sitemap", "unpacks to more than")
    assert outcome.lines("site=half.example kind=site-file", "half.example.toml: listings[0] is 1")
    assert "http://odd.example/202002/t20200210_9.html" in web.asked


def test_where_no_host_answers_the_run_is_to_be_tried_later(run: Any, tmp_path: Path) -> None:
    sites = own_sites(tmp_path, {"down.example": OWN["down.example"]})

    outcome = run(
        "mirrors", "site=down.example", folder=tmp_path, proxy="http://127.0.0.1:9", ZHUANZAI_SITES_DIR=sites
    )  # fmt: skip

    assert outcome.code == 75
    assert outcome.lines("scrapy: no host answered at all")
