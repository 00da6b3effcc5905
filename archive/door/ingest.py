"""The one door: what was fetched, live or by another tool, is read and becomes article, story and rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from archive.capture import ARCHIVED_DIGEST, Capture, Ref
from archive.door.capture_rows import keep
from archive.door.reading import Reading, read_capture
from archive.door.source_filter import Passed, keep_passed, names_passed
from archive.errors import Damaged
from archive.place import SiteBook
from archive.record.digests import Payload, payload_in, payload_of
from archive.record.drafts import Original, method_of
from archive.record.exchanges import FileStart, Remark, Stored, http_block
from archive.record.files import Extent
from archive.record.http import PAGE_BYTES, Message, head_of_revisit, parse, read_head, repeated
from archive.record.reader import read as read_record
from archive.search import index as search
from archive.view import ledger
from archive.view.store import Store, utc
from extract.article import Article

RUN_URL = "urn:zhuanzai:run:"
"""Target of the metadata record that says how a run ended."""
DRAWN = "rendered"
"""How a page came that a browser drew."""
PAGE_ROLES = ("article", "continuation", "unknown")
ITEM_FIELDS = (
    "url", "title", "kicker", "subtitle", "text", "source", "byline", "editor", "published_at", "published_precision",
    "paper_date", "paper_page", "original_title", "script", "charset", "low_trust", "extractor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """One exchange after the door: its capture, and what was read of it."""

    capture: Capture
    reading: Reading
    received_bytes: int = 0

    @property
    def article(self) -> Article | None:
        """The article read, or None."""
        return self.reading.article

    def item(self) -> dict[str, Any]:
        """The article with its evidence, as feeds (`-O items.jsonl`) print it.

        Raises ValueError where no article was read.
        """
        article, capture = self.reading.article, self.capture
        if article is None:
            raise ValueError(f"{capture.url}: no article was read here")
        ref = capture.ref
        return {
            **{name: getattr(article, name) for name in ITEM_FIELDS},
            "site": self.reading.place.site,
            "via": self.reading.place.via,
            "captured_at": utc(capture.captured_at),
            "warc_file": ref.file if ref else None,
            "warc_offset": ref.offset if ref else None,
            "warc_length": ref.length if ref else None,
            "record_id": ref.record_id if ref else None,
            "payload_digest": capture.payload_digest,
            "notes": [{"kind": note.kind, "detail": note.detail} for note in article.notes],
        }


def examined(stored: Stored, sites: SiteBook, *, run_id: str | None, via: str | None = None) -> Taken:
    """What a stored exchange says that needs nothing but its own bytes; call it in any process.

    Not for revisits of a payload, which needs the archive: Door.take_stored.
    """
    exchange = stored.exchange
    if exchange.response is None:
        capture = failed(exchange.url, exchange.started_at, stored.ref, run_id, exchange.failure)
        return Taken(capture, read_capture(capture, None, sites, via))
    message, payload = understood(exchange.response, method_of(exchange.request))
    via = via or (DRAWN if exchange.is_rendered else None)
    capture = _capture(stored, payload, run_id)
    return Taken(capture, read_capture(capture, message, sites, via), payload.length)


def understood(response: BinaryIO, method: str, *, is_decoding: bool = True) -> tuple[Message, Payload]:
    """What a response says, its payload cut at PAGE_BYTES, and the digests of the whole payload."""
    message = parse(response, method=method, max_bytes=PAGE_BYTES, is_decoding=is_decoding)
    is_whole = len(message.payload) < PAGE_BYTES
    return message, payload_in(message.payload) if is_whole else payload_of(response, method)


@dataclass(slots=True)
class _Waiting:
    """What the batch holds that the database does not know yet."""

    taken: list[Taken] = field(default_factory=list)
    runs: list[FileStart | Remark] = field(default_factory=list)
    originals: dict[str, Original] = field(default_factory=dict)
    """By payload digest: what a crawl may repeat."""
    payloads: dict[str, Original] = field(default_factory=dict)
    """The same, with files ingested in place, which may go away."""
    moments: dict[tuple[str, datetime], Original] = field(default_factory=dict)
    refs: dict[str, Ref] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)


class Door:
    """Reads captures and keeps their rows, batch by batch; order in is order of ids."""

    def __init__(
        self, store: Store, warcs: Path, sites: SiteBook, *, extracting: bool = True, indexing: bool = True
    ):
        """Without `extracting` captures are kept and not read; without `indexing` search knows nothing of them."""
        self.store = store
        self.captures = 0
        self.articles = 0
        self._warcs = warcs
        self.sites = sites
        self.extracting = extracting
        self._indexing = indexing
        self._waiting = _Waiting()

    @property
    def waiting(self) -> int:
        """Captures and remarks that the next commit will make rows of."""
        return len(self._waiting.taken) + len(self._waiting.runs)

    def read(
        self, capture: Capture, message: Message | None, *, received_bytes: int = 0, via: str | None = None
    ) -> Taken:
        """What a capture says; nothing is kept of it."""
        reading = read_capture(capture, message if self.extracting else None, self.sites, via)
        return Taken(capture, reading, received_bytes)

    def admit(self, taken: Taken) -> Taken:
        """Let one capture that was read wait for the commit."""
        capture = taken.capture
        self._waiting.taken.append(taken)
        if capture.ref is not None:
            self._waiting.refs[capture.ref.record_id] = capture.ref
        if capture.status is not None and not capture.truncated:
            self._waiting.urls.add(capture.url)
        if capture.ref is not None and capture.revisit_of_id is None:
            original = Original(capture.ref.record_id, capture.url, capture.captured_at)
            self._waiting.moments.setdefault(
                (capture.url, capture.captured_at.replace(microsecond=0)), original
            )
            if capture.status == 200 and not capture.truncated and capture.payload_digest is not None:
                self._waiting.payloads.setdefault(capture.payload_digest, original)
                if not capture.ref.file.startswith("/"):
                    self._waiting.originals.setdefault(capture.payload_digest, original)
        self.captures += 1
        self.articles += taken.article is not None
        return taken

    def knows(self, record_id: str) -> bool:
        """Whether the archive has the record, in the batch or before."""
        return record_id in self._waiting.refs or self.store.capture_of_record(record_id) is not None

    def take_stored(self, stored: Stored, *, run_id: str | None, via: str | None = None) -> Taken | None:
        """Let an exchange in that stands in a WARC file; None where the archive has its record already.

        `via` overrules `live` (`import` for files of other tools).
        """
        if self.knows(stored.ref.record_id):
            return None
        return self.admit(self.judged(stored, run_id=run_id, via=via))

    def judged(
        self, stored: Stored, *, run_id: str | None, via: str | None = None, before: int | None = None
    ) -> Taken:
        """What a stored exchange says, with what it repeats where it is a revisit; nothing is kept of it.

        `before` is the id of its capture where it has one: what came later was not there to be repeated.
        """
        if stored.repeats is None:
            return examined(stored, self.sites, run_id=run_id, via=via)
        original = self._resolved(stored.repeats, stored.digest, before)
        original_id = original.record_id if original else None
        if stored.is_not_modified:
            taken = examined(stored, self.sites, run_id=run_id, via=via)
            return replace(taken, capture=replace(taken.capture, revisit_of_id=original_id))
        block = self._block_of(original)
        if block is None:
            return self._unaided(stored, original_id, run_id, via)
        head = head_of_revisit(stored.exchange.response, block)
        message, payload = understood(block, "GET")
        capture = replace(
            _capture(stored, payload, run_id),
            status=head.status,
            headers=head.headers,
            revisit_of_id=original_id,
        )
        message = repeated(head, message.payload)
        reading = read_capture(capture, message if self.extracting else None, self.sites, via)
        return Taken(capture, reading, payload.length)

    def note(self, told: FileStart | Remark) -> None:
        """Let in what a file says beside its captures: of a run's beginning (warcinfo) or end, of pages not kept."""
        self._waiting.runs.append(told)

    def flush(self, extents: Iterable[Extent]) -> None:
        """One transaction: the rows of the batch, and the bytes of the record they vouch for."""
        with self.store.commit():
            for extent in extents:
                self.store.vouch(extent)
            for told in self._waiting.runs:
                passed = Passed.of(told) if isinstance(told, Remark) else None
                if passed is not None and isinstance(told, Remark):
                    keep_passed(self.store, self.sites, told, passed)
                else:
                    self._keep_run(told)
            words = search.Changes()
            for taken in self._waiting.taken:
                keep(self.store, words, taken.capture, taken.reading, taken.received_bytes)
            if self._indexing:
                words.write(self.store.conn)
        self._waiting = _Waiting()

    def original_of(self, payload: Payload) -> Original | None:
        """The first whole response with this payload, in the batch or the archive; None for empty payloads."""
        if not payload.length:
            return None
        waiting = self._waiting.originals.get(payload.sha1)
        return _original(self.store.original_of(payload.sha1)) or waiting

    def last_of(self, url: str) -> Original | None:
        """The response whose payload a 304 of this address vouches for."""
        return _original(self.store.last_original(url))

    def holds(self, url: str) -> bool:
        """Whether the address was fetched whole already, in this batch or before."""
        return url in self._waiting.urls or self.store.holds(url)

    def names_passed(self, url: str) -> tuple[str, ...] | None:
        """The media that the page at an address named when it was passed over last; None if it never was."""
        return names_passed(self.store, url)

    def held_dates(self, site: str) -> set[date]:
        """The days of publication of which the archive holds articles of a site."""
        return self.store.held_dates(site)

    def _keep_run(self, told: FileStart | Remark) -> None:
        info = told.warcinfo
        run_id = info.get("run")
        if isinstance(told, FileStart):
            if run_id:
                self.store.begin_run(run_id, info.get("command", ""), info.get("started", ""))
        elif told.url.startswith(RUN_URL):
            run_id = told.url.removeprefix(RUN_URL)
            self.store.end_run(run_id, told.fields.get("ended", ""), told.fields.get("ending", ""))
            ledger.keep_alarms(self.store.conn, run_id, told.fields.get(ledger.ALARMS, ""))
            ledger.keep_tries(self.store.conn, run_id, told.fields.get(ledger.TRIES, ""))

    def _resolved(self, repeats: Original, digest: str | None, before: int | None) -> Original | None:
        """What a revisit refers to, as the archive holds it."""
        known = self.store.capture_of_record(repeats.record_id)
        if repeats.record_id in self._waiting.refs or (known and (before is None or known < before)):
            return repeats
        at = utc(repeats.captured_at)
        moment = (repeats.url, repeats.captured_at.replace(microsecond=0))
        return (
            _original(self.store.original_at(repeats.url, at, before))
            or self._waiting.moments.get(moment)
            or _original(self.store.original_with(digest or "", before))
            or self._waiting.payloads.get(digest or "")
        )

    def _block_of(self, original: Original | None) -> BinaryIO | None:
        """The response that a revisit repeats; None where it cannot be had."""
        if original is None:
            return None
        ref = self._waiting.refs.get(original.record_id) or self.store.ref_of(original.record_id)
        if ref is None:
            return None
        try:
            return http_block(read_record(self._warcs, ref))
        except Damaged:  # the revisit's row is true without it; `scrapy verify` names the damage
            return None

    def _unaided(self, stored: Stored, original_id: str | None, run_id: str | None, via: str | None) -> Taken:
        """A revisit whose page cannot be had: a capture, and a reason where the archive never held it."""
        capture = replace(_capture(stored, None, run_id), revisit_of_id=original_id)
        reading = read_capture(capture, None, self.sites, via)
        if original_id is None and stored.repeats and reading.place.role in PAGE_ROLES:
            named = stored.repeats.record_id or stored.repeats.url or stored.digest
            detail = f"repeats {named}, which the archive does not hold"
            reading = replace(reading, reason="no-original", detail=detail)
        return Taken(capture, reading)


