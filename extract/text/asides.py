"""What stands among the paragraphs and is no text: captions of pictures, known by where they stand, polls, and what
readers wrote."""

import re
from collections.abc import Collection, Sequence
from itertools import islice, pairwise

from lxml.etree import _Element as Element

from extract.page import dates
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold, is_numbered

LONGEST = 120
"""Characters of a caption."""
UNDER_A_PICTURE = re.compile(
    r"[(（【［\[]?\s?(?:图|圖|资料图|資料圖|资料照|資料照|[▲■△])|.*[(（/／][^()（）]{0,20}(?:摄|攝|翻攝|翻摄|取自|提供|資料照|资料图|圖|图)[^()（）]{0,12}[)）]?$"
)
"""What credits or names the picture that it is printed below."""
ELEMENTS_OF_A_BOX = 4
"""Elements, from a caption's own upwards, of which one is the box of its picture."""
MOST_POLLS = 20
"""Polls of a page that are looked at."""
LONGEST_STAMP = 60
"""Characters of a line that holds when a reader wrote, and at most who, and the buttons beside it."""
LONGEST_NAME = 24
"""Characters of the line, or of the rest of such a line, that holds a reader's name."""
MOST_STAMPS = 200
"""Such lines of a page that are looked at."""
_AGO = re.compile(in_fold(r"\d{1,2} ?(?:秒|分钟|小时|天|个月|年)(?:之?前)|(?:昨天|今天|前天) ?\d{1,2}:\d\d"))
_DIGIT = re.compile(r"\d")
_LABELLED = re.compile(in_fold("来源|发布时间|更新|责任编辑|稿源"))
_OF_READERS = re.compile(
    in_fold("评论|留言|跟[帖贴]|网友|读者|大家|回[应响复]|讨论|热议|comments?|responses?")
)
_BUTTONS = re.compile(in_fold(r"发表于|回复|支持|反对|顶|踩|赞|举报|引用|[\d\s()\[\]（）【】|｜:：,，.·-]+"))
_CENTRED = re.compile(r"text-align\s{0,3}:\s{0,3}center", re.I)
_HEADING = re.compile(r"《.*》|step ?\d.*|[^。]{0,12}[:：]", re.I)
_HEADINGS = ("h1", "h2", "h3", "h4")
_BOXES = ("center", "div", "table", "tbody", "dl", "dd", "figure")
_TABLES = ("td",)
_PICTURES = ("img", "video", "object", "embed")


def captions(sheet: Sheet, numbers: Sequence[int], container: Element) -> list[int]:
    """The lines, among these, that are captions: alone with a picture in a box, or centred right below one.

    `h2` and its like, parts of a paragraph that a picture stands in, and headings below a picture are none.
    """
    short = [n for n in numbers if len(sheet.lines[n].text) <= LONGEST and not sheet.lines[n].linked]
    if not short or next(container.iter(*_PICTURES), None) is None:
        return []
    around = container.getparent()  # a line of the container itself may stand below a picture beside it
    pictured = _around_pictures(container if around is None else around)
    return [n for n in short if _is_caption(sheet, sheet.lines[n], container, pictured)]


def _around_pictures(container: Element) -> set[Element]:
    """The pictures of a container, and the elements that hold one. Each element is visited once."""
    found: set[Element] = set()
    for picture in container.iter(*_PICTURES):
        at: Element | None = picture
        while at is not None and at not in found:
            found.add(at)
            at = at.getparent()
    return found


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


