"""Redirects followed as browsers do: a chain keeps the cookies it set, and one that goes nowhere ends."""

import logging
from collections.abc import Iterable

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from archive.door.moves import MOST_ROUNDS, is_marked, kind
from extract.page.address import escaped_bytes, joined, parted
from extract.page.blocked import UPKEEP, gate

logger = logging.getLogger(__name__)

REDIRECTS = {301, 302, 303, 307, 308}
CHAIN = "chain_cookies"
"""Key in meta: (address, Set-Cookie lines) of each answer of the chain so far; plain values, for queues on disk."""
THROUGH_GATES = "through_gates"
"""Key in meta: set where a chain may go on at a gate's address, as that of an article may: many send back at once."""
GATE = "gate"
"""Key in meta: the first gate's address of the chain so far."""
SHUT = ("captcha", UPKEEP)
"""Kinds of gates that nobody passes without a person."""


class Redirects(RedirectMiddleware):
    """Scrapy's redirects, mended in three points.

    Scrapy keeps no cookie if COOKIES_ENABLED is off, and it drops a redirect to an address that was asked before.

    An address that sets a cookie and sends to itself is asked again with it, also by spiders that look at redirects
    themselves. If the redirect sets no new cookie, the redirect itself is the answer.

    A redirect to a log-in page is the answer, too, unless the request is for an article: many a host hands out its
    cookie by way of a log-in host that sends back at once.
    """

    def process_response(  # type: ignore[override]  # no spider is given any more
        self, request: Request, response: Response
    ) -> Request | Response:
        """The response, or the next request of its chain."""
        location = response.headers.get("Location")
        if response.status not in REDIRECTS or location is None:
            return response
        to = target_of(request.url, location)
        if not to:
            return response  # "http://[": it leads nowhere, and is kept as it is
        before = [request.url, *request.meta.get("redirect_urls", ())]
        if to in before:
            return self._again(request, response, to)
        if is_shut(request, to):
            return response
        following: Request | Response = super().process_response(request, response)
        if not isinstance(following, Request):
            return response
        if kind(request.url, to) == "gate":
            following.meta.setdefault(GATE, to)
        if GATE in following.meta:
            # one form, or one page that hands out cookies, ends or serves many chains
            following.dont_filter = True
        return carried(request, response, following)

    def _again(self, request: Request, response: Response, to: str) -> Request | Response:
        """The request for an address of this chain with the cookies that came since; the response without any."""
        asked = self._build_redirect_request(request, response, url=to)
        again = carried(request, response, asked)
        is_news = again.headers.get("Cookie") != request.headers.get("Cookie")
        rounds = request.meta.get("redirect_times", 0) + 1
        if not is_news or rounds > MOST_ROUNDS:
            logger.info("redirects to itself url=%s", request.url)
            return response
        followed: Request = self._redirect(again, request, response.status)
        followed.dont_filter = True
        return followed


def carried(request: Request, response: Response, following: Request) -> Request:
    """The next request with the cookies of its chain that it may have."""
    set_now = [line.decode("latin-1") for line in response.headers.getlist("Set-Cookie")]
    chain = [*request.meta.get(CHAIN, ()), *([(request.url, set_now)] if set_now else [])]
    following.headers.pop("Cookie", None)
    if chain:
        jar = CookieJar()
        for url, lines in chain:
            jar.extract_cookies(Response(url, headers={"Set-Cookie": lines}), Request(url))
        jar.add_cookie_header(following)
        following.meta[CHAIN] = chain
    return following


def is_shut(request: Request, to: str) -> bool:
    """Whether a redirect's target is a gate at which the request's chain ends."""
    found = gate(request.url, to)
    return found is not None and (found in SHUT or not request.meta.get(THROUGH_GATES))


def ends_at_gate(request: Request, url: str) -> bool:
    """Whether a chain that went to a gate is not back at one of its articles' addresses."""
    before = request.meta.get("redirect_urls", ())
    if GATE not in request.meta or not before:
        return False
    first = before[: before.index(request.meta[GATE])] if request.meta[GATE] in before else before
    return not is_same(url, first) and not any(
        is_marked(one, url) or kind(one, url) == "moved" for one in first
    )


def is_loop(url: str, status: int, location: bytes | None, before: Iterable[str] = ()) -> bool:
    """Whether an answer sends to its own address, or to one of those `before` that led here."""
    if status not in REDIRECTS or location is None:
        return False
    return is_same(target_of(url, location), (url, *before))


def target_of(url: str, location: bytes) -> str:
    """The absolute address of a Location line; empty if it is none."""
    return joined(url, escaped_bytes(location.decode("latin-1")))


def is_same(to: str, before: Iterable[str]) -> bool:
    """Whether an address is one of those before it."""
    return any(_address(to) == _address(one) for one in before)


def _address(url: str) -> tuple[str, ...]:
    parts = parted(url)
    return parts.scheme, parts.netloc, parts.path or "/", parts.query
