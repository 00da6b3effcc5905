"""What crawler/fetch/wire.py needs of Scrapy's and Twisted's private classes; a failing test names what changed.

After an update that breaks one of these: read the class it names, mend wire.py, let test_wire_exact.py decide.
"""

import ast
import asyncio
import errno
import gzip
import inspect
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.test import get_crawler
from twisted.internet import endpoints
from twisted.internet import error as tx
from twisted.internet.interfaces import IHandshakeListener
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from twisted.web import _newclient, client
from twisted.web.http_headers import Headers, InvalidHeaderName

from crawler.fetch import wire
from crawler.fetch.undone import undecoded


def source(thing: Callable[..., Any] | type) -> str:
    return textwrap.dedent(inspect.getsource(thing))


# --- private names


def test_twisted_converts_the_host_of_each_request_by_functions_that_can_be_cached() -> None:
    host = source(endpoints.HostnameEndpoint._hostAsBytesAndText)

    assert "_idnaText(hostBytes)" in host
    assert "_idnaBytes(hostText)" in host


def test_scrapy_is_of_the_minor_that_was_read() -> None:
    assert scrapy.__version__.startswith("2.19.")


def test_the_handler_keeps_its_pool_in_pool_and_hands_it_to_the_agent() -> None:
    assert "self._pool: HTTPConnectionPool = HTTPConnectionPool(reactor, persistent=True)" in source(
        http11.HTTP11DownloadHandler.__init__
    )
    assert "self._pool._factory = _LenientHTTP11ClientFactory" in source(
        http11.HTTP11DownloadHandler.__init__
    )
    assert "pool=self._pool" in source(http11.HTTP11DownloadHandler.download_request)


def test_nothing_is_awaited_between_the_handler_and_the_pool() -> None:
    awaits = [
        ast.unparse(node.value)
        for node in ast.walk(ast.parse(source(http11.HTTP11DownloadHandler.download_request)))
        if isinstance(node, ast.Await)
    ]

    assert awaits == ["maybe_deferred_to_future(agent.download_request(request))"]
    for step in (
        http11._ScrapyAgent.download_request,
        http11._ScrapyProxyAgent.request,
        client.Agent.request,
        http11._BindAddressAgent._requestWithEndpoint,
        http11._TunnelingAgent._requestWithEndpoint,
        client._AgentBase._requestWithEndpoint,
    ):
        assert not inspect.iscoroutinefunction(step)


def test_agents_get_their_connection_from_the_pool_and_ask_it_for_request() -> None:
    text = source(client._AgentBase._requestWithEndpoint)

    assert "self._pool.getConnection(key, endpoint)" in text
    assert "proto.request(" in text


def test_a_stale_connection_is_replaced_and_gets_the_same_request() -> None:
    text = source(client._RetryingHTTP11ClientProtocol.request)

    assert "self._clientProtocol.request(request)" in text
    assert "lambda connection: connection.request(request)" in text
    assert "_RetryingHTTP11ClientProtocol(" in source(client.HTTPConnectionPool.getConnection)


def test_the_protocol_writes_the_request_with_write_to() -> None:
    assert "request.writeTo(self.transport)" in source(_newclient.HTTP11ClientProtocol.request)
    assert list(inspect.signature(_newclient.Request.writeTo).parameters) == ["self", "transport"]
    assert "transport.writeSequence(requestLines)" in source(_newclient.Request._writeHeaders)


def test_requests_can_carry_the_recording() -> None:
    request: Any = _newclient.Request(b"GET", b"/", Headers(), None)
    request.recording = "here"

    assert request.recording == "here"


def test_scrapy_sets_the_class_of_the_parser_after_twisted_made_it() -> None:
    assert "self._parser.__class__ = _LenientHTTPClientParser" in source(
        http11._LenientHTTP11ClientProtocol.request
    )
    assert "__init__" not in vars(http11._LenientHTTPClientParser)
    assert "__init__" not in vars(wire._TolerantParser)


def test_the_factory_builds_protocols_from_the_quiescent_callback() -> None:
    assert "_LenientHTTP11ClientProtocol(self._quiescentCallback)" in source(
        http11._LenientHTTP11ClientFactory.buildProtocol
    )


def test_header_names_that_are_no_tokens_are_refused_by_twisted() -> None:
    with pytest.raises(InvalidHeaderName):
        Headers().addRawHeader(b"x caf\xe9", b"1")
    assert "headers.addRawHeader(name, value)" in source(_newclient.HTTPParser.headerReceived)


def test_tls_tells_a_protocol_that_listens_when_the_handshake_is_done() -> None:
    text = source(TLSMemoryBIOProtocol)

    assert "IHandshakeListener.providedBy(self.wrappedProtocol)" in text
    assert "self.wrappedProtocol.handshakeCompleted()" in text
    assert IHandshakeListener.implementedBy(wire._RecordingProtocol)


def test_a_response_without_text_can_be_made_from_its_attributes() -> None:
    response = Response("http://www.example.com/", body=b"x", headers={"X": "1"}, flags=["dataloss"])
    copy = Response(**{name: getattr(response, name) for name in Response.attributes})

    assert "encoding" not in Response.attributes
    assert (copy.url, copy.body, copy.headers, copy.flags) == (
        response.url, response.body, response.headers, response.flags,
    )  # fmt: skip


