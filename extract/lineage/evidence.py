"""The evidence that one page was taken from another: shared departures, the credit, the clock, summed as one cost.

A cost is minus the logarithm of a likelihood, so that costs add and a difference of 1 is odds of e to 1. The constants
were chosen on generated transmissions and are reported on others: tests/quality/lineage.py, docs/decisions/lineage.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from extract.article import Script
from extract.lineage.departures import Departure
from extract.lineage.undone import PARTING, Facts, capped, is_character, undone
from extract.lineage.witness import Witness, is_converted, is_shortened
from extract.script.fold import script_of

GAIN = {
    "cut": 3.5,
    "added": 6.0,
    "line": 2.5,
    "replaced": 7.0,
    "moved": 6.0,
    "title": 8.0,
    "split": 2.0,
    "joined": 2.0,
    "marks": 1.5,
    "glyph": 0.8,
}
"""Cost of a departure made anew: how seldom two editors make the same one by themselves."""
MOST_MADE = {"split": 3.0, "joined": 3.2, "marks": 2.5, "glyph": 4.5}
"""A change of layout or of script makes many departures at once: the cost of one kind is capped."""
_PLACED = {"cut", "replaced", "split", "joined"}
USUAL_LENGTH = 600
"""Characters of the text that the costs of what is made at one place were chosen for: a long text has more places."""
FURTHER = 0.5
"""Cost of a sentence cut beside one that the same hand cut, and of each place more where one hand put a word."""
EVERYBODY = 2.0
"""Cost of what everybody does: the last sentences or the dateline cut."""
SHORTENED = 2.5
"""Cost of a headline cut short or set behind a word: two editors do the same."""
BINDING = PARTING | {"added"}
"""What two editors seldom do by themselves (Bindefehler): layout and characters are what sites and converters do."""
CHARACTER = 5.5
"""Cost of one character replaced: there are few that fit, and another converter or typist may put the same."""
FOREIGN = 4.0
"""Cost of the other script's characters in a page whose parent is in the same script: they come by way of the other."""
CONVERTED = 1.5
"""Cost of a change of script between parent and child, before the story's own is known."""
LEAST_CONVERTED = 0.7
"""And where every site of the story converts for itself."""
TOLERANCE = timedelta(minutes=10)
"""Clocks of two servers may differ by so much."""
CLOCKLESS = 1.0
"""Cost where one of two pages prints no time: about what the time of a true parent costs."""
HOUR = 3600
ON_THE_HOUR = 1.5
"""Cost of a child's full hour that began before its parent's time: a clock that prints full hours may mean its end."""
WRONG_CLOCK = 5.0
"""Cost of an edge against the clock beyond the tolerance."""
FROM_ORIGIN = 0.35
"""Share of copies that are taken from the origin itself; the others may come from each page that was there."""
HABIT = 0.3
"""Weight of how many copies a page of this rank has, beside what text, credit and clock say: these decide first."""
AGAINST = timedelta(days=2)
"""An edge against the clock by more than this is excluded, unless the text proves that one of the clocks is wrong."""
EXCLUDED = 8.0
"""Cost of such an edge while the clocks are tried; afterwards wrong clocks are set aside, and it is excluded."""
NO_CREDIT = -math.log(0.15)
"""Cost of printing no source at all, whoever the parent is."""
FALSE_CREDIT = 0.45
"""Likelihood of a credit that names neither the parent nor whom the parent credits, shared among all pages."""
FEW = 20
"""Pages of a story at least, among which a false credit may name any."""
NAMED = 0.55
"""Likelihood of a credit to the parent."""
REPEATED = 0.05
"""Likelihood of the credit that the parent printed."""
ORIGIN_CREDIT = 0.1
"""Likelihood of a credit to the origin, whoever the parent is: a copy of a copy often names the paper alone."""
LINKED = 0.75
"""Likelihood of a link to the parent's own address."""
REPEATED_LINK = 0.05
"""Likelihood of the link that the parent printed."""
FALSE_LINK = 0.01
"""Likelihood of a link to another page: mostly one that the parent came from, of which there are few in any story."""
_OF_DAY = {"second", "minute"}
_TOLERANCE, _AGAINST = TOLERANCE.total_seconds(), AGAINST.total_seconds()


