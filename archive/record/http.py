"""Reading of raw HTTP/1.x responses: head, payload and body; the stored bytes are not changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from archive.record.codings import STEP, begins_in, plain
from extract.article import Note

MAX_BODY_BYTES = 64 << 20  # a larger body is a decompression bomb or a film
PAGE_BYTES = 16 << 20  # articles are far below this; who looks for one reads no more, so memory stays flat
MAX_HEAD_BYTES = 1 << 20
MAX_CODINGS = 5  # stacked; curl refuses more too

Headers = tuple[tuple[str, str], ...]

_STATUS_LINE = re.compile(rb"[ \t]*(HTTP/\d+(?:\.\d+)?|HTTP|ICY)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.I | re.S)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.S)
_NO_CODING = {"", "identity", "none"}


@dataclass(frozen=True, slots=True)
class Head:
    """A status line and its header lines, as received and in order; text is latin-1.

    `status` is None where no status line can be read. `length` counts the block's bytes before the body,
    interim (1xx) responses included; `interim` holds their status codes.
    """

    version: str
    status: int | None
    reason: str
    headers: Headers
    length: int
    interim: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()

    def header(self, name: str) -> str | None:
        """First value of a header, names compared without case."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def tokens(self, name: str) -> list[str]:
        """The comma-separated words of a header in lower case, their parameters cut."""
        words = ",".join(self.values(name)).split(",")
        return [word.split(";")[0].strip().lower() for word in words]


@dataclass(frozen=True, slots=True)
class Message:
    """A response after decoding.

    `payload` is the entity: Transfer-Encoding removed, Content-Encoding kept. `body` has both removed.
    `notes` name every part that is broken, cut, mislabelled or left out; their kinds are `head`, `framing`,
    `truncated`,
    `surplus`, `coding`, `mislabelled`, `oversize`. `interim` are the codes of the 1xx responses before it.
    """

    version: str
    status: int | None
    reason: str
    headers: Headers
    payload: bytes
    body: bytes
    notes: tuple[Note, ...] = ()
    trailers: Headers = ()
    interim: tuple[int, ...] = ()

    def header(self, name: str) -> str | None:
        """First value of a header, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def parse(
    block: BinaryIO | bytes, *, method: str = "GET", max_bytes: int = MAX_BODY_BYTES, is_decoding: bool = True
) -> Message:
    """The response in `block`, as far as it can be read.

    `method` is the method of the request: an answer to HEAD has no body, whatever its headers say. Payload and body are
    cut at `max_bytes` each, with a note. Without `is_decoding` the body is left out. A file is read from its current
    position, and is at that position again afterwards. Never raises on any bytes.
    Source: RFC 9112 §6.3, RFC 9110 §8.4.
    """
    file = BytesIO(block) if isinstance(block, bytes) else block
    start = file.tell()
    head = read_head(file)
    notes = list(head.notes)
    trailers: list[tuple[str, str]] = []
    payload = _joined(payload_pieces(file, head, method, notes, trailers), max_bytes, "payload", notes)
    body = b""
    if is_decoding:
        body = _body(head, payload, max_bytes, notes)
        if _may_go_on(head, method, notes):
            file.seek(start + head.length)
            whole = _joined(_read_all(file), max_bytes, "body", notes)
            body = _longer(head, payload, body, whole, max_bytes, notes)
    file.seek(start)
    return Message(
        head.version,
        head.status,
        head.reason,
        head.headers,
        payload,
        body,
        tuple(notes),
        tuple(trailers),
        head.interim,
    )


def repeated(head: Head, payload: bytes, *, max_bytes: int = MAX_BODY_BYTES) -> Message:
    """The response made of this head and this payload, for revisits: their payload is in another record."""
    notes = list(head.notes)
    body = _body(head, payload, max_bytes, notes)
    return Message(head.version, head.status, head.reason, head.headers, payload, body, tuple(notes))


def head_of_revisit(revisit: BinaryIO | None, original: BinaryIO) -> Head:
    """The head in a revisit's record; where it has none, the head of the response that it repeats."""
    if revisit is not None:
        own = read_head(revisit)
        revisit.seek(0)
        if own.length:
            return own
    head = read_head(original)
    original.seek(0)
    return head


def read_head(block: BinaryIO) -> Head:
    """The head of the final response. Afterwards the file is at the first byte of the body.

    Interim (1xx) responses before it are skipped. If the block ends behind an interim response, that is the head.
    """
    start = block.tell()
    interim: list[int] = []
    while True:
        begin = block.tell()
        lines, is_whole = _read_lines(block)
        head = _head(lines, is_whole)
        if head is None:
            if interim and not lines:  # nothing after the interim response
                head = Head(
                    "", interim.pop(), "", (), 0, notes=(Note("head", "only interim responses came"),)
                )
            else:
                block.seek(begin)
                head = Head("", None, "", (), 0, notes=(_no_status(lines),))
        elif head.status is not None and 100 <= head.status < 200 and head.status != 101 and is_whole:
            interim.append(head.status)
            continue
        length = block.tell() - start
        return Head(head.version, head.status, head.reason, head.headers, length, tuple(interim), head.notes)


