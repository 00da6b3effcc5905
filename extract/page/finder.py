"""The elements that a layout's CSS selectors find on a page; selectors are hints, tried in order."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import NamedTuple

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element

from extract import pictured
from extract.page.line import spaced, tidy

MOST_NAMES = 50_000
"""Elements with an id or a class that are looked at."""

_TEXTS = etree.XPath(".//text()")
_ID_WITH_DIGIT = re.compile(r"#(\d[\w-]*)")
_SIMPLE = re.compile(r"(?:[\w-]*[#.][\w#.-]+|[a-zA-Z][\w-]*)(?:\s+(?:[\w-]*[#.][\w#.-]+|[a-zA-Z][\w-]*))*")
_PART = re.compile(r"([#.]?)([\w-]+)")
_SILENT = frozenset(("script", "style", "noscript", "template"))


FEW = 50
"""Places of a word among the classes up to which each is looked at, and names up to which each is looked for."""
FIRST_WORDS = 64
"""Elements looked at for the first words of another."""
TIMES, TIMING = frozenset(("time", "abbr")), frozenset(("itemprop", "pubdate"))
"""Elements, and attributes of any element, that may state when the page was published."""


class Told(NamedTuple):
    """The elements of a page that tell something, each list in the order of the page."""

    ids: list[Element]
    classes: list[Element]
    styled: list[Element]
    """Those that may be hidden by their own attributes, some of them twice."""
    naming: list[Element]
    """Those that may name another address, by pictured.TAGS and pictured.SAYING."""
    timing: list[Element]
    """Those with an attribute that may state when the page was published, by TIMES and TIMING."""


class Finder:
    """A page's elements by id and class, so that a selector costs no walk over the page."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._known: dict[str, list[Element]] = {}
        self._found: dict[str, list[Element]] = {}

    @cached_property
    def told(self) -> "Told":
        """The elements that tell something by their attributes or their tag, found in one walk over the page."""
        told = Told([], [], [], [], [])
        kept = {
            **dict.fromkeys(pictured.SAYING, (told.naming,)),
            **dict.fromkeys(TIMING, (told.timing,)),
            "class": (told.classes,),
            "id": (told.ids,),
            "hidden": (told.styled,),
            "style": (told.styled, told.naming),
        }
        tagged = self.root.iter(*pictured.TAGS, *TIMES)  # lxml compares tags faster than a set holds them
        next_tagged = next(tagged, None)
        for element in self.root.iter("*"):
            if element is next_tagged:
                (told.timing if element.tag in TIMES else told.naming).append(element)
                next_tagged = next(tagged, None)
            for name in element.keys():  # noqa: SIM118 - of an element: by itself it gives its children
                if name in kept:
                    for those in kept[name]:
                        those.append(element)
        for those in (told.naming, told.timing):
            those[:] = dict.fromkeys(those)
        return told

    @cached_property
    def _ids(self) -> list[str]:
        """The values of ids in the order of the page."""
        return [element.get("id", "") for element in self.told.ids[:MOST_NAMES]]

    @cached_property
    def _classes(self) -> list[str]:
        """The same of classes."""
        return [element.get("class", "") for element in self.told.classes[:MOST_NAMES]]

    def _named(self, name: str) -> list[Element]:
        """The elements of an id (#ozoom) or class (.nr), in the order of the page."""
        known = self._known.get(name)
        if known is None:
            word = name[1:]
            if name[0] == "#":
                known = [one for one, value in zip(self.told.ids, self._ids, strict=False) if value == word]
            elif self._said.count(word) <= FEW:
                known = self._holding(word)
            else:
                holding = {value for value in self._class_values if word in value and word in value.split()}
                pairs = zip(self.told.classes, self._classes, strict=False)
                known = [one for one, value in pairs if value in holding] if holding else []
            self._known[name] = known
        return known

    def _holding(self, word: str) -> list[Element]:
        """The elements with a word among their classes, found in all of these written one behind the other."""
        said, found = self._said, []
        place = at = 0
        while (hit := said.find(word, at)) >= 0:
            place += said.count("\0", at, hit)
            if word in self._classes[place].split():
                found.append(self.told.classes[place])
            if (at := said.find("\0", hit)) < 0:
                break
        return found

    @cached_property
    def _said(self) -> str:
        """What the page's class attributes say, in their order; what parts them is in none."""
        return "\0".join(self._classes)

    @cached_property
    def _class_values(self) -> frozenset[str]:
        """What the page's class attributes say, each once: its elements share few values."""
        return frozenset(self._classes)

    def bearing(self, names: Set[str]) -> frozenset[Element] | None:
        """The elements with any of these ids (#ozoom) and classes (.nr); None where there are too many to be known."""
        if len(names) > FEW or max(len(self._classes), len(self._ids)) >= MOST_NAMES:
            return None
        return frozenset(chain.from_iterable(map(self._named, names)))

    @property
    def marks(self) -> frozenset[str]:
        """The page's ids (#ozoom) and classes (.TRS_Editor), to know a content system by."""
        names = set(" ".join(self._class_values).split())
        return frozenset(["#" + value for value in self._ids]).union(["." + name for name in names])

    def elements(self, selectors: Sequence[str]) -> list[Element]:
        """The elements that match the first selector with any match, in the order of the page."""
        return next((found for selector in selectors if (found := self._matches(selector))), [])

    def inside(self, container: Element, selectors: Sequence[str]) -> list[Element]:
        """The elements inside an element that match any of the selectors; the element itself is left out."""
        found = (element for selector in selectors for element in self._matches(selector))
        return [element for element in found if container in element.iterancestors()]

    def with_text(self, selectors: Sequence[str]) -> Element | None:
        """The first element of the first selector that holds text."""
        found = (element for selector in selectors for element in self._matches(selector))
        return next((element for element in found if self._has_text(element)), None)

    def _has_text(self, element: Element) -> bool:
        """Whether an element says anything; most do in their first words."""
        if element.tag in ("meta", "input"):
            return bool(value(element))
        inside = [*islice(element.iter(), FIRST_WORDS)]
        if any(_says(inner, element) for inner in inside):
            return True
        return len(inside) == FIRST_WORDS and element in self._speaking

    @cached_property
    def _speaking(self) -> set[Element]:
        """The elements that hold any text.

        Each element is visited once, because thousands of empty ones may be nested.
        """
        speaking: set[Element] = set()
        for inner in self.root.iter():
            if inner.tag not in _SILENT and inner.text and spaced((inner.text,)):
                _mark(inner, speaking)
            above = inner.getparent()
            if above is not None and inner.tail and spaced((inner.tail,)):
                _mark(above, speaking)
        return speaking

    def texts(self, selectors: Sequence[str]) -> list[str]:
        """The texts of the elements that the first selector with any text finds; gaps are kept as two blanks."""
        for selector in selectors:
            found = [text for element in self._matches(selector) if (text := value(element))]
            if found:
                return found
        return []

    def single(self, selectors: Sequence[str]) -> str | None:
        """The first text that the selectors find, in one line."""
        found = self.texts(selectors)
        return tidy(found[0]) if found else None

    def _matches(self, selector: str) -> list[Element]:
        """The elements that a selector finds; several steps of reading ask for the same."""
        found = self._found.get(selector)
        if found is None:
            self._found[selector] = found = self._searched(selector)
        return found

    def _searched(self, selector: str) -> list[Element]:
        parts = _parts(selector)
        if parts is None:
            return list(_compiled(selector)(self.root))
        above, last = parts[:-1], parts[-1]
        candidates = self._rarest(last) if last.names else self._tagged(last.tag, above)
        return [element for element in candidates if _fits(element, last) and _stands_in(element, above)]

    def _rarest(self, part: "_Part") -> list[Element]:
        """The elements of the part's name that the page has least of."""
        return min((self._named(name) for name in part.names), key=len)

    def _tagged(self, tag: str | None, above: Sequence["_Part"]) -> Iterable[Element]:
        """The elements of a tag inside those that the nearest named part above may be, each once."""
        holder = next((part for part in reversed(above) if part.names), None)
        if holder is None:
            return self.root.iter(tag)
        holding = [element for element in self._rarest(holder) if _fits(element, holder)]
        return dict.fromkeys(inner for element in holding for inner in element.iter(tag))


