"""Pages that were read wrongly once, with invented text, and siblings of each kind."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

CASES = Path(__file__).with_name("cases")
NINE = "2012-01-11T09:06:00+08:00"
FIELDS = ("title", "subtitle", "source", "byline", "editor", "kind", "charset")
PROSE = (
    "青岚市水务局近日启动河道清淤工程，计划用三个月时间清理城区七条主要河流，改善沿岸居民的生活环境。",
    "据项目负责人林大为介绍，工程总投资一亿二千万元，完工后可使行洪能力提高三成，汛期水位下降约四十厘米。",
    "附近的居民说，过去每到夏天河水发黑发臭，门窗都不敢打开，现在看到政府下决心治理，大家心里都很高兴。",
)
TITLE = "青岚市启动七条河道清淤工程"


def plain(value: str | None) -> str:
    return "".join((value or "").split())


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.json")))
def test_a_case_as_it_was_seen(case: str) -> None:
    want = json.loads((CASES / f"{case}.json").read_text(encoding="utf-8"))
    fetched = datetime.fromisoformat(want["fetched_at"]) if "fetched_at" in want else None
    body = (CASES / f"{case}.html").read_bytes()
    url = want.get("url") or Page("", body).canonical_url or "http://www.case.example/a.html"

    found = read(Page(url, body, fetched_at=fetched))

    assert {name: plain(getattr(found, name)) for name in FIELDS if name in want} == {
        name: plain(want[name]) for name in FIELDS if name in want
    }
    if want["published_at"] is None:
        assert found.published_at is None
    else:
        assert found.published_at is not None
        assert datetime.fromisoformat(found.published_at) == datetime.fromisoformat(want["published_at"])


def page(
    info: str = "",
    *,
    title: str = TITLE,
    stated: str | None = None,
    head: str = "",
    foot: str = "",
    prose: tuple[str, ...] = PROSE,
    url: str = "http://www.qinglan.example/a.html",
    fetched_at: str | None = None,
) -> Article:
    """What is read of a page: `info` between headline and text, `foot` under the text, `stated` the <title>."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in prose)
    markup = (
        f'<html><head><meta charset="utf-8"><title>{stated or title}</title>{head}</head><body>'
        f"<div><a href='/'>首页</a> <a href='/a/'>时政</a></div><h1>{title}</h1>{info}"
        f"<div class='content'>{text}</div>{foot}<div>版权所有 青岚网 京ICP备00000000号</div></body></html>"
    )
    moment = datetime.fromisoformat(fetched_at) if fetched_at else None
    return read(Page(url, markup.encode(), fetched_at=moment))


@pytest.mark.parametrize(
    ("info", "iso"),
    [
        # the dateline holds links
        ("<div><a href='/'>http://www.qinglan.example</a> 2012-01-11 09:06 <a>青岚晚报</a></div>", NINE),
        ("<div><a href='/'>青岚在线</a>　<a href='/c'>我要评论(3)</a> 2012年1月11日9:06</div>", NINE),
        # the clock stands first
        ("<div>09:06 2012年01月11日</div>", NINE),
        (
            "<div><time datetime='2012-01-11 09:06'><span>09:06</span><span>2012/01/11</span></time></div>",
            NINE,
        ),
        ("<div>下午 05:06　2012/01/11</div>", "2012-01-11T17:06:00+08:00"),
        # full width, characters
        ("<div>２０１２－０１－１１　０９：０６　来源：青岚日报</div>", NINE),
        ("<div>发布日期：２０１２．０１．１１</div>", "2012-01-11T00:00:00+08:00"),
        ("<div>二〇一二年一月十一日</div>", "2012-01-11T00:00:00+08:00"),
        ("<div>二Ｏ一二年一月十一日</div>", "2012-01-11T00:00:00+08:00"),
        # two digits, ROC years, digits alone
        ("<div>发布时间：12-01-11</div>", "2012-01-11T00:00:00+08:00"),
        ("<div>12/01/11 09:06 青岚发布</div>", NINE),
        ("<div>發布日期：101-01-11</div>", "2012-01-11T00:00:00+08:00"),
        ("<div>中華民國 101 年 1 月 11 日</div>", "2012-01-11T00:00:00+08:00"),
        ("<div>日期：20120111</div>", "2012-01-11T00:00:00+08:00"),
        # day first, American, English
        ("<div>发表于 11.01.2012 09:06</div>", NINE),
        ("<div>更新：1/11/2012 9:06:13 AM</div>", "2012-01-11T09:06:13+08:00"),
        ("<div>January 11, 2012 09:06 AM | 151 次</div>", NINE),
        ("<div>Wednesday, January 11th, 2012 at 9:06 am</div>", NINE),
        # attributes
        ("<cite><abbr title='2012-01-11T01:06:00Z'>3小時前</abbr></cite>", "2012-01-11T01:06:00+00:00"),
        ("<div><span class='published' title='2012-01-11T09:06:00+08:00'>昨天</span></div>", NINE),
        ("<div><span data-time='1326243960'>刚刚</span></div>", NINE),
        # printed zones
        ("<div>2012-01-11 01:06 UTC</div>", "2012-01-11T01:06:00+00:00"),
        ("<div>2012年1月10日 20:06 美东时间</div>", "2012-01-10T20:06:00-05:00"),
        ("<div>2012-01-11 10:06 (GMT+9)</div>", "2012-01-11T10:06:00+09:00"),
    ],
)
def test_siblings_of_dates(info: str, iso: str) -> None:
    assert page(info).published_at == iso


