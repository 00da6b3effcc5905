"""What a record says of itself that is not so, and how another tool may have meant it."""

import hashlib
from collections.abc import Callable, Iterable
from typing import BinaryIO

from archive.record.digests import agrees, read_pieces
from archive.record.http import parse, payload_pieces, read_head
from archive.record.parsing.dates import is_odd, warc_date
from archive.record.parsing.found import Looked, Record

_NOTHING = hashlib.sha256().hexdigest()


def faults(record: Record) -> list[str]:
    """What is wrong with a record that could be read: digests that do not fit, header lines that lack.

    A payload digest over the transfer-encoded bytes, as warcio, wget and others write it, is accepted: the
    specification means the decoded ones. One over an algorithm unknown here is no fault.
    """
    if record.looked is not None:
        return list(record.looked.faults)
    found = list(record.faults)
    found += [f"no {name}" for name in ("WARC-Record-ID", "WARC-Date") if not record.get(name)]
    stated = record.get("WARC-Block-Digest")
    record.block.seek(0)
    if stated and not record.is_segmented and agrees(stated, read_pieces(record.block)) is False:
        found.append(f"the block is not that of its WARC-Block-Digest {stated}")
    stated = record.get("WARC-Payload-Digest")
    if stated and record.kind in ("response", "resource", "request"):
        meant = payload_meant(record, stated)
        if meant not in ("", _CHUNKED, _NO_BODY):
            found.append(f"the payload is not that of its WARC-Payload-Digest {stated}{meant}")
    record.block.seek(0)
    return found


def oddities(record: Record) -> list[str]:
    """faults(), and what other tools do that is no fault but not what the specification says."""
    if record.looked is not None:
        return list(record.looked.oddities)
    found = faults(record)
    date, uri = record.get("WARC-Date") or "", (record.get("WARC-Target-URI") or "").strip("<>")
    moment = warc_date(date)
    if moment is not None and is_odd(date):
        found.append(f"WARC-Date {date!r}, read as {moment:%Y-%m-%dT%H:%M:%S}Z")
    if uri and record.url not in (uri, f"{uri}/"):
        found.append(f"WARC-Target-URI {uri!r}, known as {record.url}")
    stated = record.get("WARC-Payload-Digest")
    if stated and record.kind == "response" and payload_meant(record, stated) == _CHUNKED:
        found.append(f"WARC-Payload-Digest {stated}{_CHUNKED}")
    record.block.seek(0)
    return found


def looked_at(record: Record) -> Looked:
    """What can be said of a record now, while its block is at hand."""
    return Looked(tuple(faults(record)), tuple(oddities(record)))


def holds_payload(record: Record, sha256: str) -> bool:
    """Whether a response or resource holds the payload with this digest, written in hex."""
    record.block.seek(0)
    pieces = read_pieces(record.block)
    if is_http_message(record):
        pieces = payload_pieces(record.block, read_head(record.block))
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    record.block.seek(0)
    return sha256 in (digest.hexdigest(), _NOTHING)  # an answer to HEAD has no payload, whatever came


def is_http_message(record: Record) -> bool:
    """Whether the block is an HTTP message: it begins as one, or its header says so and does not lie."""
    record.block.seek(0)
    begins = record.block.read(5).upper() in (b"HTTP/", b"ICY 2")
    record.block.seek(0)
    kind = (record.get("Content-Type") or "").lower()
    says = "http" in kind.partition(";")[0]
    if record.kind == "resource":
        return begins and says  # else a page that speaks of HTTP
    return begins or says or (not kind and not _is_markup(record))


def _is_markup(record: Record) -> bool:
    """Whether a block that nobody says the type of begins as a page does."""
    first = record.block.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    record.block.seek(0)
    return first.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<title", b"<body"))


_CHUNKED = ", which is over the bytes as transferred"
_NO_BODY = ", which is over no bytes"
_NOBODY_KNOWS = ", nor are the decoded body, the block or the bytes as transferred"


def payload_meant(record: Record, stated: str) -> str:
    """What a stated payload digest is over, as words that follow it; empty for the payload or an unknown algorithm."""
    words = _NOBODY_KNOWS
    for meaning, pieces in _MEANT.items():
        record.block.seek(0)
        if agrees(stated, pieces(record)) is not False:
            words = meaning
            break
    record.block.seek(0)
    return words


def agrees_somehow(record: Record, stated: str) -> bool:
    """Whether a payload digest may be of this response: what it states itself, or over anything tools digest."""
    if (record.get("WARC-Payload-Digest") or "").strip() == stated.strip():
        return True
    return payload_meant(record, stated) not in (_NOBODY_KNOWS, _NO_BODY)


def _payload(record: Record) -> Iterable[bytes]:
    if not is_http_message(record):
        return read_pieces(record.block)
    if record.kind == "request":
        return _behind_head(record)
    return payload_pieces(record.block, read_head(record.block))


def _behind_head(record: Record) -> Iterable[bytes]:
    if is_http_message(record):
        length = read_head(record.block).length if record.kind == "response" else _head_length(record.block)
        record.block.seek(length)
    return read_pieces(record.block)


def _decoded(record: Record) -> Iterable[bytes]:
    return (parse(record.block).body,)


def _block(record: Record) -> Iterable[bytes]:
    return read_pieces(record.block)


_MEANT: dict[str, Callable[[Record], Iterable[bytes]]] = {
    "": _payload,
    _CHUNKED: _behind_head,
    _NO_BODY: lambda _: (),
    ", which is over the decoded body": _decoded,
    ", which is over the whole block": _block,
}
"""What tools compute a payload digest over, the specification's way first."""


def _head_length(block: BinaryIO) -> int:
    block.seek(0)
    while block.readline() not in (b"\r\n", b"\n", b""):
        pass
    return block.tell()
