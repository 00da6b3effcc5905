"""The door: every exchange, live or from another tool's file, is read here and becomes article, story and rows."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from archive.capture import Capture
from archive.door.capture_rows import keep
from archive.door.made import made_of
from archive.door.originals import Originals
from archive.door.reading import Reading, read_capture
from archive.door.source_filter import Passed, keep_passed, names_passed
from archive.grouping import descents
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.digests import Payload, payload_in, payload_of
from archive.record.drafts import Original, method_of
from archive.record.exchanges import FileStart, Remark, Stored, http_block
from archive.record.files import Extent
from archive.record.http import PAGE_BYTES, Head, Message, head_of_revisit, parse, read_head, repeated
from archive.search import index as search
from archive.view import ledger
from archive.view.store import Store, utc
from extract.article import Article

RUN_URL = "urn:zhuanzai:run:"
"""Target of the metadata record that says how a run ended."""
DRAWN: Final = "rendered"
"""The `via` of a page that a browser drew."""
TREES_AFTER = 2000
"""Captures after which the trees are made where many are read at once; a story of many copies is then traced once."""
KEPT_READY = 2_000_000
"""Characters of texts that an import or a rebuild keeps ready: trees are made after some two million, and compare each
copy once more."""
ROWS = 16
"""Captures whose rows are written together while other processes read: one by one, between other work, they take a
fifth more time. Left to the commit, the last two hundred of an import are written when nobody reads any more."""
PAGE_ROLES = ("article", "continuation", "unknown")
ITEM_FIELDS = (
    "url", "title", "kicker", "subtitle", "text", "source", "source_url", "byline", "editor", "published_at",
    "published_precision", "paper_date", "paper_page", "original_title", "script", "charset", "low_trust",
    "confidence", "extractor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """One exchange after its reading: the capture, and the page's reading."""

    capture: Capture
    reading: Reading
    received_bytes: int = 0

    @property
    def article(self) -> Article | None:
        """The article that was read; None where none was."""
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


def examined(stored: Stored, sites: SiteBook, *, run_id: str | None, via: Via | None = None) -> Taken:
    """The capture and reading of a stored exchange, from its own bytes alone; may be called in any process.

    Not for revisits of a payload, because they need the archive: see Door.take_stored.
    """
    exchange = stored.exchange
    if exchange.response is None:
        capture = made_of(exchange, None, None, ref=stored.ref, run_id=run_id)
        return Taken(capture, read_capture(capture, None, sites, via))
    message, payload = understood(exchange.response, method_of(exchange.request))
    via = via or (DRAWN if exchange.is_rendered else None)
    capture = _capture(stored, payload, run_id, message)
    return Taken(capture, read_capture(capture, message, sites, via), payload.length)


def understood(response: BinaryIO, method: str, *, is_decoding: bool = True) -> tuple[Message, Payload]:
    """The decoded response, its payload cut at PAGE_BYTES, and the digests of the whole payload."""
    message = parse(response, method=method, max_bytes=PAGE_BYTES, is_decoding=is_decoding)
    is_whole = len(message.payload) < PAGE_BYTES
    return message, payload_in(message.payload) if is_whole else payload_of(response, method)


@dataclass(slots=True)
class _Batch:
    """The captures and remarks since the last commit, and how many of each have rows in the open transaction."""

    taken: list[Taken] = field(default_factory=list)
    runs: list[FileStart | Remark] = field(default_factory=list)
    words: search.IndexChanges = field(default_factory=search.IndexChanges)
    written: tuple[int, int] = (0, 0)

    def undo(self) -> None:
        """The transaction was undone: all of the batch waits for its rows again."""
        self.words, self.written = search.IndexChanges(), (0, 0)


