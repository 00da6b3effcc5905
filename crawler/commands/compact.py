"""`scrapy compact`: fewer, larger WARC files and a smaller database, with the same records."""

import argparse
from typing import Any, ClassVar

from archive.care.compact import compact
from archive.errors import WrongUse
from archive.run.folder import Archive
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, say


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def short_desc(self) -> str:
        return localised("Join closed WARC files into larger ones and put the database in order")

    def long_desc(self) -> str:
        return (
            "A run a day leaves a small file a day. They are joined, in order, into files of up to"
            " ZHUANZAI_WARC_BYTES; records keep their bytes. Needs room for one such file and a second database."
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise WrongUse(f"compact: {args[0]!r}: compact takes no argument; ARCHIVE_DIR is a setting")
        archive = Archive(self.archive_dir(), self.sites())
        if not archive.database.exists():
            raise WrongUse(f"{archive.database}: no archive here")
        with archive.writing() as store:
            made = compact(store, archive.warcs, self.limits().warc_bytes)
        say(
            f"{made.files_before:,} WARC files are {made.files_after:,} now;"
            f" archive.db {made.database_before:,} → {made.database_after:,} bytes"
        )
        return 0
