"""Rebuild: a new view is made from the record alone, compared with the old view, and put in its place."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from archive.door.workers import PieceReader, Readers
from archive.errors import Busy, Damaged, WrongUse
from archive.place import Described
from archive.record.files import bytes_of, sync_folder
from archive.record.reader import Damage
from archive.run.folder import Archive
from archive.run.lock import writing
from archive.run.recover import Progress, RecordReader, own_files
from archive.search import index as search
from archive.view.store import DATABASE, Store, article_row
from extract.article import Article

log = logging.getLogger(__name__)

RECORDED = ("captures", "passed_over")
"""Tables with one row for each record: a row that the new view lacks is a loss."""
STATE = "rebuild"
"""Key in meta of an unfinished rebuild: the code that made it."""
COMPARED = tuple(name for name in article_row(Article(url="")) if name not in ("url", "extractor", "notes"))


@dataclass(frozen=True, slots=True)
class Rereading:
    """An article that the new view reads differently: each changed field with its old and new value.

    `fields` is empty where only one view has the article: the new view where `is_new`, else the old view.
    """

    url: str
    fields: dict[str, tuple[object, object]] = field(default_factory=dict)
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of a rebuild: rows by table, unreadable places of the record, and articles that read differently.

    `bugs` counts pages that could not be read because of a bug. `lost` counts captures of the old view that the record
    does not hold any more; `is_in_place` is False where the old view was kept because of them. `changes` is None where
    there was no old view to compare with.
    """

    rows: dict[str, int]
    bugs: int
    damages: list[Damage]
    lost: int
    changes: list[Rereading] | None
    is_in_place: bool


def record_bytes(archive: Archive) -> int:
    """The number of bytes of our own files to read."""
    return bytes_of(own_files(archive.warcs))


def rebuild(
    archive: Archive,
    *,
    made_by: str,
    jobs: int,
    progress: Progress | None = None,
    accept_loss: bool = False,
    workers: PieceReader | None = None,
) -> Rebuilt:
    """Read the whole record and put a new archive.db in place of the old one.

    Where an earlier rebuild by the same code (`made_by`) was killed, this one continues it. Where the record lacks
    captures of the old view, the old view stays and the new one is left beside it; `accept_loss` replaces the old view
    all the same. `workers`, where given, read instead of `jobs` processes. Raises Busy where another run holds the
    archive or a reader keeps the database open, WrongUse where there is no record.
    """
    if not archive.warcs.is_dir():
        raise WrongUse(f"{archive.warcs}: no record here to rebuild from")
    old = archive.database.resolve()  # a link stays one: the view may be on a faster disk
    if not old.parent.is_dir():
        raise WrongUse(f"{archive.database}: a link to {old}, and that folder does not exist")
    new = old.with_name(f"{DATABASE}.new")
    for path in (old, new):
        if path.is_dir():
            raise WrongUse(f"{path}: a folder stands where the database belongs; move it away")
    with writing(archive.folder):
        _begin(new, made_by)
        with Store(new) as store, Readers(archive.sites, jobs, workers) as readers:
            with store.commit():
                store.set_meta(STATE, made_by)
            damages = RecordReader(store, archive.warcs, archive.sites, readers, progress).read_all()
            if isinstance(archive.sites, Described):
                store.keep_sites(archive.sites.facts())
            with store.commit():
                search.optimize(store.conn)
                store.conn.execute("DELETE FROM meta WHERE key = ?", [STATE])
                for key, value in _marks(old):
                    if store.meta(key) is None:
                        store.set_meta(key, value)
            rows, bugs = store.counts(), store.bugs()
        lost, changes = _compared(old, new)
        is_in_place = accept_loss or not lost
        if is_in_place:
            _put_in_place(new, old)
    return Rebuilt(rows, bugs, damages, lost, changes, is_in_place)


def _begin(new: Path, made_by: str) -> None:
    """Remove the files of an earlier rebuild, unless it can be continued."""
    if not new.exists():
        return
    try:
        with closing(_opened(new)) as conn:
            row = conn.execute("SELECT value FROM meta WHERE key = ?", [STATE]).fetchone()
    except sqlite3.DatabaseError:  # killed before it had its tables
        row = None
    if row is None or row[0] != made_by:
        _remove(new)


def _marks(database: Path) -> list[tuple[str, str]]:
    """The old view's meta values; empty where there is no readable old view."""
    if not database.exists():
        return []
    try:
        with closing(_opened(database)) as conn:
            return conn.execute("SELECT key, value FROM meta ORDER BY key").fetchall()
    except sqlite3.DatabaseError:  # not a database any more: that is what a rebuild is for
        return []


def _remove(database: Path) -> None:
    for path in (database, *_companions(database)):
        path.unlink(missing_ok=True)


def _companions(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in ("-wal", "-shm")]


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database.absolute()))}?mode=ro", uri=True, timeout=60)


def _compared(old: Path, new: Path) -> tuple[int, list[Rereading] | None]:
    """The old view's captures and passed-over pages that the new view lacks, and the articles read differently."""
    if not old.exists():
        return 0, None
    with closing(_opened(new)) as conn:
        try:
            conn.execute("ATTACH ? AS old", [f"file:{quote(str(old.absolute()))}?mode=ro"])
            return sum(_lost(conn, table) for table in RECORDED), list(_changes(conn))
        except sqlite3.DatabaseError as error:  # of another version, or damaged: nothing to compare with
            log.warning("%s: not compared with the new view (%s)", old, error)
            return 0, None


def _lost(conn: sqlite3.Connection, table: str) -> int:
    if conn.execute("SELECT 1 FROM old.sqlite_master WHERE name = ?", [table]).fetchone() is None:
        return 0  # a view of before the table
    count = f"SELECT count(*) FROM old.{table} WHERE record_id NOT IN (SELECT record_id FROM main.{table})"
    return int(conn.execute(count).fetchone()[0])


def _changes(conn: sqlite3.Connection) -> Iterator[Rereading]:
    names = ", ".join(f"o.{name}, n.{name}" for name in COMPARED)
    differ = " OR ".join(f"o.{name} IS NOT n.{name}" for name in COMPARED)
    rows = conn.execute(
        f"SELECT url, {names} FROM old.articles o JOIN main.articles n USING (url) WHERE {differ} ORDER BY n.id"
    )
    for url, *values in rows:
        pairs = zip(COMPARED, values[::2], values[1::2], strict=True)
        yield Rereading(url, {name: (before, now) for name, before, now in pairs if before != now})
    for is_new, here, there in ((False, "old", "main"), (True, "main", "old")):
        rows = conn.execute(
            f"SELECT url FROM {here}.articles WHERE url NOT IN (SELECT url FROM {there}.articles) ORDER BY id"
        )
        for (url,) in rows:
            yield Rereading(url, is_new=is_new)


def _put_in_place(new: Path, database: Path) -> None:
    """Give the new view the old view's name; the old view's log must not be applied to the new view."""
    log_file = _companions(new)[0]
    if log_file.exists() and log_file.stat().st_size:
        raise Damaged(
            f"{log_file}: could not be folded into {new}; free some room and run `scrapy rebuild` again"
        )
    if database.exists():
        _fold(database)
    for path in (*_companions(new), *_companions(database)):
        path.unlink(missing_ok=True)
    new.replace(database)
    sync_folder(database.parent)


def _fold(database: Path) -> None:
    """Write the old view's log into its file, so that the old view is whole after a kill before the renaming."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database, timeout=60)) as conn:
        busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise Busy(
                f"{database}: another program is reading it; close it (or try later) and run `scrapy rebuild` again"
            )
