"""The second view: the same code makes it again from the record while the record is verified."""

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
"""The first number for rows that the first view lacks, when numbers are taken from the first view."""
NUMBERED = {"captures": "record_id", "articles": "url"}
"""Tables whose numbers other tables name, and the column that names a row without its number."""


class SecondView(Store):
    """The rows derived from the record, in a file without a name, so that a kill leaves no file behind.

    Rows are numbered in the order of the record, as in a rebuild. Behind an unreadable place of the record all numbers
    would differ. From there on (`is_aligned`) captures and articles take their numbers from the first view.
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
        """The number of a row in the first view; a new number where the first view has no such row."""
        held = self._first.execute(f"SELECT id FROM {table} WHERE {NUMBERED[table]} = ?", [named]).fetchone()
        if held and not self.conn.execute(f"SELECT 1 FROM {table} WHERE id = ?", held).fetchone():
            return int(held[0])
        self._unknown += 1
        return self._unknown


class Derivation:
    """The second view while it is made; `door` takes the exchanges in, file by file as in a rebuild."""

    def __init__(self, store: SecondView, first: sqlite3.Connection, warcs: Path, sites: SiteBook) -> None:
        self.store = store
        self.door = Door(store, warcs, sites, indexing=False)
        self._first = first

    @classmethod
    @contextmanager
    def begun(cls, first: sqlite3.Connection, warcs: Path, sites: SiteBook) -> Iterator[Self]:
        """An empty second view. Raises Damaged where TMPDIR has no room for it."""
        with tempfile.TemporaryDirectory(prefix="zhuanzai-verify-") as folder:
            store = SecondView(Path(folder) / "second.db", first)
        with store:
            yield cls(store, first, warcs, sites)

    def align(self) -> None:
        """Take numbers from the first view from now on: a part of the record is missing."""
        self.store.is_aligned = True

    def flush(self, extents: Iterable[Extent], *, is_due: bool = True) -> None:
        """Write the rows of the waiting exchanges, if the batch is full or `is_due`."""
        if is_due or self.door.waiting >= BATCH:
            self.door.flush(extents)

    def close_runs(self) -> None:
        """Close the runs without an end in the record, as the start of the next run would.

        The first view's latest run without an end may still be running, or was killed and no run has started since.
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
        """Whether a file without .open counts as closed: a run renames a file before the database has it as closed."""
        row = self._first.execute("SELECT sealed FROM warc_files WHERE name = ?", [name]).fetchone()
        return row is None or bool(row[0]) or self.going_on() is None

    def going_on(self) -> str | None:
        """The first view's latest run, if it has no end."""
        row = self._first.execute("SELECT max(id) FROM runs WHERE ended_at IS NULL").fetchone()
        return row[0] if row else None
