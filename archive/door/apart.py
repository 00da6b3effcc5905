"""Reading of pages in a separate process; a page is given up where its reading takes too long or kills the process.

Hostile markup may cost hours, and no list of such tricks is complete. The file `given-up.jsonl` in the archive's folder
lists the pages that were given up, by the digest of their bytes. No later start, rebuild or visitor reads them. Without
the file they are tried once more.
"""

import gc
import json
import logging
import multiprocessing
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from archive import patterns
from archive.errors import Stopped
from archive.template import Copy, Template, is_possible, keep_to

log = logging.getLogger(__name__)

FILE = "given-up.jsonl"
LONGEST_START_S = 60.0
CLOCKS_ARE_TOLD = sys.platform == "linux"
WHOLE_AFTER = 100
"""A page leaves next to nothing behind: garbage is looked for after each, and in all that is held after so many.

While a page was read it took 3 % of the time.
"""
YIELDING = 5
"""By so much the priority of a process that yields is lower, as nice(1) counts."""
SLICE_S = 0.25  # after so many seconds at most, the reading of a page notices that the run must stop
Work = Callable[..., Any]
PATIENCE = 6
"""The limit in wall-clock time is so many times the limit in CPU time, because the machine may be busy."""


class TooLong(Exception):  # noqa: N818 - a state of the page, which goes into quarantine
    """A page was given up; the message says why."""


def worked_s(process: int) -> float:
    """CPU seconds that a process has used, as its own process_time() counts them; 0 if ended or nobody tells."""
    if CLOCKS_ARE_TOLD:
        with suppress(OSError):
            return time.clock_gettime(~process << 3 | 2)  # the clock that clock_getcpuclockid(3) names
    return 0.0


def time_left_s(seconds: float, process: int, began: float, worked: float) -> float:
    """Seconds left for a page that a process began at `began` (monotonic), with `worked` CPU seconds used before it.

    CPU time and wall-clock time have a limit each; the smaller rest counts.
    """
    waited = time.monotonic() - began
    spent = worked_s(process) - worked if CLOCKS_ARE_TOLD else waited
    return min(seconds - spent, PATIENCE * seconds - waited)


