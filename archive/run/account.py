"""The account of an ingest or a verification: every response that was read has a capture or a stated reason."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from archive.door.ingest import Door
from archive.record.exchanges import FileStart, Remark, Stored, is_http
from archive.record.reader import RESPONSES, Damage, Record


@dataclass(slots=True)
class Checked:
    """The counts of records, responses and rows that were checked.

    `responses` and `failures` (fetches without a response) were read from the record. Each became a capture, except
    those that `exceptions` count by reason. `older` counts articles read by another extractor; they are not compared.
    `uncompared` names tables that depend on all texts, where some texts cannot be derived again.
    """

    files: int = 0
    records: int = 0
    captures: int = 0
    articles: int = 0
    older: int = 0
    responses: int = 0
    failures: int = 0
    derived: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)
    uncompared: list[str] = field(default_factory=list)

    @classmethod
    def joined(cls, several: Iterable["Checked"]) -> Self:
        """The sum of the counts of several files."""
        whole = cls()
        for one in several:
            for name in ("files", "records", "captures", "responses", "failures", "derived"):
                setattr(whole, name, getattr(whole, name) + getattr(one, name))
            whole.exceptions += one.exceptions
        return whole

    def sum(self) -> str:
        """One line with the responses read, and the captures and exceptions that they became; both sides are equal."""
        failed = f" and {self.failures:,} failed fetches" if self.failures else ""
        parts = [f"{self.derived:,} captures"]
        parts += [f"{count:,} {reason}" for reason, count in sorted(self.exceptions.items()) if count]
        return f"{self.responses:,} responses{failed} read = {' + '.join(parts)}"


class Account:
    """The responses of one stretch of a file; each is open until it became a capture or has a reason."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._waiting: Counter[int] = Counter()
        """The places of open responses; records in one gzip member share a place."""

    def enter(self, record: Record) -> None:
        """Count a record that was read."""
        self._checked.records += 1
        if record.kind in RESPONSES:
            self._checked.responses += 1
            is_page = is_http(record)
            self._waiting[record.ref.offset] += is_page
            self._checked.exceptions["not HTTP"] += not is_page

    def settled(
        self, door: Door, entered: Iterable[Stored | Remark | FileStart | Damage]
    ) -> Iterator[Stored | Remark | FileStart | Damage]:
        """The items of a file that the door took in; the outcome of each response is noted on the way."""
        before = door.captures
        for item in entered:
            if isinstance(item, Stored):
                self._checked.failures += item.exchange.response is None
                self._answer(item.ref.offset)
                is_new = door.captures > before
                self._checked.derived += is_new
                self._checked.exceptions["held already"] += not is_new
            elif isinstance(item, Damage) and self._answer(item.offset):
                self._checked.exceptions["unreadable"] += 1
            yield item
            before = door.captures

    def leave(self, offset: int, reason: str) -> None:
        """Note the reason why the response at a place becomes no capture."""
        self._checked.exceptions[reason] += self._answer(offset)

    def give_up(self) -> None:
        """Forget the responses that were read ahead; reading starts again behind a bug."""
        self._checked.responses -= self._waiting.total()
        self._waiting.clear()

    def unread(self, record: Record) -> None:
        """Count a record that could not be read because of a bug."""
        self.enter(record)
        self.leave(record.ref.offset, "unreadable")

    def lost(self) -> list[int]:
        """The places of responses without a capture and without a reason; called at the end."""
        offsets = sorted(self._waiting.elements())
        self._checked.exceptions["lost without a reason"] += len(offsets)
        return offsets

    def _answer(self, offset: int) -> bool:
        """Remove a response from the open ones; whether there was one at this place."""
        is_waiting = self._waiting[offset] > 0
        self._waiting[offset] -= is_waiting
        if not self._waiting[offset]:
            del self._waiting[offset]
        return is_waiting
