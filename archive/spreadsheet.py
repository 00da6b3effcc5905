"""Rows for spreadsheets: a cell that a spreadsheet would compute is written as text."""

import re
from typing import Any

FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a formula begins: signs that Excel, LibreOffice and WPS take for one, full width too, behind any blanks."""


def cell(value: Any) -> Any:
    """The value as a cell that is shown as it stands: an apostrophe before what would be a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
