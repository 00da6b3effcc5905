"""Stretches of other tools' files: our own record names each that was taken in, so that a rebuild can read it again."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote, unquote

from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.record.exchanges import ByteRange, Remark, exchanges
from archive.record.files import Extent, locate, open_file
from archive.record.reader import Damage
from archive.remote.files import WarcFile

_OFFSET = re.compile("[0-9]{1,18}")
IMPORT_URL = "urn:zhuanzai:import"
"""Target of the metadata records that name stretches."""
ENCODED = "fileEncoded"
"""The line with a percent-encoded file name, for names that a record's line cannot hold (two blanks, a line break)."""
VIA: Final = "import"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes `start` to `end` of a file, as they were when their exchanges were taken in.

    `file` is the file's absolute path or its name under warc/. `names` are the ids of warcinfos by which records of
    the stretch were trusted behind a broken place. `is_broken` and `is_trusted` are explained at ByteRange. `source` is
    the address from which the file was fetched.
    """

    file: str
    start: int
    end: int
    sha256: str
    names: frozenset[str] = frozenset()
    is_broken: bool = False
    is_trusted: bool = False
    source: str = ""

    @classmethod
    def of(cls, remark: Remark) -> Self | None:
        """The stretch that a metadata record of ours names; None for other records."""
        said = remark.fields
        start, end = said.get("start", ""), said.get("end", "")
        file = unquote(said.get(ENCODED, "")) or said.get("file")
        if (
            remark.url != IMPORT_URL
            or not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end))
            or file is None
        ):
            return None
        return cls(
            file,
            int(start),
            int(end),
            said.get("sha256", ""),
            frozenset(map(unquote, said.get("warcinfo", "").split())),
            is_broken=said.get("behindDamage") == "yes",
            is_trusted=said.get("trusted") == "yes",
            source=unquote(said.get("fetchedFrom", "")),
        )

    def fields(self, run_id: str) -> dict[str, str]:
        """The lines of the metadata record that names the stretch."""
        is_plain = self.file.isprintable() and " ".join(self.file.split()) == self.file
        name = {"file": self.file} if is_plain else {ENCODED: quote(self.file)}
        lines = {"run": run_id, **name, "start": str(self.start), "end": str(self.end)}
        lines |= {
            "sha256": self.sha256,
            "warcinfo": " ".join(quote(one, safe="/:") for one in sorted(self.names)),
        }
        lines |= {"behindDamage": _yes(self.is_broken), "trusted": _yes(self.is_trusted)}
        lines |= {"fetchedFrom": quote(self.source, safe=":/?=&")}
        return {name: value for name, value in lines.items() if value}

    @property
    def span(self) -> ByteRange:
        """The part of the file that holds its exchanges."""
        return ByteRange(self.start, self.end, self.names, self.is_broken, is_trusted=self.is_trusted)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else ""


def sha256_of(path: WarcFile, start: int, end: int) -> str:
    """Hex sha256 of the bytes `start` to `end` of a file."""
    digest = hashlib.sha256()
    left = end - start
    with open_file(path) as file:
        file.seek(start)
        while left and (piece := file.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def taken_again(
    door: Door, readers: Readers, warcs: Path, stretch: Stretch, run_id: str | None
) -> Iterator[Extent | Damage]:
    """Take the exchanges of a stretch in again; the damages found, and the extent of its file that is then known."""
    path = locate(warcs, stretch.file)
    records = 0
    try:
        if sha256_of(path, stretch.start, stretch.end) != stretch.sha256:
            yield Damage(stretch.file, stretch.start, "not the bytes that were ingested", _length(stretch))
        items = exchanges(path, name=stretch.file, span=stretch.span, source=readers.source(VIA))
        for item in readers.enter(door, items, lambda _: run_id, VIA):
            if isinstance(item, Damage):
                yield item
            else:
                records += len(item.refs)
    except OSError as error:
        reason = f"{error.strerror}; what was ingested from here is missing"
        yield Damage(stretch.file, stretch.start, reason, _length(stretch))
        return
    before = door.store.extent_of(stretch.file).records
    yield Extent(stretch.file, stretch.end, before + records, sealed=True, ours=False)


def _length(stretch: Stretch) -> int:
    return stretch.end - stretch.start
