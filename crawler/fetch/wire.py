"""Every request as sent and every response as received, teed at the connection while Scrapy downloads as ever.

The only module that reaches into private classes of Scrapy and Twisted: tests/crawler/fetch/test_wire_contract.py names
what broke when they change. What cannot be kept this way: docs/limits.md.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import Any, BinaryIO, cast

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet import endpoints
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IHandshakeListener, IStreamClientEndpoint
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IResponse
from zope.interface import implementer

from archive.capture import Exchange
from archive.door.ahead import Ahead
from archive.door.ingest import Taken
from archive.record.codings import STEP
from crawler.fetch.guard import guard_names, refused_peer
from crawler.fetch.keeper import Keeper
from crawler.fetch.undone import undone

# the contract test asks for these names here
from crawler.fetch.warc_fields import FAILURES, TLS_VERSIONS, TRUNCATING_FLAGS, TRUNCATIONS, in_one_line
from crawler.fetch.warc_fields import http_version as _http_version
from crawler.fetch.warc_fields import iana_name as _iana_name
from crawler.fetch.warc_fields import masked as _masked
from crawler.fetch.warc_fields import metadata as _metadata
from crawler.fetch.warc_fields import reason as _reason
from crawler.fetch.warc_fields import via as _via

log = logging.getLogger(__name__)

IN_MEMORY_BYTES = 4 << 20  # a response above this goes to a temporary file while it arrives


class Announced(Exception):  # noqa: N818 - a state of the page
    """A page came to its last tag and was read, though fewer bytes came than announced: not to be asked for again."""


class CapturingHandler(HTTP11DownloadHandler):
    """Downloads http and https as Scrapy does and hands each finished exchange to the Keeper.

    `request.meta["capture"]` is the Keeper's result for the last exchange of a request. Without a Keeper
    (`ZHUANZAI_KEEP` False) nothing is recorded.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # Scrapy installs it late: an import above would choose another

        for name in ("_idnaText", "_idnaBytes"):  # asked for each request's host, a tenth of a millisecond
            if not hasattr(getattr(endpoints, name), "cache_info"):
                setattr(endpoints, name, lru_cache(maxsize=1000)(getattr(endpoints, name)))
        pool = _RecordingPool(reactor, persistent=True)  # type: ignore[no-untyped-call]  # Twisted's
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        pool._factory = _RecordingFactory
        self._pool: _RecordingPool = pool
        allowed = crawler.settings.get("ZHUANZAI_PRIVATE_ADDRESSES")
        self._is_guarded = allowed is not None and not crawler.settings.getbool("ZHUANZAI_PRIVATE_ADDRESSES")
        self._most_plain = min(STEP, crawler.settings.getint("DOWNLOAD_MAXSIZE") or STEP)

    async def download_request(self, request: Request) -> Response:
        """The response, after its bytes were handed over; failures are handed over and then raised."""
        request.meta.pop("capture", None)  # of a redirect's or retry's earlier request
        from twisted.internet import reactor

        if self._is_guarded:
            guard_names(reactor)  # here: a process sets its resolver after this handler was made
        self._pool.is_guarded = self._is_guarded and not request.meta.get("proxy")
        keeper = self._crawler.get_extension(Keeper)
        if keeper is None:
            self._pool.recording = None
            return undone(request, await super().download_request(request), self._most_plain)
        recording = Recording()
        # taken up by the pool before the first await: the path down to getConnection() is synchronous
        self._pool.recording = recording
        try:
            response = await super().download_request(request)
        except (Exception, asyncio.CancelledError) as error:
            self._hand_over(keeper, request, recording.exchange(request, error, ()))
            taken = request.meta.get("capture")
            if isinstance(taken, Taken) and taken.article is not None:
                raise Announced(f"{request.url}: whole, but its server announced more") from error
            raise
        exchange = recording.exchange(request, None, response.flags)
        ahead = await keeper.read_ahead(exchange) if exchange is not None else None
        self._hand_over(keeper, request, exchange, ahead)
        return undone(request, response, self._most_plain)

    def _hand_over(
        self, keeper: Keeper, request: Request, exchange: Exchange | None, ahead: Ahead | None = None
    ) -> None:
        if exchange is None:
            return
        taken = keeper.take(exchange, ahead)
        if taken is not None:
            request.meta["capture"] = taken
        if exchange.response is not None:
            exchange.response.close()


