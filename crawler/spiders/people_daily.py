"""People's Daily 人民日报, issue by issue from its digital edition."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.errors import WrongUse
from archive.run.folder import Archive
from archive.view.paper_issues import PageCoverage, coverage, is_whole, printed, ways_told
from crawler.finding.arguments import Days, days
from crawler.finding.cdx import CdxRow
from crawler.finding.limited import in_time
from crawler.finding.links import Link
from crawler.finding.lists import day_of
from crawler.finding.lost_issues import HOST, MOST_ROWS, LostIssue
from crawler.finding.spider import page_of
from crawler.finding.web_archives import Replays, Source, Target, own_address, sources
from crawler.registry.site import Dated, Site
from crawler.registry.urls import date_in
from extract.fields.paper import is_layout, issue_of
from extract.script.fold import fold

WEEK = 7  # days before the newest issue that a run without dates completes
COPIES = "people.com.cn"  # where the paper's articles stay
ASKED_PEOPLE = "asked people.com.cn"  # key of the days, in what a stopped job goes on with
GONE = (404, 410)
LATE_DAYS = 5 * 365  # issues of 2020 stood open until about 2024: archives may have come by late


class PeopleDaily(Replays):
    """Every page and article of the issues asked for; without dates, the newest and the week before it.

    For issues gone from the paper's site, web archives (-a archive=, none for nowhere) give the layout pages with the
    titles printed. The articles are looked for on people.com.cn, then among the articles that the archive holds, then
    in the web archives.
    """

    name = "people_daily"
    arguments: ClassVar = ("since", "until", "paper", "archive")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.paper: str = given.get("paper") or "rmrb"
        self.range = days(given.get("since"), given.get("until"), self.today)
        archive = given.get("archive") or "wayback"
        self.sources = () if archive == "none" else sources(archive)
        self.state: dict[str, Any] = {}  # what a stopped job goes on with: Scrapy's SpiderState puts it here
        if self.range.until and not self.range.since:
            raise WrongUse(f"until={self.range.until}: since= is wanted too, to know where to begin")
        if self.range.since and not self.range.until:
            self.range = Days(self.range.since, self.today)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    def check(self) -> None:
        """Refuse a newspaper that the site file does not know."""
        papers = sorted({edition for dated in self.edition.dated for edition in dated.editions})
        if self.paper not in papers:
            raise WrongUse(f"paper={self.paper}: no such newspaper, known are {', '.join(papers)}")

    @property
    def edition(self) -> Site:
        """The site file of the digital edition."""
        return self.sites.sites[HOST]

    def schemes(self) -> list[Dated]:
        """The forms that the addresses of this newspaper had."""
        return [dated for dated in self.edition.dated if self.paper in dated.editions]

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the front page of every day, or for the newest issue."""
        if not self.shard.owns(HOST):
            self.logger.info("%s is another crawler's: ZHUANZAI_SHARD", HOST)
            return
        if ASKED_PEOPLE in self.state:  # a job that was stopped then: nothing is left to begin
            self.range = self.state[ASKED_PEOPLE]
        elif self.range.is_open:
            for dated in self.schemes():
                if dated.latest:
                    yield self.ask(dated.latest.format(edition=self.paper), self.newest)
        else:
            for day in self.range:
                for request in self.front_page(day):
                    yield request

    def newest(self, response: Response) -> Iterator[Any]:
        """The date of the newest issue fixes the week: the index may change while we read."""
        issue = in_time(response, issue_of, page_of(response))
        if issue is None:
            self.alarm(HOST, "layout", f"no issue on the index page url={response.url}")
            return
        newest = date.fromisoformat(issue.date)
        if newest > self.today:
            self.alarm(HOST, "tomorrow", f"the index shows the issue of {newest} url={response.url}")
            newest = self.today
        whole = self.whole_days(newest - timedelta(days=WEEK), newest - timedelta(days=1))
        for back in reversed(range(WEEK + 1)):  # the queue gives out the last one first
            day = newest - timedelta(days=back)
            if day in whole:
                self.count("issues/whole")
            else:
                yield from self.front_page(day)

    def whole_days(self, since: date, until: date) -> set[date]:
        """Days of which the archive holds every page and every item itself: nothing to ask for."""
        pages = self.covered(since, until)
        lacking = {
            page.date
            for page in pages
            if not page.is_listed or page.held - dict(page.ways).get("copy", 0) < page.printed
        }
        return {date.fromisoformat(page.date) for page in pages if page.date not in lacking}

    def covered(self, since: date, until: date) -> tuple[PageCoverage, ...]:
        """The coverage as `scrapy status --coverage` prints it, with this run's pages; empty without an archive."""
        with self.reading() as conn:
            return coverage(conn, self.paper, since, until) if conn else ()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The archive's database, to read, after a commit of the waiting batch; None where nothing is kept."""
        archive = Archive(Path(self.settings["ARCHIVE_DIR"]), self.sites)
        if self.keeper is None or not archive.database.is_file():
            yield None
            return
        self.keeper.commit()
        with archive.reading() as store:
            yield store.conn

    def front_page(self, day: date) -> Iterator[Request]:
        """The request for a day's first page, by the scheme of that day."""
        url = next((found for dated in self.schemes() if (found := dated.on(day, self.paper))), None)
        if url is None:
            self.alarm(HOST, "no-scheme", f"no address is known for {self.paper} of {day}")
            return
        request = self.ask(url, self.layout, day=day.isoformat())
        yield request.replace(errback=self.no_issue, priority=1)

    def layout(self, response: Response, day: str) -> Iterator[Any]:
        """The other pages of the issue and the articles of this one."""
        issue = in_time(response, issue_of, page_of(response))
        if issue is None or not (issue.pages or issue.items):
            self.alarm(HOST, "layout", f"no pages and no articles on url={response.url}")
            return
        if issue.date != day:
            self.alarm(HOST, "other-day", f"asked for {day}, got {issue.date} url={response.url}")
            return
        self.count(f"issue/{day}/pages")
        for link in issue.pages:
            url = self.address(link.url, response.url)
            if url:
                yield self.ask(url, self.layout, day=day).replace(priority=1)
        for item in issue.items:
            url = self.address(item.url, response.url)
            if url:
                yield from self.ask_article(url)

    # -- issues that are gone

    @property
    def lost(self) -> dict[date, LostIssue]:
        """The days of which something is looked for elsewhere."""
        found: dict[date, LostIssue] = self.state.setdefault("lost", {})
        return found

    def no_issue(self, failure: Failure) -> Iterator[Any]:
        """A day whose first page does not come: the site keeps the edition for about two years only."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        day = date.fromisoformat(request.cb_kwargs["day"])
        if any(dated.daily for dated in self.schemes() if dated.on(day, self.paper)):
            self.lost.setdefault(day, LostIssue())
            yield from self.failed(failure)
        else:
            yield from super().failed(failure)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """A page that does not come; where the paper says that it has none, its day is looked for elsewhere."""
        yield from super().failed(failure)
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        day = date_in(request.url)
        is_gone = isinstance(failure.value, HttpError) and failure.value.response.status in GONE
        if is_gone and day and day in self.range and urlsplit(request.url).hostname == HOST:
            yield from self.ask_layouts(day, request.url)

    def ask_layouts(self, day: date, url: str) -> Iterator[Request]:
        """Ask web archives for the folder of a day: its layout pages come at once, its articles wait their turn."""
        if self.range.is_open:
            return
        lost = self.lost.setdefault(day, LostIssue())
        if lost.is_asked:
            return
        lost.is_asked = True
        if is_whole(self.covered(day, day)):
            self.count("issues/whole")
            return
        folder = url.rpartition("/")[0] + "/"
        folders = (
            folder.replace("/pc/content/", "/pc/layout/"),
            folder.replace("/pc/layout/", "/pc/content/"),
        )
        yield from self.ask_archives(
            [Target(prefix, "prefix", HOST, LATE_DAYS, "urlkey") for prefix in dict.fromkeys(folders)]
        )

    def is_wanted(self, row: CdxRow, host: str | None) -> bool:
        """Articles of a lost day, and its layout pages."""
        return is_layout(own_address(row) or "") or super().is_wanted(row, host)

    def ask_capture(self, source: Source, row: CdxRow) -> Iterator[Request]:
        """A request for a layout page. An article of a lost issue waits: other places may have it too."""
        own = own_address(row) or row.original
        lost = self.lost.get(date_in(own) or date.min)
        if lost is None or is_layout(own):
            yield from super().ask_capture(source, row)
        else:
            lost.hold_back(urlsplit(own).path, source.name, row)

    def idle(self) -> None:
        """Called when all requests are answered: ask the next place for the missing articles of lost issues."""
        if self.range.is_open or not self.sources or not self.lost or self.crawler.engine is None:
            return
        self.look()
        requests = list(self.ask_people()) or list(self.ask_rows())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def look(self) -> None:
        """Note the articles of the lost issues that the archive holds by now, from any source."""
        with self.reading() as conn:
            if conn is None:
                return
            items = printed(conn, self.paper, min(self.lost), max(self.lost))
            by_day = {day: tuple(own) for day, own in groupby(items, key=lambda item: item.date)}
            for day, lost in self.lost.items():
                lost.compare(conn, by_day.get(day.isoformat(), ()))

    def ask_people(self) -> Iterator[Request]:
        """The lists of people.com.cn, once, where articles of lost days are missing or not even known."""
        lacking = [day for day, lost in self.lost.items() if lost.titles or not lost.is_listed]
        if lacking and ASKED_PEOPLE not in self.state:
            self.range = self.state[ASKED_PEOPLE] = Days(min(lacking), max(lacking))
            yield from self.doors(self.sites.sites[COPIES])

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Requests for articles of people.com.cn of a lost day, under a title of the issue if titles are known."""
        for link in links:
            lost = self.lost.get(day_of(link) or date.min)
            if lost and (not lost.is_listed or fold(link.title) in lost.titles):
                yield from self.ask_article(link.url)

    def article(self, response: Response) -> Iterator[Any]:
        """An article, which may be one of a lost issue: one copy is enough."""
        for found in super().article(response):
            if isinstance(found, dict):
                for lost in self.lost.values():
                    lost.titles.discard(fold(found["title"] or ""))
            yield found

    def ask_rows(self) -> Iterator[Request]:
        """A capture of each article that nobody else had; of one that did not come the time before, the next."""
        for lost in self.lost.values():
            for path, rows in lost.rows.items():
                request = None
                while rows and request is None and path not in lost.held:
                    source, row = rows.pop(0)
                    # another archive may have been asked for the same bytes, and not have given them
                    self.digests.discard((row.original, row.digest or ""))
                    request = next(super().ask_capture(self.source(source), row), None)
                if request is not None:
                    yield request

    def closed(self, reason: str) -> None:
        """Report for every lost day the number of articles from each source, and the number still missing."""
        if not self.lost:
            return
        if reason != "finished":
            days_lost = ", ".join(str(day) for day in sorted(self.lost))
            self.logger.info("stopped (%s) before all was looked for of the issues of %s", reason, days_lost)
            return
        pages = self.covered(min(self.lost), max(self.lost))
        for day, lost in sorted(self.lost.items()):
            if lost.dropped:
                self.alarm(
                    HOST, "many-rows", f"{day}: {lost.dropped} captures above {MOST_ROWS} not looked at"
                )
            self.report_day(day, [page for page in pages if page.date == day.isoformat()])

    def report_day(self, day: date, pages: Sequence[PageCoverage]) -> None:
        """Report for one day the number of items from each source; an alarm if items are missing."""
        count = sum(page.printed for page in pages)
        missing = [title for page in pages for title in page.missing]
        unlisted = sum(not page.is_listed for page in pages)
        if unlisted == len(pages):
            self.alarm(
                HOST,
                "no-issue",
                f"{day}: the paper does not give this issue, nor has any archive asked its layout pages",
            )
        elif missing or unlisted:
            self.alarm(
                HOST,
                "incomplete",
                f"{day}: {len(missing)} of {count} not found: {missing[:5]}, {unlisted} pages not listed;"
                f" held: {ways_told(pages)}",
            )
        else:
            self.logger.info(
                "issue %s completed from archives and copies: %s items: %s", day, count, ways_told(pages)
            )
