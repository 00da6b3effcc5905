"""The requisites of pages, asked for after the pages: stylesheets and pictures, each once, within limits."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.capture import REQUISITE
from archive.door.ingest import Taken
from archive.view.store import utc
from crawler.fetch.keeper import Keeper
from crawler.registry.urls import RefusedAddress, normalised

LATER = -100
"""Priority: whatever leads to articles goes first."""
ROLES = {
    "article": frozenset(("stylesheet", "background", "picture")),
    "page": frozenset(("stylesheet", "background", "picture", "image", "poster", "icon")),
    "none": frozenset[str](),
}
_MODIFIERS = {"stylesheet": "cs_"}
_REPLAYED = re.compile(r"^(https?://[^/]+(?:/[\w.~%-]+)*?/\d{4,14})(?:[a-z]{2}_)?/https?:/", re.IGNORECASE)


class Requisites:
    """The requisites of one run: the addresses asked for, and the bytes that came."""

    def __init__(self, settings: BaseSettings, keeper: Keeper | None, ports: frozenset[int]) -> None:
        wanted = ROLES[settings.get("ZHUANZAI_REQUISITES", "none")]
        self.roles = wanted | {"font"} if wanted and settings.getbool("ZHUANZAI_REQUISITE_FONTS") else wanted
        self._keeper = keeper
        self._ports = ports
        self._days = settings.getfloat("ZHUANZAI_REQUISITE_DAYS", 30.0)
        self._most = settings.getint("ZHUANZAI_REQUISITE_COUNT", 100)
        self._bytes = settings.getint("ZHUANZAI_REQUISITE_BYTES", 8 << 20)
        self._run_bytes = settings.getint("ZHUANZAI_REQUISITE_RUN_BYTES", 1 << 30)
        self._asked: set[str] = set()
        self._of_page: Counter[str] = Counter()
        self._received = 0

    def of(
        self, taken: Taken, page: str, callback: Callable[..., Any], errback: Callable[..., Any]
    ) -> Iterator[Request]:
        """Requests for the requisites that a page or stylesheet names, without those asked for lately.

        `page` is the address, as fetched, of the article that needs them.
        """
        replayed = _REPLAYED.match(taken.capture.url)
        if self._keeper is None or not self.roles or (taken.reading.place.archived_at and not replayed):
            return  # a piece of a crawl's WARC file: what stood around its page is nowhere to be asked
        if self._keeper.held.is_unchanged(taken.capture):
            return
        at = taken.reading.place.archived_at or utc(taken.capture.captured_at)
        for one in taken.reading.needs.requisites:
            if self._of_page[page] >= self._most or self._received >= self._run_bytes:
                return
            if one.role not in self.roles:
                continue
            try:
                own = normalised(one.url, ports=self._ports)
            except RefusedAddress:
                continue
            url = asked_at(own, taken.capture.url, one.role)
            if url in self._asked:
                continue
            self._asked.add(url)
            if self._keeper.held.is_asked(own, at, self._days):
                continue
            self._of_page[page] += 1
            yield Request(
                url,
                callback=callback,
                errback=errback,
                priority=LATER,
                cb_kwargs={"page": page},
                meta={REQUISITE: page, "download_maxsize": self._bytes, "max_retry_times": 1},
            )

    def came(self, response: Response) -> Taken | None:
        """The door's result for an answer; the bytes of the answer are counted."""
        taken: Taken | None = response.meta.get("capture")
        self._received += taken.received_bytes if taken is not None else 0
        return taken

    def failed(self, failure: Failure) -> None:
        """Count the bytes of an answer that was none."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        taken: Taken | None = request.meta.get("capture")
        self._received += taken.received_bytes if taken is not None else 0


def asked_at(url: str, page: str, role: str) -> str:
    """The address to ask for a requisite: its own address, or for a page from a web archive the address in that
    archive, at the page's time."""
    replayed = _REPLAYED.match(page)
    return f"{replayed[1]}{_MODIFIERS.get(role, 'im_')}/{url}" if replayed else url
