"""The lists found on a host, and how each of them goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urljoin

from crawler.exploring.addresses import is_month, shape_of
from crawler.exploring.frontier import Lead
from crawler.exploring.outline import Outline, Seen
from crawler.exploring.paging import Pager, asked_by_get, following, guessed, habits, pager_of
from crawler.finding.arguments import Days
from crawler.finding.links import day_in
from crawler.registry.site import DataList
from crawler.registry.urls import date_in
from crawler.scripts.embedded import untitled

MOST_PAGES = 20  # of one list, as Listing.last
PATIENCE = 2  # pages of a list without an article that no other list named
MOST_ISSUES = 40  # of one calendar
RECENT_DAYS = 7
MOST_HABITS = 6  # guesses for one list
MOST_PROBED = 18  # guesses of a host, after which its lists get fewer
FULL = 4  # articles of a list that names no next page, from which one is worth a guess


@dataclass(slots=True)
class FoundList:
    """A list that was found: its links by address, its pager, its name."""

    url: str
    kind: str
    title: str = ""
    links: dict[str, Seen] = field(default_factory=dict)
    pager: Pager | None = None
    pages: int = 1
    barren: int = 0
    """How many of its pages, one after the other, named articles of other lists only: the front page's, at first."""
    goes_on: bool = False
    """Whether a further page of it is still to be looked at."""
    data: DataList | None = None
    is_chained: bool = False
    """Whether each of its answers leads to the next."""
    by_post: bool = False
    """Whether what stands behind its first page is reached by POST alone."""

    def add(self, listed: list[Seen]) -> None:
        """Take the articles of one of its pages."""
        self.links.update((link.url, link) for link in listed)


