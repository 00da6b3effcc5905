"""The lines around a text that its fields are read from: head and foot, without the lists of other articles."""

from collections.abc import Sequence
from itertools import pairwise

from extract.fields import published
from extract.fields.labels import is_alone, is_labelled, values
from extract.page.line import ElementText, Line
from extract.page.lines import Sheet
from extract.text.body import Body
from extract.text.phrases import ends_article, is_dropped

LONGEST_LIST_HEADING = 12
"""Characters of the heading over a list of other articles: 24小时热文."""
LINES = 60
"""Lines before and after the text that fields are looked for in."""


def head(sheet: Sheet, title_line: int, start: int) -> list[Line]:
    """Lines between headline and text, then a few above the headline."""
    if title_line < 0:
        return [line for line in sheet.lines[max(0, start - 12) : start] if not line.furniture]
    below = sheet.lines[title_line + 1 : start][:LINES]
    above = [
        line for line in sheet.lines[max(0, title_line - 6) : title_line] if not published.is_entry(line)
    ]
    return _with_values([line for line in [*below, *above] if not line.furniture])


def foot(sheet: Sheet, found: Body) -> list[Line]:
    """The last lines of the text and those that follow it."""
    if not found.kept:
        return []
    last = found.kept[-1]
    return sheet.lines[max(found.kept[-3:][0], last - 20) : last + 21]


def _with_values(lines: list[Line]) -> list[Line]:
    """The lines, a label in a cell of its own made one with the value in the next."""
    out: list[Line] = []
    label: Line | None = None
    for line in lines:
        alone = is_alone(line.text)
        if label is not None and not alone and len(line.text) <= 40 and not is_dropped(line.text):
            out[-1] = _joined(label, line)
        else:
            out.append(line)
        label = line if alone else None
    return out


def _joined(label: Line, value: Line) -> Line:
    """One line of a label and its value."""
    line = Line(value.block, unseen=value.unseen, furniture=value.furniture)
    colon = [] if label.text.endswith((":", "：")) else [ElementText("：", label.block, linked=False)]
    line.pieces = [*label.pieces, *colon, *value.pieces]
    return line


def without_lists(foot: Sequence[Line], last: Line | None) -> list[Line]:
    """The foot without lists of other articles, whose sources are theirs, and entries in rows: 作者：甲, 作者：乙.

    `last` is the text's last line. Behind such a list only 本文… (this article) and a line that names the author count.
    """
    own: list[Line] = []
    is_below = is_past = False
    for line in foot:
        is_past = is_past or (is_below and len(line.text) <= LONGEST_LIST_HEADING and _heads_list(line.text))
        is_below = is_below or line is last
        if not is_past or "本文" in line.text[:4] or is_labelled("byline", line.text):
            own.append(line)
    rows = {line for pair in pairwise(own) if _are_in_row(*pair) for line in pair}
    return [line for line in own if line not in rows]


def _heads_list(text: str) -> bool:
    return ends_article(text) and not any(sign in text for sign in "篇条則则声聲")


def _are_in_row(line: Line, near: Line) -> bool:
    """Whether a line and the next are entries of one list, each with an author or a source of its own."""
    if line.block.tag != "li" or near.block.tag != "li":
        return False
    return any(
        (one := values(kind, line.spaced))
        and (other := values(kind, near.spaced))
        and (one != other or line.linked)
        for kind in ("byline", "source")
    )