@dataclass(slots=True)
class Attempt:
    """One request on one connection: the bytes written to it and the bytes that came back."""

    started_at: datetime
    connection: "_RecordingProtocol"
    is_tls: bool
    ip_address: str | None
    sent: list[bytes] = field(default_factory=list)
    received: BinaryIO | None = None
    is_over: bool = False
    lost: str | None = None
    """Why bytes that came could not be kept until the exchange was over (the disk of temporary files is full)."""

    def write(self, piece: bytes) -> None:
        """Add bytes that were handed to the connection."""
        self.sent.append(bytes(piece))

    def receive(self, piece: bytes) -> None:
        """Add bytes that came from the connection; nothing once the exchange is handed over."""
        if self.is_over:
            return
        if self.received is None:
            self.received = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 - outlives
        try:
            self.received.write(piece)
        except OSError as error:  # raised further, it would cost Scrapy's own download too
            self.is_over, self.lost = True, f"{type(error).__name__}: {error}"

    @property
    def request(self) -> bytes:
        """The request as it left; empty where the TLS handshake failed before it could."""
        return b"" if self.is_tls and self.connection.tls is None else b"".join(self.sent)


class Recording:
    """The attempts of one Scrapy request: usually one, two where a kept-open connection was stale."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self._started_at = datetime.now(UTC)
        self._started_s = monotonic()

    def begin(self, connection: "_RecordingProtocol") -> Attempt:
        """A new attempt on a connection."""
        started_at = self._started_at
        if self.attempts:
            self.attempts[-1].is_over = True
            started_at = datetime.now(UTC)
        transport: Any = connection.transport
        is_tls = isinstance(transport.getHandle(), SSL.Connection)
        host = getattr(transport.getPeer(), "host", None)
        self.attempts.append(Attempt(started_at, connection, is_tls, host))
        return self.attempts[-1]

    def exchange(
        self, request: Request, error: BaseException | None, flags: Iterable[str]
    ) -> Exchange | None:
        """The bytes that the last attempt sent and received, or why no connection was made; None without an attempt.

        Attempts before it wrote to a kept-open connection that the server had closed: they are counted only.
        """
        metadata = _metadata(request)
        if len(self.attempts) > 1:
            metadata["staleConnections"] = str(len(self.attempts) - 1)
        if error is not None:
            metadata["error"] = in_one_line(error)
        common: dict[str, Any] = {
            "url": request.url.partition("#")[0],
            "via": _via(request),
            "elapsed_ms": _elapsed_ms(self._started_s),
        }
        if self.attempts:
            self.attempts[-1].is_over = True
            return _exchange(self.attempts[-1], common, metadata, error, flags)
        failure = _reason(error, FAILURES)
        if failure is None:
            return None
        return Exchange(
            **common,
            started_at=self._started_at,
            request=b"",
            response=None,
            protocols=(),
            failure=failure,
            metadata=metadata,
        )


class _RecordingPool(HTTPConnectionPool):
    """Twisted's connection pool. The connections that it hands out record the bytes of the next request."""

    recording: Recording | None = None
    is_guarded: bool = False
    """Whether the connection asked for next may only lead to a public address: no proxy stands between."""

    def getConnection(  # noqa: N802 - Twisted's name
        self, key: Hashable, endpoint: IStreamClientEndpoint
    ) -> "Deferred[HTTP11ClientProtocol]":
        recording, self.recording = self.recording, None
        is_guarded = self.is_guarded
        connecting: Any = super().getConnection(key, endpoint)
        connecting.addCallback(lambda connection: _Bound(connection, recording, is_guarded=is_guarded))
        return cast("Deferred[HTTP11ClientProtocol]", connecting)


class _Bound:
    """A connection, the recording of the one request that will use it, and whether its far end must be public.

    Twisted may answer the request on a second connection where the first was stale; the recording goes along
    with the request.
    """

    def __init__(
        self, connection: HTTP11ClientProtocol, recording: Recording | None, *, is_guarded: bool
    ) -> None:
        self._connection = connection
        self._recording = recording
        self._is_guarded = is_guarded

    def request(self, request: TxRequest) -> "Deferred[IResponse]":
        cast(Any, request).recording = self._recording
        cast(Any, request).is_guarded = self._is_guarded
        return self._connection.request(request)


