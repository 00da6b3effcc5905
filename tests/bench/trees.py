"""The tree of a story: small ones as they grow, a large one as it grows and at once.

    python -m tests.bench.trees [--copies 5000] [--small 66]

Stories are the third generator's (tests/quality/third), their pages grouped one by one. An update is what follows the
grouping of one page: its departures, its place in the tree, the rows. In small stories it is made twice, as a run's end
makes it and as a run does that goes on, for which alone there is a bar; a large story grows as in a run, and its tree
is made again at the end. All in CPU time of one process; memory is the process's at most. The rows at the end must be
those of the story made at once.
"""

import argparse
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from archive.grouping import descents
from tests.quality.third.stories import story
from tests.quality.third.text import HABITS, Habit
from tests.shelf import Shelf

TABLE = "trees: the tree of a story as it grows, and at once"
UPDATE_MS = 50.0
"""The highest 95th percentile of an update."""
AT_ONCE_S = 10.0
"""The longest that departures, tree and rows of the large story may take."""
SEED = 7
TABLES = ("descents", "departures")


def placed(shelf: Shelf, habit: Habit, copies: int, seed: int) -> Iterator[int]:
    """Group the pages of a generated story one by one; the number of each."""
    for page in story(seed, replace(habit, copies=(copies, copies))):
        if page.held:
            at = page.shown_at.isoformat() if page.shown_at else None
            yield shelf.put(
                page.text,
                page.title,
                site=page.site,
                source=page.source,
                script=page.script,
                published_at=at,
                published_precision=page.precision,
            )


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


def grown(shelf: Shelf, habit: Habit, copies: int, seed: int, *, settled: bool) -> list[float]:
    """Milliseconds of each update of a story that grows page by page."""
    return [
        timed(lambda: descents.catch_up(shelf.conn, settled=settled))
        for _ in placed(shelf, habit, copies, seed)
    ]


def told(name: str, times: Sequence[float]) -> float:
    """Print a line of updates; the 95th percentile."""
    ranked = sorted(times)
    late = ranked[int(0.95 * len(ranked))]
    middle = ranked[len(ranked) // 2]
    print(f"  {name:44} p50 {middle:6.1f}  p95 {late:6.1f}  most {ranked[-1]:6.0f} ms CPU", flush=True)
    return late


def rows(conn: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    """The rows that follow from a story's members."""
    return [conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4, 5, 6").fetchall() for name in TABLES]


def main() -> int:
    """Print the table; 1 where a figure does not hold or the rows differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--copies", type=int, default=5000, help="of the large story")
    parser.add_argument("--small", type=int, default=66, help="copies of each small story")
    options = parser.parse_args()

    whole = Shelf()
    held = sum(1 for _ in placed(whole, Habit(), options.copies, SEED))
    once = timed(lambda: descents.catch_up(whole.conn))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {held} articles at once: {once / 1000:.1f} s CPU, {memory:.0f} MB", flush=True)

    late = []
    small = list(HABITS.items())[::3]
    for name, settled in (("as at a run's end", True), ("while a run goes on", False)):
        times = [
            each
            for seed, (_, habit) in enumerate(small)
            for each in grown(Shelf(), habit, options.small, seed, settled=settled)
        ]
        found = told(f"{len(small)} stories to {options.small} copies, {name}", times)
        late += [] if settled else [found]

    growing = Shelf()
    times = grown(growing, Habit(), options.copies, SEED, settled=False)
    late.append(told(f"one story to {options.copies} copies", times))
    settled = timed(lambda: descents.catch_up(growing.conn))
    is_same = rows(growing.conn) == rows(whole.conn)
    print(
        f"  its tree made again at the end: {settled / 1000:.1f} s CPU; rows {'equal' if is_same else 'DIFFER'}"
    )
    return int(not is_same or max(late) > UPDATE_MS or once / 1000 > AT_ONCE_S)


if __name__ == "__main__":
    raise SystemExit(main())
