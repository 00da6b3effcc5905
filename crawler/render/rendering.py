"""Pages that are empty without a browser: the page as drawn goes into the record beside the answer of the server."""

import asyncio
import logging
import re
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from archive.capture import RENDERED, RENDERED_FROM, Exchange
from archive.door.ingest import Taken
from archive.record.exchanges import page_block
from crawler.fetch.keeper import Keeper
from crawler.registry.book import SiteFiles, learned_in
from crawler.render.drawing import BrowserFailed, PagePart, Wish, program

if TYPE_CHECKING:
    from crawler.render.browser import Browser

logger = logging.getLogger(__name__)

WIRE = ("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "set-cookie")
"""Header lines that say how a body travelled, and those that make the next page depend on this one."""
SENT = ("content-type", "accept", "x-requested-with")
NO_BROWSER = "its pages are empty without a browser: install chromium, or set ZHUANZAI_BROWSER"
NO_PACKAGE = "its pages are empty without a browser: pip install 'zhuanzai[render]'"
PACKAGE = "scrapy_playwright"
NOT_HAD = (
    CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError, DownloadFailedError,
    DownloadTimeoutError, IgnoreRequest, ResponseDataLossError, OSError,
)  # fmt: skip
"""How a part does not come: refused by us or by robots.txt, or by the network."""
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Of a header line (RFC 9110, 5.6.2): a browser that is handed another would wait for the part for ever."""
MOST_PARTS = 60  # of one page
MOST_KEPT = 200  # parts remembered for the next pages of a run
KIND = "text/html; charset=utf-8"


class Rendering:
    """Downloader middleware nearest the engine: draws the pages of sites whose file says `renders`.

    The browser has no network: each part of a page is fetched as any other page is (Guard, robots.txt, delays, the
    wire), so the record holds all that the drawing was made of.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sites = SiteFiles.for_run(
            crawler.settings.get("ZHUANZAI_SITES_DIR"),
            learned_in(crawler.settings.get("ARCHIVE_DIR") or "data"),
        )
        self.within_s = crawler.settings.getfloat("ZHUANZAI_RENDER_SECONDS")
        self.program = program(crawler.settings.get("ZHUANZAI_BROWSER") or "")
        self.browser: Browser | None = None
        self.starting = asyncio.Lock()
        self.parts: dict[str, PagePart] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        rendering = cls(crawler)
        crawler.signals.connect(rendering.closed, signal=signals.spider_closed)
        return rendering

    async def closed(self) -> None:
        """End the browser with the run."""
        await self.let_go()

    async def let_go(self) -> None:
        """End the browser; the next page starts another."""
        browser, self.browser = self.browser, None
        if browser is not None:
            await browser.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as drawn, with the flag `rendered`; as it came where it needs no browser, or there is none."""
        site = self.sites.site_of(response.url)
        is_page = response.status == 200 and isinstance(response, TextResponse) and request.method == "GET"
        if site is None or not site.renders or not is_page or request.callback is NO_CALLBACK:
            return response
        if urlsplit(response.url).path == "/robots.txt" or not _is_html(response):
            return response
        missing = NO_BROWSER if self.program is None else NO_PACKAGE if find_spec(PACKAGE) is None else None
        if missing is not None:
            self.alarm(site.host, "no-browser", f"{missing} url={response.url}")
            return response
        try:
            html = (await self.drawn(response)).encode("utf-8", "replace")
        except (BrowserFailed, OSError) as error:
            if self.crawler.crawling:  # a signal that stops the run may have ended the browser too
                self.alarm(site.host, "not-rendered", f"{error} url={response.url}")
            await self.let_go()
            return response
        taken = self.keep(response.url, html, request.meta.get("capture"))
        if taken is not None:
            request.meta["capture"] = taken
        self.count(f"rendered/{site.host}")
        headers = {"Content-Type": KIND}
        flags = [*response.flags, RENDERED]
        return response.replace(body=html, headers=headers, encoding="utf-8", flags=flags)

    async def drawn(self, response: Response) -> str:
        """The page as the browser draws it."""
        browser = await self.started()
        asked = 0

        async def fetch(wish: Wish) -> PagePart | None:
            nonlocal asked
            asked += 1
            return await self.part(wish, response.url) if asked <= MOST_PARTS else None

        return await browser.drawn(response.url, part_of(response), fetch, self.within_s)

    async def started(self) -> "Browser":
        """The browser; pages that come while it starts wait for it. Raises BrowserFailed."""
        async with self.starting:
            if self.browser is None:
                from crawler.render.browser import Browser  # an extra: runs that draw nothing do without it

                browser = Browser(self.crawler, self.program or "")
                try:
                    await browser.start()
                except BrowserFailed:
                    await browser.close()
                    raise
                self.browser = browser
            return self.browser

    async def part(self, wish: Wish, page: str) -> PagePart | None:
        """A part of a page, fetched as any page is; None where it may not be had or does not come."""
        if wish.method == "GET" and wish.url in self.parts:
            return self.parts[wish.url]
        if wish.method not in ("GET", "POST") or self.crawler.engine is None:
            return None
        headers = {name: value for name, value in wish.headers if name.lower() in SENT} | {"Referer": page}
        request = Request(wish.url, NO_CALLBACK, wish.method, headers, wish.body, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except NOT_HAD as error:
            logger.info("part of %s not had: %s: %s", page, wish.url, error)
            return None
        part = part_of(response)
        if wish.method == "GET" and len(self.parts) < MOST_KEPT:
            self.parts[wish.url] = part
        return part

    def keep(self, url: str, html: bytes, came: Taken | None) -> Taken | None:
        """Put the drawing into the record; None where nothing is kept."""
        keeper = self.crawler.get_extension(Keeper)
        if keeper is None or self.browser is None:
            return None
        said = {RENDERED: self.browser.version}
        if came is not None and came.capture.ref is not None:
            said[RENDERED_FROM] = came.capture.ref.record_id
        block = BytesIO(page_block(KIND, html))
        return keeper.take(Exchange(url, datetime.now(UTC), b"", block, protocols=(), metadata=said))

    def alarm(self, site: str, kind: str, text: str) -> None:
        """Like Harvest.alarm, for spiders of other projects too; each alarm is logged once."""
        key = f"alarm/{site}/{kind}"
        if self.crawler.stats:
            if not self.crawler.stats.get_value(key):
                logger.warning("alarm site=%s kind=%s %s", site, kind, text)
            self.crawler.stats.inc_value(key)

    def count(self, key: str) -> None:
        """Add to a counter of the run."""
        if self.crawler.stats:
            self.crawler.stats.inc_value(key)


def part_of(response: Response) -> PagePart:
    """A response as the browser is given it: plain body, no word of the wire, no cookies."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if NAME.fullmatch(name) and name.decode("latin-1").lower() not in WIRE
    )
    return PagePart(response.status, headers, response.body)


def _is_html(response: Response) -> bool:
    kind = (response.headers.get("Content-Type") or b"text/html").lower()
    return b"html" in kind
