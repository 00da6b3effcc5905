"""Index lines by which replay tools find records: one a capture, sorted by address and time.

Source: CDXJ 0.1.0 (specs.webrecorder.net/cdxj); addresses are put in order as pywb and cdxj-indexer do, so that their
look-ups find them (tests compare with the index those tools make).
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from archive.view.store import Store

_WWW = re.compile(r"www\d*\.")
_SESSIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(.*)jsessionid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)phpsessid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)sid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)ASPSESSIONID[a-z]{8}=[a-z]{24}(?:&(.*))?$",
        r"^(.*)cfid=[^&]+&cftoken=[^&]+(?:&(.*))?$",
    )
)
_PORTS = {"http": 80, "https": 443}
_UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


@dataclass(frozen=True, slots=True)
class Entry:
    """A capture as an index names it; `offset` and `length` are bytes of the file `filename`."""

    url: str
    captured_at: str
    mime: str
    status: int
    digest: str
    filename: str
    offset: int
    length: int

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
        return f"{key(self.url)} {timestamp(self.captured_at)} {json.dumps(told)}\n"


def entries(store: Store) -> Iterator[Entry]:
    """Every capture that answered, in the files where they stand."""
    rows = store.conn.execute(
        "SELECT url, captured_at, CASE WHEN revisit_of IS NULL THEN coalesce(mime, 'unk') ELSE 'warc/revisit' END,"
        " status, coalesce(payload_digest, '-'), warc_file, warc_offset, warc_length"
        " FROM captures WHERE status IS NOT NULL ORDER BY id"
    )
    yield from (Entry(*row) for row in rows)


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


def key(url: str) -> str:
    """The address in the form that indexes are sorted by: `cn,com,people,paper)/rmrb/html`.

    Scheme, `www.`, session ids, case, order of the query's words and a last slash make no difference.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # "http://[", a port that is no number: records may hold any address
        return _escaped(url.encode("utf-8", "surrogateescape")).lower()
    named = ",".join(reversed(_WWW.sub("", _ascii(host).strip("."), count=1).split(".")))
    if port is not None and port != _PORTS.get(parts.scheme):
        named += f":{port}"
    path = _path(parts.path).lower()
    query = _query(parts.query)
    return f"{named}){path}{'?' + query if query else ''}"


def _ascii(host: str) -> str:
    try:
        return host.lower().encode("ascii").decode()
    except UnicodeEncodeError:
        pass
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:  # no name that can be looked up, but a record has it
        return _escaped(host.encode("utf-8", "surrogateescape")).lower()


def _path(path: str) -> str:
    """The path without dots, doubled slashes and a last slash, escaped once."""
    kept: list[bytes] = []
    words = _unescaped(path).split(b"/")[1:]
    for word in words:
        if word == b".." and kept:
            kept.pop()
        elif word not in (b".", b""):
            kept.append(word)
    return _escaped(b"/" + b"/".join(kept))


def _query(query: str) -> str:
    plain = _escaped(_unescaped(query))
    for pattern in _SESSIONS:
        match = pattern.match(plain)
        if match:
            plain = match[1] + (match[2] or "")
    words = [tuple(word.split("=", 1)) for word in plain.lower().split("&")]
    return "&".join("=".join(word) for word in sorted(words))


def _unescaped(text: str) -> bytes:
    """Percent signs undone until none is left."""
    plain = text.encode("utf-8", "surrogateescape")
    while (undone := unquote_to_bytes(plain)) != plain:
        plain = undone
    return plain


def _escaped(plain: bytes) -> str:
    return quote_from_bytes(plain, safe=_UNESCAPED)
