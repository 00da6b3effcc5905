"""What is removed takes only what it names: every other word of the text is found again."""

import re
import tomllib
from importlib import resources

import pytest

from extract.article import Hints
from extract.page import families, lines
from extract.page.page import Page
from extract.read import read

LINES = [
    "清河市水务局本周公布了新一轮管网改造计划，城北十二条老街将在雨季前换上新管。",
    "施工分三段进行，每段不超过二十天，沿街商户可以照常开门，只是早晚高峰要绕行。",
    "水务局工程科的高工程师说，旧管是三十年前铺下的，接口锈蚀，近两年报修次数翻了一番。",
    "住在柳树巷的居民胡大妈告诉记者，去年夏天家里停了四次水，这回听说要换管，邻里都很高兴。",
]
TITLE = "清河换新水管 十二条老街雨季前完工"
INLINE = [
    ("<a id='backsohucom'>返回搜狐，查看更多</a>", ("#backsohucom",)),
    ("<span class='editor'>责任编辑：范辉</span>", (".editor",)),
    ("<em class='ad'>广告</em>", (".ad",)),
    ("<span style='display:none'>松溪家园网</span>", ()),
    ("<span class='w'>松溪家园网,www.songxi.example</span>", ()),
    ("<!-- 广告 --><script>document.write('广告')</script>", ()),
]


# every selector that a family removes elements by, each row of the tables
REMOVED = sorted({selector for layout in families.layouts() for selector in layout.hints.remove})
KINDS = ("drop", "edge", "end", "comments", "post", "contact")
# the examples that the rows of the word lists give, cut into what one line may hold
ROWS = tomllib.loads(resources.files("extract.text").joinpath("phrases.toml").read_text(encoding="utf-8"))
SEEN = sorted(
    {
        piece.strip()
        for kind in KINDS
        for row in ROWS[kind]
        for piece in re.split("[;,；]", row.get("seen", ""))
        if 2 <= len(piece.strip()) <= 40
    }
)


def matching(selector: str) -> str:
    """Markup of an inline element, with what holds it, that a selector finds."""
    opened, closed = "", ""
    for step in selector.split():
        pieces = re.findall(r"([#.])([\w-]+)|\[([\w-]+)[~|^$*]?=['\"]?([\w-]+)['\"]?\]", step)
        names = " ".join(name for sign, name, _, _ in pieces if sign == ".")
        ids = "".join(f" id='{name}'" for sign, name, _, _ in pieces if sign == "#")
        others = "".join(f" {name}='{value}'" for _, _, name, value in pieces if name)
        tag = re.match(r"[a-z][\w]*", step)
        name = tag[0] if tag else "span"
        opened += f"<{name} class='{names}'{ids}{others}>"
        closed = f"</{name}>{closed}"
    return f"{opened}广告推广{closed}"


def text(body: str, remove: tuple[str, ...] = ()) -> list[str]:
    head = f"<title>{TITLE}_清河网</title><style>.w{{display:none}}</style>"
    top = f"<h1>{TITLE}</h1><p>2023-04-18 09:26 来源：清河日报</p>"
    page = Page(
        "http://a.example/1.html", f"<html><head>{head}</head><body>{top}<div id='b'>{body}</div>".encode()
    )
    return read(page, Hints(body=("#b",), remove=remove)).text.split("\n")


@pytest.mark.slow
@pytest.mark.parametrize(("thing", "remove"), INLINE)
@pytest.mark.parametrize("place", range(len(LINES)))
@pytest.mark.parametrize("at", [0, 11, None])
def test_a_removable_thing_inside_a_paragraph(
    thing: str, remove: tuple[str, ...], place: int, at: int | None
) -> None:
    cut = len(LINES[place]) if at is None else at
    broken = f"{LINES[place][:cut]}{thing}{LINES[place][cut:]}"
    body = "".join(f"<p>{broken if n == place else line}</p>" for n, line in enumerate(LINES))

    assert text(body, remove) == LINES


@pytest.mark.parametrize("value", ["3.5", "12.75", "40", "0.8", "2018", "23", "10:30", "12.05", "1 280"])
def test_a_figure_in_a_table_is_no_pager(value: str) -> None:
    table = f"<table><tr><td>行洪能力</td><td>{value}</td></tr><tr><td>人均绿地</td><td>9.1</td></tr></table>"
    body = f"<p>{LINES[0]}</p><p>{LINES[1]}</p>{table}<p>{LINES[2]}</p>"

    assert text(body) == [LINES[0], LINES[1], f"行洪能力\t{value}", "人均绿地\t9.1", LINES[2]]


