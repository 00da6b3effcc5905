"""Digests as web archives write them: sha1 in base32 for the record, sha256 in hex for the database."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from archive.record.http import payload_pieces, read_head

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Payload:
    """Digests and length of a response's payload: Transfer-Encoding removed, Content-Encoding kept (WARC 1.1 §5.9).

    `sha1` is written `sha1:` and base32, `sha256` in hex; `length` is bytes.
    """

    sha1: str
    sha256: str
    length: int


def payload_of(response: BinaryIO, method: str = "GET") -> Payload:
    """The digests of a response's payload, which is read piece by piece; `method` is the method of the request.

    The file is read from its current position. Afterwards it is at that position again.
    """
    start = response.tell()
    head = read_head(response)
    sha1, sha256, length = hashlib.sha1(), hashlib.sha256(), 0
    for piece in payload_pieces(response, head, method):
        sha1.update(piece)
        sha256.update(piece)
        length += len(piece)
    response.seek(start)
    return Payload(in_base32(sha1.digest()), sha256.hexdigest(), length)


def payload_in(payload: bytes) -> Payload:
    """The digests of a payload in memory."""
    return Payload(
        in_base32(hashlib.sha1(payload).digest()), hashlib.sha256(payload).hexdigest(), len(payload)
    )


def payload_digest(response: BinaryIO, method: str = "GET") -> str:
    """The sha1 of a response's payload, as in payload_of().sha1; sha256 and length are not computed."""
    start = response.tell()
    digest = block_digest(payload_pieces(response, read_head(response), method))
    response.seek(start)
    return digest


def block_digest(pieces: Iterable[bytes]) -> str:
    """The sha1 of all pieces in order, written `sha1:` and base32."""
    sha1 = hashlib.sha1()
    for piece in pieces:
        sha1.update(piece)
    return in_base32(sha1.digest())


def in_base32(sha1: bytes) -> str:
    """A sha1 as web archives write it: `sha1:` and base32."""
    return f"sha1:{base64.b32encode(sha1).decode()}"


def agrees(stated: str, pieces: Iterable[bytes]) -> bool | None:
    """Whether the bytes have the digest that a record states; None where algorithm or notation is unknown.

    Other tools use more algorithms than sha1, and write digests in hex or base64, too.
    """
    name, _, value = stated.strip().partition(":")
    algorithm = name.lower().replace("-", "")
    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        return None
    digest = hashlib.new(algorithm)
    for piece in pieces:
        digest.update(piece)
    wanted = _decoded(value.strip(), digest.digest_size)
    return None if wanted is None else wanted == digest.digest()


def in_our_form(stated: str | None) -> str | None:
    """A stated sha1 in the notation of our own records, base32 in capitals; any other digest is returned unchanged."""
    name, _, value = (stated or "").strip().partition(":")
    digest = _decoded(value.strip(), 20) if name.lower().replace("-", "") == "sha1" else None
    return in_base32(digest) if digest else stated


def _decoded(value: str, size: int) -> bytes | None:
    """The bytes of a digest written in hex, base32 or base64. The notation whose length fits is taken."""
    for decode in (binascii.unhexlify, _from_base32, base64.b64decode):
        try:
            digest = decode(value)
        except (binascii.Error, ValueError):
            continue
        if len(digest) == size:
            return bytes(digest)
    return None


def _from_base32(value: str) -> bytes:
    return base64.b32decode(value.upper() + "=" * (-len(value) % 8))


def read_pieces(file: BinaryIO) -> Iterable[bytes]:
    """A file's bytes from its current position, a megabyte at a time."""
    while piece := file.read(_PIECE):
        yield piece
