"""A raw-socket server that answers with the corpus and logs every byte: http, https, and proxy for both."""

import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

from cases import Case
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Logged:
    """One exchange as the server's socket had it; `key` is `<mode>/<case>`."""

    key: str
    request: bytes
    response: bytes


class Server:
    """Listens on a free loopback port until stop().

    The first path segment of a request names the mode it is made in, the second the case. Requests in absolute
    form are answered as a proxy would answer; CONNECT is accepted and continued as TLS.
    """

    def __init__(self, cases: dict[str, Case], folder: Path, *, is_tls: bool) -> None:
        self._cases = cases
        self._context = _tls_context(folder)
        self._is_tls = is_tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.log: list[Logged] = []
        self.connections = 0
        self.is_stopping = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.is_stopping.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self.is_stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:  # the listener was closed
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._is_tls:
                connection = self._context.wrap_socket(connection, server_side=True)
            while self._answer_one(connection):
                pass
        except (OSError, ssl.SSLError):  # the client went away, which many cases make it do
            pass
        finally:
            connection.close()

    def _answer_one(self, connection: socket.socket) -> bool:
        request = _read_request(connection)
        if not request:
            return False
        if request.startswith(b"\x16"):  # the beginning of TLS, where none is spoken
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return False
        target = request.split(b" ", 2)[1].decode("latin-1")
        if request.startswith(b"CONNECT "):
            if target.endswith(":9"):
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return False
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            tunnel = self._context.wrap_socket(connection, server_side=True)
            try:
                while self._answer_one(tunnel):
                    pass
            finally:
                tunnel.close()
            return False
        is_absolute = target.startswith(("http://", "https://"))
        path = target.split("://", 1)[1].partition("/")[2] if is_absolute else target[1:]
        mode, _, rest = path.partition("/")
        name = rest.partition("?")[0].partition("/")[0]
        case = self._cases.get(name, Case(name, PAGE, then="keep"))
        self.log.append(Logged(f"{mode}/{name}", request, case.sent))
        return self._send(connection, case)

    def _send(self, connection: socket.socket, case: Case) -> bool:
        step = case.split or max(len(case.sent), 1)
        for at in range(0, len(case.sent), step):
            connection.sendall(case.sent[at : at + step])
        if case.then == "hang":
            self.is_stopping.wait()
        if case.then == "reset":
            # linger 0: close sends RST instead of FIN
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif case.then == "close":
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        return case.then == "keep"


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and not request.startswith(b"\x16"):
        piece = connection.recv(65536)
        if not piece:
            return b""
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            return request
        request += piece
        missing -= len(piece)
    return request


def _tls_context(folder: Path) -> ssl.SSLContext:
    """A self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
