"""Safe lines for a terminal: text from pages, file names or servers cannot move the cursor or reverse the text."""

import logging
import re
import sys
from typing import Any, TextIO

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters except tab and line feed, and marks of writing direction."""
OURS = re.compile("(\x1b\\[[0-9;]*m)")
"""Colour codes, in the form that rich writes."""
OURS_AND_CURSOR = re.compile("(\x1b\\[[0-9;?]*[A-Kmhl]|\r)")
"""Colour codes, and the codes that a progress line needs; allowed on stderr only."""


def plain(text: str) -> str:
    """The text with each unseen character written as an escape: \\x1b, \\u202e."""
    return UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class PlainStream:
    """A text stream that escapes unseen characters; on a terminal the `allowed` codes pass unchanged."""

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
    """A log record whose unseen characters are escaped; line feeds are escaped too if the record has arguments."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return plain(super().getMessage()).replace("\n", "\\n") if self.args else plain(super().getMessage())


def keep_plain() -> None:
    """Make everything that this process prints and logs plain."""
    logging.setLogRecordFactory(PlainRecord)
    if not isinstance(sys.stdout, PlainStream):
        sys.stdout = PlainStream(sys.stdout, OURS)
    if not isinstance(sys.stderr, PlainStream):
        sys.stderr = PlainStream(sys.stderr, OURS_AND_CURSOR)