class Door:
    """Reads captures and writes their rows, batch by batch; ids follow the order of arrival."""

    def __init__(
        self, store: Store, warcs: Path, sites: SiteBook, *, extracting: bool = True, indexing: bool = True
    ):
        """Without `extracting` captures are kept and not read; without `indexing` they are not put into the index."""
        self.store = store
        self.captures = 0
        self.articles = 0
        self._warcs = warcs
        self.sites = sites
        self.extracting = extracting
        self._indexing = indexing
        self.trees_after = 0
        """Captures after which the trees of changed stories are made, at the next flush; 0 for every flush."""
        self.mapped: descents.Mapped | None = None
        """Processes that do a part of the work on trees."""
        self._untraced = 0
        self._batch = _Batch()
        self._originals = Originals(store, warcs)

    @property
    def waiting(self) -> int:
        """The number of captures and remarks that wait for the next commit."""
        return len(self._batch.taken) + len(self._batch.runs)

    @property
    def without_rows(self) -> int:
        """The number of captures that have no rows yet, not even in the open transaction."""
        return len(self._batch.taken) - self._batch.written[1]

    def read(
        self, capture: Capture, message: Message | None, *, received_bytes: int = 0, via: Via | None = None
    ) -> Taken:
        """The reading of a capture; nothing is written."""
        reading = read_capture(capture, message if self.extracting else None, self.sites, via)
        return Taken(capture, reading, received_bytes)

    def admit(self, taken: Taken) -> Taken:
        """Add one capture that was read to the batch."""
        self._batch.taken.append(taken)
        self._originals.admit(taken.capture)
        self.captures += 1
        self.articles += taken.article is not None
        return taken

    def knows(self, record_id: str) -> bool:
        """Whether the archive or the batch has a record with this id; it may be a different record."""
        return self._originals.ref_of(record_id) is not None

    def take_stored(self, stored: Stored, *, run_id: str | None, via: Via | None = None) -> Taken | None:
        """Add an exchange of a WARC file; None where the archive has its record already.

        `via` overrules `live` (`import` for files of other tools).
        """
        return self.admit_stored(stored, lambda one: self.judged(one, run_id=run_id, via=via))

    def admit_stored(self, stored: Stored, judge: Callable[[Stored], Taken]) -> Taken | None:
        """Add the result of `judge` for a stored exchange; None where the archive has its record already."""
        key = self._originals.key_for(stored)
        if key is None:
            return None
        taken = judge(stored)
        ref = stored.ref
        if key != ref.record_id or taken.capture.ref is not ref:
            taken = replace(taken, capture=replace(taken.capture, ref=replace(ref, record_id=key)))
        return self.admit(taken)

    def judged(
        self, stored: Stored, *, run_id: str | None, via: Via | None = None, before: int | None = None
    ) -> Taken:
        """The capture and reading of a stored exchange, a revisit together with its original; nothing is written.

        `before` is the id of its capture, if it has one: a revisit cannot repeat a later capture.
        """
        if stored.repeats is None:
            return examined(stored, self.sites, run_id=run_id, via=via)
        original = self._originals.meant_by(stored, before)
        original_id = original.record_id if original else None
        if _holds_its_page(stored, is_resolved=original is not None):
            return examined(stored, self.sites, run_id=run_id, via=via)
        if stored.is_not_modified:
            return self._unmodified(stored, original_id, run_id, via)
        record = self._originals.record_of(original)
        if record is None:
            return self._unaided(stored, original_id, run_id, via)
        block = http_block(record)
        head = _with_coding(head_of_revisit(stored.exchange.response, block), block)
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

    def note(self, item: FileStart | Remark) -> None:
        """Add a file's records beside its captures: beginning (warcinfo) and end of a run, pages that were not kept."""
        self._batch.runs.append(item)

    def write(self) -> None:
        """Write the rows of what waits, into a transaction that flush() commits.

        A crawl does this after each page, or after some where more wait to be read: the rows of a whole batch took a
        quarter of a second, in which it fetched nothing, and the processes that read ran out of pages. An import does
        it while other processes read.
        """
        with self._transaction(is_last=False):
            runs, taken = self._batch.written
            for item in (*self._batch.runs[runs:], *self._batch.taken[taken:]):
                ref = item.capture.ref if isinstance(item, Taken) else item.ref
                if ref is not None:
                    self.store.name_file(ref.file)
            self._write_rows()

    def flush(self, extents: Iterable[Extent]) -> None:
        """Commit the batch in one transaction: its rows, and how many bytes of the record they cover."""
        with self._transaction(is_last=True):
            for extent in extents:
                self.store.vouch(extent)
            self._write_rows()
            self.store.write_counts()
            if self._indexing:
                self._batch.words.write(self.store.conn)
            self._untraced += len(self._batch.taken)
            if self._untraced >= self.trees_after:
                descents.catch_up(self.store.conn, self.mapped, settled=not self.trees_after)
                self._untraced = 0
        self._batch = _Batch()
        self._originals.forget()

    @contextmanager
    def _transaction(self, *, is_last: bool) -> Iterator[None]:
        """A part of the batch's transaction; where it fails, the whole batch waits again."""
        is_begun = any(self._batch.written)
        try:
            with self.store.batch(is_last=is_last) if is_begun or not is_last else self.store.commit():
                yield
        except BaseException:
            self._batch.undo()
            self.store.forget_counts()
            raise

    def _write_rows(self) -> None:
        """Write the rows of what has none yet, those of the index many at once; inside a transaction."""
        batch = self._batch
        for item in batch.runs[batch.written[0] :]:
            passed = Passed.of(item) if isinstance(item, Remark) else None
            if passed is not None and isinstance(item, Remark):
                keep_passed(self.store, self.sites, item, passed)
            else:
                self._keep_run(item)
        for taken in batch.taken[batch.written[1] :]:
            keep(self.store, batch.words, taken.capture, taken.reading, taken.received_bytes)
            if self._indexing and len(batch.words) >= ROWS:
                batch.words.write(self.store.conn)
        batch.written = len(batch.runs), len(batch.taken)

    def original_of(self, payload: Payload) -> Original | None:
        """The first whole response with this payload, in the batch or the archive; None for empty payloads."""
        return self._originals.of_payload(payload)

    def last_of(self, url: str) -> Original | None:
        """The response whose payload is confirmed by a 304 of this address."""
        return self._originals.last_of(url)

    def was_fetched(self, url: str) -> bool:
        """Whether the address was fetched whole already, in this batch or before."""
        return self._originals.was_fetched(url)

    def names_passed(self, url: str) -> tuple[str, ...] | None:
        """The media that the page at an address named when it was passed over last; None if it never was."""
        return names_passed(self.store, url)

    def _keep_run(self, item: FileStart | Remark) -> None:
        info = item.warcinfo
        run_id = info.get("run")
        if isinstance(item, FileStart):
            if run_id:
                self.store.begin_run(run_id, info.get("command", ""), info.get("started", ""))
        elif item.url.startswith(RUN_URL):
            run_id = item.url.removeprefix(RUN_URL)
            self.store.end_run(run_id, item.fields.get("ended", ""), item.fields.get("ending", ""))
            ledger.keep_alarms(self.store.conn, run_id, item.fields.get(ledger.ALARMS, ""))
            ledger.keep_tries(self.store.conn, run_id, item.fields.get(ledger.TRIES, ""))

    def _unmodified(
        self, stored: Stored, original_id: str | None, run_id: str | None, via: Via | None
    ) -> Taken:
        """A revisit after the server's answer 304, whatever status the head in its record has."""
        if stored.exchange.response is None:
            raise ValueError(f"{stored.exchange.url}: nothing was received")
        _, payload = understood(stored.exchange.response, method_of(stored.exchange.request))
        capture = replace(_capture(stored, payload, run_id), status=304, revisit_of_id=original_id)
        reading = read_capture(capture, None, self.sites, via)
        return Taken(capture, self._named(stored, reading, original_id), payload.length)

    def _unaided(self, stored: Stored, original_id: str | None, run_id: str | None, via: Via | None) -> Taken:
        """A revisit without its page: a capture, and a reason for quarantine where the archive never held the page."""
        capture = replace(_capture(stored, None, run_id), revisit_of_id=original_id)
        reading = read_capture(capture, None, self.sites, via)
        return Taken(capture, self._named(stored, reading, original_id))

    def _named(self, stored: Stored, reading: Reading, original_id: str | None) -> Reading:
        """The reading of a revisit, with a reason for quarantine where the archive never held its original."""
        if original_id is not None or stored.repeats is None or reading.place.role not in PAGE_ROLES:
            return reading
        named = stored.repeats.record_id or stored.repeats.url or stored.digest or "an earlier answer"
        detail = f"repeats {named}, which the archive does not hold"
        return replace(reading, reason="no-original", detail=detail)


