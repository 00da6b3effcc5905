"""Exchanges become WARC 1.1 records: appended byte for byte, digested, one gzip member each.

Reading them back: archive/record/reader.py (any file),
archive/record/exchanges.py (records as exchanges again).
Source: WARC 1.1 (iipc.github.io/warc-specifications), https://github.com/iipc/warc-specifications/issues/42
(WARC-Protocol) and /86 (WARC-Cipher-Suite).
"""

import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders

from archive.capture import Exchange, Ref
from archive.errors import Damaged
from archive.record.digests import Payload, block_digest, payload_digest, read_pieces
from archive.record.http import read_head
from archive.record.members import packed, packed_pieces

OPEN = ".open"  # suffix of the file being written; renamed away on close, as warcprox and Heritrix do
IN_MEMORY_BYTES = 8 << 20  # records above this are compressed piece by piece
_WRITE_BYTES = 1 << 20  # and written in pieces of this size

REQUEST = "application/http; msgtype=request"
RESPONSE = "application/http; msgtype=response"
FIELDS = "application/warc-fields"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
END = b"\r\n\r\n"  # of every record


_UNFIT = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Original:
    """The response whose payload a later one repeats; never itself a revisit."""

    record_id: str
    url: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """Where the records of one exchange stand.

    `capture` is the response or revisit, or where no byte came the metadata record that says why.
    `metadata` is None where there was nothing to say, `request` where nothing was sent.
    """

    capture: Ref
    request: Ref | None = None
    metadata: Ref | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a file reaches: `size` bytes are on the disk, `records` (warcinfo included) stand in them.

    `ours` is False for files of other tools, of which those are the bytes and records taken in.
    """

    file: str
    size: int
    records: int
    sealed: bool
    ours: bool = True


@dataclass(frozen=True, slots=True)
class _Draft:
    """A record before it has a place: its own header lines, and its block as bytes or a file."""

    kind: str
    record_id: str
    fields: tuple[tuple[str, str], ...]
    block: bytes | BinaryIO
    length: int


def new_record_id() -> str:
    """A name no other record has."""
    return f"urn:uuid:{uuid4()}"


def locate(folder: Path, file: str) -> Path:
    """The path of a WARC under its folder, closed or still open; an absolute name is its own path."""
    path = folder / file
    being_written = path.with_name(path.name + OPEN)
    return being_written if not path.exists() and being_written.exists() else path


def cut(path: Path, size: int) -> None:
    """Cut a file to its first `size` bytes and wait until the disk has done so."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until the disk holds a file, whoever wrote it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def seal(path: Path) -> Path:
    """Take the `.open` off a file's name for good; the new path."""
    if path.suffix != OPEN:
        return path
    final = path.with_suffix("")
    path.rename(final)
    sync_folder(path.parent)
    return final