class Weights:
    """The departures of one story, weighed: how rare each is in general, in its place, and in the story."""

    def __init__(self, witnesses: Sequence[Witness], length: int) -> None:
        """`length` is the origin's, in folded characters."""
        self.length = length
        self._holders = Counter(departure for witness in witnesses for departure in witness.departures)
        sites: dict[Departure, set[str]] = {}
        for witness in witnesses:
            for departure in witness.departures:
                sites.setdefault(departure, set()).add(witness.site)
        self._of_one_site = {d for d, hosts in sites.items() if len(hosts) == 1 and self._holders[d] > 1}
        self._many = max(len(witnesses), 2)
        self.pages = len(witnesses)
        self.origin = next((page for page in witnesses if page.is_origin), None)
        self.root = self.origin.article if self.origin else -1
        self.places = max(-1.0, min(1.0, math.log(max(length, 1) / USUAL_LENGTH)))
        self.converted = CONVERTED
        self._gains: dict[frozenset[Departure], dict[Departure, float]] = {}
        self._facts: dict[frozenset[Departure], Facts] = {}
        self._foreign: dict[tuple[frozenset[Departure], Script | None], frozenset[Departure]] = {}
        self._forms: dict[tuple[frozenset[Departure], Script | None, str], int] = {}
        self._form: dict[int, int] = {}
        self._departed: dict[tuple[int, int], tuple[float, float]] = {}

    def holders(self, departure: Departure) -> int:
        """How many pages of the story have it."""
        return self._holders[departure]

    def rarity(self, departure: Departure) -> float:
        """1 for a departure of few pages of the story, down to 0.8 for a departure of all."""
        return 1 - 0.2 * (self._holders[departure] - 1) / self._many

    def gains(self, own: frozenset[Departure]) -> dict[Departure, float]:
        """The cost of making each departure of a page anew, beside the others of the same page."""
        known = self._gains.get(own)
        if known is None:
            tail = self._tail(own)
            follows = {d.end for d in own if d.kind == "cut"}
            known = self._gains[own] = {d: self._gain(d, tail, follows) for d in own}
        return known

    def departed(self, parent: Witness, child: Witness) -> tuple[float, float]:
        """`departed` of two held pages, reckoned once for all pages that print the same."""
        pair = self._form_of(parent), self._form_of(child)
        known = self._departed.get(pair)
        if known is None:
            known = self._departed[pair] = departed(self, parent, child)
        return known

    def facts(self, departures: frozenset[Departure]) -> Facts:
        """The departures of a page, parted once for all comparisons."""
        known = self._facts.get(departures)
        if known is None:
            known = self._facts[departures] = Facts.of(departures)
        return known

    def foreign(self, page: Witness) -> frozenset[Departure]:
        """The departures of a page that put a character which only the other script has."""
        form = page.departures, page.script
        known = self._foreign.get(form)
        if known is None:
            known = self._foreign[form] = frozenset(
                d
                for d in page.departures
                if d.kind == "glyph" and _script(chr(d.mark)) not in (None, page.script)
            )
        return known

    def _form_of(self, page: Witness) -> int:
        """A number for what a page prints: pages with the same departures, script and headline have the same."""
        form = self._form.get(page.article)
        if form is None:
            prints = page.departures, page.script, page.title
            form = self._form[page.article] = self._forms.setdefault(prints, len(self._forms))
        return form

    def _gain(self, departure: Departure, tail: int, follows: set[int]) -> float:
        base = GAIN[departure.kind] * self.rarity(departure)
        if departure.kind in _PLACED:
            base += self.places
        if departure.kind == "title" and departure.end:
            base = min(base, SHORTENED)
        if is_character(departure):
            base = min(base, CHARACTER)
        if self._is_usual(departure, tail):
            base = min(base, EVERYBODY)
        if departure in self._of_one_site and departure.kind in {"added", "line", "marks", "split", "joined"}:
            base *= 0.4  # a site's own lines stand on all its pages
        if departure.kind == "cut" and departure.start in follows:
            base = min(base, FURTHER)
        return base

    def _is_usual(self, departure: Departure, tail: int) -> bool:
        if departure.kind != "cut":
            return False
        return departure.start == 0 or departure.end <= min(40, 0.1 * self.length) or departure.start >= tail

    def _tail(self, own: frozenset[Departure]) -> int:
        """Where the last sentences begin that a page cut off."""
        start = self.length
        for other in sorted((d for d in own if d.kind == "cut"), key=lambda d: -d.end):
            if other.end < start:
                break
            start = other.start
        return start


@dataclass(slots=True)
class Edge:
    """One page taken from another, with the cost of this step; not frozen, for a story has a hundred thousand.

    `evidence` is the part of the cost that text, credit and a clock that contradicts make, without delay and habit;
    `loss` the part of it for departures of the parent that the child has not. `credited`: the child names the parent's
    site; `against`: the clocks exclude the edge; `text`: the cost of the departures alone; `linked`: the child links
    the parent.
    """

    parent: int
    child: int
    cost: float
    evidence: float
    loss: float
    credited: bool
    against: bool = False
    text: float = 0.0
    linked: bool = False


