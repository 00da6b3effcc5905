"""Descent read from the rows: the tree of a story, the spread of a change."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.errors import WrongUse
from archive.grouping.changes import changes_with, whole_words
from extract.article import Script
from extract.lineage.departures import Departure
from extract.script.fold import fold

NOT_HELD = "not held"


@dataclass(frozen=True, slots=True)
class Descendant:
    """One page of a tree. `article` is None for a page that the archive does not hold; such a page has a `number`, and
    as its `source` the name that a copy credits, if that is how the page is known."""

    article: int | None
    number: int | None
    site: str
    url: str
    title: str
    source: str
    published_at: str
    script: Script | None
    certainty: float
    runner_up: int | None
    evidence: dict[str, Any]
    children: list["Descendant"] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The page's name in a drawing: the article's number, or `not-held-` and the number of a page not held."""
        return str(self.article) if self.article is not None else f"not-held-{self.number}"

    def as_dict(self) -> dict[str, Any]:
        """The page as plain values, for JSON, with its children."""
        return {
            "article_id": self.article,
            "not_held": self.number,
            "site": self.site,
            "url": self.url,
            "title": self.title,
            "source": self.source,
            "published_at": self.published_at,
            "script": self.script,
            "certainty": self.certainty,
            "runner_up_id": self.runner_up,
            "evidence": self.evidence,
            "children": [child.as_dict() for child in self.children],
        }


def tree_of(conn: sqlite3.Connection, story: int) -> Descendant | None:
    """The tree of a story from its origin down, children ordered by time; None if the story has no tree."""
    rows = conn.execute(
        """
        SELECT d.article_id, d.parent_id, d.not_held, d.beyond_id, d.certainty, d.runner_up_id, d.evidence,
            a.site, a.url, a.title, a.source, a.published_at, a.script, d.origin_id
        FROM descents AS d
        JOIN articles AS a ON a.id = d.article_id
        WHERE d.story_id = ?
        ORDER BY a.published_at IS NULL, a.published_at, d.article_id
        """,
        [story],
    ).fetchall()
    if not rows:
        return None
    held = {row[0]: _held(row) for row in rows}
    lost: dict[int, Descendant] = {}
    for row in rows:
        article, parent, number, beyond, origin = row[0], row[1], row[2], row[3], row[13]
        if article == origin:
            continue
        if number is not None:
            if number not in lost:
                named = held[article].source if held[article].evidence.get("credit") == "names it" else ""
                lost[number] = Descendant(None, number, "", "", NOT_HELD, named, "", None, row[4], None, {})
                held.get(beyond, held[origin]).children.append(lost[number])
            lost[number].children.append(held[article])
        else:
            held.get(parent, held[origin]).children.append(held[article])
    return held[rows[0][13]]


def _held(row: Sequence[Any]) -> Descendant:
    return Descendant(
        article=row[0],
        number=None,
        site=row[7],
        url=row[8],
        title=row[9] or "",
        source=row[10] or "",
        published_at=row[11] or "",
        script=row[12],
        certainty=row[4],
        runner_up=row[5],
        evidence=json.loads(row[6]),
    )


def walked(root: Descendant) -> Iterator[tuple[Descendant, Descendant | None, int]]:
    """Every page of a tree with its parent and its depth, parents first, without recursion."""
    waiting: list[tuple[Descendant, Descendant | None, int]] = [(root, None, 0)]
    while waiting:
        page, parent, depth = waiting.pop()
        yield page, parent, depth
        waiting += [(child, page, depth + 1) for child in reversed(page.children)]


@dataclass(frozen=True, slots=True)
class Holder:
    """A copy with a change; `taken_from` is the parent that has the change too, None if the parent lacks it.

    `not_held` is the number of a parent that the archive does not hold.
    """

    article: int
    site: str
    url: str
    published_at: str
    published_precision: str
    taken_from: int | None
    not_held: int | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A change of a story's origin, and every copy with that change, the earliest first."""

    story: int
    kind: str
    at: int
    words: str
    holders: tuple[Holder, ...]


