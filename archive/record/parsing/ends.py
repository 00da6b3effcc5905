"""The true end of a record whose stated length is wrong, in a file without gzip members.

A page can hold bytes that look like a record. So a version line alone proves no end: the record's own digest must agree
with the bytes before it, or HTTP's framing must end there. In a record that no server wrote, the first version line is
the end.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Literal

from archive.record.digests import agrees
from archive.record.http import payload_pieces, read_head
from archive.record.members import Members
from archive.record.parsing.found import Fields
from extract.article import Note

VERSION_LINE = rb"(?:\xef\xbb\xbf)?WARC/\d+\.\d+[^\S\n]*\n"
"""A record's first line, letters of either case, with whatever blanks and carriage returns a tool puts at its end."""
_VERSION_AT = re.compile(rb"(?:(?<=\n)|\A)" + VERSION_LINE, re.I)
_RECORD_INSIDE = re.compile(rb"WARC/\d\.\d\r{0,2}\n(?:WARC-|Content-)", re.I)
_BLANKS = re.compile(rb"(?:\r{0,2}\n)*")
_FIRST = 64 << 10  # bytes looked at first; four times as many each time that no end is found
_MOST = 8 << 20
_CANDIDATES = 64  # version lines tried within one record
_FORGED_BY_NOBODY = ("warcinfo", "request")
"""Kinds of records that hold no bytes of a server."""
_OF_HTTP = ("response", "revisit")
"""Kinds of records whose block is an HTTP response."""


def true_end(members: Members, begin: int, kind: str, fields: Fields) -> int | None:
    """The length of the block that begins at plain byte `begin`; None where no end can be proved.

    Afterwards the reader is at `begin`. A record that is longer than 8 MiB is not searched.
    """
    size, found, is_all = _FIRST, None, False
    while found is None and not is_all and size <= _MOST:
        members.go_to(begin)
        window = members.read(size)
        is_all = len(window) < size
        found = _end_in(window, kind, fields, is_all=is_all)
        if len(list(_candidates(window, is_all=False))) >= _CANDIDATES:
            break
        size *= 4
    members.go_to(begin)
    return found


def breaks_off(block: BinaryIO, behind: bytes, stated: int, kind: str, fields: Fields) -> bool:
    """Whether a record breaks off, for a writer's crash, and another record begins within its stated length.

    A response's stated length is then the one that HTTP's own Content-Length gives, and the block has it. `behind` are
    the bytes behind the block, in which the other record's first line may end.
    """
    if not _holds_no_page(kind, fields):
        came = block.seek(0, os.SEEK_END)
        block.seek(0)
        if kind != "response" or came != stated or _framed(block.read(_FIRST)) != stated:
            return False
    return holds_record(block, behind)


def holds_record(block: BinaryIO, behind: bytes = b"") -> bool:
    """Whether something that looks like a record begins within a block."""
    block.seek(0)
    tail = b""
    while piece := block.read(1 << 20):
        whole = tail + piece
        if _may_name(whole) and _RECORD_INSIDE.search(whole):
            return True
        tail = whole[-32:]
    match = _RECORD_INSIDE.search(tail + behind)
    return match is not None and match.start() < len(tail)


def _may_name(data: bytes) -> bool:
    """Whether a version line may be there: a word is found far faster than the pattern, and most pages have none."""
    return b"WARC/" in data or b"warc/" in data


def hides_record(
    block: BinaryIO, kind: str, fields: Fields, *, is_closed: bool
) -> Literal["sure", "maybe"] | None:
    """Whether a block, whose length fits, holds another record; None where nothing in it looks like one.

    It does where none can be: in a block of a kind that holds no page, in the head of an HTTP response, in a response
    whose own length is another, and in any other block that does not end in blank lines as it must (`is_closed`).
    Else it may be the page's own: surely where HTTP's length or the block's digest proves it (None), `maybe` without.
    """
    if not holds_record(block):
        return None
    block.seek(0)
    window = block.read(_MOST)
    size = block.seek(0, os.SEEK_END)
    end = _framed(window) if kind in _OF_HTTP else None
    is_broken = not is_closed or _holds_no_page(kind, fields)
    if kind in _OF_HTTP:
        head = read_head(BytesIO(window)).length
        is_broken = (kind == "revisit" or not is_closed) if end is None else end != size
        is_broken |= _RECORD_INSIDE.search(window, 0, head) is not None
    if is_broken:
        return "sure"
    whole = next((value for name, value in fields if name.lower() == "warc-block-digest"), "")
    return None if end == size or (whole and agrees(whole, (window,))) else "maybe"


