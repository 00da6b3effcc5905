"""The page laid out as lines in reading order; each line has its block, its links and the reason if it is hidden."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from extract.page import styles

MOST_TEXT_NODES = 20_000
"""Pieces of text that are laid out; a portal's article page of 600 kB has about 4,000."""
LINES_AFTER = 60
"""Lines laid out after the element that is known to hold the text: editor, rights notice, first related links."""
PIECES_BEFORE = 16
"""Pieces of text laid out before the headline where it is known: crumbs, channel, date."""
DEEPEST_PATH = 120
"""Ancestors remembered for a line; real pages stay under 40."""
PARAGRAPHS_OF_A_TEXT = 4
"""Sentences and breaks from which what a link holds is a text: a card of a list holds a title and a summary."""

_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "founder-content", "zhuanzai-enpcontent",
    )
)  # fmt: skip
_BREAKS = _BLOCKS | {"br"}
_LINKED, _UNREAD, _UNSEEN, _FURNITURE, _VEILED = 1, 2, 4, 8, 16
_HIDDEN = _UNSEEN | _VEILED
# Furniture by the tag's own meaning; never text of the page, whatever they hold
_FURNITURE_TAGS = ("nav", "footer", "aside", "menu", "dialog")
_UNREAD_TAGS = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "select", "textarea", "button",
    "svg", "math", "canvas", "audio", "video", "input", "datalist", "map", "title", "head", "meta", "link",
)  # fmt: skip
_MEANINGS = {"a": _LINKED} | dict.fromkeys(_FURNITURE_TAGS, _FURNITURE) | dict.fromkeys(_UNREAD_TAGS, _UNREAD)
_BLANKS = " \t\r\n"  # between tags they are no text; no-break and ideographic blanks are
# characters of no width and soft hyphens join words, they do not part them
_JOINERS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_GAPS = re.compile("\\s{2,}|[\xa0\u3000\u2002\u2003\n\t]")
_SPACES = re.compile("[\\s\x00-\x1f\x7f-\x9f]+")
# the next paragraph of a text without tags: its indent after a line break or the end of a sentence
_INDENTED = re.compile("(?:\n|(?<=[。！？”…）)]))\\s{0,40}?(?=\u3000\u3000)")
_NO_WORD = re.compile(r"[\W\d_]+")
_STOPS = re.compile("[，。；！？、“”…,;!?]|\\. ")


class ElementText(NamedTuple):
    """A run of text in one element."""

    text: str
    element: Element
    linked: bool


class Line:
    """One line as a reader sees it. Its text is made when first asked for: most lines of a page are never asked."""

    __slots__ = (
        "_is_link", "_linked", "_spaced", "_stops", "_text", "block", "furniture", "pieces", "unseen", "weight"
    )  # fmt: skip

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
        self._text: str | None = None
        self._spaced: str | None = None
        self._linked: int | None = None
        self._stops: int | None = None
        self._is_link: bool | None = None

    @property
    def text(self) -> str:
        """The text with single blanks."""
        if self._text is None:
            self._text = tidy("".join(piece.text for piece in self.pieces))
        return self._text

    @property
    def spaced(self) -> str:
        """The text with two blanks wherever the page leaves a gap: between elements and at runs of white space."""
        if self._spaced is None:
            self._spaced = spaced(piece.text for piece in self.pieces)
        return self._spaced

    @property
    def linked(self) -> int:
        """Characters of the text inside links."""
        if self._linked is None:
            self._linked = sum(len(tidy(piece.text)) for piece in self.pieces if piece.linked)
        return self._linked

    @property
    def bare(self) -> int:
        """Letters and characters outside links; a date beside a link is none."""
        if not self.linked:
            return len(self.text)
        return sum(len(_NO_WORD.sub("", piece.text)) for piece in self.pieces if not piece.linked)

    @property
    def stops(self) -> int:
        """Punctuation marks of prose."""
        if self._stops is None:
            self._stops = len(_STOPS.findall(self.text))
        return self._stops

    @property
    def is_link(self) -> bool:
        """Whether most of the line is a link."""
        if self._is_link is None:
            self._is_link = self.linked > 0 and self.linked * 0.4 > self.bare * 0.6
        return self._is_link


_Place = tuple[Element, int]
"""What an element means for the text inside it: its block, and the meanings of it and what holds it."""
_Run = tuple[str, Element, _Place, bool]
"""A run of text, the element it stands in, what that means, and whether it follows a break."""


