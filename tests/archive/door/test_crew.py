"""Files read by several processes: the same rows in every table, and pages that hang or kill are given up as ever."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from pickle import dumps, loads

import pytest

from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door import crew, pages
from archive.door.apart import FILE, Work, reading_apart
from archive.door.ingest import ROWS, Door
from archive.door.piecework import PieceRows, read_piece
from archive.door.workers import Readers
from archive.errors import Damaged
from archive.kinds import Via
from archive.place import Hints
from archive.record import pieces
from archive.record.pieces import Piece
from archive.run.folder import Archive
from archive.search.index import IndexChanges
from archive.view.store import Store
from extract.article import Article
from extract.page.page import Page
from tests.archive.archives import Book, contents, crawl, exchange, ingest, page, response, rows
from tests.archive.door.test_odd_warcs import GIVEN, ODD
from tests.archive.foreign_files import wacz, warc


class Elsewhere:
    """Workers without processes: what goes there and back is pickled."""

    width = 3

    def __init__(self) -> None:
        self.begun = 0

    def begin(self, piece: Piece, via: Via | None) -> Callable[[], PieceRows]:
        self.begun += 1
        piece = loads(dumps(piece))
        return lambda: loads(dumps(read_piece(piece, Book(), via)))  # type: ignore[no-any-return]

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LEAST_BYTES", 700)


def held(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows; of the archive's own file without its length: names drawn by lot compress better or worse."""
    found = contents(folder / "archive.db")
    found["warc_files"] = [row if row[0][0] == "/" else (row[0], *row[2:]) for row in found["warc_files"]]  # type: ignore[index]
    return found


def both(tmp_path: Path, *files: Path, copying: bool = False) -> tuple[Path, Path]:
    """Two archives that took files in: one by itself, one with workers."""
    alone, shared, workers = tmp_path / "alone", tmp_path / "shared", Elsewhere()
    one = ingest(alone, *files, copying=copying)
    other = ingest(shared, *files, copying=copying, readers=Readers(Book(), workers=workers))
    assert workers.begun > 1
    assert (one.checked, one.damages, one.notes) == (other.checked, other.damages, other.notes)
    return alone, shared


@pytest.mark.parametrize("name", [row[0] for row in GIVEN])
def test_an_odd_file_read_in_pieces_gives_the_same_rows(name: str, tmp_path: Path) -> None:
    alone, shared = both(tmp_path, ODD / name)

    assert held(shared) == held(alone)


def test_a_damaged_file_and_a_package_and_known_pages_give_the_same_rows(tmp_path: Path) -> None:
    first = warc(tmp_path / "a.warc.gz", {f"http://h.example/{n}.html": page(n) for n in range(12)})
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(first.read_bytes()[:4000] + b"\0" * 30 + first.read_bytes()[4030:])
    plain = warc(
        tmp_path / "b.warc", {f"http://h.example/{n}.html": page(n) for n in range(8, 20)}, packed=False
    )
    alone, shared = both(tmp_path, torn, wacz(tmp_path / "c.wacz", first, plain))

    assert held(shared) == held(alone)
    assert rows(shared, "SELECT count(*) FROM articles") == [(20,)]


def test_a_rebuild_and_a_verification_in_pieces_find_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    crawl(folder, *(exchange(f"http://a.example/{n}.html", response(page(n))) for n in range(9)))
    ingest(
        folder, warc(tmp_path / "o.warc.gz", {f"http://f.example/{n}.html": page(n) for n in range(5, 15)})
    )
    again = [exchange(f"http://a.example/{n}.html", response(page(n)), minutes=9) for n in range(4)]
    crawl(folder, *again, run_id="20200212T000000Z-0c0c0c0c")
    crawled = contents(folder / "archive.db")
    archive = Archive(folder, Book())

    with Store(archive.database, read_only=True) as store, Readers(Book(), workers=Elsewhere()) as readers:
        door = Door(store, archive.warcs, archive.sites)
        assert [*Verifier(store, door, archive.warcs, readers).findings()] == []
    with reading_apart(folder, 60):
        rebuild(archive, made_by="test", jobs=2)

    assert contents(folder / "archive.db") == crawled


def test_what_others_read_the_writer_does_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        warc(tmp_path / f"{host}.warc.gz", {f"http://{host}.example/{n}.html": page(n) for n in range(count)})
        for host, count in (("a", 1), ("b", 40))
    ]
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    ingest(alone, *files)
    monkeypatch.setattr("archive.door.ingest.examined", None)
    ingest(shared, *files, readers=Readers(Book(), workers=Elsewhere()))

    assert held(shared) == held(alone)


