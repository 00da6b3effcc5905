"""Times as Chinese pages print them, read to the precision they are printed in."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""Every page of the subject states the time of Beijing, Hong Kong or Taipei unless it gives an offset."""
EARLIEST = 1946
"""Year of the first issue of People's Daily that any page reprints."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time and how much of it was printed: `second`, `minute` or `day`; `start` and `end` are its place."""

    when: datetime
    precision: str
    start: int = 0
    end: int = 0

    def iso(self) -> str:
        """ISO 8601 to the second; a day stands at midnight."""
        return self.when.isoformat(timespec="seconds")


_CLOCK = (
    r"(?:[T\s,，|/]|[(（]?(?:星期|周|週|禮拜)[一二三四五六日天][)）]?|[(（][一二三四五六日][)）]|HKT|&nbsp;)*"
    r"(?P<half>上午|下午|晚上|晚|凌晨|中午|早上|AM|PM|am|pm)?\s*"
    r"(?P<hour>[0-2]?\d)\s*(?:[:：]|时|時|点|點)\s*(?P<minute>[0-5]?\d)(?!\d)\s*分?"
    r"(?:\s*[:：]?\s*(?<=[:：分])\s*(?P<second>[0-5]?\d)(?!\d)\s*秒?)?"
    r"(?:\s*(?P<after>AM|PM|am|pm))?(?:[.:]\d{1,9})?"
    r"\s*(?P<zone>Z\b|[+-]\d\d:?\d\d(?!\d))?"
)
_DAY = (
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?:\s*年\s*|\s*[-/.－]\s*|\s+(?=\d{1,2}\s*[-/]))"
    r"(?P<month>1[0-2]|0?[1-9])(?:\s*月\s*|\s*[-/.－]\s*)(?P<day>3[01]|[12]\d|0?[1-9])(?!\d{1,3}(?![\d:：])\d*)\s*(?:日|号)?"
)
_PRINTED = re.compile(f"{_DAY}(?:{_CLOCK})?")
_ROC = re.compile(
    r"(?:民[國国]\s*)(?P<year>\d{2,3})\s*[年/.-]\s*(?P<month>1[0-2]|0?[1-9])\s*[月/.-]\s*(?P<day>3[01]|[12]\d|0?[1-9])"
    rf"\s*日?(?:{_CLOCK})?"
)
_ROC_BARE = re.compile(
    r"(?<![\d./-])(?P<year>1[0-3]\d)\s*[年/.-]\s*(?P<month>1[0-2]|0?[1-9])\s*[月/.-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"\s*日?(?:{_CLOCK})?"
)
_DIGITS = "〇零○一二三四五六七八九"
_CJK = re.compile(
    rf"(?P<year>[{_DIGITS}Ｏ0O]{{4}})年(?P<month>[一二三四五六七八九十元正]{{1,2}})月(?P<day>[一二三四五六七八九十廿卅]{{1,3}})日"
    rf"(?:{_CLOCK})?"
)
_ROC_CJK = re.compile(
    r"民[國国]\s*(?P<year>[一二三四五六七八九十百〇零]{1,4})年(?P<month>[一二三四五六七八九十元正]{1,2})月(?P<day>[一二三四五六七八九十廿卅]{1,3})日"
    rf"(?:{_CLOCK})?"
)
_ENGLISH = re.compile(
    r"(?:(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(?P<day>\d{1,2}),?"
    r"|(?P<day2>\d{1,2})\s+(?P<month2>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,?)"
    r"(?:\s+(?P<year>(?:19|20)\d\d))?,?(?:\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
    r"\s*(?P<zone>GMT|UTC|HKT|CST|Z|[+-]\d{4})?(?:\s+(?P<year2>(?:19|20)\d\d))?"
)
_AMERICAN = re.compile(
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])/(?P<year>(?:19|20)\d\d)"
    r"(?:,?\s+(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?\s*(?P<half>AM|PM|am|pm)?)?(?P<after>)(?P<zone>)"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_EPOCH = re.compile(r"(?<!\d)(1[0-9]{9})(\d{3})?(?!\d)")
