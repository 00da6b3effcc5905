"""The decision of a host's robots.txt for any answer of its server: RFC 9309, and one line in the log for each host."""

import codecs
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.fetch.keeper import Keeper

logger = logging.getLogger(__name__)

MOST_BYTES = 500 * 1024  # RFC 9309 § 2.5: at least so many are read
LONG = timedelta(days=30)  # § 2.3.1.4: after so long without an answer the last copy holds, or none
NOTHING, EVERYTHING = b"", b"User-agent: *\nDisallow: /\n"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
RULE = re.compile(r"^\s*(?:user-agent|disallow|allow)\s*:", re.IGNORECASE | re.MULTILINE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Closed(IgnoreRequest):
    """A request that is not made, because the host's robots.txt could not be read.

    `is_answered`: the server answered with 5xx. Otherwise it gave no answer."""

    def __init__(self, why: str, *, is_answered: bool) -> None:
        super().__init__(f"Forbidden by robots.txt: {why}")
        self.is_answered = is_answered


@dataclass(frozen=True, slots=True)
class Decision:
    """The rules that hold, as UTF-8, and why these. `is_closed` where the file is out of reach."""

    rules: bytes
    why: str
    is_closed: bool = False


def decided(status: int, body: bytes) -> Decision:
    """The decision by an answer to /robots.txt. Source: RFC 9309 § 2.3.1; redirects have been followed."""
    if status >= 500:
        return Decision(EVERYTHING, f"answered {status}: all forbidden until it answers", is_closed=True)
    if not 200 <= status < 300:
        return Decision(NOTHING, f"answered {status}: there is none, all allowed")
    text = CONTROL.sub("", _text(body[:MOST_BYTES]))
    if not text.strip():
        return Decision(NOTHING, "is empty: all allowed")
    if text.lstrip().startswith("<"):
        return Decision(NOTHING, "is a page, no rules: all allowed")
    if not RULE.search(text):
        return Decision(NOTHING, "has no rules: all allowed")
    if len(body) > MOST_BYTES:
        text = text.rpartition("\n")[0]
        return Decision(text.encode(), f"read to {MOST_BYTES:,} of {len(body):,} bytes")
    return Decision(text.encode(), "read")


def _text(body: bytes) -> str:
    for mark, charset in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


class Robots(RobotsTxtMiddleware):
    """Scrapy's, which reads an error page as rules and takes a server in trouble for one that allows everything."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        decision = decided(response.status, response.body)
        if decision.is_closed:
            decision = self._after_long(netloc, request, decision)
        level = logging.WARNING if decision.is_closed else logging.INFO
        logger.log(level, "robots host=%s: %s", netloc, decision.why)
        if decision.is_closed:
            self._close(netloc, decision.why, is_answered=True)
        await super()._parse_robots(response.replace(body=decision.rules), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Nothing came: all is forbidden. Refused or sent round in circles: there is none (§ 2.3.1.2)."""
        if isinstance(exc, IgnoreRequest):
            logger.info("robots host=%s: not to be had (%s), all allowed", netloc, exc)
        else:
            why = f"no answer ({type(exc).__name__}): all forbidden until it answers"
            logger.warning("robots host=%s: %s", netloc, why)
            self._close(netloc, why, is_answered=False)
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Let pass or raise IgnoreRequest."""
        why = self._closed.get(urlsplit(request.url).netloc)
        if why is not None:
            self._stats.inc_value("robotstxt/closed")
            raise Closed(why[0], is_answered=why[1])
        super().process_request_2(rp, request)

    @property
    def _closed(self) -> dict[str, tuple[str, bool]]:
        found: dict[str, tuple[str, bool]] = self.__dict__.setdefault("closed_hosts", {})
        return found

    def _close(self, netloc: str, why: str, *, is_answered: bool) -> None:
        self._closed[netloc] = (why, is_answered)

    def _after_long(self, netloc: str, request: Request, decision: Decision) -> Decision:
        """The last copy that the archive holds, or no rules, once the file has been out of reach for long."""
        keeper = self.crawler.get_extension(Keeper)
        url = f"{urlsplit(request.url).scheme}://{netloc}/robots.txt"
        since = keeper.held.out_of_reach_since(url) if keeper else None
        if since is None or keeper is None or datetime.now(UTC) - since < LONG:
            return decision
        kept = keeper.held.last_rules(url)
        if kept is None:
            return Decision(NOTHING, f"out of reach since {since:%Y-%m-%d}, never read: all allowed")
        return Decision(decided(200, kept).rules, f"out of reach since {since:%Y-%m-%d}: the last copy holds")
