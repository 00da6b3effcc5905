"""Two drawings as inline SVG: the tree of a story, and the ways between hosts. No database is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from archive.browse.moments import BEIJING

_ROW = 22
_LATEST = datetime.max.replace(tzinfo=UTC)
_FRAME = Markup('<svg class="zz-tree" role="group" aria-label="{}" width="100%" height="{}">{}{}</svg>')


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a tree. Its row is its index in the list; `parent` is the row of the page it was copied from.

    `at` is None if the page prints no time; such a page is drawn beside its parent. Of a page that prints only a day or
    a month it is the beginning, and `until` the end: a bar, with the mark where its parent was there. `kind` is
    `origin`, `held`, `doubtful` or `lost`. `said` describes the page and its descent, for hovering and screen readers.
    """

    label: str
    parent: int | None
    at: datetime | None
    kind: str
    href: str
    said: str
    until: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """The last moment that its time of publication may mean."""
        return self.until or self.at

    @property
    def is_month(self) -> bool:
        """Whether not even its day is known."""
        return self.at is not None and self.until is not None and self.until - self.at > timedelta(days=1)


def tree(leaves: Sequence[Leaf], said: str) -> Markup:
    """The tree as SVG: one row for each page, parents above their copies, on one time axis. Empty for no leaves.

    The stylesheet leaves room for the labels to the left of the drawing. `said` is the drawing's label.
    """
    if not leaves:
        return Markup("")
    places = _places(leaves)
    drawn = [_edge(number, leaf, places) for number, leaf in enumerate(leaves) if leaf.parent is not None]
    axis = _Axis(leaves)
    drawn += [_span(number, leaf, axis) for number, leaf in enumerate(leaves)]
    drawn += [_node(number, leaf, places[number]) for number, leaf in enumerate(leaves)]
    height = _ROW * len(leaves) + 22
    return _FRAME.format(said, height, Markup("").join(drawn), axis.labels(height))


class _Axis:
    """The time axis of a tree, from the first moment that a page may mean to the last one.

    A page of a month sets neither end where others are of a day or a minute: its bar ends where the axis does.
    """

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        known = [leaf for leaf in leaves if leaf.at is not None]
        known = [leaf for leaf in known if not leaf.is_month] or known
        self._first = min(known, key=lambda leaf: leaf.at or _LATEST, default=None)
        self._last = max(known, key=lambda leaf: leaf.end or _LATEST, default=None)
        self._low = self._first.at if self._first and self._first.at else _LATEST
        high = self._last.end if self._last and self._last.end else self._low
        self._hours = max((high - self._low) / timedelta(hours=1), 1.0)

    def place(self, moment: datetime) -> float:
        """The position of a moment, in per cent."""
        return round(2 + 92 * min(max((moment - self._low) / timedelta(hours=1) / self._hours, 0), 1), 2)

    def labels(self, height: int) -> Markup:
        """The first and the last time, no more precise than their pages print them."""
        if self._first is None or self._last is None:
            return Markup("")
        first, last = _shown(self._first), _shown(self._last)
        ends = Markup('<text x="0" y="{}">{}</text>').format(height - 4, first)
        if last != first:
            ends += Markup('<text x="100%" y="{}" text-anchor="end">{}</text>').format(height - 4, last)
        return Markup('<g class="zz-axis" aria-hidden="true">{}</g>').format(ends)


def _shown(leaf: Leaf) -> str:
    at = (leaf.at or _LATEST).astimezone(BEIJING)
    if leaf.until is None:
        return at.strftime("%Y-%m-%d %H:%M")
    return at.strftime("%Y-%m" if leaf.is_month else "%Y-%m-%d")


def _places(leaves: Sequence[Leaf]) -> list[float]:
    """The position of each page on the axis, in per cent; a page without a time comes a little after its parent."""
    axis = _Axis(leaves)
    places: list[float] = []
    for leaf in leaves:
        above = places[leaf.parent] if leaf.parent is not None else 2.0
        if leaf.at is None:
            places.append(round(min(above + 2, 97), 2) if leaf.parent is not None else 2)
        elif leaf.until is None:
            places.append(axis.place(leaf.at))
        else:  # of all moments of its day the first at which its parent was there
            places.append(min(max(axis.place(leaf.at), above), axis.place(leaf.until)))
    return places


def _span(number: int, leaf: Leaf, axis: _Axis) -> Markup:
    """The day or the month that is all that a page prints of its time, as a bar."""
    if leaf.at is None or leaf.until is None:
        return Markup("")
    start, y = axis.place(leaf.at), number * _ROW + 10
    return Markup('<rect class="zz-day" x="{}%" y="{}" width="{}%" height="4" rx="2"/>').format(
        start, y, round(axis.place(leaf.until) - start, 2)
    )


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
