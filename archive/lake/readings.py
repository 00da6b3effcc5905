"""One WARC file read into rows: its captures, and their articles with texts and grams."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from archive.cluster.watched import watched
from archive.door.apart import current
from archive.door.ingest import Taken, examined, understood
from archive.errors import ArchiveError
from archive.grouping.texts import prepared
from archive.kinds import Via
from archive.lake import schema
from archive.lake.alike import HeldStories
from archive.lake.grams import numbers
from archive.lake.storage import ROWS, Storage
from archive.lake.worth import unworthy_address, unworthy_bytes, unworthy_head
from archive.place import SiteBook
from archive.record.drafts import method_of
from archive.record.exchanges import Stored, statements
from archive.record.foreign import NoRecords, in_place
from archive.record.http import read_head
from archive.record.reader import Damage, believed
from archive.remote.addresses import WarcAddress, is_path
from archive.remote.errors import errors_named
from archive.remote.files import opened
from archive.view.store import mime, utc
from extract.article import Article

VIA: Via = "import"
CHUNK = 500
"""Rows that are Python objects at a time, at most; the others are packed."""
A_RUN = 5000
"""Rows of a file that are held unpacked, at most: some 15 kB each where they have texts."""
MOST_DAMAGES = 10
A_DAY = 250
"""Rows of a row group of articles just read. Each day reads its own groups of every file, and few rows beside them."""
READ_ARTICLES = pa.schema(
    [
        *schema.ARTICLES,
        pa.field("day", pa.string()),
        pa.field("text", pa.string()),
        pa.field("grams", pa.list_(pa.int64())),
    ]
)
READ_CAPTURES = pa.schema([*schema.CAPTURES, pa.field("day", pa.string())])


@dataclass(frozen=True, slots=True)
class WarcReading:
    """A worker's task: a WARC file to read, the lake it is read for, and the options."""

    lake: str
    source: WarcAddress
    sites: SiteBook
    page_seconds: float = 30.0
    like: str = ""

    @property
    def folder(self) -> str:
        """The folder of the reading's rows until the lake has them."""
        like = f" like {self.like}" if self.like else ""
        return f"_work/read/{sha256((self.source.key + like).encode()).hexdigest()[:24]}"


@dataclass(slots=True)
class Said:
    """The counts of a file: responses, passed-over responses by reason, pages read, articles, and damages."""

    responses: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    articles: int = 0
    without: Counter[str] = field(default_factory=Counter)
    """The pages that gave no article, by reason."""
    damages: list[str] = field(default_factory=list)
    damaged: int = 0
    days: list[str] = field(default_factory=list)
    captured: list[str] = field(default_factory=list)
    unread: str = ""
    """The reason why the file could not be opened, or not fetched to its end, or holds no records that have places.

    Nothing of it is kept then, and the next build tries again."""

    def dump(self) -> bytes:
        """The counts as bytes of JSON."""
        entry = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def load(cls, content: bytes) -> "Said":
        """The counts from bytes of JSON."""
        entry = json.loads(content)
        counted = {name: Counter(entry.get(name, {})) for name in ("passed", "without")}
        return cls(**{**entry, **counted})


def read_source(reading: WarcReading) -> Said:
    """Read a file and write its rows, unless they were written before; the file of counts is written last."""
    storage = Storage(reading.lake)
    done = f"{reading.folder}/said.json"
    if storage.has(done):
        return Said.load(storage.get(done))
    said = Said()
    with ExitStack() as held:
        try:
            with errors_named(reading.source.address):
                file = held.enter_context(opened(reading.source.address))
        except ArchiveError as error:
            said.unread = str(error)
            return said
        like = held.enter_context(HeldStories(Path(reading.like))) if reading.like else None
        if current() is None:
            held.enter_context(watched(reading.page_seconds, reading.folder.rpartition("/")[2]))
        captures, articles = _rows(
            _worthy(_told(file, reading.source, said), said, like), reading.sites, said, like
        )
    if not (said.responses or said.damaged or said.unread):
        said.unread = f"{reading.source.address}: no HTTP response in it"
    if said.unread:
        return said
    put_rows(storage, reading.folder, said, captures, articles)
    return said


