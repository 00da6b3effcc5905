"""The least costly choice of a parent for every page, where the best parents alone would make a circle.

The pages of a circle are taken for one page, and parted again at the end. Sources: Edmonds, Optimum branchings (J. Res.
Nat. Bur. Standards 71B, 1967); Tarjan, Finding optimum branchings (Networks 7, 1977).
"""

import heapq
from collections import defaultdict

from extract.lineage.evidence import Edge

UNITS = 1_000_000
"""Costs are rounded to so many parts of one; as whole numbers their sums and differences are exact."""
Waiting = list[tuple[int, int, int, Edge]]
"""A heap of the edges to a page: cost in UNITS, parent, child, edge."""


def least_costly(options: dict[int, list[Edge]], root: int) -> dict[int, Edge]:
    """The least costly choice in which every page leads back to the origin; the edges to a page by cost.

    Pages whose best parents lead to the origin keep them. The others choose again: each can have a parent of those that
    lead home, so it needs no other that costs more.
    """
    best = {article: edges[0] for article, edges in options.items()}
    home = _leading_home(best, root)
    if len(home) > len(best):
        return best
    circles = _Circles(root, home)
    for article in sorted(best.keys() - home):
        circles.add(article, options[article])
    return best | circles.parted()


def _leading_home(best: dict[int, Edge], root: int) -> set[int]:
    """The pages whose parents lead to the origin."""
    home = {root}
    below: dict[int, list[int]] = defaultdict(list)
    for article, one in best.items():
        below[one.parent].append(article)
    waiting = [root]
    while waiting:
        found = below[waiting.pop()]
        home.update(found)
        waiting += found
    return home


class _Circles:
    """Pages that choose a parent. A group is a page, or a circle of groups, under the number of one of its pages."""

    def __init__(self, root: int, home: set[int]) -> None:
        """All pages of `home` count as the root."""
        self._above = dict.fromkeys(home, root)
        self._above[root] = root
        self._sizes = {root: len(home)}
        self._joined: list[tuple[int, int]] = []
        """The groups that were joined to another, in order, with the other."""
        self._waiting: dict[int, Waiting] = {}
        self._less: dict[int, int] = defaultdict(int)
        """How much less the waiting edges of a group cost, now that an edge to it is chosen."""
        self._root = root
        self._home = home

    def add(self, article: int, edges: list[Edge]) -> None:
        """Add a page with its edges by cost; those behind the first from a page of `home` are not needed."""
        self._above[article], self._sizes[article] = article, 1
        self._waiting[article] = waiting = []
        for one in edges:
            waiting.append((round(one.cost * UNITS), one.parent, one.child, one))
            if one.parent in self._home:
                break
        heapq.heapify(waiting)

    def parted(self) -> dict[int, Edge]:
        """The edge chosen for every page."""
        reached = {self._root: self._root}
        """The groups on a way, by the page from which the way began."""
        circles: list[tuple[int, int, list[Edge]]] = []
        chosen: dict[int, Edge] = {}
        for start in self._waiting.copy():
            at, way = self._group(start), list[tuple[int, Edge]]()
            while at not in reached:
                way.append((at, self._cheapest(at)))
                reached[at] = start
                at = self._group(way[-1][1].parent)
                if reached.get(at) == start:
                    joined_before = len(self._joined)
                    at, edges = self._as_one(at, way)
                    reached.pop(at, None)
                    circles.append((at, joined_before, edges))
            chosen |= way
        for group, joined_before, edges in reversed(circles):
            self._part(joined_before)
            entering = chosen[group]
            chosen |= {self._group(one.child): one for one in edges}
            chosen[self._group(entering.child)] = entering
        return chosen

    def _group(self, article: int) -> int:
        while (above := self._above[article]) != article:
            article = above
        return article

    def _cheapest(self, group: int) -> Edge:
        """Take the cheapest edge that comes from outside a group."""
        waiting = self._waiting[group]
        while self._group(waiting[0][1]) == group:
            heapq.heappop(waiting)
        cost, _, _, one = heapq.heappop(waiting)
        self._less[group] = cost
        return one

    def _as_one(self, first: int, way: list[tuple[int, Edge]]) -> tuple[int, list[Edge]]:
        """Take the end of a way from a group on, which is a circle, for one group; its number, and the edges in it."""
        edges: list[Edge] = []
        whole = group = -1
        while group != first:
            group, one = way.pop()
            edges.append(one)
            whole = group if whole < 0 else self._join(whole, group)
        return whole, edges

    def _join(self, one: int, other: int) -> int:
        """Join two groups; the edges of the smaller heap go into the larger."""
        one, other = sorted((one, other), key=lambda group: (-self._sizes[group], group))
        kept, moved = sorted((one, other), key=lambda group: -len(self._waiting[group]))
        waiting, difference = self._waiting[kept], self._less[kept] - self._less[moved]
        for cost, parent, child, edge in self._waiting[moved]:
            heapq.heappush(waiting, (cost + difference, parent, child, edge))
        self._waiting[one], self._less[one] = waiting, self._less[kept]
        self._above[other] = one
        self._sizes[one] += self._sizes[other]
        self._joined.append((other, one))
        return one

    def _part(self, joined: int) -> None:
        """Undo all joining but the first `joined`."""
        while len(self._joined) > joined:
            other, one = self._joined.pop()
            self._above[other] = other
            self._sizes[one] -= self._sizes[other]
