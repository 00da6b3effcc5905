"""Comparisons folded, narrowed and exported; searches that say what is wrong with them."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from lxml import etree

from archive.browse.protocols.collation import CollatedText, collatex, tei
from archive.browse.rows import SentenceRow, TextRun
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, page

LONG = tuple(f"第{n}户人家住在河东，门前有一棵老槐树，树下放着{n}张竹椅和一只旧水缸。" for n in range(1, 21))
EDITED = (*LONG[:9], LONG[9].replace("老槐树", "新栽的杨树"), *LONG[10:])
OTHER = tuple(f"第{n}班渡船早上出发，船上装着{n}十筐青菜，船老大姓周，撑船四十年了。" for n in range(1, 6))
TEI = "{http://www.tei-c.org/ns/1.0}"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    pages = [
        Served("http://www.origin.example/a/1.html", page("河东人家", LONG, "清河报", "2020-02-10").encode()),
        Served("http://www.copy.example/a/2.html", page("河东人家", EDITED, "清河报", "2020-02-11").encode()),
        Served("http://www.other.example/a/3.html", page("渡船", OTHER, "清河报", "2020-02-12").encode()),
    ]
    opened = Room(build(tmp_path_factory.mktemp("long") / "data", pages))
    yield opened
    opened.close()


def sentences(shown: str) -> list[int]:
    return [int(n) for n in re.findall(r'<tr id="s(\d+)"', shown)]


def test_what_is_unchanged_is_folded_but_beside_a_change(long: Room) -> None:
    shown = long.get("/archive/-/compare?with=1&with=2").text

    assert sentences(shown) == [9, 10, 11]
    assert re.findall(r"… (\d+) sentences without a change", shown) == ["8", "9"]
    assert 'class="zz-strip"' in shown
    assert '<a href="#s10" style="--at: 45.0%"' in shown


def test_changes_only_and_everything(long: Room) -> None:
    assert sentences(long.get("/archive/-/compare?with=1&with=2&show=changes").text) == [10]
    assert sentences(long.get("/archive/-/compare?with=1&with=2&show=all").text) == list(range(1, 21))


def test_articles_of_different_stories_are_warned_of(long: Room) -> None:
    warning = "These articles belong to different stories"

    assert warning in long.get("/archive/-/compare?with=1&with=3").text
    assert warning not in long.get("/archive/-/compare?with=1&with=2").text


def test_the_collation_as_tei(long: Room) -> None:
    document = etree.fromstring(long.get("/archive/-/compare.tei.xml?with=1&with=2").content)
    entries = document.findall(f".//{TEI}app")
    (changed,) = [entry for entry in entries if len(entry) == 2]

    assert [w.get("{http://www.w3.org/XML/1998/namespace}id") for w in document.iter(f"{TEI}witness")] == [
        "A1",
        "A2",
    ]
    assert len(entries) == 20
    assert [(reading.get("wit"), "槐" in reading.text) for reading in changed] == [
        ("#A1", True),
        ("#A2", False),
    ]
    assert entries[0][0].get("wit") == "#A1 #A2"


def test_the_collation_as_collatex_has_it(long: Room) -> None:
    found = long.get("/archive/-/compare.collatex.json?with=1&with=2").json()

    assert found["witnesses"] == ["A1", "A2"]
    assert "".join(cell[0][0]["t"] for cell in found["table"]) == "".join(LONG)
    assert "".join(cell[1][0]["t"] for cell in found["table"]).replace("\n", "") == "".join(EDITED)


def test_what_a_copy_lacks_is_no_reading_of_it() -> None:
    cut = SentenceRow("一句。", True, ((TextRun("cut", "一句。"),),))
    found = (CollatedText("A1", "甲", "http://a/"), CollatedText("A2", "乙", "http://b/"))

    assert collatex(found, [cut])["table"] == [[[{"t": "一句。"}], []]]
    assert b'<rdg wit="#A2"' in tei(found, [cut], "a & <b>").replace(b"ns0:", b"")


@pytest.mark.parametrize("path", ["search?q=河东&page=99", "search?page=2", "stories?page=3"])
def test_a_page_beyond_the_last_is_refused(long: Room, path: str) -> None:
    answer = long.get(f"/archive/-/{path}")

    assert answer.status_code == 404
    assert "There are not so many pages." in answer.text
    last = re.findall(r'<a href="(\?[^"]*page=1)">to the last page</a>', answer.text)
    assert long.get(f"/archive/-/{path.partition('?')[0]}{unescape(last[0])}").status_code == 200


def test_a_search_shows_one_for_each_story_and_when_they_came_out(long: Room) -> None:
    shown = long.get("/archive/-/search?q=清河 OR 河东 OR 渡船").text
    every = long.get("/archive/-/search?q=清河 OR 河东 OR 渡船&per=article").text

    assert shown.count('<p class="zz-snippet"') == 2
    assert every.count('<p class="zz-snippet"') == 3
    assert "Hits over time" in shown
    assert (
        'href="?q=%E6%B8%85%E6%B2%B3+OR+%E6%B2%B3%E4%B8%9C+OR+%E6%B8%A1%E8%88%B9&amp;since=2020-02-11'
        in shown
    )


def test_a_query_is_told_what_is_wrong_with_it(long: Room) -> None:
    english = long.get("/archive/-/search?q=(河东 OR").text
    chinese = long.get("/archive/-/search?q=(河东 OR", headers={"accept-language": "zh"}).text

    assert "<code>OR</code> stands between two words; <code>(</code> is never closed" in english
    assert "<code>OR</code> 两侧须各有一词; <code>(</code> 没有右括号" in chinese


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "OR, NOT or -, ( ), title: as usual"), ("zh", "可用 OR、NOT 或 -、( )、title:（标题：）")],
)
def test_the_search_box_says_which_operators_there_are(long: Room, language: str, words: str) -> None:
    shown = long.get("/archive/-/search", headers={"accept-language": language}).text
    (box,) = re.findall(r'<input type="search"[^>]*aria-describedby="(zz-help)"', shown)
    (told,) = re.findall(f'<p id="{box}"[^>]*>([^<]*)</p>', shown)

    assert words in told


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("河东 NOT 榆树", {1, 2}),
        ("河东 -新栽", {1}),
        ("(河东 OR 渡船) 新栽", {2}),
        ("title:渡船", {3}),
        ("标题：河东人家", {1, 2}),
        ("“门前有一棵新栽的杨树”", {2}),
        ("河東", {1, 2}),
    ],
)
def test_the_operators_of_the_help_do_what_it_says(long: Room, query: str, found: set[int]) -> None:
    rows = long.get("/archive/-/search.json", params={"q": query}).json()

    assert {row["id"] for row in rows} == found
