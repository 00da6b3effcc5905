"""A spider that finds the articles of an unknown site: exploration as Scrapy's requests."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.door.ingest import Taken
from archive.door.source_filter import NOT_OF_INTEREST
from archive.errors import WrongUse
from archive.run.folder import Archive
from crawler.exploring import learned
from crawler.exploring.exploration import Exploration
from crawler.exploring.frontier import Lead
from crawler.exploring.layouts import Fields
from crawler.exploring.looking import entries_of, known_lists, outline_of, tried
from crawler.exploring.outline import WALLS, Seen
from crawler.finding.links import Link, NotAList
from crawler.finding.lists import Lists
from crawler.finding.spider import page_of
from crawler.registry.book import learned_in
from crawler.registry.shard import domain_of
from crawler.registry.site import Site

log = logging.getLogger(__name__)

LIST_ALARMS = ("no-list", "empty-list", "not-a-list", "not-a-feed", "not-a-sitemap")
"""Alarms that say that a list of a site has moved or changed."""
FIRST = 20  # priority of what explores: what it finds out decides which articles are asked for


@dataclass(slots=True)
class _Trip:
    """An exploration under way, and why it was begun."""

    exploration: Exploration
    site: Site
    failed: list[str] = field(default_factory=list)
    """Alarms of the site's lists in this run."""
    lost_lists: set[str] = field(default_factory=set)
    is_over: bool = False
    is_reported: bool = False
    """Whether an alarm said already why the site leads nowhere."""
    begun_s: float = field(default_factory=time.monotonic)
    fronts: list[str] = field(default_factory=list)
    """Other forms of the front page's address, tried where it does not come."""


def asked_for(response: Response) -> str:
    """The address that was asked for, before any redirect."""
    return str(next(iter(response.meta.get("redirect_urls") or ()), response.url))


