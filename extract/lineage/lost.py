"""Lost pages: a page not held that a credit names, or that copies share departures with which no held page has.

Source: the reconstruction of lost intermediaries from shared errors (Maas, Textkritik, 1927).
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from extract.lineage.chance import Chance
from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.evidence import (
    EXCLUDED,
    NAMED,
    WRONG_CLOCK,
    Edge,
    Weights,
    clock,
    departed,
    habit,
)
from extract.lineage.named import PARTED, Credits, NamedPage
from extract.lineage.undone import parted
from extract.lineage.unheld import CreditsToUnheld
from extract.lineage.witness import Witness, is_converted

NOT_HELD = 4.5
"""Cost of a page that nobody holds, in a story of one: each page that is held makes it likelier that others are not."""
SURE = 3.5
"""Two copies have a common parent where what they share is by so much (and by the number of pages, as a logarithm) less
likely made twice: seven to one, of ten pairs that one such page makes among as many pages."""
ALONE = 3.7
"""More of it where they share one change alone: a synonym or a headline that went round is made twice more easily."""
SAME_NAME = 4.0
"""Worth of a source that both name, of which no page is held, where no page above them prints it."""
AGAIN = 1.5
"""Worth of each copy more: what two editors made by themselves a third makes easily, a usual word for a rare one."""
SURE_NAMED = 3.0
"""The same where a credit says that the parent of one of them is not held."""
DOUBT = 2.0
"""A lost page that saves so much is as likely as none: of those on generated stories that save less, half are true."""
DECIDED = 2.6
"""One that saves less, or is named in a story whose credits are less often true than two in three, is undecided."""
SAYS_SO = 4.0
"""So much more parts a copy from a page that it names as its source."""
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
    """A page that may have been lost: its departures, its parent, the copies it explains."""

    page: Witness
    above: Edge
    children: tuple[Edge, ...]
    worth: float

    @property
    def key(self) -> tuple[float, tuple[int, ...]]:
        """Sorts the one that explains most first, whatever the order they were found in."""
        return -self.worth, tuple(edge.child for edge in self.children)


class UnheldPages:
    """The tree of a story. Lost pages are added to the tree while they explain more than they cost."""

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
        self._edges = {one.article: one.edge for one in found.values() if one.edge is not None}
        self._worth: dict[int, float] = {}
        self._credited = set[int]()
        self._not_held = NOT_HELD - math.log(len(pages))
        self._credits = CreditsToUnheld(pages, weights, learned)
        self._chance = Chance(pages, {article: edge.parent for article, edge in self._edges.items()}, weights)

    def added(self) -> list[Descent]:
        """The descent of every held page, lost parents included: first those that credits name, then those of the text.

        The pair that a lost page explains best is taken first. What it changed is weighed again when its turn comes,
        so that each pair is weighed a few times, not once for every page that is added.
        """
        self._name_pages()
        held = sorted(article for article in self._edges if article >= 0)
        pairs = sorted({pair for article in held for pair in self._pairs(article)})
        waiting = [
            (*one.key, pair) for pair in pairs if (one := self._explaining(-1, *pair)) and one.worth > 0
        ]
        heapq.heapify(waiting)
        number = len(self._credited)
        most = number + MOST
        while waiting and number < most:
            *_, pair = heapq.heappop(waiting)
            best = self._explaining(-number - 1, *pair)
            if best is None or best.worth <= 0:
                continue
            if waiting and (*best.key, pair) > waiting[0]:
                heapq.heappush(waiting, (*best.key, pair))
                continue
            number += 1
            self._take(best)
        for number in sorted(self._worth.keys() - self._credited):
            self._check(number)
        return [self._told(descent) for descent in self._found.values()]

    # -- by credit --------------------------------------------------------------------------------------------------

    def _name_pages(self) -> None:
        """Put the pages into the tree that credits name and nobody holds."""
        credits = Credits(
            self._pages, {article: edge.parent for article, edge in self._edges.items()}, self._weights
        )
        for n, one in enumerate(credits.named()):
            number = -n - 1
            self._pages[number] = replace(one.page, article=number)
            self._edges[number] = self._taken(self._pages[one.above], self._pages[number])
            self._worth[number] = DOUBT + math.log(credits.trust / (1 - credits.trust))
            self._credited.add(number)
            for child in one.children:
                self._edges[child] = self._from_named(number, one, child)

    def _from_named(self, number: int, one: NamedPage, child: int) -> Edge:
        page, copy = self._pages[number], self._pages[child]
        gain, loss = departed(self._weights, page, copy)
        evidence = (
            gain + loss - math.log(NAMED) + (self._weights.converted if is_converted(page, copy) else 0.0)
        )
        cost = evidence + clock(self._pages[one.above], copy) + habit(self._weights, None)
        return Edge(number, child, cost, evidence, loss, credited=True)

    # -- finding ----------------------------------------------------------------------------------------------------

    def _pairs(self, article: int) -> Iterator[tuple[int, int]]:
        """Pairs of copies: a copy, and another that shares departures which the copy's parent lacks."""
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
            for article in filter(self._found.__contains__, self._edges):
                for departure in self._pages[article].departures:
                    self._index[departure].append(article)
        return self._index

    def _explaining(self, number: int, one: int, other: int) -> _Lost | None:
        """A common parent of two copies, where neither can be the other's parent and no third page that of both."""
        first, second = self._pages[one], self._pages[other]
        shared = first.departures & second.departures
        if not shared:
            return None
        if not self._are_apart(first, second) or self._is_given(shared, first, second):
            return None
        best = None
        for above in self._above(shared, one, other):
            new = shared - above.departures
            if not self._chance.against(new, (one, other)).cost:
                continue
            page = self._lost(number, first, second, above)
            taken = self._taken(above, page)
            below = self._below(page, taken, (one, other))
            copies = [edge.child for edge in below if edge.child >= 0]
            if len(copies) < 2:
                continue
            cost, changes = self._chance.against(new, copies)
            if page.credit.name:
                cost, changes = cost + SAME_NAME, changes + 1
            if cost + AGAIN * (len(copies) - 2) < self._least(one, other, changes):
                continue
            saved = sum(self._edges[edge.child].cost - edge.cost for edge in below) - taken.cost
            found = _Lost(page, taken, below, saved - self._not_held)
            if best is None or (found.worth, -above.article) > (best.worth, -best.above.parent):
                best = found
        return best

    def _least(self, one: int, other: int, changes: int) -> float:
        """What copies of a lost page must share, at least."""
        sure = SURE if changes > 1 else SURE + ALONE
        if {self._edges[one].parent, self._edges[other].parent} & self._credited:
            sure = SURE_NAMED
        return math.log(self._weights.pages) + sure

    def _lost(self, number: int, one: Witness, other: Witness, above: Witness) -> Witness:
        """The page that two copies were taken from: the departures that both have, and those that one of them can
        have only from a page above it."""
        facts = one.departures & other.departures | above.departures & (one.departures | other.departures)
        retitled = any(departure.kind == "title" for departure in one.departures & other.departures)
        script = one.script if one.script == other.script else None
        over = [above, *(self._pages[article] for article in self._ancestors(above.article))]
        credit = self._credits.common(one, other, over)
        return Witness(number, "", facts, script, credit=credit, title=(one if retitled else above).title)

    def _taken(self, above: Witness, page: Witness) -> Edge:
        """The edge from a page to a lost page taken from it, with its cost."""
        gain, loss = departed(self._weights, above, page)
        turned = self._weights.converted if is_converted(above, page) else 0.0
        cost = gain + loss + turned + habit(self._weights, above)
        return Edge(above.article, page.article, cost, gain + loss, loss, credited=False)

    def _are_apart(self, one: Witness, other: Witness) -> bool:
        """Whether neither can have been made from the other; more speaks for it where one names the other."""
        return all(
            parted(parent, child) >= PARTED + (SAYS_SO if child.says_from(parent) else 0.0)
            for parent, child in ((one, other), (other, one))
        )

    def _is_later(self, one: Witness, other: Witness) -> bool:
        """Whether a page came after another by their clocks, by so much as copies do."""
        late = _late(other, one)
        return late is not None and clock(one, other) >= WRONG_CLOCK and late <= self._usual

    @cached_property
    def _usual(self) -> timedelta:
        """How late after their parents most copies of the story are, an hour at least."""
        delays = sorted(
            late
            for article, edge in self._edges.items()
            if article >= 0 <= edge.parent
            and (late := _late(self._pages[edge.parent], self._pages[article])) is not None
        )
        return max(delays[int(len(delays) * 0.8)], timedelta(hours=1)) if delays else timedelta(0)

    def _is_given(self, shared: frozenset[Departure], one: Witness, other: Witness) -> bool:
        """Whether a third page has all that two copies share, and could be the parent of both."""
        rarest = min(shared, key=lambda d: (len(self._holding[d]), d))
        return any(
            shared <= page.departures and parted(page, one) < PARTED and parted(page, other) < PARTED
            for article in self._holding[rarest]
            if (page := self._pages[article]) not in (one, other)
            and not self._is_later(page, one)
            and not self._is_later(page, other)
        )

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

    def _above(self, shared: frozenset[Departure], one: int, other: int) -> Iterator[Witness]:
        """The possible parents of a lost page: the ancestors of both copies, and pages that share departures."""
        votes: Counter[int] = Counter()
        for departure in sorted(shared):
            votes.update(self._holding.get(departure, [])[:PARTNERS])
        sharing = sorted(votes, key=lambda article: (-votes[article], article))[:PARTNERS]
        for parent in dict.fromkeys([*self._ancestors(one), *self._ancestors(other), *sharing]):
            if parent in (one, other) or {one, other} & {*self._ancestors(parent)}:
                continue
            if self._pages[parent].departures != shared:
                yield self._pages[parent]

    def _from_lost(self, page: Witness, above: Witness, child: Witness) -> Edge | None:
        """The edge from a lost page to a copy, with its cost; None where the clock excludes it."""
        when = clock(above, child)
        if when >= EXCLUDED:
            return None
        gain, loss = departed(self._weights, page, child)
        evidence = gain + loss + self._credits.cost(child, page, above)
        evidence += self._weights.converted if is_converted(page, child) else 0.0
        cost = evidence + when + habit(self._weights, None)
        return Edge(page.article, child.article, cost, evidence, loss, credited=False)

    def _ancestors(self, article: int) -> Iterator[int]:
        while article in self._edges:
            article = self._edges[article].parent
            yield article

    # -- taking -----------------------------------------------------------------------------------------------------

    def _take(self, lost: _Lost) -> None:
        """Put a lost page into the tree, and below it all copies that are better explained so."""
        lost = self._with_credit(lost)
        number = lost.page.article
        above = self._pages[lost.above.parent]
        self._pages[number] = lost.page
        self._edges[number] = lost.above
        self._worth[number] = max(lost.worth, self._worth.get(number, lost.worth))
        for edge in lost.children:
            self._edges[edge.child] = edge
        over = {*self._ancestors(number)}
        for article, held in list(self._edges.items()):
            if article < 0 or held.parent == number or article in over:
                continue
            if not lost.page.departures <= self._pages[article].departures:
                continue
            through = self._from_lost(lost.page, above, self._pages[article])
            if through is not None and through.cost + CLEARLY < held.cost:
                self._edges[article] = through

    def _with_credit(self, lost: _Lost) -> _Lost:
        """A lost page with one copy that names a page not held is that page."""
        named = {self._edges[edge.child].parent for edge in lost.children} & self._credited
        if len(named) != 1 or lost.above.parent in named:
            return lost
        number = named.pop()
        return _Lost(
            replace(lost.page, article=number, site=self._pages[number].site),
            replace(lost.above, child=number),
            tuple(replace(edge, parent=number) for edge in lost.children),
            lost.worth,
        )

    def _check(self, number: int) -> None:
        """Give back the copy of a lost page that has one left."""
        below = [article for article, edge in self._edges.items() if edge.parent == number]
        if (
            len(below) > 1 or min(below, default=0) < 0
        ):  # another page that nobody holds has no earlier parent
            return
        for article in below:
            before = self._found[article].edge
            if before is not None and article not in {before.parent, *self._ancestors(before.parent)}:
                self._edges[article] = before

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
            certainty=round(1 / (1 + math.exp(DOUBT - self._worth[chosen.parent])), 4),
            runner_up=descent.parent,
            alike=(),
            undecided=self._worth[chosen.parent] < DECIDED,
            edge=chosen,
        )


def _late(one: Witness, other: Witness) -> timedelta | None:
    """By how much one page's clock stands before another's."""
    return None if one.at is None or other.at is None else other.at - one.at