class Sheet:
    """The lines of a page, and for every element the range of lines that it holds."""

    def __init__(
        self,
        root: Element,
        around: Element | None = None,
        *,
        since: Element | None = None,
        within: Element | None = None,
    ) -> None:
        """Lays the page out; given the element `around`, only up to some lines after it.

        Given `since`, only what stands near before that element, and from it on; of all only what is `within`.
        """
        self.root = root
        far = _far_before(since) if since is not None else frozenset()
        self.whole = within is None and not far
        """Whether the page is laid out from beginning to end."""
        self.lines: list[Line] = []
        self.cut = False
        """Whether the page holds more text than is laid out."""
        self._paths: dict[Element, tuple[Element, ...]] = {}
        self._names: dict[Element, str] = {}
        veil, meanings = _Veil(), _of_styles(root)
        for top in (within,) if within is not None else root.iter("body"):
            self._lay_out(_runs(top, around, far, meanings), veil)
        veil.lift_if_it_hides_the_text(self.lines)

    def path(self, element: Element) -> tuple[Element, ...]:
        """The element and its ancestors, nearest first."""
        known = self._paths.get(element)
        if known is None:
            known = (element, *element.iterancestors())[:DEEPEST_PATH]
            self._paths[element] = known
        return known

    def names(self, element: Element) -> str:
        """Class and id of an element."""
        known = self._names.get(element)
        if known is None:
            known = f"{element.get('class') or ''} {element.get('id') or ''}"[:200]
            self._names[element] = known
        return known

    def inside(self, element: Element) -> tuple[int, int]:
        """Index of the first line inside an element and of the line after its last; (0, 0) if none.

        An element that is less than a block holds the lines it has a piece of.
        """
        holding = set(element.iter())
        numbers = [n for n, line in enumerate(self.lines) if line.block in holding]
        if not numbers:
            numbers = [
                n for n, line in enumerate(self.lines) if any(p.element in holding for p in line.pieces)
            ]
        return (numbers[0], numbers[-1] + 1) if numbers else (0, 0)

    def part(self, elements: Iterable[Element]) -> None:
        """Gives the text of the elements lines of its own, each after the line that held it."""
        holding = {inner for element in elements for inner in element.iter()}
        if not holding:
            return
        lines: list[Line] = []
        for line in self.lines:
            lines.append(line)
            inside = [piece for piece in line.pieces if piece.element in holding]
            if inside and len(inside) < len(line.pieces):
                other = Line(line.block, unseen=line.unseen, furniture=line.furniture)
                other.pieces = inside
                rest = Line(line.block, unseen=line.unseen, furniture=line.furniture)
                rest.pieces = [piece for piece in line.pieces if piece.element not in holding]
                lines[-1:] = (rest, other)
        self.lines = lines

    def _lay_out(self, runs: Iterable[_Run | None], veil: "_Veil") -> None:
        line: Line | None = None
        hidden: Line | None = None
        broken = False
        last_line = MOST_TEXT_NODES
        for number, run in enumerate(runs):
            if run is None:
                last_line = len(self.lines) + LINES_AFTER
                continue
            text, home, (block, meaning), after_break = run
            if number > MOST_TEXT_NODES:
                self.cut = True
                return
            broken = broken or after_break
            if meaning & _HIDDEN:  # the line that it stands in goes on behind it
                if hidden is None or after_break or hidden.block is not block:
                    hidden = Line(block, unseen=True, furniture=meaning & _FURNITURE > 0)
                    self.lines.append(hidden)
                    if not meaning & _UNSEEN:
                        veil.lines.append(hidden)
                hidden.pieces.append(ElementText(text, home, meaning & _LINKED > 0))
                continue
            if line is None or broken or line.block is not block:
                line = None
                if text.isspace():  # no-break and ideographic blanks alone are no line
                    continue
                if len(self.lines) > last_line:
                    self.whole = False
                    return
                line = Line(block, unseen=False, furniture=meaning & _FURNITURE > 0)
                self.lines.append(line)
                hidden, broken = None, False
            if "\u3000\u3000" in text or block.tag == "pre":
                line = self._add_paragraphs(
                    line, _paragraphs(text, block), home, linked=meaning & _LINKED > 0
                )
            else:
                line.pieces.append(ElementText(text, home, meaning & _LINKED > 0))

    def _add_paragraphs(self, line: Line, paragraphs: Sequence[str], home: Element, *, linked: bool) -> Line:
        """Adds the first paragraph to a line and the others as lines of their own; returns the last line."""
        for number, paragraph in enumerate(paragraphs):
            if number:
                line = Line(line.block, unseen=line.unseen, furniture=line.furniture)
                self.lines.append(line)
            line.pieces.append(ElementText(paragraph, home, linked))
        return line


