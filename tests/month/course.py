"""What happens on each day of the month, what must be seen of it, and what faults may leave otherwise."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from archive.errors import ExitCode
from crawler.sample import Network
from crawler.sample.printing import Printing
from crawler.terminal.round import exit_code
from tests.month.dress import ILL, dressed, then
from tests.month.rehearsal import Day, Rehearsal

FIRST, LAST, QUIET = date(2024, 12, 6), date(2024, 12, 31), 4
"""The network stands still after LAST: QUIET days on which nothing happens."""
FULL, OFFLINE = date(2024, 12, 10), date(2024, 12, 13)
LOST = {"gone": "gone", "soft": "soft-gone", "root": "redirected", "blocked": "blocked"}
WITHOUT = ("www.macaodaily.com",)
"""A site with no issue in these weeks."""
STILL = "paper.people.com.cn/no-news"
"""Rings on the third day without an issue of a daily paper, as it is at the end: to the minute or a day later."""
ALARMS = {  # of the month with faults: on which days, as status names them
    "archive/run-broke-off": [FULL],
    "archive/low-disk": [FULL],
    "paper.people.com.cn/vanishing": [date(2024, 12, day) for day in (16, 17, 18)],
    "paper.people.com.cn/quarantine": [date(2024, 12, 16)],
    "www.jzrb.com/blocked": [date(2024, 12, day) for day in (20, 21)],
    "www.jzrb.com/no-list": [date(2024, 12, day) for day in (20, 21)],
    "www.jzrb.com/too-few": [date(2024, 12, day) for day in (20, 21)],
    "www.jzrb.com/silent": [date(2024, 12, 21)],
    "www.chinanews.com.cn/empty-list": [date(2024, 12, day) for day in (23, 24)],
}
BAD = {FULL, OFFLINE, *ILL}
"""Days on which something is not seen, or not of every site."""

SAME = {  # what must be equal after both months; addresses without their scheme
    "articles": "SELECT substr(url, instr(url, ':')), site, title, kicker, subtitle, text, source, byline, editor,"
    " published_at, published_precision, paper_date, paper_page, script FROM articles",
    "versions": "SELECT substr(a.url, instr(a.url, ':')), v.n, v.title, v.text FROM versions v"
    " JOIN articles a ON a.id = v.article_id",
    "stories": "SELECT group_concat(of, ' ') FROM (SELECT m.story_id AS story, substr(a.url, instr(a.url, ':'))"
    " || '=' || m.relation AS of FROM members m JOIN articles a ON a.id = m.article_id ORDER BY 1, 2) GROUP BY story",
    "standing": "SELECT substr(a.url, instr(a.url, ':')), l.standing FROM looks l"
    " JOIN articles a ON a.id = l.article_id",
}


@dataclass
class Month:
    """A rehearsal and its days so far."""

    rehearsal: Rehearsal
    days: list[Day]
    is_apart: bool = False
    """Whether the crawls of a round are started one by one, which is three times faster, or by `scrapy round`."""

    def calm(self, count: int) -> Iterator[Day]:
        """Days without faults."""
        for on in _days(count):
            yield self._day(on)

    def stormy(self, count: int, disk: Path) -> Iterator[Day]:
        """The same days; of the rounds one in three gets kill -9, at another moment each time."""
        for n, on in enumerate(_days(count)):
            if on == FULL:
                squeeze(disk, 60_000)
            yield self._day(on, kill=self._kills(n, on), is_offline=on == OFFLINE, step=ILL.get(on))
            if on == FULL:
                squeeze(disk, 1 << 30)

    def _kills(self, n: int, on: date) -> dict[int, int]:
        """Which command of a day is killed, after how many answers."""
        if on in BAD:
            return {}
        if self.is_apart:
            return {n % 3: 2 + n * 7 % 20}
        return {0: 3 + n * 13 % 60} if n % 2 else {}

    def _day(self, on: date, *, step: Any = None, **fault: Any) -> Day:
        network = self.rehearsal.network
        network.today = min(on, LAST)
        network.meddle = then(step, dressed) if step else dressed
        sites = ("-a", f"site={','.join(site for site in self.rehearsal.sites if site not in WITHOUT)}")
        commands: list[tuple[str, ...]] = [("round", *sites)]
        if self.is_apart:
            commands = [("crawl", "people_daily"), ("crawl", "mirrors", *sites), ("crawl", "recheck", *sites)]
        day = self.rehearsal.day(on, commands, **fault)
        alarms = self.rehearsal.alarms(on)
        is_refused = set(day.codes) == {ExitCode.TRY_LATER}
        code = ExitCode.TRY_LATER if is_refused else exit_code(day.codes, alarms=bool(alarms))
        day = replace(day, alarms=alarms, codes=(code,))
        self.days.append(day)
        return day

    def same(self, name: str) -> list[tuple[Any, ...]]:
        """Rows of SAME, in an order of their own."""
        return sorted(self.rehearsal.rows(SAME[name]), key=repr)

    def events(self) -> dict[str, list[tuple[date, str]]]:
        """News of the ledger by address, refusals aside."""
        found: dict[str, list[tuple[date, str]]] = {}
        for day in self.days:
            for state, url in day.ledger:
                news = found.setdefault(url.partition(":")[2], [])
                is_told = (
                    state in LOST.values() and news and news[-1][1] == state
                )  # before a look that failed
                if state not in ("blocked", "failed") and not is_told:
                    news.append((day.on, state))
        return {url: news for url, news in found.items() if news}


def _days(count: int) -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range(count))


# -- what must hold


def faults_of_calm(month: Month) -> Iterator[str]:
    """What is not as it must be in a month without faults."""
    first, *_ = month.days
    for day in month.days:
        if _unexpected(day, ()) or day.codes != (3 if day.alarms else 0,):
            yield f"{day.on}: exit codes {day.codes}, alarms {day.alarms}, said {day.said!r}"
        news = sorted(expected_news(month.rehearsal.network, day.on)) if FIRST < day.on <= LAST else []
        found = sorted((state, url.partition(":")[2]) for state, url in day.ledger)
        if found != news:
            yield f"{day.on}: the ledger has {found}, wanted {news}"
    yield from late(month.rehearsal, min(LAST, month.days[-1].on))
    for day in month.days[(LAST - FIRST).days + 1 :]:
        shares = {
            "payload bytes": (day.payload_bytes / first.payload_bytes, 0.05),
            "record bytes": (day.record_bytes / first.record_bytes, 0.05),
            "requests to articles": (day.article_requests / first.article_requests, 0.2),
        }
        for name, (share, most) in shares.items():
            if share >= most:
                yield f"{day.on}: {name} are {share:.1%} of the first day's, wanted less than {most:.0%}"
        grown = day.content().items() - month.days[(LAST - FIRST).days].content().items()
        if grown:
            yield f"{day.on}: nothing was new, and yet {dict(grown)}"


def faults_of_stormy(stormy: Month, calm: Month) -> Iterator[str]:
    """What a month with faults left otherwise than one without."""
    for name in SAME:
        ours, wanted = set(stormy.same(name)), set(calm.same(name))
        if ours != wanted:
            yield f"{name}: only with faults {sorted(ours - wanted)[:3]}, only without {sorted(wanted - ours)[:3]}"
    for day in stormy.days:
        wanted = tuple(name for name, days in ALARMS.items() if day.on in days)
        if day.on != OFFLINE and _unexpected(day, wanted):
            yield f"{day.on}: alarms {list(day.alarms)}, wanted {wanted}"
        code = ExitCode.TRY_LATER if day.on == OFFLINE else 3 if day.alarms else 0
        if day.on != FULL and day.codes != (code,):
            yield f"{day.on}: exit code {day.codes}, wanted {code}: {day.said}"
    known = calm.events()
    for url, news in stormy.events().items():
        for on, state in news:
            if url not in known and not {on, on - timedelta(days=1)} & BAD:
                yield f"{url}: {state} on {on}, a day on which nothing happened to it"
    for url, news in known.items():
        found = stormy.events().get(url, [])
        if [state for _, state in news] != [state for _, state in found]:
            yield f"{url}: the ledger has {found}, wanted {news}"
            continue
        for (wanted_on, _), (on, state) in zip(news, found, strict=True):
            missed = {wanted_on + timedelta(days=n) for n in range((on - wanted_on).days)}
            if not missed <= BAD or on < wanted_on:
                yield f"{url}: {state} on {on}, wanted {wanted_on} or the first good day after it"


def _unexpected(day: Day, wanted: tuple[str, ...]) -> set[str]:
    """Alarms of a day too many or too few."""
    allowed = {STILL} if day.on > LAST + timedelta(days=2) else set()
    return (set(day.alarms) ^ set(wanted)) - allowed


def expected_news(network: Network, on: date) -> Iterator[tuple[str, str]]:
    """State and address of what the sample's stories say happens on a day."""
    for page in network.expected:
        before = None
        for change in page.changes:
            if change.on == on:
                state = (
                    ("back" if before != "blocked" else "same")
                    if change.back
                    else LOST.get(change.gone or "")
                )
                if state != "same":
                    yield state or "changed", page.url.partition(":")[2]
            before = None if change.back else change.gone or before


