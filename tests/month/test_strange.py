"""Four nights with hosts that nobody's servers should be like: ledger, alarms, coverage and exit codes of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network
from tests.month.odd import FIRST
from tests.month.rehearsal import Day, Rehearsal
from tests.month.strange import HOSTS, NIGHTS, OTHER_NAMES, StrangeWeb, texts
from tests.starter import Starter

TOLD = (
    "SELECT article_id, capture_id, seen_at, state FROM sightings ORDER BY id",
    "SELECT url, site, title, text FROM articles ORDER BY id",
    "SELECT capture_id, reason, detail FROM quarantine ORDER BY id",
)
NEWS = ("changed", "gone", "soft-gone", "redirected", "moved")


@dataclass
class Nights:
    """What the nights left: rows of the archive, and alarms by night."""

    days: list[Day] = field(default_factory=list)
    alarms: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    sightings: list[tuple[Any, ...]] = field(default_factory=list)
    """Site, address, state and night of each look."""
    endings: set[str] = field(default_factory=set)
    told: list[tuple[list[tuple[Any, ...]], ...]] = field(default_factory=list)
    """Rows of each of TOLD, as crawled and as rebuilt."""

    def number_and_night(self, host: str, *states: str) -> list[tuple[int, int, str]]:
        return sorted(
            (int(url.partition("_")[2][:4]) - 5000, night, state)
            for site, url, state, night in self.sightings
            if site == host and state in states
        )


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Iterator[Nights]:
    folder: Path = tmp_path_factory.mktemp("strange")
    web, found = StrangeWeb(), Nights()
    web.write_sites(folder / "sites")
    sites = ("-a", f"site={','.join(HOSTS)}")
    with Network(today=FIRST, log_bytes=False) as network:
        network.meddle = web
        rehearsal = Rehearsal(
            network, folder / "archive", starter, sites=tuple(HOSTS), own_sites=folder / "sites"
        )
        for web.night in range(NIGHTS):
            on = FIRST + timedelta(days=web.night)
            found.days.append(rehearsal.day(on, [("crawl", "mirrors", *sites), ("crawl", "recheck", *sites)]))
            for name in rehearsal.alarms(on):
                site, _, kind = name.partition("/")
                found.alarms.setdefault(site, {}).setdefault(kind, []).append(web.night)
        found.sightings = rehearsal.rows(
            "SELECT a.site, a.url, s.state, julianday(substr(s.seen_at, 1, 10)) - julianday(?)"
            " FROM sightings s JOIN articles a ON a.id = s.article_id",
            str(FIRST),
        )
        told = [rehearsal.rows(sql) for sql in TOLD]
        rebuilt = rehearsal.start(FIRST + timedelta(days=NIGHTS), "rebuild").wait()
        assert rebuilt.returncode == 0, rebuilt.stderr
        found.told = list(zip(told, [rehearsal.rows(sql) for sql in TOLD], strict=True))
        found.endings = {ending for (ending,) in rehearsal.rows("SELECT DISTINCT ending FROM runs")}
    yield found


@pytest.mark.parametrize("host", HOSTS)
def test_the_ledger_tells_each_edit_and_loss_and_no_other(nights: Nights, host: str) -> None:
    wanted = sorted((n, night, state) for (night, n), state in HOSTS[host].ledger.items())

    assert sorted(set(nights.number_and_night(host, *NEWS))) == wanted  # what is tried again is told again


@pytest.mark.parametrize("host", HOSTS)
def test_each_article_is_held_once_from_the_first_night_it_could_be_had(nights: Nights, host: str) -> None:
    wanted = []
    for text in texts(host, NIGHTS - 1):
        night = text.printed
        while night in HOSTS[host].late:
            night += 1
        wanted += [(text.n, night, "new")] if night < NIGHTS else []

    assert nights.number_and_night(host, "new") == wanted


@pytest.mark.parametrize("host", HOSTS)
def test_alarms_ring_on_their_nights_and_on_no_other(nights: Nights, host: str) -> None:
    assert nights.alarms.get(host, {}) == {kind: list(on) for kind, on in HOSTS[host].alarms.items()}


def test_no_other_host_has_articles_or_alarms(nights: Nights) -> None:
    assert {site for site, *_ in nights.sightings} == set(HOSTS)
    assert not nights.alarms.keys() & set(OTHER_NAMES)


def test_every_run_ends_by_itself_and_says_by_its_code_whether_to_look(nights: Nights) -> None:
    assert nights.endings == {"finished"}
    assert [day.codes for day in nights.days] == [(0, 0), (3, 3), (3, 0), (3, 0)]


def test_a_rebuilt_view_tells_the_same_of_every_night(nights: Nights) -> None:
    assert all(as_crawled == as_rebuilt for as_crawled, as_rebuilt in nights.told)
