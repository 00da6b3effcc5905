"""Times of publication as spans: what a page prints to the day may be any minute of it."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def span(published_at: str | None) -> tuple[datetime, datetime] | None:
    """The first and last moment that a published_at may mean, in UTC; None where it is missing or no time.

    A time without a zone is Beijing's.
    """
    if not published_at:
        return None
    try:
        start = datetime.fromisoformat(published_at)
    except ValueError:
        return None
    if start.tzinfo is None:
        start = start.replace(tzinfo=BEIJING)
    length = timedelta(days=1) if len(published_at) <= 10 else timedelta(0)
    try:
        return start.astimezone(UTC), (start + length).astimezone(UTC)
    except OverflowError:  # year 1 or 9999
        return None


def delay(origin: str | None, copy: str | None) -> timedelta | None:
    """How long after the origin a copy came out; None where either is unknown, or the days leave it open."""
    first, second = span(origin), span(copy)
    if first is None or second is None:
        return None
    if first[0] == first[1] and second[0] == second[1]:
        return second[0] - first[0]
    # one of them is only a day: whole days apart is all that can be said
    days = (second[0].astimezone(BEIJING).date() - first[0].astimezone(BEIJING).date()).days
    return timedelta(days=days) if days else None


def days_of(conn: sqlite3.Connection, condition: str, parameters: list[object]) -> dict[str, int]:
    """How many of the articles that meet an SQL condition came out on each day, in order, days without any too.

    By month where they span more than 120 days, by year above ten years.
    """
    rows = conn.execute(
        f"SELECT substr(published_at, 1, 10), count(*) FROM articles WHERE {condition}"
        " AND published_at IS NOT NULL GROUP BY 1 ORDER BY 1",
        parameters,
    ).fetchall()
    counts = {row[0]: row[1] for row in rows if _day(row[0])}
    if not counts:
        return {}
    first, last = _day(min(counts)), _day(max(counts))
    if first is None or last is None:
        return {}
    days = (last - first).days
    if days <= 120:
        return {
            key: counts.get(key, 0)
            for key in ((first + timedelta(n)).date().isoformat() for n in range(days + 1))
        }
    width = 7 if days <= 3660 else 4
    grouped: dict[str, int] = {}
    for key, count in counts.items():
        grouped[key[:width]] = grouped.get(key[:width], 0) + count
    return grouped


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
