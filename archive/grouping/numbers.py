"""The present story of an old number: the number of a merged story stays in story_events."""

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
    """The number of the story with this number, or of the story it was merged into; None if there is neither."""
    row = conn.execute(_NOW, {"number": number}).fetchone()
    return row[0] if row else None
