"""Writing pages of 40 kB as WARC records, request and response, digests and compression included.

    python -m tests.bench.warc [--pages 300] [--rounds 5]

Three kinds of pages: `words` (words in any order: their entropy is all there is to compress), `markup` (articles of
the sample network) and `gzip` (the same as servers send them). Contenders write the same pages in the same round,
in one process; figures are medians of CPU time over the rounds, ratios are taken within a round. warcio writes as
its documentation says: parsed HTTP, its own digests (block and payload), zlib at level 9. Ours writes the raw blocks
and the same digests. Both wait for the disk once, at the end.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.table import Table
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Exchange
from archive.record.warc import Writer
from crawler.sample.static import StaticSite

TABLE = "WARC writing, pages of 40 kB"
PAGE_BYTES = 40_000
AT = datetime(2020, 2, 10, tzinfo=UTC)
REQUEST_HEADERS = [("Host", "www.example.com"), ("User-Agent", "bench"), ("Accept-Encoding", "gzip")]
RESPONSE_HEADERS = [("Server", "nginx"), ("Content-Type", "text/html; charset=utf-8")]


def sets(count: int) -> dict[str, list[bytes]]:
    """The pages by their kind."""
    site = StaticSite(count, PAGE_BYTES, coding=None)
    markup = [site.body(number) for number in range(count)]
    return {"words": _words(count), "markup": markup, "gzip": [zlib.compress(page, 6) for page in markup]}


def _words(count: int) -> list[bytes]:
    chance = random.Random(7)
    words = [chance.randbytes(3).hex() for _ in range(3000)]
    return [" ".join(chance.choices(words, k=6000)).encode()[:PAGE_BYTES] for _ in range(count)]


def with_warcio(bodies: list[bytes], folder: Path) -> None:
    """warcio's writer as it comes."""
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, body in enumerate(bodies):
            url = f"http://www.example.com/{number}"
            headers = [*RESPONSE_HEADERS, ("Content-Length", str(len(body)))]
            response = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", REQUEST_HEADERS, is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=asked)
            writer.write_request_response_pair(request, response)
        file.flush()
        os.fsync(file.fileno())


def wire(body: bytes) -> bytes:
    """The response as it comes off the wire, which is what ours is given."""
    head = "".join(f"{name}: {value}\r\n" for name, value in RESPONSE_HEADERS)
    return f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def with_ours(blocks: list[bytes], folder: Path) -> None:
    """archive.record.warc.Writer."""
    asked = "".join(f"{name}: {value}\r\n" for name, value in REQUEST_HEADERS)
    with Writer(folder, "bench", 10**9, {"software": "bench"}) as writer:
        for number, block in enumerate(blocks):
            request = f"GET /{number} HTTP/1.1\r\n{asked}\r\n".encode()
            writer.append(
                Exchange(f"http://www.example.com/{number}", AT, request, BytesIO(block), protocols=())
            )


CONTENDERS: dict[str, Callable[[list[bytes], Path], None]] = {
    "warcio": with_warcio,
    "ours": with_ours,
}


def measured(write: Callable[[list[bytes], Path], None], bodies: list[bytes]) -> tuple[float, int]:
    """CPU seconds and bytes on disk."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        write(bodies, Path(folder))
        return time.process_time() - began, sum(path.stat().st_size for path in Path(folder).iterdir())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    table = Table("pages", "writer", "pages/s of CPU", "MB/s", "x warcio", "bytes", "x warcio's size")
    base = next(iter(CONTENDERS))
    for kind, bodies in sets(options.pages).items():
        given = {"warcio": bodies, "ours": [wire(body) for body in bodies]}
        rounds = [
            {name: measured(write, given[name]) for name, write in CONTENDERS.items()}
            for _ in range(options.rounds)
        ]
        for name in CONTENDERS:
            seconds = statistics.median(one[name][0] for one in rounds)
            faster = statistics.median(one[base][0] / one[name][0] for one in rounds)
            size = rounds[0][name][1]
            table.add_row(
                kind,
                name,
                f"{len(bodies) / seconds:,.0f}",
                f"{sum(map(len, bodies)) / seconds / 1e6:.0f}",
                f"{faster:.2f}",
                f"{size:,}",
                f"{size / rounds[0][base][1]:.3f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
