"""The elements that a page hides: by attributes, and by class and id in its own style sheets."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

MOST_STYLE = 300_000
"""Characters of style sheets that are looked at; a portal's page holds about 60,000."""

# A spam converter hides keywords in characters of no size or far off the page
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d]*[1-9])|(?:text-indent|left|top)\s*:\s*-\d{3,}"
    r"|visibility\s*:\s*hidden\s*;\s*(?:display|height\s*:\s*0)",
    re.I,
)
LONGEST_STYLE = 500
_STYLES, _HIDDEN, _IDS, _CLASSES = (
    etree.XPath(path) for path in ("//@style", "//@hidden", "//@id", "//@class")
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# the rules of a screen and of no query at all; what is hidden on paper or on a telephone is shown here
_ON_SCREEN = re.compile(r"@(?:media\s+(?:only\s+)?(?:screen|all)\s*|layer\b[^{]*|supports\b[^{]*)", re.I)
_NAME = re.compile(r"[a-zA-Z]{0,12}([.#][\w-]+)")
_HIDES = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:!|;|$))",
    re.I,
)
_SHOWS = re.compile(r"(?:^|[;\s])(?:display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible)", re.I)


def hidden(root: Element) -> set[Element]:
    """The elements that an attribute of their own hides."""
    found = {value.getparent() for value in _HIDDEN(root)}
    known: dict[str, bool] = {}  # a page's elements share few values
    for value in _STYLES(root):
        hides = known.get(value)
        if hides is None:
            hides = known[str(value)] = _HIDDEN_STYLE.search(value, 0, LONGEST_STYLE) is not None
        if hides:
            found.add(value.getparent())
    return found


def hidden_by_sheets(root: Element) -> set[Element]:
    """The elements that a style sheet of the page hides by class or id."""
    names = hidden_names(root)
    if not names:
        return set()
    ids = {name[1:] for name in names if name[0] == "#"}
    classes = {name[1:] for name in names if name[0] == "."}
    found = {value.getparent() for value in _IDS(root) if value in ids} if ids else set()
    known: dict[str, bool] = {}  # a page's elements share few values
    for value in _CLASSES(root) if classes else ():
        hides = known.get(value)
        if hides is None:
            hides = known[str(value)] = not classes.isdisjoint(value.split())
        if hides:
            found.add(value.getparent())
    return found


def hidden_names(root: Element) -> frozenset[str]:
    """The classes (.ad) and ids (#ad) that the page's style sheets hide in every place.

    If rules differ, the last one counts.
    """
    hidden: set[str] = set()
    for style in root.iter("style"):
        text = style.text or ""
        if "none" not in text and "hidden" not in text and "font-size" not in text:
            continue
        for selectors, rule in _rules(text[:MOST_STYLE]):
            plain = rule.lower()
            if "display" not in plain and "visibility" not in plain and "font-size" not in plain:
                continue
            hides = _HIDES.search(rule) is not None
            if not hides and not (hidden and _SHOWS.search(rule)):
                continue
            names = {match[1] for one in selectors.split(",") if (match := _NAME.fullmatch(one.strip()))}
            hidden = hidden | names if hides else hidden - names
    return frozenset(hidden)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a screen."""
    around: list[bool] = []  # for each open at-rule, whether its rules hold on a screen
    for part in _COMMENT.sub("", text).split("}"):
        *opened, rule = part.split("{")
        if not opened:  # the end of an at-rule
            if around:
                around.pop()
            continue
        around += [_ON_SCREEN.fullmatch(head.rpartition(";")[2].strip()) is not None for head in opened[:-1]]
        selectors = opened[-1].rpartition(";")[2].strip()
        if all(around) and not selectors.startswith("@"):
            yield selectors, rule
