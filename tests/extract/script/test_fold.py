import re
import tracemalloc
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from extract.article import Script
from extract.script import foldtable
from extract.script.fold import (
    FOLD_VERSION,
    TraditionalForms,
    fold,
    fold_chars,
    folded,
    other_words,
    script_of,
    simplified,
    with_other_words,
)


def dictionary(name: str) -> list[tuple[str, list[str]]]:
    text = (resources.files("opencc") / "dictionary" / f"{name}.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return [(word, candidates.split(" ")) for word, candidates in rows]


def test_the_shipped_table_is_what_the_dictionaries_and_the_hand_list_make() -> None:
    shipped = resources.files("extract.script").joinpath("fold.tsv").read_text(encoding="utf-8")

    assert foldtable.build() == shipped
    assert foldtable.VERSION == FOLD_VERSION


@pytest.mark.slow
@pytest.mark.parametrize("conversion", ["s2t", "s2tw", "s2hk", "t2s", "t2tw", "t2hk", "tw2s", "hk2s"])
def test_every_character_opencc_knows_folds_like_its_conversion(conversion: str) -> None:
    converter = OpenCC(conversion)
    characters = {word for name in ("STCharacters", "TSCharacters") for word, _ in dictionary(name)}

    differing = {c for c in characters if fold(converter.convert(c)) != fold(c)}

    assert differing == set()


@pytest.mark.parametrize("name", ["STCharacters", "TSCharacters", "TWVariants", "HKVariants"])
def test_every_candidate_of_a_character_folds_like_it(name: str) -> None:
    differing = {c + other for c, others in dictionary(name) for other in others if fold(other) != fold(c)}

    assert differing == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["STPhrases", "TSPhrases"])
def test_every_phrase_of_opencc_folds_like_its_conversion(name: str) -> None:
    differing = {
        phrase for phrase, others in dictionary(name) for other in others if fold(phrase) != fold(other)
    }

    assert differing == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("對口支援機製，要堅決遏製蔓延", "对口支援机制要坚决遏制蔓延"),
        ("局麵 製度 麵前 聯係 隻能", "局面制度面前联系只能"),
        ("意味著 祇有 衞生 甚麼 瞭解 妳", "意味着只有卫生什么了解你"),
        ("１６個省 （ＡＢＣ）㎡", "16个省abcm2"),
        ("zhōng", "zhong"),
        ("面向全体对象", "面向全體對像"),
        ("另辟蹊径", "另闢蹊逕"),
        ("溪谷里的狐狸", "谿谷裡的狐貍"),
        ("扇风 土坯房", "搧風 土坏房"),
        ("坐标系 家具行 呆着 荫蔽", "座標系 傢俱行 待著 廕庇"),
        ("⻓江 ⽇", "长江日"),
    ],
)
def test_folds_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


NINE = [
    ("呆着", "待著"),
    ("坐标", "座標"),
    ("坐标系", "座標系"),
    ("家具", "傢俱"),
    ("家具行", "傢俱行"),
    ("极坐标", "極座標"),
    ("极坐标系", "極座標系"),
    ("笛卡儿坐标制", "笛卡兒座標制"),
    ("荫蔽", "廕庇"),
]
"""The phrases of OpenCC's dictionary that the tables of its characters part."""


def test_the_nine_phrases_and_six_pairs_fold_alike() -> None:
    pairs = [*NINE, *(tuple(pair) for pair in ("象像", "径逕", "溪谿", "扇搧", "狸貍", "坏坯"))]

    assert [(one, other) for one, other in pairs if fold(one) != fold(other)] == []


# what one newspaper prints and another does not: 店铺 店舖, 水果 水菓; a person's name keeps its own: 哲 is not 喆
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("百年老铺歇业，尖嘴拖鞋与水果碗柜搬空", "百年老舖歇業，尖咀拖鞵與水菓盌櫃搬空"),
        ("船只回航，邻村的灯火像火焰", "舩隻迴航，隣邨的燈火像火燄"),
        ("阔别堤岸，冰上枪声喧闹", "濶別隄岸，氷上鎗聲諠閙"),
    ],
)
def test_one_character_in_two_shapes_folds_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold("李喆、王堃、马犇、祐") != fold("李哲、王坤、马奔、佑")


def test_no_character_of_the_dictionaries_is_lost() -> None:
    characters = {word for name in ("STCharacters", "TSCharacters") for word, _ in dictionary(name)}

    lost = {c for c in characters | set("民西见车长门页风飞马鱼鸟黄龙") if len(fold(c)) != 1}

    assert lost == set()


def test_different_characters_stay_different() -> None:
    assert len({fold(c) for c in "武汉湖北人民日报焦作"}) == 10


def test_a_character_that_becomes_several_keeps_one_offset() -> None:
    result = folded("共㎡，１")

    assert result.text == "共m21"
    assert result.offsets == [0, 1, 1, 3]


def test_in_place_folding_keeps_punctuation_and_length() -> None:
    assert fold_chars("（武漢）５㎡，ABC") == "（武汉）5㎡，abc"


@pytest.mark.slow
@given(st.text(), st.text())
def test_folding_is_piecewise_and_settled(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(fold(one)) == fold(one)
    assert len(fold_chars(one)) == len(one)


@given(st.text())
def test_offsets_lead_back_to_the_character(text: str) -> None:
    result = folded(text)

    assert result.text == fold(text)
    assert all(result.text[i] in fold(text[offset]) for i, offset in enumerate(result.offsets))
    assert result.offsets == sorted(result.offsets)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("国务院联防联控机制召开新闻发布会", "hans"),
        ("國務院聯防聯控機製召開新聞發布會", "hant"),
        ("武漢抗疫：国 疫情蔓延勢頭", "hant"),
        ("人民日", None),
        ("", None),
        ("Xinhua 2020", None),
    ],
)
def test_script(text: str, script: str | None) -> None:
    assert script_of(text) == script


def test_the_readable_form_keeps_the_publishers_words() -> None:
    assert simplified("支援湖北，建立機制；乾坤、乾燥") == "支援湖北，建立机制；乾坤、干燥"


def test_a_clause_without_end_is_converted_whole() -> None:
    assert simplified("國" * 1_201) == "国" * 1_201


def test_pieces_end_at_punctuation_where_there_is_any() -> None:
    text = "漢，" * 200 + "乾坤" * 100

    assert re.sub("汉，|乾坤", "", simplified(text)) == ""


def test_the_words_of_the_other_side_are_known_before_a_text_is_turned() -> None:
    assert fold("網路") in other_words("网络上的新闻", "hans")
    assert fold("信息") in other_words("資訊產業", "hant")
    assert other_words("今天下雨", "hans") == ()


@pytest.mark.parametrize(("name", "script"), [("TWPhrases", "hans"), ("TWPhrasesRev", "hant")])
def test_a_turned_text_has_nothing_new_but_such_words(name: str, script: Script) -> None:
    for word, _ in dictionary(name)[::9]:
        text = f"昨天{word if script == 'hant' else simplified(word)}，下雨"
        turned = with_other_words(text, script)
        assert turned == fold(text) or any(one in turned for one in other_words(text, script)), text


def test_the_words_of_a_converter_take_little_memory() -> None:
    tracemalloc.start()
    try:
        words = TraditionalForms()
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (words["机制"], words["制造"], words["一丝不挂"]) == ("機制", "製造", "一絲不掛")
    assert not any(word in words for word in ("造面", "机", "一丝不"))
    assert held < 4_000_000
    assert most < 4_500_000
