"""What held copies of a generated story prove by their departures alone, by the rule of textual criticism.

Two copies share errors that bind them (Bindefehler), each has one that parts it from the other (Trennfehler): Maas,
Textkritik, 1927. Nothing here is known but what the evidence sees of the pages, and their true parents.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.witness import Witness
from tests.quality import lost
from tests.quality.newsrooms import MARKS

LAYOUT = frozenset({"split", "joined", "marks", "line"})


def telling(departures: frozenset[Departure], length: int) -> frozenset[Departure]:
    """Without what two editors do by themselves: the ends cut, a headline cut short, another habit of punctuation."""
    cuts = sorted((d for d in departures if d.kind == "cut"), key=lambda d: -d.end)
    tail = length
    for cut in cuts:
        if cut.end == tail:
            tail = cut.start
    return frozenset(
        d
        for d in departures
        if d.kind not in {"marks", "line"}
        and d.mark not in MARKS
        and not (d.kind == "title" and d.end)
        and not (d.kind == "cut" and (d.start == 0 or d.start >= tail))
    )


def came_first(parent: Witness, child: Witness) -> bool | None:
    """Whether a page came first by its clock; None where the clocks cannot tell."""
    if parent.at is None or child.at is None:
        return None
    if "day" in (parent.precision, child.precision):
        days = (child.at.date() - parent.at.date()).days
        return None if not days else days > 0
    return None if child.at == parent.at else child.at > parent.at


def written_over(lacking: frozenset[Departure], child: Witness) -> bool:
    """Whether what another page departs in would not be seen in a child of it, for the child changed that place."""
    retitled = any(d.kind == "title" for d in child.departures)
    places = [d for d in child.departures if d.kind in {"cut", "replaced"}]
    return all(
        retitled
        if d.kind == "title"
        else d.end > d.start and any(p.start <= d.start and d.end <= p.end for p in places)
        for d in lacking
    )


def can_give(page: Witness, child: Witness, *, clocks: bool = True) -> bool:
    """Whether a copy can have been made from a page without the origin's help."""
    if clocks and came_first(page, child) is False:
        return False
    return written_over(_parting(page.departures - child.departures), child)


def binding(departures: frozenset[Departure], length: int) -> frozenset[Departure]:
    """What two editors do not do by themselves (Bindefehler): neither layout nor a converter's characters."""
    return frozenset(d for d in telling(departures, length) if d.kind not in {"split", "joined", "glyph"})


def _parting(departures: frozenset[Departure]) -> frozenset[Departure]:
    """What nobody undoes who has not seen the origin (Trennfehler): an added line is dropped, a cut one stays cut."""
    return frozenset(d for d in departures if d.kind in {"cut", "replaced", "moved", "title"})


def is_proven(pages: Sequence[Any], gone: Any, seen: Mapping[int, Witness], length: int) -> bool:
    """Whether held copies prove a page that nobody holds, by the rule of textual criticism (Maas, Textkritik, 1927).

    Two copies that came from it by different ways share errors that bind them, which the page above lacks; each has
    an error that parts it from the other; and no held page has all that they share and could be the parent of either.
    """
    return any(
        lost.is_proof(binding((one.departures & other.departures) - above.departures, length), len(seen))
        and not can_give(one, other, clocks=False)
        and not can_give(other, one, clocks=False)
        and not any(
            one.departures & other.departures <= page.departures
            and (can_give(page, one) or can_give(page, other))
            for page in seen.values()
            if page.article not in {one.article, other.article}
        )
        for one, other, above in _pairs(pages, gone.number, seen)
    )


def shared(
    pages: Sequence[Any], found: Iterable[Descent], held: Iterable[Witness], length: int
) -> Counter[str]:
    """Of one story two sorts of lost pages that have copies by two ways, and those of them that are found.

    `sharing`: the copies share a departure, layout aside, that no held page above has. `shown`: they share what not
    everybody does, and none of them can have given it to the other, nor a third page to both (the words of the task).
    """
    seen = {one.article: one for one in held}
    below = {
        page.number: copies
        for page in pages
        if not page.held and (copies := lost.nearest(pages, page.number))
    }
    fitted = {lost.fitting(claim, below) for claim in lost.claims_of(found).values()}
    sharing, shown = set[int](), set[int]()
    for number in below:
        for one, other, above in _pairs(pages, number, seen):
            both = (one.departures & other.departures) - above.departures
            if any(d.kind not in LAYOUT for d in both):
                sharing.add(number)
            if _is_shown(one, other, binding(both, length), seen):
                shown.add(number)
    return Counter(
        {
            "sharing": len(sharing),
            "sharing found": len(sharing & fitted),
            "shown": len(shown),
            "shown found": len(shown & fitted),
        }
    )


def _pairs(
    pages: Sequence[Any], number: int, seen: Mapping[int, Witness]
) -> Iterator[tuple[Witness, Witness, Witness]]:
    """Pairs of the nearest held copies of a page by two ways, with the held page above it."""
    above = pages[number].parent or 0
    while above not in seen:
        above = pages[above].parent or 0
    ways = [{child} if pages[child].held else lost.nearest(pages, child) for child in pages[number].children]
    for way, others in combinations(ways, 2):
        for one, other in product(sorted(way), sorted(others)):
            yield seen[one], seen[other], seen[above]


def _is_shown(one: Witness, other: Witness, both: frozenset[Departure], seen: Mapping[int, Witness]) -> bool:
    """Whether two copies share what binds, are parted from each other, and no third page can have given it to both."""
    if not both or can_give(one, other, clocks=False) or can_give(other, one, clocks=False):
        return False
    return not any(
        both <= page.departures and can_give(page, one) and can_give(page, other)
        for page in seen.values()
        if page.article not in {one.article, other.article}
    )
