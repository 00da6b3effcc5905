"""Faults of a WARC record: wrong digests and missing header lines, and what another tool may have meant by them."""

import hashlib
from collections.abc import Callable, Iterable
from typing import BinaryIO

from archive.record.digests import agrees, read_pieces
from archive.record.files import is_foreign
from archive.record.http import parse, payload_pieces, read_head
from archive.record.parsing.dates import is_odd, warc_date
from archive.record.parsing.found import Looked, Record

_SINGLE = ("WARC-Target-URI", "WARC-Date", "WARC-Record-ID", "Content-Length")
_NOTHING = hashlib.sha256().hexdigest()


def faults(record: Record) -> list[str]:
    """The faults of a readable record: digests that do not match, header lines that are missing.

    The specification wants the payload digest over the bytes without Transfer-Encoding. warcio, wget and others compute
    it over the transfer-encoded bytes; such a digest is accepted. A digest with an unknown algorithm is no fault.
    """
    return list(record.looked.faults) if record.looked is not None else _faults(record)[0]


def _faults(record: Record) -> tuple[list[str], str]:
    """The faults, and the words of payload_meant(): digests are reckoned once for both."""
    found = list(record.faults)
    found += [f"no {name}" for name in ("WARC-Record-ID", "WARC-Date") if not record.get(name)]
    stated = record.get("WARC-Block-Digest")
    record.block.seek(0)
    if stated and not record.is_segmented and agrees(stated, read_pieces(record.block)) is False:
        found.append(f"the block is not that of its WARC-Block-Digest {stated}")
    stated = record.get("WARC-Payload-Digest")
    meant = ""
    if stated and record.kind in ("response", "resource", "request"):
        meant = payload_meant(record, stated)
        if meant not in ("", _CHUNKED, _NO_BODY):
            found.append(f"the payload is not that of its WARC-Payload-Digest {stated}{meant}")
    record.block.seek(0)
    return found, meant


def oddities(record: Record) -> list[str]:
    """The faults of a record, and harmless habits of other tools that differ from the specification."""
    if record.looked is not None:
        return list(record.looked.oddities)
    found, meant = _faults(record)
    return found + _habits(record, meant)


def _habits(record: Record, meant: str) -> list[str]:
    found = []
    date, uri = record.get("WARC-Date") or "", (record.get("WARC-Target-URI") or "").strip("<>")
    moment = warc_date(date)
    if moment is not None and is_odd(date):
        found.append(f"WARC-Date {date!r}, read as {moment:%Y-%m-%dT%H:%M:%S}Z")
    if uri and record.url not in (uri, f"{uri}/"):
        found.append(f"WARC-Target-URI {uri!r}, known as {record.url}")
    if record.kind == "response" and meant == _CHUNKED:
        found.append(f"WARC-Payload-Digest {record.get('WARC-Payload-Digest')}{_CHUNKED}")
    found += [f"several {name}, of which the first is believed" for name in _SINGLE if _differ(record, name)]
    record.block.seek(0)
    if record.kind == "response" and is_http_message(record):
        head = read_head(record.block)
        if head.status is None:
            found.append("; ".join(note.detail for note in head.notes))
    record.block.seek(0)
    return found


def _differ(record: Record, name: str) -> bool:
    return len(set(record.values(name))) > 1


def looked_at(record: Record) -> Looked:
    """Faults and oddities of a record, computed now while its block can be read."""
    if record.looked is not None:
        return record.looked
    found, meant = _faults(record)
    return Looked(tuple(found), (*found, *_habits(record, meant)))


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
    """Whether the block is an HTTP message, by its first bytes or by the record's Content-Type."""
    record.block.seek(0)
    begins = record.block.read(5).upper() in (b"HTTP/", b"ICY 2")
    record.block.seek(0)
    kind = (record.get("Content-Type") or "").lower()
    says = "http" in kind.partition(";")[0]
    if record.kind == "resource":
        return begins and says  # else a page that speaks of HTTP
    # warcio writes `application/http` before a page that it was given without a head
    return begins or ((says or not kind) and not (is_foreign(record.ref.file) and is_markup(record)))


def is_markup(record: Record) -> bool:
    """Whether a block begins like an HTML page."""
    record.block.seek(0)
    first = record.block.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    record.block.seek(0)
    return first.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<title", b"<body"))


_CHUNKED = ", which is over the bytes as transferred"
_NO_BODY = ", which is over no bytes"
_NOBODY_KNOWS = ", nor are the decoded body, the block or the bytes as transferred"


def payload_meant(record: Record, stated: str) -> str:
    """Words for the bytes that a payload digest was computed over; empty for the payload or an unknown algorithm."""
    words = _NOBODY_KNOWS
    for meaning, pieces in _MEANT.items():
        record.block.seek(0)
        if agrees(stated, pieces(record)) is not False:
            words = meaning
            break
    record.block.seek(0)
    return words


def agrees_somehow(record: Record, stated: str) -> bool:
    """Whether a payload digest fits this response: the record states it, or it fits bytes that some tool digests."""
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
"""The bytes over which tools compute a payload digest; the payload of the specification comes first."""


def _head_length(block: BinaryIO) -> int:
    block.seek(0)
    while block.readline() not in (b"\r\n", b"\n", b""):
        pass
    return block.tell()
