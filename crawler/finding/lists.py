"""The lists of a site's articles, read page by page: lists, data lists, feeds, sitemaps, folders by date."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.capture import RENDERED
from crawler.fetch.robots import Closed
from crawler.finding.arguments import Days
from crawler.finding.data import entries, token_in
from crawler.finding.feeds import feed, sitemap
from crawler.finding.limited import in_time
from crawler.finding.links import EVERY_LINK, Link, NotAList, linked, listed
from crawler.finding.spider import Harvest, page_of
from crawler.registry.site import Dated, Listing, Site
from crawler.registry.urls import date_in, month_in
from crawler.scripts.chained import following
from extract.page.blocked import blocked
from extract.page.page import Page
from extract.script.fold import fold

RECENT_DAYS = 7  # without dates, a sitemap's entries are wanted as far back, a dated folder's too
STALE_DAYS = 30  # a feed whose newest entry is older has been given up by its site
NO_MORE = (404, 410)  # behind page 1: how lists end
WHOLE_SITEMAP = 1_000  # entries of a sitemap that states no days: those not held are asked for
FRONT = re.compile(r"/?(?:(?:index|default)\.\w{3,5})?", re.IGNORECASE)
MOST_SITEMAPS = 500  # of one site in one run, those of indexes of indexes counted; people.cn has 78


class Lists(Harvest):
    """A spider that follows lists. It asks for articles in `range` that are not held; paging stops behind `range`."""

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.range = Days()
        self.listed: dict[str, set[str]] = {}
        self.ahead: set[str] = set()
        self.moves: set[tuple[str, str]] = set()
        self.sitemaps: Counter[str] = Counter()

    def doors(self, site: Site) -> Iterator[Request]:
        """The requests by which articles of a site are found."""
        for n, listing in enumerate(site.listings):
            yield self.door(listing.url, self.listing, host=site.host, n=n)
        for n, spec in enumerate(site.json):
            yield self.door(spec.url, self.data_list, host=site.host, n=n)
        for url in site.feeds:
            yield self.door(url, self.feed, host=site.host)
        for url in site.sitemaps:
            yield self.door(url, self.sitemap, host=site.host, depth=0)
        for n, dated in enumerate(site.dated):
            if not dated.editions:  # newspapers with a key are people_daily's
                yield from self.folders(site, n, dated)

    def door(self, url: str, callback: Callable[..., Any], /, **kwargs: Any) -> Request:
        """A request for the first page of a list; if the page does not come, its site has an alarm."""
        return self.ask(url, callback, **kwargs).replace(errback=self.closed_door)

    def closed_door(self, failure: Failure) -> Iterator[Any]:
        """Say which list of which site did not come. Behind page 1, a 404 is how lists end."""
        yield from self.failed(failure)
        if isinstance(failure.value, Closed) and failure.value.is_answered:
            return  # a server in trouble; `scrapy status` tells when that lasts
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        why = str(status or failure.getErrorMessage())[:200]
        self.alarm(request.cb_kwargs["host"], "no-list", f"{why} url={request.url}")

    # -- lists by page

    def listing(
        self, response: Response, host: str, n: int, number: int = 0, count: int = 1, before: str = ""
    ) -> Iterator[Any]:
        """The articles of one page of a list, and its next page.

        `number` is the page's number in its address, `count` the number of pages so far, `before` the last page's
        fingerprint.
        """
        site = self.sites.sites[host]
        listing = site.listings[n]
        if is_front(response.url) and not is_front(listing.url):
            self.alarm(host, "no-list", f"sends to the front page url={listing.url}")
            return  # what the front page lists is no walk of this list
        page = page_of(response)
        links = self.articles(site, in_time(response, listed, page, listing, self.today), response.url)
        new = yield from self.page_of_list(links, response, host, first=count == 1)
        new = self.has_unseen(listing.url, links, new)
        mark = fingerprint(links)
        further = in_time(response, next_page, page, listing, number, count)
        if further and count < listing.last and mark != before and self.goes_on(links, new):
            url, number = further
            request = self.ask(url, self.listing, host=host, n=n, number=number, count=count + 1, before=mark)
            yield self.behind(listing.url, request)
        else:
            self.walked(listing.url)

    def data_list(
        self, response: Response, host: str, n: int, number: int = 0, count: int = 1, before: str = ""
    ) -> Iterator[Any]:
        """The articles of one page of a JSON or JSONP list, and its next page."""
        site = self.sites.sites[host]
        spec = site.json[n]
        try:
            found = in_time(response, entries, page_of(response), spec, self.today)
        except NotAList as error:
            self.alarm(host, "not-a-list", str(error))
            return
        links = self.articles(site, found, response.url)
        new = yield from self.page_of_list(links, response, host, first=count == 1)
        new = self.has_unseen(spec.url, links, new)
        mark = fingerprint(links)
        number = spec.first if count == 1 else number + 1
        url = spec.page(number, token_in(page_of(response), spec))
        url = response.urljoin(url) if url else None
        if url and count < spec.last and mark != before and self.goes_on(links, new):
            request = self.ask(
                url, self.data_list, host=host, n=n, number=number, count=count + 1, before=mark
            )
            yield self.behind(spec.url, request)
        else:
            self.walked(spec.url)

    def has_unseen(self, door: str, links: tuple[Link, ...], new: bool) -> bool:
        """Whether a list's page has unknown articles; spiders that remember their walks compare with earlier walks."""
        return new

    def walked(self, door: str) -> None:
        """Called when a list has been walked to its end."""

    def behind(self, door: str, request: Request) -> Request:
        """A request for a further page of a list; if there is no such page, the list ends."""
        return request.replace(errback=self.broke_off, meta={**request.meta, "door": door})

    def broke_off(self, failure: Failure) -> Iterator[Any]:
        """A further page of a list did not come: it was the end, or the next run begins there."""
        yield from self.failed(failure)
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        if status in NO_MORE:
            self.walked(failure.request.meta["door"])  # type: ignore[attr-defined] # Scrapy puts it there

    def page_of_list(
        self, links: tuple[Link, ...], response: Response, host: str, *, first: bool
    ) -> Generator[Request, None, bool]:
        """Requests for the wanted articles of a list's page; returns whether there was anything new."""
        why = None if links else blocked(response.status, response.body)
        if why:
            self.refused(response, why, of_list=True)
        elif first and not links and self.sites.sites[host].renders and RENDERED not in response.flags:
            self.count(f"unrendered/{host}")
            self.logger.info("list needs a browser site=%s url=%s", host, response.url)
        elif first and not links:
            came_from = response.meta.get("redirect_urls", ())
            asked = f", asked as {came_from[0]}" if came_from else ""
            self.alarm(host, "empty-list", f"no article link on url={response.url}{asked}")
        requests = list(self.wanted(links))
        yield from requests
        # a page of others' texts alone does not say that the archive has what stands behind it
        return bool(requests) or not any(map(self.is_of_interest, links))

    def goes_on(self, links: tuple[Link, ...], anything_new: bool) -> bool:
        """Whether a list's next page may have wanted articles.

        No articles, only articles before the range, or (without a range) only known ones: it ends here.
        """
        if not links:
            return False
        if self.range.since is None:
            return anything_new or not self.range.is_open
        published = [day for link in links if (day := day_of(link))]
        months = [month for link in links if not day_of(link) and (month := month_in(link.url))]
        since = self.range.since
        late = [day for day in published if day >= since]
        late_months = [month for month in months if month >= (since.year, since.month)]
        dated = len(published) + len(months)
        return bool(late or late_months) or dated < len(links)

    # -- feeds, sitemaps, folders by date

    def feed(self, response: Response, host: str) -> Iterator[Any]:
        """The articles of an RSS or Atom feed."""
        site = self.sites.sites[host]
        try:
            found = in_time(response, feed, response.body, response.url)
        except NotAList as error:
            self.alarm(host, "not-a-feed", str(error))
            return
        newest = max((day for link in found if (day := day_of(link))), default=None)
        if newest and newest < self.today - timedelta(days=STALE_DAYS):
            self.count(f"stale/{host}")
            self.logger.info("stale feed site=%s newest=%s url=%s", host, newest, response.url)
        yield from self.wanted(self.articles(site, unsigned(found, site), response.url))

    def sitemap(self, response: Response, host: str, depth: int) -> Iterator[Any]:
        """The articles of a sitemap, or the sitemaps of an index that may hold some of the range."""
        site = self.sites.sites[host]
        try:
            found = in_time(response, sitemap, response.body, response.url)
        except NotAList as error:
            self.alarm(host, "not-a-sitemap", str(error))
            return
        since = self.range.since or (self.today - timedelta(days=RECENT_DAYS) if self.range.is_open else None)
        wanted = Days(since, self.range.until)
        if depth < 2:
            children = [
                url for url, changed in found.children if since is None or changed is None or changed >= since
            ]
            left = max(0, MOST_SITEMAPS - self.sitemaps[host])
            if len(children) > left:
                self.alarm(host, "many-sitemaps", f"{len(children)} more, {left} are read url={response.url}")
            for url in children[:left]:
                self.sitemaps[host] += 1
                yield self.door(url, self.sitemap, host=host, depth=depth + 1)
        links = self.articles(site, unsigned(found.links, site), response.url)
        is_small = len(links) <= WHOLE_SITEMAP
        days = ((link, day_of(link) or link.changed) for link in links)
        yield from self.wanted(tuple(link for link, day in days if (day in wanted if day else is_small)))

    def folders(self, site: Site, n: int, dated: Dated) -> Iterator[Request]:
        """The folders of every day of the range."""
        since = self.range.since or self.today - timedelta(days=1 if self.range.is_open else RECENT_DAYS)
        for day in Days(since, self.range.until or self.today):
            url = dated.on(day)
            if url:
                yield self.ask(url, self.folder, host=site.host, n=n)

    def folder(self, response: Response, host: str, n: int) -> Iterator[Any]:
        """The articles of one page of a day, and the day's other pages."""
        site = self.sites.sites[host]
        dated = site.dated[n]
        page = page_of(response)
        if dated.pages:
            for link in in_time(response, linked, page, dated.pages):
                yield self.ask(link.url, self.folder, host=host, n=n)
        links = in_time(response, linked, page, dated.links or EVERY_LINK)
        yield from self.wanted(self.articles(site, links, response.url))

    # -- what is wanted

    def articles(self, site: Site, links: tuple[Link, ...], base: str) -> tuple[Link, ...]:
        """Those links that are articles of the site."""
        links = self.at_home(site, links, base)
        found = tuple(
            link for link in links if self.is_article(link.url, site) and self.address(link.url, base)
        )
        self.listed.setdefault(site.host, set()).update(link.url for link in found)
        self.cuts.update((link.url, link.cut) for link in found if link.cut)
        self.watch_dates(site, found, base)
        return found

    def at_home(self, site: Site, links: tuple[Link, ...], base: str) -> tuple[Link, ...]:
        """Links of a list that answered from a host that no site file covers, under the host that it was asked at.

        A site with a new name redirects its old addresses; its articles stay under the old host in the archive.
        """
        own, now = urlsplit(site.listings[0].url if site.listings else f"//{site.host}"), urlsplit(base)
        asked = {urlsplit(one.url).netloc for one in site.json}  # data may come from a host of its own
        if self.sites.site_of(base) is not None or now.netloc in {own.netloc, *asked}:
            return links
        if (site.host, now.netloc) not in self.moves:
            self.moves.add((site.host, now.netloc))
            self.alarm(site.host, "site-moved", f"its lists are at {base}; name {now.hostname} in `hosts`")
        return tuple(
            replace(link, url=urlunsplit(urlsplit(link.url)._replace(netloc=own.netloc)))
            if urlsplit(link.url).netloc == now.netloc
            else link
            for link in links
        )

    def watch_dates(self, site: Site, links: tuple[Link, ...], base: str) -> None:
        """A list that dates something tomorrow or later is not understood: an alarm, once for a site."""
        early = next((link for link in links if (day_of(link) or date.min) > self.today), None)
        if early is not None and site.host not in self.ahead:
            self.ahead.add(site.host)
            self.alarm(site.host, "tomorrow", f"{early.url} is dated {day_of(early)} on url={base}")

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Requests for articles of the range that the archive lacks; an article without a date may be one."""
        for link in links:
            day, month = day_of(link), month_in(link.url)
            in_range = day in self.range if day else month is None or self.range.may_hold_month(*month)
            if in_range and not self.is_of_interest(link):
                self.count("passed-over/listed")
            elif in_range:
                yield from self.ask_article(link.url)

    def is_of_interest(self, link: Link) -> bool:
        """Whether a list leaves it open that an article is of interest: it names one of the sources, or none."""
        return self.interest is None or link.source is None or self.interest.wants((link.source,))


def unsigned(links: tuple[Link, ...], site: Site) -> tuple[Link, ...]:
    """Links without the site's own name as their source: feeds and sitemaps sign every item so, whoever wrote it."""
    own = [fold(name) for name in (site.name, *site.site_names)]

    def is_own(source: str) -> bool:
        return any(name in fold(source) or fold(source) in name for name in own)

    return tuple(
        replace(link, source=None) if link.source and is_own(link.source) else link for link in links
    )


