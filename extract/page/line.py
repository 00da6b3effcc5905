"""One line of a page as a reader sees it: its pieces of text, and what is counted of them."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from lxml.etree import _Element as Element

from extract.script.fold import fold

# characters of no width and soft hyphens join words, they do not part them
_JOINERS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_GAPS = re.compile("\\s{2,}|[\xa0\u3000\u2002\u2003\n\t]")
_SPACES = re.compile("[\\s\x00-\x1f\x7f-\x9f]+")
_NO_WORD = re.compile(r"[\W\d_]+")
STOPS = re.compile("[，。；！？、“”…,;!?]|\\. ")


class ElementText(NamedTuple):
    """A run of text in one element."""

    text: str
    element: Element
    linked: bool


class Line:
    """One line as a reader sees it.

    Its text and its counts are computed once, when they are first needed: most lines of a page never need them.
    """

    __slots__ = (
        "bare", "block", "folded", "furniture", "is_link", "linked", "pieces", "spaced", "stops", "text", "unseen",
        "weight",
    )  # fmt: skip

    text: str
    """The text with single blanks."""
    folded: str
    """The text in the fold."""
    spaced: str
    """The text with two blanks wherever the page leaves a gap: between elements and at runs of white space."""
    linked: int
    """Characters of the text inside links."""
    bare: int
    """Letters and characters outside links; a date beside a link is none."""
    stops: int
    """Punctuation marks of prose."""
    is_link: bool
    """Whether most of the line is a link."""

    def __init__(self, block: Element, *, unseen: bool, furniture: bool) -> None:
        self.block = block
        """The element that makes it a line."""
        self.unseen = unseen
        """Whether a style hides it."""
        self.furniture = furniture
        """Whether it stands in a nav, aside or footer."""
        self.pieces: list[ElementText] = []
        self.weight: float | None = None
        """What extract.text.body.weigh answered, once asked."""

    def __getattr__(self, name: str) -> Any:
        """Computes a value when it is first needed."""
        try:
            made = _MADE[name](self)
        except KeyError:
            raise AttributeError(name) from None
        setattr(self, name, made)
        return made


def _text_of(line: Line) -> str:
    if len(line.pieces) == 1:
        return tidy(line.pieces[0].text)
    return tidy("".join([piece.text for piece in line.pieces]))


def _linked_of(line: Line) -> int:
    if len(line.pieces) == 1:
        return len(line.text) if line.pieces[0].linked else 0
    return sum([len(tidy(piece.text)) for piece in line.pieces if piece.linked])


def _bare_of(line: Line) -> int:
    if not line.linked:
        return len(line.text)
    return sum([len(_NO_WORD.sub("", piece.text)) for piece in line.pieces if not piece.linked])


_MADE: dict[str, Callable[[Line], Any]] = {
    "text": _text_of,
    "folded": lambda line: fold(line.text),
    "spaced": lambda line: spaced(piece.text for piece in line.pieces),
    "linked": _linked_of,
    "bare": _bare_of,
    "stops": lambda line: len(STOPS.findall(line.text)),
    "is_link": lambda line: line.linked > 0 and line.linked * 0.4 > line.bare * 0.6,
}


def tidy(text: str) -> str:
    """The text in one line: white space of any width folded to one blank, none at the ends."""
    if text.isprintable() and "  " not in text:  # most: of white space a blank alone is printable
        return text.strip(" ")
    return _SPACES.sub(" ", _JOINERS.sub("", text)).strip()


def spaced(texts: Iterable[str]) -> str:
    """Texts of neighbouring elements with two blanks between them and wherever one leaves a gap."""
    return "  ".join([part for text in texts if (part := _gapped(text))])


def _gapped(text: str) -> str:
    if text.isprintable() and "  " not in text:  # most: of white space a blank alone is printable
        return text.strip(" ")
    return _GAPS.sub("  ", _JOINERS.sub("", text)).strip()
