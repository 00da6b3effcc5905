"""`scrapy read FILE_OR_URL…`: the articles that extraction reads from pages, as JSON Lines; nothing is stored."""

import argparse
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import ExitCode, WrongUse
from archive.place import SiteBook
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, warn
from extract.article import Article
from extract.page.page import Page
from extract.read import read

FIELDS = (
    "title", "kicker", "subtitle", "text", "published_at", "published_precision", "source", "source_url", "byline",
    "editor", "paper_date", "paper_page", "original_title", "script", "charset", "kind", "low_trust", "confidence",
)  # fmt: skip

SAID_BY_US = (
    "crawler.fetch.robots",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.robotstxt",
    "crawler.fetch.guard",
)
"""Loggers that report why a page was not fetched; `read` reports it in a line of its own."""


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}

    def syntax(self) -> str:
        return "[options] <file or url> ..."

    def short_desc(self) -> str:
        return localised("Print what extraction makes of pages, as JSON Lines; store nothing")

    def long_desc(self) -> str:
        return (
            "Each file or URL gives one line on stdout: files in the order given, then URLs as they arrive. "
            "A file is read as a page of the site that its canonical link or --url names."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the address the one given file was fetched from")
        parser.add_argument(
            "--no-sites",
            dest="sites",
            action="store_false",
            help="read by general rules, without the site files",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise WrongUse("read: no file and no URL given")
        urls = [arg for arg in args if arg.startswith(("http://", "https://"))]
        files = [Path(arg) for arg in args if arg not in urls]
        for file in files:
            if not file.is_file():
                raise WrongUse(f"read: {file}: {'is a folder' if file.is_dir() else 'no such file'}")
        if opts.url and (len(files) != 1 or urls):
            raise WrongUse("read: --url goes with exactly one file")
        book = self.sites() if opts.sites else None
        for file in files:
            _print({"path": str(file)}, _of_file(file, opts.url, book))
        return self.fetch(urls, book) if urls else 0

    def fetch(self, urls: list[str], book: SiteBook | None) -> int:
        """Fetch pages as a crawl does, with robots.txt, and print each article. Returns the exit code."""
        exit_codes: set[int] = set()
        process = AsyncCrawlerProcess(self.settings)
        for name in SAID_BY_US:  # after Scrapy has set up its logging, which resets the levels
            logging.getLogger(name).setLevel(logging.CRITICAL)
        process.crawl(_Reader, urls=urls, book=book, exit_codes=exit_codes)
        process.start()
        return max(exit_codes, default=0)


class _Reader(Spider):
    """Fetches the given addresses, and prints the article of each."""

    name = "read"

    def __init__(self, urls: list[str], book: SiteBook | None, exit_codes: set[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls, self.book, self.exit_codes = urls, book, exit_codes

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, self.answered, errback=self.unreached, dont_filter=True, meta={"asked": url})

    def answered(self, response: Response) -> None:
        content_type = response.headers.get(b"Content-Type", b"") or b""
        page = Page(response.url, response.body, content_type.decode("latin-1"), datetime.now(UTC))
        _print({"url": response.meta["asked"]}, _of_page(page, self.book))

    def unreached(self, failure: Failure) -> None:
        url = failure.request.url  # type: ignore[attr-defined]  # Scrapy hangs the request on the failure
        response = getattr(failure.value, "response", None)
        why = f"answered {response.status}" if response is not None else failure.getErrorMessage()
        warn(f"read: {url}: {why}")
        is_refused = failure.type is IgnoreRequest and why.startswith("refused: ")  # an address never asked
        code = ExitCode.WRONG_USE if is_refused else ExitCode.TRY_LATER
        self.exit_codes.add(ExitCode.ALARMS if response is not None else code)


def _of_file(file: Path, url: str | None, book: SiteBook | None) -> Article:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"read: {file}: {error.strerror}") from error
    page = Page(url or file.resolve().as_uri(), body)
    if url is None and page.canonical_url:
        page = Page(page.canonical_url, body)
    return _of_page(page, book)


def _of_page(page: Page, book: SiteBook | None) -> Article:
    place = book.place(page.url, (page.fetched_at or datetime.now(UTC)).date()) if book else None
    return read(page, place.hints if place else None)


def _print(origin: dict[str, str], article: Article) -> None:
    values = asdict(article)
    line = origin | {name: values[name] for name in FIELDS} | {"notes": values["notes"]}
    print(json.dumps(line, ensure_ascii=False), flush=True)
