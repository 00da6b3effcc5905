"""A note on disk: the articles that earlier runs saw on each list, and the articles wanted but not fetched.

A run stops reading a list at a page that an earlier complete walk of the same list saw. It is not enough that the
archive holds the article: a feed or another list may have led to it, or a run that was killed before it saw the next
page.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha1
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

NAME = "lists.json"
MOST_OF_A_LIST = 3000  # articles remembered of one list, the newest ones
PATIENCE_DAYS = 60  # an article that never comes is given up after so long


@dataclass
class Walks:
    """The note of one archive.

    `seen` has marks of addresses by list, the newest first; `waiting` has addresses, and since when.
    """

    path: Path
    seen: dict[str, list[str]] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    _settled: dict[str, set[str]] = field(default_factory=dict)
    _now: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Walks":
        """The note in an archive's folder; empty where none can be read, so that lists are walked whole."""
        content: Any = None
        with suppress(OSError, ValueError):  # a note, not the record
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        content = content if isinstance(content, dict) else {}
        lists, waiting = content.get("seen"), content.get("waiting")
        seen = {
            door: [str(mark) for mark in marks] for door, marks in _pairs(lists) if isinstance(marks, list)
        }
        return cls(folder / NAME, seen, {url: str(since) for url, since in _pairs(waiting)})

    def has_unseen(self, door: str, urls: Iterable[str]) -> bool:
        """Note a page of the list at `door`; returns whether it has an address that no earlier whole walk saw."""
        if door not in self._settled:
            self._settled[door] = set(self.seen.get(door, ()))
        marks = [_mark(url) for url in urls]
        self._now.setdefault(door, []).extend(marks)
        return not self._settled[door].issuperset(marks)

    def ended(self, door: str) -> None:
        """The walk of a list came to its end, or to what an earlier one saw."""
        marks = [*self._now.pop(door, ()), *self.seen.get(door, ())]
        self.seen[door] = list(dict.fromkeys(marks))[:MOST_OF_A_LIST]

    def wait_for(self, urls: Iterable[str], today: date) -> None:
        """Remember wanted articles that did not come; give up, with a line in the log, those that waited too long."""
        self.waiting = {url: self.waiting.get(url, today.isoformat()) for url in urls}
        for url, since in list(self.waiting.items()):
            if (today - _day(since, today)).days > PATIENCE_DAYS:
                logger.warning("given up url=%s: wanted since %s", url, since)
                del self.waiting[url]

    def write(self) -> None:
        """Put the note in place: whole, or the old one stays. A full disk is the keeper's alarm."""
        draft = self.path.with_suffix(".tmp")
        content = {"seen": self.seen, "waiting": self.waiting}
        with suppress(OSError):
            draft.write_text(json.dumps(content, ensure_ascii=False, indent=0), encoding="utf-8")
            draft.replace(self.path)


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _mark(url: str) -> str:
    """A short mark of an address, by http or by https."""
    return sha1(url.partition(":")[2].encode(), usedforsecurity=False).hexdigest()[:12]


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
