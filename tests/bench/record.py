"""Reading the record back: records, rows, the whole view.

    python -m tests.bench.record [--pages 1000] [--rounds 3]

Contenders read the same file of 40 kB pages (articles of the sample network, no two alike) in the same round, in one
process; CPU seconds are medians over the rounds. `records, digests` checks block and payload digests of every record.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from rich.console import Console
from rich.table import Table
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Exchange
from archive.care.rebuild import rebuild
from archive.record.exchanges import exchanges
from archive.record.reader import Record, faults, records
from archive.record.warc import Writer
from archive.run.folder import Archive
from crawler.registry.book import SiteFiles
from crawler.sample.static import StaticSite

TABLE = "Reading the record, pages of 40 kB"
AT = datetime(2020, 2, 10, tzinfo=UTC)


def written(folder: Path, pages: int) -> Path:
    """A file of exchanges."""
    site = StaticSite(pages, 40_000, coding=None)
    (folder / "warc").mkdir()
    with Writer(folder / "warc", "zhuanzai", 10**9, {"software": "bench", "run": "bench"}) as writer:
        for number in range(pages):
            body = site.body(number)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
            request = f"GET /{number} HTTP/1.1\r\nHost: www.example.com\r\n\r\n".encode()
            url = f"http://www.example.com/article/{number}.html"
            moment = AT + timedelta(seconds=number)
            writer.append(Exchange(url, moment, request, BytesIO(head.encode() + body), elapsed_ms=9))
    (path,) = (folder / "warc").glob("*.gz")
    return path


def with_ours(path: Path) -> int:
    """archive.record.reader, blocks read."""
    return sum(len(item.block.read()) for item in records(path) if isinstance(item, Record))


def with_ours_digests(path: Path) -> int:
    """archive.record.reader, every digest checked."""
    return sum(len(faults(item)) for item in records(path) if isinstance(item, Record))


def with_exchanges(path: Path) -> int:
    """archive.record.exchanges: records told as exchanges."""
    return sum(1 for _ in exchanges(path))


def with_warcio(path: Path) -> int:
    """warcio, blocks read."""
    with path.open("rb") as file:
        return sum(len(record.raw_stream.read()) for record in ArchiveIterator(file, no_record_parse=True))


def with_warcio_digests(path: Path) -> int:
    """warcio, digests checked."""
    with path.open("rb") as file:
        return sum(len(record.raw_stream.read()) for record in ArchiveIterator(file, check_digests=True))


def with_fastwarc(path: Path) -> int:
    """FastWARC, blocks read."""
    with path.open("rb") as file:
        return sum(len(record.reader.read()) for record in FastIterator(file, parse_http=False))


def with_fastwarc_digests(path: Path) -> int:
    """FastWARC, block digests checked."""
    with path.open("rb") as file:
        return sum(record.verify_block_digest() for record in FastIterator(file, parse_http=False))


READERS: dict[str, Callable[[Path], int]] = {
    "records: ours": with_ours,
    "records: warcio": with_warcio,
    "records: FastWARC": with_fastwarc,
    "records, digests: ours": with_ours_digests,
    "records, digests: warcio": with_warcio_digests,
    "records, block digests: FastWARC": with_fastwarc_digests,
    "exchanges: ours": with_exchanges,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    table = Table("", "CPU s", "pages/s of CPU", "MB/s of plain pages")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        path = written(Path(name), wanted.pages)
        took: dict[str, list[float]] = {name: [] for name in READERS}
        for _ in range(wanted.rounds):
            for contender, read in READERS.items():
                began = time.process_time()
                read(path)
                took[contender].append(time.process_time() - began)
        for contender, seconds in took.items():
            _row(table, contender, statistics.median(seconds), wanted.pages)
        for jobs in dict.fromkeys((1, os.cpu_count() or 1)):
            began = time.monotonic()
            rebuild(Archive(Path(name), SiteFiles.load()), made_by="bench", jobs=jobs)
            _row(table, f"rebuild, {jobs} jobs (wall clock)", time.monotonic() - began, wanted.pages)
            (Path(name) / "archive.db").unlink()
    Console().print(table)


def _row(table: Table, contender: str, seconds: float, pages: int) -> None:
    table.add_row(contender, f"{seconds:.2f}", f"{pages / seconds:,.0f}", f"{pages * 0.04 / seconds:,.0f}")


if __name__ == "__main__":
    main()