def payload_pieces(
    block: BinaryIO,
    head: Head,
    method: str = "GET",
    notes: list[Note] | None = None,
    trailers: list[tuple[str, str]] | None = None,
) -> Iterator[bytes]:
    """The payload of the response whose head has just been read from `block`, piece by piece.

    WARC-Payload-Digest is computed over these bytes. The function appends to `notes` and `trailers`.
    """
    notes = [] if notes is None else notes
    trailers = [] if trailers is None else trailers
    if method.upper() == "HEAD" or head.status in (204, 304):
        if block.read(1):
            notes.append(Note("surplus", f"a body after status {head.status} to {method}, where none may be"))
        return iter(())
    codings = _codings(head, "transfer-encoding", notes)
    if "chunked" in codings:
        pieces = _dechunked(block, notes, trailers)
    elif codings:
        pieces = _read_all(block)
    else:
        return _measured(block, _content_length(head, notes), notes)
    for coding in reversed([coding for coding in codings if coding != "chunked"]):
        pieces = plain(pieces, coding, notes)
    return pieces


def _read_lines(block: BinaryIO) -> tuple[list[bytes], bool]:
    """The lines before the blank line, and whether the blank line came; blank lines before the first are skipped."""
    lines: list[bytes] = []
    left = MAX_HEAD_BYTES
    while left > 0:
        line = block.readline(left)
        left -= len(line)
        if not line.endswith(b"\n"):
            return ([*lines, line] if line and not lines else lines), False
        text = line[:-2] if line.endswith(b"\r\n") else line[:-1]
        if text.strip(b"\r"):  # some tools end each line in CR CR LF
            lines.append(text)
        elif lines:
            return lines, True
    return lines, False


def _head(lines: list[bytes], is_whole: bool) -> Head | None:
    """The head in `lines`; None where the first line is no status line."""
    if not lines:
        return None
    first = lines[0].lstrip()
    notes: list[Note] = []
    if not is_whole:
        notes.append(Note("truncated", f"the head ends without a blank line after {lines[-1][:80]!r}"))
    match = _STATUS_LINE.fullmatch(first)
    if match is None:
        if first[:5].upper() != b"HTTP/"[: len(first)]:
            return None
        notes.append(Note("head", f"status line {first[:80]!r}"))
        return Head("", None, "", _headers(lines[1:], notes), 0, notes=tuple(notes))
    version, code, reason = (part.decode("latin-1") for part in match.groups())
    return Head(version, int(code), reason.strip(), _headers(lines[1:], notes), 0, notes=tuple(notes))


def _no_status(lines: list[bytes]) -> Note:
    return Note("head", f"no status line but {lines[0][:80]!r}" if lines else "not one whole line came")


def _headers(lines: list[bytes], notes: list[Note]) -> Headers:
    """Names and values; a line beginning with a blank continues the one before (obs-fold)."""
    headers: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("latin-1")
        if text[0] in " \t" and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text.strip()}".strip())
            continue
        name, colon, value = text.partition(":")
        if colon:
            headers.append((name.strip(), value.strip(" \t\r")))
        else:
            notes.append(Note("head", f"header line without a colon: {text[:80]!r}"))
    return tuple(headers)


def _codings(head: Head, name: str, notes: list[Note]) -> list[str]:
    codings = [token for token in head.tokens(name) if token not in _NO_CODING]
    if len(codings) > MAX_CODINGS:
        notes.append(Note("coding", f"{len(codings)} codings stacked in {name}; {MAX_CODINGS} undone"))
        return codings[-MAX_CODINGS:]
    return codings


def _content_length(head: Head, notes: list[Note]) -> int | None:
    """The Content-Length of the head; None where it is missing or not credible."""
    values = {value.strip() for line in head.values("content-length") for value in line.split(",")}
    if not values:
        return None
    value = values.pop()
    if values or not value.isascii() or not value.isdigit() or len(value) > 18:
        notes.append(Note("framing", f"Content-Length {head.values('content-length')!r}"))
        return None
    return int(value)


def _measured(block: BinaryIO, length: int | None, notes: list[Note]) -> Iterator[bytes]:
    if length is None:
        yield from _read_all(block)
        return
    left = length
    while left:
        piece = block.read(min(left, STEP))
        if not piece:
            notes.append(Note("truncated", f"Content-Length {length}, {length - left} came"))
            return
        left -= len(piece)
        yield piece
    if block.read(1):
        notes.append(Note("surplus", f"bytes after the {length} of Content-Length"))


