"""Cells that a spreadsheet would compute are written as text."""

import pytest

from archive.spreadsheet import cell


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-1+x", "@SUM(A1)", " =1", "\t=1", "＝1", "－1", "＋1", "＠x", "\r=1", "\ufeff=1"]
)
def test_a_formula_becomes_text(value: str) -> None:
    assert cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["人民日报", "1-2", "", -1, None, 0.5, "a=b"])
def test_other_values_stay(value: object) -> None:
    assert cell(value) == value
