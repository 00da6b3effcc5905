"""Rows that cannot be derived again: their captures' records are damaged, or an earlier extractor read their texts."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.care.derived import UNKNOWN
from archive.care.tables import Row, Table
from extract.read import EXTRACTOR


@dataclass(frozen=True, slots=True)
class Unproven:
    """Ids of captures and articles, and addresses of articles, whose rows are not compared."""

    captures: set[int] = field(default_factory=set)
    articles: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)

    def concerns(self, table: Table, row: Row) -> bool:
        """Whether a row of a table depends on one of these captures or articles."""
        said = dict(zip(table.columns, row, strict=True))
        if table.name == "captures":
            return said["id"] in self.captures
        article = said.get("id" if table.name == "articles" else "article_id")
        url = said.get("url" if table.name == "articles" else "article_url")
        is_unknown = isinstance(article, int) and article >= UNKNOWN and table.name != "articles"
        return (
            is_unknown
            or article in self.articles
            or url in self.urls
            or said.get("capture_id") in self.captures
        )


def unproven(conn: sqlite3.Connection, lost: set[int]) -> Unproven:
    """The captures and articles that depend on lost captures, their revisits, or texts of an earlier extractor."""
    ids = json.dumps(sorted(lost))
    repeating = conn.execute(
        "SELECT id FROM captures WHERE revisit_of IN (SELECT value FROM json_each(?))", [ids]
    )
    captures = lost | {row[0] for row in repeating}
    articles, urls = set(), set()
    for article, url in conn.execute(TOUCHED, {"lost": json.dumps(sorted(captures)), "extractor": EXTRACTOR}):
        articles.add(article)
        rest = url.partition(":")[2]
        urls |= {f"http:{rest}", f"https:{rest}"}  # by http and by https it is one
    return Unproven(captures, articles, urls)


TOUCHED = """
WITH lost AS (SELECT value AS id FROM json_each(:lost))
SELECT id, url
FROM articles AS a
WHERE extractor <> :extractor
    OR capture_id IN (SELECT id FROM lost)
    OR EXISTS (
        SELECT 1 FROM versions
        WHERE article_id = a.id AND (extractor <> :extractor OR capture_id IN (SELECT id FROM lost))
    )
    OR EXISTS (SELECT 1 FROM sightings WHERE article_id = a.id AND capture_id IN (SELECT id FROM lost))
    OR EXISTS (SELECT 1 FROM parts WHERE article_url = a.url AND capture_id IN (SELECT id FROM lost))
"""


def texts(conn: sqlite3.Connection) -> tuple[int, int]:
    """The number of texts in the view (articles, versions, pages), and how many of them an earlier extractor read."""
    counts = "SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM versions) + (SELECT count(*) FROM parts)"
    older = (
        "SELECT (SELECT count(*) FROM articles WHERE extractor <> ?1)"
        " + (SELECT count(*) FROM versions WHERE extractor <> ?1)"
    )
    all_texts: int = conn.execute(counts).fetchone()[0]
    of_old: int = conn.execute(older, [EXTRACTOR]).fetchone()[0]
    return all_texts, of_old


def unknown_extractors(conn: sqlite3.Connection) -> Iterator[str]:
    """Texts whose stated extractor is of no known release."""
    name, _, number = EXTRACTOR.partition(" ")
    for table, key in (("articles", "id"), ("versions", "article_id || ' ' || n")):
        rows = conn.execute(f"SELECT {key}, extractor FROM {table} WHERE extractor <> ?", [EXTRACTOR])
        for row, said in rows:
            earlier = re.fullmatch(rf"{name} (\d{{1,6}})", said)
            if earlier is None or int(earlier[1]) >= int(number):
                yield f"{table} {row}: extractor is {said!r}, which read nothing; this is {EXTRACTOR!r}"
