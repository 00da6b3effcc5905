"""A worker reads pages itself and ends itself where one takes too long: who gets its task then passes that page over.

What was given up stands in a file of the machine, one for each run of the one who asked. A second process for the
pages, as elsewhere, would begin from nothing beside the worker's threads.
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
"""What a worker's first page may take besides: modules and tables are loaded for it, slowly on a busy machine."""


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
    """Let pages be read here, each for so long at most; `run` names the one who asked."""
    folder = Path(tempfile.gettempdir(), f"zhuanzai-workers-{os.getuid()}-{run}")
    watch = _watches.get(folder)
    if watch is None:
        watch = _watches[folder] = Watch(seconds, folder)
    with instead(Here(given_up(folder), watch.begin)):
        try:
            yield
        finally:
            watch.rest()
