"""One run that writes: exchanges go into the record first, then through the door, and are committed in batches."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.capture import Exchange
from archive.door.ahead import Ahead, PageToRead, asked
from archive.door.ingest import DRAWN, ROWS, RUN_URL, TREES_AFTER, Door, Taken, understood
from archive.door.made import made_of
from archive.door.reading import Reading
from archive.door.source_filter import NOT_OF_INTEREST, Interest, Passed
from archive.errors import Damaged
from archive.kinds import Via
from archive.record.drafts import method_of, uri
from archive.record.exchanges import Remark
from archive.record.files import Extent
from archive.record.http import Message, read_head, repeated
from archive.record.warc import Writer
from archive.run.held import Held
from archive.view import ledger
from archive.view.store import Store, utc

CHECK_EVERY = 20  # captures between two looks at the free space


@dataclass(frozen=True, slots=True)
class RunLimits:
    """When a WARC file is closed, how many responses make a batch, and the free bytes below which a run stops."""

    warc_bytes: int = 1_000_000_000
    batch: int = 50
    min_free_bytes: int = 0


class Live:
    """A run with the archive open for writing. Made by Archive.run."""

    def __init__(self, door: Door, writer: Writer, folder: Path, run_id: str, limits: RunLimits) -> None:
        self.run_id = run_id
        self.door = door
        self.door.trees_after = TREES_AFTER
        self.writer = writer
        self.interest: Interest | None = None
        """The sources 来源 whose pages are kept; None for all."""
        self.passed_over = 0
        self.held = Held(door, folder / "warc")
        self._folder = folder
        self._limits = limits

    @property
    def store(self) -> Store:
        """The database that the run writes to."""
        return self.door.store

    @property
    def waiting(self) -> int:
        """Responses that wait for the next commit."""
        return self.door.waiting

    @property
    def captures(self) -> int:
        """Exchanges taken in this run."""
        return self.door.captures

    @property
    def articles(self) -> int:
        """Articles read in this run, known ones included."""
        return self.door.articles

    def asked(self, exchange: Exchange) -> PageToRead | None:
        """The page of an exchange, to be read ahead of take(); None for what take() reads in no time."""
        return asked(exchange, self.door.sites, self.run_id) if self.door.extracting else None

    def take(self, exchange: Exchange, ahead: Ahead | None = None, *, are_more_near: bool = False) -> Taken:
        """Append the exchange to the record, read it if it was not read `ahead`, and commit the batch when it is full.

        Its rows are written now, or together with those of the next exchanges where `are_more_near`. Raises Damaged
        where the disk refuses or is too full. Earlier commits stay whole.
        """
        if (self.captures + self.passed_over) % CHECK_EVERY == 0:
            self.check_room()
        exchange = replace(exchange, url=uri(exchange.url))  # as the record will have it
        taken = self._failed(exchange) if exchange.response is None else self._received(exchange, ahead)
        if self.waiting >= self._limits.batch:
            self.commit()
        elif not are_more_near or self.door.without_rows >= ROWS:
            self.door.write()
        return taken

    def commit(self, *others: Extent) -> None:
        """Make the batch durable: fsync the WARC, then write its rows and the committed extents in one transaction.

        `others` are the extents of other tools' files that were taken in.
        """
        extents = [*self.writer.sync(), *others]
        if self.waiting or extents:
            self.door.flush(extents)

    def counts(self) -> dict[str, int]:
        """The run's counters as committed: captures, bytes, articles_new, articles_changed, failures."""
        return self.store.run_counts(self.run_id)

    def bugs(self) -> int:
        """Pages of this run that could not be read because of a bug."""
        return self.store.bugs(self.run_id)

    def check_room(self) -> None:
        """Raises Damaged where the disk has fewer free bytes than the limits want."""
        if not self._limits.min_free_bytes:
            return
        free = shutil.disk_usage(self._folder).free
        if free < self._limits.min_free_bytes:
            raise Damaged(
                f"{self._folder}: {free:,} bytes free, ZHUANZAI_MIN_FREE_BYTES wants"
                f" {self._limits.min_free_bytes:,}; free some and run again"
            )

    def finish(
        self,
        *,
        ending: str,
        ended_at: datetime,
        alarms: dict[str, int] | None = None,
        tries: Sequence[ledger.Try] = (),
        said: dict[str, str] | None = None,
    ) -> None:
        """Commit, write how the run ended into the record and the database, and close the file.

        `said` are further lines of the closing record. `alarms` maps `site/kind` to a number of times. `tries` are the
        sites that were asked for copies.
        """
        self.commit()
        if self.captures or self.passed_over:
            fields = {"run": self.run_id, "ended": utc(ended_at), "ending": ending}
            fields |= said or {}
            fields |= ledger.told_alarms(alarms or {}) | ledger.told_tries(tries)
            url = f"{RUN_URL}{self.run_id}"
            ref = self.writer.append_metadata(url, ended_at, fields)
            self.door.note(Remark(url, ended_at, fields, ref, {}))
        self.writer.close()
        self.door.trees_after = 0
        self.door.flush(self.writer.sync())
        if not (self.captures or self.passed_over):
            with self.store.commit():
                self.store.forget_empty_run(self.run_id)

    def is_passed(self, url: str) -> bool:
        """Whether the page at an address was passed over before, and the run's filter would pass it over again."""
        names = self.door.names_passed(url) if self.interest is not None else None
        return names is not None and self.interest is not None and not self.interest.wants(names)

    def _failed(self, exchange: Exchange) -> Taken:
        written = self.writer.append(exchange)
        capture = made_of(exchange, None, None, ref=written.capture, run_id=self.run_id)
        return self.door.admit(self.door.read(capture, None))

    def _received(self, exchange: Exchange, ahead: Ahead | None) -> Taken:
        """Write the records of an exchange and read it, unless it was read ahead."""
        response = exchange.response
        if response is None:
            raise ValueError(f"{exchange.url}: nothing was received")
        method = method_of(exchange.request)
        if ahead is not None:
            message, payload = ahead.message, ahead.payload
        else:
            message, payload = understood(response, method, is_decoding=self.door.extracting)
        # a revisit keeps the head alone: framing that was broken, trailers and surplus bytes are evidence too
        is_plain = message.status == 200 and not (exchange.truncated or message.trailers or message.interim)
        is_plain &= not exchange.is_rendered
        repeats = self.door.original_of(payload) if is_plain and _is_clean(message) else None
        unchanged = self.door.last_of(exchange.url) if message.status == 304 else None
        if repeats is not None and ahead is None:
            message = repeated(read_head(response), message.payload)
        original = repeats or unchanged
        via: Via | None = DRAWN if exchange.is_rendered else None
        read = partial(self.door.read, message=message, received_bytes=payload.length, via=via)
        repeats_id = original.record_id if original else None
        capture = made_of(exchange, message, payload, ref=None, run_id=self.run_id, revisit_of_id=repeats_id)
        taken = Taken(capture, ahead.reading, payload.length) if ahead is not None else None
        if taken is None and self.interest is not None:
            taken = read(capture)
        if taken is not None and self._is_beside_the_point(taken):
            return self._passed_over(taken)
        written = self.writer.append(
            exchange, payload=payload, repeats=original, is_not_modified=unchanged is not None
        )
        capture = replace(capture, ref=written.capture)
        # the bytes first: a page has been read by now only where what it says decides whether it is kept
        return self.door.admit(replace(taken, capture=capture) if taken is not None else read(capture))

    def _is_beside_the_point(self, taken: Taken) -> bool:
        """Whether a page names no medium that the run looks for; False for further pages and articles already held."""
        article = taken.article
        if self.interest is None or article is None or taken.reading.place.role == "continuation":
            return False
        is_held = self.store.article_at(self.store.known_as(article.url)) is not None
        if taken.reading.place.via != DRAWN:  # of a page that is drawn, the empty one has come before
            is_held |= self.door.was_fetched(taken.capture.url)
        return not is_held and not self.interest.wants(article.claims)

    def _passed_over(self, taken: Taken) -> Taken:
        """Note in the record why a fetched page was not kept; the returned result has no article."""
        if self.interest is None or taken.article is None:
            raise ValueError(f"{taken.capture.url}: nothing to pass over")
        capture = taken.capture
        passed = Passed.made(capture, taken.article, self.interest, taken.received_bytes)
        fields = passed.fields()
        ref = self.writer.append_metadata(capture.url, capture.captured_at, fields)
        self.door.note(Remark(capture.url, capture.captured_at, fields, ref, {}))
        self.passed_over += 1
        detail = f"names {'、'.join(passed.names) or 'nobody'}, wanted {passed.wanted}"
        return replace(taken, reading=Reading(taken.reading.place, reason=NOT_OF_INTEREST, detail=detail))


def _is_clean(message: Message) -> bool:
    """Whether the response has only a head and a payload, without further bytes."""
    return not {"framing", "surplus", "truncated", "oversize"} & {note.kind for note in message.notes}
