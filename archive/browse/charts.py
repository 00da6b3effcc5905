"""Plots as inline SVG, readable without colour and by screen readers. No database is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from markupsafe import Markup, escape

from archive.browse.labels import Labels
from archive.browse.moments import BEIJING, first_day, last_day

_BAR_HEIGHT = 110
_ROW = 22
_TICK_HOURS = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 2160, 8760)
_BAR_FRAME = Markup(
    '<line class="zz-axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>'
    '<text x="0" y="10">{tallest:,}</text><text x="0" y="{below}">{first}</text>'
)
_TICK = Markup(
    '<g class="zz-at"><line class="zz-tick" x1="{x}%" x2="{x}%" y1="0" y2="{floor}"/>'
    '<text x="{x}%" y="{below}" text-anchor="{anchor}">{label}</text></g>'
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of a timeline, from `start` to `end`; both are the same if the time is known to the minute."""

    label: str
    start: datetime
    end: datetime
    kind: str
    href: str
    said: str
    """The line in words, for hovering and for screen readers."""


def bars(
    counts: Mapping[str, int],
    said: str,
    hrefs: Mapping[str, str] | None = None,
    parts: Mapping[str, int] | None = None,
) -> Markup:
    """A bar for each key, in the order given. Empty for no keys.

    The labels are the largest count, the first key and the last key. `parts` is the share of each count that is drawn
    full; the rest of the bar is hatched. The plot is as wide as the page allows, at most 56 pixels for each bar.
    """
    if not counts:
        return Markup("")
    keys = list(counts)
    tallest = max(counts.values()) or 1
    width = max(200, min(900, 56 * len(keys)))
    step = 100 * min(56, width / len(keys)) / width
    floor = _BAR_HEIGHT + 14
    drawn = [
        _bar(key, counts[key], tallest, number * step, step, floor, (hrefs or {}).get(key), parts)
        for number, key in enumerate(keys)
    ]
    frame = _BAR_FRAME.format(floor=floor, below=floor + 15, tallest=tallest, first=keys[0])
    if len(keys) > 1:
        end = max(round(step * len(keys), 2), 75)
        frame += Markup('<text x="{}%" y="{}" text-anchor="end">{}</text>').format(end, floor + 15, keys[-1])
    return Markup(
        '<svg class="zz-bars" role="{}" aria-label="{}" style="max-width: {}px" width="100%" height="{}">{}{}</svg>'
    ).format("group" if hrefs else "img", said, width, floor + 20, Markup("").join(drawn), frame)


def _bar(
    key: str,
    count: int,
    tallest: int,
    x: float,
    step: float,
    floor: int,
    href: str | None,
    parts: Mapping[str, int] | None,
) -> Markup:
    full = count if parts is None else parts.get(key, 0)
    said = f"{key}: {count:,}" if parts is None else f"{key}: {full:,} / {count:,}"
    height = max(1 if count else 0, round(_BAR_HEIGHT * count / tallest))
    solid = round(height * full / count) if count else 0
    rect = Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>')
    at, width = round(x, 3), round(step * 0.84, 3)
    bar = Markup("<title>{}</title>").format(said)
    if height > solid:
        bar += rect.format("zz-rest", at, floor - height, width, height - solid)
    bar += rect.format("zz-full", at, floor - solid, width, solid)
    if href and count:
        return Markup('<a href="{}">{}</a>').format(href, bar)
    return Markup("<g>{}</g>").format(bar)


def day_links(days: Mapping[str, int], room: str, site: str | None = None) -> dict[str, str]:
    """The link of each bar: to the page of a day, or to a search in that day, month or year (of one site)."""
    of_site = f"&site={quote(site)}" if site else ""
    return {
        key: f"{room}/day/{key}"
        if len(key) == 10 and not site
        else f"{room}/search?since={first_day(key)}&until={last_day(key)}{of_site}"
        for key, count in days.items()
        if count
    }


def timeline(dots: Sequence[Dot], labels: Labels) -> Markup:
    """The times of publication as SVG: one line for each dot, in the order given, on one time axis. Empty for no dots.

    The stylesheet leaves room for the labels to the left of the drawing.
    """
    if not dots:
        return Markup("")
    low = min(dot.start for dot in dots)
    high = max(max(dot.end for dot in dots), low + timedelta(hours=1))
    span = (high - low) / timedelta(hours=1)
    lines = [_line(number, dot, low, span) for number, dot in enumerate(dots)]
    height = _ROW * len(dots) + 26
    frame = Markup(
        '<svg class="zz-timeline" role="group" aria-label="{}" width="100%" height="{}">{}{}</svg>'
    )
    axis = _axis(low, span, height, labels)
    return frame.format(labels("timeline"), height, axis, Markup("").join(lines))


def _line(number: int, dot: Dot, low: datetime, span: float) -> Markup:
    y = number * _ROW + 12
    x = _x(dot.start, low, span)
    length = round(_x(dot.end, low, span) - x, 2)
    if length > 1:
        mark = Markup(
            '<rect class="zz-dot zz-span zz-{}" x="{}%" y="{}" width="{}%" height="9" rx="4"/>'
        ).format(dot.kind, x, y - 4, length)
    elif dot.kind == "origin":
        mark = Markup(
            '<rect class="zz-dot zz-{}" x="{}%" y="{}" width="11" height="11" transform="translate(-5.5)"/>'
        ).format(dot.kind, x, y - 5.5)
    else:
        mark = Markup('<circle class="zz-dot zz-{}" cx="{}%" cy="{}" r="5.5"/>').format(dot.kind, x, y)
    return Markup(
        '<a href="{}"><title>{}</title><text x="-12" y="{}" text-anchor="end">{}</text>'
        '<line class="zz-rule" x1="0" x2="100%" y1="{}" y2="{}"/>{}</a>'
    ).format(dot.href, dot.said, y + 4, _cut(dot.label), y, y, mark)


def _axis(low: datetime, span: float, height: int, labels: Labels) -> Markup:
    step = next((hours for hours in _TICK_HOURS if span / hours <= 6), 8760 * 5)
    ticks = []
    for hours in range(0, int(span) + 1, step):
        is_days = hours >= 48 and hours % 24 == 0
        unit, n = ("unit-days", hours // 24) if is_days else ("unit-hours", hours)
        ticks.append(
            _TICK.format(
                x=_x(low + timedelta(hours=hours), low, span),
                floor=height - 18,
                below=height - 4,
                anchor="middle" if hours else "start",
                label=labels(unit, n=f"+{n}") if hours else low.astimezone(BEIJING).strftime("%m-%d %H:%M"),
            )
        )
    return Markup('<g class="zz-axis" aria-hidden="true">{}</g>').format(Markup("").join(ticks))


def _x(moment: datetime, low: datetime, span: float) -> float:
    """The position of a moment on the axis, in per cent of the axis."""
    hours = (moment - low) / timedelta(hours=1)
    return round(2 + 96 * hours / span, 2)


def _cut(label: str) -> Markup:
    return escape(label if len(label) <= 26 else label[:25] + "…")
