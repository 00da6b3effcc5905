"""Summaries of other articles, each below its linked title: they are recognised by the list that they form."""

from collections.abc import Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet

FEWEST = 3
"""Summaries from which they are a list of other articles."""
TITLE_WITHIN = 3
"""Elements between a linked title and its entry, and the entry."""
DEEPEST = 6
"""Elements between a line and the entry that holds it, at most."""


def is_one(above: Line, line: Line) -> bool:
    """Whether a line is the summary under a linked title: both in the same entry of a list."""
    if not above.is_link or len(above.text) < 6 or above.block is line.block:
        return False
    entry = line.block.getparent()
    if line.block.tag == above.block.tag == "p" and above.block.getparent() is entry:
        return False  # headings and paragraphs of one text
    return entry is not None and entry in (above.block, *islice(above.block.iterancestors(), TITLE_WITHIN))


def in_lists(sheet: Sheet, numbers: Sequence[int]) -> frozenset[int]:
    """The lines, among these, of the entries of all lists of summaries."""
    entries: dict[Element, dict[Element, None]] = {}
    lines = sheet.lines
    for number in numbers:
        if number and is_one(lines[number - 1], lines[number]):
            entry = lines[number].block.getparent()
            around = entry.getparent() if entry is not None else None
            if entry is not None and around is not None and entry.tag != "tr":  # a table of works is text
                entries.setdefault(around, {})[entry] = None
    listed = {entry for of_list in entries.values() if len(of_list) >= FEWEST for entry in of_list}
    if not listed:
        return frozenset()
    return frozenset(n for n in numbers if not listed.isdisjoint(sheet.path(lines[n].block)[:DEEPEST]))
