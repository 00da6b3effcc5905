"""Questions to the archive that a run asks before it requests an address again."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from archive.capture import Capture
from archive.door import looks
from archive.door.ingest import Door
from archive.record.http import Message
from archive.view import ledger, manners, revalidate
from archive.view.revalidate import Validators


class Held:
    """Answers from the archive of an open run; they cover what was taken until now, committed or not."""

    def __init__(self, door: Door, warcs: Path) -> None:
        self._door = door
        self._warcs = warcs
        self._conn = door.store.conn

    def fetched(self, url: str) -> bool:
        """Whether the address was fetched whole already, redirects followed, in this run or before."""
        return self._door.was_fetched(url)

    def drawn(self, url: str) -> bool:
        """Whether the archive holds the page as a browser drew it."""
        return revalidate.drawn(self._conn, url)

    def article(self, url: str) -> bool:
        """Whether an article was read from the page at an address, as far as written."""
        return revalidate.reads_as_article(self._conn, url)

    def piece(self, url: str, original_url: str, archived_at: str) -> bool:
        """Whether the archive holds the page that the crawl's WARC file at `url` has of an address at a moment."""
        return revalidate.holds_piece(self._conn, url, original_url, archived_at)

    def is_unchanged(self, capture: Capture) -> bool:
        """Whether a capture repeats an earlier capture of the same address, as far as written."""
        return looks.is_unchanged(self._conn, capture)

    def is_asked(self, url: str, at: str, days: float) -> bool:
        """Whether an address was requested within so many days of a time (ISO, UTC), as far as written."""
        return looks.is_asked(self._conn, url, at, days)

    def due(self, now: datetime, ages_h: Sequence[float], sites: Sequence[str]) -> list[ledger.Due]:
        """The articles whose next look is due; those that have waited longest come first.

        Only articles of `sites`, or of all sites if it is empty.
        """
        return list(ledger.due(self._conn, now, ages_h, sites))

    def moved_to(self, url: str) -> str:
        """The new address of an article that has moved; for other addresses the address itself."""
        return self._door.store.moved_to(url)

    def validators(self, url: str) -> Validators | None:
        """The headers of a conditional request for an address; None where the server sent no validators."""
        return revalidate.validators(self._conn, url)

    def answer_of(self, capture_id: int) -> Message | None:
        """The server's answer in a capture; None where its record cannot be read."""
        return revalidate.answer_of(self._conn, self._warcs, capture_id)

    def out_of_reach_since(self, url: str) -> datetime | None:
        """The time since which a robots.txt has answered with server errors; None where it does not."""
        return manners.out_of_reach_since(self._conn, url)

    def last_rules(self, url: str) -> bytes | None:
        """The body of the latest robots.txt that was received; None if there is none."""
        capture_id = manners.last_rules(self._conn, url)
        kept = self.answer_of(capture_id) if capture_id is not None else None
        return kept.body if kept is not None else None