_AGO = re.compile(
    r"(?P<count>\d{1,3}|半)\s*(?P<unit>秒|分钟|分鐘|(?:个|個)?小时|(?:个|個)?小時|天|日|周|週|星期)[之以]?前"
)
_NEAR = re.compile(rf"(?P<word>今天|今日|昨天|昨日|前天)\s*{_CLOCK}")
_NOW = re.compile("刚刚|剛剛")
_MONTH_DAY = re.compile(
    rf"(?<![\d./-])(?P<month>1[0-2]|0?[1-9])\s*(?:月|[-/.])\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日?\s+(?:{_CLOCK})"
)
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d))?(?!\d)"
)
_UNITS = {"秒": 1, "分": 60, "小": 3600, "天": 86400, "日": 86400, "周": 604800, "週": 604800, "星": 604800}
_NAMED_ZONES = {"GMT": 0, "UTC": 0, "Z": 0, "HKT": 8, "CST": 8}


def first(text: str, seen_at: datetime | None = None) -> Moment | None:
    """The first full date of a text; else a relative or yearless one if `seen_at` (any zone) tells what it means."""
    return next(iter(find(text)), None) or (relative(text, seen_at) if seen_at else None)


def find(text: str) -> list[Moment]:
    """All full dates of a text in order: 2020-2-10 8:39:53, 2024年04月24日23:52, 民國109年2月10日, 二〇二〇年…."""
    text = text[:5_000]
    found = [moment for match in _PRINTED.finditer(text) if (moment := _printed(match))]
    found += [moment for match in _ROC.finditer(text) if (moment := _printed(match, years_added=1911))]
    if "月" in text and "日" in text:
        found += [moment for match in _CJK.finditer(text) if (moment := _in_characters(match))]
        found += [moment for match in _ROC_CJK.finditer(text) if (moment := _roc_in_characters(match))]
    return sorted(found, key=lambda moment: moment.start)


def machine(text: str) -> Moment | None:
    """A date of a meta tag, a time element or JSON: ISO, epoch seconds or milliseconds, RFC, yyyymmddhhmmss."""
    text = text.strip()[:200]
    if moment := next(iter(find(text)), None):
        return moment
    if match := _AMERICAN.search(text):
        return _printed(match)
    if match := _COMPACT.search(text):
        return _compact(match)
    if match := _EPOCH.search(text):
        return Moment(datetime.fromtimestamp(int(match[1]), BEIJING), "second", match.start(), match.end())
    if match := _ENGLISH.search(text):
        return _in_english(match)
    return None


def in_english(text: str) -> Moment | None:
    """A date in English among Chinese: Tue Apr 18 09:26:13 CST 2023, April 18, 2023."""
    match = _ENGLISH.search(text)
    return _in_english(match) if match else None


def relative(text: str, seen_at: datetime) -> Moment | None:
    """A time told from when the page was fetched: 3小时前, 昨天 08:30, 刚刚, 02-10 08:39."""
    here = seen_at.astimezone(BEIJING)
    if match := _AGO.search(text):
        unit = match["unit"].lstrip("个個")[0]
        back = int((0.5 if match["count"] == "半" else int(match["count"])) * _UNITS[unit])
        precision = "day" if unit in "天日周週星" else "minute"
        when = here - timedelta(seconds=back)
        when = when.replace(hour=0, minute=0, second=0) if precision == "day" else when.replace(second=0)
        return Moment(when.replace(microsecond=0), precision, match.start(), match.end())
    if match := _NEAR.search(text):
        back = {"今": 0, "昨": 1, "前": 2}[match["word"][0]]
        return _at(here.date() - timedelta(days=back), match)
    if match := _NOW.search(text):
        return Moment(here.replace(second=0, microsecond=0), "minute", match.start(), match.end())
    if match := _MONTH_DAY.search(text):
        return _yearless(match, here)
    return None


def _printed(match: re.Match[str], years_added: int = 0) -> Moment | None:
    try:
        day = date(int(match["year"]) + years_added, int(match["month"]), int(match["day"]))
    except ValueError:  # 2020-02-31 is a printed number, not a day
        return None
    return _at(day, match) if day.year >= EARLIEST else None


