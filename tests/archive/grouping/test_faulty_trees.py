"""A story whose tree cannot be made ends nothing: it stays without one, and the fault is written down and shown."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import Damaged
from archive.grouping import descents
from archive.run.batches import Live
from archive.run.folder import Archive
from archive.view.status import Alarm, status
from archive.view.store import Store
from tests.archive.archives import Book, crawl, exchange, ingest, page, response, rows
from tests.archive.foreign_files import warc

pytestmark = pytest.mark.slow

FAULTS = [
    KeyError("origin"),
    IndexError("list index out of range"),
    ValueError("min() arg is an empty sequence"),
    ZeroDivisionError("division by zero"),
    OverflowError("math range error"),
    RecursionError("maximum recursion depth exceeded"),
    TypeError("'NoneType' object is not subscriptable"),
    AttributeError("no such attribute"),
    AssertionError(),
    sqlite3.IntegrityError("NOT NULL constraint failed: descents.cost"),
    MemoryError(),
]
HEALTHY = [(2, 3), (2, 4)]
TREES = "SELECT story_id, article_id FROM descents ORDER BY 1, 2"
PAGES = {
    "http://bad.example/1.html": page(11),
    "http://b.example/1.html": page(11, said="转载。"),
    "http://c.example/2.html": page(22),
    "http://d.example/2.html": page(22, said="转载。"),
}


class Faulty:
    """A function of the lineage that raises for the story of bad.example; `tried` counts how often."""

    def __init__(self, real: Callable[..., Any], fault: Exception) -> None:
        self._real = real
        self._fault = fault
        self.tried = 0

    def tree(self, pages: list[Any], length: int) -> Any:
        if any(one.site == "bad.example" for one in pages):
            self.tried += 1
            raise self._fault
        return self._real(pages, length)

    def departures(self, origin: Any, copy: Any) -> Any:
        if "第11号" in copy.typed.raw:
            self.tried += 1
            raise self._fault
        return self._real(origin, copy)


def broken(patch: pytest.MonkeyPatch, fault: Exception, name: str = "tree") -> Faulty:
    made = Faulty(getattr(descents, name), fault)
    patch.setattr(descents, name, getattr(made, name))
    return made


def fetched() -> list[Any]:
    return [exchange(url, response(body), minutes=n) for n, (url, body) in enumerate(PAGES.items())]


def findings(folder: Path) -> list[str]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return [found.what for found in Verifier(store, door, folder / "warc", readers).findings()]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("name", ["tree", "departures"])
def test_a_fault_in_one_story_leaves_that_story_alone_without_a_tree(
    name: str,
    fault: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken(monkeypatch, fault, name)

    crawl(tmp_path, *fetched())

    assert rows(tmp_path, TREES) == HEALTHY
    assert rows(tmp_path, "SELECT count(*) FROM departures WHERE origin_id = 1 OR article_id = 2") == [(0,)]
    assert rows(tmp_path, "SELECT ending, articles_new FROM runs") == [("finished", 4)]
    (told,) = {record.getMessage() for record in caplog.records if record.name == descents.__name__}
    assert told == "story 1: its tree could not be made; it stays without one"
    assert type(fault).__name__ in caplog.text  # the traceback


def test_a_tree_that_failed_is_not_tried_again_until_its_story_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = broken(monkeypatch, KeyError(1))
    crawl(tmp_path, *fetched())
    before = made.tried
    strangers = [exchange(f"http://x.example/{n}.html", response(page(n))) for n in (31, 42, 53, 64)]

    crawl(tmp_path, *strangers, run_id="20200211T003953Z-0c0c0c0c", batch=1)

    assert (before, made.tried) == (1, 1)
    assert rows(tmp_path, "SELECT * FROM untraced") == []


def test_a_newcomer_gives_the_story_its_tree_once_the_fault_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1))
        crawl(tmp_path, *fetched())

    late = exchange("http://e.example/1.html", response(page(11, said="转载，转载。")), minutes=9)
    crawl(tmp_path, late, run_id="20200211T003953Z-0c0c0c0c")

    assert rows(tmp_path, TREES) == [(1, 1), (1, 2), (1, 5), *HEALTHY]


def test_ingest_rebuild_and_a_start_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = warc(tmp_path / "other.warc.gz", PAGES)
    broken(monkeypatch, KeyError(1))
    with monkeypatch.context() as patch:
        patch.setattr(Live, "finish", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest(tmp_path / "archive", file)

    crawl(tmp_path / "archive")
    assert rows(tmp_path / "archive", TREES) == HEALTHY
    rebuild(Archive(tmp_path / "archive", Book()), made_by="code", jobs=1)
    assert rows(tmp_path / "archive", TREES) == HEALTHY


def test_status_and_verify_name_the_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1))
        crawl(tmp_path, *fetched())
        assert findings(tmp_path) == ["stories 1: has no tree in descents; making it failed"]

    with Store(tmp_path / "archive.db", read_only=True) as store:
        alarms = status(store.conn, datetime(2020, 2, 10, 6, tzinfo=UTC)).alarms
    assert Alarm("", "no-tree", "stories without a tree, 1: 1") in alarms
    mended = findings(tmp_path)
    assert "stories 1: has no tree in descents; making it failed" in mended
    assert sum(found.startswith("descents") for found in mended) == 2


@pytest.mark.parametrize(
    "fault", [sqlite3.OperationalError("database or disk is full"), sqlite3.DatabaseError("malformed")]
)
def test_a_full_disk_is_no_fault_of_a_story(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, fault)

    with pytest.raises(Damaged, match=str(fault)):
        crawl(tmp_path, *fetched())
