"""Reading pages: CPU per page of ours and of trafilatura, page by page in turn.

    python -m tests.bench.reading [--pages 60] [--rounds 3]

Pages of 150 kB in five sites' markup, and the real pages of the shared folder where it is there. `known` reads them by
site file or family, `unknown` by general rules alone. Every tool gets the fetched bytes or the decoded text afresh; a
page's figure is the least of its rounds, a ratio is taken page by page.
"""

import argparse
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from rich.console import Console
from rich.table import Table

from crawler.sample.static import StaticSite
from extract.page import families
from extract.page.page import Page
from extract.read import read

TABLE = "reading pages: CPU ms a page beside trafilatura"
REAL = Path(__file__).parents[3] / "shared" / "pages"
PEER = "trafilatura with metadata"
BUDGETS = {"known": 0.15, "unknown": 0.22}
"""Median ratios to the peer's CPU on the same page; the run fails above them."""


def tools(body: bytes) -> dict[str, Callable[[], object]]:
    """What is timed on a page's bytes; `known` only where a family knows the page."""
    page = Page("", body)
    text = page.text
    known = {"known": lambda: read(Page("", body))} if families.likely(page.marks, "") else {}
    return {
        **known,
        "unknown": lambda: read(Page("", body), with_families=False),
        PEER: lambda: trafilatura.bare_extraction(text, with_metadata=True),
        "trafilatura fast, bare": lambda: trafilatura.bare_extraction(text, fast=True),
        "decoding and parsing": lambda: Page("", body).tree,
    }


def measured(pages: list[bytes], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """For each tool the pages' CPU in ms and their ratio to trafilatura's on the same page."""
    found: dict[str, list[tuple[float, float]]] = {}
    for body in pages:
        timed: dict[str, list[float]] = {}
        contenders = tools(body)
        for _ in range(rounds):
            for name, tool in contenders.items():
                start = time.process_time()
                tool()
                timed.setdefault(name, []).append(1000 * (time.process_time() - start))
        for name, times in timed.items():
            found.setdefault(name, []).append((min(times), min(times) / min(timed[PEER])))
    return found


def real_pages() -> list[bytes]:
    """The articles among the shared pages."""
    lines = (REAL / "index.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [(REAL / f"{page['id']}.html").read_bytes() for page in told if page["kind"] == "article"]


def over(found: dict[str, list[tuple[float, float]]]) -> list[str]:
    """The readers whose median ratio is over the budget."""
    ratios = {name: statistics.median(ratio for _, ratio in rows) for name, rows in found.items()}
    return [
        f"{name}: {ratios[name]:.2f} of {PEER}'s CPU, wanted {most:.2f} at most"
        for name, most in BUDGETS.items()
        if name in ratios and ratios[name] > most
    ]


def main() -> int:
    """Print a table for the made pages and one for the real ones; 1 where a ratio is over its budget."""
    slow = []
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reading")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    site = StaticSite(chosen.pages)
    corpora = {"made pages of 150 kB": [site.body(number) for number in range(chosen.pages)]}
    if (REAL / "index.jsonl").is_file():
        corpora["real pages"] = real_pages()
    for name, pages in corpora.items():
        measured(pages[:3], 1)  # imports and compiled patterns are nobody's page
        found = measured(pages, chosen.rounds)
        Console(width=100).print(_table(f"{len(pages)} {name}", found))
        slow += over(found)
    for said in slow:
        print(said, file=sys.stderr)
    return 1 if slow else 0


def _table(title: str, found: dict[str, list[tuple[float, float]]]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("reader")
    for column in ("pages", "median ms", "median ratio", "budget"):
        table.add_column(column, justify="right")
    for name, rows in found.items():
        ms, ratio = (statistics.median(column) for column in zip(*rows, strict=True))
        budget = f"{BUDGETS[name]:.2f}" if name in BUDGETS else ""
        table.add_row(name, str(len(rows)), f"{ms:.1f}", f"{ratio:.3f}", budget)
    return table


if __name__ == "__main__":
    sys.exit(main())
