"""The delay between two requests to a host, and the pauses that a host asks for."""

import contextlib
import json
import logging
import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.defer import deferred_from_coro

from crawler.registry.book import SiteFiles, learned_in

logger = logging.getLogger(__name__)

SLOW_DOWN = (429, 503)  # what servers answer to those who ask too fast
LONGEST_WAIT_S = 10.0  # a request that must wait longer waits in the scheduler's queue, on disk with JOBDIR


@dataclass(slots=True)
class Host:
    """The wishes of one host: `floor_s` seconds between requests, a pause `until` a time, after `times` refusals."""

    floor_s: float = 0.0
    hours: tuple[int, ...] = ()  # [from, to] of the day in Beijing
    until: float = 0.0  # seconds since 1970: survives a restart
    times: int = 0
    asked_s: float = 0.0
    """Seconds of waiting that it asked for in this run, all in all."""


class Politeness:
    """Scrapy extension: keeps each host's delay at or above what its robots.txt and its site file ask for.

    Scrapy's robots middleware only allows or forbids, and AutoThrottle lowers a delay as it sees fit: the
    asked delay is put back after every response. Comes after AutoThrottle in EXTENSIONS.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.agent: str = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        self.backoff_s = settings.getfloat("ZHUANZAI_BACKOFF_S", 60.0)
        self.longest_pause_s = settings.getfloat("ZHUANZAI_LONGEST_PAUSE_S", 3600.0)
        self.longest_delay_s = settings.getfloat("ZHUANZAI_LONGEST_DELAY_S", 300.0)
        self.patience_s = settings.getfloat("ZHUANZAI_PATIENCE_S", 600.0)
        self.hours = tuple(int(hour) for hour in settings.getlist("ZHUANZAI_HOURS"))
        self.spent = False
        self.most_bytes = settings.getint("ZHUANZAI_RUN_BYTES")
        self.sites = SiteFiles.for_run(
            settings.get("ZHUANZAI_SITES_DIR"), learned_in(settings.get("ARCHIVE_DIR", "data"))
        )
        self.hosts: dict[str, Host] = {}
        self._file = Path(settings.get("ARCHIVE_DIR", "data")) / "pauses.json"
        self._remember()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        politeness = cls(crawler)
        crawler.signals.connect(politeness.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(politeness.reached, signal=signals.request_reached_downloader)
        crawler.signals.connect(politeness.downloaded, signal=signals.response_downloaded)
        return politeness

    def host(self, name: str) -> Host:
        """The wishes of a host; they begin with the delay of its site file."""
        if name not in self.hosts:
            site = self.sites.site_of(f"http://{name}/")
            hours = (site.hours if site else ()) or self.hours
            self.hosts[name] = Host(floor_s=site.delay_s if site else 0.0, hours=hours)
        return self.hosts[name]

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take Crawl-delay and Request-rate of a robots.txt."""
        asked = (robotparser.crawl_delay(self.agent) or 0.0, _request_rate_s(robotparser, self.agent))
        asked_s = max(0.0, *(delay_s for delay_s in asked if not math.isnan(delay_s)))
        name = urlsplit(request.url).hostname or ""
        host = self.host(name)
        if asked_s > self.longest_delay_s:
            logger.warning(
                "host=%s asks for %g s between requests (robots.txt); waiting %g, as ZHUANZAI_LONGEST_DELAY_S allows",
                name, asked_s, self.longest_delay_s,
            )  # fmt: skip
            if self.crawler.stats:
                self.crawler.stats.inc_value(f"alarm/{name}/crawl-delay")
            asked_s = self.longest_delay_s
        if asked_s > host.floor_s:
            host.floor_s = asked_s
            logger.info("host=%s asks for %.1f s between requests (robots.txt)", name, host.floor_s)
        self._hold(name)

    def reached(self, request: Request) -> None:
        """Hold a slot, perhaps a fresh one, to the floor before its first request goes out."""
        self._hold(request.meta["download_slot"])

    def downloaded(self, request: Request) -> None:
        """Put the floor back under what AutoThrottle made of the delay, and stop a run that used up its bytes."""
        self._hold(request.meta["download_slot"])
        received = self.crawler.stats.get_value("downloader/response_bytes", 0) if self.crawler.stats else 0
        if 0 < self.most_bytes <= received and not self.spent:
            self.spent = True
            logger.info("run budget of %d bytes is used up", self.most_bytes)
            deferred_from_coro(self._engine().close_spider_async(reason="run_bytes"))

    def _hold(self, name: str) -> None:
        host = self.host(name)
        slot = self._engine().downloader.slots.get(name)
        if slot is not None and host.floor_s > 0 and slot.delay <= host.floor_s:
            slot.delay, slot.jitter = host.floor_s, 0.0  # jitter would go below what was asked

    def _engine(self) -> ExecutionEngine:
        if self.crawler.engine is None:
            raise RuntimeError("signals of the downloader come from a running engine")
        return self.crawler.engine

    # -- back-off

    def slow_down(self, name: str, asked_s: float | None) -> float:
        """Leave a host alone as long as it asked (Retry-After), else twice as long each time; the seconds."""
        host = self.host(name)
        host.times += 1
        pause_s = asked_s if asked_s is not None else self.backoff_s * 2 ** (host.times - 1)
        host.asked_s += pause_s
        pause_s = min(pause_s, self.longest_pause_s)
        host.until = max(host.until, time.time() + pause_s)
        self._save()
        return pause_s

    def answered(self, name: str) -> None:
        """Forget earlier refusals of a host that answers again."""
        host = self.host(name)
        if host.times:
            host.times, host.until = 0, 0.0
            self._save()

    def paused_s(self, name: str) -> float:
        """Seconds for which a host is to be left alone: it asked so, or its hours are over.

        One that asked for more waiting than a run has patience for is not asked again in this run.
        """
        host = self.host(name)
        now = time.time()
        if host.asked_s > self.patience_s:
            return math.inf
        return max(0.0, host.until - now, closed_s(host.hours, now))

    def waits_for_long(self, name: str) -> bool:
        """Whether a host is to be left alone for longer than a run has patience: the next run asks it."""
        return self.paused_s(name) > self.patience_s

    def _remember(self) -> None:
        with contextlib.suppress(
            OSError, ValueError, TypeError, KeyError, AttributeError
        ):  # a note, not the record
            for name, pause in json.loads(self._file.read_text(encoding="utf-8")).items():
                host = self.host(name)
                host.until, host.times = float(pause["until"]), int(pause["times"])

    def _save(self) -> None:
        pauses = {
            name: {"until": host.until, "times": host.times}
            for name, host in self.hosts.items()
            if host.times
        }
        with contextlib.suppress(OSError):  # the pause holds in this run; a full disk is the keeper's alarm
            draft = self._file.with_suffix(".tmp")
            draft.write_text(json.dumps(pauses), encoding="utf-8")
            draft.replace(self._file)


