"""Hits shown in the publisher's own characters."""

from hypothesis import given
from hypothesis import strategies as st

from archive.search.query import parse
from archive.search.snippets import SnippetPart, highlight, highlight_title, snippet


def marked(pieces: list[SnippetPart]) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


def test_a_simplified_query_marks_traditional_text_untouched() -> None:
    assert (
        marked(highlight("來自武漢市的ＣＯＶＩＤ-19", parse("武汉 covid"))) == "來自[武漢]市的[ＣＯＶＩＤ]-19"
    )


def test_overlapping_hits_are_one() -> None:
    assert marked(highlight("武汉市长", parse("武汉市 汉市长"))) == "[武汉市长]"


def test_a_phrase_reaches_over_punctuation() -> None:
    assert marked(highlight("武汉。市长，汉市", parse('"武汉 市长"'))) == "[武汉。市长]，汉市"


def test_whole_words_alone_are_marked() -> None:
    assert marked(highlight("1% 和 11%", parse("1"))) == "[1]% 和 11%"


def test_a_ligature_is_marked_whole() -> None:
    assert marked(highlight("重５㎏的", parse("kg"))) == "重５㎏的"
    assert marked(highlight("重 ㎏的", parse("kg"))) == "重 [㎏]的"


def test_unwanted_words_are_not_marked() -> None:
    assert marked(highlight("武汉疫情", parse("武汉 NOT 疫情"))) == "[武汉]疫情"


def test_a_word_asked_of_titles_is_marked_in_titles_only() -> None:
    query = parse("title:武汉")

    assert marked(highlight("武汉", query)) == "武汉"
    assert marked(highlight_title("武汉", query)) == "[武汉]"


def test_a_snippet_is_cut_where_the_words_stand_together() -> None:
    text = "武汉" + "。" * 300 + "武汉的口罩" + "。" * 300

    assert "[武汉]的[口罩]" in marked(snippet(text, parse("武汉 口罩"), width=40))


def test_a_snippet_says_where_it_was_cut() -> None:
    pieces = snippet("甲" * 100 + "武汉" + "乙" * 100, parse("武汉"), width=20)

    assert marked(pieces) == "…" + "甲" * 6 + "[武汉]" + "乙" * 12 + "…"


def test_without_a_hit_the_beginning_is_shown() -> None:
    assert marked(snippet("甲" * 5, parse("乙"))) == "甲" * 5


@given(
    st.text(alphabet="武漢汉市a1㎏\n，\u200b", max_size=80), st.text(alphabet='武汉市 a1"NOT', max_size=12)
)
def test_pieces_joined_are_the_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in highlight(text, parse(query))) == text


@given(st.text(alphabet="武漢汉市a1，", max_size=200), st.text(alphabet="武汉市 a1", max_size=6))
def test_a_snippet_is_never_much_longer_than_asked(text: str, query: str) -> None:
    assert len("".join(piece.text for piece in snippet(text, parse(query), width=30))) <= 32
