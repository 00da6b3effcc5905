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
    CONVERTED,
    FALSE_CREDIT,
    NO_CREDIT,
    Edge,
    SourceCredit,
    Weights,
    Witness,
    by_domain,
    clock,
    departed,
    habit,
    is_converted,
)

NOT_HELD = 4.5
"""Cost of a page that nobody holds: what it explains must be worth more."""
UNKNOWN_CREDIT = -math.log(0.35)
"""Cost of a credit that may be to the page that is not there, or one that it printed."""
UNKNOWN_NAME = -math.log(0.01)
"""Cost of a credit to a name that no held page bears or prints: that of a page not held, or of one that is."""
CLEARLY = 0.7
"""A copy changes its parent for a lost one where that costs so much less."""
SHARERS = 40
"""Copies that a lost page is tried on besides the pair it was found by."""
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
        self._sites = by_domain(page.site for page in pages.values())
        self._named: dict[SourceCredit, bool] = {}

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
        rarest = min(shared, key=lambda d: (len(self._holding[d]), d))
        if any(self._pages[article].departures == shared for article in self._holding[rarest]):
            return None
        script = first.script if first.script == second.script else None
        retitled = any(departure.kind == "title" for departure in shared)
        title = (first if retitled else self._pages[self._edges[one].parent]).title
        page = Witness(number, "", shared, script, title=title)
        best = None
        for above in self._above(page, one, other):
            below = self._below(page, above, (one, other))
            if len(below) < 2:
                continue
            saved = sum(self._edges[edge.child].cost - edge.cost for edge in below)
            found = _Lost(page, above, below, saved - NOT_HELD - above.cost)
            if best is None or (found.worth, -above.parent) > (best.worth, -best.above.parent):
                best = found
        return best

    def _below(self, page: Witness, above: Edge, pair: tuple[int, int]) -> tuple[Edge, ...]:
        """The pair as children of a lost page, and each other copy that has all it changed and costs less so."""
        taken_from = self._pages[above.parent]
        edges = [
            edge
            for child in pair
            if (edge := self._from_lost(page, taken_from, self._pages[child])) is not None
        ]
        if len(edges) < 2:
            return ()
        rarest = min(page.departures, key=lambda d: (len(self._holding[d]), d))
        over = {above.parent, *self._ancestors(above.parent), *pair}
        for article in self._holding[rarest][:SHARERS]:
            child = self._pages[article]
            if article in over or not page.departures < child.departures:
                continue
            through = self._from_lost(page, taken_from, child)
            if through is not None and through.cost + CLEARLY < self._edges[article].cost:
                edges.append(through)
        return tuple(edges)

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
            gain, loss = departed(self._weights, above, page)
            turned = CONVERTED if is_converted(above, page) else 0.0
            cost = gain + loss + turned + habit(self._weights, above)
            yield Edge(parent, page.article, cost, gain + loss, loss, credited=False)

    def _from_lost(self, page: Witness, above: Witness, child: Witness) -> Edge | None:
        """What it costs that a copy was taken from a lost page; None where the clock excludes it."""
        when = clock(above, child)
        if when is None:
            return None
        gain, loss = departed(self._weights, page, child)
        evidence = gain + loss + self._credit(child, above)
        evidence += CONVERTED if is_converted(page, child) else 0.0
        cost = evidence + when + habit(self._weights, None)
        return Edge(page.article, child.article, cost, evidence, loss, credited=False)

    def _credit(self, child: Witness, above: Witness) -> float:
        """Cost of a credit if the parent is not held: it may name that parent, or whom that parent credits."""
        said = child.credit
        if not said.name:
            return NO_CREDIT
        if said.name == above.credit.name or said.names(above.site):
            return UNKNOWN_CREDIT
        if said not in self._named:
            self._named[said] = bool(self._learned.get(said.name) or said.named_among(self._sites))
        return -math.log(2 * FALSE_CREDIT) if self._named[said] else UNKNOWN_NAME

    def _ancestors(self, article: int) -> Iterator[int]:
        while article in self._edges:
            article = self._edges[article].parent
            yield article

    # -- taking -----------------------------------------------------------------------------------------------------

    def _take(self, lost: _Lost) -> None:
        """Put a lost page into the tree, and below it all copies that are better explained so."""
        number = lost.page.article
        above = self._pages[lost.above.parent]
        self._pages[number] = lost.page
        self._edges[number] = lost.above
        self._worth[number] = lost.worth
        for edge in lost.children:
            self._edges[edge.child] = edge
        for article, held in list(self._edges.items()):
            if article < 0 or held.parent == number or article in {*self._ancestors(number)}:
                continue
            through = self._from_lost(lost.page, above, self._pages[article])
            if through is not None and through.cost + CLEARLY < held.cost:
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