def test_the_end_of_an_import_leaves_few_words_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = warc(tmp_path / "a.warc.gz", {f"http://h.example/{n}.html": page(n) for n in range(3 * ROWS)})
    honest, written = IndexChanges.write, []

    def counted(self: IndexChanges, conn: sqlite3.Connection) -> None:
        written.append(len(self))
        honest(self, conn)

    monkeypatch.setattr(IndexChanges, "write", counted)
    for jobs in (None, Readers(Book(), workers=Elsewhere())):
        ingest(tmp_path / f"{len(written)}", file, readers=jobs)

    assert max(written) == ROWS
    assert sum(written) == 2 * 3 * ROWS


def test_pages_that_hang_or_kill_are_given_up_and_all_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, seen = pages.read, tmp_path / "seen"
    file = warc(tmp_path / "a.warc.gz", {f"http://h.example/{n}.html": page(n) for n in range(16)})
    ingest(tmp_path / "before", file)  # patterns are compiled here, not within the second of a copy's page

    def fails(page: Page, hints: Hints) -> Article:
        if page.url.endswith(("/4.html", "/11.html")):
            with seen.open("ab") as file:
                file.write(page.url[-6:-5].encode())
            if page.url.endswith("/4.html"):
                while True:
                    pass
            os._exit(9)
        return honest(page, hints)

    monkeypatch.setattr(pages, "read", fails)
    monkeypatch.setattr(
        "archive.template.threading.active_count", lambda: 1
    )  # copies, which have `fails` too
    for folder, jobs in ((tmp_path / "shared", 2), (tmp_path / "alone", 1)):
        with reading_apart(folder, 1, is_sure=True):  # as a command does
            ingest(folder, file, readers=Readers(Book(), jobs))

    assert held(tmp_path / "shared") == held(tmp_path / "alone")
    assert rows(tmp_path / "shared", "SELECT url, detail FROM quarantine WHERE reason = 'too-long'") == [
        ("http://h.example/4.html", "not read within 1 s of work"),
        ("http://h.example/11.html", "reading it ended the process that read it"),
    ]
    assert sorted(seen.read_bytes()) == sorted(b"4141")
    assert (tmp_path / "shared" / FILE).read_text().count("\n") == 2


def test_a_page_that_kills_where_pages_have_no_limit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "read", lambda *_: os._exit(9))
    monkeypatch.setattr("archive.template.threading.active_count", lambda: 1)
    file = warc(tmp_path / "a.warc.gz", {f"http://h.example/{n}.html": page(n) for n in range(6)})

    with pytest.raises(Damaged, match=r"a\.warc\.gz between byte \d+ and \d+, at http://h\.example/\d\.html"):
        ingest(tmp_path / "archive", file, readers=Readers(Book(), 2))


def test_the_processes_that_read_make_the_trees_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    mapped = crew.Crew.mapped

    def noted(own: crew.Crew, work: Work, arguments: Iterable[tuple[object, ...] | None]) -> Iterator[object]:
        for result in mapped(own, work, arguments):
            made.append(result)
            yield result

    monkeypatch.setattr(crew.Crew, "mapped", noted)
    served = {f"http://{host}.example/{n}.html": page(n, said=host * n) for n in range(3) for host in "abc"}
    file = warc(tmp_path / "a.warc.gz", served)
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    ingest(alone, file)
    with Readers(Book(), 2) as readers:
        ingest(shared, file, readers=readers)

    assert held(shared) == held(alone)
    assert rows(shared, "SELECT count(*) FROM descents") == [(9,)]
    assert len(made) == 6
    assert all(made)


def test_other_work_comes_back_in_order_and_nothing_where_it_failed_or_killed() -> None:
    processes = crew.Crew(Book(), 2)
    found = list(processes.mapped(divmod, [(n, n % 3) if n != 4 else None for n in range(20)]))
    killed = list(processes.mapped(os._exit, [(1,), (2,)]))
    after = list(processes.mapped(divmod, [(7, 2)] * 3))
    processes.close()

    assert found == [None if n % 3 == 0 or n == 4 else divmod(n, n % 3) for n in range(20)]
    assert (killed, after) == ([None, None], [(3, 1)] * 3)
    assert list(processes.mapped(divmod, [(7, 2)])) == [None]


class Hand:
    """A process of a crew that never answers."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self._left = 0

    def left(self) -> int:
        return self._left

    def take(self, task: crew._Task) -> None:
        self.given.append(task.where.split()[-1])
        self._left += task.size


def test_a_piece_goes_to_the_process_that_has_least_before_it(tmp_path: Path) -> None:
    hands = [Hand(), Hand()]
    begun = crew.Crew.__new__(crew.Crew)
    begun._members = hands  # type: ignore[assignment]
    for start, end in ((0, 800), (800, 1000), (1000, 1300), (1300, 1400), (1400, 1900)):
        begun.begin(Piece(tmp_path / "a.warc", "a.warc", start, end, 0, None), None)
    assert [hand.given for hand in hands] == [["800"], ["1000", "1300", "1400", "1900"]]
