"""The list of stories, the most copied, the newest or the oldest first."""

import json
import sqlite3
from typing import Any

from archive.browse.pages.search import page_number
from archive.browse.visit import File, Refusal, Visit, json_bytes

PAGE = 30
ORDERS = {
    "copies": "s.copies DESC, s.id DESC",
    "published": "s.first_published_at DESC, s.id DESC",
    "oldest": "s.first_published_at IS NULL, s.first_published_at, s.id",
}


MOST = 10_000
"""Stories in a JSON file, at most."""


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """One page of the list of stories with copies, or with `all=1` of all stories."""
    number = page_number(visit)
    order, least = _asked(visit)
    total = conn.execute("SELECT count(*) FROM stories WHERE copies >= ?", [least]).fetchone()[0]
    if number > max(-(-total // PAGE), 1):
        raise Refusal(404, "beyond-the-last-page", f"{number} > {max(-(-total // PAGE), 1)}")
    rows = _stories(conn, order, least, PAGE, (number - 1) * PAGE)
    return {
        "stories": rows,
        "total": total,
        "number": number,
        "pages": -(-total // PAGE),
        "order": order,
        "orders": list(ORDERS),
        "every": least == 1,
    }


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The same stories as a JSON list, at most MOST."""
    order, least = _asked(visit)
    rows = [dict(row) for row in _stories(conn, order, least, MOST, 0)]
    for row in rows:
        row["origin_reasons"] = json.loads(row["origin_reasons"])
    return File(json_bytes(rows), "stories.json", "application/json; charset=utf-8", "inline")


def _asked(visit: Visit) -> tuple[str, int]:
    """The order, and the smallest number of copies."""
    order = visit.text("sort") or "copies"
    return (order if order in ORDERS else "copies", 1 if visit.text("all") else 2)


def _stories(conn: sqlite3.Connection, order: str, least: int, limit: int, offset: int) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT s.*, a.script, a.site, a.source FROM stories AS s"
        " LEFT JOIN articles AS a ON a.id = s.origin_article_id"
        f" WHERE s.copies >= ? ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
        [least, limit, offset],
    ).fetchall()