def _read_all(block: BinaryIO) -> Iterator[bytes]:
    while piece := block.read(STEP):
        yield piece


def _dechunked(block: BinaryIO, notes: list[Note], trailers: list[tuple[str, str]]) -> Iterator[bytes]:
    """The data of all chunks, up to the last chunk or the first place without a valid chunk."""
    start = at = block.tell()
    while True:
        line = block.readline(4096)
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None:
            yield from _unchunked(block, start, at, line, notes)
            return
        left = int(match[1], 16)
        if not left:
            _read_trailers(block, notes, trailers)
            return
        while left:
            piece = block.read(min(left, STEP))
            if not piece:
                notes.append(Note("truncated", f"the chunk at byte {at} lacks {left} bytes"))
                return
            left -= len(piece)
            yield piece
        end = block.readline(2)
        if end not in (b"\r\n", b"\n", b""):
            notes.append(Note("framing", f"{end!r} where the chunk at byte {at} ends"))
            block.seek(-len(end), 1)
        at = block.tell()


def _unchunked(block: BinaryIO, start: int, at: int, line: bytes, notes: list[Note]) -> Iterator[bytes]:
    """The bytes to give back if a line is no chunk size: all of them for the first line, else none."""
    if not line:
        notes.append(Note("truncated", f"no last chunk; the block ends at byte {at}"))
        return
    notes.append(Note("framing", f"no chunk size at byte {at} but {line[:40]!r}"))
    if at == start:
        block.seek(start)
        yield from _read_all(block)


def _read_trailers(block: BinaryIO, notes: list[Note], trailers: list[tuple[str, str]]) -> None:
    # a blank line straight after the last chunk means none; _read_lines would pass over it
    at = block.tell()
    lines: list[bytes] = []
    is_whole = block.readline(2) in (b"\r\n", b"\n")
    if not is_whole:
        block.seek(at)
        lines, is_whole = _read_lines(block)
    trailers.extend(_headers(lines, notes))
    if not is_whole:
        notes.append(Note("truncated", "no blank line after the last chunk"))
    elif block.read(1):
        notes.append(Note("surplus", "bytes after the last chunk"))


def _decoded(payload: bytes, codings: list[str], max_bytes: int, notes: list[Note]) -> bytes:
    if not codings:
        return payload
    pieces = iter((payload,))
    for coding in reversed(codings):
        pieces = plain(pieces, coding, notes)
    return _joined(pieces, max_bytes, "body", notes)


def _body(head: Head, payload: bytes, max_bytes: int, notes: list[Note]) -> bytes:
    """The payload without the codings that the head names; of a page, without those that only its bytes show."""
    body = _decoded(payload, _codings(head, "content-encoding", notes), max_bytes, notes)
    kind = head.tokens("content-type")[0]
    if kind and not kind.startswith("text/") and "html" not in kind:
        return body
    for _ in range(2):  # the codings without a label that are undone
        coding = begins_in(body)
        if coding is not None:
            notes.append(Note("mislabelled", f"not called {coding}, begins {body[:16]!r}"))
            body = _decoded(body, [coding], max_bytes, notes)
    return body


def _may_go_on(head: Head, method: str, notes: list[Note]) -> bool:
    """Whether a body may go on behind its Content-Length: another archiver changed the body and left the length."""
    is_bodiless = method.upper() == "HEAD" or head.status in (204, 304)
    is_measured = head.header("transfer-encoding") is None and not is_bodiless
    return is_measured and any(note.kind == "surplus" for note in notes)


def _longer(
    head: Head, payload: bytes, body: bytes, whole: bytes, max_bytes: int, notes: list[Note]
) -> bytes:
    """The body of the whole block, where a label is left over or the page ends there and not before; else `body`."""
    if whole[len(payload) :].lstrip()[:5].upper() == b"HTTP/":  # another response
        return body
    if any(note.kind == "mislabelled" and note.detail.startswith("called ") for note in notes):
        return whole
    longer = _body(head, whole, max_bytes, [])
    return longer if _ends(longer) and not _ends(body) else body


def _ends(page: bytes) -> bool:
    return page[-200:].rstrip().lower().endswith(b"</html>")


def _joined(pieces: Iterator[bytes], max_bytes: int, what: str, notes: list[Note]) -> bytes:
    parts: list[bytes] = []
    left = max_bytes
    for piece in pieces:
        parts.append(piece[:left])
        if len(piece) > left:
            notes.append(Note("oversize", f"{what} cut at {max_bytes} bytes"))
            break
        left -= len(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)
