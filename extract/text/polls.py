"""Forms and tables of answers to choose from: 您怎么看？ 支持 反对."""

from lxml.etree import _Element as Element

from extract.page.lines import Sheet

MOST = 20
"""Polls of a page that are looked at."""


def lines(sheet: Sheet, container: Element) -> frozenset[int]:
    """The lines of the polls inside a container."""
    asked = dict.fromkeys(
        place
        for choice in container.iter("input")
        if choice.get("type", "").lower() in ("radio", "checkbox")
        and (place := next(choice.iterancestors("form", "table", "ul", "dl"), None)) is not None
        and container in place.iterancestors()
    )
    return frozenset(number for place in list(asked)[:MOST] for number in range(*sheet.inside(place)))
