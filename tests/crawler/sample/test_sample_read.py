"""Every page of the sample network is read as it was printed, through its site file's hints."""

import re
from datetime import UTC, date, datetime

import pytest

from crawler.registry.book import SiteFiles
from crawler.sample import Network, Printing
from extract.article import Article
from extract.page.page import Page
from extract.read import read
from extract.script.fold import fold

DAY = date(2024, 12, 31)
# a picture page prints what he did behind the name; three pages name the reporter in the text alone
BYLINES = {"本报记者 贺远 摄影报道": "本报记者 贺远"}
IN_THE_TEXT = {"content_5476101.htm": "方晴", "t20200211_12190104.htm": "方晴", "9085105.shtml": "缪子安"}
NET = Network(today=DAY)
BOOK = SiteFiles.load()
PAGES = [
    item for item in NET.expected if not item.only_archived and not item.gone and "notice" not in item.traits
]


def article(item: Printing, url: str) -> Article:
    answer = NET.page(url)
    page = Page(url, answer.body, answer.content_type, datetime(2024, 12, 31, tzinfo=UTC))
    return read(page, BOOK.place(url, DAY).hints)


@pytest.mark.parametrize("item", PAGES, ids=lambda item: item.url)
def test_a_page_is_read_as_printed(item: Printing) -> None:
    got = article(item, item.url)

    assert got.kind == "article"
    assert got.title == item.title
    assert got.kicker == item.kicker
    assert got.subtitle == item.subtitle
    assert got.source == item.source
    assert got.editor == item.editor
    assert got.original_title == item.original_title
    assert got.script == item.script
    assert (got.published_at, got.published_precision) == (item.published_at, item.precision)
    told = item.byline or IN_THE_TEXT.get(item.url.rpartition("/")[2])
    assert got.byline == BYLINES.get(told or "", told)


@pytest.mark.parametrize("item", PAGES, ids=lambda item: item.url)
def test_the_text_is_the_text_and_nothing_else(item: Printing) -> None:
    for url, paragraphs in item.parts():
        wanted = re.sub(" +", " ", "\n".join(paragraphs))
        got = article(item, url).text
        # the converter's noise is taken out, what it spelt wrongly stays: compared without punctuation
        assert fold(got) == fold(wanted), url
        assert item.host == "jmanli.cn" or got == wanted, url


@pytest.mark.parametrize("item", [item for item in PAGES if item.paper_date], ids=lambda item: item.url)
def test_the_printed_paper_is_named(item: Printing) -> None:
    last = item.parts()[-1][0]
    got = article(item, last)

    assert (got.paper_date, got.paper_page) == (item.paper_date, item.paper_page)


@pytest.mark.parametrize("item", PAGES, ids=lambda item: item.url)
def test_the_site_files_know_the_address(item: Printing) -> None:
    roles = [BOOK.place(url, DAY).role for url, _ in item.parts()]

    assert roles == ["article", *["continuation"] * len(item.split)]
