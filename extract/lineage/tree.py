"""The tree of a story: the least costly way in which its pages can have been taken from one another.

Each page takes the parent that costs least; where these choices make a circle, Edmonds' algorithm parts it (`circles`).
Copies that share departures which no held page could have given them get a common parent that is not held.
"""

import heapq
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from extract.lineage.circles import least_costly
from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.evidence import LEAST_CONVERTED, Edge, Weights, edges_to
from extract.lineage.lost import UnheldPages
from extract.lineage.undone import LOSS
from extract.lineage.witness import SourceCredit, Witness, by_domain, is_converted

LATEST = datetime.max.replace(tzinfo=UTC)
MOST_CLASSES = 12
"""Texts that may be a page's parent in a large story, those first that share its rarest departures."""
MOST_OF_CLASS = 5
"""Pages of one text weighed for one page: the latest before it, the next after it, and the first."""
COMMON = 300
"""A departure of more texts finds no parent by itself."""
SMALL = 60
"""In a story of so many pages each is weighed against each."""
PROVEN = 2.0
"""A clock is wrong where each parent that the clocks allow costs so much more than one they exclude."""
USUAL_CONVERSIONS, AMONG = 2, 10
"""Before a story is read, so many are expected of the copies that one of two scripts' sites made."""
ALIKE = 0.05
"""A tree is not made again for a smaller change of what a conversion costs."""
SURE = 0.8
"""A parent so certain teaches what a credit means."""
AS_GOOD = 5.5
"""Text and credit that cost so little more are as good evidence: such parents cannot be told apart."""
ALMOST = 2.3
"""Of these, parents are named as likely whose evidence is not ten times less so: two made the same change seldom."""
TRUSTED = 0.75
"""A credit tells parents apart that print the same where so many of the story's credits are true, with one more."""
TURNED = 2.0
"""Parent and child may have been the other way round where that costs so little more: that is told as undecided."""
INDEPENDENT = 0.8
"""Costs that are summed as if they were independent say too much: odds are taken to this power."""
CHOSEN = 0.2
"""And are so much better for a parent that goes with all others of the tree, as a logarithm."""
UNLIKELY = 30.0
"""A parent that costs so much more has no share of the likelihood worth counting."""
DOUBTFUL = 0.5
"""A parent of a smaller share of the likelihood is not decided."""


def tree(witnesses: Sequence[Witness], length: int) -> list[Descent]:
    """The descent of each page, the origin first. Exactly one page is the origin; `length` is its text's, folded.

    The same pages give the same tree, whatever their order.
    """
    pages = sorted(witnesses, key=lambda page: (not page.is_origin, page.article))
    weights = Weights(pages, length)
    shortlist = _Shortlist(pages, weights)
    options = {
        page.article: sorted(edges_to(weights, shortlist(page), page, {}), key=_order) for page in pages[1:]
    }
    found = _pass(options, weights.root)
    wrong = _wrong_clocks(found, options)
    pages = [replace(page, at=None) if page.article in wrong else page for page in pages]
    weights.origin = pages[0]
    learned = _learned(found, {page.article: page for page in pages})
    usual, weights.converted = weights.converted, _conversion(found, pages)
    turned = abs(weights.converted - usual) > ALIKE
    if learned or wrong or turned or any(one.edge and one.edge.against for one in found.values()):
        again = _Again({page.article: page for page in pages}, weights, learned, wrong, turned=turned)
        weighed = {article: again.weighed(article, edges) for article, edges in options.items()}
        if weighed != options:  # most small stories are of one script, and nothing was learned of them
            found = _pass(weighed, weights.root)
    return UnheldPages({page.article: page for page in pages}, weights, found, learned).added()


def attached(
    page: Witness, others: Sequence[Witness], weights: Weights, learned: dict[str, Counter[int]] | None = None
) -> Descent:
    """The descent of one page among the others of its story, without asking whether others descend from it."""
    edges = sorted(
        (one for one in edges_to(weights, others, page, learned or {}) if _is_allowed(one, weights.root)),
        key=_order,
    )
    return _sober(_chosen(page.article, edges, edges[0], weights.root))


