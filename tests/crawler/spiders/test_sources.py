"""Only articles whose source is of interest: what is asked for, what is kept, and what is not asked for again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.door.source_filter import Interest
from archive.errors import WrongUse
from crawler.finding.arguments import interest
from crawler.finding.data import entries
from crawler.finding.feeds import feed, sitemap
from crawler.finding.links import Link, linked, listed
from crawler.registry.site import DataList, Listing
from crawler.sample import Network
from extract.page.page import Page
from extract.read import read

A = "http://a.example"


# ---------------------------------------------------------------------- what is typed


def test_several_sources_are_parted_by_commas_of_either_width() -> None:
    assert interest("人民日报，人民网|新华社", None) == Interest(("人民日报", "人民网", "新华社"))
    assert interest("人民日报", "no") == Interest(("人民日报",), sourceless=False)
    assert interest(None, None) is None


@pytest.mark.parametrize(
    ("source", "sourceless", "said"),
    [
        ("", None, "source=: '' is no name of a medium"),
        ("人民日报,报", None, "source=人民日报,报: '报' is no name of a medium"),
        ("人民(日报|网)", None, r"'网\)' is no name of a medium"),
        ("（）", None, "is no name of a medium"),
        ("人民日报", "maybe", "sourceless=maybe: wanted yes or no"),
        (None, "no", "sourceless=no: says nothing without -a source="),
    ],
)
def test_what_names_no_source_is_wrong_use(source: str | None, sourceless: str | None, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        interest(source, sourceless)


# ---------------------------------------------------------------------- what lists name


def page(text: str, url: str = f"{A}/") -> Page:
    return Page(url, text.encode(), "text/html; charset=utf-8")


def named(links: tuple[Link, ...]) -> list[tuple[str, str | None]]:
    return [(link.url.removeprefix(A), link.source) for link in links]


def test_rows_of_a_list_name_sources_behind_a_label() -> None:
    html = (
        "<table><tr><td><a href=/1.html>一</a></td><td>来源：人民日报</td><td>2020-02-10</td></tr>"
        "<tr><td><a href=/2.html>二</a></td><td>2020-02-10 來源:新華社 作者：张三</td></tr>"
        "<tr><td><a href=/3.html>三</a></td><td>2020-02-10</td></tr></table>"
    )

    wanted = [("/1.html", "人民日报"), ("/2.html", "新華社"), ("/3.html", None)]
    assert named(listed(page(html), Listing(f"{A}/", rows="tr"), date(2020, 3, 1))) == wanted
    assert named(linked(page(html))) == wanted


def test_a_headline_of_a_list_names_no_source() -> None:
    html = "<ul><li><a href=/1.html>病毒来源：世卫专家这样说</a> 2020-02-10</li></ul>"

    assert named(listed(page(html), Listing(f"{A}/", rows="li"), date(2020, 3, 1))) == [("/1.html", None)]
    assert named(linked(page(html))) == [("/1.html", None)]


def test_what_stands_beside_several_links_names_the_source_of_none() -> None:
    html = "<ul><li><a href=/1.html>一</a> <a href=/2.html>二</a> 来源：人民日报</li></ul>"

    assert named(linked(page(html))) == [("/1.html", None), ("/2.html", None)]


def test_entries_of_data_name_sources_where_the_site_file_says() -> None:
    data = (
        '[{"u": "/1.html", "from": {"name": "人民日报"}}, {"u": "/2.html", "from": "x"}, {"u": "/3.html"},'
        ' {"u": "/4.html", "from": {"name": "来源：新华社"}}, {"u": "/5.html", "from": {"name": 5}}]'
    )
    spec = DataList(f"{A}/l.json", "u", source="from.name")

    assert named(entries(page(data), spec, date(2020, 3, 1))) == [
        ("/1.html", "人民日报"), ("/2.html", None), ("/3.html", None), ("/4.html", "新华社"), ("/5.html", None),
    ]  # fmt: skip


RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<item><link>/1.html</link><source url="http://paper.people.com.cn/">人民日报</source><author>张三</author></item>
<item><link>/2.html</link><dc:creator>新华社</dc:creator></item>
<item><link>/3.html</link><author>desk@a.example (中国新闻网)</author></item>
<item><link>/4.html</link><author>张三</author></item>
<item><link>/5.html</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">
<entry><link href="/1.html"/><author><name>人民网</name></author></entry><entry>
<link href="/2.html"/><source><title>人民日报</title></source><author><name>李四</name></author></entry></feed>"""


