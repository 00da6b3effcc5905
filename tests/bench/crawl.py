"""Whole crawls, interleaved: bare Scrapy, Scrapy made lean, ours capturing only, ours whole, and the naive glue.

    python -m tests.bench.crawl [--pages 1000] [--rounds 3] [--real known|unknown --copies 10]

The site is made from the sample network's pages, or of real ones where the shared folders are here, and served by
another process on loopback. CPU is user and system time of the contender's process and of those that it started (pages
are read in two), wall time is that of the whole command, start-up included in both (a second, which 300 pages would
still show); ratios are taken within a round. Wall time is good only where two cores are idle: a bare crawl has one
process, ours three, and the site's server takes some time of its own. The peak is that of the contender's own process.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import corpus

CONTENDERS = ("bare", "lean", "capture", "whole", "glue")
REAL_CONTENDERS = ("bare", "capture", "whole")
CEILINGS = {"lean": 1.6, "capture": 2.0, "whole": 4.0}
"""Median CPU against a bare crawl of the same pages; docs/decisions has what was measured, these leave room."""
REAL_CEILINGS = {"known": 2.0, "unknown": 2.5}
"""The same of the whole pipeline on real pages."""
MOST_MB = 150
COLUMNS = (
    "contender", "CPU ms/page", "x bare", "wall ms/page", "x bare", "peak RSS MB", "bytes written",
)  # fmt: skip
TABLE = "Whole crawls over one local site"
SITE_FILE = """\
host = "127.0.0.1"
name = "bench"
articles = ['/article/\\d+\\.html$']
"""


@contextmanager
def site(pages: int, page_bytes: int = 150_000, real: str = "", copies: int = 1) -> Iterator[str]:
    """The listing's address of a local site with that many pages; `real` ones are `known` or `unknown`."""
    kind = [real, str(copies)] if real else [str(page_bytes)]
    command = [sys.executable, "-m", "tests.bench.site", str(pages), *kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            if server.stdout is None:
                raise RuntimeError("the site's process has no output")
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def run(name: str, listing: str, sites: Path) -> dict[str, Any]:
    """One contender in a process of its own."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "tests.bench.contender", name, listing, out, str(sites)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall_s = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cost | {"cpu_s": cpu_s, "wall_s": wall_s}


def over(
    ratios: dict[str, list[float]], ceilings: dict[str, float], peaks_mb: dict[str, float], what: str
) -> list[str]:
    """The contenders of ours whose median ratio to a bare crawl, or whose peak, is over its ceiling."""
    middle = {name: statistics.median(found) for name, found in ratios.items() if found}
    slow = [
        f"{what}, {name}: {middle[name]:.2f} x bare, wanted {most} at most"
        for name, most in ceilings.items()
        if middle.get(name, 0) > most
    ]
    return slow + [
        f"{what}, {name}: peak {peak:.0f} MB, wanted {MOST_MB} at most"
        for name, peak in peaks_mb.items()
        if name == "whole" and peak > MOST_MB
    ]


def crawled(options: argparse.Namespace, real: str) -> list[str]:
    """Crawl one site with every contender, and print the table. Returns what is over its ceiling."""
    costs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    walls: dict[str, list[float]] = defaultdict(list)
    contenders = options.only or (REAL_CONTENDERS if real else CONTENDERS)
    with (
        tempfile.TemporaryDirectory() as sites,
        site(options.pages, real=real, copies=options.copies) as listing,
    ):
        (Path(sites) / "127.0.0.1.toml").write_text(SITE_FILE, "utf-8")
        for round_ in range(options.rounds):
            bare = bare_wall = 0.0
            # the naive glue takes fifteen times as long as all others: one round tells enough
            for name in (name for name in contenders if name != "glue" or round_ == 0):
                cost = run(name, listing, Path(sites))
                if cost["pages"] != options.pages:
                    raise SystemExit(f"{name} fetched {cost['pages']} of {options.pages} pages")
                costs[name].append(cost)
                if name == "bare":
                    bare, bare_wall = cost["cpu_s"], cost["wall_s"]
                if bare:
                    ratios[name].append(cost["cpu_s"] / bare)
                    walls[name].append(cost["wall_s"] / bare_wall)
    what = f"{real} real pages, {options.copies} copies a text" if real else "made pages"
    middles = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0] if key != "name"}
        for name, runs in costs.items()
    }
    _print(f"Crawl of {options.pages} {what}, {options.rounds} rounds, medians", middles, ratios, walls)
    peaks = {name: middle["rss_mb"] for name, middle in middles.items()}
    return over(ratios, {"whole": REAL_CEILINGS[real]} if real else CEILINGS, peaks, what)


def _print(
    title: str,
    middles: dict[str, dict[str, float]],
    ratios: dict[str, list[float]],
    walls: dict[str, list[float]],
) -> None:
    table = Table(title=title)
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "contender" else "right")
    for name, middle in middles.items():
        table.add_row(
            name,
            f"{1000 * middle['cpu_s'] / middle['pages']:.1f}",
            f"{statistics.median(ratios[name]):.2f}" if ratios[name] else "-",
            f"{1000 * middle['wall_s'] / middle['pages']:.1f}",
            f"{statistics.median(walls[name]):.2f}" if walls[name] else "-",
            f"{middle['rss_mb']:.0f}",
            f"{middle['bytes']:,.0f}",
        )
    Console().print(table)


def main() -> int:
    """Print the tables; 1 where a contender of ours is over its ceiling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--real", nargs="*", choices=[*REAL_CEILINGS], help="only these real pages")
    parser.add_argument("--copies", type=int, default=10, help="copies of a text among the real pages")
    options = parser.parse_args()
    kinds = options.real or ["", *(REAL_CEILINGS if corpus.is_here() else ())]
    slow = [said for kind in kinds for said in crawled(options, kind)]
    for said in slow:
        print(said, file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
