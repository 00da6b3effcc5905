"""WARC and WACZ files of other tools: the parts that hold records, and unpacked copies where needed."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from archive.errors import WrongUse
from archive.record.reader import Damage, Record, records, records_in
from archive.record.unpacking.copies import copied, laid_down
from archive.record.unpacking.stated import stated
from archive.record.unpacking.streams import GZIP, PIECE, ZSTD, Broken, pieces, unpacked_gzip, unpacked_zstd
from archive.record.unpacking.zipped import ZippedFile, members, members_in, torn_members
from archive.remote.errors import without_password
from archive.remote.files import RemoteFile, WarcFile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ARC = b"filedesc:"
_BEFORE = (
    b"\r\n\xef\xbb\xbf"  # blank lines and a byte order mark, which some tools set before the first record
)
WARC_NAMES = (".warc", ".warc.gz")
_CONTAINERS = (".warc", ".arc", ".wacz")
_LISTS = (
    ".cdx",
    ".cdxj",
    ".idx",
    ".cdx.gz",
    ".cdxj.gz",
    ".json",
    ".jsonl",
    ".txt",
    ".log",
    ".md5",
    ".sha256",
)
_DEEPEST = 8  # packages in packages
_LONGEST_LIST = 64 << 20  # bytes of a package's list of contents
_JUDGED = 2  # records that show whether each has a gzip member of its own


@dataclass(frozen=True, slots=True)
class WarcPart:
    """A part of a file that is a WARC: the whole file, or one member of a WACZ. `start` and `end` are byte offsets.

    `file` is the file's name in captures: its absolute path, its address, or its name under warc/. `torn` says why the
    unpacked part is not complete. `note` is an oddity that loses nothing. `source` is the address from which the file
    was fetched.
    """

    file: str
    path: WarcFile
    start: int
    end: int
    torn: str = ""
    note: str = ""
    source: str = ""


class NoRecords(WrongUse):
    """A file can be read, but holds no records to take in. An import may go on with other files."""


def check(path: Path, name: str = "") -> None:
    """Raises NoRecords where a file is no WARC or WACZ, WrongUse where it is missing or cannot be opened.

    An empty file is accepted: a crawl may end before it writes anything. Lines about it begin with `name`, or its path.
    """
    shown = name or str(path)
    if not path.exists():
        raise WrongUse(f"{shown}: no such file")
    if path.is_dir():
        raise WrongUse(f"{shown}: a folder; name the WARC or WACZ files in it")
    try:
        with path.open("rb") as file:
            first = file.read(512)
    except OSError as error:
        raise WrongUse(f"{shown}: {error.strerror}") from error
    if first.startswith(_ZIP):
        _check_package(path, shown)
    elif not first or first.startswith(ZSTD) or first.lstrip(_BEFORE).upper().startswith(b"WARC/"):
        return
    elif first.startswith(_ARC) or (first.startswith(GZIP) and _gzip_begins(path) == _ARC):
        raise NoRecords(
            f"{shown}: an ARC file, older than WARC; `warcio recompress OLD.arc.gz NEW.warc.gz` makes a WARC of it"
        )
    elif first.lstrip().startswith(b"{") and _listed(path) is not None:
        return
    elif not first.startswith(GZIP) or not _holds_warc(path):
        raise NoRecords(f"{shown}: neither a WARC nor a WACZ file, it begins {first[:8]!r}")


def in_place(file: BinaryIO, name: str) -> Iterator[Iterator[Record | Damage]]:
    """The records of an opened WARC file, or of each WARC in a WACZ; each can be read again at its place in the file.

    A WARC in a WACZ without such places is a Damage. Raises NoRecords where the file holds no records, or where
    none has a place of its own.
    """
    first = file.read(512)
    file.seek(0)
    if first.startswith(_ZIP):
        yield from _in_package(file, name)
    elif first.startswith(ZSTD):
        raise _packed(name)
    else:
        yield _with_places(file, name, 0, None)


def _in_package(file: BinaryIO, name: str) -> Iterator[Iterator[Record | Damage]]:
    try:
        found = list(filter(_is_wanted, members_in(file, Path(name))))
    except Broken as error:
        raise NoRecords(f"{name}: the ZIP file's directory is lost ({error})") from error
    standing = [member for member in found if _stands(file, name, member)]
    if not standing:
        raise _packed(name) if found else NoRecords(f"{name}: no record is in it")
    for member in found:
        if member in standing and member.start is not None:
            yield _with_places(file, name, member.start, member.start + member.length)
        else:
            reason = f"{member.name!r} in it holds no record in place: unpack it, take the WARC files in it"
            yield iter([Damage(name, member.info.header_offset, reason)])


def _stands(file: BinaryIO, name: str, member: ZippedFile) -> bool:
    """Whether the first records of a member have places of their own in the package."""
    if member.start is None:
        return False
    try:
        list(islice(_with_places(file, name, member.start, member.start + member.length), _JUDGED))
    except NoRecords:
        return False
    return True


def _with_places(file: BinaryIO, name: str, start: int, end: int | None) -> Iterator[Record | Damage]:
    number = 0
    for item in records_in(file, name, start, end):
        number += 1
        if number == 1 and _is_no_warc(item):
            file.seek(start)
            raise NoRecords(f"{name}: no WARC file, it begins {file.read(8)!r}")
        if number <= _JUDGED and isinstance(item, Record) and not item.is_addressable:
            raise _packed(name)
        yield item
    if not number:
        raise NoRecords(f"{name}: no record is in it")


def _packed(name: str) -> NoRecords:
    return NoRecords(
        f"{name}: packed as a whole, where no row can point to a record: unpack it, take the WARC files in it"
    )


def parts(path: Path, warcs: Path, *, copying: bool = False) -> Iterator[WarcPart]:
    """The WARCs in a file, in their order; a part marked `torn` for a member that cannot be read.

    The file usually stays at its place and is named by its absolute path. A WARC is copied into `warcs` with `copying`,
    where its records have no offsets of their own (compressed as a whole, or again inside a WACZ), or where its name is
    not UTF-8. A copy is unpacked as far as needed and named by its content, so that a second copying makes no second
    copy. Raises OSError where a file cannot be read or the copy cannot be written.
    """
    path = path.resolve()
    yield from _parts(path, warcs, path.name, 0, copying=copying or not _is_text(str(path)))


def remote_parts(file: RemoteFile, warcs: Path, *, in_place: bool = False) -> Iterator[WarcPart]:
    """The WARCs in a file at an address; it is fetched whole before anything is made of it, and copied into `warcs`.

    With `in_place` it stays where it is and is named by its address, if its records can be read there. Raises NoRecords
    where it is no WARC or WACZ, OSError where it cannot be fetched or the copy cannot be written.
    """
    if in_place and _is_readable_there(file):
        yield WarcPart(file.address, file, 0, file.stat().st_size)
        return
    source = without_password(file.address)
    with laid_down(_fetched(file), warcs, 0) as (draft, _):
        check(draft, source)
        found = list(_parts(draft, warcs, file.name, 1, copying=True))
    for part in found:
        yield replace(part, file=source if part.file == str(draft) else part.file, source=source)


def _fetched(file: RemoteFile) -> Iterator[bytes]:
    with file.open() as opened:
        while piece := opened.read(PIECE):
            yield piece


def _is_readable_there(file: RemoteFile) -> bool:
    """Whether the records of a remote file have offsets of their own. Raises OSError where it cannot be read there."""
    with file.open() as opened:
        opened.seek(1)
        opened.read(1)  # a server without ranges refuses
        opened.seek(0)
        first = opened.read(512)
    if not first.startswith(GZIP) and not first.lstrip(_BEFORE).upper().startswith(b"WARC/"):
        return False
    return _holds_warc(file) and _is_addressable(file, 0, None)


def _parts(path: Path, warcs: Path, name: str, depth: int, *, copying: bool) -> Iterator[WarcPart]:
    with path.open("rb") as file:
        first = file.read(512)
    if first.startswith(_ZIP):
        yield from _of_package(path, warcs, name, depth, copying=copying)
    elif first.startswith(ZSTD):
        yield _copy(*copied(unpacked_zstd(path), warcs, name.removesuffix(".zst")))
    elif first.lstrip().startswith(b"{"):
        yield from _of_list(path, warcs, depth, copying=copying)
    elif not _is_addressable(path, 0, None):
        yield _copy(*copied(unpacked_gzip(path), warcs, name.removesuffix(".gz")))
    elif copying:
        yield _copy(*copied(pieces(path, 0, None), warcs, name))
    else:
        yield WarcPart(str(path), path, 0, path.stat().st_size)


def _of_package(path: Path, warcs: Path, name: str, depth: int, *, copying: bool) -> Iterator[WarcPart]:
    """The WARCs in a WACZ, and in the WACZ files inside it."""
    try:
        found = members(path)
    except Broken:
        torn = "the ZIP file's directory is lost; read as far as its WARCs can be found"
        for start, end in list(torn_members(path, WARC_NAMES)):
            part = WarcPart(str(path), path, start, end)
            if copying:
                part = _copy(*copied(pieces(path, start, end - start), warcs, name))
            yield replace(part, torn=torn)
        return
    for member in filter(_is_wanted, found):
        yield from _of_member(member, warcs, name, depth, copying=copying)
    place = WarcPart(name if copying else str(path), path, 0, 0)
    for wanted, there in stated(found, _CONTAINERS):
        lacking = wanted.lacks(there) if there else f"{wanted.path!r} is not in it, though its list names it"
        note = "" if lacking or there is None else wanted.differs(there)
        if lacking or note:
            yield replace(place, torn=lacking, note=note)


def _of_member(
    member: ZippedFile, warcs: Path, name: str, depth: int, *, copying: bool
) -> Iterator[WarcPart]:
    own_name = member.name.rsplit("/", 1)[-1]
    first = member.begins()
    reason = _unreadable(first, depth)
    if reason:
        yield WarcPart(
            name if copying else str(member.path), member.path, 0, 0, f"{member.name!r} in it {reason}"
        )
    elif member.start is not None and _is_plain(member, first):
        if copying:
            yield _copy(*copied(member.pieces(), warcs, own_name))
        else:
            yield WarcPart(str(member.path), member.path, member.start, member.start + member.length)
    else:
        with laid_down(member.pieces(), warcs, depth) as (path, torn):
            for part in _parts(path, warcs, own_name, depth + 1, copying=True):
                yield replace(part, torn=part.torn or torn)


def _of_list(path: Path, warcs: Path, depth: int, *, copying: bool) -> Iterator[WarcPart]:
    """The files in the list of a multi-WACZ that are beside it; a file that is elsewhere becomes a torn part."""
    for named in _listed(path) or []:
        beside = path.parent / named
        is_here = "://" not in named and beside.resolve().is_relative_to(path.parent) and beside.is_file()
        if is_here and depth < _DEEPEST:
            yield from _parts(beside.resolve(), warcs, beside.name, depth + 1, copying=copying)
        else:
            where = "names packages too deep" if is_here else "is not here, fetch it and ingest that"
            yield WarcPart(str(path), path, 0, 0, f"{named!r} in it {where}")


def _listed(path: Path) -> list[str] | None:
    """The packages that a multi-WACZ's list names; None where the file is no such list."""
    if path.stat().st_size > _LONGEST_LIST:
        return None
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    resources = said.get("resources") if isinstance(said, dict) else None
    if not isinstance(resources, list):
        return None
    named = [one.get("path") for one in resources if isinstance(one, dict)]
    wanted = [one for one in named if isinstance(one, str) and one.lower().split("?")[0].endswith(".wacz")]
    return wanted if wanted or said.get("profile") == "multi-wacz-package" else None


