"""How often two copies of a story make the same departure by themselves, as the story itself shows."""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import NamedTuple

from extract.lineage.departures import Departure
from extract.lineage.evidence import EVERYBODY, FURTHER, Weights
from extract.lineage.undone import is_character
from extract.lineage.witness import Witness

USUAL = {
    "cut": 3.3,
    "replaced": 5.5,
    "phrase": 7.5,
    "character": 4.5,
    "moved": 7.0,
    "title": 7.0,
    "added": 7.3,
    "split": 4.0,
    "joined": 4.0,
}
"""Minus the logarithm of how often a departure that one copy made is made by another; ends do not count.

About what was counted on seven generators (cut 2.9 to 3.8, a word of two letters 4.8 to 9.6, a phrase 5.5 to 9.0)."""
LAYOUT = ("split", "joined")
"""What one habit does at many places: the dearest counts, and binds nothing by itself."""
PHRASE = 3
"""Characters of the origin from which on what was put for them is a phrase: lists of synonyms are of two letters."""
PLACED = frozenset({"cut", "replaced", "moved"})
BESIDE = 3
"""Characters between two changes of one hand at most."""
BEFORE = 300
"""Chances counted as usual beside those of the story: the story's own departures change the rate little by little."""


class Bond(NamedTuple):
    """What binds copies: minus the logarithm of the chance that all of it is made again, and by how many changes.

    A phrase counts as two: no list of synonyms has it.
    """

    cost: float
    changes: int


class Chance:
    """The departures of a story that were made more than once; `parents` has the parent of each copy."""

    def __init__(self, pages: Mapping[int, Witness], parents: Mapping[int, int], weights: Weights) -> None:
        self._pages = pages
        self._parents = parents
        self._weights = weights

    @cached_property
    def _made(self) -> dict[Departure, int]:
        """By how many copies each departure was made, not taken from the parent."""
        made: Counter[Departure] = Counter()
        for article, parent in self._parents.items():
            made.update(self._pages[article].departures - self._pages[parent].departures)
        return made

    @cached_property
    def _again(self) -> tuple[Counter[str], Counter[str]]:
        """By sort: departures that copies made, and how often they were made again."""
        first: Counter[str] = Counter()
        again: Counter[str] = Counter()
        for departure, times in self._made.items():
            first[_sort(departure)] += 1
            again[_sort(departure)] += times - 1
        return first, again

    def against(self, shared: Collection[Departure], copies: Collection[int]) -> "Bond":
        """What binds these copies: the chance that one copy more makes by itself what they share.

        What they made themselves is not counted as made again. A word put at many places was put by one hand, and
        what stands beside another change is of the same.
        """
        first, again = self._again
        mine = {departure: self._makers(departure, copies) for departure in shared}
        own = Counter(_sort(departure) for departure in shared)
        repeated = Counter[str]()
        for departure, makers in mine.items():
            repeated[_sort(departure)] += max(makers - 1, 0)
        costs: dict[Departure, float] = {}
        for departure in self._telling(shared, copies):
            sort, pages = _sort(departure), len(self._parents)
            happened = BEFORE * math.exp(-USUAL[sort]) + again[sort] - repeated[sort]
            rate = happened / (BEFORE + (first[sort] - own[sort]) * pages)
            elsewhere = (self._made.get(departure, 0) - mine[departure]) / pages
            cost = -math.log(max(rate, elsewhere))
            costs[departure] = cost
        return _of_hands(costs)

    def _makers(self, departure: Departure, copies: Collection[int]) -> int:
        """How many of these copies made a departure themselves."""
        return sum(
            departure in self._pages[copy].departures
            and departure not in self._pages[self._parents[copy]].departures
            for copy in copies
        )

    def _telling(self, shared: Collection[Departure], copies: Collection[int]) -> list[Departure]:
        """The departures that not everybody makes, nor go with another."""
        gains = self._weights.gains(self._pages[min(copies)].departures)
        return [
            departure
            for departure in sorted(shared)
            if (sort := _sort(departure)) in USUAL
            and gains[departure] > (EVERYBODY if sort == "cut" else FURTHER)
        ]


def _of_hands(costs: Mapping[Departure, float]) -> Bond:
    """All changes together: of those at one place the dearest counts, of a word put often the cheapest."""
    habits = {departure for departure in costs if departure.kind in LAYOUT}
    words: dict[int, float] = {}
    for departure, cost in costs.items():
        if departure.kind == "replaced":
            words[departure.mark] = min(cost, words.get(departure.mark, math.inf))
    total, hands, end, before = 0.0, 0, -BESIDE - 1, 0.0
    said = set[int]()
    for departure in sorted(costs.keys() - habits, key=lambda one: (one.start, one.end, one)):
        cost = costs[departure]
        if departure.kind == "replaced":
            cost = 0.0 if departure.mark in said else words[departure.mark]
            said.add(departure.mark)
        beside = 0.0
        if departure.kind in PLACED:
            beside = before if departure.start <= end + BESIDE else 0.0
            end, before = max(end, departure.end), max(beside, cost)
        if cost > 0 and not beside:
            hands += 2 if _sort(departure) == "phrase" else 1
        total += max(cost - beside, 0.0)
    for kind in LAYOUT:
        total += max((costs[departure] for departure in habits if departure.kind == kind), default=0.0)
    return Bond(total, hands)


def _sort(departure: Departure) -> str:
    if departure.kind == "title" and departure.end:
        return "short title"
    if departure.kind == "replaced" and departure.end - departure.start >= PHRASE:
        return "phrase"
    return "character" if is_character(departure) else departure.kind
