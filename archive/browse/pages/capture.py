"""The capture page: one look at one address, as the record holds it."""

import sqlite3
from typing import Any

from archive.browse.visit import Refusal, Visit


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The capture of the number in the address."""
    capture = conn.execute("SELECT * FROM captures WHERE id = ?", [visit.number("id")]).fetchone()
    if capture is None:
        raise Refusal(404, "no-such-capture", visit.path["id"])
    return {
        "capture": capture,
        "article": conn.execute(
            "SELECT id, title, script FROM articles WHERE capture_id = ?", [capture["id"]]
        ).fetchone(),
        "quarantine": conn.execute(
            "SELECT * FROM quarantine WHERE capture_id = ?", [capture["id"]]
        ).fetchall(),
    }
