"""`scrapy round`, for cron: crawl, recheck and check the result; silent unless somebody must act."""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from scrapy.spiderloader import get_spider_loader

from archive.errors import ExitCode, WrongUse
from archive.view.status import Alarm, Status, status
from archive.view.store import DATABASE, Store
from crawler.commands.status import killed, lines, looked, low_disk
from crawler.terminal import metrics
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.round import SPIDERS, Round, Step, exit_code
from crawler.terminal.tellers import Mailbox, Outcome, call, mail, ping
from crawler.terminal.words import localised, warn

WITH_ALARMS = "with alarms: "
"""In the line of a crawl that raised alarms; the round lists them itself."""


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {
        "ZHUANZAI_KEEP": False,
        "LOG_LEVEL": "ERROR",
        "ZHUANZAI_BUDGET_MINUTES": 1_380.0,  # 23 hours: before the next day's round begins
    }

    def syntax(self) -> str:
        return "[options] [SPIDER …]"

    def short_desc(self) -> str:
        return localised("Crawl, recheck and look at the result, as cron wants it")

    def long_desc(self) -> str:
        return (
            f"Runs the spiders named ({', '.join(SPIDERS)} by default) one after the other, then `scrapy status`."
            " Silent when all is well; else one summary on stderr. Exit code 3: alarms; 75: another run holds the"
            " archive or the network is down. -s settings are given to every crawl. docs/cron.md tells the rest."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE",
            help="an argument for the spiders that have it: -a site=www.jzrb.com,youth.cn",
        )  # fmt: skip

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if any("=" in name for name in args):
            raise WrongUse(
                f"round: {' '.join(args)}: wanted names of spiders; settings are given with -s NAME=VALUE"
            )
        crawls = self.crawls(args or SPIDERS, opts.spargs)
        jitter_s = float(self.setting("ZHUANZAI_JITTER_MINUTES")) * 60
        time.sleep(random.uniform(0, jitter_s))  # noqa: S311 - spreads load, keeps no secret
        began_s = time.monotonic()
        url = self.setting("ZHUANZAI_PING_URL")
        untold = {"ZHUANZAI_PING_URL": ping(url, "/start") if url else None}
        given = [part for pair in opts.set for part in ("-s", pair)]
        budget_s = float(self.setting("ZHUANZAI_BUDGET_MINUTES")) * 60
        if "LOG_LEVEL" not in " ".join(opts.set):
            given += ["-s", "LOG_LEVEL=WARNING"]
        steps = list(Round(given, time.monotonic, budget_s).steps(crawls))
        seen, alarms = self._look()
        is_locked = [step.code for step in steps] == [ExitCode.TRY_LATER]
        code = (
            ExitCode.TRY_LATER if is_locked else exit_code([step.code for step in steps], alarms=bool(alarms))
        )
        summary = "\n".join(summed_up(steps, [] if is_locked else alarms))
        if summary:
            print(summary, file=sys.stderr)
        self._tell(seen, alarms, code, time.monotonic() - began_s)
        if url:
            ending = "/fail" if code not in (0, ExitCode.TRY_LATER) else ""
            untold["ZHUANZAI_PING_URL"] = ping(url, ending, summary) or untold["ZHUANZAI_PING_URL"]
        ended_at = datetime.now(UTC).isoformat(timespec="seconds")
        raised = tuple([] if is_locked else alarms)
        runs = [asdict(run) for run in seen.runs]
        outcome = Outcome(self.archive_dir().absolute().name, ended_at, code, summary, raised, runs)
        untold |= self._spread(outcome)
        for name, why in untold.items():
            if why:
                warn(f"{name}: {why}")
        return code

    def _spread(self, outcome: Outcome) -> dict[str, str | None]:
        """Notify the webhook and the mailbox in the settings, if somebody must act. Returns the errors by setting."""
        untold: dict[str, str | None] = {}
        url, to = self.setting("ZHUANZAI_WEBHOOK_URL"), self.setting("ZHUANZAI_MAIL_TO")
        if url and outcome.is_news:
            untold["ZHUANZAI_WEBHOOK_URL"] = call(url, outcome)
        if to and outcome.is_news:
            untold["ZHUANZAI_MAIL_TO"] = mail(self._mailbox(to), outcome)
        return untold

    def _mailbox(self, to: str) -> Mailbox:
        """The mailbox: its addresses, and the mail server of Scrapy's own settings."""
        if self.settings is None:
            raise RuntimeError("settings are set before a command runs")
        return Mailbox(
            to=[part.strip() for part in to.split(",") if part.strip()],
            sender=self.settings.get("MAIL_FROM") or "zhuanzai@localhost",
            host=self.settings.get("MAIL_HOST") or "localhost",
            port=self.settings.getint("MAIL_PORT") or 25,
            user=self.settings.get("MAIL_USER") or "",
            password=self.settings.get("MAIL_PASS") or "",
            is_tls=self.settings.getbool("MAIL_TLS"),
            is_ssl=self.settings.getbool("MAIL_SSL"),
        )

    def crawls(self, names: Sequence[str], given: list[str]) -> list[list[str]]:
        """Each spider with those arguments that it takes. Raises WrongUse for an unknown spider or argument."""
        if self.settings is None:
            raise RuntimeError("settings are set before a command runs")
        loader = get_spider_loader(self.settings)
        known = {name: loader.load(name) for name in names if name in loader.list()}
        for name in names:
            if name not in known:
                raise WrongUse(f"round: {name}: no such spider; `scrapy list` shows them")
        taken = {
            name: [pair for pair in given if pair.partition("=")[0] in getattr(spider, "arguments", ())]
            for name, spider in known.items()
        }
        for pair in given:
            if not any(pair in pairs for pairs in taken.values()) or "=" not in pair:
                raise WrongUse(f"round: -a {pair}: no argument of {', '.join(names)}")
        return [[name, *(word for pair in taken[name] for word in ("-a", pair))] for name in names]

    def _look(self) -> tuple[Status, list[Alarm]]:
        folder = self.archive_dir()
        if not (folder / DATABASE).exists():
            return Status((), (), ()), []
        hours = float(self.setting("ZHUANZAI_MAX_AGE_HOURS"))
        with Store(folder / DATABASE, read_only=True) as store:
            max_age = timedelta(hours=hours) if hours else None
            seen = looked(folder, lambda: status(store.conn, datetime.now(UTC), max_age=max_age))
        return seen, [
            *seen.alarms,
            *killed(seen.runs),
            *low_disk(folder, self.limits().min_free_bytes),
        ]

    def _tell(self, seen: Status, alarms: list[Alarm], code: int, seconds: float) -> None:
        """Write the metrics file, if the settings name one."""
        path = self.setting("ZHUANZAI_METRICS_FILE")
        if path:
            own: list[metrics.Sample] = [
                ("zhuanzai_round_ended_timestamp_seconds", {}, time.time()),
                ("zhuanzai_round_seconds", {}, seconds),
                ("zhuanzai_round_exit_code", {}, code),
            ]
            metrics.write(Path(path), [*metrics.samples(seen, alarms), *own])


def summed_up(steps: list[Step], alarms: list[Alarm]) -> list[str]:
    """The lines for a person: failed crawls with their messages, then the alarms; empty if all is well."""
    found = []
    for step in steps:
        said = step.said.splitlines()
        clear = [text for text in said if text.startswith("scrapy: ") and localised(WITH_ALARMS) not in text]
        is_reported = step.code in (ExitCode.WRONG_USE, ExitCode.TRY_LATER) and clear
        if is_reported or step.code == ExitCode.ALARMS:  # the crawl's alarms are among `alarms`
            found += clear
        elif step.code:
            found.append("scrapy: " + localised(f"crawl {step.spider} ended with exit code {step.code}"))
            found += [f"  {text}" for text in said]
    found = list(dict.fromkeys(found))  # once only, because one cause often stops several crawls
    return found + [f"scrapy: {text}" for text in lines(alarms)]
