"""The medium and the person beside the time, without labels: 青岚日报 林大为 · 2023-04-18."""

import re
from collections.abc import Sequence

from extract.fields import names, origin
from extract.page import dates
from extract.page.line import Line

_NEITHER = re.compile(
    r"(?:发布|發布|发表|發表|刊登|更新)[于於在]?|(?:星期|周|週)[一二三四五六日天]|[·•|｜/／—–-]+"
)
LONGEST = 60
"""Characters of a line of this kind."""


def beside_time(lines: Sequence[Line]) -> tuple[str, str] | None:
    """The medium and the person in the line of the time, or alone in a line next to a line of a time alone."""
    for number, line in enumerate(lines):
        moments = dates.find(line.spaced) if len(line.text) <= LONGEST and not line.unseen else []
        if len(moments) != 1:
            continue
        words = _words(line.spaced[: moments[0].start] + " " + line.spaced[moments[0].end :])
        if found := _pair(words):
            return found
        near = lines[max(0, number - 1) : number + 2] if not words else ()
        for other in near:
            is_alone = other is not line and len(other.text) <= 20 and not (other.unseen or other.furniture)
            if is_alone and (found := _pair(_words(other.spaced))):
                return found
    return None


def _pair(words: Sequence[str]) -> tuple[str, str] | None:
    """The pair of two words, if the first is no channel: 社会新闻."""
    found = names.pair(words)
    return found if found and origin.is_medium(found[0]) else None


def _words(text: str) -> list[str]:
    return _NEITHER.sub(" ", text).split()
