"""What is typed into the search box, as a tree; nothing that can be typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.folding import Run
from archive.search.index import match
from archive.search.query import MAX_TERMS, All, Either, Node, Term, parse, terms


def han(text: str, start: int = 0) -> Term:
    return Term((Run(text, start, True),))


def word(text: str) -> Term:
    return Term((Run(text, 0, False),))


def root(query: str) -> Node | None:
    return parse(query).root


def folded(query: str) -> list[str]:
    return ["".join(run.text for run in term.runs) for term in terms(root(query))]


def test_words_side_by_side_must_all_occur() -> None:
    assert isinstance(root("疫情 口罩"), All)
    assert root("疫情 口罩") == root("疫情 AND 口罩") == root("疫情　口罩")


def test_or_stands_between_groups() -> None:
    assert root("a b OR c") == Either((All((word("a"), word("b"))), word("c")))


def test_not_and_a_leading_minus_take_away() -> None:
    assert root("a NOT b") == root("a -b") == All((word("a"),), (word("b"),))


def test_a_minus_inside_a_word_is_punctuation() -> None:
    term = root("covid-19")

    assert isinstance(term, Term)
    assert [run.text for run in term.runs] == ["covid", "19"]


def test_brackets_group() -> None:
    assert root("(a OR b) c") == All((Either((word("a"), word("b"))), word("c")))


@pytest.mark.parametrize("query", ['"a b"', "“a b”", "「a b」", "『a b』", "＂a b＂"])
def test_quotes_of_every_kind_hold_a_phrase(query: str) -> None:
    term = root(query)

    assert isinstance(term, Term)
    assert [run.text for run in term.runs] == ["a", "b"]


@pytest.mark.parametrize("query", ["title:a", "标题:a", "標題：a", 'TITLE:"a"'])
def test_a_field_narrows_to_titles(query: str) -> None:
    assert root(query) == Term((Run("a", 0, False),), field="title")


def test_a_star_leaves_a_word_open() -> None:
    assert root("covid*") == Term((Run("covid", 0, False),), prefix=True)


def test_both_scripts_and_both_widths_are_one() -> None:
    assert folded("武漢") == folded("武汉")
    assert folded("ＣＯＶＩＤ１９") == ["covid19"]


@pytest.mark.parametrize("query", ["", "  ", "。，", "((", "NOT", "-", '""', "OR AND", "NOT a"])
def test_nothing_to_look_for_is_no_tree(query: str) -> None:
    assert root(query) is None
    assert match(query) == '""'


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("a ) b", [") closes no bracket"]),
        ("NOT a", ["NOT needs a word to take away from"]),
        ('a "b', ['" has no partner']),
        ("(武汉 OR", ["OR stands between two words", "( is never closed"]),
        ("（武汉", ["（ is never closed"]),
        ("OR 武汉", ["OR stands between two words"]),
        ("AND 武汉", ["AND stands between two words"]),
        ("武汉 AND", ["AND stands between two words"]),
        ("武汉 NOT", ["NOT takes away a word"]),
        ("武汉 OR ()", ["( has nothing inside", "OR stands between two words"]),
        ("……", ["…… holds no word"]),
        ("a AND NOT b", []),
        ("(武汉 OR 上海) -北京", []),
        ("", []),
    ],
)
def test_what_is_left_out_is_told(query: str, told: list[str]) -> None:
    assert [str(one) for one in parse(query).dropped] == told


def test_too_many_words_are_left_out_and_told() -> None:
    query = parse("a " * (MAX_TERMS + 1))

    assert len(terms(query.root)) == MAX_TERMS
    assert [str(one) for one in query.dropped] == [f"a is more than {MAX_TERMS} words"]


@given(st.text(alphabet="武汉漢 ab19\"'()（）「」-*:：ANDORNOT标题。，\\;%", max_size=60))
def test_every_text_has_an_expression(query: str) -> None:
    assert isinstance(match(query), str)
    assert isinstance(parse(query).dropped, tuple)
