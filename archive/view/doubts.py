"""Articles that were read with low confidence, and sites that are read with less confidence than before."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

DOUBTFUL = 0.5
LATEST = 10
"""Doubtful articles that are listed one by one."""
ENOUGH = 10
"""The least number of latest articles, and of earlier ones, from which a site's means are compared."""
FALL = 0.2
"""The least fall of the mean confidence from a site's earlier articles to its latest ones."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An article whose confidence is below DOUBTFUL, and the first reason its notes give."""

    url: str
    site: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """How many articles are doubtful, and the latest of them."""

    articles: int
    latest: tuple[Doubt, ...]


NONE = Doubtful(0, ())


def doubtful(conn: sqlite3.Connection) -> Doubtful:
    """The articles of a view whose reading is doubtful."""
    (articles,) = conn.execute("SELECT count(*) FROM articles WHERE confidence < ?", [DOUBTFUL]).fetchone()
    rows = conn.execute(
        "SELECT url, site, confidence, notes FROM articles WHERE confidence < ? ORDER BY id DESC LIMIT ?",
        [DOUBTFUL, LATEST],
    )
    latest = (Doubt(url, site, confidence, _reason(notes)) for url, site, confidence, notes in rows)
    return Doubtful(articles, tuple(latest))


def drifts(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Sites whose latest articles were read with less confidence than earlier ones, with the evidence."""
    figures: dict[str, list[tuple[int, float]]] = {}
    for site, number, confidence in conn.execute(
        "SELECT site, id, confidence FROM articles WHERE confidence IS NOT NULL"
    ):
        figures.setdefault(site, []).append((number, confidence))
    for site, known in sorted(figures.items()):
        if len(known) < 2 * ENOUGH:
            continue
        ordered = [confidence for _, confidence in sorted(known)]
        now, before = mean(ordered[-ENOUGH:]), mean(ordered[:-ENOUGH])
        if before - now >= FALL:
            yield site, f"mean confidence {now:.2f} in the latest {ENOUGH} articles, before {before:.2f}"


def _reason(notes: str) -> str:
    return next((note["detail"] for note in json.loads(notes) if note["kind"] == "doubt"), "")
