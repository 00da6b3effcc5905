"""Addresses that the archive holds are asked for with a condition; a 304 is replaced by the held answer."""

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.record.http import Message
from archive.view.revalidate import REFUSES_CONDITION
from crawler.fetch.keeper import Keeper

logger = logging.getLogger(__name__)

SENT = ("If-None-Match", "If-Modified-Since")
WITHOUT = ("content-encoding", "transfer-encoding", "content-length")
"""Header lines that speak of the bytes on the wire: the body given to spiders is the plain one."""


class Conditional:
    """Downloader middleware between HttpCompression and Redirect.

    Spiders see the kept body with status 200 and the flag `not-modified`: a list is read again, at no cost
    to its server, so that what a killed run left unfetched is found. The record has the 304, as a revisit.
    A server that refuses the condition (400, 412, 501 …) is asked once more without it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Put the condition on, or take off the one that a redirect brought along from another address."""
        keeper = self.crawler.get_extension(Keeper)
        if keeper is None or request.method != "GET" or request.meta.get("unconditional"):
            return
        if request.meta.pop("condition", None) is not None:
            for name in SENT:
                request.headers.pop(name, None)
        known = keeper.held.validators(request.url)
        if known is None or any(name in request.headers for name in SENT):
            return
        request.meta["condition"] = known.capture_id
        for name, value in known.headers().items():
            request.headers[name] = value.encode("latin-1")

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Give the kept answer for a 304; ask again without a condition where it cannot be read any more."""
        capture_id = request.meta.get("condition")
        if capture_id is not None and response.status in REFUSES_CONDITION:
            return _unconditional(request)
        keeper = self.crawler.get_extension(Keeper)
        if response.status != 304 or capture_id is None or keeper is None:
            return response
        kept = keeper.held.answer_of(capture_id)
        if kept is None:
            logger.warning("url=%s: answered 304, but its record cannot be read: asked again", request.url)
            return _unconditional(request)
        if self.crawler.stats:
            self.crawler.stats.inc_value("conditional/not-modified")
        return _answer(request, kept)


def _unconditional(request: Request) -> Request:
    """The same request without its condition."""
    again = request.replace(dont_filter=True, meta={**request.meta, "unconditional": True})
    again.meta.pop("condition", None)
    for name in SENT:
        again.headers.pop(name, None)
    return again


def _answer(request: Request, kept: Message) -> Response:
    headers = Headers()
    for name, value in kept.headers:
        if name.lower() not in WITHOUT:
            headers.appendlist(name, value.encode("latin-1"))
    kind = responsetypes.from_args(headers=headers, url=request.url, body=kept.body)
    return kind(
        request.url, status=200, headers=headers, body=kept.body, request=request, flags=["not-modified"]
    )
