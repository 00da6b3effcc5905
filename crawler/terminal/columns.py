"""Rows as columns of text for a terminal, on which a Chinese character is two columns wide."""

import os
import sys
from collections.abc import Mapping
from itertools import zip_longest
from unicodedata import category, east_asian_width

NARROWEST = 16
"""Columns that a cell keeps at least where a table is too wide for the screen."""


def screen(environment: Mapping[str, str] = os.environ) -> int | None:
    """How many columns the terminal has, or COLUMNS says; None where the output goes into a file or a pipe."""
    said = environment.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it, to so many columns of a terminal."""
    return text + " " * (columns - wide(text))


def table(rows: list[tuple[str, ...]], within: int | None = None) -> str:
    """The rows as lines; the first row gives the number of columns.

    Where they are wider than `within`, the widest column is narrowed and its cells go on in the next line.
    """
    widths = [max(wide(row[column]) for row in rows) for column in range(len(rows[0]))]
    while within is not None and sum(widths) + 2 * (len(widths) - 1) > within and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in rows:
        cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines += [
            "  ".join(padded(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()
            for parts in zip_longest(*cells, fillvalue="")
        ]
    return "\n".join(lines)


def wrapped(text: str, columns: int, indent: int = 0) -> list[str]:
    """The text in lines of so many columns, those behind the first indented: broken at a blank, else behind a mark, as
    the points of a host are, or a Chinese character, else anywhere."""
    lines = []
    room, before = columns, ""
    while wide(text) > room:
        end = _end_of_line(text, room)
        lines.append(before + text[:end].rstrip())
        text = text[end:].lstrip()
        room, before = max(columns - indent, 1), " " * indent
    return [*lines, before + text] if text or not lines else lines


def _end_of_line(text: str, columns: int) -> int:
    """Behind which character a line of so many columns ends, the first at least."""
    most = columns_reached = 0
    for char in text:
        columns_reached += wide(char)
        if columns_reached > columns:
            break
        most += 1
    most = max(most, 1)
    if text[most : most + 1] == " ":
        return most
    least = most // 2
    blank = text.rfind(" ", least, most)
    if blank >= 0:
        return blank + 1
    for end in range(most, least, -1):
        if (category(text[end - 1])[0] == "P" or wide(text[end - 1]) == 2) and category(text[end])[0] != "P":
            return end
    return most


def wide(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
