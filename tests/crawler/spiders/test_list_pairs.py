"""A list does not end where another source ends it: pairs of sources, limited and failed nights, by real crawls."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

HOST = "city.example"
LIST, OTHER, FEED, MAP = (f"http://{HOST}/{name}" for name in ("list.html", "top.html", "rss.xml", "map.xml"))
NEWEST, ON_A_PAGE = 26, 5
DAY = date(2024, 12, 2)
TEXT = "第{n}号报道说，各地各部门把工作落到实处，编号为{n}的事项已经办结，群众反映良好，下一步还要继续推进相关工作。"


def article(n: int) -> str:
    return f"http://{HOST}/{DAY:%Y%m}/t{DAY:%Y%m%d}_{n}.html"


def page(n: int) -> str:
    body = "".join(f"<p>　　{TEXT.format(n=n * 100 + k)}</p>" for k in range(5))
    return (
        f"<html><head><title>第{n}号报道：各地有序推进工作</title></head><body>"
        f'<h1>第{n}号报道：各地有序推进工作</h1><div class="info">{DAY:%Y年%m月%d日} 08:00 来源：人民日报</div>'
        f'<div class="TRS_Editor">{body}</div></body></html>'
    )


def links(numbers: range) -> str:
    return "".join(f'<li><a href="{article(n)}">第{n}号报道：各地有序推进工作</a></li>' for n in numbers)


def put_lists(web: Any, newest: int, *, first: str = LIST) -> None:
    """A list of five articles a page, the newest first, down to number 1."""
    pages = [range(n, max(0, n - ON_A_PAGE), -1) for n in range(newest, 0, -ON_A_PAGE)]
    for k, numbers in enumerate(pages):
        url = first if not k else first.replace(".html", f"_{k + 1}.html")
        web.add(url, f"<html><body><ul>{links(numbers)}</ul></body></html>")


def put_feed(web: Any, numbers: range) -> None:
    items = "".join(f"<item><link>{article(n)}</link><title>第{n}号</title></item>" for n in numbers)
    web.add(FEED, f"<rss><channel>{items}</channel></rss>", Content_Type="application/rss+xml")


def put_map(web: Any, numbers: range) -> None:
    urls = "".join(f"<url><loc>{article(n)}</loc><lastmod>{DAY}</lastmod></url>" for n in numbers)
    web.add(
        MAP,
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
        Content_Type="text/xml",
    )


Night = Callable[..., Any]


@pytest.fixture
def night(run: Any, web: Any, tmp_path: Path) -> Night:
    """One night's `scrapy crawl mirrors` over the sources named."""
    web.pages.clear()
    moments = (datetime(2024, 12, 2, hour, tzinfo=UTC) for hour in range(15))
    for n in range(1, NEWEST + 1):
        web.add(article(n), page(n))

    def crawl(sources: str, **settings: object) -> Any:
        sites = tmp_path / "sites"
        sites.mkdir(exist_ok=True)
        (sites / f"{HOST}.toml").write_text(
            f'host = "{HOST}"\nname = "甲市网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n{sources}',
            encoding="utf-8",
        )
        web.log.clear()
        settings = {"ZHUANZAI_SITES_DIR": sites, **settings}
        at = next(moments)
        return run("mirrors", f"site={HOST}", folder=tmp_path, proxy=web.proxy, at=at, **settings)

    return crawl


def held(outcome: Any) -> set[str]:
    return {url for (url,) in outcome.rows("SELECT url FROM articles")}


def listing(url: str) -> str:
    return f'{{ url = "{url}", paging = "{url.replace(".html", "_{page}.html")}", first = 2, last = 9 }}'


ONE = f"listings = [{listing(LIST)}]"
WHOLE = {article(n) for n in range(1, NEWEST + 1)}


@pytest.mark.parametrize("order", ["feed before", "feed of the day after"])
def test_a_feed_does_not_end_a_list(night: Night, web: Any, order: str) -> None:
    put_feed(web, range(NEWEST, NEWEST - 12, -1))
    put_lists(web, NEWEST)
    feed = f'feeds = ["{FEED}"]\n'
    if order == "feed before":
        night(feed)

    assert held(night(feed + ONE)) == WHOLE


