import gzip
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.finding.data import entries
from crawler.finding.feeds import feed, sitemap
from crawler.finding.links import Link, NotAList, day_in, linked, listed
from crawler.finding.lists import Lists
from crawler.registry.book import SiteFiles
from crawler.registry.site import DataList, Listing, Site
from extract.page.page import Page

TODAY = date(2020, 3, 1)
BASE = "http://www.jzrb.com/news/ShowClass.asp?ClassID=3"


def page(text: str, url: str = BASE) -> Page:
    return Page(url, text.encode(), "text/html; charset=utf-8")


def test_rows_give_link_title_and_day() -> None:
    html = """<div class="lmzj"><table>
      <tr><td>·</td><td><a href="/news/bendi/202002/1.shtml">支援 武汉</a></td><td>2020-2-9</td></tr>
      <tr><td>·</td><td><a href="/news/bendi/202002/2.shtml">春耕</a></td><td>[02-10]</td></tr>
    </table></div><a href="/news/bendi/202002/9.shtml">热门</a>"""

    links = listed(
        page(html),
        Listing(BASE, rows="div.lmzj tr", links="td:nth-child(2) a", dates="td:nth-child(3)"),
        TODAY,
    )

    assert links == (
        Link("http://www.jzrb.com/news/bendi/202002/1.shtml", "支援 武汉", date(2020, 2, 9)),
        Link("http://www.jzrb.com/news/bendi/202002/2.shtml", "春耕", date(2020, 2, 10)),
    )


def test_links_start_from_the_base_that_the_list_states() -> None:
    text = '<base href="http://gov.example/xw/"><a href="t1.html">一</a><a href="..\\t2.html">二</a>'

    assert [link.url for link in listed(page(text), Listing(url=BASE), date(2024, 12, 2))] == [
        "http://gov.example/xw/t1.html",
        "http://gov.example/t2.html",
    ]


def test_the_same_address_counts_once_with_the_title_that_has_words() -> None:
    html = '<div><a href="a.html"><img></a><a href="a.html#top">题目</a></div>'

    assert linked(page(html, "http://a.example/")) == (Link("http://a.example/a.html", "题目"),)


def test_addresses_never_to_be_asked_are_no_links() -> None:
    hrefs = ("javascript:x()", "#top", "mailto:a@b.c", "http://u:p@a.example/", "")
    html = "<div>" + "".join(f'<a href="{href}">x</a>' for href in hrefs) + "<a>n</a></div>"

    assert linked(page(html)) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020年02月10日 08:39", date(2020, 2, 10)),
        ("[2020/2/10]", date(2020, 2, 10)),
        ("02-10 08:39", date(2020, 2, 10)),
        ("12月31日", date(2019, 12, 31)),
        ("03-02", date(2020, 3, 2)),
        ("2020-13-40", None),
        ("今天", None),
        ("", None),
    ],
)
def test_a_printed_day(text: str, day: date | None) -> None:
    assert day_in(text, TODAY) == day


SPEC = DataList("http://a.example/list.json", items="data.list", link="url", title="title", date="focus_date")


def test_jsonp_is_read_as_json() -> None:
    entry = '{"title":"题","url":"//a.example/1.shtml","focus_date":"2020-02-10 08:00:00"}'
    text = f'china({{"data":{{"total":1,"list":[{entry}]}}}});'

    assert entries(page(text), SPEC, TODAY) == (Link("http://a.example/1.shtml", "题", date(2020, 2, 10)),)


def test_epoch_milliseconds_are_a_day_in_beijing() -> None:
    spec = DataList("http://a.example/list.json", link="u", date="t")

    links = entries(page('[{"u":"http://a.example/1","t":1581350400000}]'), spec, TODAY)  # 2020-02-10T16:00Z

    assert links[0].published_on == date(2020, 2, 11)


@pytest.mark.parametrize(
    "text", ["<html>", '{"data": {}}', '{"data": {"list": {}}}', "[1]", "", "[" * 100_000]
)
def test_what_is_no_data_list_says_so(text: str) -> None:
    with pytest.raises(NotAList, match="jzrb"):
        entries(page(text), SPEC, TODAY)


def test_keys_may_lead_into_an_entry_and_titles_lose_their_marks() -> None:
    spec = DataList(url="", items="data.list", link="u", title="t", date="time.date")
    entry = '{"u": "//a.example/1.html", "t": "<em>春耕</em>正忙", "time": {"date": "2020-02-10 08:00"}}'
    text = f'{{"data": {{"list": [{entry}]}}}}'

    assert entries(page(text), spec, TODAY) == (
        Link("http://a.example/1.html", "春耕正忙", date(2020, 2, 10)),
    )


