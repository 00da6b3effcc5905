"""What a copy's text and its origin's have in common, without what agrees by chance."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from extract.compare.alignment import Block, matches
from extract.compare.likeness import Imprint

CHANCE = 20
"""Shorter passages that two sentences have in common, each for less than half of its length, agree by chance."""
LETTERS = 2
"""So few characters that an old and a new word have in common make no two changes of one (发放 and 派发)."""
WORD = 4
"""Characters beside them at most."""


def agreement(copy: Imprint, origin: Imprint) -> list[Block]:
    """The passages that two texts share."""
    return _without_letters(_without_chance(matches(copy.grams, origin.grams), copy, origin), copy, origin)


def _without_letters(agreeing: list[Block], copy: Imprint, origin: Imprint) -> list[Block]:
    """What agrees, without letters in the midst of a word put for another, or between two longer cuts."""
    kept = agreeing[:1]
    for block, after in pairwise([*agreeing, Block(len(copy.text), len(origin.text), 0)][1:]):
        before = kept[-1]
        added = block.here - before.here - before.length, after.here - block.here - block.length
        lacking = block.there - before.there - before.length, after.there - block.there - block.length
        if block.length > LETTERS or not (_is_one_word(added, lacking) or min(lacking) > WORD):
            kept.append(block)
    return kept


def _is_one_word(added: tuple[int, int], lacking: tuple[int, int]) -> bool:
    """Whether a copy added a few letters on one side and lacks a few on the other."""
    if max(*added, *lacking) > WORD or min(*added, *lacking) < 0:
        return False
    return bool(added[0]) == bool(lacking[1]) != bool(added[1]) == bool(lacking[0])


def _without_chance(agreeing: list[Block], copy: Imprint, origin: Imprint) -> list[Block]:
    """What agrees, without a short passage between two sentences that have little else in common."""
    mine: Counter[int] = Counter()
    yours: Counter[int] = Counter()
    ends, others = copy.ends_in_order, origin.ends_in_order
    short = []
    for block in agreeing:
        here, there = bisect_right(ends, block.here), bisect_right(others, block.there)
        if (
            block.length < CHANCE
            and _is_inside(block.here, block.length, ends, here)
            and _is_inside(block.there, block.length, others, there)
        ):
            short.append((block, here, there))
    if not short:
        return agreeing
    for block in agreeing:
        _count(mine, ends, block.here, block.length)
        _count(yours, others, block.there, block.length)
    chance = {
        block
        for block, here, there in short
        if 2 * mine[here] < _size(ends, here, len(copy.text))
        and 2 * yours[there] < _size(others, there, len(origin.text))
    }
    return [block for block in agreeing if block not in chance] if chance else agreeing


def _is_inside(start: int, length: int, ends: Sequence[int], number: int) -> bool:
    return number == len(ends) or start + length <= ends[number]


def _count(counts: Counter[int], ends: Sequence[int], start: int, length: int) -> None:
    """Add to each sentence the characters of a passage that stand in it; sentences are numbered by their ends."""
    stop = start + length
    number = bisect_right(ends, start)
    while start < stop:
        last = min(ends[number], stop) if number < len(ends) else stop
        counts[number] += last - start
        start = last
        number += 1


def _size(ends: Sequence[int], number: int, whole: int) -> int:
    return (ends[number] if number < len(ends) else whole) - (ends[number - 1] if number else 0)
