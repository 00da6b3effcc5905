"""Lines for a terminal: what a page, a file name or a server says can move no cursor and turn no text round."""

import logging
import re
import sys
from typing import Any, TextIO

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters but tab and line feed, and marks of writing direction."""
OURS = re.compile("(\x1b\\[[0-9;]*m)")
"""Colours, as rich writes them."""
OURS_AND_CURSOR = re.compile("(\x1b\\[[0-9;?]*[A-Kmhl]|\r)")
"""The same, and what a line of progress needs; to stderr only."""


def plain(text: str) -> str:
    """The text with each unseen character written out: \\x1b, \\u202e."""
    return UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class PlainStream:
    """A stream of text that lets nothing unseen through, but colours and progress to a terminal."""

    def __init__(self, stream: TextIO, allowed: re.Pattern[str]) -> None:
        self._stream = stream
        self._allowed = allowed if stream.isatty() else None

    def write(self, text: str) -> int:
        if self._allowed is None:
            return self._stream.write(plain(text))
        parts = self._allowed.split(text)
        return self._stream.write("".join(part if n % 2 else plain(part) for n, part in enumerate(parts)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class PlainRecord(logging.LogRecord):
    """A line of the log without unseen characters; a line feed within it is written out too."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return plain(super().getMessage()).replace("\n", "\\n") if self.args else plain(super().getMessage())


def keep_plain() -> None:
    """Let everything that this process prints and logs be plain."""
    logging.setLogRecordFactory(PlainRecord)
    if not isinstance(sys.stdout, PlainStream):
        sys.stdout = PlainStream(sys.stdout, OURS)
    if not isinstance(sys.stderr, PlainStream):
        sys.stderr = PlainStream(sys.stderr, OURS_AND_CURSOR)
