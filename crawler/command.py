"""What our commands share: one clear line and the documented exit code when something stops them."""

import argparse
import sys
from abc import abstractmethod
from pathlib import Path

from scrapy.commands import ScrapyCommand

from archive.errors import ArchiveError


class ZhuanzaiCommand(ScrapyCommand):
    """A command that answers with its exit code; ArchiveError becomes one line on stderr."""

    requires_project = True
    requires_crawler_process = False

    @abstractmethod
    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; the exit code: 0 fine, 2 wrong usage, 3 finished with alarms, 75 try later."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.exitcode = self.main(args, opts)
        except ArchiveError as error:
            print(f"scrapy: {error}", file=sys.stderr)
            self.exitcode = error.exit_code

    def archive_dir(self) -> Path:
        """ARCHIVE_DIR as a path."""
        if self.settings is None:
            raise RuntimeError("settings are set before a command runs")
        return Path(self.settings.get("ARCHIVE_DIR", "data"))
