"""The WARC fields of an exchange beside its bytes: truncation, protocol, cipher, the crawler's way to the address."""

import asyncio
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from archive.capture import ARCHIVED_DIGEST, CUT, FIRST_OF_CHAIN, REQUISITE

# Why a response ends before its end, in the words of WARC-Truncated
TRUNCATIONS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "time"),
    (DownloadCancelledError, "length"),  # Scrapy's word for DOWNLOAD_MAXSIZE
    (SSL.Error, "disconnect"),
    (ConnectionDone, "disconnect"),
    (ConnectionLost, "disconnect"),
)
# Why not one byte came
FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "cancelled"),
    (asyncio.CancelledError, "cancelled"),
    (TunnelError, "tunnel"),
    (SSL.Error, "tls"),
    (ConnectionDone, "closed"),
    (ConnectionLost, "reset"),
    (ConnectError, "unreachable"),
    (DownloadFailedError, "failed"),
)
TLS_VERSIONS = {
    "TLSv1.3": "tls/1.3",
    "TLSv1.2": "tls/1.2",
    "TLSv1.1": "tls/1.1",
    "TLSv1": "tls/1.0",
    "SSLv3": "ssl/3",
}
# flags that Scrapy sets on responses it hands out although they are not whole; `partial` is a body that ends with
# the connection, as HTTP/1.0 bodies do, and lacks nothing that anybody knows of
TRUNCATING_FLAGS = {"dataloss": "disconnect", "download_stopped": "unspecified"}
_OPENSSL_NAME = re.compile(
    r"(?:(ECDHE|DHE)-(RSA|ECDSA)-)?(?:AES(128|256)-(GCM-)?(SHA\d*)|(CHACHA20-POLY1305))"
)
_PROXY_SECRET = re.compile(rb"(?im)^(proxy-authorization:[ \t]*)([^\r\n]+)")


def reason(error: BaseException | None, table: tuple[tuple[type[BaseException], str], ...]) -> str | None:
    """The word of the table's first line that fits the error or one that it wraps."""
    met = list(_unwrapped(error))
    return next((word for kind, word in table if any(isinstance(one, kind) for one in met)), None)


def _unwrapped(error: BaseException | None) -> Iterator[BaseException]:
    """The errors that an error wraps, innermost first, then itself. Twisted hides the cause in a list."""
    if error is None:
        return
    for reason in getattr(error, "reasons", None) or ():
        yield from _unwrapped(reason.value)
    if error.__cause__ is not None:
        yield from _unwrapped(error.__cause__)
    yield error


def in_one_line(error: BaseException | None) -> str:
    """An error in one line for the metadata record: the innermost one's class and words."""
    innermost = next(_unwrapped(error), None)
    return f"{type(innermost).__name__}: {innermost}"[:500]


def metadata(request: Request) -> dict[str, str]:
    """How the crawler came here; `hopsFromSeed` as Heritrix writes it: L link, R redirect, P robots.txt, E embed."""
    meta = request.meta
    hops = "L" * int(meta.get("depth", 0)) + "R" * len(meta.get("redirect_urls", ()))
    if urlsplit(request.url).path == "/robots.txt":
        hops += "P"
    elif meta.get(REQUISITE):
        hops += "E"
    fields = {"hopsFromSeed": hops} if hops else {}
    if len(chain := meta.get("redirect_urls", ())) > 1:
        fields[FIRST_OF_CHAIN] = str(chain[0])
    if meta.get("retry_times"):
        fields["retry"] = str(meta["retry_times"])
    for name in (ARCHIVED_DIGEST, CUT, REQUISITE):
        if meta.get(name):
            fields[name] = str(meta[name])
    if meta.get("proxy"):
        proxy = urlsplit(str(meta["proxy"]))
        fields["proxy"] = f"{proxy.scheme or 'http'}://{proxy.hostname}:{proxy.port or 80}"
    return fields


def via(request: Request) -> str | None:
    """The page that led here: the redirect's, else the referring one's."""
    redirects = request.meta.get("redirect_urls")
    if redirects:
        return str(redirects[-1])
    referer = request.headers.get("Referer")
    return referer.decode("latin-1") if referer else None


def masked(request: bytes) -> bytes:
    """The request with the proxy's password replaced by asterisks: readers of the WARC must not see it."""
    head, end, body = request.partition(b"\r\n\r\n")
    return _PROXY_SECRET.sub(lambda match: match[1] + b"*" * len(match[2]), head) + end + body


def http_version(received: BinaryIO | None) -> tuple[str, ...]:
    """WARC-Protocol of an answer by its first line, nothing where none came; the file is left at its beginning."""
    if received is None:
        return ()
    received.seek(0)
    version = "http/1.0" if received.read(8) == b"HTTP/1.0" else "http/1.1"
    received.seek(0)
    return (version,)


def iana_name(cipher: str) -> str:
    """OpenSSL's name of a TLS 1.2 cipher suite as IANA registers it; TLS 1.3 names are the same in both."""
    match = _OPENSSL_NAME.fullmatch(cipher)
    if match is None:
        return cipher
    exchange, authentication, bits, gcm, digest, chacha = match.groups()
    key = f"{exchange}_{authentication}" if exchange else "RSA"
    if chacha:
        return f"TLS_{key}_WITH_CHACHA20_POLY1305_SHA256"
    return f"TLS_{key}_WITH_AES_{bits}_{'GCM' if gcm else 'CBC'}_{digest}"
