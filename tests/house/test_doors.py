"""SQL is written in the archive alone, and one module knows what the database is called."""

import pytest

from tests.house.doors import database_named_in, sql_in, where
from tests.house.faces import REPO

pytestmark = pytest.mark.slow


def test_the_crawler_and_extraction_write_no_sql() -> None:
    assert where(REPO / "crawler", sql_in) + where(REPO / "extract", sql_in) == []


def test_one_module_names_the_database() -> None:
    found = [
        line for floor in ("archive", "crawler", "extract") for line in where(REPO / floor, database_named_in)
    ]

    assert [line.partition(":")[0] for line in found] == ["archive/view/database.py"]


def test_sql_is_seen_however_it_is_written() -> None:
    seen = [
        'conn.execute("SELECT 1 FROM a")',
        'Q = """\n  INSERT INTO a VALUES (1)\n"""',
        'q = f"DELETE FROM {table} WHERE id = 1"',
        'conn.execute("PRAGMA user_version = 3")',
        "sqlite3.connect(path)",
    ]

    assert [list(sql_in(source)) for source in seen] == [[1]] * 5


def test_plain_words_are_no_sql() -> None:
    said = [
        'print("Select a story from the list.")',
        "print(\"sqlite3 a.db 'SELECT 1 FROM a'\")",
        'x = "WITH care"',
    ]

    assert [list(sql_in(source)) for source in said] == [[], [], []]


def test_the_databases_name_is_seen_in_paths_and_beside_suffixes() -> None:
    seen = ['folder / "archive.db"', 'f"{folder}/archive.db"', '"archive.db-wal"', '"data/archive.db"']

    assert [list(database_named_in(source)) for source in seen] == [[1]] * 4
    assert list(database_named_in('"archive.db is copied whole"')) == []
