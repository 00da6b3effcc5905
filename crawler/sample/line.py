"""One client's connection: HTTP/1.1 requests read from a socket, answers written back byte for byte."""

import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.sample.answer import SampleRequest, Sending

_LONGEST_HEAD_BYTES = 65536

Answering = Callable[[SampleRequest], Sending]


@dataclass(frozen=True, slots=True)
class Request:
    """A request's first line and headers (names in lower case), and every byte of it."""

    method: str
    target: str
    headers: dict[str, str]
    raw: bytes
    version: str

    @property
    def is_last(self) -> bool:
        """Whether the client wants the connection closed after the answer."""
        wish = self.headers.get("connection", "").lower()
        return wish == "close" or (self.version == "HTTP/1.0" and wish != "keep-alive")


class SampleConnection:
    """A connection. `scheme` and `host` are set inside a CONNECT tunnel; outside they come with each request."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.scheme, self.host = "http", ""
        self._held = b""

    def request(self) -> Request | None:
        """The next request; None when the client has closed or sends something that is no HTTP."""
        while b"\r\n\r\n" not in self._held:
            more = self._receive()
            if not more or len(self._held) > _LONGEST_HEAD_BYTES:
                return None
            self._held += more
        head, _, self._held = self._held.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return None
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])
        }
        length = headers.get("content-length", "0")
        body = self._body(int(length) if length.isdecimal() else 0)
        return Request(words[0], words[1], headers, head + b"\r\n\r\n" + body, words[2])

    def asked(self, request: Request) -> SampleRequest | None:
        """Scheme, host and path of a request: from the absolute address outside a tunnel, else from the path and the Host header.

        None where the target is no address.
        """
        try:
            parts = urlsplit(request.target)
        except ValueError:  # "http://[" and the like
            return None
        if parts.scheme:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            host = parts.hostname or ""
        else:
            target, host = request.target, self.host or request.headers.get("host", "").partition(":")[0]
        return SampleRequest(request.method, self.scheme, host.lower(), target, request.headers, request.raw)

    def tunnel(self, context: ssl.SSLContext, host: str) -> None:
        """Answers a CONNECT and speaks TLS as the host from here on. Raises OSError where the client backs out."""
        self.socket.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme, self.host = "https", host

    def send(self, sending: Sending) -> bool:
        """Writes an answer; False when the connection is over with it."""
        if sending.then == "slow":
            self._drip(sending.data)
            return False
        if sending.data:
            self.socket.sendall(sending.data)
        if sending.then == "reset":
            # no lingering: the kernel sends RST instead of FIN
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return sending.then == "keep"

    def close(self) -> None:
        """Closes the connection, whatever state it is in."""
        self.socket.close()

    def _drip(self, data: bytes) -> None:
        for place in range(len(data)):
            self.socket.sendall(data[place : place + 1])
            time.sleep(1)

    def _body(self, length: int) -> bytes:
        while len(self._held) < length:
            more = self._receive()
            if not more:
                break
            self._held += more
        body, self._held = self._held[:length], self._held[length:]
        return body

    def _receive(self) -> bytes:
        try:
            return self.socket.recv(65536)
        except OSError:  # reset by the client, TLS closed without notice, or the server is stopping
            return b""
