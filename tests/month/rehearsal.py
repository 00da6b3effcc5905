"""An archive kept for days on the sample network: real commands as cron would start them, under the days' clock."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

from crawler.commands.demo import QUICK
from crawler.sample import Network
from crawler.site import SiteFiles

REPO = Path(__file__).parents[2]
DAILY = "24,48,72,96,120,144,168,192,216,240,264,288,312,336"
"""Ages in hours: every day for two weeks after an article's latest news."""


@dataclass(frozen=True)
class Day:
    """What one day cost and brought. `article_requests` are those for addresses of articles, `payload_bytes` what
    servers sent without heads, `record_bytes` what the WARC files grew by."""

    on: date
    requests: int
    article_requests: int
    not_modified: int
    payload_bytes: int
    record_bytes: int
    new: int
    ledger: tuple[tuple[str, str], ...]
    codes: tuple[int, ...]


class Rehearsal:
    """Days go by with day(); `schedule` is ZHUANZAI_RECHECK_HOURS, `sites` the mirrors (all by default)."""

    def __init__(
        self, network: Network, folder: Path, schedule: str = DAILY, sites: Sequence[str] = ()
    ) -> None:
        self.network = network
        self.folder = folder
        self.schedule = schedule
        book = SiteFiles.load()
        self._book = book
        self.sites = sites or sorted({site.host for url in network.addresses if (site := book.site_of(url))})

    def day(
        self, on: date, *, network_day: date | None = None, kill: bool = False, paper: bool = True
    ) -> Day:
        """One day as cron has it; with `kill` each crawl but the paper's is killed in its middle and tried again."""
        self.network.today = network_day or on
        self.network.forget()
        record, payload, ids = self._record_bytes(), self._payload_bytes(), self._last_ids()
        commands = [
            ("crawl", "people_daily", "-a", "archive=none"),
            ("crawl", "mirrors", "-a", f"site={','.join(self.sites)}"),
            ("crawl", "recheck"),
        ][0 if paper else 1 :]
        codes = []
        for command in commands:
            if kill and "people_daily" not in command:
                self.killed(on, *command)
            codes.append(self.scrapy(on, *command).returncode)
        log = [entry for entry in self.network.log if not entry.path.endswith("/robots.txt")]
        return Day(
            on=on,
            requests=len(log),
            article_requests=sum(self._is_article(entry.url) for entry in log),
            not_modified=sum(entry.status == 304 for entry in log),
            payload_bytes=self._payload_bytes() - payload,
            record_bytes=self._record_bytes() - record,
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
        )

    def scrapy(self, on: date, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command at noon of the day in Beijing."""
        command, environment = self._command(on, *words)
        return subprocess.run(
            command, cwd=REPO, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    def killed(self, on: date, *words: str, after: int = 6) -> None:
        """A command that gets SIGKILL once the network has answered it `after` times, unless it ends before."""
        asked = len(self.network.log)
        command, environment = self._command(on, *words)
        with subprocess.Popen(
            command, cwd=REPO, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            while run.poll() is None and len(self.network.log) < asked + after:
                time.sleep(0.01)  # polls another process: nothing to wait on
            run.kill()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive's database."""
        with closing(sqlite3.connect(self.folder / "archive.db")) as conn:
            return conn.execute(sql, values).fetchall()

    def _command(self, on: date, *words: str) -> tuple[list[str], dict[str, str]]:
        at = datetime.combine(on, clock(4), UTC).isoformat()
        command = [sys.executable, "-m", "tests.month.at", at, *words, "-s", f"ARCHIVE_DIR={self.folder}"]
        for setting in (*QUICK, f"ZHUANZAI_RECHECK_HOURS={self.schedule}"):
            command += ["-s", setting]
        proxies = {
            "http_proxy": self.network.proxy_url,
            "https_proxy": self.network.proxy_url,
            "no_proxy": "",
        }
        return command, os.environ | proxies | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}

    def _is_article(self, url: str) -> bool:
        site = self._book.site_of(url)
        return site is not None and site.is_article(url)

    def _record_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("warc/*"))

    def _payload_bytes(self) -> int:
        if not (self.folder / "archive.db").exists():
            return 0
        return int(self.rows("SELECT coalesce(sum(bytes), 0) FROM runs")[0][0])

    def _last_ids(self) -> tuple[int, int]:
        if not (self.folder / "archive.db").exists():
            return 0, 0
        return (
            self.rows("SELECT coalesce(max(id), 0) FROM articles")[0][0],
            self.rows("SELECT coalesce(max(id), 0) FROM sightings")[0][0],
        )
