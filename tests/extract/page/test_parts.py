"""Every part of a page's look that is held is shown, every other told with its address: by families of markup."""

import re

import pytest

from extract.page.harmless import quieted
from extract.page.page import Page
from extract.page.requisites import of_page
from extract.page.stand_ins import Surroundings

HOST = "http://www.ferry.example"
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
TEXT = "河口的渡船今天停航一日，检修缆绳和跳板。"
SHEETS = {
    "/import.css": "@import 'deep/two.css' layer(base) screen;",
    "/deep/two.css": "p { background: url(three.png) }",
    "/supports.css": '@import "deep/two.css" supports(display: grid);',
    "/tight.css": "@charset 'gbk';@import'deep/two.css'all;",
}


def made(markup: str) -> Page:
    body = f"<html><body><p>{TEXT}</p>{markup}<p>后文</p></body></html>"
    return Page(f"{HOST}/a/1.html", body.encode(), "text/html; charset=utf-8")


def parts(markup: str, *, held: bool) -> tuple[str, dict[str, bool]]:
    """The quiet page's text without markup, and its parts, where everything or nothing is held."""

    def sheet(url: str) -> str | None:
        return SHEETS.get(url.removeprefix(HOST), "") if held else None

    around = Surroundings(
        lambda url: f"/capture?{url}" if held else None,
        lambda url: f"data:image/png;base64,{url.rpartition('/')[2]}" if held else None,
        sheet,
    )
    found = quieted(made(markup), around)
    assert found is not None
    assert "后文" in found.html
    return found.html, {url.removeprefix(HOST): is_held for url, is_held in found.parts}


PICTURES = [
    ('<img src="  /p.png\n">', "/p.png"),
    ("<IMG SRC=/p.png>", "/p.png"),
    ('<img src="\\p.png">', "/p.png"),
    ('<image src="/p.png">', "/p.png"),
    ('<img srcset="/s/a,b,w_300.png 300w" sizes="30px">', "/s/a,b,w_300.png"),
    ('<img srcset="/s.png?x-oss-process=image/resize,w_300 1x">', "/s.png?x-oss-process=image/resize,w_300"),
    ('<img src="/0.png" srcset="/1.png 1x,/2.png 2x">', "/1.png"),
    ('<img srcset=" , /p.png ,">', "/p.png"),
    (
        f'<picture><source data-srcset="/p/lazy.png"><img src="{BLANK}" data-src="/b.png"></picture>',
        "/p/lazy.png",
    ),
    (
        '<picture><source type="image/jxl" srcset="/x.jxl"><source srcset="/p.png"><img src="/f.png"></picture>',
        "/p.png",
    ),
    ('<object data="/p.png" type="image/png">?</object>', "/p.png"),
    ('<object data="/p.png" width="30"></object>', "/p.png"),
    ('<object data="/p.svg" type="image/svg+xml"></object>', "/p.svg"),
    ('<embed src="/p.png">', "/p.png"),
    ('<input type="IMAGE" src="/p.png">', "/p.png"),
    ('<video poster="/p.png"></video>', "/p.png"),
    ('<svg><image href="/p.png" width="3" height="3"/></svg>', "/p.png"),
    ('<svg><g><image xlink:href="/p.png"/></g></svg>', "/p.png"),
    ('<button><img src="/p.png"></button>', "/p.png"),
    (f'<img src="{BLANK}" data-src="/p.png"><noscript><img src="/p.png"></noscript>', "/p.png"),
    ('<noscript>Turn scripts on<img src="/p.png"></noscript>', "/p.png"),
    ('<amp-img src="/p.png" width="30" height="20" layout="responsive"></amp-img>', "/p.png"),
    ('<amp-anim width="30" height="20" src="/p.png"></amp-anim>', "/p.png"),
    ('<amp-img src="/0.png" srcset="/p.png 1300w, /2.png 400w"></amp-img>', "/p.png"),
    ('<amp-img src="/p.png"><noscript><img src="/p.png" width="30"></noscript></amp-img>', "/p.png"),
]
LAZY = re.findall(
    r"\S+",
    """data-src data-original data-lazy data-lazy-src data-lazyload data-actualsrc data-url data-echo data-img
data-original-src _src src2 original file zoomfile data-ks-lazyload data-lazyload-src data-backsrc data-croporisrc
lay-src lazy-src lazysrc lazyload ng-src v-lazy data-image data-imgsrc data-loadsrc data-real-src real_src realsrc
originalsrc orgsrc origin-src data-cfsrc data-large-file data-source data-defer-src data-pagespeed-lazy-src ess-data
data-lazy-img data-delay-src data-raw-src data-s""",
)
PICTURES += [
    (
        f'<img {("", f"src={BLANK}", "src=/images/blank.gif", "src=loading.png")[n % 4]} {name}="/p.png">',
        "/p.png",
    )
    for n, name in enumerate(LAZY)
]


