"""WACZ 1.1.1 packages: records copied byte for byte, with the index, the list of pages and the digests for replay.

Source: specs.webrecorder.net/wacz/1.1.1. The compressed index has the form that py-wacz and wabac.js read.
"""

import gzip
import hashlib
import json
import sqlite3
import struct
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive import __version__
from archive.capture import Ref
from archive.errors import Damaged, WrongUse
from archive.out.cdxj import SELECT, IndexEntry, indexed
from archive.out.elsewhere import packed_as_own
from archive.out.export import Selection, as_numbered_now, chosen
from archive.record.exchanges import ByteRange, Stored, exchanges
from archive.record.files import locate, open_file
from archive.record.members import packed
from archive.record.reader import Record, read, records
from archive.view.store import Store

LINES_A_BLOCK = 3000  # lines of the index in one gzip member, which a look-up unpacks
COPIES = "copies.warc.gz"
"""The file of records that were chosen one by one; the archive's own files that are packed whole keep their names."""


@dataclass(frozen=True, slots=True)
class About:
    """The package's description of itself; `created` is in UTC."""

    title: str
    description: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Packed:
    """The numbers of packed captures and pages, and the records that could not be packed, each with the reason."""

    captures: int
    pages: int
    missing: tuple[str, ...]


class _Sink(Protocol):
    def write(self, piece: bytes, /) -> object: ...


def write_wacz(file: BinaryIO, store: Store, warcs: Path, wanted: Selection, about: About) -> Packed:
    """Write the captures of the selected articles, or the whole record, as one package.

    Raises WrongUse for none, Damaged where no record of them can be read.
    """
    wanted = as_numbered_now(store, wanted)
    articles = None if wanted.is_everything else chosen(store, wanted)
    copier = _Copier(store, warcs)
    # a temporary file, not memory: an index can be large
    with _Package(file, about) as package, closing(sqlite3.connect("")) as lines:
        lines.execute("CREATE TABLE lines (line TEXT)")
        whole = set(package.add_files(store, warcs)) if articles is None else set()
        picked = (capture for capture in _captures(store, articles) if capture[1].file not in whole)
        replayed = (capture for capture in _replayed(store) if capture[1].file in whole)
        first, shown = next(picked, None), next(replayed, None)
        if first is None and not whole:
            raise WrongUse("export: no capture is wanted, and a WACZ without a WARC is none")
        if first is not None or shown is not None:
            with package.member(f"archive/{COPIES}", ZIP_STORED) as member:
                copied = copier.copied(_again(first, picked), member)
                lines.executemany("INSERT INTO lines VALUES (?)", ((entry.line(),) for entry in copied))
                copied = copier.as_own(_again(shown, replayed), member)
                lines.executemany("INSERT INTO lines VALUES (?)", ((entry.line(),) for entry in copied))
        kept = (entry for entry in _packed_whole(store) if entry.filename in whole)
        lines.executemany("INSERT INTO lines VALUES (?)", ((entry.line(),) for entry in kept))
        captures = lines.execute("SELECT count(*) FROM lines").fetchone()[0]
        if copier.missing and not captures:
            raise Damaged(f"export: no record can be read, and no WACZ is written; {copier.missing[0]}")
        package.add_index(line for (line,) in lines.execute("SELECT line FROM lines ORDER BY line"))
        pages = package.add_pages(_pages(store, wanted, copier.lacking))
        package.add_contents(_main_page(store, wanted, copier.lacking))
    return Packed(captures, pages, tuple(copier.missing))


def contents(store: Store, wanted: Selection) -> tuple[list[tuple[int, Ref]], list[dict[str, str]]]:
    """The captures that a package of the selection holds, with their records' places, and the package's pages."""
    wanted = as_numbered_now(store, wanted)
    return list(_captures(store, chosen(store, wanted))), list(_pages(store, wanted))


