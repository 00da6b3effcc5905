"""What the CSS selectors of a site's or family's layout find on a page; a selector is a hint, tried in order."""

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element

from extract.lines import spaced, tidy

MOST_NAMES = 50_000
"""Elements with an id or a class that are looked at."""

_IDS = etree.XPath("//@id")
_CLASSES = etree.XPath("//@class")
_UNUSUAL = ("zhuanzai-enpcontent", "founder-content")
_ID_WITH_DIGIT = re.compile(r"#(\d[\w-]*)")
_SIMPLE = re.compile(r"(?:[\w-]*[#.][\w#.-]+|[a-zA-Z][\w-]*)(?:\s+(?:[\w-]*[#.][\w#.-]+|[a-zA-Z][\w-]*))*")
_PART = re.compile(r"([#.]?)([\w-]+)")
_SILENT = frozenset(("script", "style", "noscript", "template"))


class Finder:
    """A page's elements by id and class, so that a selector costs no walk over the page."""

    def __init__(self, root: Element) -> None:
        self.root = root
        # values of attributes that know their element, by what they say, numbered as the page has them
        self._values: dict[str, list[tuple[int, Any]]] = {}
        self._by_name: dict[str, list[str]] = {}
        for number, value in enumerate(_IDS(root)[:MOST_NAMES]):
            self._note(f"#{value}", (f"#{value}",), number, value)
        for number, value in enumerate(_CLASSES(root)[:MOST_NAMES]):
            self._note(value, (), number, value)
        for value in [value for value in self._values if value[:1] != "#"]:
            for name in set(value.split()):
                self._by_name.setdefault(f".{name}", []).append(value)

    def _note(self, key: str, names: Sequence[str], number: int, value: Any) -> None:
        known = self._values.get(key)
        if known is None:
            self._values[key] = known = []
            for name in names:
                self._by_name[name] = [key]
        known.append((number, value))

    def _named(self, name: str) -> list[Element]:
        """The elements of an id (#ozoom) or class (.nr), in the order of the page."""
        found = [entry for value in self._by_name.get(name, ()) for entry in self._values[value]]
        return [value.getparent() for _, value in sorted(found, key=itemgetter(0))]

    @property
    def marks(self) -> frozenset[str]:
        """The page's ids (#ozoom), classes (.TRS_Editor) and unusual tags, to know a content system by."""
        unusual = (tag for tag in _UNUSUAL if self.root.find(f".//{tag}") is not None)
        return frozenset((*self._by_name, *unusual))

    def elements(self, selectors: Sequence[str]) -> list[Element]:
        """What the first selector that matches anything finds, in the order of the page."""
        return next((found for selector in selectors if (found := self._matches(selector))), [])

    def inside(self, container: Element, selectors: Sequence[str]) -> list[Element]:
        """What any of the selectors finds inside an element, that element itself not counted."""
        found = (element for selector in selectors for element in self._matches(selector))
        return [element for element in found if container in element.iterancestors()]

    def with_text(self, selectors: Sequence[str]) -> Element | None:
        """The first element of the first selector that holds text."""
        found = (element for selector in selectors for element in self._matches(selector))
        return next((element for element in found if value(element)), None)

    def texts(self, selectors: Sequence[str]) -> list[str]:
        """The texts of what the first selector with any text finds, gaps kept as two blanks."""
        for selector in selectors:
            found = [text for element in self._matches(selector) if (text := value(element))]
            if found:
                return found
        return []

    def single(self, selectors: Sequence[str]) -> str | None:
        """What the selectors find first, in one line."""
        found = self.texts(selectors)
        return tidy(found[0]) if found else None

    def _matches(self, selector: str) -> list[Element]:
        parts = _parts(selector)
        if parts is None:
            return list(_compiled(selector)(self.root))
        last = parts[-1]
        rarest = min((self._named(name) for name in last.names), key=len, default=None)
        candidates = self.root.iter(last.tag) if rarest is None else rarest
        return [element for element in candidates if _fits(element, last) and _stands_in(element, parts[:-1])]


def value(element: Element) -> str:
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


class _Part(NamedTuple):
    """One step of a selector: `div.a#b` is the tag div with the names .a and #b."""

    tag: str | None
    names: tuple[str, ...]


@lru_cache(maxsize=4_000)
def _parts(selector: str) -> tuple[_Part, ...] | None:
    """The steps of a selector made of tags, ids, classes and blanks; None for any other."""
    if not _SIMPLE.fullmatch(selector.strip()):
        return None
    parts = []
    for step in selector.split():
        pieces = _PART.findall(step)
        tag = next((name for kind, name in pieces if not kind), None)
        parts.append(_Part(tag, tuple(kind + name for kind, name in pieces if kind)))
    return tuple(parts)


def _fits(element: Element, part: _Part) -> bool:
    if part.tag is not None and element.tag != part.tag:
        return False
    if not part.names:
        return True
    classes = (element.get("class") or "").split()
    return all(
        name[1:] in classes if name[0] == "." else element.get("id") == name[1:] for name in part.names
    )


def _stands_in(element: Element, parts: Sequence[_Part]) -> bool:
    """Whether ancestors fit the steps, the last step's nearest."""
    above = element.iterancestors()
    return all(any(_fits(ancestor, part) for ancestor in above) for part in reversed(parts))


@lru_cache(maxsize=4_000)
def _compiled(selector: str) -> CSSSelector:
    """A compiled selector; ids that begin with a digit (#4g_title) are allowed.

    Raises:
        cssselect.SelectorError: not a selector; families and site files are checked when they are loaded.
    """
    return CSSSelector(_ID_WITH_DIGIT.sub(r'[id="\1"]', selector), translator="html")