def test_decompression_chooses_the_class_by_the_decompressed_body() -> None:
    crawler: Crawler = get_crawler()
    middleware = HttpCompressionMiddleware(crawler=crawler)
    crawler.stats = None
    middleware.stats = None
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    packed = HtmlResponse(
        "http://www.example.com/", body=gzip.compress("<html>武汉".encode()), headers=headers
    )
    response = middleware.process_response(Request("http://www.example.com/"), undecoded(packed))

    assert isinstance(response, HtmlResponse)
    assert response.text == "<html>武汉"


# --- errors


def failed(*reasons: Exception) -> _newclient.ResponseFailed:
    return _newclient.ResponseFailed([Failure(reason) for reason in reasons])


@pytest.mark.parametrize(
    ("raised", "seen", "failure"),
    [
        (tx.DNSLookupError("x"), CannotResolveHostError, "dns"),
        (tx.ConnectionRefusedError(), DownloadConnectionRefusedError, "refused"),
        (tx.TimeoutError(), DownloadTimeoutError, "timeout"),
        (tx.TCPTimedOutError(), None, "unreachable"),
        (tx.NoRouteError(), None, "unreachable"),
        (http11.TunnelError("x"), None, "tunnel"),
        (failed(tx.ConnectionDone()), DownloadFailedError, "closed"),
        (failed(tx.ConnectionLost()), DownloadFailedError, "reset"),
        (failed(SSL.Error()), DownloadFailedError, "tls"),
        (failed(_newclient.ParseError("x", b"")), DownloadFailedError, "failed"),
        (asyncio.CancelledError(), None, "cancelled"),
        (ValueError("a header of ours"), None, None),
    ],
)
def test_why_no_byte_came(raised: BaseException, seen: type[Exception] | None, failure: str | None) -> None:
    with pytest.raises(seen or type(raised)) as caught, wrap_twisted_exceptions():
        raise raised

    assert wire._reason(caught.value, wire.FAILURES) == failure


@pytest.mark.parametrize(
    ("error", "truncated"),
    [
        (DownloadTimeoutError("x"), "time"),
        (DownloadCancelledError("larger than DOWNLOAD_MAXSIZE"), "length"),
        (failed(tx.ConnectionDone()), "disconnect"),
        (failed(tx.ConnectionLost()), "disconnect"),
        (failed(_newclient.ParseError("x", b"")), None),
        (ResponseDataLossError(), None),
    ],
)
def test_why_a_response_was_cut(error: BaseException, truncated: str | None) -> None:
    assert wire._reason(error, wire.TRUNCATIONS) == truncated


class FullDisk:
    """A temporary file on a disk with room for the first piece only."""

    def __init__(self, max_size: int) -> None:
        self._file = BytesIO()

    def write(self, piece: bytes) -> None:
        if self._file.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        self._file.write(piece)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_of_temporary_files_cuts_the_record_and_not_the_download(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "SpooledTemporaryFile", FullDisk)
    connection: Any = SimpleNamespace(tls=None)
    recording = wire.Recording()
    attempt = wire.Attempt(datetime(2020, 1, 1, tzinfo=UTC), connection, is_tls=False, ip_address="192.0.2.1")
    recording.attempts.append(attempt)
    for piece in (b"HTTP/1.1 200 OK\r\n\r\n", b"first lost", b"second lost"):
        attempt.receive(piece)
    exchange = recording.exchange(Request("http://www.example.com/"), None, ())

    assert exchange is not None
    assert exchange.response is not None
    assert (exchange.response.read(), exchange.truncated) == (b"HTTP/1.1 200 OK\r\n\r\n", "unspecified")
    assert exchange.metadata["error"] == "OSError: [Errno 28] No space left on device"


def test_tls_to_a_proxy_is_not_said_of_an_http_address() -> None:
    connection: Any = SimpleNamespace(tls=("tls/1.3", "TLS_AES_128_GCM_SHA256"))
    recording = wire.Recording()
    attempt = wire.Attempt(datetime(2020, 1, 1, tzinfo=UTC), connection, is_tls=True, ip_address="192.0.2.1")
    recording.attempts.append(attempt)
    attempt.receive(b"HTTP/1.0 200 OK\r\n\r\n")
    exchange = recording.exchange(Request("http://www.example.com/"), None, ())

    assert exchange is not None
    assert (exchange.protocols, exchange.cipher_suite) == (("http/1.0",), None)


# --- what the record says besides


@pytest.mark.parametrize(
    ("openssl", "iana"),
    [
        ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        ("DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("SOMETHING-NEW", "SOMETHING-NEW"),
    ],
)
def test_cipher_suites_have_their_registered_names(openssl: str, iana: str) -> None:
    assert wire._iana_name(openssl) == iana


def test_how_the_crawler_came_here() -> None:
    request = Request(
        "http://www.example.com/c",
        headers={"Referer": "http://www.example.com/list"},
        meta={
            "depth": 2,
            "redirect_urls": ["http://www.example.com/a", "http://www.example.com/b"],
            "retry_times": 1,
            "proxy": "http://user:secret@127.0.0.1:3128",
        },
    )

    assert wire._via(request) == "http://www.example.com/b"
    assert wire._metadata(request) == {
        "hopsFromSeed": "LLRR",
        "redirectedFrom": "http://www.example.com/a",
        "retry": "1",
        "proxy": "http://127.0.0.1:3128",
    }


def test_only_the_head_of_a_request_is_masked() -> None:
    sent = b"POST / HTTP/1.1\r\nProxy-Authorization: Basic eA==\r\n\r\nProxy-Authorization: body"

    assert (
        wire._masked(sent)
        == b"POST / HTTP/1.1\r\nProxy-Authorization: **********\r\n\r\nProxy-Authorization: body"
    )