def _captures(store: Store, articles: list[int] | None) -> Iterator[tuple[int, Ref]]:
    """The captures of the articles and every other look at their addresses; all captures if `articles` is None.

    Included are redirects to these addresses, the originals of revisits, and the requisites that are held, with the
    requisites of stylesheets.
    """
    columns = "c.id, c.warc_file, c.warc_offset, c.warc_length, c.record_id, c.sha256"
    if articles is None:
        found = store.conn.execute(
            f"SELECT {columns} FROM captures c WHERE c.warc_file IS NOT NULL ORDER BY c.id"
        )
        yield from ((row[0], Ref(*row[1:])) for row in found)
        return
    # no temporary table: the connection may be read-only
    refs = store.conn.execute(
        "WITH RECURSIVE wanted (id) AS MATERIALIZED (SELECT value FROM json_each(?)),"
        " at (url) AS (SELECT url FROM articles WHERE id IN (SELECT id FROM wanted)), seen (id) AS ("
        " SELECT c.id FROM captures c WHERE c.url IN (SELECT url FROM at)"
        " UNION SELECT a.capture_id FROM articles a WHERE a.id IN (SELECT id FROM wanted)"
        " UNION SELECT s.capture_id FROM sightings s WHERE s.article_id IN (SELECT id FROM wanted)"
        " UNION SELECT p.capture_id FROM parts p WHERE p.article_url IN (SELECT url FROM at)"
        " UNION SELECT c.id FROM captures c WHERE c.location IN (SELECT url FROM at)),"
        " looks (id) AS (SELECT id FROM seen UNION SELECT c.revisit_of FROM looks l JOIN captures c ON c.id = l.id"
        " WHERE c.revisit_of IS NOT NULL UNION SELECT r.requisite_capture_id FROM looks l"
        " JOIN requisites r ON r.capture_id = l.id WHERE r.requisite_capture_id IS NOT NULL"
        # redirects to a requisite at another address
        " UNION SELECT d.capture_id FROM looks l JOIN needs n ON n.capture_id = l.id"
        " JOIN redirects d ON d.urlkey = n.urlkey UNION SELECT e.capture_id FROM looks l"
        " JOIN redirects d ON d.capture_id = l.id JOIN redirects e ON e.url = d.target)"
        f" SELECT {columns} FROM captures c WHERE c.warc_file IS NOT NULL AND c.id IN (SELECT id FROM looks)"
        " ORDER BY c.id",
        [json.dumps(articles)],
    ).fetchall()
    yield from ((row[0], Ref(*row[1:])) for row in refs)


def _replayed(store: Store) -> Iterator[tuple[int, Ref]]:
    """The captures that another web archive replayed, with their records' places."""
    found = store.conn.execute(
        "SELECT id, warc_file, warc_offset, warc_length, record_id, sha256 FROM captures"
        " WHERE archived_at IS NOT NULL AND status IS NOT NULL AND warc_file IS NOT NULL ORDER BY id"
    )
    yield from ((row[0], Ref(*row[1:])) for row in found)


def _packed_whole(store: Store) -> Iterator[IndexEntry]:
    """The index entry of every record with a response, under the address that it was asked at."""
    rows = store.conn.execute(f"{SELECT} FROM captures WHERE status IS NOT NULL ORDER BY id")
    yield from (indexed(row)[-1] for row in rows)


def _again(first: tuple[int, Ref] | None, others: Iterator[tuple[int, Ref]]) -> Iterator[tuple[int, Ref]]:
    """All captures, of which the first, if there is one, was taken already."""
    return others if first is None else chain((first,), others)