def given_up(folder: Path) -> dict[str, str]:
    """The reasons why pages of an archive were given up, by the sha256 of their payload; broken lines are skipped."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for line in (folder / FILE).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                found[str(entry["sha256"])] = str(entry["why"])
    return found


class Apart:
    """One process that does work for this one; it is started again after each page that was given up."""

    def __init__(self, folder: Path, seconds: float, *, yields: bool = False) -> None:
        """`yields`: the process that reads lets this one go before it, because this one has other work meanwhile."""
        self.folder = folder
        self.seconds = seconds
        self._yields = yields
        self._given_up = given_up(folder)
        self._owner = os.getpid()
        self._template: Template | None = None
        self._is_first = True
        self._process: Any = None
        self.pid = 0
        self._ours: Connection | None = None
        self._hears: Callable[[float], bool] = lambda _: False
        self._deadline: float | None = None
        self._is_ready = self._is_copy = False
        self._turn = threading.Lock()  # one process reads one page at a time, and threads wait for it
        self._is_closed = False
        self.is_begun = False
        """Whether the separate process reads pages; before that this process reads them, without a limit."""

    def prepare(self) -> None:
        """Load what reading needs in a process aside, while this one, which needs it not, does other things."""
        if is_possible():
            self._template = Template(load)

    def begin(self) -> None:
        """From now on read pages in the separate process."""
        if not self.is_begun:
            self.is_begun = True
            self._start()

    def aside(self) -> "Apart":
        """A second process, for pages that take long; both know the pages that were given up."""
        other = Apart(self.folder, self.seconds, yields=self._yields)
        other._given_up, other._deadline, other._template = self._given_up, self._deadline, self._template
        other._is_first = False
        other.begin()
        return other

    def _start(self) -> None:
        """Start the process: a copy of the template or a fork takes some milliseconds, a new process a second."""
        is_alone = is_possible()
        context: Any = multiprocessing.get_context("fork" if is_alone else "spawn")
        self._ours, theirs = context.Pipe()
        self._hears = _hearing(self._ours)
        self._process = self.copied(_work, theirs, self._yields)
        self._is_copy = is_alone or self._process is not None
        self._is_ready = False
        if self._process is None:
            if is_alone:
                load()  # here, and not again in each fork
            self._process = context.Process(
                target=_work, args=(theirs, os.getpid(), self._yields, is_alone), daemon=True
            )
            self._process.start()
            # else multiprocessing, at the end of this process, waits for one that hears no SIGTERM
            Finalize(self, _end, args=(self._process,), exitpriority=10)
        theirs.close()

    def copied(self, work: Work, theirs: Connection, *arguments: Any) -> Copy | None:
        """A copy of the template that does `work`; None where there is no template."""
        with suppress(OSError):
            return self._template.copied(work, theirs, *arguments) if self._template else None
        return None

    def hurry(self, seconds: float) -> None:
        """Set a time limit for all remaining work together, because the run was told to stop."""
        self._deadline = min(self._deadline or float("inf"), time.monotonic() + seconds)

    def done(self, digest: str | None, url: str, work: Work, *args: Any) -> Any:
        """The result of `work` with its arguments, computed in the other process; may be called in any thread.

        Raises TooLong where the page was given up, now or earlier, and Stopped where the run ends before the result is
        there.
        """
        with self._turn:
            return self._done(digest, url, work, args)

    def _done(self, digest: str | None, url: str, work: Work, args: tuple[Any, ...]) -> Any:
        if digest is not None and digest in self._given_up:
            raise TooLong(self._given_up[digest])
        if self._is_closed:
            raise Stopped(f"{url}: the run ended before this page was read; the next start reads it")
        if self._ours is None:
            self._start()
        if self._ours is None:
            raise RuntimeError("_start() opens the connection")
        left_s = self.seconds
        try:
            self._await_ready(url)
            # what the process took to begin is not the page's
            began, worked = time.monotonic(), worked_s(self.pid)
            self._ours.send((work, args))
            while (left_s := time_left_s(self.seconds, self.pid, began, worked)) > 0 and not self._is_over():
                if self._hears(min(left_s, SLICE_S)):
                    is_told, answer = self._ours.recv()
                    if is_told:
                        return answer
                    raise answer
            why = f"not read within {self.seconds:g} s of work"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            why = "reading it ended the process that read it"
        self._end()
        if (self._deadline is not None or self._is_closed) and left_s > 0:
            raise Stopped(f"{url}: the run was stopped while this page was read; the next start reads it")
        if not self._is_ready:  # no page is to blame
            raise ChildProcessError(f"{url}: the process that reads pages ended before it began")
        self.give_up(digest, url, why)
        raise TooLong(why)

    def _await_ready(self, url: str) -> None:
        """Wait for a new process: modules are loaded for one second, or ten on a busy machine, before it is there.

        Raises Stopped where the run ends before, and ChildProcessError after a minute. No page is given up for that.
        """
        until = time.monotonic() + LONGEST_START_S
        while not self._is_ready and self._ours is not None:
            if self._hears(SLICE_S):
                self.pid = self._ours.recv()
                self._is_ready = True
            elif self._is_over():
                raise Stopped(
                    f"{url}: the run was stopped before this page was read; the next start reads it"
                )
            elif time.monotonic() > until:
                raise ChildProcessError(
                    f"{url}: the process that reads pages did not begin in {LONGEST_START_S:g} s"
                )

    @property
    def is_copy(self) -> bool:
        """Whether the separate process is a fork that was there at once, as further ones would be."""
        return self._process is not None and self._is_copy

    @property
    def known(self) -> dict[str, str]:
        """The reasons why pages were given up, by the sha256 of their payload."""
        return self._given_up

    def _is_over(self) -> bool:
        """Whether the run was told to stop and its remaining time is over."""
        return self._deadline is not None and time.monotonic() > self._deadline

    def give_up(self, digest: str | None, url: str, why: str) -> None:
        """Note that a page is never to be tried again, for later starts, too."""
        log.error("%s: %s; the page is kept in quarantine and not tried again", url, why)
        if digest is None:
            return
        self._given_up[digest] = why
        line = json.dumps({"sha256": digest, "why": why, "url": url}, ensure_ascii=True)
        with suppress(OSError), (self.folder / FILE).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """End the process for good, even while it reads a page for another thread."""
        self._is_closed = True
        process = self._process
        if process is not None and os.getpid() == self._owner:
            process.kill()
        with self._turn:
            self._end()
        if self._template is not None and self._is_first and os.getpid() == self._owner:
            self._template.close()
            self._template = None

    def _end(self) -> None:
        if self._process is not None and os.getpid() == self._owner:
            self._process.kill()
            self._process.join()
        if self._ours is not None:
            self._ours.close()
        self._process = self._ours = None


class Here(Apart):
    """The same interface as Apart, for work in this process; another process watches this one and ends it.

    `begin` is called with digest and address of each page before it is read.
    """

    def __init__(self, known: dict[str, str], begin: Callable[[str | None, str], None]) -> None:
        self._given_up = known
        self._begin = begin
        self._owner = os.getpid()
        self.pid = 0
        self.is_begun = True

    def done(self, digest: str | None, url: str, work: Work, *args: Any) -> Any:
        """The result of `work` with its arguments. Raises TooLong where the page was given up earlier."""
        if digest is not None and digest in self._given_up:
            raise TooLong(self._given_up[digest])
        self._begin(digest, url)
        return work(*args)

    def close(self) -> None:
        """Does nothing: there is no process to end."""


def read_here(known: dict[str, str], begin: Callable[[str | None, str], None]) -> None:
    """From now on read pages in this process; for processes that do nothing but read pages."""
    load()
    _of_thread.apart = Here(known, begin)


def _end(process: Any) -> None:
    process.kill()
    process.join()


def _hearing(ours: Connection) -> Callable[[float], bool]:
    """The connection's poll(), which makes a selector at every call, a tenth of what a thread does for a page."""
    if not hasattr(select, "poll"):
        return ours.poll
    poll = select.poll()
    poll.register(ours.fileno(), select.POLLIN)
    return lambda seconds: bool(poll.poll(seconds * 1000))


