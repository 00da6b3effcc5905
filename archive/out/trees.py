"""A tree of copies, or the ways between hosts, for other programs: GraphML and GEXF (Gephi), DOT (Graphviz), CSV."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

from archive.grouping.lineage import Descendant, walked
from archive.grouping.network import HostWay
from archive.spreadsheet import cell
from archive.values import as_precise

if TYPE_CHECKING:
    import networkx

_COLUMNS = (
    "article_id",
    "not_held",
    "parent",
    "site",
    "published_at",
    "published_precision",
    "certainty",
    "undecided",
    "runner_up_id",
    "source",
    "title",
    "url",
)


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""


def graph(root: Descendant) -> "networkx.DiGraph":
    """The tree as a graph: a node for each page, and an edge from each parent to each of its copies."""
    import networkx  # a quarter of a second, for two of the forms

    made = networkx.DiGraph()
    for page, parent, _ in walked(root):
        made.add_node(
            page.key,
            label=_plain(_name(page)),
            url=_plain(page.url),
            title=_plain(page.title),
            source=_plain(page.source),
            published_at=page.published_at,
            published_precision=page.precision,
            script=page.script or "",
            held=page.article is not None,
        )
        if parent is not None:
            made.add_edge(
                parent.key,
                page.key,
                certainty=page.certainty,
                weight=page.certainty,
                undecided=_is_undecided(page),
                runner_up=str(page.runner_up or ""),
            )
    return made


def graph_of_ways(found: Iterable[HostWay]) -> "networkx.DiGraph":
    """The ways between hosts as a graph: a node for each host; the weight of an edge is the number of copies."""
    import networkx  # a quarter of a second, for two of the forms

    made = networkx.DiGraph()
    for way in found:
        values = {
            "copies": way.copies,
            "weight": way.copies,
            "credited_percent": way.credited_percent,
            "median_delay_hours": way.median_delay_hours,
        }
        for host in (way.from_site, way.to_site):
            made.add_node(host, label=host)
        known = {name: value for name, value in values.items() if value is not None}
        made.add_edge(way.from_site, way.to_site, **known)
    return made


def _graphml(made: "networkx.DiGraph") -> str:
    import networkx

    return "\n".join(networkx.generate_graphml(made)) + "\n"


def _gexf(made: "networkx.DiGraph") -> str:
    import networkx

    return "\n".join(networkx.generate_gexf(made)) + "\n"


def _name(page: Descendant) -> str:
    """The host of a page, or whom its copies credit, if nobody holds it."""
    return page.site or f"{page.title} {page.source}".rstrip()


def _plain(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _is_undecided(page: Descendant) -> bool:
    return bool(page.evidence.get("undecided"))


def dot(root: Descendant) -> str:
    """The tree as DOT text; pages that are not held are dashed, and undecided edges are dotted."""
    lines = []
    for page, parent, _ in walked(root):
        label = f"{_name(page)}\n{as_precise(page.published_at, page.precision)[:16]}".rstrip()
        style = "" if page.article is not None else ", style=dashed"
        lines.append(f"{_quoted(page.key)} [label={_quoted(label)}{style}];")
        if parent is not None:
            doubt = " [style=dotted]" if _is_undecided(page) else ""
            lines.append(f"{_quoted(parent.key)} -> {_quoted(page.key)}{doubt};")
    return _digraph(lines)


def dot_of_ways(found: Iterable[HostWay]) -> str:
    """The ways between hosts as DOT text; an edge has the number of copies."""
    return _digraph(
        f"{_quoted(way.from_site)} -> {_quoted(way.to_site)} [label={way.copies}];" for way in found
    )


def _digraph(lines: Iterable[str]) -> str:
    head = ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];"]
    return "\n".join([*head, *(f"  {line}" for line in lines), "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def table(root: Descendant) -> str:
    """The tree as CSV text, with a row for each page, parents first."""
    return _csv(
        _COLUMNS,
        (
            (
                page.article,
                page.number,
                parent.key if parent else None,
                page.site,
                page.published_at,
                page.precision,
                page.certainty,
                int(_is_undecided(page)),
                page.runner_up,
                page.source,
                page.title,
                page.url,
            )
            for page, parent, _ in walked(root)
        ),
    )


def table_of_ways(found: Iterable[HostWay]) -> str:
    """The ways between hosts as CSV text."""
    return _csv([field.name for field in fields(HostWay)], map(astuple, found))


def _csv(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")  # printed: a carriage return would be shown as an escape
    writer.writerow(columns)
    writer.writerows(map(cell, row) for row in rows)
    return out.getvalue()


FORMS: dict[str, Callable[[Descendant], str]] = {
    "graphml": lambda root: _graphml(graph(root)),
    "gexf": lambda root: _gexf(graph(root)),
    "dot": dot,
    "csv": table,
}
"""Of a tree."""
WAY_FORMS: dict[str, Callable[[list[HostWay]], str]] = {
    "graphml": lambda found: _graphml(graph_of_ways(found)),
    "gexf": lambda found: _gexf(graph_of_ways(found)),
    "dot": dot_of_ways,
    "csv": table_of_ways,
}
"""Of the ways between hosts."""
