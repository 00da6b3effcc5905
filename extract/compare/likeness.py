"""The share of one text that another text has. Common phrases do not count; differing words and numbers are noted."""

import re
from array import array
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, compress, pairwise

from rapidfuzz.distance import Indel

from extract.compare.alignment import Block, blocks
from extract.compare.conversion import without_readings
from extract.compare.fingerprint import GRAM, HASH, Grams
from extract.script.fold import fold


@dataclass(frozen=True, slots=True, eq=False)
class Imprint:
    """A text made ready for comparison: its folded grams, and where its sentences begin and end, in order."""

    grams: Grams
    ends_in_order: "array[int]"

    @property
    def ends(self) -> frozenset[int]:
        """Where its sentences begin and end, to be asked for one place."""
        return _ends(self)

    @property
    def text(self) -> str:
        """The folded text."""
        return self.grams.text


@lru_cache(maxsize=8)
def _ends(made: Imprint) -> frozenset[int]:
    """The ends of a text as a set. Of the texts compared last only: it takes twenty times the room of the numbers."""
    return frozenset(made.ends_in_order)


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one text that another text has.

    `letters` and `grams` are shares (0 to 1) of what is rare in the text: its characters, and its eight-character
    grams, which a slip of the pen breaks and a template's filled-in words break more. `size` counts all its
    characters, `rare` the rare
    characters and `found` those of them found. `clash` is the share of found characters that stand beside differing
    words; `numbers` says that the numbers differ as in two issues of one bulletin. `start` to `end` is the stretch of
    the other text that holds it, `dense` the share of that stretch that is found. `verbatim`: the text stands in the
    other word for word, common words included.
    """

    letters: float
    grams: float
    size: int
    rare: int
    found: int
    clash: float
    numbers: bool
    start: int
    end: int
    dense: float
    longest: int
    verbatim: bool

    @property
    def own(self) -> int:
        """The number of rare characters that the other text lacks."""
        return self.rare - self.found


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts compared: for each text, the share that the other text has."""

    one: Share
    other: Share

    @property
    def contained(self) -> Share:
        """The share of the text that the other contains to the larger part."""
        return (
            self.one
            if (self.one.letters, -self.one.rare) >= (self.other.letters, -self.other.rare)
            else self.other
        )

    @property
    def container(self) -> Share:
        """The share of the other text."""
        return self.other if self.contained is self.one else self.one

    @property
    def verbatim(self) -> bool:
        """Whether one text is the whole other text, word for word, apart from common phrases around it.

        This also holds for texts made only of common phrases: a forecast, a caption, a flash.
        """
        return any(
            part.verbatim and part.size >= 12 and whole.own <= max(12, 0.3 * part.size)
            for part, whole in ((self.one, self.other), (self.other, self.one))
        )


LONGEST = 100_000
"""Folded characters that are looked at; the longest report of a party congress has 33,000."""


TextKey = tuple[int, int]
"""What an imprint is kept by: the hash of a text, whose characters would take as much room again, and its length."""


def key_of(text: str) -> TextKey:
    """The key of a text in this process."""
    return hash(text), len(text)


class _Recent:
    """The texts that were asked for last: those of one story come and go together, long ones would fill the memory."""

    def __init__(self, most_characters: int) -> None:
        self.most = most_characters
        self._held: OrderedDict[TextKey, Imprint] = OrderedDict()
        self._characters = 0

    def get(self, text: str) -> Imprint | None:
        return self._held.get(key_of(text))

    def keep(self, text: str, made: Imprint) -> None:
        key = key_of(text)
        if key in self._held:
            self._held.move_to_end(key)
            return
        self._held[key] = made
        self._characters += len(text)
        while self._characters > self.most and len(self._held) > 1:
            (_, length), _ = self._held.popitem(last=False)
            self._characters -= length


_recent = _Recent(200_000)


def keep_for_long(characters: int) -> None:
    """Keep the texts of so many characters ready, at six bytes each; for whoever compares them again much later."""
    _recent.most = characters


