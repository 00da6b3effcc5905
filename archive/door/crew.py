"""Processes of this machine that read pieces of WARC files, each watched: a page that takes too long ends its process.

They are copies of the template of archive.door.apart, which loads what reading needs while this process does other
things. Without a template they are forks of this process, where it has a single thread. A page that hung or killed its
process is given up as in archive.door.apart. Its piece is then read again.
"""

import logging
import multiprocessing
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pickle import loads
from typing import Any

from archive.door.apart import Apart, Work, current, load, read_here, time_left_s
from archive.door.piecework import PieceRows, read_piece
from archive.errors import Damaged
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.pieces import Piece
from archive.template import LONGEST_END_S, is_possible, keep_to

log = logging.getLogger(__name__)

SLICE_S = 0.25
DEPTH = 6  # pieces that a process has before it: enough to go on with while a batch is committed


@dataclass(slots=True)
class _Task:
    """A piece that is being read, or other work, and its result: rows or an error. Other work is named by `where`."""

    work: Work
    arguments: tuple[Any, ...]
    where: str
    is_piece: bool = True
    answer: Any = None
    is_done: bool = False

    @property
    def size(self) -> int:
        """Bytes of the file to read; 1 for other work."""
        return self.arguments[0].end - self.arguments[0].start if self.is_piece else 1


class Crew:
    """A fixed number of processes; begin() gives a piece to the one that has least before it."""

    def __init__(self, sites: SiteBook, jobs: int) -> None:
        apart = current()
        self._members = [_Member(sites, apart) for _ in range(jobs)]
        self._is_closed = False
        for member in self._members:
            member.listen()  # threads only now: every process was to be a copy

    @property
    def width(self) -> int:
        """How many pieces can be read at the same time."""
        return DEPTH * len(self._members)

    def begin(self, piece: Piece, via: Via | None) -> Callable[[], PieceRows]:
        """Start the reading of a piece; the returned function waits for its rows.

        That function raises Damaged where a page kills the process although pages have no limit, OSError where the file
        cannot be read.
        """
        where = f"{piece.name} between byte {piece.start} and {piece.end}"
        return self._begun(_Task(_read, (piece, via), where))

    def mapped(self, work: Work, arguments: Iterable[tuple[Any, ...] | None]) -> Iterator[Any]:
        """What `work` makes of each of these arguments, in order; None where there are none, or nothing came."""
        under_way: deque[Callable[[], Any]] = deque()
        for some in arguments:
            is_any = some is not None and not self._is_closed
            task = _Task(work, some or (), work.__name__, is_piece=False)
            under_way.append(self._begun(task) if is_any else _nothing)
            if len(under_way) > self.width:
                yield under_way.popleft()()
        while under_way:
            yield under_way.popleft()()

    def _begun(self, task: _Task) -> Callable[[], Any]:
        """Give a task to the process that has least before it; the returned function waits for the answer."""
        member = min(self._members, key=lambda one: one.left())
        member.take(task)
        return lambda: member.answer_of(task)

    def close(self) -> None:
        """End the processes, even while they read."""
        self._is_closed = True
        for member in self._members:
            member.end()


