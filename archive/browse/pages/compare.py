"""The compare pages: an article beside its copies, and a version of an article beside the next version."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from archive.browse.pages import lineage
from archive.browse.protocols import collation
from archive.browse.rows import SentenceRow, TextRun, rows
from archive.browse.visit import File, Refusal, Visit, json_bytes
from archive.grouping.pictures import changes_of
from extract.compare.changes import Changes, Side, compare
from extract.script.fold import simplified

MOST = 6
NEAR = 1
FOLDED = 2
"""More unchanged rows in sequence than FOLDED are folded; NEAR rows on each side of a change stay unfolded."""
_DIFFERENT_LENGTHS = 100_000
"""Characters of text compared at most: two of such length take 0.2 s."""


@dataclass(frozen=True, slots=True)
class Column:
    """One text of the comparison; `changes` is None for the first text, which the others are compared with."""

    head: dict[str, Any]
    changes: Changes | None

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each kind and unit (`cut-paragraph`, `replaced-words` ...), most common first."""
        return counts_of(self.changes) if self.changes else {}


def counts_of(changes: Changes) -> dict[str, int]:
    """The number of changes of each kind and unit (`cut-paragraph`, `replaced-words` ...), the most common first."""
    return dict(Counter(f"{span.kind}-{span.unit}" for span in changes.spans).most_common())


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The articles that the arguments `with` name; the others are compared with the first one."""
    numbers = _numbers(visit)
    found = [_article(conn, number) for number in numbers]
    story = _common_story(conn, numbers)
    return {
        "story": story,
        "version": None,
        "traced": lineage.of_compared(conn, numbers),
        "is_across": story is None,
        "pictures": {number: changes_of(conn, numbers[0], number) for number in numbers[1:]},
        **_compared(found, visit),
    }


def read_version(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """A version of an article beside the next version, or beside the current text after the last version."""
    number, n = visit.number("id"), visit.number("n")
    states = conn.execute(
        "SELECT v.article_id AS id, v.n, v.title, v.text, v.source, v.byline, v.published_at, a.site, a.script,"
        " a.published_precision, v.capture_id, c.captured_at"
        " FROM versions AS v JOIN articles AS a ON a.id = v.article_id JOIN captures AS c ON c.id = v.capture_id"
        " WHERE v.article_id = ? AND v.n IN (?, ?) ORDER BY v.n",
        [number, n, n + 1],
    ).fetchall()
    if not states or states[0]["n"] != n:
        raise Refusal(404, "no-such-version", f"{number}/{n}")
    heads = [dict(state) for state in states]
    if len(heads) == 1:
        heads.append(_article(conn, number))
    return {
        "story": None,
        "version": n,
        "is_across": False,
        "traced": {},
        "pictures": {},
        **_compared(heads, visit),
    }


def tei_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The comparison as a TEI file: a critical apparatus by parallel segmentation."""
    heads, laid = _collated(conn, visit)
    found = collation.tei(collation.witnesses(heads), laid, str(heads[0]["title"] or ""))
    return File(found, "collation.tei.xml", "application/tei+xml; charset=utf-8")


def collatex_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The comparison as the JSON table of CollateX."""
    heads, laid = _collated(conn, visit)
    found = json_bytes(collation.collatex(collation.witnesses(heads), laid))
    return File(found, "collation.collatex.json", "application/json; charset=utf-8")


def _collated(conn: sqlite3.Connection, visit: Visit) -> tuple[list[dict[str, Any]], list[SentenceRow]]:
    heads = [_article(conn, number) for number in _numbers(visit)]
    return heads, _laid(heads)[1]


def _laid(heads: list[dict[str, Any]]) -> tuple[list[Column], list[SentenceRow]]:
    """The texts as columns, and their sentences side by side."""
    if sum(len(head["text"]) for head in heads) > _DIFFERENT_LENGTHS * 2:
        raise Refusal(400, "too-long-to-compare", str(max(len(head["text"]) for head in heads)))
    base, *others = heads
    columns = [Column(base, None), *(Column(head, compare(_side(base), _side(head))) for head in others)]
    texts = [(column.head["text"], column.changes) for column in columns if column.changes]
    return columns, rows(base["text"], texts)


def _compared(heads: list[dict[str, Any]], visit: Visit) -> dict[str, Any]:
    columns, laid = _laid(heads)
    in_hans = visit.text("script") == "hans"
    shown = [_simplified(row) for row in laid] if in_hans else laid
    return {
        "columns": columns,
        "stretches": stretches(shown, folds=visit.text("show") != "all"),
        "only": visit.text("show") == "changes",
        "folds": visit.text("show") != "all",
        "strip": [row.changed for row in laid],
        "in_hans": in_hans,
        "identical": not any(row.changed for row in laid),
    }


def stretches(laid: list[SentenceRow], *, folds: bool) -> list[tuple[bool, list[tuple[int, SentenceRow]]]]:
    """The rows with their numbers, in stretches; each stretch has True if it is folded.

    More than FOLDED unchanged rows in sequence are folded, except for NEAR rows beside a change.
    """
    numbered = list(enumerate(laid, start=1))
    if not folds or not any(row.changed for row in laid):
        return [(False, numbered)]
    near = {at + step for at, row in numbered if row.changed for step in range(-NEAR, NEAR + 1)}
    found: list[tuple[bool, list[tuple[int, SentenceRow]]]] = []
    for is_near, group in groupby(numbered, key=lambda part: part[0] in near):
        rows_of = list(group)
        found.append((not is_near and len(rows_of) > FOLDED, rows_of))
    return found


def _side(head: dict[str, Any]) -> Side:
    return Side(head["text"], head["title"], head["source"], head["byline"])


def _simplified(row: SentenceRow) -> SentenceRow:
    """The row in Simplified characters, for readers of Simplified only."""
    return SentenceRow(
        simplified(row.origin),
        row.opens_paragraph,
        tuple(
            tuple(
                TextRun(piece.kind, simplified(piece.text), piece.was and simplified(piece.was))
                for piece in pieces
            )
            for pieces in row.copies
        ),
    )


def _numbers(visit: Visit) -> list[int]:
    given = list(dict.fromkeys(visit.every("with")))
    if not 2 <= len(given) <= MOST or not all(value.isascii() and value.isdigit() for value in given):
        raise Refusal(400, "compare-how-many", ", ".join(given)[:80])
    return [int(value[:18]) for value in given]


def _article(conn: sqlite3.Connection, number: int) -> dict[str, Any]:
    row = conn.execute(
        "SELECT a.id, a.url, a.title, a.text, a.source, a.byline, a.published_at, a.published_precision, a.site,"
        " a.script, a.low_trust, a.capture_id, c.captured_at, m.relation"
        " FROM articles AS a JOIN captures AS c ON c.id = a.capture_id"
        " LEFT JOIN carriers AS m ON m.article_id = a.id"
        " WHERE a.id = ?",
        [number],
    ).fetchone()
    if row is None:
        raise Refusal(404, "no-such-article", str(number))
    return dict(row)


def _common_story(conn: sqlite3.Connection, numbers: list[int]) -> sqlite3.Row | None:
    """The story that all the articles belong to; None if there is none."""
    marks = ", ".join("?" * len(numbers))
    row: sqlite3.Row | None = conn.execute(
        "SELECT s.* FROM stories AS s JOIN members AS m ON m.story_id = s.id"
        f" WHERE m.article_id IN ({marks}) GROUP BY s.id HAVING count(*) = ? ORDER BY s.id LIMIT 1",
        [*numbers, len(numbers)],
    ).fetchone()
    return row
