from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from archive.errors import WrongUse
from archive.view.paper_issues import PageCoverage
from crawler.finding.arguments import Days
from crawler.terminal.coverage import is_whole, show, span

TODAY = date(2024, 12, 2)
WHOLE = PageCoverage("2020-02-10", 1, "要闻", True, 2, (("live", 1), ("wayback", 1)), ())


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-02-10", date(2020, 2, 10), date(2020, 2, 10)),
        ("2020-02-08..2020-02-12", date(2020, 2, 8), date(2020, 2, 12)),
        ("2019-12..2020-01", date(2019, 12, 1), date(2020, 1, 31)),
    ],
)
def test_a_span_is_a_day_a_month_or_two_of_them(text: str, since: date, until: date) -> None:
    assert span(text, TODAY) == Days(since, until)


@pytest.mark.parametrize("text", ["2020", "February", "2020-02-10..", "2020-02-12..2020-02-10", "2030-01"])
def test_what_is_no_span_is_wrong_use(text: str) -> None:
    with pytest.raises(WrongUse):
        span(text, TODAY)


def test_a_day_without_a_list_is_not_whole() -> None:
    assert is_whole([WHOLE], Days(date(2020, 2, 10), date(2020, 2, 10)))
    assert not is_whole([WHOLE], Days(date(2020, 2, 10), date(2020, 2, 11)))


def test_a_missing_item_or_page_is_not_whole() -> None:
    asked = Days(date(2020, 2, 10), date(2020, 2, 10))
    linked = PageCoverage("2020-02-10", 2, None, False, 0, (), ())
    lacking = PageCoverage("2020-02-10", 2, None, True, 1, (), ("春耕",))

    assert not is_whole([WHOLE, linked], asked)
    assert not is_whole([WHOLE, lacking], asked)


def test_the_sum_is_of_the_days_asked_for() -> None:
    console = Console(file=StringIO(), width=200)
    show(console, [WHOLE], Days(date(2020, 2, 8), date(2020, 2, 11)))

    assert console.file.getvalue().splitlines()[-1] == (
        "1 of 4 days asked for are listed (25%), of these 2 of 2 items are held (100.0%): live 1, wayback 1"
    )
