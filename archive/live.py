"""One run that writes: exchanges go into the record first, then through the door, and are committed in batches."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from archive.capture import Capture, Exchange
from archive.digests import payload_of
from archive.errors import Damaged
from archive.http import parse, read_head
from archive.ingest import RUN_URL, Door, Taken, failed
from archive.warc import Writer, method_of

CHECK_EVERY = 20  # captures between two looks at the free space


@dataclass(frozen=True, slots=True)
class Limits:
    """When a WARC file is closed, how many responses make a batch, and the free bytes below which a run stops."""

    warc_bytes: int = 1_000_000_000
    batch: int = 50
    min_free_bytes: int = 0


class Live:
    """A run with the archive open for writing. Made by Archive.run."""

    def __init__(self, door: Door, writer: Writer, folder: Path, run_id: str, limits: Limits) -> None:
        self.run_id = run_id
        self._door = door
        self._writer = writer
        self._folder = folder
        self._limits = limits

    @property
    def captures(self) -> int:
        """Exchanges taken in this run."""
        return self._door.captures

    @property
    def articles(self) -> int:
        """Articles read in this run, known ones included."""
        return self._door.articles

    def take(self, exchange: Exchange) -> Taken:
        """Append the exchange to the record, read it, and commit the batch when it is full.

        Raises Damaged where the disk refuses or is too full; what was committed before stays whole.
        """
        self._check_room()
        taken = self._failed(exchange) if exchange.response is None else self._received(exchange)
        if self._door.waiting >= self._limits.batch:
            self.commit()
        return taken

    def commit(self) -> None:
        """Make the batch durable: fsync the WARC, then one transaction with its rows and the bytes they vouch for."""
        extents = self._writer.sync()
        if self._door.waiting or extents:
            self._door.flush(extents)

    def finish(self, *, ending: str, ended_at: datetime) -> None:
        """Commit, write how the run ended into the record and the database, and close the file."""
        self.commit()
        ended = ended_at.astimezone(UTC).isoformat()
        if self.captures:
            fields = {"run": self.run_id, "ended": ended, "ending": ending}
            self._writer.append_metadata(f"{RUN_URL}{self.run_id}", ended_at, fields)
        self._writer.close()
        self._door.flush(self._writer.sync())
        store = self._door.store
        with store.commit():
            store.end_run(self.run_id, ended, ending)
            store.forget_empty_run(self.run_id)

    def holds(self, url: str) -> bool:
        """Whether the address was fetched whole already, in this run or before."""
        return self._door.holds(url)

    def held_dates(self, site: str) -> set[date]:
        """The days of publication of which the archive holds articles of a site."""
        return self._door.held_dates(site)

    def _failed(self, exchange: Exchange) -> Taken:
        written = self._writer.append(exchange)
        capture = failed(exchange.url, exchange.started_at, written.capture, self.run_id, exchange.failure)
        return self._door.enter(capture, None)

    def _received(self, exchange: Exchange) -> Taken:
        """Write the records of an exchange and read what came."""
        response = exchange.response
        if response is None:
            raise ValueError(f"{exchange.url}: nothing was received")
        method = method_of(exchange.request)
        payload = payload_of(response, method)
        head = read_head(response)
        is_whole = head.status == 200 and not exchange.truncated
        repeats = self._door.original_of(payload) if is_whole else None
        unchanged = self._door.last_of(exchange.url) if head.status == 304 else None
        original = repeats or unchanged
        written = self._writer.append(
            exchange, payload=payload, repeats=original, is_not_modified=unchanged is not None
        )
        response.seek(0)
        capture = Capture(
            url=exchange.url,
            captured_at=exchange.started_at,
            status=head.status,
            headers=head.headers,
            ref=written.capture,
            payload_digest=payload.sha1,
            sha256=payload.sha256,
            truncated=exchange.truncated,
            failure=exchange.failure,
            revisit_of_id=original.record_id if original else None,
            run_id=self.run_id,
            ip_address=exchange.ip_address,
        )
        message = parse(response, method=method)
        return self._door.enter(capture, message, received_bytes=payload.length)

    def _check_room(self) -> None:
        if not self._limits.min_free_bytes or self.captures % CHECK_EVERY:
            return
        free = shutil.disk_usage(self._folder).free
        if free < self._limits.min_free_bytes:
            raise Damaged(
                f"{self._folder}: {free:,} bytes free, ZHUANZAI_MIN_FREE_BYTES wants"
                f" {self._limits.min_free_bytes:,}; free some and run again"
            )
