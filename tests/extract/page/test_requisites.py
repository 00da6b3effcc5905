"""What a page needs to look as it did: found as a browser finds it, whatever the page does."""

import pytest

from extract.page.page import Page
from extract.page.requisites import MOST, Requisite, of_page, of_stylesheet

URL = "http://www.ferry.example/a/1.html"
FIRST = "河口的渡船今天停航一日，检修缆绳和跳板。"
SECOND = "明天清晨六点照常开出第一班，岸边的人先散了。"
THIRD = "管理所请乘客留意黑板上的通知。"
TEXT = "\n".join((FIRST, SECOND, THIRD))


def page(body: str, head: str = "") -> Page:
    return Page(
        URL, f"<html><head>{head}</head><body>{body}</body></html>".encode(), "text/html; charset=utf-8"
    )


def found(body: str, head: str = "") -> list[Requisite]:
    return list(of_page(page(body, head), TEXT).requisites)


def article(inside: str) -> str:
    text = f'<div id="c"><p>{FIRST}</p><p>{SECOND}</p>{inside}<p>{THIRD}</p></div>'
    return f'<img src="/logo.png">{text}<img src="/ad.png">'


def roles(requisites: list[Requisite]) -> list[tuple[str, str]]:
    return [(one.url.removeprefix("http://www.ferry.example/"), one.role) for one in requisites]


def test_pictures_of_the_text_are_told_from_others() -> None:
    assert roles(found(article('<p><img src="p.jpg" alt="渡船"></p>'))) == [
        ("logo.png", "image"),
        ("a/p.jpg", "picture"),
        ("ad.png", "image"),
    ]


def test_a_picture_tells_where_in_the_text_it_stands() -> None:
    (picture,) = [
        one for one in found(article('<p><img src="p.jpg" alt=" 渡 船 "></p>')) if one.role == "picture"
    ]

    assert picture == Requisite("http://www.ferry.example/a/p.jpg", "picture", 2, None, "渡 船")


def test_a_picture_behind_the_last_paragraph_stands_after_all_of_them() -> None:
    markup = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p><img src=p.jpg></p><p>（完）</p>"

    (picture,) = [one for one in found(f"<div>{markup}</div><img src=/ad.png>") if one.role == "picture"]

    assert (picture.url, picture.position) == ("http://www.ferry.example/a/p.jpg", 3)


