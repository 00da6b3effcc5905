"""The captures that the protocols list: whole responses to GET, with the page's own address and time."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.kinds import Via
from archive.urlkey import captured_address, key

MOST = 10_000
"""Captures of one address that are read, at most."""

COLUMNS = (
    "c.id, c.urlkey, coalesce(c.archived_at, c.captured_at) AS at, c.url AS original, c.original_url, c.archived_at,"
    " CASE WHEN c.via = 'commoncrawl' THEN NULL WHEN c.status = 304 THEN o.mime ELSE c.mime END AS mime,"
    " CASE WHEN c.via = 'commoncrawl' THEN NULL WHEN c.status = 304 THEN o.status ELSE c.status END AS status,"
    " c.payload_digest AS digest, c.warc_length AS length, c.warc_file AS filename, c.warc_offset AS offset,"
    " c.revisit_of IS NOT NULL AS is_revisit, c.via"
)
# left out: errors of another web archive and its redirects to the nearest capture, which do not show the page
SHOWN = (
    "c.method = 'GET' AND c.via <> 'rendered' AND c.warc_file IS NOT NULL AND c.status IS NOT NULL"
    " AND (c.status <> 304 OR c.revisit_of IS NOT NULL)"
    " AND (c.archived_at IS NULL OR c.status BETWEEN 200 AND 308)"
    " AND (c.via <> 'commoncrawl' OR c.status IN (200, 206))"
)
TABLES = "captures c LEFT JOIN captures o ON o.id = c.revisit_of"


@dataclass(frozen=True, slots=True)
class ListedCapture:
    """A capture in the form of the protocols. `at` is ISO 8601 UTC; `status` is None if only the WARC record has it."""

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
        """The time of the capture as fourteen digits."""
        return digits(self.at)


def found(row: Iterable[Any]) -> ListedCapture:
    """The capture from a row of COLUMNS."""
    number, urlkey, at, url, original_url, archived_at, *others, is_revisit, via = row
    address = captured_address(url, original_url, archived_at)
    values = (number, urlkey, at, address, *others, bool(is_revisit), via)
    return ListedCapture(*values)


def of_address(conn: sqlite3.Connection, url: str) -> list[ListedCapture]:
    """The captures of an address, the oldest first, at most MOST."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE c.urlkey = ? AND {SHOWN} ORDER BY at, c.id LIMIT ?",
        [key(url), MOST],
    )
    return [found(row) for row in rows]


def nearest(captures: list[ListedCapture], url: str, moment: datetime) -> ListedCapture | None:
    """The capture nearest to a time; of several equally near, one with exactly this address. None for no captures."""
    return min(
        captures,
        key=lambda one: (abs((time_of(one.at) - moment).total_seconds()), one.original != url, -one.id),
        default=None,
    )


def digits(at: str) -> str:
    """An ISO 8601 time as fourteen digits."""
    return re.sub(r"\D", "", at)[:14].ljust(14, "0")


def time_of(at: str) -> datetime:
    """An ISO time in UTC, to the second; the earliest possible time for a text that is no time."""
    try:
        return datetime.strptime(digits(at), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # another tool's record may say anything
        return datetime.min.replace(tzinfo=UTC)


def moment_of(timestamp: str) -> datetime | None:
    """The first second of the time that 1 to 14 digits name; None if there is no such time."""
    padded = timestamp + "00000101000000"[len(timestamp) :]
    try:
        return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
