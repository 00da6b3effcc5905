"""A day's page: the issue of the paper page by page, and what else came out that day."""

import sqlite3
from datetime import timedelta
from itertools import groupby
from typing import Any

from archive.browse.moments import days_of
from archive.browse.visit import Visit, as_day

_MOST = 400


def read_all(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """Every day of which the archive holds articles."""
    rows = conn.execute(
        "SELECT substr(published_at, 1, 10) AS day, count(*) AS n FROM articles"
        " WHERE published_at IS NOT NULL GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    months = [(month, list(days)[::-1]) for month, days in groupby(rows, key=lambda row: row["day"][:7])]
    return {"months": months, "days": days_of(conn)}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """What the archive holds of the day in the address."""
    day = as_day(visit.path["day"])
    start = day.isoformat()
    end = (day + timedelta(days=1)).isoformat() if start < "9999-12-31" else "9999-12-32"
    rows = conn.execute(
        "SELECT a.id, a.title, a.kicker, a.site, a.source, a.script, a.published_at,"
        " a.published_precision, a.paper_page, a.paper_date,"
        " m.story_id, m.relation, s.copies"
        " FROM articles AS a"
        " LEFT JOIN members AS m ON m.article_id = a.id AND m.relation IN ('origin', 'copy', 'abridged')"
        " LEFT JOIN stories AS s ON s.id = m.story_id"
        " WHERE a.published_at >= ? AND a.published_at < ? ORDER BY a.site, a.paper_page, a.id LIMIT ?",
        [start, end, _MOST],
    ).fetchall()
    paper = [row for row in rows if row["paper_page"] is not None and row["published_precision"] == "day"]
    rest = [row for row in rows if row not in paper]
    return {
        "day": start,
        "pages": [
            (key, list(of_page))
            for key, of_page in groupby(paper, key=lambda r: (r["site"], r["paper_page"]))
        ],
        "sites": [(site, list(of_site)) for site, of_site in groupby(rest, key=lambda row: row["site"])],
        "total": conn.execute(
            "SELECT count(*) FROM articles WHERE published_at >= ? AND published_at < ?", [start, end]
        ).fetchone()[0],
        "before": _neighbour(conn, "SELECT max(published_at) FROM articles WHERE published_at < ?", start),
        "after": _neighbour(conn, "SELECT min(published_at) FROM articles WHERE published_at >= ?", end),
    }


def _neighbour(conn: sqlite3.Connection, sql: str, day: str) -> str | None:
    """The nearest day on one side that has articles."""
    found = conn.execute(sql, [day]).fetchone()[0]
    return found[:10] if found else None
