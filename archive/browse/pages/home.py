"""The archive's front page: what it holds, what ran, what vanished lately."""

import sqlite3
from typing import Any

from archive.browse.visit import Visit


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """What the archive holds and what happened to it last."""
    return {
        "counts": conn.execute(
            "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM stories) AS stories,"
            " (SELECT count(*) FROM stories WHERE copies > 1) AS copied,"
            " (SELECT count(*) FROM captures) AS captures,"
            " (SELECT min(published_at) FROM articles) AS first,"
            " (SELECT max(published_at) FROM articles) AS last"
        ).fetchone(),
        "runs": conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 5").fetchall(),
        "most_copied": conn.execute(
            "SELECT * FROM stories WHERE copies > 1 ORDER BY copies DESC, id LIMIT 10"
        ).fetchall(),
    }
