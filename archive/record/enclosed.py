"""A page inside a fetched piece of another archive's WARC file. Common Crawl delivers its pages in this form."""

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_RECORD = 64 * 1024 * 1024  # bytes unpacked; Common Crawl cuts pages at 1 MB (5 since 2025)
HEAD = re.compile(rb"WARC/1\.\d\r\n(?P<fields>(?:[^\r\n]+\r\n)+)\r\n")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The response record inside a payload: the page's own address, the time of its fetch, and its HTTP block."""

    url: str
    fetched_at: datetime
    block: bytes
    digest: str | None = None
    """The payload digest that the record states."""


def enclosed(payload: bytes) -> Enclosed | None:
    """The response record in a payload, gzipped or plain; None where there is no whole response record."""
    whole = _unpacked(payload)
    head = HEAD.match(whole) if whole is not None else None
    if whole is None or head is None:
        return None
    fields = dict(_field(line) for line in head["fields"].decode("utf-8", "replace").splitlines())
    url = fields.get("warc-target-uri", "").strip("<>")
    length = fields.get("content-length", "")
    if fields.get("warc-type") != "response" or not url or not re.fullmatch(r"\d{1,12}", length):
        return None
    try:
        fetched_at = datetime.fromisoformat(fields.get("warc-date", "")).astimezone(UTC)
    except ValueError:
        return None
    block = whole[head.end() : head.end() + int(length)]
    digest = fields.get("warc-payload-digest")
    return Enclosed(url, fetched_at, block, digest) if len(block) == int(length) else None


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _unpacked(payload: bytes) -> bytes | None:
    if payload[:2] != b"\x1f\x8b":
        return payload
    stream = zlib.decompressobj(wbits=31)
    try:
        whole = stream.decompress(payload, LONGEST_RECORD)
    except zlib.error:
        return None
    return whole if stream.eof else None
