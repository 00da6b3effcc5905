"""Days go by on the sample network: each thing is found on its day, and runs that are killed change nothing of that.

The whole month, and its table: `python -m tests.month`.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawler.registry.book import SiteFiles
from crawler.sample import Network
from tests.month.odd import FIRST
from tests.month.odd_course import OddMonth, faults
from tests.month.rehearsal import Day, Rehearsal
from tests.starter import Starter

SITES = ("dahe.cn", "people.com.cn", "www.chinanews.com.cn", "www.jzrb.com")
DAYS = tuple(date(2024, 12, day) for day in (8, 9, 11, 13, 14))
KILLED = (date(2024, 12, 9), date(2024, 12, 13))
FOUND = {  # what the sample's stories say happens, by the day
    date(2024, 12, 9): [("changed", "501205.shtml")],
    date(2024, 12, 11): [("gone", "1850206.html")],
    date(2024, 12, 13): [("soft-gone", "10327210.shtml")],
    date(2024, 12, 14): [("changed", "c1001-40371208.html")],
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Iterator[tuple[Rehearsal, list[Day]]]:
    """Five days; on two of them each run gets kill -9 in its middle and is started again."""
    folder: Path = tmp_path_factory.mktemp("month") / "archive"
    with Network(today=DAYS[0], log_bytes=False) as network:
        rehearsal = Rehearsal(network, folder, starter, sites=SITES)
        commands = (("crawl", "mirrors", "-a", f"site={','.join(SITES)}"), ("crawl", "recheck"))
        days = []
        for on in DAYS:
            network.today = on
            days.append(rehearsal.day(on, commands, kill={0: 6, 1: 6} if on in KILLED else {}))
        yield rehearsal, days


def test_every_run_ends_well(kept: tuple[Rehearsal, list[Day]]) -> None:
    assert [day.codes for day in kept[1]] == [(0, 0)] * 5


def test_edits_and_disappearances_are_in_the_ledger_on_their_day(kept: tuple[Rehearsal, list[Day]]) -> None:
    assert {
        day.on: [(state, url.rpartition("/")[2]) for state, url in day.ledger]
        for day in kept[1]
        if day.ledger
    } == FOUND


def test_new_articles_are_held_by_the_end_of_the_day_they_appear(kept: tuple[Rehearsal, list[Day]]) -> None:
    rehearsal, _ = kept
    book = SiteFiles.load()
    printed = {
        page.url.partition(":")[2]: str(page.published.date())
        for page in rehearsal.network.expected
        if page.published.date() in DAYS and (site := book.site_of(page.url)) and site.host in SITES
    }
    held = {
        url.partition(":")[2]: seen
        for url, seen in rehearsal.rows(
            "SELECT a.url, substr(min(s.seen_at), 1, 10) FROM articles a JOIN sightings s ON s.article_id = a.id"
            " GROUP BY a.id"
        )
    }

    assert {url: held.get(url) for url in printed} == printed


def test_killed_runs_leave_no_open_end_and_nothing_twice(kept: tuple[Rehearsal, list[Day]]) -> None:
    rehearsal, _ = kept

    assert rehearsal.rows("SELECT DISTINCT ending FROM runs ORDER BY 1") == [("finished",), ("killed",)]
    assert (
        rehearsal.rows("SELECT url FROM captures WHERE status = 200 GROUP BY record_id HAVING count(*) > 1")
        == []
    )
    assert (
        rehearsal.rows(
            "SELECT count(*) FROM sightings WHERE state = 'new' GROUP BY article_id HAVING count(*) > 1"
        )
        == []
    )


def test_days_without_much_news_ask_for_few_articles(kept: tuple[Rehearsal, list[Day]]) -> None:
    first, *later = kept[1]
    quiet = [day for day in later if day.on not in KILLED]

    assert max(day.article_requests for day in quiet) < first.article_requests / 2
    assert max(day.payload_bytes for day in quiet) < first.payload_bytes / 2


@pytest.mark.slow
def test_three_days_with_odd_hosts_are_as_they_must_be(tmp_path: Path, starter: Starter) -> None:
    """The whole month: `python -m tests.month --odd`."""
    with Network(today=FIRST, log_bytes=False) as network:
        month = OddMonth.of(network, tmp_path, starter, sites=("www.jzrb.com",), is_alone=True)
        for _ in month.go(3):
            pass

    assert list(faults(month)) == []


def test_the_clock_that_shell_scripts_shift_lets_times_go_to_another_process() -> None:
    """Archives read pages in a process of their own."""
    told = (
        "import datetime, pickle; now = datetime.datetime.now(datetime.UTC);"
        " print(now == pickle.loads(pickle.dumps(now)))"
    )
    folder = Path(__file__).parent / "clock"
    env = {"PYTHONPATH": str(folder), "MONTH_AHEAD_S": "90000"}

    done = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("True\n", "")
