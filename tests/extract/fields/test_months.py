"""The month of publication where a page prints no day: kept as a month, never as a day."""

import pytest

from extract.page.page import Page
from extract.read import read

_TEXT = (
    "<p>考古人员在龙首原的一处墓葬里发现了三十二枚完整的竹简，字迹清晰，内容是一份两千年前的菜谱。</p>"
    "<p>领队的副研究员褚怀瑾说，其中一枚写着蒸鱼的方法，用姜、橘皮和豆豉，同今天的做法相差不多。</p>"
)


def dated(
    above: str = "", before: str = "", below: str = "", meta: str = "", url: str = "http://m.example/a"
) -> tuple[str | None, str | None]:
    """Time and precision that are read from a page: `above` under the headline, `before` over it, `below` the text."""
    page = (
        f"<html><head><title>竹简上的菜谱</title>{meta}</head><body>{before}<h1>竹简上的菜谱</h1>{above}"
        f"<div class='content'>{_TEXT}{below}</div></body></html>"
    )
    article = read(Page(url, page.encode()))
    return article.published_at, article.published_precision


@pytest.mark.parametrize(
    "line",
    [
        "2023年4月",
        "２０２３年４月",
        "2023年04月",
        "2023年4月号",
        "二〇二三年四月",
        "二零二三年四月",
        "April 2023",
        "Apr. 2023",
        "APRIL, 2023",
        "2023.04",
        "2023/04",
        "民國112年4月",
        "2023年4月 第4期",
        "2023年4月刊 总第231期",
        "《青岚月刊》2023年4月",
        "《青岚月刊》 第4期 | 2023年4月",
        "Issue 36 · April 2023",
        "Vol. 3 No. 4, April 2023",
        "发布时间：2023年4月",
        "日期：2023-04",
        "出版日期：2023.04",
        "作者：褚怀瑾　来源：山海月刊　2023年4月",
        "来源：山海月刊 （2023年4月）",
    ],
)
@pytest.mark.parametrize("place", ["above", "before"])
def test_a_month_beside_the_headline_is_the_month(line: str, place: str) -> None:
    assert dated(**{place: f"<div>{line}</div>"}) == ("2023-04", "month")


@pytest.mark.parametrize(
    "line", ["二〇二三年四月", "（2023年4月）", "2023年4月于青岚", "二〇二三年四月写于北京"]
)
def test_a_month_as_signature_is_the_month(line: str) -> None:
    assert dated(below=f"<p>{line}</p>") == ("2023-04", "month")


@pytest.mark.parametrize("content", ["2023-04", "2023/04", "2023.04"])
def test_a_month_in_meta_is_the_month(content: str) -> None:
    assert dated(meta=f'<meta name="citation_publication_date" content="{content}">') == ("2023-04", "month")


@pytest.mark.parametrize(
    "line",
    [
        "2023年4月的一个下午",
        "写在2023年4月以后",
        "会议时间：2023年4月",
        "报名截止日期：2023年4月",
        "2023年4月至6月",
        "2023年13月",
        "1923年4月",
        "Copyright 2010-2023",
        "第2023.04号通告",
        '<a href="/2023/04/">2023年4月</a>',
    ],
)
def test_other_months_are_no_date(line: str) -> None:
    assert dated(above=f"<div>{line}</div>") == (None, None)


def test_a_month_in_the_text_is_no_date() -> None:
    assert dated(below="<p>工程于2023年4月动工，预计两年后完工，届时两岸居民出行将更加方便。</p>") == (
        None,
        None,
    )


@pytest.mark.parametrize("line", ["2023年4月18日", "二〇二三年四月十八日", "April 18, 2023", "2023-04-18"])
def test_a_day_stays_a_day(line: str) -> None:
    assert dated(above=f"<div>{line}</div>") == ("2023-04-18T00:00:00+08:00", "day")


def test_a_day_in_the_address_comes_before_a_month() -> None:
    assert dated(above="<div>2023年4月</div>", url="http://m.example/20230418/a.html") == (
        "2023-04-18T00:00:00+08:00",
        "day",
    )
