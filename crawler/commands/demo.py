"""`scrapy demo`: a crawl of the built-in sample network into a new archive."""

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.conf import closest_scrapy_cfg

from archive.errors import ArchiveError, Busy, ExitCode, WrongUse
from archive.run.lock import is_held
from archive.view.holdings import came_back, copies_by_site, edited_article, most_copied, totals
from archive.view.store import DATABASE, Store
from crawler.fetch import sample_mark
from crawler.registry.book import SiteFiles
from crawler.sample import PROOF, Network, clock
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.output import Terminal
from crawler.terminal.words import localised, localised_row

FOLDER = Path("demo")
PATIENCE_S = 60
MACAO = "www.macaodaily.com"  # 澳門日報 has no list but the issue of each day
PAPER = (("2020-02-08", "2020-02-12"), ("2024-11-29", "2024-12-02"))
DAYS = (date(2024, 12, 10), date(2024, 12, 17), date(2024, 12, 24))
"""The days of the demo. On the later days some pages are edited, some vanish, and some come back."""
QUICK = (
    "DOWNLOAD_DELAY=0",
    "AUTOTHROTTLE_ENABLED=False",
    "ZHUANZAI_COMMIT_SECONDS=0.5",
    "LOG_LEVEL=ERROR",
    "RETRY_TIMES=1",
    "ZHUANZAI_CONTACT=the built-in sample network",
)
"""Settings without politeness, because the demo's server runs in the demo's own process."""


class Command(ZhuanzaiCommand):
    def short_desc(self) -> str:
        return localised("Run the real spiders over the built-in sample network, into a fresh archive")

    def long_desc(self) -> str:
        return (
            "Starts a network of invented news sites on a free loopback port, crawls it with the real spiders through"
            " http_proxy and https_proxy, and ends with a table of what the archive holds. The archive"
            " comes into demo/, or where -s ARCHIVE_DIR= says; an earlier demo's is replaced, and nothing else ever."
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise WrongUse(f"demo takes no arguments, found {' '.join(args)}")
        folder = self._folder()
        console = Console(stderr=True)
        wait_for_others(console, folder)
        sample_mark.clear(folder)
        started = time.monotonic()
        with Network(today=DAYS[0], calm=True) as network:
            sample_mark.write(folder, PROOF, network.secret)
            hosts = {urlsplit(url).hostname for url in network.addresses}
            console.print(
                localised(f"Sample network 样本网络: {len(hosts)} hosts behind {network.proxy_url}")
            )
            for day in DAYS:
                network.today = day
                console.print(localised(f"It is {day} 日期"), style="bold")
                for crawl in plan(day, network.addresses):
                    code = self._crawl(console, network, folder, *crawl)
                    if code not in (ExitCode.FINE, ExitCode.ALARMS):
                        return code
        seconds = time.monotonic() - started
        with Store(folder / DATABASE, create=False, read_only=True) as store:
            show(Terminal(), store.conn, folder, seconds)
        return ExitCode.FINE

    def _folder(self) -> Path:
        """The folder of the demo's archive: FOLDER, unless -s ARCHIVE_DIR= names another."""
        if (
            self.settings is None
            or self.settings.getpriority("ARCHIVE_DIR") != SETTINGS_PRIORITIES["cmdline"]
        ):
            return FOLDER
        folder = self.archive_dir()
        if folder.exists() and not folder.is_dir():
            raise WrongUse(f"{folder}: a file; name a folder: scrapy demo -s ARCHIVE_DIR=FOLDER")
        return folder

    def _crawl(self, console: Console, network: Network, folder: Path, name: str, *arguments: str) -> int:
        """Run `scrapy crawl` as a person would, with the sample network as its proxy. Returns its exit code."""
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            name,
            *arguments,
            "-s",
            f"ARCHIVE_DIR={folder.absolute()}",
        ]
        for setting in QUICK:
            command += ["-s", setting]
        environment = os.environ | {
            "http_proxy": network.proxy_url,
            "https_proxy": network.proxy_url,
            "no_proxy": "",
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            clock.VARIABLE: str((network.now - datetime.now(UTC)).total_seconds()),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(clock.FOLDER), os.environ.get("PYTHONPATH")))),
        }
        said = " ".join(["scrapy crawl", name, *(a if len(a) < 40 else f"{a[:36]}…" for a in arguments)])
        with TemporaryFile("w+") as errors:
            with subprocess.Popen(command, env=environment, stderr=errors) as crawl:  # noqa: S603 - our own command
                watch(console, crawl, folder / DATABASE, said)
            errors.seek(0)
            if crawl.returncode not in (ExitCode.FINE, ExitCode.ALARMS):
                console.print(errors.read(), markup=False, highlight=False)
        return crawl.returncode


