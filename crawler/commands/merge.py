"""`scrapy merge A B … --to C`: make one archive of several."""

import argparse
import os
from pathlib import Path
from typing import Any, ClassVar

from archive.care.merge import HowRead, merge, record_bytes
from archive.door.workers import jobs_for
from archive.errors import ExitCode, WrongUse
from crawler.commands.rebuild import made_by
from crawler.registry.book import SiteFiles, learned_in
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say, warn

MOST_LINES = 10


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options] ARCHIVE ARCHIVE … --to FOLDER"

    def short_desc(self) -> str:
        return localised("Make one archive of several")

    def long_desc(self) -> str:
        return (
            "The WARC files of all archives are put side by side in the order of time and read anew: the new archive is"
            " what one would be that saw it all, whatever the order in which they are named. The old ones stay."
            " Exit code 3: all whole records are in, but a file was damaged, or a capture of an old view is lost."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="FOLDER", help="where the new archive is made")
        parser.add_argument("--jobs", type=int, default=0, help="processes that read pages (0: one a core)")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if not opts.to:
            raise WrongUse("merge: no --to FOLDER given for the new archive")
        if opts.jobs < 0:
            raise WrongUse(f"merge: --jobs {opts.jobs}: a number of processes, or 0 for one a core")
        sources, target = [Path(arg) for arg in args], Path(opts.to)
        size = record_bytes(sources)
        jobs = jobs_for(size, opts.jobs or os.cpu_count() or 1)
        how = HowRead(
            made_by(self.setting("ZHUANZAI_SITES_DIR")), jobs, float(self.setting("ZHUANZAI_PAGE_SECONDS"))
        )
        with bytes_line("merge", size) as progress:
            done = merge(sources, target, self.sites_in, how=how, progress=progress)
        made = done.made
        lines = [f"{damage.file} at byte {damage.offset}: {damage.reason}" for damage in made.damages]
        more = [f"{len(lines) - MOST_LINES} more such places"] if len(lines) > MOST_LINES else []
        lost = [
            f"{source}: {count:,} captures of its view are in no record"
            for source, count in done.lost.items()
        ]
        for line in [*lines[:MOST_LINES], *more, *done.notes, *lost]:
            warn(f"merge: {line}")
        counted = ", ".join(f"{count:,} {table}" for table, count in made.rows.items() if count)
        twice = f", {done.alike:,} of them in two archives and taken once" if done.alike else ""
        say(
            f"{done.files + done.alike:,} WARC files of {len(sources)} archives{twice}: {counted or 'an empty view'}"
        )
        return ExitCode.ALARMS if lines or lost or made.bugs else 0

    def sites_in(self, folder: Path) -> SiteFiles:
        """The registered sites, and the sites that an archive learned."""
        own = self.setting("ZHUANZAI_SITES_DIR")
        return SiteFiles.load(Path(own) if own else None, learned_in(folder))
