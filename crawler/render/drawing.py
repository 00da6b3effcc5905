"""The parts from which a page is drawn, and the browser of this machine that draws it; no browser is started here."""

import os
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


class BrowserFailed(Exception):  # noqa: N818 - the sentence it makes
    """The browser went away, said no, or did not answer; the message says which."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request of a page while it is drawn."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class PagePart:
    """The answer to a Wish: `body` without compression, `headers` without those of the connection."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Fetch = Callable[[Wish], Awaitable[PagePart | None]]
"""Gets a part of a page; None for what is not to be had."""


def program(wanted: str, names: Iterable[str] = NAMES) -> str | None:
    """The browser to use: the one wanted, else the first of the usual names that is installed; None for none."""
    if wanted:
        return wanted if Path(wanted).is_file() and os.access(wanted, os.X_OK) else None
    return next((found for name in names if (found := shutil.which(name))), None)
