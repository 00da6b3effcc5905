"""Stored records become exchanges again, so that stored and live captures are read by the same code."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO, Protocol

from archive.capture import Exchange, Ref
from archive.record.drafts import NOT_MODIFIED, Original
from archive.record.faults import is_http_message, is_markup
from archive.record.files import is_foreign
from archive.record.identity import key_of_another
from archive.record.parsing.dates import warc_date
from archive.record.parsing.segments import CONTINUATION
from archive.record.reader import Belief, Damage, Record, records
from archive.remote.files import WarcFile

Watch = Callable[[Iterable[Record | Damage]], Iterator[Record | Damage]]


class RecordSource(Protocol):
    """A function that yields the records of a file, as records() does; it may have them read by other processes."""

    def __call__(
        self, path: WarcFile, *, name: str | None = None, start: int = 0, end: int | None = None
    ) -> Iterator[Record | Damage]:
        """The records and damages of the file, in order."""
        ...


_NOT_MODIFIED = NOT_MODIFIED.rpartition("/")[2]
_PAGES = {"text/html", "application/xhtml+xml"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TRUNCATED = {"length", "time", "disconnect", "unspecified"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One exchange read from a WARC file.

    From our own files, `exchange` has all its fields; from another tool's file, it has the fields that the file states.
    The response is the block of the response record. For a revisit, the response is the head (or 304) in its record. A
    `resource` record holds a page without HTTP head: see http_block().
    `ref`, `request` and `metadata` are as in Written. `repeats` is the response that a revisit refers to. `warcinfo`
    holds the fields of the file's first record; `run_id` is its field `run`. `digest` is the payload digest that the
    record states.
    """

    exchange: Exchange
    ref: Ref
    request: Ref | None
    metadata: Ref | None
    digest: str | None
    repeats: Original | None
    is_not_modified: bool
    warcinfo: Mapping[str, str]
    key: str = ""
    """A name made with a digest. It distinguishes this exchange from another whose record has the same id."""
    segments: tuple[Ref, ...] = ()
    """The places of the further segments, where a response was written in several."""

    @property
    def run_id(self) -> str | None:
        """The run that our own writer named; None for files of other tools."""
        return self.warcinfo.get("run")

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The places of its records, each once. A fetch that got no byte has its metadata record as `ref`."""
        found = [ref for ref in (self.request, self.metadata) if ref is not None and ref != self.ref]
        return (self.ref, *self.segments, *found)


@dataclass(frozen=True, slots=True)
class Remark:
    """A metadata record that belongs to no exchange. Writer.append_metadata writes such records."""

    url: str
    at: datetime
    fields: Mapping[str, str]
    ref: Ref
    warcinfo: Mapping[str, str]

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The place of the record."""
        return (self.ref,)


@dataclass(frozen=True, slots=True)
class FileStart:
    """A warcinfo record."""

    ref: Ref
    warcinfo: Mapping[str, str]

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The place of the record."""
        return (self.ref,)


@dataclass(slots=True)
class _Group:
    """The records of one exchange that were read so far."""

    warcinfo: Mapping[str, str]
    members: dict[str, Record] = field(default_factory=dict)

    def takes(self, record: Record, role: str) -> bool:
        """Whether the record belongs to this exchange.

        It belongs where it names a record of the exchange (WARC-Concurrent-To), or a record of the exchange names it.
        It also belongs where no record names another and the URL is the same.
        """
        if not self.members:
            return True
        if role in self.members:
            return False
        ids = {member.ref.record_id for member in self.members.values()}
        named = _concurrent_to(record)
        naming = {name for member in self.members.values() for name in _concurrent_to(member)}
        if named & ids or record.ref.record_id in naming:
            return True
        is_silent = not named and not naming and "metadata" not in (role, *self.members)
        return is_silent and next(iter(self.members.values())).url == record.url


_ROLES = {
    "response": "response",
    "revisit": "response",
    "resource": "response",
    "request": "request",
    "metadata": "metadata",
}


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file: from byte `start` to byte `end` (None: to the end of the file).

    `names` are ids of the file's warcinfos, for a part that begins behind them. `is_broken`: a broken place stands
    before the part. `is_sealed`: the file was closed whole. `is_trusted`: records behind a broken place are believed,
    too; reader.Belief says why they usually are not.
    """

    start: int = 0
    end: int | None = None
    names: frozenset[str] = frozenset()
    is_broken: bool = False
    is_sealed: bool = False
    is_trusted: bool = False


