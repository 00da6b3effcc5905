"""Nights on which the clocks of the machine are changed, within a run and between two: everything is as without."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network
from tests.month.odd import FIRST
from tests.month.rehearsal import Rehearsal
from tests.month.strange import Host, StrangeWeb, plain
from tests.starter import Starter

HOST = "plain.example"
NIGHTS = 3
# Made zones (POSIX: summer ends and begins on days of the year; the runs begin at 05:00 UTC on days 340, 341, 342).
ZONES = {
    "an hour on in the second run, back in the third": "AAA-3BBB-4,J341/8:00:01,J342/9:00:01",
    "back in the second run, on in the third": "AAA5BBB4,J342/0:00:01,J341/1:00:01",
    "half an hour, between the nights": "AAA-10:30BBB-11,J341/22,J342/22",
}


def nights(folder: Path, starter: Starter) -> dict[str, Any]:
    """What three nights of crawl, recheck and status leave behind."""
    web = StrangeWeb({HOST: Host(plain)}, {})
    web.write_sites(folder / "sites")
    with Network(today=FIRST, log_bytes=False) as network:
        network.meddle = web
        rehearsal = Rehearsal(
            network, folder / "archive", starter, schedule="24", sites=(HOST,), own_sites=folder / "sites"
        )
        left: dict[str, Any] = {"days": []}
        for web.night in range(NIGHTS):
            on = FIRST + timedelta(days=web.night)
            day = rehearsal.day(on, [("crawl", "mirrors", "-a", f"site={HOST}"), ("crawl", "recheck")])
            left["days"].append((day.codes, day.requests, day.new, day.ledger, rehearsal.alarms(on)))
        left["looks"] = rehearsal.rows(
            "SELECT a.url, s.state, substr(s.seen_at, 1, 15) FROM sightings s JOIN articles a ON a.id = s.article_id"
            " ORDER BY a.url, s.id"
        )
        left["articles"] = rehearsal.rows("SELECT url, title, text, published_at FROM articles ORDER BY url")
        left["runs"] = rehearsal.rows(
            "SELECT command, ending, substr(started_at, 1, 15), unixepoch(ended_at) - unixepoch(started_at) BETWEEN 0"
            " AND 1200 FROM runs ORDER BY 3, 1"
        )
        return left


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        return nights(tmp_path_factory.mktemp("utc"), starter)


def test_the_nights_without_a_change_are_as_they_must_be(without: dict[str, Any]) -> None:
    codes, _, new, ledger, alarms = zip(*without["days"], strict=True)

    assert codes == ((0, 0), (0, 0), (0, 0))
    assert new == (6, 1, 1)
    assert [[state for state, _ in night] for night in ledger] == [[], [], ["changed"]]
    assert alarms == ((), (), ())
    assert [run[2] for run in without["runs"]] == [f"2024-12-0{day}T05:0" for day in (6, 7, 7, 8, 8)]


@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
def test_a_change_of_the_clocks_changes_nothing(
    zone: str, without: dict[str, Any], tmp_path: Path, starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)

    assert nights(tmp_path, starter) == without
