"""The search index against the two that SQLite brings along: size, building, answering; and the pages over it.

    python -m tests.bench.search [--articles 10000] [--length 430] [--queries 200] [--indexes ours,...]

Invented articles of real words (OpenCC's phrase table), one in two in Traditional characters, held against 2,710 real
ones of 610 characters, and these cut to 117, in what an index feels: 6 Han characters between two marks (real: 7); 0.72
and 0.91 of an article's words for the index are new in it (0.73, 0.90); beside the text the index takes 1.27 and 1.40
(1.32, 1.42). What is cut out of them to ask for is commoner than in news: one word of 2 characters in twenty stands in
31 % of the articles or more (30 %), of 3 in 36 % (8 %), of 4 in 13 % (7 %), of 6 to 10 in 6 % (1 %). Contenders index
the same articles in turn, 2,000 a transaction, each into a file of its own: `ours`; `trigram` over folded text;
`unicode61` over the text as it is, SQLite's default. Latencies are of SQL alone on a warm file: the newest 20 hits, and
the count of all; CPU time, the better of two, which is what they take where nobody else uses the machine. Recall is
against a scan of the folded texts. Then the reading room's pages and the queries shipped, over an archive of these
articles in stories of five.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from opencc import OpenCC
from rich.console import Console
from rich.table import Table

from archive.browse import conventions
from archive.browse.pages import article, compare, day, home, site, stories, story
from archive.browse.pages import search as search_page
from archive.browse.visit import Visit
from archive.search import index as search
from archive.search.folding import fold
from archive.search.query import parse
from archive.view.store import Store

TABLE = "Search: index and pages"
LENGTHS = {"1": (1, 1), "2": (2, 2), "3": (3, 3), "4": (4, 4), "6-10": (6, 10)}
SITES = [f"www.site{number:02}.example" for number in range(40)]
TURNS = 60_000
AGAIN, FRESH = 5, 130  # 5 turns in 130 are said a second time at once, one in two after 120 turns
SCANNED = 30  # queries of each length that are held against a scan
MARKS = [*"，，，，，，，，。。。。。、、；：“”《》", "2020", "12", "3", "19"]


@dataclass(frozen=True)
class Contender:
    """An index: how it is made, how an article gets in, and the SQL that answers a query, with its parameters."""

    name: str
    schema: str
    put: Callable[[sqlite3.Connection, int, str], None]
    ask: Callable[[str], tuple[str, tuple[str, ...]]]


def ours_asks(query: str) -> tuple[str, tuple[str, ...]]:
    found = search.hits(parse(query))
    assert found
    return found.sql, found.parameters


def plain(name: str, options: str, folding: Callable[[str], str]) -> Contender:
    """A contentless FTS5 table asked for the query as a phrase."""
    sql = "SELECT rowid FROM words WHERE words MATCH ?"
    return Contender(
        name,
        f"CREATE VIRTUAL TABLE words USING fts5 (text, content='', {options});"
        "INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);",
        lambda conn, number, text: void(
            conn.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", [number, folding(text)])
        ),
        lambda query: (sql, (f'"{folding(query)}"',)),
    )


def void(_: object) -> None:
    """Nothing."""


def contenders() -> list[Contender]:
    ours = resources.files("archive.view").joinpath("search.sql").read_text("utf-8")
    return [
        Contender("ours", f"CREATE TABLE articles (id, published_at, site, script, source);"
                  f"CREATE TABLE stories (copies, first_published_at); {ours}",
                  lambda conn, number, text: search.index(conn, number, None, text), ours_asks),
        plain("trigram", "tokenize='trigram'", fold),
        plain("unicode61", "tokenize='unicode61'", str),
    ]  # fmt: skip


def texts(chance: random.Random, count: int, length: int) -> Iterator[str]:
    """Articles of about `length` characters: turns of speech, of which few are common and some are said again."""
    turns = spoken(chance)
    often = falling(len(turns), 100)
    for number in range(count):
        wanted = chance.randint(length // 3, length * 5 // 3)
        said: list[tuple[str, str]] = []
        text = ""
        while len(text) < wanted:
            again = chance.random() * (len(said) + FRESH) < len(said) + AGAIN
            said.append(
                chance.choice(said) if said and again else chance.choices(turns, cum_weights=often)[0]
            )
            text += said[-1][number % 2] + ("\n" if len(said) % 29 == 0 else chance.choice(MARKS))
        yield text[:wanted]


def spoken(chance: random.Random) -> list[tuple[str, str]]:
    """Turns of one to four words, Simplified and Traditional."""
    table = resources.files("opencc") / "dictionary" / "STPhrases.txt"
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
    words = [(plain, candidates.split(" ")[0]) for plain, candidates in rows]
    characters = list(dict.fromkeys("".join(plain for plain, _ in words)))[:3000]
    traditional = OpenCC("s2t").convert
    words += [(character, traditional(character)) for character in characters]
    chance.shuffle(words)
    often = falling(len(words), 30)
    turns = (chance.choices(words, cum_weights=often, k=chance.randint(1, 4)) for _ in range(TURNS))
    return [("".join(plain for plain, _ in turn), "".join(other for _, other in turn)) for turn in turns]


def falling(count: int, flat: int) -> list[float]:
    """Weights that fall as frequencies of words do, behind the `flat` commonest or so, added up."""
    return list(accumulate(1 / (rank + flat) for rank in range(count)))


def asked(chance: random.Random, sample: Sequence[str], count: int) -> dict[str, list[str]]:
    """Queries of each length, cut out of the articles, and so more often common than rare."""
    found: dict[str, list[str]] = {name: [] for name in LENGTHS}
    for name, (least, most) in LENGTHS.items():
        while len(found[name]) < count:
            text, length = chance.choice(sample), chance.randint(least, most)
            at = chance.randrange(max(1, len(text) - length))
            query = text[at : at + length]
            if len(query) == length and all("\u4e00" <= character <= "\u9fff" for character in query):
                found[name].append(query)
    return found


def batches(articles: Iterable[tuple[int, str]], size: int) -> Iterator[list[tuple[int, str]]]:
    left = iter(articles)
    while batch := list(islice(left, size)):
        yield batch


def opened(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute("PRAGMA cache_size = -65536")
    return conn


def built(contender: Contender, conn: sqlite3.Connection, articles: Iterable[tuple[int, str]]) -> float:
    """CPU seconds that these articles took to get into the index."""
    began = time.process_time()
    conn.execute("BEGIN")
    for number, text in articles:
        contender.put(conn, number, text)
    conn.execute("COMMIT")
    return time.process_time() - began


def timed(conn: sqlite3.Connection, sql: str, parameters: tuple[str, ...]) -> tuple[float, list[Any]]:
    began = time.thread_time()
    rows = conn.execute(sql, parameters).fetchall()
    return (time.thread_time() - began) * 1000, rows


def better_of_two(conn: sqlite3.Connection, sql: str, parameters: tuple[str, ...]) -> float:
    """Milliseconds; the first time may read from the disk."""
    return min(timed(conn, sql, parameters)[0] for _ in range(2))


def used_bytes(conn: sqlite3.Connection) -> int:
    """Bytes of the pages in use; optimizing leaves free ones that later rows fill."""
    pages, free, size = (
        conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def scan(folded: Sequence[str], query: str) -> set[int]:
    wanted = fold(query)
    return {number for number, text in enumerate(folded, 1) if wanted in text}


def answered(conn: sqlite3.Connection, contender: Contender, query: str) -> set[int]:
    return {row[0] for row in conn.execute(*contender.ask(query))}


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def index_table(chosen: argparse.Namespace, folder: Path, console: Console) -> None:
    """Size, speed and recall of the indexes."""
    wanted = [contender for contender in contenders() if contender.name in chosen.indexes.split(",")]
    chance = random.Random(20200210)
    spent = {contender.name: 0.0 for contender in wanted}
    opens = {contender.name: opened(folder / f"{contender.name}.db") for contender in wanted}
    for contender in wanted:
        opens[contender.name].executescript(contender.schema)
    folded: list[str] = []
    text_bytes = 0
    numbered = enumerate(texts(chance, chosen.articles, chosen.length), 1)
    for batch in batches(numbered, 2000):
        text_bytes += sum(len(text.encode()) for _, text in batch)
        folded += [fold(text) for _, text in batch]
        for contender in wanted:
            spent[contender.name] += built(contender, opens[contender.name], batch)
    for contender in wanted:
        if contender.name == "ours":
            search.optimize(opens["ours"])
        else:
            opens[contender.name].execute("INSERT INTO words (words) VALUES ('optimize')")
        opens[contender.name].execute("PRAGMA wal_checkpoint(TRUNCATE)")
    queries = asked(chance, folded, chosen.queries)
    truth = {name: [scan(folded, query) for query in found[:SCANNED]] for name, found in queries.items()}
    table = Table(title=f"{chosen.articles:,} articles, {text_bytes / 1e6:.1f} MB of text; ms, p50 / p95")
    for heading in (
        "index",
        "size / text",
        "articles/CPU s",
        "chars",
        "newest 20",
        "count",
        "recall",
        "exact",
    ):
        table.add_column(heading, justify="right")
    for contender in wanted:
        conn = opens[contender.name]
        size = used_bytes(conn) / text_bytes
        for name, found in queries.items():
            newest, counts = [], []
            for query in found:
                sql, parameters = contender.ask(query)
                newest.append(better_of_two(conn, f"{sql} ORDER BY rowid DESC LIMIT 20", parameters))
                counts.append(better_of_two(conn, f"SELECT count(*) FROM ({sql})", parameters))
            answers = [answered(conn, contender, query) for query in found[:SCANNED]]
            right = sum(len(answer & true) for answer, true in zip(answers, truth[name], strict=True))
            exact = sum(answer == true for answer, true in zip(answers, truth[name], strict=True))
            table.add_row(
                contender.name if name == "1" else "",
                f"{size:.2f}" if name == "1" else "",
                f"{chosen.articles / spent[contender.name]:,.0f}" if name == "1" else "",
                name,
                f"{statistics.median(newest):.2f} / {p95(newest):.2f}",
                f"{statistics.median(counts):.2f} / {p95(counts):.2f}",
                f"{right / sum(map(len, truth[name])):.1%}",
                f"{exact}/{len(answers)}",
            )
        conn.close()
    console.print(table)


def archive_of(chosen: argparse.Namespace, database: Path) -> None:
    """An archive of such articles, in stories of five, over ten years; captures without a record."""
    chance = random.Random(20200210)
    with Store(database) as store:
        conn = store.conn
        for batch in batches(enumerate(texts(chance, chosen.articles, chosen.length), 1), 2000):
            with store.commit():
                for number, text in batch:
                    add(conn, chance, number, text)
        search.optimize(conn)
        conn.execute("ANALYZE")


def add(conn: sqlite3.Connection, chance: random.Random, number: int, text: str) -> None:
    """The rows of one article."""
    url, host = f"http://{(where := chance.choice(SITES))}/{number}", where
    at = f"{chance.randint(2015, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T08:00:00+08:00"
    origin = (number - 1) // 5 * 5 + 1
    relation = "origin" if number == origin else "copy"
    conn.execute(
        "INSERT INTO captures (id, url, site, captured_at, status, via, original_url)"
        " VALUES (?, ?, ?, '2026-11-22T00:00:00Z', 200, 'live', ?)",
        [number, url, host, url],
    )
    conn.execute(
        "INSERT INTO articles (id, capture_id, url, site, title, text, source, published_at, published_precision,"
        " script, extractor, notes) VALUES (?, ?, ?, ?, ?, ?, '人民日报', ?, 'minute', ?, 'bench', '[]')",
        [number, number, url, host, text[:14], text, at, "hant" if number % 2 else "hans"],
    )
    if number == origin:
        conn.execute(
            "INSERT INTO stories (id, title, origin_article_id, first_published_at, copies) VALUES (?, ?, ?, ?, 5)",
            [origin, text[:14], origin, at],
        )
    conn.execute("INSERT INTO members VALUES (?, ?, ?, 1, 1, 0, 'credited')", [origin, number, relation])
    conn.execute(
        "INSERT INTO sightings VALUES (?, ?, ?, '2026-11-22T00:00:00Z', 'new')", [number, number, number]
    )
    conn.execute(
        "INSERT INTO looks VALUES (?, 'new', ?, '2026-11-22', '2026-11-22', NULL, '2026-11-22', 1)",
        [number, "gone" if number % 50 == 0 else "here"],
    )
    search.index(conn, number, text[:14], text)


def shipped_queries() -> list[tuple[str, str]]:
    return [(name, query["sql"]) for name, query in conventions.queries().items()]


def queried(sql: str, conn: sqlite3.Connection, _: Visit) -> list[sqlite3.Row]:
    """A query as Datasette asks it, for a word of two characters where it wants one."""
    return conn.execute(sql, {"q": "中国"}).fetchmany(1001)


def page_table(chosen: argparse.Namespace, folder: Path, console: Console) -> None:
    """What each page reads, without its template."""
    database = chosen.archive or folder / "archive.db"
    if not database.exists():
        archive_of(chosen, database)
    conn = sqlite3.connect(database)
    conn.row_factory = sqlite3.Row
    search.register(conn)
    visit = partial(Visit, warc=folder, room="/archive/-")
    commonest = conn.execute(
        "SELECT substr(title, 1, 1) AS c FROM articles GROUP BY 1 ORDER BY count(*) DESC"
    ).fetchone()
    rare = (
        conn.execute("SELECT substr(text, 20, 4) FROM articles WHERE id = 77")
        .fetchone()[0]
        .strip("，。、；：“”\n")
    )
    common = commonest["c"]
    shown: list[tuple[str, Callable[[sqlite3.Connection, Visit], Any], Visit]] = [
        ("home", home.read, visit({}, {})),
        ("search: 4 characters", search_page.read, visit({}, {"q": rare})),
        (f"search: {common}, the commonest", search_page.read, visit({}, {"q": common})),
        ("the same, by date of publication", search_page.read, visit({}, {"q": common, "sort": "published"})),
        (
            "the same, one month",
            search_page.read,
            visit({}, {"q": common, "since": "2020-02-01", "until": "2020-02-28"}),
        ),
        ("the same, one site", search_page.read, visit({}, {"q": common, "site": SITES[3]})),
        ("search: no words", search_page.read, visit({}, {})),
        ("stories", stories.read, visit({}, {})),
        ("story", story.read, visit({"id": "1"}, {})),
        ("compare", compare.read, visit({}, {}, lists={"with": ("1", "2")})),
        ("article", article.read, visit({"id": "5"}, {})),
        ("sites", site.read_all, visit({}, {})),
        ("site", site.read, visit({"site": SITES[3]}, {})),
        ("days", day.read_all, visit({}, {})),
        ("day", day.read, visit({"day": "2020-02-10"}, {})),
        *((f"query: {name}", partial(queried, sql), visit({}, {})) for name, sql in shipped_queries()),
    ]
    table = Table(title=f"pages over {chosen.articles:,} articles; ms, first / median of 5")
    table.add_column("page")
    table.add_column("ms", justify="right")
    for name, read, asked_for in shown:
        took = []
        for _ in range(5):
            began = time.thread_time()
            read(conn, asked_for)
            took.append((time.thread_time() - began) * 1000)
        table.add_row(name, f"{took[0]:.0f} / {statistics.median(took):.0f}")
    conn.close()
    console.print(table)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--length", type=int, default=430, help="characters of an article, on average")
    parser.add_argument("--queries", type=int, default=200, help="of each length")
    parser.add_argument("--indexes", default="ours,trigram,unicode61")
    parser.add_argument("--only", choices=("index", "pages"))
    parser.add_argument("--archive", type=Path, help="the pages' database: made there, or there already")
    chosen = parser.parse_args()
    console = Console()
    for name, table in (("index", index_table), ("pages", page_table)):
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                table(chosen, Path(folder), console)


if __name__ == "__main__":
    main()
