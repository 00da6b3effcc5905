"""The date of publication: a full date shown in its place comes first, then meta tags, then guesses."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

from extract.fields import stated
from extract.fields.labels import is_label, is_labelled, is_of_event, label_before
from extract.page import dates
from extract.page.dates import Moment
from extract.page.line import ElementText, Line
from extract.page.zones import BEIJING

FIRST_WEB_YEAR = 1995
"""A bare date before this is somebody's birthday; the web has no page of it."""
_UPDATED = re.compile("更新|修改|最後|最后|编辑于|編輯於|update", re.I)
# 发布于2015-08-20: a label without a colon
_POSTED = re.compile("(?:发[布佈表]|發[布佈表]|刊[登发發]|[发發]稿|首[发發])[于於]\\s{0,2}$")
# 成文日期 is the day when an office wrote what it made public later
_MADE = re.compile("成文|发文|發文|撰|生成|创建|創建|录入|錄入")
_DATED = re.compile(r"\d|年")
_TODAY = re.compile("今天是|現在時間|现在时间|今日是|当前时间|农历|農曆")
_DAY_ALONE = re.compile(r"^(3[01]|[12]\d|0?[1-9])$")
_MONTH_ALONE = re.compile(r"^((?:19|20)\d\d)\s*[年./-]\s*(1[0-2]|0?[1-9])\s*月?$")
_WEEKDAY = re.compile("星期.|周[一二三四五六日]|第.{1,4}版[：:]?\\s?[一-鿿]{0,6}|农历.*")
# 清浦日报 2012年6月24日 星期日 A3 副刊
_ISSUE = re.compile("[一-鿿]{2,10}[报報]\\s{0,4}(?:19|20)\\d\\d\\s?年.{5,10}(?:星期|周|第|[A-D]?\\d)")
_LEAF = re.compile(
    r"(?P<d>\d{1,2})\s+(?P<y>(?:19|20)\d\d)[-./年](?P<m>\d{1,2})月?|(?P<m2>\d{1,2})[-./月](?P<d2>\d{1,2})日?\s+(?P<y2>(?:19|20)\d\d)年?"
)
_CLOCK_ALONE = re.compile(
    r"(?:(?:香港|台北|臺北|北京|当地|當地|美东|美東)?(?:时间|時間)\s?[:：]?\s?)?[\d０-９]{1,2}[:：时時][\d０-９]{2}(?:分|[:：]\d\d)?"
)
_OTHER_WORDS = re.compile("[\u4e00-\u9fff]")
_COUNTED = re.compile(
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|回复|回覆|评论|評論|访问)(?:数|次数|量)?[:：(（]?\s?\d|\d\s?次(?:阅读|浏览|点击|回复)"
)
_BUTTONS = re.compile(
    "字[号號体體][:：︰]|人参与|我要评论|【\\s{0,2}大|[【\\[]打印|点击查看跟贴|[|｜]\\s?\\d+\\s?次"
)
"""What stands beside the time of the article itself: the size of its letters, its print page, its comments."""
_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./_-]{3,60}")
_SIGN = re.compile("[:：︱丨|｜/／]")  # ends every label
_CLAUSE = re.compile("[，。；！？“”]|[一-鿿]{16}")
_HEADLINE = 9
"""Characters of a link from which it is another article's headline; 我要评论 and a medium's name are shorter."""
# 【清河電視2012年1月11日訊】: a whole date in the dateline of the text
_DATELINE = re.compile(r"[^。！？!?]{0,20}$")
_DATELINE_END = re.compile(r"\s?[)）】〕\]]?\s?(?:[电電讯訊]|消息|报道|報導|報道)")
_SIGNED = re.compile(r"(?:[\s()（）〔〕\[\]【】]|(?:星期|周|週|禮拜)[一二三四五六日天])*")


