"""The month over the sample network and the odd hosts beside it, and what is not as it must be at its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from archive.errors import ExitCode
from crawler.registry.book import SiteFiles
from crawler.sample import Network
from tests.month.course import LAST, STILL, expected_news, late
from tests.month.dress import dressed, then
from tests.month.odd import (
    BUSY,
    FIRST,
    NEW_NAME,
    REFUSED,
    TRAITS,
    OddWeb,
    wanted_alarms,
    wanted_held,
    wanted_news,
)
from tests.month.rehearsal import Day, Rehearsal
from tests.starter import Starter

ASKED_AT_MOST = 3
"""Requests for articles of a host that says 429 and to come back in an hour, in one run."""


@dataclass
class OddMonth:
    """Days of the crawls that a round makes; `sites` are those of the sample network, all by default."""

    rehearsal: Rehearsal
    web: OddWeb
    is_alone: bool = False
    days: list[Day] = field(default_factory=list)
    asked_of_busy: list[int] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        network: Network,
        folder: Path,
        starter: Starter,
        sites: tuple[str, ...] = (),
        *,
        is_alone: bool = False,
    ) -> "OddMonth":
        """A month in an empty folder, before its first day; `sites` of the sample network, all by default.

        `is_alone`: nothing is asked of the paper, and of the sample network only what `sites` tell is expected.
        """
        OddWeb.write_sites(folder / "sites")
        rehearsal = Rehearsal(network, folder / "archive", starter, sites=sites, own_sites=folder / "sites")
        return cls(rehearsal, OddWeb(), is_alone)

    def go(self, count: int) -> Iterator[Day]:
        """So many days, one after the other."""
        for n in range(count):
            yield self._day(n)

    def _day(self, n: int) -> Day:
        on = FIRST + timedelta(days=n)
        network = self.rehearsal.network
        network.today = min(on, LAST)
        self.web.day = n
        network.meddle = then(self.web, dressed)
        hosts = [*self.rehearsal.sites, *TRAITS]
        sites = ("-a", f"site={','.join(host for host in hosts if host != 'www.macaodaily.com')}")
        commands = [("crawl", "mirrors", *sites), ("crawl", "recheck", *sites)]
        if not self.is_alone:
            commands.insert(0, ("crawl", "people_daily"))
        day = self.rehearsal.day(on, commands)
        day = replace(day, alarms=self.rehearsal.alarms(on))
        self.asked_of_busy.append(sum(entry.host == BUSY and "/t2024" in entry.path for entry in network.log))
        self.days.append(day)
        return day


def faults(month: OddMonth) -> Iterator[str]:
    """What is not as it must be."""
    last = len(month.days) - 1
    for n, day in enumerate(month.days):
        allowed = {STILL} if day.on > LAST + timedelta(days=2) else set()
        odd = (set(day.alarms) ^ wanted_alarms(n)) - allowed
        if odd:
            yield f"{day.on}: alarms {sorted(day.alarms)}, wanted {sorted(wanted_alarms(n))}: {day.said[-500:]}"
        if not set(day.codes) <= {ExitCode.FINE, ExitCode.ALARMS}:
            yield f"{day.on}: exit codes {day.codes}: {day.said[-500:]}"
        if n in REFUSED and month.asked_of_busy[n] > 2 * ASKED_AT_MOST:
            yield f"{day.on}: {BUSY} was asked {month.asked_of_busy[n]} times"
    yield from _ledger(month, last)
    yield from _coverage(month, last)
    if not month.is_alone:
        yield from late(month.rehearsal, min(LAST, month.days[-1].on))
    endings = {ending for (ending,) in month.rehearsal.rows("SELECT DISTINCT ending FROM runs")}
    if not endings <= {"finished", "waiting"}:
        yield f"runs ended as {sorted(endings)}"


def _ledger(month: OddMonth, last: int) -> Iterator[str]:
    found = {
        (_day_of(seen), state, url.partition(":")[2])
        for seen, state, url in _news(month)
        if state in ("changed", "gone", "soft-gone", "redirected", "back")
    }
    wanted = wanted_news(last) | set(_of_the_sample(month, last))
    if found - wanted:
        yield f"invented: {sorted(found - wanted)[:5]} ({len(found - wanted)})"
    if wanted - found:
        yield f"not found: {sorted(wanted - found)[:5]} ({len(wanted - found)})"


def _news(month: OddMonth) -> list[tuple[Any, ...]]:
    """Looks that found an article otherwise than the look before; those that failed or were refused say nothing."""
    return month.rehearsal.rows(
        "SELECT seen_at, state, url FROM (SELECT s.seen_at, s.state, a.url, lag(s.state) OVER (PARTITION BY article_id"
        " ORDER BY s.id) AS before FROM sightings s JOIN articles a ON a.id = s.article_id"
        " WHERE s.state NOT IN ('failed', 'blocked'))"
        " WHERE state IS NOT before"
    )


def _of_the_sample(month: OddMonth, last: int) -> Iterator[tuple[int, str, str]]:
    book = SiteFiles.load()
    for n in range(1, last + 1):
        on = FIRST + timedelta(days=n)
        if on <= LAST:
            for state, url in expected_news(month.rehearsal.network, on):
                site = book.site_of(f"http:{url}")
                is_kept = not month.is_alone or (site is not None and site.host in month.rehearsal.sites)
                if state != "blocked" and is_kept:
                    yield n, state, url


def _coverage(month: OddMonth, last: int) -> Iterator[str]:
    """Articles of odd hosts not held on the first day on which they could be, held twice, or never printed."""
    hosts = ", ".join(f"'{host}'" for host in (*TRAITS, NEW_NAME))
    rows = month.rehearsal.rows(
        "SELECT a.url, min(s.seen_at) FROM articles a JOIN sightings s ON s.article_id = a.id"
        f" WHERE a.site IN ({hosts}) GROUP BY a.id"
    )
    held = {url.partition(":")[2].replace(NEW_NAME, "moved.example"): _day_of(seen) for url, seen in rows}
    wanted = wanted_held(last)
    if len(rows) != len(held):
        yield f"{len(rows) - len(held)} articles are held twice"
    for url in sorted(held.keys() - wanted.keys()):
        yield f"{url} was invented"
    gaps = [(url, day, held.get(url)) for url, day in sorted(wanted.items()) if held.get(url) != day]
    if gaps:
        yield f"coverage has {len(gaps)} gaps: {gaps[:5]}"


def _day_of(seen_at: str) -> int:
    return (date.fromisoformat(seen_at[:10]) - FIRST).days


def sums(month: OddMonth) -> str:
    """What the month came to, in a line."""
    (held,) = month.rehearsal.rows("SELECT count(*) FROM articles")[0]
    (gone,) = month.rehearsal.rows("SELECT count(*) FROM vanished")[0]
    (looks,) = month.rehearsal.rows("SELECT count(*) FROM sightings")[0]
    states = dict(month.rehearsal.rows("SELECT state, count(*) FROM sightings GROUP BY state ORDER BY state"))
    endings = dict(month.rehearsal.rows("SELECT ending, count(*) FROM runs GROUP BY ending"))
    return f"{len(month.days)} days, {held} articles, {looks} looks {states}, {gone} vanished, runs {endings}"
