"""Four nights of real crawls and rechecks with hosts of one's own, and what is left of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawler.sample import Network
from tests.month.odd import FIRST
from tests.month.rehearsal import Day, Rehearsal
from tests.month.strange import NIGHTS, Host, StrangeWeb, texts
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


def spent(folder: Path, starter: Starter, hosts: Mapping[str, Host], names: Mapping[str, str]) -> Nights:
    """The four nights with these hosts; `names` are the further names that they have."""
    web, found = StrangeWeb(hosts, names), Nights()
    web.write_sites(folder / "sites")
    sites = ("-a", f"site={','.join(hosts)}")
    with Network(today=FIRST, log_bytes=False) as network:
        network.meddle = web
        rehearsal = Rehearsal(
            network, folder / "archive", starter, sites=tuple(hosts), own_sites=folder / "sites"
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
    return found


def wanted_news(host: Host) -> list[tuple[int, int, str]]:
    """Number, night and state of each edit, loss and move that the ledger must have, once each."""
    return sorted((n, night, state) for (night, n), state in host.ledger.items())


def wanted_new(name: str, host: Host) -> list[tuple[int, int, str]]:
    """Number and night of each article: held once, from the first night it can be had."""
    wanted = []
    for text in texts(name, NIGHTS - 1):
        night = text.printed
        while night in host.late:
            night += 1
        wanted += [(text.n, night, "new")] if night < NIGHTS else []
    return wanted