class Writer:
    """Appends exchanges to the WARC files of one run; a file is made when the first exchange comes.

    `warcinfo` holds the fields of each file's first record (`software`, `run`, `operator`, ...); format and
    conformsTo are added. A file is closed above `max_bytes` (compressed). An append that the disk refuses
    leaves the file as it was before it and raises Damaged. One writer a folder: archive/run/lock.py. Files are
    numbered from `first_serial` on.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        max_bytes: int,
        warcinfo: dict[str, str],
        *,
        host: str | None = None,
        first_serial: int = 0,
        new_id: Callable[[], str] = new_record_id,
    ) -> None:
        self._folder = folder
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._warcinfo = warcinfo
        self._host = _in_name(socket.gethostname() if host is None else host)
        self._new_id = new_id
        self._serial = first_serial
        self._fd = -1
        self._path: Path | None = None
        self._size = 0
        self._records = 0
        self._warcinfo_id = ""
        self._sealed: list[Extent] = []
        self._is_dirty = False
        self._is_refused = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def file(self) -> str | None:
        """Name (without `.open`) of the file being written; None where none is."""
        return self._path.name.removesuffix(OPEN) if self._path else None

    @property
    def size(self) -> int:
        """Bytes in the file being written."""
        return self._size

    def append(
        self,
        exchange: Exchange,
        *,
        payload: Payload | None = None,
        repeats: Original | None = None,
        is_not_modified: bool = False,
    ) -> Written:
        """Write an exchange's response, request and metadata, in this order.

        With `repeats` the response becomes a revisit of it: its head alone where the payload is identical,
        the whole answer where the server said it has not changed (`is_not_modified`). `payload` saves
        computing the digests again. Raises Damaged where the disk refuses.
        """
        self._make_room(exchange.started_at)
        drafts: list[_Draft] = []
        place = _place(exchange.url, exchange.started_at, self._warcinfo_id)
        common = (*place, *_connection(exchange))
        about: tuple[tuple[str, str], ...] = ()
        if exchange.response is not None:
            response = self._response(exchange, exchange.response, common, payload, repeats, is_not_modified)
            drafts.append(response)
            about = (("WARC-Concurrent-To", f"<{response.record_id}>"),)
        if exchange.request:
            drafts.append(
                _bytes_draft("request", self._new_id(), (*common, *about), REQUEST, exchange.request)
            )
            about = about or (("WARC-Concurrent-To", f"<{drafts[0].record_id}>"),)
        fields = _metadata(exchange)
        if fields or exchange.response is None:
            # where no response says how the connection was made, this record does
            headers = (*common, *about) if exchange.response is None else (*place, *about)
            drafts.append(_bytes_draft("metadata", self._new_id(), headers, FIELDS, _fields_block(fields)))
        refs = self._append_all(drafts)
        kinds = {draft.kind: ref for draft, ref in zip(drafts, refs, strict=True)}
        capture = refs[0] if exchange.response is not None else kinds["metadata"]
        return Written(capture, kinds.get("request"), kinds.get("metadata"))

    def append_metadata(self, url: str, at: datetime, fields: dict[str, str]) -> Ref:
        """Write a metadata record that belongs to no exchange (how a run ended, say). Raises Damaged."""
        self._make_room(at)
        headers = _place(url, at, self._warcinfo_id)
        draft = _bytes_draft("metadata", self._new_id(), headers, FIELDS, _fields_block(list(fields.items())))
        return self._append_all([draft])[0]

    def sync(self) -> list[Extent]:
        """Wait until the disk holds what was appended; the extents of files changed since the last call.

        Raises Damaged where the disk refuses; what was appended since the last call is then in doubt.
        """
        extents, self._sealed = self._sealed, []
        if self._path is not None and self._is_dirty:
            with self._disk(self._path):
                os.fsync(self._fd)
            self._is_dirty = False
            extents.append(
                Extent(self._path.name.removesuffix(OPEN), self._size, self._records, sealed=False)
            )
        return extents

    def cut(self, offset: int, records: int) -> None:
        """Take back what was appended to the open file behind `offset`; `records` stand before it."""
        if self._path is None:
            return
        with self._disk(self._path):
            os.ftruncate(self._fd, offset)
            os.lseek(self._fd, offset, os.SEEK_SET)
        self._size, self._records, self._is_dirty = offset, records, True

    def close(self) -> None:
        """Wait for the disk and take the `.open` off the file's name; the next sync() tells its extent.

        A file that the disk refused keeps its `.open`: the next start reads what is whole in it and cuts the rest.
        Raises Damaged where the disk refuses.
        """
        if self._path is None:
            return
        path, self._path = self._path, None
        try:
            if not self._is_refused:
                with self._disk(path):
                    os.fsync(self._fd)
        finally:
            os.close(self._fd)
            self._fd = -1
        self._is_dirty = False
        if self._is_refused:
            return
        with self._disk(path):
            if not self._size:
                path.unlink()
                return
            final = seal(path)
        self._sealed.append(Extent(final.name, self._size, self._records, sealed=True))
        self._size = self._records = 0

    @contextmanager
    def _disk(self, path: Path) -> Iterator[None]:
        """Raise Damaged where the disk refuses, and remember it: nothing of the file can be relied on then."""
        try:
            yield
        except OSError as error:
            self._is_refused = True
            raise Damaged(f"{path}: {error.strerror}; what was committed before is whole") from error

    def _make_room(self, at: datetime) -> None:
        if self._path is not None and self._size >= self._max_bytes:
            self.close()
        if self._path is None:
            self._open_file(at)

    def _open_file(self, at: datetime) -> None:
        """Make the next file of the row and write its warcinfo record."""
        stamp = at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        while self._path is None:
            name = f"{self._prefix}-{stamp}-{self._serial:05}-{self._host}.warc.gz"
            self._serial += 1
            path = self._folder / (name + OPEN)
            if (self._folder / name).exists():
                continue
            try:
                self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                continue
            except OSError as error:
                raise Damaged(f"{path}: {error.strerror}; no WARC file could be made") from error
            self._path = path
        with self._disk(path):
            sync_folder(self._folder)
        self._size = self._records = 0
        self._warcinfo_id = self._new_id()
        fields = [
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            *self._warcinfo.items(),
        ]
        headers = (("WARC-Date", _date(at)), ("WARC-Filename", name))
        draft = _bytes_draft("warcinfo", self._warcinfo_id, headers, FIELDS, _fields_block(fields))
        try:
            self._append_all([draft])
        except Damaged:
            self.close()  # removes the empty file
            raise

    def _response(
        self,
        exchange: Exchange,
        response: BinaryIO,
        common: tuple[tuple[str, str], ...],
        payload: Payload | None,
        repeats: Original | None,
        is_not_modified: bool,
    ) -> _Draft:
        """The response record, or the revisit that stands for it."""
        response.seek(0)
        if exchange.is_rendered:
            return _resource(self._new_id(), response, common)
        digest = payload.sha1 if payload else payload_digest(response, method_of(exchange.request))
        if repeats is not None:
            return _revisit(self._new_id(), response, common, digest, repeats, is_not_modified)
        length = response.seek(0, os.SEEK_END)
        response.seek(0)
        block = response.read() if length <= IN_MEMORY_BYTES else response
        pieces = (block,) if isinstance(block, bytes) else read_pieces(block)
        headers = [*common, ("Content-Type", RESPONSE), ("WARC-Block-Digest", block_digest(pieces))]
        headers.append(("WARC-Payload-Digest", digest))
        if exchange.truncated is not None:
            headers.append(("WARC-Truncated", exchange.truncated))
        return _Draft("response", self._new_id(), tuple(headers), block, length)

    def _append_all(self, drafts: list[_Draft]) -> list[Ref]:
        """Write records one behind the other; all of them or, where the disk refuses, none."""
        if self._path is None:
            raise Damaged("no WARC file is open to append to")
        file, start, records = self.file or "", self._size, self._records
        refs: list[Ref] = []
        waiting: list[bytes] = []
        end = start
        try:
            for draft in drafts:
                offset = end
                for piece in _member(draft):
                    waiting.append(piece)
                    end += len(piece)
                    if end - self._size > _WRITE_BYTES:
                        self._write(b"".join(waiting))
                        waiting.clear()
                refs.append(Ref(file, offset, end - offset, draft.record_id))
            self._write(b"".join(waiting))
        except OSError as error:
            self.cut(start, records)
            raise Damaged(
                f"{self._path}: {error.strerror} at byte {start}; what stood before is whole"
            ) from error
        except BaseException:  # half a record must not stand before the next one
            self.cut(start, records)
            raise
        self._records += len(drafts)
        self._is_dirty = True
        return refs

    def _write(self, piece: bytes) -> None:
        # unbuffered, so that the size known is the file's; a short write is a full disk about to say so
        left = memoryview(piece)
        while left:
            count = os.write(self._fd, left)
            self._size += count
            left = left[count:]


def method_of(request: bytes) -> str:
    """The method in a request's first line; GET where nothing was sent."""
    return request.split(b" ", 1)[0].decode("latin-1") if request else "GET"


