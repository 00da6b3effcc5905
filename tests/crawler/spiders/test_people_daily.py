"""People's Daily by date: the real command over the sample network, whose log says what was asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import WrongUse
from crawler.sample import Network
from crawler.spiders.people_daily import PeopleDaily

PAPER = "paper.people.com.cn"


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(port=0, today=date(2024, 12, 2)) as net:
        yield net


@pytest.fixture(scope="module")
def range_over_the_change(network: Network, run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("range")
    before = len(network.log)
    outcome = run(
        "people_daily", "since=2024-11-29", "until=2024-12-02", folder=folder, proxy=network.proxy_url
    )
    return outcome, [entry.path for entry in network.log[before:]], folder


def test_the_range_crosses_the_change_of_address_scheme(network: Network, range_over_the_change: Any) -> None:
    outcome, paths, _ = range_over_the_change
    expected = {
        printing.url.partition(PAPER)[2]
        for printing in network.expected
        if printing.host == PAPER and printing.published_at >= "2024-11-29"
    }

    assert {path for path in paths if "content_" in path or "/nw." in path} == expected
    assert outcome.code == 0


def test_nothing_is_asked_twice(range_over_the_change: Any) -> None:
    _, paths, _ = range_over_the_change

    assert len(paths) == len(set(paths))


def test_a_second_run_asks_for_no_article(network: Network, range_over_the_change: Any, run: Any) -> None:
    folder = range_over_the_change[2]
    before = len(network.log)

    again = run(
        "people_daily", "since=2024-11-29", "until=2024-12-02", folder=folder, proxy=network.proxy_url
    )

    paths = [entry.path for entry in network.log[before:]]
    assert not [path for path in paths if "content_" in path or "/nw." in path]
    assert again.code == 0
    first = range_over_the_change[0]
    assert again.rows("SELECT count(*), count(DISTINCT url) FROM articles") == [
        (len(first.items), len(first.items))
    ]


def test_without_dates_the_newest_issue_fixes_the_week(network: Network, run: Any, tmp_path: Path) -> None:
    before = len(network.log)

    outcome = run("people_daily", folder=tmp_path, proxy=network.proxy_url)

    fronts = [
        entry.path
        for entry in network.log[before:]
        if entry.path.endswith(("nbs.D110000renmrb_01.htm", "node_01.html"))
    ]
    assert fronts == [
        "/rmrb/pc/layout/202412/02/node_01.html",
        "/rmrb/pc/layout/202412/01/node_01.html",
        *(f"/rmrb/html/2024-11/{day}/nbs.D110000renmrb_01.htm" for day in (30, 29, 28, 27, 26, 25)),
    ]
    assert len(outcome.items) >= 11


def test_an_index_that_shows_tomorrow_is_an_alarm(run: Any, tmp_path: Path) -> None:
    at = datetime(2024, 12, 1, 4, tzinfo=UTC)
    with Network(port=0, today=date(2024, 12, 2)) as net:
        outcome = run("people_daily", "archive=none", folder=tmp_path, proxy=net.proxy_url, at=at)
        asked = [entry.path for entry in net.log]

    assert outcome.code == 3
    assert outcome.lines(f"site={PAPER} kind=tomorrow the index shows the issue of 2024-12-02")
    assert "/rmrb/pc/layout/202412/01/node_01.html" in asked
    assert "/rmrb/pc/layout/202412/02/node_01.html" not in asked


def test_days_that_are_whole_are_not_read_again(
    network: Network, range_over_the_change: Any, run: Any
) -> None:
    folder = range_over_the_change[2]
    before = len(network.log)

    run("people_daily", folder=folder, proxy=network.proxy_url)

    asked = [entry.path for entry in network.log[before:] if entry.host == PAPER]
    assert [path for path in asked if "/layout/" in path] == [
        "/rmrb/pc/layout/index.html",
        "/rmrb/pc/layout/202412/02/node_01.html",
        "/rmrb/pc/layout/202412/02/node_02.html",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"since": "2020-02-30"}, "since=2020-02-30: no such day"),
        ({"until": "2020-02-01"}, "until=2020-02-01: since= is wanted too, to know where to begin"),
        ({"form": "2020"}, "-a form=: unknown argument, known are since, until, paper, archive"),
        ({"archive": "nowhere"}, "archive=nowhere: no such archive"),
    ],
)
def test_wrong_arguments_are_wrong_use(arguments: dict[str, str], line: str) -> None:
    with pytest.raises(WrongUse) as error:
        PeopleDaily(**arguments)

    assert str(error.value).startswith(line)


def test_wrong_use_is_one_line_and_exit_code_2(run: Any, tmp_path: Path) -> None:
    outcome = run("people_daily", "paper=rmrbx", folder=tmp_path)

    assert outcome.code == 2
    assert (
        outcome.log.strip()
        == "scrapy: paper=rmrbx: no such newspaper, known are fcyym, rmrb, rmrbhwb, zgcsb, zgnyb"
    )
    assert not (tmp_path / "archive").exists()
