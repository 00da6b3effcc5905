"""Copies laid beside their origin, sentence by sentence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.browse.rows import SentenceRow, TextRun, rows
from extract.compare.changes import Side, compare

ORIGIN = (
    "清晨六点，社区的门开了。王敏先去看望独居老人。\n中午她核对物资清单，一箱一箱点数。傍晚又去一趟药房。"
)


def laid(origin: str, *copies: str) -> list[SentenceRow]:
    return rows(origin, [(copy, compare(Side(origin), Side(copy))) for copy in copies])


def column(found: list[SentenceRow], number: int = 0) -> list[list[tuple[str, str]]]:
    return [[(piece.kind, piece.text) for piece in row.copies[number]] for row in found]


def test_the_origin_is_cut_into_its_sentences() -> None:
    found = laid(ORIGIN)

    assert [row.origin for row in found] == [
        "清晨六点，社区的门开了。",
        "王敏先去看望独居老人。",
        "中午她核对物资清单，一箱一箱点数。",
        "傍晚又去一趟药房。",
    ]
    assert [row.opens_paragraph for row in found] == [True, False, True, False]


def test_an_unchanged_copy_has_the_same_rows() -> None:
    found = laid(ORIGIN, ORIGIN)

    assert [row.copies[0][0].text.strip("\n") for row in found] == [row.origin for row in found]
    assert not any(row.changed for row in found)


def test_another_script_stands_beside_its_own_sentence() -> None:
    found = laid(
        ORIGIN,
        "清晨六點，社區的門開了。王敏先去看望獨居老人。\n中午她核對物資清單，一箱一箱點數。傍晚又去一趟藥房。",
    )

    assert found[3].copies[0] == (TextRun("same", "傍晚又去一趟藥房。"),)
    assert not any(row.changed for row in found)


def test_a_cut_sentence_stands_struck_in_its_row() -> None:
    found = laid(ORIGIN, ORIGIN.replace("王敏先去看望独居老人。", ""))

    assert column(found)[1] == [("cut", "王敏先去看望独居老人。")]
    assert [row.changed for row in found] == [False, True, False, False]


def test_an_added_sentence_follows_the_one_before_it() -> None:
    found = laid(ORIGIN, ORIGIN.replace("药房。", "药房。记者跟着她走了一整天，脚上磨出了泡。"))

    assert column(found)[3] == [
        ("same", "傍晚又去一趟药房。"),
        ("added", "记者跟着她走了一整天，脚上磨出了泡。"),
    ]


def test_a_rewording_shows_both() -> None:
    found = laid(ORIGIN, ORIGIN.replace("物资清单", "捐赠名册"))

    replaced = [piece for row in found for piece in row.copies[0] if piece.kind == "replaced"]
    assert [(piece.was, piece.text) for piece in replaced] == [("物资清单", "捐赠名册")]


def test_a_moved_sentence_is_told_at_both_places() -> None:
    first, second = ORIGIN.split("\n")
    found = laid(ORIGIN, f"{second}\n{first}")

    kinds = [piece.kind for row in found for piece in row.copies[0]]
    assert "moved" in kinds
    assert "left" in kinds


def test_opening_quotes_stay_with_their_sentence() -> None:
    origin = "他走到窗前看了很久很久。“这雪下得真大。”母亲在门口说。"
    found = laid(origin, origin)

    assert column(found)[1] == [("same", "“这雪下得真大。”")]


def test_an_empty_origin_has_one_row() -> None:
    assert len(laid("", "武汉")) == 1


TEXT = st.lists(
    st.sampled_from(["清晨六点社区的门开了。", "王敏看望老人，", "\n", "“好！”", "一箱一箱点数；", "abc 12"]),
    max_size=12,
)


@given(origin=TEXT.map("".join), copy=TEXT.map("".join))
@settings(max_examples=60, deadline=None)
def test_no_character_of_a_copy_is_lost_or_told_twice(origin: str, copy: str) -> None:
    found = laid(origin, copy)

    shown = "".join(
        piece.text for row in found for piece in row.copies[0] if piece.kind not in ("cut", "left")
    )
    assert sorted(shown) == sorted(copy)
    assert "".join(row.origin for row in found) == origin.replace("\n", "")
