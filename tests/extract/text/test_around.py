"""What stands around a text and in it: teasers under the editor, cells that are links, contacts, paywalls, credits."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

TITLE = "石桥镇粮站改成图书馆 周末开放到晚上九点"
ONE = "石桥镇的老粮站上个月变成了图书馆，三间仓房打通以后摆下一万两千册书，最里面一间留给孩子。"
TWO = "馆长沈小满说，老粮站的木梁和青砖都留着，书架照着粮囤的样子做成圆形，来的人先要摸一摸。"
THREE = "图书馆周末开放到晚上九点，镇上的中学生放学后在这里写作业，暑假以来每天都有一百多人。"
OTHER = "石桥镇下半年还要修两条路，一条通往新建的卫生院，另一条绕过老街，工期都在一百天以内。"


def article(inside: str, *, title: str = TITLE, info: str = "2023-04-18 09:26 来源：石桥日报") -> Article:
    markup = (
        f"<html><head><meta charset='utf-8'><title>{title}_石桥网</title></head><body><div><a href='/'>首页</a></div>"
        f"<div id='main'><h1>{title}</h1><p class='info'>{info}</p>{inside}</div>"
        "<div>版权所有 石桥网 京ICP备00000000号</div></body></html>"
    )
    return read(Page("http://www.shiqiao.example/a.html", markup.encode()))


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def doubts(found: Article) -> list[str]:
    return [note.detail for note in found.notes if note.kind == "doubt"]


TEASERS = (
    "<div class='x'><h3>财经新闻</h3><div>"
    f"<h4><a href='/1'>石桥镇下半年再修两条路 卫生院门前通车</a></h4><p>{OTHER}</p></div>"
    "<ul><li><a href='/2'>粮价稳定 农户手里余粮不多</a></li></ul></div>"
)


@pytest.mark.parametrize(
    "sign",
    [
        "<div>责任编辑：沈河</div>",
        "<p>[责编：沈河 ]</p>",
        "<p><span>編輯／沈河</span></p>",
        "<table><tr><td>（責任編輯：沈河）</td></tr></table>",
    ],
)
def test_teasers_under_the_editor_are_none_of_the_text(sign: str) -> None:
    assert article(paragraphs(ONE, TWO) + sign + TEASERS).text.split("\n") == [ONE, TWO]


def test_an_editor_named_above_the_text_ends_nothing() -> None:
    found = article(f"<p>责任编辑：沈河</p>{paragraphs(ONE, TWO, THREE)}")

    assert found.text.split("\n") == [ONE, TWO, THREE]


def test_text_that_goes_on_under_the_editor_stays() -> None:
    found = article(paragraphs(ONE, TWO) + "<p>责任编辑：沈河</p>" + paragraphs(THREE, OTHER))

    assert found.text.split("\n") == [ONE, TWO, THREE, OTHER]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("<tr><th>馆长</th><td><a href='/p'>沈小满</a></td></tr>", "馆长\t沈小满"),
        ("<tr><th>所在地</th><td><a href='/p'>清河市</a></td></tr>", "所在地\t清河市"),
        ("<tr><th>藏书</th><td>12000册</td></tr>", "藏书\t12000册"),
    ],
)
def test_a_heading_keeps_the_linked_cell_beside_it(row: str, line: str) -> None:
    table = f"<table>{row}<tr><th>开馆</th><td>2023年3月</td></tr></table>"

    assert line in article(paragraphs(ONE, TWO) + table + paragraphs(THREE)).text.split("\n")


def test_a_table_of_links_without_headings_stays_out() -> None:
    table = "<table><tr><td><a href='/1'>粮价稳定 农户手里余粮不多</a></td><td><a href='/2'>更多</a></td></tr></table>"

    assert article(paragraphs(ONE, TWO) + table).text.split("\n") == [ONE, TWO]


@pytest.mark.parametrize(
    "contact", ["邮政编码：000000", "联系电话：0000-8448 8961", "咨询电话：0000-64676390"]
)
def test_a_contact_between_the_lines_of_an_announcement_stays(contact: str) -> None:
    assert contact in article(paragraphs(ONE, contact, TWO, THREE)).text.split("\n")


@pytest.mark.parametrize("contact", ["邮政编码：000000", "主办单位：石桥网"])
def test_a_contact_under_the_text_is_the_frame_s(contact: str) -> None:
    assert article(paragraphs(ONE, TWO, THREE) + f"<div>{contact}</div>").text.split("\n") == [
        ONE,
        TWO,
        THREE,
    ]


WALLS = [
    "<div>登录 后获取已订阅的阅读权限</div><div>石桥通会员</div><div>可畅读全文</div>",
    "<div>订阅后可阅读全文</div>",
    "<div>本文为付费内容，购买后可查看全文</div>",
    "<div>您所瀏覽的內容為會員專屬，登入後可閱讀全文</div>",
]


@pytest.mark.parametrize("wall", WALLS)
def test_a_paywall_is_none_of_the_text_and_is_told(wall: str) -> None:
    found = article(paragraphs(ONE, TWO) + wall)

    assert found.text.split("\n") == [ONE, TWO]
    assert found.confidence < 0.5
    assert any(reason.startswith("the rest is for subscribers") for reason in doubts(found))


def test_prose_about_subscribers_is_no_paywall() -> None:
    line = "图书馆的会员登录以后可以在家里查看馆藏目录，读全文还要到馆里来，镇上的老人都觉得方便。"
    found = article(paragraphs(ONE, line, TWO))

    assert line in found.text
    assert doubts(found) == []


@pytest.mark.parametrize("end", ["附：招生专业及考试科目", "开放时间如下：", "入选名单如下："])
def test_what_the_last_line_announces_and_is_not_read_is_told(end: str) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>书目</td></tr>" for n in range(3))
    found = article(f"<div>{paragraphs(ONE, TWO, end)}</div><table>{rows}</table>")

    is_read = "书目" in found.text
    assert is_read or any("announces" in reason for reason in doubts(found))


def test_a_colon_with_its_list_is_no_doubt() -> None:
    found = article(paragraphs(ONE, "开放时间如下：", "周一至周五上午八点到下午六点，周末到晚上九点。", TWO))

    assert doubts(found) == []


@pytest.mark.parametrize(
    "credit",
    [
        "【沈小滿、林河清／綜合報導】",
        "（沈小滿／台北報導）",
        "〔記者林河清／連線報導〕",
        "（石橋日報記者沈小滿報導）",
    ],
)
def test_a_line_that_only_credits_is_no_text(credit: str) -> None:
    found = article(paragraphs(credit, ONE, TWO), info="2023-04-18 09:26 來源：石橋日報")

    assert found.text.split("\n") == [ONE, TWO]
    assert found.byline is not None and found.byline in {"沈小滿、林河清", "沈小滿", "林河清"}


@pytest.mark.parametrize("line", ["(沈小满 编辑)", "（沈小滿 編輯）", "[沈小满 责编]"])
def test_a_name_before_its_role_is_the_editor_s_alone(line: str) -> None:
    found = article(paragraphs(ONE, TWO) + f"<p>{line}</p>")

    assert (found.byline, found.text.split("\n")) == (None, [ONE, TWO])
    assert found.editor in ("沈小满", "沈小滿")


@pytest.mark.parametrize("rest", ["分享工具", "1120418", "转发本文", "分享心情"])
def test_a_button_under_the_text_is_no_text(rest: str) -> None:
    assert article(f"{paragraphs(ONE, TWO)}<p>{rest}</p>").text.split("\n") == [ONE, TWO]


def test_letters_of_a_box_one_below_another_are_no_text() -> None:
    found = article(f"<div>今<br>日<br>推<br></div>{paragraphs(ONE, TWO)}")

    assert found.text.split("\n") == [ONE, TWO]


def test_two_copies_of_one_text_are_no_rivals() -> None:
    text = paragraphs(ONE, TWO, THREE)
    found = article(f"<div class='pc'>{text}</div><div class='phone'>{text}</div>")

    assert found.text.split("\n") == [ONE, TWO, THREE]
    assert doubts(found) == []


@pytest.mark.parametrize("title", ["图片报道", "社论", "短评"])
def test_a_headline_of_two_words_proves_nothing(title: str) -> None:
    found = article(paragraphs(ONE, TWO, THREE), title=title)

    assert found.text.split("\n") == [ONE, TWO, THREE]
    assert doubts(found) == []
