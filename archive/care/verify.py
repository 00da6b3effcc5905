"""Record and view prove each other: every byte of the record checked, every row derived again and compared."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.care.consistency import disagreements
from archive.door.ingest import Door, Taken
from archive.door.source_filter import Passed, passed_row
from archive.door.workers import Readers
from archive.errors import WrongUse
from archive.record.exchanges import FileStart, Remark, Stored, told
from archive.record.files import OPEN, locate
from archive.record.members import HEADER
from archive.record.reader import Damage, Record, believed, faults, records
from archive.run.imports import VIA, Stretch, sha256_of
from archive.run.recover import Progress, own_files
from archive.view.store import Store, capture_row
from extract.article import Article
from extract.read import EXTRACTOR

COMPARED = ("title", "text", "source", "byline", "editor", "published_at")
"""Fields of an article that are derived again; versions keep these too."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. `offset` is in bytes; None where the place is no byte of a file."""

    place: str
    offset: int | None
    what: str

    def __str__(self) -> str:
        at = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.place}{at}: {self.what}"


@dataclass(slots=True)
class Checked:
    """How much was looked at. `older` counts articles read by another extractor, which are not compared."""

    files: int = 0
    records: int = 0
    captures: int = 0
    articles: int = 0
    older: int = 0


def file_findings(path: Path, checked: Checked) -> Iterator[Finding]:
    """What is wrong with one WARC file, without a database. Raises WrongUse where it cannot be read."""
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
    """What is wrong with a record whose view is gone."""
    yield Finding(archive_db.name, None, "gone; `scrapy rebuild` makes it again")
    for path in own_files(warcs):
        yield from file_findings(path, checked)


