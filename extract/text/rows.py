"""Tells a text made of the entries of a list: links with a day beside them, and short summaries."""

import re
from itertools import chain

from lxml.etree import _Element as Element

from extract.page.page import Page

ENTRIES = ("li", "tr", "dl", "dd", "p", "div", "article", "section")
DAY = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|(?<!\d)\d{1,2}\s*[-/月]\s*\d{1,2}(?!\d)"
)
BY_SCRIPT = ("li", "div", "tr", "td", "p", "span")
"""What may lead on by a script: a whole entry that opens its article when it is clicked."""
_OPENS = re.compile(r"(?:open|location|goto?)\b[^'\"]{0,40}['\"][^'\"]{2,300}", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:author|tag|category)\b", re.IGNORECASE)
"""What a link's rel says that leads to no article."""
FEWEST = 2
OF_LISTS = ("li", "dl", "dd")  # what stands in one of these is an entry even where it is the only one
MOST_LINKS = 3  # different ones of an entry: its picture, its headline, "more"
LONGEST = 600  # characters of an entry


def is_made_of_rows(page: Page, text: str) -> bool:
    """Whether most of a text is in list entries that each print a day. No article looks like that."""
    if page.tree is None or not text:
        return False
    found = _rows(page.tree)
    if len(found) < FEWEST and not any(entry.tag in OF_LISTS for entry in found):
        return False
    rows = list(found.values())
    lines = [_folded(line) for line in text.split("\n")]
    inside = sum(len(line) for line in lines if line and any(line in row for row in rows))
    return inside * 2 > sum(map(len, lines))


def _rows(root: Element) -> dict[Element, str]:
    """The texts of the smallest entries that hold a link and a day, and link to one page only.

    An element with the page's only headline is the article itself; its links lead to its author and its tags.
    """
    found: dict[Element, str] = {}
    headlines = [
        one for one in root.iter("h1") if _folded("".join(one.itertext())) and one.find(".//a") is None
    ]
    around = set(headlines[0].iterancestors()) if len(headlines) == 1 else set()
    said: dict[Element, str | None] = {}
    for anchor in root.iter("a", *BY_SCRIPT):
        if _target(anchor) is None:
            continue
        entries = (
            anchor.iterancestors(*ENTRIES)
            if anchor.tag == "a"
            else chain([anchor], anchor.iterancestors(*ENTRIES))
        )
        for above in entries:
            if above not in said:  # the links of a menu have most of what they stand in in common
                said[above] = None if above in around else _said(above)
            text = said[above]
            if text is None or above in found:
                break
            if text:
                found[above] = _folded(text)
                break
    return found


def _said(entry: Element) -> str | None:
    """The text of an entry, empty without a day; None for what is too long for one or leads to too many pages."""
    links = (link for link in entry.iter("a", *BY_SCRIPT) if link.tag == "a" or _target(link) is not None)
    if len({_target(link) for link, _ in zip(links, range(8), strict=False)}) > MOST_LINKS:
        return None
    pieces: list[str] = []
    length = 0
    for piece in entry.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST:
            return None
    text = "".join(pieces)
    return text if DAY.search(text) else ""


def _target(element: Element) -> str | None:
    """The target of an element: its href, else the address in another attribute or in its script."""
    if element.tag == "a":
        rel = element.get("rel")
        return None if rel and _ABOUT.search(rel) else element.get("href") or None
    named = element.get("data-href") or element.get("data-url") or element.get("data-link")
    script = None if named else element.get("onclick")  # most elements have none of them
    opened = _OPENS.search(script) if script else None
    return opened[0] if opened else named or None


def _folded(text: str) -> str:
    return "".join(text.split())