@pytest.mark.parametrize(("markup", "address"), PICTURES)
def test_a_held_picture_is_shown(markup: str, address: str) -> None:
    html, told = parts(f"<p>{markup}</p>", held=True)

    assert told == {address: True}
    assert html.count(f'<img src="data:image/png;base64,{address.rpartition("/")[2]}"') + html.count(
        f' src="data:image/png;base64,{address.rpartition("/")[2]}"'
    )


@pytest.mark.parametrize(("markup", "address"), PICTURES)
def test_a_picture_that_is_not_held_is_a_box_with_its_address(markup: str, address: str) -> None:
    html, told = parts(f"<p>{markup}</p>", held=False)
    boxes = re.findall(r'<span class="zhuanzai-missing"[^>]*>((?:<span>[^<]*</span>)*)', html)

    assert told == {address: False}
    assert [re.sub("<[^>]*>", "", box) for box in boxes] == [HOST + address]


@pytest.mark.parametrize(("markup", "address"), PICTURES)
def test_a_picture_has_a_row_under_the_same_address(markup: str, address: str) -> None:
    named = [one.url for one in of_page(made(f"<p>{markup}</p>"), TEXT).requisites]

    assert named == [HOST + address]


def test_a_long_choice_of_widths_on_a_long_page_is_one_picture() -> None:
    choices = ", ".join(f"/{n}.png {n}w" for n in range(1, 40_000))
    html, told = parts(f"<p><img srcset='{choices}'></p>", held=True)

    assert told == {"/281.png": True}  # of those in the first 4,000 characters the widest
    assert html.count("<img src=") == 1


@pytest.mark.parametrize("name", ["data-json", "srcset"])
def test_other_long_attributes_of_a_long_page_name_nothing(name: str) -> None:
    assert parts(f'<img {name}="{"x" * 600_000}">', held=True)[1] == {}


def test_what_is_nested_too_deep_to_be_counted_says_so() -> None:
    page = made("<picture>" * 3000 + '<img src="/p.png">')
    found = quieted(page, Surroundings(*[lambda _: None] * 3))

    assert found is not None
    assert (found.parts, found.troubles) == ((), ("deep",))


BEHIND = [
    ('<div style="background: u\\72l(/b.png)">x</div>', ["/b.png"]),
    ('<div style=\'background-image: image-set("/2.png" 2x, "/b.png" 1x)\'>x</div>', ["/b.png"]),
    ("<style>p { background: -webkit-image-set(url(/b.png) 1x, url(/2.png) 2x) }</style>", ["/b.png"]),
    ("<style>p { background: /* url(/no.png) */ URL( '/b.png' ) }</style>", ["/b.png"]),
    ('<table><tr background="/b.png"><td>x</td></tr></table>', ["/b.png"]),
    ('<h2 style="background:url(&quot;/b.png&quot;)">x</h2>', ["/b.png"]),
    ('<div data-bg="/b.png"></div>', ["/b.png"]),
    ('<div class="lazy" data-original="/b.png"></div>', ["/b.png"]),
    ('<link rel="preload" as="style" href="/s.css" onload="this.rel=\'stylesheet\'">', ["/s.css"]),
    ('<link rel="stylesheet" media="print" onload="this.media=\'all\'" href="/s.css">', ["/s.css"]),
    ('<link rel="stylesheet" href="/import.css">', ["/import.css", "/deep/two.css", "/deep/three.png"]),
    ('<link rel="stylesheet" href="/supports.css">', ["/supports.css", "/deep/two.css", "/deep/three.png"]),
    ('<link rel="stylesheet" href="/tight.css">', ["/tight.css", "/deep/two.css", "/deep/three.png"]),
]


