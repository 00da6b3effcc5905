"""What stands among the paragraphs and is no text: captions of pictures, known by where they stand, and polls."""

import re
from collections.abc import Sequence

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet
from extract.text.phrases import is_numbered

LONGEST = 120
"""Characters of a caption."""
UNDER_A_PICTURE = re.compile(
    r"[(（【［\[]?\s?(?:图|圖|资料图|資料圖|资料照|資料照|[▲■△])|.*[(（/／][^()（）]{0,20}(?:摄|攝|翻攝|翻摄|取自|提供|資料照|资料图|圖|图)[^()（）]{0,12}[)）]?$"
)
"""What credits or names the picture that it is printed below."""
MOST_POLLS = 20
"""Polls of a page that are looked at."""
_CENTRED = re.compile(r"text-align\s{0,3}:\s{0,3}center", re.I)
_HEADING = re.compile(r"《.*》|step ?\d.*|[^。]{0,12}[:：]", re.I)
_BOXES = ("center", "div", "table", "tbody", "dl", "dd", "figure")
_TABLES = ("td",)
_PICTURES = ("img", "video", "object", "embed")


def captions(sheet: Sheet, numbers: Sequence[int], container: Element) -> list[int]:
    """The lines, among these, that are captions: alone with a picture in a box, or centred right below one.

    `h2` and its like, parts of a paragraph that a picture stands in, and headings below a picture are none.
    """
    if next(container.iter(*_PICTURES), None) is None:
        return []
    return [n for n in numbers if _is_caption(sheet, sheet.lines[n], container)]


def polls(sheet: Sheet, container: Element) -> frozenset[int]:
    """The lines of the forms and tables of answers to choose from inside a container: 您怎么看？ 支持 反对."""
    asked = dict.fromkeys(
        place
        for choice in container.iter("input")
        if choice.get("type", "").lower() in ("radio", "checkbox")
        and (place := next(choice.iterancestors("form", "table", "ul", "dl"), None)) is not None
        and container in place.iterancestors()
    )
    return frozenset(number for place in list(asked)[:MOST_POLLS] for number in range(*sheet.inside(place)))


def _is_caption(sheet: Sheet, line: Line, container: Element) -> bool:
    block = line.block
    if len(line.text) > LONGEST or line.linked or block.tag in ("figcaption", "h1", "h2", "h3", "h4", "li"):
        return False
    for place in sheet.path(block)[:4]:
        first, last = sheet.inside(place)
        if place is container or last - first > 2:
            break
        if next(place.iter(*_PICTURES), None) is not None:
            if place.tag in _BOXES and last - first == 1:
                return True
            return place.tag in (*_BOXES, *_TABLES) and UNDER_A_PICTURE.match(line.text) is not None
    above = block.getprevious()
    while above is not None and not isinstance(above.tag, str):
        above = above.getprevious()
    if above is None or not _is_centred(block) or next(above.iter(*_PICTURES), None) is None:
        return False
    is_title = is_numbered(line.text) or _HEADING.fullmatch(line.text) is not None
    return not is_title and not "".join(above.itertext()).strip()


def _is_centred(element: Element) -> bool:
    """Whether an element, or what holds it, is centred."""
    parent = element.getparent()
    return any(
        one.tag == "center"
        or (one.get("align") or "").lower() in ("center", "middle")
        or _CENTRED.search(one.get("style") or "") is not None
        for one in (element, parent)
        if one is not None
    )
