"""The capture page: one look at one address, read from the record and checked against the record's digests."""

import sqlite3
from typing import Any

from archive.browse.pages import calendar
from archive.browse.visit import File, Refusal, Visit, is_too_slow, json_bytes
from archive.errors import Damaged
from archive.record import replay
from extract.picture import media_type

PICTURES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"))
"""Types of pictures that a browser may show unchanged. SVG is not among them: it can hold a script."""


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The capture whose number is in the address, with the calendar of its address.

    With status 410 if the record is gone or damaged.
    """
    capture = _row(conn, visit)
    values = _capture(conn, visit, capture)
    try:  # last: where the server's time is over, the capture itself is shown
        return {**values, **calendar.of_capture(conn, capture)}
    except sqlite3.OperationalError as error:
        if not is_too_slow(error):
            raise
        return {**values, "calendar": None, "calendar_is_slow": True}


def _capture(conn: sqlite3.Connection, visit: Visit, capture: sqlite3.Row) -> dict[str, Any]:
    """The capture with its article, its record and the parts of its page."""
    number = [capture["id"]]
    values = {
        "capture": capture,
        "article": conn.execute("SELECT * FROM articles WHERE capture_id = ?", number).fetchone(),
        "quarantine": conn.execute("SELECT * FROM quarantine WHERE capture_id = ?", number).fetchall(),
        "leads_to": _leads_to(conn, capture),
    }
    try:
        held = replay.held(conn, visit.warc, capture["id"])
    except Damaged as damage:
        return {**values, "status": 410, "damage": visit.reason_without_paths(damage), "held": None}
    try:
        parts, troubles = replay.parts(conn, visit.warc, capture["id"], held)
    except sqlite3.OperationalError as error:
        if not is_too_slow(error):
            raise
        parts, troubles = (), ("slow",)  # more parts than the server's time allows to look up
    lacking = [address for address, is_held in parts if not is_held]
    return {
        **values,
        "held": held,
        "damage": None,
        "parts": (len(parts) - len(lacking), len(parts)) if parts else None,
        "lacking": lacking,
        "troubles": troubles,
        "shown": replay.can_be_shown(held),
        "charset": replay.charset_of(held, capture["charset"]),
    }


def snapshot_page(conn: sqlite3.Connection, visit: Visit) -> File:
    """The archived page without its scripts, for the sandboxed frame. Raises Refusal if there is no page to show."""
    capture = _row(conn, visit)
    try:
        shown = replay.snapshot(conn, visit.warc, capture["id"], visit.room)
    except Damaged as damage:
        raise Refusal(410, "record-gone", visit.reason_without_paths(damage)) from damage
    if shown is None:
        raise Refusal(404, "nothing-to-see", capture["mime"] or "")
    name = f"capture-{capture['id']}.html"
    return File(shown.encode("utf-8", "replace"), name, "text/html; charset=utf-8", "inline")


def record(conn: sqlite3.Connection, visit: Visit) -> File:
    """The WARC record, byte for byte as in the WARC file. Raises Refusal if it is gone or damaged."""
    capture = _row(conn, visit)
    try:
        raw = replay.raw_record(conn, visit.warc, capture["id"])
    except Damaged as damage:
        raise Refusal(410, "record-gone", visit.reason_without_paths(damage)) from damage
    packed = raw.startswith(b"\x1f\x8b")
    name = f"capture-{capture['id']}.warc{'.gz' if packed else ''}"
    return File(raw, name, "application/gzip" if packed else "application/warc")


def headers(conn: sqlite3.Connection, visit: Visit) -> File:
    """The headers of the WARC record and of the response, as text."""
    capture, held = _held(conn, visit)
    lines = [f"{name}: {value}" for name, value in held.record.fields]
    if held.message:
        lines += ["", f"{held.message.version} {held.message.status} {held.message.reason}"]
        lines += [f"{name}: {value}" for name, value in held.message.headers]
    text = "\n".join(lines) + "\n"
    return File(
        text.encode("utf-8", "replace"), f"capture-{capture['id']}.txt", "text/plain; charset=utf-8", "inline"
    )


def body(conn: sqlite3.Connection, visit: Visit) -> File:
    """The body of the response, with transfer and content codings removed."""
    capture, held = _held(conn, visit)
    if held.message is None:
        raise Refusal(404, "nothing-to-see", capture["failure"] or "")
    return File(held.message.body, f"capture-{capture['id']}.bin", "application/octet-stream")


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The capture's row as JSON."""
    capture = _row(conn, visit)
    name = f"capture-{capture['id']}.json"
    return File(json_bytes(dict(capture)), name, "application/json; charset=utf-8", "inline")


def picture(conn: sqlite3.Connection, visit: Visit) -> File:
    """The bytes of a picture that is held, for a page that shows it. Raises Refusal for other captures."""
    capture, held = _held(conn, visit)
    declared = held.content_type.partition(";")[0].strip().lower()
    kind = media_type(held.message.body, declared) if held.message else None
    if held.message is None or kind not in PICTURES:
        raise Refusal(404, "nothing-to-see", capture["mime"] or "")
    return File(held.message.body, f"capture-{capture['id']}", kind, "inline")


def _leads_to(conn: sqlite3.Connection, capture: sqlite3.Row) -> int | None:
    """The number of the first capture of a redirect's target after the redirect; None if there is none."""
    if not capture["location"]:
        return None
    row = conn.execute(
        "SELECT id FROM captures WHERE url = ? AND id > ? ORDER BY id LIMIT 1",
        [capture["location"], capture["id"]],
    ).fetchone()
    return row[0] if row else None


def _row(conn: sqlite3.Connection, visit: Visit) -> sqlite3.Row:
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM captures WHERE id = ?", [visit.number("id")]
    ).fetchone()
    if row is None:
        raise Refusal(404, "no-such-capture", visit.path["id"])
    return row


def _held(conn: sqlite3.Connection, visit: Visit) -> tuple[sqlite3.Row, replay.ReplayedCapture]:
    capture = _row(conn, visit)
    try:
        return capture, replay.held(conn, visit.warc, capture["id"])
    except Damaged as damage:
        raise Refusal(410, "record-gone", visit.reason_without_paths(damage)) from damage
