"""The places of a page that may hold the article's text, each proposed by a reader of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet
from extract.script.fold import fold
from extract.text import opinion, teasers
from extract.text.body import NOTHING, SENTENCE, Body, may_be_text, trimmed, weigh, written_by_readers
from extract.text.holders import Holders
from extract.text.phrases import holds_comments, named

MOST_LINKS = 100
"""Lines that are links, from which a page without an article's text is a list and is not read again."""
CUT = ("...", "…", "[详细]", "[詳細]")
"""What the summary of another article ends in; most lines of prose end so in none."""
LEVELS_BELOW = 4
"""Elements below the headline that are proposed, the innermost first."""


@dataclass(frozen=True, slots=True)
class Clues:
    """The clues that a page gives to its article before the text is found."""

    heading: int = -1
    """The number of the line that shows the headline; -1 if none is plainly it."""
    dated: tuple[int, ...] = ()
    """The lines with a date below the headline."""
    words: frozenset[str] = frozenset()
    """Pairs of characters of the headline, in the fold."""
    summary: tuple[str, ...] = ()
    """Pieces of the beginning of the page's own description, in the fold."""


def words(title: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a headline, in the fold."""
    folded = fold(title)
    return frozenset(folded[place : place + 2] for place in range(len(folded) - 1))


def pieces(summary: str, title: str) -> tuple[str, ...]:
    """Three pieces from the beginning of a description, in the fold; none if the description only repeats the
    headline."""
    folded, heading = fold(summary[:120]), fold(title)
    if len(folded) < 24 or folded[:20] in heading:
        return ()
    return tuple(folded[start : start + 12] for start in (0, 12, 24) if len(folded) >= start + 12)


def proposed(sheet: Sheet, clues: Clues, weights: Sequence[float], hinted: Body = NOTHING) -> list[Body]:
    """The places that the readers propose, each once. `hinted` is the place of a hint: it comes first if it holds text.
    `weights` are the weights of the lines.
    """
    holders = Holders(sheet)
    places = (
        holders.heaviest(weights),
        holders.richest(),
        *_below(holders, clues),
        _next_to(sheet, clues),
        _named_body(sheet, clues.heading),
    )
    found = [hinted] if hinted.kept else []
    spans: set[tuple[int, int]] = set()
    for place in dict.fromkeys(places):  # readers agree, most often
        if place is None or any(place is body.container for body in found):
            continue
        if (span := sheet.inside(place)) not in spans:  # what holds the same lines has the same text
            spans.add(span)
            body = trimmed(sheet, place)
            if body.kept and all(body.kept != other.kept for other in found):
                found.append(body)
    return found


def worths(sheet: Sheet, weights: Sequence[float], heading: int = -1) -> list[float]:
    """The worth of each line's prose: a tenth in teasers of other articles, in lines that break off (...) and in
    readers' comments; a quarter above the headline."""
    readers = written_by_readers(sheet, range(heading + 1, len(sheet.lines)))
    known: dict[Element, bool] = {}
    found = []
    broken_off = [line.text.endswith(CUT) and weigh(line) > 0 for line in sheet.lines]
    if sum(broken_off) < teasers.FEWEST:
        broken_off = [False] * len(broken_off)
    for number, (line, weight, is_cut) in enumerate(zip(sheet.lines, weights, broken_off, strict=True)):
        if weight <= 0 or is_cut or number in readers:
            found.append(0.1 * max(0.0, weight))
            continue
        if line.block not in known:
            known[line.block] = _is_comment(sheet, line)
        found.append(0.1 * weight if known[line.block] else weight)
    return found


def _below(holders: Holders, clues: Clues) -> list[Element]:
    """The elements below headline and date that begin with a sentence and are more prose than links: the paragraph, and
    what holds a tenth more than the one before."""
    sheet, lines = holders.sheet, holders.sheet.lines
    above = max((clues.heading, *clues.dated))
    if above < 0:
        return []
    near = range(above + 1, min(above + 40, len(lines)))
    start = next((n for n in near if weigh(lines[n]) >= SENTENCE and not _is_comment(sheet, lines[n])), -1)
    found: list[int] = []
    for element in sheet.path(lines[start].block) if start >= 0 else ():
        number = holders.numbers[element]
        prose = holders.prose[number]
        if holders.first[number] <= above or -holders.links[number] > prose:
            break
        if found and prose <= 1.1 * holders.prose[found[-1]]:
            found[-1] = number
        else:
            found.append(number)
    return [holders.elements[number] for number in found[:LEVELS_BELOW]]


def _next_to(sheet: Sheet, clues: Clues) -> Element | None:
    """The largest element that begins after headline and date with a line that may be text: verses, one sentence."""
    if not clues.dated or clues.heading < 0:
        return None
    above = clues.dated[-1]
    near = range(above + 1, min(above + 9, len(sheet.lines)))
    first = next((n for n in near if may_be_text(sheet.lines[n])), -1)
    if first < 0:
        return None
    container = sheet.lines[first].block
    for element in sheet.path(container):
        if sheet.inside(element)[0] <= above:
            break
        container = element
    return container


def _is_comment(sheet: Sheet, line: Line) -> bool:
    place = sheet.nearest(line.block, holds_comments)
    return place is not None and place in sheet.path(line.block)[:6]


def second(sheet: Sheet, body: Body) -> Body:
    """The lines that trafilatura finds on the whole page, if they weigh more than the body found."""
    if sum(line.is_link for line in sheet.lines) > MOST_LINKS:
        return body
    kept = [n for n, line in enumerate(sheet.lines) if may_be_text(line) and len(line.folded) >= 6]
    if _weight(sheet, kept) <= 1.5 * body.weight:  # whatever it finds is no more
        return body
    theirs = set(map(fold, opinion.lines(sheet.root)))
    kept = [n for n in kept if sheet.lines[n].folded in theirs]
    weight = _weight(sheet, kept)
    if weight <= 1.5 * body.weight:
        return body
    return Body(tuple(kept), sheet.root, kept[0], kept[-1] + 1, weight)


def _weight(sheet: Sheet, numbers: Sequence[int]) -> float:
    """What some lines weigh as text."""
    return sum([max(0.0, weigh(sheet.lines[n])) for n in numbers])


def weights_of(sheet: Sheet, heading: int) -> list[float]:
    """The weight of each line for finding the text: teasers of other articles count a tenth."""
    lines = sheet.lines
    weights = [weigh(line) if number >= heading else 0.25 * weigh(line) for number, line in enumerate(lines)]
    listed: dict[Element | None, list[int]] = {}
    for number in range(1, len(lines)):
        above, line = lines[number - 1], lines[number]
        if above.is_link and weights[number] > 0 and teasers.is_one(above, line):
            entry = line.block.getparent()
            listed.setdefault(entry.getparent() if entry is not None else None, []).append(number)
    for numbers in listed.values():
        if len(numbers) >= teasers.FEWEST:
            for number in numbers:
                weights[number] *= 0.1
    return weights


def _named_body(sheet: Sheet, heading: int) -> Element | None:
    """The element named body that has the most text outside links, below the headline.

    It finds verses, which have no stops.
    """
    sizes: dict[Element, int] = {}
    for line in sheet.lines[max(0, heading) :]:
        if line.unseen or line.furniture or line.is_link:
            continue
        place = sheet.nearest(line.block, named)
        if place is not None and named(sheet.names(place)) == "body":
            sizes[place] = sizes.get(place, 0) + len(line.text)
    return max(sizes, key=lambda element: sizes[element], default=None)