def of_readers(sheet: Sheet, numbers: Sequence[int]) -> range:
    """The lines, from the first to the last of these, of what readers wrote below a text: several entries set in one
    way, each with a clock, and with names; empty if there are none."""
    lines = sheet.lines
    # most lines are known to be none, or too long: they are not asked
    short = (n for n in numbers if lines[n].stamp is not False and len(lines[n].text) <= LONGEST_STAMP)
    stamps = [*islice((n for n in short if is_stamp(lines[n])), MOST_STAMPS)]
    for place, (one, other) in enumerate(pairwise(stamps)):
        around = _around_both(sheet, lines[one].block, lines[other].block)
        if around is None:
            continue
        own = [n for n in stamps[place:] if around in sheet.path(lines[n].block)]
        entries = [_entry(sheet, around, n) for n in own]
        first, last = entries[0].start, entries[-1].stop
        if len(entries[0]) == 1:  # each line stands beside the others
            if not _rest(lines[one]):  # the name and what is said stand above the clock
                size = min(4, other - one)
                entries = [range(max(numbers[0], n - size + 1), n + 1) for n in own]
                first = entries[0].start
            last = sheet.inside(around)[1]
        named = sum(_is_named(sheet, entry, n) for entry, n in zip(entries, own, strict=True))
        if 2 * named >= len(own) and any(lines[n].stops for n in range(first, last)):
            above = lines[first - 1].text if first > numbers[0] else ""
            is_head = len(above) <= LONGEST_NAME and _OF_READERS.search(fold_chars(above).lower()) is not None
            return range(first - is_head, last)
    return range(0)


def is_stamp(line: Line) -> bool:
    """Whether a line says when something was written, to the minute, and little else."""
    if line.stamp is None:
        line.stamp = _is_stamp(line)
    return line.stamp


def _is_stamp(line: Line) -> bool:
    text = line.text
    if not 4 <= len(text) <= LONGEST_STAMP or line.unseen:
        return False
    if ":" not in text and "：" not in text and "前" not in text:  # most
        return False
    if "。" in text or not _DIGIT.search(text):
        return False
    text = line.spaced  # tiger2008 in an element of its own, 2012-01-19 behind it
    folded = fold_chars(text)
    if _AGO.search(folded) is None and all(one.precision == "day" for one in dates.find(text)):
        return False
    return _LABELLED.search(folded) is None


def _around_both(sheet: Sheet, one: Element, other: Element) -> Element | None:
    """The innermost element that holds two lines' blocks; None where both lines are of one block."""
    above = sheet.path(one)
    return next((place for place in sheet.path(other) if place in above), None) if one is not other else None


def _entry(sheet: Sheet, around: Element, number: int) -> range:
    """The lines of the child of a list that holds a line."""
    path = sheet.path(sheet.lines[number].block)
    at = path.index(around)
    return range(*sheet.inside(path[at - 1])) if at else range(number, number + 1)


def _rest(line: Line) -> str:
    """What a line with a clock says beside it, without buttons."""
    text = line.spaced
    for found in reversed(dates.find(text)):
        text = text[: found.start] + text[found.end :]
    return _BUTTONS.sub("", _AGO.sub("", fold_chars(text)))


def _is_named(sheet: Sheet, entry: range, stamp: int) -> bool:
    """Whether an entry holds a short line, or a word beside the clock, that may be a reader's name. Headings head the
    sections of one text."""
    if any(sheet.lines[n].block.tag in _HEADINGS for n in entry):
        return False
    if 1 <= len(_rest(sheet.lines[stamp])) <= LONGEST_NAME:
        return True
    others = (sheet.lines[n] for n in entry if n != stamp)
    return any(1 <= len(line.text) <= LONGEST_NAME and not line.stops for line in others)


def _is_caption(sheet: Sheet, line: Line, container: Element, pictured: Collection[Element]) -> bool:
    block = line.block
    if block.tag in ("figcaption", "h1", "h2", "h3", "h4", "li"):
        return False
    place: Element | None = block
    for _ in range(ELEMENTS_OF_A_BOX):
        if place is None or place is container:
            break
        if place in pictured:
            first, last = sheet.inside(place)
            if last - first > 2:
                break
            if place.tag in _BOXES and last - first == 1:
                return True
            return place.tag in (*_BOXES, *_TABLES) and UNDER_A_PICTURE.match(line.text) is not None
        place = place.getparent()
    above = block.getprevious()
    while above is not None and not isinstance(above.tag, str):
        above = above.getprevious()
    if above is None or above not in pictured or not _is_centred(block):
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
