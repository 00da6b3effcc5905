"""The cells of tables in a text: a row's cells in one line, and linked cells beside a heading."""

from collections import Counter
from collections.abc import Sequence

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet


def with_linked(sheet: Sheet, kept: list[int], numbers: Sequence[int]) -> list[int]:
    """The kept lines and the linked cells beside them in rows that begin with a heading: 国籍 | 韩国."""
    rows = {row for n in kept if (row := _headed_row(sheet.lines[n])) is not None}
    if not rows:  # as in most texts; no line is looked at again
        return kept
    chosen = set(kept)
    return [
        n for n in numbers if n in chosen or (sheet.lines[n].is_link and _headed_row(sheet.lines[n]) in rows)
    ]


def _headed_row(line: Line) -> Element | None:
    """The row of a table that holds a line, if the row has a heading and a further cell."""
    cell = of_line(line)
    row = cell.getparent() if cell is not None else None
    if row is None or len(row) != 2 or row[0].tag != "th" or row[1].tag != "td":
        return None
    return row


def with_rows(lines: Sequence[Line]) -> list[str]:
    """The texts of lines; the cells of a table's row in one line, with tabs between."""
    cells = [of_line(line) for line in lines]
    if cells.count(None) == len(cells):  # as in most texts
        return [line.text for line in lines]
    sizes = Counter(cells)
    out: list[str] = []
    row: Element | None = None
    for line, cell in zip(lines, cells, strict=True):
        alone = cell is not None and sizes[cell] == 1 and len(line.text) <= 60
        here = cell.getparent() if alone and cell is not None else None
        if here is not None and here is row:
            out[-1] += f"\t{line.text}"
        else:
            out.append(line.text)
        row = here
    return out


def of_line(line: Line) -> Element | None:
    """The table cell of a line: its own element or the parent of its paragraph."""
    for element in (line.block, line.block.getparent()):
        if element is not None and element.tag in ("td", "th"):
            return element
    return None
