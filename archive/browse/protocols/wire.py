"""From a request to a protocol's response: methods, permission, time limit, CORS by the server's settings."""

import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from datasette import Response
from datasette.utils import add_cors_headers, sqlite_timelimit

from archive.browse.archives import warc_folder
from archive.browse.entry import database_refusal, enter
from archive.browse.protocols.asked import ParsedRequest, WrongQuestion
from archive.browse.visit import Refusal

PLAIN = "text/plain; charset=utf-8"
METHODS = "GET, HEAD, OPTIONS"
PIECE = 1 << 18  # bytes of a file in memory at a time
_NO_HEADER = re.compile(r"[^\x20-\x7e\x80-\xff]")
_BODILESS = (204, 205, 304)


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes of an open file, from `start` (included) to `end` (not included). The sender closes `file`."""

    file: BinaryIO
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A protocol's response. Header values are cleaned before sending, because archived pages can hold any value."""

    body: bytes | Slice = b""
    status: int = 200
    kind: str = PLAIN
    headers: dict[str, str] = field(default_factory=dict)


Read = Callable[[sqlite3.Connection, ParsedRequest], HttpAnswer]
View = Callable[[Any, Any], Awaitable[Response]]


def answered(read: Read) -> View:
    """A view that responds with the answer of `read`, which runs on Datasette's threads within its time limit."""

    async def view(request: Any, datasette: Any) -> Response:
        if request.method == "OPTIONS":
            return _sent(datasette, HttpAnswer(status=204, headers={"Allow": METHODS}))
        if request.method not in ("GET", "HEAD"):
            wrong = HttpAnswer(
                f"{request.method[:20]}: nothing is written here\n".encode("utf-8", "replace"), 405
            )
            wrong.headers["Allow"] = METHODS
            return _sent(datasette, wrong)
        answer = await _read(datasette, request, read)
        return _sent(datasette, _bodiless(answer) if request.method == "HEAD" else answer)

    return view


def _bodiless(answer: HttpAnswer) -> HttpAnswer:
    """The answer without its body; a file is closed unread."""
    if not isinstance(answer.body, Slice):
        return answer
    answer.body.file.close()
    length = str(answer.body.end - answer.body.start)
    return replace(answer, body=b"", headers={**answer.headers, "Content-Length": length})


async def _read(datasette: Any, request: Any, read: Read) -> HttpAnswer:
    try:
        database = await enter(datasette, request)
        asked = _asked(datasette, request, database)

        def within(conn: sqlite3.Connection) -> HttpAnswer:
            with sqlite_timelimit(conn, datasette.setting("sql_time_limit_ms")):
                return read(conn, asked)

        return await database.execute_fn(within)  # type: ignore[no-any-return]
    except WrongQuestion as wrong:
        return refusal(wrong.status, str(wrong))
    except Refusal as refused:
        return refusal(refused.status, f"{refused.reason} {refused.detail}")
    except sqlite3.DatabaseError as error:
        meant = database_refusal(error)
        return refusal(meant.status, f"{meant.reason} {meant.detail}")


def refusal(status: int, message: str) -> HttpAnswer:
    """An answer of one line, which names the value found and the value wanted."""
    return HttpAnswer(f"{message.strip()}\n".encode("utf-8", "replace"), status)


def _asked(datasette: Any, request: Any, database: Any) -> ParsedRequest:
    room = f"{datasette.urls.database(database.name)}/-"
    headers: dict[str, str] = {}
    for name, value in request.scope.get("headers", ()):
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return ParsedRequest(
        path={name: value for name, value in request.url_vars.items() if value is not None},
        lists={name: tuple(request.args.getlist(name)) for name in request.args},
        query=request.query_string,
        headers=headers,
        warc=warc_folder(datasette, database),
        database=Path(database.path or ""),
        root=datasette.absolute_url(request, room),
        room=str(room),
        now=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )


def _sent(datasette: Any, answer: HttpAnswer) -> Response:
    """The response. Its security policy keeps an archived page from running scripts and loading anything."""
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none';"
            " base-uri 'none'; frame-ancestors 'self'; sandbox"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        **answer.headers,
    }
    if datasette.cors:
        add_cors_headers(headers)
        _add_ranges(headers)
    else:
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers = {name: _NO_HEADER.sub("", value) for name, value in headers.items()}
    kind = _NO_HEADER.sub("", answer.kind) or "application/octet-stream"
    if isinstance(answer.body, Slice):
        return _Sliced(answer.body, answer.status, headers, kind)
    body = b"" if answer.status in _BODILESS else answer.body
    return Response(body, status=answer.status, headers=headers, content_type=kind)


def _add_ranges(headers: dict[str, str]) -> None:
    """Add the CORS headers that readers of ranges and mementos on other sites need beyond Datasette's own."""
    more = {
        "Access-Control-Allow-Headers": "Range, If-Range, Accept-Datetime",
        "Access-Control-Expose-Headers": (
            "Content-Range, Content-Length, Accept-Ranges, ETag, Memento-Datetime, Location, Content-Location"
        ),
    }
    for name, wanted in more.items():
        headers[name] = f"{headers[name]}, {wanted}" if headers.get(name) else wanted
    headers.setdefault("Access-Control-Allow-Methods", METHODS)


class _Sliced(Response):  # type: ignore[misc]  # Datasette has no types
    """A response that is read from a file piece by piece."""

    def __init__(self, part: Slice, status: int, headers: dict[str, str], kind: str) -> None:
        super().__init__(b"", status=status, headers=headers, content_type=kind)
        self._part = part

    async def asgi_send(self, send: Any) -> None:
        """Send the part; sending ends if the client disconnects."""
        headers = {**self.headers, "content-type": self.content_type}
        headers["content-length"] = str(self._part.end - self._part.start)
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        with self._part.file, suppress(OSError):
            await send({"type": "http.response.start", "status": self.status, "headers": raw})
            for piece in _pieces(self._part):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def _pieces(part: Slice) -> Iterator[bytes]:
    part.file.seek(part.start)
    left = part.end - part.start
    while left and (piece := part.file.read(min(left, PIECE))):
        left -= len(piece)
        yield piece