def imprint(text: str, sentences: list[str] | None = None) -> Imprint:
    """The text made ready; of very long texts the first 100,000 folded characters.

    `sentences` are its folded sentences, if the caller has them.
    """
    made = _recent.get(text)
    if made is None:
        made = _imprint(_sentences(text) if sentences is None else sentences)
    remember(text, made)
    return made


def recalled(text: str) -> Imprint | None:
    """The imprint of a text, if it is ready in this process."""
    return _recent.get(text)


def remember(text: str, made: Imprint) -> None:
    """Give imprint() a text that was made ready elsewhere; the texts used last are kept."""
    _recent.keep(text, made)


def _sentences(text: str) -> list[str]:
    # folding goes character by character, so sentences can be folded one by one
    return [fold(sentence) for sentence in _SENTENCE_END.split(without_readings(text))]


def _imprint(sentences: list[str]) -> Imprint:
    kept = "".join(sentences)[:LONGEST]
    ends = {end for end in accumulate(map(len, sentences)) if end < len(kept)}
    return Imprint(Grams(kept), array(HASH, sorted({0, len(kept), *ends})))


SENTENCE_ENDS = "。！？；!?;\n"
_SENTENCE_END = re.compile(f"[{SENTENCE_ENDS}]")


@dataclass(frozen=True, slots=True)
class Rarity:
    """The rare characters and grams of a text: one byte each, 1 if rare."""

    letters: bytes
    grams: bytes


def rarity(one: Imprint, sampled: Collection[int], common: set[int]) -> Rarity:
    """The rare parts of a text, by its sampled grams: everything between two common grams is common."""
    size = len(one.text)
    if common.isdisjoint(sampled):
        return Rarity(b"\x01" * size, b"\x01" * len(one.grams.hashes))
    marks = bytearray(b"\x01" * size)
    before: int | None = None
    hashes = one.grams.hashes
    for at, value in compress(enumerate(hashes), map(sampled.__contains__, hashes)):
        if value in common:
            start = at if before is None else before
            marks[start : at + GRAM] = bytes(at + GRAM - start)
            before = at
        else:
            before = None
    letters = _SEAM.sub(_common_again, marks)
    # a gram is rare if its first or its last character is; two numbers are joined sooner than their bytes one by one
    firsts, lasts = letters[: len(hashes)], letters[GRAM - 1 :]
    either = int.from_bytes(firsts, "big") | int.from_bytes(lasts, "big")
    return Rarity(bytes(letters), either.to_bytes(len(hashes), "big"))


# where two common phrases meet stands a gram that nobody else has, and makes the ends of both seem rare
_SEAM = re.compile(rb"(?<=\x00)\x01{1,%d}(?=\x00)" % (2 * GRAM))


def _common_again(seam: re.Match[bytes]) -> bytes:
    return bytes(seam.end() - seam.start())


def compare(one: Imprint, other: Imprint, rare_in_one: Rarity, rare_in_other: Rarity) -> Likeness:
    """Both shares, whichever text came first."""
    return Likeness(_share(one, other, rare_in_one), _share(other, one, rare_in_other))


def _share(one: Imprint, other: Imprint, rare: Rarity) -> Share:
    found = blocks(one.grams, other.grams)
    rare_letters, rare_grams = rare.letters.count(1), rare.grams.count(1)
    covered = sum([block.length for block in found])
    if rare_letters == len(one.text):
        letters, grams = covered, covered - (GRAM - 1) * len(found)
    else:
        letters = sum([rare.letters.count(1, here, here + length) for here, _, length in found])
        grams = sum([rare.grams.count(1, here, here + length - GRAM + 1) for here, _, length in found])
    start, end = _region(found, covered)
    clash, numbers = _differing(one, other, found)
    return Share(
        # of a text with hardly anything rare in it no share is telling
        letters=letters / max(rare_letters, 40),
        grams=grams / max(rare_grams, 40),
        size=len(one.text),
        rare=rare_letters,
        found=letters,
        clash=clash / max(covered, 1),
        numbers=numbers,
        start=start,
        end=end,
        dense=min(1.0, covered / max(end - start, 1)),
        longest=max([block.length for block in found], default=0),
        verbatim=covered == len(one.text) and _stands_in(one.text, other.text),
    )


