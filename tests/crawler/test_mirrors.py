"""The mirrors, each kind of discovery: the real command over the sample network and over a small web of own sites."""

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network

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


# ---------------------------------------------------------------------- own sites, one kind of discovery each

LIST = "http://list.example"


def article(n: int, day: str = "20200210") -> str:
    return f"/{day[:6]}/t{day}_{n}.html"


def links(*paths: str) -> str:
    return "<html><body>" + "".join(f'<p><a href="{path}">题 {path}</a></p>' for path in paths)


def own_site(folder: Path, host: str, text: str) -> Path:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    (sites / f"{host}.toml").write_text(
        f'host = "{host}"\nname = "甲"\nfamily = "trs"\n{text}', encoding="utf-8"
    )
    return sites


def test_paging_stops_where_the_range_is_past(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "past.example", 'listings = ["http://past.example/index.html"]')
    web.add("http://past.example/index.html", links(article(1, "20200212"), article(2, "20200211")))
    web.add("http://past.example/index_1.html", links(article(3, "20200210"), article(4, "20200209")))
    web.add("http://past.example/index_2.html", links(article(5, "20200208"), article(6, "20200207")))
    web.add("http://past.example/index_3.html", links(article(7, "20200206")))

    run(
        "mirrors",
        "site=past.example",
        "since=2020-02-09",
        "until=2020-02-11",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
    )

    assert sorted(url for url in web.asked if "past.example" in url) == [
        "http://past.example/202002/t20200209_4.html",
        "http://past.example/202002/t20200210_3.html",
        "http://past.example/202002/t20200211_2.html",
        "http://past.example/index.html",
        "http://past.example/index_1.html",
        "http://past.example/index_2.html",
    ]


def test_a_list_that_repeats_its_last_page_ends(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "again.example", 'listings = ["http://again.example/index.html"]')
    web.add("http://again.example/index.html", links(article(1)))
    for n in range(1, 20):
        web.add(f"http://again.example/index_{n}.html", links(article(2)))

    run(
        "mirrors",
        "site=again.example",
        "since=2020-02-01",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
    )

    assert [url for url in web.asked if "again.example/index" in url] == [
        "http://again.example/index.html",
        "http://again.example/index_1.html",
        "http://again.example/index_2.html",
    ]


def test_numbers_count_down_from_the_highest(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(
        tmp_path,
        "down.example",
        '[[listings]]\nurl = "http://down.example/Index.shtml"\n'
        'paging = "http://down.example/List_{page}.shtml"\ndescending = true',
    )
    pager = '<a href="List_2.shtml">下一页</a><a href="List_1.shtml">尾页</a>'
    web.add("http://down.example/Index.shtml", links(article(1)) + pager)
    web.add("http://down.example/List_2.shtml", links(article(2)) + pager)
    web.add("http://down.example/List_1.shtml", links(article(3)) + pager)

    run("mirrors", "site=down.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert [url for url in web.asked if "down.example/List" in url] == [
        "http://down.example/List_2.shtml",
        "http://down.example/List_1.shtml",
    ]
    assert sum("down.example/202002/" in url for url in web.asked) == 3


def test_a_listing_that_changed_is_an_alarm_and_the_rest_goes_on(web: Any, run: Any, tmp_path: Path) -> None:
    own_site(
        tmp_path, "changed.example", 'listings = [{ url = "http://changed.example/", links = ".gone a" }]'
    )
    sites = own_site(
        tmp_path,
        "odd.example",
        'listings = ["http://odd.example/"]\nfeeds = ["http://odd.example/rss.xml"]\nsitemaps = ["http://odd.example/s.xml"]\n'
        'json = [{ url = "http://odd.example/l.json", link = "u" }]',
    )
    web.add("http://changed.example/", links(article(1)))
    web.add("http://odd.example/", links(article(9)))
    for name in ("rss.xml", "s.xml", "l.json"):
        web.add(f"http://odd.example/{name}", "<html><body>维护中</body></html>")

    outcome = run(
        "mirrors",
        "site=changed.example,odd.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
    )

    assert outcome.code == 3
    assert outcome.lines("site=changed.example", "kind=empty-list")
    assert [
        bool(outcome.lines("site=odd.example", f"kind={kind}"))
        for kind in ("not-a-feed", "not-a-sitemap", "not-a-list")
    ] == [True] * 3
    assert "http://odd.example/202002/t20200210_9.html" in web.asked


def test_counts_outside_the_expected_are_an_alarm(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "few.example", 'listings = ["http://few.example/"]\nexpected = [2, 9]')
    web.add("http://few.example/", links(article(1)))

    outcome = run("mirrors", "site=few.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert outcome.code == 3
    assert outcome.lines("site=few.example kind=too-few", "1 articles listed, expected at least 2")


def test_sitemaps_of_an_index_that_may_hold_the_range(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "map.example", 'sitemaps = ["http://map.example/index.xml"]')
    index = "".join(
        f"<sitemap><loc>http://map.example/{name}</loc><lastmod>{changed}</lastmod></sitemap>"
        for name, changed in (("old.xml", "2019-12-31"), ("new.xml.gz", "2020-02-12"))
    )
    urls = [
        f"<url><loc>http://map.example{path}</loc></url>"
        for path in (article(1), article(2, "20200301"), "/about.html")
    ]
    web.add("http://map.example/index.xml", f"<sitemapindex>{index}</sitemapindex>", Content_Type="text/xml")
    web.add(
        "http://map.example/new.xml.gz",
        gzip.compress(f"<urlset>{''.join(urls)}</urlset>".encode()),
        Content_Type="application/gzip",
    )

    run(
        "mirrors",
        "site=map.example",
        "since=2020-02-01",
        "until=2020-02-28",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
    )

    assert [url for url in web.asked if "map.example" in url] == [
        "http://map.example/index.xml",
        "http://map.example/new.xml.gz",
        "http://map.example/202002/t20200210_1.html",
    ]


def test_folders_by_date_lead_to_their_other_pages(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(
        tmp_path,
        "daily.example",
        "dated = [{ url = 'http://daily.example/{date:%Y-%m/%d}/node_1.htm', pages = 'a[href*=node_]' }]",
    )
    base = "http://daily.example/2020-02/10"
    web.add(f"{base}/node_1.htm", links("node_1.htm", "node_2.htm", "t20200210_1.html"))
    web.add(f"{base}/node_2.htm", links("node_1.htm", "node_2.htm", "t20200210_2.html", "t20200210_1.html"))

    run(
        "mirrors",
        "site=daily.example",
        "since=2020-02-10",
        "until=2020-02-10",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
    )

    assert sorted(url for url in web.asked if "daily.example" in url) == [
        f"{base}/{name}" for name in ("node_1.htm", "node_2.htm", "t20200210_1.html", "t20200210_2.html")
    ]
