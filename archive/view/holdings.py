"""What an archive holds, as spiders and commands ask."""

import sqlite3
from collections.abc import Iterator

from archive.capture import Ref


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
    """How many bytes of WARC files the view stands on."""
    size: int = conn.execute("SELECT coalesce(sum(committed), 0) FROM warc_files").fetchone()[0]
    return size


def article_addresses(conn: sqlite3.Connection) -> Iterator[str]:
    """The page's own address of every article, behind web archives too."""
    rows = conn.execute("SELECT c.original_url FROM articles AS a JOIN captures AS c ON c.id = a.capture_id")
    yield from (url for (url,) in rows)


def shared_addresses(conn: sqlite3.Connection) -> Iterator[str]:
    """The address of every article whose story stands on several sites."""
    rows = conn.execute(
        """
        SELECT url
        FROM copies
        WHERE relation IN ('origin', 'copy', 'abridged')
            AND story_id IN (SELECT story_id FROM copies GROUP BY story_id HAVING count(DISTINCT site) > 1)
        """
    )
    yield from (url for (url,) in rows)


def locations(conn: sqlite3.Connection) -> Iterator[str]:
    """Where redirects led, each once."""
    rows = conn.execute("SELECT DISTINCT location FROM captures WHERE location IS NOT NULL")
    yield from (location for (location,) in rows)


def dotted_sources(conn: sqlite3.Connection) -> Iterator[str]:
    """The source of every article whose source has a dot in it, as a host's name has."""
    rows = conn.execute("SELECT source FROM articles WHERE source LIKE '%.%'")
    yield from (source for (source,) in rows)


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
