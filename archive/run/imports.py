"""Import of other tools' files: our own record names each stretch taken in, so that a rebuild can read it again."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote, unquote

from archive.door.ingest import TREES_AFTER, Door
from archive.door.workers import Readers
from archive.errors import ArchiveError, Damaged
from archive.record.exchanges import ByteRange, FileStart, RecordSource, Remark, Stored, end_of, exchanges
from archive.record.files import Extent, locate
from archive.record.foreign import WarcPart
from archive.record.members import ENDS_WITHIN, MAGIC
from archive.record.reader import Damage, Record, oddities, read, records
from archive.run.account import Account, Checked
from archive.run.batches import Live

log = logging.getLogger(__name__)

_PARTICULAR = re.compile(r"'[^']*'|(?<![^\s'])[^\s\d']*+\d\S*|https?:\S+")
"""The parts of a note that differ between records with the same kind of oddity."""

_PASSED = {"conversion": "a conversion of another record, no response: passed over"}
"""Kinds of records that hold a text and become no capture, and what is noted of them."""
_OFFSET = re.compile("[0-9]{1,18}")
IMPORT_URL = "urn:zhuanzai:import"
"""Target of the metadata records that name stretches."""
ENCODED = "fileEncoded"
"""The line with a percent-encoded file name, for names that a record's line cannot hold (two blanks, a line break)."""
VIA: Final = "import"
MAX_EXCHANGES = 200
"""Exchanges in one stretch, which is one commit."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes `start` to `end` of a file, as they were when their exchanges were taken in.

    `file` is the file's absolute path or its name under warc/. `known` is the id of the file's warcinfo, for a stretch
    that begins behind it. `is_trusted` is explained at ByteRange.
    """

    file: str
    start: int
    end: int
    sha256: str
    known: str = ""
    is_trusted: bool = False

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
        is_trusted = said.get("trusted") == "yes"
        return cls(file, int(start), int(end), said.get("sha256", ""), said.get("warcinfo", ""), is_trusted)

    def fields(self, run_id: str) -> dict[str, str]:
        """The lines of the metadata record that names the stretch."""
        is_plain = self.file.isprintable() and " ".join(self.file.split()) == self.file
        name = {"file": self.file} if is_plain else {ENCODED: quote(self.file)}
        lines = {"run": run_id, **name, "start": str(self.start), "end": str(self.end)}
        lines |= {"sha256": self.sha256, "warcinfo": self.known, "trusted": "yes" if self.is_trusted else ""}
        return {name: value for name, value in lines.items() if value}

    @property
    def span(self) -> ByteRange:
        """The part of the file that holds its exchanges."""
        return ByteRange(self.start, self.end, self.known or None, is_trusted=self.is_trusted)


def sha256_of(path: Path, start: int, end: int) -> str:
    """Hex sha256 of the bytes `start` to `end` of a file."""
    digest = hashlib.sha256()
    left = end - start
    with path.open("rb") as file:
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


@dataclass(frozen=True, slots=True)
class FileNote:
    """An oddity of a file that loses nothing: the first place where it occurs, and how often it does."""

    file: str
    offset: int
    what: str
    times: int = 1


@dataclass(slots=True)
class FileTally:
    """The result of one file's import: the account of its responses, its oddities and its damages.

    `passed_bytes` were taken in before and not read again. `notes` are false statements of its records, each kind once.
    `damages` are places whose content may be lost.
    """

    checked: Checked = field(default_factory=Checked)
    exchanges: int = 0
    passed_bytes: int = 0
    damages: list[Damage] = field(default_factory=list)
    notes: dict[str, FileNote] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """The number of responses that the archive had already."""
        return self.checked.exceptions["held already"]

    def note(self, file: str, offset: int, what: str) -> None:
        """Note an oddity."""
        kind = _PARTICULAR.sub("…", what)
        known = self.notes.get(kind)
        self.notes[kind] = replace(known, times=known.times + 1) if known else FileNote(file, offset, what)


