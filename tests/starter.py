"""Scrapy commands as real processes, forked from one that has loaded everything: a start costs a tenth of its time.

`python -m tests.starter FOLDER` is that process: it forks for each line of JSON on stdin (Task) and answers
with a line.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from crawler.sample.clock import sitecustomize as clock

if __name__ == "__main__":
    if "real-time" not in sys.argv:
        clock.shift(0)  # before anything imports datetime's class

    # what commands need, loaded by the process that forks them and not by each file of tests
    from scrapy.settings import default_settings

    from crawler.addon import COMPONENTS
    from crawler.registry.book import SiteFiles

REPO = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Task:
    """A command: `ahead_s` is how far its clock goes ahead; `out` and `err` are files."""

    words: tuple[str, ...]
    environment: dict[str, str]
    ahead_s: float
    out: str
    err: str


class Started:
    """A command under way, with what tests use of subprocess.Popen."""

    def __init__(self, starter: "Starter", words: tuple[str, ...], pid: int, out: Path, err: Path) -> None:
        self._starter, self._words, self.pid, self._out, self._err = starter, words, pid, out, err
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self.returncode is None:
            self.returncode = self._starter.ask({"poll": self.pid})
        return self.returncode

    def said(self) -> str:
        """What it wrote to stderr so far."""
        return self._err.read_text("utf-8", "replace") if self._err.exists() else ""

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> "subprocess.CompletedProcess[str]":
        """How it ended, and what it wrote."""
        if self.returncode is None:
            self.returncode = self._starter.ask({"wait": self.pid})
        out, err = (path.read_text("utf-8", "replace") for path in (self._out, self._err))
        return subprocess.CompletedProcess(self._words, self.returncode or 0, out, err)


class Starter:
    """Starts commands from entering to leaving a `with` block.

    `environment` is for what Python reads when it starts (PYTHONIOENCODING, LC_ALL); None: that of the tests.
    Commands start in `folder`, the project's unless another is named, and are those that `python` has installed.
    With `has_clock` their clocks may be put ahead; without it they can sign certificates, as the demo does.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        folder: Path = REPO,
        python: Path | None = None,
        *,
        has_clock: bool = True,
    ) -> None:
        self._environment = environment
        self._place = [str(folder)] if has_clock else [str(folder), "real-time"]
        # -P: the package of that Python, not the one beside this file
        self._begin = [str(python), "-P", __file__] if python else [sys.executable, "-m", "tests.starter"]

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="starter-")
        self._count = 0
        self._process = subprocess.Popen(
            [*self._begin, *self._place],
            cwd=REPO, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._folder.cleanup()

    @property
    def outputs(self) -> Path:
        """The folder of what the commands write to stdout and stderr."""
        return Path(self._folder.name)

    def start(
        self, words: Sequence[str], environment: Mapping[str, str], at: datetime | None = None
    ) -> Started:
        """`scrapy WORDS` in the starter's folder; its clock begins at `at`."""
        ahead_s = (at - datetime.now(UTC)).total_seconds() if at else 0.0
        out, err = (self.outputs / f"{self._count}.{end}" for end in ("out", "err"))
        self._count += 1
        given = dict(environment)
        if at:  # for processes that the command starts
            given |= {clock.VARIABLE: str(ahead_s), "PYTHONPATH": str(Path(clock.__file__).parent)}
        task = Task(tuple(words), given, ahead_s, str(out), str(err))
        pid = self.ask(asdict(task))
        if pid is None:
            raise RuntimeError(f"{words}: not started")
        return Started(self, task.words, pid, out, err)

    def ask(self, question: dict[str, Any]) -> int | None:
        """The forking process's answer to a question."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the starter has no pipes")
        print(json.dumps(question), file=self._process.stdin, flush=True)
        answer: int | None = json.loads(self._process.stdout.readline())
        return answer


def main() -> None:
    """Answer questions until stdin ends."""
    for name in loaded():
        import_module(name)
    SiteFiles.load()
    if "twisted.internet.reactor" in sys.modules:
        raise SystemExit("a reactor was made: processes would share it")
    os.chdir(sys.argv[1])
    gc.freeze()  # what is loaded is left alone by collections in the forks
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        if "words" not in question:
            answer = ended(**question)
        else:
            answer = os.fork()
            if not answer:
                become(Task(**question))
        print(json.dumps(answer), flush=True)


def loaded() -> Iterator[str]:
    """Modules that a crawl loads while it starts."""
    for room in ("crawler.commands", "crawler.spiders"):
        yield from (module.name for module in walk_packages(import_module(room).__path__, f"{room}."))
    for name in ("DOWNLOADER_MIDDLEWARES_BASE", "EXTENSIONS_BASE", "SPIDER_MIDDLEWARES_BASE"):
        yield from (component.rpartition(".")[0] for component in getattr(default_settings, name))
    yield from (component.rpartition(".")[0] for kind in COMPONENTS.values() for component in kind)
    yield "crawler.fetch.wire"
    yield "scrapy.core.downloader.contextfactory"


def ended(*, wait: int = 0, poll: int = 0) -> int | None:
    """A child's exit code as subprocess has it, None where it runs on."""
    pid, status = os.waitpid(wait or poll, 0 if wait else os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def become(task: Task) -> None:
    """Be the command; raises SystemExit at its end."""
    for number, path in ((0, os.devnull), (1, task.out), (2, task.err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    os.setsid()  # os.killpg reaches what it starts, too
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as from a terminal, also where the tests run under nohup
    signal.alarm(1200)  # a command that hangs is ended, after the test that waits for it
    os.environ.clear()
    os.environ.update(task.environment)
    time.tzset()
    if task.ahead_s:
        clock.shift(task.ahead_s)
    from scrapy.cmdline import execute

    execute(["scrapy", *task.words])
    raise SystemExit(0)


if __name__ == "__main__":
    main()
