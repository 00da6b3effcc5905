"""`scrapy backup FOLDER`: a copy of the archive, also while a crawl is writing to it."""

import argparse
from pathlib import Path
from typing import Any, ClassVar

from archive.care.backup import backup, bytes_to_copy
from archive.errors import ExitCode, WrongUse
from archive.run.folder import Archive
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say, warn


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options] FOLDER"

    def short_desc(self) -> str:
        return localised("Copy the archive to FOLDER, also while a crawl is writing to it")

    def long_desc(self) -> str:
        return (
            "Copies the database as of one moment, the WARC bytes that it vouches for, the copies of other tools' files"
            " and what the crawls learned of sites. Run again it copies what is new only. The copy is an archive: to"
            " restore, use it as ARCHIVE_DIR or copy it back. WARC files that lie elsewhere are counted, not copied."
            " Exit code 3: all that is there is copied, but a copy of another tool's file has lost bytes."
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise WrongUse(f"backup: wanted one folder to copy to, found {' '.join(args) or 'none'}")
        target = Path(args[0])
        if not target.absolute().parent.is_dir():
            raise WrongUse(f"{target}: the folder {target.absolute().parent} does not exist; make it first")
        place = Archive(self.archive_dir(), self.sites())
        with bytes_line("backup", bytes_to_copy(place.folder)) as progress:
            made = backup(place.folder, target, progress)
        say(
            f"{made.files:,} WARC files copied ({made.copied_bytes:,} bytes), {made.held:,} were there already"
        )
        if made.elsewhere:
            first = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in made.elsewhere[0])
            say(
                f"not in the copy, as they are read where they lie: {len(made.elsewhere):,} WARC files, as {first}"
            )
        for line in made.lacking:
            warn(f"backup: {line}")
        return ExitCode.ALARMS if made.lacking else 0
