"""Which story an old number means now: a story that was merged away keeps its number in story_events."""

import sqlite3

_NOW = """
WITH RECURSIVE moved (id) AS (
    SELECT :number
    UNION
    SELECT e.other_story_id
    FROM moved AS m
    JOIN story_events AS e ON e.story_id = m.id AND e.event = 'merged'
    WHERE NOT EXISTS (SELECT 1 FROM stories WHERE id = m.id)
)
SELECT s.id
FROM moved AS m
JOIN stories AS s ON s.id = m.id
"""


def story_now(conn: sqlite3.Connection, number: int) -> int | None:
    """The story of this number, or the one that it is part of by now; None where there is none (any more)."""
    row = conn.execute(_NOW, {"number": number}).fetchone()
    return row[0] if row else None
