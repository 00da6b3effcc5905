"""Rows of page requisites: the pictures, scripts and style sheets that a page needs, and facts about each picture."""

import sqlite3
from functools import lru_cache

from archive.capture import Capture
from archive.urlkey import key
from extract.page.requisites import Needs
from extract.picture import SAME, Picture, distance

_key = lru_cache(maxsize=16_000)(key)
"""The keys of requisites asked for last: the pages of a site name the same sheets and pictures again and again."""


def keep_needs(conn: sqlite3.Connection, capture_id: int, needs: Needs) -> None:
    """Write the requisites that a capture's page or style sheet names."""
    conn.executemany(
        "INSERT INTO needs (capture_id, n, url, urlkey, role, position, caption, alt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (capture_id, n, one.url, _key(one.url), one.role, one.position, one.caption, one.alt)
            for n, one in enumerate(needs.requisites, 1)
        ],
    )


def keep_image(conn: sqlite3.Connection, sha256: str, picture: Picture | None) -> None:
    """Write the facts about a picture, once for each payload."""
    if conn.execute("SELECT 1 FROM images WHERE sha256 = ?", [sha256]).fetchone():
        return
    known = (picture.kind, picture.width, picture.height, picture.phash) if picture else (None,) * 4
    look = _look(conn, picture.phash) if picture and picture.phash else None
    conn.execute("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)", [sha256, *known, look])


def _look(conn: sqlite3.Connection, phash: str) -> str:
    """The hash of the first picture that looks like this one; its own hash if there is none.

    Two hashes that are near enough have at least one of their eight pairs of digits in common.
    """
    alike = " OR ".join(f"substr(look, {n}, 2) = substr(:hash, {n}, 2)" for n in range(1, 17, 2))
    found = conn.execute(f"SELECT look FROM images WHERE look = phash AND ({alike})", {"hash": phash})
    bits, look = min(((distance(phash, look), look) for (look,) in found), default=(SAME + 1, phash))
    return look if bits <= SAME else phash


def is_unchanged(conn: sqlite3.Connection, capture: Capture) -> bool:
    """Whether a capture repeats an earlier capture of the same address; its requisites are then already known."""
    if capture.revisit_of_id is None:
        return False
    row = conn.execute(
        "SELECT 1 FROM captures WHERE record_id = ? AND url = ?", [capture.revisit_of_id, capture.url]
    ).fetchone()
    return row is not None


def is_asked(conn: sqlite3.Connection, url: str, at: str, days: float) -> bool:
    """Whether an address was requested within so many days of a time, whatever the answer was."""
    row = conn.execute(
        "SELECT 1 FROM captures WHERE urlkey = ?"
        " AND abs(julianday(coalesce(archived_at, captured_at)) - julianday(?)) < ? LIMIT 1",
        [key(url), at, days],
    ).fetchone()
    return row is not None
