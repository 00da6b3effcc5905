"""A few hashes of a folded text. Another text that shares a part of this text shares some of the hashes."""

from functools import cache, cached_property
from heapq import nsmallest
from itertools import compress
from struct import pack, unpack, unpack_from
from zlib import crc32

GRAM = 8
"""Characters in a gram. Eight folded characters seldom recur by chance, and survive between two typing slips."""

SMALLEST = 32
"""Grams that every text keeps, the ones with the smallest hashes."""


class Grams:
    """A folded text and the hash of each of its grams, by position. A text shorter than a gram has none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.hashes = [0] * max(len(text) - GRAM + 1, 0)
        points = text.encode("utf-32-le", "surrogatepass")
        # every eighth gram begins where another ended, so that one call cuts them all: sooner than one by one
        for first in range(min(GRAM, len(self.hashes))):
            number = len(range(first, len(self.hashes), GRAM))
            cut = unpack_from(f"{4 * GRAM}s" * number, points, 4 * first)
            self.hashes[first::GRAM] = map(crc32, cut)

    def __getstate__(self) -> tuple[str, bytes]:
        """Few bytes, to be sent to another process."""
        return self.text, self._packed

    def __setstate__(self, state: tuple[str, bytes]) -> None:
        self.text = state[0]
        self.hashes = list(unpack(f"<{len(state[1]) // 4}I", state[1]))

    @cached_property
    def places(self) -> dict[int, int]:
        """Each hash and the first position that has it."""
        return dict(zip(reversed(self.hashes), range(len(self.hashes) - 1, -1, -1), strict=True))

    @cached_property
    def smallest(self) -> list[int]:
        """The smallest hashes: two copies of a text have nearly the same ones."""
        # of hashes spread evenly, those up to this first byte hold the smallest nearly always
        limit = min((3 * SMALLEST << 8) // max(len(self.hashes), 1), 255)
        likely = sorted(set(self._chosen(3, _up_to(limit))))
        return likely[:SMALLEST] if len(likely) >= SMALLEST else nsmallest(SMALLEST, set(self.hashes))

    def divisible(self, every: int) -> list[int]:
        """The hashes divisible by `every`, a multiple of 8, in order of position."""
        eighth = self._chosen(0, _BY_EIGHT)
        return eighth if every == 8 else [value for value in eighth if not value % every]

    def _chosen(self, byte: int, wanted: bytes) -> list[int]:
        """The hashes whose bytes at one place, counted from the lowest, are `wanted`.

        To test each hash would cost three times as much.
        """
        return list(compress(self.hashes, self._packed[byte::4].translate(wanted)))

    @cached_property
    def _packed(self) -> bytes:
        return pack(f"<{len(self.hashes)}I", *self.hashes)


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
    kept = {*grams.smallest, *grams.divisible(every)}
    kept.update(value for value in grams.hashes[:LEAD] if not value % 8)
    return dict.fromkeys(filter(kept.__contains__, grams.hashes))


def spacing(grams: int, rows: int) -> int:
    """The value of `every` (8, 16, 32, ...) that gives a text of so many grams about `rows` hashes at most."""
    every = 8
    while grams > rows * every:
        every *= 2
    return every
