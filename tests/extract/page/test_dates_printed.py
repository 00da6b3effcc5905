"""A moment printed in any form that Chinese pages use is read back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.page import dates
from extract.page.zones import BEIJING

pytestmark = pytest.mark.slow

_WIDE = str.maketrans("0123456789:-", "０１２３４５６７８９：－")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DIGITS = "〇一二三四五六七八九"
_WEEKDAYS = "一二三四五六日"


def _written(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones else ""
    )


def _half(when: datetime) -> str:
    return f"{'上午' if when.hour < 12 else '下午'}{(when.hour - 1) % 12 + 1}:{when:%M}"


def _noon(when: datetime) -> str:
    return f"{(when.hour - 1) % 12 + 1}:{when:%M} {'AM' if when.hour < 12 else 'PM'}"


# a form says the minute
_MINUTES: dict[str, Callable[[datetime], str]] = {
    "dashes": lambda t: f"{t:%Y-%m-%d %H:%M}",
    "no noughts": lambda t: f"{t.year}-{t.month}-{t.day} {t:%H:%M}",
    "slashes": lambda t: f"{t:%Y/%m/%d %H:%M}",
    "dots": lambda t: f"{t:%Y.%m.%d %H:%M}",
    "characters": lambda t: f"{t.year}年{t.month}月{t.day}日{t:%H:%M}",
    "blanks": lambda t: f"{t.year} 年 {t.month} 月 {t.day} 日　{t:%H:%M}",
    "full width": lambda t: f"{t:%Y-%m-%d %H:%M}".translate(_WIDE),
    "weekday": lambda t: f"{t.year}年{t.month}月{t.day}日 星期{_WEEKDAYS[t.weekday()]} {t:%H:%M}",
    "weekday in brackets": lambda t: f"{t:%Y-%m-%d}（周{_WEEKDAYS[t.weekday()]}）{t:%H:%M}",
    "clock first": lambda t: f"{t:%H:%M} {t.year}年{t.month}月{t.day}日",
    "clock first, dashes": lambda t: f"{t:%H:%M}  {t:%Y-%m-%d}",
    "dashes throughout": lambda t: f"{t:%Y-%m-%d-%H:%M}",
    "T": lambda t: f"{t:%Y-%m-%dT%H:%M}+08:00",
    "day first": lambda t: f"{t:%d.%m.%Y %H:%M}",
    "american": lambda t: f"{t.month}/{t.day}/{t.year} {_noon(t)}",
    "english": lambda t: f"{_MONTHS[t.month - 1]} {t.day}, {t.year} {_noon(t)}",
    "english, day first": lambda t: f"{t.day} {_MONTHS[t.month - 1]} {t.year} {t:%H:%M}",
    "unix": lambda t: f"{_MONTHS[t.month - 1]} {t.day:02d} {t:%H:%M}:00 CST {t.year}",
    "republic": lambda t: f"民國{t.year - 1911}年{t.month}月{t.day}日 {t:%H:%M}",
    "two digits": lambda t: f"{t:%y-%m-%d %H:%M}",
    "half days": lambda t: f"{t:%Y/%m/%d} {_half(t)}",
    "half day first": lambda t: (
        f"{t:%Y-%m-%d} {'AM' if t.hour < 12 else 'PM'} {(t.hour - 1) % 12 + 1}:{t:%M}"
    ),
    "hours in characters": lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}时{t:%M}分",
    "hours in traditional": lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}時{t:%M}分",
    "UTC": lambda t: f"{t.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
    "GMT": lambda t: f"{t.astimezone(UTC):%Y-%m-%d %H:%M}（GMT）",
    "GMT+8": lambda t: f"{t:%Y-%m-%d %H:%M} (GMT+8)",
    "Tokyo": lambda t: f"{t.astimezone(timezone(timedelta(hours=9))):%Y-%m-%d %H:%M} 东京时间",
    "Beijing": lambda t: f"北京时间 {t:%Y-%m-%d %H:%M}",
}
_DAYS: dict[str, Callable[[datetime], str]] = {
    "characters": lambda t: f"{t.year}年{t.month}月{t.day}日",
    "full width": lambda t: f"{t.year}年{t.month}月{t.day}日".translate(_WIDE),
    "written": lambda t: (
        f"{''.join(_DIGITS[int(d)] for d in str(t.year))}年{_written(t.month)}月{_written(t.day)}日"
    ),
    "written, other nought": lambda t: (
        f"{''.join('零一二三四五六七八九'[int(d)] for d in str(t.year))}年{_written(t.month)}月{_written(t.day)}日"
    ),
    "day first": lambda t: f"{t:%d.%m.%Y}",
    "english": lambda t: f"{_MONTHS[t.month - 1]} {t.day}, {t.year}",
    "republic": lambda t: f"中華民國 {t.year - 1911} 年 {t.month} 月 {t.day} 日",
}
_TIMES = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2049, 12, 31)).map(
    lambda when: when.replace(second=0, microsecond=0, tzinfo=BEIJING)
)


@pytest.mark.parametrize("form", _MINUTES)
@settings(max_examples=40, deadline=None)
@given(when=_TIMES)
def test_a_printed_minute_is_read_back(form: str, when: datetime) -> None:
    found = dates.find(f"青岚网　{_MINUTES[form](when)}　来源：青岚日报")

    assert [moment.when for moment in found] == [when]


@pytest.mark.parametrize("form", _DAYS)
@settings(max_examples=40, deadline=None)
@given(when=_TIMES)
def test_a_printed_day_is_read_back(form: str, when: datetime) -> None:
    found = dates.find(f"青岚网　{_DAYS[form](when)}　来源：青岚日报")

    assert [(moment.when.date(), moment.precision) for moment in found] == [(when.date(), "day")]


@pytest.mark.parametrize("form", _MINUTES)
@settings(max_examples=15, deadline=None)
@given(when=_TIMES)
def test_no_part_of_a_full_date_is_read_as_one_without_its_year(form: str, when: datetime) -> None:
    assert dates.relative(f"清河周刊 {_MINUTES[form](when)}", datetime(2060, 11, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("美国东部时间: 06:40 2013年04月10日星期三", "2013-04-10T06:40:00-04:00"),
        ("2012-01-12 17:21 美东时间", "2012-01-12T17:21:00-05:00"),
        ("2012年7月12日 17:21 (美西時間)", "2012-07-12T17:21:00-07:00"),
        ("Wed, Jan 11, 2012 3:05 PM EST", "2012-01-11T15:05:00-05:00"),
        ("Sept 19th, 2005 at 7:32 pm", "2005-09-19T19:32:00+08:00"),
        ("格林尼治标准时间 2004-08-13 06:05", "2004-08-13T06:05:00+00:00"),
        ("2023-04-18T09:26:13-05:00", "2023-04-18T09:26:13-05:00"),
        ("14/12/2011 10:05", "2011-12-14T10:05:00+08:00"),
        ("二〇一二年〇一月一二日", "2012-01-12T00:00:00+08:00"),
        ("民國一百零一年一月十二日", "2012-01-12T00:00:00+08:00"),
        ("101年1月12日", "2012-01-12T00:00:00+08:00"),
    ],
)
def test_rarer_forms(printed: str, iso: str) -> None:
    assert [moment.iso() for moment in dates.find(printed)] == [iso]


@pytest.mark.parametrize("span", ["2023-04-18 09:00-11:00", "2023-04-18 14:00-16:30"])
def test_the_end_of_a_span_is_no_zone(span: str) -> None:
    assert dates.find(span)[0].when.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "text", ["3.5-12.75", "北纬 31.14.20", "比分 12-10-11", "版本 12.2020.1.1", "2020-13-01", "QQ 2012-10-45"]
)
def test_numbers_are_no_dates(text: str) -> None:
    assert dates.find(text) == []
