"""Lost pages of generated stories: which of them the held pages make known, and which of those claimed are right.

A lost page can be known in two ways. *Named*: a held copy that was taken from it credits its host, the host of the
name is known, and no page of the host is held. *Proven*: copies by two ways share errors that so rarely happen twice
that a reader who knows the generator would bet six to one, and none of them can come from another held page.

A claim is right where more than half of its copies are nearest held copies of one lost page. One claim finds one lost
page, that whose nearest held copies it fits best.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.witness import Witness

TWICE = {"cut": 2.6, "replaced": 5.7, "title": 6.4, "moved": 6.8, "added": 9.2}
"""Minus the logarithm of how often a departure of one copy is made again by another that did not come from it.

Counted on 40 stories of our own generator, 60,000 pairs; one character replaced: 3.7.
"""
CHARACTER = 3.7
WHOLE = {
    "lost found": "lost",
    "named found": "named",
    "proven found": "proven",
    "forks found": "forks",
    "all found": "with copies",
    "sharing found": "sharing",
    "shown found": "shown",
    "claimed rightly": "claimed",
}
"""What each count is a share of.

`lost` are those that can be known, `forks` have held copies by two ways, `sharing` are forks of which copies by two
ways share any departure that no held page above has; of those that are `shown` (proof.py) such copies share what not
everybody does and none of them, nor a third page, can have given it to the others.
"""
FORKS = 0.05
"""Pairs of copies of one lost page, for each pair of a held page and its copy: counted on 100 stories."""


def nearest(pages: Sequence[Any], number: int) -> set[int]:
    """The nearest held pages below a page."""
    found = set()
    for child in pages[number].children:
        found |= {child} if pages[child].held else nearest(pages, child)
    return found


def ways(pages: Sequence[Any], number: int) -> int:
    """By how many ways a page has held copies."""
    return sum(pages[child].held or bool(nearest(pages, child)) for child in pages[number].children)


def is_named(pages: Sequence[Any], lost: Any, seen: Mapping[int, Witness]) -> bool:
    """Whether a held copy of a lost page names its host, of which no page is held."""
    sites = {page.site for page in seen.values()}
    return any(
        lost.site in seen[child].credit.hosts and not seen[child].credit.hosts & sites
        for child in lost.children
        if pages[child].held
    )


def is_proof(departures: Collection[Departure], copies: int) -> bool:
    """Whether departures that two copies share are so rare that these have an ancestor that had them, six to one.

    A converter that puts one wrong character at many places did one thing.
    """
    rare: dict[object, float] = {}
    for one in departures:
        is_character = one.kind == "replaced" and one.end - one.start == 1
        rare[(one.kind, one.mark) if is_character else one] = (
            CHARACTER if is_character else TWICE.get(one.kind, 0.0)
        )
    return FORKS * math.exp(sum(rare.values())) >= 0.85 / 0.15 * copies


def claims_of(found: Iterable[Descent]) -> dict[int, set[int]]:
    """The copies of each page claimed to be lost."""
    claims: dict[int, set[int]] = defaultdict(set)
    for descent in found:
        if descent.not_held is not None:
            claims[descent.not_held].add(descent.article)
    return claims


def counted(
    pages: Sequence[Any], found: Iterable[Descent], named: set[int], proven: set[int]
) -> Counter[str]:
    """Counts of one story: lost pages and those found, claims and those that are right."""
    claims = claims_of(found)
    below = {
        page.number: copies for page in pages if not page.held and (copies := nearest(pages, page.number))
    }
    fitted = [fit for claim in claims.values() if (fit := fitting(claim, below)) is not None]
    sorts = {
        "lost": named | proven,
        "named": named,
        "proven": proven,
        "forks": {number for number in below if ways(pages, number) > 1},
        "with copies": {*below},
    }
    shares = {whole: share for share, whole in WHOLE.items()}
    counts = Counter({sort: len(numbers) for sort, numbers in sorts.items()})
    counts.update({shares[sort]: len(numbers & {*fitted}) for sort, numbers in sorts.items()})
    counts.update({"claimed": len(claims), "claimed rightly": len(fitted)})
    return counts


def fitting(claim: set[int], below: Mapping[int, set[int]]) -> int | None:
    """The lost page that more than half of a claim's copies are nearest copies of; the one that fits best."""
    fitting = [number for number, copies in below.items() if 2 * len(claim & copies) > len(claim)]
    return max(fitting, key=lambda n: (len(claim & below[n]) / len(claim | below[n]), n), default=None)
