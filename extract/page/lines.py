"""The page laid out as lines in reading order; each line has its block, its links and the reason if it is hidden."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from lxml import etree
from lxml.etree import _Element as Element

from extract.page.line import STOPS, ElementText, Line
from extract.page.page import Page
from extract.page.styles import Hiding, Veil

MOST_TEXT_NODES = 40_000
"""Pieces of text that are laid out; a portal's article page of 600 kB has about 4,000, an encyclopaedia's 4,599."""
LINES_AFTER = 60
"""Lines laid out after the element that is known to hold the text: editor, rights notice, first related links."""
PIECES_BEFORE = 16
"""Pieces of text laid out before the headline where it is known: crumbs, channel, date."""
DEEPEST_PATH = 120
"""Ancestors remembered for a line; real pages stay under 40."""
PARAGRAPHS_OF_A_TEXT = 4
"""Sentences and breaks from which what a link holds is a text: a card of a list holds a title and a summary."""

BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "founder-content", "zhuanzai-enpcontent",
    )
)  # fmt: skip
_BREAKS = BLOCKS | {"br"}
_LINKED, _UNREAD, _UNSEEN, _FURNITURE, _VEILED = 1, 2, 4, 8, 16
_HIDDEN = _UNSEEN | _VEILED
# Furniture by the tag's own meaning; never text of the page, whatever they hold
_FURNITURE_TAGS = ("nav", "footer", "aside", "menu", "dialog")
_UNREAD_TAGS = (
    "script", "style", "noscript", "template", "iframe", "object", "noembed", "applet", "select", "textarea", "button",
    "svg", "math", "canvas", "audio", "video", "input", "datalist", "map", "title", "head", "meta", "link",
)  # fmt: skip
_HOLDS_NONE = "embed"  # nothing is inside, for the browser; for the parser what follows it is
_COMMENTS = (etree.Comment, etree.ProcessingInstruction, etree.Entity)  # which stand for a tag
_MEANINGS: dict[object, int] = (
    {"a": _LINKED}
    | dict.fromkeys(_FURNITURE_TAGS, _FURNITURE)
    | dict.fromkeys((*_UNREAD_TAGS, *_COMMENTS), _UNREAD)
)
_BLANKS = " \t\r\n"  # between tags they are no text; no-break and ideographic blanks are
# the next paragraph of a text without tags: its indent after a line break or the end of a sentence
_INDENTED = re.compile("(?:\n|(?<=[。！？”…）)]))\\s{0,40}?(?=\u3000\u3000)")
_piece = tuple.__new__  # without ElementText's own, which costs three times as much


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
        page: Page | None = None,
    ) -> None:
        """Lays the page out; given the element `around`, only up to some lines after it.

        Given `since`, begins shortly before that element. Given `within`, only the content of that element.
        `page` is the page if the root is its own: what it hides is made once for all its layouts.
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
        self._nearest: dict[Callable[[str], object], dict[Element, Element | None]] = {}
        self._firsts: dict[Element, int] = {}
        self._lasts: dict[Element, int] = {}
        self._numbered = -1
        """How many lines there were when the first and the last of each element were looked for."""
        veil = Veil()
        hiding = page.hiding if page is not None else Hiding(root.iter("style"))
        bodies = page.tagged("body") if page is not None else root.iter("body")
        for top in (within,) if within is not None else bodies:
            self._lay_out(_runs(top, around, far, hiding), veil)
        veil.lift_if_it_hides_the_text(self.lines)
        for line in self.lines:
            line.count()

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

    def nearest(self, element: Element, says: Callable[[str], object]) -> Element | None:
        """The nearest element, from this one upwards, whose class and id pass a test. Each element is tested once."""
        known = self._nearest.setdefault(says, {})
        asked = []
        at: Element | None = element
        while at is not None and at not in known:
            asked.append(at)
            at = at.getparent()
        found = known[at] if at is not None else None
        for holder in reversed(asked):
            if says(self.names(holder)):
                found = holder
            known[holder] = found
        return found

    def inside(self, element: Element) -> tuple[int, int]:
        """Index of the first line inside an element and of the line after its last; (0, 0) if none.

        An element that is less than a block holds the lines it has a piece of.
        """
        if self._numbered != len(self.lines):
            upwards = range(len(self.lines) - 1, -1, -1)
            self._firsts = _reached(self.lines, range(len(self.lines)))
            self._lasts = _reached(self.lines, upwards)
            self._numbered = len(self.lines)
        if (first := self._firsts.get(element)) is not None:
            return first, self._lasts[element] + 1
        block: Element | None = element
        while block is not None and block.tag not in BLOCKS:
            block = block.getparent()
        if block is None or block not in self._firsts:
            return 0, 0
        holding, around = set(element.iter()), range(self._firsts[block], self._lasts[block] + 1)
        numbers = [n for n in around if any(piece.element in holding for piece in self.lines[n].pieces)]
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
        self._numbered = -1

    def break_up(self, parts: Mapping[Line, tuple[list[ElementText], list[ElementText]]]) -> None:
        """Makes two lines of a line: the pieces given first, and behind them the others."""
        lines: list[Line] = []
        for line in self.lines:
            if line not in parts:
                lines.append(line)
                continue
            for pieces in parts[line]:
                lines.append(part := Line(line.block, unseen=line.unseen, furniture=line.furniture))
                part.pieces = pieces
        self.lines = lines
        self._numbered = -1

    def _lay_out(self, runs: Iterable[_Run | None], veil: "Veil") -> None:
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
                hidden.pieces.append(_piece(ElementText, (text, home, meaning & _LINKED > 0)))
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
                line.pieces.append(_piece(ElementText, (text, home, meaning & _LINKED > 0)))

    def _add_paragraphs(self, line: Line, paragraphs: Sequence[str], home: Element, *, linked: bool) -> Line:
        """Adds the first paragraph to a line and the others as lines of their own; returns the last line."""
        for number, paragraph in enumerate(paragraphs):
            if number:
                line = Line(line.block, unseen=line.unseen, furniture=line.furniture)
                self.lines.append(line)
            line.pieces.append(ElementText(paragraph, home, linked))
        return line


