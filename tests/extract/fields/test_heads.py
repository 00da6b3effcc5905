"""Heads and feet of pages that no rule was made for: their sources, people and times, and what only looks so."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

T = "渡口村修好百年石桥"
TEXT = (
    "<p>渡口村的百年石桥上周六修好通车，村里人敲锣打鼓走了第一个来回，最年长的老人九十二岁。</p>"
    "<p>石桥建于清末，七年前被洪水冲垮两孔，村民进城要绕行十一公里山路，孩子上学要早起一个钟头。</p>"
    "<p>文物部门的工程师说，新补的石料取自原来的采石场，桥面的车辙也照旧样凿了出来。</p>"
)
DAY = "<div>2019-06-08</div>"


def page(
    above: str, below: str = "", title: str = f"{T}_渡口网", head: str = f"<h1>{T}</h1>", lead: str = ""
) -> Article:
    markup = (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{head}{above}"
        f"<div class=c><p>{lead}{TEXT[3:]}{below}</div></body></html>"
    )
    return read(Page("http://www.unmet.example/a.html", markup.encode()))


@pytest.mark.parametrize(
    ("above", "below", "source", "byline", "editor"),
    [
        # names that commas or blanks join
        ("<div>2011-08-19 02:42 <a>周维, 田丰</a></div>", "", None, "周维、田丰", None),
        (DAY, "<p>记者：李想　王丹</p><p>编辑：陈蕾</p>", None, "李想 王丹", "陈蕾"),
        (DAY, "<p>每经记者　李卓　　　　每经编辑　董兴生</p>", None, "每经记者 李卓", "董兴生"),
        ("<p id=articleAuthor>沈　慧</p>", "", None, "沈慧", None),
        # a label in brackets, beside a slash, of two characters set apart
        ("<div>日期：[2013-05-28]　稿源：[渡口晚报]</div>", "", "渡口晚报", None, None),
        ("<div>2016/6/6 来源/渡口青年报 作者/梁小北</div>", "", "渡口青年报", "梁小北", None),
        ("<p><b>来源</b><i>渡口日报</i><b>编辑</b><i>秦瑶</i><b>时间</b>2017-04-20</p>", "", "渡口日报", None, "秦瑶"),
        # who also took the pictures
        (DAY, "<p>（记者 秦勉 通讯员 梁洪建 文／图）</p>", None, "秦勉、梁洪建", None),
        ("<p class=reporter>商报记者 谢聘/文 任君/图</p>", "", None, "谢聘", None),
        ("<p>文<a>林俊宏</a> 攝影<a>王漢順</a></p>", "", None, "林俊宏", None),
        ("<p>●何平川（渡口）</p>", "", None, "何平川", None),
        # accounts, and what they credit
        ("<div class=author><a class=name>老船长</a> <i>2020-04-11 21:09</i></div>", "", None, "老船长", None),
        ("<a href='/author/li/x'>黎堡</a>" + DAY, "", None, "黎堡", None),
        ("<p>澎湃号·政务 &gt;渡口发布</p>" + DAY, "", "渡口发布", None, None),
        (DAY, "<p>本文来自微信公众号“开渡口”，作者：唐亚华，编辑：魏佳，经授权发布。</p>", None, "唐亚华", "魏佳"),
        ("<p>发于2021.4.19总第992期《渡口周刊》</p>", "", "渡口周刊", None, None),
        # a medium behind its address, beside its account, of an issue
        ("<div>2019-06-08 08:00 渡口电台</div>", "", "渡口电台", None, None),
        ("", "<p><a>http://www.a.example</a> 2012年01月12日 17:55 <b>渡口网</b><a>微博</a></p>", "渡口网", None, None),
        ("", "<div>2013年06月27日 星期四 渡口日报 A05版:社会</div>", "渡口日报", None, None),
        ("<div>2019-06-08 18:40 渡口財經新聞 <b>听新闻</b></div>", "", "渡口財經新聞", None, None),
        ("<div>2020-12-05 09:41 聯河報 / 記者<a>王昭月</a>／高雄即時報導</div>", "", "聯河報", "王昭月", None),
        ("<div><a>新渡口talk</a> 翁嫆琄 綜合報導</div>" + DAY, "", None, "翁嫆琄", None),
        # names without a label, beside others
        ("<div>2007年05月18日04:31 <a>渡口晨报</a> 王珏 <a>评论<i>0</i>条</a></div>", "", "渡口晨报", "王珏", None),
        ("<ul><li>2011-11-04 15:39</li><li>渡口商报</li><li>邹德萍</li></ul>", "", "渡口商报", "邹德萍", None),
        ("<h3>2012-01-11 22:51　庄严 林泽贵　来源：渡口网</h3>", "", "渡口网", "庄严、林泽贵", None),
        (DAY, "<p>本台记者：刀海燕　玉香囡</p>", None, "刀海燕 玉香囡", None),
        (DAY + "<div>作者 小山</div>", "", None, "小山", None),
        (DAY + "<div>楼主：渡口老农 发表于：2010-07-26 20:12</div>", "", None, "渡口老农", None),
        ("<div>2016年4月5日 06:44　渡口网专栏作家 老愚</div>", "", None, "老愚", None),
        ("<address><a>储百亮</a></address>" + DAY, "", None, "储百亮", None),
        ("<div>渡廣新聞網(記者林麗玉報導)</div>" + DAY, "", "渡廣新聞網", "林麗玉", None),
        ("<div>2013-10-11 · 渡口周刊 · 作者/田野 摄影/石头</div>", "", "渡口周刊", "田野", None),
        (DAY + "<p>作者 : 老鬼　原载：渡口文摘</p>", "", "渡口文摘", "老鬼", None),
        (DAY, "</div><div>《渡口早報》</div>", "渡口早報", None, None),
        (DAY, "<p>（来源：梨视频）</p></div><p>本文来源：渡口日报 作者：陈诚</p>", "渡口日报", "陈诚", None),
        (DAY + "<p>柳青青 石小磊</p>", "", None, "柳青青 石小磊", None),
        (DAY, "<p>河岸加装了二十块警示牌，孩子们都看见了。编辑/柳青青</p>", None, None, "柳青青"),
        ("<div>作者：本报记者 洪秀清　实习生 蔡明</div>" + DAY, "", None, "本报记者 洪秀清 实习生 蔡明", None),
        (DAY, "<p>本期编辑　邓华</p>", None, None, "邓华"),
        ("<div>2011-12-03 ◎張雅婷</div>", "", None, "張雅婷", None),
        ("<div>張雅婷／核稿編輯林文雄</div>" + DAY, "", None, "張雅婷", None),
        ("<div><a>http://a.example</a> 2012-01-12 17:06 <b>渡口之家</b><a>微博</a></div>", "", "渡口之家", None, None),
        ("<div>2016-08-21 實習編輯 陳怡</div>", "", None, None, "陳怡"),
        ("<div>2016-07-12 来源：渡口日报 字体大小：[大] [中] [小] 保护视力色：</div>", "", "渡口日报", None, None),
        # what looks like one and is none
        ("<div>来源： <a>我要投稿</a> 责任编辑： <a>纠错</a></div>", "", None, None, None),
        (DAY, "<p>下一篇：<a>编辑：写给读者的信</a></p>", None, None, None),
        (DAY, "<p>声明：凡注明“来源：渡口网”的作品，版权均属渡口网。</p>", None, None, None),
        (DAY, "</div><h3>热点</h3><p>来源：渡口早报</p>", None, None, None),
        (DAY, "</div><h3>专栏</h3><ul><li>作者：钱多多</li><li>作者：孙小小</li></ul>", None, None, None),
    ],
)  # fmt: skip
def test_source_and_people(
    above: str, below: str, source: str | None, byline: str | None, editor: str | None
) -> None:
    article = page(above, below)

    assert (article.source, article.byline, article.editor) == (source, byline, editor)
    assert "编辑" not in article.text


@pytest.mark.parametrize(
    ("above", "below", "time"),
    [
        ("<p>发布时间：16:09 2021-10-06 HKT</p>", "", "2021-10-06T16:09:00+08:00"),
        ("<p>Posted on 八月 26, 2016 @ 9:05 pm</p>", "", "2016-08-26T21:05:00+08:00"),
        ("<p>2019.2.25. 8:30</p>", "", "2019-02-25T08:30:00+08:00"),
        ("", "</div><div>2012年01月12日 14:56 【<a>大</a>】 【<a>打印</a>】</div>", "2012-01-12T14:56:00+08:00"),
        ("<p>成文日期：2017年03月06日</p><p>发布日期：2017年03月09日</p>", "", "2017-03-09T00:00:00+08:00"),
        ("<meta name=PubDate content=2022-02-13>", "<p>2022年2月13日7:48 来源：渡口</p>", "2022-02-13T07:48:00+08:00"),
    ],
)  # fmt: skip
def test_time(above: str, below: str, time: str) -> None:
    assert page(above, below).published_at == time


def test_the_clock_above_a_page_is_not_its_time() -> None:
    clock = "<div>2024年03月15日 星期五 14:30:22</div>"

    assert (
        page("<p>发布于2015-08-20</p>", head=f"{clock}<h1>{T}</h1>").published_at
        == "2015-08-20T00:00:00+08:00"
    )


def test_a_page_of_a_newspaper_above_the_headline_dates_the_article() -> None:
    article = page("", head=f"<div>《渡口日报 》( 2008年12月02日 第 11 版)</div><h1>{T}</h1>")

    assert (article.source, article.published_at) == ("渡口日报", "2008-12-02T00:00:00+08:00")


@pytest.mark.parametrize(
    ("head", "subtitle"),
    [
        (f"<h1>{T}<span class=sub>村民自己凑款</span></h1>", "村民自己凑款"),
        (f"<h1>{T}</h1><h4 class=sub>村民自己凑款</h4>", "村民自己凑款"),
        (f"<div>{T}</div><div class=fubiao>村民自己凑款</div>", "村民自己凑款"),
    ],
)
def test_a_second_line_in_an_element_of_its_own(head: str, subtitle: str) -> None:
    article = page(DAY, head=head)

    assert (article.title, article.subtitle) == (T, subtitle)


def test_labels_of_two_characters_set_apart_are_no_text() -> None:
    article = page(DAY, "<p>编　　辑：蒋 敏</p><p>责　　编：龙 飞</p><p>监　　制：何 勇</p>")

    assert (article.editor, article.text.count("\n")) == ("龙飞", 2)


def test_dated_lead_of_the_site_itself_names_the_source() -> None:
    article = page("", title=f"{T} | 大渡口", lead="【大渡口2014年06月11日訊】")

    assert article.source == "大渡口"
