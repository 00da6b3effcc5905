"""A round: crawls one after the other within one time budget, each in a process of its own."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from archive.errors import ExitCode

SPIDERS = ("people_daily", "mirrors", "recheck")
MOST_LINES = 40  # lines of a failed crawl's output that are kept


@dataclass(frozen=True, slots=True)
class Step:
    """One crawl of a round: its spider, exit code, and the end of what it wrote to stderr."""

    spider: str
    code: int
    said: str


class Round:
    """Runs crawls with `arguments` for each. SIGTERM is passed to the running crawl, and no further crawl starts."""

    def __init__(self, arguments: Sequence[str], clock: Callable[[], float], budget_s: float) -> None:
        self._arguments = tuple(arguments)
        self._clock = clock
        self._budget_s = budget_s
        self._began_s = clock()
        self._running: subprocess.Popen[bytes] | None = None
        self.is_stopped = False

    def steps(self, crawls: Sequence[Sequence[str]]) -> Iterator[Step]:
        """Run the crawls (spider and its own arguments), and give each step when it ends.

        The remaining crawls are left out if the time is up, a stop was requested, or a crawl says try later.
        """
        with self._listening():
            for crawl in crawls:
                left_s = self._budget_s - (self._clock() - self._began_s)
                if self.is_stopped or (self._budget_s and left_s <= 0):
                    return
                step = self._crawl(crawl, left_s)
                yield step
                if step.code == ExitCode.TRY_LATER:
                    return

    def _crawl(self, crawl: Sequence[str], left_s: float) -> Step:
        command = [sys.executable, "-m", "scrapy", "crawl", *crawl, *self._arguments]
        if self._budget_s:
            # never 0, because 0 means no limit
            command += ["-s", f"ZHUANZAI_BUDGET_MINUTES={max(left_s / 60, 0.001):.3f}"]
        with tempfile.TemporaryFile() as errors:
            # stdout too: a feed or a stray print must not reach cron's mail
            with subprocess.Popen(command, stdout=errors, stderr=errors) as self._running:  # noqa: S603 - our own
                code = self._running.wait()
            self._running = None
            if self.is_stopped and code == -signal.SIGTERM:
                code = 0  # stopped before its signal handler was set, so no page was under way
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").splitlines()
        return Step(crawl[0], code, "\n".join(lines[-MOST_LINES:]))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        before = {
            number: signal.signal(number, self._stop)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Pass the stop to the running crawl, which finishes its pages; a second stop ends it at once."""
        self.is_stopped = True
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGTERM)


def exit_code(codes: Sequence[int], *, alarms: bool) -> int:
    """The exit code of a round. A bug counts before wrong usage, wrong usage before alarms, alarms before try later."""
    for code in codes:
        if code not in tuple(ExitCode) or code == ExitCode.BUG:
            return ExitCode.BUG
    if ExitCode.WRONG_USE in codes:
        return ExitCode.WRONG_USE
    if alarms or ExitCode.ALARMS in codes:
        return ExitCode.ALARMS
    return ExitCode.TRY_LATER if ExitCode.TRY_LATER in codes else ExitCode.FINE
