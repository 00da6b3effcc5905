"""Holds the archive open for one crawl: takes exchanges from the wire and commits them in batches."""

import asyncio
import ctypes
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from os import SEEK_END
from pathlib import Path
from types import FrameType
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import is_asyncio_available
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from archive import patterns
from archive.capture import Exchange
from archive.door.ahead import Ahead, AheadReaders
from archive.door.apart import Apart, reading_apart
from archive.door.ingest import Taken
from archive.door.source_filter import Interest
from archive.errors import ArchiveError, Stopped
from archive.grouping.texts import keep_ready
from archive.record.http import read_head
from archive.run.batches import RunLimits
from archive.run.folder import Archive, RunInfo
from archive.run.held import Held
from archive.view.ledger import Try
from crawler.fetch import sample_mark
from crawler.garbage import settle
from crawler.registry.book import SiteFiles, learned_in
from extract.script.fold import forget_phrases

log = logging.getLogger(__name__)

LARGE_BYTES, MOST_PACKED = 1_000_000, 20
"""Pages from so many bytes on are read aside; a coding is taken to have packed text that much."""
M_ARENA_MAX = -8
"""The number of a setting in glibc's malloc.h."""
SWITCH_S = 0.0005
"""A thread that has an answer of a reading process gets its turn after so many seconds; Python's 5 ms leave the process
without a page for longer than it takes to read one."""
KEPT_READY = 800_000
"""Characters of texts that stay prepared for the next copy: some 560 articles, 5 MB for a tenth of its CPU."""
READ_AFTER_STOP_S = 5.0
"""Seconds for the pages under way once a run is told to stop; the rest is read at the next start."""


