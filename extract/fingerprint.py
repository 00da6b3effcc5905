"""The few hashes of a folded text by which any text that shares a part of it can be found."""

from functools import cached_property
from heapq import nsmallest
from zlib import crc32

GRAM = 8
"""Characters in a gram. Eight folded characters seldom recur by chance, and survive between two typing slips."""

SMALLEST = 32
"""Grams that every text keeps, the ones with the smallest hashes."""


class Grams:
    """A folded text and the hash of each of its grams, by position. A text shorter than a gram has none."""

    def __init__(self, text: str) -> None:
        self.text = text
        points = text.encode("utf-32-le", "surrogatepass")
        last = len(points) - 4 * GRAM
        # signed, as SQLite keeps it in four bytes
        self.hashes = [crc32(points[at : at + 4 * GRAM]) - 0x80000000 for at in range(0, last + 1, 4)]

    @cached_property
    def places(self) -> dict[int, int]:
        """Each hash and the first position that has it."""
        return dict(zip(reversed(self.hashes), range(len(self.hashes) - 1, -1, -1), strict=True))

    @cached_property
    def smallest(self) -> list[int]:
        """The smallest hashes: two copies of a text have nearly the same ones."""
        # of hashes spread evenly, these hold the smallest nearly always
        limit = (3 * SMALLEST << 32) // max(len(self.hashes), 1) - 0x80000000
        likely = sorted({value for value in self.hashes if value < limit})
        return likely[:SMALLEST] if len(likely) >= SMALLEST else nsmallest(SMALLEST, set(self.hashes))


LEAD = 120
"""Grams of the beginning that are sampled densely: many copies print no more than that."""


def sample(grams: Grams, every: int) -> dict[int, int]:
    """The sampled hashes and the first position of each, in order of position.

    Those divisible by `every` (by 8 in the lead), so that a part of a text keeps its share of the whole's, and the
    smallest ones.
    """
    kept = set(grams.smallest)
    kept |= {value for value in grams.hashes if not value % every}
    kept |= {value for value in grams.hashes[:LEAD] if not value % 8}
    places = grams.places
    return {value: places[value] for value in sorted(kept, key=places.__getitem__)}


def spacing(grams: int, rows: int) -> int:
    """What `every` to sample a text of so many grams with, that it has about `rows` at most: 8, 16, 32, ..."""
    every = 8
    while grams > rows * every:
        every *= 2
    return every
