"""The index answers exactly what a scan of the folded texts answers, in either script, at any length."""

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.search import index as search
from archive.search.folding import fold, joined_tokens, laid_out, offsets
from archive.search.query import parse
from extract.script.fold import fold as plain
from tests.quality.search import Corpus, corpus, queries

SCHEMA = "".join(
    files("archive.view").joinpath(name).read_text("utf-8")
    for name in ("schema.sql", "names.sql", "search.sql")
)


def empty() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.executescript(SCHEMA)
    search.prepare(conn)
    search.register(conn)
    return conn


def indexed(*texts: str) -> sqlite3.Connection:
    conn = empty()
    for number, text in enumerate(texts, 1):
        search.index(conn, number, None, text)
    return conn


def found(conn: sqlite3.Connection, query: str) -> list[int]:
    """By articles_fts and articles_chars, as the search page asks; [] where nothing is asked."""
    hits = search.hits(parse(query))
    return sorted(row[0] for row in conn.execute(hits.sql, hits.parameters)) if hits else []


def found_by_datasette(conn: sqlite3.Connection, query: str) -> list[int]:
    """By articles_fts alone, as Datasette's _search asks."""
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH escape_fts(?) ORDER BY rowid"
    return [row[0] for row in conn.execute(sql, [query])]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("武汉", [1, 2]),
        ("武漢", [1, 2]),
        ("武", [1, 2, 3]),
        ("汉市长", [1]),
        ("武汉市", [1]),
        ("covid", [4]),
        ("COVID-19", [4]),
        ("covid19", []),
        ("covi", []),
        ("covi*", [4]),
        ("19 疫情", [4]),
        ("19疫情", [4]),
        ("9疫情", []),
        ("1%", [5]),
        ("11", [6]),
        ("武 NOT 汉", [3]),
        ("武汉 OR 疫情", [1, 2, 4]),
        ('"武汉 街道"', [2]),
        ("武汉街道", []),
        ("𰻞面", [7]),
    ],
)
def test_words_are_found_where_they_stand(query: str, expected: list[int]) -> None:
    texts = ("武汉市长说", "來自武漢。街道", "武昌", "ＣＯＶＩＤ-19疫情", "增长1%。", "增长11%", "吃𰻞面")
    with closing(indexed(*texts)) as conn:
        assert found(conn, query) == expected
        assert found_by_datasette(conn, query) == expected


def test_zero_width_marks_do_not_part_a_word() -> None:
    with closing(indexed("武\u200b汉", "武\ufeff漢")) as conn:
        assert found(conn, "武汉") == [1, 2]


def test_titles_can_be_asked_alone() -> None:
    with closing(empty()) as conn:
        search.index(conn, 1, "武汉新闻", "别处")
        search.index(conn, 2, "别处", "武汉新闻")

        assert found(conn, "title:武汉") == [1]
        assert found(conn, "标题：武") == [1]
        assert found(conn, "武汉") == [1, 2]


def test_what_is_taken_out_is_not_found() -> None:
    with closing(indexed("武汉市", "武汉街")) as conn:
        search.unindex(conn, 1, None, "武汉市")

        assert found(conn, "武汉") == found(conn, "武") == [2]
        conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        conn.execute("INSERT INTO articles_chars (articles_chars) VALUES ('integrity-check')")


def test_null_asks_nothing() -> None:
    with closing(empty()) as conn:
        assert conn.execute("SELECT zh_match(NULL), zh_fold(NULL), zh_snippet(NULL, 'a')").fetchone() == (
            None,
            None,
            None,
        )


@pytest.fixture(scope="module")
def invented() -> Iterator[tuple[Corpus, sqlite3.Connection]]:
    texts = corpus(random.Random(20200210), 400)
    with closing(indexed(*texts.texts)) as conn:
        yield texts, conn