class _Veil:
    """The lines that only the page's style sheets hide."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def lift_if_it_hides_the_text(self, lines: Sequence[Line]) -> None:
        """Shows the hidden lines if they hold more than the shown lines: a script shows them when the page is ready."""
        if self.lines and _size(self.lines) > max(200, _size(line for line in lines if not line.unseen)):
            for line in self.lines:
                line.unseen = False


def _size(lines: Iterable[Line]) -> int:
    """Characters outside links."""
    return sum(len(piece.text) for line in lines for piece in line.pieces if not piece.linked)


def _runs(
    top: Element, around: Element | None, far: frozenset[Element], meanings: Mapping[Element, int]
) -> Iterator[_Run | None]:
    """The runs of text of an element in reading order, and None where `around` ends.

    Each with the element it stands in, what that means, and whether it follows a break. One walk, which passes over
    what is never read and what is `far`.
    """
    home, place = top, _place_above(top, meanings)
    above: list[tuple[Element, _Place]] = []
    after_break = False  # a break counts for the next text, however deep in inline elements it stands
    walk = etree.iterwalk(top, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            above.append((home, place))
            home, place = element, _place(element, place, meanings)
            if place[1] & _UNREAD or element in far:
                walk.skip_subtree()
                continue
            text = element.text
        else:
            if event == "end":
                home, place = above.pop()
                if element is around:
                    yield None
            if element is top:
                return
            text = element.tail
            after_break = after_break or element.tag in _BREAKS
        if text and text.strip(_BLANKS):
            yield text, home, place, after_break
            after_break = False


def _far_before(element: Element) -> frozenset[Element]:
    """What stands before an element and the nearest pieces of text before it: menus, banners."""
    pieces = 0
    while pieces < PIECES_BEFORE and element.tag != "body":
        elder = element.getprevious()
        if elder is None:
            above = element.getparent()
            if above is None:
                return frozenset()
            element = above
            continue
        while elder.tag not in _UNREAD_TAGS and len(elder):
            elder = elder[-1]
        element = elder
        pieces += elder.tag not in _UNREAD_TAGS and bool((elder.text or elder.tail or "").strip())
    return frozenset(
        elder
        for holder in (element, *element.iterancestors())
        if holder.tag != "html"
        for elder in holder.itersiblings(preceding=True)
    )


def _paragraphs(text: str, block: Element) -> list[str]:
    """The paragraphs that a run of text is set in by line breaks or indents alone; one for most."""
    parts = text.split("\n") if block.tag == "pre" else _INDENTED.split(text)
    return [part for part in parts if part.strip()] or [text]


def tidy(text: str) -> str:
    """The text in one line: white space of any width folded to one blank, none at the ends."""
    if text.isprintable() and "  " not in text:  # most: of white space a blank alone is printable
        return text.strip(" ")
    return _SPACES.sub(" ", _JOINERS.sub("", text)).strip()


def spaced(texts: Iterable[str]) -> str:
    """Texts of neighbouring elements with two blanks between them and wherever one leaves a gap."""
    return "  ".join(part for text in texts if (part := _GAPS.sub("  ", _JOINERS.sub("", text)).strip()))


def _place_above(element: Element, meanings: Mapping[Element, int]) -> _Place:
    """The effect of an element's ancestors on the text inside it."""
    ancestors = [*element.iterancestors()]
    place = ancestors[-1] if ancestors else element, 0
    for ancestor in reversed(ancestors):
        place = _place(ancestor, place, meanings)
    return place


def _place(element: Element, above: _Place, meanings: Mapping[Element, int]) -> _Place:
    """The effect of an element on the text inside it, given the effect of the element around it."""
    tag = element.tag
    block, outer = above
    meaning = outer | _MEANINGS.get(str(tag), 0)
    if meanings:
        meaning |= meanings.get(element, 0)
    if tag == "a" and not outer & _LINKED and len(element) and _holds_text(element):
        meaning &= ~_LINKED
    if tag in _BLOCKS:
        return element, meaning
    return above if meaning == outer else (block, meaning)


def _of_styles(root: Element) -> dict[Element, int]:
    """The elements that attributes and the page's style sheets hide."""
    veiled = dict.fromkeys(styles.hidden_by_sheets(root), _VEILED)
    return {**veiled, **{element: _UNSEEN | veiled.get(element, 0) for element in styles.hidden(root)}}


def _holds_text(link: Element) -> bool:
    """Whether a link is a whole text: paragraphs of prose and no other link. One never closed holds what follows."""
    sentences = breaks = 0
    for element in islice(link.iter(), 300):
        if element.tag == "a" and element is not link:
            return False
        breaks += element.tag in ("br", "p")
        for text in (element.text, element.tail if element is not link else None):
            if text and len(text) >= 20:
                sentences += len(_STOPS.findall(text, 0, 2_000)) >= 2
    return (
        min(sentences, breaks) >= PARAGRAPHS_OF_A_TEXT - 1
        and sentences + breaks >= 2 * PARAGRAPHS_OF_A_TEXT - 1
    )
