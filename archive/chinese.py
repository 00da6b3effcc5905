"""Messages in Chinese: a line is known by its pattern in a table, and said with the same values."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

HOLE = "{}"
NUMBERED = re.compile(r"\{(\d*)\}")
FRAME = ": "
MARKS = ((FRAME, "："), ("; ", "；"), (", ", "，"), (" + ", " + "))
"""Between messages that stand in one line, in English and in Chinese; before the first stands what a line is about."""
TAIL = re.compile(r"[;,] | \(| and ")
"""How a message begins that is put behind another."""
DEEPEST = 4
"""So many messages stand in one another at most."""
LONGEST = 2_000
"""No message has more characters; what a page or a server said may have."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the table: the pieces of the English around its values, and the Chinese."""

    pieces: tuple[str, ...]
    chinese: str

    @property
    def letters(self) -> int:
        """How much of a line is the pattern's own: of two that fit, the one with more says it better."""
        return sum(map(len, self.pieces))

    def values(self, text: str) -> list[str] | None:
        """What stands at the holes in a text; None if the text is another message."""
        first, *middle, last = self.pieces
        if not (text.startswith(first) and text.endswith(last)) or len(text) < len(first) + len(last):
            return None
        at, end, found = len(first), len(text) - len(last), []
        for piece in middle:
            next_at = text.find(piece, at, end)
            if next_at < 0:
                return None
            found.append(text[at:next_at])
            at = next_at + len(piece)
        return [*found, text[at:end]]


class Phrases:
    """A table of messages, Chinese by English; {} stands for a value."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self.rows = dict(rows)

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The rows with values, those first that have most words of their own."""
        found = [
            Pattern(tuple(english.split(HOLE)), chinese)
            for english, chinese in self.rows.items()
            if HOLE in english
        ]
        return tuple(sorted(found, key=lambda pattern: -pattern.letters))

    @cached_property
    def tails(self) -> tuple[Pattern, ...]:
        """The patterns that stand at the end of other messages: `; did you mean {}?`."""
        return tuple(pattern for pattern in self.patterns if TAIL.match(pattern.pieces[0]))

    def said(self, text: str, depth: int = 0) -> str:
        """A message in Chinese; a text that the table lacks stays as it is, names and addresses among them."""
        if depth > DEEPEST or len(text) > LONGEST or not text.strip():
            return text
        known = self.rows.get(text)
        if known is not None:
            return known
        for pattern in self.patterns:
            values = pattern.values(text)
            if values is not None:
                return _filled(pattern.chinese, [self.said(value, depth + 1) for value in values])
        for pattern in self.tails:
            at = text.find(pattern.pieces[0], 1)
            values = pattern.values(text[at:]) if at > 0 else None
            if values is not None:
                pieces = _filled(pattern.chinese, [self.said(value, depth + 1) for value in values])
                return self.said(text[:at], depth + 1) + pieces
        bare = text.lstrip()
        if bare != text:
            return text[: -len(bare)] + self.said(bare, depth)
        return self._in_pieces(text, depth)

    def _in_pieces(self, text: str, depth: int) -> str:
        """A line of several messages, each in Chinese; the line itself if none of them is in the table."""
        for mark, chinese in MARKS:
            parts = text.split(mark, 1 if mark == FRAME else -1)
            pieces = [self.said(part, depth + 1) for part in parts] if len(parts) > 1 else parts
            if pieces != parts:
                return chinese.join(pieces)
        return text


@cache
def table(part: str) -> Phrases:
    """A part of chinese.toml: `records`, what is said of WARC and HTTP; `notes`, of readings, runs and failures, in
    words too short for other messages; `alarms`, the kinds of alarms."""
    return Phrases(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))[part])


@cache
def of_archive() -> Phrases:
    """What the archive holds in English words beside its articles: notes, doubts, reasons, faults."""
    return Phrases(table("records").rows | table("notes").rows)


def _filled(chinese: str, values: list[str]) -> str:
    """The Chinese with its values: in their order, or by their numbers."""
    following = iter(values)
    return NUMBERED.sub(lambda hole: values[int(hole[1])] if hole[1] else next(following), chinese)
