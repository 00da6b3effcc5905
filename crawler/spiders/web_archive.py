"""Copies that web archives hold: the Wayback Machine, Common Crawl, any pywb; fetched raw and marked as such."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from scrapy import Request

from archive.errors import WrongUse
from crawler.finding.arguments import days, interest
from crawler.finding.spider import chosen
from crawler.finding.web_archives import Replays, Target, sources
from crawler.registry.urls import RefusedAddress, normalised


class WebArchive(Replays):
    """Every state of the addresses asked for; -a url= one address, -a site= every article address of a site.

    With -a since= and until=, articles published in these days. -a archive= names one of archives.toml, or is the
    address of a pywb collection (http://localhost:8080/my-collection). -a source= and -a sourceless= as for mirrors.
    """

    name = "web_archive"
    arguments: ClassVar = ("url", "site", "since", "until", "archive", "source", "sourceless")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.range = days(given.get("since"), given.get("until"), self.today)
        self.names: str | None = given.get("site")
        if bool(given.get("url")) == bool(self.names):
            raise WrongUse("web_archive wants either -a url= or -a site=")
        self.url: str | None = None
        if given.get("url"):
            try:
                self.url = normalised(given["url"], ports=frozenset())
            except RefusedAddress as error:
                raise WrongUse(f"url={error}") from error
        self.sources = sources(given.get("archive") or "wayback")
        self.interest = interest(given.get("source"), given.get("sourceless"))
        piecewise = next((source.name for source in self.sources if source.data), None)
        if self.interest and piecewise:
            raise WrongUse(
                f"source=: {piecewise} gives out pieces of its own record, which are kept as they are"
            )

    def check(self) -> None:
        """Refuse sites without a file."""
        self.chosen = self.owned(chosen(self.sites, self.names)) if self.names else ()

    async def start(self) -> AsyncIterator[Request]:
        """Ask the index of every archive for every address."""
        for request in self.ask_archives(tuple(self.targets())):
            yield request

    def targets(self) -> Iterator[Target]:
        """The addresses to ask the web archives for."""
        if self.url:
            yield Target(self.url)
        for site in self.chosen:
            for host in dict.fromkeys(host.removeprefix("*.") for host in (site.host, *site.hosts)):
                match = "domain" if f"*.{host}" in site.hosts else "host"
                yield Target(f"{host}/", match, site.host, collapse="urlkey")
