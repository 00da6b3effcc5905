"""One line of a page as a reader sees it: its pieces of text, and what is counted of them."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from lxml.etree import _Element as Element

from extract.script.fold import fold

# characters of no width and soft hyphens join words, they do not part them
_JOINERS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_GAPS = re.compile("\\s{2,}|[\xa0\u3000\u2002\u2003\n\t]")
_SPACES = re.compile("[\\s\x00-\x1f\x7f-\x9f]+")
_NO_WORD = re.compile(r"[\W\d_]+")
# one set of characters comes first: others are passed over fast
STOPS = re.compile("[，。；！？、“”…,;!?.](?:(?<!\\.)|(?= ))")

LONGEST_BETWEEN = 60
"""Characters of what stands between links whose letters are counted once for all pages."""


class ElementText(NamedTuple):
    """A run of text in one element."""

    text: str
    element: Element
    linked: bool


class Line:
    """One line as a reader sees it.

    Its text and its counts are computed once; what most lines never need is computed when it is first asked for.
    """

    __slots__ = (
        "bare", "block", "folded", "furniture", "info", "is_link", "linked", "pieces", "spaced", "stamp", "stops",
        "text", "unseen", "weight",
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
        self.info: bool | None = None
        """What extract.fields.published.is_info answered, once asked."""
        self.stamp: bool | None = None
        """What extract.text.asides.is_stamp answered, once asked."""

    def __getattr__(self, name: str) -> Any:
        """Computes a value when it is first needed, and keeps what is known at the same time."""
        if name in _COUNTED:
            self.count()
            return getattr(self, name)
        try:
            made = _MADE[name](self)
        except KeyError:
            raise AttributeError(name) from None
        setattr(self, name, made)
        return made

    def count(self) -> None:
        """Makes the text and counts what of it stands in links. Asked for when all pieces are known, it costs half."""
        pieces = self.pieces
        if len(pieces) == 1:  # most
            self.text = text = tidy(pieces[0].text)
            self.is_link = is_link = pieces[0].linked and bool(text)
            self.linked, self.bare = (len(text), 0) if is_link else (0, len(text))
            return
        self.text = text = tidy("".join([piece.text for piece in pieces]))
        self.linked = linked = sum([len(tidy(piece.text)) for piece in pieces if piece.linked])
        self.bare = bare = (
            _letters("".join([piece.text for piece in pieces if not piece.linked])) if linked else len(text)
        )
        self.is_link = linked > 0 and linked * 0.4 > bare * 0.6

    def forget(self) -> None:
        """Makes the text and the counts anew: the pieces are others now."""
        self.weight = self.info = self.stamp = None
        for name in ("folded", "spaced", "stops"):
            with suppress(AttributeError):  # what was not asked for is not there
                delattr(self, name)
        self.count()


_COUNTED = frozenset(("text", "linked", "bare", "is_link"))
_MADE: dict[str, Callable[[Line], Any]] = {
    "folded": lambda line: fold(line.text),
    "spaced": lambda line: (
        spaced([piece.text for piece in line.pieces])
        if len(line.pieces) != 1
        else _gapped(line.pieces[0].text)
    ),
    "stops": lambda line: len(STOPS.findall(line.text)),
}


def tidy(text: str) -> str:
    """The text in one line: white space of any width folded to one blank, none at the ends."""
    bare = text.strip()
    if bare.isprintable() and "  " not in bare:  # most: of white space a blank alone is printable
        return bare
    words = " ".join(bare.split())
    if words.isprintable():  # neither joiners nor control characters
        return words
    return _SPACES.sub(" ", _JOINERS.sub("", text)).strip()


def _letters(text: str) -> int:
    """How many letters and characters a text has."""
    return _letters_of_short(text) if len(text) <= LONGEST_BETWEEN else len(_NO_WORD.sub("", text))


@lru_cache(maxsize=4_000)
def _letters_of_short(text: str) -> int:
    """The same, kept: most of what stands between links is blanks, bars and dates."""
    return len(_NO_WORD.sub("", text))


def spaced(texts: Iterable[str]) -> str:
    """Texts of neighbouring elements with two blanks between them and wherever one leaves a gap."""
    return "  ".join([part for text in texts if (part := _gapped(text))])


def _gapped(text: str) -> str:
    bare = text.strip()
    if bare.isprintable() and "  " not in bare:  # most: of white space a blank alone is printable
        return bare
    return _GAPS.sub("  ", _JOINERS.sub("", text)).strip()