class Verifier:
    """Checks one archive, of which nothing is changed; a run may go on writing to it."""

    def __init__(
        self, store: Store, door: Door, warcs: Path, readers: Readers, progress: Progress | None = None
    ) -> None:
        self.checked = Checked()
        self._store = store
        self._conn = store.conn
        self._door = door
        self._warcs = warcs
        self._readers = readers
        self._progress = progress or (lambda _: None)
        self._stretches: list[Stretch] = []
        self._faults: list[Finding] = []
        self._seen: set[int] = set()
        self._seen_passed: set[str] = set()
        self._foreign: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, file by file, then table by table."""
        try:
            self._conn.execute("BEGIN")  # one state of the database throughout
            yield from self._all()
            self._conn.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            yield Finding(self._store.path.name, None, f"{error}; `scrapy rebuild` makes it again")

    def _all(self) -> Iterator[Finding]:
        yield from self._files()
        known = self._conn.execute(
            "SELECT name, committed, records FROM warc_files WHERE ours = 1 ORDER BY name"
        )
        for name, committed, count in known.fetchall():
            path = locate(self._warcs, name)
            if path.exists():
                yield from self._own_file(name, path, committed, count)
        for stretch in self._stretches:
            yield from self._stretch(stretch)
        yield from self._rows_without_record()
        yield from (Finding(self._store.path.name, None, said) for said in disagreements(self._conn))

    # -- files --------------------------------------------------------------------------------------------------

    def _files(self) -> Iterator[Finding]:
        """Files that are missing, too short or unknown."""
        known = dict(self._conn.execute("SELECT name, committed FROM warc_files").fetchall())
        for name, committed in known.items():
            path = locate(self._warcs, name)
            if not path.exists():
                ids = self._captures_in(name)
                self._seen.update(ids)
                yield Finding(str(path), None, f"gone, and {len(ids)} captures with it")
            elif path.stat().st_size < committed:
                size = path.stat().st_size
                yield Finding(str(path), size, f"ends here; rows stand for {committed - size} bytes more")
        for path in own_files(self._warcs):
            name = path.name.removesuffix(OPEN)
            # what lies in an open file beyond the committed bytes is read by the next run: no finding
            size = path.stat().st_size
            if path.suffix == OPEN:
                continue
            if name not in known:
                yield Finding(
                    str(path),
                    0,
                    "a file of this archive that the database does not know; run `scrapy rebuild`",
                )
            elif size > known[name]:
                yield Finding(str(path), known[name], f"{size - known[name]} bytes that no row stands for")

    def _own_file(self, name: str, path: Path, committed: int, count: int) -> Iterator[Finding]:
        self.checked.files += 1
        before = self.checked.records
        found = records(path, name=name, end=min(committed, path.stat().st_size))
        sealed = path if path.suffix != OPEN else None
        yield from self._told(path, told(believed(self._proved(found, is_ours=True), sealed=sealed)), None)
        self._progress(committed)
        if self.checked.records - before != count:
            was = self.checked.records - before
            yield Finding(str(path), None, f"{was} whole records, the database counts {count}")

    def _stretch(self, stretch: Stretch) -> Iterator[Finding]:
        """A part of another tool's file: the bytes that were taken in, and the rows they led to."""
        path = locate(self._warcs, stretch.file)
        if not path.exists():
            return  # said already
        try:
            is_same = sha256_of(path, stretch.start, stretch.end) == stretch.sha256
        except OSError as error:
            yield Finding(str(path), stretch.start, f"{error.strerror}")
            return
        if not is_same:
            yield Finding(
                str(path), stretch.start, f"bytes to {stretch.end} are not those that were ingested"
            )
        self.checked.files += stretch.file not in self._foreign
        self._foreign.add(stretch.file)
        found: Iterable[Record | Damage] = self._proved(
            records(path, name=stretch.file, start=stretch.start, end=stretch.end), is_ours=False
        )
        if not stretch.is_trusted:
            found = believed(found, stretch.known or None)
        for finding in self._told(path, told(found), VIA):
            if not is_same or "capture" in finding.what:  # a file that came damaged is as it came
                yield finding
        self._progress(stretch.end - stretch.start)

    def _proved(self, found: Iterable[Record | Damage], *, is_ours: bool) -> Iterator[Record | Damage]:
        """The records, their faults put aside."""
        warcinfo_id = ""
        for item in found:
            if isinstance(item, Record):
                self.checked.records += 1
                wrong = faults(item)
                path = locate(self._warcs, item.ref.file)
                if is_ours:
                    if item.kind == "warcinfo" or not warcinfo_id:  # joined files have one for each part
                        warcinfo_id = item.ref.record_id
                    wrong += [*_missing(item, warcinfo_id), *_odd_header(path, item.ref.offset)]
                self._faults += [Finding(str(path), item.ref.offset, fault) for fault in wrong]
            else:
                warcinfo_id = ""  # of what follows, unknown
            yield item

    # -- rows ---------------------------------------------------------------------------------------------------

    def _told(
        self, path: Path, items: Iterable[Stored | Remark | FileStart | Damage], via: str | None
    ) -> Iterator[Finding]:
        """What is wrong with records, and with the rows that they led to."""
        ahead = self._readers.ahead(items, self._run_of, via, skip=lambda _: False)
        for item, taken in ahead:
            faulty, self._faults = self._faults, []
            yield from faulty
            if isinstance(item, Damage):
                yield self._with_captures(path, item)
            elif isinstance(item, Stored):
                yield from self._captured(path, item, taken, via)
            elif isinstance(item, Remark) and via is None:
                stretch = Stretch.of(item)
                self._stretches += [stretch] if stretch else []
                yield from self._passed_over(path, item)
        yield from self._faults
        self._faults = []

    def _run_of(self, stored: Stored) -> str | None:
        row = self._row("SELECT run_id FROM captures WHERE record_id = ?", stored.ref.record_id)
        return row["run_id"] if row else None

    def _with_captures(self, path: Path, damage: Damage) -> Finding:
        """A damage, and the rows that stand on it."""
        end = damage.offset + damage.length if damage.length is not None else 1 << 62
        rows = self._conn.execute(
            "SELECT id FROM captures WHERE warc_file = ? AND warc_offset >= ? AND warc_offset < ?",
            [damage.file, damage.offset, end],
        ).fetchall()
        ids = [row[0] for row in rows]
        self._seen.update(ids)
        rest = f"; capture {', '.join(map(str, ids[:10]))}" + (" …" if len(ids) > 10 else "") if ids else ""
        return Finding(str(path), damage.offset, damage.reason + rest)

    def _captured(
        self, path: Path, stored: Stored, taken: Taken | None, via: str | None
    ) -> Iterator[Finding]:
        """What is wrong with the rows of one exchange."""
        offset = stored.ref.offset
        row = self._row("SELECT * FROM captures WHERE record_id = ?", stored.ref.record_id)
        if row is None:
            yield Finding(str(path), offset, f"record {stored.ref.record_id}: no row of captures")
            return
        if (row["warc_file"], row["warc_offset"]) != (stored.ref.file, offset) and via == VIA:
            return  # the same record in two files: the row names the one that came first
        self.checked.captures += 1
        self._seen.add(row["id"])
        again = taken or self._door.judged(stored, run_id=row["run_id"], via=via, before=row["id"])
        wanted = capture_row(again.capture, again.reading.place, again.reading.charset)
        revisit_of = again.capture.revisit_of_id
        wanted["revisit_of"] = self._store.capture_of_record(revisit_of) if revisit_of else None
        for name, value in wanted.items():
            if row[name] != value:
                yield Finding(
                    str(path),
                    offset,
                    f"capture {row['id']}: {name} is {row[name]!r}, the record says {value!r}",
                )
        yield from self._read_again(path, offset, row["id"], again)

    def _read_again(self, path: Path, offset: int, capture_id: int, again: Taken) -> Iterator[Finding]:
        """Where the text of an article, version or part is not what the record says."""
        article = again.article
        part = self._row("SELECT article_url, n, text FROM parts WHERE capture_id = ?", capture_id)
        if part is not None:
            self.checked.articles += 1
            of_now = self._row(
                "SELECT 1 FROM articles WHERE url = ? AND extractor = ?", part["article_url"], EXTRACTOR
            )
            if of_now is None:
                self.checked.older += 1
            elif article is None or article.text != part["text"]:
                what = f"capture {capture_id}: page {part['n']} of {part['article_url']} is not its text"
                yield Finding(str(path), offset, what)
            return
        for kind, row in self._texts(capture_id):
            self.checked.articles += 1
            if row["extractor"] != EXTRACTOR:
                self.checked.older += 1
                continue
            wrong = _differing(row, article)
            if wrong:
                what = f"capture {capture_id}: {kind}: {wrong} not what the record says"
                yield Finding(str(path), offset, what)
        if article is not None and not self._holds_article(again, article):
            yield Finding(
                str(path), offset, f"capture {capture_id}: no row for the article on it, {article.url}"
            )

    def _texts(self, capture_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """The articles and versions that were read from a capture alone; those of several pages stand in parts."""
        names = ", ".join(f"t.{name}" for name in COMPARED)
        rows = self._rows(
            f"SELECT t.id, t.extractor, {names} FROM articles t WHERE t.capture_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM parts WHERE article_url = t.url)",
            capture_id,
        )
        yield from ((f"article {row['id']}", row) for row in rows)
        rows = self._rows(
            f"SELECT t.article_id, t.n, t.extractor, {names} FROM versions t JOIN articles a ON a.id = t.article_id"
            " WHERE t.capture_id = ? AND NOT EXISTS (SELECT 1 FROM parts WHERE article_url = a.url)",
            capture_id,
        )
        yield from ((f"version {row['n']} of article {row['article_id']}", row) for row in rows)

    def _holds_article(self, again: Taken, article: Article) -> bool:
        url = again.reading.place.first_url or article.url
        return self._row("SELECT id FROM articles WHERE url = ?", url) is not None

    def _passed_over(self, path: Path, remark: Remark) -> Iterator[Finding]:
        """What is wrong with the row of a page that was passed over."""
        passed = Passed.of(remark)
        if passed is None:
            return
        row = self._conn.execute(
            "SELECT * FROM passed_over WHERE record_id = ?", [remark.ref.record_id]
        ).fetchone()
        self._seen_passed.add(remark.ref.record_id)
        if row is None or list(row[1:]) != passed_row(self._store, self._door.sites, remark, passed):
            what = f"record {remark.ref.record_id}: its row of passed_over is not what the record says"
            yield Finding(str(path), remark.ref.offset, what)

    def _rows_without_record(self) -> Iterator[Finding]:
        """Rows at whose place no whole record was found."""
        for name, offset, record_id in self._conn.execute(
            "SELECT warc_file, warc_offset, record_id FROM passed_over ORDER BY id"
        ).fetchall():
            if record_id not in self._seen_passed:
                what = f"passed_over: record {record_id} does not stand here"
                yield Finding(str(locate(self._warcs, name)), offset, what)
        for row in self._rows("SELECT id, warc_file, warc_offset, record_id FROM captures ORDER BY id"):
            if row["id"] in self._seen:
                continue
            path = locate(self._warcs, row["warc_file"]) if row["warc_file"] else self._store.path
            yield Finding(
                str(path),
                row["warc_offset"],
                f"capture {row['id']}: record {row['record_id']} does not stand here",
            )

    def _captures_in(self, name: str) -> list[int]:
        rows = self._conn.execute("SELECT id FROM captures WHERE warc_file = ?", [name]).fetchall()
        return [row[0] for row in rows]

    def _rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        cursor = self._conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        yield from (dict(zip(names, row, strict=True)) for row in cursor)

    def _row(self, sql: str, *values: object) -> dict[str, Any] | None:
        return next(self._rows(sql, *values), None)


def _of_damage(damage: Damage) -> Finding:
    return Finding(damage.file, damage.offset, damage.reason)


def _missing(record: Record, warcinfo_id: str) -> list[str]:
    """Header lines that each record of ours has."""
    wanted = ["WARC-Block-Digest", "Content-Type"]
    if record.kind == "response":
        wanted.append("WARC-Payload-Digest")
    wrong = [f"no {name}" for name in wanted if not record.get(name)]
    if record.kind != "warcinfo" and record.warcinfo_id != warcinfo_id:
        wrong.append(f"names warcinfo {record.warcinfo_id or 'none'}, the file's is {warcinfo_id}")
    return wrong


def _odd_header(path: Path, offset: int) -> list[str]:
    """A flipped bit where the gzip checksum does not look."""
    with path.open("rb") as file:
        file.seek(offset)
        header = file.read(len(HEADER))
    return [] if header == HEADER else [f"gzip header {header.hex()}, ours are {HEADER.hex()}"]


def _differing(row: dict[str, Any], article: Article | None) -> str:
    """The fields that are not what was read; empty where all are."""
    if article is None:
        return "an article, which is"
    return ", ".join(name for name in COMPARED if row[name] != getattr(article, name))