class _Copier:
    """Copies records one by one into a new WARC file, unchanged, and checks each of them."""

    def __init__(self, store: Store, warcs: Path) -> None:
        self.missing: list[str] = []
        self.lacking: set[int] = set()
        self._store = store
        self._warcs = warcs
        self._offset = 0
        self._described: set[str] = set()
        self._copied: set[str] = set()

    def copied(self, captures: Iterable[tuple[int, Ref]], out: _Sink) -> Iterator[IndexEntry]:
        """Write each capture's records. Gives the index entries of the captures with a response."""
        for capture_id, ref in captures:
            if ref.record_id in self._copied:
                continue
            try:
                record = read(self._warcs, ref)
                others = self._others(ref)
                self._describe(ref, out)
                offset, length = self._copy(record.ref, out)
                for other in others:
                    self._copy(other, out)
            except Damaged as error:
                self.lacking.add(capture_id)
                self.missing.append(f"capture {capture_id}: {error}; not in the WACZ")
                continue
            listed = _entries(self._store, capture_id)
            for entry in listed[-1:]:
                yield replace(entry, filename=COPIES, offset=offset, length=length)
            yield from self._as_own(record, listed[:-1], out)

    def as_own(self, captures: Iterable[tuple[int, Ref]], out: _Sink) -> Iterator[IndexEntry]:
        """Write what another archive replayed under the page's own address; its records are packed already."""
        for capture_id, ref in captures:
            if not (shown := _entries(self._store, capture_id)[:-1]):
                continue
            try:
                yield from self._as_own(read(self._warcs, ref), shown, out)
            except Damaged as error:
                self.missing.append(f"capture {capture_id}: {error}; not under its own address in the WACZ")

    def _as_own(self, record: Record, shown: list[IndexEntry], out: _Sink) -> Iterator[IndexEntry]:
        for entry in shown:
            offset, length = self._write(packed_as_own(record, entry.url, entry.captured_at), out)
            yield replace(entry, mime="warc/revisit", filename=COPIES, offset=offset, length=length)

    def _others(self, ref: Ref) -> list[Ref]:
        """The request and the metadata records of a response."""
        path = locate(self._warcs, ref.file)
        with _damaged(ref):
            exchange = next(exchanges(path, name=ref.file, span=ByteRange(ref.offset, is_trusted=True)), None)
        if not isinstance(exchange, Stored) or exchange.ref.record_id != ref.record_id:
            return []
        return [other for other in exchange.refs if other != ref and other.length]

    def _describe(self, ref: Ref, out: _Sink) -> None:
        """Copy the warcinfo record of a record's file, once."""
        file = ref.file
        if file in self._described:
            return
        with _damaged(ref):
            first = next(records(locate(self._warcs, file), name=file), None)
        self._described.add(file)
        if isinstance(first, Record) and first.kind == "warcinfo" and first.ref.length:
            self._copy(first.ref, out)

    def _copy(self, ref: Ref, out: _Sink) -> tuple[int, int]:
        """Write one record as a gzip member. Returns its new offset and length."""
        if ref.record_id in self._copied:
            return self._offset, 0
        with _damaged(ref), open_file(locate(self._warcs, ref.file)) as file:
            file.seek(ref.offset)
            raw = file.read(ref.length)
        self._copied.add(ref.record_id)
        return self._write(raw if raw.startswith(b"\x1f\x8b") else packed(raw), out)

    def _write(self, member: bytes, out: _Sink) -> tuple[int, int]:
        out.write(member)
        start, self._offset = self._offset, self._offset + len(member)
        return start, len(member)


@contextmanager
def _damaged(ref: Ref) -> Iterator[None]:
    """Turn the error of a file that cannot be read, at an address too, into a record that is missing."""
    try:
        yield
    except OSError as error:
        raise Damaged(f"{ref.file} at byte {ref.offset}: {error.strerror}") from error