def _capture(stored: Stored, payload: Payload | None, run_id: str | None) -> Capture:
    """The capture that a stored response is; without `payload` its digest is the one that the record states."""
    exchange = stored.exchange
    if exchange.response is None:
        raise ValueError(f"{exchange.url}: nothing was received")
    head = read_head(exchange.response)
    exchange.response.seek(0)
    return Capture(
        url=exchange.url,
        captured_at=exchange.started_at,
        status=head.status,
        headers=head.headers,
        ref=stored.ref,
        payload_digest=payload.sha1 if payload else stored.digest,
        sha256=payload.sha256 if payload else None,
        truncated=exchange.truncated,
        failure=exchange.failure,
        run_id=run_id,
        ip_address=exchange.ip_address,
        archived_digest=exchange.metadata.get(ARCHIVED_DIGEST),
    )


def failed(url: str, at: datetime, ref: Ref, run_id: str | None, failure: str | None) -> Capture:
    """The capture of a fetch that never got a byte."""
    return Capture(
        url=url,
        captured_at=at,
        status=None,
        headers=(),
        ref=ref,
        payload_digest=None,
        sha256=None,
        failure=failure or "unspecified",
        run_id=run_id,
    )


def _original(row: tuple[str, str, str] | None) -> Original | None:
    return Original(row[0], row[1], datetime.fromisoformat(row[2])) if row else None
