from collections.abc import Sequence

from extract.script.fold import fold
from extract.text.doubled import second_copy

TEXT = [f"这是第{n}段话，说的是青岚渠沿线第{n}个村子的故事。" for n in "一二三四五六"]


def copied(paragraphs: Sequence[str]) -> frozenset[int]:
    return second_copy([*map(fold, paragraphs)])


def test_a_second_copy_is_found_whole() -> None:
    assert copied([*TEXT, *TEXT]) == frozenset(range(6, 12))


def test_a_copy_in_the_other_script_is_a_copy() -> None:
    hans, hant = "这条渠通水正好三年，下游的村子变了样。", "這條渠通水正好三年，下游的村子變了樣。"

    assert copied([hans, hant]) == frozenset({1})


def test_what_stands_between_the_copies_stays() -> None:
    assert copied([*TEXT, "文章编辑:甲", *TEXT]) == frozenset(range(7, 13))


def test_a_footer_that_repeats_far_below_does_not_hide_the_copy() -> None:
    foot = "互联网新闻信息服务许可证与版权的一行字"
    page = [*TEXT, foot, *TEXT, "甲", "乙", "丙", "丁", "这一行只出现一次，用来隔开前后。", foot]

    assert copied(page) == frozenset(range(7, 13))


def test_an_oath_said_twice_stays() -> None:
    oath = "我宣誓：恪尽职守，敬畏生命，救死扶伤，永不放弃。"

    assert copied([*TEXT[:3], oath, TEXT[3], oath, *TEXT[4:]]) == frozenset()


def test_short_lines_of_a_list_stay() -> None:
    assert copied(["时间：周一", "场合：会上", "时间：周一", "场合：会上"]) == frozenset()


def test_paragraphs_in_another_order_are_no_copy() -> None:
    assert copied([*TEXT, *reversed(TEXT)]) == frozenset()