def late(rehearsal: Rehearsal, last: date) -> Iterator[str]:
    """Articles of the sample network up to a day that were not held at the end of the day they appeared on."""
    held = {
        url.partition(":")[2]: day
        for url, day in rehearsal.rows(
            "SELECT a.url, substr(min(s.seen_at), 1, 10) FROM articles a JOIN sightings s ON s.article_id = a.id"
            " GROUP BY a.id"
        )
    }
    for page in rehearsal.network.expected:
        day = page.published.date()
        if (
            FIRST <= day <= last
            and _is_listed(page)
            and held.get(page.url.partition(":")[2]) != day.isoformat()
        ):
            yield f"{page.url}: printed on {day}, held since {held.get(page.url.partition(':')[2])}"


def _is_listed(page: Printing) -> bool:
    return not page.only_archived


# -- a disk that can be filled


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own in memory; needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", "size=1g", "zhuanzai-month", str(folder))
    try:
        yield folder
    finally:
        _run("umount", str(folder))


def squeeze(disk: Path, free_bytes: int) -> None:
    """Leave so many bytes on the disk."""
    size = shutil.disk_usage(disk).used + free_bytes
    _run("mount", "-o", f"remount,size={size}", str(disk))


def may_mount() -> bool:
    """Whether this process can have a disk of its own."""
    return os.geteuid() == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
