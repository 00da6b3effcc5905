"""When a page says it was published: the first full date in its place wins over meta, meta over guesses."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lxml import html

from extract import dates
from extract.dates import Moment
from extract.labels import is_labelled, label_before
from extract.lines import Line

META_DATES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "published_at", "apub:time", "og:release_date",
    "og:published_time", "og:time", "datepublished", "firstpublishedtime", "weibo:article:create_at", "dc.date",
    "weibo: article:create_at", "publish-date", "publishtime", "pubtime", "date", "createdate", "sailthru.date",
    "dc.date.issued", "article:create_at", "_pubtime", "bytedance:published_time", "release_date", "dateupdate",
)  # fmt: skip
_JSON_DATE = re.compile(
    r'"(?:datePublished|pubDate|publishTime|newsTime|ptime|publish_time)"\s*:\s*"?([^",}]{8,40})'
)
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_]?(?P<m>0[1-9]|1[0-2])[-/_]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d{1,5}(?:\D|$))"
)
_UPDATED = re.compile("更新|修改|最後|最后|update", re.I)
_TODAY = re.compile("今天是|現在時間|现在时间|今日是|当前时间|农历|星期.{0,3}$")
_DATE_TAIL = re.compile(r"[^一-鿿]*$")


def shown(lines: Sequence[Line], seen_at: datetime | None) -> Moment | None:
    """The date among the lines around the headline: one with a label 发布 first, beside 来源 next, then any, 更新 last."""
    best: Moment | None = None
    best_rank = 99
    for line in lines:
        text = line.spaced
        if len(text) > 300 or line.linked > 0.7 * len(line.text) or _TODAY.search(text):
            continue
        for moment in dates.find(text):
            rank = _rank(text, moment)
            if rank < best_rank:
                best, best_rank = moment, rank
    if best or seen_at is None:
        return best
    return next(
        (m for line in lines if len(line.text) < 80 and (m := dates.relative(line.spaced, seen_at))), None
    )


def _rank(text: str, moment: Moment) -> int:
    """How good a place for the date of publication is; smaller is better."""
    label = label_before(text, moment.start)
    if label and not _UPDATED.search(label):
        return 0 if moment.precision != "day" else 2
    if _UPDATED.search(text[max(0, moment.start - 8) : moment.start]) or _UPDATED.search(
        text[moment.end : moment.end + 4]
    ):
        return 4
    if is_labelled("source", text) or moment.precision != "day":
        return 1
    return 3


def is_info(line: Line) -> bool:
    """Whether a line is the one of date, source and widgets, not of prose."""
    return len(line.text) < 120 and "。" not in line.text and bool(dates.find(line.text))


def in_meta(root: html.HtmlElement, text: str) -> Moment | None:
    """The date that meta tags, itemprop, time elements or embedded JSON state."""
    stated: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = meta.get("content")
        if content and name in META_DATES:
            stated.setdefault(name, content)
    for name in META_DATES:
        if name in stated and (moment := dates.machine(stated[name])):
            return moment
    for element in root.xpath("//*[@itemprop='datePublished' or @pubdate]")[:3]:
        value = element.get("datetime") or element.get("content") or element.text_content()[:100]
        if moment := dates.machine(value):
            return moment
    if found := _JSON_DATE.search(text):
        return dates.machine(found[1])
    return None


def in_url(url: str) -> Moment | None:
    """The day in the address: /20200210/, /2020-02/10/, t20200210_."""
    match = _URL_DATE.search(url)
    return dates.first(f"{match['y']}-{match['m']}-{match['d']}") if match else None


def refined(shown_moment: Moment, stated: Moment | None) -> Moment:
    """The date shown, with the clock of the stated one where only the same day is shown."""
    if stated is None or stated.precision == "day" or shown_moment.precision != "day":
        return shown_moment
    here = stated.when.astimezone(dates.BEIJING)
    if here.date() != shown_moment.when.date() or (here.hour, here.minute, here.second) == (0, 0, 0):
        return shown_moment
    return replace(stated, when=here)


def plausible(moments: Iterable[Moment | None], seen_at: datetime | None) -> Moment | None:
    """The first that is not in the future of the fetch."""
    for moment in moments:
        if moment and (seen_at is None or moment.when <= seen_at + timedelta(days=2)):
            return moment
    return None
