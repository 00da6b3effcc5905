"""A web server on loopback with WARC files, which refuses, cuts, misstates or sends whole what it is asked for."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

from tests.archive.archives import page
from tests.archive.foreign_files import warc
from tests.small_server import SmallServer

NO_RIGHTS = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'


@dataclass
class Shop:
    """What the server has: bodies by path, statuses of other paths, paths that break off half-way.

    `asked` are the requests that it got. `packing`: files are called `Content-Encoding: gzip`, as some servers do.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    refusing: dict[str, int] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    with_ranges: bool = True
    packing: bool = False
    url: str = ""
    asked: list[str] = field(default_factory=list)


class Counter(BaseHTTPRequestHandler):
    """Serves a shop."""

    protocol_version = "HTTP/1.1"

    def __init__(self, shop: Shop, *given: object) -> None:
        self.shop = shop
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path, shop = self.path.partition("?")[0], self.shop
        shop.asked.append(f"{self.command} {path}")
        refused = next((status for start, status in shop.refusing.items() if path.startswith(start)), None)
        if refused or path not in shop.files:
            self.answer(refused or 404, NO_RIGHTS)
            return
        body = whole = shop.files[path]
        asked = self.headers.get("Range") if shop.with_ranges else None
        if asked:
            start, _, end = asked.removeprefix("bytes=").partition("-")
            first, last = int(start), min(int(end or len(whole)), len(whole) - 1)
            if first > last:
                self.answer(416, b"")
                return
            body = whole[first : last + 1]
            self.answer(206, body, f"bytes {first}-{last}/{len(whole)}", is_cut=path in shop.cut)
        else:
            self.answer(200, body, is_cut=path in shop.cut)

    do_HEAD = do_PUT = do_GET  # noqa: N815

    def answer(self, status: int, body: bytes, span: str = "", *, is_cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if self.shop.with_ranges:
            self.send_header("Accept-Ranges", "bytes")
        if self.shop.packing and body.startswith(b"\x1f\x8b"):
            self.send_header("Content-Encoding", "gzip")
        if span:
            self.send_header("Content-Range", span)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if is_cut else body)
        self.close_connection = is_cut

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def opened(shop: Shop) -> Iterator[Shop]:
    """The shop, served while it is open."""
    server = SmallServer(("127.0.0.1", 0), partial(Counter, shop))
    Thread(target=server.serve_forever, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()


def crawl(folder: Path) -> Shop:
    """A crawl as Common Crawl publishes one: two files, a list that names a third, and paths that are refused."""
    folder.mkdir()
    one = warc(folder / "1.warc.gz", {f"http://s{n}.example/{n}.html": page(n) for n in range(3)})
    two = warc(folder / "2.warc.gz", {f"http://t{n}.example/{n}.html": page(n) for n in range(2, 5)})
    files = {"/crawl/1.warc.gz": one.read_bytes(), "/crawl/2.warc.gz": two.read_bytes()}
    files["/crawl/warc.paths.gz"] = gzip.compress(b"crawl/1.warc.gz\ncrawl/2.warc.gz\ncrawl/3.warc.gz\n")
    return Shop(files, {"/shut/": 403, "/broken/": 500})
