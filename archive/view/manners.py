"""What the archive knows of a host's robots.txt: since when it is out of reach, and the last one that was read."""

import sqlite3
from datetime import datetime, timedelta

ROBOTS = "/robots.txt"
CLOSED_FOR = timedelta(days=7)


def out_of_reach_since(conn: sqlite3.Connection, url: str) -> datetime | None:
    """Since when a robots.txt answers with nothing but server errors; None where it does not."""
    row = conn.execute(
        "SELECT min(captured_at) FROM captures WHERE url = ?1 AND status >= 500 AND id >"
        " coalesce((SELECT max(id) FROM captures WHERE url = ?1 AND status < 500), 0)",
        [url],
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def last_rules(conn: sqlite3.Connection, url: str) -> int | None:
    """The latest capture of a robots.txt that was had; None for none."""
    row = conn.execute(
        "SELECT coalesce(revisit_of, id) FROM captures WHERE url = ? AND status = 200 AND truncated IS NULL"
        " ORDER BY id DESC LIMIT 1",
        [url],
    ).fetchone()
    return row[0] if row else None


def is_kept_out(conn: sqlite3.Connection, site: str, run_id: str, started_at: str) -> bool:
    """Whether a run asked a site for its robots.txt alone, and got an answer: it kept the run from all else."""
    row = conn.execute(
        "SELECT sum(status IS NOT NULL), sum(url NOT LIKE '%/robots.txt') FROM captures"
        " WHERE site = ? AND captured_at >= ? AND run_id = ?",
        [site, started_at, run_id],
    ).fetchone()
    return bool(row[0]) and not row[1]


def kept_out_since(conn: sqlite3.Connection, site: str) -> str | None:
    """Since when a site was asked for nothing but its robots.txt."""
    row = conn.execute(
        "SELECT min(captured_at) FROM captures WHERE site = ?1 AND captured_at > coalesce("
        "(SELECT max(captured_at) FROM captures WHERE site = ?1 AND url NOT LIKE '%/robots.txt'), '')",
        [site],
    ).fetchone()
    found: str | None = row[0]
    return found
