"""One fetch as it crossed the wire, and where the record keeps it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

RENDERED, RENDERED_FROM = "rendered", "renderedFrom"
"""Lines of the metadata record of what a browser made of a page: which one, and of which record."""

ARCHIVED_DIGEST = "archivedDigest"
"""Line of the metadata record of a web archive's copy: the digest that the archive's index has of it."""

REQUISITE = "requisiteOf"
"""Line of the metadata record: the page for whose look an address was asked."""

FIRST_OF_CHAIN = "redirectedFrom"
"""Line of the metadata record: the first address of a chain of two redirects or more."""

CUT = "cutFromAddress"
"""Line of the metadata record: what was taken off the link's address as tracking or session."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, before anything read it.

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
        """Whether `response` is no answer of a server, but what a browser made of one, under a head of ours."""
        return RENDERED in self.metadata


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a record stands: `offset` and `length` are bytes of the compressed member in `file` under warc/.

    `sha256` is the hex digest of its payload as taken in; None where it is not known, or the payload is elsewhere.
    """

    file: str
    offset: int
    length: int
    record_id: str
    sha256: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Capture:
    """A response as the record holds it and a reader of the database sees it."""

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
    """What a web archive's index says of the payload, as `sha1:` and base32."""
    method: str = "GET"
    """Of the request, in upper case."""
    stated_digest: str | None = None
    """What another tool's record states, where that is not `payload_digest`."""
    led_from: str | None = None
    """The address whose redirect led here."""
    began_at: str | None = None
    """The first address of the chain of redirects that led here."""
    is_requisite: bool = False
    """Whether it was asked for the look of a page, and is none itself."""
    sent_cookies: str | None = None
    """The Cookie line of the request."""

    def header(self, name: str) -> str | None:
        """First value of a header, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
