"""The calendar of an address: its captures by year, month and day, as web archives show them."""

import json
import sqlite3
from calendar import monthcalendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MINYEAR, date
from itertools import groupby, pairwise
from typing import Any, Literal

from archive.browse.protocols.asked import WrongQuestion, web_address
from archive.browse.protocols.mementos import linked
from archive.browse.visit import Refusal, Visit
from archive.urlkey import captured_address, key

MOST = 10_000
"""Captures of one year that are read; a look every hour makes 8,784."""
LISTED = 300
"""Captures of one day that are listed."""

Mark = Literal["changed", "same", "leads", "none"]
"""What a capture found: new or changed bytes, those of before, another address, or no page."""
SIGNS: dict[Mark, str] = {"changed": "●", "same": "○", "leads": "→", "none": "×"}
_OF_STATE: dict[str, Mark] = {
    "new": "changed", "changed": "changed", "grown": "changed", "back": "changed", "same": "same",
    "redirected": "leads", "moved": "leads", "gone": "none", "soft-gone": "none", "blocked": "none", "failed": "none",
}  # fmt: skip
"""The mark of each state that a look at an article's address found."""
_AT = "coalesce(archived_at, captured_at)"
# an error of a web archive says nothing of the page
_OF_ADDRESS = (
    "urlkey = ? AND method = 'GET' AND (archived_at IS NULL OR status BETWEEN 200 AND 308)"
    " AND (via <> 'commoncrawl' OR status IN (200, 206))"
)


@dataclass(frozen=True, slots=True)
class MarkedCapture:
    """A capture with its time (ISO 8601 UTC) and what it found."""

    id: int
    at: str
    status: int | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day with captures."""

    date: str
    captures: tuple[MarkedCapture, ...]

    @property
    def marks(self) -> dict[Mark, int]:
        """The number of captures with each mark, in the order of SIGNS."""
        counted = Counter(one.mark for one in self.captures)
        return {mark: counted[mark] for mark in SIGNS if counted[mark]}


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month in weeks from Monday; a week has seven days, None outside the month."""

    number: int
    weeks: list[list[int | None]]
    days: Mapping[int, CalendarDay]
    """The days with captures, by their number in the month."""


@dataclass(frozen=True, slots=True)
class YearItem:
    """A year with its number of captures, or several years in a row that have none."""

    first: int
    last: int
    captures: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The captures of an address in one year, and the years in which it has any."""

    url: str
    year: int
    years: list[YearItem]
    months: list[CalendarMonth]
    is_cut: bool
    """Whether the year has more than MOST captures; those after them are not shown."""

    @property
    def quoted(self) -> str:
        """The address as the end of another address."""
        return linked(self.url)

    @property
    def total(self) -> int:
        """The captures of all years."""
        return sum(item.captures for item in self.years)

    def day(self, wanted: str) -> CalendarDay:
        """A day of the year by its ISO date; without captures if it has none."""
        found = (day for month in self.months for day in month.days.values() if day.date == wanted)
        return next(found, CalendarDay(wanted, ()))


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The calendar of the address in the address, and the captures of the day if one is named.

    Raises Refusal for a time that is none, and for an address that the archive does not hold.
    """
    when = visit.path["when"]
    day = _day_of(when)
    try:
        tail = visit.path["url"]
        url = web_address(f"{tail}?{visit.query}" if visit.query else tail)
    except WrongQuestion as wrong:
        raise Refusal(wrong.status, "no-web-address", str(wrong)[:300]) from wrong
    found = of_address(conn, url, day.year if day else None)
    if found is None:
        raise Refusal(404, "no-such-address", url[:300])
    chosen = found.day(day.isoformat()) if day and len(when) == 8 else None
    return {"calendar": found, "signs": SIGNS, "chosen": chosen, "listed": LISTED}


def of_capture(conn: sqlite3.Connection, capture: sqlite3.Row) -> dict[str, Any]:
    """The calendar of a capture's address in the capture's year, and the captures of its day if there are several.

    The calendar is None if the archive has no other capture of the address.
    """
    at = capture["archived_at"] or capture["captured_at"]
    url = captured_address(capture["url"], capture["original_url"], capture["archived_at"])
    found = of_address(conn, url, int(at[:4]) if at[:4].isdecimal() else None)
    if found is None or found.total < 2:
        return {"calendar": None}
    day = found.day(at[:10])
    chosen = day if len(day.captures) > 1 else None
    return {"calendar": found, "signs": SIGNS, "chosen": chosen, "listed": LISTED}