@pytest.mark.parametrize(
    ("markup", "caption"),
    [
        (
            "<figure><img src=p.jpg><figcaption>船靠岸了。 罗小禾 摄</figcaption></figure>",
            "船靠岸了。 罗小禾 摄",
        ),
        ("<table><tr><td><img src=p.jpg></td></tr><tr><td>船靠岸了。</td></tr></table>", "船靠岸了。"),
        ("<p><img src=p.jpg></p><p>图为渡船靠岸。</p>", "图为渡船靠岸。"),
        ("<p><img src=p.jpg></p><p class='pic-desc'>渡船靠岸</p>", "渡船靠岸"),
        ("<p><img src=p.jpg><br>▲渡船靠岸。（本报记者 罗小禾 摄）</p>", "▲渡船靠岸。（本报记者 罗小禾 摄）"),
        ("<p><img src=p.jpg></p><p>渡船靠岸，人们下来了。</p>", None),
        ("<p><img src=p.jpg></p><p>▲渡船靠岸</p>", "▲渡船靠岸"),
        (
            "<div class=box><a href=x><img src=p.jpg></a><div class=img-desc>渡船靠岸</div></div>",
            "渡船靠岸",
        ),
        ("<div><img src=p.jpg><span class=photo_note>渡船靠岸</span></div><p>岸边</p>", "渡船靠岸"),
        ("<p align=center><img src=p.jpg></p><p align=CENTER>渡船靠岸。</p>", "渡船靠岸。"),
        ("<p style='text-align: center'><img src=p.jpg><br>渡船靠岸。</p>", "渡船靠岸。"),
        (
            "<center><p><img src=p.jpg></p><p>渡船靠岸，人们下来。罗小禾摄</p></center>",
            "渡船靠岸，人们下来。罗小禾摄",
        ),
        ("<p align=center><img src=p.jpg></p><p align=center><b>一、停航的缘由</b></p>", None),
        ("<p align=center><img src=p.jpg></p><p>渡船靠岸。</p>", None),
        ("<p align=center><img src=p.jpg></p><p align=center><img src=q.png>渡船靠岸。</p>", None),
        ("<p><img src=p.jpg></p>", None),
        ("<p class=f_center><img src=p.jpg><br>码头边的老缆绳</p>", "码头边的老缆绳"),
        ("<div class=text-center><img src=p.jpg>码头边的老缆绳</div>", "码头边的老缆绳"),
        ("<p class=concentered><img src=p.jpg>码头边的老缆绳</p>", None),
        (
            "<p align=center><img src=p.jpg></p><p align=center>码头边的老缆绳</p><p>渡船靠岸。</p>",
            "码头边的老缆绳",
        ),
        ("<p align=center><img src=p.jpg></p><p align=center>码头上</p><p align=center>雨落在江心</p>", None),
        ("<p align=center><img src=p.jpg></p><p align=center>（二）停航以后</p>", None),
        ("<p align=center><img src=p.jpg></p><h3 align=center>停航以后</h3>", None),
        ("<p align=center><img src=p.jpg></p><p align=center><a href=/q>下一页</a></p>", None),
        ("<p align=center><img src=p.jpg><a href=/s>分享给朋友</a></p>", None),
        ("<p><img src=p.jpg></p><p>船老大向岸上喊话。视频截图</p>", "船老大向岸上喊话。视频截图"),
        ("<p><img src=p.jpg></p><p>老渡口（资料图）</p>", "老渡口（资料图）"),
        ("<p><img src=p.jpg></p><p>老渡口。（資料照片）</p>", "老渡口。（資料照片）"),
        ("<p><img src=p.jpg></p><p>摄影：罗小禾</p>", "摄影：罗小禾"),
        ("<p><img src=p.jpg></p><p>图片来源：渡口管理所</p>", "图片来源：渡口管理所"),
        ("<p><img src=p.jpg></p><p>图集还有更多</p>", None),
        ("<p><img src=p.jpg></p><p>Figure 2. The ferry</p>", "Figure 2. The ferry"),
        (
            "<p><span class=a><span class=b><img src=p.jpg></span>老渡口。（資料照）</span></p>",
            "老渡口。（資料照）",
        ),
        (
            "<div><img src=p.jpg><br>船老大。(资料图)<br>渡口报讯 今天风大，船没有开，人都散了。</div>",
            "船老大。(资料图)",
        ),
        (f"<p><img src=p.jpg></p><p>{'<i> </i>' * 250}图为<i> </i>渡船靠岸。</p>", "图为 渡船靠岸。"),
        (f"<p><img src=p.jpg></p><p>图为{'渡<i>船</i>' * 120}。</p>", None),
        (f"<div><img src=p.jpg>{'<i>水涨了</i>' * 90}<b class=pic-desc>渡船靠岸</b></div>", "渡船靠岸"),
    ],
)
def test_captions_are_what_the_page_prints_under_a_picture(markup: str, caption: str | None) -> None:
    picture = next(one for one in found(article(markup)) if one.role == "picture")

    assert picture.caption == caption


@pytest.mark.parametrize(
    ("size", "role"),
    [('width="1" height="1"', "image"), ('width="0" height="0"', "image"), ('width="1px" height="2px"', "image"),
     ('width="1"', "picture"), ('width="100%" height="1"', "picture"), ("", "picture")],
)  # fmt: skip
def test_a_spacer_is_no_picture_of_the_text(size: str, role: str) -> None:
    assert ("a/p.gif", role) in roles(found(article(f'<p><img src="p.gif" {size}></p>')))


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img src="blank.gif" data-src="p.jpg">', "p.jpg"),
        ('<img src="blank.gif" data-original="p.jpg">', "p.jpg"),
        ('<img src="data:image/gif;base64,R0lGOD" data-lazy-src="p.jpg">', "p.jpg"),
        ('<img src="s.jpg" srcset="m.jpg 640w, p.jpg 1280w, l.jpg 2560w">', "p.jpg"),
        ('<img srcset="p.jpg, l.jpg 2x">', "p.jpg"),
        ('<img srcset="s.jpg 320w, p.jpg 800w">', "p.jpg"),
        ('<picture><source type="image/webp" srcset="p.webp"><img src="s.jpg"></picture>', "p.webp"),
        ('<picture><source type="image/x-none" srcset="n.x"><img src="p.jpg"></picture>', "p.jpg"),
        ('<picture><source media="(max-width: 1px)" srcset="n.jpg"><img src="p.jpg"></picture>', "p.jpg"),
        ('<img src=" p.jpg ">', "p.jpg"),
        ('<img src="../a/./p.jpg">', "p.jpg"),
        ('<img src="../../../../a/p.jpg">', "p.jpg"),
        ('<img src="http://www.ferry.example/x/../a/./p.jpg">', "p.jpg"),
        ('<img src="//www.ferry.example/../../a/p.jpg?a=../b">', "p.jpg?a=../b"),
    ],
)
def test_addresses_are_resolved_as_the_page_would(markup: str, address: str) -> None:
    (picture,) = [one for one in found(article(f"<p>{markup}</p>")) if one.role == "picture"]

    assert picture.url == f"http://www.ferry.example/a/{address}"


