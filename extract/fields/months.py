"""The month of publication, for pages that print a month and no day: 2023年4月, 二〇二三年四月, April 2023."""

import re
from collections.abc import Sequence
from datetime import datetime

from extract.fields.labels import is_labelled, is_of_event, label_before
from extract.page import dates
from extract.page.dates import Moment
from extract.page.line import Line
from extract.page.zones import BEIJING
from extract.script.numbers import narrow, small_number, written_year

_WRITTEN = "〇零○Ｏ０一二三四五六七八九"
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
# no day follows, and no second month: 2023年4月18日, 2023年4月至6月
_NO_MORE = r"(?!\s{0,3}(?:[\d一二三四五六七八九十廿至到]|[-–—~～]\s{0,3}\d))"
_FORMS = (
    re.compile(rf"(?<![\d./-])(?P<year>(?:19|20)\d\d)\s{{0,3}}年\s{{0,3}}(?P<month>1[0-2]|0?[1-9])\s{{0,3}}月[份号號刊]?{_NO_MORE}"),
    re.compile(rf"民[國国]\s{{0,3}}(?P<republic>\d{{2,3}})\s{{0,3}}年\s{{0,3}}(?P<month>1[0-2]|0?[1-9])\s{{0,3}}月[份号號刊]?{_NO_MORE}"),
    re.compile(rf"(?P<written>[{_WRITTEN}]{{4}})年(?P<small>[元正一二三四五六七八九十]{{1,2}})月[份号號刊]?{_NO_MORE}"),
    re.compile(rf"(?<![a-z])(?P<name>{_NAME})\b[.,]?\s{{0,2}}(?P<year>(?:19|20)\d\d)(?!\d)", re.I),
)  # fmt: skip
_NUMBERS = re.compile(r"(?<![\d./-])(?P<year>(?:19|20)\d\d)[-/.](?P<month>1[0-2]|0[1-9])(?![\d./-])")
# what an issue's line prints beside its month: 第4期, 总第231期, Issue 36, Vol. 3 No. 4, 《青岚月刊》
_BESIDE = re.compile(
    r"[第总總]{0,2}第?\s?[\d一二三四五六七八九十百]{1,4}\s?[期号號卷辑輯]|(?:issue|vol|volume|no)\b\.?\s?\d{1,4}|《[^《》]{1,20}》|[\s()（）\[\]【】〔〕·•|｜/／,，;；:：—–-]+",
    re.I,
)
_EDGE_BEFORE = re.compile(r"(?:^|[\s(（\[【〔》|｜/／,，:：·•—–-])$")
_EDGE_AFTER = re.compile(r"(?:$|[\s)）\]】〕《|｜/／,，·•—–第总總])")
_SIGNED_AT = re.compile(r"(?:写|寫|草|完稿|定稿|作)?[于於][一-鿿]{2,8}")
LONGEST = 80
"""Characters of a line in which the month of publication is looked for."""


def of_lines(lines: Sequence[Line]) -> Moment | None:
    """The month in the lines around the headline: behind a label, else beside source or author, else alone."""
    near = [line for line in lines if len(line.text) <= LONGEST and not line.is_link and not line.unseen]
    for fits in (_is_labelled, _is_beside, _is_alone):
        for line in near:
            found = _in(line.spaced, numbers=fits is not _is_beside)
            if found and fits(line.spaced, found):
                return found
    return None


def in_text(text: str) -> Moment | None:
    """The month in the text of the place that a hint names."""
    return _in(text, numbers=True) if len(text) <= LONGEST else None


def signed(lines: Sequence[str]) -> Moment | None:
    """The month that is the whole last line of a text: 二〇二三年四月, （2023年4月于青岚）."""
    for line in lines[-1:]:
        found = _in(line, numbers=False) if len(line) <= 30 else None
        if found and not _BESIDE.sub("", _SIGNED_AT.sub("", line[: found.start] + line[found.end :])):
            return found
    return None


def stated(text: str) -> Moment | None:
    """The month that a meta tag states: 2023-04, 2023/04."""
    match = _NUMBERS.fullmatch(text.strip())
    return _moment(match) if match else None


def _in(text: str, *, numbers: bool) -> Moment | None:
    """The first month of a line without a whole date."""
    if dates.find(text):
        return None
    text = narrow(text)
    for form in (*_FORMS, *([_NUMBERS] if numbers else [])):
        if (match := form.search(text)) and (found := _moment(match)):
            return found
    return None


def _moment(match: re.Match[str]) -> Moment | None:
    """The month of a match; None for a month that no page can be of."""
    parts = match.groupdict()
    if parts.get("written"):
        year, month = written_year(parts["written"]), small_number(parts["small"])
    else:
        year = int(parts["republic"]) + 1911 if parts.get("republic") else int(parts["year"])
        month = _NAMES.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
    if year < dates.EARLIEST or not 1 <= month <= 12:
        return None
    return Moment(datetime(year, month, 1, tzinfo=BEIJING), "month", match.start(), match.end())


def _is_labelled(text: str, found: Moment) -> bool:
    return bool(label_before(text, found.start)) and not is_of_event(text, found.start)


def _is_beside(text: str, found: Moment) -> bool:
    return _stands_apart(text, found) and (is_labelled("source", text) or is_labelled("byline", text))


def _is_alone(text: str, found: Moment) -> bool:
    return _stands_apart(text, found) and not _BESIDE.sub("", text[: found.start] + " " + text[found.end :])


def _stands_apart(text: str, found: Moment) -> bool:
    """Whether no word touches the month: 2023年4月的一个下午 is none."""
    if is_of_event(text, found.start):
        return False
    return _EDGE_BEFORE.search(text[: found.start]) is not None and (
        _EDGE_AFTER.match(text[found.end :]) is not None
    )
