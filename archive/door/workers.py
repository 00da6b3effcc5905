"""Stored exchanges examined in worker processes, handed back in the order they stand in."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from io import BytesIO
from multiprocessing import connection
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from archive.door.apart import current, reading_apart
from archive.door.ingest import Door, Taken, examined
from archive.errors import Damaged
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.exchanges import Stored

MAX_SENT_BYTES = 4 << 20  # a larger response is examined where it was read
MAX_WAITING_BYTES = 32 << 20
MAX_WAITING = 64  # exchanges on their way; enough that no worker idles while a batch is committed
WORTH_BYTES = 8 << 20  # of compressed record; a worker's start costs what reading about this much costs

T = TypeVar("T")
RunOf = Callable[[Stored], str | None]
"""The run that a stored exchange counts to."""


class Readers:
    """A number of worker processes, started when first needed; with one job everything happens here."""

    def __init__(self, sites: SiteBook, jobs: int = 1) -> None:
        self._sites = sites
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def enter(self, door: Door, told: Iterable[T], run_of: RunOf, via: Via | None = None) -> Iterator[T]:
        """Let the exchanges among `told` in by the door, in order; each item comes out again once it is in.

        Raises Damaged where a worker dies of a page.
        """
        for item, taken in self.ahead(told, run_of, via, skip=lambda item: door.knows(item.ref.record_id)):
            if isinstance(item, Stored):
                if taken is None:
                    door.take_stored(item, run_id=run_of(item), via=via)
                else:
                    door.admit_stored(item, partial(_just, taken))
            yield item

    def ahead(
        self, told: Iterable[T], run_of: RunOf, via: Via | None, skip: Callable[[Stored], bool]
    ) -> Iterator[tuple[T, Taken | None]]:
        """Each item with what examined() makes of it, begun while earlier ones are still on their way.

        None for what is not worth a worker: revisits, failures, large responses, and what `skip` says.
        """
        if self._jobs <= 1:
            yield from ((item, None) for item in told)
            return
        waiting: deque[tuple[T, Future[Taken] | None, int]] = deque()
        waiting_bytes = 0
        for item in told:
            size = _size(item) if isinstance(item, Stored) and not skip(item) else 0
            begun = None
            if isinstance(item, Stored) and 0 < size <= MAX_SENT_BYTES:
                begun = self._begin(item, run_of(item), via)
            waiting.append((item, begun, size))
            waiting_bytes += size
            while len(waiting) > MAX_WAITING or waiting_bytes > MAX_WAITING_BYTES:
                first, examination, first_size = waiting.popleft()
                waiting_bytes -= first_size
                yield first, _result(examination, first)
        yield from ((item, _result(examination, item)) for item, examination, _ in waiting)

    def _begin(self, stored: Stored, run_id: str | None, via: Via | None) -> "Future[Taken]":
        if self._pool is None:
            # spawned, not forked: a database connection must not be carried into another process
            context = multiprocessing.get_context("spawn")
            apart = current()
            limit = (apart.folder, apart.seconds) if apart is not None else None
            self._pool = ProcessPoolExecutor(self._jobs, context, _start, (self._sites, limit))
        response = stored.exchange.response
        block = b"" if response is None else response.read()
        if response is not None:
            response.seek(0)
        bare = replace(stored, exchange=replace(stored.exchange, response=None))
        return self._pool.submit(_examine, bare, block, run_id, via)


def _just(taken: Taken, _: Stored) -> Taken:
    return taken


def jobs_for(record_bytes: int, cores: int) -> int:
    """How many processes are worth their start for so many bytes of record."""
    return cores if record_bytes >= WORTH_BYTES else 1


def _size(stored: Stored) -> int:
    """Bytes to send to a worker; 0 for what is examined here: failures, and revisits, which need the archive."""
    response = stored.exchange.response
    if response is None or (stored.repeats is not None):
        return 0
    size = response.seek(0, os.SEEK_END)
    response.seek(0)
    return size


def _result(examination: "Future[Taken] | None", item: object) -> Taken | None:
    if examination is None or not isinstance(item, Stored):
        return None
    try:
        return examination.result()
    except BrokenProcessPool as error:
        raise Damaged(
            f"{item.ref.file} at byte {item.ref.offset} or one of the {MAX_WAITING} records behind it:"
            " reading it killed a worker process; run again with --jobs 1 to see which"
        ) from error


_sites: list[SiteBook] = []
_limits = ExitStack()  # held as long as the worker lives: a stack that nobody holds closes what it entered


def _start(sites: SiteBook, limit: tuple[Path, float] | None) -> None:
    """Prepare a worker: it leaves when its parent is gone, and lets the parent answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _sites.append(sites)
    if limit is not None:
        _limits.enter_context(reading_apart(*limit, is_sure=True))
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _examine(bare: Stored, block: bytes, run_id: str | None, via: Via | None) -> Taken:
    stored = replace(bare, exchange=replace(bare.exchange, response=BytesIO(block)))
    return examined(stored, _sites[0], run_id=run_id, via=via)
