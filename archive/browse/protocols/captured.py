"""The captures that a protocol may name: whole answers to GET, each at its page's own address and time."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.kinds import Via
from archive.urlkey import captured_address, key

MOST = 10_000
"""Captures of one address that are looked through."""

COLUMNS = (
    "c.id, c.urlkey, coalesce(c.archived_at, c.captured_at) AS at, c.url AS original, c.original_url, c.archived_at,"
    " CASE WHEN c.via = 'commoncrawl' THEN NULL WHEN c.status = 304 THEN o.mime ELSE c.mime END AS mime,"
    " CASE WHEN c.via = 'commoncrawl' THEN NULL WHEN c.status = 304 THEN o.status ELSE c.status END AS status,"
    " c.payload_digest AS digest, c.warc_length AS length, c.warc_file AS filename, c.warc_offset AS offset,"
    " c.revisit_of IS NOT NULL AS is_revisit, c.via"
)
# a web archive's own refusals, and its redirects to the nearest capture, say nothing of the page at that time
SHOWN = (
    "c.method = 'GET' AND c.via <> 'rendered' AND c.warc_file IS NOT NULL AND c.status IS NOT NULL"
    " AND (c.status <> 304 OR c.revisit_of IS NOT NULL)"
    " AND (c.archived_at IS NULL OR c.status BETWEEN 200 AND 308)"
    " AND (c.via <> 'commoncrawl' OR c.status IN (200, 206))"
)
TABLES = "captures c LEFT JOIN captures o ON o.id = c.revisit_of"


@dataclass(frozen=True, slots=True)
class ListedCapture:
    """A capture as a protocol names it. `at` is ISO 8601 UTC; `status` is None where only the record knows it."""

    id: int
    urlkey: str
    at: str
    original: str
    mime: str | None
    status: int | None
    digest: str | None
    length: int | None
    filename: str | None
    offset: int | None
    is_revisit: bool
    via: Via

    @property
    def timestamp(self) -> str:
        """Fourteen digits."""
        return digits(self.at)


def found(row: Iterable[Any]) -> ListedCapture:
    """The capture of a row of COLUMNS."""
    number, urlkey, at, url, original_url, archived_at, *others, is_revisit, via = row
    address = captured_address(url, original_url, archived_at)
    values = (number, urlkey, at, address, *others, bool(is_revisit), via)
    return ListedCapture(*values)


def of_address(conn: sqlite3.Connection, url: str) -> list[ListedCapture]:
    """Every capture of an address, oldest first, MOST of them."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE c.urlkey = ? AND {SHOWN} ORDER BY at, c.id LIMIT ?",
        [key(url), MOST],
    )
    return [found(row) for row in rows]


def nearest(captures: list[ListedCapture], url: str, moment: datetime) -> ListedCapture | None:
    """The capture nearest to a time; of several at one time the one of this very address."""
    return min(
        captures,
        key=lambda one: (abs((time_of(one.at) - moment).total_seconds()), one.original != url, -one.id),
        default=None,
    )


def digits(at: str) -> str:
    """Fourteen digits, from ISO 8601."""
    return re.sub(r"\D", "", at)[:14].ljust(14, "0")


def time_of(at: str) -> datetime:
    """The second of an ISO time in UTC; the first of all for what is no time."""
    try:
        return datetime.strptime(digits(at), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # another tool's record may say anything
        return datetime.min.replace(tzinfo=UTC)


def moment_of(timestamp: str) -> datetime | None:
    """The time that 1 to 14 digits mean, its first second; None where there is no such time."""
    padded = timestamp + "00000101000000"[len(timestamp) :]
    try:
        return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
