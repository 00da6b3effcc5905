"""Files that stay outside the archive's folder, at paths or addresses: they may go, and then it must be said."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
import fsspec

from archive.door.workers import Readers
from archive.record.foreign import parts, remote_parts
from archive.remote.files import RemoteFile
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from archive.view.revalidate import validators
from tests.archive.archives import AT, Book, exchange, page, response, rows, run
from tests.archive.foreign_files import http, warc

URL = "http://f.example/1.html"
AGAIN = "20200215T000000Z-0c0c0c0c"
TYPES = ("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"')


def left(folder: Path, file: Path | RemoteFile) -> FileTally:
    """What came of a file that a run took in and left where it lies."""
    tally = FileTally()
    info = RunInfo("20200211T000000Z-0b0b0b0b", "ingest", AT + timedelta(days=1))
    with Archive(folder, Book()).run(info) as live, Readers(Book()) as readers:
        importer = Importer(live, readers, folder / "warc", lambda: AT + timedelta(days=1))
        is_far = isinstance(file, RemoteFile)
        found = remote_parts(file, folder / "warc", in_place=True) if is_far else parts(file, folder / "warc")
        for part in found:
            importer.take_in(part, tally)
        live.finish(ending="finished", ended_at=AT + timedelta(days=1, hours=1))
    return tally


def put(folder: Path, place: str) -> Path | RemoteFile:
    """A WARC file at a place: on this machine, or at an address."""
    file = folder / "f.warc.gz"
    if not file.exists():
        warc(file, {URL: page(1), "http://f.example/2.html": page(2)})
    if place == "here":
        return file
    fsspec.filesystem("memory").pipe(f"/{place}/f.warc.gz", file.read_bytes())
    return RemoteFile(f"memory://{place}/f.warc.gz")


@pytest.fixture(autouse=True)
def _emptied() -> Iterator[None]:
    yield
    fsspec.filesystem("memory").store.clear()


@pytest.mark.parametrize("place", ["here", "bucket"])
def test_a_page_that_lies_elsewhere_is_kept_when_it_is_fetched(place: str, tmp_path: Path) -> None:
    left(tmp_path / "a", put(tmp_path, place))

    with run(tmp_path / "a", AGAIN) as live:
        live.take(exchange(URL, response(page(1)), minutes=9000))
        live.finish(ending="finished", ended_at=AT + timedelta(days=8))

    found = rows(
        tmp_path / "a", "SELECT revisit_of, warc_file LIKE 'zhuanzai-%' FROM captures WHERE run_id = ?", AGAIN
    )
    assert found == [(None, 1)]


@pytest.mark.parametrize("place", ["here", "bucket"])
def test_a_page_that_lies_elsewhere_is_asked_for_whole(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.archive.foreign_files.http", lambda: http("200 OK", *TYPES))
    left(tmp_path / "a", put(tmp_path, place))

    with closing(sqlite3.connect(tmp_path / "a" / "archive.db")) as conn:
        assert conn.execute("SELECT etag FROM captures WHERE url = ?", [URL]).fetchone() == ('"1"',)
        assert validators(conn, URL) is None


@pytest.mark.parametrize("place", ["here", "bucket"])
def test_a_file_that_was_moved_is_named_when_it_comes_again(place: str, tmp_path: Path) -> None:
    file = put(tmp_path, place)
    left(tmp_path / "a", file)
    there = put(tmp_path, "elsewhere")
    kept = left(tmp_path / "a", there)
    if isinstance(file, RemoteFile):
        fsspec.filesystem("memory").rm("/bucket/f.warc.gz")
    else:
        file.unlink()

    moved = left(tmp_path / "a", there)

    assert (kept.known, kept.damages) == (2, [])
    assert (moved.known, [damage.reason for damage in moved.damages]) == (
        2,
        [
            f"what is held of it are records of {file}, which is gone (2 responses):"
            " bring that file back, or use `scrapy rebuild --accept-loss`, and ingest this one again"
        ],
    )
