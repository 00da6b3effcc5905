"""A few hashes of a folded text. Another text that shares a part of this text shares some of the hashes."""

import sys
from array import array
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from heapq import nsmallest
from itertools import compress
from struct import unpack_from

from isal.isal_zlib import crc32

GRAM = 8
"""Characters in a gram. Eight folded characters seldom recur by chance, and survive between two typing slips."""

SMALLEST = 32
"""Grams that every text keeps, the ones with the smallest hashes."""


HASH = "I" if array("I").itemsize == 4 else "L"
"""The kind of array whose numbers have four bytes."""


class Grams:
    """A folded text and the hash of each of its grams, by position. A text shorter than a gram has none."""

    def __init__(self, text: str) -> None:
        self.text = text
        hashes = [0] * max(len(text) - GRAM + 1, 0)
        points = text.encode("utf-32-le", "surrogatepass")
        # every eighth gram begins where another ended, so that one call cuts them all: sooner than one by one. ISA-L
        # gives what zlib's crc32 gives, of such few bytes in a third of its time
        for first in range(min(GRAM, len(hashes))):
            number = len(range(first, len(hashes), GRAM))
            cut = unpack_from(f"{4 * GRAM}s" * number, points, 4 * first)
            hashes[first::GRAM] = map(crc32, cut)
        self.hashes = array(HASH, hashes)
        self.likely = self._likely(hashes)

    def __getstate__(self) -> tuple[str, bytes]:
        """Few bytes, to be sent to another process."""
        return self.text, self.hashes.tobytes()

    def __setstate__(self, state: tuple[str, bytes]) -> None:
        self.text = state[0]
        self.hashes = array(HASH, state[1])

    @property
    def places(self) -> dict[int, int]:
        """Each hash and the first position that has it."""
        return _places(self)

    @cached_property
    def smallest(self) -> list[int]:
        """The smallest hashes: two copies of a text have nearly the same ones."""
        limit = self.surely
        likely = sorted({value for value in self.likely if value <= limit})
        return likely[:SMALLEST] if len(likely) >= SMALLEST else nsmallest(SMALLEST, set(self.hashes))

    @cached_property
    def likely(self) -> "array[int]":
        """The hashes that a sample may have, by position: those divisible by 8, and most often the smallest."""
        return self._likely(self.hashes)

    def _likely(self, hashes: Sequence[int]) -> "array[int]":
        """The likely ones of the hashes. To test each would cost three times as much as to test their bytes."""
        packed = self.hashes.tobytes()
        lowest, highest = (packed[::4], packed[3::4])[:: 1 if sys.byteorder == "little" else -1]
        wanted = (lowest.translate(_BY_EIGHT), highest.translate(_up_to(self._limit)))
        either = int.from_bytes(wanted[0], "big") | int.from_bytes(wanted[1], "big")
        return array(HASH, compress(hashes, either.to_bytes(len(hashes), "big")))

    @property
    def surely(self) -> int:
        """The hash up to which every hash is among the likely ones."""
        return self._limit << 24 | 0xFFFFFF

    @property
    def _limit(self) -> int:
        """Of hashes spread evenly, those up to this first byte hold the smallest nearly always."""
        return min((3 * SMALLEST << 8) // max(len(self.hashes), 1), 255)


@lru_cache(maxsize=8)
def _places(grams: Grams) -> dict[int, int]:
    """The places of a text's grams. Of the texts compared last only: they take thirty times the room of its hashes."""
    return dict(zip(reversed(grams.hashes), range(len(grams.hashes) - 1, -1, -1), strict=True))


_BY_EIGHT = bytes(byte % 8 == 0 for byte in range(256))


@cache
def _up_to(limit: int) -> bytes:
    return bytes(byte <= limit for byte in range(256))


LEAD = 120
"""Grams of the beginning that are sampled densely: many copies print no more than that."""


def sample(grams: Grams, every: int) -> dict[int, None]:
    """The sampled hashes in order of position, as the keys of a dict: a set that keeps its order.

    Those divisible by `every` (by 8 in the lead), so that a part of a text keeps its share of the whole's, and the
    smallest ones.
    """
    last = max(grams.smallest, default=0)
    among = grams.likely if last <= grams.surely else grams.hashes
    lead = {value for value in grams.hashes[:LEAD] if not value % 8} if every > 8 else ()
    # a list, not a generator: it takes two thirds of the time
    return dict.fromkeys([value for value in among if not value % every or value <= last or value in lead])


def spacing(grams: int, rows: int) -> int:
    """The value of `every` (8, 16, 32, ...) that gives a text of so many grams about `rows` hashes at most."""
    every = 8
    while grams > rows * every:
        every *= 2
    return every
