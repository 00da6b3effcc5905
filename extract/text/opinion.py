"""trafilatura's reading of a page, or of the part of it that we chose; the only module that uses trafilatura."""

import logging
from collections.abc import Collection
from copy import copy
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any, cast

from lxml import etree, html
from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet
from extract.script.fold import fold
from extract.text.body import SENTENCE, Body, kind, weigh

MOST_ELEMENTS = 6_000
"""Above this a container is no article, and a second reading of it costs seconds."""
DEEPEST = 200
_PARSER = etree.HTMLParser()
# one class for all elements: lxml.html's own parser asks a function of Python for the class of each
_PARSER.set_element_class_lookup(
    etree.ElementDefaultClassLookup(
        html.HtmlElement, html.HtmlComment, html.HtmlProcessingInstruction, html.HtmlEntity
    )
)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs an error for every page without text


def lines(container: Element, first: Element | None = None, last: Element | None = None) -> list[str]:
    """The lines trafilatura takes for text inside an element of the parsed tree; empty if it finds none.

    The element is copied, not parsed again, and no metadata is looked for: on the chosen container this costs
    a twentieth of trafilatura on the page. What stands before `first` or behind `last` inside it is left out.
    """
    part = copy(container)
    if last is not None:
        for parent, at in _way(part, container, last):
            del parent[at + 1 :]
    if first is not None:
        for parent, at in _way(part, container, first):
            del parent[:at]
    if not _is_readable(part):
        return []
    import trafilatura  # here: it takes a quarter of a second, and pages of known sites are read without it

    # a document whose elements are of the class trafilatura asks for
    page = cast(html.HtmlElement, _PARSER.makeelement("html"))
    page.append(part)  # type: ignore[arg-type]  # the copy takes its class from the document it joins
    document = trafilatura.bare_extraction(page, options=_options())
    text = getattr(document, "text", None)
    return [line for line in text.split("\n") if line.strip()] if text else []


@cache
def _options() -> Any:
    """What trafilatura is asked for, made once: it looks up its configuration each time."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", fast=True, comments=False, tables=True)


def _way(part: Element, container: Element, element: Element) -> list[tuple[Element, int]]:
    """The elements of a copy of the container that hold the copy of one inside it, each with the child's number."""
    numbers: list[int] = []
    while element is not container:
        parent = element.getparent()
        if parent is None:  # it stands elsewhere
            return []
        numbers.append(parent.index(element))
        element = parent
    way: list[tuple[Element, int]] = []
    for at in reversed(numbers):
        way.append((part, at))
        part = part[at]
    return way


def _is_readable(container: Element) -> bool:
    """Whether the element is small and shallow enough for code that recurses."""
    if next(islice(container.iter(), DEEPEST, None), None) is None:  # most: so few are not that deep
        return True
    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(container, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if count > 2 * MOST_ELEMENTS or depth > DEEPEST:
            return False
    return True


def agreed(sheet: Sheet, body: Body, cut: Collection[int] = ()) -> Body:
    """The body without the short lines at its edges that trafilatura leaves out too.

    It is not asked about lines that are `cut` from the text anyway, where no other line is in doubt."""
    if body.container is None or not body.kept:
        return body
    prose = [n for n in body.kept if weigh(sheet.lines[n]) >= SENTENCE]
    if not prose:
        return body
    outside = [n for n in body.kept if n < prose[0] or n > prose[-1]]
    kin = {kind(sheet.lines[n]) for n in prose} if outside else set()
    doubtful = [
        n
        for n in outside
        if weigh(sheet.lines[n]) < SENTENCE
        and kind(sheet.lines[n]) not in kin
        and not _is_caption(sheet.lines[n])
        and not _is_item(sheet.lines[n])
    ]
    if all(n in cut for n in doubtful):
        return body
    blocks = [sheet.lines[n].block for n in (body.kept[0], body.kept[-1])]
    theirs = fold("".join(lines(body.container, *blocks)))
    seen = sum(sheet.lines[n].folded in theirs for n in prose)
    if seen < 0.6 * len(prose):
        return body
    gone = {n for n in doubtful if sheet.lines[n].folded not in theirs}
    return replace(body, kept=tuple(n for n in body.kept if n not in gone))


def _is_item(line: Line) -> bool:
    """Whether a line is an item of a list of clauses."""
    return line.block.tag == "li" and line.text.endswith(("。", "；", ";", "，"))


def _is_caption(line: Line) -> bool:
    """Whether a line is printed below a picture."""
    return any(
        element.tag in ("figcaption", "figure")
        for element in (line.block, *line.block.iterancestors("figure"))
    )
