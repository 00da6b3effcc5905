"""Marks that machine converters leave in the pages they copy, and the text without them."""

import re
from dataclasses import dataclass

FEWEST = 3
"""Readings in brackets from which a text is a converter's: one or two are an author's own (zhāo)."""

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_READING = re.compile(rf"(?<=[\u3400-\u9fff])\s?[(（]([a-z{_TONES}]{{1,6}})[)）]")
# the same in two parts, the bracket first: brackets are few, characters many
_BRACKETED = re.compile(rf"[(（]([a-z{_TONES}]{{1,6}})[)）]")
_BEHIND = re.compile(r"[\u3400-\u9fff]\s?$")
_CLOSED = re.compile(rf"[a-z{_TONES}]{{1,6}}[)）]")
_SYLLABLE = re.compile(rf"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?[a-z{_TONES}]{{1,5}}")
_DOUBLED = re.compile(r"[，,、。；：][，,、。；：]+")
_EMOJI = re.compile("(?:(?<!\\s)\\s++)?[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+\\s*")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text with single punctuation marks and no emoji, and how many of each were removed."""

    text: str
    doubled: int
    emoji: int


def readings(text: str) -> int:
    """How many characters carry their pinyin in brackets: 網(wǎng)."""
    # brackets alone are found far faster, and behind most stand no letters
    if not any(map(_CLOSED.match, text.replace("（", "(").split("(")[1:])):
        return 0
    found = (
        match
        for match in _BRACKETED.finditer(text)
        if _BEHIND.search(text, max(0, match.start() - 2), match.start())
    )
    return sum(_SYLLABLE.fullmatch(match[1]) is not None for match in found)


def without_readings(text: str) -> str:
    """A text or a page's markup without pinyin in brackets."""
    return _READING.sub("", text)


def cleaned(text: str) -> Cleaned:
    """The text of a converter's page, known as one, without its doubled punctuation and emoji: of two marks the
    one that ends a sentence stays. Source: reference/sites.md §3.4
    """
    text, emoji = _EMOJI.subn("", text)
    text, doubled = _DOUBLED.subn(lambda match: min(match[0], key="。；：、，,".index), text)
    return Cleaned(text, doubled, emoji)
