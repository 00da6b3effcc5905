"""Reading a record again: pages a second of CPU from WARC files, one process.

    python -m tests.bench.again [--pages 200] [--rounds 3]

A record of made pages of 150 kB in five known sites' markup, gzip as on the wire, is kept without reading, then read:
`articles` takes every exchange out of its file, checks and decodes it and reads the article; `rebuild` also makes
stories, search and the database, as the command does with one job. Where the shared folders are here, real pages of
known families are measured too, and real pages of any site at one copy and at ten copies a text. CPU is user and system
time; a figure is the best of the rounds.
"""

import argparse
import logging
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

from archive.capture import Exchange
from archive.care.rebuild import rebuild
from archive.door.ingest import examined
from archive.record.exchanges import Stored, exchanges
from archive.run.folder import Archive, RunInfo
from archive.run.recover import own_files
from crawler.garbage import settle
from crawler.registry.book import SiteFiles
from crawler.sample.static import StaticSite
from extract.page import families
from extract.page.page import Page
from tests.bench import corpus
from tests.bench.reading import REAL, real_pages

TABLE = "Reading WARC files again, one process"
AT = datetime(2020, 2, 10, tzinfo=UTC)
BUDGETS = {"articles": 60}
REBUILT_MOST = 1.35
"""What rebuilding real pages may cost, in times of reading them alone."""
REAL_OF_ANY = "real pages of any site"
SITE_FILE = """\
host = "bench.example"
name = "bench"
articles = ['/article/\\d+\\.html$']
"""


def corpora(pages: int) -> dict[str, list[bytes]]:
    """The pages by what they are; all of families that are known."""
    site = StaticSite(pages)
    found = {"made pages of 150 kB": [site.body(number) for number in range(pages)]}
    if (REAL / "index.jsonl").is_file():
        found["real pages"] = [body for body in real_pages() if families.likely(Page("", body).marks, "")]
    if corpus.is_here():
        for copies, said in ((1, "one copy"), (10, "ten copies")):
            made = corpus.Corpus(pages, copies)
            found[f"{REAL_OF_ANY}, {said} a text"] = [made.body(number) for number in range(pages)]
    return found


def recorded(folder: Path, sites: SiteFiles, bodies: list[bytes]) -> Archive:
    """An archive whose record holds the pages, none of them read."""
    kept = Archive(folder, sites)
    kept.prepare()
    with kept.run(RunInfo("bench", "bench", AT), extracting=False) as run:
        for number, body in enumerate(bodies):
            packed = zlib.compress(body, 6)
            head = (
                f"Content-Type: text/html\r\nContent-Encoding: deflate\r\nContent-Length: {len(packed)}\r\n"
            )
            url = f"http://bench.example/article/{number:06d}.html"
            asked = f"GET /article/{number:06d}.html HTTP/1.1\r\nHost: bench.example\r\n\r\n".encode()
            response = BytesIO(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + packed)
            run.take(Exchange(url, AT + timedelta(seconds=number), asked, response))
        run.finish(ending="finished", ended_at=AT + timedelta(days=1))
    return kept


def read_articles(kept: Archive) -> int:
    """Articles that the record's pages are read into."""
    told = (told for path in own_files(kept.warcs) for told in exchanges(path))
    return sum(
        examined(stored, kept.sites, run_id=None).article is not None
        for stored in told
        if isinstance(stored, Stored)
    )


def rebuilt(kept: Archive) -> int:
    """Articles of a database made again."""
    return rebuild(kept, made_by="bench", jobs=1).rows["articles"]


TASKS: dict[str, Callable[[Archive], int]] = {"articles": read_articles, "rebuild": rebuilt}


def cpu_s(task: Callable[[Archive], int], kept: Archive, pages: int) -> float:
    """What reading every page costs. Raises SystemExit where some are not read as articles."""
    began = time.process_time()
    found = task(kept)
    cost = time.process_time() - began
    if found < 0.85 * pages:
        raise SystemExit(f"{task.__name__}: {found} articles of {pages} pages")
    return cost


def main() -> int:
    """Print the table; 1 where real pages cost more to rebuild than REBUILT_MOST times their reading."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    settle()  # as the command does
    told: list[str] = []
    slow = 0
    table = Table("pages", "task", "read", "pages/s of CPU", "ms a page", "budget")
    for kind, bodies in corpora(chosen.pages).items():
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder) / "sites"
            own.mkdir()
            (own / "bench.example.toml").write_text(SITE_FILE, "utf-8")
            kept = recorded(Path(folder) / "archive", SiteFiles.load(own), bodies)
            costs = {
                name: min(cpu_s(task, kept, len(bodies)) for _ in range(chosen.rounds))
                for name, task in TASKS.items()
            }
            for name, cost in costs.items():
                rate, ms = len(bodies) / cost, 1000 * cost / len(bodies)
                budget = f">= {BUDGETS[name]}" if name in BUDGETS else ""
                table.add_row(kind, name, str(len(bodies)), f"{rate:.0f}", f"{ms:.1f}", budget)
            ratio = costs["rebuild"] / costs["articles"]
            if kind.startswith(REAL_OF_ANY):
                told.append(f"{kind}: rebuilding costs {ratio:.2f} x reading, wanted {REBUILT_MOST} at most")
                slow += ratio > REBUILT_MOST
    Console().print(table)
    print("\n".join(told))
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
