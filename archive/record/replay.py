"""Replay of a capture from its record: digests are checked, scripts are removed, and the network is never used."""

import base64
import sqlite3
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from archive.capture import Ref
from archive.errors import Damaged
from archive.record.enclosed import enclosed
from archive.record.exchanges import http_block
from archive.record.files import locate, open_file
from archive.record.http import Message, parse
from archive.record.reader import Record, read
from archive.urlkey import captured_address, key, unwrapped
from extract.page.address import joined
from extract.page.harmless import Quiet, quieted
from extract.page.page import Charset, Page, decode
from extract.page.stand_ins import Surroundings
from extract.picture import media_type

MAX_PICTURE_BYTES = 8 << 20
MAX_INLINED_BYTES = 24 << 20
_FONTS = ("font/", "application/font", "application/x-font")
SOURCE_SHOWN = 200_000
"""How many characters are shown of the source of a page that was given up."""


@dataclass(frozen=True, slots=True)
class ReplayedCapture:
    """A capture read from its record, digests checked.

    `message` is the server's answer; for a revisit it has the payload of the earlier record. None where no answer came.
    """

    record: Record
    message: Message | None

    @property
    def content_type(self) -> str:
        """Content-Type as received; empty if there is none."""
        return (self.message.header("content-type") or "") if self.message else ""


def held(conn: sqlite3.Connection, folder: Path, capture_id: int) -> ReplayedCapture:
    """The capture read from its WARC. Raises Damaged, naming the place, if the record is missing or was changed."""
    record = read(folder, _ref(conn, capture_id))
    if record.kind not in ("response", "revisit", "resource"):
        return ReplayedCapture(record, None)
    message = parse(http_block(record))
    if record.kind != "revisit":
        return ReplayedCapture(record, message)
    original = conn.execute("SELECT revisit_of FROM captures WHERE id = ?", [capture_id]).fetchone()[0]
    if original is None:
        return ReplayedCapture(record, message)
    earlier = parse(http_block(read(folder, _ref(conn, original))))
    if message.status is None:  # other tools' revisits may keep no head
        return ReplayedCapture(record, earlier)
    headers = earlier.headers if message.header("content-type") is None else message.headers
    whole = replace(message, headers=headers, payload=earlier.payload, body=earlier.body, notes=earlier.notes)
    return ReplayedCapture(record, whole)


def answered(conn: sqlite3.Connection, folder: Path, capture_id: int) -> Message | None:
    """The answer of the page's own server, also from inside a piece of a crawl's WARC file; None where no answer came.

    For a page found unchanged (304) it is the earlier answer. Raises Damaged like held().
    """
    seen = held(conn, folder, capture_id)
    message = seen.message
    if message is None:
        return None
    via = conn.execute("SELECT via FROM captures WHERE id = ?", [capture_id]).fetchone()[0]
    inner = enclosed(message.payload) if via == "commoncrawl" else None
    if inner is not None:
        return parse(inner.block)
    return replace(message, status=200) if message.status == 304 and message.payload else message


def charset_of(seen: ReplayedCapture, read_in: str | None) -> Charset | None:
    """The charset decision for a page that was read in the encoding `read_in`; None where there is no page."""
    if seen.message is None or read_in is None:
        return None
    unaided = _page(seen, "", None).charset
    return unaided if unaided.name == read_in else _page(seen, "", read_in).charset


def raw_record(conn: sqlite3.Connection, folder: Path, capture_id: int) -> bytes:
    """The bytes of the capture's record, exactly as in the WARC. Raises Damaged like held()."""
    ref = _ref(conn, capture_id)
    read(folder, ref)  # so that only what is that record is handed out, whatever file the database names
    with open_file(locate(folder, ref.file)) as file:
        file.seek(ref.offset)
        return file.read(ref.length)


def can_be_shown(seen: ReplayedCapture) -> bool:
    """Whether snapshot() can show the capture."""
    if seen.message is None:
        return False
    kind = _kind(seen)
    return _is_picture(kind) or kind.startswith("text/") or _is_xml(kind) or _page(seen, "", None).is_html


def snapshot(conn: sqlite3.Connection, folder: Path, capture_id: int, room: str) -> str | None:
    """The page as harmless HTML, to be shown in a sandbox; None where the capture cannot be shown.

    `room` is the address under which captures are shown. A link leads there where the archive holds its target.
    """
    seen = held(conn, folder, capture_id)
    if seen.message is None or not can_be_shown(seen):
        return None
    kind = _kind(seen)
    if _is_picture(kind):
        return f'<!DOCTYPE html><meta charset="utf-8"><img alt="" src="{_data_uri(kind, seen.message.body)}">'
    found = _quieted(conn, folder, capture_id, seen, room)
    return found if isinstance(found, str) else found.html


def parts(
    conn: sqlite3.Connection, folder: Path, capture_id: int, seen: ReplayedCapture
) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """The parts that the capture's snapshot names: the address, or what it was inside the page, and if it is held.

    Behind them the page's troubles: why these may not be all.
    """
    if not can_be_shown(seen) or _is_picture(_kind(seen)):
        return (), ()
    found = _quieted(conn, folder, capture_id, seen, "", for_account=True)
    return ((), ()) if isinstance(found, str) else (found.parts, found.troubles)


