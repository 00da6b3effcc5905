"""One contender of the crawl bench, in a process of its own: fetches the site given and prints what it cost.

python -m tests.bench.contender NAME LISTING_URL OUT_FOLDER
"""

import json
import logging
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

BARE: dict[str, Any] = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}
"""Scrapy as `scrapy startproject` leaves it, robots.txt obeyed, but for speed limits and open ports."""
LEAN: dict[str, Any] = BARE | {"LOG_LEVEL": "WARNING", "COOKIES_ENABLED": False, "METAREFRESH_ENABLED": False}
"""Scrapy with what a careful person switches off."""


class Pages(Spider):
    """Follows the links of the front page to the lists, and those of the lists to the articles."""

    name = "pages"
    pages = 0

    def __init__(self, listing: str, out: str, **given: Any) -> None:
        super().__init__(**given)
        self.listing, self.out = listing, Path(out)

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.listing, self.links)

    def links(self, response: Response) -> Iterator[Request]:
        for href in response.xpath("//a/@href").getall():
            yield response.follow(href, self.page if "/article/" in href else self.links)

    def page(self, response: Response) -> None:
        self.pages += 1


class Glue(Pages):
    """What a first afternoon gives: warcio, trafilatura with metadata and sqlite-utils in the callback."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        import sqlite_utils
        from warcio.warcwriter import WARCWriter

        self.db = sqlite_utils.Database(self.out / "glue.db")
        self.warc = WARCWriter((self.out / "glue.warc.gz").open("wb"), gzip=True)

    def page(self, response: Response) -> None:
        from io import BytesIO

        import trafilatura
        from warcio.statusandheaders import StatusAndHeaders

        super().page(response)
        headers = [
            (k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs
        ]
        status = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        record = self.warc.create_warc_record(
            response.url, "response", payload=BytesIO(response.body), http_headers=status
        )
        self.warc.write_record(record)
        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        row = {"url": response.url, "title": None, "text": "", "date": None}
        if found is not None:
            row |= {"title": found.title, "text": found.text or "", "date": found.date}
        self.db["articles"].insert(row, pk="url", replace=True)


def settings_of(name: str, listing: str, out: Path, sites: Path) -> dict[str, Any]:
    """The settings that make a contender."""
    if name in ("bare", "lean", "glue"):
        return LEAN if name == "lean" else BARE
    return BARE | {
        "ADDONS": {"crawler.addon.Zhuanzai": 100},
        "ARCHIVE_DIR": str(out / "archive"),
        "ZHUANZAI_PRIVATE_ADDRESSES": True,
        "ZHUANZAI_PORTS": [urlsplit(listing).port],
        "ZHUANZAI_SITES_DIR": str(sites),
        "ZHUANZAI_EXTRACT": name != "capture",
        "AUTOTHROTTLE_ENABLED": False,
    }


def main(name: str, listing: str, out: Path, sites: Path) -> None:
    """Run one contender and print its cost as JSON."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    began = time.perf_counter()
    if name in ("capture", "whole"):
        from archive import patterns

        patterns.keep()  # as crawler.settings does for commands
    process = AsyncCrawlerProcess(settings_of(name, listing, out, sites))
    crawler = process.create_crawler(Glue if name == "glue" else Pages)
    process.crawl(crawler, listing=listing, out=str(out))
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    spider = crawler.spider
    cost = {
        "name": name,
        "pages": spider.pages if isinstance(spider, Pages) else 0,
        "seconds": time.perf_counter() - began,
        "cpu_s": used.ru_utime + used.ru_stime,
        "rss_mb": used.ru_maxrss / 1024,
        "bytes": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
