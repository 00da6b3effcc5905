"""What CSS selectors of a site's or family's layout find on a page; a selector is a hint, tried in order."""

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml import html
from lxml.cssselect import CSSSelector

from extract.lines import spaced, tidy

_ID_WITH_DIGIT = re.compile(r"#(\d[\w-]*)")
_SILENT = frozenset(("script", "style", "noscript", "template"))


def elements(root: html.HtmlElement, selectors: Sequence[str]) -> list[html.HtmlElement]:
    """What the first selector that matches anything finds."""
    for selector in selectors:
        found = _matcher(selector)(root)
        if found:
            return list(found)
    return []


def everything(root: html.HtmlElement, selectors: Sequence[str]) -> list[html.HtmlElement]:
    """What any of the selectors finds."""
    return [element for selector in selectors for element in _matcher(selector)(root)]


def with_text(root: html.HtmlElement, selectors: Sequence[str]) -> html.HtmlElement | None:
    """The first element of the first selector that holds text."""
    for selector in selectors:
        for element in _matcher(selector)(root):
            if value(element):
                return element
    return None


def texts(root: html.HtmlElement, selectors: Sequence[str]) -> list[str]:
    """The texts of what the first selector with any text finds, gaps kept as two blanks."""
    for selector in selectors:
        found = [text for element in _matcher(selector)(root) if (text := value(element))]
        if found:
            return found
    return []


def value(element: html.HtmlElement) -> str:
    """What an element says: its text as Line.spaced, a meta tag's content, an input's value."""
    if element.tag == "meta":
        return tidy(element.get("content") or "")
    if element.tag == "input":
        return tidy(element.get("value") or "")
    parts = (
        str(text)
        for text in element.xpath(".//text()")
        if text.getparent().tag not in _SILENT or text.is_tail
    )
    return spaced(parts)


@lru_cache(maxsize=4_000)
def _matcher(selector: str) -> CSSSelector:
    """A compiled selector; ids that begin with a digit (#4g_title) are allowed.

    Raises:
        cssselect.SelectorError: not a selector; families and site files are checked when they are loaded.
    """
    return CSSSelector(_ID_WITH_DIGIT.sub(r'[id="\1"]', selector), translator="html")