def exchanges(
    path: WarcFile,
    *,
    name: str | None = None,
    span: ByteRange | None = None,
    watched: Watch = iter,
    source: RecordSource = records,
    belief: Belief | None = None,
) -> Iterator[Stored | Remark | FileStart | Damage]:
    """The exchanges of a file in the order of their first records; remarks, warcinfo records and damages between them.

    `source` yields the records. Each passes through `watched` before it is judged by `belief`, which is made from the
    span where none is given. Raises OSError where the file cannot be read.
    """
    span = span or ByteRange()
    found = watched(source(path, name=name, start=span.start, end=span.end))
    belief = belief or Belief(
        set(span.names), -1 if span.is_broken else None, path if span.is_sealed else None
    )
    return statements(found if span.is_trusted else belief.of(found))


def statements(found: Iterable[Record | Damage]) -> Iterator[Stored | Remark | FileStart | Damage]:
    """The exchanges, remarks, warcinfo records and damages that the records of a file make up.

    WARC-Concurrent-To connects request, response and metadata. Where a tool does not write it, neighbouring records
    with the same URL belong together. `conversion` and other kinds of records are skipped. Responses and resources that
    are not is_http() are skipped, too. A segment without its beginning is a Damage.
    """
    warcinfos: dict[str, Mapping[str, str]] = {}
    latest: Mapping[str, str] = {}
    group = _Group(latest)
    for record in found:
        role = _ROLES.get(record.kind) if isinstance(record, Record) else None
        if isinstance(record, Damage) or record.kind == "warcinfo":
            yield from _told(group)
            group = _Group(latest)
        if isinstance(record, Damage):
            yield record
        elif record.kind == CONTINUATION:
            reason = f"record {record.ref.record_id}: a further segment of a response that does not stand before it"
            yield Damage(record.ref.file, record.ref.offset, reason, record.ref.length, is_contained=True)
        elif record.kind == "warcinfo":
            latest = warcinfos[record.ref.record_id] = dict(warc_fields(record.block.read()))
            yield FileStart(record.ref, latest)
        elif role is not None:
            if not group.takes(record, role):
                yield from _told(group)
                group = _Group(latest)
            if not group.members:
                group.warcinfo = warcinfos.get(record.warcinfo_id, latest)
            group.members[role] = record
    yield from _told(group)


def end_of(item: Stored | Remark | FileStart) -> int:
    """The offset of the first byte behind the last of its records."""
    return max(ref.offset + ref.length for ref in item.refs)


def http_block(record: Record) -> BinaryIO:
    """The record's block as an HTTP response, at position 0.

    A `resource` record holds a page without its HTTP head. It gets a head with its Content-Type and status 200, as
    replay tools and their indexes assume. A `response` without a head gets one, too. Blocks of other records are
    returned unchanged.
    """
    record.block.seek(0)
    if record.kind == "revisit" or is_http_message(record):
        return record.block
    kind = "".join(c for c in record.get("Content-Type") or "" if c.isprintable())
    kind = kind if kind and "http" not in kind.lower() else "text/html"
    return BytesIO(page_block(kind, record.block.read()))


def page_block(kind: str, body: bytes) -> bytes:
    """A page without HTTP head as an HTTP response: status 200 and this Content-Type are put before it."""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode("latin-1", "replace") + body


def warc_fields(block: bytes) -> list[tuple[str, str]]:
    """The lines of an `application/warc-fields` block. A line that begins with a blank continues the line before."""
    fields: list[tuple[str, str]] = []
    for line in block.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon:
            fields.append((name.strip(), value.strip()))
    return fields