@pytest.mark.parametrize("day", ["2012.1.17", "4月18日", "5.12"])
def test_a_day_that_stands_alone_between_paragraphs_stays(day: str) -> None:
    assert text(f"<p>{LINES[0]}</p><p>{day}</p><p>{LINES[1]}</p>") == [LINES[0], day, LINES[1]]


@pytest.mark.parametrize(
    "pager",
    [
        "【1】【2】【3】 下一页",
        "1 2 3 4 下一页",
        "上一页 | 下一页",
        "第1页/共1页 << 上一页 | 下一页 >>",
        "123下一页",
    ],
)
def test_a_pager_goes(pager: str) -> None:
    assert text("".join(f"<p>{line}</p>" for line in LINES) + f"<p>{pager}</p>") == LINES


@pytest.mark.parametrize(
    "notice",
    [
        "清河新聞現已開設Facebook專頁，讓你即時掌握本地新聞！歡迎立即按Facebook Like我們的專頁！",
        "馬上成為清河新聞的Fans",
        "您所瀏覽的新聞已過查詢時效。建議您加入付費會員找尋您要的新聞。",
        "您尚未登录，您可以输入您的用户名、密码登录以便进行您的操作。",
        "特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。",
        "訂閱清河國際新聞電子報",
        "(本文发表于首页批评与建议, 已被阅读178次)",
    ],
)
def test_a_notice_of_the_portal_after_the_text_goes(notice: str) -> None:
    assert text("".join(f"<p>{line}</p>" for line in LINES) + f"<p>{notice}</p>") == LINES


def test_a_paragraph_about_a_service_stays() -> None:
    about = "据介绍，市民可以在微博上关注工程进度，脸书的用户也在讨论停水的影响，水务局说会每周回应一次。"

    assert text("".join(f"<p>{line}</p>" for line in [*LINES[:2], about, LINES[2]])) == [
        *LINES[:2],
        about,
        LINES[2],
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "主办单位说，门票收入扣除成本之后全部捐给山区小学。",
        "主办单位表示将另行公布补赛的日期，已售门票照样有效。",
        "技术支持人员连夜赶到水厂，把停了的两台泵修好了。",
    ],
)
def test_a_sentence_that_begins_as_a_footer_does_stays(sentence: str) -> None:
    footer = "<p>主办单位：清河市人民政府办公室</p><p>技术支持：清河市信息中心</p>"

    found = text("".join(f"<p>{line}</p>" for line in (*LINES, sentence)) + footer)

    assert found == [*LINES, sentence]


@pytest.mark.parametrize(
    "box",
    [
        "<table align='left'><tr><td><p>【相关阅读】</p>{}</td></tr></table>",
        "<div class='float'><h4>相关新闻</h4><ul>{}</ul></div>",
        "<div style='float:right'><b>热点推荐</b><br>{}</div>",
    ],
)
def test_a_box_of_related_articles_before_the_last_paragraph_takes_none_of_it(box: str) -> None:
    links = "".join(f"<a href='/{n}.html'>清河新闻第{n}则，城北昨天又下雨</a><br>" for n in range(3))
    paragraphs = [f"<p>　　{line}</p>" for line in LINES]

    found = text("".join(paragraphs[:3]) + box.format(links) + paragraphs[3])

    assert found == LINES


@pytest.mark.slow
@pytest.mark.parametrize("selector", REMOVED)
def test_what_a_family_removes_takes_no_word_beside_it(selector: str) -> None:
    before, after = LINES[1][:11], LINES[1][11:]

    found = "".join(
        text(f"<p>{LINES[0]}</p><p>{before}{matching(selector)}{after}</p><p>{LINES[2]}</p>", (selector,))
    )

    assert [part for part in (LINES[0], before, after, LINES[2]) if part not in found] == []
    assert "广告推广" not in found


# the same words without the name of the page that shows them
SAID = sorted({*SEEN, *(re.sub(r"^(?:[a-zA-Z0-9_./§]+ )+(?=\S)", "", words) for words in SEEN)})
# behind the head of a comment or of the next post, on its line too, is that post's text: none of the article's
HEADS = {piece.strip() for row in ROWS["post"] for piece in re.split("[;,；]", row["seen"])}
HEADS |= {words.split(" ", 1)[-1] for words in HEADS}
PLACED = [
    (place, at, words)
    for words in SAID
    for place in (0, 1, 3)
    for at in (0, 11, None)
    if at != 0 or words not in HEADS
]


