"""The evidence for a descent as plain values: departures shared with the parent, new or lost; credit and delay."""

from collections.abc import Mapping
from typing import Any

from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.evidence import Weights
from extract.lineage.witness import Witness

MOST = 8
"""Departures named of each sort; the counts say how many there are."""
MOST_PARENTS = 20
"""Other parents named that are as likely."""


def evidence_of(
    descent: Descent, pages: Mapping[int, Witness], weights: Weights, words: Mapping[Departure, str]
) -> dict[str, Any]:
    """The evidence for a descent, for JSON; `words` has the words at each departure. Empty for the origin."""
    page = pages[descent.article]
    if page.is_origin:
        return {}
    parent = pages.get(descent.parent) if descent.parent is not None else None
    given = parent.departures if parent is not None else descent.shared
    says: dict[str, Any] = {
        "shared": _some(page.departures & given, weights, words),
        "new": _some(page.departures - given, weights, words),
        "lost": _some(given - page.departures, weights, words),
        "credit": _credit(page, parent, descent),
        "other_parents": len(descent.alike),
        "as_likely": list(descent.alike[:MOST_PARENTS]),
        "undecided": descent.undecided,
    }
    timed = parent is not None and "day" not in (parent.precision, page.precision)
    if timed and parent is not None and parent.at is not None and page.at is not None:
        says["delay_minutes"] = round((page.at - parent.at).total_seconds() / 60)
    if descent.not_held is not None:
        says["not_held"] = descent.not_held
    return says


def _some(
    departures: frozenset[Departure], weights: Weights, words: Mapping[Departure, str]
) -> dict[str, Any]:
    rarest = sorted(departures, key=lambda d: (weights.holders(d), d))
    return {
        "count": len(departures),
        "rarest": [
            {"kind": d.kind, "at": d.start, "words": words.get(d, ""), "copies": weights.holders(d)}
            for d in rarest[:MOST]
        ],
    }


def _credit(page: Witness, parent: Witness | None, descent: Descent) -> str:
    """The source line compared with the parent, held or not.

    `links to it`, `names it`, `repeats its credit`, `none`, `another`.
    """
    if parent is not None and page.linked == parent.article:
        return "links to it"
    if not page.credit.name:
        return "none"
    if parent is None:
        if descent.edge is None or not descent.edge.credited:
            return "another"
        return "links to it" if page.credit.link else "names it"
    if page.credit.names(parent.site):
        return "names it"
    return "repeats its credit" if page.credit.name == parent.credit.name else "another"
