"""The base of our spiders: it asks for addresses, yields articles, raises alarms."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.capture import CUT
from archive.door.ingest import Taken
from archive.door.source_filter import NOT_OF_INTEREST, Interest
from archive.errors import WrongUse
from archive.run.folder import Archive
from crawler.fetch.keeper import Keeper
from crawler.fetch.redirects import GATE, THROUGH_GATES, ends_at_gate, is_loop, target_of
from crawler.finding.arguments import only_known
from crawler.finding.limited import in_time
from crawler.finding.links import BEIJING, linked
from crawler.finding.requisites import Requisites
from crawler.registry.book import SiteFiles, learned_in
from crawler.registry.shard import Shard
from crawler.registry.site import Site
from crawler.registry.urls import RefusedAddress, normalised, unwrapped
from extract.page.blocked import UPKEEP, blocked, gate
from extract.page.page import Page

ALARMING_REFUSALS = 3


class Harvest(Spider):
    """A spider whose articles are read by the archive: callbacks yield further requests and the items."""

    arguments: ClassVar[tuple[str, ...]] = ()
    interest: Interest | None = None
    """The sources of which pages are wanted; None for all."""
    sites: SiteFiles
    archive_folder: Path | None = None
    """Where the archive stands; None while arguments are only tried."""
    keeper: Keeper | None
    shard = Shard()
    """The sites that this crawler asks, where several share them."""

    def __init__(self, name: str | None = None, **given: Any) -> None:
        only_known({key: value for key, value in given.items() if not key.startswith("_")}, self.arguments)
        super().__init__(name)
        self.asked: set[str] = set()
        self.requisites: Requisites | None = None
        self.cuts: dict[str, str] = {}
        """What was taken off the addresses of links, by what is left of them."""
        self.refusals: Counter[str] = Counter()
        self.walls: Counter[str] = Counter()
        """Chains that ended at a gate, by site: after a few the site's gates are not asked any more."""
        self.looped: dict[str, list[str]] = {}
        self.came: Counter[str] = Counter()
        """Articles that came, by site."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.interest and not crawler.settings.getbool("ZHUANZAI_EXTRACT", True):
            raise WrongUse("source=: pages must be read for it, and ZHUANZAI_EXTRACT is off")
        crawler.signals.connect(spider.opened, signal=signals.spider_opened)
        crawler.signals.connect(spider.told_loops, signal=signals.spider_closed)
        spider.keeper = None
        settings = crawler.settings
        spider.shard = Shard.parsed(settings.get("ZHUANZAI_SHARD"))
        spider.read_sites(settings.get("ZHUANZAI_SITES_DIR"), learned_in(settings["ARCHIVE_DIR"]))
        return spider

    @classmethod
    def tried(cls, given: dict[str, Any], own_sites: str | None, folder: Path | None = None) -> None:
        """Read arguments as a crawl into the archive of a folder would.

        Raises:
            WrongUse: an argument asks for something impossible.
        """
        spider = cls(**given)
        spider.read_sites(own_sites)
        if folder is not None:
            archive = Archive(folder, spider.sites)
            archive.check_place()
            spider.look_up(archive)

    def look_up(self, archive: Archive) -> None:
        """Look up in the archive what the arguments name. Raises WrongUse where it is not there."""

    def read_sites(self, own_sites: str | None, learned: Path | None = None) -> None:
        """Load the site files, one's own and learned ones too, and read the arguments against them."""
        self.sites = SiteFiles.for_run(own_sites, learned)
        self.archive_folder = learned.parent if learned is not None else None
        self.check()

    def check(self) -> None:
        """Read the arguments against the site files.

        Raises:
            WrongUse: an argument asks for something impossible.
        """

    def opened(self) -> None:
        """Find the archive, which opens after the spider was made, and name site files that were passed over."""
        self.keeper = self.crawler.get_extension(Keeper)
        self.requisites = Requisites(self.settings, self.keeper, self.ports)
        if self.keeper is not None and self.interest is not None:
            self.keeper.keep_only(self.interest)
        for host, why in self.sites.broken.items():
            self.alarm(host, "site-file", why)

    @property
    def today(self) -> date:
        """The day in Beijing, where the papers are printed."""
        return datetime.now(BEIJING).date()

    @property
    def ports(self) -> frozenset[int]:
        """The ports that may be asked."""
        return frozenset(map(int, self.settings.getlist("ZHUANZAI_PORTS", [80, 443])))

    def owned(self, sites: Iterable[Site]) -> tuple[Site, ...]:
        """Those of some sites that this crawler asks."""
        return tuple(site for site in sites if self.shard.owns(site.host))

    def owns(self, url: str) -> bool:
        """Whether the site behind an address, or behind a bare host and path, is this crawler's to ask."""
        address = unwrapped(url if "//" in url else f"//{url}").url
        site = self.sites.site_of(address)
        return self.shard.owns(site.host if site else urlsplit(address).hostname or "")

    def known(self, url: str) -> bool:
        """Whether the archive holds the article at this address, by http or by https."""
        if self.keeper is None:
            return False
        site = self.sites.site_of(url)
        holds = self.keeper.held.drawn if site and site.renders else self.keeper.held.fetched
        rests = {url.partition(":")[2], self.named(url)}
        return any(holds(f"{scheme}:{rest}") for rest in rests for scheme in ("http", "https"))

    def is_read(self, url: str) -> bool:
        """Whether the archive's page at this address was read as an article, by http or by https."""
        rest = url.partition(":")[2]
        return self.keeper is not None and any(
            self.keeper.held.article(f"{s}:{rest}") for s in ("http", "https")
        )

    def named(self, url: str) -> str:
        """The key of an article: its address without scheme, and without a tail that no pattern names."""
        site = self.sites.site_of(url)
        return ((site.article_key(url) if site else None) or url).partition(":")[2]

    def site(self, url: str) -> Site | None:
        """The site behind an address, gateways looked through."""
        return self.sites.site_of(unwrapped(url).url)

    def is_article(self, url: str, site: Site) -> bool:
        """Whether an address is an article of this very site, gateways looked through."""
        own = unwrapped(url).url
        return self.sites.site_of(own) is site and site.is_article(own)

    def ask(self, url: str, callback: Callable[..., Any], /, **kwargs: Any) -> Request:
        """A request for an address, with http or https as its site wants; `kwargs` go to the callback."""
        site = self.sites.site_of(url)
        if site and site.scheme:
            url = f"{site.scheme}:{url.partition(':')[2]}"
        meta: dict[str, Any] = {CUT: self.cuts[url]} if url in self.cuts else {}
        if callback == self.article:
            meta[THROUGH_GATES] = self.walls[site.host if site else ""] < ALARMING_REFUSALS
        return Request(url, callback=callback, errback=self.failed, cb_kwargs=kwargs, meta=meta)

    def ask_article(self, url: str) -> Iterator[Request]:
        """A request for an article that the archive lacks; none for one it holds or that was asked for.

        The scheme does not count: lists of a site may link by http the articles that its feeds link by https.
        """
        name = self.named(url)
        if name in self.asked:
            return
        self.asked.add(name)
        if self.known(url):
            self.held(url)
        elif self.is_passed(url):
            self.count("passed-over/before")
        else:
            yield self.ask(url, self.article)

    def is_passed(self, url: str) -> bool:
        """Whether the page at this address was read before, by http or by https, and named no source of interest."""
        rest = url.partition(":")[2]
        return self.keeper is not None and any(
            self.keeper.is_passed(f"{scheme}:{rest}") for scheme in ("http", "https")
        )

    def held(self, url: str) -> None:
        """Called for a wanted article that the archive holds already."""
        self.count("articles/known")

    def article(self, response: Response) -> Iterator[Any]:
        """The item of an article page, and requests for its further pages."""
        taken: Taken | None = response.meta.get("capture")
        if taken is not None and taken.article is not None:
            self.came[taken.reading.place.site] += 1
            yield taken.item()
        else:
            self.no_article(response)
            if taken is not None and taken.reading.reason == NOT_OF_INTEREST:
                return
        yield from self.further_pages(response)
        yield from self.looks_of(response, response.url)

    def looks_of(self, response: Response, page: str) -> Iterator[Request]:
        """Requests for the requisites of a page, or of its stylesheet."""
        taken: Taken | None = response.meta.get("capture")
        if taken is None or self.requisites is None or "not-modified" in response.flags:
            return
        yield from self.requisites.of(taken, page, self.requisite, self.no_requisite)

    def requisite(self, response: Response, page: str) -> Iterator[Request]:
        """A requisite came: a stylesheet names others."""
        if self.requisites is not None:
            self.requisites.came(response)
        self.count("requisites/came")
        yield from self.looks_of(response, page)

    def no_requisite(self, failure: Failure) -> None:
        """Count a requisite that did not come: its page is none the worse."""
        if self.requisites is not None:
            self.requisites.failed(failure)
        self.count("requisites/failed")

    def further_pages(self, response: Response) -> Iterator[Request]:
        """Requests for the further pages that page 1 of an article links to."""
        own = unwrapped(response.url).url
        site = self.sites.site_of(own)
        if site is None or not may_link_further(own, response.body):
            return
        for link in in_time(response, linked, page_of(response)):
            if site.first_page(unwrapped(link.url).url) == own and not self.known(link.url):
                yield self.ask(link.url, self.article)

    def no_article(self, response: Response) -> None:
        """Count a page that held no article, by its kind."""
        taken: Taken | None = response.meta.get("capture")
        reason = taken.reading.reason if taken is not None else None
        why = blocked(response.status, response.body)
        if taken is not None and reason == NOT_OF_INTEREST:
            self.count(f"passed-over/{taken.reading.place.site}")
            self.logger.debug("passed over url=%s: %s", response.url, taken.reading.detail)
        elif response.request is not None and ends_at_gate(response.request, response.url):
            self.walled(response.request)
        elif why:
            self.refused(response, why)
        else:
            self.count(f"no-article/{reason or 'unread'}")

    def refused(self, response: Response, why: str, *, of_list: bool = False) -> None:
        """Count an answer that refuses us; the third of a site is an alarm, that of a list at once.

        One page alone may be forbidden to everybody.
        """
        self._refused(response.url, why, of_list=of_list)

    def walled(self, request: Request) -> None:
        """Count an article whose redirects ended at a log-in or consent page."""
        asked = request.meta["redirect_urls"][0]
        self.walls[self._host(asked)] += 1
        self._refused(asked, f"redirected to a gate, {request.meta[GATE]}")

    def _refused(self, url: str, why: str, *, of_list: bool = False) -> None:
        host = self._host(url)
        self.count(f"blocked/{host}")
        self.refusals[host] += 1
        if self.refusals[host] == ALARMING_REFUSALS or of_list:
            self.alarm(host, "blocked", f"{why} url={url}")

    def _host(self, url: str) -> str:
        """The site of an address, by its file's host; else the host itself."""
        site = self.site(url)
        return site.host if site else urlsplit(url).hostname or ""

    def loops(self, url: str, *, of_list: bool = False) -> None:
        """Note an address that sends to itself whatever cookies it set: an alarm for a list, or the third of a site.

        Fewer are one where nothing else came of the site; told_loops says so.
        """
        host = self._host(url)
        self.count(f"loops/{host}")
        self.looped.setdefault(host, []).append(url)
        if of_list or len(self.looped[host]) == ALARMING_REFUSALS:
            self.alarm(host, "redirect-loop", f"redirects to itself url={url}")

    def told_loops(self) -> None:
        """Raise the alarm for sites all of whose few pages redirect to themselves."""
        for host, urls in self.looped.items():
            if len(urls) < ALARMING_REFUSALS and not self.came[host]:
                self.alarm(host, "redirect-loop", f"redirects to itself url={urls[0]}")

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Count a page that did not come; its capture says why.

        Where Scrapy gave up on a page that the door could read (a Content-Encoding that lies), here is its item.
        """
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        taken: Taken | None = request.meta.get("capture")
        if taken is not None and taken.article is not None:
            yield taken.item()
            return
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        kind = str(status) if status else type(failure.value).__name__
        self.count(f"failed/{kind}")
        if isinstance(failure.value, HttpError):
            response = failure.value.response
            location = response.headers.get("Location")
            why = blocked(response.status, b"") or gate(
                response.url, target_of(response.url, location or b"")
            )
            before = request.meta.get("redirect_urls", ())
            if is_loop(response.url, response.status, location, before):
                self.loops(next(iter(before), response.url))
            elif ends_at_gate(request, response.url):
                self.walled(request)
            elif why and why != UPKEEP:
                self.refused(response, why)
        elif ends_at_gate(request, request.url):
            self.walled(request)
        self.logger.info("failed url=%s why=%s", request.url, kind)

    def count(self, key: str, by: int = 1) -> None:
        """Add to a counter of the run."""
        if self.crawler.stats:
            self.crawler.stats.inc_value(key, by)

    def alarm(self, site: str, kind: str, text: str) -> None:
        """Say that a person must look at a site this week; the run ends with exit code 3."""
        self.count(f"alarm/{site}/{kind}")
        self.logger.warning("alarm site=%s kind=%s %s", site, kind, text)

    def address(self, href: str, base: str) -> str | None:
        """An address as normalised, None where it is one never to be asked."""
        try:
            return normalised(href, base, ports=self.ports)
        except RefusedAddress as error:
            self.count("refused/links")
            self.logger.info("refused %s on=%s", error, base)
            return None


def may_link_further(url: str, body: bytes) -> bool:
    """Whether a page may link to further pages of itself, without parsing it: 19 articles of 20 have one page.

    Further pages are called 123_2.shtml or c1-123-2.html, or have &Page=2.
    """
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0]
    return b"Page=" in body or re.search(re.escape(name).encode() + rb"[_-]\d{1,3}\b", body) is not None


def page_of(response: Response, url: str | None = None) -> Page:
    """A response as a page; `url` where its own address is not the one it came from."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
    return Page(url or response.url, response.body, content_type)


def chosen(sites: SiteFiles, names: str | None) -> tuple[Site, ...]:
    """The sites that -a site= names, all where it is absent.

    Raises:
        WrongUse: a site without a file, or an empty registry.
    """
    found = sites.named(names) if names is not None else tuple(sites)
    if not found:
        raise WrongUse("no site files found")
    return found
