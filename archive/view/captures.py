"""The table captures: one row for each exchange, and the searches for an earlier one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.capture import Capture, Ref
from archive.place import Place
from archive.record.identity import keys_like
from archive.urlkey import captured_address, key
from archive.view.database import OpenDatabase, utc
from extract.page.address import joined
from extract.page.blocked import gate, sends_back

PLACE = "warc_file, warc_offset, warc_length, record_id, sha256"
"""The columns from which a Ref is made."""
FOR_GOOD = (301, 308)
"""Redirects after which the new address is to be asked; the others are for the moment."""


@dataclass(frozen=True, slots=True)
class RepeatableCapture:
    """A capture that a later one may repeat; `revisit_of` is the key of the one that it repeats itself."""

    ref: Ref
    url: str
    captured_at: str
    status: int | None
    payload_digest: str | None
    stated_digest: str | None
    revisit_of: str | None
    is_whole: bool

    @property
    def answers(self) -> bool:
        """Whether the capture is a whole page; a revisit counts with the page that it repeats."""
        return self.is_whole and self.status == 200

    @property
    def is_page(self) -> bool:
        """Whether the capture's own record holds a whole page."""
        return self.answers and self.revisit_of is None


MOST_STEPS = 20  # of a chain of redirects, as in browsers
LATEST = 500  # the number of latest captures that are searched for the redirects of one chain


class Captures(OpenDatabase):
    """Rows of captures."""

    def add_capture(self, capture: Capture, place: Place, charset: str | None) -> int:
        """Insert a capture; return its id."""
        revisit_of = self.capture_of_record(capture.revisit_of_id) if capture.revisit_of_id else None
        return self._insert("captures", **capture_row(capture, place, charset), revisit_of=revisit_of)

    def capture_of_record(self, record_id: str) -> int | None:
        """The capture made of a WARC record."""
        row = self.conn.execute("SELECT id FROM captures WHERE record_id = ?", [record_id]).fetchone()
        return row[0] if row else None

    def original_of(self, payload_digest: str) -> RepeatableCapture | None:
        """The first whole response with this payload, never a revisit.

        Only responses in the archive's own folder count: files ingested in place may be removed.
        """
        found = self._held(
            "payload_digest = ? AND revisit_of IS NULL AND status = 200 AND truncated IS NULL AND via <> 'rendered'"
            " AND warc_file NOT LIKE '%/%' ORDER BY id LIMIT 1",
            payload_digest,
        )
        return next(found, None)

    def ref_of(self, record_id: str) -> Ref | None:
        """The place of a capture's record."""
        row = self.conn.execute(f"SELECT {PLACE} FROM captures WHERE record_id = ?", [record_id]).fetchone()
        return Ref(*row) if row else None

    def last_original(self, url: str, before: int | None = None) -> RepeatableCapture | None:
        """The response with the latest whole payload of an address. `before` as in named()."""
        found = self._held(
            "id = (SELECT o.id FROM captures c JOIN captures o ON o.id = coalesce(c.revisit_of, c.id)"
            " WHERE c.url = ?1 AND c.status IN (200, 304) AND c.truncated IS NULL AND o.status = 200"
            " AND c.via <> 'rendered' AND c.method = 'GET' AND (?2 IS NULL OR c.id < ?2) ORDER BY c.id DESC LIMIT 1)",
            url,
            before,
        )
        return next(found, None)

    def named(self, record_id: str, before: int | None) -> Iterator[RepeatableCapture]:
        """The captures whose records have this id; several if a tool gave one id to several records.

        With `before`, only captures whose own number is lower.
        """
        yield from self._held("record_id = ?1 AND (?2 IS NULL OR id < ?2)", record_id, before)
        yield from self._held(
            "record_id GLOB ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id", keys_like(record_id), before
        )

    def fetched_at(self, url: str, captured_at: str, before: int | None) -> Iterator[RepeatableCapture]:
        """The captures of an address within one second. `before` as in named()."""
        yield from self._held(
            "url = ?1 AND substr(captured_at, 1, 19) = substr(?2, 1, 19) AND (?3 IS NULL OR id < ?3) ORDER BY id",
            url,
            captured_at,
            before,
        )

    def with_digest(self, digest: str, before: int | None) -> Iterator[RepeatableCapture]:
        """The first whole responses with this payload digest, either our own digest or the one that the record states.

        For revisits of other tools that name only the digest. `before` as in named().
        """
        for column in ("payload_digest", "stated_digest"):
            yield from self._held(
                f"{column} = ?1 AND revisit_of IS NULL AND status = 200 AND truncated IS NULL"
                " AND (?2 IS NULL OR id < ?2) ORDER BY id LIMIT 1",
                digest,
                before,
            )

    def _held(self, where: str, *values: object) -> Iterator[RepeatableCapture]:
        rows = self.conn.execute(
            f"SELECT {PLACE}, url, captured_at, status, payload_digest, stated_digest,"
            " (SELECT record_id FROM captures o WHERE o.id = captures.revisit_of),"
            f" truncated IS NULL AND method = 'GET' FROM captures WHERE {where}",
            values,
        ).fetchall()
        yield from (RepeatableCapture(Ref(*row[:5]), *row[5:]) for row in rows)

    def redirected_from(self, url: str) -> str | None:
        """The address that redirected to this one in the latest captures; None if there is none."""
        rows = self.conn.execute(
            "SELECT url, location FROM captures WHERE id > (SELECT max(id) FROM captures) - ?"
            " AND status BETWEEN 300 AND 308 AND location IS NOT NULL ORDER BY id DESC",
            [LATEST],
        )
        return next((before for before, location in rows if joined(before, location) == url), None)

    def sent_on(self, url: str, run_id: str | None) -> bool:
        """Whether an address answered in a run with a page or a redirect (status 200 to 308)."""
        row = self.conn.execute(
            "SELECT 1 FROM captures WHERE url = ? AND run_id IS ? AND status BETWEEN 200 AND 308 LIMIT 1",
            [url, run_id],
        ).fetchone()
        return row is not None

    def sends_for_now(self, url: str) -> bool:
        """Whether the latest answer of an address is a temporary redirect."""
        row = self.conn.execute(
            "SELECT status FROM captures WHERE url = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1", [url]
        ).fetchone()
        return row is not None and 300 < row[0] <= 308 and row[0] not in (*FOR_GOOD, 304)

    def lists_sent_to(self, site: str, since: str, until: str) -> Iterator[str]:
        """The targets of temporary redirects of a site's lists within a span of time.

        A list is an address that answered with a page before, and never with an article.
        """
        rows = self.conn.execute(
            "SELECT DISTINCT c.url, c.location FROM captures c WHERE c.site = ? AND c.captured_at BETWEEN ? AND ?"
            " AND c.status IN (302, 303, 307) AND c.location IS NOT NULL"
            " AND EXISTS (SELECT 1 FROM captures b WHERE b.url = c.url AND b.status = 200 AND b.id < c.id)"
            " AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.url = c.url)"
            " AND NOT EXISTS (SELECT 1 FROM captures b JOIN quarantine q ON q.capture_id = b.id WHERE b.url = c.url)",
            [site, since, until],
        )
        yield from (joined(url, location) for url, location in rows)

    def moved_to(self, url: str) -> str:
        """The new address of an article that moved for good (301, 308); for other addresses the address itself."""
        row = self.conn.execute(
            "SELECT 1 FROM sightings s JOIN articles a ON a.id = s.article_id WHERE a.url = ?"
            " AND s.state = 'moved' LIMIT 1",
            [url],
        ).fetchone()
        for _ in range(5 if row else 0):
            status, location = self.conn.execute(
                "SELECT status, location FROM captures WHERE url = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1",
                [url],
            ).fetchone() or (None, None)
            target = joined(url, location) if location and status in FOR_GOOD else None
            if not target:
                return url
            url = target
        return url

    def was_fetched(self, url: str) -> bool:
        """Whether the address was fetched whole already, redirects followed."""
        return self.led_to(url)[1]

    def led_to(self, url: str) -> tuple[str, bool]:
        """The last address of the redirects that the archive holds, and whether a whole page was fetched there."""
        for _ in range(MOST_STEPS):
            row = self.conn.execute(
                "SELECT status, location FROM captures WHERE url = ? AND method = 'GET'"
                " AND (truncated IS NULL OR EXISTS (SELECT 1 FROM articles a WHERE a.url = captures.url))"
                " AND (status = 200 OR (status = 206 AND EXISTS (SELECT 1 FROM articles a WHERE a.url = captures.url))"
                " OR (status BETWEEN 300 AND 308 AND status <> 304 AND location IS NOT NULL))"
                " ORDER BY status LIMIT 1",
                [url],
            ).fetchone()
            if row is None:
                return url, False
            if row[0] in (200, 206):
                return url, True
            target = joined(url, row[1])
            if not target or self._is_gate(url, target):  # "http://[": a redirect to nowhere
                return url, False
            url = target
        return url, False

    def _is_gate(self, url: str, target: str) -> bool:
        """Whether a redirect leads to a gate: a form that was fetched there is not the page behind it."""
        if not (gate(url, target) or sends_back(url, target)):
            return False
        return self.conn.execute("SELECT 1 FROM articles WHERE url = ?", [target]).fetchone() is None


