"""A page that hangs whoever reads it, met by kills: it is given up once, and costs no other page."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.care.rebuild import rebuild
from archive.door import pages
from archive.door.apart import FILE, reading_apart
from archive.run.folder import Archive
from extract.article import Article, Hints
from extract.page.page import Page
from tests.archive.archives import Book, contents, rows, run
from tests.archive.odd_files import unsound
from tests.crash.faults import End
from tests.crash.scenarios import URLS, Report, Scenario, Unsound, fetched, opening

POISON = URLS[2]
LIMIT_S = 2.0
MOMENTS = 20  # of a page's time, at each of which the run is killed


@contextmanager
def hanging(act: Callable[[], None]) -> Iterator[None]:
    """While it lasts, reading POISON does `act` and never comes back."""
    honest = pages.read

    def hangs(page: Page, hints: Hints) -> Article:
        if page.url == POISON:
            act()
            time.sleep(600)
        return honest(page, hints)

    pages.read = hangs
    try:
        yield
    finally:
        pages.read = honest


def nothing() -> None:
    """Hang, and no more."""


def crawling(folder: Path, seconds: float) -> None:
    """A crawl of five pages that is never finished; the third is the poison."""
    with reading_apart(folder, seconds, is_sure=True), run(folder, batch=100) as live:
        for one in fetched()[:5]:
            live.take(one)
        os._exit(0)


def waiting(folder: Path) -> None:
    """An archive whose open WARC holds the page: the run that fetched it was killed while it was read."""
    pid = os.fork()
    if pid == 0:
        with hanging(lambda: os.kill(os.getppid(), signal.SIGKILL)):
            crawling(folder, 600)
    os.waitpid(pid, 0)


def starting(folder: Path, _: Report) -> None:
    """The next start, which meets the page."""
    with hanging(nothing), reading_apart(folder, LIMIT_S):
        opening(folder, _)


def fetching(folder: Path, _: Report) -> None:
    """A crawl that is killed at a moment of the page's time: which, a file beside the archive counts."""
    counter = folder.with_name("moment")
    moment = counter.stat().st_size if counter.exists() else 0
    counter.write_bytes(b"." * (moment + 1))

    def kill() -> None:
        time.sleep(moment % MOMENTS / MOMENTS * LIMIT_S * 0.9)
        os.kill(os.getppid(), signal.SIGKILL)

    with hanging(kill):
        crawling(folder, LIMIT_S)


def given_up(folder: Path, _: End) -> None:
    """Two starts and a rebuild later the page is in quarantine, every other page read, and it was tried no more."""
    starting(folder, lambda _: None)
    tried = (folder / FILE).read_text().count("\n")
    starting(folder, lambda _: None)
    urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
    if urls != URLS[: len(urls)] or len(urls) < 3:
        raise Unsound(f"captures {urls}")
    held = rows(folder, "SELECT url, reason FROM quarantine")
    if held != [(POISON, "too-long")]:
        raise Unsound(f"quarantine holds {held}")
    before = contents(folder / "archive.db")
    with hanging(nothing), reading_apart(folder, LIMIT_S, is_sure=True):
        wrong = unsound(folder)
        rebuild(Archive(folder, Book()), made_by="crash", jobs=1)
    if wrong:
        raise Unsound("\n".join(wrong))
    if contents(folder / "archive.db") != before:
        raise Unsound("a rebuild makes another view")
    if (folder / FILE).read_text().count("\n") != tried:
        raise Unsound("the page was tried again")


def empty(_: Path) -> None:
    """The folder as it is made."""


POISONED = {
    scenario.name: scenario
    for scenario in (
        Scenario("start on a poison page", waiting, starting, given_up),
        Scenario("a page's time", empty, fetching, given_up),
    )
}
