"""The pairs of articles that share a passage, and the groups that those of one text hold together."""

import sqlite3
from collections.abc import Callable

from archive.grouping.texts import Pair, Text


class Ties:
    """The likenesses of one database; every call runs inside the caller's transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def add(self, newcomer: Text, pair: Pair) -> None:
        """Keep a pair, the part first."""
        part, whole = newcomer.article, pair.known.article
        if not pair.newcomer_is_contained:
            part, whole = whole, part
        share = pair.likeness.contained
        self._conn.execute(
            "INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?, ?, ?, ?, ?)",
            [part, whole, int(pair.is_same), pair.strength, share.found, share.start, share.end],
        )

    def prove(self, part: int, whole: int, *, same: bool, strength: int, found: int) -> None:
        """Write down what a second look at a pair found."""
        self._conn.execute(
            "UPDATE likenesses SET same = ?, share = ?, found = ? WHERE article_id = ? AND whole_id = ?",
            [int(same), strength, found, part, whole],
        )

    def doubtful(self, article: int, *, every: bool, most: int = 20) -> list[tuple[int, int, bool]]:
        """The pairs of an article that rest on little, or nearly are of one text: part, whole, whether they are.

        With `every`, all those of one text are doubted, up to `most`.
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
        """The texts an article is surely or likely a part of: per cent found, and length in folded characters."""
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
        """Articles that stand in a text outside a stretch of it, and where they begin there."""
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
        """The articles that a text holds most of, or is most of, by number."""
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
        """Whether nothing but `whole` ties an article to others."""
        return self.neighbours(article) in ([], [whole])

    def neighbours(self, article: int) -> list[int]:
        """The articles of one text with an article, by number."""
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
        """Let a part be only like the texts it was held to be a part of."""
        self._conn.execute("UPDATE likenesses SET same = 0 WHERE article_id = ?", [part])

    def forget(self, article: int) -> None:
        """Drop every pair of an article."""
        self._conn.execute("DELETE FROM likenesses WHERE article_id = ? OR whole_id = ?", [article, article])

    def groups(self, articles: set[int]) -> list[set[int]]:
        """What holds together among some articles: the largest group first, of equals the one with the oldest."""
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
