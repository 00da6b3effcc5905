"""The pages of the sample network on a day, for the hosts' modules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from crawler.sample.answer import Answer, Maker, text_answer
from crawler.sample.catalog import printings
from crawler.sample.looks import dressed
from crawler.sample.outlets import OUTLETS, outlet_of
from crawler.sample.printing import Printing

BEIJING = timezone(timedelta(hours=8))
Places = Iterator[tuple[str, Maker]]
"""Addresses without scheme (`host/path?query`), each with the maker of its answer."""


@dataclass(frozen=True, slots=True)
class World:
    """A day of the sample network. `crawl_delay_s` is what people.com.cn's robots.txt ask for; `slow` adds the
    page that takes a byte a second, `calm` leaves out every page in trouble."""

    today: date
    crawl_delay_s: int
    slow: bool
    calm: bool
    retry_after_s: int
    printings: tuple[Printing, ...]

    @classmethod
    def on(
        cls,
        today: date,
        *,
        crawl_delay_s: int = 0,
        slow: bool = False,
        calm: bool = False,
        retry_after_s: int = 0,
    ) -> "World":
        """The network as it is on a day."""
        return cls(today, crawl_delay_s, slow, calm, retry_after_s, printings(today))

    def has(self, kind: str) -> bool:
        """Whether the page in this kind of trouble is there."""
        return not self.calm and (kind != "slow" or self.slow)

    @property
    def now(self) -> datetime:
        """The time on the hosts' clocks: noon of the day in Beijing, as UTC."""
        return datetime.combine(self.today, time(4), UTC)

    def at(self, host: str) -> list[Printing]:
        """A host's live article pages, newest first, including those that are away."""
        return [page for page in reversed(self.printings) if page.host == host and not page.only_archived]

    def listed(self, host: str, under: str = "/") -> list[Printing]:
        """The pages a host's listings show, newest first."""
        return [page for page in self.at(host) if not page.gone and page.path.startswith(under)]

    def earlier(self, item: Printing, count: int) -> list[tuple[str, str]]:
        """Paths and titles of a host's pages in the same script older than one: links that never change again."""
        older = [
            page
            for page in self.at(item.host)
            if (page.published, page.url) < (item.published, item.url) and page.script == item.script
        ]
        return [(page.path, page.title) for page in older[:count]]

    def html(self, page: Printing, text: str) -> Answer:
        """A page of an article as its host sends it."""
        outlet = outlet_of(page.host, page.path)
        return text_answer(outlet, dressed(page, text), self.modified([page]))

    def listing(self, host: str, text: str, shown: list[Printing], path: str = "/") -> Answer:
        """A listing as its host sends it."""
        return text_answer(outlet_of(host, path), text, self.modified(shown))

    def data(self, host: str, text: str, content_type: str, shown: list[Printing]) -> Answer:
        """A feed, sitemap or JSON list; always in UTF-8, even if the host's pages are not."""
        outlet = OUTLETS[host]
        answer = text_answer(outlet, "", self.modified(shown), content_type)
        return Answer(
            body=text.encode(),
            content_type=content_type,
            coding="gzip" if outlet.coding else None,
            framing="length",
            headers=answer.headers,
            validators=answer.validators,
            modified=answer.modified,
        )

    def modified(self, shown: list[Printing]) -> datetime:
        """The time of the last change among the pages shown."""
        days = [page.published.replace(tzinfo=BEIJING) for page in shown]
        days += [
            datetime.combine(change.on, time(9), BEIJING)
            for page in shown
            for change in page.changes
            if change.on <= self.today
        ]
        return max(days, default=datetime(2020, 1, 1, tzinfo=BEIJING))


def short(day: datetime) -> str:
    """A day in the form of listings."""
    return f"{day:%Y-%m-%d}"
