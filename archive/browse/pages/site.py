"""The page of a site: its articles, how it edits its copies, and its failures."""

import sqlite3
from statistics import median
from typing import Any
from urllib.parse import quote

from archive.browse.moments import Delay, days_of, delay, span
from archive.browse.pages import lineage
from archive.browse.pages.home import vanished
from archive.browse.visit import File, Refusal, Visit, json_bytes
from archive.grouping.comparison import conversion_of
from archive.search import names

_RECENT = 500
"""The figures on editing and delay are taken from so many of the latest copies."""
_SOURCED = 2000
"""The sources are counted in so many of the latest articles."""
_COUNTED = 20_000
"""Copies are counted day by day only for a site with at most so many articles."""
_WATCHED = 10_000
"""The half-life is computed from so many of the latest articles."""
_CONVERTED = 5
"""Copies that are compared to find the traces of a converter; few suffice, for each copy has the same traces.
This is the slowest part of the page.
"""


_DAYS = ((0, "day"), (1, "next"), (7, "week"), (10**6, "later"))
_CLASSES = ("before", "1h", "6h", "day", "next", "week", "later")
"""The classes of delay between an origin and its copy: hours if both times are known, else days."""


def read_all(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """Every site with its numbers of captures and articles, and its first and last day."""
    return {
        "sites": conn.execute(
            "SELECT c.site, c.captures, c.last, a.articles, a.first_day, a.last_day FROM"
            " (SELECT site, count(*) AS captures, max(captured_at) AS last FROM captures GROUP BY site) AS c"
            " LEFT JOIN (SELECT site, count(*) AS articles, min(published_at) AS first_day,"
            " max(published_at) AS last_day FROM articles GROUP BY site) AS a ON a.site = c.site"
            " ORDER BY a.articles DESC, c.captures DESC, c.site"
        ).fetchall()
    }


def all_json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """Every site as JSON: its name, region, kind and trust, and its numbers of captures and articles."""
    rows = [dict(row) | _about(conn, row["site"]) for row in read_all(conn, visit)["sites"]]
    return File(json_bytes(rows), "sites.json", "application/json; charset=utf-8", "inline")


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The site in the address as JSON: its figures, its articles by day, and its latest articles."""
    found = read(conn, visit)
    content = {
        "site": found["site"],
        **_about(conn, found["site"]),
        "counts": dict(found["counts"]),
        "relations": dict(found["relations"]),
        **{name: found[name] for name in ("articles", "days", "copied", "editing")},
        "half_life": dict(found["half_life"]),
        **{name: [dict(row) for row in found[name]] for name in ("sources", "vanished", "latest")},
    }
    return File(
        json_bytes(content), f"site-{found['site']}.json", "application/json; charset=utf-8", "inline"
    )


def _about(conn: sqlite3.Connection, host: str) -> dict[str, Any]:
    """The site's names, region, kind and trust; empty if there is no site file."""
    row = conn.execute(
        "SELECT name, name_hant, region, kind, trust FROM sites WHERE host = ?", [host]
    ).fetchone()
    return dict(row) if row else {}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The site in the address. Raises Refusal for a site without captures."""
    site = visit.path["site"]
    counts = conn.execute(
        "SELECT count(*) AS captures, min(captured_at) AS first, max(captured_at) AS last,"
        " sum(status IS NULL) AS failed FROM captures WHERE site = ?",
        [site],
    ).fetchone()
    if not counts["captures"]:
        raise Refusal(404, "no-such-site", site[:80])
    return {
        "site": site,
        "feed": f"site/{quote(site)}.atom",
        "about": names.sites(conn).get(site),
        "counts": counts,
        **_published(conn, site),
        **_copying(conn, site),
        **lineage.of_site(conn, site),
        **_troubles(conn, site),
    }


def _published(conn: sqlite3.Connection, site: str) -> dict[str, Any]:
    """The site's articles: their number, their days, and the latest."""
    return {
        "articles": conn.execute("SELECT count(*) FROM articles WHERE site = ?", [site]).fetchone()[0],
        "low_trust": conn.execute(
            "SELECT low_trust FROM articles WHERE site = ? ORDER BY published_at DESC LIMIT 1", [site]
        ).fetchone(),
        "days": (days := days_of(conn, site)),
        "copied": _copied(conn, site, days),
        "latest": conn.execute(
            "SELECT id, title, script, published_at, published_precision, source FROM articles WHERE site = ?"
            " ORDER BY published_at DESC, id DESC LIMIT 15",
            [site],
        ).fetchall(),
    }


def _copied(conn: sqlite3.Connection, site: str, days: dict[str, int]) -> dict[str, int] | None:
    """The number of copies in each day, month or year; None if the site has more than _COUNTED articles."""
    if not days or sum(days.values()) > _COUNTED:
        return None
    width = len(next(iter(days)))
    rows = conn.execute(
        "SELECT substr(a.published_at, 1, ?) AS key, count(*) AS n FROM articles AS a"
        " JOIN carriers AS m ON m.article_id = a.id AND m.relation <> 'origin'"
        " WHERE a.site = ? GROUP BY 1",
        [width, site],
    )
    return dict(rows.fetchall())


def _copying(conn: sqlite3.Connection, site: str) -> dict[str, Any]:
    """The site's relations to stories, its editing of copies, its conversion of scripts and its sources."""
    copies = _copies(conn, site)
    return {
        "relations": conn.execute(
            "SELECT m.relation, count(*) AS n FROM members AS m JOIN articles AS a ON a.id = m.article_id"
            " WHERE a.site = ? GROUP BY 1 ORDER BY n DESC",
            [site],
        ).fetchall(),
        "editing": _editing(copies),
        "conversion": list(conversion_of(conn, site, _CONVERTED).items())[:12] if copies else [],
        "sources": conn.execute(
            "SELECT source, count(*) AS n FROM"
            " (SELECT source FROM articles WHERE site = ? ORDER BY published_at DESC LIMIT ?)"
            " WHERE source IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 12",
            [site, _SOURCED],
        ).fetchall(),
    }


def _troubles(conn: sqlite3.Connection, site: str) -> dict[str, Any]:
    """The site's quarantined pages, failures, alarms and vanished articles."""
    return {
        "unread": conn.execute(
            "SELECT q.reason, count(*) AS n, max(q.capture_id) AS latest FROM quarantine AS q"
            " JOIN captures AS c ON c.id = q.capture_id WHERE c.site = ? GROUP BY 1 ORDER BY n DESC",
            [site],
        ).fetchall(),
        "failures": conn.execute(
            "SELECT failure, count(*) AS n, max(id) AS latest FROM captures"
            " WHERE site = ? AND failure IS NOT NULL GROUP BY 1 ORDER BY n DESC",
            [site],
        ).fetchall(),
        "told": conn.execute(
            "SELECT r.started_at, a.kind, a.n FROM run_alarms AS a JOIN runs AS r ON r.id = a.run_id"
            " WHERE a.site = ? ORDER BY a.run_id DESC, a.kind LIMIT 10",
            [site],
        ).fetchall(),
        "vanished": vanished(conn, 8, site),
        "half_life": _half_life(conn, site),
    }


def _half_life(conn: sqlite3.Connection, site: str) -> sqlite3.Row:
    """The site's half-life as in the view half_lives, but from its latest articles only.

    The view itself would read every look at every article.
    """
    row: sqlite3.Row = conn.execute(
        """
        WITH watched AS (
            SELECT
                l.standing <> 'here' AS gone,
                max(0.0, julianday(iif(l.standing = 'here', l.looked_at, l.standing_since)) - julianday(
                    (SELECT min(seen_at) FROM sightings WHERE article_id = a.id))) AS days
            FROM (SELECT id FROM articles WHERE site = ? ORDER BY published_at DESC LIMIT ?) AS a
            JOIN looks AS l ON l.article_id = a.id
        )
        SELECT
            count(*) AS articles,
            sum(gone) AS vanished,
            round(0.693147 * sum(days) / nullif(sum(gone), 0), 1) AS half_life_days
        FROM watched
        """,
        [site, _WATCHED],
    ).fetchone()
    return row


def _copies(conn: sqlite3.Connection, site: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT m.kept, m.added, m.relation, a.title, a.published_at,"
        " a.published_precision AS precision, o.published_at AS origin_published_at,"
        " o.published_precision AS origin_precision"
        " FROM articles AS a JOIN carriers AS m ON m.article_id = a.id AND m.relation <> 'origin'"
        " JOIN stories AS s ON s.id = m.story_id JOIN articles AS o ON o.id = s.origin_article_id"
        " WHERE a.site = ? ORDER BY a.published_at DESC LIMIT ?",
        [site, _RECENT],
    ).fetchall()


def _editing(copies: list[sqlite3.Row]) -> dict[str, Any] | None:
    """The differences between the latest copies and their origins; None if there are no copies."""
    if not copies:
        return None
    delays = [
        delay(
            span(row["origin_published_at"], row["origin_precision"]),
            span(row["published_at"], row["precision"]),
        )
        for row in copies
    ]
    known = [found for found in delays if found is not None]
    days = [found.days for found in known]
    kept = [row["kept"] for row in copies if row["kept"] is not None]
    added = [row["added"] for row in copies if row["added"] is not None]
    return {
        "n": len(copies),
        "whole": sum(value >= 0.99 for value in kept),
        "cut": sum(value < 0.9 for value in kept),
        "kept": median(kept) if kept else None,
        "added": median(added) if added else None,
        "days": median(days) if days else None,
        "delays": {name: sum(_class(found) == name for found in known) for name in _CLASSES} if known else {},
    }


def _class(found: Delay) -> str:
    """The class of a delay, one of _CLASSES."""
    if found.days < 0 or (found.hours is not None and found.hours < 0):
        return "before"
    if found.hours is not None and found.hours < 6:
        return "1h" if found.hours < 1 else "6h"
    return next(name for most, name in _DAYS if found.days <= most)
