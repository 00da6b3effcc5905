"""One writer and eight readers on one archive: whether anybody waits, and how long a page takes meanwhile.

    python -m tests.bench.readers [--seconds 20] [--readers 8] [--articles 3000] [--pause 0.3] [--rate 20]

The writer is a process that puts articles in through the store, as a crawl does: fifty a transaction, `--rate` a
second. Datasette is another, with its default settings; the readers ask it for pages of the reading room over HTTP,
pausing between two as a person would.
"""

import argparse
import asyncio
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.table import Table

from archive.store import Store
from tests.bench.search import SITES, add, archive_of, batches, texts

TABLE = "Readers beside a writer"
START_S = 30


def write(database: Path, first: int, seconds: float, rate: float) -> None:
    """Put articles in for so long, and print how many."""
    chance = random.Random(7)
    began = time.monotonic()
    number = first
    with Store(database) as store:
        for batch in batches(enumerate(texts(chance, 1_000_000, 430), first), 50):
            with store.commit():
                for number, text in batch:
                    add(store.conn, chance, number, text)
            ahead_s = (number - first + 1) / rate - (time.monotonic() - began)
            time.sleep(max(0, ahead_s))
            if time.monotonic() - began > seconds:
                break
    sys.stdout.write(f"{number - first + 1}\n")


async def read(
    url: str, number: int, words: list[str], chosen: argparse.Namespace, found: list[tuple[float, int]]
) -> None:
    """Ask for one page after the other until the time is up; what each took, and its status."""
    chance = random.Random(number)
    until = time.monotonic() + chosen.seconds
    async with httpx.AsyncClient(timeout=30) as client:
        while time.monotonic() < until:
            page = chance.choice(
                (
                    f"search?q={quote(chance.choice(words))}",
                    f"search?q={quote(chance.choice(words))}&site={chance.choice(SITES)}",
                    f"story/{chance.randrange(chosen.articles // 5) * 5 + 1}",
                    f"article/{chance.randrange(chosen.articles) + 1}",
                )
            )
            began = time.perf_counter()
            response = await client.get(f"{url}/archive/-/{page}")
            found.append(((time.perf_counter() - began) * 1000, response.status_code))
            await asyncio.sleep(chance.uniform(0, 2 * chosen.pause))


async def measured(url: str, words: list[str], chosen: argparse.Namespace) -> list[tuple[float, int]]:
    found: list[tuple[float, int]] = []
    await asyncio.gather(*(read(url, number, words, chosen, found) for number in range(chosen.readers)))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    """Until the server answers."""
    until = time.monotonic() + START_S
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--articles", type=int, default=3000, help="that are there before")
    parser.add_argument(
        "--pause", type=float, default=0.3, help="seconds between two pages of one reader, on average"
    )
    parser.add_argument("--length", type=int, default=430)
    parser.add_argument("--rate", type=float, default=20, help="articles the writer puts in a second")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        write(chosen.write, chosen.articles + 1, chosen.seconds, chosen.rate)
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "archive.db"
        archive_of(chosen, database)
        conn = sqlite3.connect(database)
        words = [
            row[0] for row in conn.execute("SELECT DISTINCT substr(title, 1, 2) FROM articles LIMIT 500")
        ]
        conn.close()
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "datasette", str(database), "-p", str(port)]
        with (
            (Path(folder) / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log) as server,
        ):
            try:
                wait_for(url)
                options = [
                    "--write",
                    str(database),
                    "--articles",
                    str(chosen.articles),
                    "--seconds",
                    str(chosen.seconds),
                ]
                command = [sys.executable, "-m", "tests.bench.readers", *options]
                with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
                    found = asyncio.run(measured(url, words, chosen))
                    written = int((writer.communicate()[0] or "0").strip() or 0)
            finally:
                server.terminate()
        locked = (Path(folder) / "log").read_bytes().count(b"database is locked")
    shown(chosen, found, written, locked)


def shown(chosen: argparse.Namespace, found: list[tuple[float, int]], written: int, locked: int) -> None:
    times = [took for took, _ in found]
    table = Table(
        title=f"{chosen.readers} readers, {chosen.seconds:.0f} s, {chosen.articles:,} articles before"
    )
    for heading in (
        "pages",
        "ms p50",
        "ms p95",
        "ms max",
        "statuses",
        "database is locked",
        "articles written/s",
    ):
        table.add_column(heading, justify="right")
    statuses = Counter(status for _, status in found)
    table.add_row(
        f"{len(found):,}",
        f"{statistics.median(times):.0f}",
        f"{statistics.quantiles(times, n=20)[-1]:.0f}",
        f"{max(times):.0f}",
        ", ".join(f"{status}: {count}" for status, count in statuses.items()),
        str(locked),
        f"{written / chosen.seconds:.0f}",
    )
    Console().print(table)


if __name__ == "__main__":
    main()
