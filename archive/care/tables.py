"""Comparison of two views row by row: every table and column of the schema, matched by keys that both views share."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Row = tuple[Any, ...]

NAMED_BY = {
    "captures": ("record_id",),
    "passed_over": ("record_id",),
    "articles": ("url",),
    "sightings": ("capture_id", "article_id"),
    "quarantine": ("capture_id",),
}
"""Key columns of tables whose row numbers may differ; every other table is compared by its primary key."""

READ_OTHERWISE = {
    "articles_fts_docsize": "with the index of the articles made again",
    "articles_fts_config": "with the index of the articles made again",
    "articles_chars_config": "with the index of the articles made again",
}
"""Tables that are not compared row by row with the second view, and what each is compared with."""
NOT_DERIVED = {
    "images.kind": "read by libraries of the extra `pictures`, which may be missing on either machine",
    "images.width": "as images.kind",
    "images.height": "as images.kind",
    "images.phash": "as images.kind",
    "images.look": "as images.kind",
    "sites": "what the site files say; every run that writes brings it up to date",
    "meta": "its keys `schema` and `search` are compared; the others are notes of commands",
    "articles_fts_data": "FTS5's own pages, which differ with the order of writing: every word that they hold is"
    " compared, with article, column and place, and what ranking counts",
    "articles_fts_idx": "FTS5's own way to these pages: every word is asked for",
    "articles_chars_data": "as articles_fts_data, by characters",
    "articles_chars_idx": "as articles_fts_idx, by characters",
    "sqlite_stat1": "counts for SQLite's query planner, written by ANALYZE: they change speed, never an answer",
    "sqlite_stat4": "as sqlite_stat1",
}
"""Tables, and columns as `table.column`, that cannot be derived from the record, each with the reason."""

META_DERIVED = ("schema", "search")
"""Keys of meta that follow from the program; the others are notes of commands."""

PER_CAPTURE = (
    *("meta", "hanzi_fold", "captures", "passed_over", "quarantine", "issue_pages", "issue_items"),
    *("articles", "versions", "parts", "sightings", "looks"),
)
"""Tables whose rows follow from few captures or none: compared also where a part of the record is missing, too."""
SEQUENCE = {"sightings", "quarantine", "passed_over"}
"""Tables of these whose number counts on from row to row: where a row is missing, it is not compared."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the schema: its columns in order, and the key columns by which a row is found in both views."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def rows(self, conn: sqlite3.Connection) -> Iterator[Row]:
        """Every row, ordered by key."""
        where = f" WHERE key IN {META_DERIVED}" if self.name == "meta" else ""
        order = ", ".join(dict.fromkeys((*self.key, *self.columns[:1])))
        yield from conn.execute(f"SELECT {', '.join(self.columns)} FROM {self.name}{where} ORDER BY {order}")

    def named(self, row: Row) -> str:
        """The name of a row for messages: its number where it has one, else its key."""
        said = dict(zip(self.columns, row, strict=True))
        if self.columns[0] == "id":
            return f"{self.name} {said['id']}"
        return f"{self.name} {', '.join(f'{name} {said[name]}' for name in self.key)}"


