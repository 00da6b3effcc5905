"""The rows of descents and departures: the parent of each copy, kept up to date story by story.

A story with changed members is noted in `untraced`, and its tree is made once, when the batch is committed, or later
where many articles are taken in at once. The tree depends on the members alone, so a rebuild gives the same tree. In
large stories new articles are attached one by one, and the whole tree is made again where the story has doubled: at the
end of the run, for how an article is attached does not depend on the parents of the others.
"""

import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from archive.grouping.origins import credit, linked_in
from extract.lineage.departures import Departure, Question, departures, departures_of, question
from extract.lineage.descent import Descent
from extract.lineage.evidence import BINDING, Weights
from extract.lineage.tree import COMMON, attached, tree
from extract.lineage.typed import PreparedText, prepared
from extract.lineage.witness import Witness, stated_time
from extract.lineage.words import evidence_of
from extract.script.fold import fold

log = logging.getLogger(__name__)

LARGE = 64
"""In a story of more articles, newcomers are attached to the tree; the tree is made again when the story doubles."""
FEW = 32
"""While a run goes on the tree of a story of so many articles is made again at once."""
AFRESH, DOUBLED = 1, 2
"""What `untraced.afresh` says of a story, added up: texts or the origin may have changed; the tree is made later."""
LATE = 256
"""The latest articles of a large story, among which an exact copy is looked for."""
WEIGHED = 24
"""Departures of a newcomer by which others are looked for, those first that two editors seldom make by themselves."""
NEAR = 24
"""Articles of a large story with shared departures that a newcomer is compared with, at most."""
_THESE = "(SELECT value FROM json_each(?))"
_TOLD = f"SELECT id, text, title FROM articles WHERE id IN {_THESE} ORDER BY id"
_OWN = [(table, column) for table in ("descents", "departures") for column in ("article_id", "origin_id")]
_NAMED = [("descents", column) for column in ("parent_id", "runner_up_id", "beyond_id")]
_ANY = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE {column} IN {_THESE}" for table, column in _OWN + _NAMED
)


def note(conn: sqlite3.Connection, story: int, *, afresh: bool = False) -> None:
    """Note that the members of a story changed; `afresh` says that its tree is made again, not only grown."""
    conn.execute(
        "INSERT INTO untraced VALUES (?, ?) ON CONFLICT (story_id) DO UPDATE SET afresh = afresh | excluded.afresh",
        [story, AFRESH if afresh else 0],
    )


def forget(conn: sqlite3.Connection, *articles: int) -> None:
    """Drop the rows of articles' descent and departures, and the rows that have one of them as their origin.

    Called when an article's page changed or the article left its story. The story's tree is made again.
    """
    these = json.dumps(articles)
    if not articles or conn.execute(_ANY, [these] * 7).fetchone() is None:
        return
    found = conn.execute(f"SELECT story_id FROM descents WHERE article_id IN {_THESE}", [these]).fetchall()
    for (story,) in found:
        note(conn, story, afresh=True)
    for _, column in _NAMED:
        conn.execute(f"UPDATE descents SET {column} = NULL WHERE {column} IN {_THESE}", [these])
    for table, column in _OWN:
        conn.execute(f"DELETE FROM {table} WHERE {column} IN {_THESE}", [these])


Mapped = Callable[[Callable[..., Any], Iterable[tuple[Any, ...] | None]], Iterable[Any]]
"""Calls a function with each of many arguments in other processes; the results in order, None for one that lacks."""


def catch_up(conn: sqlite3.Connection, mapped: Mapped | None = None, *, settled: bool = True) -> None:
    """Update the trees of all stories noted since the last call. Runs in the caller's transaction.

    While a run goes on, `settled` is false: stories that grow large get their newcomers attached, and stay noted. A
    story whose tree raises an error is left without one and is not tried again until its members change. With
    `mapped` other processes find the departures and the trees of small stories; what they do not is made here.
    """
    noted = conn.execute("SELECT story_id, afresh FROM untraced ORDER BY 1").fetchall()
    made = (_Story(conn, *one, settled=settled) for one in noted)
    due = [story.number for story in (_traced(made) if mapped is None else _traced_by(mapped, [*made]))]
    conn.execute("DELETE FROM untraced")
    conn.executemany("INSERT INTO untraced VALUES (?, ?)", [(story, DOUBLED) for story in due])


def _traced(stories: "Iterable[_Story]") -> "Iterator[_Story]":
    """Make the trees of stories one by one; those to be made again later."""
    for one in stories:
        with one.or_cleared():
            one.settle()
            one.finish()
        if one.is_due:
            yield one


def _traced_by(mapped: Mapped, stories: "list[_Story]") -> "Iterator[_Story]":
    """The same with other processes."""
    for one, found in zip(stories, mapped(departures_of, map(_Story.lacking, stories)), strict=True):
        with one.or_cleared():
            one.settle(found)
    for one, made in zip(stories, mapped(tree, map(_Story.witnesses, stories)), strict=True):
        with one.or_cleared():
            one.finish(made)
    yield from (one for one in stories if one.is_due)


