"""Another article below the article: a line that is its headline, by its label or by the dateline under it."""

import re
from collections.abc import Sequence

from extract.page import dates
from extract.page.line import Line
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold, is_floor

_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_LABELLED = re.compile(
    in_fold(
        "[【\\[]?(?:相关|延伸|推荐|更多|下一篇|上一篇)(?:新闻|报道|报导|阅读|文章)?[】\\]]?[:：|｜].{4,60}"
    )
)
_SOURCE = re.compile(in_fold("(?:来源|稿源)[:：]"))
PARAGRAPHS = 2
"""Paragraphs of a post in full; a list's entry has a summary."""
SHORTEST = 20
"""Characters of such a paragraph."""
_READ_ON = re.compile(in_fold("全文|继续|阅读|详细|更多") + "|more|read", re.I)
_STOPS = re.compile("[。！？!?；;]$|[。；]")


def may_begin(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is the headline of another article. The line's label or the lines below it say so."""
    return begins(lines, number) or is_labelled(lines[number])


def begins(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is the headline of another article: a date with clock or source is printed below it."""
    line = lines[number]
    shortest = 2 if line.block.tag in _HEADINGS else 6
    if number + 1 >= len(lines) or line.unseen or not shortest <= len(line.text) <= 60:
        return False
    below = lines[number + 1]
    if "http" in line.text or below.block is line.block or len(below.text) > 60 or "。" in below.text:
        return False
    if not (found := dates.find(below.text)):  # most
        return False
    if line.block.tag not in _HEADINGS and (_STOPS.search(line.text) or _in_cell(line)):
        return False
    if dates.find(line.text):
        return False
    return any(one.precision != "day" for one in found) or _SOURCE.search(fold_chars(below.text)) is not None


def first_posts(lines: Sequence[Line], above: int) -> tuple[int, int] | None:
    """The headlines of the first two of several posts below a line, the first right below it: headings of one kind,
    a date below each, no links. The line itself names the site."""
    near = [n for n in range(above + 1, min(above + 4, len(lines))) if not lines[n].unseen]
    motto = lines[near[0]] if len(near) > 1 and lines[near[1]].block.tag in _HEADINGS else None
    if (
        motto is not None
        and motto.block.tag not in _HEADINGS
        and len(motto.text) <= 24
        and not dates.find(motto.text)
    ):
        near.pop(0)  # the blog's motto
    first = near[0] if near else -1
    if first < 0 or lines[first].block.tag not in _HEADINGS or not _is_dated(lines, first):
        return None
    if lines[first].is_link and not _holds_post(lines, first):  # a list of articles: the links lead to them
        return None
    kind = lines[first].block.tag, lines[first].block.get("class")
    for number in range(first + 2, len(lines)):
        block = lines[number].block
        if (block.tag, block.get("class")) == kind and _is_dated(lines, number):
            return first, number
    return None


def _holds_post(lines: Sequence[Line], number: int) -> bool:
    """Whether a whole text stands below a linked headline and its date, a blog's post: paragraphs, and no link to read
    on."""
    kind = lines[number].block.tag
    end = next((n for n in range(number + 1, len(lines)) if lines[n].block.tag == kind), len(lines))
    below = lines[number + 2 : number + 2 + PARAGRAPHS]
    is_text = all(
        line.stops and not line.linked and len(line.text) >= SHORTEST and line.text[-1] in "。！？”"
        for line in below
    )
    reads_on = any(
        line.is_link and _READ_ON.search(fold_chars(line.text)) for line in lines[number + 2 : end]
    )
    return len(below) == PARAGRAPHS and is_text and not reads_on


def _is_dated(lines: Sequence[Line], number: int) -> bool:
    """Whether a short line below a line holds a date."""
    below = lines[number + 1] if number + 1 < len(lines) else None
    return (
        below is not None
        and len(below.text) <= 60
        and "。" not in below.text
        and bool(dates.find(below.text))
    )


def begins_floors(lines: Sequence[Line], numbers: Sequence[int], number: int) -> bool:
    """Whether readers' comments begin at a line: a name with a floor, and another such line set in the same way."""
    if not is_floor(lines[number].text):
        return False
    place = _place(lines[number])
    return any(n > number and is_floor(lines[n].text) and _place(lines[n]) == place for n in numbers)


def _place(line: Line) -> tuple[object, object]:
    """What the lines of different entries of one list have in common: the tag and the list around."""
    entry = line.block.getparent()
    return line.block.tag, entry.getparent() if entry is not None else None


def is_sourced(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is the headline of another article whose dateline names its own source: no entry of one text."""
    return begins(lines, number) and _SOURCE.search(fold_chars(lines[number + 1].text)) is not None


def is_labelled(line: Line) -> bool:
    """Whether a line is a heading that says it is of another article: 相关新闻：气象台发布霜冻预警."""
    return (
        line.block.tag in _HEADINGS
        and len(line.text) <= 70
        and _LABELLED.fullmatch(fold_chars(line.text)) is not None
    )


def _in_cell(line: Line) -> bool:
    parent = line.block.getparent()
    return line.block.tag in ("td", "th") or (parent is not None and parent.tag in ("td", "th"))