def departed(weights: Weights, parent: Witness, child: Witness) -> tuple[float, float]:
    """Cost of the departures that a child made, and of those of its parent that it lacks.

    Where the two are in different scripts the parent's characters are gone whatever the child did.
    """
    own, given = weights.facts(child.departures), weights.facts(parent.departures)
    if own is given:
        return 0.0, 0.0
    gains = weights.gains(own.all)
    some = own.capped - given.all
    gain = sum(map(gains.__getitem__, own.single - given.all)) + capped(some, gains, MOST_MADE)
    if own.words:
        gain += sum(_of_word(places - given.all, gains) for places in own.words)
    if own.title and own.title not in given.plain and is_shortened(parent.title, child.title):
        gain -= max(gains[own.title] - SHORTENED, 0.0)
    if some and not is_converted(parent, child) and not weights.foreign(child).isdisjoint(some):
        gain += FOREIGN
    return gain, undone(given, parent, child)


def _of_word(places: frozenset[Departure], gains: dict[Departure, float]) -> float:
    """Cost of one word put at several places by one hand."""
    return max(map(gains.__getitem__, places)) + FURTHER * (len(places) - 1) if places else 0.0


_script = lru_cache(maxsize=20_000)(script_of)


def clock(parent: Witness, child: Witness) -> float:
    """Cost of the times of two pages; EXCLUDED and more where the clock excludes the edge."""
    if parent.at is None or child.at is None:
        return CLOCKLESS if not parent.is_origin else CLOCKLESS / 2
    is_timed = parent.precision in _OF_DAY and child.precision in _OF_DAY
    late = child.second - parent.second if is_timed else child.day - parent.day
    if late >= 0:
        return 0.15 * math.log1p(late / 3600)
    if late >= -_TOLERANCE:
        return 0.7
    if is_timed and late > -HOUR and not child.second % HOUR:
        return ON_THE_HOUR
    return WRONG_CLOCK if late >= -_AGAINST else EXCLUDED


def edges_to(
    weights: Weights, parents: Iterable[Witness], child: Witness, learned: dict[str, Counter[int]]
) -> Iterator[Edge]:
    """The edges to a page, each with its cost; what they have in common is reckoned once.

    A copy names its parent, or repeats what the parent printed, or names the origin, or nobody. `learned` are the names
    that pages print whose parent the text alone proves. Where it links a page of the story, the link counts alone.
    """
    said, origin, number = child.credit, weights.origin, child.article
    meaning = learned.get(said.name) if said.name else None
    least = FALSE_CREDIT / max(weights.pages, FEW)
    if origin is not None and said.name and (said.name == origin.credit.name or said.names(origin.site)):
        least += ORIGIN_CREDIT
    usual, of_origin = habit(weights, None), habit(weights, origin)
    for parent in parents:
        if parent.article == number:
            continue
        named, cost = False, NO_CREDIT
        if child.linked is not None:
            named, cost = child.says_from(parent), of_link(parent, child)
        elif said.name:
            likelihood = least
            named = said.names(parent.site)
            if named:
                likelihood += NAMED
            elif meaning:
                likelihood += NAMED * meaning[parent.article] / (meaning.total() + 1)
            if parent.credit.name == said.name:
                likelihood += REPEATED
            cost = -math.log(likelihood)
        when = clock(parent, child)
        gain, loss = weights.departed(parent, child)
        evidence = gain + loss + cost + (weights.converted if is_converted(parent, child) else 0.0)
        # sums of sets differ in their last digits from run to run
        yield Edge(
            parent.article,
            number,
            round(evidence + when + (of_origin if parent.is_origin else usual), 6),
            round(evidence + when if when >= WRONG_CLOCK else evidence, 6),
            loss,
            named,
            when >= EXCLUDED,
            round(gain + loss, 6),
            child.linked == parent.article,
        )


def of_link(parent: Witness, child: Witness) -> float:
    """Cost of the link that a page prints to a page of the story."""
    if child.linked == parent.article:
        return -math.log(LINKED)
    return -math.log(REPEATED_LINK if child.linked == parent.linked else FALSE_LINK)


def habit(weights: Weights, parent: Witness | None) -> float:
    """Cost of a parent before any evidence: many copies have the origin as parent, few any other. None: not held."""
    if parent is not None and parent.is_origin:
        return -HABIT * math.log(FROM_ORIGIN)
    return -HABIT * math.log((1 - FROM_ORIGIN) / max(weights.pages - 1, 1))