def _told(group: _Group) -> Iterator[Stored | Remark | Damage]:
    """A group's exchange, remark or damage; nothing for a lone request or a response that is not HTTP."""
    if not group.members:
        return
    response, request, metadata = (group.members.get(role) for role in ("response", "request", "metadata"))
    main = response or metadata or request
    if main is None or (response is not None and not is_http(response)):
        return
    at = warc_date(main.get("WARC-Date") or "")
    if at is None or not main.url or (response is not None and not _is_web(response)):
        reason = f"record {main.ref.record_id}: WARC-Date {main.get('WARC-Date')!r}, URL {main.url!r}"
        yield Damage(main.ref.file, main.ref.offset, reason, main.ref.length)
        return
    said = dict(warc_fields(metadata.block.read())) if metadata is not None and _is_fields(metadata) else {}
    if response is not None and not response.is_addressable:
        reason = (
            "one of several records in a gzip member, where no row can point to: unpack the file, ingest that"
        )
        yield Damage(main.ref.file, main.ref.offset, reason)
        return
    if response is None and "failure" not in said:
        if metadata is not None:
            yield Remark(main.url, at, said, main.ref, group.warcinfo)
        return
    yield Stored(
        exchange=_exchange(main, response, request, said, at),
        ref=main.ref,
        request=request.ref if request else None,
        metadata=metadata.ref if metadata else None,
        digest=main.get("WARC-Payload-Digest"),
        repeats=_original(main) if main.kind == "revisit" else None,
        is_not_modified=is_not_modified(main),
        warcinfo=group.warcinfo,
        key=key_of_another(main) if is_foreign(main.ref.file) else "",
        segments=main.rest,
    )


def _exchange(
    main: Record, response: Record | None, request: Record | None, said: dict[str, str], at: datetime
) -> Exchange:
    elapsed = said.pop("fetchTimeMs", "0")
    return Exchange(
        url=main.url or "",
        started_at=at,
        request=request.block.read() if request else b"",
        response=http_block(response) if response else None,
        elapsed_ms=int(elapsed) if elapsed.isascii() and elapsed.isdigit() else 0,
        ip_address=main.get("WARC-IP-Address"),
        protocols=tuple(main.values("WARC-Protocol")),
        cipher_suite=main.get("WARC-Cipher-Suite"),
        # a revisit's own truncation only says that its payload is elsewhere
        truncated=_truncated(main),
        failure=said.pop("failure", None),
        via=said.pop("via", None),
        metadata=said,
    )


def _truncated(record: Record) -> str | None:
    """Why a response was cut: the reason that its record states, or `length` where segments are missing."""
    stated = (record.get("WARC-Truncated") or "").lower()
    if record.kind != "response":
        return None
    if record.is_segmented and record.losses:
        return "length"
    return stated if stated in _TRUNCATED else "unspecified" if stated else None


def _original(record: Record) -> Original | None:
    """The response that a revisit refers to, as far as stated: some tools write only URL and date, or only a digest."""
    uri = record.get("WARC-Refers-To-Target-URI")
    url = None if uri is None else record.address(uri)
    at = warc_date(record.get("WARC-Refers-To-Date") or "")
    record_id = _bare(record.get("WARC-Refers-To") or "")
    return Original(record_id, url or "", at or datetime(1, 1, 1, tzinfo=UTC))


def is_http(record: Record) -> bool:
    """Whether a record has an http address, and for a response whether its block is an HTTP message or a page.

    True, too, for an HTTP response without any address: it becomes no capture, and that must be reported.
    """
    if not _is_web(record):
        has_address = _SCHEME.match(record.url or "") is not None
        return record.kind == "response" and not has_address and is_http_message(record)
    kind = (record.get("Content-Type") or "").partition(";")[0].strip().lower()
    if record.kind in ("resource", "revisit") or kind in _PAGES or not kind:
        return True
    return is_http_message(record) or is_markup(record)


def _is_web(record: Record) -> bool:
    return (record.url or "").lower().startswith(("http:", "https:"))


def is_not_modified(record: Record) -> bool:
    """Whether a revisit records a server's answer 304.

    The last word of the profile's address is the same in all WARC versions.
    """
    return record.kind == "revisit" and (record.get("WARC-Profile") or "").rstrip("/").endswith(_NOT_MODIFIED)


def _is_fields(record: Record) -> bool:
    return "warc-fields" in (record.get("Content-Type") or "")


def _concurrent_to(record: Record) -> set[str]:
    names = {_bare(value) for value in record.values("WARC-Concurrent-To")}
    if record.kind == "metadata":  # several tools let a metadata record refer instead
        names |= {_bare(value) for value in record.values("WARC-Refers-To")}
    return names


def _bare(record_id: str) -> str:
    return record_id.removeprefix("<").removesuffix(">")
