"""What a lake costs by stage and by size: synthetic articles, two of three in stories of up to twenty copies.

    python -m tests.bench.lake [ARTICLES…] [--brief] [--one-day]     # 1000 and 10000 unless given

Reading pages is left out: `ingest` measures that. An article has 600 to 1,800 characters of its own (--brief: a
third) and its site's line below; a copy is cut, misspelt in one character of two hundred, or both. Articles are of
84 days (--one-day: of one, whose parts bound a worker's memory).
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.lake.costs import Cost
from extract.article import Article
from tests.archive.lake.made import CHARACTERS, built, put_reading

TABLE = "lake: CPU, bytes and memory by stage"
A_FILE = 5_000
SITES, DAYS = 400, 90
LONG, BRIEF = (15, 45), (5, 15)
"""The fewest and the most sentences of an article."""
MOST_BYTES = 600 << 20
MOST_GROWTH = 1.3


def articles(number: int, sentences: tuple[int, int] = LONG) -> Iterator[Article]:
    """As many articles, always the same."""
    return islice(_endless(*sentences), number)


def _endless(fewest: int, most: int) -> Iterator[Article]:
    dice = random.Random("lake")
    lines = ["".join(dice.choices(CHARACTERS, k=40)) + "。" for _ in range(SITES)]
    n = 0
    while True:
        copies = 1 if dice.random() < 0.75 else dice.randint(2, 20)
        day = f"2026-{dice.randint(1, 3):02}-{dice.randint(1, DAYS // 3 - 2):02}"
        told = [
            "".join(dice.choices(CHARACTERS, k=dice.randint(20, 60))) + "。"
            for _ in range(dice.randint(fewest, most))
        ]
        title = told[0][:16]
        for copy in range(copies):
            site = dice.randrange(SITES)
            is_whole = copy == 0 or dice.random() < 0.6
            kept = told if is_whole else told[: max(2 * fewest // 5, int(len(told) * dice.random()))]
            text = "\n".join([*(_misspelt(line, dice) if copy else line for line in kept), lines[site]])
            moment = f"{day}T{dice.randint(0, 23):02}:00:00+08:00"
            yield Article(f"http://s{site}.example/{n}.html", title=title, text=text, published_at=moment)
            n += 1


def _misspelt(line: str, dice: random.Random) -> str:
    return "".join(dice.choice(CHARACTERS) if dice.random() < 0.005 else character for character in line)


def on_one_day(articles: Iterable[Article]) -> Iterator[Article]:
    """The same articles, all of the first of January."""
    return (replace(one, published_at=f"2026-01-01{(one.published_at or '')[10:]}") for one in articles)


def measure(
    number: int, cluster: str, sentences: tuple[int, int] = LONG, *, is_one_day: bool = False
) -> list[Cost]:
    """Build a lake of as many articles; the cost of each stage."""
    with TemporaryDirectory(prefix="zhuanzai-lake-") as place:
        begun = time.process_time()
        left = articles(number, sentences)
        left = on_one_day(left) if is_one_day else left
        readings = [
            put_reading(place, f"{n:06}.warc.gz", islice(left, A_FILE)) for n in range(-(-number // A_FILE))
        ]
        made = Cost("prepare", len(readings), time.process_time() - begun, _memory(), number)
        result = built(place, readings, cluster=cluster)
        files = [path.stat().st_size for path in Path(place).rglob("*.parquet")]
        rows = {table: result.manifest.rows(table) for table in ("articles", "grams", "stories", "copies")}
    print(f"\n{number:,} articles: {sum(files) / number:,.0f} bytes each; {rows}; parted {result.parted:,}")
    for cost in (made, *result.costs):
        print(
            f"{cost.stage:>16} {cost.tasks:5,} tasks {cost.cpu_s:9.2f} s CPU {1e6 * cost.cpu_s / number:9.1f} µs each"
            f" {cost.rows:12,} rows {cost.memory_bytes / 1e6:6.0f} MB",
            flush=True,
        )
    return [made, *result.costs]


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    """Print the costs at each size; 1 where memory or growth is over its ceiling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="*", type=int, default=[1_000, 10_000])
    parser.add_argument("--cluster", default="here")
    parser.add_argument("--brief", action="store_true", help="articles of a third of the length")
    parser.add_argument("--one-day", action="store_true", help="all articles of one day")
    options = parser.parse_args()
    each, largest = [], 0
    for number in options.articles:
        sentences = BRIEF if options.brief else LONG
        costs = measure(number, options.cluster, sentences, is_one_day=options.one_day)
        each.append(sum(cost.cpu_s for cost in costs) / number)
        largest = max(largest, *(cost.memory_bytes for cost in costs))
    growth = each[-1] / each[0]
    shown = ", ".join(f"{1000 * one:.2f} ms" for one in each)
    print(f"\nCPU an article {shown}: × {growth:.2f}; {largest / 1e6:.0f} MB")
    return int(largest > MOST_BYTES or growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
