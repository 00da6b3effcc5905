"""Rows as columns of text for a terminal, on which a Chinese character is two columns wide."""

from unicodedata import east_asian_width


def table(rows: list[tuple[str, ...]]) -> str:
    """The rows as lines; the first row gives the number of columns."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