def test_stylesheets_icons_posters_and_backgrounds() -> None:
    head = (
        '<link rel="stylesheet" href="/s.css"><link rel="alternate stylesheet" href="/alt.css">'
        '<link rel="shortcut icon" href="/favicon.ico"><link rel="preload" href="/x.js"><script src="/y.js"></script>'
        "<style>@import 'i.css'; .a { background: url(b.png) } @font-face { src: url('f.woff2') }"
        " /* url(no.png) */</style>"
    )
    body = '<video poster="v.jpg"></video><td background="t.gif"><div style="background: URL( \'d.png\' )"></div>'

    assert roles(found(article(f"<table><tr>{body}</tr></table>"), head))[:5] == [
        ("s.css", "stylesheet"),
        ("favicon.ico", "icon"),
        ("a/i.css", "stylesheet"),
        ("a/b.png", "background"),
        ("a/f.woff2", "font"),
    ]
    assert {("a/v.jpg", "poster"), ("a/t.gif", "background"), ("a/d.png", "background")} <= set(
        roles(found(article(f"<table><tr>{body}</tr></table>"), head))
    )


def test_a_base_is_where_addresses_start() -> None:
    assert (
        found('<img src="x.png">', '<base href="https://cdn.example/i/">')[0].url
        == "https://cdn.example/i/x.png"
    )


def test_a_stylesheet_names_sheets_pictures_and_fonts() -> None:
    text = """@charset "utf-8"; @import url(a.css); @import "b.css" screen;
    .x { background: url("i.png?v=1") } @font-face { font-family: f; src: url(f.eot), url('f.woff') }
    .y { background: url(data:image/png;base64,AAAA) } .z { cursor: url(#x) } /* url(no.png) """

    assert [(one.url.removeprefix("http://c.example/s/"), one.role) for one in
            of_stylesheet(text, "http://c.example/s/m.css").requisites] == [
        ("a.css", "stylesheet"),
        ("b.css", "stylesheet"),
        ("i.png?v=1", "background"),
        ("f.eot", "font"),
        ("f.woff", "font"),
    ]  # fmt: skip


def test_what_follows_megabytes_inside_a_stylesheet_is_found() -> None:
    inside = f"url(data:font/woff2;base64,{'A' * 2_000_000})"
    text = f"@font-face {{ src: {inside} }} .a {{ background: {inside}, url(a.png) }}"

    assert [one.url for one in of_stylesheet(text, "http://c.example/m.css").requisites] == [
        "http://c.example/a.png"
    ]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (r"url(a\2e png)", "a.png"),
        (r"url( 'a\.png' )", "a.png"),
        (r'url("\0061 .png")', "a.png"),
        (r"url(\56FE.png)", "图.png"),
        (r'url("a\)b.png")', "a)b.png"),
        (r"url(\0 .png)", "\ufffd.png"),
        (r"url(\110000 .png)", "\ufffd.png"),
    ],
)
def test_escapes_of_a_stylesheet_are_undone(written: str, address: str) -> None:
    (one,) = of_stylesheet(f".x {{ background: {written} }}", "http://c.example/s/m.css").requisites

    assert one.url == f"http://c.example/s/{address}"


@pytest.mark.parametrize(
    "address",
    ["", "#", "data:image/png;base64,AAAA", "javascript:alert(1)", "about:blank", "file:///etc/passwd", "ftp://x/y",
     "http://[", "x" * 3000, "blob:http://a/b"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not_asked(address: str) -> None:
    assert found(f'<img src="{address}">', f'<link rel="stylesheet" href="{address}">') == []


@pytest.mark.slow
def test_ten_thousand_pictures_are_cut_and_counted() -> None:
    pictures = "".join(f'<p><img src="{number}.jpg"></p>' for number in range(10_000))

    result = of_page(page(article(pictures)), TEXT)

    assert len(result.requisites) == MOST
    assert result.left_out == 10_000 + 2 - MOST


@pytest.mark.parametrize(
    "text",
    ["url(" * 100_000, "@import " * 50_000, "@font-face{" * 100_000, "/*" * 100_000, 'url("' * 200_000,
     "url(a.png)" * 50_000, "@font-face{src:url(a)}" * 30_000],
)  # fmt: skip
def test_a_sheet_made_to_cost_time_costs_little(text: str) -> None:
    assert len(of_stylesheet(text, URL).requisites) <= 1  # and the suite's own limit of time holds


def test_deep_and_wide_pages_cost_little() -> None:
    deep = "<div>" * 1500 + '<img src="p.jpg">' * 400
    assert len(found(article(deep))) <= 3
    assert len(found(article('<img srcset="' + "a.jpg 1w," * 20_000 + '">'))) == 3
