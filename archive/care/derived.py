"""A second view, made from the record while the record is verified, by the code that made the first."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from archive.door.ingest import Door
from archive.place import SiteBook
from archive.record.files import Extent
from archive.view.store import Store

BATCH = 200
"""Exchanges in one transaction."""
UNKNOWN = 1 << 40
"""Numbers from here on are of rows that the first view lacks, once numbers are taken from there."""
NUMBERED = {"captures": "record_id", "articles": "url"}
"""Tables whose numbers other tables name, and the column that names a row without its number."""


class SecondView(Store):
    """The rows that the record leads to, in a file without a name, which no kill leaves behind.

    Rows are numbered in the order of the record, as in a rebuild. Behind a place of the record that cannot be read
    (`is_aligned`) captures and articles take their numbers from the first view: all later ones would differ.
    """

    def __init__(self, path: Path, first: sqlite3.Connection) -> None:
        super().__init__(path)
        self.is_aligned = False
        self._first = first
        self._unknown = UNKNOWN
        # what is lost with the power is made again; a journal on disk would be a second name
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            self.conn.execute(f"PRAGMA {pragma}").fetchall()
        self.conn.execute("BEGIN IMMEDIATE")  # takes the file for good, before its name goes
        self.conn.execute("COMMIT")

    def _insert(self, table: str, **row: Any) -> int:
        if self.is_aligned and table in NUMBERED:
            row = {"id": self._number(table, row[NUMBERED[table]]), **row}
        return super()._insert(table, **row)

    def _number(self, table: str, named: str | None) -> int:
        """The number of a row in the first view; one of its own where that view lacks the row."""
        held = self._first.execute(f"SELECT id FROM {table} WHERE {NUMBERED[table]} = ?", [named]).fetchone()
        if held and not self.conn.execute(f"SELECT 1 FROM {table} WHERE id = ?", held).fetchone():
            return int(held[0])
        self._unknown += 1
        return self._unknown


class Derivation:
    """The second view while it is made: exchanges go in by `door`, file by file as in a rebuild."""

    def __init__(self, store: SecondView, first: sqlite3.Connection, warcs: Path, sites: SiteBook) -> None:
        self.store = store
        self.door = Door(store, warcs, sites, indexing=False)
        self._first = first

    @classmethod
    @contextmanager
    def begun(cls, first: sqlite3.Connection, warcs: Path, sites: SiteBook) -> Iterator[Self]:
        """A second view without rows, beside the first. Raises Damaged where there is no room for it (TMPDIR)."""
        with tempfile.TemporaryDirectory(prefix="zhuanzai-verify-") as folder:
            store = SecondView(Path(folder) / "second.db", first)
        with store:
            yield cls(store, first, warcs, sites)

    def align(self) -> None:
        """Take numbers from the first view from now on: a part of the record is missing."""
        self.store.is_aligned = True

    def flush(self, extents: Iterable[Extent], *, is_due: bool = True) -> None:
        """Write the rows of what came in, if a batch is full or it `is_due`."""
        if is_due or self.door.waiting >= BATCH:
            self.door.flush(extents)

    def close_runs(self) -> None:
        """End the runs whose end the record does not tell, as the next start of a run would have.

        The first view's latest run without an end may be going on, or was killed and nothing was started since.
        """
        going_on = self.going_on()
        with self.store.commit():
            for run_id in self.store.unfinished_runs():
                if run_id != going_on:
                    self.store.close_killed_run(run_id)
            if going_on is not None:  # before its first page a run is in no file
                began = self._first.execute(
                    "SELECT id, command, started_at FROM runs WHERE id = ? AND captures = 0", [going_on]
                ).fetchone()
                if began:
                    self.store.begin_run(*began)

    def is_closed(self, name: str) -> bool:
        """Whether a file without .open is to be called closed: a run closes it before it says so."""
        row = self._first.execute("SELECT sealed FROM warc_files WHERE name = ?", [name]).fetchone()
        return row is None or bool(row[0]) or self.going_on() is None

    def going_on(self) -> str | None:
        """The first view's latest run, where its end was not written."""
        row = self._first.execute("SELECT max(id) FROM runs WHERE ended_at IS NULL").fetchone()
        return row[0] if row else None