def proved_end(block: BinaryIO, kind: str, fields: Fields) -> int | None:
    """The end within a block at which its digest is right, where another record stands inside the block.

    None where the digest proves no such end. A server cannot forge it: the digest is over all that it sent.
    """
    block.seek(0)
    window = block.read(_MOST)
    if not (_may_name(window) and _RECORD_INSIDE.search(window)):
        return None
    whole = tuple((name, value) for name, value in fields if name.lower() == "warc-block-digest")
    if not whole or agrees(whole[0][1], (window,)):
        return None
    end = _digested(window, kind, whole, is_all=False)
    return end if end is not None and end < block.seek(0, os.SEEK_END) else None


def _holds_no_page(kind: str, fields: Fields) -> bool:
    return kind in _FORGED_BY_NOBODY or (kind == "metadata" and _is_fields(fields))


def _end_in(window: bytes, kind: str, fields: Fields, *, is_all: bool) -> int | None:
    if _holds_no_page(kind, fields):
        is_closed = is_all and window.endswith((b"\n\r\n", b"\n\n"))  # else it may be torn
        first = next(_candidates(window, is_all=is_closed), None)
        inside = _RECORD_INSIDE.search(window)
        is_torn = inside is not None and (first is None or inside.start() < first)
        return None if first is None or is_torn else next(_ends_before(window, first))
    end = _framed(window) if kind == "response" else None
    if end is not None and _is_boundary(window, end, is_all=is_all):
        return end
    return _digested(window, kind, fields, is_all=is_all)


def _candidates(window: bytes, *, is_all: bool) -> Iterator[int]:
    """The places where the next record may begin: version lines, and the end of the file."""
    for match, _ in zip(_VERSION_AT.finditer(window), range(_CANDIDATES), strict=False):
        yield match.start()
    if is_all:
        yield len(window)


def _framed(window: bytes) -> int | None:
    """The end of an HTTP response by its own Content-Length or its last chunk; None where it states none."""
    block = BytesIO(window)
    head = read_head(block)
    notes: list[Note] = []
    has_body = head.status not in (204, 304)
    is_chunked = "chunked" in head.tokens("transfer-encoding")
    if _RECORD_INSIDE.search(window, 0, head.length):
        return None  # it breaks off within its head
    if head.status is None or (has_body and not is_chunked and head.header("content-length") is None):
        return None
    length = head.header("content-length") or ""
    if has_body and not is_chunked:
        return (
            head.length + int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        )
    came = sum(map(len, payload_pieces(block, head, "GET", notes))) if has_body else 0
    if any(note.kind in ("framing", "truncated") for note in notes):
        return None
    is_behind = any(note.kind == "surplus" for note in notes)  # one byte was read to see it
    return block.tell() - is_behind if has_body else head.length + came


def _digested(window: bytes, kind: str, fields: Fields, *, is_all: bool) -> int | None:
    """The end at which the block, or a resource's or response's payload, has the digest that the record states."""
    stated = [(name.lower(), value) for name, value in fields if name.lower().endswith("-digest")]
    whole = next((value for name, value in stated if name == "warc-block-digest"), "")
    payload = next((value for name, value in stated if name == "warc-payload-digest"), "")
    begins = read_head(BytesIO(window)).length if kind == "response" else 0
    for candidate in _candidates(window, is_all=is_all) if whole or payload else ():
        for end in _ends_before(window, candidate):
            if (whole and agrees(whole, (window[:end],))) or (
                payload and begins < end and agrees(payload, (window[begins:end],))
            ):
                return end
    return None


def _ends_before(window: bytes, candidate: int) -> Iterator[int]:
    """Where a block may end whose next record begins at `candidate`: other tools write fewer line ends, or none."""
    for blanks in (b"\r\n\r\n", b"\n\n", b"\r\n", b"\n", b""):
        if window.endswith(blanks, 0, candidate):
            yield candidate - len(blanks)


def _is_boundary(window: bytes, end: int, *, is_all: bool) -> bool:
    """Whether nothing but blank lines stands between `end` and the next record or the end of the file."""
    if end > len(window):
        return False
    blanks = _BLANKS.match(window, end)
    behind = blanks.end() if blanks else end
    return _VERSION_AT.match(window, behind) is not None or (is_all and behind == len(window))


def _is_fields(fields: Fields) -> bool:
    stated = next((value for name, value in fields if name.lower() == "content-type"), "")
    return stated.lower().startswith("application/warc-fields")