Concerns = Callable[[Table, Row], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs from the derived row: the row's name, and the difference.

    `held` and `wanted` are its columns in the two views; None where a view lacks the row.
    """

    named: str
    what: str
    held: Mapping[str, Any] | None
    wanted: Mapping[str, Any] | None


def tables(conn: sqlite3.Connection) -> list[Table]:
    """The tables of a view that are compared, in the order in which they were made."""
    order = {name: n for n, (name,) in enumerate(conn.execute("SELECT name FROM main.sqlite_schema"))}
    listed = conn.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
    names = [name for name, kind in listed if kind == "table" and not name.startswith("sqlite_")]
    return [_table(conn, name) for name in sorted(names, key=lambda name: order.get(name, 0))]


def _table(conn: sqlite3.Connection, name: str) -> Table:
    listed = conn.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", [name]).fetchall()
    primary = tuple(column for column, pk in sorted(listed, key=lambda one: one[1]) if pk)
    columns = tuple(column for column, _ in listed)
    return Table(name, columns, NAMED_BY.get(name, primary or columns))


def lacking(held: sqlite3.Connection, wanted: sqlite3.Connection) -> Iterator[str]:
    """Tables, columns, indexes and SQL views that a database lacks, and SQL views with a different query."""
    ours, theirs = _schema(held), _schema(wanted)
    for name, (kind, sql) in theirs.items():
        if name not in ours:
            yield f"no {kind} {name}; `scrapy rebuild` makes it"
        elif kind == "view" and ours[name][1] != sql:
            yield f"view {name}: does not ask what this release asks; `scrapy rebuild` makes it again"
    for table in tables(wanted):
        if table.name in ours:
            columns = _table(held, table.name).columns
            missing = [column for column in table.columns if column not in columns]
            yield from (f"{table.name}: no column {column}; `scrapy rebuild` makes it" for column in missing)


def _schema(conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The schema: each name with its kind and its SQL, without comments and blanks."""
    rows = conn.execute(
        "SELECT name, type, coalesce(sql, '') FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
    )
    return {name: (kind, re.sub(r"--[^\n]*|\s+|\"", "", sql)) for name, kind, sql in rows}


def differences(
    held: sqlite3.Connection, wanted: sqlite3.Connection, table: Table, concerns: Concerns | None = None
) -> Iterator[Difference]:
    """The rows of a table that differ from the derived rows; `concerns` says which rows cannot be derived."""
    passed = {"id"} if concerns and table.name in SEQUENCE else set()
    for mine, theirs in _side_by_side(table, table.rows(held), table.rows(wanted)):
        if mine == theirs or (concerns and any(concerns(table, row) for row in (mine, theirs) if row)):
            continue
        one, other = (dict(zip(table.columns, row, strict=True)) if row else None for row in (mine, theirs))
        named = table.named(mine or theirs or ())
        if one is None or other is None:
            yield Difference(named, _alone(table, one, other), one, other)
            continue
        for name in table.columns:
            if one[name] != other[name] and name not in passed:
                yield Difference(named, f"{name} is {_told(one[name], other[name])}", one, other)


def _side_by_side(
    table: Table, mine: Iterator[Row], theirs: Iterator[Row]
) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of both views by key; None where one view has no row with that key."""
    places = [table.columns.index(name) for name in table.key]
    one, other = next(mine, None), next(theirs, None)
    while one is not None or other is not None:
        if one != other:
            before = _order(one, places), _order(other, places)
            if before[0] < before[1]:
                yield one, None
                one = next(mine, None)
                continue
            if before[1] < before[0]:
                yield None, other
                other = next(theirs, None)
                continue
        yield one, other
        one, other = next(mine, None), next(theirs, None)


def _order(row: Row | None, places: list[int]) -> tuple[Any, ...]:
    """The sort key of a row in SQLite's order, NULL first; a missing row comes behind all others."""
    if row is None:
        return (True,)
    return (False, *((row[at] is not None, row[at]) for at in places))


def _alone(table: Table, held: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None) -> str:
    """The difference for a row that only one view has."""
    record_id = (held or wanted or {}).get("record_id")
    if held is None:
        return (
            f"record {record_id}: no row of {table.name}"
            if record_id
            else "no such row, and the record leads to it"
        )
    return f"record {record_id} does not stand here" if record_id else "no record leads to this row"


def _told(held: object, wanted: object) -> str:
    """The value found and the value wanted; for long texts the place where they begin to differ."""
    if isinstance(held, str) and isinstance(wanted, str) and max(len(held), len(wanted)) > 80:
        at = next((n for n, (one, other) in enumerate(zip_longest(held, wanted)) if one != other), 0)
        start = max(0, at - 10)
        parts = [f"{'…' if start else ''}{text[start : start + 40]}" for text in (held, wanted)]
        return f"{parts[0]!r} from character {at} on, the record says {parts[1]!r}"
    return f"{held!r}, the record says {wanted!r}"
