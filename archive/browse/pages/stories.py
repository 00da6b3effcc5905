"""The list of stories, most copied or newest first."""

import sqlite3
from typing import Any

from archive.browse.pages.search import page_number
from archive.browse.visit import Visit

PAGE = 30
ORDERS = {
    "copies": "s.copies DESC, s.id DESC",
    "published": "s.first_published_at DESC, s.id DESC",
    "oldest": "s.first_published_at IS NULL, s.first_published_at, s.id",
}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """One page of the stories that have copies, or with `all=1` of all."""
    number = page_number(visit)
    order = visit.text("sort") or "copies"
    order = order if order in ORDERS else "copies"
    least = 1 if visit.text("all") else 2
    total = conn.execute("SELECT count(*) FROM stories WHERE copies >= ?", [least]).fetchone()[0]
    rows = conn.execute(
        "SELECT s.*, a.script, a.site, a.source FROM stories AS s"
        " LEFT JOIN articles AS a ON a.id = s.origin_article_id"
        f" WHERE s.copies >= ? ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
        [least, PAGE, (number - 1) * PAGE],
    ).fetchall()
    return {
        "stories": rows,
        "total": total,
        "number": number,
        "pages": -(-total // PAGE),
        "order": order,
        "orders": list(ORDERS),
        "every": least == 1,
    }
