"""Content codings (gzip, deflate, br, zstd) are undone piece by piece, wrong labels and broken streams included."""

import zlib
from collections.abc import Callable, Iterator
from itertools import chain, count

import brotli
import zstandard

from archive.record.members import whole_member
from extract.article import Note

STEP = 1 << 20  # bytes; no decoder hands out more than about this at once
MOST_MEMBERS = 20_000  # of one gzip stream: real ones have one, a few servers one for each piece they sent
Decoder = Callable[[Iterator[bytes], list[Note]], Iterator[bytes]]


def plain(pieces: Iterator[bytes], coding: str, notes: list[Note]) -> Iterator[bytes]:
    """The decoded bytes of one content coding, as far as the stream can be read.

    Bytes that never were in that coding pass through with a note: a proxy or another archiver decoded them and left the
    label. Bytes in a coding that DECODERS does not name pass through with a note, too. A broken or cut stream gives its
    readable bytes and a note. Never raises on any bytes. The caller limits the total size.
    """
    first = next((piece for piece in pieces if piece), b"")
    if not first:
        return
    decoder = DECODERS.get(coding)
    if decoder is None:
        notes.append(Note("coding", f"{coding!r} is no coding that can be undone"))
    elif not looks_like(first, coding):
        notes.append(Note("mislabelled", f"called {coding}, begins {first[:16]!r}"))
        decoder = None
    if decoder is None:
        yield first
        yield from pieces
        return
    yield from decoder(_from(first, pieces), notes)


def _from(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def looks_like(first: bytes, coding: str) -> bool:
    """Whether the bytes can be in the coding: by its magic number; without one, by a control character or a trial."""
    magic = MAGIC.get(coding)
    if magic is not None:
        return first.startswith(magic)
    if begins_in(first) in MAGIC:
        return False
    # most of deflate or brotli holds a control character in its first 64 bytes; a page does not
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in first[:64]):
        return True
    return _is_whole(first, coding)


def _is_whole(data: bytes, coding: str) -> bool:
    """Whether the bytes are one stream of the coding, to its end; a stream of more than STEP is not read further."""
    notes: list[Note] = []
    length = 0
    # small pieces, for a decoder that is at its end passes over the rest of a piece
    pieces = _sliced(iter((data,)), 2 if len(data) < 4096 else 4096)
    for out in DECODERS[coding](pieces, notes):
        length += len(out)
        if length > STEP:
            return True
    is_full = length > 0 or len(data) == 1  # a byte alone stands for an empty body
    return is_full and not notes and next(pieces, None) is None


def begins_in(body: bytes) -> str | None:
    """The coding in which a body begins, by bytes with which no page begins."""
    return next((coding for coding, signs in _SIGNS.items() if body.startswith(signs)), None)


def _gunzipped(pieces: Iterator[bytes], notes: list[Note]) -> Iterator[bytes]:
    """Every member of a gzip stream (RFC 1952), checked by its own checksum."""
    rest = next(pieces, b"")
    is_first = True
    for number in count():
        if number == MOST_MEMBERS:
            notes.append(Note("coding", f"more than {MOST_MEMBERS} gzip members, not read further"))
            return
        # a second member is rare, and thousands of them would each be begun twice
        member = whole_member(rest, STEP) if is_first else None
        is_first = False
        if member is not None:
            out, rest = member
            yield out
        else:
            stream = zlib.decompressobj(wbits=31)
            yield from _inflated_stream(stream, chain((rest,), pieces), notes, "gzip")
            if not stream.eof:
                return
            rest = stream.unused_data
        if not number:
            # the bytes behind a member's end are copied for each member
            pieces = _sliced(chain((rest,), pieces), 4096)
            rest = next(pieces, b"")
        while len(rest) < 2 and (more := next(pieces, b"")):
            rest += more
        if rest[:2] != b"\x1f\x8b":
            if rest.strip(b"\0"):
                notes.append(Note("coding", f"bytes after the gzip stream: {rest[:16]!r}"))
            return