def shown(
    lines: Sequence[Line],
    seen_at: datetime | None,
    of_address: date | None = None,
    *,
    of_republic: bool = False,
) -> Moment | None:
    """The date in the lines around the headline.

    Dates with the label 发布 come first, then dates beside 来源, then others, then dates with 更新. A relative date
    (3小时前) counts only if there is no full date and `seen_at` is known. Among dates without a label,
    the date of the page's address (`of_address`) comes first. `of_republic`: the page is of Taiwan.
    """
    found = [(rank, number, moment) for number, line in enumerate(lines) for rank, moment in _ranked(line)]
    if found:
        _, number, best = min(found, key=lambda entry: (_far(entry[0], entry[2], of_address), *entry[:2]))
        if best.guessed == "order" and (machine := stated.in_attributes(lines[number])):
            best, _ = in_order(best, [machine], day_first=False)
        best = _to_the_second(best, [moment for _, _, moment in found])
        if best.precision == "day" and (machine := stated.in_attributes(lines[number])):
            best = refined(best, machine)
        return _with_clock(best, lines[number + 1 : number + 2]) if best.precision == "day" else best
    short = [line for line in lines if len(line.text) < 80]
    split = (
        next((m for line in short if (m := stated.in_attributes(line))), None)
        or _calendar_leaf(lines)
        or next((m for line in short if (m := _labelled_numbers(line.spaced, of_republic))), None)
    )
    if split or seen_at is None:
        return split
    return next((m for line in short if (m := dates.relative(line.spaced, seen_at))), None)


def _far(rank: int, moment: Moment, of_address: date | None) -> bool:
    """Whether the address names another day than a date that has no label."""
    if of_address is None or abs((moment.when.date() - of_address).days) <= 1:
        return False
    return rank >= 3 or (rank >= 1 and moment.when.year != of_address.year)


def labelled(lines: Sequence[Line]) -> Moment | None:
    """A date that a label names, among lines where a bare date would be another article's."""
    for line in lines:
        if len(line.text) >= 80:
            continue
        for rank, moment in _ranked(line):
            if rank <= 1 and label_before(line.spaced, moment.start):
                return moment
            if is_label(line.spaced[: moment.start]):  # 日期  04.03.2019
                return moment
    return None


def in_text(text: str, seen_at: datetime | None) -> Moment | None:
    """The date in the text of the place that a hint names."""
    found = dates.find(text)
    fresh = [moment for moment in found if not _UPDATED.search(text[max(0, moment.start - 8) : moment.start])]
    return next(iter(fresh or found), None) or dates.machine(text) or dates.first(text, seen_at)


def is_info(line: Line) -> bool:
    """Whether a line holds date, source and widgets, and no prose."""
    if line.info is None:
        line.info = _is_info(line)
    return line.info


def _is_info(line: Line) -> bool:
    if len(line.text) >= 120 or "。" in line.text or not dates.may_be_in(line.text):
        return False
    if dates.find(line.text) or _labelled_numbers(line.spaced):
        return True
    return len(line.pieces) > 1 and bool(
        dates.find(line.spaced)
    )  # 15:31 and 2018/09/16 in spans of their own


def is_anothers(line: Line) -> bool:
    """Whether a line below a text has a date and no source: a reader's comment."""
    return is_info(line) and "源" not in line.text


def is_dateline(line: Line) -> bool:
    """Whether a line holds the date and what is printed beside it, even if its stops make it look like prose: March
    04, 2012 06:00 AM | 151 次."""
    text = line.text
    if len(text) >= 80 or not _DATED.search(text) or text[-1] in "。！？，；":
        return False
    found = dates.find(text)
    if len(found) > 1 and len(text) - sum(one.end - one.start for one in found) <= 40:
        return not _CLAUSE.search(
            "".join([text[: found[0].start], *(text[a.end : b.start] for a, b in pairwise(found))])
        )
    if found and _COUNTED.search(text):
        return True
    if (
        len(found) == 1
        and found[0].start <= 8
        and (is_labelled("source", text) or is_labelled("byline", text))
    ):
        return True
    return len(found) == 1 and not _CLAUSE.search(text[: found[0].start] + text[found[0].end :])


def is_entry(line: Line) -> bool:
    """Whether a line is a day and a title, as lists of notices print them: 2023-05-01 放假通知."""
    if len(line.text) >= 120 or not _DATED.search(line.text):
        return False
    text = line.spaced
    found = dates.find(text) if len(text) < 120 else []
    if len(found) != 1 or found[0].precision != "day" or label_before(text, found[0].start):
        return False
    others = f"{text[: found[0].start]}{text[found[0].end :]}"
    if _ISSUE.match(text):
        return False
    return len(_OTHER_WORDS.findall(_WEEKDAY.sub("", others))) >= 4 and not is_labelled("source", text)


