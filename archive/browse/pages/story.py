"""The story page: an origin, the articles made from it, and the shares of text that each kept and added."""

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from archive.browse import moments
from archive.browse.charts import Dot, timeline
from archive.browse.labels import Labels
from archive.browse.moments import Delay, TimeSpan, delay, span
from archive.browse.pages import lineage
from archive.browse.pages.compare import counts_of
from archive.browse.visit import Elsewhere, File, Refusal, Visit, json_bytes
from archive.grouping.comparison import between
from archive.grouping.numbers import story_now
from archive.search import names
from archive.search.names import Named
from extract.compare.changes import Changes

_RELATIONS = {"origin": 0, "copy": 1, "abridged": 2, "followup": 3, "roundup": 4}
_LISTED = 400
"""Members that the page shows, at most; the table has all of them."""
_COMPARED = 30
_COMPARED_CHARACTERS = 200_000
"""Copies, and characters of all copies, that are compared for the table; 30 copies of 1,000 characters take 0.1 s."""
_REASONS = {
    "reason-alone": re.compile("alone"),
    "reason-publisher": re.compile(
        r"^publisher: (?P<n>\d++) of (?P<all>\d++) name (?P<name>[^,]++(?:,(?! and )[^,]*+)*+),"
        r" and (?P<site>\S++) is its own site"
    ),
    "reason-paper": re.compile(r"paper: printed (?P<day>\S++)"),
    "reason-earliest": re.compile(r"earliest: (?P<time>\S++)"),
    "reason-not-earliest": re.compile(r"not the earliest: (?P<time>[^\s,]++), another (?P<other>\S++)"),
    "reason-text": re.compile(r"text: (?P<n>\d++) characters, the fullest (?P<most>\d++)"),
    "reason-trust": re.compile(r"trust: (?P<n>\d++) of (?P<all>\d++) on hosts that are no evidence"),
}
"""Patterns of the reasons that archive.grouping.origins writes into `origin_reasons`, by the label of each reason."""
_LINES = 80
"""Lines of the timeline, at most; further copies are in the table only."""


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The story whose number is in the address. Raises Elsewhere if the story was merged into another."""
    number = visit.number("id")
    story = conn.execute("SELECT * FROM stories WHERE id = ?", [number]).fetchone()
    if story is None:
        raise _moved(conn, visit, number)
    members = conn.execute(
        "SELECT c.*, a.low_trust, a.paper_page, a.paper_date, a.capture_id, a.original_title,"
        " a.published_precision,"
        " length(a.text) AS length"
        " FROM copies AS c JOIN articles AS a ON a.id = c.article_id WHERE c.story_id = ?"
        " ORDER BY c.relation <> 'origin', c.published_at IS NULL, c.published_at, c.article_id LIMIT ?",
        [number, _LISTED],
    ).fetchall()
    members.sort(key=lambda row: (_RELATIONS[row["relation"]], row["published_at"] or "9", row["article_id"]))
    origin = next((row for row in members if row["article_id"] == story["origin_article_id"]), None)
    labels = Labels(visit.language)
    named = names.sites(conn)
    return {
        "story": story,
        "feed": f"story/{number}.atom",
        "members": members,
        "origin": origin,
        "changes_of": _changes(conn, origin, members),
        "delays": {row["article_id"]: _delay(origin, row) for row in members},
        "reasons": [reason(labels, text) for text in json.loads(story["origin_reasons"])],
        "counts_of": counts_of,
        "timeline": timeline(_dots(members[:_LINES], visit, labels, named), labels),
        "relations": {row["relation"] for row in members},
        "sites": len({row["site"] for row in members}),
        **lineage.of_story(conn, number, visit, named),
    }


def reason(labels: Labels, text: str) -> str:
    """A reason for the choice of the origin, in the reader's language; an unknown reason is returned unchanged."""
    for key, pattern in _REASONS.items():
        if found := pattern.fullmatch(text):
            return labels(key, **found.groupdict()) if pattern.groups else labels(key)
    return text


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The story's row and its copies, as JSON."""
    number = visit.number("id")
    story = conn.execute("SELECT * FROM stories WHERE id = ?", [number]).fetchone()
    if story is None:
        raise _moved(conn, visit, number, ".json")
    copies = conn.execute("SELECT * FROM copies WHERE story_id = ? ORDER BY article_id", [number]).fetchall()
    content = {
        **dict(story),
        "origin_reasons": json.loads(story["origin_reasons"]),
        "members": [dict(copy) for copy in copies],
    }
    return File(json_bytes(content), f"story-{number}.json", "application/json; charset=utf-8", "inline")


def _changes(
    conn: sqlite3.Connection, origin: sqlite3.Row | None, members: list[sqlite3.Row]
) -> dict[int, Changes]:
    """The changes that each of the first _COMPARED copies made to the origin, by the article's number."""
    if origin is None:
        return {}
    copies = [row for row in members if row["relation"] in ("copy", "abridged")][:_COMPARED]
    if sum(row["length"] for row in [origin, *copies]) > _COMPARED_CHARACTERS:
        return {}
    return {
        row["article_id"]: between(conn, origin["article_id"], row["article_id"]).changes for row in copies
    }


def _moved(conn: sqlite3.Connection, visit: Visit, number: int, form: str = "") -> Elsewhere | Refusal:
    """The redirect to the story that a missing story was merged into, or the refusal if there is none."""
    now = story_now(conn, number)
    return (
        Elsewhere(f"{visit.room}/story/{now}{form}")
        if now is not None
        else Refusal(404, "no-such-story", visit.path["id"])
    )


def _delay(origin: sqlite3.Row | None, row: sqlite3.Row) -> Delay | None:
    if origin is None or row["article_id"] == origin["article_id"]:
        return None
    return delay(_span(origin), _span(row))


def _span(row: sqlite3.Row) -> TimeSpan | None:
    return span(row["published_at"], row["published_precision"])


def _dots(members: list[sqlite3.Row], visit: Visit, labels: Labels, named: Mapping[str, Named]) -> list[Dot]:
    dots = []
    for row in members:
        moment = _span(row)
        if moment:
            site = named[row["site"]].own if row["site"] in named else row["site"]
            when = moments.said(row["published_at"], row["published_precision"])
            said = f"{labels(row['relation'])} · {site} · {when} · {row['title'] or ''}"
            href = f"{visit.room}/article/{row['article_id']}"
            dots.append(Dot(site, moment.start, moment.end, row["relation"], href, said))
    return sorted(dots, key=lambda dot: (dot.start, dot.end))