def _inflated(pieces: Iterator[bytes], notes: list[Note]) -> Iterator[bytes]:
    """HTTP's `deflate`: a zlib stream by the standard, a bare deflate stream from many servers."""
    first = next(pieces, b"")
    has_zlib_header = len(first) >= 2 and first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0
    stream = zlib.decompressobj(wbits=15 if has_zlib_header else -15)
    yield from _inflated_stream(stream, _from(first, pieces), notes, "deflate")


def _inflated_stream(
    stream: "zlib._Decompress", pieces: Iterator[bytes], notes: list[Note], coding: str
) -> Iterator[bytes]:
    for piece in pieces:
        waiting = piece
        while waiting and not stream.eof:
            before = stream.copy()
            try:
                out = stream.decompress(waiting, STEP)
            except zlib.error as error:
                notes.append(Note("coding", f"{coding} stream is broken: {error}"))
                yield from _salvaged(before, waiting)
                return
            waiting = stream.unconsumed_tail
            if out:
                yield out
        if stream.eof:
            return
    last = stream.flush()
    if last:
        yield last
    if not stream.eof:
        notes.append(Note("coding", f"{coding} stream ends before its end"))


def _salvaged(stream: "zlib._Decompress", broken: bytes) -> Iterator[bytes]:
    """The decoded bytes before the broken byte. A decoder that raises loses all output of that call."""
    for step in (4096, 1):
        for at in range(0, len(broken), step):
            before = stream.copy() if step > 1 else stream
            try:
                out = stream.decompress(broken[at : at + step])
            except zlib.error:
                stream, broken = before, broken[at : at + step]
                break
            yield out


def _unbrotlied(pieces: Iterator[bytes], notes: list[Note]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in _sliced(pieces, 4096):
        waiting = piece
        while waiting or not stream.can_accept_more_data():
            try:
                out = stream.process(waiting, output_buffer_limit=STEP)
            except brotli.error:
                notes.append(Note("coding", "br stream is broken"))
                return
            waiting = b""
            if out:
                yield out
            if stream.is_finished():
                return
    if not stream.is_finished():
        notes.append(Note("coding", "br stream ends before its end"))


def _unzstded(pieces: Iterator[bytes], notes: list[Note]) -> Iterator[bytes]:
    """Every frame of a zstd stream (RFC 8878)."""
    # 8 MB is the largest window HTTP allows (RFC 9659); a hostile header could ask for gigabytes
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 23)
    frame = unpacker.decompressobj()
    is_between = False
    # four bytes can stand for a block of 128 KiB: a slice of 1 KiB makes 32 MiB at worst
    for piece in _sliced(pieces, 1024):
        waiting = piece
        while waiting:
            try:
                out = frame.decompress(waiting)
            except zstandard.ZstdError as error:
                notes.append(Note("coding", f"zstd stream is broken: {error}"))
                return
            if out:
                yield out
            waiting = frame.unused_data
            is_between = frame.eof
            if frame.eof:
                frame = unpacker.decompressobj()
    if not is_between:
        notes.append(Note("coding", "zstd stream ends before its end"))


def _sliced(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Smaller pieces, so that an error or a bomb costs no more than one of them."""
    for piece in pieces:
        for at in range(0, len(piece), size):
            yield piece[at : at + size]


DECODERS: dict[str, Decoder] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstded,
}
MAGIC: dict[str, tuple[bytes, ...]] = {
    "gzip": (b"\x1f\x8b",),
    "x-gzip": (b"\x1f\x8b",),
    "zstd": (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n, 0x2A, 0x4D, 0x18]) for n in range(16))),
}
_SIGNS = {
    "gzip": (b"\x1f\x8b\x08",),
    "zstd": (b"\x28\xb5\x2f\xfd",),
    "deflate": (b"\x78\x01", b"\x78\x9c", b"\x78\xda"),
}
