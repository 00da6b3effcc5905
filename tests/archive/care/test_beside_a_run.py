"""Whoever reads an archive goes on while a run closes its file, whichever moment that is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.care import merge, rebuild
from archive.care.backup import backup, bytes_to_copy
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.record.files import seal
from archive.record.replay import raw_record
from archive.run.folder import Archive
from archive.view.store import Store
from tests.archive.archives import Book, crawl, exchange, own_warcs, page, response, run
from tests.watching import after_look

SECOND = "20200211T003953Z-0b0b0b0b"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an archive with a closed file, and an open one of which two pages are committed and one is not."""
    folder = tmp_path_factory.mktemp("beside") / "archive"
    pages = [exchange(f"http://h{n}.example/", response(page(n)), minutes=n) for n in range(5)]
    crawl(folder, *pages[:2])
    with run(folder, SECOND, batch=2) as live:
        for one in pages[2:]:
            live.take(one)
        yield folder


def verified(folder: Path) -> list[str]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return [str(finding) for finding in Verifier(store, door, folder / "warc", readers).findings()]


def copied(folder: Path) -> int:
    made = backup(folder, folder.with_name("copy"))
    return made.files + made.held


def shown(folder: Path) -> list[bytes]:
    with Store(folder / "archive.db", read_only=True) as store:
        return [raw_record(store.conn, folder / "warc", n)[:2] for n in (2, 3)]


def counted(folder: Path) -> bool:
    rebuilt = rebuild.record_bytes(Archive(folder, Book()))
    return bytes_to_copy(folder) == rebuilt == merge.record_bytes([folder]) > 4000


@pytest.mark.parametrize(
    ("reader", "looks", "wanted"),
    [
        (verified, range(1, 61, 5), []),
        (copied, range(4, 33, 2), 2),
        (shown, range(1, 9), [b"\x1f\x8b"] * 2),
        (counted, range(1, 15), True),
    ],
    ids=["verify", "backup", "a page shown", "progress"],
)
def test_a_reader_goes_on_though_a_run_closes_its_file(
    beside: Path, reader: Callable[[Path], object], looks: range, wanted: object
) -> None:
    (still_open,) = own_warcs(beside)[1:]
    for n in looks:
        closed = still_open.with_suffix("")
        try:
            with after_look(n, beside, lambda: seal(still_open)):
                found = reader(beside)
        finally:
            if closed.exists():
                closed.rename(still_open)

        assert found == wanted, n
