"""Verification: every byte of the record is checked, every row of the view is derived again and compared."""

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from archive.care.consistency import broken_rules, disagreements, unfinished
from archive.care.derived import Derivation
from archive.care.tables import NOT_DERIVED, PER_CAPTURE, Difference, differences, lacking, tables
from archive.care.unproven import texts, unknown_extractors, unproven
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import Busy, WrongUse
from archive.record.exchanges import ByteRange, FileStart, Remark, Stored, end_of, exchanges
from archive.record.files import OPEN, Extent, locate, open_file, size_of
from archive.record.members import HEADER
from archive.record.reader import Damage, Record, faults, records
from archive.remote.files import WarcFile
from archive.run.account import Account, Checked
from archive.run.recover import Progress, own_files
from archive.run.stretches import VIA, Stretch, sha256_of
from archive.view.store import Store

__all__ = ["Checked", "Finding", "Verifier", "file_findings", "record_findings"]

Item = TypeVar("Item")
TRACED = ("descents", "departures", "untraced")
"""Tables that an `ingest` under way fills later than the articles."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that was found. `offset` is in bytes; None where the fault has no place in a file."""

    place: str
    offset: int | None
    what: str

    def __str__(self) -> str:
        at = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.place}{at}: {self.what}"


def file_findings(path: Path, checked: Checked) -> Iterator[Finding]:
    """The faults of one WARC file, checked without a database. Raises WrongUse where it cannot be read."""
    checked.files += 1
    try:
        for item in records(path, name=str(path)):
            if isinstance(item, Damage):
                yield _of_damage(item)
                continue
            checked.records += 1
            yield from (Finding(str(path), item.ref.offset, fault) for fault in faults(item))
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error


def record_findings(archive_db: Path, warcs: Path, checked: Checked) -> Iterator[Finding]:
    """The faults of a record without a view."""
    yield Finding(archive_db.name, None, "gone; `scrapy rebuild` makes it again")
    for path in own_files(warcs):
        yield from file_findings(path, checked)


