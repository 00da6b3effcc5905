from typing import Any

import pytest
from lxml import etree

from extract.article import Hints, Note
from extract.page.page import Page
from extract.read import EXTRACTOR, read
from extract.text import opinion

BODY = [
    "3月12日清晨，放水员拧开三号闸门，渠水顺着新衬砌的水泥槽流进麦田，这条渠通水正好三年。",
    "三年前，下游的八个村还靠天吃饭，一亩麦子收成好的年份也不过四百斤，村民叫它望天田。",
]


def page(body: str, head: str = "", url: str = "http://a.example/1.html") -> Page:
    return Page(url, f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode())


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def kinds(notes: tuple[Note, ...]) -> list[str]:
    return [note.kind for note in notes]


def test_a_hint_wins_over_what_general_rules_would_say() -> None:
    other = [f"{line}这是另一篇。" for line in BODY * 3]
    texts = f"<div>{paragraphs(*other)}</div><div id='b'>{paragraphs(*BODY)}</div>"
    markup = f"<h1>大标题在这里</h1><h2 id='t'>提示所指的标题</h2>{texts}"
    article = read(page(markup), Hints(title=("#t",), body=("#b",)))

    assert (article.title, article.text) == ("提示所指的标题", "\n".join(BODY))
    assert article.notes == ()


def test_a_hint_that_finds_nothing_is_a_note_and_general_rules_go_on() -> None:
    article = read(
        page(f"<h1>渠水通了三年</h1><div>{paragraphs(*BODY)}</div>"), Hints(title=("#none",), body=("#no",))
    )

    assert (article.title, article.text) == ("渠水通了三年", "\n".join(BODY))
    assert kinds(article.notes) == ["missed", "missed"]
    assert "#none" in article.notes[0].detail


def test_the_second_hint_is_tried_where_the_first_is_empty() -> None:
    article = read(
        page(f"<div id='a'> </div><div id='b'>{paragraphs(*BODY)}</div>"), Hints(body=("#a", "#b"))
    )

    assert article.text == "\n".join(BODY)


def test_a_heavy_article_elsewhere_beats_a_hint_on_a_scrap() -> None:
    article = read(page(f"<div id='b'>短</div><div>{paragraphs(*BODY * 3)}</div>"), Hints(body=("#b",)))

    assert article.text.startswith(BODY[0])


def test_site_names_are_no_headline() -> None:
    markup = f"<h1>青岚晚报社</h1><h3>渠水通了三年之后</h3><div>2023-03-12</div>{paragraphs(*BODY)}"

    assert (
        read(page(markup, "<title>青岚晚报社</title>"), Hints(site_names=("青岚晚报社",))).title
        == "渠水通了三年之后"
    )


def test_every_reading_names_its_extractor() -> None:
    assert read(page(paragraphs(*BODY))).extractor == EXTRACTOR


def test_a_page_with_nothing_but_links_is_a_listing_and_says_why() -> None:
    links = "".join(f"<li><a href='/{n}'>这里是第{n}条新闻的标题</a></li>" for n in range(30))
    article = read(page(f"<ul>{links}</ul>"))

    assert article.kind == "listing"
    assert kinds(article.notes) == ["listing"]


def test_a_dated_article_with_linked_headings_is_no_listing() -> None:
    parts = "".join(
        f"<p><a href='/{n}'>这里是第{n}节的小标题</a></p><p>{line}</p>" for n, line in enumerate(BODY * 3)
    )
    article = read(
        page(f"<h1>渠水通了三年</h1><div>2023-03-12 08:00</div><div><p>{BODY[0]}</p>{parts}</div>")
    )

    assert article.kind == "article"


def test_paragraphs_set_by_indents_alone_are_paragraphs() -> None:
    article = read(page(f"<h1>渠水通了三年</h1><div>　　{BODY[0]}　　{BODY[1]}\n　　责任编辑：常小方</div>"))

    assert (article.text, article.editor) == ("\n".join(BODY), "常小方")


def test_lines_of_preformatted_text_are_paragraphs() -> None:
    article = read(page(f"<h1>渠水通了三年</h1><pre>{BODY[0]}\n\n{BODY[1]}</pre>"))

    assert article.text == "\n".join(BODY)


