import pytest

from extract.fields import subtitles, titles
from extract.page.lines import Sheet
from extract.page.page import Page


def headline(title: str, markup: str, before: int = 50, site_names: tuple[str, ...] = ()) -> str | None:
    page = Page(
        "http://a.example/", f"<html><head><title>{title}</title></head><body>{markup}</body></html>".encode()
    )
    assert page.tree is not None
    return titles.find(page, Sheet(page.tree), before, site_names).text


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("盐碱滩上收稻忙--时政--人民网", "盐碱滩上收稻忙"),
        ("盐碱滩上收稻忙-新华网", "盐碱滩上收稻忙"),
        ("盐碱滩上收稻忙 -中新网", "盐碱滩上收稻忙"),
        ("盐碱滩上收稻忙_新浪财经_新浪网", "盐碱滩上收稻忙"),
        ("盐碱滩上收稻忙 - 中国日报网", "盐碱滩上收稻忙"),
        ("盐碱滩上收稻忙 _探索者 _光明网", "盐碱滩上收稻忙"),
        ("颱風影響 離島停駛 | 政治 | 中央社 CNA", "颱風影響 離島停駛"),
        ("1-10月投资增长", "1-10月投资增长"),
        ("棱镜|数据业整顿：几元不等", "棱镜|数据业整顿：几元不等"),
        ("人民网", "人民网"),
    ],
)
def test_site_and_channel_are_cut_from_the_title_tag(title: str, cut: str) -> None:
    assert titles.strip_site(title) == cut


def test_the_line_that_the_title_tag_repeats_is_the_headline() -> None:
    assert (
        headline(
            "盐碱滩上收稻忙|水稻_新浪新闻", "<h1>新闻中心</h1><div>盐碱滩上收稻忙</div><h2>热门推荐</h2>"
        )
        == "盐碱滩上收稻忙"
    )


def test_a_site_s_own_h1_is_no_headline() -> None:
    assert headline("盐碱滩上收稻忙_网易财经", "<h1>网易财经</h1><h2>盐碱滩上收稻忙</h2>") == "盐碱滩上收稻忙"


def test_a_headline_broken_in_two_is_one() -> None:
    assert headline("让“一张网”办成更多事", "<h1>让“一张网”<br/>办成更多事</h1>") == "让“一张网” 办成更多事"


def test_entities_are_read() -> None:
    assert (
        headline("A&amp;B：两家公司 &quot;握手&quot;_青岚网", "<h1>A&amp;B：两家公司 &quot;握手&quot;</h1>")
        == 'A&B：两家公司 "握手"'
    )


def test_a_linked_headline_of_another_article_is_not_taken() -> None:
    assert (
        headline("盐碱滩上收稻忙-青岚网", "<h3><a href='/'>盐碱滩上收稻忙</a></h3><p>文字</p>")
        == "盐碱滩上收稻忙"
    )


def test_where_the_title_tag_names_a_channel_the_heading_above_the_text_counts() -> None:
    markup = "<h3>首页 - 新闻动态</h3><h5>二〇二三年学术年会在青岚举行</h5><div>发布时间：2023-05-18</div><p>正文</p>"

    assert headline("新闻动态", markup, before=3) == "二〇二三年学术年会在青岚举行"


def test_where_the_title_tag_names_the_site_the_line_above_the_date_counts() -> None:
    markup = "<b>盐碱滩上收稻忙</b><div>沧源信息港 2003年5月20日 09:16</div><p>正文</p>"

    assert headline("沧源信息港", markup, before=2) == "盐碱滩上收稻忙"


@pytest.mark.parametrize(
    ("line", "original"),
    [
        ("（原标题：民警电话遭停机）", "民警电话遭停机"),
        ("原标题：县城博物馆夜里人比白天多", "县城博物馆夜里人比白天多"),
        ("本文原标题：《定了！港口即将开通》", "定了！港口即将开通"),
        ("原題：颱風來了", "颱風來了"),
        ("他说，原标题是编辑起的。", None),
    ],
)
def test_original_title(line: str, original: str | None) -> None:
    assert subtitles.original(["正文", line]) == original
