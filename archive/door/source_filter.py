"""The filter by source 来源: which pages of a site a run keeps, and how the record notes the pages passed over."""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from archive.capture import Capture
from archive.place import SiteBook
from archive.record.exchanges import Remark
from archive.view.store import Store, utc
from extract.article import Article, is_own
from extract.script.fold import fold

MARK = "passedOver"
"""The metadata line with the reason why a page was fetched, read and not kept."""
NUMBER = re.compile("[0-9]{1,15}")
NOT_OF_INTEREST: Final = "not-of-interest"
"""The reason: the page names other media than those looked for."""


@dataclass(frozen=True, slots=True)
class Interest:
    """The media whose texts a run looks for.

    A page is of interest if it names one of them, in either script, alone or within a longer name (人民网－人民日报).
    With `sourceless`, a page is also of interest if it names no medium, or only 本站原创 (own work) or 网络 (the net).
    """

    media: tuple[str, ...]
    sourceless: bool = True

    def wants(self, names: Iterable[str]) -> bool:
        """Whether a page that names these media is of interest."""
        found = [name for name in names if fold(name)]
        if any(fold(medium) in fold(name) for name in found for medium in self.media):
            return True
        return self.sourceless and all(is_own(name) for name in found)

    def __str__(self) -> str:
        return ",".join(self.media) + ("" if self.sourceless else ", named")


@dataclass(frozen=True, slots=True)
class Passed:
    """The record's note of a page that was fetched and read, and is not of interest.

    `names` are the media that it names, `wanted` the media looked for; digest and length are those of the payload.
    """

    url: str
    run_id: str
    names: tuple[str, ...]
    wanted: str
    title: str | None
    published_at: str | None
    characters: int
    status: int
    payload_digest: str
    payload_length: int
    extractor: str

    @classmethod
    def made(cls, capture: Capture, article: Article, interest: Interest, payload_length: int) -> Self:
        """The note of a page that names no medium of interest."""
        return cls(
            capture.url,
            capture.run_id or "",
            article.claims,
            str(interest),
            article.title,
            article.published_at,
            len(article.text),
            capture.status or 0,
            capture.payload_digest or "",
            payload_length,
            article.extractor,
        )

    @classmethod
    def of(cls, remark: Remark) -> Self | None:
        """The passed-over page in a metadata record of ours; None where the record names none."""
        said = remark.fields
        numbers = [said.get(name, "") for name in ("characters", "status", "payloadLength")]
        names = _names(said.get("names", "[]"))
        if MARK not in said or names is None or not all(map(NUMBER.fullmatch, numbers)):
            return None
        characters, status, length = map(int, numbers)
        return cls(
            remark.url,
            said.get("run", ""),
            names,
            said.get("wanted", ""),
            said.get("title"),
            said.get("publishedAt"),
            characters,
            status,
            said.get("payloadDigest", ""),
            length,
            said.get("extractor", ""),
        )

    def fields(self) -> dict[str, str]:
        """The lines of its metadata record."""
        lines = {
            MARK: NOT_OF_INTEREST,
            "run": self.run_id,
            "names": json.dumps(self.names, ensure_ascii=False),
            "wanted": self.wanted,
            "title": self.title or "",
            "publishedAt": self.published_at or "",
            "characters": str(self.characters),
            "status": str(self.status),
            "payloadDigest": self.payload_digest,
            "payloadLength": str(self.payload_length),
            "extractor": self.extractor,
        }
        # as they are read back: a record's lines have single blanks
        return {name: " ".join(value.split()) for name, value in lines.items() if value}


def _names(content: str) -> tuple[str, ...] | None:
    """The names in a record's list; None where the value is no such list."""
    try:
        names = json.loads(content)
    except (ValueError, RecursionError):
        return None
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if is_list else None


def keep_passed(store: Store, sites: SiteBook, remark: Remark, passed: Passed) -> None:
    """Write the row of a page that was passed over, and count it for its run; inside Store.commit."""
    written = store.conn.execute(
        "INSERT OR IGNORE INTO passed_over (url, site, run_id, seen_at, title, published_at, characters, names, wanted,"
        " status, payload_digest, bytes, extractor, warc_file, warc_offset, warc_length, record_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        passed_row(store, sites, remark, passed),
    )
    run_id = _run_of(store, passed)
    if not written.rowcount or run_id is None:  # read twice, or of a file whose beginning is lost
        return
    site = sites.place(passed.url, remark.at.date()).site
    counts = {
        "bytes": passed.payload_length,
        "answered": 1,
        "passed_over": 1,
        "pages_read": 1,
        "with_title": int(bool(passed.title)),
        "with_date": int(passed.published_at is not None),
        "with_source": int(bool(passed.names)),
        "characters": passed.characters,
    }
    store.count_run(run_id, {"bytes": passed.payload_length})
    store.count_site(run_id, site, remark.at, counts)


def passed_row(store: Store, sites: SiteBook, remark: Remark, passed: Passed) -> list[object]:
    """The columns of `passed_over`, but for id."""
    return [
        passed.url,
        sites.place(passed.url, remark.at.date()).site,
        _run_of(store, passed),
        utc(remark.at),
        passed.title,
        passed.published_at,
        passed.characters,
        json.dumps(passed.names, ensure_ascii=False),
        passed.wanted,
        passed.status,
        passed.payload_digest,
        passed.payload_length,
        passed.extractor,
        remark.ref.file,
        remark.ref.offset,
        remark.ref.length,
        remark.ref.record_id,
    ]


def _run_of(store: Store, passed: Passed) -> str | None:
    row = store.conn.execute("SELECT id FROM runs WHERE id = ?", [passed.run_id]).fetchone()
    return row[0] if row else None


def passed_by_run(conn: sqlite3.Connection) -> dict[str, int]:
    """How many pages each run passed over; runs without such pages are left out."""
    return dict(
        conn.execute(
            "SELECT run_id, sum(passed_over) FROM run_sites GROUP BY run_id HAVING sum(passed_over) > 0"
        )
    )


def names_passed(store: Store, url: str) -> tuple[str, ...] | None:
    """The media that the page at an address (redirects followed) named when it was passed over last; None if never."""
    row = store.conn.execute(
        "SELECT names FROM passed_over WHERE url = ? ORDER BY id DESC LIMIT 1", [store.led_to(url)[0]]
    ).fetchone()
    return tuple(json.loads(row[0])) if row else None