def _order(one: Edge) -> tuple[float, int]:
    return one.cost, one.parent


def _is_allowed(one: Edge, root: int) -> bool:
    """Whether the clocks allow an edge, once wrong clocks are set aside; the origin is always allowed."""
    return not one.against or one.parent == root


def _pass(options: dict[int, list[Edge]], root: int) -> dict[int, Descent]:
    """Each page's parent of its possible ones, without circles."""
    best = least_costly(options, root)
    found = {root: Descent(root, None, 1.0)}
    tour = _tour(best, root)
    trusted = _are_credits_true(options, root)
    for article, edges in options.items():
        possible = _possible(article, edges, best, options, tour)
        chosen = _chosen(article, possible, best[article], root, trusted=trusted)
        found[article] = _sober(_reversible(chosen, best, options))
    return found


class _Again:
    """Edges weighed again where something was learned since: what a credit means, whose clock is wrong, the story's
    cost of a change of script. The others are kept."""

    def __init__(
        self,
        pages: dict[int, Witness],
        weights: Weights,
        learned: dict[str, Counter[int]],
        wrong: set[int],
        *,
        turned: bool,
    ) -> None:
        self._pages = pages
        self._weights = weights
        self._learned = learned
        self._wrong = wrong
        self._turned = turned

    def weighed(self, article: int, edges: list[Edge]) -> list[Edge]:
        """The edges to a page as they are now, without those that the clocks exclude."""
        page = self._pages[article]
        is_new = article in self._wrong or page.credit.name in self._learned
        parents = [self._pages[one.parent] for one in edges]
        stale = [parent for parent in parents if is_new or self._is_stale(parent, page)]
        if stale:
            of_stale = {one.parent: one for one in edges_to(self._weights, stale, page, self._learned)}
            edges = sorted((of_stale.get(one.parent, one) for one in edges), key=_order)
        return [one for one in edges if _is_allowed(one, self._weights.root)]

    def _is_stale(self, parent: Witness, page: Witness) -> bool:
        return parent.article in self._wrong or (self._turned and is_converted(parent, page))


def _are_credits_true(options: dict[int, list[Edge]], root: int) -> bool:
    """Whether the credits that name a copy mostly name the parent that the text proves."""
    proven = refuted = 0
    for edges in options.values():
        named = [edge.text for edge in edges if edge.credited and edge.parent != root]
        others = [edge.text for edge in edges if not edge.credited]
        if named and others:
            refuted += min(others) + AS_GOOD < min(named)
            proven += min(named) + AS_GOOD < min(others)
    return proven + 1 >= TRUSTED * (proven + refuted + 1)


def _tour(best: dict[int, Edge], root: int) -> dict[int, tuple[int, int]]:
    """Of each page its number on a walk through the tree, and the number after the last page below it."""
    below: dict[int, list[int]] = defaultdict(list)
    for article, one in best.items():
        below[one.parent].append(article)
    first: dict[int, int] = {}
    found: dict[int, tuple[int, int]] = {}
    waiting = [(root, False)]
    while waiting:
        at, is_done = waiting.pop()
        if is_done:
            found[at] = (first[at], len(first))
            continue
        first[at] = len(first)
        waiting.append((at, True))
        waiting += [(child, False) for child in below[at]]
    return found


def _possible(
    article: int,
    edges: list[Edge],
    best: dict[int, Edge],
    options: dict[int, list[Edge]],
    tour: dict[int, tuple[int, int]],
) -> list[Edge]:
    """The edges to a page by cost; those from pages below it with what it costs these to find another parent."""
    start, stop = tour[article]
    if stop == start + 1:
        return edges  # nothing is below it
    return sorted(
        (
            _over(one, best[one.parent], options[one.parent], start, stop, tour)
            if start < tour[one.parent][0] < stop
            else one
            for one in edges
        ),
        key=_order,
    )


def _over(
    one: Edge, own: Edge, others: list[Edge], start: int, stop: int, tour: dict[int, tuple[int, int]]
) -> Edge:
    other = next(e for e in others if not start <= tour[e.parent][0] < stop)
    return replace(
        one,
        cost=one.cost + other.cost - own.cost,
        evidence=one.evidence + other.evidence - own.evidence,
    )


