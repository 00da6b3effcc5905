"""Cells for spreadsheets: a value that looks like a formula is written as text."""

import re
from typing import Any

FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]")
"""The beginning of a formula in Excel, LibreOffice or WPS: certain signs, full width too, after any blanks."""


def cell(value: Any) -> Any:
    """The value as a spreadsheet cell; an apostrophe is put before a value that would be a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