@pytest.mark.parametrize(
    ("script", "iso"),
    [
        ('<script>var ct = "1326243960";</script>', NINE),
        ("<script>window.cgiDataNew={create_time: JsDecode('2012-01-11 09:06'), x:1}</script>", NINE),
        ("<script>var a={ori_create_time: '1326243960' * 1}</script>", NINE),
        ('<script>var d={"publish_time":1326243960000}</script>', NINE),
        ('<script type="application/ld+json">{"datePublished": "2012-01-11T09:06:00+08:00"}</script>', NINE),
        ("<meta name='firstpublishedtime' content='2012-01-11-09:06:00'>", NINE),
    ],
)
def test_siblings_of_dates_in_the_head(script: str, iso: str) -> None:
    assert page(head=script).published_at == iso


@pytest.mark.parametrize(
    ("info", "url", "iso"),
    [
        # the page prints its year
        (
            "<div><a>《青岚周刊》</a>　2012年01月11日 09:06 <a>我要评论（0）</a></div>",
            "http://a.example/1",
            NINE,
        ),
        # only the address tells the year
        ("<div>01月11日 09:06</div>", "http://a.example/2012/01/11/1.html", NINE),
        ("<div>01-11 09:06</div>", "http://a.example/12/0111/09/1.html", NINE),
        # a date a year off
        ("<div>2011-01-11 09:06</div>", "http://a.example/20120111/1.html", NINE),
    ],
)
def test_siblings_of_a_year_from_the_fetch(info: str, url: str, iso: str) -> None:
    assert page(info, url=url, fetched_at="2026-11-01T00:00:00+00:00").published_at == iso


def test_a_year_that_only_the_fetch_tells_is_noted() -> None:
    found = page("<div>01-11 09:06</div>", fetched_at="2026-11-01T00:00:00+00:00")

    assert found.published_at == "2026-01-11T09:06:00+08:00"
    assert [note.kind for note in found.notes] == ["date"]


@pytest.mark.parametrize(
    ("info", "source"),
    [
        ("<div>2012-01-11 来源：光明日报（客户端版）</div>", "光明日报（客户端版）"),
        ("<div>来源：人民日报(海外版) 字号</div>", "人民日报(海外版)"),
        ("<div>来源：青岚日报（通讯员 林大为 王小忠）</div>", "青岚日报"),
        ("<div>来源 | 青岚观察（微信号：qinglan39）</div>", "青岚观察"),
        ("<div>來源︱青嵐日報[記者張文祿]</div>", "青嵐日報"),
        ("<div>来源：( 青岚在线 )</div>", "青岚在线"),
        ("<div>稿源：《青岚周刊》内部版 2012-01-11</div>", "青岚周刊内部版"),
        ("<div>本文来源于<a>《青岚周刊》</a> 2012-01-11</div>", "青岚周刊"),
        ("<div>2012-01-11</div><div>摘自青岚晚报</div>", "青岚晚报"),
        ("<div>2012-01-11　转自 青岚网-青岚日报</div>", "青岚网-青岚日报"),
        ("<div>时间 2012-1-11 来源 青岚采风网 廖小凌</div>", "青岚采风网"),
        ("<div>新闻来源: 青岚时报 于 2012-01-11 09:06 敬请注意</div>", "青岚时报"),
        ("<div>2012-01-11</div><div>青嵐日報／張文祿</div>", "青嵐日報"),
        ("<div>【青嵐晚報╱記者張文祿／清河報導】</div>", "青嵐晚報"),
        ("<div><a>首页</a> &gt; 生活新闻</div><div>2012-1-11</div>", None),
        ("<div>2012-01-11</div><div><a>青岚新闻网</a></div><div>&gt;</div><div>地方</div>", None),
        ("<div>作者： size=\"20\" 来源： class='x' 2012-1-11</div>", None),
        ("<div>新闻图片来源：视觉中国 2012-01-11</div>", None),
    ],
)
def test_siblings_of_sources(info: str, source: str | None) -> None:
    assert page(info).source == source


