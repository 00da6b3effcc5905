"""The requisites that a page needs to look as it did: stylesheets, pictures, fonts, icons; never scripts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element as Element

from extract import pictured
from extract.page.address import joined, stated_base
from extract.page.page import Page
from extract.sheets import named_by

MOST = 500
"""Requisites of one page; what is more is counted and left out."""
_LOOKED_AT = 20_000
"""Addresses, repeated ones too, that are looked at; the largest stylesheet seen names 400."""
LONGEST_ADDRESS = 2000
LONGEST_WORDS = 500
_INLINE = frozenset(("p", "span", "font", "b", "strong", "em", "i", "a", "h1", "h2", "h3", "center"))
_BLOCKS = frozenset(("p", "div", "td", "li", "figure", "section", "center", "tr", "table"))
_CAPTION_CLASS = re.compile(
    r"caption|pic.?(?:desc|info|note|txt)|img.?(?:desc|info|note)|tuzhu|tpsm|photo.?note", re.I
)
_CAPTION = re.compile(
    r"^[▲△▼▽]\s{0,3}\S|^[▲△▼■◆（(\s]*(?:上|下|左|右|资料|資料)?[图圖](?![书書集])|^(?:[摄攝]影|[图圖]片?[来來]?源|照片)[：:/／]"
    r"|^(?:Figure|Fig\.)\s{0,3}\d|(?:[摄攝]|[供][图圖]|[摄攝]影|截[图圖]|[资資]料[图圖照]|[资資]料照片|示意[图圖]|翻[摄攝])[）)。\s]*$"
)
_LONGEST_CAPTION = 200
_CENTRED = re.compile(r"text-align\s{0,5}:\s{0,5}center", re.I)
_CENTRED_CLASS = re.compile(r"(?:^|[\s_-])cent(?:er|re)(?:$|[\s_-])", re.I)
# in the middle below a picture a heading may stand too: it ends without a stop
_CENTRED_CAPTION = re.compile(r"^\S.{3,}(?:[。！）)]|[摄攝]|[供][图圖]|[报報]道|[发發]|[图圖]片?)$")
_HEADING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[、.．）)]|第[一二三四五六七八九十\d]{1,3}[章节節条條部]|step\b|[《【—-])",
    re.I,
)
_SHORT_CAPTION = 60


class Requisite(NamedTuple):
    """One address that a page or stylesheet names.

    `role` is `picture` (of the article's text), `image` (any other), `stylesheet`, `background` (url() of a style),
    `font`, `poster` or `icon`. `position` is the number of text paragraphs before a picture of the text.
    """

    url: str
    role: str
    position: int | None = None
    caption: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """The requisites in the order of the page, each address once, and how many were left out."""

    requisites: tuple[Requisite, ...] = ()
    left_out: int = 0


def of_page(page: Page, text: str) -> Needs:
    """The requisites of a page; `text` is the article's text, paragraphs joined by newlines."""
    if page.tree is None or page.finder is None:
        return Needs()
    naming = page.finder.told.naming
    base = stated_base((one for one in naming if one.tag == "base"), page.url)
    return _once(_of_page(page, page.tree, naming, base, text))


def of_stylesheet(text: str, url: str) -> Needs:
    """The requisites of a stylesheet: imported sheets, pictures, fonts."""
    return _once(_of_css(text, url))


def _once(found: Iterator[Requisite]) -> Needs:
    kept: dict[str, Requisite] = {}
    left_out: set[str] = set()
    for one in islice(found, _LOOKED_AT):
        if one.url in kept or one.url in left_out:
            continue
        if len(kept) < MOST:
            kept[one.url] = one
        else:
            left_out.add(one.url)
    return Needs(tuple(kept.values()), len(left_out))


def _of_page(
    page: Page, root: Element, naming: Sequence[Element], base: str, text: str
) -> Iterator[Requisite]:
    place = _Text(root, text)
    pictures = 0
    apart = {inner for holder in page.tagged(*pictured.APART) for inner in holder.iterdescendants()}
    has_choices = bool(page.tagged("picture"))
    named = {
        url
        for one in (naming if any(one.tag == "img" for one in apart) else ())
        if one.tag == "img" and one not in apart
        for url in pictured.addresses(one, has_choices=has_choices)
    }
    for element in naming:
        tag, names = element.tag, element.keys()
        if not (tag in pictured.NAMING or _may_name(element, names)):
            continue
        if element in apart and (tag != "img" or pictured.is_told(element, named)):
            continue
        if tag in pictured.PICTURES:
            pictures += 1
            stated = _stated(element, has_choices=has_choices)
            if (url := next(filter(None, (_absolute(one, base) for one in stated)), None)) is not None:
                yield _of_picture(element, url, place, with_words=pictures <= MOST)
        elif tag == "link":
            yield from _of_link(element, base)
        elif tag == "style":
            yield from _of_css(element.text or "", base)
        elif tag == "video":
            yield from _named(element.get("poster"), base, "poster")
        elif tag == "input":
            yield from _named(element.get("src"), base, "image")
        if tag != "img" and not pictured.BACKGROUNDS.isdisjoint(names):
            for address in [element.get("background") or "", *pictured.behind(element)]:
                yield from _named(address, base, "background")
        if "style" in names and "(" in (style := element.get("style", "")):
            yield from _of_css(style, base)


def _may_name(element: Element, names: Sequence[str]) -> bool:
    """Whether an element with these attributes names a requisite by one of them.

    Most elements have none; asking each by hand takes a third of the time of an XPath.
    """
    return (
        ("style" in names and "(" in element.get("style", ""))
        or not pictured.BACKGROUNDS.isdisjoint(names)
        or (element.tag == "input" and element.get("type", "").lower() == "image")
    )


def _of_link(element: Element, base: str) -> Iterator[Requisite]:
    if pictured.is_sheet(element):
        yield from _named(element.get("href"), base, "stylesheet")
    elif "icon" in (element.get("rel") or "").lower().split():
        yield from _named(element.get("href"), base, "icon")


def _stated(element: Element, *, has_choices: bool) -> Sequence[str]:
    """The addresses of a picture, the likeliest first, as written."""
    if element.tag == "img":
        return pictured.addresses(element, has_choices=has_choices)
    if element.tag == "image":
        return [pictured.drawn(element) or element.get("src", "")]
    return pictured.embedded(element) if pictured.is_picture(element) else []


def _of_picture(element: Element, url: str, text: "_Text", *, with_words: bool) -> Requisite:
    alt = _words(element.get("alt") or element.get("title") or "")
    if text.holds(element) and not pictured.is_spacer(element):
        caption = caption_of(element) if with_words else None
        return Requisite(url, "picture", text.position(element), caption, alt)
    return Requisite(url, "image", alt=alt)


def _of_css(text: str, base: str) -> Iterator[Requisite]:
    for address, role in named_by(text):
        yield from _named(address, base, role)


def _named(address: str | None, base: str, role: str) -> Iterator[Requisite]:
    url = _absolute(address or "", base)
    if url:
        yield Requisite(url, role)


def _absolute(address: str, base: str) -> str | None:
    """The absolute http(s) address; None for data:, for an empty address and for one that is too long."""
    address = address.strip()
    if not address or len(address) > LONGEST_ADDRESS or address.lower().startswith(("data:", "about:", "#")):
        return None
    url = joined(base, address)
    return url if url.startswith(("http://", "https://")) and len(url) <= LONGEST_ADDRESS else None


def caption_of(element: Element) -> str | None:
    """The caption of a picture: the figure's caption, the other cell of its table, or a line that is a caption."""
    for ancestor in element.iterancestors():
        if ancestor.tag == "figure":
            caption = next(ancestor.iterdescendants("figcaption"), None)
            return _words(_text_of(caption)) if caption is not None else None
        if ancestor.tag == "table" and len([*islice(ancestor.iter("img"), 2)]) == 1:
            told_there = _text_of(ancestor, _LONGEST_CAPTION)
            return _words(told_there) if 0 < len(told_there) <= _LONGEST_CAPTION else None
    block = next((one for one in element.iterancestors() if one.tag in _BLOCKS), None)
    if block is None:
        return None
    beside, named, first_line = _beside(element, block)
    if named:
        return _words(named)
    following = block.getnext()
    told_below = ""
    if following is not None and not _holds_picture(following):
        told_below = _text_of(following, _LONGEST_CAPTION)
    is_centred = _is_centred(block)
    if _is_caption(beside, block, is_centred=is_centred) or (
        is_centred
        and _is_short(beside)
        and not any(_text_of(one) for one in block.iter("a") if one.get("href"))
    ):
        return _words(beside)
    if first_line != beside and len(first_line) <= _LONGEST_CAPTION and _CAPTION.search(first_line):
        return _words(first_line)
    if following is not None:
        is_set = is_centred and _is_centred(following)
        if _is_caption(told_below, following, is_centred=is_set):
            return _words(told_below)
        if is_set and _is_short(told_below) and _is_alone(following):
            return _words(told_below)
    return None


def _beside(element: Element, block: Element) -> tuple[str, str, str]:
    """The words behind a picture in its block; those of a caption's class; those before the first line break."""
    around: list[str] = []
    first_line = None
    level = element
    while level is not block:  # out of what holds the picture in its block: a link, a span
        around.append(level.tail or "")
        for sibling in level.itersiblings():
            if _holds_picture(sibling):
                break
            if _CAPTION_CLASS.search(sibling.get("class") or "") and (words := _text_of(sibling)):
                return "", words, ""
            words = _text_of(sibling, _LONGEST_CAPTION)
            if first_line is None and sibling.tag in ("br", "p", "div") and "".join(around).strip():
                first_line = " ".join("".join(around).split())
            around += [words, sibling.tail or ""]
        above = level.getparent()
        if above is None:
            break
        level = above
    whole = " ".join("".join(around).split())
    return whole, "", whole if first_line is None else first_line


def _is_short(text: str) -> bool:
    """Whether words set in the middle are too short for a paragraph, and are no heading."""
    return 1 < len(text) <= _SHORT_CAPTION and not _HEADING.match(text)


def _is_alone(holder: Element) -> bool:
    """Whether words under a picture are plain, and no more in the middle stands below them, as in a poem."""
    after = holder.getnext()
    is_more = next(holder.iterdescendants("a", "b", "strong"), None) is not None
    is_poem = after is not None and bool(_text_of(after)) and _is_centred(after)
    return not (holder.tag in ("h1", "h2", "h3", "h4") or is_more or is_poem)


def _is_caption(text: str, holder: Element, *, is_centred: bool) -> bool:
    """Whether words under a picture are its caption: by their class, their form, or set in the middle like it."""
    if not 0 < len(text) <= _LONGEST_CAPTION:
        return False
    if _CAPTION_CLASS.search(holder.get("class") or "") or _CAPTION.search(text):
        return True
    return is_centred and _CENTRED_CAPTION.search(text) is not None


def _is_centred(block: Element) -> bool:
    """Whether a block, or one close around it, is set in the middle."""
    around = [block, *islice(block.iterancestors(), 1)]
    return any(
        one.tag == "center"
        or (one.get("align") or "").lower() == "center"
        or _CENTRED.search(one.get("style") or "", 0, 300)
        or _CENTRED_CLASS.search(one.get("class") or "", 0, 300)
        for one in around
    )


def _holds_picture(element: Element) -> bool:
    return next(element.iter("img"), None) is not None


def _text_of(element: Element | None, most: int = LONGEST_WORDS) -> str:
    """The beginning of an element's text: all of it, or more characters than `most`."""
    if element is None or not isinstance(element.tag, str):
        return ""
    pieces: list[str] = []
    length, asked = 0, most
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > 4 * LONGEST_WORDS:
            break
        if length > asked:  # blanks may be most of it
            if len(told := " ".join("".join(pieces).split())) > most:
                return told
            asked = 2 * length
    return " ".join("".join(pieces).split())


def _words(text: str) -> str | None:
    return " ".join(text.split())[:LONGEST_WORDS] or None


class _Text:
    """The place of the article's text on the page: the smallest element that holds all of the text."""

    def __init__(self, root: Element, text: str) -> None:
        self._paragraphs = [bare for line in text.split("\n") if (bare := _bare(line))]
        self._order: dict[Element, int] = {}  # of the pictures before the end of the text
        first, last = self._ends(root)
        holder = _common(first, last) if first is not None and last is not None else None
        self._inside = (
            frozenset(holder.iterdescendants(*pictured.PICTURES)) if holder is not None else frozenset()
        )

    def holds(self, picture: Element) -> bool:
        """Whether a picture is part of the text."""
        return picture in self._inside

    def position(self, element: Element) -> int:
        """The number of paragraphs of the text before an element."""
        return self._order.get(element, self._seen)

    def _ends(self, root: Element) -> tuple[Element | None, Element | None]:
        """The elements that begin and end the text; on the way, the paragraphs before each picture."""
        first = last = None
        starts = {line[:12]: number for number, line in reversed(list(enumerate(self._paragraphs, 1)))}
        begins = {start[0] for start in starts}  # most pieces are blank, or begin otherwise
        end = max(starts.values(), default=0)
        seen = 0
        for element in root.iter("*"):
            tag = element.tag
            if tag in ("script", "style"):
                continue
            if tag == "img":
                self._order[element] = seen
            text, tail = element.text, element.tail
            if (
                text
                and not text.isspace()
                and text[:200].lstrip()[:1] in begins
                and (number := starts.get(_bare(text[:200])[:12], 0)) > seen
            ):
                first, last, seen = first if first is not None else element, element, number
            if (
                tail
                and not tail.isspace()
                and tail[:200].lstrip()[:1] in begins
                and (number := starts.get(_bare(tail[:200])[:12], 0)) > seen
            ):
                last, seen = element.getparent(), number
                first = first if first is not None else last
            if seen == end:
                break
        self._seen = seen
        return first, last


def _bare(text: str) -> str:
    return "".join(text.split())


def _common(first: Element, last: Element) -> Element | None:
    """The smallest element that holds both and may hold pictures beside them."""
    above = [first, *first.iterancestors()]
    own = {id(one) for one in above}
    holder = next((one for one in [last, *last.iterancestors()] if id(one) in own), None)
    while holder is not None and holder.tag in _INLINE:
        holder = holder.getparent()
    return holder