class Explorer(Lists):
    """Follows lists and explores sites: hosts without a file, sites never explored, sites whose lists fail."""

    explore = "auto"
    """`yes`: look through every site; `auto`: where it is needed; `no`: never."""

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.trips: dict[str, _Trip] = {}
        self.failing: dict[str, list[str]] = {}
        self.lost_lists: dict[str, set[str]] = {}
        self.fields = Fields()
        self.entries: dict[str, list[str]] = {}
        """By site: the hosts by which it was named, where they are not the site's own."""
        self._maps: dict[str, tuple[str, ...]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.learned_folder = learned_in(crawler.settings["ARCHIVE_DIR"])
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.robots_read, signal=signals.robots_parsed)
        return spider

    learned_folder: Path

    @property
    def budget(self) -> int:
        """Pages of a host that are no articles and may be asked for; add-ons set it after the spider was made."""
        return self.settings.getint("ZHUANZAI_EXPLORE_PAGES")

    def robots_read(self, robotparser: RobotParser, request: Request) -> None:
        """Take the sitemaps that a robots.txt names."""
        if isinstance(robotparser, ProtegoRobotParser):
            found = [self.address(url, request.url) for url in robotparser.rp.sitemaps]
            named = tuple(url for url in found if url)
            host = urlsplit(request.url).hostname or ""
            self._maps[host] = named
            for trip in self.trips.values():
                if not trip.is_over and trip.exploration.owns(request.url):
                    trip.exploration.add_maps(tuple(url for url in named if trip.exploration.owns(url)))

    # -- when to explore

    def wants_exploring(self, site: Site) -> bool:
        """Whether a site is to be looked through from the start."""
        if self.explore == "no" or not self.budget:
            return False
        return self.explore == "yes" or not self.sites.was_explored(
            site.host, self.entries.get(site.host, ())
        )

    def explored(self, site: Site) -> Iterator[Request]:
        """Begin to explore a site."""
        if site.host in self.trips:
            return
        host, *beside = self.entries.get(site.host, [site.host])
        scheme = site.scheme or "http"
        front = f"{scheme}://{host}/"
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        others = [] if site.scheme else [f"https://{host}/"]
        others += [f"{scheme}://{twin}/"] if domain_of(host) == host or host.startswith("www.") else []
        others += list(dict.fromkeys(f"{'/'.join(url.split('/')[:3])}/" for url in known_lists(site)))
        budget = self.budget * (1 + len(beside))
        exploration = Exploration(
            site,
            front,
            self.today,
            self.range,
            budget,
            self.known,
            lambda url: self._owns(site, url),
            self.is_read,
            lambda url: self.sites.site_of(url) is not None,
        )
        trip = _Trip(
            exploration,
            site,
            self.failing.get(site.host, []),
            self.lost_lists.get(site.host, set()),
            fronts=others,
        )
        self.trips[site.host] = trip
        if site.learned is not None and self.keeper is not None:
            self.keeper.sites.learn(site)
            self.sites.learn(site)
        written = self.sites.written.get(site.host)  # what was learned is looked at again: it is written anew
        seeds = known_lists(written) if written else ()
        is_fallen = site.host in self.failing
        exploration.begin(() if is_fallen else seeds, self._maps.get(host, ()))
        exploration.add_fronts(tuple(f"{scheme}://{other}/" for other in beside))
        self.count(f"explored/{site.host}", 0)
        yield from self.go_on(trip)

    def _owns(self, site: Site, url: str) -> bool:
        found = self.sites.site_of(url)
        return found is not None and found.host == site.host

    def idle(self) -> None:
        """Before the run ends: explore sites whose lists or fields failed, and sites whose lists hold too little."""
        archive = Archive(Path(self.settings["ARCHIVE_DIR"]), self.sites)
        for host in self.fields.hosts():
            site = self.sites.sites.get(host)
            is_new = site is not None and host not in self.trips and host not in self.failing
            if is_new and site is not None and (why := self.fields.gone(site, archive)):
                self.failing[host] = [why]
        requests = [request for site in self.fallen() for request in self.explored(site)]
        engine = self.crawler.engine
        if requests and engine is not None:
            for request in requests:
                engine.crawl(request)
            raise DontCloseSpider

    def fallen(self) -> Iterator[Site]:
        """Sites whose lists failed in this run, and sites whose learned lists hold less than before."""
        if self.explore == "no" or not self.budget:
            return
        for host in [*self.failing, *self.listed]:
            site = self.sites.sites.get(host)
            if site is None or host in self.trips:
                continue
            few = (
                site.learned is not None
                and bool(site.expected)
                and len(self.listed.get(host, ())) < site.expected[0]
            )
            if host in self.failing or (few and self.range.is_open):
                yield site

    def alarm(self, site: str, kind: str, text: str) -> None:
        """An alarm; that of a list also makes the site one to look through."""
        super().alarm(site, kind, text)
        if kind in LIST_ALARMS:
            self.failing.setdefault(site, []).append(f"{kind} {text}")
            self.lost_lists.setdefault(site, set()).update(
                word[4:] for word in text.split() if word.startswith("url=")
            )
            if site in self.trips:
                self.trips[site].failed = self.failing[site]
                self.trips[site].lost_lists = self.lost_lists.setdefault(site, set())

    # -- one step

    def go_on(self, trip: _Trip) -> Iterator[Request]:
        """Requests for the articles found and for the pages to look at next."""
        exploration = trip.exploration
        minutes = self.settings.getfloat("ZHUANZAI_EXPLORE_MINUTES")
        if minutes and time.monotonic() - trip.begun_s > minutes * 60 and not exploration.purse.is_late:
            exploration.purse.is_late = True
            log.info(
                "site=%s %g minutes of exploring are over: the next run goes on", trip.site.host, minutes
            )
        while exploration.ready:
            seen = exploration.ready.pop(0)
            requests = list(self.wanted_of(trip, seen))
            if not requests:
                exploration.not_asked(seen.url)
            yield from requests
        for way in exploration.next():
            yield self.look_request(trip, way)

    def wanted_of(self, trip: _Trip, seen: Seen) -> Iterator[Request]:
        """The request for an article found by exploring, if the run wants this article."""
        if not self.address(seen.url, trip.exploration.front):
            return
        self.listed.setdefault(trip.site.host, set()).add(seen.url)
        if seen.cut:
            self.cuts[seen.url] = seen.cut
        first = not trip.exploration.is_sure(seen.url)  # a sample says what lists are worth
        for request in self.wanted((Link(seen.url, seen.text, seen.day),)):
            yield request.replace(priority=FIRST + 1) if first else request

    def look_request(self, trip: _Trip, way: Lead) -> Request:
        """The request for a page, sitemap, feed or list of data that exploring wants to see."""
        request = self.ask(way.url, self.looked, host=trip.site.host, way=way)
        return request.replace(errback=self.not_seen, priority=FIRST, dont_filter=True)

    def looked(self, response: Response, host: str, way: Lead) -> Iterator[Any]:
        """Take the answer to a look."""
        trip = self.trips[host]
        exploration = trip.exploration
        self.count(f"explored/{host}")
        if way.kind in ("map", "feed"):
            try:
                exploration.came_links(way, *entries_of(response, way.kind))
            except NotAList:
                exploration.lost(way)
        elif way.kind == "data":
            page = tried(response, self.today)
            exploration.came_data(way, page, exploration.spec_of(way, page.text))
        else:
            outline = outline_of(response, self.today)
            taken: Taken | None = None if way.url == exploration.front else response.meta.get("capture")
            if taken is not None and taken.article is not None:
                yield taken.item()  # a link that looked like a channel's, and is an article
            exploration.came(way, outline, is_article=bool(taken and taken.article))
        yield from self.after(trip)

    def not_seen(self, failure: Failure) -> Iterator[Any]:
        """A look that came to nothing: in exploring no alarm, but for the front page."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        trip = self.trips[request.cb_kwargs["host"]]
        way: Lead = request.cb_kwargs["way"]
        self.count(f"explored/{trip.site.host}")
        trip.exploration.lost(way)
        if way.url == trip.exploration.front:
            if trip.fronts:
                trip.exploration.begin_at(trip.fronts.pop(0))
            elif trip.site.learned is not None and not trip.failed:
                trip.is_reported = True
                status = failure.value.response.status if isinstance(failure.value, HttpError) else None
                why = str(status or failure.getErrorMessage())[:200]
                self.alarm(
                    trip.site.host, "not-explored", f"its front page did not come: {why} url={way.url}"
                )
        yield from self.after(trip)

    def article(self, response: Response) -> Iterator[Any]:
        """The item of an article page. What the page was is counted for all addresses of the same shape."""
        yield from super().article(response)
        url = asked_for(response)
        trip = self._trip_of(url)
        taken: Taken | None = response.meta.get("capture")
        site = self.sites.site_of(response.url)
        if taken is not None and taken.article is not None and site is not None:
            self.fields.saw(site, page_of(response), taken.article, is_explored=trip is not None)
        if trip is not None:
            is_article = taken is not None and (
                taken.article is not None or taken.reading.reason == NOT_OF_INTEREST
            )
            outline = outline_of(response, self.today) if response.status == 200 else None
            trip.exploration.read(url, outline, is_article=is_article)
            self._learn_continuations(trip)
            yield from self.after(trip)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Count a page that did not come."""
        yield from super().failed(failure)
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        trip = self._trip_of(request.url)
        if trip is not None and request.callback == self.article:
            trip.exploration.lost_article(request.url)
            yield from self.after(trip)

    def listing(self, response: Response, host: str, *given: Any, **named: Any) -> Iterator[Any]:
        """The articles of a list; where its site is being looked through, the channels that the list links."""
        yield from super().listing(response, host, *given, **named)
        trip = self.trips.get(host)
        if trip is not None and not trip.is_over:
            trip.exploration.look_at(outline_of(response, self.today), Lead(response.url, depth=1))
            yield from self.after(trip)

    def _trip_of(self, url: str) -> _Trip | None:
        site = self.sites.site_of(url)
        trip = self.trips.get(site.host) if site else None
        return trip if trip is not None and not trip.is_over else None

    def _learn_continuations(self, trip: _Trip) -> None:
        """Know further pages of articles by their addresses as soon as one was linked."""
        site = trip.exploration.site
        found = learned.continuations(trip.exploration)
        if site.learned is not None and {one.pattern for one in found} - {
            one.pattern for one in site.continuations
        }:
            known = replace(site, continuations=found)
            trip.exploration.site = known
            self.sites.learn(known)
            if self.keeper is not None:
                self.keeper.sites.learn(known)

    def after(self, trip: _Trip) -> Iterator[Any]:
        """Go on, or say why a host leads nowhere."""
        yield from self.go_on(trip)
        wall = trip.exploration.wall
        if wall is not None and not trip.is_over:
            trip.is_over = True
            if trip.site.learned is not None:  # lists that a person wrote down may be all there is
                self.walled_off(trip)

    # -- the end

    def closed(self, reason: str) -> None:
        """Write the learned site files."""
        for trip in self.trips.values():
            if reason == "finished" and trip.exploration.wall is None:
                self.conclude(trip)
            elif reason == "finished" and trip.site.learned is None and not trip.failed:
                self.walled_off(trip)

    def walled_off(self, trip: _Trip) -> None:
        """Say why a site with a file led nowhere: its front page shows nothing, nor do its lists, and none rang."""
        wall = trip.exploration.wall
        if wall is not None and not self.listed.get(trip.site.host):
            self.alarm(trip.site.host, "not-explored", f"{WALLS[wall]} url={trip.exploration.front}")

    def conclude(self, trip: _Trip) -> None:
        """The learned file of one site; an alarm where its known lists failed and others were found."""
        exploration, host = trip.exploration, trip.site.host
        before = self.sites.written.get(host) or trip.site
        gone = tuple(sorted(trip.lost_lists)) if before.learned is None else ()
        older = self.sites.learned.get(host)
        looked = {*self.entries.get(host, ()), *(older.looked if older else ())}
        samples = self.fields.samples(host)
        found = learned.written(exploration, before, gone, tuple(sorted(looked)), samples)
        if gone and found is not None and not found.lists:  # nothing in their place: they ring again
            found = learned.written(exploration, before, (), tuple(sorted(looked)), samples)
        if found is None or not found.lists:
            is_told = bool(trip.failed) or trip.is_reported
            is_something = found is not None if before.learned is not None else bool(self.listed.get(host))
            if not is_told and not is_something:
                late = "its time is over: " * exploration.purse.is_late
                why = f"{late}no page that reads as a dated article, {exploration.purse.spent} looked at"
                if exploration.doubt is not None and not exploration.articles:
                    why = f"{WALLS[exploration.doubt]} url={exploration.front}"
                self.alarm(host, "not-explored", why)
        if found is None:
            return
        try:
            path = learned.keep(self.learned_folder, host, found)
        except WrongUse as error:
            self.alarm(host, "not-written", str(error))
            return
        for one in exploration.lists.values():
            if one.kind in ("page", "data") and not one.goes_on:
                self.has_unseen(one.url, tuple(Link(url) for url in one.links), False)
                self.walked(one.url)
        if posts := exploration.finds.posts():
            text = f"{len(posts)} lists go on by POST alone, which is not asked: what stands behind is missed"
            self.alarm(host, "post-lists", f"{text} url={posts[0]}")
        log.info("learned site=%s lists=%d articles=%d file=%s", host, found.lists, found.articles, path)
        is_reported = any(site == host for site, _ in self.moves)  # by its lists, which answer from elsewhere
        if trip.failed and not is_reported and (found.lists or not trip.lost_lists):
            lists = " ".join([one.url for one in exploration.lists.values()][:3])
            failed = f"{len(trip.failed)} lists or fields failed ({trip.failed[0]})"
            self.alarm(host, "site-moved", f"{failed}; {found.lists} found instead, as {lists}")
