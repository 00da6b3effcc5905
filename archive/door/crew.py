"""Processes of this machine that read pieces of WARC files, each watched: a page that takes too long ends its process.

They are forks of this process where it has a single thread, so that nothing is imported twice. A page that hung or
killed its process is given up as in archive.door.apart. Its piece is then read again.
"""

import logging
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pickle import loads
from typing import Any

from archive.door.apart import Apart, current, end_with, let_go_of_all_but, read_here, time_left_s
from archive.door.piecework import PieceRows, read_piece
from archive.errors import Damaged
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.pieces import Piece

log = logging.getLogger(__name__)

SLICE_S = 0.25
DEPTH = 6  # pieces that a process has before it: enough to go on with while a batch is committed


@dataclass(slots=True)
class _Task:
    """A piece that is being read, and its result: rows or an error."""

    piece: Piece
    via: Via | None
    answer: Any = None
    is_done: bool = False


class Crew:
    """A fixed number of processes; begin() gives them the pieces in turn."""

    def __init__(self, sites: SiteBook, jobs: int) -> None:
        apart = current()
        self._members = [_Member(sites, apart) for _ in range(jobs)]
        self._next = 0
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
        member = self._members[self._next]
        self._next = (self._next + 1) % len(self._members)
        task = _Task(piece, via)
        member.take(task)
        return lambda: member.rows_of(task)

    def close(self) -> None:
        """End the processes, even while they read."""
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
        self._page: tuple[str | None, str, float, float] | None = None
        """The page that it reads: digest, address, start by time.monotonic(), and CPU seconds used before the page."""
        self._start()

    def _start(self) -> None:
        is_alone = threading.active_count() == 1 and sys.platform == "linux"
        context: Any = multiprocessing.get_context("fork" if is_alone else "spawn")
        self._ours, theirs = context.Pipe()
        known = dict(self._apart.known) if self._apart is not None else {}
        self._told = len(known)
        self._process = context.Process(
            target=_work, args=(theirs, os.getpid(), is_alone, self._sites, known), daemon=True
        )
        self._process.start()
        Finalize(self._process, _end, args=(self._process,), exitpriority=10)
        theirs.close()

    def listen(self) -> None:
        """Read the process's messages from its pipe as they come, so that it never waits for the writer."""
        self._said = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._ours, self._said), daemon=True).start()

    def take(self, task: _Task) -> None:
        """Give the process a piece. A process that has ended is started again when the rows are needed."""
        self._tasks.append(task)
        self._send(task)

    def _send(self, task: _Task) -> None:
        known = list(self._apart.known.items()) if self._apart is not None else []
        news, self._told = dict(known[self._told :]), len(known)  # what others have given up meanwhile
        with suppress(BrokenPipeError, ConnectionResetError):
            self._ours.send((task.piece, task.via, news))

    def rows_of(self, task: _Task) -> PieceRows:
        """The rows of a piece; waits until they are there."""
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
        rows: PieceRows = task.answer
        return rows

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
        if self._page is not None and time_left_s(self._seconds, self._process.pid, *self._page[2:]) < 0:
            self._process.kill()
            self._ended(f"not read within {self._seconds:g} s of work")

    def _ended(self, why: str) -> None:
        """Give up the page at which a process ended, and give the remaining pieces to a new process."""
        self.end()
        piece = self._tasks[0].piece
        if self._page is None or self._apart is None:
            where = f"{piece.name} between byte {piece.start} and {piece.end}"
            met = f", at {self._page[1]}" if self._page else ""
            raise Damaged(f"{where}{met}: reading it killed a worker process; --jobs 1 shows where")
        digest, url, _, _ = self._page
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


def _work(theirs: Connection, parent: int, is_copy: bool, sites: SiteBook, known: dict[str, str]) -> None:
    """The loop of a reading process: read pieces until the pipe is closed. Only the first process answers Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_with(parent)
    if is_copy:
        let_go_of_all_but(theirs)
    read_here(
        known, lambda digest, url: theirs.send(("page", (digest, url, time.monotonic(), time.process_time())))
    )
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            piece, via, news = theirs.recv()
            known.update(news)
            theirs.send(("rows", _read(piece, sites, via)))
    os._exit(0)


def _read(piece: Piece, sites: SiteBook, via: Via | None) -> PieceRows | OSError:
    try:
        return read_piece(piece, sites, via)
    except OSError as error:
        return error
