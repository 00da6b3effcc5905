"""What can be known of a story of the sixth generator: which page each copy was taken from, which lost pages.

A held page could be the source of another if it has all that the other has of the first text (a page cannot give what
it does not hold) and if no clock says otherwise. The source is decidable if it alone of these explains most of what the
other has changed, or if it is one of several that do and the page credits it. A credit to the first page decides
nothing between the first page and its copies: copies of copies name it as well.
"""

import re
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from typing import NamedTuple

from tests.quality.later.sixth import FIRST_ADDED, Page, converter
from tests.quality.third.truth import branches

Change = tuple[object, ...]


class Look(NamedTuple):
    """What is seen of a page: its changes against the first text, and the numbers of its sentences."""

    changes: frozenset[Change]
    units: frozenset[int]


@cache
def plain(said: str) -> str:
    """Return a sentence without marks, in simplified characters."""
    return re.sub(r"[\W_]", "", converter("t2s").convert(said))


@cache
def places(first: str, said: str) -> frozenset[Change]:
    """Return the places where a sentence differs from the first, each with what stands there."""
    found = SequenceMatcher(None, first, said, autojunk=False).get_opcodes()
    return frozenset((start, stop, said[a:b]) for what, start, stop, a, b in found if what != "equal")


def look(page: Page, first: Page) -> Look:
    """Return what is seen of a page."""
    own = {unit: plain(said) for paragraph in page.paragraphs for unit, said in paragraph}
    given = {unit: plain(said) for paragraph in first.paragraphs for unit, said in paragraph}
    seen: set[Change] = set()
    run: list[int] = []
    for unit in [*sorted(given), -1]:
        if unit >= 0 and unit not in own:
            run.append(unit)
        elif run:
            seen.add(("cut", run[0], run[-1]))
            run = []
    for unit, said in own.items():
        if unit in given:
            seen |= {("word", unit, place) for place in places(given[unit], said)}
        else:
            seen.add(("line", said))
    if plain(page.title) != plain(first.title):
        seen.add(("title", plain(page.title)))
    if "," in page.text and "，" not in page.text:
        seen.add(("half",))
    starts = {paragraph[0][0] for paragraph in first.paragraphs}
    breaks = {paragraph[0][0] for paragraph in page.paragraphs if paragraph[0][0] < FIRST_ADDED}
    seen |= {("break", at) for at in breaks - starts if at - 1 in own}
    seen |= {("join", at) for at in starts - breaks if at in own and at - 1 in own}
    return Look(frozenset(seen), frozenset(own))


def could(parent: Look, child: Look) -> bool:
    """Say whether a page could have given all that another has of the first text."""
    if any(unit < FIRST_ADDED and unit not in parent.units for unit in child.units):
        return False
    retitled = any(change[0] == "title" for change in child.changes)
    return all(
        {
            "word": change[0] != "word" or change[1] not in child.units or _is_over(change, child),
            "title": retitled,
            "half": False,
        }.get(str(change[0]), True)
        for change in parent.changes - child.changes
    )


def _is_over(change: Change, child: Look) -> bool:
    """Say whether the child changed the place of a change itself."""
    start, stop, _ = change[2]  # type: ignore[misc]
    return any(
        other[0] == "word" and other[1] == change[1] and other[2][0] <= stop and start <= other[2][1]  # type: ignore[index]
        for other in child.changes
    )


def is_later(one: Page, other: Page) -> bool:
    """Say whether a page's clock surely stands after another's."""
    if one.shown_at is None or other.shown_at is None:
        return False
    if "day" in (one.precision, other.precision):
        return one.shown_at.date() > other.shown_at.date()
    return one.shown_at > other.shown_at


def above(pages: list[Page], page: Page) -> Page:
    """Return the nearest held page above a page."""
    found = pages[page.parent or 0]
    while not found.held:
        found = pages[found.parent or 0]
    return found


def truth(pages: list[Page]) -> dict[int, tuple[str, int]]:
    """Of each page with a held source `dec`idable, `und`ecidable or misleading (`off`), with its source."""
    held = [page for page in pages if page.held]
    seen = {page.number: look(page, pages[0]) for page in held}
    return {
        page.number: (_known(pages, held, seen, page), page.parent)
        for page in held
        if page.parent is not None and pages[page.parent].held
    }


def _known(pages: list[Page], held: list[Page], seen: dict[int, Look], page: Page) -> str:
    source, own = pages[page.parent or 0], seen[page.number]
    shared = own.changes & seen[source.number].changes
    rivals = [
        other
        for other in held
        if other not in (page, source)
        and could(seen[other.number], own)
        and not is_later(other, page)
        and not (own.changes & seen[other.number].changes) < shared
    ]
    if source.number and not is_later(page, source) and _is_turned(seen, above(pages, source), source, page):
        rivals.append(above(pages, source))
    if not could(seen[source.number], own) or (rivals and is_later(source, page)):
        return "off"
    if not rivals:
        return "dec"
    credited = [other for other in (source, *rivals) if page.source == other.name and other.known]
    if credited == [source] and source.number:
        return "dec"
    return "off" if credited else "und"


def _is_turned(seen: dict[int, Look], first: Page, source: Page, page: Page) -> bool:
    """Say whether the page could as well have been made first, and its source from it."""
    a, b, c = (seen[one.number] for one in (first, source, page))
    turned = len(c.changes - a.changes) + len(b.changes - c.changes)
    return could(c, b) and turned <= len(b.changes - a.changes) + len(c.changes - b.changes)


def lost(pages: list[Page]) -> dict[int, str]:
    """The lost pages that held ones prove: two below it share what the page above lacks, and neither made the other."""
    found = {}
    seen = {page.number: look(page, pages[0]) for page in pages}
    for page in pages:
        ways = [] if page.held else branches(pages, page.number)
        if len(ways) < 2:
            continue
        new = seen[page.number].changes - seen[above(pages, page).number].changes
        kept = [(n, at) for n, way in enumerate(ways) for at in way if new & seen[at].changes]
        for (way, one), (other_way, other) in combinations(kept, 2):
            both = new & seen[one].changes & seen[other].changes
            if way != other_way and both and not _is_given(pages, seen, both, one, other):
                found[page.number] = "strict"
    return found


def _is_given(
    pages: list[Page], seen: dict[int, Look], both: frozenset[Change], one: int, other: int
) -> bool:
    """Say whether one of two pages, or a third, has all that both share and could be the source."""
    if could(seen[one], seen[other]) or could(seen[other], seen[one]):
        return True
    return any(
        page.held
        and both <= seen[page.number].changes
        and could(seen[page.number], seen[one])
        and could(seen[page.number], seen[other])
        for page in pages
    )
