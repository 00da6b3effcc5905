"""An open archive.db: making and migrating tables, transactions, and the table meta."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from archive.errors import Damaged, WrongUse
from archive.hidden import hidden
from archive.search import index as search
from archive.urlkey import captured_address, key
from archive.view.migrate import statements, steps

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA = 13
DATABASE = "archive.db"
"""The view's name in the folder of an archive."""
READER_MS = 1000
"""Milliseconds that the end of a run waits for readers; a `scrapy verify` may read for minutes."""
SCHEMA_FILES = (
    "schema.sql",
    "stories.sql",
    "names.sql",
    "lineage.sql",
    "search.sql",
    "ledger.sql",
    "issues.sql",
    "looks.sql",
)


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and a Z, as captured_at is stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _key_of(url: str, original_url: str, archived_at: str | None) -> str:
    return key(captured_address(url, original_url, archived_at))


def _tables_of(conn: sqlite3.Connection) -> "Database":
    """What makes and migrates tables. Loaded for that alone: a process that opens an archive saves 13 MB and 0.1 s.

    sqlite-utils loads numpy and pandas where they are installed, to know the types of their numbers: 27 MB and more in
    every crawl that begins an archive. No value of ours is of these types.
    """
    with hidden("numpy", "pandas"):
        from sqlite_utils import Database
    return Database(conn)


class OpenDatabase:
    """An open archive.db; close it, or use it in a with statement."""

    def __init__(
        self, path: Path, *, create: bool = True, read_only: bool = False, any_release: bool = False
    ) -> None:
        """Open `path`, making the tables where it is new.

        With `any_release` a file opened for reading may be of an earlier release and lack tables and columns. Raises
        WrongUse where the file is missing (and is not to be created) or is no archive of this version, Damaged where
        the disk or another program prevents the opening.
        """
        if (read_only or not create) and not path.exists():
            raise WrongUse(f"{path}: no archive here; make one with `scrapy crawl` or `scrapy rebuild`")
        if path.is_dir():
            raise WrongUse(f"{path}: a folder stands where the database belongs; move it away")
        self.path = path
        self._read_only = read_only
        self._any_release = any_release and read_only
        address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rwc'}"
        try:
            # a backup tool may hold the file for a minute
            self.conn = sqlite3.connect(address, uri=True, timeout=90, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise Damaged(f"{path}: {error}") from error
        try:
            self._prepare()
        except sqlite3.OperationalError as error:  # full, read-only, locked by another program
            self.conn.close()
            raise Damaged(f"{path}: {error}") from error
        except sqlite3.DatabaseError as error:
            self.conn.close()
            raise WrongUse(f"{path}: not a database ({error}); `scrapy rebuild` makes it again") from error
        except BaseException:
            self.conn.close()
            raise

    @classmethod
    def over(cls, conn: sqlite3.Connection, path: Path) -> Self:
        """The tables of a connection that the caller opens and closes; nothing is migrated."""
        store = cls.__new__(cls)
        store.path = path
        store.conn = conn
        store._read_only = True
        return store

    def _prepare(self) -> None:
        if not self._read_only:
            self.conn.execute("PRAGMA journal_mode = WAL")
            # a commit vouches for WARC bytes: it must outlive a power cut
            self.conn.execute("PRAGMA synchronous = FULL")
        # 64 MB let a crawl grow to 210 MB over 6,000 pages
        self.conn.execute("PRAGMA cache_size = -8192")
        self.conn.execute("PRAGMA foreign_keys = ON")
        # an INSERT OR REPLACE fires the triggers of the row that it takes away
        self.conn.execute("PRAGMA recursive_triggers = ON")
        tables = {
            name for (name,) in self.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if not tables and not self._read_only:
            with _tables_of(self.conn).atomic():
                for name in SCHEMA_FILES:
                    for statement in statements(files("archive.view").joinpath(name).read_text("utf-8")):
                        self.conn.execute(statement)
                self.set_meta("schema", str(SCHEMA))
                search.prepare(self.conn)
        elif "meta" not in tables:
            raise WrongUse(f"{self.path}: a database, but not an archive of zhuanzai")
        self._migrate()

    def _migrate(self) -> None:
        """Migrate the tables of an earlier release. Raises WrongUse where there is no way."""
        if self._any_release:
            return
        for number, script in steps(self.path, self.meta("schema"), SCHEMA):
            if self._read_only:
                raise WrongUse(
                    f"{self.path}: of an earlier release; any run that writes brings it up to date"
                )
            self.conn.create_function("url_key", 3, _key_of, deterministic=True)  # step 7
            with _tables_of(self.conn).atomic():
                for statement in statements(script):
                    self.conn.execute(statement)
                self.fill(number)
                self.set_meta("schema", str(number))

    def fill(self, schema: int) -> None:
        """Fill tables where a migration's SQL cannot, inside its transaction; subclasses implement it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write the write-ahead log into the file and close it."""
        if self._read_only:
            self.conn.close()
            return
        with suppress(
            sqlite3.OperationalError
        ):  # a full disk or a reader in the way: the next opening does it
            self.conn.execute(f"PRAGMA busy_timeout = {READER_MS}")
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.conn.close()

    def vacuum(self) -> None:
        """Give unused space back to the disk and refresh the query planner's statistics; call outside commit()."""
        try:
            for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
                self.conn.execute(statement).fetchall()
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{self.path}: {error}; everything in it is whole") from error

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        """One transaction; inside another one a part of it, which can fail alone."""
        is_part = self.conn.in_transaction
        self.conn.execute("SAVEPOINT part" if is_part else "BEGIN")
        try:
            yield
            self.conn.execute("RELEASE part" if is_part else "COMMIT")
        except BaseException:
            if self.conn.in_transaction:  # some errors end it by themselves
                self.conn.execute("ROLLBACK TO part" if is_part else "ROLLBACK")
                if is_part:
                    self.conn.execute("RELEASE part")
            raise

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One transaction: all the rows written inside, or none. Raises Damaged where the disk refuses."""
        with self._refusals(), self._atomic():
            yield

    @contextmanager
    def batch(self, *, is_last: bool) -> Iterator[None]:
        """A part of one transaction that spans several calls; the last part commits it.

        An error in any part undoes all of them. Raises Damaged where the disk refuses.
        """
        with self._refusals():
            if not self.conn.in_transaction:
                self.conn.execute("BEGIN")
            try:
                yield
                if is_last:
                    self.conn.execute("COMMIT")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a bug
        except sqlite3.DatabaseError as error:  # full, read-only, locked by another program, malformed
            raise Damaged(f"{self.path}: {error}; what was committed before is whole") from error

    def meta(self, key: str) -> str | None:
        """A value of the meta table."""
        row = self.conn.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Write a value of the meta table."""
        self.conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])

    def _insert(self, table: str, **row: Any) -> int:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        cursor = self.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        return cursor.lastrowid or 0

    def _update(self, table: str, row_id: int, **row: Any) -> None:
        sets = ", ".join(f"{name} = ?" for name in row)
        self.conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*row.values(), row_id])
