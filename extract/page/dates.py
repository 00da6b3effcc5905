"""Times as Chinese pages print them, read to the precision they are printed in."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from extract.article import Precision
from extract.page import zones
from extract.page.zones import BEIJING, PLACE, ZONE
from extract.script.numbers import narrow, small_number, written_year

EARLIEST = 1946
"""Year of the first issue of People's Daily that any page reprints."""
FIRST_ROC_YEAR = 80
"""Of two digits: 民國80年 is 1991, before any page."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time and its printed precision: `second` … `month`; `start` and `end` are its place in the text.

    `guessed` names the part that was not printed: `year` or `day`, taken from the moment of the fetch; `order`: which
    of two numbers is the month. Empty if nothing was guessed.
    """

    when: datetime
    precision: Precision
    start: int = 0
    end: int = 0
    guessed: str = ""

    def iso(self) -> str:
        """ISO 8601 to the second; a day without a clock time gets midnight, a month stays one: 2023-04."""
        return f"{self.when:%Y-%m}" if self.precision == "month" else self.when.isoformat(timespec="seconds")


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH_NAME = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_HALF = "上午|下午|晚上|晚|凌晨|清晨|中午|早上|傍晚|AM|PM|am|pm|a\\.m\\.|p\\.m\\."
_WEEKDAY = (
    r"[(（\[]?(?:星期|周|週|禮拜|礼拜)[一二三四五六日天][)）\]]?|[(（][一二三四五六日][)）]"
    r"|[(（]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?[)）]?"
)
# what stands between a day and its clock
_GAP = (
    rf"(?:[T\s,，|/·]|\.(?=\s\d)|@(?=\s\d)|{_WEEKDAY}|[(（\[](?=\d|上午|下午)|&nbsp;|HKT|-(?=\s|\d\d?:\d\d)|[–—](?=\s)|at\s"
    rf"|(?:{PLACE})(?:标准|標準)?(?:时间|時間)[:：]?|(?:时间|時間)[:：]?(?=\s?\d)){{0,12}}"
)
_TIME = (
    rf"(?P<half>{_HALF})?\s?(?P<hour>[0-2]?\d)\s?(?:[:：时時点點])\s?(?P<minute>[0-5]?\d)(?!\d)\s?分?"
    r"(?:\s?[:：]?\s?(?<=[:：分])(?P<second>[0-5]?\d)(?!\d)\s?秒?(?:[:.]\d{1,9}(?!\d))?)?"
    rf"(?:\s?(?P<after>AM|PM|am|pm|a\.m\.|p\.m\.))?{ZONE}"
)
_CLOCK = rf"(?:{_GAP}{_TIME})?"
_DAY = (
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?:\s{0,3}年\s{0,3}|\s{0,3}[-/.]\s{0,3}|\s+(?=\d{1,2}\s{0,2}[-/]))"
    r"(?P<month>1[0-2]|0?[1-9])(?:\s{0,3}月\s{0,3}|\s{0,3}[-/.]\s{0,3})"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d{1,3}(?![\d:])\d*)\s{0,3}[日号號]?"
)
_SHORT_DAY = (
    r"(?<![\d./-])(?<!\d:)['’‘]?(?P<year>\d\d)(?P<sep>[-/.年])(?P<month>1[0-2]|0?[1-9])(?:(?P=sep)|月)"
    r"(?P<day>3[01]|[12]\d|0?[1-9])日?"
)
_WRITTEN = "〇零○Ｏ０一二三四五六七八九"
_SMALL = "元正〇零○Ｏ０一二三四五六七八九十廿卅"
# the forms of a day, each behind what a text with such a day is sure to hold and is searched for faster
_LETTERS = re.compile("[JFMASOND][a-z]{2}")
_CLOCKS = re.compile("[:：时時点點]")
_FORMS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("printed", re.compile("[12]"), re.compile(_DAY + _CLOCK)),
    (
        "republic",
        re.compile("民"),
        re.compile(
            r"民[國国]\s{0,3}(?P<year>\d{2,3})\s{0,3}[年/.-]\s{0,3}(?P<month>1[0-2]|0?[1-9])\s{0,3}[月/.-]\s{0,3}"
            rf"(?P<day>3[01]|[12]\d|0?[1-9])\s?日?{_CLOCK}"
        ),
    ),
    (
        "republic",
        re.compile(r"1[0-4]\d\s?年"),
        re.compile(
            r"(?<![\d./-])(?P<year>1[0-4]\d)\s?年\s?(?P<month>1[0-2]|0?[1-9])\s?月\s?"
            rf"(?P<day>3[01]|[12]\d|0?[1-9])\s?日{_CLOCK}"
        ),
    ),
    (
        "written",
        re.compile(rf"月(?:(?<=[{_SMALL}]月)|(?<=[{_SMALL}]\s月))"),
        re.compile(
            rf"(?P<year>(?:[{_WRITTEN}0O]\s?){{4}})年\s?(?P<month>[{_SMALL}]{{1,3}})\s?月\s?(?P<day>[{_SMALL}]{{1,4}})\s?[日号號]{_CLOCK}"
        ),
    ),
    (
        "written republic",
        re.compile("民"),
        re.compile(
            rf"民[國国]\s?(?P<year>[{_WRITTEN}十百]{{1,5}})年\s?(?P<month>[{_SMALL}]{{1,3}})\s?月\s?(?P<day>[{_SMALL}]{{1,4}})\s?日{_CLOCK}"
        ),
    ),
    ("short", _CLOCKS, re.compile(rf"{_SHORT_DAY}{_GAP}{_TIME}")),
    # 14.12.2011, 7/5/2005 9:23 PM
    (
        "year last",
        re.compile("[./-]"),
        re.compile(
            r"(?<![\d./-])(?<!\d:)(?P<one>3[01]|[12]\d|0?[1-9])(?P<sep>[./-])(?P<two>3[01]|[12]\d|0?[1-9])(?P=sep)"
            rf"(?P<year>(?:19|20)\d\d)(?![\d./-]){_CLOCK}"
        ),
    ),
    # January 17, 2012 06:00 AM; Apr 18 2023
    (
        "english",
        _LETTERS,
        re.compile(
            rf"(?<![A-Za-z])(?P<month>{_MONTH_NAME})\s?(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>(?:19|20)\d\d)(?!\d){_CLOCK}"
        ),
    ),
    # 17 January 2012, Sat, 03 Oct 2026 07:23:11 GMT
    (
        "english",
        _LETTERS,
        re.compile(
            rf"(?<![\d:])(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.(?=\s))?[\s-](?P<month>{_MONTH_NAME}),?[\s-]{{1,3}}(?P<year>(?:19|20)\d\d)(?!\d){_CLOCK}"
        ),
    ),
    # 2012-Mar-04 06:00
    (
        "english",
        _LETTERS,
        re.compile(
            rf"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.\s](?P<month>{_MONTH_NAME})[-/.\s](?P<day>3[01]|[12]\d|0?[1-9])(?!\d),?{_CLOCK}"
        ),
    ),
    # 三月 4th, 2012
    (
        "written month",
        re.compile("月"),
        re.compile(
            rf"(?P<month>[一二三四五六七八九十]{{1,2}})月\s{{1,2}}(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>(?:19|20)\d\d)(?!\d){_CLOCK}"
        ),
    ),
    # Tue Apr 18 09:26:13 CST 2023
    (
        "english",
        _LETTERS,
        re.compile(
            rf"(?<![A-Za-z])(?P<month>{_MONTH_NAME})\s{{1,2}}(?P<day>3[01]|[12]\d|0?[1-9]),?\s{{1,2}}{_TIME}\s{{1,2}}(?P<year>(?:19|20)\d\d)(?!\d)"
        ),
    ),
)
# a digit of any width, or the year's own word: what no date is without. As one set they are looked up, \d is asked
_TELLING = re.compile(
    f"[{''.join(filter(str.isdecimal, map(chr, range(0x10000))))}\U00010000-\U0010ffff年民]"
)
# 2023, 23年, 3-18, 民國, 三年: one set of characters comes first, so that others are passed over fast
_YEAR = re.compile(
    r"[-/.12年民](?:(?<=1)9\d\d|(?<=2)0\d\d|(?<=\d[-/.])\d|(?<=民)[國国]|(?<=\d年)|(?<=\d\s年)"
    r"|(?<=[〇零○一二三四五六七八九]年)|(?<=[〇零○Ｏ一二三四五六七八九]\s年))"
)
_CLOCK_BEFORE = re.compile(rf"(?<![\d.-])(?<!\d:){_TIME}(?:[\s,，|)）\]】]|{_WEEKDAY}|on\s){{0,4}}[(（]?$")
_ROC_BARE = re.compile(
    r"(?<![\d./-])(?P<year>1[0-4]\d)\s?[年/.-]\s?(?P<month>1[0-2]|0?[1-9])\s?[月/.-]\s?(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"\s?日?{_CLOCK}"
)
_SHORT_BARE = re.compile(rf"{_SHORT_DAY}(?!\d){_CLOCK}")
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d))?(?!\d)"
)
_EPOCH = re.compile(r"(?<!\d)(1[0-9]{9})(\d{3})?(?!\d)")
_AGO = re.compile(
    r"(?P<count>\d{1,3}|半)\s?(?P<unit>秒|分钟|分鐘|[个個]?小时|[个個]?小時|天|日|周|週|星期)[之以]?前"
)
_NEAR = re.compile(rf"(?P<word>今天|今日|昨天|昨日|前天)\s?{_CLOCK}")
_NOW = re.compile("刚刚|剛剛")
_NEAR_NOW = re.compile("[\\d半今昨前刚剛]")  # one of these is in all that is relative
_MONTH_DAY = re.compile(
    r"(?<![\d./年-])(?P<month>1[0-2]|0?[1-9])\s?(?:月|[-/.])\s?(?P<day>3[01]|[12]\d|0?[1-9])\s?日?"
    rf"(?=\s|[(（]|星期|周|週){_GAP}{_TIME}"
)
_UNITS = {"秒": 1, "分": 60, "小": 3600, "天": 86400, "日": 86400, "周": 604800, "週": 604800, "星": 604800}
_AFTERNOON = frozenset(("下午", "晚上", "晚", "傍晚", "pm", "p.m."))