def of_dateline(lines: Sequence[str]) -> Moment | None:
    """The whole date in the dateline that a text begins with: 【清河電視2012年1月11日訊】."""
    for line in lines[:1]:
        for moment in dates.find(line[:60])[:1]:
            is_dateline = _DATELINE.match(line[: moment.start]) and _DATELINE_END.match(line, moment.end)
            if is_dateline and moment.precision == "day":
                return moment
    return None


def signed(lines: Sequence[str]) -> Moment | None:
    """The date that is the whole last line of a text, as notices are signed: 二〇二三年四月十八日."""
    for line in lines[-1:]:
        found = dates.find(line) if len(line) < 40 else []
        if len(found) == 1 and _SIGNED.fullmatch(line[: found[0].start] + line[found[0].end :]):
            return found[0]
    return None


def signed_below(lines: Sequence[Line]) -> Moment | None:
    """The day that is the whole of a line below the text, with the clock in the line below it: 香港時間18時30分."""
    for number, line in enumerate(lines):
        if not line.is_link and not line.unseen and (day := signed([line.spaced])):
            return _with_clock(day, lines[number + 1 : number + 2]) if day.precision == "day" else day
    return None


def clocked(lines: Sequence[Line], day: Moment) -> Moment | None:
    """The same day with a clock, as a line below the text has it that says nothing else, or names the source:
    2011-03-12 11:20 PM, 2011-03-12 23:20 来源：青岚日报."""
    for line in lines:
        found = dates.find(line.spaced) if 12 <= len(line.text) < 80 and not line.unseen else []
        if len(found) == 1 and found[0].precision != "day" and found[0].when.date() == day.when.date():
            rest = line.spaced[: found[0].start] + line.spaced[found[0].end :]
            is_own = _SIGNED.fullmatch(rest) is not None or bool(label_before(line.spaced, found[0].start))
            is_own |= "。" not in rest and len(_ADDRESS.sub("", rest).strip()) <= 12  # a medium's name
            if is_own or (is_labelled("source", line.spaced) and "。" not in line.text):
                return found[0]
    return None


def clocked_without_year(lines: Sequence[Line], day: Moment) -> Moment | None:
    """The same day with the clock that a line prints beside month and day alone: 06-10 08:46."""
    evening = day.when.replace(hour=23, minute=59)
    for line in lines:
        near = dates.relative(line.spaced, evening) if len(line.text) < 80 and not line.unseen else None
        if near and near.guessed == "year" and near.when.date() == day.when.date():
            return replace(near, guessed="")
    return None


def below_fields(lines: Sequence[Line]) -> Moment | None:
    """The time below the text, if all lines between are fields: beside a field (2018-06-16 来源：青岚日报), or alone in
    a line. Alone right below the text only if it is the one time there: the entries of a list have one each."""
    for number, line in enumerate(lines[:6]):
        found = dates.find(line.spaced) if len(line.text) < 80 else []
        has_field = any(is_labelled(kind, line.spaced) for kind in ("source", "byline", "editor"))
        if len(found) == 1 and has_field and "。" not in line.text:
            return found[0]
        rest = line.spaced[: found[0].start] + line.spaced[found[0].end :] if found else ""
        near = lines[number + 1].text if number + 1 < len(lines) else ""
        has_buttons = len(rest) <= 40 and _BUTTONS.search(rest if rest.strip() else near[:40])
        if len(found) == 1 and has_buttons and not _links_headline(line.pieces):
            return found[0]
        if len(found) == 1 and found[0].precision != "day" and not line.is_link:
            is_only = number or not any(dates.find(other.text[:60]) for other in lines[1:])
            return (
                found[0] if is_only and (_SIGNED.fullmatch(rest) or (not number and is_info(line))) else None
            )
        if not has_field and not (line.is_link and len(line.text) <= 12):  # a button stands between
            return None
    return None


