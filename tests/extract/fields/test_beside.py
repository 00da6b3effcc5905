"""Media and people without labels, in the line of the time and next to it; titles of platforms and print pages."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

TEXT = (
    "<p>湖区的观光船昨天下午在北岸搁浅，船上二十六人一小时内全部安全转移，没有人受伤。</p>"
    "<p>海事部门说，湖水水位比上周下降了近四十厘米，航道标志没有及时移动，原因还在调查。</p>"
)


def page(head: str, *, title: str = "观光船在湖区搁浅", extra: str = "", below: str = "") -> Article:
    top = f"<html><head><meta charset=utf-8><title>{title}</title>{extra}</head>"
    html = f"{top}<body>{head}<div>{TEXT}</div>{below}</body></html>"
    return read(Page("http://www.beside.example/20180903/a.html", html.encode()))


@pytest.mark.parametrize(
    "line",
    [
        "青岚晚报 沈遥 · 2018-09-03 07:20",
        "沈遥 青岚晚报 发布于 2018-09-03 07:20",
        "2018-09-03 07:20 | 青岚晚报 | 沈遥",
        "青岚晚报 / 沈遥 / 2018-09-03 07:20",
        "<div>青岚晚报 沈遥</div><div>2018-09-03 07:20 星期一</div>",
        "<div>2018-09-03 07:20</div><div>沈遥 青岚晚报</div>",
        "2018-09-03 07:20 来源：青岚晚报 | 文 沈遥",
        "<p>作者 沈遥</p><p>2018-09-03 07:20 来源 青岚晚报</p>",
        "2018-09-03 07:20 来自 / 青岚晚报 文 / 沈遥",
    ],
)
def test_medium_and_person_beside_the_time(line: str) -> None:
    article = page(f"<h1>观光船在湖区搁浅</h1><div>{line}</div>")

    assert (article.source, article.byline) == ("青岚晚报", "沈遥")


@pytest.mark.parametrize(
    ("line", "source", "byline"),
    [
        ("2018-09-03 07:20 社会新闻 沈遥", None, None),
        ("2018-09-03 07:20 <a>微博</a> <a>论坛</a>", None, None),
        ("2018-09-03 07:20 文 / 来自 / 青岚晚报", "青岚晚报", None),
        ("2018-09-03 07:20 高清 图片", None, None),
    ],
)
def test_what_is_no_medium_or_person(line: str, source: str | None, byline: str | None) -> None:
    article = page(f"<h1>观光船在湖区搁浅</h1><div>{line}</div>")

    assert (article.source, article.byline) == (source, byline)


@pytest.mark.parametrize(
    "told",
    [
        "<ul aria-labelledby='article-byline'><li>沈遥</li><li>湖区</li></ul>",
        "<p>By <a rel='author' href='/u'>沈遥</a></p>",
        "<span itemprop='author'>沈遥</span>",
        "<div>沈知遥</div>",
    ],
)
def test_an_author_that_attributes_name_or_that_stands_alone(told: str) -> None:
    article = page(f"<h1>观光船在湖区搁浅</h1><section>{told}</section><div>2018-09-03 07:20</div>")

    assert article.byline in ("沈遥", "沈知遥")


def test_a_linked_author_counts_if_the_head_of_the_page_names_the_same() -> None:
    head = "<h1>观光船在湖区搁浅</h1><div><a href='/u'>叶兵</a></div><div>2018-09-03 07:20</div>"

    assert page(head, extra="<meta name=author content=叶兵>").byline == "叶兵"
    assert page(head, extra="<meta name=author content=admin>").byline is None


@pytest.mark.parametrize(
    "lead",
    [
        "（青岚报记者管黎明8月18日纽约电）",
        "【青岚报记者管黎明8月18日纽约报道】",
        "（青岚报记者管黎明纽约18日电）",
    ],
)
def test_day_and_place_behind_a_reporter_are_no_name(lead: str) -> None:
    text = f"<div><p>{lead}湖区的观光船昨天搁浅，没有人受伤。</p>{TEXT}</div>"
    html = f"<h1>观光船在湖区搁浅</h1><div>2018-09-03 07:20</div>{text}"

    assert read(Page("http://www.beside.example/a", html.encode())).byline == "管黎明"


@pytest.mark.parametrize(
    "title",
    ["青岚晚报·多媒体数字报刊平台", "青岚晚报-数字报", "青岚晚报数字报", "青岚晚报电子版", "青岚日报 电子报"],
)
def test_the_name_of_a_newspapers_platform_is_no_headline(title: str) -> None:
    head = (
        "<table><tr><td>青岚晚报数字报</td><td>2018年09月03日 星期一</td></tr><tr><td>第A03版：本埠</td></tr></table>"
        "<table><tr><td><strong>观光船在湖区搁浅</strong></td></tr></table>"
    )

    assert page(head, title=title).title == "观光船在湖区搁浅"


@pytest.mark.parametrize(
    "shown",
    [
        "-- 观光船在湖区搁浅 (http://www.beside.example/1.html)",
        "观光船在湖区搁浅<br>＊＊＊＊＊＊＊＊＊",
        "观光船在湖区搁浅 =====",
    ],
)
def test_a_row_of_signs_and_the_own_address_are_no_part_of_a_headline(shown: str) -> None:
    assert page(f"<div>{shown}</div><div>2018-09-03 07:20</div>").title == "观光船在湖区搁浅"


@pytest.mark.parametrize("clock", ["香港時間16時45分", "16:45", "當地時間：16時45分", "香港時間１６時４５分"])
def test_a_day_and_a_clock_that_sign_below_the_text(clock: str) -> None:
    below = f"<div>完</div><p>２０１８年９月３日（星期一）</p><p>{clock}</p>"
    article = page("<h1>观光船在湖区搁浅</h1>", below=below)

    assert (article.published_at, article.published_precision) == ("2018-09-03T16:45:00+08:00", "minute")


@pytest.mark.parametrize("label", ["发表日期", "刊登时间", "发稿日期", "上网时间", "见报日期", "首发于"])
def test_labels_of_the_day(label: str) -> None:
    article = page(f"<div>{label}：2018年9月2日</div><h1>观光船在湖区搁浅</h1>")

    assert article.published_at == "2018-09-02T00:00:00+08:00"


@pytest.mark.parametrize("line", ["作者:  赵  培", "作者： 赵 培  来源：青岚晚报", "文/赵　培"])
def test_a_name_of_two_characters_set_apart_is_one(line: str) -> None:
    assert page(f"<h1>观光船在湖区搁浅</h1><p>{line}</p><div>2018-09-03 07:20</div>").byline == "赵培"


@pytest.mark.parametrize("word", ["转载", "佚名", "不详", "未知", "无", "admin"])
def test_a_template_s_word_for_nothing_is_no_source(word: str) -> None:
    assert page(f"<h1>观光船在湖区搁浅</h1><div>2018-09-03 07:20 来源：{word}</div>").source is None


def test_the_medium_in_the_author_s_place_is_no_author() -> None:
    article = page("<h1>观光船在湖区搁浅</h1><div>2018-09-03 来源：LakeToday 作者：LAKETODAY</div>")

    assert (article.source, article.byline) == ("LakeToday", None)


@pytest.mark.parametrize(
    "last",
    [
        "——《青岚之春》1998年3月号",
        "（原载《青岚之春》2004年第3期）",
        "选自《青岚之春》，2004年第12期",
        "（摘自《青岚之春》2000年第2期，原文约15，000字）《学人文摘》2000年第09期",
    ],
)
def test_a_magazine_and_its_issue_below_a_text_are_its_source(last: str) -> None:
    html = f"<title>湖与船</title><h1>湖与船</h1><div>{TEXT}<p>{last}</p></div>"

    assert read(Page("http://www.beside.example/a", html.encode())).source == "青岚之春"


@pytest.mark.parametrize(("line", "byline"), [("赵延东、风笑天", "赵延东、风笑天"), ("文 官嘉盈", "官嘉盈")])
def test_names_alone_above_the_text_are_the_authors(line: str, byline: str) -> None:
    html = f"<title>湖与船</title><h1>湖与船</h1><div>2018-09-03</div><div><p>{line}</p>{TEXT}</div>"
    article = read(Page("http://www.beside.example/a", html.encode()))

    assert (article.byline, line in article.text) == (byline, False)


def test_a_blog_s_headline_is_the_title_element_above_the_post_no_list_s_heading() -> None:
    lists = (
        "<h3>湖边的朋友们</h3><ul><li><a href=1>老周的笔记本</a></li><li><a href=2>小船日记本</a></li></ul>"
    )
    post = "<div class=postTitle><a href=/p/9>观光船在湖区搁浅记</a></div>"
    html = f"<html><head><title>老冒</title></head><body>{lists}{post}<div class=postText>{TEXT}</div></body></html>"

    assert read(Page("http://www.beside.example/p/9", html.encode())).title == "观光船在湖区搁浅记"


def test_the_caption_in_a_picture_s_wrapper_is_no_text() -> None:
    picture = "<div class=img_wrapper><img src=1.jpg><span>观光船停在岸边，船身已经稳住。</span></div>"
    html = f"<title>湖与船</title><h1>湖与船</h1><div>2018-09-03</div><div>{picture}{TEXT}</div>"

    assert "船身已经稳住" not in read(Page("http://www.beside.example/a", html.encode())).text


def test_brand_name_and_how_it_was_reported_are_no_part_of_the_author() -> None:
    line = "<div class=content_reporter><a href=1>新頭殼newtalk</a> | <a href=2>洪翠蓮</a> 綜合報導</div>"

    assert page(f"<h1>观光船在湖区搁浅</h1><div>2018-09-03 07:20</div>{line}").byline == "洪翠蓮"
