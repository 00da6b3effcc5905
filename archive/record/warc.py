"""The writer of WARC 1.1 files: exchanges are appended byte for byte, each record in a gzip member of its own.

archive/record/drafts.py makes the records. archive/record/reader.py reads any file, and archive/record/exchanges.py
makes exchanges of its records.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from archive.capture import Exchange, Ref
from archive.errors import Damaged
from archive.record.digests import Payload, block_digest, payload_digest, read_pieces
from archive.record.drafts import (
    FIELDS,
    IN_MEMORY_BYTES,
    REQUEST,
    RESPONSE,
    Draft,
    Original,
    bytes_draft,
    connection_lines,
    fields_block,
    member,
    metadata_fields,
    method_of,
    new_record_id,
    place_lines,
    resource_draft,
    revisit_draft,
    warc_date_of,
)
from archive.record.files import OPEN, Extent, seal, sync_folder

_WRITE_BYTES = 1 << 20  # and written in pieces of this size


@dataclass(frozen=True, slots=True)
class Written:
    """The places of the records of one exchange.

    `capture` is the response or revisit. Where no byte came, it is the metadata record with the reason. `metadata` is
    None where no metadata record was needed, `request` is None where nothing was sent.
    """

    capture: Ref
    request: Ref | None = None
    metadata: Ref | None = None


class Writer:
    """Appends exchanges to the WARC files of one run; a file is made when the first exchange comes.

    `warcinfo` holds the fields of each file's first record (`software`, `run`, `operator`, ...); format and
    conformsTo are added. A file is closed above `max_bytes` (compressed). Where the disk refuses an append, the file is
    cut back to its earlier length, and Damaged is raised. A folder has only one writer: archive/run/lock.py. Files are
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
        """Name (without `.open`) of the file that is being written; None before the first."""
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

        With `repeats` the response becomes a revisit of that response. Where the payload is identical, only the head is
        kept. Where the server answered 304 (`is_not_modified`), the whole answer is kept. With `payload` the digests
        are not computed again. Raises Damaged where the disk refuses.
        """
        self._make_room(exchange.started_at)
        drafts: list[Draft] = []
        place = place_lines(exchange.url, exchange.started_at, self._warcinfo_id)
        common = (*place, *connection_lines(exchange))
        about: tuple[tuple[str, str], ...] = ()
        if exchange.response is not None:
            response = self._response(exchange, exchange.response, common, payload, repeats, is_not_modified)
            drafts.append(response)
            about = (("WARC-Concurrent-To", f"<{response.record_id}>"),)
        if exchange.request:
            drafts.append(
                bytes_draft("request", self._new_id(), (*common, *about), REQUEST, exchange.request)
            )
            about = about or (("WARC-Concurrent-To", f"<{drafts[0].record_id}>"),)
        fields = metadata_fields(exchange)
        if fields or exchange.response is None:
            # where no response says how the connection was made, this record does
            headers = (*common, *about) if exchange.response is None else (*place, *about)
            drafts.append(bytes_draft("metadata", self._new_id(), headers, FIELDS, fields_block(fields)))
        refs = self._append_all(drafts)
        kinds = {draft.kind: ref for draft, ref in zip(drafts, refs, strict=True)}
        capture = refs[0] if exchange.response is not None else kinds["metadata"]
        return Written(capture, kinds.get("request"), kinds.get("metadata"))

    def append_metadata(self, url: str, at: datetime, fields: dict[str, str]) -> Ref:
        """Write a metadata record that belongs to no exchange, for example how a run ended. Raises Damaged."""
        self._make_room(at)
        headers = place_lines(url, at, self._warcinfo_id)
        draft = bytes_draft("metadata", self._new_id(), headers, FIELDS, fields_block(list(fields.items())))
        return self._append_all([draft])[0]

    def sync(self) -> list[Extent]:
        """Wait until all appended bytes are on the disk; the extents of the files changed since the last call.

        Raises Damaged where the disk refuses. Bytes appended since the last call are then not safe.
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
        """Cut the open file at `offset`; `records` is the number of records before it."""
        if self._path is None:
            return
        with self._disk(self._path):
            os.ftruncate(self._fd, offset)
            os.lseek(self._fd, offset, os.SEEK_SET)
        self._size, self._records, self._is_dirty = offset, records, True

    def close(self) -> None:
        """Wait for the disk and remove `.open` from the file's name; the next sync() returns the file's extent.

        A file that the disk refused keeps its `.open`. The next start reads its whole records and cuts the rest.
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
        """Raise Damaged where the disk refuses, and remember it: the file can no longer be relied on."""
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
        """Make the file with the next number and write its warcinfo record."""
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
        headers = (("WARC-Date", warc_date_of(at)), ("WARC-Filename", name))
        draft = bytes_draft("warcinfo", self._warcinfo_id, headers, FIELDS, fields_block(fields))
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
    ) -> Draft:
        """The response record, or the revisit in its place."""
        response.seek(0)
        if exchange.is_rendered:
            return resource_draft(self._new_id(), response, common)
        digest = payload.sha1 if payload else payload_digest(response, method_of(exchange.request))
        if repeats is not None:
            return revisit_draft(self._new_id(), response, common, digest, repeats, is_not_modified)
        length = response.seek(0, os.SEEK_END)
        response.seek(0)
        block = response.read() if length <= IN_MEMORY_BYTES else response
        pieces = (block,) if isinstance(block, bytes) else read_pieces(block)
        headers = [*common, ("Content-Type", RESPONSE), ("WARC-Block-Digest", block_digest(pieces))]
        headers.append(("WARC-Payload-Digest", digest))
        if exchange.truncated is not None:
            headers.append(("WARC-Truncated", exchange.truncated))
        return Draft("response", self._new_id(), tuple(headers), block, length)

    def _append_all(self, drafts: list[Draft]) -> list[Ref]:
        """Write records in order: all of them, or none where the disk refuses."""
        if self._path is None:
            raise Damaged("no WARC file is open to append to")
        file, start, records = self.file or "", self._size, self._records
        refs: list[Ref] = []
        waiting: list[bytes] = []
        end = start
        try:
            for draft in drafts:
                offset = end
                for piece in member(draft):
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
        except BaseException:  # half a record must not remain before the next one
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


def _in_name(host: str) -> str:
    return "".join(c if c.isalnum() or c in ".-_" else "-" for c in host) or "localhost"
