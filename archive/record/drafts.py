"""WARC records before they are written: header lines, block, digests, and the gzip member of each record.

Source: WARC 1.1 (iipc.github.io/warc-specifications), https://github.com/iipc/warc-specifications/issues/42
(WARC-Protocol) and /86 (WARC-Cipher-Suite).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import BinaryIO
from uuid import uuid4

from archive.capture import Exchange
from archive.hidden import hidden
from archive.record.digests import block_digest, read_pieces
from archive.record.http import read_head
from archive.record.identity import stated
from archive.record.members import packed, packed_pieces

with hidden(
    "fsspec"
):  # warcio loads it where it is installed: a twentieth of a second of every command's start
    from warcio.statusandheaders import StatusAndHeaders

IN_MEMORY_BYTES = 8 << 20  # records above this are compressed piece by piece

REQUEST = "application/http; msgtype=request"
RESPONSE = "application/http; msgtype=response"
FIELDS = "application/warc-fields"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
END = b"\r\n\r\n"  # of every record

_METHOD = re.compile(rb"[A-Za-z]{3,20}")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Original:
    """The response whose payload a later response repeats; it is never a revisit."""

    record_id: str
    url: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it is written: its own header lines, and its block as bytes or as a file."""

    kind: str
    record_id: str
    fields: tuple[tuple[str, str], ...]
    block: bytes | BinaryIO
    length: int


def new_record_id() -> str:
    """A new, unique record id."""
    return f"urn:uuid:{uuid4()}"


def place_lines(url: str, at: datetime, warcinfo_id: str) -> tuple[tuple[str, str], ...]:
    """The header lines that all records but warcinfo have."""
    return (
        ("WARC-Target-URI", uri(url)),
        ("WARC-Date", warc_date_of(at)),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
    )


def connection_lines(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The header lines for IP address, protocols and cipher suite of the connection."""
    lines = []
    if exchange.ip_address is not None:
        lines.append(("WARC-IP-Address", exchange.ip_address))
    lines += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher_suite is not None:
        lines.append(("WARC-Cipher-Suite", exchange.cipher_suite))
    return tuple(lines)


def metadata_fields(exchange: Exchange) -> list[tuple[str, str]]:
    """The fields of an exchange's metadata record; `via` and `fetchTimeMs` are names of the specification."""
    fields = []
    if exchange.via is not None:
        fields.append(("via", uri(exchange.via)))
    if exchange.elapsed_ms:
        fields.append(("fetchTimeMs", str(exchange.elapsed_ms)))
    if exchange.failure is not None:
        fields.append(("failure", exchange.failure))
    return [*fields, *exchange.metadata.items()]


def method_of(request: bytes) -> str:
    """The method in a request's first line, in upper case; GET where nothing was sent, or no method can be read."""
    word = request[:40].split(b" ", 1)[0]
    return word.decode("ascii").upper() if _METHOD.fullmatch(word) else "GET"


def resource_draft(record_id: str, response: BinaryIO, common: tuple[tuple[str, str], ...]) -> Draft:
    """The resource record of a page as a browser drew it. The block is the page without an HTTP head."""
    head = read_head(response)
    response.seek(head.length)
    block = response.read()
    kind = next((value for name, value in head.headers if name.lower() == "content-type"), "text/html")
    headers = (*common, ("WARC-Payload-Digest", block_digest((block,))))
    return bytes_draft("resource", record_id, headers, kind, block)


def revisit_draft(
    record_id: str,
    response: BinaryIO,
    common: tuple[tuple[str, str], ...],
    digest: str,
    repeats: Original,
    is_not_modified: bool,
) -> Draft:
    response.seek(0)
    length = read_head(response).length
    response.seek(0)
    block = response.read() if is_not_modified else response.read(length)
    headers = [*common, ("WARC-Profile", NOT_MODIFIED if is_not_modified else IDENTICAL)]
    if not is_not_modified:
        headers += [("WARC-Payload-Digest", digest), ("WARC-Truncated", "length")]
    headers += [
        ("WARC-Refers-To", f"<{stated(repeats.record_id)}>"),
        ("WARC-Refers-To-Target-URI", uri(repeats.url)),
        ("WARC-Refers-To-Date", warc_date_of(repeats.captured_at)),
    ]
    return bytes_draft("revisit", record_id, tuple(headers), RESPONSE, block)


def bytes_draft(
    kind: str, record_id: str, headers: tuple[tuple[str, str], ...], content_type: str, block: bytes
) -> Draft:
    lines = (*headers, ("Content-Type", content_type), ("WARC-Block-Digest", block_digest((block,))))
    return Draft(kind, record_id, lines, block, len(block))


def fields_block(fields: Iterable[tuple[str, str]]) -> bytes:
    """Lines of `application/warc-fields`; line ends inside a value become blanks."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode()


def member(draft: Draft) -> Iterable[bytes]:
    """The gzip member of a record: header lines as warcio writes them, the block untouched."""
    headers = [
        ("WARC-Type", draft.kind),
        ("WARC-Record-ID", f"<{draft.record_id}>"),
        *draft.fields,
        ("Content-Length", str(draft.length)),
    ]
    head: bytes = StatusAndHeaders("", headers, protocol="WARC/1.1").to_bytes()
    if isinstance(draft.block, bytes):
        return (packed(b"".join((head, draft.block, END))),)
    draft.block.seek(0)
    return packed_pieces(chain((head,), read_pieces(draft.block), (END,)))


def uri(url: str) -> str:
    """A URL that fits into a header line: blanks and control characters are escaped, the rest is unchanged."""
    return _UNFIT.sub(lambda match: f"%{ord(match[0]):02X}", url)


def warc_date_of(at: datetime) -> str:
    # strftime asks the system for its time zone at each call
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