def _wrong_clocks(found: dict[int, Descent], options: dict[int, list[Edge]]) -> set[int]:
    """The pages whose clock is wrong: the text proves their parent, and the clocks exclude it.

    The child's clock is set aside, and the parent's where the clocks exclude more of its copies than not.
    """
    copies: dict[int, Counter[bool]] = defaultdict(Counter)
    wrong: dict[int, int] = {}
    for article, descent in found.items():
        chosen = descent.edge
        if chosen is None:
            continue
        copies[chosen.parent][chosen.against] += 1
        other = min((e.cost for e in options[article] if not e.against), default=math.inf)
        if chosen.against and other > chosen.cost + PROVEN:
            wrong[article] = chosen.parent
    misleading = {parent for parent in wrong.values() if copies[parent][True] > copies[parent][False]}
    return misleading | {article for article, parent in wrong.items() if parent not in misleading}


class _Shortlist:
    """The pages that may be a page's parent: all pages of a small story, the likeliest pages of a large one.

    Pages that print the same form one class. Classes are weighed by what they share with the page.
    """

    def __init__(self, pages: Sequence[Witness], weights: Weights) -> None:
        self._pages = pages
        self._weights = weights
        self._classes: dict[frozenset[Departure], list[int]] = defaultdict(list)
        self._sites: dict[str, list[int]] = defaultdict(list)
        self._named: dict[SourceCredit, list[str]] = {}
        self._likely: dict[frozenset[Departure], list[frozenset[Departure]]] = {}
        by_time = sorted(range(1, len(pages)), key=lambda n: (pages[n].at or LATEST, n))
        self._rank = {n: rank for rank, n in enumerate(by_time)}
        self._number = {page.article: n for n, page in enumerate(pages)}
        for n in by_time:
            self._sites[pages[n].site].append(n)
            self._classes[pages[n].departures].append(n)
        self._facts = list(self._classes)
        self._undone = [sum(LOSS[d.kind] for d in facts) for facts in self._facts]
        self._holding: dict[Departure, list[int]] = defaultdict(list)
        for number, facts in enumerate(self._facts):
            for departure in facts:
                self._holding[departure].append(number)
        self._domains = by_domain(self._sites)

    def __call__(self, page: Witness) -> Sequence[Witness]:
        if len(self._pages) <= SMALL:
            return self._pages
        own = page.departures
        if own not in self._likely:
            self._likely[own] = self._alike(own)
        likely = [n for facts in self._likely[own] for n in self._near(self._classes[facts], page)]
        likely += [n for n in [self._number.get(page.linked or -1)] if n]
        if page.credit.name:
            likely += [n for site in self._credited(page.credit) for n in self._near(self._sites[site], page)]
        return [self._pages[0], *(self._pages[n] for n in dict.fromkeys(likely))]

    def _alike(self, own: frozenset[Departure]) -> list[frozenset[Departure]]:
        """The classes that share most of a page's departures and have least that it lacks, the exact copies last."""
        gains = self._weights.gains(own)
        score: dict[int, float] = {}
        for departure in sorted(own, key=lambda d: (len(self._holding[d]), d)):
            worth = gains[departure] + LOSS[departure.kind]
            holding = self._holding[departure]
            if len(holding) <= COMMON or not score:
                for number in holding:
                    score[number] = score.get(number, 0.0) + worth
            else:
                for number in score.keys() & set(holding):
                    score[number] += worth
        best = heapq.nsmallest(
            MOST_CLASSES, score, key=lambda number: (round(self._undone[number] - score[number], 6), number)
        )
        return [*(self._facts[number] for number in best), frozenset()]

    def _credited(self, said: SourceCredit) -> list[str]:
        """The sites of the story that a credit names, four at most."""
        if said not in self._named:
            self._named[said] = said.named_among(self._domains)[:4]
        return self._named[said]

    def _near(self, numbers: list[int], page: Witness) -> list[int]:
        """Of pages in the order of time, those that came last before a page, and the first ones."""
        if len(numbers) <= MOST_OF_CLASS:
            return numbers
        mine = self._rank.get(self._number.get(page.article, -1), len(self._pages))
        low = bisect_left(numbers, mine, key=self._rank.__getitem__)
        return [*numbers[max(0, low - 2) : low + 2], numbers[0]]


