"""The places of a page that may hold the article's text, each proposed by a reader of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from extract.page.lines import Line, Sheet
from extract.script.fold import fold
from extract.text import opinion
from extract.text.body import NOTHING, PROSE, SENTENCE, Body, may_be_text, names, trimmed, weigh
from extract.text.phrases import holds_comments, named

MOST_LINKS = 100
"""Lines that are links, from which a page without an article's text is a list and is not read again."""
FEWEST_TEASERS = 3
"""Summaries of other articles from which they are a list."""
CUT = ("...", "…", "[详细]", "[詳細]")
"""What the summary of another article ends in; most lines of prose end so in none."""
LEVELS_BELOW = 4
"""Elements below the headline that are proposed, the innermost first."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What the page tells of its article before the text is found."""

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
    """Three pieces of a description's beginning, in the fold; none of one that says no more than the headline."""
    folded, heading = fold(summary[:120]), fold(title)
    if len(folded) < 24 or folded[:20] in heading:
        return ()
    return tuple(folded[start : start + 12] for start in (0, 12, 24) if len(folded) >= start + 12)


def proposed(sheet: Sheet, clues: Clues, told: Body = NOTHING) -> list[Body]:
    """What the readers propose, each place once; `told` is what a hint says, first where it holds text."""
    weights = _weights(sheet, clues.heading)
    ledger = _Ledger(sheet)
    places = (
        _heaviest(sheet, weights),
        ledger.richest(),
        *ledger.below(clues),
        _next_to(sheet, clues),
        _named_body(sheet, clues.heading),
    )
    found = [told] if told.kept else []
    for place in places:
        if place is not None and all(place is not body.container for body in found):
            body = trimmed(sheet, place)
            if body.kept and all(body.kept != other.kept for other in found):
                found.append(body)
    return found


def worths(sheet: Sheet, clues: Clues) -> list[float]:
    """What each line's prose is worth: a tenth in teasers of other articles, in what breaks off (...) and in readers'
    comments, a quarter above the headline."""
    known: dict[Element, bool] = {}
    found = []
    broken_off = [line.text.endswith(CUT) and weigh(line) > 0 for line in sheet.lines]
    if sum(broken_off) < FEWEST_TEASERS:
        broken_off = [False] * len(broken_off)
    for line, weight, is_cut in zip(sheet.lines, _weights(sheet, clues.heading), broken_off, strict=True):
        if weight <= 0 or is_cut:
            found.append(0.1 * max(0.0, weight))
            continue
        if line.block not in known:
            known[line.block] = _is_comment(sheet, line)
        found.append(0.1 * weight if known[line.block] else weight)
    return found


