"""A tree of copies in the formats of other programs: GraphML and GEXF (Gephi), DOT (Graphviz), CSV."""

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from archive.grouping.lineage import Descendant, walked

if TYPE_CHECKING:
    import networkx

_COLUMNS = (
    "article_id",
    "not_held",
    "parent",
    "site",
    "published_at",
    "certainty",
    "runner_up_id",
    "source",
    "title",
    "url",
)


def graph(root: Descendant) -> "networkx.DiGraph":
    """The tree as a graph: a node for each page, and an edge from each parent to each of its copies."""
    import networkx  # a quarter of a second, for two of the forms

    made = networkx.DiGraph()
    for page, parent, _ in walked(root):
        made.add_node(
            page.key,
            label=page.site or page.title,
            url=page.url,
            title=page.title,
            source=page.source,
            published_at=page.published_at,
            script=page.script or "",
            held=page.article is not None,
        )
        if parent is not None:
            made.add_edge(parent.key, page.key, certainty=page.certainty, weight=page.certainty)
    return made


def graphml(root: Descendant) -> str:
    """The tree as GraphML text."""
    import networkx  # a quarter of a second, for two of the forms

    return "\n".join(networkx.generate_graphml(graph(root))) + "\n"


def gexf(root: Descendant) -> str:
    """The tree as GEXF 1.2 text."""
    import networkx  # a quarter of a second, for two of the forms

    return "\n".join(networkx.generate_gexf(graph(root))) + "\n"


def dot(root: Descendant) -> str:
    """The tree as DOT text; pages that are not held are dashed, and doubtful edges are dotted."""
    lines = ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];"]
    for page, parent, _ in walked(root):
        label = f"{page.site or page.title}\\n{page.published_at[:16]}"
        style = "" if page.article is not None else ", style=dashed"
        lines.append(f"  {_quoted(page.key)} [label={_quoted(label)}{style}];")
        if parent is not None:
            doubt = " [style=dotted]" if page.certainty < 0.5 else ""
            lines.append(f"  {_quoted(parent.key)} -> {_quoted(page.key)}{doubt};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def table(root: Descendant) -> str:
    """The tree as CSV text, with a row for each page, parents first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")  # printed: a carriage return would be shown as an escape
    writer.writerow(_COLUMNS)
    for page, parent, _ in walked(root):
        writer.writerow(
            [
                page.article,
                page.number,
                parent.key if parent else None,
                page.site,
                page.published_at,
                page.certainty,
                page.runner_up,
                page.source,
                page.title,
                page.url,
            ]
        )
    return out.getvalue()


FORMS: dict[str, Callable[[Descendant], str]] = {"graphml": graphml, "gexf": gexf, "dot": dot, "csv": table}