def test_the_middle_of_the_title_is_a_column_and_no_source() -> None:
    found = page("<div>2012-01-11</div><div>晨間新聞</div>", stated=f"{TITLE}｜晨間新聞｜青嵐電子報")

    assert found.source is None


@pytest.mark.parametrize(
    ("info", "byline"),
    [
        ("<div>◎記者林小謙╱專訪</div>", "林小謙"),
        ("<div>【林小謙、王小忠／綜合報導】</div>", "林小謙、王小忠"),
        ("<div>清河時報 記者 林小謙/清河即時報導</div>", "林小謙"),
        ("<div>記者：邱小琪 羅小中 清河報導</div>", "邱小琪 羅小中"),
        ("<div>2012-01-11 青嵐時報 邱小琪／台北報導</div>", "邱小琪"),
        (
            "<div class='reporter'><em>青岚报</em> <em>记者 林大为</em> <em>编辑 范辉</em></div>",
            "青岚报 记者 林大为",
        ),
        ("<div>来源：青岚网　林大为</div>", "林大为"),
        ("<div class='user-login'><a class='author'>登录</a> <span>昵称</span></div>", None),
        ("<div>2012-01-11 来源: 作者: <a>手机版</a></div>", None),
        ("<div class='author'>No Comments Yet</div>", None),
        ("<div>作者：<a>点击下载客户端</a></div>", None),
    ],
)
def test_siblings_of_bylines_over_the_text(info: str, byline: str | None) -> None:
    assert page(info).byline == byline


@pytest.mark.parametrize(
    ("first", "last", "byline"),
    [
        ("〔記者張文祿／清河報導〕", "", "張文祿"),
        ("（青嵐社記者張文祿清河21日電）", "", "張文祿"),
        ("青岚网12月14日讯（记者林大为通讯员王小忠）", "", "林大为、王小忠"),
        ("", "（张文禄／清河报道）", "张文禄"),
        ("", "（常小香 马小阳 ）", "常小香、马小阳"),
        ("", "（青岚网/陈小祎）", "陈小祎"),
        ("", "(林大为 发自上海)", "林大为"),
        ("", "（青岚报记者 林大为摄）", None),
        ("", "（完）", None),
        ("", "（未完待续）", None),
        ("记者：林局长您好，", "", None),
        ("记者：请问工程什么时候完工？", "", None),
    ],
)
def test_siblings_of_bylines_in_the_text(first: str, last: str, byline: str | None) -> None:
    prose = (f"{first}{PROSE[0]}", PROSE[1], f"{PROSE[2]}{last}")

    assert page("<div>2012-01-11 来源：青岚日报</div>", prose=prose).byline == byline


@pytest.mark.parametrize(
    "line",
    [
        "整合 青岚日报·交汇点记者 徐小翔",
        "清河電視徐小翔採訪報導。",
        "（徐小翔報導）",
        "青岚报记者 徐小翔 山东青岚县报道",
        "文/徐小翔",
    ],
)
def test_siblings_of_credit_lines(line: str) -> None:
    assert page("<div>2012-01-11</div>", prose=(*PROSE, line)).byline == "徐小翔"


@pytest.mark.parametrize(
    ("foot", "editor"),
    [
        ("<p>责任编辑：范辉 电子邮箱：a@b.example</p>", "范辉"),
        ("<p>责编：范辉 联系邮箱：a@b.example</p>", "范辉"),
        ("<p>编辑：范辉（实习）</p>", "范辉"),
        ("<p>实习编辑：范辉 审核：张艳</p>", "范辉"),
        ("<p>编辑 范辉</p><p>校对 张艳</p>", "范辉"),
        ("<p>(范辉 编辑)</p>", "范辉"),
        ("<p>（來源：青嵐網 編輯：范輝）</p>", "范輝"),
        ("<p>总编辑：范辉</p>", None),
    ],
)
def test_siblings_of_editors(foot: str, editor: str | None) -> None:
    assert page("<div>2012-01-11</div>", foot=foot).editor == editor


