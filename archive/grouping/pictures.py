"""The pictures of two articles held beside each other, and the articles elsewhere that show a picture too."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Literal

_PAIRS = re.compile(r"pairs \(story_id, origin_id, article_id\) AS MATERIALIZED \(.*?\n    \),", re.DOTALL)
MOST_ELSEWHERE = 50
"""Articles named for one picture."""


@dataclass(frozen=True, slots=True)
class PictureChange:
    """What a copy did with one picture, as in the view `picture_changes`.

    Address, caption and capture of the origin's picture, and of the copy's; a dropped or added one has only the one
    half. A capture is None where the picture is not held.
    """

    change: Literal["dropped", "added", "swapped", "caption"]
    url: str | None
    caption: str | None
    capture_id: int | None
    other_url: str | None
    other_caption: str | None
    other_capture_id: int | None


@dataclass(frozen=True, slots=True)
class ShownElsewhere:
    """Another article that shows a picture; `alike` as in the view `same_pictures`."""

    n: int
    url: str
    caption: str | None
    article_id: int
    site: str
    other_caption: str | None
    alike: Literal["bytes", "look"]


def changes_of(conn: sqlite3.Connection, origin: int, copy: int) -> list[PictureChange]:
    """What a copy did with the pictures of another article, in the order of the two pages.

    The view picture_changes compares all stories and reads the whole archive; this function reads two articles.
    """
    rows = conn.execute(_of_two(conn), {"origin": origin, "copy": copy}).fetchall()
    return [PictureChange(*row) for row in rows]


def elsewhere(conn: sqlite3.Connection, article: int) -> list[ShownElsewhere]:
    """The articles of other addresses that show the pictures of an article: the same bytes, or the same look."""
    rows = conn.execute(
        """
        WITH
            own AS MATERIALIZED (
                SELECT n, url, caption, sha256, look FROM pictures WHERE article_id = :article AND sha256 IS NOT NULL
            ),
            payloads (n, sha256) AS (
                SELECT n, sha256 FROM own
                UNION
                SELECT own.n, i.sha256 FROM own JOIN images AS i ON i.look = own.look
            ),
            showing (n, article_id) AS MATERIALIZED (
                SELECT DISTINCT p.n, s.article_id
                FROM payloads AS p
                JOIN captures AS c ON c.sha256 = p.sha256 AND c.mime LIKE 'image/%'
                JOIN needs AS w ON w.urlkey = c.urlkey AND w.role = 'picture'
                JOIN sightings AS s ON s.capture_id = w.capture_id
                WHERE s.article_id <> :article
                LIMIT 2000
            )
        SELECT own.n, own.url, own.caption, q.article_id, a.site, q.caption,
            CASE WHEN q.sha256 = own.sha256 THEN 'bytes' ELSE 'look' END
        FROM showing AS e
        JOIN own ON own.n = e.n
        JOIN pictures AS q ON q.article_id = e.article_id AND (q.sha256 = own.sha256 OR q.look = own.look)
        JOIN articles AS a ON a.id = q.article_id
        ORDER BY own.n, q.article_id
        """,
        {"article": article},
    )
    found: dict[int, list[ShownElsewhere]] = {}
    for row in rows:
        one = ShownElsewhere(*row)
        of_picture = found.setdefault(one.n, [])
        if len(of_picture) < MOST_ELSEWHERE and one.article_id not in [
            other.article_id for other in of_picture
        ]:
            of_picture.append(one)
    return [one for of_picture in found.values() for one in of_picture]


def _of_two(conn: sqlite3.Connection) -> str:
    """The archive's view `picture_changes` for one pair of articles in the place of all stories."""
    (written,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'picture_changes'").fetchone()
    view = written.partition("\nWITH")[2]
    two, count = _PAIRS.subn("pairs (story_id, origin_id, article_id) AS (VALUES (0, :origin, :copy)),", view)
    if count != 1:
        raise LookupError(
            "picture_changes names its pairs otherwise than archive/grouping/pictures.py reads them"
        )
    return (
        "SELECT t.change, p.url, p.caption, p.requisite_capture_id, q.url, q.caption, q.requisite_capture_id"
        f" FROM (WITH{two}) AS t LEFT JOIN pictures AS p ON p.article_id = :origin AND p.n = t.n"
        " LEFT JOIN pictures AS q ON q.article_id = :copy AND q.n = t.other_n"
        " ORDER BY coalesce(t.n, t.other_n), t.change"
    )
