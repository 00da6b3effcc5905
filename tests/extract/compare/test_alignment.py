import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from extract.compare.alignment import Block, blocks, matches
from extract.compare.fingerprint import Grams

OPENING = "国务院联防联控机制召开新闻发布会"
MIDDLE = "有关负责人介绍了对口支援的安排"
ENDING = "各地医疗队已经陆续抵达湖北"


def found(one: str, other: str) -> list[tuple[int, int, int]]:
    return [(b.here, b.there, b.length) for b in blocks(Grams(one), Grams(other))]


def test_a_passage_is_found_where_it_moved_to() -> None:
    assert found(MIDDLE + OPENING, OPENING + MIDDLE) == [(0, 16, 15), (15, 0, 16)]


def test_nothing_shorter_than_a_gram_is_found() -> None:
    assert found("新闻发布会今天没有开", "昨天的新闻发布会很长") == []


def test_a_passage_is_found_wherever_it_begins_behind_words_that_are_nowhere() -> None:
    for before in range(60):  # within and behind the first searches
        one, other = "".join(map(chr, range(0x4E00, 0x4E00 + before))), "abcdefgh"
        assert found(f"{one}{other}", f"xyz{other}") == [(before, 3, 8)]


def test_a_text_set_twice_is_found_twice() -> None:
    assert found(OPENING + OPENING, OPENING) == [(0, 0, 16), (16, 0, 16)]


def test_one_to_one_a_text_set_twice_counts_once() -> None:
    assert matches(Grams(OPENING + OPENING), Grams(OPENING)) == [Block(0, 0, 16)]


def test_letters_between_two_slips_agree_too() -> None:
    slipped = OPENING + "有X关Y负责人介Z绍了对口支援的安排"

    agreeing = matches(Grams(slipped), Grams(OPENING + MIDDLE))

    assert sum(block.length for block in agreeing) == len(OPENING + MIDDLE)


def test_unlike_passages_between_two_agreements_share_nothing() -> None:
    one, other = OPENING + "天地玄黄宇宙洪荒" + ENDING, OPENING + "日月盈昃辰宿列张" + ENDING

    assert sum(block.length for block in matches(Grams(one), Grams(other))) == len(OPENING + ENDING)


def test_one_letter_a_hundred_thousand_times_takes_no_square() -> None:
    one, other = Grams("啊" * 100_000), Grams("啊" * 90_000)

    assert sum(block.length for block in matches(one, other)) == 90_000


@given(st.integers(), st.integers(0, 200), st.integers(0, 200))
def test_every_block_is_a_stretch_of_both(seed: int, size: int, other_size: int) -> None:
    dice = random.Random(seed)
    one, other = ("".join(dice.choices("天地玄", k=n)) for n in (size, other_size))

    agreeing = matches(Grams(one), Grams(other))

    assert all(one[b.here : b.here + b.length] == other[b.there : b.there + b.length] for b in agreeing)
    for covered in ([(b.here, b.length) for b in agreeing], [(b.there, b.length) for b in agreeing]):
        ends = sorted((start, start + length) for start, length in covered)
        assert all(before[1] <= after[0] for before, after in pairwise(ends))
