"""The page laid out as lines in reading order, each knowing its block, its links and what hides it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import html

MOST_TEXT_NODES = 60_000
"""Pieces of text that are laid out; a portal's article page of 600 kB has about 4,000."""
DEEPEST_PATH = 120
"""Ancestors remembered for a line; real pages stay under 40."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "founder-content",
        "zhuanzai-enpcontent",
        "option",
        "legend",
        "html",
    ]
)
_BREAKS = _BLOCKS | {"br"}
# Never text of the page, whatever they hold
_UNREAD = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "select",
        "textarea",
        "button",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "input",
        "datalist",
        "map",
        "title",
        "head",
        "meta",
        "link",
    ]
)
# Furniture by the tag's own meaning
_FURNITURE = frozenset(["nav", "footer", "aside", "menu", "dialog"])

# A spam converter hides keywords in characters of no size or far off the page
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d]*[1-9])|(?:text-indent|left|top)\s*:\s*-\d{3,}"
    r"|visibility\s*:\s*hidden\s*;\s*(?:display|height\s*:\s*0)",
    re.I,
)
_GAPS = re.compile("[\\s\u200b\ufeff]{2,}|[\xa0\u3000\u2002\u2003\n\t]")
_SPACES = re.compile("[\\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x1f\x7f-\x9f\u3000]+")
_NO_WORD = re.compile(r"[\W\d_]+")
_STOPS = re.compile("[，。；！？、“”…,;!?]|\\. ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one element."""

    text: str
    element: html.HtmlElement
    linked: bool


@dataclass(slots=True)
class Line:
    """One line as a reader sees it: `block` is the element that makes it a line, `unseen` that a style hides it."""

    block: html.HtmlElement
    pieces: list[Piece] = field(default_factory=list)
    unseen: bool = False
    furniture: bool = False
    text: str = ""
    linked: int = 0
    """Characters of the text inside links."""
    stops: int = 0
    """Punctuation marks of prose."""
    weight: float | None = None
    """What extract.body.weigh answered, once asked."""

    @property
    def spaced(self) -> str:
        """The text with two blanks wherever the page leaves a gap: between elements and at runs of white space."""
        return spaced(piece.text for piece in self.pieces)

    bare: int = 0
    """Letters and characters outside links; a date beside a link is none."""

    @property
    def is_link(self) -> bool:
        """Whether most of the line is a link."""
        return self.linked * 0.4 > self.bare * 0.6


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element means for the text inside it."""

    block: html.HtmlElement
    linked: bool
    unread: bool
    unseen: bool
    furniture: bool


class Sheet:
    """The lines of a page, and for every element the range of lines that it holds."""

    def __init__(self, root: html.HtmlElement) -> None:
        self.root = root
        self.lines: list[Line] = []
        self.cut = False
        """Whether the page holds more text than is laid out."""
        self._places: dict[html.HtmlElement, _Place] = {}
        self._paths: dict[html.HtmlElement, tuple[html.HtmlElement, ...]] = {}
        self._ranges: dict[html.HtmlElement, tuple[int, int]] = {}
        self._lay_out()

    def path(self, element: html.HtmlElement) -> tuple[html.HtmlElement, ...]:
        """The element and its ancestors, nearest first."""
        known = self._paths.get(element)
        if known is None:
            known = (element, *element.iterancestors())[:DEEPEST_PATH]
            self._paths[element] = known
        return known

    def inside(self, element: html.HtmlElement) -> tuple[int, int]:
        """Index of the first line inside an element and of the line after its last; (0, 0) if none."""
        if not self._ranges:
            self._measure()
        known = self._ranges.get(element)
        if known is not None:
            return known
        blocks = [self._ranges[child] for child in element.iterdescendants() if child in self._ranges]
        if blocks:
            return min(first for first, _ in blocks), max(last for _, last in blocks)
        holding = {element, *element.iterdescendants()}
        numbers = [n for n, line in enumerate(self.lines) if any(p.element in holding for p in line.pieces)]
        return (numbers[0], numbers[-1] + 1) if numbers else (0, 0)

    def _measure(self) -> None:
        ranges: dict[html.HtmlElement, tuple[int, int]] = {}
        for number, line in enumerate(self.lines):
            for element in self.path(line.block):
                known = ranges.get(element)
                ranges[element] = (known[0] if known else number, number + 1)
        self._ranges = ranges

    def _lay_out(self) -> None:
        nodes = self.root.xpath("//body//text()[normalize-space()]")
        self.cut = len(nodes) > MOST_TEXT_NODES
        line: Line | None = None
        places = self._places
        for node in nodes[:MOST_TEXT_NODES]:
            parent = node.getparent()
            tail = node.is_tail
            home = parent.getparent() if tail else parent
            if home is None:
                continue
            place = places.get(home) or self._place(home)
            if place.unread:
                continue
            broken = tail and parent.tag in _BREAKS
            if line is None or broken or line.block is not place.block or line.unseen != place.unseen:
                self._finish(line)
                line = Line(place.block, unseen=place.unseen, furniture=place.furniture)
            line.pieces.append(Piece(str(node), home, place.linked))
        self._finish(line)

    def _finish(self, line: Line | None) -> None:
        if line is None:
            return
        line.text = tidy("".join(piece.text for piece in line.pieces))
        if not line.text:
            return
        line.linked = sum(len(tidy(piece.text)) for piece in line.pieces if piece.linked)
        line.bare = len(line.text)
        if line.linked:
            line.bare = sum(len(_NO_WORD.sub("", piece.text)) for piece in line.pieces if not piece.linked)
        line.stops = len(_STOPS.findall(line.text))
        self.lines.append(line)

    def _place(self, element: html.HtmlElement) -> _Place:
        climbed = [element]
        above = element.getparent()
        while above is not None and above not in self._places:
            climbed.append(above)
            above = above.getparent()
        place = self._places[above] if above is not None else _Place(climbed[-1], False, False, False, False)
        for below in reversed(climbed):
            place = _placed(below, place)
            self._places[below] = place
        return place


def _placed(element: html.HtmlElement, above: _Place) -> _Place:
    """What an element means for its text, given what its parent means."""
    tag = element.tag
    style = element.get("style")
    return _Place(
        block=element if tag in _BLOCKS else above.block,
        linked=above.linked or tag == "a",
        unread=above.unread or tag in _UNREAD,
        unseen=above.unseen
        or (style is not None and _HIDDEN_STYLE.search(style[:500]) is not None)
        or element.get("hidden") is not None,
        furniture=above.furniture or tag in _FURNITURE,
    )


def tidy(text: str) -> str:
    """The text in one line: white space of any width folded to one blank, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def spaced(texts: Iterable[str]) -> str:
    """Texts of neighbouring elements with two blanks between them and wherever one leaves a gap."""
    return "  ".join(part for text in texts if (part := _GAPS.sub("  ", text).strip()))
