"""Compaction: closed WARC files are joined into fewer, larger ones, and the database is optimised.

A WARC file is a sequence of gzip members. Files joined end to end are a WARC file again, with the same records byte for
byte. Records are neither parsed nor packed again.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Damaged
from archive.record.files import OPEN, sync_folder
from archive.run.recover import STATE, own_files, remove_joined
from archive.search import index as search
from archive.view.store import Store


@dataclass(frozen=True, slots=True)
class Compacted:
    """The number of closed files and the size of the database in bytes, each before and after."""

    files_before: int
    files_after: int
    database_before: int
    database_after: int


def compact(store: Store, warcs: Path, max_bytes: int) -> Compacted:
    """Join neighbouring closed files up to `max_bytes`, optimise search and give unused space back.

    The caller holds the archive for writing. After a kill at any moment each record is at its old place, at its new
    one, or at both. The next call removes the leftover files. Raises Damaged where a file differs from the database.
    """
    remove_joined(store, warcs)
    before = len(own_files(warcs))
    size = store.path.stat().st_size
    for group in list(_groups(store, warcs, max_bytes)):
        _join(store, warcs, group)
        remove_joined(store, warcs)
    with store.commit():
        search.optimize(store.conn)
    store.vacuum()
    return Compacted(before, len(own_files(warcs)), size, store.path.stat().st_size)


def _groups(store: Store, warcs: Path, max_bytes: int) -> Iterator[list[str]]:
    """Groups of at least two neighbouring files, in the record's order, that fit together into one file."""
    committed = store.committed()
    group: list[str] = []
    size = 0
    for path in own_files(warcs):
        own, sealed = committed.get(path.name, (0, False))
        is_closed = path.suffix != OPEN and sealed and own == path.stat().st_size
        if not is_closed or size + own > max_bytes:
            if len(group) > 1:
                yield group
            group, size = [], 0
        if is_closed:
            group.append(path.name)
            size += own
    if len(group) > 1:
        yield group


def _join(store: Store, warcs: Path, names: list[str]) -> None:
    """Join several files into one, update the rows that point to them, and note the files that may be removed."""
    joined = _joined_name(names[0])
    draft = warcs / f"{joined}.new"
    offsets: dict[str, int] = {}
    records = 0
    try:
        with draft.open("wb") as new:
            for name in names:
                offsets[name] = new.tell()
                extent = store.extent_of(name)
                records += extent.records
                with (warcs / name).open("rb") as old:
                    shutil.copyfileobj(old, new, 1 << 20)
                _same_size(warcs / name, new.tell() - offsets[name], extent.size)
            new.flush()
            os.fsync(new.fileno())
            size = new.tell()
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Damaged(f"{draft}: {error.strerror}; nothing was joined") from error
    except Damaged:
        draft.unlink(missing_ok=True)
        raise
    with store.commit():
        store.set_meta(STATE, json.dumps([joined]))
    draft.replace(warcs / joined)
    sync_folder(warcs)
    with store.commit():
        store.conn.execute(
            "INSERT OR REPLACE INTO warc_files (name, committed, sealed, ours, records) VALUES (?, ?, 1, 1, ?)",
            [joined, size, records],
        )
        for name, offset in offsets.items():
            for table in ("captures", "passed_over"):
                store.conn.execute(
                    f"UPDATE {table} SET warc_file = ?, warc_offset = warc_offset + ? WHERE warc_file = ?",
                    [joined, offset, name],
                )
        store.set_meta(STATE, json.dumps(names))


def _same_size(path: Path, found: int, wanted: int) -> None:
    if found != wanted:
        raise Damaged(
            f"{path}: {found:,} bytes, not the {wanted:,} that the database has; nothing was joined"
        )


def _joined_name(first: str) -> str:
    """The first file's name with a mark behind its number, so that the order of files stays the same."""
    stem = first.removesuffix(".warc.gz")
    base, mark, times = stem.rpartition("-joined")
    n = int(times) + 1 if mark and times.isdigit() else 1
    return f"{base if mark else stem}-joined{n}.warc.gz"
