"""Finding the story of an article in archives of ten thousand to three hundred thousand articles.

    python -m tests.bench.stories [--sizes 10000,100000] [--bench BENCH.jsonl]

Articles are the shared bench's; past its end the same articles under a permutation of their characters, one for each
round, so that lengths, repetitions and copies stay those of real news and no gram is the same by chance. At each
size 300 more articles are looked up without being stored, half of them copies of stored ones with a third cut off,
and 300 are placed, one a transaction. Look-ups are CPU time, which is what they take where nobody else uses the
machine; inserts, which wait for the disk, are wall time; bytes are those of the tables that grouping keeps.
Then swarms, in memory: 10,000 articles of 80 characters of news under one header and one disclaimer, and 5,000 copies
of one story with eight slips each; CPU time of either half, and the largest story. A diff of 10,000 characters with
two edits in a hundred characters, in the same and in the other script, ends it, in CPU time.
"""

import argparse
import json
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from opencc import OpenCC
from rich.console import Console
from rich.table import Table

from extract.compare.changes import Side, compare
from tests.shelf import Shelf

TABLE = "stories: look-up and insert as the archive grows"
BENCH = Path(__file__).parents[3] / "shared" / "copies" / "bench.jsonl"
FIRST, LAST = 0x4E00, 0x9FA5
PROBES = 300
KEPT = (
    "postings",
    "placed",
    "likenesses",
    "story_events",
    "likenesses_whole",
    "placed_story",
    "story_events_story",
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--bench", type=Path, default=BENCH)
    options = parser.parse_args()
    if not options.bench.exists():
        print(f"stories: {options.bench} is not here; nothing measured", file=sys.stderr)
        return
    docs = [json.loads(line) for line in options.bench.read_text("utf-8").splitlines() if line.strip()]
    texts = [(doc["title"], doc["text"]) for doc in docs]
    table = Table(
        "articles",
        "look-up p50 ms",
        "p95",
        "insert p50 ms",
        "p95",
        "articles/s",
        "index bytes/article",
        "peak MB",
    )
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(
            texts, [int(size) for size in options.sizes.split(",")], str(Path(folder, "bench.db"))
        ):
            table.add_row(*row)
    console = Console(width=120)
    console.print(table)
    for name, (halves, stories, largest) in swarms(texts).items():
        first, second = (f"{milliseconds:.2f}" for milliseconds in halves)
        console.print(
            f"{name}: {first} ms an article, then {second}; {stories:,} stories, the largest of {largest:,}"
        )
    for name, milliseconds in diffs(texts).items():
        console.print(f"diff of 10,000 characters, {name}: {milliseconds:.1f} ms")


def measured(texts: Sequence[tuple[str, str]], sizes: Sequence[int], path: str) -> Iterator[tuple[str, ...]]:
    """A row of the table for each size; the archive grows from one to the next."""
    shelf = Shelf(path)
    shelf.conn.execute("PRAGMA journal_mode = WAL")
    shelf.conn.execute("PRAGMA synchronous = NORMAL")
    arriving = _arriving(texts)
    stored = 0
    for size in sorted(sizes):
        begun, added = time.perf_counter(), size - stored
        while stored < size:
            batch = min(50, size - stored)
            shelf.conn.execute("BEGIN")
            for _ in range(batch):
                title, text = next(arriving)
                shelf.put(text, title)
            shelf.conn.execute("COMMIT")
            stored += batch
        rate = added / (time.perf_counter() - begun)
        look_ups, inserts = _probed(shelf, arriving, stored)
        stored += PROBES
        yield (
            f"{size:,}",
            *(f"{value:.2f}" for times in (look_ups, inserts) for value in _p50_p95(times)),
            f"{rate:,.0f}",
            f"{_index_bytes(shelf.conn) / stored:,.0f}",
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}",
        )
    shelf.conn.close()