def first(text: str, seen_at: datetime | None = None) -> Moment | None:
    """The first full date of a text; else a relative date or a date without year, if `seen_at` (any zone) makes it
    full."""
    return next(iter(find(text)), None) or (relative(text, seen_at) if seen_at else None)


def may_be_in(text: str) -> bool:
    """Whether a text has a digit, or the year's own word, as every date has."""
    return _TELLING.search(text) is not None


def find(text: str) -> list[Moment]:
    """All full dates of a text in order: 2020-2-10 8:39:53, 2024年04月24日23:52, 民國109年2月10日, 二〇二〇年…."""
    return list(_found(text[:5_000])) if _TELLING.search(text) else []


@lru_cache(maxsize=2_000)
def _found(text: str) -> tuple[Moment, ...]:
    plain = narrow(text)
    if not _YEAR.search(plain):
        return ()
    found: list[Moment] = []
    for kind, sign, form in _FORMS:
        for match in form.finditer(plain) if sign.search(plain) else ():
            day = _day(kind, match)
            if day and not any(one.start < match.end() and match.start() < one.end for one in found):
                moment = _at(day, match)
                found.append(replace(moment, guessed="order") if _is_either_way(kind, match) else moment)
    found.sort(key=lambda moment: moment.start)
    return tuple(_completed(plain, moment, found[n - 1].end if n else 0) for n, moment in enumerate(found))