def closed_s(hours: tuple[int, ...], now: float) -> float:
    """Seconds from `now` (since 1970) until the hours of the day in Beijing begin; 0 within them, or without any."""
    if len(hours) != 2 or hours[0] == hours[1]:
        return 0.0
    since_midnight = (now + 8 * 3600) % 86400
    since_opening = (since_midnight - hours[0] * 3600) % 86400
    open_for = (hours[1] - hours[0]) % 24 * 3600 or 86400
    return 0.0 if since_opening < open_for else 86400 - since_opening


def _request_rate_s(robotparser: RobotParser, agent: str) -> float:
    """Seconds between requests by Request-rate, which Scrapy's interface does not give: protego's does."""
    if not isinstance(robotparser, ProtegoRobotParser):
        return 0.0
    rate = robotparser.rp.request_rate(agent)
    return rate.seconds / rate.requests if rate and rate.requests else 0.0


class Patience:
    """Downloader middleware nearer the downloader than Retry: obeys 429 and 503, with Retry-After or without.

    The retry itself is RetryMiddleware's; here the whole host is left alone until then.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Send a request for a paused host back to the queue, but robots.txt: the engine waits for it."""
        politeness = self.crawler.get_extension(Politeness)
        if politeness is None or request.callback is NO_CALLBACK:
            return None
        waits = politeness.paused_s(urlsplit(request.url).hostname or "") > 0
        return request.replace(dont_filter=True) if waits else None

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a host that asks for a pause."""
        politeness = self.crawler.get_extension(Politeness)
        if politeness is None:
            return response
        name = urlsplit(request.url).hostname or ""
        if response.status in SLOW_DOWN:
            asked_s = retry_after_s(response.headers.get("Retry-After"), _clock_of(response))
            pause_s = politeness.slow_down(name, asked_s)
            logger.warning("host=%s answered %s, left alone for %.0f s", name, response.status, pause_s)
            if self.crawler.stats:
                self.crawler.stats.inc_value(f"politeness/{response.status}")
        elif response.status < 500:
            politeness.answered(name)
        return response


def retry_after_s(value: bytes | None, now: float) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date; None where it says nothing readable.

    `now` is the time by the clock of the server.
    """
    text = (value or b"").decode("latin-1").strip()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]*)?", text):
        return float(text)
    until = _moment(value)
    return max(0.0, until - now) if until is not None else None


def _clock_of(response: Response) -> float:
    """The time on the server's own clock (header Date), in seconds since 1970. Its other dates go by it."""
    said = _moment(response.headers.get("Date"))
    return said if said is not None else time.time()


def _moment(value: bytes | None) -> float | None:
    """Seconds since 1970 of a date in a header line; without a zone it is UTC, which HTTP means by GMT."""
    try:
        date = parsedate_to_datetime((value or b"").decode("latin-1").strip())
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


class ReadyHosts(DownloaderInterface):
    """Only hosts that may be asked now: not busy, not paused, not waiting out a long delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """(requests under way, host) of the ready ones."""
        busy: dict[str, int] = {}
        for request in self.downloader.active:  # those waiting for robots.txt are in no slot yet
            key = self.get_slot_key(request)
            busy[key] = busy.get(key, 0) + 1
        return [(busy.get(name, 0), name) for name in possible_slots if self._ready(name, busy.get(name, 0))]

    def _ready(self, name: str, busy: int) -> bool:
        slot: Slot | None = self.downloader.slots.get(name)
        most = slot.concurrency if slot else self.downloader.domain_concurrency
        if most and busy >= most:
            return False
        if (
            slot
            and slot.delay > LONGEST_WAIT_S
            and time.monotonic() < slot.lastseen + slot.delay - LONGEST_WAIT_S
        ):
            return False
        politeness = self.crawler.get_extension(Politeness)
        return politeness is None or politeness.paused_s(name) <= 0


class HostQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue of hosts, which gives out requests of ready hosts only.

    Scrapy's own fills the downloader with requests of one slow host (Crawl-delay: 120); the others starve.
    """

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = ReadyHosts(crawler)
