"""The search index compared with the articles: every word with its article, column and place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from archive.search import index as search
from archive.view.store import SCHEMA_FILES

CHUNK = 2000
"""Articles indexed again at a time, in memory."""
INDEXES = ("articles_fts", "articles_chars")
ALL = "SELECT doc FROM temp.sums UNION SELECT id FROM articles_fts_docsize"
"""Every article that the index has a row or a word of."""


def unindexed(conn: sqlite3.Connection) -> Iterator[str]:
    """Articles whose words differ in the search index, and index rows that belong to no article.

    The index keeps no texts: each article is indexed again in memory, and counts and places of words are compared.
    """
    held = _Sums(conn)
    seen = 0
    totals = {name: [0] for name in INDEXES}
    settings: dict[str, list[Any]] = {}
    rows = conn.execute("SELECT id, title, text FROM articles ORDER BY id")
    while chunk := rows.fetchmany(CHUNK):
        with closing(sqlite3.connect(":memory:")) as fresh:
            for name in SCHEMA_FILES:
                fresh.executescript(files("archive.view").joinpath(name).read_text("utf-8"))
            for article_id, title, text in chunk:
                search.index(fresh, article_id, title, text)
            wanted = _Sums(fresh)
            for article_id, _, _ in chunk:
                seen += 1
                if held.of(article_id) != wanted.of(article_id):
                    yield f"articles {article_id}: the search index does not hold its words as they are"
            wanted.close()
            totals = {name: _added(totals[name], _totals(fresh, name)) for name in INDEXES}
            settings = {name: _settings(fresh, name) for name in INDEXES}
    if held.articles() > seen:
        yield from (
            f"articles_fts {row_id}: words of an article that is not there" for row_id in held.orphans()
        )
    held.close()
    for name in INDEXES if seen else ():
        if _added([0], _totals(conn, name)) != totals[name]:
            yield f"{name}: counts {_totals(conn, name)} articles and words, {totals[name]} are there"
        if _settings(conn, name) != settings[name]:
            yield f"{name}_config: {_settings(conn, name)}, wanted {settings[name]}"
        yield from _unreachable(conn, name)


def _totals(conn: sqlite3.Connection, name: str) -> list[int]:
    """An index's totals for its ranking: articles, and words by column. Source: fts5_storage.c, "averages"."""
    row = conn.execute(f"SELECT block FROM {name}_data WHERE id = 1").fetchone()
    found, value = [], 0
    for byte in row[0] if row else b"":
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(value)
            value = 0
    return found


def _added(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip_longest(one, other, fillvalue=0)]


def _settings(conn: sqlite3.Connection, name: str) -> list[Any]:
    return conn.execute(f"SELECT k, v FROM {name}_config ORDER BY k").fetchall()


def _unreachable(conn: sqlite3.Connection, name: str) -> Iterator[str]:
    """Words that an index holds but a query does not find."""
    conn.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, '{name}', 'row')")
    ask = f"SELECT 1 FROM {name} WHERE {name} MATCH ? LIMIT 1"
    for (term,) in conn.execute("SELECT term FROM temp.terms"):
        if conn.execute(ask, [f'"{term}"']).fetchone() is None:
            yield f"{name}: holds {term!r}, and a search for it finds nothing"
    conn.execute("DROP TABLE temp.terms")


class _Sums:
    """The number of each article's words in the index, and a checksum over the words and their places."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        for table in ("fts", "chars"):
            conn.execute(
                f"CREATE VIRTUAL TABLE temp.words_{table} USING fts5vocab(main, 'articles_{table}', 'instance')"
            )
        # a word's number is made of its length and its first three characters; the sum stays far below 2^63
        number = " + ".join(
            f"coalesce(unicode(substr(term, {at}, 1)), 0) * {factor}"
            for at, factor in ((1, 1), (2, 131), (3, 17161))
        )
        conn.execute(
            "CREATE TEMP TABLE sums AS SELECT doc, count(*) AS words,"
            f" sum((length(term) + {number}) * (coalesce(offset, 0) + 7 + 31 * coalesce(col = 'title', 0)) % 1000003)"
            " AS total"
            " FROM (SELECT term, doc, offset, col FROM temp.words_fts"
            " UNION ALL SELECT term, doc, offset, col FROM temp.words_chars) GROUP BY doc"
        )
        conn.execute("CREATE INDEX temp.sums_doc ON sums (doc)")

    def of(self, article_id: int) -> tuple[int, int, bytes | None] | None:
        row: tuple[int, int, bytes | None] | None = self._conn.execute(
            "SELECT words, total, (SELECT sz FROM articles_fts_docsize WHERE id = doc) FROM temp.sums WHERE doc = ?",
            [article_id],
        ).fetchone()
        return row

    def articles(self) -> int:
        count: int = self._conn.execute(f"SELECT count(*) FROM ({ALL})").fetchone()[0]
        return count

    def orphans(self) -> list[int]:
        rows = self._conn.execute(f"{ALL} EXCEPT SELECT id FROM articles")
        return [doc for (doc,) in rows]

    def close(self) -> None:
        for table in ("words_fts", "words_chars", "sums"):
            self._conn.execute(f"DROP TABLE temp.{table}")
