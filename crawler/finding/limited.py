"""Lists read within the time that a page has, in the process that can be given up: archive.door.apart."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.door.apart import TooLong, current
from archive.errors import Stopped

log = logging.getLogger(__name__)
T = TypeVar("T")


def in_time(response: Response, work: Callable[..., T], *given: Any) -> T:
    """The result of `work` on its arguments, all from this response; run in this process if pages have no time limit.

    Raises TooLong where it was given up, now or earlier, and Stopped where the run ends before it is done.
    """
    apart = current()
    if apart is None or not apart.is_begun:
        return work(*given)
    digest = hashlib.sha256(response.body).hexdigest()
    found: T = apart.done(digest, response.url, work, *given)
    return found


class GivenUp:
    """Ends the callback of a page that was given up: an alarm of its site is raised, no traceback is printed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """A page that was given up gives no items; other exceptions go on."""
        if isinstance(exception, Stopped):
            log.info("%s", exception)
            return ()
        if not isinstance(exception, TooLong):
            return None
        site = self._site_of(response.url)
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"alarm/{site}/too-long")
        log.warning("alarm site=%s kind=too-long %s url=%s", site, exception, response.url)
        return ()

    def _site_of(self, url: str) -> str:
        sites = getattr(self._crawler.spider, "sites", None)
        site = sites.site_of(url) if sites is not None else None
        return str(site.host) if site is not None else urlsplit(url).hostname or "unknown"