def machine(text: str) -> Moment | None:
    """A date of a meta tag, a time element or JSON: ISO, epoch seconds or milliseconds, RFC, yyyymmddhhmmss."""
    text = text.strip()[:200]
    if moment := next(iter(find(text)), None):
        return moment
    if moment := compact(text):
        return moment
    if match := _EPOCH.search(text):
        return Moment(datetime.fromtimestamp(int(match[1]), BEIJING), "second", match.start(), match.end())
    return None


def compact(text: str) -> Moment | None:
    """A date in digits alone: 20230418, 20230418092613."""
    match = _COMPACT.search(narrow(text))
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    start, end = match.span()
    if match[4] is None:
        return Moment(_midnight(day), "day", start, end)
    clock = time(int(match[4]), int(match[5]), int(match[6]), tzinfo=BEIJING)
    return Moment(datetime.combine(day, clock), "second", start, end)


def relative(text: str, seen_at: datetime) -> Moment | None:
    """A time relative to the fetch of the page: 3小时前, 昨天 08:30, 刚刚, 02-10 08:39. Never part of a full date."""
    if not _NEAR_NOW.search(text):  # most lines
        return None
    here = seen_at.astimezone(BEIJING)
    plain = _without(narrow(text[:5_000]))
    if match := _AGO.search(plain):
        unit = match["unit"].lstrip("个個")[0]
        back = int((0.5 if match["count"] == "半" else int(match["count"])) * _UNITS[unit])
        precision: Precision = "day" if unit in "天日周週星" else "minute"
        when = here - timedelta(seconds=back)
        when = when.replace(hour=0, minute=0, second=0) if precision == "day" else when.replace(second=0)
        return Moment(when.replace(microsecond=0), precision, match.start(), match.end(), "day")
    if match := _NEAR.search(plain):
        back = {"今": 0, "昨": 1, "前": 2}[match["word"][0]]
        return replace(_at(here.date() - timedelta(days=back), match), guessed="day")
    if match := _NOW.search(plain):
        when = here.replace(second=0, microsecond=0)
        return Moment(when, "minute", match.start(), match.end(), "day")
    match = _MONTH_DAY.search(plain)
    return _yearless(match, here) if match else None


def bare_roc(text: str) -> Moment | None:
    """A ROC-year date without 民國, as offices of Taiwan print it behind a label: 112-04-18."""
    match = _ROC_BARE.search(narrow(text))
    day = _day("republic", match) if match else None
    return _at(day, match) if day and match else None


