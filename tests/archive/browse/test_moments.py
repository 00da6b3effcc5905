"""Times as spans, and plots drawn from them."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from archive.browse.charts import Dot, bars, day_links, timeline
from archive.browse.labels import Labels
from archive.browse.moments import Delay, TimeSpan, delay, span


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2020, 2, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published_at", "precision", "expected"),
    [
        ("2020-02-10T08:00:00+08:00", "second", TimeSpan(at(10), at(10))),
        ("2020-02-10T08:00:00", "minute", TimeSpan(at(10), at(10))),
        ("2020-02-10T08:00:00+08:00", "day", TimeSpan(at(10), at(11))),
        ("2020-02-11", None, TimeSpan(at(10, 16), at(11, 16))),
        ("2020-02", "month", TimeSpan(datetime(2020, 1, 31, 16, tzinfo=UTC), at(29, 16))),
        ("2020-13", "month", None),
        (None, None, None),
        ("yesterday", None, None),
        ("0001-01-01", "day", None),
        ("9999-12-31T23:00:00-12:00", "second", None),
    ],
)
def test_a_day_is_all_of_it_and_a_moment_itself(
    published_at: str | None, precision: str | None, expected: TimeSpan | None
) -> None:
    assert span(published_at, precision) == expected


def test_between_moments_hours_are_told() -> None:
    assert delay(TimeSpan(at(10, 1), at(10, 1)), TimeSpan(at(10, 4), at(10, 4))) == Delay(3.0, 0)


def test_where_one_is_a_day_only_days_are() -> None:
    assert delay(TimeSpan(at(9, 16), at(10, 16)), TimeSpan(at(10, 4), at(10, 4))) == Delay(None, 0)
    assert delay(TimeSpan(at(9, 16), at(10, 16)), TimeSpan(at(11, 4), at(11, 4))) == Delay(None, 1)


def test_a_month_leaves_the_delay_unknown() -> None:
    month = TimeSpan(datetime(2020, 1, 31, 16, tzinfo=UTC), at(29, 16))

    assert delay(month, TimeSpan(at(10), at(10))) is None
    assert delay(TimeSpan(at(9, 16), at(10, 16)), month) is None


def test_an_unknown_time_leaves_the_delay_unknown() -> None:
    assert delay(None, TimeSpan(at(10), at(10))) is None


def drawn(svg: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))


def test_every_bar_says_its_count() -> None:
    found = drawn(bars({"2020-02-10": 3, "2020-02-11": 0}, "per <day>", {"2020-02-10": "/d?a=1&b=2"}))

    assert found.get("aria-label") == "per <day>"
    assert [title.text for title in found.iter("title")] == ["2020-02-10: 3", "2020-02-11: 0"]
    assert [link.get("href") for link in found.iter("a")] == ["/d?a=1&b=2"]


def test_the_part_of_a_bar_is_told_and_drawn() -> None:
    found = drawn(bars({"2020-02-10": 4}, "x", parts={"2020-02-10": 1}))

    assert [title.text for title in found.iter("title")] == ["2020-02-10: 1 / 4"]
    heights = {rect.get("class"): rect.get("height") for rect in found.iter("rect")}
    assert heights == {"zz-rest": "82", "zz-full": "28"}


@pytest.mark.parametrize(
    ("key", "site", "expected"),
    [
        ("2020-02-10", None, "/r/day/2020-02-10"),
        ("2020-02-10", "a.example", "/r/search?since=2020-02-10&until=2020-02-10&site=a.example"),
        ("2020-02", None, "/r/search?since=2020-02-01&until=2020-02-29"),
        ("2020", None, "/r/search?since=2020-01-01&until=2020-12-31"),
    ],
)
def test_a_bar_leads_to_its_articles(key: str, site: str | None, expected: str) -> None:
    assert day_links({key: 1, "2021": 0}, "/r", site) == {key: expected}


def test_every_line_of_a_timeline_is_a_link_that_says_itself() -> None:
    dots = [
        Dot("a.example", at(10), at(11), "origin", "/a", "origin <b>"),
        Dot("b.example", at(10, 5), at(10, 5), "copy", "/b", "copy"),
    ]
    found = drawn(timeline(dots, Labels("en")))

    assert [(link.get("href"), link.findtext("title")) for link in found.iter("a")] == [
        ("/a", "origin <b>"),
        ("/b", "copy"),
    ]


def test_nothing_draws_nothing() -> None:
    assert bars({}, "x") == timeline([], Labels("en")) == ""


def test_a_hundred_years_still_fit() -> None:
    dots = [
        Dot("a", datetime(year, 1, 1, tzinfo=UTC), datetime(year, 1, 1, tzinfo=UTC), "copy", "/", "")
        for year in (1946, 2026)
    ]

    assert len(list(drawn(timeline(dots, Labels("en"))).iter("text"))) < 40
