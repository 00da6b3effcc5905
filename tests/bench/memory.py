"""Memory while a long crawl goes on: python -m tests.bench.memory [--pages 3000] [--page-bytes 20000].

The whole pipeline crawls a local site; the resident memory of its process is read four times a second and averaged
over each quarter of the pages.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.bench.crawl import SITE_FILE, site

GROWTH = 0.25
"""Memory is flat in the number of pages: 1.3 % over 20,000 of them."""
TABLE = "Resident memory over a long crawl"


def resident_mb(pid: int) -> float | None:
    """The resident set of a process; None once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def committed(database: Path) -> int:
    """Pages that the database holds."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
            return int(conn.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def measured(listing: str, pages: int, sites: Path, out: Path) -> list[tuple[int, float]]:
    """(pages so far, MB) over a crawl."""
    command = [sys.executable, "-m", "tests.bench.contender", "whole", listing, str(out), str(sites)]
    samples: list[tuple[int, float]] = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawl:
        while crawl.poll() is None:
            size = resident_mb(crawl.pid)
            if size is not None:
                samples.append((committed(out / "archive" / "archive.db"), size))
            time.sleep(0.25)
    found = committed(out / "archive" / "archive.db")
    if found < pages:
        raise SystemExit(f"only {found} of {pages} pages were kept")
    return samples


def main() -> int:
    """Print the mean of each quarter; 1 where the last is over the second by more than GROWTH."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--page-bytes", type=int, default=20_000)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as sites,
        tempfile.TemporaryDirectory() as out,
        site(options.pages, options.page_bytes) as listing,
    ):
        (Path(sites) / "127.0.0.1.toml").write_text(SITE_FILE, "utf-8")
        samples = measured(listing, options.pages, Path(sites), Path(out))
    means = []
    for quarter in range(4):
        low, high = options.pages * quarter / 4, options.pages * (quarter + 1) / 4
        own = [size for pages, size in samples if low < pages <= high]
        means.append(sum(own) / len(own) if own else 0.0)
    told = ", ".join(f"{mean:.0f}" for mean in means)
    print(f"{options.pages} pages of {options.page_bytes:,} bytes: {told} MB by quarter")
    if means[1]:
        print(
            f"last quarter against the second: {means[3] / means[1] - 1:+.1%}, wanted {GROWTH:+.0%} at most"
        )
    return 1 if means[1] and means[3] > means[1] * (1 + GROWTH) else 0


if __name__ == "__main__":
    sys.exit(main())
