"""The chain from a sentence of an article to the bytes that a server sent, link by link."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.capture import Ref
from archive.errors import Damaged, WrongUse
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.digests import payload_of
from archive.record.exchanges import http_block
from archive.record.files import locate
from archive.record.http import head_of_revisit, parse, repeated
from archive.record.reader import Record, read, records
from archive.view.store import Store
from extract.page.page import Page
from extract.read import EXTRACTOR
from extract.read import read as read_page


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link of the chain; `is_sound` False where it does not hold."""

    name: str
    said: str
    is_sound: bool = True


@dataclass(frozen=True, slots=True)
class _Case:
    """The view's row of an article, and of the capture from which the sentence was read."""

    ref: Ref
    url: str
    title: str | None
    text: str
    extractor: str
    sentence: str
    capture_id: int
    capture_url: str
    captured_at: str
    archived_at: str | None
    via: Via
    revisit_of: int | None
    payload_digest: str
    sha256: str

    @property
    def seen_at(self) -> datetime:
        """The time at which the page was fetched, by us or by the web archive that holds it."""
        return datetime.fromisoformat(self.archived_at or self.captured_at)


def chain(
    store: Store, warcs: Path, sites: SiteBook, article_id: int, sentence: str | None = None
) -> list[ChainLink]:
    """The links from `sentence` (the article's first paragraph where None) down to the record's bytes.

    Raises WrongUse where there is no such article.
    """
    case = _case(store, article_id, sentence)
    by_us = "" if case.extractor == EXTRACTOR else f"; this one is {EXTRACTOR}"
    behind = f", a web archive's copy of {case.archived_at}" if case.archived_at else ""
    links = [
        ChainLink("article", f"{article_id}: {case.title or 'without a title'}"),
        ChainLink("address", case.url),
        _in_text(case.sentence, case.text),
        ChainLink("read by", f"extractor {case.extractor}{by_us}"),
        ChainLink(
            "capture", f"{case.capture_id}: {case.capture_url} at {case.captured_at}, via {case.via}{behind}"
        ),
    ]
    try:
        record = read(warcs, case.ref)
    except Damaged as error:
        return [*links, ChainLink("record", str(error), is_sound=False)]
    links += _record_links(warcs, record)
    if case.revisit_of is None:
        return links + _payload_links(case, record, record, sites)
    holder, repeats = _original(store, warcs, case.revisit_of)
    links.append(repeats)
    return links + (_payload_links(case, record, holder, sites) if holder else [])


def _case(store: Store, article_id: int, sentence: str | None) -> _Case:
    row = store.conn.execute(
        "SELECT url, title, text, extractor, capture_id FROM articles WHERE id = ?", [article_id]
    ).fetchone()
    if row is None:
        raise WrongUse(f"article {article_id}: the archive has no such article")
    url, title, text, extractor, capture_id = row
    wanted = sentence or text.split("\n", 1)[0]
    part = store.conn.execute(
        "SELECT capture_id FROM parts WHERE article_url = ? AND instr(text, ?) > 0 ORDER BY n", [url, wanted]
    ).fetchone()
    capture = store.conn.execute(
        "SELECT warc_file, warc_offset, warc_length, record_id,"
        " id, url, captured_at, archived_at, via, revisit_of, payload_digest, sha256 FROM captures WHERE id = ?",
        [part[0] if part else capture_id],
    ).fetchone()
    file, offset, length, record_id, *more = capture
    return _Case(
        Ref(file, offset, length, record_id, more[-1]), url, title, text, extractor, wanted, *capture[4:]
    )


def _in_text(wanted: str, text: str) -> ChainLink:
    at = text.find(wanted)
    shown = wanted if len(wanted) <= 60 else f"{wanted[:57]}…"
    if at < 0:
        return ChainLink("sentence", f"{shown!r} does not stand in the article's text", is_sound=False)
    return ChainLink("sentence", f"{shown!r}, characters {at} to {at + len(wanted)} of the text")


def _record_links(warcs: Path, record: Record) -> list[ChainLink]:
    """The links for the record's place and its facts about the fetch; reading the record checked its digests."""
    ref = record.ref
    protocols = ", ".join(record.values("WARC-Protocol")) or "protocol not told"
    cipher = record.get("WARC-Cipher-Suite")
    links = [
        ChainLink("record", f"{record.kind} {ref.record_id}"),
        ChainLink("file", f"{locate(warcs, ref.file)} at byte {ref.offset}, {ref.length} bytes"),
        ChainLink(
            "fetched",
            f"{record.get('WARC-Date')} from {record.get('WARC-IP-Address') or 'an address not told'}",
        ),
        ChainLink("connection", protocols + (f", cipher suite {cipher}" if cipher else "")),
        ChainLink("block", f"{record.get('WARC-Block-Digest') or 'no digest'}, the block agrees"),
    ]
    request = _request(warcs, record)
    if request is not None:
        first = request.block.readline().decode("latin-1").strip()
        links.append(ChainLink("request", f"{first} (at byte {request.ref.offset})"))
    return links


def _request(warcs: Path, record: Record) -> Record | None:
    """The link for the request to the response; its record is beside the response's."""
    path = locate(warcs, record.ref.file)
    following = records(path, name=record.ref.file, start=record.ref.offset + record.ref.length)
    beside = next(following, None)
    named = f"<{record.ref.record_id}>"
    if (
        isinstance(beside, Record)
        and beside.kind == "request"
        and named in beside.values("WARC-Concurrent-To")
    ):
        return beside
    return None


def _original(store: Store, warcs: Path, capture_id: int) -> tuple[Record | None, ChainLink]:
    """The link for the record with the payload that a revisit repeats."""
    row = store.conn.execute(
        "SELECT warc_file, warc_offset, warc_length, record_id, sha256 FROM captures WHERE id = ?",
        [capture_id],
    ).fetchone()
    try:
        record = read(warcs, Ref(*row))
    except Damaged as error:
        return None, ChainLink("repeats", str(error), is_sound=False)
    place = f"{locate(warcs, record.ref.file)} at byte {record.ref.offset}"
    return record, ChainLink("repeats", f"the payload of {record.ref.record_id}, {place}")


def _payload_links(case: _Case, record: Record, holder: Record, sites: SiteBook) -> list[ChainLink]:
    """The links for the payload's digests, the charset decision, and the reading made again."""
    payload = payload_of(http_block(holder))
    head = head_of_revisit(http_block(record), http_block(holder))
    message = repeated(head, parse(http_block(holder)).payload)
    page = Page(case.url, message.body, message.header("content-type"), case.seen_at)
    place = sites.place(case.capture_url, datetime.fromisoformat(case.captured_at).date())
    article = read_page(page, place.hints)
    charset = article.charset or page.charset.name
    declared = f"declared {page.charset.declared!r}" if page.charset.declared else "nothing declared"
    at = message.body.find(case.sentence.encode(charset, "replace"))
    where = f"the sentence begins at its byte {at}" if at >= 0 else "markup stands within the sentence"
    is_read = case.sentence in article.text
    digests_agree = (payload.sha1, payload.sha256) == (case.payload_digest, case.sha256)
    return [
        ChainLink(
            "payload", f"{payload.sha1}, sha256 {payload.sha256}, {payload.length} bytes", digests_agree
        ),
        ChainLink("body", f"{len(message.body)} bytes without Content-Encoding; {where}"),
        ChainLink("charset", f"{charset}, decided by {page.charset.reason} ({declared})"),
        ChainLink(
            "read again",
            "the sentence is in the text" if is_read else "the sentence is not in the text",
            is_read,
        ),
    ]
