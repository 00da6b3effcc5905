"""Archived pages made quiet: what they say stays, what they could do goes."""

import re
from pathlib import Path

import pytest

from extract.page.harmless import harmless, quiet_css
from extract.page.page import Page
from extract.page.stand_ins import Surroundings

NOTHING = Surroundings(lambda url: None, lambda url: None, lambda url: None)


def shown(markup: str, shelf: Surroundings = NOTHING, url: str = "http://www.a.example/n/1.html") -> str:
    body = f"<!DOCTYPE html><html><body>{markup}</body></html>"
    found = harmless(Page(url, body.encode(), "text/html; charset=utf-8"), shelf)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href=' jAvAsCrIpT:alert(1)'>a</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data='javascript:alert(1)'></object>",
        "<form action='javascript:alert(1)'><input onfocus=alert(1) autofocus></form>",
        "<body onload=alert(1)>",
        "<template><script>alert(1)</script></template>",
        "<div style='background: url(javascript:alert(1))'>a</div>",
        "<style>@import 'javascript:alert(1)';</style>",
        "<noscript><p title='</noscript><script>alert(1)</script>'></noscript>",
        "<xmp><script>alert(1)</script></xmp>",
    ],
)
def test_nothing_that_runs_is_left(markup: str) -> None:
    found = shown(f"{markup}<p>正文</p>").lower()

    assert "正文" in found
    assert "<script" not in found
    assert not re.search(r"<[^>]*\s(?:on\w+|srcdoc|action|data)\s*=", found)
    assert "javascript:" not in found


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='http://leak.example/a.png'>",
        "<img srcset='http://leak.example/a.png 2x'>",
        "<link rel=stylesheet href='http://leak.example/a.css'>",
        "<link rel=dns-prefetch href='http://leak.example'>",
        "<base href='http://leak.example/'>",
        "<meta http-equiv=refresh content='0;url=http://leak.example/'>",
        "<style>@import url(http://leak.example/a.css); p { background: URL( 'http://leak.example/b.png' ) }</style>",
        "<p style='background: url(http://leak.example/a.png)'>a</p>",
        "<table background='http://leak.example/a.png'><tr><td>a</td></tr></table>",
        "<video poster='http://leak.example/a.png'><source src='http://leak.example/a.mp4'></video>",
        "<embed src='http://leak.example/a'><object data='http://leak.example/b'></object>",
        "<a ping='http://leak.example/ping'>a</a>",
        "<input type=image src='http://leak.example/a.png'>",
    ],
)
def test_nothing_that_fetches_is_left(markup: str) -> None:
    assert "leak.example" not in shown(markup)


def test_a_link_leads_to_the_archive_or_nowhere() -> None:
    shelf = Surroundings(
        lambda url: "/db/-/capture/9" if url.endswith("/n/2.html") else None, *[lambda url: None] * 2
    )

    found = shown("<a href='2.html#x'>a</a><a href='3.html' onclick=x()>b</a><a href='#top'>c</a>", shelf)

    assert '<a href="/db/-/capture/9" target="_top" title="http://www.a.example/n/2.html">a</a>' in found
    assert '<a href="#" title="http://www.a.example/n/3.html">b</a>' in found
    assert '<a href="#top">c</a>' in found


def test_a_link_to_nowhere_looks_like_a_link_and_a_named_place_does_not() -> None:
    shelf = Surroundings(lambda url: "/db/-/capture/9", lambda url: None, lambda url: None)

    assert '<a href="#">a</a>' in shown("<a href='javascript:go()'>a</a>")
    assert "<a>甲</a>" in shown("<a name=top>甲</a>", shelf)


def test_a_base_element_moves_the_links() -> None:
    asked: list[str] = []
    shelf = Surroundings(lambda url: asked.append(url), lambda url: None, lambda url: None)

    shown("<base href='http://www.b.example/x/'><a href='2.html'>a</a>", shelf)

    assert asked == ["http://www.b.example/x/2.html"]


def test_a_held_picture_is_put_into_the_page_wherever_its_address_hides() -> None:
    held = {"http://www.a.example/p.png": "data:image/png;base64,AA=="}
    shelf = Surroundings(lambda url: None, held.get, lambda url: None)

    found = shown("<img src='/blank.gif' data-src='/p.png' alt='图' width=3>", shelf)

    assert '<img alt="图" width="3" src="data:image/png;base64,AA==">' in found


def test_a_held_stylesheet_is_put_into_the_page() -> None:
    sheets = {"http://www.a.example/a.css": "p { color: red } </style><script>alert(1)</script>"}
    shelf = Surroundings(lambda url: None, lambda url: None, sheets.get)

    found = shown("<link rel='Stylesheet' media=print href=/a.css onload=x()><p>a</p>", shelf)

    assert '<style media="print">p { color: red } <\\/style>' in found


def test_pictures_inside_the_page_stay() -> None:
    assert 'src="data:image/gif;base64,R0lG"' in shown("<img src='data:image/gif;base64,R0lG'>")


def test_what_follows_a_tag_without_an_end_stays() -> None:
    found = shown("<picture><source srcset=a><img alt=图></picture><embed src=b><p>后文</p>")

    assert '<img alt="图">' in found
    assert "后文" in found


def test_unknown_tags_go_and_their_words_stay() -> None:
    found = shown("<founder-content><o:p>正文</o:p></founder-content><form><label>标签</label></form>")

    assert "正文" in found
    assert "founder" not in found
    assert "<form" not in found


def test_looks_stay() -> None:
    found = shown(
        '<font color="red" size="4">a</font><td colspan=2 bgcolor=#eee><p style="text-align: center">b</p></td>'
    )

    assert '<font color="red" size="4">' in found
    assert 'style="text-align: center"' in found


def test_what_is_no_page_is_none() -> None:
    assert harmless(Page("http://a.example/", b"%PDF-1.4"), NOTHING) is None


def test_addresses_in_css_become_none() -> None:
    css = "@import url(a.css); a { background: url(b.png) no-repeat; c: url('data:image/gif;base64,R0=') }"

    assert quiet_css(css) == " a { background: none no-repeat; c: url('data:image/gif;base64,R0=') }"


PAGES = Path(__file__).parents[3].parent / "shared" / "pages"


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.is_dir(), reason=f"no saved pages at {PAGES}")
def test_saved_pages_of_real_sites_become_quiet() -> None:
    for path in sorted(PAGES.glob("*.html"))[::4]:
        found = harmless(Page("http://www.a.example/n/1.html", path.read_bytes()), NOTHING)
        assert found is not None, path.name
        assert not re.search(r"<(?:script|iframe|link|base|object|embed|form|input|svg|meta http)", found), (
            path.name
        )
        assert not re.search(r"<[^>]*\s(?:on\w+|srcset|src(?!=\"data:)|href(?!=\"#))\s*=", found), path.name
