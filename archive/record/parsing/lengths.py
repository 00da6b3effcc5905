"""Reading of one record in its member: header lines and block, with small mistakes of other tools."""

import os
import re
import tempfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, cast

from archive.record.drafts import IN_MEMORY_BYTES
from archive.record.members import Members
from archive.record.parsing.addresses import as_text
from archive.record.parsing.ends import (
    VERSION_LINE,
    breaks_off,
    hides_record,
    holds_record,
    proved_end,
    true_end,
)
from archive.record.parsing.found import RESPONSES, Fields

_VERSION = re.compile(VERSION_LINE + rb"?", re.I)  # the last line of a file may lack its end
_VERSION_INSIDE = re.compile(rb"\n(" + VERSION_LINE + rb")", re.I)
_VERSION_BEHIND = re.compile(rb"WARC/\d\.\d\r{0,2}\n\Z", re.I)
_FIELD = re.compile(rb"(?:WARC-[A-Za-z-]+|Content-(?:Type|Length)):")
KINDS = frozenset(
    ["warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"]
)
_MAX_LINES = 4096
_FEW = 64  # bytes that a stated length may be wrong by in a file without gzip members
_CLOSED = 4  # bytes of the two line ends behind each block (WARC 1.1 § 4)


class Malformed(Exception):  # noqa: N818 - a state of the file, which the walk goes on from
    """The bytes are no record, although their member may be whole; `offset` is in the file."""

    def __init__(self, offset: int, reason: str, *, is_torn: bool = False, is_page: bool = False) -> None:
        super().__init__(f"at byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason
        self.is_torn = is_torn
        self.is_page = is_page


@dataclass(slots=True)
class Parsed:
    """A record without its place in the file.

    `faults` and `losses` as in Record. `is_mended` says that the block's end was found without its stated length.
    """

    kind: str
    fields: Fields
    block: BinaryIO
    faults: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    is_mended: bool = False

    def get(self, name: str) -> str:
        """First value of a header line, empty if there is none; `name` in lower case."""
        return _first(self.fields, name)


def is_version(line: bytes) -> bool:
    """Whether a line begins a record."""
    return _VERSION.fullmatch(line) is not None


def blank_lines(members: Members) -> tuple[int, bytes]:
    """Bytes of blank lines and zeros passed, and the first line that is none (empty at the member's end)."""
    passed = 0
    while line := members.readline():
        text = line.lstrip(b"\0")  # room that a tool or a disk left empty
        if text.strip(b"\r\n"):
            return passed + len(line) - len(text), text
        passed += len(line)
    return passed, b""


def read_record(members: Members, line: bytes, offset: int) -> Parsed:
    """The record that begins with the version line `line`.

    Afterwards the reader is behind the record's block. Raises Malformed if the bytes are no record, Torn if the member
    breaks off.
    """
    if not is_version(line):
        reason = "an ARC record, older than WARC" if line.startswith(b"filedesc:") else "no WARC version line"
        raise Malformed(offset, f"{reason}: {line[:40]!r}")
    faults: list[str] = []
    fields = _fields(members, line, offset, faults)
    stated = _first(fields, "content-length")
    is_number = stated.isascii() and stated.isdigit() and len(stated) < 19
    begin = members.tell()
    is_lost = not is_number and not members.is_packed
    block = BytesIO() if is_lost else _spool(members, int(stated) if is_number else None)
    found = Parsed(_kind(fields, faults), fields, block, faults)
    if found.kind not in KINDS:
        _guess_kind(found)
    came = block.seek(0, os.SEEK_END)
    is_wrong = not members.is_packed and (is_lost or came < int(stated) or not _is_followed(members))
    if is_wrong:
        end = true_end(members, begin, found.kind, fields)
        if end is not None:
            return _ended(members, found, stated, end)
        members.go_to(begin + came)
        behind = members.read(_FEW)
        if not is_lost and breaks_off(block, behind, int(stated), found.kind, fields):
            reason = f"a record of {stated} bytes that breaks off where another begins"
            raise Malformed(offset, reason, is_torn=True, is_page=found.kind in RESPONSES)
        members.go_to(begin + came)
    elif not members.is_packed:
        end = proved_end(block, found.kind, fields)
        members.go_to(begin + came if end is None else begin)
        if end is not None:
            return _ended(members, found, stated, end)
    if is_lost:
        raise Malformed(offset, f"Content-Length {stated!r} is no number", is_page=found.kind in RESPONSES)
    if not is_number:
        _cut_blanks(block, came)
        found.losses.append(f"Content-Length {stated!r} is no number; the block is read to its member's end")
        found.is_mended = True
    elif came < int(stated):
        _too_short(members, found, came, int(stated), offset)
    else:
        _look_behind(members, found, came)
    if is_wrong:
        if holds_record(block):
            found.losses.append("another record stands within its block, whose length is wrong")
    else:
        hidden = hides_record(block, found.kind, fields, is_closed=_blanks(members) == _CLOSED)
        if hidden == "sure":
            found.losses.append("another record stands within its block, though its length fits")
        elif hidden == "maybe":
            found.faults.append(
                "another record may stand within its block; nothing proves that the page holds it"
            )
    block.seek(0)
    return found


def _ended(members: Members, found: Parsed, stated: str, end: int) -> Parsed:
    """The record with the block that ends where its digest or HTTP's framing proves it."""
    found.block = _spool(members, end)
    if stated != str(end):
        found.faults.append(
            f"Content-Length {stated!r}, but its block is of {end} bytes, as its content proves"
        )
    found.is_mended = True
    return found


def _kind(fields: Fields, faults: list[str]) -> str:
    """The record's type; of several that differ, the one that makes a capture."""
    stated = [value.lower() for name, value in fields if name.lower() == "warc-type"]
    kind = next((one for one in stated if one in RESPONSES), stated[0] if stated else "")
    if len(set(stated)) > 1:
        faults.append(f"WARC-Type {' and '.join(stated)}, taken for {kind}")
    return kind


def _guess_kind(found: Parsed) -> None:
    """Guess a missing WARC-Type from the Content-Type; an unknown type is noted."""
    if found.kind:
        found.faults.append(f"WARC-Type {found.kind!r} is none that is known; the record is passed over")
        return
    content = found.get("content-type").lower().replace(" ", "")
    found.kind = next((kind for kind in ("response", "request") if f"msgtype={kind}" in content), "")
    if found.kind:
        found.faults.append(f"no WARC-Type; its Content-Type says {found.kind}")
    else:
        found.losses.append("no WARC-Type: the record is passed over")


def _too_short(members: Members, found: Parsed, came: int, stated: int, offset: int) -> None:
    """Note a member that ends within the block: a gzip member's checksum was right, so Content-Length is wrong.

    The same holds for a record of a plain file that is read at its known place, if only a few bytes are missing.
    """
    if not members.is_packed and not (members.is_bounded and stated - came <= _FEW):
        reason = f"the block has {came} of {stated} bytes"
        raise Malformed(offset, reason, is_page=found.kind in RESPONSES)
    _cut_blanks(found.block, came)
    found.losses.append(f"Content-Length {stated}, but its member ends after {came} bytes of the block")
    found.is_mended = True


def _look_behind(members: Members, found: Parsed, length: int) -> None:
    """Check the bytes behind the block: if they are neither blank lines nor a record, the length was wrong."""
    if _is_followed(members):
        return
    line = _next_line(members)
    if not _swallowed(members, found, length, line):
        _extend(members, found, length)


def _is_followed(members: Members) -> bool:
    """Whether a record, or nothing, stands behind the blank lines from here on; nothing is passed."""
    line = _next_line(members)
    return not line or is_version(line)


def _next_line(members: Members) -> bytes:
    """The next line that is not blank; nothing is passed."""
    return _blanks_and_line(members)[1]


def _blanks(members: Members) -> int:
    """The bytes of blank lines from here on; nothing is passed."""
    return _blanks_and_line(members)[0]


def _blanks_and_line(members: Members) -> tuple[int, bytes]:
    blanks, line = blank_lines(members)
    members.put_back(b"\r\n" * (blanks // 2) + b"\n" * (blanks % 2) + line)
    return blanks, line


def _swallowed(members: Members, found: Parsed, length: int, line: bytes) -> bool:
    """Put the beginning of the next record back, where the block reached into it."""
    tail_at = max(0, length - _FEW)
    found.block.seek(tail_at)
    tail = found.block.read()
    match = _VERSION_INSIDE.search(tail + line)
    if match is None or match.start(1) >= len(tail):
        return False
    end = tail_at + match.start(1)
    members.put_back(tail[match.start(1) :])
    _cut_blanks(found.block, end)
    found.faults.append(f"Content-Length {length}, of which {length - end} bytes are the next record's")
    found.is_mended = True
    return True


def _extend(members: Members, found: Parsed, length: int) -> None:
    """Add the bytes before the next record to the block: the rest of a member, or a few bytes of a plain file."""
    most = IN_MEMORY_BYTES if members.is_packed else _FEW
    passed: list[bytes] = []
    size = 0
    while size <= most and (line := members.readline()):
        if is_version(line):
            members.put_back(line)
            break
        passed.append(line)
        size += len(line)
    stray = b"".join(passed)
    if size > most or (not members.is_packed and b"WARC/".startswith(stray)):
        members.put_back(stray)
        return
    found.block.seek(0, os.SEEK_END)
    found.block.write(stray)
    _cut_blanks(found.block, length + size)
    found.losses.append(
        f"Content-Length {length}, but {size} bytes stand between it and the next record; they are taken for its own"
    )
    found.is_mended = True


def _cut_blanks(block: BinaryIO, length: int) -> None:
    """Cut a block that was read too far to its length, and the blank lines that end its record."""
    block.truncate(length)
    block.seek(max(0, length - 4))
    tail = block.read()
    for end in (b"\r\n\r\n", b"\n\n", b"\r\n", b"\n"):
        if tail.endswith(end):
            block.truncate(length - len(end))
            break


def _fields(members: Members, version: bytes, offset: int, faults: list[str]) -> Fields:
    fields: list[tuple[str, str]] = []
    for _ in range(_MAX_LINES):
        line = members.readline()
        if not line.endswith(b"\n"):
            break
        if _VERSION_BEHIND.search(line):
            reason = "a record's header that breaks off where another begins"
            raise Malformed(offset, reason, is_torn=not members.is_packed)
        if not line.strip(b"\r\n"):
            if _ends(members, line, version, fields):
                return tuple(fields)
            faults.append("a blank line within the header")
            continue
        text = as_text(line).rstrip("\r\n")
        if text[0] in " \t" and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {text.strip()}")
            continue
        name, _, value = text.partition(":")
        fields.append((name.strip(), value.strip()))
    raise Malformed(offset, f"the record's header does not end; {len(fields)} lines of it can be read")


def _ends(members: Members, line: bytes, version: bytes, fields: list[tuple[str, str]]) -> bool:
    """Whether a blank line ends the header: some tools wrote blank lines, or CR CR LF, inside the header."""
    is_odd = line not in (b"\r\n", b"\n") and not version.endswith(line)
    if not is_odd and _first(tuple(fields), "content-length"):
        return True
    following = members.readline()
    members.put_back(following)
    return _FIELD.match(following) is None


def _first(fields: Fields, wanted: str) -> str:
    return next((value for name, value in fields if name.lower() == wanted), "")


def _spool(members: Members, length: int | None) -> BinaryIO:
    """The next `length` bytes, or the rest of the member for None; in memory, or in a file if many."""
    left = length if length is not None else 1 << 62
    if left <= IN_MEMORY_BYTES:
        return BytesIO(members.read(left))
    # the file must outlive this function: it is the record's block
    block = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
    while left and (piece := members.read(min(left, 1 << 20))):
        block.write(piece)
        left -= len(piece)
    return block
