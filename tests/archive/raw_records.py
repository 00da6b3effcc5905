"""WARC records spelled out byte by byte, as odd as a test wants them."""

import gzip
from dataclasses import dataclass, field

DATE = "2020-02-10T00:39:53Z"


@dataclass(frozen=True)
class Raw:
    """A record. `fields` come behind type, address, date and name; `length` overrules Content-Length."""

    kind: str
    url: str | None
    block: bytes
    name: str | None = None
    date: str | None = DATE
    content_type: str | None = "application/http; msgtype=response"
    fields: tuple[str | bytes, ...] = ()
    length: int | None = None
    version: str = "WARC/1.0"
    line_end: bytes = b"\r\n"
    end: bytes = b"\r\n\r\n"
    extra: dict[str, bytes] = field(default_factory=dict)

    def plain(self) -> bytes:
        """Its bytes."""
        length = len(self.block) if self.length is None else self.length
        lines: list[str | bytes | None] = [
            self.version,
            f"WARC-Type: {self.kind}",
            None if self.url is None else f"WARC-Target-URI: {self.url}",
            None if self.date is None else f"WARC-Date: {self.date}",
            None if self.name is None else f"WARC-Record-ID: <{self.name}>",
            None if self.content_type is None else f"Content-Type: {self.content_type}",
            *self.fields,
            f"Content-Length: {length}",
            "",
        ]
        raw = (line.encode() if isinstance(line, str) else line for line in lines if line is not None)
        return b"".join(line + self.line_end for line in raw) + self.block + self.end

    def packed(self) -> bytes:
        """A gzip member of its own."""
        return gzip.compress(self.plain(), mtime=0)


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An HTTP response."""
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def request(method: str, name: str, url: str, date: str = DATE) -> Raw:
    """The request that a response answers."""
    block = f"{method} / HTTP/1.1\r\nHost: h.example\r\n\r\n".encode()
    return Raw(
        "request",
        url,
        block,
        f"{name}-request",
        date,
        "application/http; msgtype=request",
        (f"WARC-Concurrent-To: <{name}>",),
    )
