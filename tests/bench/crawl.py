"""Whole crawls, interleaved: bare Scrapy, Scrapy made lean, ours capturing only, ours whole, and the naive glue.

    python -m tests.bench.crawl [--pages 1000] [--rounds 3]

The site is made from the sample network's pages and served by another process on loopback. CPU is user and system
time of the contender's own process, start-up included (a second, which 300 pages would still show); ratios are taken
within a round.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

CONTENDERS = ("bare", "lean", "capture", "whole", "glue")
CEILINGS = {"lean": 1.6, "capture": 2.0, "whole": 4.0}
"""Median CPU against a bare crawl of the same pages; docs/decisions has what was measured, these leave room."""
TABLE = "Whole crawls over one local site"
SITE_FILE = """\
host = "127.0.0.1"
name = "bench"
articles = ['/article/\\d+\\.html$']
"""


@contextmanager
def site(pages: int, page_bytes: int = 150_000) -> Iterator[str]:
    """The listing's address of a local site with that many pages."""
    command = [sys.executable, "-m", "tests.bench.site", str(pages), str(page_bytes)]
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
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    cost: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return cost


def over(ratios: dict[str, list[float]]) -> list[str]:
    """The contenders of ours whose median ratio to a bare crawl is over its ceiling."""
    middle = {name: statistics.median(found) for name, found in ratios.items() if found}
    return [
        f"{name}: {middle[name]:.2f} x bare, wanted {most} at most"
        for name, most in CEILINGS.items()
        if middle.get(name, 0) > most
    ]


def main() -> int:
    """Print the table; 1 where a contender of ours is over its ceiling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS))
    options = parser.parse_args()
    costs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as sites, site(options.pages) as listing:
        (Path(sites) / "127.0.0.1.toml").write_text(SITE_FILE, "utf-8")
        for round_ in range(options.rounds):
            bare = 0.0
            # the naive glue takes fifteen times as long as all others: one round tells enough
            for name in (name for name in options.only if name != "glue" or round_ == 0):
                cost = run(name, listing, Path(sites))
                if cost["pages"] != options.pages:
                    raise SystemExit(f"{name} fetched {cost['pages']} of {options.pages} pages")
                costs[name].append(cost)
                bare = cost["cpu_s"] if name == "bare" else bare
                if bare:
                    ratios[name].append(cost["cpu_s"] / bare)
    table = Table(title=f"Crawl of {options.pages} pages, {options.rounds} rounds, medians")
    for column in ("contender", "pages/s", "CPU ms/page", "x bare", "peak RSS MB", "bytes written"):
        table.add_column(column, justify="left" if column == "contender" else "right")
    for name, runs in costs.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0] if key != "name"}
        table.add_row(
            name,
            f"{middle['pages'] / middle['seconds']:.0f}",
            f"{1000 * middle['cpu_s'] / middle['pages']:.1f}",
            f"{statistics.median(ratios[name]):.2f}" if ratios[name] else "-",
            f"{middle['rss_mb']:.0f}",
            f"{middle['bytes']:,.0f}",
        )
    Console().print(table)
    slow = over(ratios)
    for said in slow:
        print(said, file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