def day_of(link: Link) -> date | None:
    """The day of an article before it is fetched: the one in its address, else the one printed beside it."""
    return date_in(link.url) or link.published_on


def fingerprint(links: tuple[Link, ...]) -> str:
    """The same for two pages that list the same articles: some sites repeat their last page for ever."""
    return hashlib.sha1("\n".join(sorted(link.url for link in links)).encode()).hexdigest()[:16]


def next_page(page: Page, listing: Listing, number: int, count: int) -> tuple[str, int] | None:
    """The next page's address and number: by link, from answer to answer, counting down from the highest, or up."""
    if listing.chained:
        further = following(page.url, page.text)
        return (urljoin(page.url, further), 0) if further else None
    if listing.next:
        link = next(iter(linked(page, listing.next)), None)
        return (link.url, 0) if link and link.url != page.url else None
    if listing.next_text:
        said = next((link for link in linked(page) if link.title == listing.next_text), None)
        return (said.url, 0) if said and said.url != page.url else None
    if listing.descending:
        number = highest(page, listing) if count == 1 else number - 1
    else:
        number = listing.first if count == 1 else number + 1
    url = listing.page(number) if number > 0 else None
    return (url, number) if url else None


def highest(page: Page, listing: Listing) -> int:
    """The highest page number a list links to, which is page 2 of lists that count down; 0 for none."""
    before, _, after = (listing.paging or "").partition("{page}")
    pattern = re.compile(rf"{re.escape(before)}(\d{{1,6}}){re.escape(after)}$")
    numbers = [int(match[1]) for link in linked(page) if (match := pattern.match(link.url))]
    return max(numbers, default=0)


def is_front(url: str) -> bool:
    """Whether an address is a host's front page."""
    parts = urlsplit(url)
    return not parts.query and FRONT.fullmatch(parts.path) is not None