@pytest.mark.slow
def test_generated_queries_in_both_scripts_are_exact(invented: tuple[Corpus, sqlite3.Connection]) -> None:
    texts, conn = invented
    hits = 0
    for query in queries(random.Random(7), texts, 800):
        expected = texts.scan(query)
        hits += bool(expected)
        assert found(conn, query) == expected, query
        assert found_by_datasette(conn, query) == expected, query

    assert hits > 400


WORDS = st.sampled_from(("武", "汉", "漢", "武汉", "市长", "武汉市", "a", "ab", "1"))
QUERY = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} NOT {two[1]})"),
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(
    query=QUERY, texts=st.lists(st.text(alphabet="武汉漢市长长。，ab1 ", max_size=12), min_size=1, max_size=6)
)
@settings(max_examples=150, deadline=None)
def test_and_or_not_agree_with_set_algebra(query: str, texts: list[str]) -> None:
    with closing(indexed(*texts)) as conn:
        expected = [n for n, text in enumerate(texts, 1) if holds(query, text)]

        assert found(conn, query) == expected
        assert found_by_datasette(conn, query) == expected


def holds(query: str, text: str) -> bool:
    """The answer by reading: brackets are always closed and hold two parts."""
    if not query.startswith("("):
        return stands(query, text)
    left, operator, right = halves(query[1:-1])
    first, second = holds(left, text), holds(right, text)
    return {"": first and second, "OR": first or second, "NOT": first and not second}[operator]


def halves(inside: str) -> tuple[str, str, str]:
    depth = 0
    for at, character in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == " " and not depth:
            rest = inside[at + 1 :]
            operator = next((name for name in ("OR", "NOT") if rest.startswith(name + " ")), "")
            return inside[:at], operator, rest.removeprefix(operator).strip()
    raise ValueError(inside)


def stands(word: str, text: str) -> bool:
    return word in re.findall("[ab1]+", text) if word.isascii() else fold(word) in fold(text)


def test_a_long_paragraph_can_be_pasted() -> None:
    text = "武汉市长说，" * 1600
    with closing(indexed(text)) as conn:
        assert found(conn, text) == [1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    ["武" * 10_000, "武 " * 5_000, "(" * 10_000, '"' * 9_999, "NOT " * 2_500, "a OR " * 3_000, "'; --" * 999],
)
def test_ten_thousand_characters_are_answered(query: str) -> None:
    with closing(indexed("武汉")) as conn:
        assert found(conn, query) == found_by_datasette(conn, query)


@given(st.text(max_size=40))
def test_every_folded_character_has_its_place(text: str) -> None:
    places = offsets(text)

    assert len(places) == len(fold(text)) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)


class TestLaidOut:
    """A text is laid out once for the index and for comparison; both get what they would make of it alone."""

    def test_tokens_and_sentences(self) -> None:
        laid = laid_out("本报讯：GDP增长５%！见Ａ版\n第3；完")
        assert laid is not None
        assert laid.tokens == "本報 報訊 訊 gdp 增長 長 5 見 a 版 第 3 完"
        assert laid.sentences == ["本報訊gdp增長5", "見a版", "第3", "完"]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "。",
            "a\n\n。b",
            "\u037e‼﹔也是；号",
            "e\u0301é café",
            "々〆〇 ｶﾞ が",
            "一\u200b二\ufeff三",
            "𠀀𠀁\ud800",
            "㎏①Ⅳ½",
            "一\0二",
        ],
    )
    def test_as_apart(self, text: str) -> None:
        laid = laid_out(text)
        assert laid is not None
        assert laid.tokens == joined_tokens(fold(text))
        assert laid.sentences == [plain(sentence) for sentence in re.split("[。！？；!?;\n]", text)]
        assert search.IndexRow.of("題", text, laid) == search.IndexRow.of("題", text)

    @pytest.mark.parametrize("text", ["Straße", "⺀部", "\ue000字"])
    def test_odd_characters(self, text: str) -> None:
        assert laid_out(text) is None
