"""Rows of how pages looked: what they name beside their text, and what is known of a picture."""

import sqlite3

from archive.capture import Capture
from archive.urlkey import key
from extract.page.requisites import Needs
from extract.picture import Picture


def keep_needs(conn: sqlite3.Connection, capture_id: int, needs: Needs) -> None:
    """What the page or stylesheet of a capture names."""
    conn.executemany(
        "INSERT INTO needs (capture_id, n, url, urlkey, role, position, caption, alt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (capture_id, n, one.url, key(one.url), one.role, one.position, one.caption, one.alt)
            for n, one in enumerate(needs.requisites, 1)
        ],
    )


def keep_image(conn: sqlite3.Connection, sha256: str, picture: Picture | None) -> None:
    """What is known of a picture, once for each payload."""
    known = (picture.kind, picture.width, picture.height, picture.phash) if picture else (None,) * 4
    conn.execute("INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?, ?)", [sha256, *known])


def is_unchanged(conn: sqlite3.Connection, capture: Capture) -> bool:
    """Whether a capture repeats what stood at its very address before: what it names is known then."""
    row = conn.execute(
        "SELECT 1 FROM captures WHERE record_id = ? AND url = ?", [capture.revisit_of_id, capture.url]
    ).fetchone()
    return row is not None


def is_asked(conn: sqlite3.Connection, url: str, at: str, days: float) -> bool:
    """Whether an address was asked for, whatever came, within so many days of a time."""
    row = conn.execute(
        "SELECT 1 FROM captures WHERE urlkey = ?"
        " AND abs(julianday(coalesce(archived_at, captured_at)) - julianday(?)) < ? LIMIT 1",
        [key(url), at, days],
    ).fetchone()
    return row is not None
