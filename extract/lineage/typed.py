"""A text of a story as departures are found in it: as it was typed, folded, its paragraphs and habits."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extract.article import Script
from extract.compare.conversion import without_readings
from extract.compare.likeness import Imprint, imprint
from extract.script.fold import fold, offsets, script_of

_HABITS = {"quotes": ("“”", "「」", '"'), "commas": ("，", ","), "brackets": ("（）", "()")}
"""Forms of punctuation of which a text has one or none as a habit."""


_ODD = re.compile("[^\u4e00-\u9fff0-9A-Za-z]")
"""What may fold to no character or to several."""
Told = tuple[str, str | None]
"""Text and title of an article."""


@dataclass(frozen=True, eq=False)
class TypedText:
    """A text prepared for comparison, without its headline: raw, without a converter's readings, and folded."""

    raw: str
    imprint: Imprint
    has_readings: bool = False

    @property
    def text(self) -> str:
        """The folded text."""
        return self.imprint.text

    @cached_property
    def offsets(self) -> Sequence[int]:
        """The place of each folded character."""
        return offsets(self.raw)[: len(self.text)]

    @cached_property
    def _dropped(self) -> tuple[list[int], list[int]] | None:
        """The characters that folding drops: place of each, and kept ones before it. None if it makes two of one."""
        lengths = {character: len(fold(character)) for character in {*_ODD.findall(self.raw)}}
        if max(lengths.values(), default=0) > 1:
            return None
        places = [found.start() for found in _ODD.finditer(self.raw) if not lengths[found[0]]]
        return places, [place - n for n, place in enumerate(places)]

    def place(self, number: int) -> int:
        """The place of one folded character; of a few it is found sooner so than of all."""
        dropped = self._dropped
        return self.offsets[number] if dropped is None else number + bisect_right(dropped[1], number)

    def _folded_before(self, place: int) -> int:
        """The number of folded characters before a place."""
        dropped = self._dropped
        if dropped is None:
            return bisect_left(self.offsets, place)
        return min(place - bisect_left(dropped[0], place), len(self.text))

    @cached_property
    def script(self) -> Script | None:
        """The script of the raw text."""
        return script_of(self.raw)

    @cached_property
    def paragraphs(self) -> list[int]:
        """The number of folded characters before each line break."""
        places = []
        at = self.raw.find("\n")
        while at >= 0:
            places.append(self._folded_before(at))
            at = self.raw.find("\n", at + 1)
        return places

    @cached_property
    def habits(self) -> dict[str, str]:
        """The forms of punctuation that the text has a habit of, by their name in _HABITS."""
        return {name: form for name, forms in _HABITS.items() if (form := _habit(self.raw, forms))}

    def words(self, start: int, end: int) -> str:
        """The printed words at a place of the folded text."""
        end = min(end, len(self.text))
        return self.raw[self.place(start) : self.place(end - 1) + 1] if start < end else ""


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text with its headline, prepared for comparison."""

    typed: TypedText
    title: str | None

    @property
    def text(self) -> str:
        """The folded text."""
        return self.typed.text


def prepared(text: str, title: str | None) -> PreparedText:
    """A text of a story, made ready once for all comparisons."""
    return PreparedText(_typed(text), title)


@lru_cache(maxsize=4)  # many copies of a story are the same text
def _typed(text: str) -> TypedText:
    raw = without_readings(text)
    return TypedText(raw, imprint(text), raw != text)


def _habit(raw: str, forms: tuple[str, ...]) -> str | None:
    counts = {form: sum(map(raw.count, form)) for form in forms}
    most = max(counts, key=lambda form: counts[form])
    return most if counts[most] >= 2 and counts[most] * 2 > sum(counts.values()) else None