def spread(conn: sqlite3.Connection, words: str, story: int | None = None) -> list[Spread]:
    """The changes with a phrase in their words, in either script. Raises WrongUse for fewer than two characters.

    A phrase may begin in one sentence that was cut or added and end in the next one: each of the sentences is found.
    """
    wanted = fold(words)
    if len(wanted) < 2:
        raise WrongUse(f"{words!r}: give at least two characters of what was cut, added or replaced")
    found = [
        _spread(conn, number, (origin, *fact), shown)
        for number, origin in conn.execute(
            "SELECT DISTINCT story_id, origin_id FROM descents WHERE ? IS NULL OR story_id = ? ORDER BY 1",
            [story, story],
        ).fetchall()
        for fact, shown in changes_with(conn, origin, wanted).items()
    ]
    found.sort(key=lambda one: (-len(one.holders), one.story, one.at))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """A departure of one copy; `copies` is the number of copies with this departure, the copy itself included."""

    origin: int
    kind: str
    start: int
    stop: int
    mark: int
    words: str
    copies: int

    @property
    def key(self) -> str:
        """The change's name in an address."""
        return f"{self.origin}-{self.kind}-{self.start}-{self.stop}-{self.mark}"


def changes_of(conn: sqlite3.Connection, article: int) -> list[Change]:
    """The changes of a copy to its origin; changes that most copies share come first."""
    rows = conn.execute(
        """
        SELECT x.origin_id, x.kind, x.start, x.stop, x.mark, x.words,
            (SELECT count(*) FROM departures AS y WHERE y.origin_id = x.origin_id AND y.kind = x.kind
                AND y.start = x.start AND y.stop = x.stop AND y.mark = x.mark)
        FROM departures AS x
        WHERE x.article_id = ?
        ORDER BY 7 DESC, x.start, x.kind, x.mark
        """,
        [article],
    )
    return [Change(*row) for row in rows]


def spread_of(conn: sqlite3.Connection, key: str) -> Spread | None:
    """The spread of the change with this key; None if no copy has the change."""
    parts = re.fullmatch(r"(\d{1,18})-([a-z]+)-(\d{1,18})-(\d{1,18})-(\d{1,18})", key, re.ASCII)
    if parts is None:
        return None
    origin, fact = int(parts[1]), Departure(parts[2], *map(int, parts.groups()[2:]))
    row = conn.execute(
        """
        SELECT d.story_id, x.words
        FROM departures AS x
        JOIN descents AS d ON d.article_id = x.article_id
        WHERE x.origin_id = ? AND x.kind = ? AND x.start = ? AND x.stop = ? AND x.mark = ?
        """,
        [origin, *fact],
    ).fetchone()
    if row is None:
        return None
    return _spread(conn, row[0], (origin, *fact), whole_words(conn, origin, fact, row[1]))


def _spread(conn: sqlite3.Connection, story: int, fact: Sequence[int | str], words: str) -> Spread:
    rows = conn.execute(
        """
        SELECT a.id, a.site, a.url, coalesce(a.published_at, ''), coalesce(a.published_precision, ''), p.article_id,
            d.not_held
        FROM departures AS x
        JOIN articles AS a ON a.id = x.article_id
        JOIN descents AS d ON d.article_id = a.id
        LEFT JOIN departures AS p ON p.origin_id = x.origin_id AND p.kind = x.kind AND p.start = x.start
            AND p.stop = x.stop AND p.mark = x.mark AND p.article_id = d.parent_id
        WHERE x.origin_id = ? AND x.kind = ? AND x.start = ? AND x.stop = ? AND x.mark = ?
        ORDER BY a.published_at IS NULL, a.published_at, p.article_id IS NOT NULL, a.id
        """,
        fact,
    )
    return Spread(story, str(fact[1]), int(fact[2]), words, tuple(Holder(*row) for row in rows))
