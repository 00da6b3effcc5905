"""Every registered site: its lists, feeds, sitemaps, dated folders and data lists, down to new articles."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar

from scrapy import Request

from crawler.arguments import days
from crawler.lists import Lists
from crawler.spider import chosen


class Mirrors(Lists):
    """The sites named by -a site=a,b, else all; with dates, paging stops where the range is past."""

    name = "mirrors"
    arguments: ClassVar = ("site", "since", "until")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.names: str | None = given.get("site")
        self.range = days(given.get("since"), given.get("until"), self.today)

    def check(self) -> None:
        """Refuse sites without a file."""
        self.chosen = chosen(self.sites, self.names)

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first page of every list."""
        for site in self.chosen:
            self.listed[site.host] = set()
            for request in self.doors(site):
                yield request

    def closed(self, reason: str) -> None:
        """Compare what lists held with what the site file expects of a run over the latest pages."""
        for host, urls in self.listed.items():
            expected = self.sites.sites[host].expected
            self.count(f"listed/{host}", len(urls))
            if self.range.is_open and reason == "finished" and expected:
                if len(urls) < expected[0]:
                    self.alarm(
                        host, "too-few", f"{len(urls)} articles listed, expected at least {expected[0]}"
                    )
                elif len(urls) > expected[1]:
                    self.alarm(
                        host, "too-many", f"{len(urls)} articles listed, expected at most {expected[1]}"
                    )