def crawls(addresses: Sequence[str]) -> list[tuple[str, ...]]:
    """The crawls of the demo: the newspapers on two stretches of days, then the sites of these addresses."""
    stretches = [("-a", f"since={since}", "-a", f"until={until}") for since, until in PAPER]
    book = SiteFiles.load()
    sites = {site.host for url in addresses if (site := book.site_of(url)) is not None} - {MACAO}
    return [
        *(("people_daily", *days) for days in stretches),
        *(("mirrors", "-a", f"site={MACAO}", *days) for days in stretches),
        ("mirrors", "-a", f"site={','.join(sorted(sites))}"),
    ]


def plan(day: date, addresses: Sequence[str]) -> list[tuple[str, ...]]:
    """The crawls of a day: on the first day everything; later a week of the newspaper, the mirrors, and a recheck."""
    if day == DAYS[0]:
        return [*crawls(addresses), ("people_daily", "-a", "since=2024-12-03", "-a", f"until={day}")]
    week = ("-a", f"since={day - timedelta(days=6)}", "-a", f"until={day}")
    return [("people_daily", *week), crawls(addresses)[-1], ("recheck",)]


def wait_for_others(console: Console, folder: Path) -> None:
    """Wait until the crawls of a killed demo have ended; they end because their network is gone.

    Raises:
        Busy: another run is still writing after PATIENCE_S seconds.
    """
    if not is_held(folder):
        return
    console.print(localised(f"A crawl is still writing to {folder}; waiting for its end"))
    for _ in range(2 * PATIENCE_S):
        time.sleep(0.5)
        if not is_held(folder):
            return
    raise Busy(f"{folder}: another run is writing to this archive; try again later")


def watch(console: Console, crawl: "subprocess.Popen[bytes]", database: Path, said: str) -> None:
    """Show one live line until the crawl ends, on a terminal only; then print the last counts."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(said, total=None)
        while True:
            try:
                crawl.wait(timeout=0.25)
                break
            except subprocess.TimeoutExpired:
                progress.update(task, description=f"{said}  {counted(database)}")
    console.print(f"{said}  {counted(database)}", soft_wrap=True)


def counted(database: Path) -> str:
    """The counts of captures and articles in the archive now, read as another program would."""
    try:
        with Store(database, read_only=True) as store:
            counts = store.counts()
    except ArchiveError:  # not made yet
        return localised("starting")
    return localised(f"{counts['captures']} captures, {counts['articles']} articles")


def show(console: Console, conn: sqlite3.Connection, folder: Path, seconds: float) -> None:
    """Print the closing tables: the archive's counts, the copies by site, and the next commands."""
    files = sorted((folder / "warc").glob("*.warc.gz"))
    held = totals(conn)
    table = Table(title=localised("The archive 档案"), show_header=False)
    rows = {
        "captures 抓取": held.captures,
        "articles 文章": held.articles,
        "stories 报道": held.stories,
        "copies of another site's article 转载": held.copies,
        "pages in quarantine 隔离": held.quarantined,
        "WARC files": len(files),
        "WARC bytes": sum(file.stat().st_size for file in files),
    }
    for name, value in rows.items():
        table.add_row(localised(name), f"{value:,}")
    table.add_row(localised("seconds 用时"), f"{seconds:.1f}")
    console.print(table)
    heads = ("site 网站", "articles", "copies", "abridged")
    sites = Table(*localised_row(heads), title=localised("Copies by site 各站转载"))
    for row in copies_by_site(conn):
        sites.add_row(*map(str, row))
    console.print(sites)
    where = folder if folder.is_absolute() else Path(os.path.relpath(folder))
    python = Path(sys.executable).parent
    prefix = f"{os.path.relpath(python)}/" if not os.environ.get("VIRTUAL_ENV") else ""
    console.print(localised("Next 下一步:"), style="bold")
    # `scrapy` finds our commands in a checkout only
    program = "scrapy" if closest_scrapy_cfg() else "zhuanzai"
    for command in (
        f"{prefix}datasette {where}/{DATABASE}       ",
        f"sqlite3 {where}/{DATABASE} 'SELECT story_id, relation, site, title FROM copies ORDER BY 1 LIMIT 20'",
        f"{prefix}{program} verify -s ARCHIVE_DIR={where}",
    ):
        console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)
    console.print(localised("Then open 然后打开:"), style="bold")
    for address, what in sights(conn):
        console.print(
            f"  http://127.0.0.1:8001/archive/-/{address}  {localised(what)}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def sights(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Up to three pages of the reading room, as addresses below the archive's, each with a description."""
    story, returned, edited = most_copied(conn), came_back(conn), edited_article(conn)
    found = [("search?q=武漢", "one search, both scripts")]
    if story:
        found.append((f"story/{story}", "who carried it, when, and how much each kept"))
    if returned:
        found.append((f"article/{returned}", "went away and came back: every look at it"))
    elif edited:
        found.append((f"article/{edited}", "edited after publication: its versions"))
    return found
