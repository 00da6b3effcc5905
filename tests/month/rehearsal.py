"""An archive kept for days on the sample network: real commands as cron would start them, under the days' clock."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawler.commands.demo import QUICK
from crawler.registry.book import SiteFiles
from crawler.sample import Network
from tests.starter import Started, Starter

SCHEDULE = "24,48,72,96,120,144,168,336,720,2160,4320"
"""Ages in hours: every day for a week after an article's latest news, then as the default schedule."""
SMALL_DISK = 20_000
"""ZHUANZAI_MIN_FREE_BYTES: the rehearsal's disks are small."""
NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody runs."""
LOOKS = {"captures", "quarantine", "runs", "run_sites", "run_errors", "run_alarms", "sightings", "warc_files"}
"""Tables with rows for each look, whatever it found."""


@dataclass(frozen=True)
class Day:
    """What one day cost and brought. `article_requests` are those for addresses of articles, `payload_bytes` what
    servers sent without heads, `record_bytes` what the WARC files grew by, `row_counts` what the tables hold. `codes`
    and `said` are of the commands, `ledger` what was news in it: state and address."""

    on: date
    requests: int
    article_requests: int
    not_modified: int
    payload_bytes: int
    record_bytes: int
    database_bytes: int
    articles: int
    row_counts: dict[str, int]
    new: int
    ledger: tuple[tuple[str, str], ...]
    codes: tuple[int, ...]
    said: str
    alarms: tuple[str, ...] = ()

    def content(self) -> dict[str, int]:
        """Rows of the tables that hold what was found, not that somebody looked."""
        return {name: n for name, n in self.row_counts.items() if name not in LOOKS}


class Rehearsal:
    """Days go by with day(); `schedule` is ZHUANZAI_RECHECK_HOURS, `sites` the mirrors (all by default).

    `own_sites` is a folder of site files beside the ones shipped.
    """

    def __init__(
        self,
        network: Network,
        folder: Path,
        starter: Starter,
        *,
        schedule: str = SCHEDULE,
        sites: Sequence[str] = (),
        own_sites: Path | None = None,
    ) -> None:
        self.network, self.folder, self.schedule = network, folder, schedule
        self._starter = starter
        self.own_sites = own_sites
        self._book = SiteFiles.load()
        self.sites = sites or sorted(
            {site.host for url in network.addresses if (site := self._book.site_of(url))}
        )

    def day(
        self,
        on: date,
        commands: Sequence[Sequence[str]],
        *,
        kill: Mapping[int, int] = MappingProxyType({}),
        is_offline: bool = False,
    ) -> Day:
        """One day of cron's commands; those in `kill` are killed after so many answers, then tried again."""
        self.network.forget()
        (self.folder / "pauses.json").unlink(
            missing_ok=True
        )  # in seconds of the real clock: an hour has gone by
        record, payload, ids = self._record_bytes(), self._payload_bytes(), self._last_ids()
        codes, said = [], []
        for n, command in enumerate(commands):
            if n in kill:
                self.killed(on, *command, after=kill[n])
            done = self.start(on, *command, is_offline=is_offline).wait()
            codes.append(done.returncode)
            said.append(done.stderr)
        log = [entry for entry in self.network.log if not entry.path.endswith("/robots.txt")]
        return Day(
            on=on,
            requests=len(log),
            article_requests=sum(self._is_article(entry.url) for entry in log),
            not_modified=sum(entry.status == 304 for entry in log),
            payload_bytes=self._payload_bytes() - payload,
            record_bytes=self._record_bytes() - record,
            database_bytes=(self.folder / "archive.db").stat().st_size,
            articles=self.rows("SELECT count(*) FROM articles")[0][0],
            row_counts=self._row_counts(),
            new=self.rows("SELECT count(*) FROM articles WHERE id > ?", ids[0])[0][0],
            ledger=tuple(
                self.rows(
                    "SELECT s.state, a.url FROM sightings s JOIN articles a ON a.id = s.article_id"
                    " WHERE s.id > ? AND s.state NOT IN ('new', 'same') AND s.state IS NOT (SELECT state FROM"
                    " sightings e WHERE e.article_id = s.article_id AND e.id < s.id ORDER BY e.id DESC LIMIT 1)"
                    " ORDER BY s.state, a.url",
                    ids[1],
                )
            ),
            codes=tuple(codes),
            said="".join(said),
        )

    def start(self, on: date, *words: str, is_offline: bool = False, hour: int = 5) -> Started:
        """A command at an hour of the day, UTC."""
        settings = [f"ARCHIVE_DIR={self.folder}", *QUICK, f"ZHUANZAI_RECHECK_HOURS={self.schedule}"]
        settings += [f"ZHUANZAI_MIN_FREE_BYTES={SMALL_DISK}"]
        settings += [f"ZHUANZAI_SITES_DIR={self.own_sites}"] if self.own_sites else []
        proxy = NOWHERE if is_offline else self.network.proxy_url
        environment = os.environ | {
            "http_proxy": proxy,
            "https_proxy": proxy,
            "no_proxy": "",
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        }
        given = [word for setting in settings for word in ("-s", setting)]
        return self._starter.start([*words, *given], environment, datetime.combine(on, clock(hour), UTC))

    def alarms(self, on: date) -> tuple[str, ...]:
        """What `scrapy status` finds at the end of a day: site/kind."""
        told = self.start(on, "status", "--json", "--max-age", "26h", hour=6).wait().stdout
        return tuple(f"{one['site'] or 'archive'}/{one['kind']}" for one in json.loads(told)["alarms"])

    def killed(self, on: date, *words: str, after: int) -> None:
        """A command whose processes all get SIGKILL once the network has answered `after` times, unless it ends."""
        asked = len(self.network.log)
        run = self.start(on, *words, hour=4)
        while run.poll() is None and len(self.network.log) < asked + after:
            time.sleep(0.01)  # polls another process: nothing to wait on
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive's database."""
        with closing(sqlite3.connect(self.folder / "archive.db")) as conn:
            return conn.execute(sql, values).fetchall()

    def _is_article(self, url: str) -> bool:
        site = self._book.site_of(url)
        return site is not None and site.is_article(url)

    def _record_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("warc/*"))

    def _payload_bytes(self) -> int:
        if not (self.folder / "archive.db").exists():
            return 0
        return int(self.rows("SELECT coalesce(sum(bytes), 0) FROM runs")[0][0])

    def _row_counts(self) -> dict[str, int]:
        tables = self.rows(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return {name: self.rows(f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in tables}

    def _last_ids(self) -> tuple[int, int]:
        if not (self.folder / "archive.db").exists():
            return 0, 0
        return (
            self.rows("SELECT coalesce(max(id), 0) FROM articles")[0][0],
            self.rows("SELECT coalesce(max(id), 0) FROM sightings")[0][0],
        )
