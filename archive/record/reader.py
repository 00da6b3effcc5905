"""The records of any WARC file, ours or another tool's: the place of each, and every damage on the way."""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from archive.capture import Ref
from archive.errors import Damaged
from archive.record.digests import agrees, block_digest, read_pieces
from archive.record.drafts import IN_MEMORY_BYTES
from archive.record.files import locate
from archive.record.http import payload_pieces, read_head
from archive.record.members import MAGIC, Members, Torn, next_start

_VERSION = re.compile(rb"WARC/\d+\.\d+\s*")
_MAX_LINES = 4096
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its header lines in order and its block, a seekable file at position 0.

    `ref.length` counts the bytes of its gzip member, or in an uncompressed file those up to the next record.
    Where one member holds several records (`is_addressable` False) the place is that of the member, and
    read() cannot find them. `faults` were seen while reading; faults() looks for more.
    """

    kind: str
    fields: Fields
    block: BinaryIO
    ref: Ref
    is_addressable: bool = True
    faults: tuple[str, ...] = field(default=())

    def get(self, name: str) -> str | None:
        """First value of a header line, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    def values(self, name: str) -> list[str]:
        """Every value of a header line."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    @property
    def warcinfo_id(self) -> str:
        """The record that describes this one's file; empty where none is named."""
        return (self.get("WARC-Warcinfo-ID") or "").removeprefix("<").removesuffix(">")

    @property
    def url(self) -> str | None:
        """WARC-Target-URI; wget wrote it in angle brackets, some tools with blanks."""
        uri = self.get("WARC-Target-URI")
        return None if uri is None else uri.removeprefix("<").removesuffix(">").replace(" ", "%20")


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of a file from which no record can be read. `length` is None where it is not known."""

    file: str
    offset: int
    reason: str
    length: int | None = None


def read(folder: Path, ref: Ref) -> Record:
    """The record that stands at `ref`, its digests checked.

    Raises Damaged, naming file and offset, where the bytes there are not that record, whole and unchanged.
    """
    path = locate(folder, ref.file)
    place = f"{path} at byte {ref.offset}"
    try:
        with path.open("rb") as file:
            found = next(_walk(file, ref.file, ref.offset, ref.offset + ref.length), None)
    except OSError as error:
        raise Damaged(f"{place}: {error.strerror}") from error
    if found is None:
        raise Damaged(f"{place}: the file ends before the record")
    if isinstance(found, Damage):
        raise Damaged(f"{place}: {found.reason}")
    if found.ref.record_id != ref.record_id:
        raise Damaged(f"{place}: record {found.ref.record_id} where {ref.record_id} should stand")
    wrong = faults(found)
    if wrong:
        raise Damaged(f"{place}: {'; '.join(wrong)}")
    return found


def records(
    path: Path, *, name: str | None = None, start: int = 0, end: int | None = None
) -> Iterator[Record | Damage]:
    """Every record of a file from `start` to `end`; where one cannot be read a Damage, then the next that can.

    `name` is put into the records' Ref; the file's own name (without `.open`) where None. Blocks are in
    memory up to 8 MiB, above that in a temporary file. What stands behind a Damage may be a forgery that a
    server hid in the broken record: believed() tells. Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        yield from _walk(file, name or path.name.removesuffix(".open"), start, end)


def believed(
    found: Iterable[Record | Damage], known: str | None = None, sealed: Path | None = None
) -> Iterator[Record | Damage]:
    """The records, and of those behind a broken place only the ones that name a warcinfo that is believed.

    A server can send a whole WARC record as a page; where the record that keeps this page breaks, the walk
    finds the one inside. It cannot know the warcinfo's id. What is not believed comes as a Damage. `known`
    is the warcinfo's id for callers that start inside a file. A break in the first record hides no page.
    `sealed` is the file, where it was closed whole: what reads on to its end without another break is no page
    either, for behind a page stands the rest of its record. (Files that were joined have several warcinfos.)
    """
    names = {known} if known else set()
    is_broken = False
    for item in found:
        if isinstance(item, Damage):
            if not is_broken and sealed is not None:
                names |= _names_at_the_end(sealed, item)
            is_broken = is_broken or item.offset > 0
            yield item
            continue
        name = item.ref.record_id if item.kind == "warcinfo" else item.warcinfo_id
        if is_broken and name not in names:
            reason = "behind a broken place and not naming a warcinfo that is believed: passed over"
            yield Damage(item.ref.file, item.ref.offset, reason, item.ref.length)
            continue
        if name and not is_broken:
            names.add(name)
        yield item


def _names_at_the_end(path: Path, damage: Damage) -> set[str]:
    """The warcinfos named behind the last broken place of a file."""
    names: set[str] = set()
    for item in records(path, start=damage.offset):
        if isinstance(item, Damage):
            names.clear()
        else:
            names.add(item.ref.record_id if item.kind == "warcinfo" else item.warcinfo_id)
    return names - {""}


def faults(record: Record) -> list[str]:
    """What is wrong with a record that could be read: digests that do not fit, header lines that lack.

    A payload digest over the transfer-encoded bytes, as warcio, wget and others write it, is accepted: the
    specification means the decoded ones. One over an algorithm unknown here is no fault.
    """
    found = list(record.faults)
    found += [f"no {name}" for name in ("WARC-Record-ID", "WARC-Date") if not record.get(name)]
    stated = record.get("WARC-Block-Digest")
    record.block.seek(0)
    if stated and agrees(stated, read_pieces(record.block)) is False:
        found.append(f"the block is not that of its WARC-Block-Digest {stated}")
    record.block.seek(0)
    stated = record.get("WARC-Payload-Digest")
    if stated and record.kind in ("response", "resource", "request") and not _payload_agrees(record, stated):
        found.append(f"the payload is not that of its WARC-Payload-Digest {stated}")
    record.block.seek(0)
    return found


