"""The pages of descent: the tree on the story page, the network of hosts, the spread of one change."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.browse import moments
from archive.browse.branches import Leaf, Thread, network, tree
from archive.browse.labels import Labels
from archive.browse.visit import Refusal, Visit
from archive.grouping.lineage import Descendant, changes_of, spread_of, tree_of, walked
from archive.grouping.network import Asked, HostWay, ways
from archive.kinds import REGIONS
from archive.search import names
from archive.search.names import Named

_DRAWN = 80
"""Pages of a tree that are drawn and explained, at most; pages with the most copies below them are chosen first."""
_NAMED = 6
"""Other parents of a page that are named, at most."""
_WAYS = 400
"""Ways between hosts that are listed, at most."""
_LINES = 40
"""Ways that are drawn as lines, at most; more ways are shown as a matrix."""
_SIDE = 30
"""Hosts on each side of the matrix, at most."""


@dataclass(frozen=True, slots=True)
class TreeStep:
    """One page of a tree, with its parent and the habit of its host. `number` is its row."""

    page: Descendant
    parent: Descendant | None
    number: int
    habit: int
    """The number of texts that the page's host took from the parent's host, in all stories."""
    runner_up: str
    """The host of the next likely parent."""
    as_likely: list[tuple[int, str]]
    """Articles that may be the parent as well, with their hosts; empty where they are too many to be named."""


def of_story(
    conn: sqlite3.Connection, story: int, visit: Visit, named: Mapping[str, Named]
) -> dict[str, Any]:
    """The tree of a story as a picture and as steps; both are empty for a story without a tree."""
    root = tree_of(conn, story)
    if root is None:
        return {"tree": "", "steps": [], "undrawn": 0}
    labels = Labels(visit.language)
    kept, dropped = _largest(root)
    habits = (
        {
            (way.from_site, way.to_site): way.copies
            for way in ways(conn, Asked(hosts={page.site for page, _ in kept}))
        }
        if len(kept) <= _DRAWN
        else {}
    )
    rows = {page.key: number for number, (page, _) in enumerate(kept)}
    hosts = {page.article: page.site for page, _, _ in walked(root) if page.article is not None}
    steps = [
        TreeStep(
            page,
            parent,
            number,
            habits.get((parent.site, page.site), 0) if parent else 0,
            hosts.get(page.runner_up or 0, ""),
            _as_likely(page, hosts),
        )
        for number, (page, parent) in enumerate(kept)
    ]
    leaves = [_leaf(step, rows, labels, named) for step in steps]
    return {"tree": tree(leaves, labels("tree-said")), "steps": steps, "undrawn": dropped}


def _as_likely(page: Descendant, hosts: Mapping[int, str]) -> list[tuple[int, str]]:
    others = [(other, hosts[other]) for other in page.evidence.get("as_likely", ()) if other in hosts]
    return others if len(others) == page.evidence.get("other_parents", 0) <= _NAMED else []


def _largest(root: Descendant) -> tuple[list[tuple[Descendant, Descendant | None]], int]:
    """The pages to be drawn, parents before their copies, and the number of the other pages."""
    order = [(page, parent) for page, parent, _ in walked(root)]
    below = dict.fromkeys((page.key for page, _ in order), 0)
    for page, parent in reversed(order):
        if parent is not None:
            below[parent.key] += below[page.key] + 1
    ranked = sorted(range(len(order)), key=lambda n: (-below[order[n][0].key], n))
    kept = {*ranked[:_DRAWN]}  # a parent has more below it than any of its copies, so it is kept too
    return [order[n] for n in sorted(kept)], len(order) - len(kept)


def _leaf(step: TreeStep, rows: Mapping[str, int], labels: Labels, named: Mapping[str, Named]) -> Leaf:
    page, parent = step.page, step.parent
    label = _label(page, labels, named)
    title = page.title if page.article is not None else ""
    said = " ".join(filter(None, (label, moments.said(page.published_at, page.precision), title)))
    kind = "origin"
    if parent is not None:
        said += f" · {labels('taken-from', site=_label(parent, labels, named))}"
        said += f" · {labels('certainty')} {page.certainty:.2f}"
        kind = "doubtful" if page.evidence.get("undecided") else "held"
        if kind == "doubtful":
            said += f" · {labels('leaf-doubtful')}"
    moment = moments.span(page.published_at or None, page.precision)
    return Leaf(
        label,
        rows[parent.key] if parent is not None else None,
        moment.start if moment else None,
        kind if page.article is not None else "lost",
        f"#from-{page.key}",
        said,
        moment.end if moment and moment.is_whole_day else None,
    )


def _label(page: Descendant, labels: Labels, named: Mapping[str, Named]) -> str:
    if page.article is not None:
        return _name(page.site, named)
    return f"{labels('page-not-held')} {page.source}".rstrip()


def _name(host: str, named: Mapping[str, Named]) -> str:
    return named[host].own if host in named else host


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The network of hosts, made of the copies that pass the query's filters."""
    named = names.sites(conn)
    region = visit.one_of("region", REGIONS)
    found = ways(
        conn,
        Asked(
            visit.text("site"),
            visit.day("since"),
            visit.day("until"),
            visit.text("source"),
            {host for host, site in named.items() if site.region == region} if region else None,
            visit.one_of("script", ("hans", "hant")),
        ),
    )
    labels = Labels(visit.language)
    return {
        "ways": found[:_WAYS],
        "in_all": len(found),
        "copies": sum(way.copies for way in found),
        "regions": sorted({site.region for site in named.values() if site.region}),
        "picture": _picture(found, visit, labels, named) if len(found) <= _LINES else "",
        "matrix": _matrix(found) if len(found) > _LINES else None,
        "asked": {
            name: visit.text(name) or "" for name in ("site", "since", "until", "source", "region", "script")
        },
    }


