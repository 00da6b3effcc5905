"""One crawl and eight readers on one archive: whether anybody waits, and how long a page takes meanwhile.

    python -m tests.bench.readers [--seconds 20] [--readers 8] [--articles 300] [--pause 0.3] [--rate 10]

The archive is one that Scrapy filled from a local site; then Scrapy crawls another site into it, `--rate` pages a
second, while Datasette, with its default settings, answers over HTTP. Crawl, both sites, Datasette and the readers
are processes of their own. A reader asks for pages of every kind and pauses between two as a person would. A time is
that of the whole answer as the reader has it.
"""

import argparse
import asyncio
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess

from tests.bench.contender import Pages, settings_of
from tests.bench.crawl import SITE_FILE, site

TABLE = "Readers beside a crawl"
START_S = 30
PAGE_BYTES = 20_000
LOCKED = b"database is locked"


@dataclass(frozen=True)
class Answer:
    """A page as a reader had it."""

    kind: str
    ms: float
    status: int


@dataclass(frozen=True)
class Held:
    """What the archive held before: what readers ask for."""

    articles: int
    stories: tuple[int, ...]
    words: tuple[str, ...]
    days: tuple[str, ...]
    sites: tuple[str, ...]


def crawl(listing: str, out: Path, sites: Path, seconds: float, delay_s: float) -> None:
    """Crawl a site into the archive of `out`, in this process, for so long at the most (0: to its end)."""
    settings = settings_of("whole", listing, out, sites) | {
        "DOWNLOAD_DELAY": delay_s,
        "CLOSESPIDER_TIMEOUT": seconds,
        "LOG_LEVEL": "ERROR",
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(process.create_crawler(Pages), listing=listing, out=str(out))
    process.start()


@contextmanager
def crawling(listing: str, out: Path, sites: Path, seconds: float = 0, delay_s: float = 0) -> Iterator[None]:
    """The same in a process of its own, which has ended when the block is left."""
    places = [listing, str(out), str(sites), str(seconds), str(delay_s)]
    with (
        (out / "crawl.log").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.readers", "--crawl", *places], stderr=log
        ) as process,
    ):
        yield
        if code := process.wait():
            raise SystemExit(f"the crawl ended with {code}:\n{(out / 'crawl.log').read_text('utf-8')}")


def held(database: Path) -> Held:
    with closing(sqlite3.connect(database)) as conn:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in conn.execute(sql))

        return Held(
            conn.execute("SELECT count(*) FROM articles").fetchone()[0],
            tuple(row[0] for row in conn.execute("SELECT id FROM stories")),
            column("SELECT DISTINCT substr(title, 1, 2) FROM articles LIMIT 500"),
            column(
                "SELECT DISTINCT substr(published_at, 1, 10) FROM articles WHERE published_at IS NOT NULL"
            ),
            column("SELECT DISTINCT site FROM articles"),
        )


def choice(chance: random.Random, there: Held) -> str:
    """A page that somebody may ask for."""
    word = quote(chance.choice(there.words))
    article = chance.randrange(there.articles) + 1
    return chance.choice(
        (
            f"search?q={word}",
            f"search?q={word}",
            f"search?q={word}&site={chance.choice(there.sites)}",
            f"search?q={word}&per=story",
            f"story/{chance.choice(there.stories)}",
            f"story/{chance.choice(there.stories)}",
            f"article/{article}",
            f"article/{article}",
            f"capture/{article}",
            f"capture/{article}/page",
            f"compare?with={article}&with={chance.randrange(there.articles) + 1}",
            f"day/{chance.choice(there.days)}",
            f"site/{chance.choice(there.sites)}",
            "home",
            "stories",
        )
    )


