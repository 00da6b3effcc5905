"""Lists that would read as articles: their text is their entries."""

import pytest

from extract.page.page import Page
from extract.text.rows import is_made_of_rows

ENTRY = (
    "<dl><dt><a href='/{n}.html'>第{n}个标题有些长</a></dt><dd>摘要：第{n}篇说的是什么，请看正文。</dd>"
    "<dd>2024-11-2{n}</dd></dl>"
)
SUMMARIES = [f"摘要：第{n}篇说的是什么，请看正文。" for n in range(4)]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_entries_of_a_list_are_no_text(count: int) -> None:
    body = "".join(ENTRY.format(n=n) for n in range(count))

    assert is_made_of_rows(
        Page("http://a.example/", f"<html><body>{body}".encode()), "\n".join(SUMMARIES[:count])
    )


def test_an_article_above_a_list_of_others_is_one() -> None:
    rows = "".join(f"<li><a href='/{n}.html'>另一篇的标题</a> 2024-11-2{n}</li>" for n in range(6))
    text = "青河县的桥修好了，附近的居民说出门方便了许多。" * 4
    page = Page(
        "http://a.example/1.html",
        f"<html><body><h1>题</h1><div>2024-11-20<p>{text}</p></div><ul>{rows}</ul>".encode(),
    )

    assert not is_made_of_rows(page, text)


@pytest.mark.parametrize(
    "entry",
    [
        "<div onclick=\"location.href='/{n}.html'\"><h3>第{n}个标题有些长</h3><em>2024-11-2{n}</em></div>",
        "<li data-href='/{n}.html'><b>第{n}个标题有些长</b><i>2024-11-2{n}</i></li>",
        "<tr onclick='window.open(\"/{n}.html\")'><td>第{n}个标题有些长</td><td>2024-11-2{n}</td></tr>",
    ],
)
def test_entries_that_open_when_clicked_are_no_text(entry: str) -> None:
    rows = "".join(entry.format(n=n) for n in range(4))
    body = f"<table>{rows}</table>" if entry.startswith("<tr") else rows
    text = "\n".join(f"第{n}个标题有些长\n2024-11-2{n}" for n in range(4))

    assert is_made_of_rows(Page("http://a.example/", f"<html><body>{body}".encode()), text)


@pytest.mark.parametrize("heading", ["h1", "h2"])
def test_an_article_that_links_its_author_and_its_tags_is_no_entry(heading: str) -> None:
    said = "柳泉街道的泵站重新开放，住户不必再绕路。" * 3
    body = (
        f"<article class='post'><{heading} class='entry-title'>泵站重新开放</{heading}><time>2024年11月2日</time>"
        "<a href='/author/1/' rel='author'>韩松</a>"
        f"<div><p>{said}</p></div><footer><a href='/tag/2/' rel='tag'>生活</a></footer></article>"
    )

    assert not is_made_of_rows(Page("http://a.example/archives/1", f"<html><body>{body}".encode()), said)
