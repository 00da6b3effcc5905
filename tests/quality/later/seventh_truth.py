"""What can be known of a story of the seventh generator, from the edits that were done to each page.

A page could be the source of another where nothing that it lost or changed stands in the other as in the first text.
The
source is decidable where every other such page would need more edits, or where the page credits it and nothing speaks
against it.
"""

import math
from itertools import combinations, product

from tests.quality.lost import FORKS
from tests.quality.third.truth import INF, RARELY, before, branches

WEIGHT = {"break": 0.5, "width": 0.5, "script": 0.5, "glyph": 0.5}
"""Of an edit that the child made; others 1."""
TWICE = {"cut": 2.6, "rep": 4.0, "title": 5.9}
LAYOUT = {"break", "width", "script", "add", "glyph"}


def cost(source, page):
    """Return how many edits lead from one page to another; INF where one had to be undone without the first text."""
    new, undone = page.ops - source.ops, source.ops - page.ops
    gone = {op[1] for op in page.ops if op[0] == "cut"}
    said = {op[1] for op in new if op[0] == "rep"}
    found = sum(WEIGHT.get(op[0], 1.0) for op in new)
    for kind, place, _ in undone:
        if kind == "add":
            found += 0.3 if place % 2 else 0.7
        elif kind in LAYOUT:
            found += 0.5
        elif kind == "rep" and (place in gone or place in said):
            pass
        elif kind != "title" or not any(op[0] == "title" for op in page.ops):
            return INF
    return found


def above(pages, page):
    """Return the nearest held page above a page."""
    found = pages[page.parent]
    while not found.held:
        found = pages[found.parent]
    return found


def truth(pages):
    """Of each held page with a held source: `dec`idable, `und`ecidable, or misleading (`off`, not counted)."""
    held = [page for page in pages if page.held]
    return {
        page.number: (_known(pages, held, page), page.parent) for page in held[1:] if pages[page.parent].held
    }


def _known(pages, held, page):
    source = pages[page.parent]
    costs = {
        other.number: cost(other, page)
        for other in held
        if other is not page and (other is source or other.number == 0 or before(other, page))
    }
    best = min(costs.values())
    equal = {number for number, found in costs.items() if found <= best + 0.5}
    if costs[source.number] > best + 0.5 or not before(source, page):
        return "off"
    if source.number and before(page, source):
        first = above(pages, source)
        if cost(first, page) + cost(page, source) <= cost(first, source) + costs[source.number] + 0.5:
            equal.add(first.number)
    if len(equal) == 1:
        return "dec"
    named = {n for n in equal if page.source == pages[n].name and pages[n].known}
    if named == {source.number} and source.number:
        return "dec"
    return "off" if named - {0} else "und"


def lost(pages):
    """Return the pages not held that held ones prove (`strict`), or show by any edit that two share (`loose`)."""
    found = {}
    held = [page for page in pages if page.held]
    for page in pages:
        ways = [] if page.held else branches(pages, page.number)
        for one, other in ((pages[a], pages[b]) for x, y in combinations(ways, 2) for a, b in product(x, y)):
            shared = {op for op in (one.ops & other.ops) - above(pages, page).ops if op[0] not in LAYOUT}
            if not shared:
                continue
            found.setdefault(page.number, "loose")
            odds = FORKS * math.exp(sum(TWICE.get(op[0], RARELY) for op in shared))
            if (
                odds >= 0.85 / 0.15 * len(held)
                and cost(one, other) == INF == cost(other, one)
                and not any(_could_be_both(third, one, other, shared) for third in held)
            ):
                found[page.number] = "strict"
    return found


def _could_be_both(page, one, other, shared):
    return (
        page not in (one, other)
        and shared <= page.ops
        and all(before(page, child) and cost(page, child) < INF for child in (one, other))
    )
