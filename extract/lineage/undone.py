"""What it costs that a copy lacks a departure of the page it was taken from: who undoes what, and how seldom."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from extract.lineage.departures import Departure
from extract.lineage.witness import Witness, is_converted

LOSS = {
    "cut": 9.0,
    "added": 2.0,
    "line": 0.5,
    "replaced": 8.0,
    "moved": 7.0,
    "title": 9.0,
    "split": 1.6,
    "joined": 2.3,
    "marks": 1.7,
    "glyph": 4.0,
}
"""Cost of a departure of the parent that the child has not: a cut sentence does not come back by itself."""
MOST_UNDONE = {"split": 2.0, "joined": 2.3, "marks": 2.0, "glyph": 8.5}
"""A change of layout or of script undoes many departures at once: the cost of one kind is capped."""
PARTING = frozenset({"cut", "replaced", "moved", "title"})
"""What nobody undoes who has not seen the origin (Trennfehler): an added sentence is dropped, a cut one stays cut."""
OVER_AGAIN = 0.3
"""Cost of a departure that is gone because the child changed that place itself."""
TOUCHED = 1.5
"""Cost where the child changed nearly the same place."""
UNFRAMED = 2.5
"""Cost of a headline without the words that the parent set before or behind it."""
UNCONVERTED = 4.0
"""Cost of one character put by a hand that is gone in the other script: a converter undoes none of these for sure."""
EDGE = 4
"""So few characters cut beside what the child cut may be where two cuts of one place were told apart."""
_PLACES = frozenset({"cut", "replaced", "moved"})


class _Undone(dict[Departure, float]):
    """The cost of each departure that a child with these departures of its own lacks, reckoned when first asked for.

    Cheap where the child itself cut, replaced or moved the place, or has a headline of its own.
    """

    def __init__(self, own: frozenset[Departure]) -> None:
        super().__init__()
        self._places = sorted((d.start, d.end) for d in own if d.kind in _PLACES)
        self._reached = [*accumulate((last for _, last in self._places), max)]
        """How far each place and those before it reach."""
        self._retitled = any(d.kind == "title" for d in own)

    def __missing__(self, departure: Departure) -> float:
        cost = self[departure] = self._of(*departure)
        return cost

    def _of(self, kind: str, start: int, end: int, _mark: int) -> float:
        if kind == "title":
            return 0.0 if self._retitled else LOSS["title"]
        for n in range(bisect_left(self._reached, start), len(self._places)):
            first, last = self._places[n]
            if first > end:
                break
            if first <= start and end <= last:
                return OVER_AGAIN
            if first < end and start < last:
                return TOUCHED
            if kind == "cut" and end - start <= EDGE and start <= last and first <= end:
                return TOUCHED
        return LOSS[kind]


_undone = lru_cache(maxsize=128)(_Undone)


@dataclass(frozen=True, slots=True)
class Facts:
    """The departures of a page, parted by how their costs are summed: those of each kind in `capped` up to a limit.

    `words` has the places of each word that is put at several, `single` the others of `plain`; `title` is the
    headline's, if it is one.
    """

    all: frozenset[Departure]
    plain: frozenset[Departure]
    single: frozenset[Departure]
    words: tuple[frozenset[Departure], ...]
    capped: frozenset[Departure]
    title: Departure | None

    @classmethod
    def of(cls, departures: frozenset[Departure]) -> "Facts":
        """The departures of a page, parted."""
        capped = frozenset(d for d in departures if d.kind in MOST_UNDONE)
        title = next((d for d in departures if d.kind == "title"), None)
        places: dict[int, set[Departure]] = {}
        for departure in departures:
            if departure.kind == "replaced" and not is_character(departure):
                places.setdefault(departure.mark, set()).add(departure)
        words = tuple(frozenset(some) for _, some in sorted(places.items()) if len(some) > 1)
        plain = departures - capped
        return cls(departures, plain, plain.difference(*words), words, capped, title)


def undone(given: Facts, parent: Witness, child: Witness) -> float:
    """The cost of the departures of a parent that a child lacks; a converter undoes its own characters."""
    own = child.departures
    costs = _undone(own)
    plain, some = given.plain - own, given.capped - own
    less = _unframed(given.title, parent, child, costs)
    if not is_converted(parent, child):
        return sum(map(costs.__getitem__, plain)) - less + capped(some, costs, MOST_UNDONE)
    return (
        sum(min(costs[d], UNCONVERTED) if is_character(d) else costs[d] for d in plain)
        - less
        + capped([d for d in some if d.kind != "glyph"], costs, MOST_UNDONE)
    )


def parted(one: Witness, other: Witness) -> float:
    """The evidence against one page as the parent of another: the departures to undo without the origin."""
    costs, converted = _undone(other.departures), is_converted(one, other)
    lost = {d for d in one.departures - other.departures if d.kind in PARTING}
    title = next((d for d in lost if d.kind == "title"), None)
    return sum(
        min(costs[d], UNCONVERTED) if converted and is_character(d) else costs[d] for d in lost
    ) - _unframed(title, one, other, costs)


def _unframed(
    title: Departure | None, parent: Witness, child: Witness, costs: Mapping[Departure, float]
) -> float:
    """How much less a headline costs that only lost what the parent set around it: no origin is needed for that."""
    if title is None or not child.title or child.title == parent.title or child.title not in parent.title:
        return 0.0
    return max(costs[title] - UNFRAMED, 0.0)


def is_character(departure: Departure) -> bool:
    """Whether it puts something in the place of one character, or where none was."""
    return departure.kind == "replaced" and departure.end - departure.start <= 1


def capped(some: Collection[Departure], costs: Mapping[Departure, float], most: Mapping[str, float]) -> float:
    """The sum of the costs of departures, no more for any kind than `most` says."""
    if not some:
        return 0.0
    by_kind: dict[str, float] = {}
    for d in some:
        by_kind[d.kind] = by_kind.get(d.kind, 0.0) + costs[d]
    return sum(min(cost, most[kind]) for kind, cost in by_kind.items())
