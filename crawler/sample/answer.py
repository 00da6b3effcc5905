"""An HTTP answer as a value, and the bytes that send it."""

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

import brotli
import zstandard

from crawler.sample.outlets import Outlet

MISHAPS = frozenset({"reset", "truncated", "cut-chunks", "cut-gzip", "silent", "slow", "hangs-up"})


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A request, header names in lower case. `before` counts the earlier requests for the same address."""

    method: str
    scheme: str
    host: str
    target: str
    headers: dict[str, str]
    raw: bytes
    before: int = 0

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query without its question mark, empty if there is none."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """A host's answer. `body` is the body before compression.

    `coding` is used only for clients that accept it. `mishap` is an error of the transfer: `reset` (half the
    head, then RST), `truncated` (half of the announced length), `cut-chunks` (no last chunk), `cut-gzip` (a whole
    message around half a gzip stream), `silent` (closed without a byte), `slow` (a byte a second), `hangs-up` (whole,
    and closed without having said so). `framing` is `length`, `chunked`, `close`, `trailers` (chunks with extensions,
    a trailer behind them), `both` (chunks and a length that is wrong), `twice` (the length in two lines) or `old`
    (HTTP/1.0 and nothing about the length).
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html"
    coding: str | None = None
    framing: str = "length"
    headers: tuple[tuple[str, str], ...] = ()
    validators: frozenset[str] = frozenset()
    modified: datetime | None = None
    mishap: str | None = None


Maker = Callable[[SampleRequest], Answer]


@dataclass(frozen=True, slots=True)
class Sending:
    """Bytes for the wire, and the fate of the connection after them: `keep`, `close`, `reset` or `slow`."""

    data: bytes
    then: str
    status: int = field(default=200)


def text_answer(
    outlet: Outlet, text: str, modified: datetime | None = None, content_type: str = ""
) -> Answer:
    """A page in its outlet's charset, compression and framing.

    Characters the charset lacks become numeric references, as content systems write them.
    """
    kind = content_type or "text/html"
    if not content_type and outlet.charset_in_header:
        kind += f"; charset={outlet.label}"
    return Answer(
        body=text.encode(outlet.codec, "xmlcharrefreplace"),
        content_type=kind,
        coding=outlet.coding,
        framing=outlet.framing,
        headers=outlet.headers,
        validators=outlet.validators,
        modified=modified,
    )


def redirect(to: str, status: int = 301) -> Answer:
    """A redirect with nginx's little page."""
    name = HTTPStatus(status).phrase
    page = f"<html>\r\n<head><title>{status} {name}</title></head>\r\n<body>{status} {name}</body>\r\n</html>\r\n"
    return Answer(page.encode(), status, headers=(("Server", "nginx"), ("Location", to)))


def missing() -> Answer:
    """A plain 404."""
    page = (
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n"
        "<body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n"
    )
    return Answer(page.encode(), 404, headers=(("Server", "nginx"),))


