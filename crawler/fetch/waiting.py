"""A run ends when only hosts that want to be left alone have requests left: the next run goes on there.

A run that was asked to stop waits for no host's delay.
"""

import logging
from collections.abc import Iterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from crawler.fetch.politeness import Politeness

logger = logging.getLogger(__name__)

EVERY_S = 1.0
WAITING = "waiting"
"""How such a run is said to have ended."""


class Waiting:
    """Scrapy extension: looks every second whether anything but hosts that wait is left."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timer = LoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        waiting = cls(crawler)
        crawler.signals.connect(waiting.opened, signal=signals.spider_opened)
        crawler.signals.connect(waiting.closed, signal=signals.spider_closed)
        return waiting

    def opened(self) -> None:
        self._timer.start(EVERY_S, now=False)

    def closed(self) -> None:
        if self._timer.running:
            self._timer.stop()

    def look(self) -> None:
        """End the run where nothing is under way and every host with requests left is to be left alone for long."""
        engine, politeness = self._crawler.engine, self._crawler.get_extension(Politeness)
        if engine is not None and engine._slot is not None and engine._slot.closing is not None:
            self._let_go(engine)
            return
        if engine is None or politeness is None or engine.spider is None or engine._start is not None:
            return
        slot = engine.scraper.slot
        if engine.downloader.active or slot is None or not slot.is_idle():
            return
        left = dict(_left(engine.scheduler))
        if not left or not all(politeness.waits_for_long(name) for name in left):
            return
        for name, n in sorted(left.items()):
            logger.warning("host=%s is left alone: %d requests wait for the next run", name, n)
        if self._crawler.stats:
            self._crawler.stats.inc_value("politeness/left-waiting", sum(left.values()))
        self.closed()
        deferred_from_coro(engine.close_spider_async(reason=WAITING))

    def _let_go(self, engine: Any) -> None:
        """Of a run that ends, leave to the next what waits for its host's delay: minutes, where robots.txt asks so."""
        for slot in engine.downloader.slots.values():
            slot.close()
            while slot.queue:
                request, answer = slot.queue.popleft()
                request.errback = None  # nothing went wrong with it
                if engine.scheduler.dqs is not None:
                    engine.scheduler._dqpush(request)  # a job goes on with it
                if self._crawler.stats:
                    self._crawler.stats.inc_value("politeness/left-waiting")
                answer.errback(IgnoreRequest(f"{request.url}: the run ended before its turn came"))


def _left(scheduler: Any) -> Iterator[tuple[str, int]]:
    """Host and number of the requests in the scheduler's queues, in memory and on the disk."""
    for queue in (scheduler.mqs, scheduler.dqs):
        for name, own in (queue.pqueues if queue is not None else {}).items():
            if len(own):
                yield name, len(own)
