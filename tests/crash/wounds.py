"""Files torn and bits flipped at every place: recovery keeps what is whole, verify names what is not."""

import gzip
import os
import random
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from archive.care.verify import Finding, Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.record.reader import records
from archive.view.store import Store
from tests.archive.archives import Book, crawl, own_warcs, rows, run
from tests.crash.faults import Kind, forked
from tests.crash.scenarios import URLS, Unsound, fetched, opening, sound


def verified(folder: Path) -> list[Finding]:
    """What verify finds in an archive."""
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return list(Verifier(store, door, folder / "warc", readers).findings())


def chosen(places: range, number: int, chance: random.Random) -> list[int]:
    """So many of the places; all where `number` is 0."""
    return list(places) if not number or number >= len(places) else sorted(chance.sample(places, number))


def torn_tails(space: Path, number: int, chance: random.Random) -> Iterator[tuple[int, str | None]]:
    """The last exchange of an open file, not yet committed, cut at every byte: what is whole of it is kept."""
    prepared = space / "prepared"
    prepared.mkdir(parents=True)

    def scenario(_: object) -> int:
        with run(prepared, batch=100) as live:
            for one in fetched()[:3]:
                live.take(one)
            live.commit()
            live.take(fetched()[3])
            os._exit(0)  # in the midst of the run, as a kill would end it

    forked(scenario, 0, Kind.COUNT, "nowhere")
    (file,) = own_warcs(prepared)
    ((committed,),) = rows(prepared, "SELECT committed FROM warc_files")
    size = file.stat().st_size
    for at in chosen(range(int(str(committed)), size + 1), number, chance):
        folder = space / "archive"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(prepared, folder)
        with (folder / "warc" / file.name).open("r+b") as torn:
            torn.truncate(at)
        yield at, _kept(folder)


def _kept(folder: Path) -> str | None:
    try:
        opening(folder, lambda _: None)
        urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
        if urls not in (URLS[:3], URLS[:4]):
            return f"captures {urls}"
        sound(folder)
    except Unsound as fault:
        return str(fault)
    return None


def flipped_bits(space: Path, number: int, chance: random.Random) -> Iterator[tuple[int, str | None]]:
    """One bit of a closed file, each byte in turn: verify names the record that the bit is in, and no other."""
    folder = space / "archive"
    folder.mkdir(parents=True)
    crawl(folder, *fetched()[:4], batch=100)
    (file,) = own_warcs(folder)
    whole = file.read_bytes()
    starts = [record.ref.offset for record in records(file)]
    for at in chosen(range(len(whole)), number, chance):
        broken = bytearray(whole)
        broken[at] ^= 1 << chance.randrange(8)
        file.write_bytes(broken)
        start = max(offset for offset in starts if offset <= at)
        offsets = {finding.offset for finding in verified(folder) if finding.offset is not None}
        yield (
            at,
            None if start in offsets else f"record at {start}, found at {offsets}",
        )
    file.write_bytes(whole)


def _is_padding(broken: bytes, whole: bytes) -> bool:
    """Whether the bit is one of the up to seven that fill the last byte of a compressed stream and say nothing."""
    try:
        return gzip.decompress(broken) == gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        return False


WOUNDS = {"torn at a byte of the last exchange": torn_tails, "a bit flipped": flipped_bits}