def of_address(conn: sqlite3.Connection, url: str, year: int | None) -> Calendar | None:
    """The calendar of an address in a year, or in its latest year; None if the archive has no capture of it."""
    counts = {
        int(text): n
        for text, n in conn.execute(
            f"SELECT substr({_AT}, 1, 4), count(*) FROM captures WHERE {_OF_ADDRESS} GROUP BY 1 ORDER BY 1",
            [key(url)],
        )
        if text.isdecimal() and int(text) >= MINYEAR
    }
    if not counts:
        return None
    year = year or max(counts)
    captures = _captures(conn, key(url), year)
    days = [
        CalendarDay(text, tuple(of_day))
        for text, of_day in groupby(captures[:MOST], key=lambda one: one.at[:10])
    ]
    return Calendar(
        url, year, _years(counts), [_month(year, n, days) for n in range(1, 13)], len(captures) > MOST
    )


def _day_of(when: str) -> date | None:
    """The first day of the time in the address: 2020, 202002 or 20200210. None for no time."""
    if not when:
        return None
    try:
        return date.fromisoformat(when + "0101"[len(when) - 4 :])
    except ValueError as error:
        raise Refusal(400, "not-a-date", when) from error


def _captures(conn: sqlite3.Connection, urlkey: str, year: int) -> list[MarkedCapture]:
    """The captures of one year, the oldest first; one more than MOST if there are more."""
    start, end = f"{year:04}", f"{year:04}~"
    rows = conn.execute(
        f"SELECT id, {_AT} AS at, status, payload_digest, via, original_url FROM captures"
        f" WHERE {_OF_ADDRESS} AND {_AT} BETWEEN ? AND ? ORDER BY at, id LIMIT ?",
        [urlkey, start, end, MOST + 1],
    ).fetchall()
    states = _states(conn, sorted({row["original_url"] for row in rows}), start, end)
    before = {
        is_rendered: conn.execute(
            f"SELECT payload_digest FROM captures WHERE {_OF_ADDRESS} AND {_AT} < ? AND status IN (200, 206)"
            f" AND (via = 'rendered') = ? ORDER BY {_AT} DESC, id DESC LIMIT 1",
            [urlkey, start, is_rendered],
        ).fetchone()
        for is_rendered in (False, True)
    }
    digests = {is_rendered: row[0] if row else None for is_rendered, row in before.items()}
    found = []
    for row in rows:
        mark = _OF_STATE.get(states.get(row["id"], "")) or _mark(row, digests[row["via"] == "rendered"])
        if row["status"] in (200, 206):
            digests[row["via"] == "rendered"] = row["payload_digest"]
        found.append(MarkedCapture(row["id"], row["at"], row["status"], mark))
    return found


def _mark(row: sqlite3.Row, before: str | None) -> Mark:
    """The mark of a capture from its status, and from the digest of the page before it."""
    status = row["status"] or 0
    if status in (200, 206):
        return "same" if before is not None and row["payload_digest"] == before else "changed"
    return "same" if status == 304 else "leads" if 300 <= status < 400 else "none"


def _states(conn: sqlite3.Connection, urls: list[str], start: str, end: str) -> dict[int, str]:
    """The state that each capture of these addresses found, if they are articles'."""
    rows = conn.execute(
        "SELECT s.capture_id, s.state FROM articles AS a JOIN sightings AS s ON s.article_id = a.id"
        " WHERE a.url IN (SELECT value FROM json_each(?)) AND s.seen_at BETWEEN ? AND ?",
        [json.dumps(urls), start, end],
    )
    return dict(rows.fetchall())


def _month(year: int, number: int, days: list[CalendarDay]) -> CalendarMonth:
    prefix = f"{year:04}-{number:02}-"
    weeks = [[day or None for day in week] for week in monthcalendar(year, number)]
    return CalendarMonth(
        number, weeks, {int(day.date[8:]): day for day in days if day.date.startswith(prefix)}
    )


def _years(counts: dict[int, int]) -> list[YearItem]:
    """The years from the first to the last; those in a row without captures are one item."""
    found = [YearItem(min(counts), min(counts), counts[min(counts)])]
    for before, year in pairwise(sorted(counts)):
        if year - before > 1:
            found.append(YearItem(before + 1, year - 1, 0))
        found.append(YearItem(year, year, counts[year]))
    return found
