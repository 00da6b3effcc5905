"""Copies beside their origin, sentence by sentence: which stretch of each stands in which row, and how it differs."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.changes import Changes, Span
from extract.script import folded

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』）)]*|[^。！？；!?;\n]+$")
_OPENING = "“‘「『（(《【〈 \u3000"
"""What stands before a sentence and belongs to it."""
_LOOK_AHEAD = 12
"""Folded characters passed over to find the next that agree: bracketed pinyin in a converted copy."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one text. `kind`: `same`, `damage` (broken by a converter), `replaced`, `added`, `moved`, and of
    the origin's, where the copy lacks it, `cut` and `left` (it stands elsewhere in the copy).

    `was` is what stood in the origin, for a damaged character what a right conversion would have given.
    """

    kind: str
    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence of the origin, and what each copy has in its place."""

    origin: str
    opens_paragraph: bool
    copies: tuple[tuple[Piece, ...], ...]

    @property
    def changed(self) -> bool:
        """Whether any copy differs here in its words."""
        return any(piece.kind not in ("same", "damage") for pieces in self.copies for piece in pieces)


def rows(origin: str, copies: Sequence[tuple[str, Changes]]) -> list[Row]:
    """The origin cut into sentences, each with the pieces of every copy that belong beside it.

    Joined in order, the pieces of a copy that are not `cut` or `left` are the copy, in the order of the origin.
    """
    starts = [match.start() for match in _SENTENCE.finditer(origin)] or [0]
    columns = [_column(origin, starts, copy, changes) for copy, changes in copies]
    ends = [*starts[1:], len(origin)]
    return [
        Row(
            origin[start:end].strip("\n"),
            start == 0 or origin[start - 1] == "\n",
            tuple(tuple(column[number]) for column in columns),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _column(origin: str, starts: list[int], copy: str, changes: Changes) -> list[list[Piece]]:
    """The pieces of one copy for each row."""
    column: list[list[Piece]] = [[] for _ in starts]
    anchors = _anchors(origin, copy, changes.spans)
    wrong = {found.at: found.expected for found in changes.damage.characters}
    row = at = 0
    for span in sorted(changes.spans, key=lambda span: span.copy):
        row = _lay_same(column, starts, copy, (at, span.copy[0]), anchors, wrong, row)
        at = max(at, span.copy[1])
        if span.kind == "replaced" and span.origin:
            row = max(row, bisect_right(starts, span.origin[0]) - 1)
            column[row].append(Piece("replaced", span.now, span.was))
        elif span.kind in ("added", "moved"):
            column[row].append(Piece(span.kind, span.now, span.was))
        if span.kind in ("cut", "moved") and span.origin:
            kind = "cut" if span.kind == "cut" else "left"
            for number, text in _by_row(origin, starts, span.origin):
                column[number].append(Piece(kind, text))
    _lay_same(column, starts, copy, (at, len(copy)), anchors, wrong, row)
    return column


def _lay_same(
    column: list[list[Piece]],
    starts: list[int],
    copy: str,
    stretch: tuple[int, int],
    anchors: dict[int, int],
    wrong: dict[int, str],
    row: int,
) -> int:
    """Put an agreeing stretch of the copy into the rows its characters belong to; the last row touched."""
    begin = stretch[0]
    for at in range(*stretch):
        there = anchors.get(at)
        target = row if there is None else max(row, bisect_right(starts, there) - 1)
        if target != row:
            stop = begin + len(copy[begin:at].rstrip(_OPENING))
            _append(column[row], Piece("same", copy[begin:stop]))
            begin, row = stop, target
        if at in wrong:
            _append(column[row], Piece("same", copy[begin:at]))
            _append(column[row], Piece("damage", copy[at], wrong[at]))
            begin = at + 1
    _append(column[row], Piece("same", copy[begin : stretch[1]]))
    return row


def _append(pieces: list[Piece], piece: Piece) -> None:
    if piece.text:
        pieces.append(piece)


def _by_row(origin: str, starts: list[int], stretch: tuple[int, int]) -> Iterator[tuple[int, str]]:
    """A stretch of the origin cut at the rows."""
    start, end = stretch
    while start < end:
        row = bisect_right(starts, start) - 1
        stop = min(end, starts[row + 1] if row + 1 < len(starts) else end)
        yield row, origin[start:stop].strip("\n")
        start = stop


def _anchors(origin: str, copy: str, spans: Sequence[Span]) -> dict[int, int]:
    """For the characters of the copy that agree in order, where their like stands in the origin."""
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
    """The folded characters outside the stretches taken, with their places."""
    gone = [False] * (len(text) + 1)
    for start, end in taken:
        gone[start:end] = [True] * (end - start)
    found = folded(text)
    return [(at, letter) for at, letter in zip(found.offsets, found.text, strict=True) if not gone[at]]
