"""Pages not held that credits name: a copy prints the host that it was taken from, and no page of that host is held."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from extract.lineage.evidence import BINDING, EXCLUDED, Weights, clock, departed
from extract.lineage.undone import parted
from extract.lineage.witness import SourceCredit, Witness, by_domain

BELIEVED = 0.4
"""Credits to hosts that no page is held of are believed where so many of the story's credits name the parent found.

Many are refuted by a parent that is itself a guess: on generated stories credits to hosts not held are right as often
where the share is .5 as where it is .8."""
GOOD, ALL = 2, 3
"""Credits that named the parent, of so many, before the story's own are counted."""
PARTED = 5.0
"""A copy is not another's parent where so much would have had to be undone."""
WORSE = 3.0
"""A copy is one of a named page's copies where its text costs no more than this above what its held parent gives."""


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page not held: its departures as far as its copies show them, the held page above it, and its copies."""

    page: Witness
    above: int
    children: tuple[int, ...]


class Credits:
    """The credits of a story beside its tree; `parents` has the parent of each page but the origin."""

    def __init__(self, pages: Mapping[int, Witness], parents: Mapping[int, int], weights: Weights) -> None:
        self._pages = pages
        self._parents = parents
        self._weights = weights
        self._hosts = {page.site for page in pages.values()}
        self._sites = by_domain(page.site for page in pages.values())
        self._known: dict[SourceCredit, list[str]] = {}

    @cached_property
    def trust(self) -> float:
        """The share of the credits to held copies that name the parent.

        One that the parent prints too says nothing, nor does that of a page which names itself.
        """
        good, counted = GOOD, ALL
        for article, parent in self._parents.items():
            said, above = self._pages[article].credit, self._pages[parent]
            sites = self._held(said)
            if self._is_to_origin(said) or not sites or self._pages[article].site in sites:
                continue
            if above.site in sites:
                good += 1
            elif above.credit.name == said.name:
                continue
            counted += 1
        return good / counted

    def named(self) -> list[NamedPage]:
        """The pages that nobody holds and a credit names, by their first copies; none if credits mislead."""
        found: dict[SourceCredit, list[int]] = defaultdict(list)
        for article in sorted(self._parents):
            said = self._pages[article].credit
            if (
                self._pages[article].linked is None
                and self._is_unheld(said)
                and not self._is_repeated(said, article)
            ):
                found[said].append(article)
        if self.trust < BELIEVED:
            return []
        return sorted(
            (
                one
                for said, copies in found.items()
                if (direct := self._direct(copies))
                for one in self._of_host(said, direct)
            ),
            key=lambda one: one.children,
        )

    def _direct(self, copies: list[int]) -> list[int]:
        """The copies that may have been taken from the page that they credit, not from a copy of it that is held.

        An editor who changes nothing keeps the credit of the page that he copies. And where copies of several held
        pages credit one host, that is where these pages come from.
        """
        many = len({self._parents[copy] for copy in copies}) > 1
        return [
            copy
            for copy in copies
            if not self._is_through(copy)
            or not (many or self._pages[copy].departures <= self._pages[self._parents[copy]].departures)
        ]

    def _is_to_origin(self, said: SourceCredit) -> bool:
        origin = self._weights.origin
        return origin is not None and (said.name == origin.credit.name or said.names(origin.site))

    def _held(self, said: SourceCredit) -> list[str]:
        """The sites of held pages that a credit names."""
        if said not in self._known:
            self._known[said] = said.named_among(self._sites) if said.name else []
        return self._known[said]

    def _is_unheld(self, said: SourceCredit) -> bool:
        """Whether a credit is to a known host of which no page is held, nor any of a wider domain."""
        if not said.hosts or self._is_to_origin(said) or self._held(said):
            return False
        wider = {host.split(".", n)[-1] for host in said.hosts for n in range(1, host.count(".") + 1)}
        return not wider & self._hosts

    def _is_repeated(self, said: SourceCredit, article: int) -> bool:
        """Whether a page that the copy comes from prints the same credit."""
        return any(self._pages[above].credit.name == said.name for above in self._above(article))

    def _is_through(self, copy: int) -> bool:
        """Whether the text has it come from a copy that is held, with something which that copy changed itself."""
        page, parent = self._pages[copy], self._parents[copy]
        if parent not in self._parents or parted(self._pages[parent], page) >= PARTED:
            return False
        own = self._pages[parent].departures - self._pages[self._parents[parent]].departures
        return any(fact.kind in BINDING for fact in own & page.departures)

    def _of_host(self, said: SourceCredit, copies: list[int]) -> list[NamedPage]:
        """One page of a host for all its copies where their texts allow it, else one for each of them."""
        if len(copies) > 1:
            above = self._common(copies)
            whole = self._page(said, above, copies)
            if all(self._fits(whole, above, copy) for copy in copies):
                return [NamedPage(whole, above, tuple(copies))]
        return [
            NamedPage(self._page(said, above, [copy]), above, (copy,))
            for copy in copies
            for above in [self._parents[copy]]
        ]

    def _page(self, said: SourceCredit, above: int, copies: list[int]) -> Witness:
        each = [self._pages[copy] for copy in copies]
        given = self._pages[above].departures
        shared = frozenset.intersection(*(page.departures for page in each))
        facts = (shared if len(each) > 1 else frozenset()) | given & frozenset().union(
            *(page.departures for page in each)
        )
        retitled = any(fact.kind == "title" for fact in facts - given)
        scripts = {page.script for page in each}
        title = (each[0] if retitled else self._pages[above]).title
        return Witness(0, min(said.hosts), facts, scripts.pop() if len(scripts) == 1 else None, title=title)

    def _fits(self, page: Witness, above: int, copy: int) -> bool:
        child = self._pages[copy]
        if clock(self._pages[above], child) >= EXCLUDED:
            return False
        least = sum(self._weights.departed(self._pages[self._parents[copy]], child))
        return sum(departed(self._weights, page, child)) <= least + WORSE

    def _common(self, copies: list[int]) -> int:
        """The last page that all copies come from."""
        first, *others = [self._above(copy) for copy in copies]
        return next(article for article in first if all(article in other for other in others))

    def _above(self, article: int) -> list[int]:
        """The pages that a copy comes from, its parent first."""
        found = []
        while article in self._parents:
            article = self._parents[article]
            found.append(article)
        return found