def _picture(found: list[HostWay], visit: Visit, labels: Labels, named: Mapping[str, Named]) -> str:
    most = max((way.copies for way in found), default=1)
    threads = [
        Thread(
            way.from_site,
            way.to_site,
            way.copies / most,
            f"{visit.room}/site/{way.to_site}",
            f"{_name(way.from_site, named)} → {_name(way.to_site, named)}: {way.copies}",
        )
        for way in found
    ]
    hosts = {host for way in found for host in (way.from_site, way.to_site)}
    return network(threads, {host: _name(host, named) for host in hosts}, labels("network-said"))


@dataclass(frozen=True, slots=True)
class Matrix:
    """The number of texts that each host (a column) took from each other host (a row).

    `dropped` is the number of copies between hosts that the matrix does not show.
    """

    givers: list[str]
    takers: list[str]
    counts: Mapping[tuple[str, str], int]
    most: int
    dropped: int


def _matrix(found: list[HostWay]) -> Matrix:
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    for way in found:
        given[way.from_site] = given.get(way.from_site, 0) + way.copies
        taken[way.to_site] = taken.get(way.to_site, 0) + way.copies
    givers, takers = (sorted(side, key=lambda host: (-side[host], host))[:_SIDE] for side in (given, taken))
    counts = {
        (way.from_site, way.to_site): way.copies
        for way in found
        if way.from_site in givers and way.to_site in takers
    }
    dropped = sum(way.copies for way in found) - sum(counts.values())
    return Matrix(givers, takers, counts, max(counts.values(), default=1), dropped)


def of_site(conn: sqlite3.Connection, site: str) -> dict[str, Any]:
    """The ways that lead to a site (`feeds_on`) and the ways that lead from it (`feeds`), 12 of each."""
    found = ways(conn, Asked(site=site))
    return {
        "feeds_on": [way for way in found if way.to_site == site][:12],
        "feeds": [way for way in found if way.from_site == site][:12],
    }


def of_compared(conn: sqlite3.Connection, articles: list[int]) -> dict[int, dict[str, Any]]:
    """For each compared article: its descent from its parent, and its changes to the origin."""
    return {
        article: {
            "descent": conn.execute(
                "SELECT parent_id, certainty, not_held FROM descents WHERE article_id = ?", [article]
            ).fetchone(),
            "changes": changes_of(conn, article),
        }
        for article in articles
    }


def read_change(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The spread of one change: every copy that has the change, the first copy that printed it first."""
    found = spread_of(conn, visit.path["key"])
    if found is None:
        raise Refusal(404, "no-such-change", visit.path["key"][:60])
    return {"spread": found, "first": next((h for h in found.holders if h.taken_from is None), None)}