def _resource(record_id: str, response: BinaryIO, common: tuple[tuple[str, str], ...]) -> _Draft:
    """The record of a page that no server sent so: what a browser made of one. Its block is the page alone."""
    head = read_head(response)
    response.seek(head.length)
    block = response.read()
    kind = next((value for name, value in head.headers if name.lower() == "content-type"), "text/html")
    headers = (*common, ("WARC-Payload-Digest", block_digest((block,))))
    return _bytes_draft("resource", record_id, headers, kind, block)


def _revisit(
    record_id: str,
    response: BinaryIO,
    common: tuple[tuple[str, str], ...],
    digest: str,
    repeats: Original,
    is_not_modified: bool,
) -> _Draft:
    response.seek(0)
    length = read_head(response).length
    response.seek(0)
    block = response.read() if is_not_modified else response.read(length)
    headers = [*common, ("WARC-Profile", NOT_MODIFIED if is_not_modified else IDENTICAL)]
    if not is_not_modified:
        headers += [("WARC-Payload-Digest", digest), ("WARC-Truncated", "length")]
    headers += [
        ("WARC-Refers-To", f"<{repeats.record_id}>"),
        ("WARC-Refers-To-Target-URI", uri(repeats.url)),
        ("WARC-Refers-To-Date", _date(repeats.captured_at)),
    ]
    return _bytes_draft("revisit", record_id, tuple(headers), RESPONSE, block)


