"""Descent read from the rows: the tree of a story, the spread of a change."""

import heapq
import json
import re
import sqlite3
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.errors import WrongUse
from archive.grouping.changes import changes_with, replaced_words, whole_words
from archive.grouping.origins import linked_host
from extract.article import Script, is_month
from extract.lineage.departures import Departure
from extract.lineage.tree import SMALL
from extract.lineage.witness import stated_time
from extract.script.fold import fold

NOT_HELD = "not held"
SAYS_FROM = ("names it", "links to it")
"""What `evidence.credit` says of a page that says itself where it was taken from."""
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Descendant:
    """One page of a tree. `article` is None for a page that the archive does not hold; such a page has a `number`, and
    as its `source` the name that a copy credits, if that is how the page is known. `precision` says what of
    `published_at` the page prints."""

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
    precision: str = ""

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
            "published_precision": self.precision,
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
            a.site, a.url, a.title, a.source, a.published_at, a.script, d.origin_id, a.published_precision,
            a.source_url
        FROM descents AS d
        JOIN articles AS a ON a.id = d.article_id
        WHERE d.story_id = ?
        """,
        [story],
    ).fetchall()
    if not rows:
        return None
    rows.sort(key=lambda row: (_known_by(row[11], row[14]), row[0]))
    origin, counts = rows[0][13], counts_of(conn, rows[0][13])
    held = {row[0]: _held(row, counts, or_more=len(rows) > SMALL) for row in rows}
    lost: dict[int, Descendant] = {}
    for row in rows:
        article, parent, number, beyond = row[:4]
        if article == origin:
            continue
        if number is not None:
            if number not in lost:
                named = held[article].source or linked_host(row[15])
                named = named if held[article].evidence.get("credit") in SAYS_FROM else ""
                lost[number] = Descendant(None, number, "", "", NOT_HELD, named, "", None, row[4], None, {})
                held.get(beyond, held[origin]).children.append(lost[number])
            lost[number].children.append(held[article])
        else:
            held.get(parent, held[origin]).children.append(held[article])
    return held[origin]


Counts = dict[tuple[str, int, str], int]


def counts_of(conn: sqlite3.Connection, origin: int) -> Counts:
    """How many copies of a story have each departure, by kind, place and words: a large story's rows count some."""
    copies: Counter[Departure] = Counter()
    said: dict[tuple[str, int, str], set[Departure]] = defaultdict(set)
    for words, count, *fact in conn.execute(
        "SELECT words, count(*), kind, start, stop, mark FROM departures WHERE origin_id = ? GROUP BY 3, 4, 5, 6, 1",
        [origin],
    ):
        departure = Departure(*fact)
        copies[departure] += count  # which two copies may print with other marks
        said[departure.kind, departure.start, words].add(departure)
    return {key: sum(map(copies.__getitem__, facts)) for key, facts in said.items()}


def evidence_said(stored: str, counts: Counts, *, or_more: bool) -> dict[str, Any]:
    """The evidence of a row, with today's number of copies that have each departure.

    `or_more` is said of a large story, in which a page is not weighed against every other one.
    """
    evidence: dict[str, Any] = json.loads(stored)
    for name in ("shared", "new", "lost"):
        for fact in evidence.get(name, {}).get("rarest", ()):
            fact["copies"] = counts.get((fact["kind"], fact["at"], fact["words"]), fact["copies"])
    if or_more and evidence.get("other_parents"):
        evidence["or_more"] = True
    return evidence


def _known_by(published_at: str | None, precision: str | None) -> datetime:
    """The moment by which a page was there: the end of the day or of the month if it prints no more."""
    if not published_at:
        return LATEST
    if is_month(published_at):
        at = stated_time(f"{published_at}-01T00:00:00+08:00")
        length = timedelta(days=monthrange(at.year, at.month)[1]) if at else timedelta()
    else:
        at = stated_time(published_at)
        length = timedelta(days=int(precision == "day"))
    try:
        return (at + length).astimezone(UTC) if at else LATEST
    except OverflowError:  # year 1 or 9999
        return LATEST


def _held(row: Sequence[Any], counts: Counts, *, or_more: bool) -> Descendant:
    return Descendant(
        article=row[0],
        number=None,
        site=row[7],
        url=row[8],
        title=row[9] or "",
        source=row[10] or "",
        published_at=row[11] or "",
        precision=row[14] or "",
        script=row[12],
        certainty=row[4],
        runner_up=row[5],
        evidence=evidence_said(row[6], counts, or_more=or_more),
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
    """A change of a story's origin, and every copy with that change: the first first, by the tree and by the
    times, and no copy before the one that it was taken from."""

    story: int
    kind: str
    at: int
    words: str
    holders: tuple[Holder, ...]
    was: str = ""
    """Of words that were replaced, what the origin prints."""


def spread(conn: sqlite3.Connection, words: str, story: int | None = None) -> list[Spread]:
    """The changes with a phrase in their words, in either script. Raises WrongUse for fewer than two characters.

    Of words that were replaced the origin's own are found too, alone or within a phrase.

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
        """,
        fact,
    )
    change = Departure(str(fact[1]), *map(int, fact[2:]))
    return Spread(
        story,
        change.kind,
        change.start,
        words,
        tuple(_in_order(Holder(*row) for row in rows)),
        replaced_words(conn, int(fact[0]), change),
    )


def _in_order(holders: Iterator[Holder]) -> Iterator[Holder]:
    """Copies with a change by the time at which they were there, none before the one that it was taken from.

    A copy that prints no time, or a later one than a copy of its own, was there when its first copy was.
    """
    known = {holder.article: holder for holder in holders}
    by = {number: _known_by(one.published_at, one.published_precision) for number, one in known.items()}
    below: dict[int | None, list[int]] = defaultdict(list)
    for number, holder in known.items():
        below[holder.taken_from].append(number)
    order = [*below[None]]
    for number in order:
        order += below[number]
    for number in reversed(order):
        by[number] = min([by[number], *(by[copy] for copy in below[number])])
    waiting = [(by[number], number) for number in below[None]]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        yield known[number]
        for copy in below[number]:
            heapq.heappush(waiting, (by[copy], copy))