def refined(seen: Moment, stated: Moment | None) -> Moment:
    """The date shown, with the clock of the stated one where only the same day is shown."""
    if stated is None or stated.precision == "day" or seen.precision != "day":
        return seen
    here = stated.when.astimezone(BEIJING)
    if here.date() != seen.when.date() or (here.hour, here.minute, here.second) == (0, 0, 0):
        return seen
    return replace(stated, when=here)


def of_the_year(moment: Moment, others: Iterable[Moment | None]) -> tuple[Moment, str | None]:
    """The moment with the year that another source of the same day and month gives, and a note of the change.

    A year that was guessed from the fetch is replaced at once; a printed year only if all other sources agree on
    another year.
    """
    days = [other.when.astimezone(BEIJING).date() for other in others if other]
    here = moment.when.date()
    years = {
        day.year
        for day in days
        if abs(
            (
                day.replace(year=2000, day=min(day.day, 28)) - here.replace(year=2000, day=min(here.day, 28))
            ).days
        )
        <= 1
    }
    if moment.guessed == "day" or not years or here.year in years:
        doubt = "year taken from the fetch" if moment.guessed == "year" and here.year not in years else None
        return moment, doubt
    if moment.guessed != "year" and len(years) > 1:
        return moment, None
    year = max(years)
    try:
        changed = replace(moment, when=moment.when.replace(year=year), guessed="")
    except ValueError:  # 29 February
        return moment, None
    return changed, None if moment.guessed else f"{here} printed, the address says {year}"


def in_order(
    moment: Moment, others: Iterable[Moment | None], *, day_first: bool
) -> tuple[Moment, str | None]:
    """A moment whose day and month may be exchanged: in the order that another source confirms, else in the order of
    its country; and a note if that is doubtful."""
    if moment.guessed != "order":
        return moment, None
    days = {other.when.astimezone(BEIJING).date() for other in others if other and other.guessed != "order"}
    plain = replace(moment, guessed="")
    turned = replace(plain, when=moment.when.replace(month=moment.when.day, day=moment.when.month))
    for one in (plain, turned):
        if one.when.date() in days:
            return one, None
    one, other = (turned, plain) if day_first else (plain, turned)
    return one, f"day and month may be the other way: {other.when.date()}"


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
    if line.is_link and line.linked >= 12 and _links_headline(line.pieces):
        sourced = is_labelled("source", text)  # else it is the line of another article
        found = [moment for moment in found if sourced or label_before(text, moment.start)]
    ranked = [(_rank(text, moment), moment) for moment in found]
    return [(rank + (5 if line.unseen else 0), moment) for rank, moment in ranked if rank < 9]


def _links_headline(pieces: Sequence[ElementText]) -> bool:
    """Whether one of the links among pieces is as long as a headline; an address or a medium's name is none."""
    return any(piece.linked and len(_OTHER_WORDS.findall(piece.text)) >= _HEADLINE for piece in pieces)


def _rank(text: str, moment: Moment) -> int:
    if is_of_event(text, moment.start):
        return 9
    label = label_before(text, moment.start)
    if label and not _UPDATED.search(label):
        return (0 if moment.precision != "day" else 1) + (_MADE.search(label) is not None)
    before, after = text[max(0, moment.start - 8) : moment.start], text[moment.end : moment.end + 4]
    if _POSTED.search(before):
        return 0 if moment.precision != "day" else 1
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


def _labelled_numbers(text: str, of_republic: bool = False) -> Moment | None:
    """A date that would be a plain number without its label: 發布日期：112-04-18, 日期：20230418."""
    if not _SIGN.search(text):
        return None
    for read in (dates.bare_roc, partial(dates.two_digits, of_republic=of_republic), dates.compact):
        moment = read(text)
        if moment and (label_before(text, moment.start) or (of_republic and _is_whole(text, moment))):
            return moment
    return None


def _is_whole(text: str, moment: Moment) -> bool:
    """Whether a time to the minute is all that a line says: 108/03/03 09:15."""
    return (
        moment.precision != "day" and _SIGNED.fullmatch(text[: moment.start] + text[moment.end :]) is not None
    )


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
