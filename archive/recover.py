"""What an earlier run left behind is put right before a new one writes: files read on or cut, runs closed."""

import logging
from collections.abc import Mapping
from pathlib import Path

from archive.ingest import Door
from archive.place import SiteBook
from archive.records import Damage
from archive.store import Store
from archive.stored import FileStart, Remark, Stored, exchanges
from archive.warc import OPEN, Extent, cut, seal

log = logging.getLogger(__name__)

BATCH = 200  # exchanges in one transaction while reading a file


def own_files(folder: Path) -> list[Path]:
    """Our WARC files, closed and open, in the order they were written.

    The warcinfo of each says how many files the archive had when its run began (`sequence`), its name the number
    within the run: clocks that were set back do not matter.
    """
    return sorted((path for path in folder.glob("zhuanzai-*") if _is_warc(path)), key=_order)


def read_on_all(store: Store, folder: Path, sites: SiteBook) -> None:
    """Read on, cut and close what lies in the folder beyond what the database vouches for."""
    committed = store.committed()
    for path in own_files(folder):
        size, sealed = committed.get(path.name.removesuffix(OPEN), (0, False))
        if not sealed or path.stat().st_size != size or path.suffix == OPEN:
            read_on(Door(store, folder, sites), path, size)
    with store.commit():
        for run_id in store.unfinished_runs():
            store.close_killed_run(run_id)


def read_on(door: Door, path: Path, committed: int) -> None:
    """Let the whole records beyond `committed` in, cut what is torn behind them, take the .open off."""
    name = path.name.removesuffix(OPEN)
    size = path.stat().st_size
    if size < committed:
        log.warning(
            "file=%s bytes=%s committed=%s: bytes were lost; scrapy verify names the rows",
            path,
            size,
            committed,
        )
        return
    end, records = committed, door.store.records_of(name)
    info = first_info(path) if committed else {}
    found = 0
    for told in exchanges(path, name=name, start=committed):
        if isinstance(told, Damage):
            log.warning("file=%s offset=%s: %s", path, told.offset, told.reason)
            continue  # whole records may stand behind it
        _let_in(door, told, info)
        end, records, found = _end_of(told), records + _count(told), found + 1
        if door.waiting >= BATCH:
            door.flush([Extent(name, end, records, sealed=False)])
    if end == 0:
        path.unlink()  # a file whose first record never became whole
        return
    if end < size:
        log.warning("file=%s: cut at byte %s, %s torn bytes", path, end, size - end)
        cut(path, end)
    seal(path)
    door.flush([Extent(name, end, records, sealed=True)])
    if found and committed:
        log.warning("file=%s: %s exchanges beyond byte %s read, none lost", path, found, committed)


def first_info(path: Path) -> Mapping[str, str]:
    """The fields of a file's warcinfo; empty where its first record is none."""
    told = next(exchanges(path), None)
    return told.warcinfo if isinstance(told, FileStart) else {}


def _let_in(door: Door, told: Stored | Remark | FileStart, info: Mapping[str, str]) -> None:
    if isinstance(told, Stored):
        door.take_stored(told, run_id=told.run_id or info.get("run"))
    else:
        door.note(told)


def _end_of(told: Stored | Remark | FileStart) -> int:
    refs = [told.ref, told.request, told.metadata] if isinstance(told, Stored) else [told.ref]
    return max(ref.offset + ref.length for ref in refs if ref is not None)


def _count(told: Stored | Remark | FileStart) -> int:
    return 1 + (told.request is not None) + (told.metadata is not None) if isinstance(told, Stored) else 1


def _is_warc(path: Path) -> bool:
    return path.name.removesuffix(OPEN).endswith(".warc.gz")


def _order(path: Path) -> tuple[int, int, str]:
    sequence = first_info(path).get("sequence", "")
    parts = path.name.split("-")
    serial = parts[2] if len(parts) > 2 else ""
    return (int(sequence) if sequence.isdigit() else 0, int(serial) if serial.isdigit() else 0, path.name)
