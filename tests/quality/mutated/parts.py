"""Where a real page has its headline and its text, found by the text that is known; no reader is asked."""

import copy
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.html
from lxml.html import HtmlElement as Element

UNREAD = frozenset(("script", "style", "noscript", "textarea", "title", "option", "template"))
CELLS = frozenset(("td", "th", "li", "dd", "dt", "body"))
KEY = 14
"""Characters of a paragraph by which it is found."""
FOUND = 0.8
"""Share of the known paragraphs that must be found."""
_NO_WORD = re.compile(r"[\s\u200b\ufeff\u3000]+")
_XML = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page says: fields that it does not print are empty, fields that are not asked are None."""

    title: str | None
    lines: tuple[str, ...]
    published: str | None
    source: str | None
    byline: str | None
    editor: str | None
    optional: str = ""
    """Lines that may be read with the text or left out."""


@dataclass(slots=True)
class Parts:
    """A page's tree, the run of nodes that holds its text, and the elements of its headline."""

    root: Element
    holder: Element
    """The innermost element that holds all of the text."""
    run: list[Element]
    """The holder's children with text of the article."""
    begins_with_words: bool
    """Whether the text begins in the holder's own words, before its first child."""
    titles: list[Element]
    """Elements that hold the headline and nothing else, the outermost of those within each other."""
    start: dict[Element, int] = field(repr=False, default_factory=dict)
    end: dict[Element, int] = field(repr=False, default_factory=dict)
    low: int = 0
    high: int = 0


def plain(text: str) -> str:
    """A text without blanks, in compatible characters."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text))


def parsed(text: str) -> Element:
    """The tree of a page's markup."""
    return lxml.html.document_fromstring(_XML.sub("", text) or "<html></html>")


def serialised(root: Element) -> bytes:
    """The bytes of a page's tree in UTF-8, labelled so."""
    for meta in list(root.iter("meta")):
        if meta.get("charset") or "charset" in (meta.get("content") or "").lower():
            dropped(meta)
    head = root.find("head")
    if head is not None:
        head.insert(0, lxml.html.Element("meta", charset="utf-8"))
    return lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")


def dropped(element: Element) -> None:
    """An element taken out of its tree; the words behind it stay."""
    element.drop_tree()


def found(text: str, truth: Truth) -> Parts | None:
    """The parts of a page; None where the text is not in its markup as it is known."""
    root = parsed(text)
    body = root.find("body")
    if body is None:
        return None
    start: dict[Element, int] = {}
    end: dict[Element, int] = {}
    words: list[str] = []
    _walk(body, words, start, end)
    whole = "".join(words)
    known = [plain(line) for line in truth.lines if len(plain(line)) >= 4]
    span = _span(whole, known)
    if span is None:
        return None
    low, high = span
    inner: Element | None = body
    while inner is not None:
        holder = inner
        inner = next((one for one in holder if one in end and start[one] <= low and end[one] >= high), None)
    inside = [n for n, one in enumerate(holder) if one in end and end[one] > low and start[one] < high]
    run = list(holder)[min(inside) : max(inside) + 1] if inside else []
    with_words = not inside or low < start[holder] + len(plain(holder.text or ""))
    if with_words:
        run = list(holder)[: max(inside, default=-1) + 1]
    parts = Parts(root, holder, run, with_words, [], start, end, low, high)
    if truth.title:
        parts.titles = list(_titles(body, plain(truth.title), whole, start, end))
    return parts


def _walk(top: Element, words: list[str], start: dict[Element, int], end: dict[Element, int]) -> None:
    """The words of an element in order, and where those of each element in it begin and end."""
    at = 0
    stack: list[tuple[Element, bool]] = [(top, False)]
    while stack:
        element, is_left = stack.pop()
        if is_left:
            end[element] = at
            if element is not top and element.tail:
                words.append(plain(element.tail))
                at += len(words[-1])
            continue
        start[element] = at
        stack.append((element, True))
        if not isinstance(element.tag, str) or element.tag in UNREAD:
            continue
        if element.text:
            words.append(plain(element.text))
            at += len(words[-1])
        stack.extend((child, False) for child in reversed(element))


def _span(whole: str, known: list[str]) -> tuple[int, int] | None:
    """Where the known paragraphs begin and end in a page's words."""
    if not known:
        return None
    longest = max(range(len(known)), key=lambda n: len(known[n]))
    middle = whole.find(known[longest][:40])
    if middle < 0:
        return None
    low, high, seen = middle, middle + len(known[longest]), 1
    for line in reversed(known[:longest]):
        at = whole.rfind(line[:KEY], 0, low)
        if at >= 0 and low - at < 3 * len(line) + 600:
            low, seen = at, seen + 1
    for line in known[longest + 1 :]:
        at = whole.find(line[:KEY], high - 2)
        if at >= 0 and at - high < 3 * len(line) + 600:
            high, seen = at + len(line), seen + 1
    tail = whole.find(known[longest][-KEY:], middle)
    high = max(high, tail + KEY if tail >= 0 else high)
    return (low, min(high, len(whole))) if seen >= FOUND * len(known) else None


def _titles(
    body: Element, title: str, whole: str, start: dict[Element, int], end: dict[Element, int]
) -> Iterator[Element]:
    """The outermost elements that hold the headline and nothing else."""
    for element in body.iter():
        if element is body or element not in end or not isinstance(element.tag, str):
            continue
        if whole[start[element] : end[element]] != title:
            continue
        above = element.getparent()
        if above is not None and above is not body and whole[start[above] : end[above]] == title:
            continue
        yield element


def replace(parts: Parts, made: list[Element]) -> None:
    """The run of nodes that holds the text replaced by elements."""
    holder = parts.holder
    at = 0
    if parts.begins_with_words:
        holder.text = None
    else:
        at = holder.index(parts.run[0])
        if at and parts.low < parts.start[parts.run[0]]:  # the text begins in the words behind an element
            holder[at - 1].tail = None
    for one in parts.run:
        if one.getparent() is holder:
            holder.remove(one)
    for one in reversed(made):
        holder.insert(at, one)


def between(parts: Parts) -> list[Element]:
    """The outermost elements that stand wholly between the headline and the text."""
    above = [one for one in parts.titles if parts.end[one] <= parts.low]
    if not above:
        return []
    since = parts.end[above[-1]]
    if parts.low - since > 600:
        return []
    inside = [
        one
        for one in parts.end
        if since <= parts.start[one] < parts.end[one] <= parts.low and isinstance(one.tag, str)
    ]
    return [one for one in inside if one.getparent() not in inside]


def boxes(parts: Parts, fewest: int = 80, most: int = 1500, links: int = 4) -> list[Element]:
    """Copies of the boxes around the text that have many links, the outermost ones of a size."""
    out = []
    for one in parts.root.iter("div", "ul", "table", "dl", "section"):
        if one not in parts.end:
            continue
        size = parts.end[one] - parts.start[one]
        if not fewest <= size <= most or (parts.start[one] < parts.high and parts.end[one] > parts.low):
            continue
        above = one.getparent()
        if above in parts.end and above.tag in ("div", "ul", "table", "dl", "section"):
            larger = parts.end[above] - parts.start[above]
            if larger <= most and not (parts.start[above] < parts.high and parts.end[above] > parts.low):
                continue
        if sum(1 for _ in one.iter("a")) >= links and next(one.iter("script", "iframe"), None) is None:
            made = copy.deepcopy(one)
            made.tail = None
            out.append(made)
    return out