def test_a_sitemap_does_not_end_a_list(night: Night, web: Any) -> None:
    put_map(web, range(NEWEST, NEWEST - 12, -1))
    put_lists(web, NEWEST)
    night(f'sitemaps = ["{MAP}"]\n')

    assert held(night(f'sitemaps = ["{MAP}"]\n{ONE}')) == WHOLE


def test_a_list_does_not_end_another_that_overlaps(night: Night, web: Any) -> None:
    web.add(OTHER, f"<html><body><ul>{links(range(NEWEST, NEWEST - 12, -1))}</ul></body></html>")
    put_lists(web, NEWEST)
    night(f'listings = ["{OTHER}"]')

    assert held(night(f'listings = ["{OTHER}", {listing(LIST)}]')) == WHOLE


def test_a_list_walked_to_its_end_is_not_walked_again(night: Night, web: Any) -> None:
    put_lists(web, NEWEST - 1)
    night(ONE)
    put_lists(web, NEWEST)

    outcome = night(ONE)

    assert held(outcome) == WHOLE
    assert web.asked == [LIST, LIST.replace(".html", "_2.html"), article(NEWEST)]


@pytest.mark.parametrize("limit", [{"CLOSESPIDER_PAGECOUNT": 9}, {"ZHUANZAI_RUN_BYTES": 9000}])
def test_what_a_limited_night_left_is_closed_by_the_next(
    night: Night, web: Any, limit: dict[str, int]
) -> None:
    put_lists(web, NEWEST)
    first = night(ONE, **limit)

    assert held(first) < WHOLE
    assert held(night(ONE)) == WHOLE


def test_an_article_that_failed_is_asked_for_when_its_list_is_not_walked_that_far(
    night: Night, web: Any
) -> None:
    put_lists(web, NEWEST)
    web.add(article(3), "busy", 500)
    assert held(night(ONE)) == WHOLE - {article(3)}
    web.add(article(3), page(3))

    outcome = night(ONE)

    assert held(outcome) == WHOLE
    assert LIST.replace(".html", "_2.html") not in web.asked


def test_what_is_gone_is_not_awaited(night: Night, web: Any) -> None:
    put_lists(web, NEWEST)
    web.add(article(3), "gone", 404)
    night(ONE)

    night(ONE)

    assert web.asked == [LIST]


LOST: dict[str, tuple[str, int, dict[str, str]]] = {
    "gone": ("gone", 404, {}),
    "broken": ("oops", 500, {}),
    "refused": ("no", 403, {}),
    "empty": ("<html><body><ul></ul></body></html>", 200, {}),
    "not-modified": ("", 304, {}),
    "sent home": ("", 302, {"Location": f"http://{HOST}/"}),
    "sent home, where something is listed": ("", 302, {"Location": f"http://{HOST}/index.shtml"}),
    "maintenance": ("", 302, {"Location": f"http://{HOST}/weihu.html"}),
    "login": ("", 302, {"Location": f"http://{HOST}/login.html"}),
}


@pytest.mark.parametrize("way", LOST)
def test_a_list_lost_for_one_night_hides_nothing_while_another_is_found(
    night: Night, web: Any, way: str
) -> None:
    """The other list brings its own; the lost one is told, and the next night has what stood only there."""
    lists = f'listings = ["{OTHER}", {listing(LIST)}]'
    of_both = range(NEWEST - 10, NEWEST - 13, -1)
    web.add(OTHER, f"<html><body><ul>{links(of_both)}</ul></body></html>")
    put_lists(web, NEWEST - 10)
    night(lists)
    body, status, headers = LOST[way]
    web.add(f"http://{HOST}/weihu.html", "<html><body><p>系统维护中，请稍后再试。</p></body></html>")
    web.add(f"http://{HOST}/login.html", "<html><body><form><input type=password></form></body></html>")
    web.add(f"http://{HOST}/", "<html><body><p>欢迎访问甲市网。</p></body></html>")
    front = f"<html><body><ul>{links(range(NEWEST - 1, NEWEST - 8, -1))}</ul></body></html>"
    web.add(f"http://{HOST}/index.shtml", front)
    web.add(OTHER, f"<html><body><ul>{links(range(NEWEST, NEWEST - 2, -1))}</ul></body></html>")
    web.add(LIST, body, status, **headers)

    second = night(lists)
    put_lists(web, NEWEST)
    third = night(lists)

    assert held(second) == WHOLE
    assert second.code == 3
    assert second.lines(f"alarm site={HOST}", LIST)
    assert third.code == 0
