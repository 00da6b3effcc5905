"""Pages that nobody holds: copies that share what no held page can have given them had a common parent.

Source: the reconstruction of lost intermediaries from shared errors (Maas, Textkritik, 1927).
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.evidence import (
    CLOCKLESS,
    CONVERTED,
    Edge,
    Weights,
    Witness,
    departed,
    habit,
    is_converted,
)

NOT_HELD = 3.5
"""Cost of a page that nobody holds: what it explains must be worth more."""
UNKNOWN_CREDIT = -math.log(0.3)
"""Cost of a credit whose page is not there to be compared."""
RARE = 4.0
"""Two copies are looked at together where they share a departure that costs so much."""
PARTNERS = 4
"""Copies that each copy is paired with, those that share most first."""
MOST = 20
"""Lost pages of one story."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """A page that may have been lost: what it departed in, what it was taken from, the copies it explains."""

    page: Witness
    above: Edge
    children: tuple[Edge, ...]
    worth: float

    @property
    def key(self) -> tuple[float, tuple[int, ...]]:
        """Sorts the one that explains most first, whatever the order they were found in."""
        return -self.worth, tuple(edge.child for edge in self.children)


class UnheldPages:
    """The tree of a story, to which pages that are not held are added while they explain more than they cost."""

    def __init__(
        self,
        pages: dict[int, Witness],
        weights: Weights,
        found: dict[int, Descent],
        learned: dict[str, Counter[int]],
    ) -> None:
        self._pages = dict(pages)
        self._weights = weights
        self._found = dict(found)
        self._learned = learned
        self._edges = {one.article: one.edge for one in found.values() if one.edge is not None}
        self._worth: dict[int, float] = {}

    def added(self) -> list[Descent]:
        """The descent of every held page, lost parents included.

        The pair that a lost page explains best is taken first. What it changed is weighed again when its turn comes,
        so that each pair is weighed a few times, not once for every page that is added.
        """
        pairs = sorted({pair for article in sorted(self._edges) for pair in self._pairs(article)})
        waiting = [
            (*one.key, pair) for pair in pairs if (one := self._explaining(-1, *pair)) and one.worth > 0
        ]
        heapq.heapify(waiting)
        number = 0
        while waiting and number < MOST:
            *_, pair = heapq.heappop(waiting)
            best = self._explaining(-number - 1, *pair)
            if best is None or best.worth <= 0:
                continue
            if waiting and (*best.key, pair) > waiting[0]:
                heapq.heappush(waiting, (*best.key, pair))
                continue
            number += 1
            self._take(best)
        return [self._told(descent) for descent in self._found.values()]

    # -- finding ----------------------------------------------------------------------------------------------------

    def _pairs(self, article: int) -> Iterator[tuple[int, int]]:
        """A copy and those that share what its parent has not."""
        given = self._pages[self._edges[article].parent].departures
        votes: Counter[int] = Counter()
        gains = self._weights.gains(self._pages[article].departures)
        for departure in sorted(self._pages[article].departures - given):
            cost = gains[departure]
            holding = self._holding.get(departure, [])
            if cost >= RARE and len(holding) <= 40:
                votes.update({other: int(10 * cost) for other in holding if other != article})
        for other, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:PARTNERS]:
            yield min(article, other), max(article, other)

    @property
    def _holding(self) -> dict[Departure, list[int]]:
        if not hasattr(self, "_index"):
            self._index: dict[Departure, list[int]] = defaultdict(list)
            for article in self._edges:
                for departure in self._pages[article].departures:
                    self._index[departure].append(article)
        return self._index

    def _explaining(self, number: int, one: int, other: int) -> _Lost | None:
        """A common parent of two copies, if neither can be the other's."""
        first, second = self._pages[one], self._pages[other]
        shared = first.departures & second.departures
        if not shared or shared in (first.departures, second.departures):
            return None  # a page with just these departures is held: it is the one the other was taken from
        script = first.script if first.script == second.script else None
        page = Witness(number, "", shared, script)
        above = min(self._above(page, one, other), key=lambda e: (e.cost, e.parent), default=None)
        if above is None:
            return None
        below = (self._from_lost(page, first), self._from_lost(page, second))
        now = self._edges[one].cost + self._edges[other].cost
        return _Lost(page, above, below, now - NOT_HELD - above.cost - sum(edge.cost for edge in below))

    def _above(self, page: Witness, one: int, other: int) -> Iterator[Edge]:
        """What the lost page may have been taken from: the ancestors of both copies, and pages that share with it."""
        votes: Counter[int] = Counter()
        for departure in sorted(page.departures):
            votes.update(self._holding.get(departure, [])[:PARTNERS])
        sharing = sorted(votes, key=lambda article: (-votes[article], article))[:PARTNERS]
        for parent in dict.fromkeys([*self._ancestors(one), *self._ancestors(other), *sharing]):
            if parent in (one, other) or {one, other} & {*self._ancestors(parent)}:
                continue
            above = self._pages[parent]
            if above.departures == page.departures:
                continue
            converted = is_converted(above, page)
            gain, loss = departed(self._weights, above.departures, page.departures, converted=converted)
            cost = gain + loss + habit(self._weights, above) + (CONVERTED if converted else 0.0)
            yield Edge(parent, page.article, cost, gain + loss, loss, credited=False)

    def _from_lost(self, page: Witness, child: Witness) -> Edge:
        converted = is_converted(page, child)
        gain, loss = departed(self._weights, page.departures, child.departures, converted=converted)
        evidence = gain + loss + UNKNOWN_CREDIT + (CONVERTED if converted else 0.0)
        cost = evidence + CLOCKLESS + habit(self._weights, None)
        return Edge(page.article, child.article, cost, evidence, loss, credited=False)

    def _ancestors(self, article: int) -> Iterator[int]:
        while article in self._edges:
            article = self._edges[article].parent
            yield article

    # -- taking -----------------------------------------------------------------------------------------------------

    def _take(self, lost: _Lost) -> None:
        """Put a lost page into the tree, and below it all copies that are better explained so."""
        number = lost.page.article
        self._pages[number] = lost.page
        self._edges[number] = lost.above
        self._worth[number] = lost.worth
        for edge in lost.children:
            self._edges[edge.child] = edge
        for article, held in list(self._edges.items()):
            if article < 0 or held.parent == number or article in {*self._ancestors(number)}:
                continue
            through = self._from_lost(lost.page, self._pages[article])
            if through.cost + 0.7 < held.cost:
                self._edges[article] = through

    def _told(self, descent: Descent) -> Descent:
        """The descent of a held page as the tree now has it."""
        chosen = self._edges.get(descent.article)
        if chosen is None or chosen is descent.edge:
            return descent
        beyond = next((above for above in self._ancestors(descent.article) if above >= 0), None)
        return replace(
            descent,
            parent=None,
            not_held=-chosen.parent,
            beyond=beyond,
            shared=self._pages[chosen.parent].departures,
            certainty=round(1 / (1 + math.exp(-self._worth[chosen.parent])), 4),
            runner_up=descent.parent,
            equals=1,
            edge=chosen,
        )