class Verifier:
    """Checks one archive and changes nothing in it; a run may write to it meanwhile.

    The view is made a second time beside the first, in a temporary file, and both are compared row by row.
    """

    def __init__(
        self, store: Store, door: Door, warcs: Path, readers: Readers, progress: Progress | None = None
    ) -> None:
        self.checked = Checked()
        self._store = store
        self._conn = store.conn
        self._sites = door.sites
        self._warcs = warcs
        self._readers = readers
        self._progress = progress or (lambda _: None)
        self._faults: list[Finding] = []
        self._said: set[int] = set()
        self._unreached: set[str] = set()
        """Captures that an earlier finding names."""
        self._account = Account(self.checked)
        self._is_broken = False
        self._foreign: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """All faults: file by file, then table by table."""
        there = own_files(self._warcs)  # before the database: what a run makes meanwhile is no finding
        try:
            self._conn.execute("BEGIN")  # one state of the database throughout
            yield from self._all(there)
            self._conn.execute("ROLLBACK")
        except FileNotFoundError as error:
            raise Busy(
                f"{error.filename}: gone while it was to be read (scrapy compact?); try again"
            ) from error
        except sqlite3.DatabaseError as error:
            yield Finding(self._store.path.name, None, f"{error}; `scrapy rebuild` makes it again")

    def _all(self, there: list[Path]) -> Iterator[Finding]:
        yield from self._files(there)
        with Derivation.begun(self._conn, self._warcs, self._sites) as second:
            yield from self.read(second)
            yield from self.compare(second)

    def read(self, second: Derivation) -> Iterator[Finding]:
        """The faults of the record; it is read into the second view on the way."""
        known = self._store.committed()
        for path in own_files(self._warcs):
            name = path.name.removesuffix(OPEN)
            if name in known:
                yield from self._own_file(second, name, path, known[name][0])
        second.close_runs()

    # -- files --------------------------------------------------------------------------------------------------

    def _files(self, there: list[Path]) -> Iterator[Finding]:
        """Faults for files that are missing, too short or unknown."""
        rows = self._conn.execute("SELECT name, committed, sealed FROM warc_files")
        known = {name: (committed, bool(sealed)) for name, committed, sealed in rows}
        sizes: dict[str, int] = {}
        for name, (committed, _) in known.items():
            path = locate(self._warcs, name)
            try:
                sizes[name] = size = size_of(path)
            except FileNotFoundError:
                ids = self._captures_in(name)
                self._said.update(ids)
                finding = Finding(str(path), None, f"gone, and {len(ids)} captures with it")
            except OSError as error:  # a storage that does not answer, or refuses
                self._unreached.add(name)
                self._said.update(self._captures_in(name))
                finding = Finding(str(path), None, f"{error.strerror}")
            else:
                if size >= committed:
                    continue
                finding = Finding(str(path), size, f"ends here; rows stand for {committed - size} bytes more")
            self._is_broken = True
            yield finding
        for path in there:
            name = path.name.removesuffix(OPEN)
            committed, is_sealed = known.get(name, (0, True))
            # bytes of an open file beyond the committed ones are no finding: the next run reads them
            if path.suffix == OPEN or not is_sealed:
                continue
            if name not in known:
                yield Finding(
                    str(path),
                    0,
                    "a file of this archive that the database does not know; run `scrapy rebuild`",
                )
            elif (size := sizes.get(name, 0)) > committed:
                yield Finding(str(path), committed, f"{size - committed} bytes that no row stands for")

    def _own_file(self, second: Derivation, name: str, path: Path, committed: int) -> Iterator[Finding]:
        """Read the records of a file of ours into the second view; its faults."""
        self.checked.files += 1
        self._account = Account(self.checked)
        is_sealed = path.suffix != OPEN
        span = ByteRange(end=min(committed, size_of(path)), is_sealed=is_sealed)
        source = self._readers.source(looking=True)
        found = exchanges(path, name=name, span=span, watched=self._watched_own, source=source)
        end = count = 0
        entered = self._readers.enter(second.door, found, lambda stored: stored.run_id)
        for item in self._account.settled(second.door, entered):
            yield from self._seen_faults()
            if isinstance(item, Damage):
                self._is_broken = True
                yield self._with_captures(second, path, item)
                continue
            if not isinstance(item, Stored):
                second.door.note(item)
            end, count = max(end, end_of(item)), count + len(item.refs)
            extents = [Extent(name, end, count, sealed=False)]
            stretch = Stretch.of(item) if isinstance(item, Remark) else None
            if stretch is not None and isinstance(item, Remark):
                yield from self._stretch(second, stretch, item.warcinfo.get("run"), extents)
            second.flush(extents, is_due=stretch is not None)
        yield from self._seen_faults()
        yield from self._unaccounted(path)
        second.flush([Extent(name, end, count, sealed=is_sealed and second.is_closed(name))])
        self._progress(committed)

    def _stretch(
        self, second: Derivation, stretch: Stretch, run_id: str | None, extents: list[Extent]
    ) -> Iterator[Finding]:
        """Check a part of another tool's file: the bytes that were taken in, and the rows that follow from them."""
        path = locate(self._warcs, stretch.file)
        try:
            if stretch.file in self._unreached or not path.exists():
                second.align()
                return  # said already
            is_same = sha256_of(path, stretch.start, stretch.end) == stretch.sha256
        except OSError as error:
            second.align()
            self._is_broken = True
            yield Finding(str(path), stretch.start, f"{error.strerror}")
            return
        if not is_same:
            second.align()
            self._is_broken = True
            yield Finding(
                str(path), stretch.start, f"bytes to {stretch.end} are not those that were ingested"
            )
        self.checked.files += stretch.file not in self._foreign
        self._foreign.add(stretch.file)
        outside, self._account = self._account, Account(self.checked)
        source = self._readers.source(VIA, looking=True)
        found = exchanges(path, name=stretch.file, span=stretch.span, watched=self._watched, source=source)
        trusted = found if is_same else (item for item in found if self._is_held(item))
        count = second.store.extent_of(stretch.file).records
        entered = self._readers.enter(second.door, trusted, lambda _: run_id, VIA)
        broken: list[Finding] = []
        for item in self._account.settled(second.door, _to_the_end(entered, path, broken)):
            if not is_same:
                yield from self._seen_faults()
            self._faults = []  # a file that came damaged is as it came
            if isinstance(item, Damage):
                finding = self._with_captures(second, path, item, run_id)
                if not is_same or "capture" in finding.what:
                    yield finding
            else:
                count += len(item.refs)
        self._is_broken = self._is_broken or bool(broken)
        yield from broken
        yield from self._unaccounted(path) if is_same and not broken else ()
        self._account = outside
        extents.append(Extent(stretch.file, stretch.end, count, sealed=True, ours=False))
        self._progress(stretch.end - stretch.start)

    # -- records ------------------------------------------------------------------------------------------------

    def _watched_own(self, found: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
        """The records of a file of ours; header lines that only our writer promises are checked, too."""
        warcinfo_id = ""
        for item in self._watched(found):
            if isinstance(item, Damage):
                warcinfo_id = ""  # of what follows, unknown
            else:
                if item.kind == "warcinfo" or not warcinfo_id:  # joined files have one for each part
                    warcinfo_id = item.ref.record_id
                path = locate(self._warcs, item.ref.file)
                wrong = [*_missing(item, warcinfo_id), *_odd_header(path, item.ref.offset)]
                self._faults += [Finding(str(path), item.ref.offset, fault) for fault in wrong]
            yield item

    def _watched(self, found: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
        """The records, unchanged; they are counted, and their faults collected, on the way."""
        for item in found:
            if isinstance(item, Record):
                self._account.enter(item)
                path = locate(self._warcs, item.ref.file)
                self._faults += [Finding(str(path), item.ref.offset, fault) for fault in faults(item)]
            yield item

    def _unaccounted(self, path: WarcFile) -> Iterator[Finding]:
        """Faults for responses of this file or stretch that have neither a capture nor a reason."""
        for offset in self._account.lost():
            yield Finding(str(path), offset, "a response that became no capture, and no reason is known")

    def _is_held(self, item: Stored | Remark | FileStart | Damage) -> bool:
        """Whether an exchange of a changed file was taken in earlier; other exchanges are skipped."""
        if not isinstance(item, Stored):
            return True
        row = self._conn.execute(
            "SELECT 1 FROM captures WHERE record_id IN (?, ?) AND warc_file = ? AND warc_offset = ?",
            [item.ref.record_id, item.key, item.ref.file, item.ref.offset],
        ).fetchone()
        if row is None:
            self._account.leave(item.ref.offset, "not among what was ingested")
        return row is not None

    def _seen_faults(self) -> Iterator[Finding]:
        """The faults collected so far."""
        seen, self._faults = self._faults, []
        yield from seen

    def _with_captures(
        self, second: Derivation, path: WarcFile, damage: Damage, run_id: str | None = None
    ) -> Finding:
        """The fault for a damage, with the rows that depend on the damaged place.

        With `run_id` only rows of that run: a later run may have trusted what this one passed over.
        """
        end = damage.offset + damage.length if damage.length is not None else 1 << 62
        rows = self._conn.execute(
            "SELECT id FROM captures WHERE warc_file = ? AND warc_offset >= ? AND warc_offset < ?"
            " AND (? IS NULL OR run_id = ?)",
            [damage.file, damage.offset, end, run_id, run_id],
        ).fetchall()
        ids = [row[0] for row in rows]
        self._said.update(ids)
        if ids:
            second.align()
        rest = f"; capture {', '.join(map(str, ids[:10]))}" + (" …" if len(ids) > 10 else "") if ids else ""
        return Finding(str(path), damage.offset, damage.reason + rest)

    # -- rows ---------------------------------------------------------------------------------------------------

    def compare(self, second: Derivation) -> Iterator[Finding]:
        """Faults for rows that differ from the second view, table by table."""
        name = self._store.path.name
        wanted = second.store.conn
        self.checked.articles, self.checked.older = texts(self._conn)
        yield from (Finding(name, None, said) for said in disagreements(self._conn))
        yield from (Finding(name, None, said) for said in unknown_extractors(self._conn))
        yield from (Finding(name, None, said) for said in lacking(self._conn, wanted))
        yield from (Finding(name, None, said) for said in unfinished(self._conn))
        lost = yield from self._without_record(wanted)
        partly = None
        if lost or self._is_broken or self.checked.older:
            partly = unproven(self._conn, lost).concerns
            yield from (Finding(name, None, said) for said in broken_rules(self._conn))
        for table in tables(wanted):
            if table.name in NOT_DERIVED and table.name != "meta":  # of meta, some rows are compared
                continue
            if partly and table.name not in PER_CAPTURE:
                self.checked.uncompared.append(table.name)
                continue
            try:
                if table.name in TRACED and self._is_tracing():
                    self.checked.uncompared.append(table.name)
                    continue
                yield from map(self._different, differences(self._conn, wanted, table, partly))
            except sqlite3.OperationalError:  # the table or a column lacks: said already
                continue

    def _is_tracing(self) -> bool:
        """Whether a run is under way that makes the trees of its stories later."""
        waits = self._conn.execute("SELECT EXISTS (SELECT 1 FROM untraced)").fetchone()[0]
        return bool(waits and self._store.unfinished_runs())

    def _without_record(self, wanted: sqlite3.Connection) -> Generator[Finding, None, set[int]]:
        """Faults for captures whose record was not found. The ids of these captures are returned."""
        lost = set()
        rows = self._conn.execute("SELECT id, warc_file, warc_offset, record_id FROM captures ORDER BY id")
        for capture_id, file, offset, record_id in rows:
            if wanted.execute("SELECT 1 FROM captures WHERE record_id = ?", [record_id]).fetchone():
                self.checked.captures += 1
                continue
            lost.add(capture_id)
            if capture_id not in self._said:
                place = str(locate(self._warcs, file)) if file else self._store.path.name
                what = f"captures {capture_id}: record {record_id} does not stand here"
                yield Finding(place, offset, what)
        return lost

    def _different(self, difference: Difference) -> Finding:
        """The fault for a row that differs from the derived row, with the place of its record, if it has one."""
        row = difference.wanted or difference.held or {}
        place = row.get("warc_file"), row.get("warc_offset")
        if "capture_id" in row:
            place = self._conn.execute(
                "SELECT warc_file, warc_offset FROM captures WHERE id = ?", [row["capture_id"]]
            ).fetchone() or (None, None)
        what = f"{difference.named}: {difference.what}"
        if not isinstance(place[0], str):
            return Finding(self._store.path.name, None, what)
        return Finding(str(locate(self._warcs, place[0])), place[1], what)

    def _captures_in(self, name: str) -> list[int]:
        rows = self._conn.execute("SELECT id FROM captures WHERE warc_file = ?", [name]).fetchall()
        return [row[0] for row in rows]


def _of_damage(damage: Damage) -> Finding:
    return Finding(damage.file, damage.offset, damage.reason)


def _missing(record: Record, warcinfo_id: str) -> list[str]:
    """Faults for header lines that every record of ours must have and this one lacks."""
    wanted = ["WARC-Block-Digest", "Content-Type"]
    if record.kind == "response":
        wanted.append("WARC-Payload-Digest")
    wrong = [f"no {name}" for name in wanted if not record.get(name)]
    if record.kind != "warcinfo" and record.warcinfo_id != warcinfo_id:
        wrong.append(f"names warcinfo {record.warcinfo_id or 'none'}, the file's is {warcinfo_id}")
    return wrong


def _to_the_end(items: Iterable[Item], path: WarcFile, broken: list[Finding]) -> Iterator[Item]:
    """The items; where the file cannot be read on, its storage's error comes into `broken`."""
    try:
        yield from items
    except OSError as error:
        broken.append(Finding(str(path), None, f"{error.strerror}; it was not read to its end"))


def _odd_header(path: WarcFile, offset: int) -> list[str]:
    """A fault for a changed byte in the gzip header, which the checksum does not cover."""
    with open_file(path) as file:
        file.seek(offset)
        header = file.read(len(HEADER))
    return [] if header == HEADER else [f"gzip header {header.hex()}, ours are {HEADER.hex()}"]
