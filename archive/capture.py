"""One fetch: the bytes of request and response, and their place in the record."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from extract.page.address import escaped_bytes

RENDERED, RENDERED_FROM = "rendered", "renderedFrom"
"""Metadata lines of a page drawn by a browser: the browser, and the record that it was drawn from."""

ARCHIVED_DIGEST = "archivedDigest"
"""Metadata line of a web archive's copy: the digest in that archive's index."""

REQUISITE = "requisiteOf"
"""Metadata line: the page that needs this address as a requisite (picture, script, style sheet)."""

FIRST_OF_CHAIN = "redirectedFrom"
"""Metadata line: the first address of a chain of two redirects or more."""

CUT = "cutFromAddress"
"""Metadata line: the tracking or session parts that were removed from the link's address."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, before they are read.

    `request` is the request as sent. `response` is a seekable file at position 0 holding every byte received
    for it (status line, headers, framing, trailers, interim responses); None where no byte came, and then
    `failure` says why (`dns`, `refused`, `timeout`, `reset`, `tls`, ...). `truncated` is a WARC-Truncated reason
    (`length`, `time`, `disconnect`, `unspecified`) or None. `started_at` is UTC with microseconds. `protocols`
    are WARC-Protocol values (`http/1.1`, `tls/1.3`). `via` is the page that led here. `metadata` adds lines to
    the metadata record.
    """

    url: str
    started_at: datetime
    request: bytes
    response: BinaryIO | None
    elapsed_ms: int = 0
    ip_address: str | None = None
    protocols: tuple[str, ...] = ("http/1.1",)
    cipher_suite: str | None = None
    truncated: str | None = None
    failure: str | None = None
    via: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def is_rendered(self) -> bool:
        """Whether `response` is a page drawn by a browser, under a head of ours, and no server's answer."""
        return RENDERED in self.metadata


@dataclass(frozen=True, slots=True)
class Ref:
    """The place of a record: `offset` and `length` are bytes of the compressed member in `file` under warc/.

    `sha256` is the hex digest of its payload as taken in; None where it is not known, or the payload is elsewhere.
    """

    file: str
    offset: int
    length: int
    record_id: str
    sha256: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Capture:
    """A response with the fields that become columns of the table captures."""

    url: str
    captured_at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...]
    """As received, in order; values read as latin-1."""
    ref: Ref | None
    payload_digest: str | None
    sha256: str | None
    truncated: str | None = None
    failure: str | None = None
    revisit_of_id: str | None = None
    """Record id of the response whose payload this one repeats."""
    run_id: str | None = None
    original_url: str | None = None
    ip_address: str | None = None
    archived_digest: str | None = None
    """The payload digest in a web archive's index, as `sha1:` and base32."""
    method: str = "GET"
    """The method of the request, in upper case."""
    stated_digest: str | None = None
    """The digest that another tool's record states, where it differs from `payload_digest`."""
    led_from: str | None = None
    """The address whose redirect led to this capture."""
    began_at: str | None = None
    """The first address of the chain of redirects that led to this capture."""
    is_requisite: bool = False
    """Whether the capture is a requisite of a page, and no page itself."""
    sent_cookies: str | None = None
    """The Cookie line of the request."""
    is_conditional: bool | None = None
    """Whether the request carried a condition (If-None-Match, If-Modified-Since); None where no request is held."""

    @property
    def location(self) -> str | None:
        """The Location line, with escapes for its bytes beyond ASCII."""
        line = self.header("location")
        return None if line is None else escaped_bytes(line)

    def header(self, name: str) -> str | None:
        """First value of a header, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
