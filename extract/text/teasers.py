"""Summaries of other articles, each below its linked title: they are recognised by the list that they form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract.page import dates
from extract.page.line import Line
from extract.page.lines import Sheet

_CELLS = ("td", "th")
"""Linked cells and plain ones side by side are a table of works, which is text."""
_HEADINGS = ("h2", "h3", "h4", "h5")
SHORTEST_TITLE = 2
"""Characters of a linked title that is a heading."""
LONGEST_DATE = 30
"""Characters of a line below a linked title that holds a date and at most a clock and a name."""
FEWEST = 3
"""Summaries from which they are a list of other articles."""
TITLE_WITHIN = 3
"""Elements between a linked title and its entry, and the entry."""
SUMMARY_WITHIN = 2
"""Elements between a summary and its entry, and the entry."""
DEEPEST = 6
"""Elements between a line and the entry that holds it, at most."""


def is_one(above: Line, line: Line) -> bool:
    """Whether a line is the summary under a linked title: both in the same entry of a list."""
    return _shared(above, line) is not None


def _shared(above: Line, line: Line) -> Element | None:
    """The element that holds a summary and the linked title above it; None if the line is no such summary."""
    if not above.is_link or above.block is line.block:
        return None
    if len(above.text) < (SHORTEST_TITLE if above.block.tag in _HEADINGS else 6):
        return None
    if line.block.tag == above.block.tag == "p" and above.block.getparent() is line.block.getparent():
        return None  # headings and paragraphs of one text
    around = (above.block, *islice(above.block.iterancestors(), TITLE_WITHIN))
    return next((one for one in islice(line.block.iterancestors(), SUMMARY_WITHIN) if one in around), None)


def dated(sheet: Sheet, numbers: Sequence[int]) -> frozenset[int]:
    """The lines, among these, of lists of linked titles with a date below each."""
    lines = sheet.lines
    found: set[int] = set()
    run: list[int] = []
    for number in numbers:
        if not lines[number].is_link or lines[number].block.tag in _CELLS:
            continue
        if run and number > run[-1] + 2:
            run = []
        if _is_date(lines, number + 1):
            run += [number, number + 1]
        if len(run) >= 2 * FEWEST:
            found.update(run)
    return frozenset(found)


def _is_date(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is a date and little else."""
    if number >= len(lines) or lines[number].is_link or not 5 <= len(lines[number].text) <= LONGEST_DATE:
        return False
    return bool(dates.find(lines[number].text)) and not lines[number].stops


def in_lists(sheet: Sheet, numbers: Sequence[int]) -> frozenset[int]:
    """The lines, among these, of the entries of all lists of summaries."""
    lines = sheet.lines
    found = [n for n in numbers if n and lines[n - 1].is_link and lines[n].stops]
    found = [n for n in found if is_one(lines[n - 1], lines[n])]
    found = [n for n in found if lines[n].block.tag not in _CELLS]
    if len(found) < FEWEST:
        return frozenset()
    sizes = Counter(element for n in numbers for element in sheet.path(lines[n].block)[:DEEPEST])
    entries: dict[Element, dict[Element, None]] = {}
    for number in found:
        shared = _shared(lines[number - 1], lines[number])
        entry = _entry(shared, sizes) if shared is not None else None
        around = entry.getparent() if entry is not None else None
        if entry is None or around is None:
            continue
        entries.setdefault(around, {})[entry] = None
        further = around.getparent()  # the channel stands before the title, in the item
        if further is not None and sizes[around] <= sizes[entry] + 1:
            entries.setdefault(further, {})[around] = None
    listed = {entry for of_list in entries.values() if len(of_list) >= FEWEST for entry in of_list}
    if not listed:
        return frozenset()
    return frozenset(n for n in numbers if not listed.isdisjoint(sheet.path(lines[n].block)[:DEEPEST]))


def _entry(entry: Element, sizes: Mapping[Element, int]) -> Element:
    """The outermost element that holds no other line than the one that holds a summary and its title."""
    while (above := entry.getparent()) is not None and sizes.get(above) == sizes.get(entry):
        entry = above
    return entry
