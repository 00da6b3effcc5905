"""Unpacking of files that were compressed as a whole, as far as they can be read."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

PIECE = 1 << 20
_PACKED_PIECE = 64 << 10  # unpacks to some 60 MB at worst
GZIP = b"\x1f\x8b"
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
ZSTD = (_ZSTD_FRAME, *_SKIPPABLE)
"""How a zstd file may begin: with a frame of data, or with one that readers pass over."""


class Broken(Exception):  # noqa: N818 - a state of the file: what came before is used
    """Compressed bytes cannot be unpacked to their end."""


def pieces(path: Path, start: int, length: int | None) -> Iterator[bytes]:
    """The bytes of a part of a file, unchanged."""
    left = path.stat().st_size - start if length is None else length
    with path.open("rb") as file:
        file.seek(start)
        while left and (piece := file.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


def unpacked_gzip(path: Path) -> Iterator[bytes]:
    """The plain bytes of a file's gzip members. Raises Broken after the readable bytes."""
    with path.open("rb") as file:
        yield from _unpacked(file, lambda: zlib.decompressobj(wbits=31), (GZIP,))


def unpacked_zstd(path: Path) -> Iterator[bytes]:
    """The plain bytes of a .warc.zst. Its dictionary, if any, is in a frame of its own at the beginning.

    Raises Broken after the readable bytes.
    Source: iipc.github.io/warc-specifications, "zstd compression for WARC files".
    """
    with path.open("rb") as file:
        unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(file))
        yield from _unpacked(file, unpacker.decompressobj, ZSTD)


def _unpacked(file: BinaryIO, new_stream: Callable[[], Any], magic: tuple[bytes, ...]) -> Iterator[bytes]:
    """The plain bytes of consecutive gzip members or zstd frames."""
    rest = file.read(_PACKED_PIECE)
    while rest.startswith(magic):
        if rest.startswith(_SKIPPABLE):
            rest = _passed(file, rest)
            continue
        stream = new_stream()
        while not stream.eof:
            if not rest:
                raise Broken("it ends within what was compressed")
            try:
                yield stream.decompress(rest)
            except (zlib.error, zstandard.ZstdError) as error:
                raise Broken(f"it cannot be unpacked further ({error})") from error
            rest = stream.unused_data if stream.eof else file.read(_PACKED_PIECE)
        if len(rest) < 8:
            rest += file.read(_PACKED_PIECE)
    if rest.strip(b"\0"):  # some tools fill their last block with zeros
        raise Broken(f"what follows is not compressed: {rest[:20]!r}")


def _passed(file: BinaryIO, rest: bytes) -> bytes:
    """The bytes behind the skippable frame at the beginning of `rest`."""
    size = 8 + int.from_bytes(rest[4:8], "little")
    if len(rest) < size:
        file.seek(size - len(rest), 1)
        rest = b""
    else:
        rest = rest[size:]
    return rest + file.read(_PACKED_PIECE) if len(rest) < 8 else rest


def _dictionary(file: BinaryIO) -> zstandard.ZstdCompressionDict | None:
    """The dictionary among the skippable frames at the file's beginning; the file is left at its beginning."""
    at = 0
    found = None
    while (head := file.read(8)).startswith(_SKIPPABLE) and len(head) == 8 and found is None:
        size = int.from_bytes(head[4:8], "little")
        if head.startswith(_DICTIONARY_FRAME):
            found = _read_dictionary(file.read(min(size, 64 << 20)))
        at += 8 + size
        file.seek(at)
    file.seek(0)
    return found


def _read_dictionary(raw: bytes) -> zstandard.ZstdCompressionDict | None:
    try:
        if raw.startswith(_ZSTD_FRAME):
            raw = zstandard.ZstdDecompressor().decompress(raw, max_output_size=64 << 20)
    except zstandard.ZstdError:
        return None
    return zstandard.ZstdCompressionDict(raw) if raw else None