class Importer:
    """Takes files of other tools into the archive, within one run."""

    def __init__(self, live: Live, readers: Readers, warcs: Path, clock: Callable[[], datetime]) -> None:
        """`clock` returns the UTC time that is written into the record of each stretch."""
        self._live = live
        live.door.trees_after = TREES_AFTER
        self._readers = readers
        self._warcs = warcs
        self._clock = clock

    def take_in(
        self,
        part: WarcPart,
        tally: FileTally,
        *,
        is_trusted: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Add the exchanges of a part of a file that the archive lacks, and count them in `tally`.

        The import begins behind the bytes that an earlier import added, if those bytes are still the same. `progress`
        is called with numbers of bytes. A record whose reading meets a bug is lost; the import goes on behind it.
        Raises Damaged where the archive's disk refuses, OSError where the file cannot be read.
        """
        begin = self._resume_at(part, tally)
        tally.passed_bytes += begin - part.start
        heard = progress or _unheard
        heard(begin - part.start)
        account = Account(tally.checked)
        first = next(records(part.path, start=part.start, end=part.end), None)
        known = first.ref.record_id if isinstance(first, Record) else ""
        start: int | None = begin
        while start is not None:
            believed = (known if start > part.start else "") or None
            span = ByteRange(start, part.end, believed, is_trusted=is_trusted)
            start = self._take_span(part, span, tally, account, heard)
        for offset in account.lost():
            reason = "a response that became no capture, and no reason is known"
            tally.damages.append(Damage(part.file, offset, reason))
        if part.torn:
            tally.damages.append(Damage(part.file, part.end, part.torn))
        if part.note:
            tally.note(part.file, part.end, part.note)

    def _take_span(
        self,
        part: WarcPart,
        span: ByteRange,
        tally: FileTally,
        account: Account,
        heard: Callable[[int], None],
    ) -> int | None:
        """Take in a stretch, batch by batch. If a bug is met, returns the offset behind the record that was read."""
        batch = _Batch(span.start)
        watched = partial(_watched, tally=tally, account=account)
        breaks = _Breaks(part, self._readers.source(VIA, looking=True))
        source = breaks.records
        items = exchanges(part.path, name=part.file, span=span, watched=watched, source=source)
        entered = self._readers.enter(self._live.door, items, self._run_of, VIA)
        bug: Exception | None = None
        try:
            for item in account.settled(self._live.door, entered):
                if isinstance(item, Damage):
                    tally.damages.append(item)
                    continue
                batch.add(item)
                tally.exchanges += isinstance(item, Stored)
                if batch.exchanges >= MAX_EXCHANGES:
                    heard(batch.end - batch.start)
                    batch = self._commit(part, batch, span)
        except (ArchiveError, OSError):
            raise
        except Exception as error:
            log.exception("%s: reading on from byte %s failed", part.file, batch.end)
            bug = error
        heard((part.end if bug is None else batch.end) - batch.start)
        end = batch.end
        self._commit(part, batch, span)
        return breaks.behind if bug is None else self._behind(part, end, tally, account, bug)

    def _behind(
        self, part: WarcPart, end: int, tally: FileTally, account: Account, bug: Exception
    ) -> int | None:
        """The offset behind the first record from `end` on, the record that met the bug; None if no record follows."""
        account.give_up()
        met = next(records(part.path, name=part.file, start=end, end=part.end), None)
        reason = f"a bug in reading it ({type(bug).__name__}: {bug})"
        if not isinstance(met, Record):
            tally.damages.append(Damage(part.file, end, reason))
            return None
        account.unread(met)
        tally.damages.append(Damage(part.file, met.ref.offset, reason, met.ref.length or None))
        return met.ref.offset + met.ref.length if met.ref.length else None

    def _resume_at(self, part: WarcPart, tally: FileTally) -> int:
        """The offset behind the bytes already taken in of a part; the part's start where these bytes are gone."""
        store = self._live.store
        committed = store.extent_of(part.file).size
        last = store.last_ref_in(part.file)
        if committed <= part.start or last is None:
            return part.start
        try:
            read(self._warcs, last)
        except Damaged as error:
            tally.damages.append(
                Damage(
                    part.file, last.offset, f"what was ingested before is gone ({error}); read from its start"
                )
            )
            return part.start
        return min(committed, part.end)

    def _run_of(self, _: Stored) -> str:
        return self._live.run_id

    def _commit(self, part: WarcPart, batch: "_Batch", span: ByteRange) -> "_Batch":
        """Name the stretch in our own record and make the batch durable, if there was anything new."""
        if self._live.waiting:
            self._live.check_room()
            sha256 = sha256_of(part.path, batch.start, batch.end)
            known = (span.known or "") if batch.start > part.start else ""
            stretch = Stretch(part.file, batch.start, batch.end, sha256, known, span.is_trusted)
            fields = stretch.fields(self._live.run_id)
            self._live.writer.append_metadata(IMPORT_URL, self._clock(), fields)
            counted = self._live.store.extent_of(part.file).records + batch.records
            self._live.commit(Extent(part.file, batch.end, counted, sealed=True, ours=False))
        return _Batch(batch.end)


def _watched(
    found: Iterable[Record | Damage], tally: FileTally, account: Account
) -> Iterator[Record | Damage]:
    """The records, unchanged; they are counted, and their oddities and damages noted, on the way."""
    for item in found:
        if isinstance(item, Record):
            account.enter(item)
            for loss in item.losses:
                tally.damages.append(Damage(item.ref.file, item.ref.offset, loss))
            if item.kind in _PASSED:
                tally.note(item.ref.file, item.ref.offset, _PASSED[item.kind])
            for what in oddities(item):
                if what not in item.losses:
                    tally.note(item.ref.file, item.ref.offset, what)
        yield item


class _Breaks:
    """The records of a part up to a broken place behind which all others can be believed.

    reader.believed() passes over what stands behind a broken place, as it may be a page's forgery. In a packed file the
    rest of such a page would have to follow, which is no record: behind the last broken place there is no forgery. In a
    file without gzip members the same holds where a record breaks off.
    """

    def __init__(self, part: WarcPart, source: RecordSource) -> None:
        self._part = part
        self._source = source
        self.behind: int | None = None
        """The offset behind the broken place; None where reading came to the end."""

    def records(
        self, path: Path, *, name: str | None = None, start: int = 0, end: int | None = None
    ) -> Iterator[Record | Damage]:
        """The records; the last item is the broken place, where there is one to begin anew behind."""
        for item in self._source(path, name=name, start=start, end=end):
            yield item
            if isinstance(item, Damage) and item.length is not None and self._is_last(item):
                self.behind = item.offset + item.length
                return

    def _is_last(self, broken: Damage) -> bool:
        """Whether a file without forgeries follows behind a broken place."""
        if broken.is_contained or broken.length is None or broken.reason == ENDS_WITHIN:
            return False
        start = broken.offset + broken.length
        with self._part.path.open("rb") as file:
            file.seek(start)
            if not (broken.is_torn or file.read(len(MAGIC)) == MAGIC):
                return False
        end = start
        for item in records(self._part.path, name=self._part.file, start=start, end=self._part.end):
            place = item.ref if isinstance(item, Record) else item
            if (isinstance(item, Damage) and not item.is_contained) or place.length is None:
                return False
            end = place.offset + place.length or end
        return end == self._part.end


def _unheard(_: int) -> None:
    """A progress function that does nothing."""


@dataclass(slots=True)
class _Batch:
    """The exchanges of one commit, and the bytes of the file that hold them."""

    start: int
    end: int = 0
    records: int = 0
    exchanges: int = 0

    def __post_init__(self) -> None:
        self.end = self.start

    def add(self, item: Stored | Remark | FileStart) -> None:
        self.end = max(self.end, end_of(item))
        self.records += len(item.refs)
        self.exchanges += isinstance(item, Stored)
