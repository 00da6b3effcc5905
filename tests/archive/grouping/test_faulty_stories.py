"""An article whose story cannot be found ends nothing: it stays without one, all else goes on, and it is told."""

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
from archive.grouping import membership, stories
from archive.grouping.membership import Membership
from archive.grouping.pairs import Ties
from archive.grouping.postings import Postings
from archive.run.folder import Archive
from archive.view.status import Alarm, status
from archive.view.store import Store
from tests.archive.archives import Book, contents, crawl, exchange, ingest, page, response, rows
from tests.archive.foreign_files import warc

pytestmark = pytest.mark.slow

BAD = "http://bad.example/1.html"
PAGES = {
    "http://a.example/1.html": page(11),
    BAD: page(11, said="转载。"),
    "http://c.example/1.html": page(11, said="再转载。"),
    "http://d.example/2.html": page(22),
    "http://e.example/2.html": page(22, said="转载。"),
}
PLACED = "SELECT a.url, p.story_id FROM articles a LEFT JOIN placed p ON p.article_id = a.id ORDER BY a.id"
TOGETHER = [
    ("http://a.example/1.html", 1),
    (BAD, None),
    ("http://c.example/1.html", 1),
    ("http://d.example/2.html", 2),
    ("http://e.example/2.html", 2),
]
FAULTS = [
    KeyError("origin"),
    ValueError("min() arg is an empty sequence"),
    RecursionError("maximum recursion depth exceeded"),
    TypeError("'NoneType' object is not subscriptable"),
    AssertionError(),
    sqlite3.IntegrityError("NOT NULL constraint failed: members.kept"),
    MemoryError(),
]
PLACES: list[tuple[Any, str]] = [
    (membership, "elect"),
    (membership, "matches"),
    (Membership, "settle"),
    (Membership, "put"),
    (Ties, "add"),
    (Postings, "post"),
    (Postings, "look_up"),
    (stories, "compare"),
    (stories, "prepared"),
    (stories, "is_roundup"),
    (stories, "candidates"),
]
"""Functions that work on an article while its story is found."""


class Faulty:
    """Raises at its first calls after the page of bad.example was stored, as long as that is the latest article."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        self.is_on = False

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **named: Any) -> Any:
            if self.is_on:
                raise self.fault
            return real(*args, **named)

        return called


def broken(patch: pytest.MonkeyPatch, fault: Exception, where: Any, name: str, does: str = "place") -> Faulty:
    """Let one function raise while Stories.place, or replace, works on the bad page."""
    made = Faulty(fault)
    patch.setattr(where, name, made.around(getattr(where, name)))
    real = getattr(stories.Stories, does)

    def watched(self: stories.Stories, article: int, *more: Any) -> None:
        (url,) = self._conn.execute("SELECT url FROM articles WHERE id = ?", [article]).fetchone()
        made.is_on = url == BAD
        try:
            real(self, article, *more)
        finally:
            made.is_on = False

    patch.setattr(stories.Stories, does, watched)
    return made


def fetched(pages: dict[str, bytes] = PAGES, since: int = 0) -> list[Any]:
    return [exchange(url, response(body), minutes=since + n) for n, (url, body) in enumerate(pages.items())]


def findings(folder: Path) -> list[str]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return [found.what for found in Verifier(store, door, folder / "warc", readers).findings()]


@pytest.mark.parametrize(("where", "name"), PLACES, ids=[name for _, name in PLACES])
def test_a_fault_leaves_its_article_alone_without_a_story(
    where: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken(monkeypatch, KeyError("origin"), where, name)

    crawl(tmp_path, *fetched())

    assert rows(tmp_path, PLACED) == TOGETHER
    assert rows(tmp_path, "SELECT ending, articles_new FROM runs") == [("finished", 5)]
    told = {record.getMessage() for record in caplog.records if record.name == stories.__name__}
    assert told == {"article 2: its story could not be found; it stays without one"}
    assert "KeyError" in caplog.text


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_no_error_of_ours_ends_a_run(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, fault, membership, "elect")

    crawl(tmp_path, *fetched())

    assert rows(tmp_path, PLACED) == TOGETHER


def test_ingest_and_rebuild_go_on_and_a_rebuild_with_the_fault_mended_places_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = warc(tmp_path / "other.warc.gz", PAGES)
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1), membership, "elect")
        ingest(tmp_path / "archive", file)
        assert rows(tmp_path / "archive", PLACED) == TOGETHER
        rebuild(Archive(tmp_path / "archive", Book()), made_by="code", jobs=1)
        assert rows(tmp_path / "archive", PLACED) == TOGETHER

    rebuild(Archive(tmp_path / "archive", Book()), made_by="mended", jobs=1)
    assert [story for _, story in rows(tmp_path / "archive", PLACED)] == [1, 1, 1, 2, 2]


def test_status_and_verify_name_the_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1), membership, "elect")
        crawl(tmp_path, *fetched())
        assert findings(tmp_path) == ["articles 2: has no story and is no round-up; placing it failed"]

    with Store(tmp_path / "archive.db", read_only=True) as store:
        alarms = status(store.conn, datetime(2020, 2, 10, 6, tzinfo=UTC)).alarms
    assert Alarm("", "no-story", "articles whose story could not be found, 1: 2") in alarms


@pytest.mark.parametrize(("where", "name"), PLACES, ids=[name for _, name in PLACES])
def test_a_fault_in_a_changed_article_takes_it_out_of_its_story(
    where: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(tmp_path, *fetched())
    edited = {BAD: page(11, said="转载，有改动。")}
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1), where, name, "replace")
        crawl(tmp_path, *fetched(edited, since=90), run_id="20200211T003953Z-0c0c0c0c")

    assert rows(tmp_path, PLACED) == TOGETHER
    assert rows(tmp_path, "SELECT copies FROM stories ORDER BY id") == [(2,), (2,)]
    assert rows(tmp_path, "SELECT 1 FROM postings WHERE article_id = 2 LIMIT 1") == []
    assert rows(tmp_path, "SELECT 1 FROM likenesses WHERE article_id = 2 OR whole_id = 2") == []
    assert rows(tmp_path, "SELECT 1 FROM members WHERE article_id = 2") == []


def test_an_article_without_a_story_gets_one_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1), membership, "elect")
        crawl(tmp_path, *fetched())
    edited = {BAD: page(11, said="转载，有改动。")}
    crawl(tmp_path, *fetched(edited, since=90), run_id="20200211T003953Z-0c0c0c0c")

    assert [story for _, story in rows(tmp_path, PLACED)] == [1, 1, 1, 2, 2]


def test_the_last_article_of_a_story_that_fails_ends_the_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(tmp_path, *fetched({BAD: page(11)}))
    with monkeypatch.context() as patch:
        broken(patch, KeyError(1), stories, "prepared", "replace")
        crawl(tmp_path, *fetched({BAD: page(12)}, since=90), run_id="20200211T003953Z-0c0c0c0c")

    assert rows(tmp_path, "SELECT id FROM stories") == []
    before = contents(tmp_path / "archive.db")["articles"]
    rebuild(Archive(tmp_path, Book()), made_by="mended", jobs=1)
    assert contents(tmp_path / "archive.db")["articles"] == before
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    "fault", [sqlite3.OperationalError("database or disk is full"), sqlite3.DatabaseError("malformed")]
)
def test_a_full_disk_is_no_fault_of_an_article(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, fault, membership, "elect")

    with pytest.raises(Damaged, match=str(fault)):
        crawl(tmp_path, *fetched())