def test_entries_of_feeds_name_sources_and_authors_that_are_media() -> None:
    assert named(feed(RSS.encode(), f"{A}/rss.xml")) == [
        ("/1.html", "人民日报"), ("/2.html", "新华社"), ("/3.html", "中国新闻网"), ("/4.html", None), ("/5.html", None),
    ]  # fmt: skip
    assert named(feed(ATOM.encode(), f"{A}/atom.xml")) == [("/1.html", "人民网"), ("/2.html", "人民日报")]


def test_news_sitemaps_name_the_publication() -> None:
    text = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/1.html</loc><news:news>'
        "<news:publication><news:name>大河网</news:name></news:publication></news:news></url>"
        "<url><loc>/2.html</loc></url></urlset>"
    )

    assert named(sitemap(text.encode(), f"{A}/s.xml").links) == [("/1.html", "大河网"), ("/2.html", None)]


# ---------------------------------------------------------------------- what pages name

TEXT = "青岚江大桥全长一千二百一十五米，九日凌晨五时合龙，两岸的灯一起亮了，守桥的老人在桥头站了一夜。"


def printed(head: str, text: str = TEXT * 3, foot: str = "") -> str:
    return (
        f"<html><head><title>大桥合龙夜</title></head><body><h1>大桥合龙夜</h1><div class=info>2020-02-10 08:00 {head}"
        f"</div><div id=body><p>{text}</p><p>{TEXT * 2}</p>{foot}</div></body></html>"
    )


@pytest.mark.parametrize(
    ("html", "claims"),
    [
        (printed("来源：人民网－人民日报"), ("人民网－人民日报",)),
        (printed("来源：中国网", foot="<p>（来源：人民日报）</p>"), ("中国网", "人民日报")),
        (printed("来源：中国网", f"新华社武汉2月9日电 {TEXT * 3}"), ("中国网", "新华社")),
        (printed("来源：人民网", foot="<p>《人民日报》（2020年02月10日 01版）</p>"), ("人民网", "人民日报")),
        (printed("", f"本报武汉2月9日电 {TEXT * 3}"), ()),
        (printed(""), ()),
    ],
)
def test_a_page_may_name_several(html: str, claims: tuple[str, ...]) -> None:
    assert read(page(html, f"{A}/1.html")).claims == claims


# ---------------------------------------------------------------------- crawls over the sample network

JZRB = "www.jzrb.com/news"
LOCAL = {f"{JZRB}/bendi/202002/436108.shtml"}
"""A page that names 焦作日报."""
KEPT = {
    *(f"{JZRB}/tuijian/202002/43610{n}.shtml" for n in (1, 2, 3, 5, 6, 7)),
    f"{JZRB}/bendi/202002/436104.shtml",  # names nobody
}


def bare(url: str) -> str:
    return url.partition("//")[2]


@pytest.fixture(scope="module")
def runs(run: Any, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[str], Any]]:
    """Articles asked for by runs into one archive: for 人民日報 twice, for 焦作日报."""
    folder = tmp_path_factory.mktemp("sources")
    days = ("since=2020-02-08", "until=2020-02-13")
    found = []
    with Network(port=0, today=date(2024, 12, 2)) as net:
        articles = {bare(printing.url) for printing in net.expected}
        for wanted in ("人民日報", "人民日報", "焦作日报"):
            before = len(net.log)
            outcome = run(
                "mirrors", "site=www.jzrb.com", *days, f"source={wanted}", folder=folder, proxy=net.proxy_url
            )
            asked = [f"{entry.host}{entry.path}" for entry in net.log[before:]]
            found.append((sorted(url for url in asked if url in articles), outcome))
    return found


