"""Every registered site: its lists, feeds, sitemaps, dated folders and data lists, down to new articles."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.errors import WrongUse
from archive.run.folder import Archive
from archive.view.holdings import titles
from crawler.exploring.explorer import Explorer
from crawler.exploring.unregistered import unregistered
from crawler.finding.arguments import days, interest
from crawler.finding.links import Link
from crawler.finding.walks import Walks
from crawler.registry.book import listed
from crawler.registry.site import Site
from extract.script.fold import fold

TRIED_AGAIN = (408, 429)
UNREGISTERED = "unregistered"
MOST_UNREGISTERED = 10  # hosts that nobody named and one run looks through
SHORTEST_TITLE = 6  # folded characters; 图片报道 and 要闻 are titles of everybody's


class Mirrors(Explorer):
    """Crawl the sites named by -a site=a,b, else all sites. With dates, paging stops behind the range.

    -a of=paper.people.com.cn asks only for possible copies of the articles that the archive holds of that site: links
    under its title, in either script, so that a mirror is not mirrored whole. -a source=人民日报,人民网 keeps only the
    pages that name one of these as their source 来源, or nobody; with -a sourceless=no not the latter either.

    A host without a site file is explored. A site with a file is explored once, and again when its lists fail. The
    learned files are in ARCHIVE_DIR/sites. -a site=unregistered takes the best hosts that only the archive knows.
    -a explore=yes explores every site of the run, -a explore=no none.
    """

    name = "mirrors"
    arguments: ClassVar = ("site", "since", "until", "of", "source", "sourceless", "explore")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.names: str | None = given.get("site")
        self.origin: str | None = given.get("of")
        self.titles: frozenset[str] | None = None
        self.range = days(given.get("since"), given.get("until"), self.today)
        self.interest = interest(given.get("source"), given.get("sourceless"))
        self.walks: Walks | None = None
        self.awaited: dict[str, None] = {}
        """Articles asked for that no answer settled yet, in their order."""
        self.explore = given.get("explore") or ("auto" if self.origin is None else "no")
        if self.explore not in ("auto", "yes", "no"):
            raise WrongUse(f"explore={self.explore}: wanted yes, no or auto")

    def check(self) -> None:
        """Find the sites that are named; a host without a file is one of which only the name is known."""
        if self.names == UNREGISTERED and self.archive_folder is None:
            self.chosen: tuple[Site, ...] = ()  # which they are is known once the archive is
            return
        self.chosen = self.entered() if self.names is not None else tuple(self.sites)
        if not self.chosen:
            raise WrongUse(
                "site= names no host; `scrapy sites` lists them"
                if self.names is not None
                else "no site files found"
            )
        self.chosen = self.owned(self.chosen)
        if self.origin is not None:
            self.origin = self.sites.named(self.origin)[0].host

    def entered(self) -> tuple[Site, ...]:
        """The sites of -a site=, by their hosts.

        Raises:
            WrongUse: no host name, or exploring is off and no file covers the host.
        """
        found: list[Site] = []
        names = self.names or ""
        if names == UNREGISTERED:
            met = unregistered(self.archive_folder, self.sites) if self.archive_folder else []
            names = ",".join(one.host for one in met[:MOST_UNREGISTERED])
            if not names:
                raise WrongUse(
                    "site=unregistered: the archive met no host without a file; see `scrapy sites`"
                )
        for host in listed(names):
            site = self.sites.named(host)[0] if self.explore == "no" else self.sites.entered(host)
            is_named = self.sites.one(host) is not None
            if not is_named and (near := self.sites.nearest(host)):
                self.logger.info(
                    "no file covers %s: it is looked through; did you mean %s?", host, " or ".join(near)
                )
            if not is_named and host not in site.all_hosts():
                self.entries.setdefault(site.host, []).append(host)
            found.append(site)
        return tuple(dict.fromkeys(found))

    def opened(self) -> None:
        """Read the titles that are looked for."""
        super().opened()
        if self.origin is not None:
            archive = Archive(Path(self.settings["ARCHIVE_DIR"]), self.sites)
            self.titles = titles_held(archive, self.origin)
            self.logger.info("looking for copies of %d articles of %s", len(self.titles), self.origin)
        elif self.keeper is not None and self.range.is_open:
            self.walks = Walks.read(Path(self.settings["ARCHIVE_DIR"]))

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the articles that earlier runs wanted and did not get, then for the first page of every list."""
        for request in self.left_waiting():
            yield request
        for site in self.chosen:
            self.listed[site.host] = set()
            for request in self.doors(site):
                yield request
            if self.wants_exploring(site):
                for request in self.explored(site):
                    yield request
            elif site.host not in self.sites.sites:
                self.alarm(
                    site.host, "not-explored", "no file covers the host, and ZHUANZAI_EXPLORE_PAGES is 0"
                )

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Requests for the links in the range and, in a search for copies, under one of their titles."""
        if self.titles is not None:
            links = tuple(link for link in links if fold(link.title) in self.titles)
        for request in super().wanted(links):
            self.awaited[request.url] = None
            yield request.replace(meta={**request.meta, "awaited": request.url})

    # -- nights that were not whole

    def left_waiting(self) -> Iterator[Request]:
        """Requests for the articles of the chosen sites that an earlier run wanted."""
        if self.walks is None or self.interest is not None:
            return
        hosts = {site.host for site in self.chosen}
        for url in tuple(self.walks.waiting):
            site = self.site(url)
            if site is not None and site.host in hosts and self.is_article(url, site):
                yield from self.wanted((Link(url),))

    def has_unseen(self, door: str, links: tuple[Link, ...], new: bool) -> bool:
        """Whether a page lists an article that no earlier whole walk of this list saw, even if the archive holds it."""
        if self.walks is None:
            return new
        return self.walks.has_unseen(self._walk(door), [f"http:{self.named(link.url)}" for link in links])

    def walked(self, door: str) -> None:
        """Remember the articles of a list that was walked to its end."""
        if self.walks is not None:
            self.walks.ended(self._walk(door))

    def _walk(self, door: str) -> str:
        """The name of a list's walks: those that look for some sources only say nothing of others."""
        return " ".join([door, *(self.interest.media if self.interest else ())])

    def article(self, response: Response) -> Iterator[Any]:
        """As ever; the article is awaited no more."""
        self.awaited.pop(response.meta.get("awaited", ""), None)
        yield from super().article(response)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """As ever; an article that is not there, or may not be had, is awaited no more."""
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        refused = status is not None and status < 500 and status not in TRIED_AGAIN
        taken = failure.request.meta.get("capture")  # type: ignore[attr-defined] # Scrapy's
        if (
            refused
            or type(failure.value) is IgnoreRequest
            or (taken is not None and taken.article is not None)
        ):
            self.awaited.pop(failure.request.meta.get("awaited", ""), None)  # type: ignore[attr-defined] # Scrapy's
        yield from super().failed(failure)

    def remember(self) -> None:
        """Write the note for the next run; nothing where the archive refused to write."""
        if self.walks is None or self.keeper is None or (self.interest is not None and self.awaited):
            return  # what looks for some sources only leaves no articles to runs that want all
        self.keeper.commit()
        if self.keeper.broken is None:
            left = [url for url in self.walks.waiting if self.named(url) not in self.asked]
            self.count("waiting/articles", len(self.awaited))
            self.walks.wait_for([*left, *self.awaited], self.today)
            self.walks.write()

    def closed(self, reason: str) -> None:
        """Write the note for the next run; after a whole run (no JOBDIR) compare the number listed with `expected`."""
        super().closed(reason)
        self.remember()
        for host, urls in self.listed.items():
            site = self.sites.sites.get(host)
            expected = site.expected if site else ()
            self.count(f"listed/{host}", len(urls))
            if self.range.is_open and reason == "finished" and expected and not self.settings.get("JOBDIR"):
                if len(urls) < expected[0]:
                    self.alarm(
                        host, "too-few", f"{len(urls)} articles listed, expected at least {expected[0]}"
                    )
                elif len(urls) > expected[1]:
                    self.alarm(
                        host, "too-many", f"{len(urls)} articles listed, expected at most {expected[1]}"
                    )


def titles_held(archive: Archive, site: str) -> frozenset[str]:
    """Folded titles of the articles that an archive holds of a site, the short ones left out.

    Raises:
        WrongUse: no archive there.
    """
    if not archive.database.is_file():
        raise WrongUse(f"of={site}: no archive at {archive.database}, so no titles to look for")
    with archive.reading(any_release=True) as store:
        folded = {fold(title) for title in titles(store.conn, site)}
    return frozenset(title for title in folded if len(title) >= SHORTEST_TITLE)
