"""When a page says it was published: the first full date in its place wins over meta, meta over guesses."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, pairwise

from lxml import etree
from lxml.etree import _Element as Element

from extract.fields.labels import is_labelled, is_of_event, label_before
from extract.page import dates
from extract.page.dates import Moment
from extract.page.lines import Line
from extract.page.page import LONGEST_TEXT, Page

META_DATES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "published_at", "apub:time",
    "og:release_date", "og:published_time", "og:time", "datepublished", "firstpublishedtime",
    "weibo:article:create_at", "weibo: article:create_at", "dc.date", "publish-date", "publishtime", "pubtime",
    "date", "createdate", "sailthru.date", "dc.date.issued", "article:create_at", "_pubtime",
    "bytedance:published_time", "release_date", "dateupdate",
)  # fmt: skip
# attributes alone, and elements of one name: conditions on every element take three times as long
_TIMES = etree.XPath("//@itemprop/.. | //@pubdate/.. | //time")
_META_RANK = {name: rank for rank, name in enumerate(META_DATES)}
FIRST_WEB_YEAR = 1995
"""A bare date before this is somebody's birthday; the web has no page of it."""
# each begins with what few places of a page hold: alternatives that begin differently are tried at every character
_SCRIPT_DATES = (
    re.compile(
        r'"(?:datePublished|pubDate|publishTime|newsTime|ptime|publish_time|pubTime|pubtime|pub_time|publishedAt)"\s*:\s*"?([^",}]{8,40})'
    ),
    re.compile(r'var(?<=\bvar)\s+(?:ct|publish_time|createTime)\s*=\s*["\']([^"\']{8,30})["\']'),
)
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_]?(?P<m>0[1-9]|1[0-2])[-/_]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d{1,5}(?:\D|$))"
)
_UPDATED = re.compile("更新|修改|最後|最后|编辑于|編輯於|update", re.I)
_DATED = re.compile(r"\d|年")
_TODAY = re.compile("今天是|現在時間|现在时间|今日是|当前时间|农历|農曆")
_DAY_ALONE = re.compile(r"^(3[01]|[12]\d|0?[1-9])$")
_MONTH_ALONE = re.compile(r"^((?:19|20)\d\d)\s*[年./-]\s*(1[0-2]|0?[1-9])\s*月?$")
_WEEKDAY = re.compile("星期.|周[一二三四五六日]|第.{1,4}版|农历.*")
_LEAF = re.compile(
    r"(?P<d>\d{1,2})\s+(?P<y>(?:19|20)\d\d)[-./年](?P<m>\d{1,2})月?|(?P<m2>\d{1,2})[-./月](?P<d2>\d{1,2})日?\s+(?P<y2>(?:19|20)\d\d)年?"
)
_CLOCK_ALONE = re.compile(r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?")
_OTHER_WORDS = re.compile("[\u4e00-\u9fff]")


def shown(lines: Sequence[Line], seen_at: datetime | None) -> Moment | None:
    """The date among the lines around the headline: one with a label 发布 first, beside 来源 next, then any, 更新 last.

    A relative date (3小时前) counts only if no full one is there and `seen_at` is known.
    """
    found = [(rank, number, moment) for number, line in enumerate(lines) for rank, moment in _ranked(line)]
    if found:
        _, number, best = min(found, key=lambda entry: entry[:2])
        best = _to_the_second(best, [moment for _, _, moment in found])
        return _with_clock(best, lines[number + 1 : number + 2]) if best.precision == "day" else best
    short = [line for line in lines if len(line.text) < 80]
    split = (
        _calendar_leaf(lines)
        or next((m for line in short if (m := _roc(line.spaced))), None)
        or next((m for line in short if (m := dates.in_english(line.spaced))), None)
    )
    if split or seen_at is None:
        return split
    return next((m for line in short if (m := dates.relative(line.spaced, seen_at))), None)


def labelled(lines: Sequence[Line]) -> Moment | None:
    """A date that a label names, among lines where a bare date would be another article's."""
    for line in lines:
        if len(line.text) >= 80:
            continue
        for rank, moment in _ranked(line):
            if rank <= 1 and label_before(line.spaced, moment.start):
                return moment
    return None


def in_text(text: str, seen_at: datetime | None) -> Moment | None:
    """The date of a place that a hint names."""
    found = dates.find(text)
    fresh = [moment for moment in found if not _UPDATED.search(text[max(0, moment.start - 8) : moment.start])]
    return next(iter(fresh or found), None) or dates.machine(text) or dates.first(text, seen_at)


def is_info(line: Line) -> bool:
    """Whether a line is the one of date, source and widgets, not of prose."""
    if len(line.text) >= 120 or "。" in line.text:
        return False
    return bool(dates.find(line.text)) or _roc(line.spaced) is not None


def is_entry(line: Line) -> bool:
    """Whether a line is a day and a title, as lists of notices print them: 2023-05-01 放假通知."""
    text = line.spaced
    found = dates.find(text) if len(text) < 120 and _DATED.search(text) else []
    if len(found) != 1 or found[0].precision != "day" or label_before(text, found[0].start):
        return False
    others = f"{text[: found[0].start]}{text[found[0].end :]}"
    return len(_OTHER_WORDS.findall(_WEEKDAY.sub("", others))) >= 4 and not is_labelled("source", text)


def in_meta(page: Page) -> Moment | None:
    """The date that meta tags, itemprop, time elements or embedded JSON state."""
    stated: dict[str, str] = {}
    for name, content in page.meta:
        if name in _META_RANK:
            stated.setdefault(name, content)
    for name in sorted(stated, key=lambda name: _META_RANK[name]):
        if moment := _clocked(dates.machine(stated[name])):
            return moment
    if page.tree is None:
        return None
    for element in islice(filter(_tells_time, _TIMES(page.tree)), 3):
        value = element.get("datetime") or element.get("content") or (element.text or "")
        if moment := _clocked(dates.machine(value)):
            return moment
    found = [match for date in _SCRIPT_DATES if (match := date.search(page.text, 0, LONGEST_TEXT))]
    first = min(found, key=lambda match: match.start(), default=None)
    return _clocked(dates.machine(first[1])) if first else None


def _tells_time(element: Element) -> bool:
    return (
        element.get("itemprop") == "datePublished"
        or element.get("pubdate") is not None
        or (element.tag == "time" and "publish" in element.get("class", ""))
    )


def _clocked(moment: Moment | None) -> Moment | None:
    """The moment, a day only where a machine wrote midnight."""
    if (
        moment
        and moment.precision != "day"
        and (moment.when.hour, moment.when.minute, moment.when.second) == (0, 0, 0)
    ):
        return replace(moment, precision="day")
    return moment


def in_url(url: str) -> Moment | None:
    """The day in the address: /20200210/, /2020-02/10/, t20200210_."""
    match = _URL_DATE.search(url)
    return dates.first(f"{match['y']}-{match['m']}-{match['d']}") if match else None


def refined(seen: Moment, stated: Moment | None) -> Moment:
    """The date shown, with the clock of the stated one where only the same day is shown."""
    if stated is None or stated.precision == "day" or seen.precision != "day":
        return seen
    here = stated.when.astimezone(dates.BEIJING)
    if here.date() != seen.when.date() or (here.hour, here.minute, here.second) == (0, 0, 0):
        return seen
    return replace(stated, when=here)


def plausible(moments: Iterable[Moment | None], seen_at: datetime | None) -> Moment | None:
    """The first that is not in the future of the fetch."""
    for moment in moments:
        if moment and (seen_at is None or moment.when <= seen_at + timedelta(days=2)):
            return moment
    return None


def _ranked(line: Line) -> list[tuple[int, Moment]]:
    """The dates of a line, each with how good a place for the date of publication it has; smaller is better."""
    if not _DATED.search(line.text):
        return []
    text = line.spaced
    if len(text) > 300 or _TODAY.search(text) or "。" in text:
        return []
    found = dates.find(text)
    if line.is_link and line.linked >= 12:
        sourced = is_labelled("source", text)  # else it is the line of another article
        found = [moment for moment in found if sourced or label_before(text, moment.start)]
    ranked = [(_rank(text, moment), moment) for moment in found]
    return [(rank + (5 if line.unseen else 0), moment) for rank, moment in ranked if rank < 9]


def _rank(text: str, moment: Moment) -> int:
    if is_of_event(text, moment.start):
        return 9
    label = label_before(text, moment.start)
    if label and not _UPDATED.search(label):
        return 0 if moment.precision != "day" else 1
    before, after = text[max(0, moment.start - 8) : moment.start], text[moment.end : moment.end + 4]
    if _UPDATED.search(before) or _UPDATED.search(after):
        return 4
    if is_labelled("source", text) or moment.precision != "day":
        return 1
    if moment.when.year < FIRST_WEB_YEAR or len(_OTHER_WORDS.findall(text)) > 40:
        return 9
    return 3


def _to_the_second(best: Moment, others: Sequence[Moment]) -> Moment:
    """The same day with its clock, the same minute with its seconds, as another line prints them."""
    if best.precision == "day":
        clocked = (m for m in others if m.precision != "day")
        best = next((m for m in clocked if m.when.replace(hour=0, minute=0, second=0) == best.when), best)
    if best.precision == "minute":
        seconds = (m for m in others if m.precision == "second")
        best = next((m for m in seconds if m.when.replace(second=0) == best.when), best)
    return best


def _roc(text: str) -> Moment | None:
    """A labelled date in a year of the Republic: 發布日期：112-04-18."""
    moment = dates.bare_roc(text)
    return moment if moment and label_before(text, moment.start) else None


def _with_clock(day: Moment, below: Sequence[Line]) -> Moment:
    """The day with the clock time that is all the next line says."""
    clock = next((line.text for line in below if _CLOCK_ALONE.fullmatch(line.text)), None)
    return (clock and dates.first(f"{day.when:%Y-%m-%d} {clock}")) or day


def _calendar_leaf(lines: Sequence[Line]) -> Moment | None:
    """A date set like a calendar's leaf: the day beside year and month, in lines of their own or one."""
    for line in lines:
        if len(line.text) <= 12 and (leaf := _LEAF.fullmatch(line.spaced)):
            year, month, day = leaf["y"] or leaf["y2"], leaf["m"] or leaf["m2"], leaf["d"] or leaf["d2"]
            return dates.first(f"{year}-{month}-{day}")
    for one, other in pairwise(lines):
        for day_line, month_line in ((one, other), (other, one)):
            day, month = _DAY_ALONE.match(day_line.text), _MONTH_ALONE.match(month_line.text)
            if day and month:
                return dates.first(f"{month[1]}-{month[2]}-{day[1]}")
    return None
