"""Summaries of other articles, each below its linked title: they are recognised by the list that they form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet

_CELLS = ("td", "th")
"""Linked cells and plain ones side by side are a table of works, which is text."""
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
    lines = sheet.lines
    found = [n for n in numbers if n and lines[n].stops and is_one(lines[n - 1], lines[n])]
    found = [n for n in found if lines[n].block.tag not in _CELLS]
    if len(found) < FEWEST:
        return frozenset()
    sizes = Counter(element for n in numbers for element in sheet.path(lines[n].block)[:DEEPEST])
    entries: dict[Element, dict[Element, None]] = {}
    for number in found:
        entry = _entry(lines[number], sizes)
        around = entry.getparent()
        if around is not None:
            entries.setdefault(around, {})[entry] = None
    listed = {entry for of_list in entries.values() if len(of_list) >= FEWEST for entry in of_list}
    if not listed:
        return frozenset()
    return frozenset(n for n in numbers if not listed.isdisjoint(sheet.path(lines[n].block)[:DEEPEST]))


def _entry(line: Line, sizes: Mapping[Element, int]) -> Element:
    """The outermost element that holds the summary and its title and no other line."""
    entry = line.block.getparent()
    assert entry is not None  # is_one found it
    while (above := entry.getparent()) is not None and sizes.get(above) == sizes.get(entry):
        entry = above
    return entry
