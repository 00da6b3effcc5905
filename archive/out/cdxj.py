"""Index lines by which replay tools find records: one a capture, sorted by address and time.

Source: CDXJ 0.1.0 (specs.webrecorder.net/cdxj).
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from archive.urlkey import key
from archive.view.store import Store

SELECT = (
    "SELECT url, captured_at, CASE WHEN revisit_of IS NULL THEN coalesce(mime, 'unk') ELSE 'warc/revisit' END,"
    " status, coalesce(payload_digest, '-'), warc_file, warc_offset, warc_length, method"
)
"""What an IndexEntry is made of, in the order of its fields."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A capture as an index names it; `offset` and `length` are bytes of the file `filename`.

    An answer to another method than GET stands under a key of its own and names the method, as cdxj-indexer has it.
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
        """One line of the index, its end included."""
        told = {
            "url": self.url,
            "mime": self.mime,
            "status": str(self.status),
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.filename,
        }
        url = self.url
        if self.method != "GET":  # else a replay tool shows it in place of the page
            told["method"] = self.method
            url += f"{'&' if '?' in url else '?'}__wb_method={self.method}"
        return f"{key(url)} {timestamp(self.captured_at)} {json.dumps(told)}\n"


def entries(store: Store) -> Iterator[IndexEntry]:
    """Every capture that answered, in the files where they stand."""
    rows = store.conn.execute(f"{SELECT} FROM captures WHERE status IS NOT NULL ORDER BY id")
    yield from (IndexEntry(*row) for row in rows)


def write_cdxj(file: BinaryIO, store: Store) -> int:
    """The index of the whole archive, sorted by bytes; how many lines."""
    count = 0
    with closing(sqlite3.connect("")) as lines:  # a temporary file, not memory: an index can be large
        lines.execute("CREATE TABLE lines (line TEXT)")
        lines.executemany("INSERT INTO lines VALUES (?)", ((entry.line(),) for entry in entries(store)))
        for (line,) in lines.execute("SELECT line FROM lines ORDER BY line"):
            file.write(line.encode())
            count += 1
    return count


def timestamp(moment: str) -> str:
    """Fourteen digits, from ISO 8601 UTC."""
    return re.sub(r"\D", "", moment)[:14]
