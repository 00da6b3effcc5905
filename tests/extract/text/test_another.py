"""A second article below the article, a source behind the last sentence, and the account over a post."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

TITLE = "专家提醒：早晚添衣防感冒"
ONE = "专家提醒，入秋后早晚温差大，老人和孩子应注意添衣，有基础疾病者最好提前接种流感疫苗。"
TWO = "该院呼吸科主任医师顾文清说，近两周感冒门诊量增加了三成，大多是上呼吸道感染，并非新的病毒。"
OTHER = [
    "气象台预计，未来三天冷空气南下，沿海风力可达八级，山区最低气温将降到零下二度，有霜冻。",
    "根据计划，接线工程将于十月动工，届时港前路部分路段需要封闭施工，请过往车辆提前绕行。",
    "截至记者发稿时，失联的两名登山者已经找到，身体状况良好，正由救援队护送下山。",
]


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def article(body: str) -> Article:
    head = f"<meta charset='utf-8'><title>{TITLE}</title>"
    markup = f"<html><head>{head}</head><body>{body}<div class='foot'>柳河网 版权所有</div></body></html>"
    return read(Page("http://www.liuhe.example/2011/8/12.htm", markup.encode()))


FIRST = f"<div class='a'><h1>{TITLE}</h1><p class='i'>2011-08-30 06:10　来源：柳河健康报</p>%s</div>"
OWN = FIRST % f"<div class='t'>{paragraphs(ONE, TWO)}</div>"
SECOND = [
    "<div class='more'><h2>相关新闻：气象台发布霜冻预警</h2><p class='d'>2011-08-29 18:00</p>{}</div>",
    "<div class='more'><h2>气象台发布霜冻预警</h2><p class='d'>2011-08-29 18:00</p>{}</div>",
    "<div class='more'><h3>【延伸阅读】：沿海明起大风降温</h3>{}</div>",
    "<div class='b'><h1>气象台发布霜冻预警</h1><p>2011年8月29日　来源：柳河晚报</p>{}</div>",
    "<div class='b'><div class='bt'>气象台发布霜冻预警</div><div>2011-08-29 18:00 来源：柳河晚报</div>{}</div>",
]


@pytest.mark.parametrize("second", SECOND)
def test_a_second_article_below_is_none_of_the_text(second: str) -> None:
    found = article(OWN + second.format(paragraphs(*OTHER)))

    assert found.text.split("\n") == [ONE, TWO]
    assert found.title == TITLE


GOES_ON = [
    # a heading with a day, in the text's own place
    f"{paragraphs(ONE, TWO)}<h2>气象台发布霜冻预警</h2><p>2011-08-29 18:00</p>{paragraphs(*OTHER)}",
    # a chronicle in sections of its own
    f"{paragraphs(ONE, TWO)}<div><h2>霜冻预警发布前后</h2><p>2011年8月29日</p>{paragraphs(*OTHER)}</div>",
    # a report in parts, each with its clock
    f"{paragraphs(ONE, TWO)}<div><h2>第一次发布霜冻预警</h2><p>2011-08-29 18:00</p>{paragraphs(*OTHER[:2])}</div>"
    f"<div><h2>第二次发布霜冻预警</h2><p>2011-08-29 20:00</p>{paragraphs(OTHER[2])}</div>",
    # a heading alone
    f"{paragraphs(ONE, TWO)}<section><h2>大风降温怎么办</h2>{paragraphs(*OTHER)}</section>",
]


@pytest.mark.parametrize("inside", GOES_ON)
def test_a_heading_of_the_text_is_no_second_article(inside: str) -> None:
    lines = article(FIRST % f"<div class='t'>{inside}</div>").text.split("\n")

    assert [line for line in lines if line.endswith("。")] == [ONE, TWO, *OTHER]


@pytest.mark.parametrize(
    "credit",
    [
        "<span>(本文来源：柳河商报 )</span>",
        "（来源：柳河晚报）",
        "[稿源: 柳河网-柳河日报]",
        "（文章来源：柳河发布）",
    ],
)
@pytest.mark.parametrize("blank", ["", " ", "　"])
def test_a_source_behind_the_last_sentence_is_none_of_the_text(credit: str, blank: str) -> None:
    found = article(FIRST % f"<div class='t'>{paragraphs(ONE, TWO + blank + credit)}</div>")

    assert found.text.split("\n") == [ONE, TWO]


@pytest.mark.parametrize(
    "end",
    [
        "医院的数字见下表（来源：柳河医院）。",
        "他把这句话抄在本子上（来源：一本旧书）",
        "疫苗足够全县的老人接种。（数据截至八月底）",
        "全县有老人三万名。（资料整理：顾文清的三名学生）",
    ],
)
def test_a_bracket_of_the_sentence_stays(end: str) -> None:
    found = article(FIRST % f"<div class='t'>{paragraphs(ONE, TWO, end)}</div>")

    assert found.text.split("\n") == [ONE, TWO, end]


@pytest.mark.parametrize("clock", ["05月06日 07:39", "5月6日 07:39", "昨天 07:39", "05-06 07:39"])
@pytest.mark.parametrize("button", ["", "<span>关注</span>", "<span>+关注</span>"])
def test_the_account_and_the_clock_over_a_post_are_none_of_the_text(clock: str, button: str) -> None:
    poster = f"<figure><figcaption><h2>柳河快报网</h2><time><span>{clock}</span></time>{button}</figcaption></figure>"
    found = article(f"<article><h1>{TITLE}</h1>{poster}{paragraphs(ONE, TWO)}</article>")

    assert found.text.split("\n") == [ONE, TWO]


@pytest.mark.parametrize("line", ["5月6日 7:39，柳河医院开门。", "昨天 07:39 第一个病人来了。"])
def test_a_sentence_that_begins_with_a_clock_stays(line: str) -> None:
    found = article(f"<article><h1>{TITLE}</h1>{paragraphs('一大早', line, ONE, TWO)}</article>")

    assert found.text.split("\n")[-3:] == [line, ONE, TWO]