def _reached(lines: Sequence[Line], numbers: Iterable[int]) -> dict[Element, int]:
    """For every element that holds a block the first of these numbers whose line it holds.

    Going up from a line ends at an element that is known, so that each element is visited once.
    """
    reached: dict[Element, int] = {}
    for number in numbers:
        at: Element | None = lines[number].block
        while at is not None and at not in reached:
            reached[at] = number
            at = at.getparent()
    return reached


def _runs(
    top: Element, around: Element | None, far: frozenset[Element], hiding: Hiding
) -> Iterator[_Run | None]:
    """The runs of text of an element in reading order, and None at the end of `around`.

    Each run has its element, the element's meaning, and whether a break precedes it. One walk through the tree; it
    leaves out what is never read and what is `far`.
    """
    home, place = top, _place(top, _hides(top, hiding), _place_above(top, hiding))
    marked = hiding.marked
    above: list[tuple[Element, _Place]] = []
    after_break = False  # a break counts for the next text, however deep in inline elements it stands
    left_out: set[Element | None] = {top} if place[1] & _UNREAD or top in far else set()
    if not left_out and (text := top.text) and text.strip(_BLANKS):
        yield text, home, place, after_break
    for element in chain(top.iterdescendants(), (None,)):  # after the last one all that are open end
        holder = top if element is None else element.getparent()
        if holder in left_out:
            left_out.add(element)
            continue
        while home is not holder:
            ended = home
            home, place = above.pop()
            if ended is around:
                yield None
            if ended.tag in _BREAKS:
                after_break = True
            if (text := ended.tail) and text.strip(_BLANKS):
                yield text, home, place, after_break
                after_break = False
        if element is None:
            break
        above.append((home, place))
        home = element
        tag = element.tag
        hides = _hides(element, hiding) if marked is None or element in marked else 0
        if tag in BLOCKS:
            place = element, place[1] | _MEANINGS.get(tag, 0) | hides
        elif hides or tag in _MEANINGS:  # of the others, most, the place is the same
            if hides or tag != "a":
                place = _place(element, hides, place)
            elif not place[1] & _LINKED and not (len(element) and _holds_text(element)):
                place = place[0], place[1] | _LINKED
        if place[1] & _UNREAD or (far and element in far):
            left_out.add(element)
        elif (text := element.text) and text.strip(_BLANKS):
            yield text, home, place, after_break
            after_break = False
    if top is around:
        yield None


def _far_before(element: Element) -> frozenset[Element]:
    """The content long before an element, such as menus and banners: all but the nearest pieces of text before it."""
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


def _place_above(element: Element, hiding: Hiding) -> _Place:
    """The effect of an element's ancestors on the text inside it."""
    ancestors = [*element.iterancestors()]
    place = ancestors[-1] if ancestors else element, 0
    for ancestor in reversed(ancestors):
        place = _place(ancestor, _hides(ancestor, hiding), place)
    return place


def _place(element: Element, hides: int, above: _Place) -> _Place:
    """The effect of an element on the text inside it, given what hides it and the effect of the element around it."""
    tag = str(element.tag)
    own = _MEANINGS.get(tag, 0) | hides
    block, outer = above
    if tag in BLOCKS:
        return element, outer | own
    if not own:
        return above
    if tag == "a" and not outer & _LINKED and len(element) and _holds_text(element):
        own &= ~_LINKED
    return above if own | outer == outer else (block, outer | own)


def _hides(element: Element, hiding: Hiding) -> int:
    """What hides an element: its attributes, the page's style sheets, both or neither."""
    if element.tag == _HOLDS_NONE:
        return 0
    get = element.get
    style = get("style")
    hides = _UNSEEN if (style and hiding.by_style[style]) or get("hidden") is not None else 0
    if hiding.by_class is not None and (classes := get("class")) and hiding.by_class[classes]:
        return hides | _VEILED
    if hiding.ids and get("id") in hiding.ids:
        return hides | _VEILED
    return hides


def _holds_text(link: Element) -> bool:
    """Whether a link is a whole text: paragraphs of prose and no other link. One never closed holds what follows."""
    sentences = breaks = 0
    if next(islice(link.iter(), PARAGRAPHS_OF_A_TEXT - 1, None), None) is None:
        return False  # most: a picture, a word in bold
    for element in islice(link.iter(), 300):
        if element.tag == "a" and element is not link:
            return False
        inside, behind = _is_prose(element.text), element is not link and _is_prose(element.tail)
        sentences += inside + behind
        breaks += element.tag in ("br", "p") or (inside and element.tag in BLOCKS)
    return (
        min(sentences, breaks) >= PARAGRAPHS_OF_A_TEXT - 1
        and sentences + breaks >= 2 * PARAGRAPHS_OF_A_TEXT - 1
    )


def _is_prose(text: str | None) -> bool:
    return text is not None and len(text) >= 20 and len(STOPS.findall(text, 0, 2_000)) >= 2
