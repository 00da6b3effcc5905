"""The table captures: one row for each exchange, and the searches for an earlier one."""

from typing import Any
from urllib.parse import urljoin

from archive.capture import Capture, Ref
from archive.place import Place
from archive.view.database import OpenDatabase, utc


class Captures(OpenDatabase):
    """Rows of captures."""

    def add_capture(self, capture: Capture, place: Place, charset: str | None) -> int:
        """Insert a capture; return its id."""
        revisit_of = self.capture_of_record(capture.revisit_of_id) if capture.revisit_of_id else None
        return self._insert("captures", **capture_row(capture, place, charset), revisit_of=revisit_of)

    def capture_of_record(self, record_id: str) -> int | None:
        """The capture a WARC record became."""
        row = self.conn.execute("SELECT id FROM captures WHERE record_id = ?", [record_id]).fetchone()
        return row[0] if row else None

    def original_of(self, payload_digest: str) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the first whole response with this payload, never a revisit.

        Only one that stands in the archive's own folder: files ingested in place may go away.
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE payload_digest = ? AND revisit_of IS NULL"
            " AND status = 200 AND truncated IS NULL AND via <> 'rendered' AND warc_file NOT LIKE '/%'"
            " ORDER BY id LIMIT 1",
            [payload_digest],
        ).fetchone()
        return row

    def ref_of(self, record_id: str) -> Ref | None:
        """Where the record of a capture stands."""
        row = self.conn.execute(
            "SELECT warc_file, warc_offset, warc_length, record_id FROM captures WHERE record_id = ?",
            [record_id],
        ).fetchone()
        return Ref(*row) if row else None

    def last_original(self, url: str) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the response that holds the last whole payload of an address."""
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT o.record_id, o.url, o.captured_at FROM captures c JOIN captures o"
            " ON o.id = coalesce(c.revisit_of, c.id) WHERE c.url = ? AND c.status IN (200, 304)"
            " AND c.truncated IS NULL AND o.status = 200 AND c.via <> 'rendered' ORDER BY c.id DESC LIMIT 1",
            [url],
        ).fetchone()
        return row

    def original_at(self, url: str, captured_at: str, before: int | None) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the response that a revisit names by address and second only.

        Only one with an id below `before`, where that is given.
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE url = ?1 AND revisit_of IS NULL"
            " AND substr(captured_at, 1, 19) = substr(?2, 1, 19) AND (?3 IS NULL OR id < ?3) ORDER BY id LIMIT 1",
            [url, captured_at, before],
        ).fetchone()
        return row

    def original_with(self, payload_digest: str, before: int | None) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the first whole response with a payload, wherever it stands.

        For revisits of other tools that name nothing but the digest. `before` as in original_at().
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE payload_digest = ?1 AND revisit_of IS NULL"
            " AND status = 200 AND truncated IS NULL AND (?2 IS NULL OR id < ?2) ORDER BY id LIMIT 1",
            [payload_digest, before],
        ).fetchone()
        return row

    def holds(self, url: str) -> bool:
        """Whether the address was fetched whole already, redirects followed."""
        return self.led_to(url)[1]

    def led_to(self, url: str) -> tuple[str, bool]:
        """Where the redirects end that the archive holds of an address, and whether a page was fetched whole there."""
        for _ in range(5):
            row = self.conn.execute(
                "SELECT status, location FROM captures WHERE url = ? AND truncated IS NULL"
                " AND (status = 200 OR (status BETWEEN 300 AND 308 AND status <> 304 AND location IS NOT NULL))"
                " ORDER BY status LIMIT 1",
                [url],
            ).fetchone()
            if row is None:
                return url, False
            if row[0] == 200:
                return url, True
            url = urljoin(url, row[1])
        return url, False


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
        "location": capture.header("location"),
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
    }


def mime(content_type: str | None) -> str | None:
    """The media type of a Content-Type value, lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower() or None if content_type else None