class Keeper:
    """Scrapy extension: one archive, one run.

    Setting ZHUANZAI_KEEP False (as `scrapy shell` and `scrapy fetch` do) switches it off.
    Raises Busy, WrongUse or Damaged when the archive cannot be opened.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("ZHUANZAI_KEEP"):
            raise NotConfigured
        self._crawler = crawler
        self._open = ExitStack()
        folder = Path(settings["ARCHIVE_DIR"])
        self._apart = self._open.enter_context(
            reading_apart(folder, settings.getfloat("ZHUANZAI_PAGE_SECONDS"), yields=True)
        )
        if self._apart is not None:
            self._apart.prepare()  # half a second's loading, beside the opening of the archive and the first fetches
        self.sites = SiteFiles.for_run(
            settings.get("ZHUANZAI_SITES_DIR"), learned_in(settings["ARCHIVE_DIR"])
        )
        self.broken: str | None = None
        self.tries: list[Try] = []
        """Where the run looked for copies; kept with its end."""
        now = datetime.now(UTC)
        info = RunInfo(
            run_id=new_run_id(now),
            command=crawler.spidercls.name,
            started_at=now,
            user_agent=settings["USER_AGENT"],
            contact=settings["ZHUANZAI_CONTACT"],
            site_files=self.sites.own_digest,
        )
        limits = RunLimits(
            warc_bytes=settings.getint("ZHUANZAI_WARC_BYTES"),
            batch=settings.getint("ZHUANZAI_COMMIT_PAGES"),
            min_free_bytes=settings.getint("ZHUANZAI_MIN_FREE_BYTES"),
        )
        archive = Archive(folder, self.sites)
        sample_mark.admit(archive.folder, info.run_id)
        self._extracting = extracting = settings.getbool("ZHUANZAI_EXTRACT")
        self._aside: Apart | None = None
        self._readers: AheadReaders | None = None
        self._open.callback(self._end_readers)
        self._run = self._open.enter_context(archive.run(info, limits, extracting=extracting))
        self._timer = LoopingCall(self.commit)
        self._seconds = settings.getfloat("ZHUANZAI_COMMIT_SECONDS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keeper = cls(crawler)
        crawler.signals.connect(keeper.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(keeper.spider_closed, signal=signals.spider_closed)
        return keeper

    def spider_opened(self, spider: Spider) -> None:
        self._timer.start(self._seconds, now=False)
        if self._apart is not None:
            self._apart.begin()  # before the first name is looked up in a thread
            if self._extracting and self._apart.is_copy:
                # a copy costs next to nothing now, and a start of its own later
                self._aside = self._apart.aside()
                forget_phrases()  # needed for the sites' names; those of sources are converted in the copies
            sys.setswitchinterval(SWITCH_S)
            one_heap()
        keep_ready(KEPT_READY)
        patterns.let_go()
        self._listen()
        settle()

    def _listen(self) -> None:
        """Hear a stop in the midst of a page: what Scrapy does about it waits until the page is read."""
        if threading.current_thread() is not threading.main_thread() or self._apart is None:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, partial(self._stopped, before))

    def _stopped(
        self, before: Callable[[int, FrameType | None], object], number: int, frame: FrameType | None
    ) -> None:
        if self._apart is not None:
            self._apart.hurry(READ_AFTER_STOP_S)
        if self._aside is not None:
            self._aside.hurry(READ_AFTER_STOP_S)
        before(number, frame)

    def _end_readers(self) -> None:
        for apart in (
            self._aside,
            self._apart,
        ):  # in this order: the first one's template ends the copies of both
            if apart is not None:
                apart.close()
        if self._readers is not None:
            self._readers.end()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._timer.running:
            self._timer.stop()
        try:
            if self.broken is None:
                self._run.finish(
                    ending=reason, ended_at=datetime.now(UTC), alarms=alarms(self._crawler), tries=self.tries
                )
            self._open.close()
        except (OSError, ArchiveError) as error:
            self._break(error)
        log.info(
            "run=%s captures=%s articles=%s passed_over=%s ending=%s",
            self._run.run_id,
            self._run.captures,
            self._run.articles,
            self._run.passed_over,
            reason,
        )

    @property
    def held(self) -> Held:
        """The archive's answers about what it holds. They are asked before a site is asked."""
        return self._run.held

    def keep_only(self, interest: Interest | None) -> None:
        """From now on keep only pages whose source is of interest; None keeps all pages."""
        self._run.interest = interest

    def is_passed(self, url: str) -> bool:
        """Whether the page at an address was passed over before, and names no medium that is of interest now."""
        return self._run.is_passed(url)

    async def read_ahead(self, exchange: Exchange) -> Ahead | None:
        """The reading of a page, made while other fetches go on; None for an answer that take() reads in no time."""
        if self._apart is None or not self._apart.is_begun or not self._extracting:
            return None
        asked = self._run.asked(exchange)
        if asked is None:
            return None
        if self._readers is None:
            self._aside = self._aside or self._apart.aside()
            self._readers = AheadReaders(self._apart, self._aside)
            self._run.door.mapped = self._readers.mapped
        read: Deferred[Ahead | None] = Deferred()
        tell = partial(_from_thread(), read.callback)
        self._readers.read(asked, tell, is_large=_is_large(exchange))
        return await maybe_deferred_to_future(read)

    def take(self, exchange: Exchange, ahead: Ahead | None = None) -> Taken | None:
        """Keep one exchange, whose page may have been read `ahead`.

        None once the archive cannot be written any more: the crawl is then closing.
        """
        if self.broken is not None:
            return None
        try:
            are_more_near = self._readers is not None and self._readers.are_behind
            taken = self._run.take(exchange, ahead, are_more_near=are_more_near)
        except (OSError, ArchiveError) as error:
            self._break(error)
            return None
        if taken.reading.reason == "error" and self._crawler.stats:
            self._crawler.stats.inc_value(f"alarm/{taken.reading.place.site}/bug")
        return taken

    @property
    def run_id(self) -> str:
        """The run's name."""
        return self._run.run_id

    def commit(self) -> None:
        """Commit the waiting batch, so that others can read it; nothing once the archive cannot be written."""
        if self.broken is None:
            try:
                self._run.commit()
            except (OSError, ArchiveError) as error:
                self._break(error)

    def _break(self, error: OSError | ArchiveError) -> None:
        """The disk cannot be written: stop the crawl, keep what is committed, and say so once."""
        if self.broken is not None:
            return
        self.broken = str(error)
        if isinstance(error, Stopped):
            log.warning("%s", error)
            return
        log.error("archive cannot be written, stopping: %s", error)
        stats, engine = self._crawler.stats, self._crawler.engine
        if stats:
            stats.inc_value("alarm/archive/not-writable")
        if engine and engine.spider is not None and engine.running:
            engine.close_spider(engine.spider, reason="archive_not_writable")


def _from_thread() -> Callable[..., object]:
    """The way to have a function called in the reactor's thread: the shorter one, past Twisted's timer."""
    if is_asyncio_available():
        return asyncio.get_running_loop().call_soon_threadsafe
    from twisted.internet import reactor  # Scrapy installs it late: an import above would choose another

    call: Callable[..., object] = reactor.callFromThread
    return call


def one_heap() -> None:
    """Let all threads share one heap: glibc gives each its own, which took 6 MB of a crawl's process."""
    with suppress(AttributeError, OSError):  # of other C libraries
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _is_large(exchange: Exchange) -> bool:
    """Whether a response is, or may be once its coding is undone, so large that reading it takes long."""
    response = exchange.response
    if response is None:
        return False
    start = response.tell()
    size = response.seek(0, SEEK_END)
    response.seek(start)
    if size < LARGE_BYTES // MOST_PACKED:
        return False
    head = read_head(response)
    response.seek(start)
    return size >= LARGE_BYTES or head.header("content-encoding") is not None


def alarms(crawler: Crawler) -> dict[str, int]:
    """The alarms in a run's counters: `<site>/<kind>` with the number of each."""
    counters = crawler.stats.get_stats() if crawler.stats else {}
    return {key.removeprefix("alarm/"): count for key, count in counters.items() if key.startswith("alarm/")}


def new_run_id(now: datetime) -> str:
    """A run's name: sorts by time, unique by four random bytes."""
    return f"{now.strftime('%Y%m%dT%H%M%SZ')}-{secrets.token_hex(4)}"
