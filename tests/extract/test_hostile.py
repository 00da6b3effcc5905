"""Whatever the bytes, reading ends soon with a note and never with an exception."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.article import Article, Hints
from extract.page.page import Page
from extract.read import read

pytestmark = pytest.mark.slow
P = "<p>　　这是一段正文，有逗号，也有句号。它足够长，可以算作段落。</p>"
FIELDS = ("title", "kicker", "subtitle", "source", "byline", "editor", "published_at", "original_title")
PAGES = sorted((Path(__file__).parents[1] / "sites").glob("*/*/page.html"))
PIECES = st.sampled_from(
    [
        "<html>", "<body>", "<div>", "</div>", "<p>", "</p>", "<br>", "<h1>", "</h1>", "<a href=x>", "</a>", "<td>",
        "<table>", "<ul><li>", "<script>", "</script>", "<!--", "-->", "<noscript>", "<textarea class=content>",
        "<title>", "</title>", '<meta charset="gb2312">', '<meta name="pubdate" content="2023-13-41">',
        '<div id="ozoom">', "<!--enpcontent-->", '<div class="TRS_Editor">', "来源：", "责任编辑：", "作者：", "（记者",
        "2020-02-30 25:61", "2020年2月10日", "《人民日报》（", "相关新闻", "【1】【2】", "网(wǎng)", "，。", "\x00",
        "\ufffe", "&#0;", "&#xD800;", "<", "&", '"content": "', "3小时前", P,
    ]
)  # fmt: skip


def of(markup: str) -> Article:
    return read(Page("http://a.example/", markup.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + P + "</div>" * 100_000,
        "<font>" * 50_000 + P,
        "<noscript>" * 20_000 + P + "</noscript>" * 20_000 + P,
    ],
    ids=["divs", "fonts", "noscripts"],
)
def test_tags_nested_without_end_are_flattened(markup: str) -> None:
    article = of(markup)

    assert "这是一段正文" in article.text
    assert "deep" in {note.kind for note in article.notes}


@pytest.mark.parametrize(
    ("markup", "note"),
    [
        (f"<html><body>{P * 30_000}", "large"),
        ("<p>" + "字，" * 600_000, "large"),
        ('<a href="x">链接文字</a> ' * 50_000, "large"),
        ("<h1>标题</h1>" * 6_000, "long"),
    ],
    ids=["paragraphs", "one text", "links", "headings"],
)
def test_giants_are_read_in_part_and_say_so(monkeypatch: pytest.MonkeyPatch, markup: str, note: str) -> None:
    monkeypatch.setattr("extract.page.page.LONGEST_TEXT", 400_000)
    monkeypatch.setattr("extract.page.lines.MOST_TEXT_NODES", 5_000)

    assert note in {found.kind for found in of(markup).notes}


@pytest.mark.parametrize(
    "markup",
    [
        '<div x="' + "a" * 3_000_000 + f'">{P}{P}</div>',
        "<html><body>" + "\0".join(P),
        "<div><p><span><b>" * 3_000 + P,
        "<html><body>" + P + "<!-- " + "x" * 600_000,
        "<title>" + "标题--" * 60_000 + "</title>" + P,
        "<h1>标题在此</h1>" + "<p>来源：作者：编辑：时间：</p>" * 5_000 + P,
        "<h1>标题在此</h1><p>" + "2020-02-10 08:39:53 " * 20_000 + "</p>" + P,
        "<p>" + "（来源：" * 30_000 + "</p>" + P,
        '<script>{"content":"' + "x，" * 80_000 + "</script>" + P,
        "<meta http-equiv=refresh " * 10_000 + P,
        "<p>" + "网(wang)" * 10_000 + "</p>" + P,
        "<table>" + "<tr><td>字</td></tr>" * 4_000 + "</table>" + P,
        "<p>" + ">" * 100 + "字</p>" + P,
        "<p>" + "1 " * 90 + "字</p><p>" + "1" * 190 + "字</p>" + P,
        "<p>" + "返回顶部]" * 30 + "字</p>" + P,
        '<textarea class="content">' * 20_000,
        "<div>" * 3_000 + "<p " * 50_000,
    ],
    ids=[
        "attribute", "zeros", "unclosed", "comment", "title", "labels", "dates", "credits", "json", "refresh",
        "pinyin", "cells", "crumbs", "pagers", "widgets", "text areas", "tags never closed",
    ],
)  # fmt: skip
def test_mazes_end(markup: str) -> None:
    assert of("<html><body>" + markup).kind in ("article", "listing", "stub", "unreadable")


@pytest.mark.parametrize("opening", ["<script>", "<style>", "<!--"])
def test_what_no_reader_sees_may_be_left_open(monkeypatch: pytest.MonkeyPatch, opening: str) -> None:
    monkeypatch.setattr("extract.page.page.LONGEST_TEXT", 100_000)

    assert "large" in {note.kind for note in of(f"<html><body>{P}" + opening * 100_000).notes}


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"<", b"<!", b"<!DOCTYPE", b"<!DOCTYPE html>", b"<!--", b"<?xml version='1.0'?>", b"<![CDATA[",
        b"\x00" * 1_000, b"\xff\xfe", b"%PDF-1.7 \xe2\xe3", bytes(range(256)) * 40,
    ],
)  # fmt: skip
def test_binary_and_empty_files_labelled_html_are_unreadable(body: bytes) -> None:
    article = read(Page("http://a.example/", body, "text/html; charset=utf-8"))

    assert (article.kind, article.text) == ("unreadable", "")
    assert "body" in {note.kind for note in article.notes}


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_markup_is_read(markup: str) -> None:
    article = of(markup)

    assert "\x00" not in article.text
    for name in FIELDS:
        value = getattr(article, name)
        assert value is None or (value == value.strip() and value)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html; charset=gbk", "text/html; charset=utf-16", "x; charset=\x00"]),
)
def test_any_bytes_are_read(body: bytes, content_type: str | None) -> None:
    read(Page("http://a.example/", b"<html><body><p>" + body, content_type), Hints(charset="big5"))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_page_cut_and_overwritten_is_read(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(PAGES)).read_bytes())
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, max(0, len(body) - 1)))
        body[at : at + data.draw(st.integers(0, 200))] = data.draw(st.binary(max_size=20))

    read(Page("http://a.example/", bytes(body[: data.draw(st.integers(0, len(body)))])))
