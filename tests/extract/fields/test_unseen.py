"""Fields of pages that a hunt of unknown layouts read wrongly, each with a sibling and a counter-example."""

import pytest

from extract.article import Article
from extract.fields import byline, names
from extract.page.page import Page
from extract.read import read

PROSE = (
    "青岚市水务局近日启动河道清淤工程，计划用三个月时间清理城区七条主要河流，改善沿岸居民的生活环境。",
    "据项目负责人林大为介绍，工程总投资一亿二千万元，完工后可使行洪能力提高三成，汛期水位下降约四十厘米。",
    "附近的居民说，过去每到夏天河水发黑发臭，门窗都不敢打开，现在看到政府下决心治理，大家心里都很高兴。",
)
TITLE = "青岚启动河道清淤工程"
H1 = f"<h1>{TITLE}</h1>"


def seen(
    above: str, *, stated: str = f"{TITLE}_青岚网", first: str = "", last: str = "", url: str = "a"
) -> Article:
    """What is read of a page: `above` and the text, `first` before its first line, `last` behind its last one."""
    text = "".join(f"<p>{line}</p>" for line in (first + PROSE[0], *PROSE[1:-1], PROSE[-1] + last))
    markup = (
        f'<html><head><meta charset="utf-8"><title>{stated}</title></head><body><div><a href="/">首页</a></div>'
        f'{above}<div class="content">{text}</div></body></html>'
    )
    return read(Page(f"http://www.qinglan.example/{url}.html", markup.encode()))


def in_script(fields: str) -> Article:
    """What is read of a page whose text is in a script, beside other fields of its data."""
    text = "\\n".join(PROSE)
    markup = (
        f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body>{fields.replace("TEXT", text)}'
        "<div>正在加载</div></body></html>"
    )
    return read(Page("http://www.qinglan.example/a.html", markup.encode()))


@pytest.mark.parametrize(
    ("above", "stated", "title"),
    [
        # a line of medium and reporter is none, though the headline ends like a site's name
        (
            "<h1>河道清淤新增機具四十台</h1><div class='rep'><a>青嵐眼qinglan</a> | 林大為 臺北報導</div>",
            "河道清淤新增機具四十台 | 財經 | 青嵐眼 Qinglan",
            "河道清淤新增機具四十台",
        ),
        (
            "<h1>青岚新建三座公交站</h1><div>青岚眼qinglan | 林大为 北京报道</div>",
            "青岚新建三座公交站 - 青岚在线",
            "青岚新建三座公交站",
        ),
        # a site's motto is none, though the headline has four characters
        (
            "<h1 id='site-title'><a>小满的窗</a></h1><h2 id='site-description'>写给早起的人们看</h2><h1>过江札记</h1>",
            "过江札记 | 小满的窗",
            "过江札记",
        ),
        (
            "<div class='blog-description'><h2>写给早起的人们看</h2></div><h2>夜行四章</h2>",
            "夜行四章 « 小满的窗",
            "夜行四章",
        ),
        # <title> names the site and its column alone
        (
            "<div>即時新聞</div><div class='hd'>青嵐河道清淤今日動工</div><div>(2012年01月11日 12:34)</div>",
            "青嵐廣播有限公司 Qinglan Radio",
            "青嵐河道清淤今日動工",
        ),
        (
            "<table><tr><td>青岚电子新闻网</td><td>2005年3月21日 星期一</td></tr></table>"
            "<table><tr><td><span>河道清淤今日动工 七河受益</span></td></tr></table>",
            "青岚电子新闻网-社会新闻",
            "河道清淤今日动工 七河受益",
        ),
        # a company in a headline is no site; a column in h1 is no headline
        (
            "<h1>青岚水务有限公司启动清淤</h1><div>2012年01月11日 12:34</div>",
            "青岚水务有限公司启动清淤",
            "青岚水务有限公司启动清淤",
        ),
        (f"<h1>新闻中心</h1><h2>{TITLE}</h2>", "新闻中心 - 青岚网", TITLE),
    ],
)
def test_a_headline_and_no_reporter_motto_site_or_column(above: str, stated: str, title: str) -> None:
    assert seen(above, stated=stated).title == title


@pytest.mark.parametrize(
    ("above", "first", "last", "source"),
    [
        # the button to follow stands beside the time
        ("<h2>青岚报网</h2><div><time>05月06日 07:39</time><span>关注</span></div>", "", "", "青岚报网"),
        ("<div>青岚早报</div><div>2019-05-06 07:39 订阅</div>", "", "", "青岚早报"),
        ("<h2>热点追踪</h2><div>2019-05-06 07:39 关注</div>", "", "", None),
        # the reporter behind the medium
        ("<p>2012-01-11 15:43 <a>青嵐新聞網</a> <span>張德厚</span></p>", "", "", "青嵐新聞網"),
        ("<p>2012-01-11 15:43 青岚晚报 陈小秋</p>", "", "", "青岚晚报"),
        ("<p>2012-01-11 15:43 社会新闻 陈小秋</p>", "", "", None),
        # the newspaper that signs
        ("", "", "</p><p>《青岚早报》", "青岚早报"),
        ("", "", "（青岚日报）", "青岚日报"),
        ("", "", "（取材自青岚晚报）", "青岚晚报"),
        ("", "", "</p><p>清淤后的青衣江。（取材自青岚晚报）", None),
        ("", "", "这件事登在《青岚早报》", None),
        ("", "", "（青岚市政府）", None),
        # place and day are no medium
        ("", "（青岚11日讯）", "", None),
        ("", "【青岚时代6月9日讯】", "", None),
    ],
)
def test_a_medium_beside_the_time_or_at_the_end(
    above: str, first: str, last: str, source: str | None
) -> None:
    assert seen(H1 + above, first=first, last=last).source == source


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (f'window.DATA = {{"id":"1","title":"{TITLE}","media":"球场观察","media_id":"1"}}', "球场观察"),
        (f'var a = {{"title":"{TITLE}","tags":"a","mediaName":"青岚夜谈"}}', "青岚夜谈"),
        ('window.DATA = {"title":"三家企业获得绿色认证","media":"球场观察"}', None),
        (f'window.DATA = {{"title":"{TITLE}"}}; var b = {{"media":"球场观察"}}', None),
        (f'window.DATA = {{"title":"{TITLE}","media":"pc"}}', None),
    ],
)
def test_the_medium_in_the_data_of_the_headline(data: str, source: str | None) -> None:
    assert seen(f"<script>{data}</script>{H1}").source == source


