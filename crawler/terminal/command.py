"""The base of all commands: an error becomes one clear line and the documented exit code."""

import argparse
import difflib
import re
import sqlite3
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
from crawler.garbage import settle
from crawler.registry.book import SiteFiles, learned_in
from crawler.terminal import words
from crawler.terminal.output import quietly
from crawler.terminal.plain import keep_plain

OPTION = re.compile(r"-[^\d.]")
STOPPED = 130
"""The exit code of a program that Ctrl-C ended, as in shells."""


class ZhuanzaiCommand(ScrapyCommand):
    """A command whose main() returns the exit code; an ArchiveError becomes one line on stderr."""

    requires_project = True
    requires_crawler_process = False
    parser: argparse.ArgumentParser | None = None
    """What parsed the command line; None where a command is run without one."""
    reads_pages: ClassVar[bool] = False
    """Whether the process that reads pages is started at once."""

    @abstractmethod
    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work. Returns the exit code: 0 fine, 2 wrong usage, 3 finished with alarms, 75 try later."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options; the parser is kept, so that an unknown option is refused by name."""
        super().add_options(parser)
        parser.formatter_class = words.Help
        words.answer_in_one_line(parser)
        self.parser = parser

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        keep_plain()
        try:
            if self.parser is not None:
                refuse_options(args, self.parser)
            if self.settings is not None:
                check(self.settings, DEFAULTS)
            settle()
            seconds = float(self.setting("ZHUANZAI_PAGE_SECONDS"))
            with quietly(), reading_apart(self.archive_dir(), seconds, is_sure=self.reads_pages):
                self.exitcode = self.main(args, opts)
        except ArchiveError as error:
            words.refuse(error.exit_code, str(error))
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            words.warn("stopped from the keyboard")
            self.exitcode = STOPPED

    def setting(self, name: str) -> str:
        """A setting as text; empty if it is not set.

        Scrapy applies add-ons only for a crawl; here the add-on's defaults are used directly.
        """
        if self.settings is None:
            raise RuntimeError("settings are set before a command runs")
        value = self.settings.get(name, DEFAULTS.get(name))
        return "" if value is None else str(value)

    def archive_dir(self) -> Path:
        """ARCHIVE_DIR as a path."""
        return Path(self.setting("ARCHIVE_DIR") or "data")

    def sites(self) -> SiteFiles:
        """The registered sites, and the sites that the archive learned."""
        folder = self.setting("ZHUANZAI_SITES_DIR")
        return SiteFiles.load(Path(folder) if folder else None, learned_in(self.archive_dir()))

    def add_cluster(self, parser: argparse.ArgumentParser) -> None:
        """Add the option --cluster, for commands whose pages other machines may read."""
        parser.add_argument(
            "--cluster", metavar="ADDRESS", help="read pages on a Dask cluster: tcp://HOST:PORT, or local:N"
        )

    @contextmanager
    def cluster(self, address: str | None) -> Iterator[PieceReader | None]:
        """The workers of a cluster that read pieces of the record; None without an address."""
        if address is None:
            yield None
            return
        with Workers(address) as workers:
            yield FarReaders(workers, self.sites(), float(self.setting("ZHUANZAI_PAGE_SECONDS")))

    def tell_other_sites(self, archive: Archive) -> None:
        """Warn on stderr if the record was read with other own site files than the present ones."""
        file, then = archive.latest_site_files()
        now = self.sites().own_digest
        if then and then != now:
            given = f"ZHUANZAI_SITES_DIR holds {now} now" if now else "ZHUANZAI_SITES_DIR names none now"
            words.warn(
                f"{file} was read with site files of one's own, {then}; {given}:"
                " what differs may come from that"
            )

    def site_held(self, conn: sqlite3.Connection, name: str) -> str:
        """The host of a site in the archive, from a host, a name or another host in its site file.

        Raises:
            WrongUse: the archive holds nothing of the site.
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
        """The size at which a WARC file is closed, and the disk space that is left free, in bytes."""
        return RunLimits(
            warc_bytes=int(self.setting("ZHUANZAI_WARC_BYTES")),
            min_free_bytes=int(self.setting("ZHUANZAI_MIN_FREE_BYTES")),
        )


def refuse_options(args: list[str], parser: argparse.ArgumentParser) -> None:
    """Refuse an option among the arguments: Scrapy hands on the options that a command does not have.

    Raises:
        WrongUse: an argument begins with a dash and is neither `-` nor a negative number.
    """
    for arg in args:
        if OPTION.match(arg):
            known = {option.lstrip("-") for action in parser._actions for option in action.option_strings}
            near = difflib.get_close_matches(arg.partition("=")[0].lstrip("-"), known, n=1)
            cure = f"did you mean --{near[0]}?" if near else "--help lists those of the command"
            raise WrongUse(f"{arg}: no such option; {cure}")