def around(place: int, at: int | None, notice: str) -> list[str]:
    """The parts of the text that are not found again, with a notice inside one of its paragraphs."""
    cut = len(LINES[place]) if at is None else at
    before, after = LINES[place][:cut], LINES[place][cut:]
    paragraphs = [*LINES[:place], f"{before}{notice}{after}", *LINES[place + 1 :]]

    found = "".join(text("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)))

    return [part for part in (*LINES[:place], before, after, *LINES[place + 1 :]) if part not in found]


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_words_of_a_notice_inside_a_paragraph_take_none_beside_them(place: int) -> None:
    lost = {
        (at, words): missing
        for where, at, words in PLACED
        if where == place and (missing := around(place, at, f"<span>{words}</span>"))
    }

    assert lost == {}


# what no row was written for: other words of the same kinds, in other elements
@pytest.mark.parametrize(
    "notice",
    [
        "<font color=gray>青岚新闻网版权所有</font>",
        "<b>未经授权，严禁转载</b>",
        "<i>本文不代表本站立场</i>",
        "<span><b>Trackback:</b> http://tb.example/9</span>",
        "<span>本文链接: http://a.example/7.html</span>",
        "<small>信区: Travel</small>",
        "<em>(本文发表于首页书评, 已被阅读3次)</em>",
        "<span>某书的内容简介… <u>[详细]</u></span>",
        "<a href='/vip'>开通会员后可阅读全文</a>",
        "<span>扫码关注青岚发布微信公众号</span>",
        "<span>阅读(1589)</span>",
        "<span>©2012 青岚网</span>",
    ],
)
@pytest.mark.parametrize("at", [0, None])
@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_notice_in_an_element_takes_no_sentence(place: int, at: int | None, notice: str) -> None:
    assert around(place, at, notice) == []


@pytest.mark.parametrize(
    "notice",
    ["青岚新闻网版权所有", "某书的内容简介… [全文]", "Copyright 青岚网 2012"],
)
@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 2, 3])
def test_what_is_no_text_anywhere_goes_from_behind_a_full_stop(place: int, notice: str) -> None:
    mixed = f"{LINES[place]}{notice}"

    assert text("".join(f"<p>{mixed if n == place else line}</p>" for n, line in enumerate(LINES))) == LINES


def test_a_link_that_is_a_word_of_a_notice_parts_no_notice() -> None:
    notice = "您所浏览的新闻已过查询时效。建议您加入青岚网<a href='/vip'>付费会员</a>，找寻您要的新闻。"

    assert text(f"<p>{notice}</p>" + "".join(f"<p>{line}</p>" for line in LINES)) == LINES


@pytest.mark.parametrize(
    "line",
    [
        "Trackback:清河市水务局本周公布了新一轮管网改造计划。",
        "信区: News清河市水务局本周公布了新一轮管网改造计划。",
        "关键词：水管，旧房。清河市水务局本周公布了计划。",
        "原标题：旧管。清河市水务局本周公布了新一轮管网改造计划。",
    ],
)
def test_a_label_takes_no_sentence_with_it(line: str) -> None:
    assert line in text("".join(f"<p>{one}</p>" for one in (*LINES[:2], line, LINES[2])))


UNREAD = sorted({*lines._FURNITURE_TAGS, *lines._UNREAD_TAGS} - {"head", "input", "link", "meta"})


@pytest.mark.parametrize("tag", UNREAD)
def test_what_is_never_read_takes_no_word_beside_it(tag: str) -> None:
    for place in (0, 1, 3):
        for at in (0, 11, None):
            assert around(place, at, f"<{tag}>广告推广</{tag}>") == []


# the parser puts what follows it inside, up to the end of what holds it
@pytest.mark.parametrize(
    "film",
    [
        "<embed src='a.swf'>",
        "<EMBED src='a.mid' hidden=true autostart=true>",
        "<embed src='a.mid' hidden>",
        "<embed src='a.swf' style='display:none'>",
        "<embed src='a.swf' class='w'>",
        "<embed src='a.swf'></embed>",
        "<embed src='a.swf'><noembed>要装播放器</noembed>",
        "<embed src='a.swf'><embed src='b.swf'>",
        "<object><param name='movie' value='a.swf'><embed src='a.swf'></object>",
    ],
)
def test_a_film_that_is_never_closed_takes_nothing_of_the_text(film: str) -> None:
    paragraphs = [f"<p>{line}</p>" for line in LINES]

    for before in range(5):
        assert text("".join((*paragraphs[:before], film, *paragraphs[before:]))) == LINES
    for at in (0, 11, None):
        assert around(1, at, film) == []
    assert text(film + "<br>　　".join(LINES)) == LINES
