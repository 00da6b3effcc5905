"""The rows of descents and departures: the parent of each copy, kept up to date story by story.

A story with changed members is noted in `untraced`, and its tree is made once, when the batch is committed, or later
where many articles are taken in at once. The tree depends on the members alone, so a rebuild gives the same tree. In
large stories new articles are attached one by one, and the whole tree is made again each time the story has doubled.
"""

import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from archive.grouping.origins import credited_hosts
from extract.lineage.departures import Departure, PreparedText, departures, prepared
from extract.lineage.descent import Descent
from extract.lineage.evidence import BINDING, Weights
from extract.lineage.tree import COMMON, attached, tree
from extract.lineage.witness import SourceCredit, Witness
from extract.lineage.words import evidence_of
from extract.script.fold import fold

log = logging.getLogger(__name__)

LARGE = 64
"""In a story of more articles, newcomers are attached to the tree; the tree is made again when the story doubles."""
LATE = 256
"""The latest articles of a large story, among which an exact copy is looked for."""
WEIGHED = 24
"""Departures of a newcomer by which others are looked for, those first that two editors seldom make by themselves."""
NEAR = 24
"""Articles of a large story with shared departures that a newcomer is compared with, at most."""


def note(conn: sqlite3.Connection, story: int, *, afresh: bool = False) -> None:
    """Note that the members of a story changed; `afresh` says that its tree is made again, not only grown."""
    conn.execute(
        "INSERT INTO untraced VALUES (?, ?) ON CONFLICT (story_id) DO UPDATE SET afresh = max(afresh, excluded.afresh)",
        [story, int(afresh)],
    )


def forget(conn: sqlite3.Connection, article: int) -> None:
    """Drop the rows of an article's descent and departures, and the rows that have the article as their origin.

    Called when an article's page changed or the article left its story. The story's tree is made again.
    """
    for (story,) in conn.execute("SELECT story_id FROM descents WHERE article_id = ?", [article]).fetchall():
        note(conn, story, afresh=True)
    conn.execute("UPDATE descents SET parent_id = NULL WHERE parent_id = ?", [article])
    conn.execute("UPDATE descents SET runner_up_id = NULL WHERE runner_up_id = ?", [article])
    conn.execute("UPDATE descents SET beyond_id = NULL WHERE beyond_id = ?", [article])
    conn.execute("DELETE FROM descents WHERE article_id = ? OR origin_id = ?", [article, article])
    conn.execute("DELETE FROM departures WHERE article_id = ? OR origin_id = ?", [article, article])


Mapped = Callable[[Callable[..., Any], Iterable[tuple[Any, ...] | None]], Iterable[Any]]
"""Calls a function with each of many arguments in other processes; the results in order, None for one that lacks."""


def catch_up(conn: sqlite3.Connection, mapped: Mapped | None = None) -> None:
    """Update the trees of all stories noted since the last call. Runs in the caller's transaction.

    A story whose tree raises an error is left without one and is not tried again until its members change. With
    `mapped` other processes find the departures and the trees of small stories; what they do not is made here.
    """
    noted = conn.execute("SELECT story_id, afresh FROM untraced ORDER BY 1").fetchall()
    stories = [_Story(conn, story, afresh=bool(afresh)) for story, afresh in noted]
    if mapped is None:
        for one in stories:
            with one.or_cleared():
                one.settle()
                one.finish()
    else:
        for one, found in zip(stories, mapped(_departures, map(_Story.lacking, stories)), strict=True):
            with one.or_cleared():
                one.settle(found)
        for one, made in zip(stories, mapped(tree, map(_Story.witnesses, stories)), strict=True):
            with one.or_cleared():
                one.finish(made)
    conn.execute("DELETE FROM untraced")


_Told = tuple[str, str | None]
"""Text and title of an article."""


def _departures(origin: _Told, copies: dict[int, _Told]) -> dict[int, dict[Departure, str]]:
    """The departures of copies from an origin, by article."""
    text = prepared(*origin)
    return {article: departures(text, prepared(*copy)) for article, copy in copies.items()}


