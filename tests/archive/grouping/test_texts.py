"""Texts kept prepared for the next copy: in few bytes, and never another text's."""

from collections.abc import Iterator

import pytest

from archive.grouping import texts
from archive.grouping.texts import keep_ready, prepared

DAY = "2020-02-10"
FIRST, SECOND = "1、武汉新增病例下降。\n2、方舱医院开放。", "各地医疗队抵达，社区恢复供应。"


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    before = texts._recent.most
    keep_ready(40)  # room for either text beside a short one, and not for both
    yield
    keep_ready(before)


def test_a_kept_text_comes_back_with_its_characters() -> None:
    made = prepared(1, "A1", FIRST, DAY)
    again = prepared(1, "A1", FIRST, DAY)
    assert again.imprint is made.imprint
    assert (again.text, again.title, again.day, again.items) == (FIRST, "a1", DAY, made.items)
    assert (again.asked, again.kept) == (made.asked, made.kept)


def test_an_article_read_anew_is_prepared_anew() -> None:
    assert prepared(2, None, FIRST, None).folded == "1武汉新增病例下降2方舱医院开放"
    assert prepared(2, None, SECOND, None).folded == "各地医疗队抵达社区恢复供应"
    assert prepared(2, "A1", FIRST, DAY).title == "a1"
    assert prepared(2, None, FIRST, None).title == ""


def test_the_texts_used_last_are_kept() -> None:
    first = prepared(3, None, FIRST, None)
    assert prepared(4, None, SECOND, None).folded
    assert prepared(5, None, SECOND * 2, None).folded  # both earlier ones go
    assert prepared(3, None, FIRST, None).imprint is not first.imprint
