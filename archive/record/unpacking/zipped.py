"""Members of a ZIP file (a WACZ is one), also where its directory is missing."""

import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from archive.record.unpacking.streams import PIECE, Broken, pieces

_HEADER = re.compile(rb"PK(?:\x03\x04[\x0a-\x3f]\x00|\x01\x02[\x00-\x3f][\x00-\x13])", re.S)
"""Of a member or of its line in the directory, with a version that there is."""
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, struct.error, EOFError)
"""What zipfile raises of damage, of encryption and of kinds of compression that it does not know."""


@dataclass(frozen=True, slots=True)
class ZippedFile:
    """A file in a ZIP file. `start` is the offset of its bytes; None where it is compressed."""

    path: Path
    info: zipfile.ZipInfo
    start: int | None

    @property
    def name(self) -> str:
        """The file's name in the package, with its folders."""
        return self.info.filename

    @property
    def length(self) -> int:
        """The number of its plain bytes that the directory states."""
        return self.info.file_size

    def pieces(self) -> Iterator[bytes]:
        """The file's plain bytes. Raises Broken after the readable bytes."""
        if self.start is not None:
            yield from pieces(self.path, self.start, self.length)
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.info) as file:
                while piece := file.read(PIECE):
                    yield piece
        except (*_UNREADABLE, zlib.error, KeyError) as error:
            raise Broken(f"{self.name!r} in it cannot be unpacked further ({error})") from error

    def begins(self) -> bytes:
        """The file's first bytes; empty where it cannot be unpacked."""
        try:
            return next(self.pieces(), b"")
        except Broken:
            return b""


def members(path: Path) -> list[ZippedFile]:
    """The files in a ZIP file, in the order of their bytes. Raises Broken where the directory cannot be read."""
    with path.open("rb") as file:
        return members_in(file, path)


def members_in(file: BinaryIO, path: Path) -> list[ZippedFile]:
    """Like members(), for a file that is already open."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _UNREADABLE as error:
        raise Broken(str(error)) from error
    return [_member(file, path, info) for info in sorted(infos, key=lambda info: info.header_offset)]


def torn_members(path: Path, names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The probable places of uncompressed members with these file endings, in a ZIP file without its directory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        starts = [match.start() for match in _HEADER.finditer(whole)]
        for at, end in pairwise([*starts, len(whole)]):
            method, name_length, extra_length = struct.unpack(
                "<8xH16xHH", whole[at : at + 30].ljust(30, b"\0")
            )
            name = whole[at + 30 : at + 30 + name_length]
            if method == zipfile.ZIP_STORED and name.endswith(tuple(n.encode() for n in names)):
                yield min(at + 30 + name_length + extra_length, end), end


def _member(file: BinaryIO, path: Path, info: zipfile.ZipInfo) -> ZippedFile:
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
    return ZippedFile(path, info, _start(file, info) if is_plain else None)


def _start(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    """The offset of a member's bytes, behind its local header with name and extra field."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30:
        return None
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    return info.header_offset + 30 + int(name_length) + int(extra_length)
