"""Every registered site: its lists, feeds, sitemaps, dated folders and data lists, down to new articles."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request

from archive.errors import WrongUse
from crawler.finding.arguments import days, interest
from crawler.finding.links import Link
from crawler.finding.lists import Lists
from crawler.finding.spider import chosen
from extract.script.fold import fold

SHORTEST_TITLE = 6  # folded characters; 图片报道 and 要闻 are titles of everybody's


class Mirrors(Lists):
    """The sites named by -a site=a,b, else all; with dates, paging stops where the range is past.

    -a of=paper.people.com.cn asks only for what may be a copy of an article that the archive holds of that site: links
    under its title, in either script, so that a mirror is not mirrored whole. -a source=人民日报,人民网 keeps only the
    pages that name one of these as their source 来源, or nobody; with -a sourceless=no not the latter either.
    """

    name = "mirrors"
    arguments: ClassVar = ("site", "since", "until", "of", "source", "sourceless")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.names: str | None = given.get("site")
        self.origin: str | None = given.get("of")
        self.titles: frozenset[str] | None = None
        self.range = days(given.get("since"), given.get("until"), self.today)
        self.interest = interest(given.get("source"), given.get("sourceless"))

    def check(self) -> None:
        """Refuse sites without a file."""
        self.chosen = chosen(self.sites, self.names)
        if self.origin is not None:
            self.origin = self.sites.named(self.origin)[0].host

    def opened(self) -> None:
        """Read the titles that are looked for."""
        super().opened()
        if self.origin is not None:
            database = Path(self.settings["ARCHIVE_DIR"]) / "archive.db"
            self.titles = titles_held(database, self.origin)
            self.logger.info("looking for copies of %d articles of %s", len(self.titles), self.origin)

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first page of every list."""
        for site in self.chosen:
            self.listed[site.host] = set()
            for request in self.doors(site):
                yield request

    def wanted(self, links: tuple[Link, ...]) -> Iterator[Request]:
        """Requests for what is in the range and, where copies are looked for, under one of their titles."""
        if self.titles is not None:
            links = tuple(link for link in links if fold(link.title) in self.titles)
        yield from super().wanted(links)

    def closed(self, reason: str) -> None:
        """Compare what lists held with what the site file expects of a run over the latest pages, whole (no JOBDIR)."""
        for host, urls in self.listed.items():
            expected = self.sites.sites[host].expected
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


def titles_held(database: Path, site: str) -> frozenset[str]:
    """Folded titles of the articles that an archive holds of a site, the short ones left out.

    Raises:
        WrongUse: no archive there.
    """
    if not database.is_file():
        raise WrongUse(f"of={site}: no archive at {database}, so no titles to look for")
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT DISTINCT title FROM articles WHERE site = ? AND title IS NOT NULL", [site])
        folded = {fold(title) for (title,) in rows}
    return frozenset(title for title in folded if len(title) >= SHORTEST_TITLE)
