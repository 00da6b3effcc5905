"""A cluster worker that reads pages ends itself where a page takes too long; the next worker skips that page.

A file on the machine lists the pages that were given up, one file for each run of the caller. A separate process for
the pages, as in archive.door.apart, could not be forked beside the worker's threads and would start slowly.
"""

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.door.apart import FILE, PATIENCE, Here, given_up, instead

SLICE_S = 0.25
START_S = 60.0
"""Extra seconds for a worker's first page: modules and tables are loaded for it, slowly on a busy machine."""


class Watch:
    """The page that this process reads now, and a thread that looks at the clock."""

    def __init__(self, seconds: float, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._seconds = seconds
        self._more_s = START_S
        self._page: tuple[str | None, str, float, float] | None = None
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self, digest: str | None, url: str) -> None:
        """A page is about to be read."""
        if self._page is not None:
            self._more_s = 0.0
        self._page = (digest, url, time.process_time(), time.monotonic())

    def rest(self) -> None:
        """No page is read."""
        self._page = None

    def _look(self) -> None:
        while True:
            time.sleep(SLICE_S)
            page = self._page
            if page is None:
                continue
            worked, waited = time.process_time() - page[2], time.monotonic() - page[3]
            if worked > self._seconds + self._more_s or waited > PATIENCE * self._seconds + self._more_s:
                self._end(page)

    def _end(self, page: tuple[str | None, str, float, float]) -> None:
        digest, url, _, _ = page
        line = json.dumps(
            {"sha256": digest, "why": f"not read within {self._seconds:g} s of work", "url": url}
        )
        with (self.folder / FILE).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        os._exit(1)


_watches: dict[Path, Watch] = {}


@contextmanager
def watched(seconds: float, run: str) -> Iterator[None]:
    """Read pages in this process, each for a limited time; `run` names the caller's run."""
    folder = Path(tempfile.gettempdir(), f"zhuanzai-workers-{os.getuid()}-{run}")
    watch = _watches.get(folder)
    if watch is None:
        watch = _watches[folder] = Watch(seconds, folder)
    with instead(Here(given_up(folder), watch.begin)):
        try:
            yield
        finally:
            watch.rest()