def _is_wanted(member: ZippedFile) -> bool:
    """Whether a member should be a WARC by its name, or is one by its place."""
    folder, _, name = member.name.rpartition("/")
    if folder.startswith("__MACOSX") or not member.length:
        return False
    return any(ending in name.lower() for ending in _CONTAINERS) or _holds_records(folder, member)


def _holds_records(folder: str, member: ZippedFile) -> bool:
    """Whether a member is in a place where the format has WARC files, and is not one of the lists that some tools put
    there."""
    own_name = member.name.rpartition("/")[2].lower()
    is_list = own_name.startswith(".") or own_name.endswith(_LISTS)
    return folder.rpartition("/")[2] == "archive" and not is_list


def _unreadable(first: bytes, depth: int) -> str:
    """Why a member cannot be read; empty where it can."""
    if first.startswith(_ZIP) and depth >= _DEEPEST:
        return f"is a package in {depth} others; take it out and ingest that"
    if first.startswith(_ARC) or (first.startswith(GZIP) and _unpacked_start(first) == _ARC):
        return "is an ARC file, older than WARC, and not read"
    if first.startswith((GZIP, *ZSTD, *_ZIP)) or first.lstrip(_BEFORE).startswith(b"WARC/"):
        return ""
    return f"is no WARC that can be read, it begins {first[:8]!r}"


