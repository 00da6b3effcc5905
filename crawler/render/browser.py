"""The user's Chromium, led by scrapy-playwright, as a machine without a network: it is given every byte of a page.

The only module that knows scrapy-playwright, an optional extra. It reaches into one private method of its handler:
tests/crawler/render/test_browser_contract.py names what broke when that changes.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from playwright.async_api import Error, Page, Route, WebSocketRoute
from playwright.async_api import Request as Asked
from playwright.async_api import TimeoutError as TimeIsOver
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.render.drawing import BrowserFailed, Fetch, PagePart, Wish

ANSWER_S = 20.0  # what takes the browser longer will not be answered
WANTED = {"script", "xhr", "fetch", "stylesheet"}
"""What a page is drawn from; pictures, fonts, films, frames and beacons are not asked for."""
FLAGS = (
    "--disable-gpu", "--disable-sync", "--mute-audio", "--disable-quic",
    # what is not handed to us (sockets of workers, prefetches, the browser's own errands) finds no network
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip


@dataclass(slots=True)
class Drawing:
    """A page while it is drawn."""

    document: PagePart
    fetch: Fetch
    is_given: bool = False


class Browser(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc] # it has no types
    """One Chromium process; start() before, close() after. The engine sends no request through this handler."""

    def __init__(self, crawler: Crawler, program: str) -> None:
        super().__init__(crawler)
        self.program = program
        self.version = ""
        self._drawings: dict[str, Drawing] = {}
        self._count = 0
        self.config: Config = without_network(crawler.settings, program)

    async def start(self) -> None:
        """Start the process. Raises BrowserFailed where it cannot be."""
        logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)  # what fails is told as an alarm
        self.browser_provider = PlaywrightBrowserProvider(self.config)
        try:
            async with asyncio.timeout(ANSWER_S):
                await self.browser_provider.start()
                self.browser = await self.browser_provider.launch_browser()
        except (Error, TimeoutError) as error:
            raise BrowserFailed(f"{self.program} went away: {_first_line(error)}") from error
        self.version = f"Chrome/{self.browser.version}"

    async def drawn(self, url: str, document: PagePart, fetch: Fetch, within_s: float) -> str:
        """The page as HTML after its scripts have run, or when the seconds are over.

        `document` is the answer to the address; all other parts come from `fetch`. The page may not go to another
        address. Raises BrowserFailed.
        """
        self._count += 1
        name = f"page {self._count}"
        drawing = self._drawings[name] = Drawing(document, fetch)
        meta: dict[str, Any] = {
            "playwright": True,
            "playwright_include_page": True,
            "playwright_context": name,
            "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False},
            "playwright_page_init_callback": _without_sockets,
            "playwright_page_goto_kwargs": {"wait_until": "commit", "timeout": within_s * 1000},
        }
        request = Request(url, meta=meta)
        try:
            async with asyncio.timeout(within_s + ANSWER_S):
                await self.download_request(request)
                page: Page = request.meta["playwright_page"]
                await _quiet(page, within_s)
                if not drawing.is_given:
                    raise BrowserFailed(f"{url}: the browser did not take the page")
                return await page.content()
        except Error as error:
            raise BrowserFailed(f"{url}: {self.program}: {_first_line(error)}") from error
        except TimeoutError as error:  # a script that never ends
            raise BrowserFailed(
                f"{url}: {self.program}: no answer within {within_s + ANSWER_S:.0f} s"
            ) from error
        finally:
            del self._drawings[name]
            if name in self.context_wrappers:
                with suppress(Error):  # gone with its browser
                    await self.context_wrappers[name].context.close()

    def _make_request_handler(self, context_name: str, **_: Any) -> Callable[[Route, Asked], Awaitable[None]]:
        """The handler of a page's requests: it answers with the page's bytes, with a fetched part, or not at all."""
        drawing = self._drawings[context_name]

        async def give(route: Route, asked: Asked) -> None:
            part = await _answer(drawing, asked)
            with suppress(Error):  # the page is closed, or did not take a header
                if part is not None:
                    await route.fulfill(status=part.status, headers=dict(part.headers), body=part.body)
                    return
            with suppress(Error):
                await route.abort("aborted")  # a page that would go elsewhere stays where it is

        return give


def without_network(settings: BaseSettings, program: str) -> Config:
    """How the browser is started; whatever PLAYWRIGHT_… settings say: one elsewhere would have a network."""
    launch = {"executable_path": program, "args": list(FLAGS), "chromium_sandbox": os.geteuid() != 0}
    # a terminal's Ctrl-C reaches the driver too: pages under way are drawn to their end, then we close it
    launch |= dict.fromkeys(("handle_sigint", "handle_sigterm", "handle_sighup"), False)
    return replace(
        Config.from_settings(settings),
        cdp_url=None,
        connect_url=None,
        browser_type_name="chromium",
        launch_options=launch,
        max_contexts=None,
        use_threaded_loop=False,
    )


async def _answer(drawing: Drawing, asked: Asked) -> PagePart | None:
    """The part that a page asks for; None for a part that it may not have."""
    if asked.resource_type == "document":
        part, drawing.is_given = (None if drawing.is_given else drawing.document), True
        return part
    if asked.resource_type not in WANTED or not asked.url.startswith(("http:", "https:")):
        return None
    headers = tuple(asked.headers.items())
    return await drawing.fetch(Wish(asked.url, asked.method, headers, asked.post_data_buffer or b""))


async def _without_sockets(page: Page, _: Request) -> None:
    await page.route_web_socket("**", _closed)


async def _closed(socket: WebSocketRoute) -> None:
    await socket.close()


async def _quiet(page: Page, within_s: float) -> None:
    """Wait until the page is loaded and has asked for nothing for half a second, or the time is over."""
    with suppress(TimeIsOver):
        await page.wait_for_load_state("networkidle", timeout=within_s * 1000)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