@pytest.mark.parametrize(
    ("credit", "people"),
    [
        ("娛樂中心／張群報導", ("張群",)),
        ("社會中心／林大為綜合報導", ("林大為",)),
        ("生活中心／馬公報導", ()),
        ("生活中心／綜合報導", ()),
        ("青嵐眼qinglan | 林大為 臺北報導".replace(" | ", "｜"), ("林大為",)),
        ("青嵐眼qinglan｜臺北報導", ()),
    ],
)
def test_the_reporter_behind_a_desk_and_no_place(credit: str, people: tuple[str, ...]) -> None:
    found = names.credit(credit)

    assert (found.names if found else ()) == people


@pytest.mark.parametrize(
    ("above", "first", "last", "people"),
    [
        ("<p>撰写：<a>泉野</a> 2012-01-11 02:17</p>", "", "", "泉野"),
        ("<p>撰寫：林大為</p>", "", "", "林大為"),
        ("", "", "</p><p>以上是青岚电台特约记者申华的采访报道。", "申华"),
        ("", "", "</p><p>以下是本台记者林大为的报道。", "林大为"),
        ("", "", "</p><p>以上是多名记者的采访报道。", None),
        ("", "中新网青岚11月3日电 (古川 马一帆)", "", "古川、马一帆"),
        ("", "青岚社海港4日电（陈小秋）", "", "陈小秋"),
        ("", "青岚社海港4日电（青岚日报）", "", None),
        ("<div class='field-author'><div>青嵐網記者</div><div><a>陳韋綸</a></div></div>", "", "", "陳韋綸"),
        ("<div class='author'>青岚网记者</div><div>林大为</div>", "", "", "林大为"),
        ("<div class='author'>青岚网记者</div><div>返回首页</div>", "", "", None),
        ("<div class='reporter'>綜合報導 / 台北</div><div>2012/01/11 12:10</div>", "", "", None),
        ("<div class='reporter'>台北／即時報導</div>", "", "", None),
        ("<div class='reporter'>林大為／台北報導</div>", "", "", "林大為"),
    ],
)
def test_a_person_and_no_role_desk_or_place(above: str, first: str, last: str, people: str | None) -> None:
    assert seen(H1 + above, first=first, last=last).byline == people


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ('[{"@type":"Person","name":"许芝华"}]', "许芝华"),
        ('{"name":"林大为","@type":"Person"}', "林大为"),
        ('{"@type":"Organization","name":"青岚资料"}', None),
        ('{"@type":"Person","name":"编辑部"}', None),
        ('{"@type":"Person","name":"青岚新闻网"}', None),
    ],
)
def test_the_author_in_the_data_of_a_text(author: str, people: str | None) -> None:
    data = f'{{"@type":"NewsArticle","author":{author},"articleBody":"TEXT"}}'
    assert in_script(f'<script type="application/ld+json">{data}</script>').byline == people


def test_the_author_in_data_beside_a_text_that_stands_on_the_page_is_not_printed() -> None:
    data = '<script type="application/ld+json">{"author":{"@type":"Person","name":"许芝华"}}</script>'
    assert seen(data + H1).byline is None


@pytest.mark.parametrize(
    ("area", "editor"),
    [
        ('<textarea class="article-editor-name">责编：赵建东</textarea>', "赵建东"),
        ('<textarea class="article-editor">范辉</textarea>', "范辉"),
        ('<textarea class="article-source-name">青岚网</textarea>', None),
    ],
)
def test_the_editor_in_a_text_area(area: str, editor: str | None) -> None:
    content = "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in PROSE)
    assert in_script(f'{area}<textarea class="article-content">{content}</textarea>').editor == editor


@pytest.mark.parametrize(
    ("info", "editor"),
    [
        ("2006年1月5日 10:15　来源：青岚晚报　选稿：郭燕", "郭燕"),
        ("責任主編：<a>王顥中</a>", "王顥中"),
        ("责任主编：范辉", "范辉"),
        ("主编：范辉", None),
        ("欢迎读者选稿", None),
    ],
)
def test_who_chose_the_text_is_its_editor(info: str, editor: str | None) -> None:
    assert seen(f"{H1}<div>{info}</div>").editor == editor


def test_a_credit_of_a_desk_is_no_line_of_the_text() -> None:
    assert byline.is_only_credit("娛樂中心／張群報導", "張群", None)
    assert not byline.is_only_credit("張群昨天在中心報導", "張群", None)
