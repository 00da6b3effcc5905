"""The page laid out as lines in reading order, each knowing its block, its links and what hides it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree, html

MOST_TEXT_NODES = 60_000
"""Pieces of text that are laid out; a 600 kB portal page has about 4,000."""
DEEPEST_PATH = 120
"""Ancestors remembered for a line; pages of real sites stay under 40."""

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul caption founder-content option legend".split()
)
BREAKS = BLOCKS | {"br"}
# Never text of the page, whatever it holds
UNREAD = frozenset(
    "script style noscript template iframe object embed applet select textarea button svg math canvas audio video"
    " input datalist map title head meta link".split()
)
# Furniture by the tag's own meaning
FURNITURE = frozenset("nav footer aside menu dialog".split())

HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden\s*;\s*(?:display|height\s*:\s*0)", re.I
)
GAPS = re.compile("[\\s\u200b\ufeff]{2,}|[\xa0\u3000\u2002\u2003\n\t]")
SPACES = re.compile("[\\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x1f\xa0\u3000]+")
# Between Chinese characters a line break of the source is no space of the text
CJK_GAP = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]) (?=[\u2e80-\u9fff\uf900-\ufaff])"
)
STOPS = re.compile("[，。；：！？、“”…,;!?]|\\. ")


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

    @property
    def spaced(self) -> str:
        """The text with two blanks wherever the page leaves a gap: between elements and at runs of white space."""
        return "  ".join(filter(None, (GAPS.sub("  ", piece.text).strip() for piece in self.pieces)))


@dataclass(frozen=True, slots=True)
class Place:
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
        self.places: dict[html.HtmlElement, Place] = {}
        self.lines: list[Line] = []
        self.cut = False
        """Whether the page holds more text than is laid out."""
        self._lay_out()
        self._paths: dict[html.HtmlElement, tuple[html.HtmlElement, ...]] = {}
        self._ranges: dict[html.HtmlElement, tuple[int, int]] | None = None

    def path(self, element: html.HtmlElement) -> tuple[html.HtmlElement, ...]:
        """The element and its ancestors, nearest first."""
        found = self._paths.get(element)
        if found is None:
            parent = element.getparent()
            found = (element,) if parent is None else (element, *self.path_up(parent))[:DEEPEST_PATH]
            self._paths[element] = found
        return found

    def path_up(self, element: html.HtmlElement) -> tuple[html.HtmlElement, ...]:
        known = self._paths.get(element)
        if known is None:
            known = (element, *element.iterancestors())[:DEEPEST_PATH]
            self._paths[element] = known
        return known

    @property
    def ranges(self) -> dict[html.HtmlElement, tuple[int, int]]:
        """For each element with lines inside: index of its first line and of the line after its last."""
        if self._ranges is None:
            ranges: dict[html.HtmlElement, tuple[int, int]] = {}
            for number, line in enumerate(self.lines):
                for element in self.path(line.block):
                    first = ranges.get(element, (number, 0))[0]
                    ranges[element] = (first, number + 1)
            self._ranges = ranges
        return self._ranges

    def inside(self, element: html.HtmlElement) -> tuple[int, int]:
        """Range of the lines inside an element, also one that is less than a block; (0, 0) if none."""
        known = self.ranges.get(element)
        if known is not None:
            return known
        blocks = [self.ranges[child] for child in element.iterdescendants() if child in self.ranges]
        return (min(first for first, _ in blocks), max(last for _, last in blocks)) if blocks else (0, 0)

    def _lay_out(self) -> None:
        nodes = self.root.xpath("//body//text()[normalize-space()]")
        self.cut = len(nodes) > MOST_TEXT_NODES
        line: Line | None = None
        for node in nodes[:MOST_TEXT_NODES]:
            parent = node.getparent()
            tail = node.is_tail
            home = parent.getparent() if tail else parent
            if home is None:
                continue
            place = self._place(home)
            if place.unread:
                continue
            broken = tail and parent.tag in BREAKS
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
        line.stops = len(STOPS.findall(line.text))
        self.lines.append(line)

    def _place(self, element: html.HtmlElement) -> Place:
        known = self.places.get(element)
        if known is not None:
            return known
        climbed = [element]
        above = element.getparent()
        while above is not None and above not in self.places:
            climbed.append(above)
            above = above.getparent()
        place = self.places[above] if above is not None else Place(climbed[-1], False, False, False, False)
        for below in reversed(climbed):
            place = _placed(below, place)
            self.places[below] = place
        return place


def _placed(element: html.HtmlElement, above: Place) -> Place:
    """What an element means for its text, given what its parent means."""
    tag = element.tag
    style = element.get("style")
    unseen = above.unseen or (style is not None and HIDDEN_STYLE.search(style[:500]) is not None)
    return Place(
        block=element if tag in BLOCKS else above.block,
        linked=above.linked or tag == "a",
        unread=above.unread or tag in UNREAD,
        unseen=unseen or element.get("hidden") is not None,
        furniture=above.furniture or tag in FURNITURE,
    )


def tidy(text: str) -> str:
    """The text in one line: white space of any width folded to one blank, none at the ends."""
    return SPACES.sub(" ", text).strip()


def selected(root: html.HtmlElement, selectors: Iterable[str]) -> list[html.HtmlElement]:
    """What the first selector that matches anything finds."""
    for selector in selectors:
        found = matches(root, selector)
        if found:
            return found
    return []


_compiled: dict[str, etree.XPath] = {}
ID_WITH_DIGIT = re.compile(r"#(\d[\w-]*)")


def matches(root: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Elements a CSS selector finds; ids that begin with a digit (#4g_title) are allowed."""
    compiled = _compiled.get(selector)
    if compiled is None:
        from lxml.cssselect import CSSSelector  # noqa

        compiled = CSSSelector(ID_WITH_DIGIT.sub(r'[id="\1"]', selector), translator="html")
        _compiled[selector] = compiled
    return compiled(root)
