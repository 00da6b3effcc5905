"""`scrapy backup FOLDER`: a copy of the archive, also while a crawl is writing to it."""

import argparse
from pathlib import Path
from typing import Any, ClassVar

from archive.care.backup import backup
from archive.care.rebuild import record_bytes
from archive.errors import WrongUse
from archive.run.folder import Archive
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options] FOLDER"

    def short_desc(self) -> str:
        return localised("Copy the archive to FOLDER, also while a crawl is writing to it")

    def long_desc(self) -> str:
        return (
            "Copies the database as of one moment and the WARC bytes that it vouches for. Run again it copies what is"
            " new only. The copy is an archive: to restore, use it as ARCHIVE_DIR or copy it back."
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise WrongUse(f"backup: wanted one folder to copy to, found {' '.join(args) or 'none'}")
        target = Path(args[0])
        if not target.absolute().parent.is_dir():
            raise WrongUse(f"{target}: the folder {target.absolute().parent} does not exist; make it first")
        place = Archive(self.archive_dir(), self.sites())
        with bytes_line("backup", record_bytes(place)) as progress:
            made = backup(place.folder, target, progress)
        say(
            f"{made.files:,} WARC files copied ({made.copied_bytes:,} bytes), {made.held:,} were there already"
        )
        return 0