def capture_row(capture: Capture, place: Place, charset: str | None) -> dict[str, Any]:
    """The columns of `captures`, but for id and revisit_of."""
    ref = capture.ref
    return {
        "url": capture.url,
        "site": place.site,
        "run_id": capture.run_id,
        "captured_at": utc(capture.captured_at),
        "status": capture.status,
        "mime": mime(capture.header("content-type")),
        "charset": charset,
        "via": place.via,
        "original_url": place.original_url,
        "archived_at": place.archived_at,
        "archived_digest": place.archived_digest or capture.archived_digest,
        "location": capture.location,
        "etag": capture.header("etag"),
        "last_modified": capture.header("last-modified"),
        "warc_file": ref.file if ref else None,
        "warc_offset": ref.offset if ref else None,
        "warc_length": ref.length if ref else None,
        "record_id": ref.record_id if ref else None,
        "payload_digest": capture.payload_digest,
        "sha256": capture.sha256,
        "truncated": capture.truncated,
        "failure": capture.failure,
        "method": capture.method,
        "stated_digest": capture.stated_digest,
        "urlkey": key(captured_address(capture.url, place.original_url, place.archived_at)),
    }


def mime(content_type: str | None) -> str | None:
    """The media type of a Content-Type value, lower case, without parameters; None for a word that is no type."""
    # a proxy joins two header lines by a comma
    named = content_type.partition(";")[0].partition(",")[0].strip().lower() if content_type else ""
    return named if "/" in named else None