_open: list[Apart] = []
_of_thread = threading.local()


def current() -> Apart | None:
    """The process that reads pages now; None where this process reads them."""
    own: Apart | None = getattr(_of_thread, "apart", None)
    if own is not None:
        return own
    return _open[-1] if _open and _open[-1]._owner == os.getpid() else None  # a forked child has none


@contextmanager
def instead(apart: Apart) -> Iterator[None]:
    """Give this thread a reading process of its own; other threads keep theirs."""
    _of_thread.apart = apart
    try:
        yield
    finally:
        del _of_thread.apart


@contextmanager
def reading_apart(
    folder: Path, seconds: float, *, is_sure: bool = False, yields: bool = False
) -> Iterator[Apart | None]:
    """Read pages in a separate process, begun at once where `is_sure`; 0 seconds means no limit.

    What reading needs is then loaded beside what this process does first. `yields` is explained at Apart.
    """
    if seconds <= 0:
        yield None
        return
    apart = Apart(folder, seconds, yields=yields)
    if is_sure:
        apart.prepare()
        apart.begin()
    _open.append(apart)
    try:
        yield apart
    finally:
        _open.remove(apart)
        apart.close()


def load() -> None:
    """Load what reading a page needs; before a process is forked that reads pages, or before it is asked for one."""
    from archive.door.pages import load_dictionaries

    load_dictionaries()
    patterns.save()  # a process that reads is not ended as others are


def _work(theirs: Connection, parent: int, yields: bool, is_copy: bool = True) -> None:
    """The loop of the reading process: answer requests until the pipe is closed."""
    keep_to(theirs, parent, is_copy=is_copy)
    if yields and hasattr(os, "nice"):
        os.nice(YIELDING)
    load()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        theirs.send(os.getpid())
        gc.disable()
        for nth in count(1):
            theirs.send(_answer(*theirs.recv()))
            gc.collect(0 if nth % WHOLE_AFTER else 2)
    os._exit(0)


def _answer(work: Work, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Whether some work went well, and its result or its error, which is raised again where it was asked."""
    try:
        return True, work(*args)
    except Exception as error:  # noqa: BLE001
        return False, error