def _payload_agrees(record: Record, stated: str) -> bool:
    if record.kind == "resource" or "http" not in (record.get("Content-Type") or ""):
        return agrees(stated, read_pieces(record.block)) is not False
    head = read_head(record.block)
    if record.kind == "response" and agrees(stated, payload_pieces(record.block, head)) is not False:
        return True
    if record.kind == "response" and agrees(stated, ()):
        return True  # an answer to HEAD, which has no payload whatever came; the request record tells
    record.block.seek(head.length if record.kind == "response" else _request_head_length(record.block))
    return agrees(stated, read_pieces(record.block)) is not False


def _request_head_length(block: BinaryIO) -> int:
    block.seek(0)
    while block.readline() not in (b"\r\n", b"\n", b""):
        pass
    return block.tell()


def _walk(file: BinaryIO, name: str, start: int, end: int | None = None) -> Iterator[Record | Damage]:
    offset: int | None = start
    while offset is not None:
        members = Members(file, offset, end)
        try:
            yield from _member_records(members, name)
            offset = None
        except Torn as torn:
            # whole records may stand behind a broken place: another writer went on after a crash
            is_packed = members.is_packed or name.endswith(".gz") or _starts_packed(file)
            following = next_start(file, torn.offset + 1, is_packed=is_packed)
            if end is not None and following is not None and following >= end:
                following = None
            length = None if following is None else following - torn.offset
            yield Damage(name, torn.offset, torn.reason, length)
            offset = following


def _starts_packed(file: BinaryIO) -> bool:
    """Whether the file is made of gzip members; what stands at a broken place may look like anything."""
    file.seek(0)
    return file.read(2) == MAGIC


def _member_records(members: Members, name: str) -> Iterator[Record]:
    while members.open_next():
        _, line = _blank_lines(members)
        is_first = True
        while line:
            at = members.tell() - len(line)
            offset = members.start + (0 if members.is_packed else at)
            kind, fields, block = _read_record(members, line, offset)
            blanks, line = _blank_lines(members)
            is_alone = not members.is_packed or (is_first and not line)
            if members.is_packed:
                length = members.raw_end - members.start if is_alone else 0
            else:
                length = members.tell() - len(line) - at
            ref = Ref(name, offset, length, _record_id(fields))
            wrong = () if blanks == 4 else (f"{blanks} bytes of blank lines behind the block, not 4",)
            yield Record(kind, fields, block, ref, is_alone, wrong)
            is_first = False


def _blank_lines(members: Members) -> tuple[int, bytes]:
    """Bytes of blank lines passed, and the first line that is none (empty at the member's end)."""
    passed = 0
    while line := members.readline():
        if line.strip(b"\r\n"):
            return passed, line
        passed += len(line)
    return passed, b""


def _read_record(members: Members, line: bytes, offset: int) -> tuple[str, Fields, BinaryIO]:
    """Type, header lines and block of the record whose version line is `line`. Raises Torn."""
    if _VERSION.fullmatch(line) is None:
        reason = "an ARC record, older than WARC" if line.startswith(b"filedesc:") else "no WARC version line"
        raise Torn(offset, f"{reason}: {line[:40]!r}")
    fields = _read_fields(members, offset)
    stated = next((value for name, value in fields if name.lower() == "content-length"), "")
    if not (stated.isascii() and stated.isdigit()):
        raise Torn(offset, f"Content-Length {stated!r} is no number")
    block = _read_block(members, int(stated))
    came = block.seek(0, os.SEEK_END)
    block.seek(0)
    if came < int(stated):
        raise Torn(offset, f"the block has {came} of {stated} bytes")
    kind = next((value for name, value in fields if name.lower() == "warc-type"), "")
    return kind.lower(), fields, block


def _read_fields(members: Members, offset: int) -> Fields:
    fields: list[tuple[str, str]] = []
    for _ in range(_MAX_LINES):
        line = members.readline()
        if line in (b"\r\n", b"\n"):
            return tuple(fields)
        if not line.endswith(b"\n"):
            break
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[0] in " \t" and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {text.strip()}")
            continue
        name, _, value = text.partition(":")
        fields.append((name.strip(), value.strip()))
    raise Torn(offset, f"the record's header does not end; {len(fields)} lines of it can be read")


def _read_block(members: Members, length: int) -> BinaryIO:
    if length <= IN_MEMORY_BYTES:
        return BytesIO(members.read(length))
    # the file must outlive this function: it is the record's block
    block = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
    left = length
    while left and (piece := members.read(min(left, 1 << 20))):
        block.write(piece)
        left -= len(piece)
    return block


def _record_id(fields: Fields) -> str:
    """The record's own name; one made from its header lines where a tool gave it none."""
    stated = next((value for name, value in fields if name.lower() == "warc-record-id"), "")
    if stated:
        return stated.removeprefix("<").removesuffix(">")
    digest = block_digest(f"{name}: {value}\n".encode() for name, value in fields)
    return f"urn:zhuanzai:{digest}"
