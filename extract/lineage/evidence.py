"""The evidence that one page was taken from another: shared departures, the credit, the clock, summed as one cost.

A cost is minus the logarithm of a likelihood, so that costs add and a difference of 1 is odds of e to 1. The constants
were chosen on generated transmissions and are reported on others: tests/quality/lineage.py, docs/decisions/lineage.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from extract.article import Precision, Script
from extract.lineage.departures import Departure
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
LOSS = {
    "cut": 9.0,
    "added": 2.0,
    "line": 0.5,
    "replaced": 8.0,
    "moved": 7.0,
    "title": 9.0,
    "split": 1.6,
    "joined": 2.3,
    "marks": 1.7,
    "glyph": 4.0,
}
"""Cost of a departure of the parent that the child has not: a cut sentence does not come back by itself."""
MOST_MADE = {"split": 2.0, "joined": 2.3, "marks": 2.5, "glyph": 4.5}
MOST_UNDONE = {"split": 2.0, "joined": 2.3, "marks": 2.0, "glyph": 8.5}
"""A change of layout or of script makes many departures at once: the cost of one kind is capped."""
_PLACED = {"cut", "replaced", "split", "joined"}
USUAL_LENGTH = 600
"""Characters of the text that the costs of what is made at one place were chosen for: a long text has more places."""
FURTHER = 0.5
"""Cost of a sentence cut or added beside one that the same hand cut or added."""
EVERYBODY = 2.0
"""Cost of what everybody does: the last sentences or the dateline cut."""
SHORTENED = 2.5
"""Cost of a headline cut short or set behind a word: two editors do the same."""
PARTING = frozenset({"cut", "replaced", "moved", "title"})
"""What nobody undoes who has not seen the origin (Trennfehler): an added sentence is dropped, a cut one stays cut."""
BINDING = PARTING | {"added"}
"""What two editors seldom do by themselves (Bindefehler): layout and characters are what sites and converters do."""
CHARACTER = 5.5
"""Cost of one character replaced: there are few that fit, and another converter or typist may put the same."""
FOREIGN = 4.0
"""Cost of the other script's characters in a page whose parent is in the same script: they come by way of the other."""
OVER_AGAIN = 0.3
"""Cost of a departure that is gone because the child changed that place itself."""
CONVERTED = 1.5
"""Cost of a change of script between parent and child, before the story's own is known."""
LEAST_CONVERTED = 0.7
"""And where every site of the story converts for itself."""
UNCONVERTED = 4.0
"""Cost of one character put by a hand that is gone in the other script: a converter undoes none of these for sure."""
TOLERANCE = timedelta(minutes=10)
"""Clocks of two servers may differ by so much."""
CLOCKLESS = 1.0
"""Cost where one of two pages prints no time: about what the time of a true parent costs."""
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
REMEMBERED = 64
"""Costs of pairs are kept in a story of so many pages."""
FEW = 20
"""Pages of a story at least, among which a false credit may name any."""
NAMED = 0.55
"""Likelihood of a credit to the parent."""
REPEATED = 0.05
"""Likelihood of the credit that the parent printed."""
ORIGIN_CREDIT = 0.1
"""Likelihood of a credit to the origin, whoever the parent is: a copy of a copy often names the paper alone."""
_OF_DAY = {"second", "minute"}


@dataclass(frozen=True, slots=True)
class SourceCredit:
    """The source line of a page: the folded name, and the hosts that publish under this name where they are known."""

    name: str = ""
    hosts: frozenset[str] = frozenset()

    def names(self, site: str) -> bool:
        """Whether the credit is to a site: one of its names, or the host itself within the line."""
        if self.hosts and any(site == host or site.endswith(f".{host}") for host in self.hosts):
            return True
        # a name of Chinese characters holds no host: asked millions of times in a story of thousands
        return "." in self.name and (site in self.name or site.removeprefix("www.") in self.name)

    def named_among(self, sites: Mapping[str, Sequence[str]]) -> list[str]:
        """The sites that the credit names; `sites` is the result of `by_domain`."""
        found = [site for host in sorted(self.hosts) for site in sites.get(host, ())]
        if "." in self.name:
            found += [site for site in sites.get("", ()) if self.names(site)]
        return list(dict.fromkeys(found))