class _Story:
    """One story's tree as rows: lacking() and witnesses() say what may be worked out elsewhere for the next step."""

    def __init__(self, conn: sqlite3.Connection, number: int, flags: int, *, settled: bool) -> None:
        """`flags` are AFRESH, which has a large story's tree made again from the departures kept, and DOUBLED."""
        self._conn = conn
        self.number = number
        self._afresh = bool(flags & AFRESH)
        self._settled = settled
        self.is_due = bool(flags & DOUBLED)
        """Whether the tree is to be made again later."""
        self._words: dict[Departure, str] = {}
        self._departed: dict[int, dict[Departure, str]] = {}
        """Departures of articles that were found elsewhere."""
        self._unmade: tuple[int, list[int]] | None = None
        """Origin and articles of a story whose tree is to be made."""
        self._pages: tuple[list[Witness], int] | None = None

    @contextmanager
    def or_cleared(self) -> Iterator[None]:
        """Leave the story without a tree where an error of ours prevents it."""
        try:
            yield
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise  # the disk or the database, no fault of the story's
            log.exception("story %s: its tree could not be made; it stays without one", self.number)
            self._unmade = None
            self.is_due = False
            self.clear()

    def lacking(self) -> Question | None:
        """The arguments of departures_of() for the copies of a small story that have none; None if there are none."""
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
            [self.number, LARGE + 1],
        ).fetchall()
        origin = next(((text, title) for _, text, title, is_origin in rows if is_origin), None)
        copies = {article: (text, title) for article, text, title, is_origin in rows if not is_origin}
        return question(origin, copies) if origin and copies and len(rows) <= LARGE else None

    def witnesses(self) -> tuple[list[Witness], int] | None:
        """The arguments of tree() for a small story; None for others."""
        if self._unmade is not None:
            self._pages = self._witnesses(*self._unmade), self._length(self._unmade[0])
        return self._pages

    def finish(self, made: list[Descent] | None = None) -> None:
        """Write the tree of a story, which may have been made elsewhere if it is small."""
        if self._unmade is not None:
            origin, _ = self._unmade
            pages, length = self._pages or self.witnesses() or ([], 0)
            self._write(origin, made or tree(pages, length), pages, Weights(pages, length))
        self._unmade = self._pages = None
        self._words = {}

    def settle(self, departed: dict[int, dict[Departure, str]] | None = None) -> None:
        """Drop stale rows, then attach the newcomers of a large story; a small one's tree is for finish().

        An article that left has a large story's tree made again. `departed` are departures that were found elsewhere.
        """
        self._departed = departed or {}
        found = self._conn.execute(
            "SELECT origin_article_id FROM stories WHERE id = ?", [self.number]
        ).fetchone()
        origin = found[0] if found else None
        stale = self._conn.execute(
            """
            SELECT article_id
            FROM descents
            WHERE story_id = :story AND (origin_id IS NOT :origin
                OR article_id NOT IN (SELECT article_id FROM placed WHERE story_id = :story))
            """,
            {"story": self.number, "origin": origin},
        ).fetchall()
        forget(self._conn, *(row[0] for row in stale))
        members = self._members()
        if origin is None or len(members) < 2:
            self.clear()
            return
        self._grow(origin, members, afresh=self._afresh or bool(stale))
        self._departed = {}

    def clear(self) -> None:
        """Drop the rows of all members."""
        forget(self._conn, *self._members())

    def _members(self) -> list[int]:
        rows = self._conn.execute(
            "SELECT article_id FROM placed WHERE story_id = ? ORDER BY article_id", [self.number]
        )
        return [row[0] for row in rows]

    def _grow(self, origin: int, members: list[int], *, afresh: bool) -> None:
        rows = self._conn.execute(
            "SELECT article_id FROM descents WHERE story_id = ? AND origin_id = ?", [self.number, origin]
        )
        known = {row[0] for row in rows}
        lacking = [article for article in members if article not in known]
        forget(self._conn, *lacking)  # all first: that of the origin drops the rows of its copies
        self._depart(origin, lacking)
        latest = max(known - {origin}, default=0)
        if afresh or any(article < latest for article in lacking):  # as if they had come one by one
            self._conn.execute("DELETE FROM descents WHERE story_id = ?", [self.number])
            known = set()
        whole = _whole(len(members))
        self.is_due |= len(known) < whole or len(members) <= LARGE
        if self.is_due and (self._settled or not known or len(members) <= FEW):
            in_order = [origin, *(one for one in members if one != origin)]  # it may have come last
            self._unmade = origin, in_order[:whole]
            known.update(in_order[:whole])
            if len(members) > LARGE:
                self.finish()  # the others are attached to it
            self.is_due = False
        for article in members:
            if article not in known:
                self._attach(origin, article)

    # -- departures -------------------------------------------------------------------------------------------------

    def _depart(self, origin: int, articles: list[int]) -> None:
        """Write the departures of articles that have none."""
        whole: PreparedText | None = None
        for article, *told in self._conn.execute(_TOLD, [json.dumps(articles)]):
            if article == origin:
                continue
            found = self._departed.get(article)
            if found is None:
                whole = whole or prepared(*self._conn.execute(_TOLD, [f"[{origin}]"]).fetchone()[1:])
                found = departures(whole, prepared(*told))
            self._conn.executemany(
                "INSERT OR IGNORE INTO departures (origin_id, kind, start, stop, mark, article_id, words)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(origin, *fact, article, words) for fact, words in found.items()],
            )

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
        linked = linked_in(self._conn, self.number, articles, frozenset(articles))
        return [
            Witness(
                article,
                site,
                frozenset(found[article]),
                script,
                stated_time(published_at),
                precision,
                credit(source, url, site, is_linked=article in linked),
                is_origin=article == origin,
                title=fold(title or ""),
                linked=linked.get(article),
            )
            for article, site, script, published_at, precision, source, title, url in self._conn.execute(
                """
                SELECT id, site, script, published_at, published_precision, source, title, source_url
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
            [self.number, LATE],
        ).fetchall()
        linked = linked_in(self._conn, self.number, [article], range(article)).values()
        articles = dict.fromkeys([origin, article, *linked, *(row[0] for row in [*near, *exact])])
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
                    self.number,
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


def _whole(count: int) -> int:
    """Of how many articles, the first, the tree is made as a whole: of all, or in large stories up to a doubling."""
    return count if count <= LARGE else LARGE << ((count // LARGE).bit_length() - 1)
