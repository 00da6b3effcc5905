"""Where a site keeps its fields is learned from pages, and only where reading by it changes nothing."""

import pytest

from crawler.exploring.layouts import Samples
from extract.page.page import Page
from extract.read import read

PLACES = {
    "ids": (
        "<div id=headline>{title}</div><p id=facts>2024-12-0{n} 08:30 来源：{source}</p><div id=words>{text}</div>",
        {"title": "#headline", "date": "#facts", "source": "#facts", "body": "#words"},
    ),
    "classes": (
        "<h1 class='tit red'>{title}</h1><p class=msg><span class=when>2024年12月{n}日 08:30</span> <i class=from>来源：{source}</i></p>"
        "<div class=main-text>{text}</div>",
        {"title": "h1.tit", "date": "span.when", "source": "i.from", "body": "div.main-text"},
    ),
    "inside": (
        "<div class=head-box><h1>{title}</h1><p>2024-12-0{n} 08:30　来源：{source}</p></div><div class=con>{text}</div>",
        {"title": "div.head-box h1", "date": "div.head-box p", "source": "div.head-box p", "body": "div.con"},
    ),
}


def page(places: str, n: int) -> Page:
    text = "".join(
        f"<p>青河县第{n}座桥修好了，附近的{n * 7 + k}户居民说出门方便了许多，过去要绕行{k + 20}分钟。</p>"
        for k in range(5)
    )
    body = places.format(
        title=f"青河县第{n}座桥今天通车", n=n, source=("青河日报", "新华社")[n % 2], text=text
    )
    side = (
        "<ul>" + "".join(f"<li><a href='/{k}.html'>另一条新闻的标题{k}</a></li>" for k in range(4)) + "</ul>"
    )
    return Page(
        f"http://www.qinghe.example/n/{n}.html", f"<html><body>{side}{body}{side}</body></html>".encode()
    )


def samples(*pages: Page) -> Samples:
    found = Samples()
    for one in pages:
        found.add(one, read(one))
    return found


@pytest.mark.parametrize("places", PLACES)
def test_the_places_of_fields_are_learned(places: str) -> None:
    markup, wanted = PLACES[places]

    assert samples(*(page(markup, n) for n in range(1, 6))).layout(()) == wanted


def test_three_pages_are_too_few() -> None:
    assert samples(*(page(PLACES["ids"][0], n) for n in range(1, 4))).layout(()) == {}


def test_pages_laid_out_in_two_ways_teach_nothing() -> None:
    pages = [page(PLACES[("ids", "classes")[n % 2]][0], n) for n in range(1, 6)]

    assert samples(*pages).layout(()) == {}


def test_pages_of_a_known_content_system_are_left_to_it() -> None:
    markup = PLACES["ids"][0].replace("id=words", "id=zoom class=TRS_Editor")

    assert samples(*(page(markup, n) for n in range(1, 6))).layout(()) == {}
