"""Databases of earlier releases are opened, and brought up to today's tables."""

import shutil
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from archive.care.rebuild import rebuild
from archive.errors import WrongUse
from archive.run.folder import Archive
from archive.view import database, migrate
from archive.view.store import SCHEMA, Store
from crawler.registry.book import SiteFiles

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
    monkeypatch.setattr(database, "SCHEMA", SCHEMA + 1)
    monkeypatch.setattr(migrate, "STEPS", tmp_path)
    if script is not None:
        (tmp_path / f"{SCHEMA + 1}.sql").write_text(script)


def kept(number: int, folder: Path) -> Path:
    """A database with the tables of an earlier schema, beside the record of a crawl made with it."""
    (folder / "warc").mkdir(parents=True)
    shutil.copy(KEPT / f"{number}.warc.gz", folder / "warc" / f"zhuanzai-{number}.warc.gz")
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        conn.executescript((KEPT / f"{number}.sql").read_text("utf-8"))
    return folder


@pytest.mark.parametrize("number", range(1, SCHEMA))
def test_an_earlier_archive_is_brought_up_or_asks_for_a_rebuild(number: int, tmp_path: Path) -> None:
    with Store(tmp_path / "new.db"):
        pass
    old = kept(number, tmp_path / "old")
    if all(
        (files("archive.view") / "migrations" / f"{n}.sql").is_file() for n in range(number + 1, SCHEMA + 1)
    ):
        with Store(old / "archive.db"):
            pass
        assert shape(old / "archive.db") == shape(tmp_path / "new.db")
        return
    with pytest.raises(WrongUse, match=f"schema {number}, this version reads {SCHEMA}; run `scrapy rebuild`"):
        Store(old / "archive.db")


def test_a_rebuild_reads_the_record_of_schema_1(tmp_path: Path) -> None:
    old = kept(1, tmp_path / "old")

    rebuild(Archive(old, SiteFiles.load()), made_by="test", jobs=1)

    with Store(old / "archive.db", read_only=True) as store:
        titles = [title for (title,) in store.conn.execute("SELECT title FROM articles ORDER BY title")]
        captures = store.conn.execute("SELECT count(*) FROM captures").fetchone()[0]
    assert titles == [
        "一只口罩，一份分寸",
        "三支医疗队的一张排班表",
        "云上开学，乡村教师的第一堂课",
        "春耕农资进村，送到地头不见面",
    ]
    assert captures == 8


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