@dataclass(slots=True)
class Finds:
    """The lists of a host by the address of their first page."""

    front: str
    days: Days
    lists: dict[str, FoundList] = field(default_factory=dict)
    by_post: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Pages whose scripts ask for a list by POST, each with what they ask for."""
    _habit: dict[str, bool] = field(default_factory=dict)
    """By shape of a list's address: whether a guessed next page was there."""
    _probed: int = 0

    @property
    def has_lists(self) -> bool:
        """Whether a list was found that is neither the front page nor a month's."""
        pages = (one.url for one in self.lists.values() if one.kind == "page" and one.url != self.front)
        return not all(map(is_month, pages))

    @property
    def has_pages(self) -> bool:
        """Whether a list goes on behind its first page."""
        return any(one.pager is not None or one.pages > 1 for one in self.lists.values())

    def posts(self) -> list[str]:
        """Lists, or pages without one, that only a POST would lead on."""
        asked = [url for url, named in self.by_post.items() if not any(one in self.lists for one in named)]
        return [url for url, found in self.lists.items() if found.by_post] + asked

    def page(self, way: Lead, outline: Outline, listed: list[Seen], new: int) -> Iterator[Lead]:
        """Note a page of a list; where it may go on."""
        first = way.of or self._name(way, outline)
        found = self.lists.setdefault(first, FoundList(first, "page", way.text or outline.title))
        found.add(listed)
        found.goes_on = False
        pager = self._pager(found, way, outline, new)
        found.pages = max(found.pages, way.number)
        if pager is not None:
            if self._is_worth_more(found, listed, new):
                found.goes_on = True
                yield Lead(pager.next_url, "page", _score(new), way.depth, of=first, number=way.number + 1)
        elif way.of is None and self._is_worth_a_guess(way, first, listed):
            found.by_post = outline.goes_on_by_post
            for url in self._guesses(outline, is_by_post=found.by_post):
                self._probed += 1
                yield Lead(url, "probe", 0.9, way.depth, of=first, number=2)

    def _guesses(self, outline: Outline, *, is_by_post: bool) -> list[str]:
        """Addresses that may be the second page of a list without a pager: more of them for a host's first lists."""
        if is_by_post:
            return asked_by_get(outline)
        is_young = not any(self._habit.values()) and self._probed < MOST_PROBED
        return list(habits(outline.page.url))[: MOST_HABITS if is_young else 2]

    def data(
        self, way: Lead, spec: DataList, listed: list[Seen], new: int, token: str | None = None
    ) -> Iterator[Lead]:
        """Note a page of a list of data, and find its next page. `token` is the answer's own mark for the next page."""
        first = way.of or way.url
        if not listed:
            self.ended(way)
            return
        found = self.lists.setdefault(first, FoundList(first, "data", data=spec))
        found.add(listed)
        found.goes_on = bool(spec.paging) and self._is_worth_more(found, listed, new)
        if found.goes_on and spec.paging:
            number = spec.first if way.of is None else way.number + 1
            found.pages += 1
            url = spec.page(number, token)
            found.goes_on = url is not None
            if url is not None:
                yield Lead(urljoin(way.url, url), "data", _score(new), of=first, number=number)

    def fragment(
        self, way: Lead, template: str | None, listed: list[Seen], new: int, following: str | None = None
    ) -> Iterator[Lead]:
        """Note a page of a list as markup that a script asks for; where it may go on."""
        first = way.of or way.url
        if not listed:
            self.ended(way)
            return
        found = self.lists.setdefault(first, FoundList(first, "page"))
        found.add(listed)
        if template and way.of is None:
            found.pager = Pager(template.replace("{page}", str(way.number + 1)), template, way.number + 1)
        pager = found.pager
        found.pages = max(found.pages, way.number)
        found.goes_on = pager is not None and self._is_worth_more(found, listed, new)
        found.is_chained = found.is_chained or (pager is None and following is not None)
        if pager is None and following and self._is_worth_more(found, listed, new):
            found.goes_on = True
            yield Lead(following, "data", _score(new), of=first, number=way.number + 1)
        elif found.goes_on and pager is not None and pager.template:
            url = pager.template.replace("{page}", str(way.number + 1))
            yield Lead(url, "data", _score(new), of=first, number=way.number + 1)

    def issues(self, way: Lead, outline: Outline, item: str | None = None) -> Iterator[Lead]:
        """Issues, or days, that an answer of data names without titles: a newspaper's calendar. The newest first."""
        named = [
            (outline.address(href), day_in(day, outline.today)) for href, day in untitled(outline.page, item)
        ]
        named.sort(key=lambda one: one[1] or date.min, reverse=True)
        since = self.days.since
        for n, (url, day) in enumerate(named[:MOST_ISSUES]):
            if url and (day is None or since is None or day >= since):
                yield Lead(url, score=1.4 - n / 100, depth=way.depth + 1)

    def entries(self, way: Lead, listed: list[Seen]) -> None:
        """Note the articles of a sitemap or a feed."""
        first = way.of or way.url
        self.lists.setdefault(first, FoundList(first, way.kind)).add(listed)

    def recent(self, listed: list[Seen], today: date) -> list[Seen]:
        """Of more entries than a run can ask for those of the last days, and of the days that are wanted."""
        since = today - timedelta(days=RECENT_DAYS)
        is_wanted = not self.days.is_open
        return [
            one for one in listed if one.day and (one.day >= since or (is_wanted and one.day in self.days))
        ]

    def ended(self, way: Lead) -> None:
        """Note that a further page of a list was not there, or was one seen before."""
        if way.of in self.lists:
            self.lists[way.of].goes_on = False
        if way.kind == "probe":
            self._habit.setdefault(shape_of(way.of or way.url).exact, False)

    def _pager(self, found: FoundList, way: Lead, outline: Outline, new: int) -> Pager | None:
        pager = pager_of(outline, way.number)
        if pager is not None and found.pager is not None and pager.counts_down(outline.page.url):
            found.pager = replace(found.pager, descending=True)
        if (
            pager is not None
            and found.pager is not None
            and way.of
            and pager.counts_by_more(outline.page.url)
        ):
            found.pager = replace(found.pager, template=None)
        if way.of is None:
            found.pager = pager
        elif way.kind == "probe" and new:
            self._habit[shape_of(found.url).exact] = True
            found.pager = found.pager or guessed(way.url)
            pager = pager or following(found.pager, way.number)
        elif pager is None and found.pager is not None and found.pager.guessed:
            pager = following(found.pager, way.number)
        return pager

    def _is_worth_a_guess(self, way: Lead, first: str, listed: list[Seen]) -> bool:
        is_known = self._habit.get(shape_of(first).exact)
        return len(listed) >= FULL and way.url != self.front and is_known is not False

    def _name(self, way: Lead, outline: Outline) -> str:
        """The address to ask a list by next time: not today's folder that it sent on to."""
        here, asked = date_in(f"{outline.page.url}/"), date_in(f"{way.url}/")
        is_sent_on = outline.page.url != way.url and here is not None and asked is None
        return way.url if is_sent_on or way.url == self.front else outline.page.url

    def _is_worth_more(self, found: FoundList, listed: list[Seen], new: int) -> bool:
        found.barren = 0 if new else found.barren + 1
        return found.barren < PATIENCE and found.pages < MOST_PAGES and self._may_go_on(listed)

    def _may_go_on(self, listed: list[Seen]) -> bool:
        """Whether the next page may hold wanted articles: not where every article is older than the range."""
        since = self.days.since
        days = [link.day or date_in(link.url) for link in listed]
        return since is None or any(day is None or day >= since for day in days)


def _score(new: int) -> float:
    return 1.5 + min(new, 20) / 10
