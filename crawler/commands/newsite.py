"""`scrapy newsite HOST URL`: a site file and its first test case, filled in from one article."""

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from archive.errors import WrongUse
from crawler.exploring.keeping import pages_held, text_for_keeping
from crawler.finding.spider import page_of
from crawler.registry.book import learned_in
from crawler.registry.scaffold import case_files, check_host, site_text, write
from crawler.registry.sitefile import SHIPPED
from crawler.registry.urls import RefusedAddress, normalised
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, say
from extract.page.page import Page


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}
    requires_crawler_process = True

    def syntax(self) -> str:
        return "[options] <host> [<address of an article>]"

    def short_desc(self) -> str:
        return localised(
            "Write a site file for keeping, with test cases: by exploring the host, or from one article"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--page", metavar="FILE", help="a saved copy of the article: nothing is fetched")
        parser.add_argument("--case", default="first", help="name of the test case (default: first)")
        parser.add_argument(
            "--tests",
            metavar="FOLDER",
            help="where test cases lie (default: tests/sites, or tests/ in a sites folder of one's own)",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the files, and print the next steps."""
        if len(args) not in (1, 2):
            raise WrongUse(
                "newsite wants a host, and the address of one of its articles where nothing shall be crawled"
            )
        if len(args) == 1:
            return self._learned(args[0].lower(), opts.tests)
        host, url = args[0], self._address(args[1])
        check_host(host, url, self.sites())
        folder, tests = places(self.setting("ZHUANZAI_SITES_DIR"), SHIPPED)
        page = self._saved(url, Path(opts.page)) if opts.page else self._fetched(url)
        case = Path(opts.tests or tests) / host / opts.case
        write(folder, {f"{host}.toml": site_text(host, url, page).encode()})
        write(case, case_files(url, page))
        print(f"{folder / host}.toml\n{case}/page.html, page.toml, expected.toml")
        say(
            "Next: fill in the site file's lists and expected.toml, then `pytest tests/sites`; docs/add-a-site.md."
        )
        return 0

    def _learned(self, host: str, named: str | None) -> int:
        """Write a site file and test cases from the learned site file of a host; explore the host first if needed."""
        sites = self.sites()
        known = sites.one(host)
        if known is not None and known.host in sites.written:
            raise WrongUse(f"{known.host} has a site file already")
        folder, tests = places(self.setting("ZHUANZAI_SITES_DIR"), SHIPPED)
        learned = learned_in(self.archive_dir()) / f"{host}.toml"
        if not learned.is_file():
            sites.entered(host)  # here, because an error within a crawl is a traceback
            self._explore(host)
        text = text_for_keeping(learned)
        write(folder, {f"{host}.toml": text.encode()})
        print(folder / f"{host}.toml")
        for n, page in enumerate(pages_held(self.archive_dir(), host), 1):
            case = Path(named or tests) / host / f"learned-{n}"
            write(case, case_files(page.url, page))
            print(f"{case}/page.html, page.toml, expected.toml")
        say(
            "Next: read the site file, fill in expected.toml by hand, then `pytest tests/sites`; docs/add-a-site.md."
        )
        return 0

    def _explore(self, host: str) -> None:
        """Crawl a host as `scrapy crawl mirrors` does, to learn its site file."""
        if self.settings is None or not isinstance(self.crawler_process, AsyncCrawlerProcess):
            raise WrongUse("TWISTED_REACTOR or FORCE_CRAWLER_PROCESS is set: the asyncio reactor is wanted")
        self.settings.set("ZHUANZAI_KEEP", True, priority="cmdline")
        self.crawler_process.settings.set("ZHUANZAI_KEEP", True, priority="cmdline")
        self.crawler_process.crawl("mirrors", site=host, explore="yes")
        self.crawler_process.start()

    def _address(self, url: str) -> str:
        try:
            return normalised(url, ports=frozenset())
        except RefusedAddress as error:
            raise WrongUse(str(error)) from error

    def _saved(self, url: str, path: Path) -> Page:
        try:
            return Page(url, path.read_bytes())
        except OSError as error:
            raise WrongUse(f"{path}: {error.strerror}") from error

    def _fetched(self, url: str) -> Page:
        """The page of the article, fetched as politely as in a crawl. Raises WrongUse if it was not fetched."""
        if not isinstance(self.crawler_process, AsyncCrawlerProcess):
            raise WrongUse("TWISTED_REACTOR or FORCE_CRAWLER_PROCESS is set: the asyncio reactor is wanted")
        pages: list[Page] = []
        self.crawler_process.crawl(_One, url=url, pages=pages)
        self.crawler_process.start()
        if not pages:
            raise WrongUse(f"{url}: not fetched; save the page yourself and give it with --page FILE")
        return pages[0]


def places(own: str, shipped: Path) -> tuple[Path, Path]:
    """The folders for site files and their test cases: the user's own folder, or the checkout.

    Raises:
        WrongUse: the package is installed, and no own folder is named.
    """
    if own:
        return Path(own), Path(own) / "tests"
    checkout = shipped.parents[1]
    if not (checkout / "pyproject.toml").exists():
        raise WrongUse(
            "newsite: site files of an installed package are not written to; name a folder of your own:"
            " -s ZHUANZAI_SITES_DIR=FOLDER"
        )
    return shipped, checkout / "tests" / "sites"


class _One(Spider):
    """Fetches one page."""

    name = "newsite"

    def __init__(self, url: str, pages: list[Page]) -> None:
        super().__init__()
        self.url = url
        self.pages = pages

    async def start(self) -> AsyncIterator[Request]:
        """Request the page."""
        yield Request(self.url, callback=self.keep)

    def keep(self, response: Response) -> None:
        """Add the page to `pages`."""
        self.pages.append(page_of(response))
