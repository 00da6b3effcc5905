"""Crawls a few scenes one after the other, with Scrapy's middlewares at work; writes WARC, log and what a spider saw.

Run as `python scenes.py FOLDER`: a process of its own, because Twisted's reactor runs once.
"""

import gzip
import pickle
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import crawl
import scrapy
from cases import Case
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import TextResponse
from server import Server

from archive.record.warc import Writer
from crawler.fetch import wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PACKED = gzip.compress("<html>武汉</html>".encode(), mtime=0)
CASES = {
    "": Case(
        "",
        b"HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\nUser-agent: *\r\nDisallow: /s/secret\r\n",
        then="keep",
    ),
    "hop1": Case(
        "hop1", b"HTTP/1.1 302 Found\r\nLocation: /s/hop2\r\nContent-Length: 0\r\n\r\n", then="keep"
    ),
    "hop2": Case("hop2", OK, then="keep"),
    "busy": Case("busy", b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno", then="keep"),
    "unanswered": Case("unanswered", b""),
    "cut": Case("cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
    "stopped": Case("stopped", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Stop: 1\r\n\r\nok"),
    "packed": Case(
        "packed",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
        % (len(PACKED), PACKED),
        then="keep",
    ),
}


class Scenes(scrapy.Spider):
    name = "scenes"

    def __init__(self, plain: int, seen: dict[str, Any]) -> None:
        super().__init__()
        self._origin = f"http://127.0.0.1:{plain}/s"
        self._plain, self._seen = plain, seen

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "Scenes":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stop, signals.headers_received)
        return spider

    def stop(self, headers: scrapy.http.headers.Headers, **_: Any) -> None:
        if b"X-Stop" in headers:
            raise StopDownload(fail=False)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        proxy = f"http://user:secret@127.0.0.1:{self._plain}"
        yield self._ask("hop1", f"{self._origin}/hop1")
        yield self._ask("secret", f"{self._origin}/secret")
        yield self._ask("busy", f"{self._origin}/busy", max_retry_times=1)
        yield self._ask("unanswered", f"{self._origin}/unanswered", dont_retry=True)
        yield self._ask("cut", f"{self._origin}/cut", download_fail_on_dataloss=False)
        yield self._ask("stopped", f"{self._origin}/stopped")
        yield self._ask("packed", f"{self._origin}/packed")
        yield self._ask("proxied", f"{self._origin}/proxied", proxy=proxy)
        yield self._ask("tunnelled", "https://127.0.0.1:7/s/tunnelled", proxy=proxy)
        unreached = {"dont_retry": True, "dont_obey_robotstxt": True}
        yield self._ask("no-tunnel", "https://127.0.0.1:9/s/no-tunnel", proxy=proxy, **unreached)
        yield self._ask("refused", "http://127.0.0.1:1/s/refused", **unreached)
        yield self._ask("no-tls", f"https://127.0.0.1:{self._plain}/s/no-tls", **unreached)

    def _ask(self, key: str, url: str, **meta: Any) -> scrapy.Request:
        return scrapy.Request(url, self.parse, errback=self.fail, meta={"key": key, "capture": "old", **meta})

    def parse(self, response: scrapy.http.Response) -> Iterator[scrapy.Request]:
        kind = type(response).__name__
        text = response.text if isinstance(response, TextResponse) else None
        self._seen[response.meta["key"]] = (kind, response.status, text, response.meta["capture"])
        if response.meta["key"] == "hop1":
            yield response.follow("/s/linked", self.parse, meta={"key": "linked"})

    def fail(self, failure: Any) -> None:
        meta = failure.request.meta
        self._seen[meta["key"]] = (type(failure.value).__name__, None, None, meta.get("capture"))


def main(folder: Path) -> None:
    wire.Keeper = crawl.Recorder  # type: ignore[misc]  # the handler asks for the extension by its class
    guessed: list[bytes] = []
    guess = TextResponse._auto_detect_fun
    TextResponse._auto_detect_fun = lambda self, text: guessed.append(text) or guess(self, text)  # type: ignore[func-returns-value,method-assign]
    plain = Server(CASES, folder, is_tls=False)
    seen: dict[str, Any] = {}
    with Writer(folder, "scenes", 10**9, {"software": "test", "run": "r"}) as crawl.Recorder.writer:
        process = AsyncCrawlerProcess(
            {
                "EXTENSIONS": {crawl.Recorder: 0},
                "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.fetch.wire.CapturingHandler"),
                "LOG_LEVEL": "CRITICAL",
                "ROBOTSTXT_OBEY": True,
                "HTTPERROR_ALLOW_ALL": True,
                "CONCURRENT_REQUESTS": 1,
                "TELNETCONSOLE_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
            }
        )
        process.crawl(Scenes, plain=plain.port, seen=seen)
        process.start()
    log = [(one.key, one.request) for one in plain.log]
    (folder / "seen.pickle").write_bytes(pickle.dumps((seen, log, guessed)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
