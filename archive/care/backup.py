"""Backup of an archive while a run writes to it: the view of one moment, and the WARC bytes that belong to it."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_IMODE
from urllib.parse import quote

from archive.door.apart import FILE
from archive.errors import Busy, Damaged, WrongUse
from archive.record.files import IMPORTED, OPEN, Extent, bytes_of, open_file, path_of, sync_folder
from archive.run.recover import STATE, own_files
from archive.view.store import DATABASE

STEP_BYTES = 4 << 20
BESIDE = (
    "sites/*.toml",  # learned site files: a rebuild reads pages by them
    FILE,  # pages that no rebuild tries again
    "lists.json",  # where the next crawls go on
    "pauses.json",
)


@dataclass(frozen=True, slots=True)
class Copied:
    """The number of WARC files and bytes copied now, and of files that the copy had already.

    `lacking` has a line for each copy of another tool's file that has lost bytes in the archive and in the backup.
    `elsewhere` are the files that are read where they lie, outside the archive: their paths and addresses.
    """

    files: int
    copied_bytes: int
    held: int
    lacking: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def backup(source: Path, target: Path, progress: Callable[[int], None] | None = None) -> Copied:
    """Bring `target` up to date with the archive in `source`; a run may be writing there meanwhile.

    SQLite's backup copies the database. Then of each WARC file those bytes are copied that the new database counts as
    committed. A file that was open stays open (.open); the next run on the copy closes it. Copies of other tools' files
    under warc/ are copied whole; files ingested in place are not. The copy's old database stays until the new one is
    complete. Raises WrongUse for impossible folders, Damaged where our own files lack bytes, Busy where
    `scrapy compact` ran in between.
    """
    if not (source / DATABASE).exists():
        raise WrongUse(f"{source}: no archive here to copy")
    if target.exists() and not target.is_dir():
        raise WrongUse(f"{target}: a file; name a folder to copy to")
    for path in (source / DATABASE, target / DATABASE):
        if path.is_dir():
            raise WrongUse(f"{path}: a folder stands where the database belongs; move it away")
    if target.resolve() == source.resolve() or source.resolve() in target.resolve().parents:
        raise WrongUse(f"{target}: a copy inside the archive itself is none")
    (target / "warc").mkdir(parents=True, exist_ok=True)
    place = (target / DATABASE).resolve()  # a link stays one
    draft = place.with_name(f"{DATABASE}.new")
    draft.unlink(missing_ok=True)
    _copy_database(source / DATABASE, draft)
    with closing(sqlite3.connect(draft)) as conn:
        rows = conn.execute(
            "SELECT name, committed, records, sealed, ours FROM warc_files ORDER BY name"
        ).fetchall()
    known = [
        Extent(name, size, records, bool(sealed), bool(ours)) for name, size, records, sealed, ours in rows
    ]
    wanted = [extent for extent in known if extent.ours]
    others = [extent for extent in known if not extent.ours]
    names = {extent.file for extent in wanted}
    # joined since the last copy, whose old database has its rows in them until the new one is there
    joined = [path for path in own_files(target / "warc") if path.name.removesuffix(OPEN) not in names]
    if joined and place.exists():
        with suppress(sqlite3.DatabaseError):  # a copy that cannot be read is made anew anyway
            _expect(place, names)
    heard = progress or _unheard
    copied = [_copy_warc(source / "warc", target / "warc", extent, heard) for extent in wanted]
    lacking = []
    for extent in others:
        if extent.file.startswith(IMPORTED):
            count, lost = _copy_import(source / "warc", target / "warc", extent, heard)
            copied += [count] if lost < extent.size else []
            lacking += [_lost(source / "warc" / extent.file, lost)] if lost else []
    _copy_beside(source, target)
    noted = _to_be_removed(draft, [path.name for path in joined])
    sync_folder(target / "warc")
    for suffix in ("-wal", "-shm"):
        place.with_name(f"{place.name}{suffix}").unlink(missing_ok=True)
    draft.replace(place)
    sync_folder(target)
    for path in joined:
        path.unlink()
    if joined:
        sync_folder(target / "warc")
        _set_state(place, noted)
    return Copied(
        sum(n > 0 for n in copied),
        sum(copied),
        sum(n == 0 for n in copied),
        tuple(lacking),
        tuple(extent.file for extent in others if not extent.file.startswith(IMPORTED)),
    )


def bytes_to_copy(source: Path) -> int:
    """The number of bytes of the WARC files in an archive's folder."""
    return bytes_of([*own_files(source / "warc"), *(source / "warc").glob(f"{IMPORTED}*")])