def put_rows(
    storage: Storage, folder: str, said: Said, captures: "PackedRows", articles: "PackedRows"
) -> None:
    """Write the rows of a file, and after them its counts."""
    said.days, said.captured = sorted(articles.days), sorted(captures.days)
    storage.put(f"{folder}/captures.parquet", captures.content())
    storage.put(f"{folder}/articles.parquet", articles.content())
    storage.put(f"{folder}/said.json", said.dump())


def _told(file: BinaryIO, source: WarcAddress, said: Said) -> Iterator[Stored]:
    """The exchanges of a file; broken places are noted and skipped."""
    try:
        for part in in_place(file, source.address):
            for statement in statements(believed(part)):
                if isinstance(statement, Damage):
                    _damaged(said, f"{source.address} at byte {statement.offset}: {statement.reason}")
                elif isinstance(statement, Stored):
                    yield statement
    except NoRecords as error:
        said.unread = str(error)
    except OSError as error:
        if is_path(source.address):
            _damaged(said, f"{source.address}: {error.strerror}; what came before is in the lake")
        else:  # another time it may come whole
            nothing = "nothing of it is in the lake, the next build tries again"
            said.unread = f"{source.address}: {error.strerror}; {nothing}"


def _damaged(said: Said, line: str) -> None:
    said.damaged += 1
    if len(said.damages) < MOST_DAMAGES:
        said.damages.append(line)


def _worthy(candidates: Iterable[Stored], said: Said, like: HeldStories | None) -> Iterator[Stored]:
    for stored in candidates:
        said.responses += 1
        why = _unworthy(stored, like)
        if why is None:
            yield stored
        else:
            said.passed[why] += 1


def _unworthy(stored: Stored, like: HeldStories | None) -> str | None:
    """The reason why an exchange is not worth reading; None if it may be. The cheapest checks come first."""
    response = stored.exchange.response
    if response is None:
        return "failure"
    if stored.repeats is not None:
        return "revisit"
    why = unworthy_address(stored.exchange.url)
    if why is not None:
        return why
    head = read_head(response)
    response.seek(0)
    why = unworthy_head(head)
    if why is not None:
        return why
    message, payload = understood(response, method_of(stored.exchange.request))
    response.seek(0)
    if like is not None and like.has_page(stored.exchange.url, payload.sha1):
        return "held"
    return unworthy_bytes(message.body, head.header("content-type"))


def _rows(
    found: Iterable[Stored], sites: SiteBook, said: Said, like: HeldStories | None
) -> "tuple[PackedRows, PackedRows]":
    captures, articles = capture_runs(), article_runs()
    for stored in found:
        taken = examined(stored, sites, run_id=None, via=VIA)
        said.pages += 1
        row = _capture_row(stored, taken)
        article = taken.article
        if article is not None and taken.reading.place.role == "continuation":
            row["reason"] = "continuation"
        elif article is not None:
            found_row = article_row(article, taken.reading.place.site, row["capture"], row["captured_at"])
            if like is None or like.has_story(
                found_row["title"], found_row["text"], found_row["published_at"]
            ):
                row["article"] = found_row["article"]
                articles.add(found_row)
                said.articles += 1
            else:
                row["reason"] = "another-story"
        if row["reason"] is not None:
            said.without[row["reason"]] += 1
        captures.add(row)
    return captures, articles


