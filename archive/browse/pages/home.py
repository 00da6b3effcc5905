"""The archive's front page: its counts, the latest runs, the most copied stories, the latest vanished articles."""

import sqlite3
from typing import Any

from archive.browse.moments import days_of
from archive.browse.visit import Visit
from archive.search.index import INDEX_VERSION


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The counts of the archive, its latest runs, its most copied stories and its latest vanished articles."""
    sites = conn.execute(
        "SELECT site, count(*) AS n FROM articles GROUP BY site ORDER BY n DESC, site"
    ).fetchall()
    return {
        "feed": "home.atom",
        "counts": conn.execute(
            "SELECT (SELECT count(*) FROM stories WHERE copies > 1) AS copied,"
            " (SELECT count(*) FROM captures) AS captures, (SELECT count(*) FROM quarantine) AS quarantined"
        ).fetchone(),
        "articles": sum(row["n"] for row in sites),
        "days": days_of(conn),
        "runs": conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 6").fetchall(),
        "most_copied": conn.execute(
            "SELECT s.*, a.script, a.site FROM stories AS s LEFT JOIN articles AS a ON a.id = s.origin_article_id"
            " WHERE s.copies > 1 ORDER BY s.copies DESC, s.id DESC LIMIT 10"
        ).fetchall(),
        "vanished": vanished(conn, 8),
        "sites": sites,
        "stale_index": _stale(conn),
    }


def vanished(conn: sqlite3.Connection, limit: int, site: str | None = None) -> list[sqlite3.Row]:
    """Articles that are no longer at their address, the latest first; `site` limits them to one site."""
    gone = "SELECT article_id FROM looks WHERE standing <> 'here'"
    if site is None:
        gone += f" ORDER BY standing_since DESC LIMIT {limit}"
    return conn.execute(
        "SELECT a.id, a.title, a.site, a.script, l.standing AS state, l.standing_since AS seen_at"
        f" FROM ({gone}) AS g JOIN looks AS l ON l.article_id = g.article_id JOIN articles AS a ON a.id = g.article_id"
        " WHERE ? IS NULL OR a.site = ? ORDER BY l.standing_since DESC, a.id LIMIT ?",
        [site, site, limit],
    ).fetchall()


def _stale(conn: sqlite3.Connection) -> bool:
    row = conn.execute("SELECT value FROM meta WHERE key = 'search'").fetchone()
    return row is None or row[0] != INDEX_VERSION
