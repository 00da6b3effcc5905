"""Articles grouped into stories, one neighbourhood at a time, by the same proof as in an archive."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from archive.grouping.postings import EVERYBODY
from archive.grouping.stories import Stories
from archive.grouping.texts import prepared, whole_day
from archive.lake import schema
from archive.lake.grams import hashes
from archive.lake.readings import A_DAY, Rows
from archive.lake.storage import Storage
from archive.view.store import statements

MEMBER_FIELDS = (
    "article", "url", "site", "title", "source", "published_at", "paper_date", "low_trust", "script", "captured_at",
    "text_id", "folded_id",
)  # fmt: skip
MEMBERS = pa.schema(
    [pa.field("neighbourhood", pa.int64())]
    + [schema.ARTICLES.field(name) for name in MEMBER_FIELDS]
    + [pa.field("text", pa.string())]
)
_PLACE = [pa.field("day", pa.string()), schema.ARTICLES.field("folded_id")]
FOUND_STORIES = pa.schema([*_PLACE, *schema.STORIES])
FOUND_COPIES = pa.schema([*_PLACE, *schema.COPIES])
OWN = ("origin", "copy", "abridged")
_TABLES = ("schema.sql", "stories.sql", "names.sql", "lineage.sql")
_END = "9999"


@dataclass(frozen=True, slots=True)
class DealtParts:
    """Some parts of days whose articles are sorted into neighbourhoods: the files of articles and of their texts."""

    lake: str
    parts: tuple[tuple[str, str], ...]
    neighbourhoods: str
    out: str


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """A range of neighbourhoods, with the files of their articles and the files of common grams."""

    lake: str
    files: tuple[str, ...]
    common: tuple[str, ...]
    low: int
    high: int
    out: str


def deal_out(task: DealtParts) -> int:
    """Write the articles that have neighbours, with texts, by neighbourhood. Returns their number."""
    storage = Storage(task.lake)
    if storage.has(task.out):
        return storage.rows(task.out)
    known = storage.read(task.neighbourhoods)
    parts = [_dealt(storage, *files, known) for files in task.parts]
    table = pa.concat_tables(parts).sort_by([("neighbourhood", "ascending"), ("article", "ascending")])
    storage.write(task.out, table, rows=2000)
    return len(table)


def group(task: Neighbourhoods) -> int:
    """Group the articles of a range of neighbourhoods, and write their stories and copies, sorted by day.

    Returns the number of articles.
    """
    storage = Storage(task.lake)
    if storage.has(f"{task.out}.copies"):
        return 0
    these = {"neighbourhood": (task.low, task.high - 1)}
    tables = [storage.read_where(file, MEMBERS.names, these) for file in task.files]
    commons = [storage.read(file)["gram"].to_numpy() for file in task.common]
    common = hashes(np.concatenate([np.empty(0, np.int64), *commons]))
    stories, copies = Rows(FOUND_STORIES), Rows(FOUND_COPIES)
    table = pa.concat_tables(tables)
    order = np.argsort(table["neighbourhood"].to_numpy(), kind="stable")
    number = 0
    with _Shelf(common) as shelf:
        for _, members in groupby(_in_pieces(table, order), key=itemgetter("neighbourhood")):
            number += shelf.group(list(members), stories, copies)
    by_day = [("day", "ascending"), ("folded_id", "ascending"), ("story", "ascending")]
    storage.write(f"{task.out}.stories", stories.table().sort_by(by_day), rows=A_DAY)
    by_article = [*by_day, ("article", "ascending")]
    storage.write(f"{task.out}.copies", copies.table().sort_by(by_article), rows=A_DAY)
    return number


def _dealt(storage: Storage, articles_file: str, texts_file: str, known: pa.Table) -> pa.Table:
    articles = storage.read(articles_file, MEMBER_FIELDS)
    at = pc.index_in(articles["folded_id"], known["text"])
    has = pc.is_valid(at)
    articles, at = articles.filter(has), at.filter(has)
    texts = storage.read(texts_file)
    text = texts["text"].take(pc.index_in(articles["text_id"], texts["text_id"]))
    neighbourhood = known["neighbourhood"].take(at)
    columns = [neighbourhood, *articles.select(MEMBER_FIELDS).columns, text]
    return pa.table(columns, names=MEMBERS.names).cast(MEMBERS)


def _in_pieces(table: pa.Table, order: "np.ndarray[Any, Any]", piece: int = 1000) -> Iterator[dict[str, Any]]:
    """The rows in this order; only `piece` rows are Python objects at a time."""
    for start in range(0, len(order), piece):
        yield from table.take(pa.array(order[start : start + piece])).to_pylist()


class _Shelf:
    """A database in memory that is emptied after each neighbourhood."""

    def __init__(self, common: "np.ndarray[Any, Any]") -> None:
        self._common = common
        self._conn = sqlite3.connect(":memory:", isolation_level=None)
        for name in _TABLES:
            for statement in statements(files("archive.view").joinpath(name).read_text("utf-8")):
                self._conn.execute(statement)
        self._stories = Stories(self._conn)

    def __enter__(self) -> "_Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.close()

    def group(self, members: list[dict[str, Any]], stories: Rows, copies: Rows) -> int:
        """Group the articles of one neighbourhood, the earliest first. Returns the number of articles."""
        members.sort(key=lambda row: (row["published_at"] or _END, row["url"], row["article"]))
        self._conn.execute("BEGIN")
        try:
            for at, row in enumerate(members, 1):
                self._put(at, row)
                self._mark_common(at, row)
                self._stories.place(at)
            self._tell(members, stories, copies)
        finally:
            self._conn.execute("ROLLBACK")
        return len(members)

    def _mark_common(self, at: int, row: dict[str, Any]) -> None:
        """Mark in the index the article's grams that are common, counted over the whole lake."""
        if not len(self._common):
            return
        sampled = prepared(at, row["title"], row["text"], whole_day(row["published_at"])).sampled
        mine = np.fromiter(sampled, np.int64, len(sampled))
        places = np.minimum(np.searchsorted(self._common, mine), len(self._common) - 1)
        self._conn.executemany(
            "INSERT OR IGNORE INTO postings (hash, article_id) VALUES (? - 2147483648, ?)",
            [(gram, EVERYBODY) for gram in mine[self._common[places] == mine].tolist()],
        )

    def _put(self, at: int, row: dict[str, Any]) -> None:
        names = ("url", "site", "title", "text", "source", "published_at", "paper_date", "low_trust")
        self._conn.execute(
            f"INSERT INTO articles (id, capture_id, extractor, notes, {', '.join(names)})"
            f" VALUES (?, ?, '', '[]'{', ?' * len(names)})",
            [at, at, *(row[name] for name in names)],
        )

    def _tell(self, members: list[dict[str, Any]], stories: Rows, copies: Rows) -> None:
        """Add the rows of the stories and their members; a story has the number of its earliest article."""
        rows = self._conn.execute(
            "SELECT story_id, article_id, relation, similarity, kept, added, claim FROM members ORDER BY 1, 2"
        ).fetchall()
        first: dict[int, dict[str, Any]] = {}
        for story, article, relation, *_ in rows:
            if relation in OWN:
                first.setdefault(story, members[article - 1])
        for story, title, origin, published, number, source, reasons in self._conn.execute(
            "SELECT id, title, origin_article_id, first_published_at, copies, origin_source, origin_reasons"
            " FROM stories ORDER BY id"
        ):
            earliest, chosen = first[story], members[origin - 1]["article"]
            row = (earliest["article"], title, chosen, published, number, source, reasons)
            stories.add(story_row(schema.day_of(published), earliest["folded_id"], row))
        for story, article, *shares in rows:
            copies.add(copy_row(members[article - 1], first[story]["article"], *shares))


def story_row(day: str, folded_id: int, columns: tuple[Any, ...]) -> dict[str, Any]:
    """The row of a story that begins on a day, with the folded text of its first article."""
    return {"day": day, "folded_id": folded_id, **dict(zip(schema.STORIES.names, columns, strict=True))}


def copy_row(member: dict[str, Any], story: int, *shares: Any) -> dict[str, Any]:
    """The row of a story's member; `shares` are relation, similarity, kept, added and claim."""
    columns = dict(zip(("relation", "similarity", "kept", "added", "claim"), shares, strict=True))
    named = {name: member[name] for name in ("folded_id", *schema.COPIES.names) if name in member}
    return {"day": schema.day_of(member["published_at"]), "story": story, **columns, **named}