def two_digits(text: str, *, of_republic: bool = False) -> Moment | None:
    """A date whose year has two digits, as pages print it behind a label: 23-04-18.

    On pages of Taiwan (`of_republic`) a year from 80 on counts from 1911: 99.03.04 is in 2010.
    """
    match = _SHORT_BARE.search(narrow(text))
    kind = "republic" if match and of_republic and int(match["year"]) >= FIRST_ROC_YEAR else "short"
    day = _day(kind, match) if match else None
    return _at(day, match) if day and match else None


def _without(text: str) -> str:
    """The text, the full dates in it made blanks."""
    for moment in find(text):
        text = f"{text[: moment.start]}{' ' * (moment.end - moment.start)}{text[moment.end :]}"
    return text


def _day(kind: str, match: re.Match[str]) -> date | None:
    """The day that a match of a form means; None for numbers that are none (2020-02-31) and for too early ones."""
    try:
        day = date(*_numbers(kind, match))
    except ValueError:
        return None
    return day if day.year >= EARLIEST else None


def _numbers(kind: str, match: re.Match[str]) -> tuple[int, int, int]:
    """Year, month and day."""
    if kind == "year last":
        return int(match["year"]), *_month_and_day(match)
    if kind == "english":
        return int(match["year"]), _MONTHS.index(match["month"][:3]) + 1, int(match["day"])
    if kind == "written month":
        return int(match["year"]), small_number(match["month"]), int(match["day"])
    if kind.startswith("written"):
        year = written_year(match["year"]) + (1911 if kind == "written republic" else 0)
        return year, small_number(match["month"]), small_number(match["day"])
    year = int(match["year"])
    if kind == "short":
        year += 1900 if year >= 90 else 2000 if year < 50 else 0
    return year + (1911 if kind == "republic" else 0), int(match["month"]), int(match["day"])


def _is_either_way(kind: str, match: re.Match[str]) -> bool:
    """Whether day and month may be the other way round: 12/11/2011."""
    if kind != "year last" or match["sep"] == ".":
        return False
    return match["one"] != match["two"] and max(int(match["one"]), int(match["two"])) <= 12


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    """Month and day of 14.12.2011 and 12/14/2011: between dots the day is first, else the month, if it can be one."""
    one, two = int(match["one"]), int(match["two"])
    day_first = match["sep"] == "."
    if (one > 12) != (two > 12):
        day_first = one > 12
    return (two, one) if day_first else (one, two)


def _at(day: date, match: re.Match[str]) -> Moment:
    """The day with the clock time that the match holds, if any."""
    start, end = match.span()
    clock = _clock(match, start)
    if clock is None:
        return Moment(_midnight(day), "day", start, end)
    return Moment(_on(day, clock), "second" if match["second"] else "minute", start, end)


def _clock(match: re.Match[str], start: int) -> time | None:
    """The clock time of a match, or before `start`, in the zone that is printed; None if there is none."""
    if match["hour"] is None:
        return None
    hour, half = int(match["hour"]), (match["half"] or match["after"] or "").lower()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in ("am", "a.m.", "凌晨", "上午") and hour == 12:
        hour = 0
    if hour > 23:
        return None
    between = match.start("half" if match["half"] else "hour")  # 2005年03月04日 格林尼治时间10:22
    places = (between, start)
    before = next((zone for place in places if (zone := zones.printed_before(match.string, place))), None)
    if match["zone"] and not (before and match["zone"].endswith(("时间", "時間"))):
        before = match["zone"]
    of_zone = zones.of(before)
    return time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=of_zone)


def _on(day: date, clock: time) -> datetime:
    """The clock time of a day, its zone's offset on that day made fixed."""
    return zones.fixed(datetime.combine(day, clock))


def _completed(text: str, moment: Moment, since: int) -> Moment:
    """The moment: a day, with the clock time printed right before it: 06:40 2013年04月10日."""
    if moment.precision != "day":
        return moment
    match = _CLOCK_BEFORE.search(text[max(since, moment.start - 40) : moment.start])
    clock = _clock(match, match.start()) if match else None
    if match is None or clock is None:
        return moment
    precision: Precision = "second" if match["second"] else "minute"
    start = max(since, moment.start - 40) + match.start()
    return replace(moment, when=_on(moment.when.date(), clock), precision=precision, start=start)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _yearless(match: re.Match[str], here: datetime) -> Moment | None:
    """02-10 08:39 is the last such day before the page was seen."""
    for year in (here.year, here.year - 1):
        try:
            moment = _at(date(year, int(match["month"]), int(match["day"])), match)
        except ValueError:
            continue
        if moment.when <= here.astimezone(UTC) + timedelta(days=1):
            return replace(moment, guessed="year")
    return None