def by_domain(sites: Iterable[str]) -> dict[str, list[str]]:
    """Sites under their own name and each domain above it; all of them under the empty one."""
    found: dict[str, list[str]] = {}
    for site in dict.fromkeys(sites):
        parts = site.split(".")
        for n in range(len(parts) + 1):
            found.setdefault(".".join(parts[n:]), []).append(site)
    return found


@dataclass(frozen=True, slots=True)
class Witness:
    """A page of a story as the evidence sees it.

    `at` is its time of publication, None where it prints none; `title` its headline, folded.
    """

    article: int
    site: str
    departures: frozenset[Departure]
    script: Script | None = None
    at: datetime | None = None
    precision: Precision | None = None
    credit: SourceCredit = field(default_factory=SourceCredit)
    is_origin: bool = False
    title: str = ""


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
        """`departed` of two held pages; the pages of a small story are weighed twice and reckoned once."""
        if self.pages > REMEMBERED:
            return departed(self, parent, child)
        pair = parent.article, child.article
        if pair not in self._departed:
            self._departed[pair] = departed(self, parent, child)
        return self._departed[pair]

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


@dataclass(frozen=True, slots=True)
class Edge:
    """One page taken from another, with the cost of this step.

    `evidence` is the part of the cost that text, credit and a clock that contradicts make, without delay and habit;
    `loss` the part of it for departures of the parent that the child has not. `credited`: the child names the parent's
    site; `against`: the clocks exclude the edge; `text`: the cost of the departures alone.
    """

    parent: int
    child: int
    cost: float
    evidence: float
    loss: float
    credited: bool
    against: bool = False
    text: float = 0.0


def departed(weights: Weights, parent: Witness, child: Witness) -> tuple[float, float]:
    """Cost of the departures that a child made, and of those of its parent that it lacks.

    Where the two are in different scripts the parent's characters are gone whatever the child did.
    """
    own, given = child.departures, parent.departures
    gain = 0.0
    if new := own - given:
        gains = weights.gains(own)
        shortened = is_shortened(parent.title, child.title)
        gain = _capped(
            (
                (d.kind, min(gains[d], SHORTENED) if shortened and d.kind == "title" else gains[d])
                for d in new
            ),
            MOST_MADE,
        )
        if not is_converted(parent, child) and any(_is_foreign(d, child.script) for d in new):
            gain += FOREIGN
    lost = given - own
    if not lost:
        return gain, 0.0
    return gain, _capped(_losses(lost, parent, child), MOST_UNDONE)


def _losses(lost: Iterable[Departure], parent: Witness, child: Witness) -> Iterator[tuple[str, float]]:
    """Kind and cost of each departure of a parent that a child lacks; a converter undoes its own characters."""
    converted = is_converted(parent, child)
    places = [d for d in child.departures if d.kind in {"cut", "replaced", "moved"}]
    retitled = any(d.kind == "title" for d in child.departures)
    for d in lost:
        if not converted or d.kind != "glyph":
            cost = _loss(d, places, retitled=retitled)
            yield d.kind, min(cost, UNCONVERTED) if converted and is_character(d) else cost


def parted(one: Witness, other: Witness) -> float:
    """The evidence against one page as the parent of another: the departures to undo without the origin."""
    lost = (d for d in one.departures - other.departures if d.kind in PARTING)
    return sum(cost for _, cost in _losses(lost, one, other))


def _is_foreign(departure: Departure, script: Script | None) -> bool:
    """Whether it puts a character that only the other script has."""
    return departure.kind == "glyph" and _script(chr(departure.mark)) not in (None, script)


_script = lru_cache(maxsize=20_000)(script_of)


def is_character(departure: Departure) -> bool:
    """Whether it puts something in the place of one character."""
    return departure.kind == "replaced" and departure.end - departure.start == 1


