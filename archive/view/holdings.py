"""Questions of spiders and commands about the holdings of an archive."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.capture import Ref


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of an archive; `copies` counts articles that are copies of another article."""

    captures: int
    articles: int
    stories: int
    copies: int
    quarantined: int


def totals(conn: sqlite3.Connection) -> Totals:
    """The totals of an archive."""
    row = conn.execute(
        """
        SELECT
            (SELECT count(*) FROM captures),
            (SELECT count(*) FROM articles),
            (SELECT count(*) FROM stories),
            (SELECT count(*) FROM carriers WHERE relation <> 'origin'),
            (SELECT count(*) FROM quarantine)
        """
    ).fetchone()
    return Totals(*row)


def copies_by_site(conn: sqlite3.Connection) -> list[tuple[str, int, int, int]]:
    """(site, articles, whole copies, abridged copies), the site with most articles first."""
    return conn.execute(
        """
        SELECT a.site, count(*), coalesce(sum(m.relation = 'copy'), 0), coalesce(sum(m.relation = 'abridged'), 0)
        FROM articles AS a
        LEFT JOIN carriers AS m ON m.article_id = a.id
        GROUP BY a.site
        ORDER BY 2 DESC, 1
        """
    ).fetchall()


def runs_in(database: Path) -> list[str]:
    """The ids of all runs in a database of any release; none where the database has no tables yet."""
    if not database.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            return [run for (run,) in conn.execute("SELECT id FROM runs ORDER BY id")]
    except sqlite3.DatabaseError:
        return []


def has_story(conn: sqlite3.Connection, story: int) -> bool:
    """Whether the view has a story with this number."""
    return conn.execute("SELECT 1 FROM stories WHERE id = ?", [story]).fetchone() is not None


def most_copied(conn: sqlite3.Connection) -> int | None:
    """The number of the story with most copies."""
    return _first(conn, "SELECT id FROM stories ORDER BY copies DESC, id LIMIT 1")


def came_back(conn: sqlite3.Connection) -> int | None:
    """The number of an article that was gone for a while."""
    return _first(conn, "SELECT article_id FROM sightings WHERE state = 'back' ORDER BY id LIMIT 1")


def edited_article(conn: sqlite3.Connection) -> int | None:
    """The number of an article whose text was changed at its address."""
    return _first(conn, "SELECT article_id FROM changed WHERE text_changed LIMIT 1")


def titles(conn: sqlite3.Connection, site: str) -> set[str]:
    """The titles of the articles of a site."""
    rows = conn.execute("SELECT DISTINCT title FROM articles WHERE site = ? AND title IS NOT NULL", [site])
    return {title for (title,) in rows}


def last_captured(conn: sqlite3.Connection) -> dict[str, str]:
    """The day of the latest capture, YYYY-MM-DD, by site."""
    return dict(conn.execute("SELECT site, substr(max(captured_at), 1, 10) FROM captures GROUP BY site"))


def story_title(conn: sqlite3.Connection, story: int | None) -> str | None:
    """The title of a story; None where it has none, or there is no such story."""
    row = conn.execute("SELECT title FROM stories WHERE id = ?", [story]).fetchone()
    return row[0] if row else None


def record_bytes(conn: sqlite3.Connection) -> int:
    """How many bytes of WARC files the view was made from."""
    size: int = conn.execute("SELECT coalesce(sum(committed), 0) FROM warc_files").fetchone()[0]
    return size


def newest_notes(conn: sqlite3.Connection, site: str, most: int, beyond: int) -> list[str]:
    """The notes, as JSON, of a site's newest articles, the `beyond` newest of all left out."""
    rows = conn.execute(
        "SELECT coalesce(notes, '[]') FROM articles WHERE site = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        [site, most, beyond],
    )
    return [notes for (notes,) in rows]


def article_addresses(conn: sqlite3.Connection) -> Iterator[str]:
    """The page's own address of every article; for a web archive's copy the address of the original page."""
    rows = conn.execute("SELECT c.original_url FROM articles AS a JOIN captures AS c ON c.id = a.capture_id")
    yield from (url for (url,) in rows)


def shared_addresses(conn: sqlite3.Connection) -> Iterator[str]:
    """The address of every article whose story is on several sites."""
    rows = conn.execute(
        """
        SELECT a.url
        FROM carriers AS m
        JOIN articles AS a ON a.id = m.article_id
        WHERE m.story_id IN (SELECT story_id FROM copies GROUP BY story_id HAVING count(DISTINCT site) > 1)
        """
    )
    yield from (url for (url,) in rows)


def locations(conn: sqlite3.Connection) -> Iterator[str]:
    """The target addresses of redirects, each once."""
    rows = conn.execute("SELECT DISTINCT location FROM captures WHERE location IS NOT NULL")
    yield from (location for (location,) in rows)


def dotted_sources(conn: sqlite3.Connection) -> Iterator[str]:
    """The source of every article whose source has a dot in it, as a host's name has."""
    rows = conn.execute("SELECT source FROM articles WHERE source LIKE '%.%'")
    yield from (source for (source,) in rows)


def pages_by_source(conn: sqlite3.Connection, most: int) -> list[tuple[str, int, str, Ref]]:
    """Each source that a site names: how many of its articles name it, and one of them with its record."""
    rows = conn.execute(
        """
        SELECT a.source, g.articles, a.url, c.warc_file, c.warc_offset, c.warc_length, c.record_id
        FROM (
            SELECT max(b.id) AS id, count(*) AS articles
            FROM articles AS b
            JOIN captures AS d ON d.id = b.capture_id
            WHERE b.source IS NOT NULL AND d.warc_file IS NOT NULL AND d.revisit_of IS NULL
            GROUP BY b.site, b.source
        ) AS g
        JOIN articles AS a ON a.id = g.id
        JOIN captures AS c ON c.id = a.capture_id
        ORDER BY g.articles DESC, a.id
        LIMIT ?
        """,
        (most,),
    )
    return [(source, articles, url, Ref(*ref)) for source, articles, url, *ref in rows]


def longest_pages(conn: sqlite3.Connection, site: str, most: int) -> list[tuple[str, Ref]]:
    """The address and the record of a site's longest articles, those fetched whole."""
    rows = conn.execute(
        """
        SELECT a.url, c.warc_file, c.warc_offset, c.warc_length, c.record_id
        FROM articles AS a
        JOIN captures AS c ON c.id = a.capture_id
        WHERE a.site = ? AND c.warc_file IS NOT NULL AND c.revisit_of IS NULL
        ORDER BY length(a.text) DESC
        LIMIT ?
        """,
        [site, most],
    )
    return [(url, Ref(*place)) for url, *place in rows]


def _first(conn: sqlite3.Connection, query: str) -> int | None:
    row = conn.execute(query).fetchone()
    return row[0] if row else None


def treeless(conn: sqlite3.Connection) -> list[int]:
    """The stories of two articles or more whose tree could not be made.

    Stories whose tree is still to be made are left out.
    """
    rows = conn.execute(
        """
        SELECT id
        FROM stories
        WHERE copies > 1 AND origin_article_id IS NOT NULL
            AND id NOT IN (SELECT story_id FROM descents) AND id NOT IN (SELECT story_id FROM untraced)
        ORDER BY id
        """
    )
    return [story for (story,) in rows]


def storyless(conn: sqlite3.Connection) -> list[int]:
    """The articles whose story could not be found; a round-up has none, and is known as one."""
    rows = conn.execute("SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM placed) ORDER BY id")
    return [article for (article,) in rows]
