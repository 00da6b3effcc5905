"""Import of other tools' files, stretch by stretch: what is taken in, passed over, noted and lost."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.door.ingest import KEPT_READY
from archive.door.workers import Readers
from archive.errors import ArchiveError, Damaged
from archive.grouping.texts import keep_ready
from archive.record.exchanges import ByteRange, FileStart, RecordSource, Remark, Stored, end_of, exchanges
from archive.record.files import Extent, locate
from archive.record.foreign import WarcPart
from archive.record.members import ENDS_WITHIN, MAGIC
from archive.record.reader import RESPONSES, Belief, Damage, Record, oddities, read, records
from archive.remote.files import WarcFile
from archive.run.account import Account, Checked
from archive.run.batches import Live
from archive.run.stretches import IMPORT_URL, VIA, Stretch, sha256_of

log = logging.getLogger(__name__)

_PARTICULAR = re.compile(r"'[^']*'|(?<![^\s'])[^\s\d']*+\d\S*|https?:\S+")
"""The parts of a note that differ between records with the same kind of oddity."""

_PASSED = {"conversion": "a conversion of another record, no response: passed over"}
"""Kinds of records that hold a text and become no capture, and what is noted of them."""
MAX_EXCHANGES = 200
"""Exchanges in one stretch, which is one commit."""


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
    `damages` are places whose content may be lost. `elsewhere` counts, by file, the responses that are held as records
    of another file.
    """

    checked: Checked = field(default_factory=Checked)
    exchanges: int = 0
    passed_bytes: int = 0
    damages: list[Damage] = field(default_factory=list)
    notes: dict[str, FileNote] = field(default_factory=dict)
    elsewhere: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> int:
        """The number of responses that the archive had already."""
        return self.checked.exceptions["held already"]

    @property
    def was_taken_in(self) -> bool:
        """Whether an earlier import took in all that is in the file."""
        return self.passed_bytes > 0 and not self.exchanges and not self.damages

    @property
    def is_barren(self) -> bool:
        """Whether nothing came of the file, now or before: no response is in it."""
        return not self.exchanges and not self.passed_bytes

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
        if readers.are_several:
            live.door.mapped = readers.mapped
        keep_ready(KEPT_READY)
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
        first = next(records(part.path, start=part.start, end=part.end), None)
        known = {first.ref.record_id} if isinstance(first, Record) else set()
        begin, belief = self._resumed(part, self._resume_at(part, tally), known, is_trusted=is_trusted)
        tally.passed_bytes += begin - part.start
        heard = progress or _unheard
        heard(begin - part.start)
        account = Account(tally.checked)
        start: int | None = begin
        while start is not None:
            span = ByteRange(start, part.end, is_trusted=is_trusted)
            start, is_last = self._take_span(part, span, belief, tally, account, heard)
            if is_last:
                belief = Belief(set(known))
            elif start is not None and not belief.is_broken_before(start):
                belief.broken_at = None  # it is read again
        for offset in account.lost():
            reason = "a response that became no capture, and no reason is known"
            tally.damages.append(Damage(part.file, offset, reason))
        tally.damages += self._lost_elsewhere(part, tally)
        if part.torn:
            tally.damages.append(Damage(part.file, part.end, part.torn))
        if part.note:
            tally.note(part.file, part.end, part.note)

    def _lost_elsewhere(self, part: WarcPart, tally: FileTally) -> Iterator[Damage]:
        """A line for each other file that responses of this one are held in, and that is not where it was."""
        cure = "bring that file back, or use `scrapy rebuild --accept-loss`, and ingest this one again"
        for name, count in tally.elsewhere.items():
            try:
                if name != part.file and not locate(self._warcs, name).exists():
                    reason = f"what is held of it are records of {name}, which is gone ({count:,} responses)"
                    yield Damage(part.file, part.start, f"{reason}: {cure}")
            except OSError as error:
                reason = f"what is held of it are records of {name}, which cannot be read ({error.strerror})"
                yield Damage(part.file, part.start, f"{reason}: {cure}")

    def _take_span(
        self,
        part: WarcPart,
        span: ByteRange,
        belief: Belief,
        tally: FileTally,
        account: Account,
        heard: Callable[[int], None],
    ) -> tuple[int | None, bool]:
        """Take in a stretch, batch by batch. Returns where to read on, and whether no break can follow there.

        If a bug is met, that is behind the record that was read.
        """
        batch = _Batch(span.start)
        watched = partial(_watched, tally=tally, account=account)
        breaks = _Breaks(part, self._readers.source(VIA, looking=True))
        source = breaks.records
        items = exchanges(part.path, name=part.file, span=span, watched=watched, source=source, belief=belief)
        entered = self._readers.enter(self._live.door, items, self._run_of, VIA)
        bug: Exception | None = None
        try:
            for item in account.settled(self._live.door, entered):
                if isinstance(item, Damage):
                    tally.damages.append(item)
                    continue
                batch.add(item)
                if isinstance(item, Stored):
                    tally.exchanges += 1
                    self._look_elsewhere(item, part, tally)
                if batch.exchanges >= MAX_EXCHANGES:
                    heard(batch.end - batch.start)
                    batch = self._commit(part, batch, span, belief)
        except (ArchiveError, OSError):
            raise
        except Exception as error:
            log.exception("%s: reading on from byte %s failed", part.file, batch.end)
            bug = error
        heard((part.end if bug is None else batch.end) - batch.start)
        end = batch.end
        self._commit(part, batch, span, belief)
        if bug is not None:
            return self._behind(part, end, tally, account, bug), False
        return breaks.behind, True

    def _look_elsewhere(self, item: Stored, part: WarcPart, tally: FileTally) -> None:
        """Count a response that the archive holds as a record of another file."""
        if tally.known > tally.elsewhere.total():
            held = self._live.store.ref_of(item.ref.record_id)
            tally.elsewhere[held.file if held else part.file] += 1

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

    def _resumed(
        self, part: WarcPart, begin: int, known: set[str], *, is_trusted: bool
    ) -> tuple[int, Belief]:
        """The offset to read from, and what is believed there, which the bytes before `begin` decide.

        They are read again where it matters: where a response follows, or where what was passed over is trusted now.
        """
        belief = Belief(set())
        if begin == part.start or not (is_trusted or _holds_response(part, begin)):
            return begin, belief
        start: int | None = part.start
        while start is not None:
            breaks = _Breaks(part, records)
            for _ in belief.of(breaks.records(part.path, name=part.file, start=start, end=begin)):
                pass
            if is_trusted and belief.passed_at is not None:
                return belief.passed_at, belief
            start = breaks.behind
            if start is not None:
                belief = Belief(set(known))
        return begin, belief

    def _run_of(self, _: Stored) -> str:
        return self._live.run_id

    def _commit(self, part: WarcPart, batch: "_Batch", span: ByteRange, belief: Belief) -> "_Batch":
        """Name the stretch in our own record and make the batch durable, if there was anything new."""
        if self._live.waiting:
            self._live.check_room()
            sha256 = sha256_of(part.path, batch.start, batch.end)
            stretch = Stretch(
                part.file,
                batch.start,
                batch.end,
                sha256,
                frozenset(belief.used),
                is_broken=belief.is_broken_before(batch.start),
                is_trusted=span.is_trusted,
                source=part.source,
            )
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


def _holds_response(part: WarcPart, start: int) -> bool:
    """Whether a response stands in a part from byte `start` on."""
    found = records(part.path, name=part.file, start=start, end=part.end)
    return any(isinstance(item, Record) and item.kind in (*RESPONSES, "metadata") for item in found)


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
        self, path: WarcFile, *, name: str | None = None, start: int = 0, end: int | None = None
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