@pytest.mark.parametrize(
    "bracket", ["（责任编辑：范辉）", "(责编 范辉)", "【编辑：范辉】", "[責任編輯: 范輝]"]
)
def test_an_editor_behind_the_last_sentence_leaves_the_text(bracket: str) -> None:
    found = page("<div>2012-01-11</div>", prose=(*PROSE[:2], PROSE[2] + bracket))

    assert found.editor in ("范辉", "范輝")
    assert found.text.split("\n") == list(PROSE)


@pytest.mark.parametrize(
    "tail",
    [
        " | 青岚地方新闻 | 青岚新闻云 手机版 | Qinglan MobileWeb",
        " - 醫藥新知 - 醫藥中心 - qinglan健康醫藥",
        "-河道,清淤,水务局,青岚市,工程-青岚网-新闻中心",
        " -河道|清淤|工程|水务,-每日青岚",
        "_要闻_青岚网（原青岚新闻网）",
        "—青岚网",
        "(页 1) - 时政 - 青岚论坛 - powered by Discuz! Archiver",
    ],
)
def test_siblings_of_titles_with_tails(tail: str) -> None:
    assert page("<div>2012-01-11 09:06</div>", stated=TITLE + tail).title == TITLE


@pytest.mark.parametrize("before", ["青岚博客 » ", "青岚网-", "青岚电子报 - ", "青岚新闻：", "青岚在线|"])
def test_siblings_of_titles_behind_the_site(before: str) -> None:
    assert page("<div>2012-01-11 09:06</div>", stated=before + TITLE).title == TITLE


@pytest.mark.parametrize(
    "shown",
    [
        f"<div>》{TITLE}</div>",
        f"<div>★★★★★ {TITLE} ★★★★☆</div>",
        f"<div>{TITLE} 【16:15】</div>",
        f"<h2><a href='/'>青岚网</a> 〉<a href='/b'>火线新闻</a> 〉{TITLE}</h2><div>{TITLE}</div>",
        f"<div class='box'><b>{TITLE}</b> 2012年01月11日 09:06 来源：青岚日报</div>",
    ],
)
def test_siblings_of_decorated_titles(shown: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    head = f"<head><title>{TITLE}_青岚网</title></head>"
    markup = f"<html>{head}<body>{shown}<div>2012-01-11</div><div>{text}</div></body></html>"

    assert read(Page("http://a.example/1", markup.encode())).title == TITLE


@pytest.mark.parametrize(
    "mark", ["<div class='subtitle'>{}</div>", "<h2 class='fu-title'>{}</h2>", "<div>——{}</div>"]
)
def test_a_second_line_of_the_headline_is_the_subtitle(mark: str) -> None:
    found = page(mark.format("三百名工人雨季前完工") + "<div>2012-01-11 09:06</div>")

    assert found.title == TITLE
    assert (found.subtitle or "").removeprefix("——") == "三百名工人雨季前完工"


@pytest.mark.parametrize(
    ("info", "url", "day", "is_said"),
    [
        ("12/11/2011", "http://www.qinglan.hk/a.html", "2011-11-12", True),
        ("發佈日期：05/03/2012", "http://news.qinglan.com.sg/a.html", "2012-03-05", True),
        ("12/11/2011", "http://www.qinglan.example/a.html", "2011-12-11", True),
        ("12/11/2011", "http://www.qinglan.hk/2011/1211/a.html", "2011-12-11", False),
        ("12/11/2011", "http://www.qinglan.example/2011/11/12/a.html", "2011-11-12", False),
        ("25/11/2011", "http://www.qinglan.example/a.html", "2011-11-25", False),
        ("11/11/2011", "http://www.qinglan.hk/a.html", "2011-11-11", False),
    ],
)
def test_a_day_that_may_be_a_month_is_settled_or_told(info: str, url: str, day: str, is_said: bool) -> None:
    found = page(f"<div>{info}</div>", url=url)

    assert (found.published_at or "")[:10] == day
    assert any(note.detail.startswith("day and month may be") for note in found.notes) is is_said


def test_a_source_that_is_a_step_of_the_path_is_told() -> None:
    found = page("<div><a href='/'>首页</a> > 青岚晚报 > 时政</div><div>2012-01-11 09:06 青岚晚报</div>")
    told = page("<div><a href='/'>首页</a> > 青岚晚报 > 时政</div><div>2012-01-11 09:06 来源：青岚晚报</div>")

    assert (found.source, told.source) == ("青岚晚报", "青岚晚报")
    assert any("breadcrumb" in note.detail for note in found.notes)
    assert not any("breadcrumb" in note.detail for note in told.notes)
