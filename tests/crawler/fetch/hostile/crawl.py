"""Crawls the corpus in every mode with the capturing handler; writes the WARC and the server's log into a folder.

Run as `python crawl.py FOLDER`: a process of its own, because Twisted's reactor runs once.
"""

import asyncio
import pickle
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import scrapy
from cases import Asked, Case, requests, responses
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from server import Server

import crawler.fetch.keeper
from archive.capture import Exchange
from archive.record.warc import Writer, Written
from crawler.fetch import wire

MODES = ("http", "https", "http-by-proxy", "https-by-proxy")
SILENCE_S = 1  # how long to wait for a server that falls silent; other answers are waited for


class Recorder(crawler.fetch.keeper.Keeper):
    """A keeper of WARC files alone."""

    writer: Writer

    def __init__(self) -> None:
        pass

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    async def read_ahead(self, exchange: Exchange) -> None:
        """Nothing is read."""

    def take(self, exchange: Exchange, reading: None = None) -> Written:  # type: ignore[override]  # no database
        return self.writer.append(exchange)


class Hostile(scrapy.Spider):
    name = "hostile"
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy's way

    def __init__(self, ports: dict[str, int], seen: dict[str, Any]) -> None:
        super().__init__()
        self._ports = ports
        self._seen = seen

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for mode in MODES:
            for case in responses().values():
                limits: dict[str, Any] = {}
                if case.then == "hang":
                    limits["download_timeout"] = SILENCE_S
                if case.maxsize:
                    limits["download_maxsize"] = case.maxsize
                yield self._request(mode, case.name, case.method, limits)
            for asked in requests().values():
                yield self._asked(mode, asked)

    def _request(
        self, mode: str, name: str, method: str, limits: dict[str, Any], **more: Any
    ) -> scrapy.Request:
        meta = {"dont_redirect": True, "dont_merge_cookies": True, "key": f"{mode}/{name}", **limits}
        if mode.endswith("-by-proxy"):
            meta["proxy"] = f"http://127.0.0.1:{self._ports[mode]}"
        scheme = mode.partition("-")[0]
        origin = f"{scheme}://127.0.0.1:{self._ports[mode]}"
        if mode == "https-by-proxy":
            origin = "https://127.0.0.1:7"  # reached through the tunnel only
        url = f"{origin}/{mode}/{name}{more.pop('rest', '')}"
        return scrapy.Request(
            url, self.parse, method=method, meta=meta, errback=self.fail, dont_filter=True, **more
        )

    def _asked(self, mode: str, asked: Asked) -> scrapy.Request:
        rest = asked.path + ("" if asked.query is None else f"?{asked.query}")
        rest += f"#{asked.fragment}" if asked.fragment else ""
        return self._request(
            mode, f"asked-{asked.name}", asked.method, {}, rest=rest, headers=asked.headers, body=asked.body
        )

    def parse(self, response: scrapy.http.Response) -> None:
        self._seen[response.meta["key"]] = (response.status, response.meta["capture"])

    def fail(self, failure: Any) -> None:
        self._seen[failure.request.meta["key"]] = (
            type(failure.value).__name__,
            failure.request.meta.get("capture"),
        )


def main(folder: Path) -> None:
    wire.Keeper = Recorder  # type: ignore[misc]  # the handler asks for the extension by its class
    cases: dict[str, Case] = responses()
    plain, secure = Server(cases, folder, is_tls=False), Server(cases, folder, is_tls=True)
    ports = dict.fromkeys(MODES, plain.port) | {"https": secure.port}
    seen: dict[str, Any] = {}
    with Writer(folder, "hostile", 10**9, {"software": "test", "run": "r"}) as Recorder.writer:
        process = AsyncCrawlerProcess(
            {
                "EXTENSIONS": {Recorder: 0},
                "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.fetch.wire.CapturingHandler"),
                "LOG_LEVEL": "CRITICAL",
                "RETRY_ENABLED": False,
                "DOWNLOAD_TIMEOUT": 60,
                "URLLENGTH_LIMIT": 0,
                "CONCURRENT_REQUESTS": 32,
                "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
                "TELNETCONSOLE_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
            }
        )
        process.crawl(Hostile, ports=ports, seen=seen)
        process.start()
    plain.stop()
    secure.stop()
    log = [(one.key, one.request, one.response) for one in (*plain.log, *secure.log)]
    (folder / "log.pickle").write_bytes(pickle.dumps((log, {key: value[0] for key, value in seen.items()})))


if __name__ == "__main__":
    asyncio.set_event_loop_policy(None)
    main(Path(sys.argv[1]))
