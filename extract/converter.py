"""Marks that machine converters leave in the pages they copy, and the text without them."""

import re
from dataclasses import dataclass

FEWEST = 3
"""Readings in brackets from which a text is a converter's: one or two are an author's own (zhāo)."""

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_READING = re.compile(rf"(?<=[\u3400-\u9fff])\s?[(（]([a-z{_TONES}]{{1,6}})[)）]")
_SYLLABLE = re.compile(rf"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?[a-z{_TONES}]{{1,5}}")
_DOUBLED = re.compile(r"[，,、。；：][，,、。；：]+")
_EMOJI = re.compile("\\s*[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+\\s*")


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
        if self.readings < FEWEST:
            return None
        return f"machine-converted: {self.readings} readings in brackets"


def cleaned(text: str, fewest: int = FEWEST) -> Cleaned:
    """The text as it was before a spam converter: bracketed pinyin, doubled punctuation and emoji removed.

    A text with fewer readings in brackets than `fewest` is returned as it is, whatever else it holds; a host known for
    its converter asks with 0. Source: reference/sites.md §3.4
    """
    readings = sum(_SYLLABLE.fullmatch(match[1]) is not None for match in _READING.finditer(text))
    if readings < fewest:
        return Cleaned(text)
    text, emoji = _EMOJI.subn("", _READING.sub("", text))
    text, doubled = _DOUBLED.subn(lambda match: min(match[0], key="。；：、，,".index), text)
    return Cleaned(text, readings, doubled, emoji)
