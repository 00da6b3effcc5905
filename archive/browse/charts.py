"""Plots as inline SVG: told apart without colour, read out by screen readers, drawn from values alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from archive.browse.moments import BEIJING

_BAR_HEIGHT = 110
_ROW = 22
_LABEL = 190
_PLOT = 820
_TICK_HOURS = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 2160, 8760)
_BAR_FRAME = Markup(
    '<line class="zz-axis" x1="0" x2="{width}" y1="{floor}" y2="{floor}"/>'
    '<text x="0" y="10">{tallest}</text><text x="0" y="{below}">{first}</text>'
)
_TICK = Markup(
    '<line class="zz-tick" x1="{x}" x2="{x}" y1="0" y2="{floor}"/>'
    '<text x="{x}" y="{below}" text-anchor="middle">{label}</text>'
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of a timeline: from `start` to `end` (the same where the time is known to the minute)."""

    label: str
    start: datetime
    end: datetime
    kind: str
    href: str
    said: str
    """The line in words, for hovering and for screen readers."""


def bars(counts: Mapping[str, int], said: str, hrefs: Mapping[str, str] | None = None) -> Markup:
    """A bar for each key, in the order given; its tallest, first and last are labelled. Empty for no keys."""
    if not counts:
        return Markup("")
    keys = list(counts)
    tallest = max(counts.values()) or 1
    step = max(4, min(56, 900 // len(keys)))
    width = max(step * len(keys), 200)
    floor = _BAR_HEIGHT + 14
    parts = []
    for number, key in enumerate(keys):
        height = max(1 if counts[key] else 0, round(_BAR_HEIGHT * counts[key] / tallest))
        bar = Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
            number * step, floor - height, max(2, step - max(2, step // 6)), height, key, counts[key]
        )
        href = (hrefs or {}).get(key)
        parts.append(Markup('<a href="{}">{}</a>').format(href, bar) if href else bar)
    parts.append(
        _BAR_FRAME.format(width=width, floor=floor, below=floor + 15, tallest=tallest, first=keys[0])
    )
    if len(keys) > 1:
        end = max(step * len(keys), 150)
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(end, floor + 15, keys[-1])
        )
    return Markup(
        '<svg class="zz-bars" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
    ).format(said, width, floor + 20, width, floor + 20, Markup("").join(parts))


def day_links(days: Mapping[str, int], room: str) -> dict[str, str]:
    """Where the bar of each day leads; bars of months and years lead nowhere."""
    return {day: f"{room}/day/{day}" for day, count in days.items() if count and len(day) == 10}


def timeline(dots: Sequence[Dot], said: str) -> Markup:
    """When each copy came out: a line each, in the order given, over a common axis of time; empty for none."""
    if not dots:
        return Markup("")
    low = min(dot.start for dot in dots)
    high = max(max(dot.end for dot in dots), low + timedelta(hours=1))
    span = (high - low) / timedelta(hours=1)
    lines = [_line(number, dot, low, span) for number, dot in enumerate(dots)]
    height = _ROW * len(dots) + 26
    frame = Markup(
        '<svg class="zz-timeline" role="group" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}{}</svg>'
    )
    width = _LABEL + _PLOT + 20
    return frame.format(said, width, height, width, height, _axis(low, span, height), Markup("").join(lines))


def _line(number: int, dot: Dot, low: datetime, span: float) -> Markup:
    y = number * _ROW + 12
    x = _x(dot.start, low, span)
    end = _x(dot.end, low, span)
    if end - x > 8:
        mark = Markup(
            '<rect class="zz-dot zz-span zz-{}" x="{}" y="{}" width="{}" height="9" rx="4"/>'
        ).format(dot.kind, x, y - 4, end - x)
    else:
        mark = Markup('<circle class="zz-dot zz-{}" cx="{}" cy="{}" r="5.5"/>').format(dot.kind, x, y)
    return Markup(
        '<a href="{}"><title>{}</title><text x="{}" y="{}" text-anchor="end">{}</text>'
        '<line class="zz-rule" x1="{}" x2="{}" y1="{}" y2="{}"/>{}</a>'
    ).format(dot.href, dot.said, _LABEL - 12, y + 4, _cut(dot.label), _LABEL, _LABEL + _PLOT, y, y, mark)


def _axis(low: datetime, span: float, height: int) -> Markup:
    step = next((hours for hours in _TICK_HOURS if span / hours <= 6), 8760 * 5)
    ticks = []
    for hours in range(0, int(span) + 1, step):
        label = f"+{hours // 24} d" if hours >= 48 and hours % 24 == 0 else f"+{hours} h"
        ticks.append(
            _TICK.format(
                x=_x(low + timedelta(hours=hours), low, span),
                floor=height - 18,
                below=height - 4,
                label=label if hours else low.astimezone(BEIJING).strftime("%m-%d %H:%M"),
            )
        )
    return Markup('<g class="zz-axis" aria-hidden="true">{}</g>').format(Markup("").join(ticks))


def _x(moment: datetime, low: datetime, span: float) -> float:
    hours = (moment - low) / timedelta(hours=1)
    return round(_LABEL + 14 + (_PLOT - 28) * hours / span, 1)


def _cut(label: str) -> Markup:
    return escape(label if len(label) <= 26 else label[:25] + "…")
