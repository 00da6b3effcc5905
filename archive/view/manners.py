"""A host's robots.txt in the archive: the time since which it is out of reach, and its latest capture."""

import sqlite3
from datetime import datetime, timedelta

ROBOTS = "/robots.txt"
CLOSED_FOR = timedelta(days=7)


def out_of_reach_since(conn: sqlite3.Connection, url: str) -> datetime | None:
    """The time since which a robots.txt answers only with server errors; None where it does not."""
    row = conn.execute(
        "SELECT min(captured_at) FROM captures WHERE url = ?1 AND status >= 500 AND id >"
        " coalesce((SELECT max(id) FROM captures WHERE url = ?1 AND status < 500), 0)",
        [url],
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def last_rules(conn: sqlite3.Connection, url: str) -> int | None:
    """The latest capture of a robots.txt that was received; None if there is none."""
    row = conn.execute(
        "SELECT coalesce(revisit_of, id) FROM captures WHERE url = ? AND status = 200 AND truncated IS NULL"
        " ORDER BY id DESC LIMIT 1",
        [url],
    ).fetchone()
    return row[0] if row else None


def is_kept_out(conn: sqlite3.Connection, site: str, run_id: str, started_at: str) -> bool:
    """Whether a run requested only the robots.txt of a site and got an answer: the robots.txt forbade all the rest."""
    row = conn.execute(
        "SELECT sum(status IS NOT NULL), sum(url NOT LIKE '%/robots.txt') FROM captures"
        " WHERE site = ? AND captured_at >= ? AND run_id = ?",
        [site, started_at, run_id],
    ).fetchone()
    return bool(row[0]) and not row[1]


def kept_out_since(conn: sqlite3.Connection, site: str) -> str | None:
    """The time since which only the robots.txt of a site was requested."""
    row = conn.execute(
        "SELECT min(captured_at) FROM captures WHERE site = ?1 AND captured_at > coalesce("
        "(SELECT max(captured_at) FROM captures WHERE site = ?1 AND url NOT LIKE '%/robots.txt'), '')",
        [site],
    ).fetchone()
    found: str | None = row[0]
    return found