def _at(day: date, match: re.Match[str]) -> Moment | None:
    """The day with the clock time that the match holds, if any."""
    start, end = match.span()
    if match["hour"] is None:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=BEIJING), "day", start, end)
    hour = int(match["hour"])
    half = (match["half"] or match["after"] or "").lower()
    if half in ("下午", "晚上", "晚", "pm") and hour < 12:
        hour += 12
    if half in ("am", "凌晨") and hour == 12:
        hour = 0
    if hour > 23:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=BEIJING), "day", start, end)
    second = int(match["second"] or 0)
    when = datetime(
        day.year, day.month, day.day, hour, int(match["minute"]), second, tzinfo=_zone(match["zone"])
    )
    return Moment(when, "second" if match["second"] else "minute", start, end)


def _zone(written: str | None) -> timezone:
    if not written:
        return BEIJING
    if written in _NAMED_ZONES:
        return timezone(timedelta(hours=_NAMED_ZONES[written]))
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 14:
        return BEIJING
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def _in_characters(match: re.Match[str]) -> Moment | None:
    """二〇二〇年二月十日."""
    year = "".join(
        str("〇一二三四五六七八九".find(c)) if c in "〇一二三四五六七八九" else "0" for c in match["year"]
    )
    try:
        day = date(int(year), _small_number(match["month"]), _small_number(match["day"]))
    except ValueError:
        return None
    return _at(day, match) if day.year >= EARLIEST else None


def _roc_in_characters(match: re.Match[str]) -> Moment | None:
    """中華民國一一二年四月十八日."""
    digits = "〇一二三四五六七八九"
    written = match["year"].replace("零", "〇").replace("百", "").replace("十", "")
    year = int("".join(str(digits.index(c)) for c in written) or 0)
    try:
        day = date(year + 1911, _small_number(match["month"]), _small_number(match["day"]))
    except ValueError:
        return None
    return _at(day, match)


def bare_roc(text: str) -> Moment | None:
    """A ROC-year date without 民國, as offices of Taiwan print it behind a label: 112-04-18."""
    match = _ROC_BARE.search(text)
    return _printed(match, years_added=1911) if match else None


def _small_number(written: str) -> int:
    """Two-digit numbers in characters: 十二, 二十, 廿三, 正 (first month)."""
    written = written.replace("廿", "二十").replace("卅", "三十").replace("元", "一").replace("正", "一")
    tens, ten, ones = written.rpartition("十")
    count = "一二三四五六七八九"
    if not ten:
        return count.index(written) + 1 if len(written) == 1 else 0
    return (count.index(tens) + 1 if tens else 1) * 10 + (count.index(ones) + 1 if ones else 0)


def _in_english(match: re.Match[str]) -> Moment | None:
    """Sat Oct 03 07:23:11 HKT 2026 and Sat, 03 Oct 2026 07:23:11 GMT."""
    year = match["year"] or match["year2"]
    if not year:
        return None
    month = _MONTHS.index(match["month"] or match["month2"]) + 1
    try:
        day = date(int(year), month, int(match["day"] or match["day2"]))
    except ValueError:
        return None
    hour = int(match["hour"]) if match["hour"] else 0
    if match["hour"] is None or hour > 23:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=BEIJING), "day")
    second = int(match["second"] or 0)
    if int(match["minute"]) > 59 or second > 59:
        return None
    when = datetime(
        day.year, day.month, day.day, hour, int(match["minute"]), second, tzinfo=_zone(match["zone"])
    )
    return Moment(when, "second" if match["second"] else "minute")


def _compact(match: re.Match[str]) -> Moment | None:
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    if match[4] is None:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=BEIJING), "day")
    when = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6]), tzinfo=BEIJING)
    return Moment(when, "second")


def _yearless(match: re.Match[str], here: datetime) -> Moment | None:
    """02-10 08:39 is the last such day before the page was seen."""
    for year in (here.year, here.year - 1):
        try:
            moment = _at(date(year, int(match["month"]), int(match["day"])), match)
        except ValueError:
            continue
        if moment and moment.when <= here.astimezone(UTC) + timedelta(days=1):
            return moment
    return None
