"""docs/lake.md: its tables are those of the code, and its queries run as they stand."""

import re
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("duckdb", reason="the extra `cluster` is not installed")

import duckdb

from archive.lake import schema
from tests.archive.lake.made import built, copies_of, put_reading

PAGE = (Path(__file__).parents[3] / "docs" / "lake.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.S)


def test_the_page_lists_every_column() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.M))

    assert {table: columns.split(", ") for table, columns in rows.items()} == {
        table: shape.names for table, shape in schema.SCHEMAS.items()
    }


@pytest.mark.parametrize("a_part", [12_000, 1])
def test_the_queries_run_and_find_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a_part: int
) -> None:
    monkeypatch.setattr(schema, "ARTICLES_A_PART", a_part)
    monkeypatch.setattr(schema, "CAPTURES_A_PART", a_part)
    place = str(tmp_path / "lake")
    built(place, [put_reading(place, "a", copies_of(1, 4) + copies_of(2, 1), with_captures=True)])
    monkeypatch.chdir(tmp_path)
    conn = duckdb.connect()
    views, *questions = QUERIES

    conn.execute(views)

    found = [conn.execute(question).fetchall() for question in questions]
    conn.close()
    assert len(questions) == 4
    assert [bool(rows) for rows in found] == [True] * 4
    assert found[0][0][2] == 4
    assert len(found[3]) == 4