@implementer(IHandshakeListener)
class _RecordingProtocol(_LenientHTTP11ClientProtocol):
    """A connection that tees what it writes and receives into the attempt under way."""

    tls: tuple[str, str] | None = None
    """WARC-Protocol and WARC-Cipher-Suite of the connection, once the handshake is done."""
    _attempt: Attempt | None = None

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's name
        handle = cast(Any, self.transport).getHandle()
        version, cipher = handle.get_protocol_version_name(), handle.get_cipher_name()
        self.tls = (TLS_VERSIONS.get(version, version), _iana_name(cipher))

    def request(self, request: TxRequest) -> "Deferred[IResponse]":
        recording: Recording | None = getattr(request, "recording", None)
        self._attempt = None
        peer = refused_peer(self.transport) if getattr(request, "is_guarded", False) else None
        if peer is not None:
            cast(Any, self.transport).abortConnection()
            return fail(ConnectError(f"refused: connected to {peer}, no public address"))  # type: ignore[no-untyped-call]
        if recording is not None:
            attempt = self._attempt = recording.begin(self)
            # the class's method, not the request's: a second connection comes here again with the same request
            write_to: Callable[[Any, Any], Any] = cast(Any, TxRequest).writeTo
            cast(Any, request).writeTo = lambda transport: write_to(request, _Tee(transport, attempt.write))
        answering = super().request(request)
        if self._parser is not None:
            # as Scrapy does above us: the parser's class is fixed in Twisted's request(), and ours adds no state
            self._parser.__class__ = _TolerantParser
        return answering

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._attempt is not None:
            self._attempt.receive(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # Twisted's


class _TolerantParser(_LenientHTTPClientParser):
    """Goes on where browsers do and Twisted gives up: header names that are no tokens, `identity` as framing.

    The record keeps the lines as they came; Scrapy's response goes without them.
    """

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        name = name.rstrip()
        if name.lower() == b"transfer-encoding" and value.lower() in (b"identity", b""):
            return
        try:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted's
        except InvalidHeaderName:
            log.debug("header line with an impossible name passed over: %r", name)


class _RecordingFactory(_LenientHTTP11ClientFactory):
    """Builds recording connections."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        return _RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's


class _Tee:
    """A transport that notes all bytes written to it."""

    def __init__(self, transport: Any, note: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._note = note

    def write(self, piece: bytes) -> None:
        self._note(piece)
        self._transport.write(piece)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:  # noqa: N802 - Twisted's name
        joined = b"".join(pieces)
        self._note(joined)
        self._transport.write(joined)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _exchange(
    attempt: Attempt,
    common: dict[str, Any],
    metadata: dict[str, str],
    error: BaseException | None,
    flags: Iterable[str],
) -> Exchange:
    request = attempt.request
    http = _http_version(attempt.received)
    # a forward proxy may be spoken to in TLS; what it fetched for an http address was not
    tls = attempt.connection.tls if common["url"].startswith("https:") else None
    masked = _masked(request)
    if masked != request:
        metadata = metadata | {"masked": "Proxy-Authorization"}
    failure = truncated = None
    if attempt.received is None:
        failure = _reason(error, FAILURES) or "failed"
    elif error is not None:
        truncated = _reason(error, TRUNCATIONS) or "unspecified"
    elif attempt.lost is not None:
        truncated = "unspecified"
        metadata = metadata | {"error": attempt.lost}
    else:
        truncated = next((TRUNCATING_FLAGS[flag] for flag in flags if flag in TRUNCATING_FLAGS), None)
    return Exchange(
        **common,
        started_at=attempt.started_at,
        request=masked,
        response=attempt.received,
        ip_address=attempt.ip_address,
        protocols=(*http, tls[0]) if tls else http,
        cipher_suite=tls[1] if tls else None,
        truncated=truncated,
        failure=failure,
        metadata=metadata,
    )


def _elapsed_ms(started_s: float) -> int:
    return round((monotonic() - started_s) * 1000)
