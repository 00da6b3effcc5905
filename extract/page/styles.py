"""The elements that a page hides: by attributes, and by class and id in its own style sheets."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain

from lxml.etree import _Element as Element

from extract.page.line import Line

MOST_STYLE = 300_000
"""Characters of style sheets that are looked at; a portal's page holds about 60,000."""
MOST_KNOWN = 500
"""Style sheets whose names are kept for the next page: a site's pages carry the same ones."""
LONGEST_KNOWN = 5_000
"""Characters of the names that are kept of one style sheet."""

# A spam converter hides keywords in characters of no size or far off the page
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d]*[1-9])|(?:text-indent|left|top)\s*:\s*-\d{3,}"
    r"|visibility\s*:\s*hidden\s*;\s*(?:display|height\s*:\s*0)",
    re.I,
)
LONGEST_STYLE = 500
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# the rules of a screen and of no query at all; what is hidden on paper or on a telephone is shown here
_ON_SCREEN = re.compile(r"@(?:media\s+(?:only\s+)?(?:screen|all)\s*|layer\b[^{]*|supports\b[^{]*)", re.I)
_NAME = re.compile(r"[a-zA-Z]{0,12}([.#][\w-]+)")
_HIDES = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:!|;|$))",
    re.I,
)
_HIDES_ANYWHERE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0")
_NO_SIZE = re.compile(r"font-size\s*:\s*0")
_SHOWS = re.compile(r"(?:^|[;\s])(?:display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible)", re.I)


class Hiding:
    """What hides the elements of one page: their own style, and the page's style sheets by class and id."""

    def __init__(self, sheets: Iterable[Element]) -> None:
        """Reads the page's style elements, in their order."""
        self.names = names = hidden_names(sheets)
        """The classes (.ad) and ids (#ad) that a style sheet hides."""
        self.by_style = _Known(lambda style: _HIDDEN_STYLE.search(style, 0, LONGEST_STYLE) is not None)
        """Whether the value of a style attribute hides an element."""
        self.ids = frozenset(name[1:] for name in names if name[0] == "#")
        """The ids that a style sheet hides."""
        classes = frozenset(name[1:] for name in names if name[0] == ".")
        self.by_class = _Known(lambda value: not classes.isdisjoint(value.split())) if classes else None
        """Whether a style sheet hides an element by the value of its class attribute; None where none is hidden."""
        self.marked: frozenset[Element] | None = None
        """The elements that may be hidden, where they are known: no other need be asked for its attributes."""


class Veil:
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


class _Known(dict[str, bool]):
    """Answers about the values of attributes, each worked out once: a page's elements share few values."""

    def __init__(self, hides: Callable[[str], bool]) -> None:
        super().__init__()
        self._hides = hides

    def __missing__(self, value: str) -> bool:
        self[value] = hides = self._hides(value)
        return hides


def hidden_names(sheets: Iterable[Element]) -> frozenset[str]:
    """The classes (.ad) and ids (#ad) that style sheets hide in every place.

    If rules differ, the last one counts.
    """
    hidden: frozenset[str] = frozenset()
    for style in sheets:
        hides, shows = _names_of(style.text or "", bool(hidden))
        hidden = (hidden - shows) | hides
    return hidden


_known: dict[tuple[bytes, bool], tuple[frozenset[str], frozenset[str]]] = {}


def _names_of(text: str, is_any_hidden: bool) -> tuple[frozenset[str], frozenset[str]]:
    """What _names() answers, kept by the sheet's digest: the sheets themselves would fill the memory."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    known = _known.get((digest, is_any_hidden))
    if known is None:
        known = _names(text, is_any_hidden)
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        if sum(map(len, chain(*known))) <= LONGEST_KNOWN:
            _known[digest, is_any_hidden] = known
    return known


def _names(text: str, is_any_hidden: bool) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a style sheet hides, and those that it shows, which matter where any is hidden before it."""
    hidden: set[str] = set()
    shown: set[str] = set()
    if not is_any_hidden and not (_may_hide(plain := text.lower()) and _HIDES_ANYWHERE.search(plain)):
        return frozenset(), frozenset()
    for selectors, rule in _rules(text[:MOST_STYLE]):
        hides = _may_hide(rule.lower()) and _HIDES.search(rule) is not None
        if not hides and not ((hidden or is_any_hidden) and _SHOWS.search(rule)):
            continue
        names = {match[1] for one in selectors.split(",") if (match := _NAME.fullmatch(one.strip()))}
        hidden = hidden | names if hides else hidden - names
        shown = shown - names if hides else shown | names
    return frozenset(hidden), frozenset(shown)


def _may_hide(rule: str) -> bool:
    """Whether a rule in small letters has the words of one that hides: words are found faster than the pattern."""
    return (
        ("none" in rule and "display" in rule)
        or ("hidden" in rule and "visibility" in rule)
        or _NO_SIZE.search(rule) is not None
    )


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a screen and may hide or show."""
    around: list[bool] = []  # for each open at-rule, whether its rules hold on a screen
    for part in (_COMMENT.sub("", text) if "/*" in text else text).split("}"):
        head, brace, rule = part.rpartition("{")
        if not brace:  # the end of an at-rule
            if around:
                around.pop()
            continue
        if "{" in head:
            *opened, head = head.split("{")
            around += [_ON_SCREEN.fullmatch(one.rpartition(";")[2].strip()) is not None for one in opened]
        plain = rule.lower()
        if "display" not in plain and "visibility" not in plain and "font-size" not in plain:
            continue
        selectors = head.rpartition(";")[2].strip()
        if all(around) and not selectors.startswith("@"):
            yield selectors, rule