def _probed(
    shelf: Shelf, arriving: Iterator[tuple[str, str]], stored: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each look-up, half of them of copies, and of each insert with its commit."""
    dice = random.Random(stored)
    look_ups, inserts = [], []
    for n in range(PROBES):
        title, text = next(arriving)
        if n % 2:
            known = dice.randrange(1, stored)
            (text,) = shelf.conn.execute("SELECT text FROM articles WHERE id = ?", [known]).fetchone()
            text = text[: 2 * len(text) // 3]
        shelf.conn.execute("BEGIN")
        article = shelf.add(text, title)
        begun, worked = time.perf_counter(), time.thread_time()
        shelf.stories.look_up(article)
        look_ups.append(1000 * (time.thread_time() - worked))
        shelf.stories.place(article)
        shelf.conn.execute("COMMIT")
        inserts.append(1000 * (time.perf_counter() - begun))
    return look_ups, inserts


def _arriving(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The articles again and again, every round in another alphabet of Han characters."""
    dice = random.Random(5)
    alphabet = list(range(FIRST, LAST + 1))
    order = alphabet[:]
    while True:
        substitute = dict(zip(alphabet, order, strict=True))
        for title, text in texts:
            yield title.translate(substitute), text.translate(substitute)
        dice.shuffle(order)


def _p50_p95(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _index_bytes(conn: sqlite3.Connection) -> int:
    names = ", ".join("?" * len(KEPT))
    try:
        row = conn.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})", KEPT).fetchone()
    except sqlite3.OperationalError:
        # an SQLite without dbstat: postings are nearly all of it, measured at 17 bytes a row
        row = conn.execute("SELECT 17 * count(*) FROM postings").fetchone()
    return int(row[0])


HEADER = "权威发布｜本报记者为您梳理政策要点，敬请关注。本栏目由本报时政部主办，每周一至周五更新，欢迎读者来稿来电。"
DISCLAIMER = (
    "特别声明：以上文章内容仅代表作者本人观点，不代表本网观点或立场。"
    "如有关于作品内容、版权或其它问题请于作品发表后的30日内与本网联系。"
)
Swarm = tuple[tuple[float, float], int, int]


def swarms(texts: Sequence[tuple[str, str]]) -> dict[str, Swarm]:
    """What articles that share one thing cost each, in either half, and the stories they make."""
    dice = random.Random(8)
    title, text = texts[0]
    arriving = _arriving(texts)
    under_one_header = (
        (title, f"{HEADER}\n{_middle(text)}\n{DISCLAIMER}")
        for title, text in (next(arriving) for _ in range(10_000))
    )
    copies = ((title, _with_slips(text, dice)) for _ in range(5_000))
    return {
        "10,000 articles under one disclaimer": _swarm(list(under_one_header)),
        "5,000 copies of one story": _swarm(list(copies)),
    }


def _middle(text: str) -> str:
    # both ends of a copy may be a site's own lines
    return text[max(0, len(text) // 2 - 40) :][:80]


def _with_slips(text: str, dice: random.Random) -> str:
    letters = list(text)
    for _ in range(8):
        letters[dice.randrange(len(letters))] = chr(dice.randrange(FIRST, LAST))
    return "".join(letters)


def _swarm(articles: Sequence[tuple[str, str]]) -> Swarm:
    shelf = Shelf()
    shelf.conn.execute("BEGIN")
    times = [time.process_time()]
    for n, (title, text) in enumerate(articles, 1):
        shelf.put(text, title)
        if n in (len(articles) // 2, len(articles)):
            times.append(time.process_time())
    stories, largest = shelf.conn.execute("SELECT count(*), max(copies) FROM stories").fetchone()
    shelf.conn.close()
    first, second = (2000 * (end - begun) / len(articles) for begun, end in pairwise(times))
    return (first, second), stories, largest


def diffs(texts: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Milliseconds of CPU of a comparison of 10,000 characters, the best of five."""
    dice = random.Random(6)
    origin = "\n".join(dice.choice(texts)[1] for _ in range(60))[:10_000]
    letters = list(origin)
    for place in dice.sample(range(len(letters)), 200):
        letters[place] = dice.choice(["", "新", letters[place] * 2])
    copies = {"same script": "".join(letters), "other script": OpenCC("s2t").convert("".join(letters))}
    return {name: min(_timed(origin, copy) for _ in range(5)) for name, copy in copies.items()}


def _timed(origin: str, copy: str) -> float:
    begun = time.process_time()
    compare(Side(origin), Side(copy))
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    main()
