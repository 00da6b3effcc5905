"""http for hosts that do not answer by https: links and data often name the wrong one."""

import logging
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

logger = logging.getLogger(__name__)

NO_ANSWER = (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    OSError,
)
"""What says that nobody speaks TLS there. A name that no server has is none of it."""


class Schemes:
    """Downloader middleware: asks a host by http once https gave no answer, unless it answered by https before."""

    def __init__(self) -> None:
        self.secure: set[str] = set()
        self.plain: set[str] = set()

    def process_request(self, request: Request) -> Request | None:
        """Ask by http what links to a host without https."""
        if request.url.startswith("https:") and urlsplit(request.url).hostname in self.plain:
            return self._by_http(request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        """Remember hosts that answer by https."""
        if request.url.startswith("https:"):
            self.secure.add(urlsplit(request.url).hostname or "")
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask by http where https gave no answer, after Scrapy's own retries."""
        host = urlsplit(request.url).hostname or ""
        is_dead = isinstance(exception, NO_ANSWER) and not isinstance(exception, CannotResolveHostError)
        if not is_dead or not request.url.startswith("https:") or host in self.secure | self.plain:
            return None
        if request.callback is NO_CALLBACK:
            return None  # robots.txt is asked for by each scheme
        self.plain.add(host)
        logger.info("no https host=%s: asked by http", host)
        return self._by_http(request)

    @staticmethod
    def _by_http(request: Request) -> Request:
        return request.replace(url=f"http:{request.url.partition(':')[2]}", dont_filter=True)