def is_shortened(one: str, other: str) -> bool:
    """Whether one headline is the other cut short, or set behind a word: both folded."""
    return bool(one and other) and (one in other or other in one)


def _loss(departure: Departure, places: list[Departure], *, retitled: bool) -> float:
    """Cheap where the child itself cut, replaced or moved the place, or has a headline of its own."""
    if departure.kind == "title":
        return 0.0 if retitled else LOSS["title"]
    for other in places:
        if other.start <= departure.start and departure.end <= other.end:
            return OVER_AGAIN
        if other.start < departure.end and departure.start < other.end:
            return 1.5  # changed again at nearly the same place
    return LOSS[departure.kind]


def _capped(costs: Iterable[tuple[str, float]], most: Mapping[str, float]) -> float:
    total = 0.0
    capped: dict[str, float] = {}
    for kind, cost in costs:
        if kind in most:
            capped[kind] = capped.get(kind, 0.0) + cost
        else:
            total += cost
    for kind, cost in capped.items():
        total += min(cost, most[kind])
    return total


def clock(parent: Witness, child: Witness) -> float:
    """Cost of the times of two pages; EXCLUDED and more where the clock excludes the edge."""
    if parent.at is None or child.at is None:
        return CLOCKLESS if not parent.is_origin else CLOCKLESS / 2
    is_timed = parent.precision in _OF_DAY and child.precision in _OF_DAY
    late = child.at - parent.at if is_timed else _day(child.at) - _day(parent.at)
    if late < -AGAINST:
        return EXCLUDED
    if late < -TOLERANCE:
        return WRONG_CLOCK
    hours = max(late.total_seconds(), 0.0) / 3600
    return 0.15 * math.log1p(hours) + (0.7 if late < timedelta(0) else 0.0)


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def credit(
    weights: Weights, parent: Witness, child: Witness, learned: dict[str, Counter[int]]
) -> tuple[float, bool]:
    """Cost of the child's credit if the parent is the page it was taken from, and whether it names the parent's site.

    A copy names its parent, or repeats what the parent printed, or names the origin, or nobody. `learned` are the names
    that pages print whose parent the text alone proves.
    """
    said, origin = child.credit, weights.origin
    if not said.name:
        return NO_CREDIT, False
    likelihood = FALSE_CREDIT / max(weights.pages, FEW)
    named = said.names(parent.site)
    if origin is not None and (said.names(origin.site) or said.name == origin.credit.name):
        likelihood += ORIGIN_CREDIT
    if named:
        likelihood += NAMED
    elif learned.get(said.name):
        counts = learned[said.name]
        likelihood += NAMED * counts[parent.article] / (counts.total() + 1)
    if parent.credit.name == said.name:
        likelihood += REPEATED
    return -math.log(likelihood), named


def edge(weights: Weights, parent: Witness, child: Witness, learned: dict[str, Counter[int]]) -> Edge:
    """The edge from a parent to a child, with its cost."""
    when = clock(parent, child)
    gain, loss = weights.departed(parent, child)
    said, named = credit(weights, parent, child, learned)
    evidence = gain + loss + said + (weights.converted if is_converted(parent, child) else 0.0)
    cost = evidence + when + habit(weights, parent)
    evidence += when if when >= WRONG_CLOCK else 0.0
    # sums of sets differ in their last digits from run to run
    cost, evidence, text = (round(value, 6) for value in (cost, evidence, gain + loss))
    return Edge(parent.article, child.article, cost, evidence, loss, named, when >= EXCLUDED, text)


def is_converted(parent: Witness, child: Witness) -> bool:
    """Whether the two pages print different scripts."""
    return bool(parent.script and child.script and parent.script != child.script)


def habit(weights: Weights, parent: Witness | None) -> float:
    """Cost of a parent before any evidence: many copies have the origin as parent, few any other. None: not held."""
    if parent is not None and parent.is_origin:
        return -HABIT * math.log(FROM_ORIGIN)
    return -HABIT * math.log((1 - FROM_ORIGIN) / max(weights.pages - 1, 1))
