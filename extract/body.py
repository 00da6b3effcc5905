"""The article's text: which element of the page holds it, and which of its lines are the article."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import html

from extract.lines import Line, Sheet
from extract.phrases import ends_article, is_dropped, is_furniture, named


@dataclass(frozen=True, slots=True)
class Body:
    """The text found: the numbers of its lines on the sheet, and the element they stand in with its range of lines."""

    kept: tuple[int, ...]
    container: html.HtmlElement | None
    first: int = 0
    last: int = 0


NOTHING = Body((), None)


def weigh(line: Line) -> float:
    """How much a line speaks for being article text, in characters; negative for links and furniture."""
    length = len(line.text)
    if line.unseen or line.furniture:
        return 0.0
    free = length - line.linked
    if line.linked > free:
        return -8.0 - 0.3 * line.linked
    if is_furniture(line.text):
        return -20.0
    if line.stops and free >= 12:
        return float(min(free, 60 * line.stops))
    return -4.0 if free < 12 else 2.0


def find(sheet: Sheet) -> Body:
    """The article's text wherever it stands, by the weight of lines and the names of what holds them."""
    weights = [weigh(line) for line in sheet.lines]
    container = _heaviest(sheet, weights)
    return trimmed(sheet, container) if container is not None else NOTHING


def trimmed(sheet: Sheet, container: html.HtmlElement) -> Body:
    """The lines of a container that are the article's."""
    first, last = sheet.inside(container)
    numbers = [number for number in range(first, last) if not sheet.lines[number].unseen]
    weights = {number: max(0.0, weigh(sheet.lines[number])) for number in numbers}
    total = left = sum(weights.values())
    kept: list[int] = []
    for number in numbers:
        line = sheet.lines[number]
        if left < 0.3 * total and ends_article(line.text):
            break
        left -= weights[number]
        if line.linked > 0.6 * len(line.text) or is_dropped(line.text) or is_furniture(line.text):
            continue
        kept.append(number)
    return Body(tuple(kept), container, first, last)


def texts(sheet: Sheet, numbers: Sequence[int]) -> list[str]:
    """The texts of some lines."""
    return [sheet.lines[number].text for number in numbers]


def _heaviest(sheet: Sheet, weights: list[float]) -> html.HtmlElement | None:
    """The element whose lines weigh most, as far down as it keeps most of that weight."""
    totals: dict[html.HtmlElement, float] = {}
    whole = sum(weight for weight in weights if weight > 0)
    for line, weight in zip(sheet.lines, weights, strict=True):
        if not weight:
            continue
        for element in sheet.path(line.block):
            totals[element] = totals.get(element, 0.0) + weight
            if weight > 0 and named(_names(element)) == "furniture" and not _spans(sheet, element, whole):
                break  # what a comment list or a side bar weighs is not credited to what holds it
    totals = {e: t for e, t in totals.items() if t > 0}
    if not totals:
        return None
    best = max(totals, key=lambda element: totals[element])
    while True:
        inner = [e for e in totals if e.getparent() is best]
        if not inner:
            return best
        child = max(inner, key=lambda element: totals[element])
        wanted = 0.65 if named(_names(child)) == "body" else 0.9
        if totals[child] < wanted * totals[best]:
            return best
        best = child


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:200]


def _spans(sheet: Sheet, element: html.HtmlElement, whole: float) -> bool:
    """Whether an element holds most of the page, whatever its name says."""
    first, last = sheet.ranges[element]
    return sum(max(0.0, weigh(line)) for line in sheet.lines[first:last]) > 0.6 * whole
