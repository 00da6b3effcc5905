import pytest

from extract.fields import origin, pairs, paper
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.page.page import Page


def lines(markup: str) -> list[Line]:
    tree = Page("http://a.example/", f"<html><body>{markup}</body></html>".encode()).tree
    assert tree is not None
    return Sheet(tree).lines


@pytest.mark.parametrize(
    ("markup", "source"),
    [
        ("<div>2019-06-15 08:18 来源：<a>人民网－人民日报</a></div>", "人民网－人民日报"),
        ("<div>來源:人民日報</div>", "人民日報"),
        ("<div>稿源：青岚日报 作者：张三</div>", "青岚日报"),
        ("<div>信息来源：省发改委　浏览次数：12</div>", "省发改委"),
        ("<p>2012年01月11日06:48　　来源：<a>人民网-《人民日报》</a></p>", "人民网-《人民日报》"),
        ("<p>来源：新华网－《瞭望》</p>", "新华网－《瞭望》"),
        ("<p>来源：《人民日报》</p>", "人民日报"),
        ("<div>来源： 21世纪经济报道(广州) 分享到：</div>", "21世纪经济报道"),
        ("<div><span>字号：</span><span>来源：</span><span>EETOP</span></div>", "EETOP"),
        ("<div>来源：人民网-文化频道 原创稿</div>", "人民网-文化频道"),
        ("<div>2018年12月28日 19:55 新京报</div>", "新京报"),
        ("<div>2019-06-15 08:18 36氪新闻</div>", "36氪新闻"),
        ("<div>04-18 09:26 青岚日报</div>", "青岚日报"),
        ("<div>2023-08-03 10:15 聯合報 記者<a>陳怡君</a>／宜蘭即時報導</div>", "聯合報"),
        ("<table><tr><td>2023-04-18</td><td>青岚日报</td></tr></table>", "青岚日报"),
        ('<div class="sourceTitle-3c"><a href="/u">青岚观察</a></div>', "青岚观察"),
        ("<div>来源: Wind资讯 (www.wind.example)(上海)</div>", "Wind资讯"),
        ("<div>来　源：青岚日报</div>", "青岚日报"),
        ("<div>2019-06-15 08:18 12条评论</div>", None),
        ('<div><span class="a_source">棱镜</span><span>2019-09-23 07:48</span></div>', "棱镜"),
        ("<div>文章来源： 作者： 发布时间：2019年09月03日</div>", None),
        ("<div>2019-09-23 07:48 评论(12) 分享</div>", None),
        ("<div>图片来源：视觉中国</div>", None),
        ("<div>數據來源：統計局</div>", None),
        ("<div>资料来源：青岚日报</div>", "青岚日报"),
    ],
)
def test_source_beside_the_headline(markup: str, source: str | None) -> None:
    assert (origin.shown(lines(markup)) or pairs.unlabelled(lines(markup))) == source


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("（来源：人民日报）", "人民日报"),
        ("来源：《理论学习》2017年第8期", "理论学习"),
        ("资料来源：人民日报官微", "人民日报官微"),
        ("转自：新华社", "新华社"),
        ("摘编自《大众日报》", "大众日报"),
        ("本文首发于青岚观察公众号（qinglan39）", "青岚观察公众号"),
        ("大家都在等待消息来源的公布。", None),
    ],
)
def test_source_credited_in_the_text(line: str, source: str | None) -> None:
    assert origin.in_text(["一段正文，说的是别的事情。", line]) == source


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("新华社北京4月24日电 （记者甲、乙）", "新华社"),
        ("（中央社記者溫貴香台北21日電）行政院", "中央社"),
        ("中新网上海2月11日电 （记者 缪子安）", "中新网"),
        ("中評社香港5月21日電／歷時五年", "中評社"),
        ("本报北京1月24日电  （记者甲）", None),
        ("青岚日报讯（全媒体记者 甲乙）", "青岚日报"),
        ("本报讯（记者 甲乙）", None),
        ("【明報專訊】颱風外圍環流影響", "明報"),
        ("人民网是人民日报社建设的网站，1月1日上线。", None),
    ],
)
def test_agency_of_a_dateline(line: str, source: str | None) -> None:
    assert origin.of_dateline(line) == source


def test_meta_source_of_people_com_cn_loses_its_label() -> None:
    page = Page("http://a.example/", '<meta name="source" content="来源：人民日报"><p>x</p>'.encode())

    assert origin.in_meta(page) == "人民日报"


@pytest.mark.parametrize(
    ("printed", "day", "number"),
    [
        ("《 人民日报 》（ 2020年08月23日 02 版）", "2020-08-23", 2),
        ("《人民日报》（2026年01月20日\xa0第\xa011\xa0版）", "2026-01-20", 11),
        ("《人民日报》（ 2020年02月10日   第 05 版）", "2020-02-10", 5),
        ("（《人民日报》2025年05月08日第09版）", "2025-05-08", 9),
        ("甲｜《人民日报》（2025年05月08日第09版）", "2025-05-08", 9),
        ("《人民日报》（2013年6月22日）", "2013-06-22", None),
        ("人民日报 2020年02月10日 第01版", "2020-02-10", 1),
        ("《 人民日報 》（ 2020年02月08日 01 版）", "2020-02-08", 1),
        ("《人民日报海外版》（2021年06月22日 第 03 版）", "2021-06-22", 3),
    ],
)
def test_issue_and_page_of_the_paper(printed: str, day: str, number: int | None) -> None:
    found = paper.printed(printed)

    assert found is not None
    assert (found.date, found.page) == (day, number)


def test_a_paper_mentioned_without_page_and_brackets_is_no_issue() -> None:
    assert paper.printed("据人民日报 2020年02月10日 报道") is None


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<p>青岚日报 2023-04-18 09:26</p>", "青岚日报 2023-04-18 09:26"),
        ("<p>2023年04月18日 星期二 第03版 要闻</p>", "2023年04月18日 星期二 第03版 要闻"),
        ("<p>清溪网友 2023-04-18 09:26</p>", None),
        ("<li><a href='/1'>青岚日报 2023-04-18</a></li>", None),
    ],
)
def test_a_text_is_signed_by_medium_and_time(markup: str, line: str | None) -> None:
    found = pairs.signed(lines(markup))

    assert (found.text if found else None) == line


def test_a_report_quoted_in_the_lead_is_no_issue_of_this_text() -> None:
    assert paper.printed("据《青岚日报》2023年3月1日报道，渠水通了。") is None
