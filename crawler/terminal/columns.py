"""Rows as columns of text for a terminal, on which a Chinese character is two columns wide."""

from unicodedata import east_asian_width


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it, to so many columns of a terminal."""
    return text + " " * (columns - wide(text))


def table(rows: list[tuple[str, ...]]) -> str:
    """The rows as lines; the first row gives the number of columns."""
    widths = [max(wide(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def wide(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
