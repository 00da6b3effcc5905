"""What must hold of an archive that took another tool's file in, whatever is odd about the file."""

from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import Damaged, WrongUse
from archive.out.export import Selection
from archive.out.wacz import About, write_wacz
from archive.record import replay
from archive.run.folder import Archive
from archive.run.imports import FileTally
from archive.search.articles import Filter
from archive.view.store import Store
from tests.archive.archives import AT, Book, contents, ingest, rows


@dataclass(frozen=True)
class Left:
    """An archive after an ingest: its folder, what the ingest counted, and what was found wrong with it."""

    folder: Path
    tally: FileTally
    wrong: tuple[str, ...]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of its database."""
        return rows(self.folder, sql)

    @property
    def captures(self) -> int:
        """How many captures came of it."""
        return len(self.ask("SELECT id FROM captures"))

    @property
    def articles(self) -> int:
        """How many articles came of it."""
        return len(self.ask("SELECT id FROM articles"))

    @property
    def states(self) -> list[object]:
        """What the ledger says, look by look."""
        return [state for (state,) in self.ask("SELECT state FROM sightings ORDER BY id")]


def left(folder: Path, *files: Path, copying: bool = False) -> Left:
    """Take the files in, and look for everything that is not as it must be."""
    tally = ingest(folder, *files, copying=copying)
    wrong = [*unsound(folder), *unshown(folder), *unpacked(folder)]
    before = contents(folder / "archive.db")
    again = ingest(folder, *files, copying=copying, run_id="20200213T000000Z-00000009")
    wrong += [f"the second ingest: {damage}" for damage in again.damages if not tally.damages]
    rest = contents(folder / "archive.db")
    wrong += [
        f"the second ingest changed {name}" for name in ("captures", "articles") if rest[name] != before[name]
    ]
    rebuild(Archive(folder, Book()), made_by="test", jobs=1)
    anew = contents(folder / "archive.db")
    wrong += [
        f"a rebuild makes other {name}"
        for name, rows in rest.items()
        if name != "meta" and anew[name] != rows
    ]
    return Left(folder, tally, tuple(wrong))


def unsound(folder: Path) -> list[str]:
    """What `scrapy verify` finds."""
    archive = Archive(folder, Book())
    with Store(archive.database, read_only=True) as store, Readers(archive.sites) as readers:
        door = Door(store, archive.warcs, archive.sites)
        return [str(finding) for finding in Verifier(store, door, archive.warcs, readers).findings()]


def unshown(folder: Path) -> list[str]:
    """Captures that the reading room calls gone."""
    wrong = []
    with closing(Store(folder / "archive.db", read_only=True)) as store:
        for (capture,) in store.conn.execute("SELECT id FROM captures").fetchall():
            try:
                replay.held(store.conn, folder / "warc", capture)
                replay.raw_record(store.conn, folder / "warc", capture)
            except Damaged as error:
                wrong.append(f"capture {capture} is not shown: {error}")
    return wrong


def unpacked(folder: Path) -> list[str]:
    """Captures that do not go into a WACZ."""
    with Store(folder / "archive.db", read_only=True) as store:
        try:
            made = write_wacz(BytesIO(), store, folder / "warc", Selection(Filter()), About("all", "", AT))
        except WrongUse:
            return [] if not store.counts()["captures"] else ["no WACZ could be made"]
    return list(made.missing)
