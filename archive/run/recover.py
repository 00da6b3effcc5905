"""Recovery before a new run writes: uncommitted records are read, torn ends are cut, killed runs are closed."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.door.apart import current
from archive.door.ingest import KEPT_READY, TREES_AFTER, Door
from archive.door.workers import Readers
from archive.errors import Damaged
from archive.grouping import descents
from archive.grouping.texts import keep_ready
from archive.place import SiteBook
from archive.record.exchanges import ByteRange, FileStart, Remark, Stored, end_of, exchanges, warc_fields
from archive.record.files import OPEN, Extent, cut, locate, seal, sync, sync_folder
from archive.record.reader import Damage, Record, records
from archive.run.stretches import Stretch, taken_again
from archive.view.store import Store

log = logging.getLogger(__name__)

PREFIX = "zhuanzai"
STATE = "compact"
"""Key in meta: the files to remove, as JSON: the joined file while it is made, afterwards its source files."""
BATCH = 200  # exchanges in one transaction while reading a file
Told = Stored | Remark | FileStart
Progress = Callable[[int], None]
"""Called with the number of bytes of our own files as they are read."""


def own_files(folder: Path) -> list[Path]:
    """Our WARC files, closed and open, in the order they were written.

    Their names have a number that grows from file to file, so that a clock set back does no harm.
    """
    return sorted((path for path in folder.glob(f"{PREFIX}-*") if _is_warc(path)), key=_order)


def next_serial(folder: Path, store: Store) -> int:
    """The next file number: above those of all files on disk and in the database."""
    names = [path.name for path in own_files(folder)] + list(store.committed())
    return 1 + max((_serial(name) for name in names), default=-1)


def put_right(store: Store, folder: Path, sites: SiteBook) -> list[Damage]:
    """Read, cut and close the files' bytes that the database does not have yet; the damages found.

    Raises Damaged where a file cannot be read or cut.
    """
    with Readers(sites) as readers:
        damages = RecordReader(store, folder, sites, readers).read_all()
    for damage in damages:  # a rebuild's are printed by its command
        log.warning("file=%s offset=%s: %s", damage.file, damage.offset, damage.reason)
    return damages


def remove_joined(store: Store, warcs: Path) -> None:
    """Remove the files that an earlier `scrapy compact`, killed or not, left behind. The caller holds the archive."""
    for draft in warcs.glob("*.warc.gz.new"):
        draft.unlink()
    names = json.loads(store.meta(STATE) or "[]")
    for name in names:
        (warcs / name).unlink(missing_ok=True)
    if names:
        sync_folder(warcs)
        with store.commit():
            for name in names:
                store.conn.execute(
                    "DELETE FROM warc_files WHERE name = ? AND NOT EXISTS"
                    " (SELECT 1 FROM captures WHERE warc_file = warc_files.name)"
                    " AND NOT EXISTS (SELECT 1 FROM passed_over WHERE warc_file = warc_files.name)",
                    [name],
                )
            store.conn.execute("DELETE FROM meta WHERE key = ?", [STATE])


class RecordReader:
    """Gives our own WARC files to the door, each from the byte up to which the database knows it.

    With an empty database this makes the whole view again, as in a rebuild.
    """

    def __init__(
        self, store: Store, folder: Path, sites: SiteBook, readers: Readers, progress: Progress | None = None
    ) -> None:
        self._store = store
        self._folder = folder
        self._door = Door(store, folder, sites)
        self._door.trees_after = TREES_AFTER
        if readers.are_several:
            self._door.mapped = readers.mapped
        keep_ready(KEPT_READY)
        self._readers = readers
        self._progress = progress or _unheard
        self._damages: list[Damage] = []

    def read_all(self) -> list[Damage]:
        """Read the rest of every file, and close the killed runs; the places that could not be read."""
        committed = self._store.committed()
        for name, (size, _) in committed.items():
            if size and not locate(self._folder, name).exists():
                self._damages.append(Damage(name, 0, "the file is gone; scrapy verify names the rows", size))
        for path in own_files(self._folder):
            size, sealed = committed.get(_name(path), (0, False))
            try:
                is_known = sealed and path.suffix != OPEN and path.stat().st_size == size
                if is_known:
                    self._progress(size)
                else:
                    self._read_on(path, size)
            except OSError as error:
                raise Damaged(f"{path}: {error.strerror}; it could not be read on or closed") from error
        with self._store.commit():
            descents.catch_up(self._store.conn, self._door.mapped)
            for run_id in self._store.unfinished_runs():
                self._store.close_killed_run(run_id)
        return self._damages

    def _read_on(self, path: Path, committed: int) -> None:
        """Take in the whole records behind `committed`, cut torn bytes behind them, and remove .open from the name."""
        size = path.stat().st_size
        if size < committed:
            self._damages.append(
                Damage(_name(path), size, f"{committed - size} bytes are lost that rows stand for")
            )
            return
        self._progress(committed)
        if size > committed:
            if (apart := current()) is not None:
                apart.begin()  # a page that hung the run before waits here
            sync(path)  # what a killed run wrote may be in memory only; rows must not outlive it
        end, records_in = committed, self._store.extent_of(_name(path)).records
        for item in self._entered(path, committed):
            self._progress(end_of(item) - end)
            end, records_in = end_of(item), records_in + len(item.refs)
            extents = [Extent(_name(path), end, records_in, sealed=False)]
            stretch = Stretch.of(item) if isinstance(item, Remark) else None
            if stretch is not None:
                extents += self._taken_again(stretch, item.warcinfo.get("run"))
            if stretch is not None or self._door.waiting >= BATCH:
                self._door.flush(extents)
        self._progress(size - end)
        self._close(path, Extent(_name(path), end, records_in, sealed=True), size)
        if committed and end > committed:
            log.warning("file=%s: read on from byte %s to %s, nothing was lost", path, committed, end)

    def _entered(self, path: Path, committed: int) -> Iterator[Told]:
        """Give the records behind `committed` to the door."""
        warcinfo_id, run_id = _first(path) if committed else ("", None)
        span = ByteRange(committed, names=frozenset({warcinfo_id} - {""}), is_sealed=path.suffix != OPEN)
        items = exchanges(path, name=_name(path), span=span, source=self._readers.source())
        for item in self._readers.enter(self._door, items, lambda stored: stored.run_id or run_id):
            if isinstance(item, Damage):
                self._damages.append(item)
                continue
            if not isinstance(item, Stored):
                self._door.note(item)
            yield item

    def _taken_again(self, stretch: Stretch, run_id: str | None) -> Iterator[Extent]:
        for item in taken_again(self._door, self._readers, self._folder, stretch, run_id):
            if isinstance(item, Damage):
                self._damages.append(item)
            else:
                yield item

    def _close(self, path: Path, extent: Extent, size: int) -> None:
        """Cut the bytes behind the last record off a file that was being written, and close it.

        A closed file is evidence and stays unchanged: damage behind its last whole record stays, too.
        """
        if path.suffix == OPEN:
            if extent.size == 0:  # not one whole record came into it
                path.unlink()
                return
            if extent.size < size:
                cut(path, extent.size)
                log.warning("file=%s: cut at byte %s, %s torn bytes", path, extent.size, size - extent.size)
            seal(path)
        self._door.flush([extent])


def _unheard(_: int) -> None:
    """A progress function that does nothing."""


def _first(path: Path) -> tuple[str, str | None]:
    """The id of a file's warcinfo and the run it names; empty where its first record cannot be read."""
    first = next(records(path), None)
    if not isinstance(first, Record) or first.kind != "warcinfo":
        return "", None
    return first.ref.record_id, dict(warc_fields(first.block.read())).get("run")


def warcinfo_of(path: Path) -> dict[str, str]:
    """The fields of a file's first record, its warcinfo; empty where it cannot be read."""
    try:
        first = next(records(path), None)
    except OSError:
        return {}
    if not isinstance(first, Record) or first.kind != "warcinfo":
        return {}
    return dict(warc_fields(first.block.read()))


def _name(path: Path) -> str:
    return path.name.removesuffix(OPEN)


def _is_warc(path: Path) -> bool:
    return _name(path).endswith(".warc.gz")


def _order(path: Path) -> tuple[int, str]:
    return _serial(path.name), path.name


def _serial(name: str) -> int:
    """The number in a file's name, its third word; -1 where that is no number."""
    words = name.split("-")
    return int(words[2]) if len(words) > 2 and words[2].isdigit() else -1