class _Package:
    """The ZIP file and the list of its members."""

    def __init__(self, file: BinaryIO, about: About) -> None:
        self._zip = ZipFile(file, "w", allowZip64=True)
        self._about = about
        self._resources: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @contextmanager
    def member(self, path: str, compression: int) -> Iterator["_Hashed"]:
        """A file in the package to write to; an empty file is listed too."""
        with self._zip.open(self._info(path, compression), "w", force_zip64=True) as file:
            hashed = _Hashed(file)
            yield hashed
        name = path.rsplit("/", 1)[-1].lower()
        digest = f"sha256:{hashed.digest.hexdigest()}"
        self._resources.append({"name": name, "path": path, "hash": digest, "bytes": hashed.length})

    def add_files(self, store: Store, warcs: Path) -> Iterator[str]:
        """Add the archive's own WARC files, each up to its committed bytes. Gives the files' names."""
        for name, (size, _) in sorted(store.committed().items()):
            path = locate(warcs, name)
            try:
                opened = open_file(path)
            except FileNotFoundError:
                continue
            with opened as file, self.member(f"archive/{name}", ZIP_STORED) as member:
                left = size
                while left and (piece := file.read(min(left, 1 << 20))):
                    member.write(piece)
                    left -= len(piece)
            yield name

    def add_index(self, lines: Iterator[str]) -> None:
        """Add the index in compressed blocks, and the list of the blocks for look-ups."""
        heads = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
        offset = 0
        with self.member("indexes/index.cdx.gz", ZIP_STORED) as member:
            while block := list(islice(lines, LINES_A_BLOCK)):
                compressed = gzip.compress("".join(block).encode(), mtime=0)
                member.write(compressed)
                digest = f"sha256:{hashlib.sha256(compressed).hexdigest()}"
                place = {"offset": offset, "length": len(compressed), "digest": digest}
                heads.append(f"{block[0].split(' {', 1)[0]} {json.dumps(place)}\n")
                offset += len(compressed)
        with self.member("indexes/index.idx", ZIP_DEFLATED) as member:
            member.write("".join(heads).encode())

    def add_pages(self, pages: Iterable[dict[str, str]]) -> int:
        """Add the list of pages. Returns the number of pages."""
        count = 0
        with self.member("pages/pages.jsonl", ZIP_DEFLATED) as member:
            member.write(b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n')
            for page in pages:
                member.write(json.dumps(page, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
                count += 1
        return count

    def add_contents(self, main_page: dict[str, str]) -> None:
        """Add the list of contents and its digest. Call last, for the list names all other files."""
        created = self._about.created.strftime("%Y-%m-%dT%H:%M:%SZ")
        said = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": self._about.title,
            "description": self._about.description,
            "created": created,
            "modified": created,
            "software": f"zhuanzai {__version__}",
            **main_page,
            "resources": self._resources,
        }
        package = json.dumps(said, ensure_ascii=False, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        self._zip.writestr(self._info("datapackage.json", ZIP_DEFLATED), package)
        self._zip.writestr(self._info("datapackage-digest.json", ZIP_DEFLATED), json.dumps(digest, indent=2))

    def _info(self, path: str, compression: int) -> ZipInfo:
        """A member's header, with the package's time, so that two packages of the same content are equal."""
        moment = self._about.created.timetuple()[:6]
        info = ZipInfo(path, (max(1980, moment[0]), *moment[1:]))
        info.compress_type = compression
        # the time in UTC, field 0x5455. wabac takes a member without fields in the directory for one that has none at
        # its beginning either, where zipfile puts the size of one that may grow large
        info.extra = struct.pack("<HHBI", 0x5455, 5, 1, int(self._about.created.timestamp()) & 0xFFFFFFFF)
        return info


class _Hashed:
    """A file that counts and digests the bytes written to it."""

    def __init__(self, file: _Sink) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.length = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self.digest.update(piece)
        self.length += len(piece)


def _entries(store: Store, capture_id: int) -> list[IndexEntry]:
    row = store.conn.execute(
        f"{SELECT} FROM captures WHERE id = ? AND status IS NOT NULL", [capture_id]
    ).fetchone()
    return indexed(row) if row else []


def _pages(
    store: Store, wanted: Selection, lacking: Collection[int] = frozenset()
) -> Iterator[dict[str, str]]:
    """The selected articles as entries of the list of pages, without those whose captures lack."""
    for article in chosen(store, wanted):
        capture_id, title = store.conn.execute(
            "SELECT capture_id, title FROM articles WHERE id = ?", [article]
        ).fetchone()
        for shown in [] if capture_id in lacking else _entries(store, capture_id)[:1]:
            place = {"url": shown.url, "ts": _rfc3339(shown.captured_at)}
            yield {"id": str(article), **place, "title": title or shown.url}


def _main_page(store: Store, wanted: Selection, lacking: Collection[int]) -> dict[str, str]:
    """The main page of the package: the story's origin; empty if there is none or it lacks."""
    row = store.conn.execute(
        "SELECT a.capture_id FROM stories s JOIN articles a ON a.id = s.origin_article_id WHERE s.id = ?",
        [wanted.story],
    ).fetchone()
    shown = _entries(store, row[0]) if row and row[0] not in lacking else []
    return {"mainPageUrl": shown[0].url, "mainPageDate": _rfc3339(shown[0].captured_at)} if shown else {}


def _rfc3339(moment: str) -> str:
    """The time in RFC 3339 form, to the second, as in the index."""
    return moment[:19] + "Z"
