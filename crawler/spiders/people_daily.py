"""People's Daily 人民日报, issue by issue from its digital edition."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.errors import WrongUse
from archive.issues import coverage
from crawler.arguments import Days, days
from crawler.cdx import Row
from crawler.listing import Link
from crawler.lists import day_of
from crawler.replays import Replays, Target, sources
from crawler.site import Dated, Site
from crawler.spider import page_of
from crawler.urls import unwrapped
from extract.paper import is_layout, issue_of
from extract.script import fold

HOST = "paper.people.com.cn"
WEEK = 7  # days before the newest issue that a run without dates completes
COPIES = "people.com.cn"  # where the paper's articles stay


@dataclass(slots=True)
class Lost:
    """An issue that the paper answers 404 for: what archived layout pages say it held, and what was found of it."""

    titles: dict[str, str] = field(default_factory=dict)  # by address
    found: set[str] = field(default_factory=set)  # addresses, and folded titles of copies

    def missing(self) -> list[str]:
        """Titles of which nothing was found."""
        return [
            title
            for url, title in self.titles.items()
            if url not in self.found and fold(title) not in self.found
        ]


class PeopleDaily(Replays):
    """Every page and article of the issues asked for; without dates, the newest and the week before it.

    Issues that are gone from the paper's site are looked for in web archives (-a archive=, none for nowhere) and on
    people.com.cn.
    """

    name = "people_daily"
    arguments: ClassVar = ("since", "until", "paper", "archive")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.paper: str = given.get("paper") or "rmrb"
        self.range = days(given.get("since"), given.get("until"), self.today)
        archive = given.get("archive") or "wayback"
        self.sources = () if archive == "none" else sources(archive)
        self.lost: dict[date, Lost] = {}
        self.asked_people = False
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
        if self.range.is_open:
            for dated in self.schemes():
                if dated.latest:
                    yield self.ask(dated.latest.format(edition=self.paper), self.newest)
        else:
            for day in self.range:
                for request in self.front_page(day):
                    yield request

    def newest(self, response: Response) -> Iterator[Any]:
        """The date of the newest issue fixes the week: the index may change while we read."""
        issue = issue_of(page_of(response))
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
        database = Path(self.settings["ARCHIVE_DIR"]) / "archive.db"
        if self.keeper is None or not database.is_file():
            return set()
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            pages = coverage(conn, self.paper, since, until)
        lacking = {
            page.date
            for page in pages
            if not page.is_listed or page.held - dict(page.ways).get("copy", 0) < page.printed
        }
        return {date.fromisoformat(page.date) for page in pages if page.date not in lacking}

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
        issue = issue_of(page_of(response))
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

    def no_issue(self, failure: Failure) -> Iterator[Any]:
        """A day whose first page does not come: the edition is open for about two years only."""
        yield from self.failed(failure)
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        day = date.fromisoformat(request.cb_kwargs["day"])
        gone = isinstance(failure.value, HttpError) and failure.value.response.status in (404, 410)
        if not any(dated.daily for dated in self.schemes() if dated.on(day, self.paper)):
            return
        self.lost[day] = Lost()
        if not gone or self.range.is_open:
            return
        folder = request.url.rpartition("/")[0] + "/"
        for prefix in dict.fromkeys((folder, folder.replace("/pc/layout/", "/pc/content/"))):
            for source in self.sources:
                if source.index:
                    target = Target(prefix, "prefix", HOST, collapse="urlkey")
                    yield self.ask_index(source.name, source.index, target)

    def is_wanted(self, row: Row, host: str | None) -> bool:
        """Everything in the folder of a lost day, its layout pages too."""
        return host == HOST or super().is_wanted(row, host)

    def is_list(self, url: str) -> bool:
        """Layout pages are read again: they say what the issue held."""
        return is_layout(url)

    def capture(self, response: Response, timestamp: str) -> Iterator[Any]:
        """A page of a lost issue, from a web archive."""
        issue = issue_of(page_of(response, unwrapped(response.url).url)) if response.status == 200 else None
        if issue is not None:
            lost = self.lost.get(date.fromisoformat(issue.date))
            if lost is not None:
                lost.titles |= {item.url: item.title for item in issue.items if item.kind == "article"}
        yield from super().capture(response, timestamp)

    def held(self, url: str) -> None:
        """An article of a lost issue may be held from an earlier run."""
        super().held(url)
        for lost in self.lost.values():
            lost.found.add(url)

    def article(self, response: Response) -> Iterator[Any]:
        """An article, which may be one of a lost issue."""
        for found in super().article(response):
            if isinstance(found, dict):
                for lost in self.lost.values():
                    lost.found |= {unwrapped(response.url).url, fold(found["title"] or "")}
            yield found

    def idle(self) -> None:
        """Once the paper and the archives have answered, look for copies of lost issues on people.com.cn."""
        days_lost = [day for day, lost in self.lost.items() if not lost.titles or lost.missing()]
        if not days_lost or self.asked_people or not self.sources or self.range.is_open:
            return
        self.asked_people = True
        self.range = Days(min(days_lost), max(days_lost))
        for request in self.doors(self.sites.sites[COPIES]):
            if self.crawler.engine is not None:
                self.crawler.engine.crawl(request)
        raise DontCloseSpider

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Of people.com.cn, what was published on a lost day, and under a title of the issue where these are known."""
        for link in links:
            lost = self.lost.get(day_of(link) or date.min)
            if lost is None:
                continue
            titles = {fold(title) for title in lost.missing()}
            if not lost.titles or fold(link.title) in titles:
                if self.known(link.url):
                    lost.found.add(fold(link.title))
                yield from self.ask_article(link.url)

    def closed(self, reason: str) -> None:
        """Say of every lost day what is still missing."""
        for day, lost in sorted(self.lost.items()):
            missing = lost.missing()
            if not lost.titles:
                self.alarm(
                    HOST,
                    "no-issue",
                    f"{day}: the paper has no such issue any more, nor has any archive asked",
                )
            elif missing:
                self.alarm(
                    HOST,
                    "incomplete",
                    f"{day}: {len(missing)} of {len(lost.titles)} not found: {missing[:5]}",
                )
            else:
                self.logger.info(
                    "issue %s completed from archives and copies: %s articles", day, len(lost.titles)
                )
