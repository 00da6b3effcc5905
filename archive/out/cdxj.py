"""CDXJ index for replay tools: one line for each capture, sorted by address and time.

Source: CDXJ 0.1.0 (specs.webrecorder.net/cdxj).
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, BinaryIO

from archive.urlkey import captured_address, key
from archive.view.store import Store

SELECT = (
    "SELECT url, captured_at, CASE WHEN revisit_of IS NULL THEN coalesce(mime, 'unk') ELSE 'warc/revisit' END,"
    " status, coalesce(payload_digest, '-'), warc_file, warc_offset, warc_length, method,"
    # what another archive replayed is the page's; its refusals and its way to another time stay its own
    " CASE WHEN via = 'wayback' AND status BETWEEN 200 AND 308 THEN archived_at END, original_url"
)
"""The columns that indexed() takes."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A capture in the index. `offset` and `length` are in bytes, in the file `filename`.

    A capture by another method than GET has a key of its own and names the method, as in cdxj-indexer.
    """

    url: str
    captured_at: str
    mime: str
    status: int
    digest: str
    filename: str
    offset: int
    length: int
    method: str = "GET"

    def line(self) -> str:
        """The line of the index, with its line end."""
        fields = {
            "url": self.url,
            "mime": self.mime,
            "status": str(self.status),
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.filename,
        }
        url = self.url
        if self.method != "GET":  # else a replay tool would show this response as the page
            fields["method"] = self.method
            url += f"{'&' if '?' in url else '?'}__wb_method={self.method}"
        return f"{key(url)} {timestamp(self.captured_at)} {json.dumps(fields)}\n"


def indexed(row: Sequence[Any]) -> list[IndexEntry]:
    """The entries of a row of SELECT.

    A capture replayed from another archive is first listed under its own address and time.
    """
    url, captured_at, *others, archived_at, original_url = row
    found = IndexEntry(url, captured_at, *others)
    if archived_at is None:
        return [found]
    own = captured_address(url, original_url, archived_at)
    return [replace(found, url=own, captured_at=archived_at), found]


def entries(store: Store) -> Iterator[IndexEntry]:
    """The index entries of every capture with a response, in order of number."""
    rows = store.conn.execute(f"{SELECT} FROM captures WHERE status IS NOT NULL ORDER BY id")
    yield from chain.from_iterable(map(indexed, rows))


def write_cdxj(file: BinaryIO, store: Store) -> int:
    """Write the index of the whole archive, sorted by bytes. Returns the number of lines."""
    count = 0
    with closing(sqlite3.connect("")) as lines:  # a temporary file, not memory: an index can be large
        lines.execute("CREATE TABLE lines (line TEXT)")
        lines.executemany("INSERT INTO lines VALUES (?)", ((entry.line(),) for entry in entries(store)))
        for (line,) in lines.execute("SELECT line FROM lines ORDER BY line"):
            file.write(line.encode())
            count += 1
    return count


def timestamp(moment: str) -> str:
    """An ISO 8601 time in UTC as fourteen digits."""
    return re.sub(r"\D", "", moment)[:14]
