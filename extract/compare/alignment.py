"""The passages that two folded texts share, also where their order differs."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, count, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, Prefix

from extract.compare.fingerprint import GRAM, Grams

TRIED = 16
"""Grams that are looked for before any table is made: most of a copy's text follows from its first grams."""
HALF = 4
"""Of a gram: where its second half is nowhere in a text, the grams that begin before that half are not either."""
FEW = 64
"""Grams known to stand there that are looked for one by one, in the product of their number and the text's length."""
STRIDE = 256
"""Characters compared first."""


class Block(NamedTuple):
    """A passage of `length` characters: it begins at `here` in one text and at `there` in the other."""

    here: int
    there: int
    length: int


@lru_cache(maxsize=8)  # a newcomer is compared with an origin to find its story, and again for its share
def blocks(one: Grams, other: Grams) -> Sequence[Block]:
    """The passages of a text, at least a gram long, that the other text has: in order, no overlap in the first.

    One passage of the other text may match several passages of the first. Time is linear in both lengths.
    """
    text, others = one.text, other.text
    found: list[Block] = []
    at = covered = sought = 0
    while at < len(one.hashes):
        if sought >= TRIED:
            stand_there = map(_hashes(other).__contains__, memoryview(one.hashes)[at:])
            at = next(compress(count(at), stand_there), -1)
            if at < 0:
                break
        gram = text[at : at + GRAM]
        beside = found[-1].there + at - found[-1].here if found else -1
        if beside >= 0 and others.startswith(gram, beside):
            there = beside  # a passage that stands twice is taken where the text goes on
        elif sought < TRIED + FEW:
            sought += 1
            if sought <= TRIED and gram[HALF:] not in others:
                at += HALF + 1  # nor does any gram that has this half
                continue
            there = others.find(gram)
        else:
            there = other.places[one.hashes[at]]
        if there >= 0 and others.startswith(gram, there):  # or it is another gram of the same hash
            back = _common_before(text, at, others, there, at - covered)
            length = back + GRAM + _common_after(text, at + GRAM, others, there + GRAM)
            found.append(Block(at - back, there - back, length))
            covered = at - back + length
        at = max(at + 1, covered)
    return tuple(found)


@lru_cache(maxsize=8)
def _hashes(grams: Grams) -> frozenset[int]:
    """The hashes of a text that was compared last; a newcomer is compared with several texts."""
    return frozenset(grams.hashes)


def matches(one: Grams, other: Grams) -> list[Block]:
    """The passages that two texts share. No part of either text is used twice.

    Short passages between two mistakes of a converter count too.
    """
    used = bytearray(len(other.text))
    return _refined(one.text, other.text, _one_to_one(blocks(one, other), used), used)


def _common_before(text: str, here: int, other: str, there: int, most: int) -> int:
    length = 0
    most = min(most, there)
    while length < most and text[here - length - 1] == other[there - length - 1]:
        length += 1
    return length


def _common_after(text: str, here: int, other: str, there: int) -> int:
    """How many characters agree from two places on; compared in steps that double."""
    length, step = 0, STRIDE
    while True:
        at, beside = here + length, there + length
        more = Prefix.similarity(text[at : at + step], other[beside : beside + step])
        length += more
        if more < step:
            return length
        step *= 2


def _one_to_one(found: Sequence[Block], used: bytearray) -> list[Block]:
    """Give each stretch of the other text to one block only.

    The longest block that wants a stretch gets it; the others keep the rest of theirs. Marks the stretches that were
    given in `used`.
    """
    kept: list[Block] = []
    for block in sorted(found, key=lambda block: (-block.length, block.here)):
        end = block.there + block.length
        start = used.find(0, block.there, end)
        while start >= 0:
            stop = used.find(1, start, end)
            stop = end if stop < 0 else stop
            kept.append(Block(block.here + start - block.there, start, stop - start))
            used[start:stop] = b"\x01" * (stop - start)
            start = used.find(0, stop, end)
    return sorted(kept, key=lambda block: block.here)


def _refined(text: str, other: str, found: list[Block], used: bytearray) -> list[Block]:
    """The blocks and, between two that follow one another in both texts, the smaller agreements."""
    edges = [Block(0, 0, 0), *found, Block(len(text), len(other), 0)]
    result: list[Block] = []
    for block, following in pairwise(edges):
        if block.length:
            result.append(block)
        here, there = block.here + block.length, block.there + block.length
        if here < following.here and there < following.there:
            stop = used.find(1, there, following.there)  # a passage that moved there
            yours = other[there : following.there if stop < 0 else stop]
            result += _agreements(text[here : following.here], yours, here, there)
    return result


def _agreements(mine: str, yours: str, here: int, there: int) -> list[Block]:
    # two long unlike passages share letters by chance only, and would take the product of their lengths
    if not mine or not yours or len(mine) * len(yours) > 4_000_000:
        return []
    steps = [step for step in Indel.opcodes(mine, yours) if step.tag == "equal"]
    agreeing = sum(step.src_end - step.src_start for step in steps)
    least = 1 if 2 * agreeing >= min(len(mine), len(yours)) else 4
    return [
        Block(here + step.src_start, there + step.dest_start, step.src_end - step.src_start)
        for step in steps
        if step.src_end - step.src_start >= least
    ]