def _stands_in(text: str, other: str) -> bool:
    """Whether another text contains a text word for word; 35 does not contain 3."""
    at = other.find(text)
    if at < 0 or not text:
        return False
    edges = (other[max(0, at - 1) : at + 1], other[at + len(text) - 1 : at + len(text) + 1])
    return not any(len(edge) == 2 and edge.isdigit() for edge in edges)


_NUMBER = re.compile(r"\d+")


def _region(found: Sequence[Block], covered: int) -> tuple[int, int]:
    """The stretch of the other text that holds most of the found characters: set phrases may lie elsewhere."""
    placed = sorted(found, key=lambda block: block.there)
    slack = max(covered // 10, 3 * GRAM)
    for edge in (0, -1):
        while len(placed) > 1 and placed[edge].length <= slack:
            slack -= placed.pop(edge).length
    if not placed:
        return 0, 0
    return placed[0].there, max(block.there + block.length for block in placed)


def _differing(one: Imprint, other: Imprint, found: Sequence[Block]) -> tuple[float, bool]:
    """Characters that differ between two found stretches of the two texts, and whether numbers are among them."""
    clash = 0.0
    differing = 0
    for block, following in pairwise(found):
        here = slice(block.here + block.length, following.here)
        there = slice(block.there + block.length, following.there)
        mine, yours = one.text[here], other.text[there]
        if not mine or not yours or min(len(mine), len(yours)) > 20:
            continue
        if {here.start, here.stop} <= one.ends and {there.start, there.stop} <= other.ends:
            continue  # a sentence left out on either side
        clash += (Indel.distance(mine, yours) - abs(len(mine) - len(yours))) / 2
        of_mine, of_yours = set(_NUMBER.findall(mine)), set(_NUMBER.findall(yours))
        differing += len(of_mine - of_yours) if of_yours - of_mine else 0
    if differing < 2:
        return clash, False
    numbers = len(_NUMBER.findall(one.text[found[0].here : found[-1].here + found[-1].length]))
    return clash, differing >= numbers / 4


SHORT = 80
"""Folded characters under which an item (a caption, a telegram's head) is judged whole."""


@dataclass(frozen=True, slots=True)
class LikenessLimits:
    """The limits for a part to count as one text with the whole: least shares of grams and letters, most clash."""

    grams: float
    letters: float
    clash: float


# Chosen on half of the clusters and reported on the other half, both ways: docs/decisions/copies.md
LIMITS = (LikenessLimits(0.40, 0.75, 0.15), LikenessLimits(0.35, 0.70, 0.08))
HEADLINE_LIMITS = (LikenessLimits(0.20, 0.50, 0.07),)
"""An equal headline lets a text be cut or misspelt more."""


def is_same(likeness: Likeness, *, same_headline: bool) -> bool:
    """Whether two texts belong to one story: one text has most of the rare parts of the other.

    Three pairs do not: two issues of a bulletin, which differ in names, dates and numbers throughout; a long article
    and a passage somewhere in it; two texts that share a passage and each have a part of their own.
    """
    part, whole = likeness.contained, likeness.container
    if likeness.verbatim:
        return True
    if part.numbers or part.found < 24:
        return False
    if part.size < SHORT and part.letters < 0.8:
        return False
    # much less than a third of a text is a quotation, but for a lead printed alone
    if part.rare < 0.2 * whole.rare and not (part.start <= 40 and part.letters >= 0.8):
        return False
    if not same_headline and _is_quotation(part, whole):
        return False
    return any(
        part.grams >= limits.grams and part.letters >= limits.letters and part.clash <= limits.clash
        for limits in (*LIMITS, *(HEADLINE_LIMITS if same_headline else ()))
    )


def _is_quotation(part: Share, whole: Share) -> bool:
    """Whether a piece of one text was set into another: both have a stretch of their own, and no slips between."""
    # a slip breaks eight grams and one letter; where grams stand as whole as letters, what lacks lacks in one piece
    return part.letters < 0.85 <= part.grams / part.letters and part.own >= 40 and whole.own >= 60


def is_passage(share: Share) -> bool:
    """Whether a text repeats a passage of another, as a follow-up repeats the background."""
    return share.found >= 50 and share.longest >= 40 and share.clash <= 0.1 and not share.numbers