def test_a_labelled_day_is_not_overruled_by_the_clock_of_another_day() -> None:
    origin = "<p><a>2022-08-22 09:55 来源：青岚网</a></p>"
    article = read(
        page(f"<h1>渠水通了三年</h1><div>发布时间：2023-03-12</div><div>{origin}{paragraphs(*BODY)}</div>")
    )

    assert article.published_at == "2023-03-12T00:00:00+08:00"


def test_long_text_that_quotes_a_deletion_is_no_stub() -> None:
    article = read(
        page(
            f"<h1>一条网帖的去向</h1>{paragraphs(*BODY, '记者打开链接，页面显示该文章已被删除。', *BODY * 4)}"
        )
    )

    assert article.kind == "article"


def test_a_day_shown_takes_its_clock_from_meta_of_the_same_day() -> None:
    head = '<meta property="article:published_time" content="2023-03-12T08:01:02+08:00">'
    article = read(page(f"<h1>渠水通了三年</h1><div>2023-03-12</div>{paragraphs(*BODY)}", head))

    assert (article.published_at, article.published_precision) == ("2023-03-12T08:01:02+08:00", "second")


def test_a_day_shown_keeps_to_itself_where_meta_tells_another_day() -> None:
    head = '<meta property="article:published_time" content="2023-03-13T08:01:02+08:00">'
    article = read(page(f"<h1>渠水通了三年</h1><div>2023-03-12</div>{paragraphs(*BODY)}", head))

    assert (article.published_at, article.published_precision) == ("2023-03-12T00:00:00+08:00", "day")


def test_midnight_in_meta_is_a_day() -> None:
    head = '<meta name="PubDate" content="2023-03-12 00:00:00">'

    assert read(page(paragraphs(*BODY), head)).published_precision == "day"


def test_the_day_in_the_address_is_the_last_resort() -> None:
    article = read(page(paragraphs(*BODY), url="http://a.example/202303/t20230312_123.html"))

    assert (article.published_at, article.published_precision) == ("2023-03-12T00:00:00+08:00", "day")


def test_numeric_author_and_labelled_source_of_people_com_cn_are_not_taken_as_they_are() -> None:
    head = '<meta name="author" content="102384"><meta name="source" content="来源：人民日报">'
    article = read(page(f"<h1>渠水通了三年</h1>{paragraphs(*BODY)}", head))

    assert (article.byline, article.source) == (None, "人民日报")


@pytest.mark.parametrize("hints", [Hints(), Hints(body=("#b",))], ids=["unknown", "known"])
def test_a_page_is_parsed_once_though_trafilatura_is_asked(
    monkeypatch: pytest.MonkeyPatch, hints: Hints
) -> None:
    parsed: list[int] = []
    asked: list[str] = []

    def counting(text: bytes, *given: Any, plain: Any = etree.fromstring, **named: Any) -> object:
        parsed.append(len(text))
        return plain(text, *given, **named)

    def asking(container: Any, *ends: Any, plain: Any = opinion.lines) -> list[str]:
        asked.append(container.tag)
        found: list[str] = plain(container, *ends)
        return found

    monkeypatch.setattr(etree, "fromstring", counting)
    monkeypatch.setattr(opinion, "lines", asking)
    markup = f"<h1>渠水通了三年</h1><div id='b'><span>水利</span>{paragraphs(*BODY * 2)}<em>三月</em></div>"
    article = read(page(markup), hints)

    assert article.text.startswith(BODY[0])
    assert (asked, len(parsed)) == (["div"], 1)


def test_trafilatura_is_not_asked_about_a_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(opinion, "lines", lambda container, *_: asked.append(container.tag) or [])
    markup = f"<p>首页</p><div id='b'><h1>渠水通了三年</h1>{paragraphs(*BODY * 2)}</div>"
    article = read(page(markup), Hints(body=("#b",)))

    assert (asked, article.title, article.text.split("\n")[0]) == ([], "渠水通了三年", BODY[0])


def test_a_notice_over_the_headline_does_not_date_the_article() -> None:
    notice = "<div><h3>公告</h3><p>2023-05-01 放假通知</p></div>"

    assert read(page(f"{notice}<h1>渠水通了三年</h1><div>{paragraphs(*BODY)}</div>")).published_at is None


def test_a_section_on_what_readers_say_is_part_of_the_text() -> None:
    article = read(page(f"<h1>渠水通了三年</h1><div>{paragraphs(*BODY, '网友评论', *reversed(BODY))}</div>"))

    assert article.text.split("\n") == [*BODY, "网友评论", *reversed(BODY)]
