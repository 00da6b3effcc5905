"""WARC and WACZ files of other tools: where the records stand in them, and copies that can be read in place."""

import hashlib
import mmap
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from archive.errors import WrongUse
from archive.record.files import sync_folder
from archive.record.reader import Record, records

_PIECE = 1 << 20
_PACKED_PIECE = 64 << 10  # unpacks to some 60 MB at worst
_ZIP = b"PK\x03\x04"
_ZIP_HEADER = re.compile(rb"PK(?:\x03\x04[\x0a-\x3f]\x00|\x01\x02[\x00-\x3f][\x00-\x13])", re.S)
"""Of a member or of its line in the directory, with a version that there is."""
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
_GZIP = b"\x1f\x8b"
_ARC = b"filedesc:"
WARC_NAMES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that is a WARC: all of it, or one member of a WACZ. `start` and `end` are byte offsets.

    `file` is the name that captures give the file: its absolute path, or its name under warc/. `torn` says why
    what was unpacked is not all that the file once held.
    """

    file: str
    path: Path
    start: int
    end: int
    torn: str = ""


def check(path: Path) -> None:
    """Raises WrongUse where the path is no readable WARC or WACZ file; an empty one is a crawl that began nothing."""
    if not path.exists():
        raise WrongUse(f"{path}: no such file")
    if path.is_dir():
        raise WrongUse(f"{path}: a folder; name the WARC or WACZ files in it")
    try:
        with path.open("rb") as file:
            first = file.read(9)
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    if first.startswith(_ZIP):
        _members(path)
    elif not first or first.startswith(_ZSTD) or first.startswith(b"WARC/"):
        return
    elif first == _ARC or (first.startswith(_GZIP) and _gzip_begins(path) == _ARC):
        raise WrongUse(
            f"{path}: an ARC file, older than WARC; `warcio recompress OLD.arc.gz NEW.warc.gz` makes a WARC of it"
        )
    elif not first.startswith(_GZIP) or not _holds_warc(path):
        raise WrongUse(f"{path}: neither a WARC nor a WACZ file, it begins {first[:8]!r}")


def parts(path: Path, warcs: Path, *, copying: bool = False) -> Iterator[Part]:
    """The WARCs that a file holds, in the order they stand in it.

    The file is named where it lies, by its absolute path. With `copying`, or where records cannot be found
    again in it (compressed as a whole, or once more inside a WACZ), each WARC is copied into `warcs` first, unpacked
    as far as needed, and named by its content: copying twice makes one copy.
    Raises WrongUse where the file cannot be read, OSError where the copy cannot be written.
    """
    path = path.resolve()
    with path.open("rb") as file:
        first = file.read(4)
    if first.startswith(_ZIP):
        yield from _wacz_parts(path, warcs, copying=copying)
    elif first.startswith(_ZSTD):
        yield _copy(_unpacked_zstd(path), warcs, path.name.removesuffix(".zst"))
    elif not _is_addressable(path):
        yield _copy(_unpacked_gzip(path), warcs, path.name.removesuffix(".gz"))
    elif copying:
        yield _copy(_pieces(path, 0, None), warcs, path.name)
    else:
        yield Part(str(path), path, 0, path.stat().st_size)


def _gzip_begins(path: Path) -> bytes:
    with path.open("rb") as file, suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(file.read(4096), len(_ARC))
    return b""


def _holds_warc(path: Path) -> bool:
    first = next(records(path), None)
    return isinstance(first, Record) or (first is not None and "WARC version" not in first.reason)


def _is_addressable(path: Path) -> bool:
    """Whether each record is a gzip member of its own, as the first two show."""
    for _, record in zip(range(2), records(path), strict=False):
        if isinstance(record, Record) and not record.is_addressable:
            return False
    return True


def _members(path: Path) -> list[zipfile.ZipInfo]:
    """The WARCs in a WACZ, none where its directory is torn off. Raises WrongUse where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith(WARC_NAMES)]
    except zipfile.BadZipFile as error:
        if any(_torn_members(path)):
            return []
        raise WrongUse(f"{path}: not a WACZ file that can be read ({error})") from error
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    if not infos:
        raise WrongUse(f"{path}: a ZIP file without a WARC in it")
    return sorted(infos, key=lambda info: info.header_offset)


