import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.compare.changes import Changes, Side, compare

ORIGIN = (
    "清河大桥昨天正式通车。大桥全长两千一百米，建立了养护机制。\n"
    "市交通局负责人介绍，大桥采用双塔斜拉结构。主跨四百二十米，局面喜人。\n"
    "住在河东的王大爷说，终于不用再排队等渡船了。"
)


def changes(copy: str, origin: str = ORIGIN) -> Changes:
    return compare(Side(origin), Side(copy))


def spans(copy: str, origin: str = ORIGIN) -> list[tuple[str, str, str, str, int]]:
    return [(s.kind, s.unit, s.was, s.now, s.paragraph) for s in changes(copy, origin).spans]


def test_a_copy_word_for_word_has_no_changes() -> None:
    result = changes(ORIGIN)

    assert (result.spans, result.kept, result.added, result.damage.total) == ((), 1.0, 0.0, 0)


def test_the_other_script_is_no_change() -> None:
    copy = (
        "清河大橋昨天正式通車。大橋全長兩千一百米，建立了養護機制。\n"
        "市交通局負責人介紹，大橋採用雙塔斜拉結構。主跨四百二十米，局面喜人。\n"
        "住在河東的王大爺說，終於不用再排隊等渡船了。"
    )

    result = changes(copy)

    assert (result.spans, result.kept, result.damage.total, result.punctuation) == ((), 1.0, 0, 0)


def test_what_a_converter_broke_is_damage_and_no_edit() -> None:
    copy = (
        "清河大橋昨天正式通車.大橋全長兩千一百米，,建立了養護機製。\n"
        "市交通局負責人介紹，大橋采用雙塔斜拉結構。主跨四百二十米，局麵喜人。\n"
        "住在河東的王大爺說，終於不用再排隊(duì)等渡船了。"
    )

    result = changes(copy)

    assert result.spans == ()
    assert [(w.origin, w.copy) for w in result.damage.characters] == [
        ("制", "製"),
        ("采", "采"),
        ("面", "麵"),
    ][::2]
    assert (result.damage.readings, result.damage.width, result.damage.doubled) == (1, 1, 1)
    assert result.damage.fingerprint == {"doubled": 1, "pinyin": 1, "width": 1, "制→製": 1, "面→麵": 1}


@pytest.mark.parametrize(
    ("was", "now", "wrong"),
    [
        ("这里的坐标很明确，家具齐全，他呆着不动", "這裡的座標很明確，傢俱齊全，他待著不動", []),
        ("这里的对象是路径和小溪", "這裡的對像是路逕和小谿", [("象", "像"), ("径", "逕"), ("溪", "谿")]),
        ("土坯房里的狐狸在扇风", "土坏房裡的狐貍在搧風", [("坯", "坏"), ("狸", "貍"), ("扇", "搧")]),
    ],
)
def test_one_word_written_with_another_character_is_conversion(
    was: str, now: str, wrong: list[tuple[str, str]]
) -> None:
    result = changes(f"{now}，居民都这么说。", f"{was}，居民都这么说。")

    assert result.spans == ()
    assert [pair for w in result.damage.characters if (pair := (w.origin, w.copy)) in wrong] == wrong


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("呆着", "待著"),
        ("坐标", "座標"),
        ("坐标系", "座標系"),
        ("家具", "傢俱"),
        ("家具行", "傢俱行"),
        ("极坐标", "極座標"),
        ("极坐标系", "極座標系"),
        ("笛卡儿坐标制", "笛卡兒座標制"),
        ("荫蔽", "廕庇"),
        ("对象", "對像"),
        ("路径", "路逕"),
        ("小溪", "小谿"),
        ("扇风", "搧風"),
        ("狐狸", "狐貍"),
        ("土坯", "土坏"),
    ],
)
def test_a_phrase_that_the_scripts_write_apart_is_conversion_either_way(
    simplified: str, traditional: str
) -> None:
    one = f"老师在课上讲到{simplified}，学生们都记了下来。下课以后，大家还在讨论这个问题。"
    other = f"老師在課上講到{traditional}，學生們都記了下來。下課以後，大家還在討論這個問題。"

    for was, now in ((one, other), (other, one)):
        result = changes(now, was)
        assert (result.spans, result.kept, result.added) == ((), 1.0, 0.0)


def test_a_cut_paragraph_is_one_span() -> None:
    first, second, third = ORIGIN.split("\n")

    assert spans(f"{first}\n{third}") == [("cut", "paragraph", second, "", 2)]


def test_a_cut_sentence_keeps_its_mark() -> None:
    assert spans(ORIGIN.replace("清河大桥昨天正式通车。", "")) == [
        ("cut", "sentence", "清河大桥昨天正式通车。", "", 1)
    ]


