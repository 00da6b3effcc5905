"""A process that loads modules while this one goes on, and of which other processes are copies. On Linux only.

Whoever needs such processes soon saves the time that the loading takes, and the memory that the modules take here. A
copy is there in some milliseconds, also when this process has threads and cannot be copied itself.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

LONGEST_END_S = 10.0
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # whoever stops a run stops its first process
Work = Callable[..., None]
"""What a copy does; it gets a connection, the id of the template's process and further arguments."""


class Template:
    """Forks of a process that has loaded what `load` loads."""

    def __init__(self, load: Callable[[], None]) -> None:
        """Start the process; only where is_possible()."""
        context: Any = multiprocessing.get_context("fork")
        self._ours, theirs = context.Pipe()
        self._turn = threading.Lock()
        self._copies = 0
        self._process = context.Process(target=_serve, args=(theirs, load, os.getpid()), daemon=True)
        self._process.start()
        # else multiprocessing, at the end of this process, waits for one that hears no SIGTERM
        Finalize(self, _end, args=(self._process,), exitpriority=10)
        theirs.close()

    def copied(self, work: Work, theirs: Connection, *arguments: Any) -> "Copy":
        """A new process that does `work`, as soon as everything is loaded. Raises OSError where the template ended."""
        with self._turn:
            self._copies += 1
            self._ours.send((self._copies, work, arguments))
            send_handle(self._ours, theirs.fileno(), self._process.pid)
            return Copy(self, self._copies)

    def kill(self, number: int) -> None:
        """End a copy; nothing where the template has ended, and its copies with it."""
        with self._turn, suppress(OSError):
            self._ours.send((number, None, ()))

    def close(self) -> None:
        """End the process, and its copies with it."""
        with suppress(OSError):
            has_loaded = self._ours.poll()
            self._ours.close()
            if has_loaded:  # it waits for its copies, so that the times of all are known
                self._process.join(LONGEST_END_S)
        _end(self._process)


class Copy:
    """A copy of a template, with the methods that one's own processes have."""

    def __init__(self, template: Template, number: int) -> None:
        self._template, self._number = template, number

    def kill(self) -> None:
        """End the process soon: its connection is then closed."""
        self._template.kill(self._number)

    def join(self) -> None:
        """Nothing: the template waits for its copies."""


def is_possible() -> bool:
    """Whether this process can be forked: a fork beside threads may find a lock that nobody will ever open."""
    return threading.active_count() == 1 and sys.platform == "linux"


def _end(process: Any) -> None:
    process.kill()
    process.join()


def keep_to(theirs: Connection, parent: int, *, is_copy: bool = True) -> None:
    """Hear nobody but the process at the other end, and end with `parent`."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    _end_with(parent)
    if is_copy:
        _let_go_of_all_but(theirs)


def _serve(theirs: Connection, load: Callable[[], None], parent: int) -> None:
    """The loop of the template: load, then make and end copies until the connection is closed."""
    keep_to(theirs, parent)
    load()
    theirs.send(None)
    running: dict[int, int] = {}
    with suppress(EOFError, ConnectionResetError):
        while True:
            number, work, arguments = theirs.recv()
            if work is None:
                if number in running:  # who is told twice to end has ended
                    _ended(running.pop(number))
                continue
            its = Connection(recv_handle(theirs))
            running[number] = _fork(work, its, os.getpid(), *arguments)
            its.close()
    for child in running.values():
        _ended(child)
    os._exit(0)


def _ended(child: int) -> None:
    """Kill a child, which may have ended before, and wait for it."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _fork(work: Work, *arguments: Any) -> int:
    """The id of a child that does `work` and ends."""
    child = os.fork()
    if not child:
        try:
            work(*arguments)
        finally:
            os._exit(1)
    return child


def _let_go_of_all_but(kept: Connection) -> None:
    """Close the first process's files in a forked copy, so that files and locks do not live on in the copy.

    Their descriptor numbers stay in use: an object in the copy may close its number at any time, and must not close
    another's file.
    """
    signal.set_wakeup_fd(-1)
    gc.freeze()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in [int(one.name) for one in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number not in (kept.fileno(), nothing):
            with suppress(OSError):  # the one that the list itself was read by
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)


def _end_with(parent: int) -> None:
    """Let the system kill this process when the process that asks has ended, even while a page is read."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(0)
