"""What our commands share: one clear line and the documented exit code when something stops them."""

import argparse
import difflib
import gc
import sqlite3
import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from scrapy.commands import ScrapyCommand

from archive.cluster.pieces import FarReaders
from archive.cluster.workers import Workers
from archive.door.apart import reading_apart
from archive.door.workers import PieceReader
from archive.errors import ArchiveError, WrongUse
from archive.run.batches import RunLimits
from archive.run.folder import Archive
from archive.view.holdings import last_captured
from crawler.addon import DEFAULTS
from crawler.declared import check
from crawler.registry.book import SiteFiles, learned_in
from crawler.terminal.output import quietly
from crawler.terminal.plain import keep_plain

STOPPED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


class ZhuanzaiCommand(ScrapyCommand):
    """A command that answers with its exit code; ArchiveError becomes one line on stderr."""

    requires_project = True
    requires_crawler_process = False
    reads_pages: ClassVar[bool] = False
    """Whether the process that pages are read in is begun at once."""

    @abstractmethod
    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; the exit code: 0 fine, 2 wrong usage, 3 finished with alarms, 75 try later."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        keep_plain()
        try:
            if self.settings is not None:
                check(self.settings, DEFAULTS)
            if not gc.get_freeze_count():
                gc.freeze()  # as crawler.fetch.keeper does: modules are no garbage to look through
            seconds = float(self.setting("ZHUANZAI_PAGE_SECONDS"))
            with quietly(), reading_apart(self.archive_dir(), seconds, is_sure=self.reads_pages):
                self.exitcode = self.main(args, opts)
        except ArchiveError as error:
            print(f"scrapy: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("scrapy: stopped from the keyboard", file=sys.stderr)
            self.exitcode = STOPPED

    def setting(self, name: str) -> str:
        """A setting as text; empty where it is not set.

        Add-ons reach the settings only where a crawl is made: the add-on's defaults count here too.
        """
        if self.settings is None:
            raise RuntimeError("settings are set before a command runs")
        value = self.settings.get(name, DEFAULTS.get(name))
        return "" if value is None else str(value)

    def archive_dir(self) -> Path:
        """ARCHIVE_DIR as a path."""
        return Path(self.setting("ARCHIVE_DIR") or "data")

    def sites(self) -> SiteFiles:
        """The registered sites."""
        folder = self.setting("ZHUANZAI_SITES_DIR")
        return SiteFiles.load(Path(folder) if folder else None, learned_in(self.archive_dir()))

    def add_cluster(self, parser: argparse.ArgumentParser) -> None:
        """The option of commands whose pages other machines may read."""
        parser.add_argument(
            "--cluster", metavar="ADDRESS", help="read pages on a Dask cluster: tcp://HOST:PORT, or local:N"
        )

    @contextmanager
    def cluster(self, address: str | None) -> Iterator[PieceReader | None]:
        """The workers of a cluster that read pieces of the record; None where none is asked for."""
        if address is None:
            yield None
            return
        with Workers(address) as workers:
            yield FarReaders(workers, self.sites(), float(self.setting("ZHUANZAI_PAGE_SECONDS")))

    def tell_other_sites(self, archive: Archive) -> None:
        """Say where the record was made with other site files of one's own than are given now: it reads differently."""
        file, then = archive.latest_site_files()
        now = self.sites().own_digest
        if then and then != now:
            given = f"ZHUANZAI_SITES_DIR holds {now} now" if now else "ZHUANZAI_SITES_DIR names none now"
            print(
                f"scrapy: {file} was read with site files of one's own, {then}; {given}:"
                " what differs may come from that",
                file=sys.stderr,
            )

    def site_held(self, conn: sqlite3.Connection, name: str) -> str:
        """A site of the archive by its host, or by its name or one of its hosts as the registry has them.

        Raises:
            WrongUse: the archive holds nothing of it.
        """
        held = last_captured(conn)
        book = self.sites()
        known = {site.name: site.host for site in book if site.name} | {site.host: site.host for site in book}
        if name in held:
            return name
        site = book.one(name)
        if site is not None and site.host in held:
            return site.host
        if site is not None:
            raise WrongUse(f"--site {name}: registered, but the archive holds nothing of it")
        near = difflib.get_close_matches(name, [*held, *known], n=1)
        cure = f"; did you mean {near[0]}?" if near else ""
        raise WrongUse(f"--site {name}: no such site in the archive{cure}")

    def limits(self) -> RunLimits:
        """When a WARC file is closed, and how much of the disk is left free."""
        return RunLimits(
            warc_bytes=int(self.setting("ZHUANZAI_WARC_BYTES")),
            min_free_bytes=int(self.setting("ZHUANZAI_MIN_FREE_BYTES")),
        )
