"""Stylesheets and pictures put into a page: what is held is shown, what is not is a box, and nothing else is named."""

import re

import pytest

from extract.page.harmless import harmless
from extract.page.page import Page
from extract.page.stand_ins import Surroundings

URL = "http://www.ferry.example/a/1.html"
GIF = "data:image/gif;base64,R0lGOD"
STYLES = "http://www.ferry.example/s"
SHEETS = {
    f"{STYLES}/site.css": "@import url(base.css); @import 'wide.css' screen; h1 { background: url(i.gif) }",
    f"{STYLES}/base.css": "@import 'site.css'; @import url(base.css); p { color: red; background: url(no.gif) }",
    f"{STYLES}/wide.css": ".w { color: blue }</style><script>alert(1)</script>",
}
PICTURES = {"http://www.ferry.example/s/i.gif", "http://www.ferry.example/a/p.gif"}


def shown(body: str, head: str = "") -> str:
    shelf = Surroundings(
        lambda url: None, lambda url: GIF if url in PICTURES else None, lambda url: SHEETS.get(url)
    )
    page = Page(
        URL, f"<html><head>{head}</head><body>{body}</body></html>".encode(), "text/html; charset=utf-8"
    )
    return harmless(page, shelf) or ""


def test_sheets_come_with_what_they_import_and_show() -> None:
    html = shown("<h1>x</h1>", '<link rel="stylesheet" href="/s/site.css">')

    assert "color: red" in html
    assert re.search(r"@media screen \{ \.w \{ color: blue \}", html)
    assert f'url("{GIF}")' in html
    assert "no.gif" not in html
    assert "</style><script" not in html


def test_an_escaped_address_is_that_of_the_picture() -> None:
    html = shown(
        "<h1>x</h1>",
        r"<style>h1 { background: url(/s/i\2e gif) } h2 { background: url('/s/\69.gif') }</style>",
    )

    assert html.count(GIF) == 2


def test_a_page_s_own_styles_are_dressed_too() -> None:
    html = shown(
        '<p style="background: url(/s/i.gif)">x</p>',
        "<style>@import '/s/base.css'; .b { x: url(/no.gif) }</style>",
    )

    assert html.count(GIF) == 2
    assert "color: red" in html
    assert "/no.gif" not in html


def test_a_picture_that_is_not_held_is_a_box_of_its_size_with_its_address() -> None:
    html = shown('<img src="gone.gif" width="480" height="320" onerror="alert(1)"> after')

    box = re.search(
        r'<span class="zhuanzai-missing" style="[^"]*width:480px;height:320px">(.*)<img></span> after', html
    )

    assert box is not None
    assert re.sub("<[^>]*>", "", box[1]) == "http://www.ferry.example/a/gone.gif"
    assert "onerror" not in html


@pytest.mark.parametrize(
    "markup",
    ['<img src="p.gif">', '<img src="blank.gif" data-original="p.gif">', '<img srcset="p.gif 1280w" src="s.gif">',
     '<picture><source srcset="p.gif"><img src="s.gif"></picture>'],
)  # fmt: skip
def test_a_picture_that_is_held_is_shown_from_any_of_its_addresses(markup: str) -> None:
    assert f'src="{GIF}"' in shown(markup)


@pytest.mark.parametrize(
    "markup",
    ['<td background="p.gif">字</td>', '<video poster="p.gif" src="f.mp4"><source src="f.mp4">字</video>',
     '<input type="IMAGE" src="p.gif">', '<table background="p.gif"><tr><td>字</td></tr></table>'],
)  # fmt: skip
def test_pictures_of_other_elements_are_shown_too(markup: str) -> None:
    html = shown(f"<table><tr>{markup}</tr></table>" if markup.startswith("<td") else markup)

    assert f'="{GIF}"' in html
    assert "f.mp4" not in html


@pytest.mark.parametrize("said", ['rel="alternate stylesheet" title="大字"', 'rel="stylesheet" disabled'])
def test_a_sheet_that_browsers_leave_aside_is_left_aside(said: str) -> None:
    assert "color: red" not in shown("<p>x</p>", f'<link {said} href="/s/base.css">')


def test_a_picture_inside_the_page_stays() -> None:
    assert f'src="{GIF}"' in shown(f'<img src="{GIF}">')


@pytest.mark.parametrize(
    "style",
    ["@import url(http://leak.example/x.css);", "p { background: url(http://leak.example/x) }",
     "p { background: u/**/rl(http://leak.example/x) }", "p { background: image-set('http://leak.example/x' 1x) }",
     "@import 'http://leak.example/x", "p { background: url(http://leak.example/x", 
     "p { background: url( 'http://leak.example/(x)' ) }"],
)  # fmt: skip
def test_no_style_names_an_address(style: str) -> None:
    html = shown(f'<p style="{style.replace(chr(34), "")}">x</p>', f"<style zhuanzai-dressed>{style}</style>")

    assert "leak.example" not in html


def test_sheets_that_import_without_end_are_put_in_up_to_a_bound() -> None:
    held = {
        "http://www.a.example/top.css": "@import 'middle.css';" * 1700,
        "http://www.a.example/middle.css": "@import 'leaf.css';" * 1000,
        "http://www.a.example/leaf.css": "",
    }
    asked: list[str] = []

    def style(url: str) -> str | None:
        asked.append(url)
        return held.get(url)

    page = Page(
        "http://www.a.example/1.html",
        b"<html><head><link rel=stylesheet href=/top.css></head><body><p>a</p></body></html>",
        "text/html",
    )

    assert harmless(page, Surroundings(lambda url: None, lambda url: None, style))
    assert len(asked) == 200
