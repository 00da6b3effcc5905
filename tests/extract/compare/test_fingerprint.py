from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.compare.fingerprint import GRAM, SMALLEST, Grams, sample, spacing


def test_a_text_shorter_than_a_gram_has_none() -> None:
    assert list(Grams("七个字还不够长").hashes) == []


def test_the_same_gram_has_the_same_hash_wherever_it_stands() -> None:
    one, other = Grams("前面有字机制建立之后才"), Grams("机制建立之后才可以")

    assert one.hashes[4 - GRAM :][-1] == other.hashes[0] or other.hashes[0] not in one.hashes
    assert Grams("武汉加油湖北加油").hashes[0] == Grams("我们说武汉加油湖北加油").hashes[3]


def test_each_gram_has_its_own_hash_in_order_of_position() -> None:
    text = "习近平总书记多次强调疫情防控要坚持全国一盘棋"

    assert list(Grams(text).hashes) == [crc32(text[at : at + GRAM].encode("utf-32-le")) for at in range(15)]


@given(st.text(alphabet="天地玄黄宇宙洪荒日月盈昃", max_size=400))
def test_the_sample_holds_the_smallest_and_the_divisible(text: str) -> None:
    grams = Grams(text)
    hashes = grams.hashes

    kept = sample(grams, 8)

    assert {value for value in hashes if value % 8 == 0} <= set(kept)
    assert set(sorted(set(hashes))[:SMALLEST]) <= set(kept)
    assert list(kept) == sorted(kept, key=hashes.index)


def test_a_long_text_is_sampled_more_sparsely() -> None:
    assert [spacing(n, 75) for n in (0, 600, 601, 1_200, 1_201, 100_000)] == [8, 8, 16, 16, 32, 2048]


@pytest.mark.slow
def test_one_letter_a_million_times_is_one_gram() -> None:
    assert len(sample(Grams("啊" * 1_000_000), 8)) == 1