def test_pages_of_other_sources_are_read_once_and_not_kept(runs: Any) -> None:
    asked, outcome = runs[0]

    assert asked == sorted(KEPT | LOCAL)
    assert {bare(item["url"]) for item in outcome.items} == KEPT
    assert outcome.lines("passed_over=1")


def test_the_same_filter_asks_for_none_of_them_again(runs: Any) -> None:
    asked, outcome = runs[1]

    assert asked == []
    assert outcome.lines("'passed-over/before': 1")


def test_another_filter_asks_for_what_names_its_source(runs: Any) -> None:
    asked, outcome = runs[2]

    assert asked == sorted(LOCAL)
    assert {bare(item["url"]) for item in outcome.items} == LOCAL
    assert outcome.rows("SELECT site, names FROM passed_over") == [("www.jzrb.com", '["焦作日报"]')]


# ---------------------------------------------------------------------- lists of a small web

SITE = """
host = "list.example"
name = "甲网"
family = "trs"
listings = ["http://list.example/index.html"]
feeds = ["http://list.example/rss.xml"]
json = [{ url = "http://list.example/l.json", link = "u", source = "from" }]
"""


def path(n: int) -> str:
    return f"/202002/t20200210_{n}.html"


def row(n: int, source: str) -> str:
    return f'<li><a href="{path(n)}">题 {n}</a> {source}</li>'


def test_what_lists_name_otherwise_is_not_fetched_and_paging_goes_on_behind_it(
    web: Any, run: Any, tmp_path: Path
) -> None:
    host = "http://list.example"
    (tmp_path / "list.example.toml").write_text(SITE, encoding="utf-8")
    web.add(f"{host}/index.html", f"<ul>{row(1, '来源：新华社')}{row(2, '来源：中国网')}</ul>")
    web.add(f"{host}/index_1.html", f"<ul>{row(3, '来源：人民网-人民日报')}{row(4, '')}</ul>")
    items = "".join(
        f"<item><link>{host}{path(n)}</link><author>{name}</author></item>"
        for n, name in ((5, "新华社"), (6, "甲网"), (7, "张三"))
    )
    web.add(f"{host}/rss.xml", f"<rss><channel>{items}</channel></rss>", Content_Type="text/xml")
    web.add(f"{host}/l.json", f'[{{"u": "{path(8)}", "from": "光明日报"}}]', Content_Type="application/json")
    for n in range(1, 9):
        further = f"<a href=t20200210_{n}_1.html>下一页</a>" if n in (3, 7) else ""
        web.add(f"{host}{path(n)}", printed("来源：人民日报" if n != 7 else "来源：新华社", foot=further))
    web.add(f"{host}/202002/t20200210_3_1.html", printed(""))

    outcome = run(
        "mirrors", "site=list.example", "source=人民日报", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=tmp_path
    )  # fmt: skip

    own = sorted(url.removeprefix(host) for url in web.asked if url.startswith(host))
    lists = ["/index.html", "/index_1.html", "/index_2.html", "/l.json", "/rss.xml"]
    further = "/202002/t20200210_3_1.html"  # of a page that is kept; page 7 has one too
    assert own == [path(3), further, *(path(n) for n in (4, 6, 7)), *lists]
    assert sorted(item["url"].removeprefix(host) for item in outcome.items) == [
        path(3),
        further,
        path(4),
        path(6),
    ]
    assert outcome.rows("SELECT url, wanted FROM passed_over") == [(f"{host}{path(7)}", "人民日报")]


def test_pages_must_be_read_to_be_judged(run: Any, tmp_path: Path) -> None:
    outcome = run(
        "mirrors", "site=www.jzrb.com", "source=人民日报", folder=tmp_path, ZHUANZAI_EXTRACT=False
    )  # fmt: skip

    assert outcome.code == 2
    assert outcome.lines("source=: pages must be read for it, and ZHUANZAI_EXTRACT is off")
