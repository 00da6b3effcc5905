"""A threaded HTTP server on loopback: a forward proxy when it is given an authority, a plain server otherwise."""

import contextlib
import socket
import threading

from crawler.sample.certificates import Authority
from crawler.sample.line import Answering, Request, SampleConnection


class Server:
    """Listens on 127.0.0.1 from construction until `stop`; port 0 takes a free one."""

    def __init__(self, port: int, answering: Answering, authority: Authority | None = None) -> None:
        self._answering, self._authority = answering, authority
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._lines: set[SampleConnection] = set()
        self._lock = threading.Lock()
        self._stopping = False
        self._accepting = threading.Thread(target=self._accept, name=f"sample:{self.port}", daemon=True)
        self._accepting.start()

    def stop(self) -> None:
        """Closes the port and every connection."""
        self._stopping = True
        with contextlib.suppress(OSError):  # not connected on some systems: closing is enough there
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            with contextlib.suppress(OSError):  # closed by its own thread in the meantime
                line.socket.shutdown(socket.SHUT_RDWR)
        self._accepting.join(timeout=5)

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # the listener was closed
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(SampleConnection(connection),), daemon=True).start()

    def _serve(self, line: SampleConnection) -> None:
        with self._lock:
            self._lines.add(line)
        try:
            while request := line.request():
                if not self._served(line, request):
                    break
        except OSError:  # the client went away in the middle of an answer or a handshake
            pass
        finally:
            with self._lock:
                self._lines.discard(line)
            line.close()

    def _served(self, line: SampleConnection, request: Request) -> bool:
        if request.method == "CONNECT" and self._authority:
            host = request.target.partition(":")[0].lower()
            line.tunnel(self._authority.context(host), host)
            return True
        asked = line.asked(request)
        return asked is not None and line.send(self._answering(asked)) and not request.is_last
