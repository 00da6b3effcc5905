"""What belongs to a headline: its second line 副题, how it is set, the headline that a copy says the text had."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.fields.titles import Heading, holds_more
from extract.page.line import Line, tidy
from extract.page.lines import Sheet
from extract.script.fold import fold

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SUBTITLE_NAME = re.compile(
    r"sub-?tit|subhead|fubiao|fu-?title|ftitle|second-?title|title2|deck\b|(?:^|\s)sub(?:\s|$)", re.I
)

_HANZI = re.compile("[一-鿿]{4}")
_LARGE = re.compile(
    r"font-size\s?:\s?(?:1[89]|[23]\d)(?:px|pt)|font-weight\s?:\s?(?:bold|[6-9]00)|(?<!sub)(?<!sub-)title",
    re.I,
)
_ORIGINAL = re.compile(
    r"[(（\[【]?\s*(?:本文)?(?:原标题|原標題|原题|原題|原文标题)(?:为|是)?\s*[:：]\s*(?P<title>.{2,120}?)\s*+(?:[)）\]】]\s*+)?$"
)


def subtitle(sheet: Sheet, heading: Heading) -> str | None:
    """The second line of a headline, in an element named for it or behind a dash: ——热烈祝贺市政协会议开幕."""
    if heading.line < 0:
        return None
    if (second := _inside(sheet, heading)) and _HANZI.search(second):
        return second
    above = [
        line
        for line in sheet.lines[max(0, heading.line - 1) : heading.line]
        if is_named(line) and _HANZI.search(line.text)
    ]
    for line in [*sheet.lines[heading.line + 1 : heading.line + 3], *above]:
        is_below = line.text.startswith(("——", "—", "--")) and len(fold(line.text)) >= 4
        if line.unseen or line.is_link or holds_more(line.spaced) or len(line.text) > 60:
            continue
        if (is_named(line) or is_below) and fold(line.text) not in fold(heading.text or ""):
            return line.text
    return None


def without_second(sheet: Sheet, heading: Heading) -> Heading:
    """The headline without the second line inside it: <h1>标题<span class=sub>副题</span></h1>."""
    second = _inside(sheet, heading)
    text = (heading.text or "").removesuffix(second).rstrip() if second else ""
    return replace(heading, text=text) if len(fold(text)) >= 4 else heading


def _inside(sheet: Sheet, heading: Heading) -> str:
    """What the headline's own line holds in an element named for a second line."""
    line = sheet.lines[heading.line] if 0 <= heading.line < len(sheet.lines) else None
    if line is None or len(line.pieces) < 2:
        return ""
    last = line.pieces[-1]
    is_second = last.element is not line.block and _SUBTITLE_NAME.search(last.element.get("class") or "")
    return tidy(last.text) if is_second else ""


def is_named(line: Line) -> bool:
    """Whether a line is in an element named for a second line: subtitle, deck."""
    names = f"{line.block.get('class') or ''} {line.block.get('id') or ''}"
    return _SUBTITLE_NAME.search(names) is not None


def is_emphasised(line: Line) -> bool:
    """Whether a line is set larger or bolder than text, or in an element named for a headline."""
    around = (line.block, *(piece.element for piece in line.pieces[:2]))
    return any(
        element.tag in _HEADINGS
        or element.tag in ("b", "strong", "big")
        or (element.tag == "font" and (element.get("size") or "") in ("+1", "+2", "+3", "4", "5", "6", "7"))
        or _LARGE.search(f"{element.get('style') or ''} {element.get('class') or ''}") is not None
        for element in around
    )


def original(lines: Sequence[str]) -> str | None:
    """The headline that a copy says the text had before: （原标题：…）."""
    for line in lines:
        if match := _ORIGINAL.match(line):
            return match["title"].strip(" 《》") or None
    return None
