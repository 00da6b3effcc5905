"""Conditional requests: the validators of an address, and the capture that a 304 confirms."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from archive.errors import Damaged
from archive.record.files import is_elsewhere
from archive.record.http import Message
from archive.record.replay import held

MOST_304 = 9
"""Times in a row that a server's 304 is believed; the next look takes the page whole: some caches say it for ever."""
REFUSES_CONDITION = frozenset({400, 405, 406, 409, 412, 417, 422, 428, 500, 501, 505})
"""What servers answer that cannot do with a condition: the page is then asked for once more, without one."""
A_DAY = timedelta(days=1)
FIRST_PAGE = 1991


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators (ETag, Last-Modified) of an address's latest whole answer, the capture `capture_id`."""

    capture_id: int
    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """The header lines of a conditional request. Source: RFC 9110, 13.1."""
        lines = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in lines.items() if value}


def validators(conn: sqlite3.Connection, url: str) -> Validators | None:
    """The validators for a conditional request; None where there is no whole answer or the server sent no validators.

    Answers in other tools' files are not used: the file may be gone when a 304 comes.
    """
    row = conn.execute(
        "SELECT c.id, c.etag, c.last_modified, o.warc_file, c.captured_at FROM captures c"
        " JOIN captures o ON o.id = coalesce(c.revisit_of, c.id)"
        " WHERE c.url = ? AND c.status = 200 AND c.truncated IS NULL AND c.via <> 'rendered' AND c.method = 'GET'"
        " ORDER BY c.id DESC LIMIT 1",
        [url],
    ).fetchone()
    if row is None or not (row[1] or row[2]) or row[3] is None or is_elsewhere(row[3]):
        return None
    if is_no_moment(row[2], row[4]) or _vouched(conn, url, row[0]) >= MOST_304:
        return None
    return Validators(row[0], row[1], row[2])


def is_no_moment(last_modified: str | None, captured_at: str) -> bool:
    """Whether Last-Modified is impossible: after the capture, or before the web existed.

    Such a server does not know its versions and may answer 304 for ever.
    """
    try:
        said = parsedate_to_datetime(last_modified or "")
    except ValueError:
        return False
    said = said.replace(tzinfo=said.tzinfo or UTC)
    return said.year < FIRST_PAGE or said > datetime.fromisoformat(captured_at) + A_DAY


def _vouched(conn: sqlite3.Connection, url: str, capture_id: int) -> int:
    """How often an address has answered 304 since its latest whole answer."""
    row = conn.execute(
        "SELECT count(*) FROM captures WHERE url = ? AND id > ? AND status = 304", [url, capture_id]
    ).fetchone()
    return int(row[0])


def drawn(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the archive holds the page as a browser drew it."""
    row = conn.execute("SELECT 1 FROM captures WHERE url = ? AND via = 'rendered' LIMIT 1", [url]).fetchone()
    return row is not None


def reads_as_article(conn: sqlite3.Connection, url: str) -> bool:
    """Whether an article was read from the page at an address."""
    return conn.execute("SELECT 1 FROM articles WHERE url = ?", [url]).fetchone() is not None


def holds_piece(conn: sqlite3.Connection, url: str, original_url: str, archived_at: str) -> bool:
    """Whether the archive holds the page that the WARC file at `url` has of an address at a time (ISO 8601 UTC)."""
    row = conn.execute(
        "SELECT 1 FROM captures WHERE url = ? AND original_url = ? AND archived_at = ? LIMIT 1",
        [url, original_url, archived_at],
    ).fetchone()
    return row is not None


def answer_of(conn: sqlite3.Connection, warcs: Path, capture_id: int) -> Message | None:
    """The server's answer in a capture, read from the record; None where it cannot be read whole."""
    try:
        return held(conn, warcs, capture_id).message
    except Damaged:  # `scrapy verify` names the damage; the address is then asked without a condition
        return None