class _Story:
    """One story's tree as rows: lacking() and witnesses() say what may be worked out elsewhere for the next step."""

    def __init__(self, conn: sqlite3.Connection, story: int, *, afresh: bool) -> None:
        """`afresh` has a large story's tree made again, from the departures that are kept."""
        self._conn = conn
        self._story = story
        self._afresh = afresh
        self._origin: PreparedText | None = None
        self._words: dict[Departure, str] = {}
        self._departed: dict[int, dict[Departure, str]] = {}
        """Departures of articles that were found elsewhere."""
        self._unmade: tuple[int, list[int]] | None = None
        """Origin and articles of a small story whose tree is to be made."""
        self._pages: tuple[list[Witness], int] | None = None

    @contextmanager
    def or_cleared(self) -> Iterator[None]:
        """Leave the story without a tree where an error of ours prevents it."""
        try:
            yield
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise  # the disk or the database, no fault of the story's
            log.exception("story %s: its tree could not be made; it stays without one", self._story)
            self._unmade = None
            self.clear()

    def lacking(self) -> tuple[_Told, dict[int, _Told]] | None:
        """The arguments of _departures for the copies of a small story that have none; None if there are none."""
        rows = self._conn.execute(
            """
            SELECT a.id, a.text, a.title, a.id = s.origin_article_id
            FROM stories AS s
            JOIN placed AS p ON p.story_id = s.id
            JOIN articles AS a ON a.id = p.article_id
            LEFT JOIN descents AS d ON d.article_id = a.id AND d.origin_id = s.origin_article_id
            WHERE s.id = ? AND (d.article_id IS NULL OR a.id = s.origin_article_id)
            LIMIT ?
            """,
            [self._story, LARGE + 1],
        ).fetchall()
        origin = next(((text, title) for _, text, title, is_origin in rows if is_origin), None)
        copies = {article: (text, title) for article, text, title, is_origin in rows if not is_origin}
        return (origin, copies) if origin and copies and len(rows) <= LARGE else None

    def witnesses(self) -> tuple[list[Witness], int] | None:
        """The arguments of tree() for a small story; None for others."""
        if self._unmade is not None:
            self._pages = self._witnesses(*self._unmade), self._length(self._unmade[0])
        return self._pages

    def finish(self, made: list[Descent] | None = None) -> None:
        """Write the tree of a small story, which may have been made elsewhere."""
        if self._unmade is not None:
            origin, _ = self._unmade
            pages, length = self._pages or self.witnesses() or ([], 0)
            self._write(origin, made or tree(pages, length), pages, Weights(pages, length))
        self._unmade = self._pages = None

    def settle(self, departed: dict[int, dict[Departure, str]] | None = None) -> None:
        """Drop stale rows, then attach the newcomers of a large story; a small one's tree is for finish().

        An article that left has a large story's tree made again. `departed` are departures that were found elsewhere.
        """
        self._departed = departed or {}
        found = self._conn.execute(
            "SELECT origin_article_id FROM stories WHERE id = ?", [self._story]
        ).fetchone()
        origin = found[0] if found else None
        stale = self._conn.execute(
            """
            SELECT article_id
            FROM descents
            WHERE story_id = :story AND (origin_id IS NOT :origin
                OR article_id NOT IN (SELECT article_id FROM placed WHERE story_id = :story))
            """,
            {"story": self._story, "origin": origin},
        ).fetchall()
        for (article,) in stale:
            forget(self._conn, article)
        members = self._members()
        if origin is None or len(members) < 2:
            self.clear()
            return
        self._grow(origin, members, afresh=self._afresh or bool(stale))
        self._departed = {}

    def clear(self) -> None:
        """Drop the rows of all members."""
        for article in self._members():
            forget(self._conn, article)

    def _members(self) -> list[int]:
        rows = self._conn.execute(
            "SELECT article_id FROM placed WHERE story_id = ? ORDER BY article_id", [self._story]
        )
        return [row[0] for row in rows]

    def _grow(self, origin: int, members: list[int], *, afresh: bool) -> None:
        known = {
            row[0]
            for row in self._conn.execute(
                "SELECT article_id FROM descents WHERE story_id = ? AND origin_id = ?", [self._story, origin]
            )
        }
        lacking = [article for article in members if article not in known]
        for article in lacking:
            forget(self._conn, article)
        for article in lacking:  # after all are forgotten: forgetting the origin drops the rows of its copies
            self._depart(origin, article)
        if len(members) <= LARGE:
            self._unmade = origin, members
            return
        latest = max(known - {origin}, default=0)
        if (
            afresh or not known or any(article < latest for article in lacking)
        ):  # as if they had come one by one
            first = LARGE << ((len(members) // LARGE).bit_length() - 1)
            in_order = [origin, *(member for member in members if member != origin)]  # it may have come last
            self._conn.execute("DELETE FROM descents WHERE story_id = ?", [self._story])
            self._remake(origin, in_order[:first])
            known, lacking = {*in_order[:first]}, in_order[first:]
        placed = len(known)
        for article in lacking:
            placed += 1
            if placed % LARGE == 0 and (placed // LARGE).bit_count() == 1:
                here = {*lacking[: lacking.index(article) + 1], *known}
                self._remake(origin, [member for member in members if member in here])
            else:
                self._attach(origin, article)

    # -- departures -------------------------------------------------------------------------------------------------

    def _depart(self, origin: int, article: int) -> None:
        if article == origin:
            return
        found = self._departed.get(article)
        if found is None:
            self._origin = self._origin or self._reading(origin)
            found = departures(self._origin, self._reading(article))
        self._conn.executemany(
            "INSERT OR IGNORE INTO departures (origin_id, kind, start, stop, mark, article_id, words)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(origin, *fact, article, words) for fact, words in found.items()],
        )

    def _reading(self, article: int) -> PreparedText:
        text, title = self._conn.execute(
            "SELECT text, title FROM articles WHERE id = ?", [article]
        ).fetchone()
        return prepared(text, title)

    def _witnesses(self, origin: int, articles: Sequence[int]) -> list[Witness]:
        """The articles as witnesses; the words of their departures are kept for the description of the evidence."""
        wanted = json.dumps(list(articles))
        found: dict[int, list[Departure]] = defaultdict(list)
        for article, words, *fact in self._conn.execute(
            """
            SELECT article_id, words, kind, start, stop, mark
            FROM departures
            WHERE +origin_id = ? AND article_id IN (SELECT value FROM json_each(?))
            """,  # the plus: each article's rows by the index, not all of the origin's
            [origin, wanted],
        ):
            found[article].append(Departure(*fact))
            self._words[found[article][-1]] = words
        return [
            Witness(
                article,
                site,
                frozenset(found[article]),
                script,
                _time(published_at),
                precision,
                SourceCredit(fold(source or ""), credited_hosts(source)),
                is_origin=article == origin,
                title=fold(title or ""),
            )
            for article, site, script, published_at, precision, source, title in self._conn.execute(
                """
                SELECT id, site, script, published_at, published_precision, source, title
                FROM articles
                WHERE id IN (SELECT value FROM json_each(?))
                ORDER BY id
                """,
                [wanted],
            )
        ]

    def _length(self, origin: int) -> int:
        row = self._conn.execute("SELECT length FROM placed WHERE article_id = ?", [origin]).fetchone()
        return int(row[0])

    # -- the tree ---------------------------------------------------------------------------------------------------

    def _remake(self, origin: int, articles: list[int]) -> None:
        pages = self._witnesses(origin, articles)
        weights = Weights(pages, self._length(origin))
        self._write(origin, tree(pages, self._length(origin)), pages, weights)

    def _attach(self, origin: int, article: int) -> None:
        """Attach a newcomer to the origin, to an article that shares its departures, or to a late exact copy.

        Departures of later articles may be stored already, and are not looked at.
        """
        near = self._conn.execute(
            """
            SELECT n.article_id
            FROM (
                SELECT other.article_id, count(*) AS shared
                FROM json_each(?) AS mine
                CROSS JOIN departures AS other ON other.origin_id = ? AND other.kind = mine.value ->> 0
                    AND other.start = mine.value ->> 1 AND other.stop = mine.value ->> 2
                    AND other.mark = mine.value ->> 3
                WHERE other.article_id < ?
                GROUP BY 1
                ORDER BY 2 DESC, 1
                LIMIT ?
            ) AS n
            JOIN descents AS d ON d.article_id = n.article_id
            ORDER BY n.shared DESC,
                (SELECT count(*) FROM departures AS x WHERE x.article_id = n.article_id), n.article_id
            LIMIT ?
            """,
            [json.dumps(self._rarest(origin, article)), origin, article, 4 * NEAR, NEAR],
        ).fetchall()
        exact = self._conn.execute(
            """
            SELECT d.article_id
            FROM (SELECT article_id FROM descents WHERE story_id = ? ORDER BY article_id DESC LIMIT ?) AS d
            WHERE NOT EXISTS (SELECT 1 FROM departures AS x WHERE x.article_id = d.article_id)
            ORDER BY d.article_id DESC
            LIMIT 8
            """,
            [self._story, LATE],
        ).fetchall()
        articles = dict.fromkeys([origin, article, *(row[0] for row in near), *(row[0] for row in exact)])
        pages = self._witnesses(origin, list(articles))
        weights = Weights(pages, self._length(origin))
        page = next(one for one in pages if one.article == article)
        self._write(
            origin, [attached(page, [one for one in pages if one is not page], weights)], pages, weights
        )

    def _rarest(self, origin: int, article: int) -> list[tuple[str, int, int, int]]:
        """The departures of an article that fewest others share; what more than COMMON share finds no parent."""
        facts = self._conn.execute(
            "SELECT kind, start, stop, mark FROM departures WHERE article_id = ? AND +origin_id = ?"
            " ORDER BY 1, 2, 3, 4",
            [article, origin],
        ).fetchall()
        facts.sort(key=lambda fact: fact[0] not in BINDING)
        found = []
        for fact in facts[:WEIGHED]:
            row = self._conn.execute(
                """
                SELECT count(*) FROM (SELECT 1 FROM departures
                    WHERE origin_id = ? AND kind = ? AND start = ? AND stop = ? AND mark = ?
                        AND article_id <= ? LIMIT ?)
                """,
                [origin, *fact, article, COMMON + 1],
            ).fetchone()
            found.append((row[0], fact))
        return [fact for n, (count, fact) in enumerate(sorted(found)) if count <= COMMON or not n]

    def _write(self, origin: int, found: list[Descent], pages: Sequence[Witness], weights: Weights) -> None:
        by_article = {page.article: page for page in pages}
        self._conn.executemany(
            """
            INSERT OR REPLACE INTO descents (article_id, story_id, origin_id, parent_id, certainty, runner_up_id,
                not_held, beyond_id, credited, cost, evidence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                (
                    one.article,
                    self._story,
                    origin,
                    one.parent,
                    one.certainty,
                    one.runner_up,
                    one.not_held,
                    one.beyond,
                    int(one.edge is not None and one.edge.credited),
                    round(one.edge.cost, 3) if one.edge else 0.0,
                    json.dumps(evidence_of(one, by_article, weights, self._words), ensure_ascii=False),
                )
                for one in found
            ],
        )


def _time(published_at: str | None) -> datetime | None:
    """The time that a page states; None if it states no time with a zone."""
    if published_at is None:
        return None
    try:
        at = datetime.fromisoformat(published_at)
    except ValueError:
        return None  # a row of an older archive
    return at if at.tzinfo else None
