"""Copies of one article: by searches, lists of its days, web archives, and its own address in other forms."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, Self
from urllib.parse import quote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import WrongUse
from archive.grouping.relatives import SoughtArticle, article_at, article_of, carriers, frequency, kin
from archive.grouping.texts import whole_day
from archive.run.folder import Archive
from archive.values import number_typed
from archive.view.ledger import Try
from crawler.finding.arguments import Days
from crawler.finding.cdx import CdxRow
from crawler.finding.data import TAG, entries
from crawler.finding.limited import in_time
from crawler.finding.links import EVERY_LINK, Link, NotAList, linked, listed
from crawler.finding.list_addresses import inner, list_addresses, list_at, without_scheme
from crawler.finding.lists import day_of
from crawler.finding.spider import chosen, page_of
from crawler.finding.web_archives import Replays, Target, sources
from crawler.registry.phrases import Titles, in_script, phrases, variants
from crawler.registry.site import Search, Site
from crawler.registry.urls import RefusedAddress, normalised, unwrapped
from crawler.terminal.copies_report import report
from crawler.terminal.words import say
from extract.page.blocked import blocked

DAYS = 7  # of lists behind the day of publication; -a days= says otherwise
MOST_DAYS = 60


@dataclass(slots=True)
class Tried:
    """The result of one way of searching one site; `candidates` are addresses of pages."""

    asked: int = 0
    fetched: int = 0
    candidates: set[str] = field(default_factory=set)


class Copies(Replays):
    """Copies of the article at -a url=, or of the story -a story=; -a site=a,b looks at these sites only.

    Lists are read for the day of publication, the day before and -a days= after it (7). -a archive= as for web_archive,
    `none` for nowhere. Only pages linked under the article's title, in either script, are fetched.
    """

    name = "copies"
    arguments: ClassVar = ("url", "story", "site", "days", "archive")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        if bool(given.get("url")) == bool(given.get("story")):
            raise WrongUse("copies wants either -a url= or -a story=")
        self.url: str | None = _address(given["url"]) if given.get("url") else None
        self.story: int | None = _number("story", given["story"], 1, 10**15) if given.get("story") else None
        self.days = _number("days", given.get("days") or str(DAYS), 0, MOST_DAYS)
        self.names: str | None = given.get("site")
        archive = given.get("archive") or "wayback"
        self.sources = () if archive == "none" else sources(archive)
        self.sought: SoughtArticle | None = None
        self.titles = Titles(())
        self.tried_ways: dict[tuple[str, str], Tried] = {}
        self.forbidden: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.look_up(Archive(Path(crawler.settings["ARCHIVE_DIR"]), spider.sites))
        return spider

    def look_up(self, archive: Archive) -> None:
        """Look up the story that is looked for. Raises WrongUse where the archive does not hold it."""
        self.archive = archive
        if self.story is not None and self.held_article() is None:
            raise WrongUse(f"story={self.story}: no such story in {archive.database}")

    archive: Archive

    def check(self) -> None:
        """Refuse sites without a file."""
        self.chosen = self.owned(chosen(self.sites, self.names))

    # -- the article

    def held_article(self) -> SoughtArticle | None:
        """The article as the archive holds it."""
        if not self.archive.database.is_file():
            return None
        with self.reading() as conn:
            if self.story is not None:
                return article_of(conn, self.story)
            return article_at(conn, _forms(self.url or ""))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The archive's database, to read; before the run has opened it, it may be of an earlier release."""
        with self.archive.reading(any_release=True) as store:
            yield store.conn

    async def start(self) -> AsyncIterator[Request]:
        """Look everywhere for copies of an article that is held; fetch it first where it is not."""
        held = self.held_article()
        for request in self.everywhere(held) if held else self.ask_for_it():
            yield request

    def ask_for_it(self) -> Iterator[Request]:
        """Requests for the article itself, from its site and web archives; the search uses the first answer."""
        if self.url:
            yield from self.ask_article(self.url)
            yield from self.ask_archives([Target(self.url)])

    def article(self, response: Response) -> Iterator[Any]:
        """The item of an article; the first article starts the search for its copies."""
        for found in super().article(response):
            if self.sought is None and isinstance(found, dict) and found["title"]:
                day = whole_day(found["published_at"])
                wanted = SoughtArticle(
                    found["url"], found["site"], found["title"], day, found["original_title"]
                )
                yield from self.everywhere(wanted)
            yield found

    # -- everywhere

    def everywhere(self, wanted: SoughtArticle) -> Iterator[Request]:
        """The requests of every search, made once the sought article is known."""
        self.sought = wanted
        if wanted.published_on:
            day = date.fromisoformat(wanted.published_on)
            self.range = Days(day - timedelta(days=1), day + timedelta(days=self.days))
        with self.reading() as conn:
            asked_for = phrases(wanted.title, partial(frequency, conn))
            known = carriers(conn, wanted.site)
            copies = [
                one.title for one in kin(conn, wanted.url) if one.relation in ("origin", "copy", "abridged")
            ]
        # a copy under a title of its own is copied under that title
        self.titles = Titles([wanted.title, wanted.original_title, *copies])
        self.logger.info("looking for copies of %s under %s", wanted.url, " / ".join(asked_for))
        yield from self.variants(wanted.url)
        for site in self.chosen:
            for n, search in enumerate(site.search):
                for phrase in asked_for:
                    yield self.question(site, n, search, phrase)
        for site in self.chosen:
            yield from self.doors(site)
        yield from self.ask_archives([Target(wanted.url), *self.archived_lists(known)])

    def variants(self, url: str) -> Iterator[Request]:
        """The same page at other addresses."""
        for other in variants(url):
            site = self.site(other)
            host = site.host if site else urlsplit(other).hostname or ""
            yield from self.candidate("variant", host, other, asked=1)

    def question(self, site: Site, n: int, search: Search, phrase: str) -> Request:
        """A site's own search for a phrase."""
        said = in_script(phrase, search, site.region)
        escaped = quote(said.encode(search.charset, "replace"), safe="")
        request = self.ask(search.url.replace("{query}", escaped), self.hits, host=site.host, n=n)
        request = request.replace(errback=self.closed_search, dont_filter=True)  # one address, many POSTs
        if search.body is None:
            return request
        body = search.body.replace("{query}", json.dumps(said, ensure_ascii=False)[1:-1])
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        return request.replace(method="POST", body=body.encode(search.charset), headers=headers)

    def closed_search(self, failure: Failure) -> Iterator[Any]:
        """A search that does not come is an alarm; one that robots.txt keeps us from, a line of the report."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        if isinstance(failure.value, IgnoreRequest) and "robots.txt" in failure.getErrorMessage():
            self.forbidden.add(request.cb_kwargs["host"])
            self.logger.info("not asked: %s url=%s", failure.getErrorMessage(), request.url)
        else:
            yield from self.closed_door(failure)

    def hits(self, response: Response, host: str, n: int) -> Iterator[Request]:
        """The results of a search: links under the title, not older than the article's day."""
        site = self.sites.sites[host]
        search = site.search[n]
        page = page_of(response)
        try:
            found = (
                in_time(response, entries, page, search.entries(), self.today)
                if search.items is not None
                else ()
            )
        except NotAList as error:
            self.alarm(host, "not-a-list", str(error))
            return
        if search.items is None:
            found = in_time(response, linked, page, search.links or EVERY_LINK)
        links = self.articles(site, tuple(inner(link, site) for link in found), response.url)
        says_none = not found if search.items is not None else search.none.search(TAG.sub("", page.text))
        if not links and not says_none:
            self.no_hits(response, host)
        late = [link for link in links if (day_of(link) or date.max) >= (self.range.since or date.min)]
        yield from self.candidates("search", host, late)

    def no_hits(self, response: Response, host: str) -> None:
        """Count a refusal of a search; an answer with neither results nor a word of finding none is an alarm."""
        why = blocked(response.status, response.body)
        if why:
            self.refused(response, why, of_list=True)
        else:
            self.alarm(host, "no-hits", f"neither articles nor word of finding none url={response.url}")

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Requests for the links of a list that are of the days and under the title."""
        for link in links:
            site, day = self.site(link.url), day_of(link)
            if site and (day is None or day in self.range):
                yield from self.candidates("list", site.host, [link])

    def candidates(self, way: str, host: str, links: list[Link]) -> Iterator[Request]:
        """Requests for those links that are under the article's title."""
        for link in links:
            if self.titles.fit(link.title):
                yield from self.candidate(way, host, link.url)

    def candidate(self, way: str, host: str, url: str, *, asked: int = 0) -> Iterator[Request]:
        """The request for a page that may be a copy, unless it is held or was asked for."""
        tried = self.tried_ways.setdefault((way, host), Tried())
        tried.asked += asked
        if self.sought and without_scheme(url) == without_scheme(self.sought.url):
            return
        tried.candidates.add(url)
        for request in self.ask_article(url):
            tried.fetched += 1
            yield request

    def ask(self, url: str, callback: Callable[..., Any], /, **kwargs: Any) -> Request:
        """A request, counted where it is a question."""
        way = self.way_of(callback)
        if way:
            host = urlsplit(url).hostname or "" if way == "archive" else str(kwargs.get("host"))
            self.tried_ways.setdefault((way, host), Tried()).asked += 1
        return super().ask(url, callback, **kwargs)

    def way_of(self, reader: Callable[..., Any]) -> Literal["list", "search", "archive"] | None:
        """The way of a request, by the method that reads its answer; None for articles and robots.txt."""
        if reader in (self.listing, self.data_list, self.feed, self.sitemap, self.folder):
            return "list"
        if reader == self.hits:
            return "search"
        return "archive" if reader in (self.index, self.timemap, self.collections) else None

    # -- web archives

    def archived_lists(self, known: tuple[str, ...]) -> Iterator[Target]:
        """The lists of the article's days as archives hold them, of the sites known to carry its publisher.

        An index knows no titles: the lists do.
        """
        carry = [site for site in self.chosen if self.names or not known or site.host in known]
        for site in carry:
            for place in list_addresses(site, self.range):
                yield Target(place.url, place.match, site.host, late_days=1)

    def is_wanted(self, row: CdxRow, host: str | None) -> bool:
        """Every state of one address; of a site, its lists."""
        return host is None or self.is_list(row.original)

    def is_list(self, url: str) -> bool:
        """Whether a captured address is a list."""
        try:
            own = unwrapped(normalised(url, ports=frozenset())).url
        except RefusedAddress:
            return False
        site = self.sites.site_of(own)
        return (
            site is not None
            and not site.is_article(own)
            and any(place.includes(own) for place in list_addresses(site, self.range))
        )

    def capture(self, response: Response, timestamp: str) -> Iterator[Any]:
        """A capture: a list, whose links lead to captures of articles, or an article."""
        own = unwrapped(response.url).url
        if response.status != 200 or not self.is_list(own):
            yield from super().capture(response, timestamp)
            return
        self.compare_time(response, timestamp)
        site = self.sites.site_of(own)
        if site is None:
            return
        page = page_of(response, own)
        listing = next((one for one in site.listings if list_at(one.url).includes(own)), None)
        links = (
            in_time(response, listed, page, listing, self.today)
            if listing
            else in_time(response, linked, page)
        )
        fits = [link for link in links if self.is_article(link.url, site) and self.titles.fit(link.title)]
        tried = self.tried_ways.setdefault(("archive", urlsplit(response.url).hostname or ""), Tried())
        for link in fits:
            if link.url not in tried.candidates:
                tried.candidates.add(link.url)
                yield from self.ask_archives([Target(link.url)])

    def ask_capture(self, source: Any, row: CdxRow) -> Iterator[Request]:
        """A capture, counted where it may be a copy."""
        if self.is_list(row.original):
            yield from super().ask_capture(source, row)
            return
        place = source.replay or source.data
        tried = self.tried_ways.setdefault(("archive", urlsplit(place).hostname or ""), Tried())
        if not self.sought or without_scheme(row.original) != without_scheme(self.sought.url):
            tried.candidates.add(row.original)
        for request in super().ask_capture(source, row):
            tried.fetched += 1
            yield request

    # -- the end

    def closed(self, reason: str) -> None:
        """Print the ways that were tried and the copies that were found; write both into the record."""
        if self.sought is None:
            host = urlsplit(self.url or "").hostname or ""
            self.alarm(host, "no-article", f"neither the site nor an archive has it url={self.url}")
            return
        if self.keeper is None:
            return
        self.keeper.commit()
        with self.reading() as conn:
            family = kin(conn, self.sought.url)
        tries = self.tries({member.url for member in family})
        self.keeper.tries = tries
        print(report(self.sought, tries, family, self.keeper.run_id))
        if self.forbidden:
            say(f"not searched, robots.txt forbids it: {', '.join(sorted(self.forbidden))}")

    def tries(self, members: set[str]) -> list[Try]:
        """The tries, one for each way at each site; those that found something come first."""
        rests = {without_scheme(url) for url in members}
        found = [
            Try(
                self.sought.url if self.sought else "",
                way,
                host,
                tried.asked,
                len(tried.candidates),
                tried.fetched,
                sum(without_scheme(url) in rests for url in tried.candidates),
            )
            for (way, host), tried in self.tried_ways.items()
        ]
        return sorted(found, key=lambda one: (-one.found, -one.candidates, one.way, one.site))


def _forms(url: str) -> list[str]:
    """An address with http and with https; for a gateway's address, the address that it converts as well."""
    both = [
        f"{scheme}:{without_scheme(one)}" for one in (url, unwrapped(url).url) for scheme in ("http", "https")
    ]
    return list(dict.fromkeys(both))


def _address(url: str) -> str:
    try:
        return normalised(url, ports=frozenset())
    except RefusedAddress as error:
        raise WrongUse(f"url={error}") from error


def _number(name: str, text: str, least: int, most: int) -> int:
    number = number_typed(text)
    if number is None or not least <= number <= most:
        raise WrongUse(f"{name}={text}: wanted a whole number from {least} to {most}")
    return number
