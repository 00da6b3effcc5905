"""A web server of a test: says nothing when a client goes away, for the commands under test print where it would."""

import sys
from http.server import ThreadingHTTPServer


class SmallServer(ThreadingHTTPServer):
    """Serves on loopback, at a port of its own.

    A client may close before it has read all, as one does that asked for a range and got the whole file.
    `handle_error` of the standard library prints that to the standard error, which tests read line by line.
    """

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
