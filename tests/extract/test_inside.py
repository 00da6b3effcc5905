"""Pictures inside a page: shown up to a bound, whatever their size and type; what cannot be is a box, and counted."""

import base64
import re

import pytest

from extract.page.harmless import quieted
from extract.page.page import Page
from extract.page.stand_ins import Surroundings

NOTHING = Surroundings(lambda url: None, lambda url: None, lambda url: None)
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SHOWN = f"data:image/png;base64,{DOT}"
LARGE = "data:image/png;base64," + base64.b64encode(base64.b64decode(DOT) + bytes(2_250_000)).decode()
TOO_LARGE = "data:image/png;base64," + base64.b64encode(base64.b64decode(DOT) + bytes(9_000_000)).decode()


def made(markup: str) -> Page:
    body = f"<html><body><p>前文</p>{markup}<p>后文</p></body></html>"
    return Page("http://www.a.example/1.html", body.encode(), "text/html; charset=utf-8")


def quiet(page: Page) -> str:
    found = quieted(page, NOTHING)
    assert found is not None
    assert "前文" in found.html
    assert "后文" in found.html
    return found.html


def counted(page: Page) -> tuple[int, int]:
    """The parts that are shown, and all."""
    found = quieted(page, NOTHING)
    assert found is not None
    return sum(is_held for _, is_held in found.parts), len(found.parts)


def boxes(html: str) -> list[str]:
    found = re.findall(r'<span class="zhuanzai-missing"[^>]*>(.*?)<img', html)
    return [re.sub("<[^>]*>", "", box) for box in found]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<img src="{}">', 1),
        ("<img src='{}'>", 1),
        ("<img src={}>", 1),
        ('<img src="/blank.gif" srcset="{} 2x">', 0),
        ('<img srcset="{} 1x">', 1),
        ('<picture><source srcset="{}"><img></picture>', 1),
        ('<video poster="{}"></video>', 1),
        ('<input type="image" src="{}">', 1),
    ],
)
@pytest.mark.slow
@pytest.mark.parametrize("address", [SHOWN, LARGE], ids=["small", "3 MB"])
def test_a_picture_inside_the_page_is_shown_and_counted(markup: str, shown: int, address: str) -> None:
    page = made(markup.format(address))
    html = quiet(page)

    assert html.count(f'src="{address}"') == shown
    assert counted(page) == (shown, 1)


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="background: url({})">a</p>',
        "<p style='background: url( \"{}\" )'>a</p>",
        '<p style="background: url(&quot;{}&quot;)">a</p>',
        "<style>p {{ background: url('{}') }}</style>",
    ],
)
@pytest.mark.slow
@pytest.mark.parametrize("address", [SHOWN, LARGE], ids=["small", "3 MB"])
def test_a_picture_inside_a_style_is_shown(markup: str, address: str) -> None:
    page = made(markup.format(address))

    assert quiet(page).count(address) == 1
    assert counted(page) == (0, 0)


def test_what_is_too_large_is_a_box_with_its_type_and_size_and_counted() -> None:
    page = made(f'<img src="{TOO_LARGE}"><img src="{SHOWN}"><video poster="{TOO_LARGE}"></video>')
    html = quiet(page)

    assert boxes(html) == ["data: image/png, 12,000,118 characters"] * 2
    assert counted(page) == (1, 3)


def test_a_style_loses_what_is_too_large_and_it_is_counted() -> None:
    page = made(f"<style>p {{ color: red; background: url({TOO_LARGE}) }}</style>")

    assert "p { color: red; background: none }" in quiet(page)
    assert counted(page) == (0, 1)


@pytest.mark.slow
def test_all_pictures_together_have_a_bound_too() -> None:
    page = made(f'<img src="{LARGE}">' * 12)
    html = quiet(page)

    assert html.count(LARGE) == 10
    assert boxes(html) == ["data: image/png, 3,000,118 characters"] * 2
    assert counted(page) == (10, 12)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"DATA:image/PNG;base64,{DOT}", SHOWN),
        (f" data:image/png;base64,{DOT}", SHOWN),
        (f"data:image/png;base64,{DOT[:40]}\n{DOT[40:]}", SHOWN),
        (f"data:;base64,{DOT}", SHOWN),
        (f"data:text/html;base64,{DOT}", SHOWN),
        (f"data:application/octet-stream;base64,{DOT}", SHOWN),
        ("data:image/svg+xml;base64,PHN2Zy8+", "data:image/svg+xml;base64,PHN2Zy8+"),
        ("data:image/svg+xml,%3Csvg/%3E", "data:image/svg+xml;base64,PHN2Zy8+"),
    ],
)
def test_a_picture_is_one_whatever_type_it_is_said_to_have(address: str, shown: str) -> None:
    page = made(f'<img src="{address}">')

    assert f'<img src="{shown}">' in quiet(page)
    assert counted(page) == (1, 1)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("data:text/html,<b>a</b>", "data: text/html, 23 characters"),
        ("data:image/png;base64,PGh0bWw+", "data: image/png, 30 characters"),
        ("data:,picture", "data: text/plain, 13 characters"),
        ("blob:http://www.a.example/1-2", "blob:http://www.a.example/1-2"),
        ("cid:part1@a.example", "cid:part1@a.example"),
        ("file:///C:/1.jpg", "file:///C:/1.jpg"),
    ],
)
def test_what_is_no_picture_or_only_a_reader_had_is_a_box(address: str, told: str) -> None:
    page = made(f'<img src="{address}">')

    assert boxes(quiet(page)) == [told]
    assert counted(page) == (0, 1)


@pytest.mark.parametrize(
    "address", ["about:blank", "javascript:alert(1)", "data:,", "data:image/png;base64", ""]
)
def test_where_nothing_was_shown_nothing_is_missing(address: str) -> None:
    page = made(f'<img src="{address}">')
    html = quiet(page)

    assert "<img>" in html
    assert boxes(html) == []
    assert counted(page) == (0, 0)


@pytest.mark.parametrize("place", ["0-40", "5-12", "999999999-9", "20-300000000"])
def test_a_page_that_names_a_place_itself_gets_nothing_out(place: str) -> None:
    page = made(
        f'<img src="data:zhuanzai-at/{place},"><p style="background: url(data:zhuanzai-at/{place},)">a</p>'
    )
    html = quiet(page)

    assert "zhuanzai-at" not in html
    assert html.count("前文") == 1
