"""Two drawings as inline SVG: the tree of a story, and the ways between hosts. No database is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from archive.browse.moments import BEIJING

_ROW = 22
_FRAME = Markup('<svg class="zz-tree" role="group" aria-label="{}" width="100%" height="{}">{}{}</svg>')


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a tree. Its row is its index in the list; `parent` is the row of the page it was copied from.

    `at` is None if the page prints no time; such a page is drawn beside its parent. `kind` is `origin`, `held`,
    `doubtful` or `lost`. `said` describes the page and its descent, for hovering and for screen readers.
    """

    label: str
    parent: int | None
    at: datetime | None
    kind: str
    href: str
    said: str


def tree(leaves: Sequence[Leaf], said: str) -> Markup:
    """The tree as SVG: one row for each page, parents above their copies, on one time axis. Empty for no leaves.

    The stylesheet leaves room for the labels to the left of the drawing. `said` is the drawing's label.
    """
    if not leaves:
        return Markup("")
    places = _places(leaves)
    drawn = [_edge(number, leaf, places) for number, leaf in enumerate(leaves) if leaf.parent is not None]
    drawn += [_node(number, leaf, places[number]) for number, leaf in enumerate(leaves)]
    height = _ROW * len(leaves) + 22
    return _FRAME.format(said, height, Markup("").join(drawn), _axis(leaves, height))


def _places(leaves: Sequence[Leaf]) -> list[float]:
    """The position of each page on the axis, in per cent; a page without a time comes a little after its parent."""
    known = [leaf.at for leaf in leaves if leaf.at is not None]
    low = min(known, default=None)
    span = max((max(known) - low) / timedelta(hours=1), 1.0) if low is not None else 1.0
    places: list[float] = []
    for leaf in leaves:
        if leaf.at is not None and low is not None:
            places.append(round(2 + 92 * (leaf.at - low) / timedelta(hours=1) / span, 2))
        else:
            places.append(round(min(places[leaf.parent] + 2, 97), 2) if leaf.parent is not None else 2)
    return places


def _edge(number: int, leaf: Leaf, places: Sequence[float]) -> Markup:
    """The two lines from a parent to its copy: down to the copy's row, then across to the copy.

    They lead to the evidence as the copy's mark does, which is the one link of both for keyboards and screen readers.
    """
    parent = leaf.parent or 0
    x, above = places[parent], parent * _ROW + 12
    y = number * _ROW + 12
    return Markup(
        '<a class="zz-way zz-way-{}" href="{}" tabindex="-1" aria-hidden="true"><title>{}</title>{}{}</a>'
    ).format(leaf.kind, leaf.href, leaf.said, _line(x, x, above, y), _line(x, places[number], y, y))


def _line(x1: float, x2: float, y1: int, y2: int) -> Markup:
    """A line, and over it a wide one that nobody sees and everybody hits."""
    line = Markup('<line{} x1="{}%" x2="{}%" y1="{}" y2="{}"/>')
    return line.format("", x1, x2, y1, y2) + line.format(Markup(' class="zz-hit"'), x1, x2, y1, y2)


def _node(number: int, leaf: Leaf, x: float) -> Markup:
    y = number * _ROW + 12
    if leaf.kind == "origin":
        mark = Markup(
            '<rect class="zz-leaf zz-leaf-origin" x="{}%" y="{}" width="11" height="11" transform="translate(-5.5)"/>'
        ).format(x, y - 5.5)
    else:
        mark = Markup('<circle class="zz-leaf zz-leaf-{}" cx="{}%" cy="{}" r="5"/>').format(leaf.kind, x, y)
    label = leaf.label if len(leaf.label) <= 24 else leaf.label[:23] + "…"
    return Markup(
        '<a href="{}"><title>{}</title><text x="-12" y="{}" text-anchor="end">{}</text>{}</a>'
    ).format(leaf.href, leaf.said, y + 4, label, mark)


def _axis(leaves: Sequence[Leaf], height: int) -> Markup:
    """The labels of the axis: the first and the last time."""
    known = sorted(leaf.at for leaf in leaves if leaf.at is not None)
    if not known:
        return Markup("")
    first, last = (moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") for moment in (known[0], known[-1]))
    ends = Markup('<text x="0" y="{}">{}</text>').format(height - 4, first)
    if last != first:
        ends += Markup('<text x="100%" y="{}" text-anchor="end">{}</text>').format(height - 4, last)
    return Markup('<g class="zz-axis" aria-hidden="true">{}</g>').format(ends)


@dataclass(frozen=True, slots=True)
class Thread:
    """A way between two hosts. `weight` is 0 to 1; `said` describes the way in words."""

    giver: str
    taker: str
    weight: float
    href: str
    said: str


def network(threads: Sequence[Thread], labels: Mapping[str, str], said: str) -> Markup:
    """The network as SVG: givers on the left, takers on the right, one line for each way. Empty for no threads.

    A line is wider if more was taken. `labels` are the names of the hosts; `said` is the drawing's label.
    """
    if not threads:
        return Markup("")
    givers = list(dict.fromkeys(thread.giver for thread in threads))
    takers = list(dict.fromkeys(thread.taker for thread in threads))
    rows = max(len(givers), len(takers))
    heights = {
        side: {host: round((number + 0.5) * _ROW * rows / len(hosts)) for number, host in enumerate(hosts)}
        for side, hosts in (("from", givers), ("to", takers))
    }
    drawn = [
        Markup(
            '<a href="{}"><title>{}</title><line class="zz-thread" x1="33%" x2="67%" y1="{}" y2="{}"'
            ' stroke-width="{}"/></a>'
        ).format(
            thread.href,
            thread.said,
            heights["from"][thread.giver],
            heights["to"][thread.taker],
            round(1.5 + 6 * thread.weight, 1),
        )
        for thread in threads
    ]
    names = [_end(labels[host], "32%", y, "end") for host, y in heights["from"].items()]
    names += [_end(labels[host], "68%", y, "start") for host, y in heights["to"].items()]
    return Markup(
        '<svg class="zz-net" role="group" aria-label="{}" width="100%" height="{}">{}{}</svg>'
    ).format(said, rows * _ROW, Markup("").join(drawn), Markup("").join(names))


def _end(label: str, x: str, y: int, anchor: str) -> Markup:
    shown = label if len(label) <= 22 else label[:21] + "…"
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y + 4, anchor, shown)