def _copy_database(source: Path, draft: Path) -> None:
    address = f"file:{quote(str(source.absolute()))}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=60)) as old,
            closing(sqlite3.connect(draft)) as new,
        ):
            old.backup(new, pages=2048)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{source}: {error}") from error
    with draft.open("rb") as file:
        os.fsync(file.fileno())


def _expect(database: Path, names: set[str]) -> None:
    """Let a start on the copy's old database remove the joined files; their records are also in its own files."""
    with closing(sqlite3.connect(database)) as conn:
        held = {name for (name,) in conn.execute("SELECT name FROM warc_files")}
    coming = sorted(names - held)
    _set_state(database, json.dumps([*coming, *(name + OPEN for name in coming)]))


def _to_be_removed(database: Path, names: list[str]) -> str | None:
    """Note files for removal by the next start on the copy, if this backup is killed; the earlier note is returned."""
    with closing(sqlite3.connect(database)) as conn:
        row = conn.execute("SELECT value FROM meta WHERE key = ?", [STATE]).fetchone()
    known: str | None = row[0] if row else None
    if names:
        _set_state(database, json.dumps([*json.loads(known or "[]"), *names]))
    return known


def _set_state(database: Path, value: str | None) -> None:
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.execute("DELETE FROM meta WHERE key = ?", [STATE])
        if value is not None:
            conn.execute("INSERT INTO meta (key, value) VALUES (?, ?)", [STATE, value])


def _copy_warc(source: Path, target: Path, extent: Extent, progress: Callable[[int], None]) -> int:
    """Copy a WARC file; the number of bytes copied, 0 where the copy has the file. Closed files never change."""
    final = target / extent.file
    if extent.sealed and final.exists() and final.stat().st_size == extent.size:
        progress(extent.size)
        return 0
    path = path_of(source, extent.file)
    draft = target / f"{extent.file}.new"
    try:
        with open_file(path) as old, draft.open("wb") as new:
            left = extent.size
            while left and (piece := old.read(min(left, STEP_BYTES))):
                new.write(piece)
                left -= len(piece)
                progress(len(piece))
            new.flush()
            os.fsync(new.fileno())
            told = os.fstat(old.fileno())  # whatever its name is by now
        draft.chmod(S_IMODE(told.st_mode))
        os.utime(draft, ns=(told.st_atime_ns, told.st_mtime_ns))
    except FileNotFoundError as error:
        raise Busy(f"{path}: gone while it was to be copied (scrapy compact?); try again") from error
    if left:
        raise Damaged(_lost(path, left))
    still_open = target / (extent.file + OPEN)
    draft.replace(final if extent.sealed else still_open)
    if extent.sealed:
        still_open.unlink(missing_ok=True)
    return extent.size


def _copy_import(
    source: Path, target: Path, extent: Extent, progress: Callable[[int], None]
) -> tuple[int, int]:
    """Copy a copy of another tool's file, unless the backup's is as long: bytes copied, and bytes lost in both."""
    here, there = _size(source / extent.file), _size(target / extent.file)
    count = 0
    if here > there:
        count = _copy_warc(source, target, replace(extent, size=here, sealed=True), progress)
    else:
        progress(here)
    return count, max(extent.size - max(here, there), 0)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _lost(path: Path, count: int) -> str:
    return f"{path}: {count:,} bytes are lost that the database vouches for; see `scrapy verify`"


def _copy_beside(source: Path, target: Path) -> None:
    """Copy the small files that stand beside the record; none is taken away from the copy."""
    for path in (found for pattern in BESIDE for found in sorted(source.glob(pattern))):
        there = target / path.relative_to(source)
        there.parent.mkdir(exist_ok=True)
        draft = there.with_name(f"{there.name}.new")
        shutil.copy2(path, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(there)
        sync_folder(there.parent)


def _unheard(_: int) -> None:
    """A progress function that does nothing."""
