"""Other articles on the article's page: their summaries, and whole ones below it; what is left out or kept is told."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

FIRST = (
    "<p>湖区的观光船昨天下午在北岸搁浅，船上二十六人一小时内全部安全转移，没有人受伤。</p>"
    "<p>海事部门说，湖水水位比上周下降了近四十厘米，航道标志没有及时移动，原因还在调查。</p>"
)
SECOND = "<p>考古人员在山坡上的墓葬里发现了三十二枚竹简，字迹清晰，内容是两千年前的菜谱。</p>"
REPLY = "说得太对了，我们村也该学学，放着不管真的是大问题，顶一个再走。"
THIRD = "<p>受强冷空气影响，今天夜间到明天白天有六到七级偏北风，最低气温降至零下五度。</p>"


def page(body: str) -> Article:
    html = (
        "<html><head><meta charset=utf-8><title>观光船在湖区搁浅</title></head><body>"
        f"<h1>观光船在湖区搁浅</h1><div>2014-11-03 08:00 来源：湖畔晚报</div>{body}</body></html>"
    )
    return read(Page("http://www.further.example/a", html.encode()))


@pytest.mark.parametrize(
    "second",
    [
        "<h2>山坡汉墓出土竹简</h2><p>2014-11-02 17:20 来源：法治周报</p>",
        "<h3>山坡汉墓出土竹简</h3><div>来源：法治周报　2014年11月2日</div>",
        "<p><b>山坡汉墓出土竹简</b></p><p>稿源：法治周报 2014-11-02 17:20</p>",
    ],
)
@pytest.mark.parametrize("more", ["", "<h2>冷空气今夜抵达</h2><p>2014-11-01 06:20 来源：气象报</p>" + THIRD])
def test_an_article_with_its_own_source_ends_the_text_and_is_named(second: str, more: str) -> None:
    article = page(f"<div>{FIRST}{second}{SECOND}{more}</div>")

    assert article.text.count("\n") == 1
    assert [note.detail for note in article.notes if note.kind == "another"] == [
        "the page goes on with another: 山坡汉墓出土竹简"
    ]


def test_dated_headlines_that_stay_in_a_text_are_a_doubt() -> None:
    entries = "".join(
        f"<h3>{title}</h3><p>2014-11-03 0{n}:20</p>{text}"
        for n, (title, text) in enumerate((("船身已经稳住了", SECOND), ("乘客全部上岸了", THIRD)), 1)
    )
    article = page(f"<div>{FIRST}{entries}</div>")

    assert "船身已经稳住了" in article.text
    assert article.confidence < 0.5
    assert "2 further dated headlines stand in the text: 船身已经稳住了" in [
        note.detail for note in article.notes
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "<div><h4><a href='/{n}'>{title}</a></h4><p>{text}</p></div>",
        "<div><a href='/{n}'><h4>{title}</h4></a><p>{text}</p></div>",
        "<div><a href='/{n}'><img src='{n}.jpg'></a><div><a href='/{n}'>{title}</a></div><div>{text}</div></div>",
        "<li><div><a href='/{n}'>{title}</a><p>{text}</p></div></li>",
        "<table><tr><td><a href='/{n}'>{title}</a><p>{text}</p></td></tr></table>",
        "<dl><dt><a href='/{n}'>{title}</a></dt><dd>{text}</dd></dl>",
        "<article><h3><a href='/{n}'>{title}</a></h3><p>{text}</p><span>3小时前</span></article>",
    ],
)
def test_summaries_of_other_articles_are_no_text(entry: str) -> None:
    told = [
        ("城西新建三座口袋公园", "城西三座口袋公园选址在原来的边角地块，步道和座椅一应俱全，预计月底开放。"),
        ("公交换乘优惠时段延长", "公交集团宣布换乘优惠时段由六十分钟延长至九十分钟，学生卡同样适用。"),
        ("暴雨致山路塌方抢通", "连续三天的暴雨造成多处山路塌方，抢险人员昼夜施工，昨晚恢复单向通行。"),
        ("旧书店迎来最后周末", "这家开了二十二年的旧书店将在周日闭门，老板说最后两天全部图书五折。"),
    ]
    cards = "".join(entry.format(n=n, title=title, text=text) for n, (title, text) in enumerate(told))
    short = "湖区的观光船昨天搁浅，船上二十六人全部安全转移。"

    assert page(f"<div><p>{short}</p></div><div>{cards}</div>").text == short
    assert page(f"<div><p>{short}</p><section>{cards}</section></div>").text == short


def test_a_list_of_works_is_text() -> None:
    works = "".join(
        f"<tr><td><a href='/{n}'>《{name}的一年》导演剪辑</a></td><td>{2001 + n}年，长片</td></tr>"
        for n, name in enumerate(("湖水", "石塘", "双溪", "岭下"))
    )

    assert "2002年，长片" in page(f"<div>{FIRST}<table>{works}</table>{SECOND}</div>").text


def test_a_round_up_with_plain_headings_keeps_its_parts() -> None:
    parts = f"<h3>竹简</h3>{SECOND}<h3>降温</h3>{THIRD}"

    assert "竹简" in page(f"<div>{FIRST}{parts}</div>").text.split("\n")


@pytest.mark.parametrize("floor", ["湖边网友 {n}楼", "湖边网友#{n}", "第{n}楼 湖边网友", "湖边网友 {n}#"])
def test_readers_floors_end_a_text_whatever_their_classes(floor: str) -> None:
    replies = "".join(
        f"<div class='q'><span>{floor.format(n=n)}</span><p>{REPLY}</p></div>" for n in range(2, 7)
    )
    article = page(f"<div class='p'>{FIRST}</div><div class='r'>{replies}</div>")

    assert article.text.count("\n") == 1


def test_one_storey_in_a_text_is_no_readers_floor() -> None:
    article = page(f"<div>{FIRST}<p>展览地点在市博物馆 3楼</p>{SECOND}</div>")

    assert article.text.count("\n") == 3
