"""What another archive replayed, as a record under the page's own address: readers look there for the page."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from archive.record.drafts import Original, member, place_lines, revisit_draft
from archive.record.exchanges import http_block
from archive.record.reader import Record


def packed_as_own(record: Record, url: str, at: str) -> bytes:
    """A revisit with the page's own address and time (ISO 8601), which repeats the record as it was taken.

    The record is one of ours: other tools' never come from another archive. The same record gives the same bytes: its
    id is made from that record's. A record that repeats another is followed to that one, for readers follow one step.
    """
    said, name = (
        ("WARC-Refers-To-", "WARC-Refers-To") if record.kind == "revisit" else ("WARC-", "WARC-Record-ID")
    )
    moment = datetime.fromisoformat(at)
    repeats = Original(
        _bare(record.get(name)),
        record.get(f"{said}Target-URI") or "",
        datetime.fromisoformat(record.get(f"{said}Date") or at),
    )
    draft = revisit_draft(
        f"urn:uuid:{uuid5(NAMESPACE_URL, record.ref.record_id)}",
        http_block(record),
        place_lines(url, moment, _bare(record.get("WARC-Warcinfo-ID"))),
        record.get("WARC-Payload-Digest") or "",
        repeats,
        is_not_modified=False,
    )
    return b"".join(member(draft))


def _bare(record_id: str | None) -> str:
    return (record_id or "").strip("<>")