def _capture_row(stored: Stored, taken: Taken) -> dict[str, Any]:
    capture, place, ref = taken.capture, taken.reading.place, stored.ref
    at = place.archived_at or utc(capture.captured_at)
    request = stored.request
    return {
        "capture": schema.number("capture", capture.url, at, ref.record_id, capture.payload_digest or ""),
        "url": capture.url,
        "site": place.site,
        "captured_at": at,
        "status": capture.status,
        "mime": mime(capture.header("content-type")),
        "charset": taken.reading.charset,
        "via": place.via,
        "reason": taken.reading.reason or (None if taken.article else "no-article"),
        "payload_digest": capture.payload_digest,
        "sha256": capture.sha256,
        "record_id": ref.record_id,
        "warc_file": ref.file,
        "warc_offset": ref.offset,
        "warc_length": ref.length,
        "request_offset": request.offset if request else None,
        "request_length": request.length if request else None,
        "day": schema.day_of(at),
    }


def article_row(article: Article, site: str, capture: int, captured_at: str) -> dict[str, Any]:
    """The row of an article, with its day, its text and the grams that find its copies."""
    text = prepared(0, article.title, article.text, None)
    row = {field: getattr(article, field, None) for field in schema.ARTICLES.names}
    return row | {
        "article": schema.article_number(article.url),
        "capture": capture,
        "captured_at": captured_at,
        "site": site,
        "text_id": schema.number("text", article.text),
        "folded_id": schema.number("folded", text.folded),
        "length": len(text.folded),
        "notes": json.dumps([[note.kind, note.detail] for note in article.notes], ensure_ascii=False),
        "day": schema.day_of(article.published_at),
        "text": article.text,
        "grams": numbers(text),
    }


class Rows:
    """Rows that become a table; they are packed a few hundred at a time."""

    def __init__(self, of: pa.Schema) -> None:
        self._schema = of
        self._waiting: list[dict[str, Any]] = []
        self._packed: list[pa.RecordBatch] = []

    def add(self, row: dict[str, Any]) -> None:
        """Add a row; missing values are NULL."""
        self._waiting.append(row)
        if len(self._waiting) >= CHUNK:
            self._pack()

    def table(self) -> pa.Table:
        """The table of all rows."""
        self._pack()
        return pa.Table.from_batches(self._packed, self._schema)

    def _pack(self) -> None:
        self._packed.append(pa.RecordBatch.from_pylist(self._waiting, self._schema))
        self._waiting = []


class PackedRows:
    """The rows of a file just read, which become one Parquet file.

    Each run of rows is sorted and packed alone, so that a file of any number of articles takes little memory. The tasks
    of days read the row groups that may have their rows, wherever these stand.
    """

    def __init__(self, of: pa.Schema, order: Sequence[str], rows: int) -> None:
        """`order` are the columns that sort a run, `rows` the rows of a row group."""
        self._schema, self._group = of, rows
        self._order = [(name, "ascending") for name in order]
        self._rows, self._number = Rows(of), 0
        self._buffer = BytesIO()
        self._writer = pq.ParquetWriter(self._buffer, of, compression="zstd", write_page_checksum=True)
        self.days: set[str] = set()

    def add(self, row: dict[str, Any]) -> None:
        """Add a row; missing values are NULL."""
        self._rows.add(row)
        self.days.add(row["day"])
        self._number += 1
        if self._number >= A_RUN:
            self._end_run()

    def content(self) -> bytes:
        """The file of all rows."""
        self._end_run()
        self._writer.close()
        return self._buffer.getvalue()

    def _end_run(self) -> None:
        self._writer.write_table(self._rows.table().sort_by(self._order), row_group_size=self._group)
        self._rows, self._number = Rows(self._schema), 0


def capture_runs() -> PackedRows:
    """The captures of a file, sorted so that each part of a day reads few beside its own."""
    return PackedRows(READ_CAPTURES, ("day", "capture"), ROWS)


def article_runs() -> PackedRows:
    """The articles of a file, sorted so that each part of a day reads few beside its own."""
    return PackedRows(READ_ARTICLES, ("day", "folded_id", "article", "captured_at", "capture"), A_DAY)