class _Member:
    """One process, its pieces in order, and its last messages."""

    def __init__(self, sites: SiteBook, apart: Apart | None) -> None:
        self._sites = sites
        self._apart = apart
        self._seconds = apart.seconds if apart is not None else float("inf")
        self._tasks: deque[_Task] = deque()
        self._said: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._page: tuple[str | None, str, int, float, float] | None = None
        """The page that it reads: digest, address, the process's id, start by time.monotonic(), and CPU seconds used
        before the page."""
        self._listener: threading.Thread | None = None
        self._start()

    def _start(self) -> None:
        """Start the process: a copy of the template or a fork takes some milliseconds, a new process a second."""
        is_alone = is_possible()
        context: Any = multiprocessing.get_context("fork" if is_alone else "spawn")
        self._ours, theirs = context.Pipe()
        known = dict(self._apart.known) if self._apart is not None else {}
        self._told = len(known)
        self._process: Any = self._apart.copied(_work, theirs, self._sites, known) if self._apart else None
        if self._process is None:
            if is_alone:
                load()  # here, and not again in each fork
            self._process = context.Process(
                target=_work, args=(theirs, os.getpid(), self._sites, known, is_alone), daemon=True
            )
            self._process.start()
            Finalize(self._process, _end, args=(self._process,), exitpriority=10)
        theirs.close()

    def listen(self) -> None:
        """Read the process's messages from its pipe as they come, so that it never waits for the writer."""
        self._said = queue.SimpleQueue()
        self._listener = threading.Thread(target=_listen, args=(self._ours, self._said), daemon=True)
        self._listener.start()

    def take(self, task: _Task) -> None:
        """Give the process a piece. A process that has ended is started again when the rows are needed."""
        self._tasks.append(task)
        self._send(task)

    def _send(self, task: _Task) -> None:
        known = list(self._apart.known.items()) if self._apart is not None else []
        news, self._told = dict(known[self._told :]), len(known)  # what others have given up meanwhile
        with suppress(BrokenPipeError, ConnectionResetError):
            self._ours.send((task.work, task.arguments, news))

    def left(self) -> int:
        """What the process has before it, as sizes of tasks; what it has said so far is heard."""
        with suppress(queue.Empty):
            while (said := self._said.get_nowait()) is not None:
                self._hear(loads(said))  # noqa: S301 - from our own process
            self._said.put(None)  # its end matters to whoever waits for an answer
        return sum(task.size for task in self._tasks)

    def answer_of(self, task: _Task) -> Any:
        """The answer to a task, for a piece its rows; waits until it is there."""
        while not task.is_done:
            try:
                said = self._said.get(timeout=SLICE_S)
            except queue.Empty:
                self._look_at_the_clock()
                continue
            if said is None:
                self._ended("reading it ended the process that read it")
            else:
                self._hear(loads(said))  # noqa: S301 - from our own process
        if isinstance(task.answer, Exception):
            raise task.answer
        return task.answer

    def _hear(self, said: tuple[str, Any]) -> None:
        kind, what = said
        if kind == "page":
            self._page = what
            return
        task = self._tasks.popleft()
        task.answer, task.is_done = what, True
        self._page = None

    def _look_at_the_clock(self) -> None:
        """End a process that reads one page for too long; only called when all its messages were read."""
        if self._page is not None and time_left_s(self._seconds, *self._page[2:]) < 0:
            self._process.kill()
            self._ended(f"not read within {self._seconds:g} s of work")

    def _ended(self, why: str) -> None:
        """Give up the page at which a process ended, and give the remaining tasks to a new process.

        Other work than reading is given up, too: whoever asked for it does it.
        """
        self.end()
        first = self._tasks[0]
        if not first.is_piece:
            self._tasks.popleft().is_done = True
        elif self._page is None or self._apart is None:
            met = f", at {self._page[1]}" if self._page else ""
            raise Damaged(f"{first.where}{met}: reading it killed a worker process; --jobs 1 shows where")
        else:
            digest, url = self._page[:2]
            self._apart.give_up(digest, url, why)
        self._page = None
        self._start()
        self.listen()
        for task in self._tasks:
            self._send(task)

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        if self._listener is not None:
            self._listener.join(LONGEST_END_S)  # the pipe's number may soon be another file's
        self._ours.close()


def _end(process: Any) -> None:
    process.kill()
    process.join()


def _listen(ours: Connection, said: "queue.SimpleQueue[bytes | None]") -> None:
    """Put each message of the pipe into the queue, and None at its end."""
    with suppress(EOFError, OSError):
        while True:
            said.put(ours.recv_bytes())
    said.put(None)


def _nothing() -> None:
    """The answer where nothing was asked."""


def _work(
    theirs: Connection, parent: int, sites: SiteBook, known: dict[str, str], is_copy: bool = True
) -> None:
    """The loop of a reading process: do tasks until the pipe is closed. Only the first process answers Ctrl-C."""
    keep_to(theirs, parent, is_copy=is_copy)
    here = os.getpid()
    read_here(
        known,
        lambda digest, url: theirs.send(("page", (digest, url, here, time.monotonic(), time.process_time()))),
    )
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            work, arguments, news = theirs.recv()
            known.update(news)
            theirs.send(("answer", _read(*arguments, sites) if work is _read else _done(work, arguments)))
    os._exit(0)


def _done(work: Work, arguments: tuple[Any, ...]) -> Any:
    """The result of some other work; None where it fails, as whoever asked then does it, and meets the error."""
    with suppress(Exception):
        return work(*arguments)
    return None


def _read(piece: Piece, via: Via | None, sites: SiteBook) -> PieceRows | OSError:
    try:
        return read_piece(piece, sites, via)
    except OSError as error:
        return error
