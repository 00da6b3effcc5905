import pytest

from extract.fields.paper import Issue, Item, PageLink, issue_of, kind_of
from extract.page.page import Page

NEW = """<div class="main w1000"><div class="left paper-box"><p class="left ban">第01版：要闻</p></div>
<div class="right right-main"><div class="swiper-container">
<div class="swiper-slide"><a id="pageLink" class="pageLink" href="node_01.html">01版：要闻</a></div>
<div class="swiper-slide"><a id="pageLink" class="pageLink" href="node_02.html">02版：要闻</a></div>
<div class="swiper-slide"><a class="pageLink" href="node_02.html"></a></div></div>
<div class="list-header"><h2>01版：要闻</h2></div>
<div class="news"><ul class="news-list">
<li><a href="../../../content/202412/01/content_30100001.html">春耕在望</a></li>
<li><a href="../../../content/202412/01/content_30100002.html">图片报道</a></li>
<li><a href="../../../content/202412/01/content_30100003.html">本版责编：甲 乙</a></li>
<li><a href="../../../content/202412/01/content_30100003.html"></a></li></ul></div></div></div>"""

OLD = """<div id="pageList"><ul>
<li><div class="right_title-name"><a href="./nbs.D110000renmrb_01.htm">第01版：要闻</a></div></li>
<li><div class="right_title-name"><a href="nbs.D110000renmrb_02.htm">第02版：要闻</a></div></li></ul></div>
<div id="titleList"><ul><li><a href="nw.D110000renmrb_20200210_1-02.htm">各地支援 武汉</a></li>
<li><a href="nw.D110000renmrb_20200210_2-02.htm">广告</a></li></ul></div>"""


def read(url: str, html: str) -> Issue | None:
    return issue_of(Page(url, html.encode(), "text/html; charset=utf-8"))


def test_a_page_of_the_new_scheme() -> None:
    base = "https://paper.people.com.cn/rmrb/pc"

    issue = read(f"{base}/layout/202412/01/node_01.html", NEW)

    assert issue == Issue(
        paper="rmrb",
        date="2024-12-01",
        number=1,
        name="要闻",
        pages=(
            PageLink(f"{base}/layout/202412/01/node_01.html", 1, "要闻"),
            PageLink(f"{base}/layout/202412/01/node_02.html", 2, "要闻"),
        ),
        items=(
            Item(f"{base}/content/202412/01/content_30100001.html", "春耕在望", "article"),
            Item(f"{base}/content/202412/01/content_30100002.html", "图片报道", "photo"),
            Item(f"{base}/content/202412/01/content_30100003.html", "本版责编：甲 乙", "note"),
        ),
    )


def test_a_page_of_the_old_scheme_takes_its_number_from_the_address() -> None:
    folder = "http://paper.people.com.cn/rmrb/html/2020-02/10"

    issue = read(f"{folder}/nbs.D110000renmrb_02.htm", OLD)

    assert issue is not None
    assert (issue.date, issue.number, issue.name) == ("2020-02-10", 2, None)
    assert [link.number for link in issue.pages] == [1, 2]
    assert issue.items == (
        Item(f"{folder}/nw.D110000renmrb_20200210_1-02.htm", "各地支援 武汉", "article"),
        Item(f"{folder}/nw.D110000renmrb_20200210_2-02.htm", "广告", "ad"),
    )


def test_the_newest_issue_has_the_date_of_its_links() -> None:
    html = '<div id="list"><ul><li><a href="202412/02/node_01.html">01版：要闻</a></li></ul></div>'

    issue = read("https://paper.people.com.cn/rmrb/pc/layout/index.html", html)

    assert issue is not None and issue.date == "2024-12-02"


def test_sister_papers_number_pages_in_their_text() -> None:
    html = '<div id="pageList"><ul><li><a href="node_2.htm">第03版：社会</a></li></ul></div>'

    issue = read("http://paper.people.com.cn/rmrbhwb/html/2021-06/22/node_865.htm", html)

    assert issue is not None
    assert (issue.paper, issue.date, issue.pages[0].number, issue.pages[0].name) == (
        "rmrbhwb",
        "2021-06-22",
        3,
        "社会",
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_20200210_1-02.htm",
        "http://paper.people.com.cn/rmrb/html/2020-13/41/nbs.D110000renmrb_01.htm",
        "http://evil.example/http://paper.people.com.cn/rmrb/html/2020-02/10/nbs.D110000renmrb_01.htm",
    ],
)
def test_other_pages_are_no_issue(url: str) -> None:
    assert read(url, "<p>x</p>") is None


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"%PDF-1.4", b"<" * 50_000])
def test_broken_bytes_are_no_crash(body: bytes) -> None:
    issue = issue_of(Page("http://paper.people.com.cn/rmrb/html/2020-02/10/nbs.D110000renmrb_01.htm", body))

    assert issue is None or issue.items == ()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("（图片报道）", "photo"),
        ("图片报道", "photo"),
        ("公益广告", "ad"),
        ("广告产业迎来新机遇", "article"),
        ("责编：甲", "note"),
        ("编辑部的故事", "article"),
        ("导读", "guide"),
        ("报头", "masthead"),
        ("16省对口支援湖北", "article"),
    ],
)
def test_entries_that_are_no_articles_are_tagged(title: str, kind: str) -> None:
    assert kind_of(title) == kind