def _with_coding(head: Head, original: BinaryIO) -> Head:
    """The head of a revisit; without a Content-Encoding line of its own, it gets the line of its original."""
    whole = read_head(original)
    original.seek(0)
    wanted = {"content-encoding", "content-type"} - {name.lower() for name, _ in head.headers}
    lines = [line for line in whole.headers if line[0].lower() in wanted]
    return replace(head, headers=(*head.headers, *lines))


def _holds_its_page(stored: Stored, *, is_resolved: bool) -> bool:
    """Whether a revisit's own record holds a page to read, for example where its original is not in the archive."""
    response = stored.exchange.response
    if response is None or (is_resolved and not stored.is_not_modified):
        return False
    head = read_head(response)
    has_body = bool(response.read(1))
    response.seek(0)
    return head.status == 200 and has_body


def _capture(
    stored: Stored, payload: Payload | None, run_id: str | None, head: Head | Message | None = None
) -> Capture:
    """The capture of a stored response; without `payload` it has the digest that the record states. `head` is the
    response's, where it was read."""
    exchange = stored.exchange
    if exchange.response is None:
        raise ValueError(f"{exchange.url}: nothing was received")
    if head is None:
        head = read_head(exchange.response)
        exchange.response.seek(0)
    return made_of(
        exchange,
        head,
        payload,
        ref=stored.ref,
        run_id=run_id,
        stated=stored.digest,
        is_others=bool(stored.key),
    )
