"""Reading of a fetched page before it is taken: another process decodes and reads it while this one goes on."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from archive.capture import Capture, Exchange
from archive.door.apart import Apart, Work
from archive.door.ingest import understood
from archive.door.made import made_of
from archive.door.reading import READ, Reading, guarded, place_of, read_placed
from archive.errors import Stopped
from archive.place import Place, SiteBook
from archive.record.digests import Payload
from archive.record.drafts import method_of
from archive.record.http import PAGE_BYTES, Head, Message, read_head, repeated
from extract.article import Note

READ_AT_ONCE = ("other", "enclosed")
"""Roles of captures that are not read ahead: requisites take no time, and enclosed pages need all site files."""


@dataclass(frozen=True, slots=True)
class PageToRead:
    """A page to be read ahead. `message` has its payload and no body."""

    capture: Capture
    message: Message
    payload: Payload
    place: Place

    def read(self, apart: Apart) -> "Ahead":
        """The page's reading, made by the process apart; waits for it, and may be called in any thread.

        Raises Stopped where the run ends before.
        """
        notes = self.message.notes

        def read() -> Reading:
            nonlocal notes
            sent = self.capture, self.message, self.place
            reading: Reading
            reading, notes = apart.done(self.capture.sha256, self.capture.url, _decoded_and_read, *sent)
            return reading

        reading = guarded(self.capture.url, self.place, read)
        return Ahead(replace(self.message, payload=b"", notes=notes), self.payload, reading)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known of a response whose page was read ahead. `message` has neither payload nor body."""

    message: Message
    payload: Payload
    reading: Reading


@dataclass(frozen=True, slots=True)
class OtherWork:
    """Other work for the processes that read pages."""

    work: Work
    arguments: tuple[Any, ...]

    def read(self, apart: Apart) -> Any:
        """The result; None where it did not come. Waits for it, and may be called in any thread."""
        try:
            return apart.done(None, self.work.__name__, self.work, *self.arguments)
        except Exception:  # noqa: BLE001 - who asked does the work, and meets the error
            return None


Waiting = tuple[PageToRead | OtherWork, Callable[[Any], object]]
"""A page and the function that is told its reading."""
AHEAD = 8
"""Pieces of other work that are under way at once."""


class AheadReaders:
    """Processes apart, each with a thread that gives it the next page as soon as it has read one.

    Large pages are read by the last process alone, one after another, so that they hold up no other page.
    """

    def __init__(self, *aparts: Apart) -> None:
        self._pages: deque[Waiting] = deque()
        self._large: deque[Waiting] = deque()
        self._news = threading.Condition()
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._go_on, args=(apart, apart is aparts[-1]), daemon=True)
            for apart in aparts
        ]
        for thread in self._threads:
            thread.start()

    def mapped(self, work: Work, arguments: Iterable[tuple[Any, ...] | None]) -> Iterator[Any]:
        """What `work` makes of each of these arguments, in order; None where there are none, or nothing came."""
        under_way: deque[Future[Any]] = deque()
        for some in arguments:
            result: Future[Any] = Future()
            under_way.append(result)
            if some is None:
                result.set_result(None)
            else:
                self.read(OtherWork(work, some), result.set_result)
            if len(under_way) > AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def read(
        self, asked: PageToRead | OtherWork, answer: Callable[[Any], object], *, is_large: bool = False
    ) -> None:
        """Have a page read. `answer` is called in another thread: with None where the run ends before, or has ended."""
        with self._news:
            if not self._is_over:
                (self._large if is_large else self._pages).append((asked, answer))
                self._news.notify_all()
                return
        answer(None)

    @property
    def are_behind(self) -> bool:
        """Whether pages wait that no process reads yet."""
        return bool(self._pages)

    def end(self) -> None:
        """Answer None to what waits, and end the threads; the processes must have been closed."""
        with self._news:
            self._is_over = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join()
        for _, answer in (*self._large, *self._pages):
            answer(None)

    def _go_on(self, apart: Apart, is_last: bool) -> None:
        while (page := self._next(is_last)) is not None:
            asked, answer = page
            ahead: Any = None
            with suppress(Stopped):
                ahead = asked.read(apart)
            answer(ahead)

    def _next(self, is_last: bool) -> Waiting | None:
        """The next page for a process, once there is one; None at the end."""
        with self._news:
            while not self._is_over:
                if is_last and self._large:
                    return self._large.popleft()
                if self._pages:
                    return self._pages.popleft()
                self._news.wait()
        return None


def asked(exchange: Exchange, sites: SiteBook, run_id: str) -> PageToRead | None:
    """The page of an exchange, to be read ahead; None for answers that are read in no time."""
    response = exchange.response
    if response is None:
        return None
    start = response.tell()
    head = read_head(response)
    response.seek(start)
    if head.status not in READ:
        return None
    capture = made_of(exchange, head, None, ref=None, run_id=run_id)
    place = place_of(capture, sites)
    if capture.is_requisite or place.role in READ_AT_ONCE:
        return None
    message, payload = understood(response, method_of(exchange.request), is_decoding=False)
    if any(note.kind == "surplus" for note in message.notes):
        return None  # its body may go on behind its length
    capture = made_of(exchange, message, payload, ref=None, run_id=run_id)
    return PageToRead(capture, message, payload, place)


def _decoded_and_read(capture: Capture, message: Message, place: Place) -> tuple[Reading, tuple[Note, ...]]:
    """The reading of a page with its prints, and all notes on the response; runs in the process apart."""
    head = Head(message.version, message.status, message.reason, message.headers, 0, notes=message.notes)
    whole = repeated(head, message.payload, max_bytes=PAGE_BYTES)
    return read_placed(capture, whole, place, None).printed(), whole.notes
