from datetime import date

import pytest

from archive.errors import WrongUse
from crawler.finding.arguments import Days, days, only_known

TODAY = date(2024, 12, 2)


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("2020-02-30", None, r"since=2020-02-30: no such day"),
        ("yesterday", None, r"since=yesterday: no date"),
        ("2020-02-10", "2020-02-09", r"until=2020-02-09: lies before since=2020-02-10"),
        ("2025-01-01", None, r"since=2025-01-01: lies in the future, today is 2024-12-02"),
        ("1900-01-01", None, r"before the first issue, 1946-05-15"),
        (None, "10.2.2020", r"until=10\.2\.2020: no date"),
    ],
)
def test_a_wrong_date_is_one_clear_line(since: str | None, until: str | None, message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        days(since, until, TODAY)


def test_both_ends_belong_to_the_range() -> None:
    found = days("2024-11-29", "2024-12-01", TODAY)

    assert list(found) == [date(2024, 11, 29), date(2024, 11, 30), date(2024, 12, 1)]
    assert date(2024, 11, 29) in found
    assert date(2024, 12, 1) in found
    assert date(2024, 12, 2) not in found


def test_a_month_is_all_its_days() -> None:
    assert days("2020-02", "2020-02", TODAY) == Days(date(2020, 2, 1), date(2020, 2, 29))


def test_no_dates_are_an_open_range() -> None:
    assert days(None, None, TODAY).is_open


def test_a_month_may_reach_into_the_range() -> None:
    found = days("2020-02-28", "2020-03-02", TODAY)

    assert [month for month in range(1, 13) if found.may_hold_month(2020, month)] == [2, 3]


def test_an_unknown_argument_names_the_known_ones() -> None:
    with pytest.raises(WrongUse, match=r"-a form=: unknown argument, known are since, until"):
        only_known({"form": "2020-02-10"}, ("since", "until"))
