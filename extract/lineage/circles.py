"""The least costly choice of a parent for every page, where the best parents alone would make a circle.

networkx parts the circles: only pages that can come from one another choose together, and only among the parents that
a least costly choice can have. Sources: Edmonds, Optimum branchings (J. Res. Nat. Bur. Standards 71B, 1967); Fulkerson,
Packing rooted directed cuts in a weighted directed graph (Mathematical Programming 6, 1974).
"""

from collections import defaultdict
from functools import lru_cache

from extract.lineage.evidence import Edge


def least_costly(options: dict[int, list[Edge]], root: int) -> dict[int, Edge]:
    """The least costly choice in which every page leads back to the origin; the edges to a page by cost.

    Pages whose best parents lead to the origin keep them. The others choose again: each can have a parent of those that
    lead home, so it needs no other that costs more, and pages that cannot reach each other choose one after another.
    """
    best = {article: edges[0] for article, edges in options.items()}
    home = _leading_home(best, root)
    if len(home) > len(best):
        return best
    import networkx  # 22 MB, for the stories that have a circle

    options = _possible({article: options[article] for article in sorted(best.keys() - home)}, home, root)
    graph = networkx.DiGraph()
    graph.add_nodes_from(options)
    for article, edges in options.items():
        graph.add_edges_from((one.parent, article) for one in edges if one.parent not in home)
    parts = list(networkx.strongly_connected_components(graph))
    place = {article: number for number, part in enumerate(parts) for article in part}
    order = networkx.DiGraph(
        (place[one], place[other]) for one, other in graph.edges if place[one] != place[other]
    )
    order.add_nodes_from(range(len(parts)))
    for number in networkx.lexicographical_topological_sort(order, key=lambda number: min(parts[number])):
        best |= _arborescence(parts[number], home, options)
        home |= parts[number]
    return best


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


def _possible(options: dict[int, list[Edge]], home: set[int], root: int) -> dict[int, list[Edge]]:
    """The edges to each page that a least costly tree can have, the cheapest first; pages that lead home count as one.

    Each set of pages that can have been taken from one another alone needs an edge from elsewhere: what the cheapest
    such edge costs is taken off all of them, again and again. A tree whose edges have come to nothing is least costly,
    and each least costly tree is of such edges (Fulkerson).
    """
    import networkx

    left: dict[int, list[tuple[int, int, Edge]]] = {}
    for article, edges in options.items():
        last = next((n for n, one in enumerate(edges) if one.parent in home), len(edges) - 1)
        left[article] = [
            (round(one.cost * 10**6), root if one.parent in home else one.parent, one)
            for one in edges[: last + 1]
        ]
    free = networkx.DiGraph()
    free.add_nodes_from([root, *left])
    waiting = [{article} for article in left]
    while waiting:
        for part in waiting:
            least = min(cost for article in part for cost, parent, _ in left[article] if parent not in part)
            for article in part:
                left[article] = [
                    (cost - least if parent not in part else cost, parent, one)
                    for cost, parent, one in left[article]
                ]
                free.add_edges_from((parent, article) for cost, parent, _ in left[article] if cost <= 0)
        waiting = [
            part
            for part in networkx.strongly_connected_components(free)
            if root not in part and all(part.issuperset(free.pred[article]) for article in part)
        ]
    return {article: [one for cost, _, one in edges if cost <= 0] for article, edges in left.items()}


def _arborescence(part: set[int], home: set[int], options: dict[int, list[Edge]]) -> dict[int, Edge]:
    """The best choice for pages that may come from one another; pages that lead home count as one."""
    choices: dict[int, list[Edge]] = {}
    for article in sorted(part):
        choices[article] = []
        for one in options[article]:
            if one.parent in home or one.parent in part:
                choices[article].append(one)
            if one.parent in home:
                break
    if len(part) <= 2:
        return _of_two(choices, home)
    number = {article: n for n, article in enumerate(choices)}
    by_ends: dict[Ends, Edge] = {}
    costs = []
    for article, edges in choices.items():
        least = round(edges[0].cost * 10**6)
        for one in edges:
            ends = number.get(one.parent, HOME), number[article]
            by_ends[ends] = one
            costs.append((ends, round(one.cost * 10**6) - least))
    asked = _known if len(costs) <= SMALL else _branching
    return {by_ends[ends].child: by_ends[ends] for ends in asked(tuple(costs))}


Ends = tuple[int, int]
"""Parent and child, by their numbers in a circle."""
HOME = -1
"""The number of whatever leads home."""
SMALL = 100
"""Edges of a circle that is known again: of exact copies without times many stories have the same."""


def _branching(costs: tuple[tuple[Ends, int], ...]) -> tuple[Ends, ...]:
    """The least costly choice of a parent for each page; `costs` are what each edge costs above the page's cheapest."""
    import networkx

    # no edge comes to nothing where circles lie within circles, as one may by the difference of two costs alone
    most = (len(costs) + 1) * max(cost for _, cost in costs) + 1
    graph = networkx.DiGraph()
    for ends, cost in costs:
        graph.add_edge(*ends, weight=most - cost)
    return tuple(networkx.maximum_branching(graph).edges)


_known = lru_cache(maxsize=500)(_branching)


def _of_two(choices: dict[int, list[Edge]], home: set[int]) -> dict[int, Edge]:
    """The best choice for one page or two: one of them comes from a page that leads home."""
    last = {article: edges[-1] for article, edges in choices.items() if edges[-1].parent in home}
    least = min(last, key=lambda article: (last[article].cost - choices[article][0].cost, article))
    return {article: last[article] if article == least else edges[0] for article, edges in choices.items()}
