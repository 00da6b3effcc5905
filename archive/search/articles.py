"""Articles by words, date, site, source, script and relation, for the search page and the exports."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from archive.kinds import Region, Relation, SiteKind
from archive.search import index as search
from archive.search import names
from archive.search.query import Query, parse
from extract.script.fold import fold

CAP = 1000
"""Hits that are sorted by time or by fitness, at most; more hits come in the order of the archive, newest first."""

TALLIED = 20_000
"""Articles whose sites, scripts and sources are counted for a page of results, at most; this takes 50 ms."""

FIELDS = ("site", "region", "kind", "script", "source")
_COLUMNS = ("site", "script", "source")
_MEDIA = 40
"""Media that are counted for a page of results, at most: the media that most articles name."""
ORDERS = {
    "published": "a.published_at DESC, a.id DESC",
    "oldest": "a.published_at IS NULL, a.published_at, a.id",
    "archived": "a.id DESC",
    "fit": "",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions on articles; an empty filter lets every article pass. The day `until` is included.

    `site` is a host or a name. `source` is a medium, alone or within a longer source line. Names may be in either
    script.
    """

    words: str = ""
    since: date | None = None
    until: date | None = None
    site: str | None = None
    source: str | None = None
    script: str | None = None
    relation: Relation | None = None
    region: Region | None = None
    kind: SiteKind | None = None

    @property
    def empty(self) -> bool:
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the articles of one page of results, in order; `order` is the order that was used.

    If the results are grouped by story, `more` has for each article the number of further results of its story, and
    `stories` is the number of all stories and single articles.
    """

    ids: tuple[int, ...]
    total: int
    order: str
    query: Query
    stories: int | None = None
    more: dict[int, int] = field(default_factory=dict)


def find(
    conn: sqlite3.Connection, wanted: Filter, order: str | None = None, limit: int = 20, offset: int = 0
) -> Found:
    """One page of the articles that pass the filter, and the number of all of them.

    `order` is a key of ORDERS. The default is `published`, or `archived` if more than CAP articles match words.
    `fit` needs words, and at most CAP articles.
    """
    query = parse(wanted.words)
    if wanted.words.strip() and query.root is None:
        return Found((), 0, order or "published", query)
    choice = _Choice(conn, wanted, query)
    total = choice.count(conn)
    order = _possible(order, query, total)
    return Found(choice.ids(conn, order, limit, offset), total, order, query)


def by_story(
    conn: sqlite3.Connection, wanted: Filter, order: str | None = None, limit: int = 20, offset: int = 0
) -> Found:
    """As find(), with only the first article of each story. For more than CAP articles the result is find()'s."""
    found = find(conn, wanted, order, CAP)
    if found.total > CAP:
        return find(conn, wanted, order, limit, offset)
    story = dict(
        conn.execute(
            "SELECT article_id, story_id FROM carriers"
            f" WHERE article_id IN ({', '.join('?' * len(found.ids))})",
            found.ids,
        ).fetchall()
    )
    first: dict[object, int] = {}
    more: dict[int, int] = {}
    for article in found.ids:
        stands = first.setdefault(story.get(article, ("alone", article)), article)
        more[stands] = more.get(stands, -1) + 1
    shown = list(more)
    return replace(found, ids=tuple(shown[offset : offset + limit]), stories=len(shown), more=more)


def every(conn: sqlite3.Connection, wanted: Filter, limit: int = -1) -> list[int]:
    """The ids of the articles that pass the filter, the last archived first; `limit` -1 means all."""
    query = parse(wanted.words)
    if wanted.words.strip() and query.root is None:
        return []
    return list(_Choice(conn, wanted, query).ids(conn, "archived", limit, 0))


def tallies(conn: sqlite3.Connection, wanted: Filter, most: int = 12) -> dict[str, list[tuple[str, int]]]:
    """The counts of each field's values among the articles that pass; the `most` commonest values of each field.

    A field is counted without its own filter, so that the reader can choose another value. An article is counted
    under every medium that its source line names. Only the last TALLIED archived articles are counted.
    """
    query = parse(wanted.words)
    if wanted.words.strip() and query.root is None:
        return {field: [] for field in FIELDS}
    counted: dict[Filter, list[tuple[str | None, ...]]] = {}
    known = names.sites(conn)
    found = {}
    for name in FIELDS:
        off: dict[str, Any] = {name: None}
        without = replace(wanted, **off)
        if without not in counted:
            counted[without] = _Choice(conn, without, query).fields(conn)
        counts = _count(conn, name, counted[without], known)
        named = [(value, n) for value, n in counts.items() if value is not None]
        found[name] = sorted(named, key=lambda item: (-item[1], item[0]))[:most]
    return found