def _is_plain(member: ZippedFile, first: bytes) -> bool:
    """Whether a member's records can be read at their offsets in the package, without a copy."""
    if first.startswith((*ZSTD, *_ZIP)) or member.start is None:
        return False
    return _is_addressable(member.path, member.start, member.start + member.length)


def _is_text(name: str) -> bool:
    """Whether a name can be stored in a database: it must be UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _gzip_begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return _unpacked_start(file.read(4096))


def _unpacked_start(packed: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(packed, len(_ARC))
    return b""


def _holds_warc(path: WarcFile) -> bool:
    first = next(records(path), None)
    return first is not None and not _is_no_warc(first)


def _is_no_warc(first: Record | Damage) -> bool:
    """Whether the first thing found in a file shows that it is no WARC."""
    return isinstance(first, Damage) and "WARC version" in first.reason


def _is_addressable(path: WarcFile, start: int, end: int | None) -> bool:
    """Whether each record is a gzip member of its own, judged by the first two."""
    for _, record in zip(range(_JUDGED), records(path, start=start, end=end), strict=False):
        if isinstance(record, Record) and not record.is_addressable:
            return False
    return True


def _check_package(path: Path, shown: str) -> None:
    """Raises NoRecords where a ZIP file holds no WARC, and none can be found in it."""
    try:
        found = members(path)
    except Broken as error:
        if not any(torn_members(path, WARC_NAMES)):
            raise NoRecords(f"{shown}: not a WACZ file that can be read ({error})") from error
        return
    if not any(map(_is_wanted, found)):
        raise NoRecords(f"{shown}: a ZIP file without a WARC in it")


def _copy(path: Path, size: int, torn: str) -> WarcPart:
    return WarcPart(path.name, path, 0, size, torn)
