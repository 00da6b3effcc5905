"""One host explored: the pages seen, the addresses to ask next, the lists found. No Scrapy here."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from crawler.exploring.addresses import is_month, is_recent, look, shape_of
from crawler.exploring.endpoints import Endpoints, endpoints_of
from crawler.exploring.finds import Finds, FoundList
from crawler.exploring.frontier import Lead, Purse, bare, promise
from crawler.exploring.outline import Outline, Seen, Wall
from crawler.exploring.paging import (
    BEFORE_AFTER,
    DAY_ALONE,
    is_entry_point,
    is_headline,
    is_notice,
    is_step,
    pager_of,
    second_page_mark,
)
from crawler.exploring.pursuit import Pursuit
from crawler.finding.data import entries, token_in
from crawler.finding.links import Link, NotAList
from crawler.registry.site import DataList
from crawler.registry.urls import date_in
from crawler.scripts.chained import following
from extract.page.page import Page

AT_ONCE = 2
ISSUE = re.compile(r"(.{1,300}/(?:\d{4}-\d\d|\d{6}))/\d\d/node_\w{1,12}\.html?$")
"""A page of a digital newspaper by Founder: the calendar of its month is a file beside the days."""
LISTED = 3  # articles that make a page a list
MOST_AGAIN = 12  # pages kept to be looked at again
WHOLE_MAP = 1_000  # entries of a sitemap that is taken whole, whatever the days
BEYOND_LISTS = 20  # articles that only other articles link, more of them for a fifth of those that lists hold


@dataclass(slots=True)
class Exploration(Pursuit):
    """The state of one exploration: the pages seen, the lists found, the addresses to look at next."""

    finds: Finds = field(init=False)
    hosts: set[str] = field(default_factory=set)
    continued: dict[str, str] = field(default_factory=dict)
    wall: Wall | None = None
    doubt: Wall | None = None
    """Why the front page may lead nowhere, if its scripts lead nowhere either."""
    under_way: int = 0
    beyond: int = 0
    name: str = ""
    _endpoints: Endpoints = field(default_factory=Endpoints)
    _texts: set[str] = field(default_factory=set)
    _again: list[tuple[Lead, Outline]] = field(default_factory=list)
    """Pages with headlines that were not taken for articles: looked at again when more is known."""

    def __post_init__(self) -> None:
        self.finds, self.purse = Finds(self.front, self.days), Purse(self.budget)

    @property
    def lists(self) -> dict[str, FoundList]:
        """The lists found so far, by address."""
        return self.finds.lists

    def begin(self, seeds: tuple[str, ...] = (), maps: tuple[str, ...] = ()) -> None:
        """Start with the front page; `seeds` are lists known already, asked for elsewhere."""
        for url in seeds:
            if url != self.front:
                self.frontier.pass_over(url)
        self.frontier.add(Lead(self.front, score=100.0))
        self.add_maps(maps)

    def begin_at(self, front: str) -> None:
        """Start again with the front page at another address: the first did not come."""
        self.front = self.finds.front = front
        self.frontier.forget(front)
        self.frontier.add(Lead(front, score=100.0))

    def add_fronts(self, urls: tuple[str, ...]) -> None:
        """Front pages of further hosts of the site, named beside the first."""
        for url in urls:
            self.frontier.add(Lead(url, score=90.0))

    def add_maps(self, urls: tuple[str, ...]) -> None:
        """Sitemaps that robots.txt or a page names."""
        for url in urls:
            self.frontier.maps.add(url)
            self.frontier.add(Lead(url, "map", score=8.0))

    def next(self) -> list[Lead]:
        """The addresses to ask for now."""
        ways: list[Lead] = []
        while self.under_way + len(ways) < AT_ONCE and self._may_go_on(len(ways)):
            way = self.frontier.best() or self.frontier.last_resort(
                has_lists=self.finds.has_lists, is_poor=self.is_poor
            )
            if way is None:
                break
            ways.append(way)
        self.purse.spent += len(ways)
        self.under_way += len(ways)
        return ways

    def _may_go_on(self, more: int) -> bool:
        return self.wall is None and self.purse.may_go_on(more)

    @property
    def is_poor(self) -> bool:
        """Whether no page was read as an article so far, and none is still to be read."""
        return not self.purse.proven and not self.ready and not self.shapes.asked

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way and nothing is left to ask for."""
        left = len(self.frontier) - (0 if self.is_poor else len(self.frontier.spare))
        return not self.under_way and (not self._may_go_on(0) or not left)

    # -- answers

    def lost(self, way: Lead) -> None:
        """Called when an address gave no answer."""
        self.under_way -= 1
        if urlsplit(way.url).hostname not in {*self.hosts, urlsplit(self.front).hostname}:
            self.purse.lost_elsewhere()
        self.finds.ended(way)
        self._led(way, 0)
        is_first = way.kind == "data" and way.of is None and way.number == 1
        if is_first and (
            second := self._endpoints.second(way.url)
        ):  # the page may be its list's first itself
            self.frontier.add(replace(way, url=second, number=2))

    def came(self, way: Lead, outline: Outline, *, is_article: bool = False) -> None:
        """A page that was asked for as a list, or a hub; it may have turned out to be an article."""
        self.under_way -= 1
        if is_article:
            self.purse.spent -= 1
            self._prove(way.url)
        if way.url == self.front:
            self._front(outline)
            if self.wall:
                return
        self._led(way, self.look_at(outline, way))
        if way.url == self.front:
            self.frontier.guess_maps(self.front)

    def look_at(self, outline: Outline, way: Lead, *, is_again: bool = False) -> int:
        """Take the links of a page; returns the number of articles that are new to the exploration."""
        if outline.digest in self._texts and not is_again:
            self.finds.ended(way)
            return 0
        self._texts.add(outline.digest)
        outline = self._endpoints.understood(outline)
        self.hosts.add(urlsplit(outline.page.url).hostname or "")
        links = [link for link in outline.links if self._is_ours(link.url)]
        self.shapes.crowd(links)
        listed = [link for link in links if self._take(link)]
        new = self._meet(listed)
        self._channels(links, listed, way)
        if len(self._again) < MOST_AGAIN and sum(is_headline(link) for link in links) >= LISTED + len(listed):
            self._again.append((way, outline))
        self._ways_on(outline, way, listed)
        if not listed and outline.goes_on_by_post:
            self.finds.by_post[way.url] = tuple(endpoint.url for endpoint in endpoints_of(outline))
        is_list = len(listed) >= LISTED or any(link.day or date_in(link.url) for link in listed)
        if is_list or (listed and (way.of or pager_of(outline, way.number))):
            further = self.finds.page(way, outline, listed, new)
            self.frontier.add_all(one for one in further if self._is_ours(one.url))
        for url in outline.feeds:
            if self._is_ours(url):
                self.frontier.add(Lead(url, "feed", score=4.0))
        return new

    def came_links(
        self, way: Lead, links: tuple[Link, ...], children: tuple[tuple[str, date | None], ...] = ()
    ) -> None:
        """The entries of a sitemap or a feed, and further sitemaps."""
        self.under_way -= 1
        for url, changed in sorted(children, key=lambda child: child[1] or date.min, reverse=True)[:20]:
            if self._is_ours(url) and (changed or date.max) >= (self.days.since or date.min):
                self.frontier.add(
                    Lead(url, way.kind, score=5.0, depth=way.depth + 1, of=way.continued_by(url))
                )
        seen = [
            Seen(
                link.url,
                link.title,
                link.published_on or date_in(link.url),
                in_row=True,
                cut=link.cut,
                is_entry=True,
            )
            for link in links
            if self._is_ours(link.url)
        ]
        if way.kind == "map" and len(seen) > WHOLE_MAP:
            seen = self.finds.recent(seen, self.today)
        listed = [link for link in seen if self._take(link)]
        new = self._meet(listed)
        if listed:
            self.finds.entries(way, listed)
        self._led(way, new)

    def came_data(self, way: Lead, page: Page, spec: DataList | None) -> None:
        """An answer that may be a list as data."""
        if not page.body.strip():
            self.lost(way)
            return
        self.under_way -= 1
        if spec is not None:
            try:
                links = entries(page, replace(spec, url=page.url), self.today)
            except NotAList:
                links = ()
            seen = [
                Seen(
                    link.url,
                    link.title,
                    link.published_on,
                    in_row=True,
                    cut=link.cut,
                    is_entry=not link.title,
                )
                for link in links
            ]
            listed = [link for link in seen if self._is_ours(link.url) and self._take(link)]
            new = self._meet(listed)
            self.frontier.add_all(self.finds.data(way, spec, listed, new, token_in(page, spec)))
        else:
            new = self._came_fragment(way, Outline(page, self.today))
        self._led(way, new)

    def _came_fragment(self, way: Lead, outline: Outline) -> int:
        """An answer that is no list of data: a list's rows as markup, or a script that writes or asks for one."""
        listed = [link for link in outline.links if self._is_ours(link.url) and self._take(link)]
        new = self._meet(listed)
        further = following(way.url, outline.page.text)
        template = self._endpoints.template(way.url)
        self.frontier.add_all(self.finds.fragment(way, template, listed, new, outline.data_address(further)))
        if not listed and urlsplit(way.url).path.endswith(".js"):
            self._endpoints_of(outline, way)
            self._channels([link for link in outline.links if self._is_ours(link.url)], [], way)
            for of, page in self._endpoints.loaded(way.url, outline.page.text):
                new += self.look_at(page, of, is_again=True)
        if not listed:
            self.frontier.add_all(
                issue
                for issue in self.finds.issues(way, outline, self._endpoints.item(way.url))
                if self._is_ours(issue.url)
            )
        return new

    def read(self, url: str, outline: Outline | None, *, is_article: bool) -> None:
        """Note whether a page was read as an article; this counts for all addresses of its shape."""
        if is_article:
            self._prove(url)
        else:
            self.shapes.remember(url)
            self.shapes.read(url, is_article=False)
            self.purse.spent += 1
            self.articles.pop(bare(url), None)
            self.frontier.pass_over(url)
            self._release(url)
        if outline is None:
            return
        if is_article:
            self._beyond(url, outline)
        else:
            self.look_at(outline, Lead(url, depth=2))

    def _prove(self, url: str) -> None:
        """Note a page that was read as an article. Where its shape is one of articles only now: look again."""
        was_proven = self.shapes.is_proven(url)
        self.shapes.remember(url)
        self.shapes.read(url, is_article=True)
        self.purse.proven += 1
        self._release(url)
        if not was_proven and self.shapes.is_proven(url):
            self.frontier.take_out(
                lambda way: is_headline(Seen(way.url, way.text)) and self.shapes.is_proven(way.url)
            )
            again, self._again = self._again, []
            for way, outline in again:
                is_told = any(
                    self.shapes.is_proven(link.url) and bare(link.url) not in self.articles
                    for link in outline.links
                )
                if is_told:
                    self.look_at(outline, way, is_again=True)
                else:
                    self._again.append((way, outline))

    # -- links

    def _channels(self, links: list[Seen], listed: list[Seen], way: Lead) -> None:
        taken = {link.url for link in listed}
        host = urlsplit(way.url).hostname or ""
        self.frontier.months.update((link.url, None) for link in links if is_month(link.url))
        for link in links:
            if is_notice(link) and not is_entry_point(link):
                continue
            if is_notice(link):
                self.frontier.keep_spare(Lead(link.url, score=0.2, depth=way.depth + 1))
                continue
            if (
                link.url in taken
                or look(link.url, headlined=is_recent(link.url, self.today)) == "trap"
                or self.site.is_article(link.url)
            ):
                continue
            if (is_step(link) and not DAY_ALONE.match(link.text)) or BEFORE_AFTER.match(link.text):
                continue
            is_day = DAY_ALONE.match(link.text) and listed and shape_of(link.url) == shape_of(way.url)
            is_day = is_day and link.url != way.url and bare(link.url) not in self.articles
            if not is_day and (self.shapes.verdict(link.url) or link.chinese > 24):
                continue
            score = max(promise(link, way.depth, host), 1.0 if is_day else -9.0)  # the list of another day
            if urlsplit(link.url).hostname not in self.hosts:
                score -= 0.4 * self.purse.dead
            if score <= 0 and look(link.url) == "list" and link.chinese:
                score = 0.2 + score / 100  # of pictures, of houses for sale: when nothing better is left
            if score > 0:
                self.frontier.add(Lead(link.url, score=score, depth=way.depth + 1, text=link.text))

    def _ways_on(self, outline: Outline, way: Lead, listed: list[Seen]) -> None:
        """Addresses that scripts name: where a front page sends its readers, and lists as data."""
        for url in outline.sent_on if len(outline.links) < 5 else ():
            if self._is_ours(url):
                self.frontier.add(Lead(url, score=20.0, depth=way.depth))
        if issue := ISSUE.match(outline.page.url):
            self.frontier.add(Lead(f"{issue[1]}/period.xml", "data", score=1.1, depth=way.depth + 1))
        self._endpoints_of(outline, way)
        if len(listed) < LISTED or outline.has_open_calls:
            self._endpoints.wait(way, outline)
            for url in outline.scripts:
                self.frontier.add(Lead(url, "data", score=1.2, depth=way.depth + 1))

    def _endpoints_of(self, outline: Outline, way: Lead) -> None:
        for url, number in self._endpoints.named_by(outline):
            if self.owns(url) or not self.is_registered(url):
                self.frontier.add(Lead(url, "data", score=3.5, depth=way.depth + 1, number=number))

    def spec_of(self, way: Lead, text: str) -> DataList | None:
        """How to read an answer as a list of data, as known from its first page."""
        found = self.lists.get(way.of or "")
        if found is not None and found.data is not None:
            return found.data
        return self._endpoints.spec(way.url, text, (seen.url for seen in self.articles.values()))

    def _beyond(self, url: str, outline: Outline) -> None:
        """Articles that only other articles link, and the channels that an article names itself part of."""
        links = [link for link in outline.links if self._is_ours(link.url)]
        if mark := second_page_mark(url, links):
            self.continued.setdefault(shape_of(url).exact, mark)
        oldest = min(
            (link.day or date_in(link.url) or date.max for link in self.articles.values()), default=date.max
        )
        most = BEYOND_LISTS + len(self.articles) // 5
        oldest = oldest if self.finds.has_pages else date.min  # nothing else leads to older ones
        for link in links:
            if self.beyond >= most:
                break
            day = link.day or date_in(link.url)
            if bare(link.url) in self.articles or (day is not None and day < oldest) or not self._take(link):
                continue
            if link.url != url and (link.chinese >= 6 or BEFORE_AFTER.match(link.text)):
                self.beyond += self._meet([link])
        if self.beyond < most and sum(tally.articles for tally in self.shapes.exact.values()) < 12:
            self._channels([link for link in links if look(link.url) == "list"], [], Lead(url, depth=1))

    def _front(self, outline: Outline) -> None:
        self.name = outline.title
        ours = [link for link in outline.links if self._is_ours(link.url)]
        self.wall = outline.wall(
            self.site.host,
            articles=sum(self._take(link) for link in ours),
            is_own=self._is_ours(outline.page.url),
        )
        is_bare = self.wall in ("empty", "shell") or (self.wall == "login" and self.frontier.maps)
        leads = self.frontier.maps or outline.feeds or outline.scripts or endpoints_of(outline)
        if is_bare and (leads or outline.sent_on):
            self.wall, self.doubt = None, self.wall

    def _led(self, way: Lead, new: int) -> None:
        self.frontier.led_to(way, new)
        if way.kind in ("page", "data"):
            self.purse.idle = 0 if new else self.purse.idle + 1