def _torn_members(path: Path) -> Iterator[tuple[int, int]]:
    """Where the stored WARCs seem to begin and end in a ZIP file whose directory, at its end, is lost."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        starts = [match.start() for match in _ZIP_HEADER.finditer(whole)]
        for at, end in pairwise([*starts, len(whole)]):
            method, name_length, extra_length = struct.unpack(
                "<8xH16xHH", whole[at : at + 30].ljust(30, b"\0")
            )
            name = whole[at + 30 : at + 30 + name_length]
            if method == zipfile.ZIP_STORED and name.endswith(tuple(n.encode() for n in WARC_NAMES)):
                yield min(at + 30 + name_length + extra_length, end), end


def _wacz_parts(path: Path, warcs: Path, *, copying: bool) -> Iterator[Part]:
    infos = _members(path)
    if not infos:
        torn = "the ZIP file's directory is lost; read as far as its WARCs can be found"
        for start, end in list(_torn_members(path)):
            part = Part(str(path), path, start, end)
            yield replace(
                _copy(_pieces(path, start, end - start), warcs, path.name) if copying else part, torn=torn
            )
    for info in infos:
        name = info.filename.rsplit("/", 1)[-1]
        if info.compress_type != zipfile.ZIP_STORED:
            yield _copy(_zipped(path, info), warcs, name)
            continue
        start = _member_start(path, info)
        if copying:
            yield _copy(_pieces(path, start, info.file_size), warcs, name)
        else:
            yield Part(str(path), path, start, start + info.file_size)


def _member_start(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: behind a header that has its own lengths of name and extra field."""
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(30)
    if len(header) < 30:
        raise WrongUse(f"{path}: the ZIP member {info.filename} lies behind the end of the file")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    return info.header_offset + 30 + int(name_length) + int(extra_length)


def _zipped(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(info) as file:
        try:
            while piece := file.read(_PIECE):
                yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise _Broken(f"{info.filename} in it cannot be unpacked further ({error})") from error


def _pieces(path: Path, start: int, length: int | None) -> Iterator[bytes]:
    left = path.stat().st_size - start if length is None else length
    with path.open("rb") as file:
        file.seek(start)
        while left and (piece := file.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece


def _unpacked_gzip(path: Path) -> Iterator[bytes]:
    """The plain bytes of a file's gzip members. Raises _Broken behind what can be read."""
    with path.open("rb") as file:
        yield from _unpacked(file, lambda: zlib.decompressobj(wbits=31), (_GZIP,))


def _unpacked_zstd(path: Path) -> Iterator[bytes]:
    """The plain bytes of a .warc.zst; one made with a dictionary begins with it, in a frame of its own.

    Raises _Broken behind what can be read.
    Source: iipc.github.io/warc-specifications, "zstd compression for WARC files".
    """
    with path.open("rb") as file:
        unpacker = zstandard.ZstdDecompressor(dict_data=_zstd_dictionary(file))
        yield from _unpacked(file, unpacker.decompressobj, (_ZSTD[0], *_SKIPPABLE))


def _unpacked(file: BinaryIO, new_stream: Callable[[], Any], magic: tuple[bytes, ...]) -> Iterator[bytes]:
    """The plain bytes of members (gzip) or frames (zstd) that stand one behind the other."""
    rest = file.read(_PACKED_PIECE)
    while rest.startswith(magic):
        stream = new_stream()
        while not stream.eof:
            if not rest:
                raise _Broken("it ends within what was compressed")
            try:
                yield stream.decompress(rest)
            except (zlib.error, zstandard.ZstdError) as error:
                raise _Broken(f"it cannot be unpacked further ({error})") from error
            rest = stream.unused_data if stream.eof else file.read(_PACKED_PIECE)
        if len(rest) < 4:
            rest += file.read(_PACKED_PIECE)
    if rest:
        raise _Broken(f"what follows is not compressed: {rest[:20]!r}")


class _Broken(Exception):  # noqa: N818 - a state of the file: what came before is used
    """What was compressed cannot be unpacked to its end."""


def _zstd_dictionary(file: BinaryIO) -> zstandard.ZstdCompressionDict | None:
    head = file.read(8)
    if not head.startswith(_ZSTD[1]):
        file.seek(0)
        return None
    raw = file.read(int.from_bytes(head[4:8], "little"))
    if raw.startswith(_ZSTD[0]):
        raw = zstandard.ZstdDecompressor().decompress(raw, max_output_size=64 << 20)
    return zstandard.ZstdCompressionDict(raw)


def _copy(pieces: Iterator[bytes], warcs: Path, name: str) -> Part:
    """A copy under warc/, named by its content; whole on the disk when this returns."""
    being_written = warcs / f"import-{os.getpid()}.part"
    digest = hashlib.sha256()
    torn = ""
    try:
        with being_written.open("wb") as file:
            try:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
            except _Broken as broken:
                torn = str(broken)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        final = warcs / f"import-{digest.hexdigest()[:16]}-{name}"
        being_written.replace(final)
    finally:
        being_written.unlink(missing_ok=True)
    sync_folder(warcs)
    return Part(final.name, final, 0, size, torn)
