"""The pairs of articles that share a passage, and the groups of articles that pairs of one text connect."""

import sqlite3
from collections.abc import Callable

from archive.grouping.texts import Pair, Text


class Ties:
    """The likenesses of one database; every call runs inside the caller's transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def add(self, newcomer: Text, pair: Pair) -> None:
        """Write the row of a pair: the part first, then the whole."""
        part, whole = newcomer.article, pair.known.article
        if not pair.newcomer_is_contained:
            part, whole = whole, part
        share = pair.likeness.contained
        self._conn.execute(
            "INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?, ?, ?, ?, ?)",
            [part, whole, int(pair.is_same), pair.strength, share.found, share.start, share.end],
        )

    def prove(self, part: int, whole: int, *, same: bool, strength: int, found: int) -> None:
        """Update the row of a pair after a second comparison."""
        self._conn.execute(
            "UPDATE likenesses SET same = ?, share = ?, found = ? WHERE article_id = ? AND whole_id = ?",
            [int(same), strength, found, part, whole],
        )

    def doubtful(self, article: int, *, every: bool, most: int = 20) -> list[tuple[int, int, bool]]:
        """The pairs of an article with little evidence: part, whole, and whether they count as one text.

        These are pairs of one text with a small share, and other pairs with a large share. `every` adds all pairs of
        one text. At most `most` pairs are returned.
        """
        rows = self._conn.execute(
            """
            SELECT article_id, whole_id, same
            FROM likenesses
            WHERE (article_id = ? OR whole_id = ?)
                AND (same = 0 AND share >= 25
                    OR same = 1 AND (? OR (share < 85 OR found < 80) AND found < 200))
            ORDER BY 1, 2
            LIMIT ?
            """,
            [article, article, every, most],
        )
        return [(part, whole, bool(same)) for part, whole, same in rows]

    def wholes(self, article: int) -> list[tuple[int, int]]:
        """The texts that an article is a part of: per cent found in each, and its length in folded characters."""
        rows = self._conn.execute(
            """
            SELECT l.share, w.length
            FROM likenesses AS l
            JOIN placed AS w ON w.article_id = l.whole_id
            WHERE l.article_id = ? AND l.same = 1
            ORDER BY l.share DESC, l.whole_id
            """,
            [article],
        )
        return [(share, length) for share, length in rows]

    def parts_outside(self, whole: int, start: int, end: int, most: int = 5) -> list[tuple[int, int]]:
        """The articles contained in a text outside the given stretch, each with its start in the text."""
        rows = self._conn.execute(
            """
            SELECT article_id, region_start
            FROM likenesses
            WHERE whole_id = ? AND share >= 75 AND (region_end <= ? OR region_start >= ?)
            ORDER BY article_id
            LIMIT ?
            """,
            [whole, start, end, most],
        )
        return [(article, begins) for article, begins in rows]

    def parts(self, whole: int) -> list[int]:
        """The articles that are contained in a text or contain it, in order of number."""
        rows = self._conn.execute(
            """
            SELECT whole_id FROM likenesses WHERE article_id = ? AND same = 1
            UNION
            SELECT article_id FROM likenesses WHERE whole_id = ? AND (same = 1 OR share >= 75)
            ORDER BY 1
            """,
            [whole, whole],
        )
        return [row[0] for row in rows]

    def only(self, article: int, whole: int) -> bool:
        """Whether an article has no pair of one text, or only the pair with `whole`."""
        return self.neighbours(article) in ([], [whole])

    def neighbours(self, article: int) -> list[int]:
        """The articles that form a pair of one text with an article, in order of number."""
        rows = self._conn.execute(
            """
            SELECT whole_id FROM likenesses WHERE article_id = ? AND same = 1
            UNION
            SELECT article_id FROM likenesses WHERE whole_id = ? AND same = 1
            ORDER BY 1
            """,
            [article, article],
        )
        return [row[0] for row in rows]

    def loosen(self, part: int) -> None:
        """Change a part's pairs of one text into pairs that only share a passage."""
        self._conn.execute("UPDATE likenesses SET same = 0 WHERE article_id = ?", [part])

    def forget(self, article: int) -> None:
        """Drop every pair of an article."""
        self._conn.execute("DELETE FROM likenesses WHERE article_id = ? OR whole_id = ?", [article, article])

    def groups(self, articles: set[int]) -> list[set[int]]:
        """The connected groups of some articles, the largest first; of equal groups the one with the oldest article."""
        left = set(articles)
        found = []
        while left:
            group = _reached(min(left), self.neighbours, left)
            left -= group
            found.append(group)
        return sorted(found, key=lambda group: (-len(group), min(group)))


def _reached(start: int, neighbours: Callable[[int], list[int]], within: set[int]) -> set[int]:
    reached: set[int] = set()
    border = [start]
    while border:
        article = border.pop()
        if article not in reached:
            reached.add(article)
            border += [other for other in neighbours(article) if other in within and other not in reached]
    return reached