def test_entries_without_a_link_are_left_out() -> None:
    assert entries(page('{"data":{"list":[{"url":null},7,{"x":1}]}}'), SPEC, TODAY) == ()


RSS = b"""<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><link>http://a.example/</link>
<item><title>\xce\xe4\xba\xba</title><link>http://a.example/1.shtml</link>
<pubDate>Sun, 09 Feb 2020 17:00:00 GMT</pubDate></item>
<item><title>b</title><link> http://a.example/2.shtml </link>
<pubDate>2020-02-10 08:00:00</pubDate></item></channel></rss>"""


def test_a_feed_gives_days_in_beijing() -> None:
    assert feed(RSS, "http://a.example/rss.xml") == (
        Link("http://a.example/1.shtml", "武汉", date(2020, 2, 10)),
        Link("http://a.example/2.shtml", "b", date(2020, 2, 10)),
    )


def test_atom_links_are_attributes() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><link href="/1.html"/>
    <updated>2020-02-10T08:00:00+08:00</updated></entry></feed>"""

    assert feed(atom, "http://a.example/atom.xml") == (
        Link("http://a.example/1.html", "t", date(2020, 2, 10)),
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>404</body></html>", b"\x00\xff", b"<http://a.example/>", b"<rss"]
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    if body == b"<rss":  # cut off, but a feed: nothing in it
        assert feed(body + b">", "http://a.example/rss.xml") == ()
        return
    with pytest.raises(NotAList, match=r"a\.example"):
        feed(body, "http://a.example/rss.xml")


NEWS_MAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://politics.people.com.cn/n1/2020/0210/c1001-31.html</loc><news:news><news:title>t</news:title>
<news:publication_date>2020-02-10</news:publication_date></news:news></url></urlset>"""


def test_a_gzipped_news_sitemap() -> None:
    found = sitemap(gzip.compress(NEWS_MAP), "http://a.example/news.xml.gz")

    assert found.links == (
        Link("http://politics.people.com.cn/n1/2020/0210/c1001-31.html", "t", date(2020, 2, 10)),
    )
    assert found.children == ()


def test_an_index_gives_its_children_with_their_last_change() -> None:
    index = b"""<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2020-02-10</lastmod></sitemap>
    <sitemap><loc>/b.xml</loc></sitemap></sitemapindex>"""

    assert sitemap(index, "http://a.example/i.xml").children == (
        ("http://a.example/a.xml", date(2020, 2, 10)),
        ("http://a.example/b.xml", None),
    )


@pytest.mark.slow
def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 70_000_000)

    with pytest.raises(NotAList, match="unpacks to more than"):
        sitemap(bomb, "http://a.example/bomb.xml.gz")


def test_entities_are_not_expanded() -> None:
    body = b"""<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <urlset><url><loc>http://a.example/&x;</loc></url></urlset>"""

    assert sitemap(body, "http://a.example/").links == (Link("http://a.example/"),)


@pytest.mark.parametrize("body", [b"\x1f\x8bbroken", b"<html/>", b"no xml"])
def test_what_is_no_sitemap_says_so(body: bytes) -> None:
    with pytest.raises(NotAList):
        sitemap(body, "http://a.example/")


class TestDataFromAHostOfItsOwn:
    """Where a site's data comes from another host than its pages, the site has not moved."""

    SITE = Site("news.qinghe.example", "青河网", json=(DataList("https://feed.example/roll?page=1", "url"),))
    LINKS = (Link("https://news.qinghe.example/c/1.html"), Link("https://feed.example/c/2.html"))

    def seen(self, base: str) -> tuple[tuple[Link, ...], list[str]]:
        said: list[str] = []
        spider: Any = SimpleNamespace(
            sites=SiteFiles({}), moves=set(), alarm=lambda site, kind, text: said.append(kind)
        )
        return Lists.at_home(spider, self.SITE, self.LINKS, base), said

    def test_its_links_are_as_they_are(self) -> None:
        assert self.seen("https://feed.example/roll?page=2") == (self.LINKS, [])

    def test_a_host_that_nobody_asked_is_a_move(self) -> None:
        assert self.seen("https://new.example/roll?page=2")[1] == ["site-moved"]
