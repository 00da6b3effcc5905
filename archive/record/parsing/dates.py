"""Reading of WARC-Date in all forms that tools write."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_STANDARD = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)?)?)?", re.ASCII)
"""WARC 1.1 § 5.4; what else is read here is told as odd."""
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d\d)(?:-?(?P<day>\d{2,3})"
    r"(?:[Tt \x20_]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?:Z|z|GMT|UTC|UT|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?)?)?)?)?",
    re.ASCII,
)


@lru_cache(maxsize=64)  # a record's date is asked for four times, and a request has that of its response
def warc_date(text: str) -> datetime | None:
    """The time of a WARC-Date in UTC; a missing part counts as its first value. None where it is no date.

    The specification knows `Z` only. A date without a zone is read as UTC. Some tools write an offset, others the date
    form of HTTP. ClueWeb09 writes the day of the year in place of the day of the month (2009-03-65 is 6 March).
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return _as_in_http(text)
    said = {name: int(value) for name, value in match.groupdict().items() if value and value.isdigit()}
    east = timedelta(hours=said.get("hours", 0), minutes=said.get("minutes", 0))
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    try:
        day = _day(said["year"], said.get("month", 1), said.get("day", 1))
        clock = timedelta(
            hours=said.get("hour", 0),
            minutes=said.get("minute", 0),
            seconds=min(said.get("second", 0), 60),
            microseconds=int(fraction),
        )
        if clock > timedelta(days=1, seconds=1) or said.get("minute", 0) > 59 or said.get("second", 0) > 60:
            return None
        return day + clock + (east if match["sign"] == "-" else -east)
    except (ValueError, OverflowError):  # month 13; the year 0001 and an offset
        return None


def is_odd(text: str) -> bool:
    """Whether a readable date is not in the form of the specification."""
    return _STANDARD.fullmatch(text.strip()) is None


def _day(year: int, month: int, day: int) -> datetime:
    """The date of a day number. A number too large for the month is a day of the year, if that day is in the month.

    Raises ValueError where there is no such day.
    """
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        first = datetime(year, 1, 1, tzinfo=UTC)
        of_year = first + timedelta(days=day - 1)
        if day < 1 or (of_year.year, of_year.month) != (year, month):
            raise
        return of_year


def _as_in_http(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
