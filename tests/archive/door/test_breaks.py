"""Behind a broken place, what is believed is the same by every way: at once, again, in batches, by processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.care.rebuild import rebuild
from archive.door.workers import Readers
from archive.run import imports
from archive.run.folder import Archive
from tests.archive.archives import Book, contents, ingest, page, rows
from tests.archive.odd_files import unsound
from tests.archive.raw_records import Raw, response

NAMED = ("WARC-Warcinfo-ID: <urn:uuid:info>",)
INFO = Raw("warcinfo", None, b"software: x\r\n", "urn:uuid:info", content_type="application/warc-fields")
GARBAGE = b"x" * 300 + b"\r\n\r\n"


def record(n: int, *, names: bool) -> Raw:
    """The n-th page's record, which names the file's warcinfo or names none."""
    url = f"http://h.example/{n}.html"
    return Raw("response", url, response(page(n)), f"urn:uuid:{n}", fields=NAMED if names else ())


@pytest.fixture(params=["plain", "packed"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file with a broken place, behind which records 3, 5 and 6 name no warcinfo."""
    head = [INFO, record(1, names=True)]
    rest = [record(n, names=n in (2, 4)) for n in (2, 3, 4, 5, 6)]
    is_plain = request.param == "plain"
    *raw, last = (one.plain() if is_plain else one.packed() for one in (*head, *rest, record(9, names=False)))
    made = tmp_path / ("a.warc" if is_plain else "a.warc.gz")
    made.write_bytes(b"".join([*raw[:2], GARBAGE, *raw[2:], last[:-300]]))
    return made


@pytest.fixture(params=[200, 1], ids=["one batch", "a batch each"])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """How many exchanges one stretch has."""
    monkeypatch.setattr(imports, "MAX_EXCHANGES", request.param)
    return request.param


def held(folder: Path) -> list[int]:
    """The numbers of the pages that are captures."""
    return sorted(int(url.split("/")[-1][0]) for (url,) in rows(folder, "SELECT url FROM captures"))


@pytest.mark.usefixtures("batch")
def test_a_second_ingest_believes_no_more_than_the_first(file: Path, tmp_path: Path) -> None:
    first = ingest(tmp_path / "archive", file)
    assert held(tmp_path / "archive") == [1, 2, 4]
    again = ingest(tmp_path / "archive", file, run_id="20200213T000000Z-00000009")

    assert held(tmp_path / "archive") == [1, 2, 4]
    assert sum("passed over" in one.reason for one in first.damages) == 3
    assert sum("passed over" in one.reason for one in again.damages) == 2  # 5 and 6, behind what is held


@pytest.mark.usefixtures("batch")
def test_a_rebuild_believes_what_the_ingest_believed(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    ingest(folder, file)
    before = contents(folder / "archive.db")
    wrong = unsound(folder)
    rebuild(Archive(folder, Book()), made_by="test", jobs=1)
    after = contents(folder / "archive.db")

    assert wrong == []
    assert held(folder) == [1, 2, 4]
    assert [name for name in before if name != "meta" and before[name] != after[name]] == []


@pytest.mark.usefixtures("batch")
def test_what_was_passed_over_is_read_when_it_is_trusted_later(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    ingest(folder, file)
    ingest(folder, file, run_id="20200213T000000Z-00000009", is_trusted=True)
    before = contents(folder / "archive.db")

    assert held(folder) == [1, 2, 3, 4, 5, 6]
    assert unsound(folder) == []
    rebuild(Archive(folder, Book()), made_by="test", jobs=1)
    assert contents(folder / "archive.db")["captures"] == before["captures"]


@pytest.mark.slow
@pytest.mark.usefixtures("batch")
def test_processes_believe_the_same(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.record.pieces.LEAST_BYTES", 700)
    folder = tmp_path / "archive"
    ingest(folder, file, readers=Readers(Book(), 2))
    ingest(folder, file, readers=Readers(Book(), 2), run_id="20200213T000000Z-00000009")

    assert held(folder) == [1, 2, 4]
    assert unsound(folder) == []
    rebuild(Archive(folder, Book()), made_by="test", jobs=2)
    assert held(folder) == [1, 2, 4]
