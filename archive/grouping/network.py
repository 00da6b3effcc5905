"""The network of hosts: the likely descents of all stories, counted by pairs of hosts."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import median

from archive.grouping.lineage import Counts, counts_of, evidence_said
from extract.lineage.tree import SMALL
from extract.script.fold import fold


@dataclass(frozen=True, slots=True)
class HostWay:
    """The number of texts that one host took from another, by descents of certainty 0.5 or more.

    `credited_percent` is the share of these texts that names the host of the parent. `median_delay_hours` is the median
    over the copies where both pages print a time of day; None if there are none. A day alone would count as midnight.
    """

    from_site: str
    to_site: str
    copies: int
    credited_percent: int | None
    median_delay_hours: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions on counted copies: a host at either end, the days, the source line (in either script), the hosts,
    the script."""

    site: str | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    hosts: Collection[str] | None = None
    script: str | None = None


_TAKEN = """
    SELECT p.site, a.site, d.credited,
        CASE WHEN a.published_precision IN ('second', 'minute') AND p.published_precision IN ('second', 'minute')
        THEN (julianday(a.published_at) - julianday(p.published_at)) * 24 END,
        a.source
    FROM descents AS d
    JOIN articles AS a ON a.id = d.article_id
    JOIN articles AS p ON p.id = d.parent_id
    WHERE d.certainty >= 0.5
        AND (:site IS NULL OR :site IN (a.site, p.site))
        AND (:since IS NULL OR a.published_at >= :since)
        AND (:until IS NULL OR substr(a.published_at, 1, 10) <= :until)
        AND (:script IS NULL OR a.script = :script)
"""


def ways(conn: sqlite3.Connection, asked: Asked | None = None) -> list[HostWay]:
    """The ways between hosts, the most used first.

    With `hosts`, only ways with at least one end among them are counted.
    """
    asked = asked or Asked()
    bound = {
        "site": asked.site and asked.site.lower(),
        "since": asked.since and asked.since.isoformat(),
        "until": asked.until and asked.until.isoformat(),
        "script": asked.script,
    }
    copies: Counter[tuple[str, str]] = Counter()
    credited: Counter[tuple[str, str]] = Counter()
    delays: dict[tuple[str, str], list[float]] = defaultdict(list)
    named = lru_cache(fold)
    for from_site, to_site, names_it, delay, source in conn.execute(_TAKEN, bound):
        if asked.hosts is not None and not {from_site, to_site} & {*asked.hosts}:
            continue
        if asked.source is not None and named(source or "") != named(asked.source):
            continue
        pair = (from_site, to_site)
        copies[pair] += 1
        credited[pair] += names_it
        if delay is not None:
            delays[pair].append(delay)
    found = [
        HostWay(
            *pair,
            copies=count,
            credited_percent=round(100 * credited[pair] / count),
            median_delay_hours=round(median(delays[pair]), 2) if delays[pair] else None,
        )
        for pair, count in copies.items()
    ]
    return sorted(found, key=lambda way: (-way.copies, way.from_site, way.to_site))


def descents(conn: sqlite3.Connection) -> Iterator[dict[str, object]]:
    """Every descent with the hosts and times of both pages, ordered by story, each story's origin first."""
    cursor = conn.execute(
        """
        SELECT d.story_id, d.article_id, d.parent_id, d.certainty, d.runner_up_id, d.not_held, d.beyond_id, d.credited,
            a.site, p.site AS parent_site, a.published_at, a.published_precision,
            p.published_at AS parent_published_at, p.published_precision AS parent_precision, a.source, a.script,
            a.url, d.evidence, d.origin_id, count(*) OVER (PARTITION BY d.story_id) AS members
        FROM descents AS d
        JOIN articles AS a ON a.id = d.article_id
        LEFT JOIN articles AS p ON p.id = d.parent_id
        ORDER BY d.story_id, d.article_id <> d.origin_id, d.article_id
        """
    )
    names = [column[0] for column in cursor.description]
    story: object = None
    counts: Counts = {}
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        origin, members = row.pop("origin_id"), row.pop("members")
        if row["story_id"] != story:
            story, counts = row["story_id"], counts_of(conn, origin)
        evidence = evidence_said(row["evidence"], counts, or_more=members > SMALL)
        yield row | {"evidence": json.dumps(evidence, ensure_ascii=False)}