def _chosen(article: int, edges: Sequence[Edge], chosen: Edge, root: int, *, trusted: bool = True) -> Descent:
    """A choice with its certainty, its share of the likelihood of all parents, and whether others are as good."""
    least = edges[0].cost
    total = 0.0
    for edge in edges:
        if edge.cost > least + UNLIKELY:
            break
        total += math.exp(least - edge.cost)
    others = [edge for edge in edges if edge is not chosen]
    runner_up = others[0].parent if others else None
    # copies of copies name the origin as well
    named = trusted and chosen.credited and chosen.parent != root and not chosen.linked
    if chosen.linked:  # it is told apart from all whose text is no better evidence
        others = [edge for edge in others if edge.text < chosen.text]
    as_good = [
        edge for edge in others if edge.evidence <= chosen.evidence + AS_GOOD and (edge.credited or not named)
    ]
    certainty = math.exp(least - chosen.cost) / total
    return Descent(
        article,
        chosen.parent,
        round(certainty, 4),
        runner_up=runner_up,
        alike=tuple(edge.parent for edge in as_good if edge.evidence <= chosen.evidence + ALMOST),
        undecided=bool(as_good) or certainty < DOUBTFUL,
        edge=chosen,
    )


def _reversible(found: Descent, best: dict[int, Edge], options: dict[int, list[Edge]]) -> Descent:
    """Less certain where parent and child may have been the other way round."""
    chosen = found.edge
    if chosen is None or chosen.parent not in best:
        return found
    above = best[chosen.parent]
    back = next((e for e in options[chosen.parent] if e.parent == chosen.child), None)
    over = next((e for e in options[chosen.child] if e.parent == above.parent), None)
    if back is None or over is None:
        return found
    worse = min(back.cost + over.cost - above.cost - chosen.cost, 50.0)
    asked = found.certainty / (1 + math.exp(TURNED - worse))
    return replace(
        found,
        certainty=round(found.certainty / (1 + math.exp(-worse)), 4),
        undecided=found.undecided or asked < DOUBTFUL,
    )


def _sober(found: Descent) -> Descent:
    """A descent whose certainty is right as often as it says."""
    if not 0 < found.certainty < 1:
        return found
    odds = (found.certainty / (1 - found.certainty)) ** INDEPENDENT * math.exp(CHOSEN)
    return replace(found, certainty=round(odds / (1 + odds), 4))


def _conversion(found: dict[int, Descent], pages: Sequence[Witness]) -> float:
    """Cost of a change of script in this story: the odds against it, of all steps with the other script at an end.

    A site prints one script, whatever the script of its source is; how often its source is of the same differs.
    """
    script = {page.article: page.script for page in pages}
    turned, steps = USUAL_CONVERSIONS, AMONG
    for descent in found.values():
        if descent.parent is None:
            continue
        above, own = script[descent.parent], script[descent.article]
        if above and own and {above, own} != {pages[0].script}:
            steps += 1
            turned += above != own
    return max(LEAST_CONVERTED, round(math.log((steps - turned) / turned), 6))


# -- credits ----------------------------------------------------------------------------------------------------------


def _learned(found: dict[int, Descent], pages: dict[int, Witness]) -> dict[str, Counter[int]]:
    """The parents that each credit names in this story, from the pages whose parent is certain without the credit."""
    meaning: dict[str, Counter[int]] = defaultdict(Counter)
    for descent in found.values():
        if descent.parent is None or descent.undecided or descent.certainty < SURE:
            continue
        page, parent = pages[descent.article], pages[descent.parent]
        if (
            page.credit.name
            and page.credit.name != parent.credit.name
            and page.departures & parent.departures
        ):
            meaning[page.credit.name][descent.parent] += 1
    return {name: counts for name, counts in meaning.items() if counts.total() >= 2}