def _place(url: str, at: datetime, warcinfo_id: str) -> tuple[tuple[str, str], ...]:
    """The header lines that all records but warcinfo have."""
    return (
        ("WARC-Target-URI", uri(url)),
        ("WARC-Date", _date(at)),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
    )


def _connection(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The header lines that say whom the bytes came from and how."""
    lines = []
    if exchange.ip_address is not None:
        lines.append(("WARC-IP-Address", exchange.ip_address))
    lines += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher_suite is not None:
        lines.append(("WARC-Cipher-Suite", exchange.cipher_suite))
    return tuple(lines)


def _metadata(exchange: Exchange) -> list[tuple[str, str]]:
    """What the metadata record says of an exchange; `via` and `fetchTimeMs` are the specification's names."""
    fields = []
    if exchange.via is not None:
        fields.append(("via", uri(exchange.via)))
    if exchange.elapsed_ms:
        fields.append(("fetchTimeMs", str(exchange.elapsed_ms)))
    if exchange.failure is not None:
        fields.append(("failure", exchange.failure))
    return [*fields, *exchange.metadata.items()]


def _bytes_draft(
    kind: str, record_id: str, headers: tuple[tuple[str, str], ...], content_type: str, block: bytes
) -> _Draft:
    lines = (*headers, ("Content-Type", content_type), ("WARC-Block-Digest", block_digest((block,))))
    return _Draft(kind, record_id, lines, block, len(block))


def _fields_block(fields: Iterable[tuple[str, str]]) -> bytes:
    """Lines of `application/warc-fields`; line ends inside a value become blanks."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode()


def _member(draft: _Draft) -> Iterable[bytes]:
    """The gzip member of a record: header lines as warcio writes them, the block untouched."""
    headers = [
        ("WARC-Type", draft.kind),
        ("WARC-Record-ID", f"<{draft.record_id}>"),
        *draft.fields,
        ("Content-Length", str(draft.length)),
    ]
    head: bytes = StatusAndHeaders("", headers, protocol="WARC/1.1").to_bytes()
    if isinstance(draft.block, bytes):
        return (packed(b"".join((head, draft.block, END))),)
    draft.block.seek(0)
    return packed_pieces(chain((head,), read_pieces(draft.block), (END,)))


def _date(at: datetime) -> str:
    # strftime asks the system for its time zone at each call
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def uri(url: str) -> str:
    """A URL fit for a header line: blanks and controls escaped, the rest as it is."""
    return _UNFIT.sub(lambda match: f"%{ord(match[0]):02X}", url)


def _in_name(host: str) -> str:
    return "".join(c if c.isalnum() or c in ".-_" else "-" for c in host) or "localhost"


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the folder's names."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
