"""`scrapy demo`: the main job on the built-in sample network, into a fresh archive."""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from archive.errors import WrongUse
from archive.view.store import Store
from crawler.fetch.keeper import SAMPLE
from crawler.registry.book import SiteFiles
from crawler.sample import Network
from crawler.terminal.command import ZhuanzaiCommand

MACAO = "www.macaodaily.com"  # 澳門日報 has no list but the issue of each day
PAPER = (("2020-02-08", "2020-02-12"), ("2024-11-29", "2024-12-02"))
QUICK = (
    "DOWNLOAD_DELAY=0",
    "AUTOTHROTTLE_ENABLED=False",
    "ZHUANZAI_COMMIT_SECONDS=0.5",
    "LOG_LEVEL=ERROR",
    "RETRY_TIMES=1",
)
"""Politeness is for other people's servers: this one runs in the same process."""


class Command(ZhuanzaiCommand):
    def short_desc(self) -> str:
        return "Run the real spiders over the built-in sample network, into a fresh archive"

    def long_desc(self) -> str:
        return (
            "Starts a network of invented news sites on a free loopback port, crawls it with the real spiders through"
            " http_proxy and https_proxy, and ends with a table of what the archive holds. ARCHIVE_DIR must be"
            " new or an earlier demo's, which is replaced."
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise WrongUse(f"demo takes no arguments, found {' '.join(args)}")
        folder = self.archive_dir()
        make_room(folder)
        console = Console(stderr=True)
        started = time.monotonic()
        with Network() as network:
            hosts = {urlsplit(url).hostname for url in network.addresses}
            console.print(f"Sample network 样本网络: {len(hosts)} hosts behind {network.proxy_url}")
            codes = [self._crawl(console, network, folder, *crawl) for crawl in crawls(network.addresses)]
        seconds = time.monotonic() - started
        with Store(folder / "archive.db", create=False) as store:
            with store.commit():
                store.set_meta(SAMPLE, "1")
            show(Console(), store.conn, folder, seconds)
        return max(code for code in codes if code not in (0, 3)) if set(codes) - {0, 3} else 0

    def _crawl(self, console: Console, network: Network, folder: Path, name: str, *arguments: str) -> int:
        """Run `scrapy crawl` as a person would, with the sample network as its proxy; its exit code."""
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
        }
        said = " ".join(["scrapy crawl", name, *(a if len(a) < 40 else f"{a[:36]}…" for a in arguments)])
        with TemporaryFile("w+") as errors:
            with subprocess.Popen(command, env=environment, stderr=errors) as crawl:  # noqa: S603 - our own command
                watch(console, crawl, folder / "archive.db", said)
            errors.seek(0)
            if crawl.returncode not in (0, 3):
                console.print(errors.read(), markup=False, highlight=False)
        return crawl.returncode


def crawls(addresses: Sequence[str]) -> list[tuple[str, ...]]:
    """The crawls of the demo: the papers on two stretches of days, then the sites that have these addresses."""
    stretches = [("-a", f"since={since}", "-a", f"until={until}") for since, until in PAPER]
    book = SiteFiles.load()
    sites = {site.host for url in addresses if (site := book.site_of(url)) is not None} - {MACAO}
    return [
        *(("people_daily", *days) for days in stretches),
        *(("mirrors", "-a", f"site={MACAO}", *days) for days in stretches),
        ("mirrors", "-a", f"site={','.join(sorted(sites))}"),
    ]


def make_room(folder: Path) -> None:
    """Remove an earlier demo's archive. Raises WrongUse where the folder holds anything else."""
    database = folder / "archive.db"
    if database.exists():
        with Store(database, create=False) as store:
            if store.meta(SAMPLE) is None:
                raise WrongUse(
                    f"{folder} holds a real archive; name another place: scrapy demo -s ARCHIVE_DIR=demo"
                )
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise WrongUse(f"{folder} is not empty; name another place: scrapy demo -s ARCHIVE_DIR=demo")


def watch(console: Console, crawl: "subprocess.Popen[bytes]", database: Path, said: str) -> None:
    """One live line until the crawl ends; nothing where nobody watches."""
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
    console.print(f"{said}  {counted(database)}")


def counted(database: Path) -> str:
    """How much the archive holds now, as another program sees it."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
            captures = conn.execute("SELECT count(*) FROM captures").fetchone()[0]
            articles = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return "starting"
    return f"{captures} captures, {articles} articles"


def show(console: Console, conn: sqlite3.Connection, folder: Path, seconds: float) -> None:
    """The closing tables: what the archive holds, copies by site, and what to type next."""

    def one(sql: str) -> Any:
        return conn.execute(sql).fetchone()[0]

    files = sorted((folder / "warc").glob("*.warc.gz"))
    totals = Table(title="The archive 档案", show_header=False)
    rows = {
        "captures 抓取": one("SELECT count(*) FROM captures"),
        "articles 文章": one("SELECT count(*) FROM articles"),
        "stories 报道": one("SELECT count(*) FROM stories"),
        "copies of another site's article 转载": one(
            "SELECT count(*) FROM members WHERE relation IN ('copy', 'abridged')"
        ),
        "pages in quarantine 隔离": one("SELECT count(*) FROM quarantine"),
        "WARC files": len(files),
        "WARC bytes": sum(file.stat().st_size for file in files),
    }
    for name, value in rows.items():
        totals.add_row(name, f"{value:,}")
    totals.add_row("seconds 用时", f"{seconds:.1f}")
    console.print(totals)
    sites = Table("site 网站", "articles", "copies", "abridged", title="Copies by site 各站转载")
    query = (
        "SELECT a.site, count(*), coalesce(sum(m.relation = 'copy'), 0), coalesce(sum(m.relation = 'abridged'), 0)"
        " FROM articles a LEFT JOIN members m ON m.article_id = a.id AND m.relation IN ('origin', 'copy', 'abridged')"
        " GROUP BY a.site ORDER BY 2 DESC, 1"
    )
    for row in conn.execute(query):
        sites.add_row(*map(str, row))
    console.print(sites)
    where = folder if folder.is_absolute() else Path(os.path.relpath(folder))
    python = Path(sys.executable).parent
    prefix = f"{os.path.relpath(python)}/" if not os.environ.get("VIRTUAL_ENV") else ""
    console.print("Next 下一步:", style="bold")
    for command in (
        f"{prefix}datasette {where}/archive.db        # then open http://127.0.0.1:8001 and search 武汉 or 武漢",
        f"sqlite3 {where}/archive.db 'SELECT story_id, relation, site, title FROM copies ORDER BY 1 LIMIT 20'",
        f"{prefix}scrapy verify -s ARCHIVE_DIR={where}",
    ):
        console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)