def _count(
    conn: sqlite3.Connection,
    name: str,
    rows: list[tuple[str | None, ...]],
    known: Mapping[str, names.Named],
) -> Mapping[str | None, int]:
    """The number of rows with each value of a field."""
    column = Counter(row[_COLUMNS.index(name if name in _COLUMNS else "site")] for row in rows)
    if name == "source":
        return _media_of(conn, column)
    if name in _COLUMNS:
        return column
    counts: Counter[str | None] = Counter()
    for host, n in column.items():
        site = known.get(host or "")
        counts[getattr(site, name) if site else None] += n
    return counts


def _media_of(conn: sqlite3.Connection, lines: Mapping[str | None, int]) -> dict[str | None, int]:
    """The number of articles that name each medium, by the medium's Simplified name; as a filter would find them."""
    folded = [(fold(line), n) for line, n in lines.items() if line]
    media = names.media(conn)
    lone: Counter[str] = Counter()
    for line, n in folded:
        lone.update({key: n for key in media if key in line})
    return {media[key][0]: n for key, n in lone.most_common(_MEDIA)}


def _possible(order: str | None, query: Query, total: int) -> str:
    if order == "fit" and (query.root is None or total > CAP):
        order = None
    if order in ORDERS:
        return order
    return "published" if total <= CAP or query.root is None else "archived"


class _Choice:
    """The filter as SQL: the table `source`, the conditions `where`, and their `parameters`."""

    def __init__(self, conn: sqlite3.Connection, wanted: Filter, query: Query) -> None:
        self.words = wanted.words
        found = search.hits(query)
        hosts = names.hosts_of(conn, wanted.site) if wanted.site else ()
        lines = names.lines_naming(conn, wanted.source) if wanted.source else ()
        conditions = {
            "a.published_at >= ?": _since(wanted.since) if wanted.since else None,
            "a.published_at < ?": _day_after(wanted.until) if wanted.until else None,
            "a.site IN (SELECT value FROM json_each(?))": json.dumps(hosts) if hosts else None,
            "a.source IN (SELECT value FROM json_each(?))": json.dumps(lines) if lines else None,
            "a.script = ?": wanted.script,
            "a.id IN (SELECT article_id FROM members WHERE relation = ?)": wanted.relation,
            "a.site IN (SELECT host FROM sites WHERE region = ?)": wanted.region,
            "a.site IN (SELECT host FROM sites WHERE kind = ?)": wanted.kind,
        }
        kept = {test: value for test, value in conditions.items() if value}
        tests = list(kept)
        self.parameters: tuple[str, ...] = tuple(kept.values())
        self.hits = found if found and not tests else None
        if found:
            tests.append(f"a.id IN ({found.sql})")
            self.parameters += found.parameters
        # this index has every column that is tested here; it is shorter than the rows, which hold the texts
        self.source = "articles AS a INDEXED BY articles_sieve" if found else "articles AS a"
        self.where = f" WHERE {' AND '.join(tests)}" if tests else ""

    def count(self, conn: sqlite3.Connection) -> int:
        sql = (
            f"SELECT count(*) FROM ({self.hits.sql})"
            if self.hits
            else f"SELECT count(*) FROM {self.source}{self.where}"
        )
        total: int = conn.execute(sql, self.parameters).fetchone()[0]
        return total

    def ids(self, conn: sqlite3.Connection, order: str, limit: int, offset: int) -> tuple[int, ...]:
        parameters: tuple[object, ...] = self.parameters
        if order == "fit":
            sql = (
                "SELECT f.rowid FROM articles_fts AS f WHERE f.articles_fts MATCH ?"
                f" AND f.rowid IN (SELECT a.id FROM {self.source}{self.where})"
                " ORDER BY bm25(articles_fts, 1.0, 5.0), f.rowid DESC"
            )
            parameters = (search.match(self.words), *parameters)
        elif order == "archived" and self.hits:
            sql = f"{self.hits.sql} ORDER BY rowid DESC"
        else:
            sql = f"SELECT a.id FROM {self.source}{self.where} ORDER BY {ORDERS[order]}"
        rows = conn.execute(f"{sql} LIMIT ? OFFSET ?", (*parameters, limit, offset))
        return tuple(row[0] for row in rows)

    def fields(self, conn: sqlite3.Connection) -> list[tuple[str | None, ...]]:
        """The _COLUMNS of the articles that pass, at most TALLIED of them."""
        source, where, parameters = self.source, self.where, self.parameters
        if self.hits:
            where = f" WHERE a.id IN ({self.hits.sql} ORDER BY rowid DESC LIMIT {TALLIED})"
        sql = f"SELECT {', '.join(_COLUMNS)} FROM {source}{where} ORDER BY a.id DESC LIMIT {TALLIED}"
        return [tuple(row) for row in conn.execute(sql, parameters)]


def _since(day: date) -> str:
    """The day as a bound of times; the first of a month bounds the articles too that print only this month."""
    return day.isoformat()[: 7 if day.day == 1 else 10]


def _day_after(day: date) -> str:
    return _since(day + timedelta(days=1)) if day < date.max else "9999-99"
