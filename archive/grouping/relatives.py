"""An article whose copies are sought: its story, the sites that carry its publisher, the frequency of its words."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.grouping.numbers import story_now
from archive.kinds import Relation, Via
from archive.search.articles import Filter, find

SHOWN = 200
"""Members of a story that kin() returns, at most."""


@dataclass(frozen=True, slots=True)
class SoughtArticle:
    """An article whose copies are sought; `published_on` is YYYY-MM-DD, or None if the page prints no day."""

    url: str
    site: str
    title: str
    published_on: str | None
    original_title: str | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """A member of the sought article's story, the article itself included; `via` is the way its capture came."""

    url: str
    site: str
    title: str | None
    relation: Relation
    kept: float | None
    via: Via
    run_id: str | None


def article_at(conn: sqlite3.Connection, urls: Sequence[str]) -> SoughtArticle | None:
    """The article at the first of these addresses that the archive holds with a title; None if there is none."""
    for url in urls:
        found = conn.execute(f"{_WANTED} WHERE a.url = ? AND a.title IS NOT NULL", [url]).fetchone()
        if found:
            return SoughtArticle(*found)
    return None


def article_of(conn: sqlite3.Connection, story: int) -> SoughtArticle | None:
    """The origin of a story, or its earliest article with a title; an old number of a merged story is accepted."""
    found = conn.execute(
        f"""{_WANTED}
        JOIN placed AS p ON p.article_id = a.id
        LEFT JOIN stories AS s ON s.id = p.story_id
        WHERE p.story_id = ? AND a.title IS NOT NULL
        ORDER BY a.id IS NOT s.origin_article_id, a.published_at IS NULL, a.published_at, a.id
        LIMIT 1""",
        [story_now(conn, story)],
    ).fetchone()
    return SoughtArticle(*found) if found else None


_WANTED = (
    "SELECT a.url, a.site, a.title,"
    " CASE WHEN length(a.published_at) >= 10 THEN substr(a.published_at, 1, 10) END,"  # a month is no day
    " a.original_title FROM articles AS a"
)


def frequency(conn: sqlite3.Connection, phrase: str) -> int:
    """The number of articles that print the phrase, in either script."""
    return find(conn, Filter(words=f'"{phrase}"'), limit=0).total


def carriers(conn: sqlite3.Connection, site: str) -> tuple[str, ...]:
    """The sites that share stories with a site's latest articles, the most frequent first."""
    rows = conn.execute(
        """
        SELECT other.site
        FROM (SELECT id, site FROM articles WHERE site = ? ORDER BY published_at DESC LIMIT 2000) AS own
        JOIN placed AS p ON p.article_id = own.id
        JOIN placed AS q ON q.story_id = p.story_id
        JOIN articles AS other ON other.id = q.article_id
        WHERE other.site <> own.site
        GROUP BY other.site
        ORDER BY count(*) DESC, other.site
        """,
        [site],
    )
    return tuple(row[0] for row in rows)


def kin(conn: sqlite3.Connection, url: str) -> list[Kin]:
    """The story of the article at an address: the article and its copies, round-ups and follow-ups, oldest first."""
    rows = conn.execute(
        """
        SELECT a.url, a.site, a.title, m.relation, m.kept, c.via, f.run_id
        FROM articles AS own
        JOIN placed AS p ON p.article_id = own.id
        JOIN members AS m ON m.story_id = p.story_id
        JOIN articles AS a ON a.id = m.article_id
        JOIN captures AS c ON c.id = a.capture_id
        LEFT JOIN sightings AS s ON s.id = (SELECT min(id) FROM sightings WHERE article_id = a.id)
        LEFT JOIN captures AS f ON f.id = s.capture_id
        WHERE own.url = ?
        ORDER BY m.relation <> 'origin', a.published_at, a.id
        LIMIT ?
        """,
        [url, SHOWN],
    )
    return [Kin(*row) for row in rows]