async def read(url: str, number: int, there: Held, seconds: float, pause: float) -> list[Answer]:
    """Ask for one page after the other until the time is up."""
    chance = random.Random(number)
    until = time.monotonic() + seconds
    found = []
    async with httpx.AsyncClient(timeout=30) as client:
        while time.monotonic() < until:
            page = choice(chance, there)
            began = time.perf_counter()
            response = await client.get(f"{url}/archive/-/{page}")
            took = (time.perf_counter() - began) * 1000
            found.append(Answer(page.partition("?")[0].partition("/")[0], took, response.status_code))
            await asyncio.sleep(chance.uniform(0, 2 * pause))
    return found


async def all_read(url: str, there: Held, chosen: argparse.Namespace) -> list[Answer]:
    readers = (read(url, number, there, chosen.seconds, chosen.pause) for number in range(chosen.readers))
    return [answer for found in await asyncio.gather(*readers) for answer in found]


@contextmanager
def datasette(database: Path) -> Iterator[tuple[str, int]]:
    """The address of a Datasette over a database, and the number of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "datasette", str(database), "-p", str(port)]
    with (
        (database.parent / "datasette.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def cpu_s(process: int) -> float:
    """Seconds of a processor that a process has had. Source: proc(5), stat, fields 14 and 15."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
    parser.add_argument("--articles", type=int, default=300, help="that are there before")
    parser.add_argument(
        "--pause", type=float, default=0.3, help="seconds between two pages of one reader, on average"
    )
    parser.add_argument("--rate", type=float, default=10, help="pages the crawl asks for in a second")
    parser.add_argument("--crawl", nargs=5, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.crawl:
        listing, out, sites, seconds, delay_s = chosen.crawl
        crawl(listing, Path(out), Path(sites), float(seconds), float(delay_s))
        return
    with tempfile.TemporaryDirectory() as folder:
        out, sites_folder = Path(folder) / "out", Path(folder) / "sites"
        out.mkdir()
        sites_folder.mkdir()
        (sites_folder / "127.0.0.1.toml").write_text(SITE_FILE, "utf-8")
        measure(chosen, out, sites_folder)


def measure(chosen: argparse.Namespace, out: Path, sites: Path) -> None:
    database = out / "archive" / "archive.db"
    with site(chosen.articles, PAGE_BYTES) as listing, crawling(listing, out, sites):
        pass
    there = held(database)
    pages = int(chosen.rate * chosen.seconds * 2) + 200
    with (
        site(pages, PAGE_BYTES) as listing,
        datasette(database) as (url, server),
        crawling(listing, out, sites, chosen.seconds, 1 / chosen.rate),
    ):
        before_s = cpu_s(server)
        found = asyncio.run(all_read(url, there, chosen))
        spent_s = cpu_s(server) - before_s
    logs = [out / "crawl.log", database.parent / "datasette.log"]
    locked = sum(log.read_bytes().count(LOCKED) for log in logs)
    shown(found, there, held(database).articles - there.articles)
    Console().print(
        f"{chosen.readers} readers, {chosen.seconds:.0f} s; “database is locked”: {locked};"
        f" Datasette used {1000 * spent_s / len(found):.0f} ms of a processor a page;"
        f" load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )


def shown(found: list[Answer], there: Held, written: int) -> None:
    """The table: a line for each kind of page, and one for all."""
    table = Table(title=f"{there.articles:,} articles before, {written:,} archived meanwhile")
    table.add_column("page")
    for heading in ("pages", "ms p50", "ms p95", "ms max", "statuses"):
        table.add_column(heading, justify="right")
    kinds: dict[str, list[Answer]] = defaultdict(list)
    for answer in found:
        kinds[answer.kind].append(answer)
    for kind, answers in [*sorted(kinds.items()), ("all", found)]:
        times = [answer.ms for answer in answers]
        statuses = Counter(answer.status for answer in answers)
        table.add_row(
            kind,
            f"{len(times):,}",
            f"{statistics.median(times):.0f}",
            f"{statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]:.0f}",
            f"{max(times):.0f}",
            ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())),
        )
    Console().print(table)


if __name__ == "__main__":
    main()