def test_a_cut_sentence_is_not_told_shifted() -> None:
    origin = "第一句话很长很长很长。第二句话在这里。\n第二段落说明情况。"

    assert spans("第一句话很长很长很长。\n第二段落说明情况。", origin) == [
        ("cut", "sentence", "第二句话在这里。", "", 1)
    ]


def test_an_added_paragraph_is_told_by_its_number_in_the_copy() -> None:
    assert spans("本报记者刘佳报道\n" + ORIGIN) == [("added", "paragraph", "", "本报记者刘佳报道", 1)]


def test_replaced_words_stand_side_by_side() -> None:
    assert spans(ORIGIN.replace("双塔斜拉结构", "单塔悬索结构")) == [
        ("replaced", "words", "双塔斜拉", "单塔悬索", 2)
    ]


def test_a_moved_paragraph_is_neither_cut_nor_added() -> None:
    first, second, third = ORIGIN.split("\n")

    result = changes(f"{third}\n{first}\n{second}")

    assert [(s.kind, s.now) for s in result.spans] == [("moved", third)]
    assert (result.kept, result.added) == (1.0, 0.0)


def test_a_body_set_twice_is_added_once() -> None:
    result = changes(ORIGIN + "\n" + ORIGIN)

    assert (result.kept, result.added) == (1.0, 0.5)
    assert {s.kind for s in result.spans} == {"added"}


def test_headline_source_and_byline_are_compared() -> None:
    origin = Side(ORIGIN, "清河大桥通车", "清河日报", "刘佳")
    copy = Side(ORIGIN, "清河大橋通車", "新华社", None)

    fields = compare(origin, copy).fields

    assert [(f.name, f.was, f.now, f.same) for f in fields] == [
        ("title", "清河大桥通车", "清河大橋通車", True),
        ("source", "清河日报", "新华社", False),
        ("byline", "刘佳", None, False),
    ]


def test_a_mark_set_otherwise_is_no_damage() -> None:
    result = changes(ORIGIN.replace("通车。", "通车！"))

    assert (result.spans, result.damage.total, result.punctuation) == ((), 0, 1)


HANT = (
    "清河大橋昨天正式通車。大橋全長兩千一百米，建立了養護機制。\n"
    "市交通局負責人介紹，大橋採用雙塔斜拉結構。主跨四百二十米，局面喜人。"
)
HANS = (
    "清河大桥昨天正式通车。大桥全长两千一百米，建立了养护机制。\n"
    "市交通局负责人介绍，大桥采用双塔斜拉结构。主跨四百二十米，局面喜人。"
)


@pytest.mark.parametrize(
    ("origin", "copy", "typing", "width"),
    [
        (HANS, HANS.replace("，", ","), 3, 0),  # the site types so
        (HANT, HANT.replace("，", ","), 3, 0),
        (HANS, HANS.replace("，", "，,"), 3, 0),
        (HANS, HANT.replace("，", ","), 0, 3),  # a converter's: the script is another
        (HANT, HANS.replace("，", ","), 0, 3),
        (HANT, HANT.replace("，", ",").replace("機制", "機製"), 0, 3),  # it left more than marks
        (HANS, HANS.replace("，", ",").replace("机", "机(jī)"), 0, 3),
    ],
)
def test_width_alone_is_a_sites_typing(origin: str, copy: str, typing: int, width: int) -> None:
    result = changes(copy, origin)

    assert (result.spans, result.typing, result.damage.width) == ((), typing, width)
    assert result.damage.fingerprint.get("width", 0) == width


@pytest.mark.parametrize(("origin", "copy"), [("", ""), ("", ORIGIN), (ORIGIN, ""), ("。。。", "，，")])
def test_nothing_to_compare(origin: str, copy: str) -> None:
    result = changes(copy, origin)

    assert 0.0 <= result.kept <= 1.0
    assert 0.0 <= result.added <= 1.0


@given(st.integers())
def test_places_hold_what_the_spans_say(seed: int) -> None:
    dice = random.Random(seed)
    signs = ["天", "地", "，", "。", "\n", "玄", "黄", "网(wǎng)", "Ａ", "㎡", "1"]
    pieces = dice.choices(signs, k=dice.randrange(80))
    origin = "".join(pieces)
    for _ in range(dice.randrange(5)):
        at = dice.randrange(len(pieces) + 1)
        pieces[at : at + dice.randrange(9)] = dice.choice([[], ["新"], pieces[:7]])
    copy = "".join(pieces)

    for span in changes(copy, origin).spans:
        assert copy[slice(*span.copy)] == span.now
        assert span.origin is None or origin[slice(*span.origin)] == span.was


@pytest.mark.slow
def test_a_text_of_five_megabytes_ends() -> None:
    begun = time.process_time()

    result = changes(ORIGIN * 17_000)

    assert result.kept == 1.0
    assert time.process_time() - begun < 30
