"""Who copied from whom, on generated stories: parents found, doubt said, lost pages, beside three plain rules.

    python -m tests.quality lineage    (or python -m tests.quality.lineage [STORIES])

Constants are chosen on even seeds and reported on odd ones.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence

from extract.lineage.departures import Departure, departures, prepared
from extract.lineage.descent import Descent
from extract.lineage.evidence import SourceCredit, Witness
from extract.lineage.tree import tree
from extract.script.fold import fold
from tests.quality.transmissions import Page, story

Rule = Callable[[Sequence[Witness], int], list[Descent]]


def witnesses(pages: Sequence[Page], *, known: float = 0.5) -> tuple[list[Witness], int]:
    """The held pages as the evidence sees them; the names of a share of the sites are known to belong to them."""
    held = [page for page in pages if page.held]
    origin = prepared(held[0].text, held[0].title)
    hosts = {
        page.name: frozenset({page.site})
        for page in pages
        if page.number % 100 < known * 100 or not page.number
    }
    made = []
    for page in held:
        text = prepared(page.text, page.title)
        name = page.source or ""
        made.append(
            Witness(
                page.number,
                page.site,
                frozenset(departures(origin, text)),
                text.script,
                page.at,
                page.precision,
                SourceCredit(fold(name), hosts.get(name, frozenset())),
                is_origin=page.number == 0,
            )
        )
    return made, len(origin.text)


def earliest(pages: Sequence[Witness], length: int) -> list[Descent]:
    """Everybody took it from the origin."""
    first = next(page for page in pages if page.is_origin)
    return [Descent(page.article, None if page is first else first.article, 1.0) for page in pages]


def likest(pages: Sequence[Witness], length: int) -> list[Descent]:
    """From the page that is most like it, of all the others."""
    return [_nearest(page, [other for other in pages if other is not page]) for page in pages]


def nearest_earlier(pages: Sequence[Witness], length: int) -> list[Descent]:
    """From the likest page that came before it."""
    return [
        _nearest(
            page, [o for o in pages if o is not page and (o.at is None or page.at is None or o.at <= page.at)]
        )
        for page in pages
    ]


def _nearest(page: Witness, others: list[Witness]) -> Descent:
    if page.is_origin or not others:
        return Descent(page.article, None, 1.0)
    best = min(others, key=lambda other: (len(other.departures ^ page.departures), other.article))
    return Descent(page.article, best.article, 1.0)


def decidable(pages: Sequence[Page], page: Page, held: dict[int, Witness]) -> bool:
    """Whether the evidence can tell the true parent: no other page could have given what it gave, or a credit names it.

    What a parent gave is what it departs in and the child still shows. The order of two pages that print the same is
    told by clocks alone.
    """
    if page.parent is None or not pages[page.parent].held:
        return False
    parent, child, given = pages[page.parent], held[page.number], held[page.parent].departures
    if page.source == parent.name and 0 < parent.number % 100 < 50:
        return True
    given &= child.departures
    if given == child.departures and (
        page.at is None
        or parent.at is None
        or page.at <= parent.at
        or "day" in (page.precision, parent.precision)
    ):
        return False
    return not any(
        given <= other.departures and _untraced(other.departures - child.departures, child)
        for other in held.values()
        if other.article not in {page.number, page.parent} and not _below(pages, pages[other.article], page)
    )


def _untraced(lacking: frozenset[Departure], child: Witness) -> bool:
    """Whether what another page departs in would not be seen in a child of it: only its headline, which was changed."""
    retitled = any(departure.kind == "title" for departure in child.departures)
    return all(departure.kind == "title" and retitled for departure in lacking)


def _below(pages: Sequence[Page], one: Page, other: Page) -> bool:
    while one.parent is not None:
        one = pages[one.parent]
        if one is other:
            return True
    return False


def measure(seeds: Sequence[int], rule: Rule, *, times: bool = True) -> Counter[str]:
    """Counts over stories: decidable parents right, undecidable ones that are said to be so, lost pages found."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        pages = story(seed, times=times)
        held, length = witnesses(pages)
        seen = {one.article: one for one in held}
        found = {descent.article: descent for descent in rule(held, length)}
        for page in pages[1:]:
            if not page.held:
                continue
            descent = found[page.number]
            if pages[page.parent or 0].held:
                if decidable(pages, page, seen):
                    counts["decidable"] += 1
                    counts["right"] += descent.parent == page.parent
                    counts["sure"] += not descent.undecided
                else:
                    counts["undecidable"] += 1
                    counts["said so"] += descent.undecided
        lost = [p for p in pages if not p.held and _is_traceable(pages, p, seen)]
        groups: dict[int, set[int]] = {}
        for descent in found.values():
            if descent.not_held is not None:
                groups.setdefault(descent.not_held, set()).add(descent.article)
        counts["lost"] += len(lost)
        counts["lost found"] += sum(
            any(len(g & _held_below(pages, p)) >= 2 for g in groups.values()) for p in lost
        )
        counts["claimed"] += len(groups)
        counts["claimed rightly"] += sum(
            any(len(g & _held_below(pages, p)) >= 2 for p in pages if not p.held) for g in groups.values()
        )
    return counts


def _is_traceable(pages: Sequence[Page], lost: Page, seen: dict[int, Witness]) -> bool:
    """Whether a lost page left a trace: held copies of two ways share what it did, each with more of its own."""
    above = lost.parent or 0
    while not pages[above].held:
        above = pages[above].parent or 0
    ways = [
        _held_below(pages, pages[child]) | ({child} if pages[child].held else set())
        for child in lost.children
    ]
    tops = [min(way, key=lambda n: len(seen[n].departures)) for way in ways if way]
    if len(tops) < 2:
        return False
    shared = frozenset.intersection(*(seen[n].departures for n in tops))
    return bool(shared - seen[above].departures) and all(seen[n].departures - shared for n in tops)


def _held_below(pages: Sequence[Page], page: Page) -> set[int]:
    found = set()
    for child in page.children:
        if pages[child].held:
            found.add(child)
        else:
            found |= _held_below(pages, pages[child])
    return found


def main(stories: int = 200) -> None:
    """Print the tables."""
    rules = {"zhuanzai": tree, "earliest": earliest, "likest": likest, "nearest earlier": nearest_earlier}
    for half, first in (("chosen on", 0), ("reported", 1)):
        seeds = range(first, 2 * stories, 2)
        for times in (True, False):
            print(f"\nlineage, {half} {stories} stories, {'with' if times else 'without'} times")
            for name, rule in rules.items():
                n = measure(seeds, rule, times=times)
                line = (
                    f"  {name:16} parent right {n['right'] / max(n['decidable'], 1):.3f} of {n['decidable']}"
                )
                if rule is tree:
                    line += (
                        f", undecidable said so {n['said so'] / max(n['undecidable'], 1):.3f} of {n['undecidable']}"
                        f", sure of decidable {n['sure'] / max(n['decidable'], 1):.3f}, lost found"
                        f" {n['lost found'] / max(n['lost'], 1):.3f} of {n['lost']}"
                        f", precision {n['claimed rightly'] / max(n['claimed'], 1):.3f} of {n['claimed']}"
                    )
                print(line)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
