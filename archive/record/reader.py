"""Reading of any WARC file, ours or another tool's: the place of each record, and every damage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from archive.capture import Ref
from archive.errors import Damaged
from archive.record.faults import faults, holds_payload, oddities
from archive.record.files import is_foreign, locate, open_file
from archive.record.identity import bears
from archive.record.parsing.found import RESPONSES, Damage, Record
from archive.record.parsing.segments import joined
from archive.record.parsing.walk import walk
from archive.remote.files import WarcFile

__all__ = [
    "RESPONSES",
    "Belief",
    "Damage",
    "Record",
    "believed",
    "faults",
    "oddities",
    "read",
    "records",
    "records_in",
]


def read(folder: Path, ref: Ref) -> Record:
    """The record at `ref`, its digests checked; a segmented record is joined with its further segments.

    Raises Damaged with file and offset where the bytes there are not that record, whole and unchanged.
    """
    path = locate(folder, ref.file)
    place = f"{path} at byte {ref.offset}"
    try:
        with open_file(path) as file:
            found = next(walk(file, ref.file, ref.offset, ref.offset + ref.length), None)
            if isinstance(found, Record):
                following = walk(file, ref.file, ref.offset + ref.length)
                found = next(joined(chain((found,), following)))
    except OSError as error:
        raise Damaged(f"{place}: {error.strerror}") from error
    if found is None:
        raise Damaged(f"{place}: the file ends before the record")
    if isinstance(found, Damage):
        raise Damaged(f"{place}: {found.reason}")
    if not bears(found, ref.record_id):
        raise Damaged(f"{place}: record {found.ref.record_id} where {ref.record_id} should stand")
    return _proved(found, ref, place)


def _proved(found: Record, ref: Ref, place: str) -> Record:
    """The record after its digests were checked; oddities of other tools are allowed. Raises Damaged as read() does.

    Another tool may have stated a wrong digest from the start. For its records our own digest of the payload decides.
    """
    if not is_foreign(ref.file):
        wrong = faults(found)
        if wrong:
            raise Damaged(f"{place}: {'; '.join(wrong)}")
        return found
    if ref.sha256 and found.kind in ("response", "resource") and not holds_payload(found, ref.sha256):
        raise Damaged(f"{place}: not the payload that was ingested, whose sha256 is {ref.sha256}")
    return replace(found, faults=tuple(oddities(found)))


def records(
    path: WarcFile, *, name: str | None = None, start: int = 0, end: int | None = None
) -> Iterator[Record | Damage]:
    """Every record of a file from `start` to `end`; for an unreadable one a Damage, then the next readable record.

    `name` is put into the records' Ref; None means the file's own name without `.open`. Blocks up to 8 MiB are in
    memory, larger ones in a temporary file. A record behind a Damage may be a forgery that a server hid in the broken
    record: see Belief. Raises OSError where the file cannot be read.
    """
    with open_file(path) as file:
        yield from records_in(file, name or path.name.removesuffix(".open"), start, end)


def records_in(
    file: BinaryIO, name: str, start: int = 0, end: int | None = None
) -> Iterator[Record | Damage]:
    """Like records(), for a file that is already open."""
    yield from joined(walk(file, name, start, end))


@dataclass(slots=True)
class Belief:
    """What is believed of a file: all records before a broken place, and the trusted records after it.

    A server can send a whole WARC record as a page. If the record that holds the page is broken, the reader finds the
    record inside the page, which would be a forgery. A forger cannot know the id of the file's warcinfo record: after
    a broken place a record is trusted if it names that id.

    `names` are the ids that were named before the broken place, or are known to a caller that starts inside a file.
    If the first record is broken and no response, no page was before it, and all records are trusted. `sealed` is the
    path of a file that was closed whole. If no further break follows up to its end, the records are trusted as well:
    behind a page the rest of its record would have to follow. Files that were joined have several warcinfo records.

    `broken_at` is the offset of the first broken place, `passed_at` of the first record passed over. `used` are the
    names by which records were trusted.
    """

    names: set[str]
    broken_at: int | None = None
    sealed: WarcFile | None = None
    passed_at: int | None = None
    used: set[str] = field(default_factory=set)

    def is_broken_before(self, offset: int) -> bool:
        """Whether a broken place stands before a byte."""
        return self.broken_at is not None and self.broken_at < offset

    def of(self, found: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
        """The records, those that are not believed as a Damage."""
        for item in found:
            if isinstance(item, Damage):
                self._break(item)
                yield item
                continue
            name = item.ref.record_id if item.kind == "warcinfo" else item.warcinfo_id
            if self.broken_at is None:
                self.names |= {name} - {""}
            elif name in self.names:
                self.used.add(name)
            else:
                if self.passed_at is None:
                    self.passed_at = item.ref.offset
                reason = "behind a broken place and not naming a warcinfo that is believed: passed over"
                yield Damage(item.ref.file, item.ref.offset, reason, item.ref.length)
                continue
            yield item

    def _break(self, damage: Damage) -> None:
        if damage.is_contained or self.broken_at is not None:
            return
        if self.sealed is not None:
            self.names |= _names_at_the_end(self.sealed, damage)
        if damage.offset > 0 or damage.is_page:
            self.broken_at = damage.offset


def believed(found: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
    """The records of a whole file that are believed; others become a Damage."""
    return Belief(set()).of(found)


def _names_at_the_end(path: WarcFile, damage: Damage) -> set[str]:
    """The warcinfos named behind the last broken place of a file."""
    names: set[str] = set()
    for item in records(path, start=damage.offset):
        if isinstance(item, Damage):
            names.clear()
        else:
            names.add(item.ref.record_id if item.kind == "warcinfo" else item.warcinfo_id)
    return names - {""}