@pytest.mark.parametrize(("markup", "addresses"), BEHIND)
def test_what_stands_behind_is_told_with_what_it_needs(markup: str, addresses: list[str]) -> None:
    html, told = parts(markup, held=True)

    assert told == dict.fromkeys(addresses, True)
    assert ("data:image/png" in html) is addresses[-1].endswith(".png")
    assert parts(markup, held=False)[1] == {addresses[0]: False}
    assert [one.url for one in of_page(made(markup), TEXT).requisites] == [HOST + addresses[0]]


@pytest.mark.parametrize(
    ("sheet", "around"),
    [
        ("/import.css", "@media screen { @layer base { p {"),
        ("/supports.css", "@supports (display: grid) { p {"),
        ("/tight.css", "@media all { p {"),
    ],
)
def test_conditions_of_an_import_stay(sheet: str, around: str) -> None:
    assert around in parts(f'<link rel="stylesheet" href="{sheet}">', held=True)[0]


def test_a_sheet_that_a_script_opens_is_for_all_media() -> None:
    opened = '<link rel="stylesheet" media="print" onload="this.media=\'all\'" href="/tight.css">'

    assert "<style>" in parts(opened, held=True)[0]
    assert '<style media="print">' in parts(opened.replace("onload", "x"), held=True)[0]


FILMS = [
    '<video src="/v.mp4" controls></video>',
    '<video><source src="/v.mp4"><source src="/v.webm"></video>',
    '<video data-src="/v.mp4"></video>',
    '<video><source data-src="/v.mp4"></video>',
    '<audio src="/v.mp4"></audio>',
    '<embed src="/v.mp4">',
    '<object data="/v.mp4"></object>',
    '<object classid="x"><param name="movie" value="/v.mp4"><embed src="/v.mp4"></object>',
    '<iframe src="/v.mp4"></iframe>',
    '<iframe data-src="/v.mp4"></iframe>',
]


@pytest.mark.parametrize("markup", FILMS)
def test_films_sounds_and_frames_are_boxes_that_lead_to_what_is_held(markup: str) -> None:
    html, told = parts(markup, held=True)
    lost, not_held = parts(markup, held=False)

    assert told == {"/v.mp4": True}
    assert not_held == {"/v.mp4": False}
    assert html.count(f'href="/capture?{HOST}/v.mp4"') == 1
    assert lost.count("zhuanzai-missing") == 1
    assert "href" not in lost


@pytest.mark.parametrize(
    "markup",
    [
        '<!-- <img src="/no.png"> -->',
        '<template><img src="/no.png"></template>',
        '<textarea><img src="/no.png"></textarea>',
        '<script>document.write("<img src=/no.png>")</script>',
        '<img src=""><img><img src="#"><img src="about:blank"><img src="javascript:void(0)">',
        '<link rel="alternate stylesheet" href="/no.css"><link rel="prefetch" href="/no.html">',
        '<link rel="preload" as="script" href="/no.js"><noscript><link rel="stylesheet" href="/no.css"></noscript>',
        '<!--[if lt IE 9]><link rel="stylesheet" href="/no.css"><![endif]-->',
        '<iframe src="/no.html" width="0" height="0"></iframe><iframe src="/no.html" style="display:none"></iframe>',
        '<noscript><img src="/no.gif" width="1" height="1"></noscript><svg><use href="#a"/></svg>',
        '<p data-original="true" data-bg="blue">x</p><style>p { fill: url(#a); background: url() }</style>',
    ],
)
def test_what_a_browser_does_not_show_is_no_part(markup: str) -> None:
    html, told = parts(markup, held=False)

    assert told == {}
    assert "zhuanzai-missing" not in html
    assert of_page(made(markup), TEXT).requisites == ()


def test_what_a_script_keeps_in_such_attributes_is_no_address() -> None:
    kept = '<img src="/p.png" data-src="{{item.pic}}" data-original="true" data-url="javascript:void(0)" data-img="12">'

    assert parts(kept, held=False)[1] == {"/p.png": False}


def test_a_blank_is_not_the_picture_it_stands_for() -> None:
    def picture(url: str) -> str | None:
        return "data:image/gif;base64,blank" if url.endswith("blank.gif") else None

    around = Surroundings(lambda url: None, picture, lambda url: None)
    found = quieted(made('<img src="/i/blank.gif" data-original="/p.png">'), around)

    assert found is not None
    assert found.parts == ((f"{HOST}/p.png", False),)
    assert "blank" not in found.html
