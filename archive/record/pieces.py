"""Parallel reading of a WARC file: it is cut into pieces, and their records are put together in order.

A piece may begin in the middle of a record. Its reader looks for the next record. That record may be a forgery: a
record inside a page. So a piece counts only where its first record begins at the byte at which the piece before ended.
Else its bytes are read again in order. The result is always the same as of records().
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO, cast

from archive.record.faults import looked_at
from archive.record.files import is_foreign, open_file, size_of
from archive.record.identity import fingerprint
from archive.record.members import MAGIC, next_start
from archive.record.parsing.found import RESPONSES, Damage, Record
from archive.record.parsing.segments import CONTINUATION
from archive.record.reader import records
from archive.remote.files import WarcFile

MOST_BYTES, LEAST_BYTES = 512 << 10, 64 << 10
LAST = 4  # a piece is a fourth of what is left, at most
AHEAD = 4  # records behind a piece that are read too: an exchange that begins in it may end there
_BEGINNING = 16  # bytes of a response that stay with its record: it is asked whether it begins as HTTP
_SMALL = 64 << 10


@dataclass(frozen=True, slots=True)
class Piece:
    """The records of a file that begin from byte `start` to before byte `end`.

    `name` is put into their Ref. The file's records begin at byte `first` and end before byte `last` (None: at the end
    of the file). `looking` asks for the oddities of each record, too.
    """

    path: WarcFile
    name: str
    start: int
    end: int
    first: int
    last: int | None
    looking: bool = False


@dataclass(slots=True)
class PieceRecords:
    """The records of a piece.

    `begin` is the offset of its first record, None where no record begins in it. `end` is the offset of the first
    record behind the piece, None at the end of the file. Blocks of responses were left in the file. `is_plain` is False
    where a record has several segments or a gzip member holds several records. Such a piece is read again in order.
    """

    begin: int | None = None
    end: int | None = None
    records: list[Record | Damage] = field(default_factory=list)
    is_plain: bool = True


def cut(
    path: WarcFile, *, name: str | None, start: int, end: int | None, share: int, looking: bool
) -> list[Piece]:
    """The pieces of a file from byte `start` to `end`; a small file gives each of `share` readers a piece.

    The last ones are smaller and smaller: readers come to the end together.
    """
    stop = size_of(path) if end is None else end
    most = min(MOST_BYTES, (stop - start) // max(share, 1))
    known_as = name or path.name.removesuffix(".open")
    pieces: list[Piece] = []
    at = start
    while at < stop:
        following = min(at + max(LEAST_BYTES, min(most, (stop - at) // LAST)), stop)
        pieces.append(Piece(path, known_as, at, following, start, end, looking))
        at = following
    return pieces


def read_on(piece: Piece, found: PieceRecords) -> Iterator[Record | Damage]:
    """The records of a piece and some behind it; `found` gets the piece's records, their blocks left in the file."""
    begin = _begin(piece)
    found.begin = begin
    if begin is None or begin >= piece.end:
        found.end = begin
        return
    ahead = 0
    for item in records(piece.path, name=piece.name, start=begin, end=piece.last):
        at = _offset(item)
        if at >= piece.end:
            found.end = at if found.end is None else found.end
            ahead += 1
        else:
            found.is_plain = found.is_plain and _is_plain(item)
            found.records.append(item if isinstance(item, Damage) else _bare(item, piece))
        yield item
        if ahead == AHEAD or not found.is_plain:
            return


def assembled(
    path: WarcFile,
    name: str | None,
    span: tuple[int, int | None],
    pieces: Iterable[tuple[Piece, Callable[[], PieceRecords]]],
) -> Iterator[Record | Damage]:
    """The records of a file, put together from its pieces in order; the same as of records()."""
    at: int | None = span[0]
    for piece, read in pieces:
        found = read()
        if at is None or at >= piece.end:  # a record before it is longer than the piece
            continue
        if found.is_plain and found.begin == at:
            yield from found.records
            at = found.end
            continue
        following: int | None = None
        for item in records(path, name=name, start=at, end=span[1]):
            if _offset(item) >= piece.end:
                following = _offset(item)
                break
            yield item
        at = following


def _begin(piece: Piece) -> int | None:
    if piece.start == piece.first:
        return piece.start
    with open_file(piece.path) as file:
        file.seek(piece.first)
        is_packed = file.read(len(MAGIC)) == MAGIC
        # an uncompressed record is known by the line end before it
        found = next_start(file, piece.start - (0 if is_packed else 1), is_packed=is_packed)
    return None if found is not None and piece.last is not None and found >= piece.last else found


def _offset(item: Record | Damage) -> int:
    return item.offset if isinstance(item, Damage) else item.ref.offset


def _is_plain(item: Record | Damage) -> bool:
    """Whether a record has no further segments and can be read again at its offset."""
    if isinstance(item, Damage):
        return True
    return item.is_addressable and not item.is_segmented and item.kind != CONTINUATION


def _bare(record: Record, piece: Piece) -> Record:
    """A record as it is sent to the writer: its block was examined, and a response's block is left in the file."""
    if piece.looking:
        record = replace(record, looked=looked_at(record))
    if record.kind in RESPONSES:
        digest = fingerprint(record) if is_foreign(record.ref.file) else ""
        block: BinaryIO = Later.of(record, piece.path)
        return replace(record, block=block, fingerprint=digest)
    size = record.block.seek(0, os.SEEK_END)
    record.block.seek(0)
    if size > _SMALL:
        return replace(record, block=Later.of(record, piece.path))
    block = BytesIO(record.block.read())
    record.block.seek(0)
    return replace(record, block=block)


class Later:
    """A record's block; it is read from its file when more than its first bytes are needed."""

    def __init__(self, path: WarcFile, place: tuple[str, int, int], beginning: bytes) -> None:
        self._path = path
        self._place = place
        self._beginning = beginning
        self._at = 0
        self._block: BinaryIO | None = None

    @classmethod
    def of(cls, record: Record, path: WarcFile) -> BinaryIO:
        """The block of a record that was just read. The record's own block is at its start again."""
        record.block.seek(0)
        beginning = record.block.read(_BEGINNING)
        record.block.seek(0)
        ref = record.ref
        return cast(BinaryIO, cls(path, (ref.file, ref.offset, ref.length), beginning))

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        if self._block is None and 0 <= size <= len(self._beginning) - self._at:
            self._at += size
            return self._beginning[self._at - size : self._at]
        return self._whole().read(size)

    def readline(self, size: int = -1) -> bytes:
        """As of a file."""
        return self._whole().readline(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        if self._block is None and whence == os.SEEK_SET and offset <= len(self._beginning):
            self._at = offset
            return offset
        return self._whole().seek(offset, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._at if self._block is None else self._block.tell()

    def _whole(self) -> BinaryIO:
        """The block, read now. Raises OSError where the file holds no such record any more."""
        if self._block is None:
            name, offset, length = self._place
            found = next(records(self._path, name=name, start=offset, end=offset + length), None)
            if not isinstance(found, Record):
                raise OSError(f"{self._path} at byte {offset}: no record there any more")
            self._block = found.block
            self._block.seek(self._at)
        return self._block
