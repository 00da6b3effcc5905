"""`scrapy schedule`: print a crontab line and systemd units for this installation, to be copied by hand."""

import argparse
import getpass
import os
import re
import sys
from pathlib import Path
from typing import Any, ClassVar

from scrapy.utils.conf import closest_scrapy_cfg
from scrapy.utils.project import ENVVAR

from archive.errors import WrongUse
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.schedule import Installation, crontab, minute_of, service, timer
from crawler.terminal.words import localised

PARTS = {"crontab": crontab, "service": service, "timer": timer}


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options] [crontab|service|timer …]"

    def short_desc(self) -> str:
        return localised("Print a crontab line and systemd units filled in for this installation")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--at", metavar="HH:MM", help="time of day, local (default: 4 o'clock, a minute of its own)"
        )
        parser.add_argument("--user", help="the user of the service (default: you)")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        unknown = [name for name in args if name not in PARTS]
        if unknown:
            raise WrongUse(f"schedule {unknown[0]}: wanted {', '.join(PARTS)}, or nothing for all")
        place = self.installation(opts.at, opts.user or getpass.getuser())
        print("\n".join(PARTS[name](place) for name in args or PARTS), end="")
        return 0

    def installation(self, at: str | None, user: str) -> Installation:
        """The paths, time and user of this installation. Raises WrongUse for a wrong time."""
        archive = self.archive_dir().absolute()
        hour, minute = 4, minute_of(archive)
        if at is not None:
            match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
            if match is None:
                raise WrongUse(f"--at {at}: wanted a time of day as 04:15")
            hour, minute = int(match[1]), int(match[2])
        configuration = closest_scrapy_cfg()
        metrics = self.setting("ZHUANZAI_METRICS_FILE")
        return Installation(
            program=Path(sys.executable).with_name("scrapy"),
            folder=Path(configuration).parent if configuration else archive.parent,
            archive=archive,
            module=os.environ.get(ENVVAR, "crawler.settings"),
            user=user,
            hour=hour,
            minute=minute,
            metrics=Path(metrics).absolute() if metrics else None,
        )
