"""The story page: an origin, the articles made from it, and what each kept and added."""

import sqlite3
from typing import Any

from archive.browse.visit import Refusal, Visit

_RELATIONS = {"origin": 0, "copy": 1, "abridged": 2, "followup": 3, "roundup": 4}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The story of the number in the address."""
    story = conn.execute("SELECT * FROM stories WHERE id = ?", [visit.number("id")]).fetchone()
    if story is None:
        raise Refusal(404, "no-such-story", visit.path["id"])
    members = conn.execute(
        "SELECT c.*, a.low_trust, a.paper_page, a.paper_date, a.capture_id, length(a.text) AS length"
        " FROM copies AS c JOIN articles AS a ON a.id = c.article_id WHERE c.story_id = ?",
        [story["id"]],
    ).fetchall()
    members.sort(key=lambda row: (_RELATIONS[row["relation"]], row["published_at"] or "9", row["article_id"]))
    origin = next((row for row in members if row["article_id"] == story["origin_article_id"]), None)
    return {"story": story, "members": members, "origin": origin}