def sending(answer: Answer, asked: SampleRequest, now: datetime) -> Sending:
    """The bytes of an answer to a request; `now` (UTC) is the time of the Date header."""
    answer = _conditional(answer, asked)
    body = _coded(answer, asked)
    headers = [("Date", format_datetime(now, usegmt=True)), *answer.headers]
    if answer.status != 304:
        headers.append(("Content-Type", answer.content_type))
    headers += _validators(answer, coded=body is not answer.body)
    if body is not answer.body:
        headers += [("Content-Encoding", answer.coding or ""), ("Vary", "Accept-Encoding")]
    if answer.mishap == "cut-gzip":
        body = body[: len(body) // 2]
    framed = _framed(body, answer.framing)
    headers += _framing_headers(answer.framing, len(body), bodiless=answer.status == 304)
    head = _head(answer.status, headers, "HTTP/1.0" if answer.framing == "old" else "HTTP/1.1")
    if asked.method == "HEAD" or answer.status == 304:
        framed = b""
    return _with_mishap(answer, head, framed, close=answer.framing in ("close", "old"))


def etag(answer: Answer, *, coded: bool) -> str:
    """The entity tag of an answer's body; it is weak if the body is sent compressed."""
    tag = '"' + hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()[:16] + '"'
    return "W/" + tag if coded else tag


def _conditional(answer: Answer, asked: SampleRequest) -> Answer:
    """The answer, with status 304 if the client has the present page already."""
    if answer.status != 200 or asked.method not in ("GET", "HEAD"):
        return answer
    held = asked.headers.get("if-none-match")
    if held and "etag" in answer.validators:
        same = held.removeprefix("W/") == etag(answer, coded=False)
    else:
        same = _not_modified_since(answer, asked.headers.get("if-modified-since"))
    return replace(answer, status=304) if same else answer


def _not_modified_since(answer: Answer, since: str | None) -> bool:
    if since is None or answer.modified is None or "modified" not in answer.validators:
        return False
    try:
        return parsedate_to_datetime(since) >= answer.modified
    except ValueError:  # a client's unreadable date asks for the whole page
        return False


def _coded(answer: Answer, asked: SampleRequest) -> bytes:
    accepted = {
        part.partition(";")[0].strip() for part in asked.headers.get("accept-encoding", "").split(",")
    }
    if answer.coding is None or answer.coding not in accepted or not answer.body or answer.status != 200:
        return answer.body
    return _CODERS[answer.coding](answer.body)


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "deflate": lambda body: zlib.compress(body, 6),
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "zstd": _zstd,
}


def _validators(answer: Answer, *, coded: bool) -> list[tuple[str, str]]:
    if answer.status not in (200, 304):
        return []
    made = []
    if "etag" in answer.validators:
        made.append(("ETag", etag(answer, coded=coded)))
    if "modified" in answer.validators and answer.modified:
        made.append(("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True)))
    return made


def _framing_headers(framing: str, length: int, *, bodiless: bool) -> list[tuple[str, str]]:
    if bodiless:
        return []
    chunks = ("Transfer-Encoding", "chunked")
    return {
        "length": [("Content-Length", str(length))],
        "twice": [("Content-Length", str(length)), ("Content-Length", str(length))],
        "chunked": [chunks],
        "trailers": [chunks, ("Trailer", "X-Checksum")],
        "both": [("Content-Length", str(length + 500)), chunks],
        "close": [("Connection", "close")],
        "old": [],
    }[framing]


def _framed(body: bytes, framing: str) -> bytes:
    if framing not in ("chunked", "trailers", "both"):
        return body
    extension, trailer = (b";n=1", b"X-Checksum: 1\r\n") if framing == "trailers" else (b"", b"")
    # uneven sizes, the first one tiny: readers must not take a chunk for a line or a tag
    edges = [0, 7, *range(1400, len(body), 4096)]
    parts = [body[start:end] for start, end in zip(edges, [*edges[1:], len(body)], strict=True)]
    chunks = (b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts if part)
    return b"".join(chunks) + b"0\r\n%s\r\n" % trailer


def _head(status: int, headers: list[tuple[str, str]], version: str) -> bytes:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Other"
    lines = [f"{version} {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _with_mishap(answer: Answer, head: bytes, framed: bytes, *, close: bool) -> Sending:
    status = answer.status
    match answer.mishap:
        case "reset":
            return Sending(head[: len(head) // 2], "reset", status)
        case "silent":
            return Sending(b"", "close", status)
        case "truncated":
            return Sending(head + framed[: len(framed) // 2], "close", status)
        case "cut-chunks":
            return Sending(head + framed.removesuffix(b"0\r\n\r\n"), "close", status)
        case "slow":
            return Sending(head + framed, "slow", status)
        case "hangs-up":
            return Sending(head + framed, "close", status)
        case _:
            return Sending(head + framed, "close" if close else "keep", status)
