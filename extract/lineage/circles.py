"""The least costly choice of a parent for every page, where the best parents alone would make a circle.

networkx parts the circles: only pages that can come from one another choose together.
Source: Edmonds, Optimum branchings (J. Res. Nat. Bur. Standards 71B, 1967).
"""

from collections import defaultdict

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

    graph = networkx.DiGraph()
    graph.add_nodes_from(sorted(best.keys() - home))
    for article in sorted(best.keys() - home):
        for one in options[article]:  # the cheapest first
            if one.parent in home:
                break
            graph.add_edge(one.parent, article)
    parts = list(networkx.strongly_connected_components(graph))
    place = {article: number for number, part in enumerate(parts) for article in part}
    order = networkx.DiGraph(
        (place[one], place[other]) for one, other in graph.edges if place[one] != place[other]
    )
    order.add_nodes_from(range(len(parts)))
    for number in networkx.lexicographical_topological_sort(order, key=lambda number: min(parts[number])):
        best |= _arborescence(parts[number], home, options, root)
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


def _arborescence(
    part: set[int], home: set[int], options: dict[int, list[Edge]], root: int
) -> dict[int, Edge]:
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
    import networkx

    graph = networkx.DiGraph()
    for article, edges in choices.items():
        for one in edges:
            graph.add_edge(root if one.parent in home else one.parent, article, weight=one.cost, edge=one)
    found = networkx.minimum_spanning_arborescence(graph, preserve_attrs=True)
    return {child: graph.edges[parent, child]["edge"] for parent, child in found.edges}


def _of_two(choices: dict[int, list[Edge]], home: set[int]) -> dict[int, Edge]:
    """The best choice for one page or two: one of them comes from a page that leads home."""
    last = {article: edges[-1] for article, edges in choices.items()}
    least = min(last, key=lambda article: (last[article].cost - choices[article][0].cost, article))
    return {article: last[article] if article == least else edges[0] for article, edges in choices.items()}
