"""The article page: the text as it was published, what is known of it, and the evidence for it."""

import json
import sqlite3
from typing import Any

from archive.browse.visit import Refusal, Visit


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The article of the number in the address."""
    article = conn.execute("SELECT * FROM articles WHERE id = ?", [visit.number("id")]).fetchone()
    if article is None:
        raise Refusal(404, "no-such-article", visit.path["id"])
    number = [article["id"]]
    return {
        "article": article,
        "paragraphs": article["text"].split("\n"),
        "notes": json.loads(article["notes"]),
        "capture": conn.execute("SELECT * FROM captures WHERE id = ?", [article["capture_id"]]).fetchone(),
        "stories": conn.execute(
            "SELECT m.*, s.title, s.copies FROM members AS m JOIN stories AS s ON s.id = m.story_id"
            " WHERE m.article_id = ? ORDER BY m.story_id",
            number,
        ).fetchall(),
        "versions": conn.execute(
            "SELECT v.*, c.captured_at FROM versions AS v JOIN captures AS c ON c.id = v.capture_id"
            " WHERE v.article_id = ? ORDER BY v.n",
            number,
        ).fetchall(),
        "sightings": conn.execute(
            "SELECT * FROM sightings WHERE article_id = ? ORDER BY seen_at, id", number
        ).fetchall(),
    }