def value(element: Element) -> str:
    """The value of an element: its text as Line.spaced, the content of a meta tag, the value of an input."""
    if element.tag == "meta":
        return tidy(element.get("content") or "")
    if element.tag == "input":
        return tidy(element.get("value") or "")
    if len(element) or element.tag in _SILENT:
        return spaced(_texts(element))
    return spaced((element.text or "",))  # most


def says_less(element: Element, characters: float) -> bool:
    """Whether an element holds fewer characters than these, its scripts' too; of many only the first are counted."""
    said = 0
    for text in element.itertext():
        if words := text.split():
            said += len(" ".join(words)) + 1
            if said >= characters:
                return False
    return True


def _says(inner: Element, element: Element) -> bool:
    """Whether the text that begins or follows an inner element says anything."""
    texts = (
        inner.text if inner.tag not in _SILENT else None,
        inner.tail if inner is not element else None,
    )
    return any(text and spaced((text,)) for text in texts)


def _mark(element: Element | None, marked: set[Element]) -> None:
    """Mark an element and those around it."""
    while element is not None and element not in marked:
        marked.add(element)
        element = element.getparent()


def _texts(element: Element) -> Iterator[str]:
    """The texts in an element, without those of its scripts and styles."""
    return (str(text) for text in _TEXTS(element) if text.is_tail or text.getparent().tag not in _SILENT)


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
