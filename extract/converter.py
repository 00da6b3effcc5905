"""Marks that machine converters leave in the pages they copy, and the text without them."""

import re
from dataclasses import dataclass

_READING = re.compile(r"(?<=[\u3400-\u9fff])\s?[(（]([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,6})[)）]")
_DOUBLED = re.compile(r"[，,]\s?([。；、，,])|([。；])\s?[，,](?=[\u3400-\u9fff])|，{2,}|。{2}(?!。)")
_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\U0001f000-\U0001f02f\u2600-\u26ff\u2700-\u27bf\ufe0f]+(?=[\u3400-\u9fff，。])"
)
_INITIALS = [
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "zh",
    "ch",
    "sh",
    "r",
    "z",
    "c",
    "s",
    "y",
    "w",
]
_SYLLABLE = re.compile(
    rf"(?:{'|'.join(sorted(_INITIALS, key=len, reverse=True))})?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{{1,5}}"
)
FEWEST = 3
"""Readings in brackets from which a text is a converter's: one or two are an author's own (zhāo)."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without a converter's marks, and how many of each were removed."""

    text: str
    readings: int = 0
    doubled: int = 0
    emoji: int = 0

    @property
    def reason(self) -> str | None:
        """Why the page is no evidence of publication; None for ordinary pages."""
        if not self.readings:
            return None
        return f"machine-converted: {self.readings} readings in brackets"


def cleaned(text: str) -> Cleaned:
    """The text as it was before a spam converter: bracketed pinyin, doubled punctuation and emoji removed.

    A text with fewer than three readings in brackets is returned as it is, whatever else it holds.
    Source: reference/sites.md §3.4
    """
    readings = sum(_SYLLABLE.fullmatch(match[1]) is not None for match in _READING.finditer(text))
    if readings < FEWEST:
        return Cleaned(text)
    text = _READING.sub("", text)
    text, doubled = _DOUBLED.subn(_one_mark, text)
    text, emoji = _EMOJI.subn("", text)
    return Cleaned(text, readings, doubled, emoji)


def _one_mark(match: re.Match[str]) -> str:
    """Of two marks the one that ends a sentence."""
    return match[1] or match[2] or match[0][0]