class _Ledger:
    """For each element that holds prose: how much, how much in links, and from which line to which."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.prose: dict[Element, float] = {}
        self.links: dict[Element, float] = {}
        self.first: dict[Element, int] = {}
        for number, line in enumerate(sheet.lines):
            weight = weigh(line)
            if not weight:
                continue
            sums = self.prose if weight > 0 else self.links
            for element in sheet.path(line.block):
                sums[element] = sums.get(element, 0.0) + weight
                self.first.setdefault(element, number)

    def richest(self) -> Element | None:
        """The innermost element with nine tenths of the prose, however many links stand beside it."""
        best = max(self.prose, key=lambda element: self.prose[element], default=None)
        if best is None:
            return None
        inner: dict[Element | None, list[Element]] = {}
        for element in self.prose:
            inner.setdefault(element.getparent(), []).append(element)
        while children := inner.get(best):
            child = max(children, key=lambda element: self.prose[element])
            if self.prose[child] < 0.9 * self.prose[best]:
                break
            best = child
        return best

    def below(self, clues: Clues) -> list[Element]:
        """The elements below headline and date that begin with a sentence and are more prose than links: the paragraph,
        and what holds a tenth more than the one before."""
        lines = self.sheet.lines
        above = max((clues.heading, *clues.dated))
        if above < 0:
            return []
        near = range(above + 1, min(above + 40, len(lines)))
        start = next(
            (n for n in near if weigh(lines[n]) >= SENTENCE and not _is_comment(self.sheet, lines[n])), -1
        )
        found: list[Element] = []
        for element in self.sheet.path(lines[start].block) if start >= 0 else ():
            prose = self.prose.get(element, 0.0)
            if self.first.get(element, 0) <= above or -self.links.get(element, 0.0) > prose:
                break
            if found and prose <= 1.1 * self.prose[found[-1]]:
                found[-1] = element
            else:
                found.append(element)
        return found[:LEVELS_BELOW]


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
    return any(holds_comments(names(element)) for element in sheet.path(line.block)[:6])


def second(sheet: Sheet, body: Body) -> Body:
    """The lines that trafilatura finds on the whole page, if they weigh more than the body found."""
    if sum(line.is_link for line in sheet.lines) > MOST_LINKS:
        return body
    theirs = {folded for line in opinion.lines(sheet.root) if len(folded := fold(line)) >= 6}
    kept = [n for n, line in enumerate(sheet.lines) if fold(line.text) in theirs]
    kept = [n for n in kept if may_be_text(sheet.lines[n])]
    weight = sum(max(0.0, weigh(sheet.lines[n])) for n in kept)
    if weight <= 1.5 * body.weight:
        return body
    return Body(tuple(kept), sheet.root, kept[0], kept[-1] + 1, weight)


def _weights(sheet: Sheet, heading: int) -> list[float]:
    """The weight of each line for finding the text: teasers of other articles count a tenth."""
    lines = sheet.lines
    weights = [weigh(line) if number >= heading else 0.25 * weigh(line) for number, line in enumerate(lines)]
    teasers: dict[Element | None, list[int]] = {}
    for number in range(1, len(lines)):
        if weights[number] > 0 and _is_teaser(lines[number - 1], lines[number]):
            entry = lines[number].block.getparent()
            teasers.setdefault(entry.getparent() if entry is not None else None, []).append(number)
    for numbers in teasers.values():
        if len(numbers) >= FEWEST_TEASERS:
            for number in numbers:
                weights[number] *= 0.1
    return weights


def _is_teaser(above: Line, line: Line) -> bool:
    """Whether a line is the summary under a linked title: both in the same entry of a list."""
    if not above.is_link or len(above.text) < 6 or above.block is line.block:
        return False
    entry = line.block.getparent()
    if line.block.tag == above.block.tag == "p" and above.block.getparent() is entry:
        return False  # headings and paragraphs of one text
    return entry is not None and (above.block.getparent() is entry or above.block is entry)


def _named_body(sheet: Sheet, heading: int) -> Element | None:
    """The element whose name says body with the most text outside links, below the headline: verses have no stops."""
    sizes: dict[Element, int] = {}
    for line in sheet.lines[max(0, heading) :]:
        if line.unseen or line.furniture or line.is_link:
            continue
        for element in sheet.path(line.block):
            kind = named(names(element))
            if kind == "furniture":
                break
            if kind == "body":
                sizes[element] = sizes.get(element, 0) + len(line.text)
                break
    return max(sizes, key=lambda element: sizes[element], default=None)


def _heaviest(sheet: Sheet, weights: Sequence[float]) -> Element | None:
    """The element whose lines weigh most, as far down as it keeps most of that weight."""
    blocks: dict[Element, float] = {}
    for line, weight in zip(sheet.lines, weights, strict=True):
        if weight:
            blocks[line.block] = blocks.get(line.block, 0.0) + weight
    everything: dict[Element, float] = {}
    for block, weight in blocks.items():
        for element in sheet.path(block):
            everything[element] = everything.get(element, 0.0) + weight
    most = max(everything.values(), default=0.0)
    totals: dict[Element, float] = {}
    above = 0.0
    for block, weight in blocks.items():
        path = sheet.path(block)
        if weight > 0 and above >= 2 * PROSE and any(holds_comments(names(element)) for element in path):
            continue
        for element in path:
            totals[element] = totals.get(element, 0.0) + weight
            if weight > 0 and everything[element] < 0.6 * most and named(names(element)) == "furniture":
                break  # what a side bar weighs is not credited to what holds it
        else:
            above += max(0.0, weight)
    return _narrowed({element: total for element, total in totals.items() if total > 0})


def _narrowed(totals: dict[Element, float]) -> Element | None:
    """The innermost element that keeps nine tenths of the most weight; less, where its name says body."""
    if not totals:
        return None
    inner: dict[Element | None, list[Element]] = {}
    for element in totals:
        inner.setdefault(element.getparent(), []).append(element)
    best = max(totals, key=lambda element: totals[element])
    while children := inner.get(best):
        child = max(children, key=lambda element: totals[element])
        wanted = 0.65 if named(names(child)) == "body" else 0.9
        if totals[child] < wanted * totals[best]:
            break
        best = child
    return best
