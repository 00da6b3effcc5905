"""People's Daily 人民日报, issue by issue from its digital edition."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.errors import WrongUse
from crawler.arguments import Days, days
from crawler.site import Dated, Site
from crawler.spider import Harvest, page_of
from extract.paper import issue_of

HOST = "paper.people.com.cn"


class PeopleDaily(Harvest):
    """Every page and article of the issues asked for; without dates, the newest and the week before it."""

    name = "people_daily"
    arguments: ClassVar = ("since", "until", "paper")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.paper: str = given.get("paper") or "rmrb"
        self.range: Days = days(given.get("since"), given.get("until"), self.today)
        if self.range.until and not self.range.since:
            raise WrongUse(f"until={self.range.until}: since= is wanted too, to know where to begin")
        if self.range.since and not self.range.until:
            self.range = Days(self.range.since, self.today)

    def check(self) -> None:
        """Refuse a newspaper that the site file does not know."""
        papers = sorted({edition for dated in self.source.dated for edition in dated.editions})
        if self.paper not in papers:
            raise WrongUse(f"paper={self.paper}: no such newspaper, known are {', '.join(papers)}")

    @property
    def source(self) -> Site:
        """The site file of the digital edition."""
        return self.sites.sites[HOST]

    def schemes(self) -> list[Dated]:
        """The forms that the addresses of this newspaper had."""
        return [dated for dated in self.source.dated if self.paper in dated.editions]

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
        for back in reversed(range(8)):  # the queue gives out the last one first
            yield from self.front_page(newest - timedelta(days=back))

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

    def no_issue(self, failure: Failure) -> Iterator[Any]:
        """A day whose first page does not come: the edition is open for about two years only."""
        yield from self.failed(failure)
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        status = failure.value.response.status if isinstance(failure.value, HttpError) else "no answer"
        self.alarm(HOST, "no-issue", f"{request.cb_kwargs['day']}: {status} url={request.url}")
