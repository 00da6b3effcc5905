"""Databases of earlier releases are opened, and brought up to today's tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import migrate, store
from archive.errors import WrongUse
from archive.store import SCHEMA, Store

KEPT = Path(__file__).parent / "schemas"


def shape(path: Path) -> list[tuple[str, str]]:
    """Tables and views with their columns."""
    with closing(sqlite3.connect(path)) as conn:
        names = conn.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        ).fetchall()
        return [(name, str(conn.execute(f"PRAGMA table_xinfo({name})").fetchall())) for (name,) in names]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database that says it is of the schema before."""
    with Store(tmp_path / "archive.db"):
        pass
    return tmp_path / "archive.db"


def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str | None) -> None:
    """A version of the program that reads the next schema."""
    monkeypatch.setattr(store, "SCHEMA", SCHEMA + 1)
    monkeypatch.setattr(migrate, "STEPS", tmp_path)
    if script is not None:
        (tmp_path / f"{SCHEMA + 1}.sql").write_text(script)


def test_every_released_schema_is_kept_and_can_be_brought_up(tmp_path: Path) -> None:
    with Store(tmp_path / "new.db"):
        pass
    for number in range(1, SCHEMA):
        path = tmp_path / f"{number}.db"
        with closing(sqlite3.connect(path)) as conn:
            conn.executescript((KEPT / f"{number}.sql").read_text("utf-8"))
        with Store(path):
            pass
        assert shape(path) == shape(tmp_path / "new.db")


def test_a_step_changes_the_tables_once(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer(monkeypatch, tmp_path, "ALTER TABLE runs ADD COLUMN weather TEXT;\n")
    for _ in range(2):
        with Store(old) as opened:
            columns = [row[1] for row in opened.conn.execute("PRAGMA table_info(runs)")]
            schema = opened.meta("schema")

    assert columns[-1] == "weather"
    assert schema == str(SCHEMA + 1)


def test_a_step_that_fails_leaves_the_database_as_it_was(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shape(old)
    newer(monkeypatch, tmp_path, "ALTER TABLE runs ADD COLUMN weather TEXT;\nDROP TABLE no_such_table;\n")
    with pytest.raises(Exception, match="no_such_table"):
        Store(old)

    assert shape(old) == before


def test_a_schema_without_a_step_asks_for_a_rebuild(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch, tmp_path, None)

    with pytest.raises(
        WrongUse, match=f"schema {SCHEMA}, this version reads {SCHEMA + 1}; run `scrapy rebuild`"
    ):
        Store(old)


def test_a_reader_changes_nothing(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer(monkeypatch, tmp_path, "ALTER TABLE runs ADD COLUMN weather TEXT;\n")

    with pytest.raises(WrongUse, match="any run that writes brings it up to date"):
        Store(old, read_only=True)


def test_a_database_of_a_newer_release_is_left_alone(old: Path) -> None:
    with Store(old) as opened, opened.commit():
        opened.set_meta("schema", str(SCHEMA + 5))

    with pytest.raises(WrongUse, match="made by a newer zhuanzai"):
        Store(old)
