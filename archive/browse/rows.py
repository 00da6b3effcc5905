"""Copies beside their origin, in one row for each sentence; each piece of a copy is marked with its difference."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.compare.changes import Changes, Edit
from extract.script.fold import folded

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』）)]*|[^。！？；!?;\n]+$")
_OPENING = "“‘「『（(《【〈 \u3000"
"""Characters before a sentence that belong to it."""
_LOOK_AHEAD = 12
"""Folded characters that are skipped to find the next agreement, for example bracketed pinyin in a converted copy."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of one text. `kind` is `same`, `damage` (broken by a converter), `replaced`, `added` or `moved`.

    Pieces of the origin's text are `cut` (the copy lacks it) or `left` (it is elsewhere in the copy).

    `was` is the origin's text; for a damaged character it is the right conversion.
    """

    kind: str
    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of the origin, and the pieces of each copy beside it."""

    origin: str
    opens_paragraph: bool
    copies: tuple[tuple[TextRun, ...], ...]

    @property
    def changed(self) -> bool:
        """Whether the words of any copy differ in this row; damage by a converter does not count."""
        return any(piece.kind not in ("same", "damage") for pieces in self.copies for piece in pieces)


def rows(origin: str, copies: Sequence[tuple[str, Changes]]) -> list[SentenceRow]:
    """The origin cut into sentences, each with the pieces of every copy beside it.

    The pieces of a copy, without `cut` and `left`, join to the copy's text in the order of the origin.
    """
    starts = [match.start() for match in _SENTENCE.finditer(origin)] or [0]
    columns = [_Column(origin, starts, copy, changes).laid() for copy, changes in copies]
    ends = [*starts[1:], len(origin)]
    return [
        SentenceRow(
            origin[start:end].strip("\n"),
            start == 0 or origin[start - 1] == "\n",
            tuple(tuple(column[number]) for column in columns),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


class _Column:
    """One copy, distributed over the rows of its origin; `starts` are the offsets of the rows' sentences."""

    def __init__(self, origin: str, starts: list[int], copy: str, changes: Changes) -> None:
        self._origin = origin
        self._starts = starts
        self._copy = copy
        self._spans = sorted(changes.spans, key=lambda span: span.copy)
        self._anchors = _anchors(origin, copy, changes.spans)
        self._wrong = {found.at: found.expected for found in changes.damage.characters}
        self._pieces: list[list[TextRun]] = [[] for _ in starts]
        self._row = 0

    def laid(self) -> list[list[TextRun]]:
        """The pieces of the copy for each row."""
        at = 0
        for span in self._spans:
            self._lay_same(at, span.copy[0])
            self._lay(span)
            at = max(at, span.copy[1])
        self._lay_same(at, len(self._copy))
        return self._pieces

    def _lay(self, span: Edit) -> None:
        """Put a change into the copy's present row, and text that the copy lacks into the row of the origin."""
        if span.kind == "replaced" and span.origin:
            self._row = max(self._row, self._row_of(span.origin[0]))
        if span.kind != "cut":
            self._append(TextRun(span.kind, span.now, span.was))
        if span.kind in ("cut", "moved") and span.origin:
            kind = "cut" if span.kind == "cut" else "left"
            for row, text in self._by_row(*span.origin):
                self._pieces[row].append(TextRun(kind, text))

    def _lay_same(self, begin: int, end: int) -> None:
        """Put an unchanged stretch of the copy into the rows of the same characters in the origin."""
        for at in range(begin, end):
            there = self._anchors.get(at)
            row = self._row if there is None else max(self._row, self._row_of(there))
            if row != self._row:
                stop = begin + len(self._copy[begin:at].rstrip(_OPENING))
                self._append(TextRun("same", self._copy[begin:stop]))
                begin, self._row = stop, row
            if at in self._wrong:
                self._append(TextRun("same", self._copy[begin:at]))
                self._append(TextRun("damage", self._copy[at], self._wrong[at]))
                begin = at + 1
        self._append(TextRun("same", self._copy[begin:end]))

    def _append(self, piece: TextRun) -> None:
        if piece.text:
            self._pieces[self._row].append(piece)

    def _row_of(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def _by_row(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The pieces of a stretch of the origin, cut at the rows, each with its row's number."""
        while start < end:
            row = self._row_of(start)
            stop = min(end, self._starts[row + 1] if row + 1 < len(self._starts) else end)
            yield row, self._origin[start:stop].strip("\n")
            start = stop


def _anchors(origin: str, copy: str, spans: Sequence[Edit]) -> dict[int, int]:
    """The offset in the origin of each copy's character that agrees, by the offset in the copy."""
    were = _agreeing(origin, [span.origin for span in spans if span.origin])
    are = _agreeing(copy, [span.copy for span in spans])
    found: dict[int, int] = {}
    here = there = 0
    while here < len(are) and there < len(were):
        if are[here][1] == were[there][1]:
            found.setdefault(are[here][0], were[there][0])
            here, there = here + 1, there + 1
            continue
        here, there = _next_agreement(are, were, here, there)
    return found


def _next_agreement(
    are: list[tuple[int, str]], were: list[tuple[int, str]], here: int, there: int
) -> tuple[int, int]:
    for ahead in range(1, _LOOK_AHEAD):
        if here + ahead < len(are) and are[here + ahead][1] == were[there][1]:
            return here + ahead, there
        if there + ahead < len(were) and were[there + ahead][1] == are[here][1]:
            return here, there + ahead
    return here + 1, there + 1


def _agreeing(text: str, taken: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """The folded characters outside the stretches `taken`, with their offsets."""
    gone = [False] * (len(text) + 1)
    for start, end in taken:
        gone[start:end] = [True] * (end - start)
    found = folded(text)
    return [(at, letter) for at, letter in zip(found.offsets, found.text, strict=True) if not gone[at]]