def _quieted(
    conn: sqlite3.Connection,
    folder: Path,
    capture_id: int,
    seen: ReplayedCapture,
    room: str,
    *,
    for_account: bool = False,
) -> Quiet | str:
    """The quiet page with its parts; what is no page, or was given up, as text."""
    address, original_url, archived_at, captured_at, charset = conn.execute(
        "SELECT url, original_url, archived_at, captured_at, charset FROM captures WHERE id = ?", [capture_id]
    ).fetchone()
    page = _page(seen, captured_address(address, original_url, archived_at), charset)
    if _was_given_up(conn, capture_id):
        return _as_text(page.text[:SOURCE_SHOWN])
    if _is_xml(_kind(seen)):
        return _as_text(page.text)
    around = _Surroundings(conn, folder, room, archived_at or captured_at, for_account=for_account)
    return quieted(page, around.shelf()) or _as_text(page.text)


def _was_given_up(conn: sqlite3.Connection, capture_id: int) -> bool:
    """Whether the reading of this page was given up before. A visitor's click must not repeat it."""
    row = conn.execute(
        "SELECT 1 FROM captures c JOIN captures same ON same.sha256 = c.sha256"
        " JOIN quarantine q ON q.capture_id = same.id WHERE c.id = ? AND q.reason = 'too-long' LIMIT 1",
        [capture_id],
    ).fetchone()
    return row is not None


def _kind(seen: ReplayedCapture) -> str:
    return seen.content_type.partition(";")[0].strip().lower()


def _is_picture(kind: str) -> bool:
    return kind.startswith("image/") and kind != "image/svg+xml"


def _is_xml(kind: str) -> bool:
    return kind.endswith("/xml") or (kind.endswith("+xml") and "html" not in kind)


def _page(seen: ReplayedCapture, url: str, charset: str | None) -> Page:
    return Page(url, seen.message.body if seen.message else b"", seen.content_type, hinted_charset=charset)


class _Surroundings:
    """The captures of a page's links and pictures that are nearest in time to `captured_at`."""

    def __init__(
        self, conn: sqlite3.Connection, folder: Path, room: str, captured_at: str, *, for_account: bool
    ) -> None:
        self._for_account = for_account
        self._conn = conn
        self._folder = folder
        self._room = room
        self._captured_at = captured_at
        self._left = MAX_INLINED_BYTES
        self._seen: dict[str, str | None] = {}

    def shelf(self) -> Surroundings:
        return Surroundings(self._link, self._picture, self._style)

    def _nearest(self, url: str, hops: int = 3, *, is_part: bool = False) -> int | None:
        """The capture nearest in time, also behind redirects.

        If a part of a page is wanted, captures of web pages come last.
        """
        row = self._conn.execute(
            "SELECT id, status, location FROM captures WHERE urlkey = ? AND method = 'GET' AND truncated IS NULL"
            " AND (status BETWEEN 200 AND 303 OR status IN (307, 308) OR revisit_of IS NOT NULL)"
            " ORDER BY ? AND status = 200 AND coalesce(mime, '') LIKE '%html%',"
            " abs(julianday(coalesce(archived_at, captured_at)) - julianday(?)), id LIMIT 1",
            [key(url), is_part, self._captured_at],
        ).fetchone()
        if row is None or not row[2] or not 300 < (row[1] or 0) < 309 or row[1] == 304:
            return row[0] if row else None
        target = joined(url, row[2])
        behind = unwrapped(target)
        if not hops or not target:
            return None
        return self._nearest(behind[1] if behind else target, hops - 1, is_part=is_part)

    def _link(self, url: str) -> str | None:
        found = self._nearest(url)
        return f"{self._room}/capture/{found}" if found else None

    def _picture(self, url: str) -> str | None:
        """The picture as a data: address, each time it is named; the record is read once."""
        if url not in self._seen:
            self._seen[url] = self._picture_read(url)
        elif (again := self._seen[url]) is not None:
            if len(again) > self._left:
                return None
            self._left -= len(again)
        return self._seen[url]

    def _picture_read(self, url: str) -> str | None:
        found = self._body(url)
        if found is None:
            return None
        declared, body = found
        declared = declared.partition(";")[0].strip().lower()
        # a drawing is shown as a picture: nothing in it runs or is fetched there
        kind = declared if declared.startswith(_FONTS) else media_type(body, declared)
        return _data_uri(kind, b"" if self._for_account else body) if kind else None

    def _style(self, url: str) -> str | None:
        found = self._body(url)
        if found is None:
            return None
        kind, body = found
        is_sheet = not kind or kind.lower().startswith("text/css")  # browsers read one without a type too
        return decode(body, kind)[0] if is_sheet else None

    def _body(self, url: str) -> tuple[str, bytes] | None:
        """Content type and body of the capture of an address, if it is small enough for the page."""
        found = self._nearest(url, is_part=True)
        if found is None:
            return None
        try:
            seen = held(self._conn, self._folder, found)
        except Damaged:  # a picture that is lost leaves the page without it, as a missing one does
            return None
        if seen.message is None or len(seen.message.body) > min(MAX_PICTURE_BYTES, self._left):
            return None
        self._left -= len(seen.message.body)
        return seen.content_type, seen.message.body


def _ref(conn: sqlite3.Connection, capture_id: int) -> Ref:
    row = conn.execute(
        "SELECT warc_file, warc_offset, warc_length, record_id, sha256 FROM captures WHERE id = ?",
        [capture_id],
    ).fetchone()
    if row is None or None in tuple(row)[:4]:
        raise Damaged(f"capture {capture_id}: the database names no record for it")
    return Ref(*row)


def _as_text(text: str) -> str:
    return f'<!DOCTYPE html><meta charset="utf-8"><pre style="white-space:pre-wrap">{escape(text)}</pre>'


def _data_uri(kind: str, body: bytes) -> str:
    plain_kind = kind if all(c.isalnum() or c in "/+-." for c in kind) else "application/octet-stream"
    return f"data:{plain_kind};base64,{base64.b64encode(body).decode('ascii')}"
