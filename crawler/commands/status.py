"""`scrapy status`: the latest runs, the state of the sites, and exit code 3 if a person must look."""

import argparse
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from rich.console import Console
from rich.table import Table

from archive.door.source_filter import passed_by_run
from archive.errors import ExitCode, WrongUse
from archive.run.lock import is_held
from archive.view import paper_issues as issues
from archive.view.paper_issues import PageCoverage
from archive.view.status import Alarm, RunStatus, Status, status
from archive.view.store import DATABASE, Store
from crawler.finding.arguments import Days
from crawler.terminal import coverage
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.output import Terminal
from crawler.terminal.words import localised, localised_kind, localised_note

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
TOGETHER = 4  # up to so many alarms of one kind get a line each
KILLED = "killed"
ROOM = 5  # the disk is low if less than so many times ZHUANZAI_MIN_FREE_BYTES is free


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return localised("Show the latest runs and the sites; exit code 3 on alarms")

    def long_desc(self) -> str:
        return (
            "Prints the latest run of each command and a line for each site: when it last answered, what it gave"
            " against its history, what vanished and changed. Alarms come first; docs/cron.md says what to do on each."
            " Sites that were asked and never gave an article are counted; --all lists them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--max-age", metavar="26h", help="alarm unless a run ended well within (m, h, d)")
        parser.add_argument(
            "--coverage",
            metavar="2020-02",
            help="what printed issues held against what the archive holds, by page",
        )
        parser.add_argument("--paper", default="rmrb", help="the newspaper for --coverage (default: rmrb)")
        parser.add_argument("--all", action="store_true", help="sites without a history too")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--quiet", action="store_true", help="print alarms only, to stderr")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise WrongUse(f"status: {args[0]!r}: status takes no argument; ARCHIVE_DIR is a setting")
        folder = self.archive_dir()
        if opts.coverage:
            return covered(folder, opts)
        with Store(folder / DATABASE, read_only=True) as store:
            passed = passed_by_run(store.conn)
            max_age = span(opts.max_age) if opts.max_age else None
            seen = looked(folder, lambda: status(store.conn, datetime.now(UTC), max_age=max_age))
        alarms = [*seen.alarms, *killed(seen.runs), *low_disk(folder, self.limits().min_free_bytes)]
        if opts.json:
            print(told_as_json(seen, alarms, passed))
        elif opts.quiet:
            for text in lines(alarms):
                print(f"scrapy: {text}", file=sys.stderr)
        else:
            show(
                Terminal(width=None if sys.stdout.isatty() else 120),
                seen,
                alarms,
                passed,
                every_site=opts.all,
            )
        return ExitCode.ALARMS if alarms else 0


def covered(folder: Path, opts: argparse.Namespace) -> int:
    """Print the coverage of the requested issues. Returns exit code 3 if something is missing."""
    asked = coverage.span(opts.coverage, datetime.now(UTC).date())
    with Store(folder / DATABASE, read_only=True) as store:
        pages = issue_coverage(store.conn, opts.paper, asked)
    if opts.json:
        print(coverage.as_json(pages))
    elif not opts.quiet:
        coverage.show(Terminal(width=None if sys.stdout.isatty() else 120), pages, asked)
    return 0 if coverage.is_whole(pages, asked) else ExitCode.ALARMS


def issue_coverage(conn: sqlite3.Connection, paper: str, asked: Days) -> tuple[PageCoverage, ...]:
    """The coverage of a newspaper's pages from the first to the last day; empty if a day is missing."""
    if asked.since is None or asked.until is None:
        return ()
    return issues.coverage(conn, paper, asked.since, asked.until)


def span(text: str) -> timedelta:
    """The length of time in a text such as 90m, 26h or 2d. Raises WrongUse for another text."""
    match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)([mhd])", text)
    if match is None:
        raise WrongUse(f"--max-age {text}: wanted a number with m, h or d: 26h")
    return timedelta(**{UNITS[match[2]]: float(match[1])})


def looked(folder: Path, look: Callable[[], Status]) -> Status:
    """What a look at the archive shows, where a run that was killed has that as its ending.

    A run holds the archive from before its row is written until its end is. So a run without an end was killed if
    nobody holds the archive afterwards and a second look shows no end either.
    """
    first = look()
    if all(run.ended_at for run in first.runs) or is_held(folder):
        return first
    without_end = {run.run_id for run in first.runs if not run.ended_at}
    second = look()
    return replace(
        second,
        runs=tuple(
            replace(run, ending=KILLED) if not run.ended_at and run.run_id in without_end else run
            for run in second.runs
        ),
    )


def killed(runs: tuple[RunStatus, ...]) -> list[Alarm]:
    """Alarms for runs that were killed and have no end yet."""
    return [
        Alarm("", "run-broke-off", f"{run.command} of {run.started_at} was killed")
        for run in runs
        if run.ending == KILLED and run.ended_at is None
    ]


def low_disk(folder: Path, min_free_bytes: int) -> list[Alarm]:
    """An alarm if the disk is so full that runs will soon have to stop; else empty."""
    free = shutil.disk_usage(folder).free
    if free >= ROOM * min_free_bytes:
        return []
    text = f"{free:,} bytes free at {folder}; runs stop below ZHUANZAI_MIN_FREE_BYTES = {min_free_bytes:,}"
    return [Alarm("", "low-disk", text)]


def lines(alarms: list[Alarm]) -> list[str]:
    """The alarms as lines: one line for each alarm, or one line for many alarms of one kind."""
    kinds: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        kinds.setdefault(alarm.kind, []).append(alarm)
    said, whole = [], localised("archive")
    for kind, own in kinds.items():
        if len(own) <= TOGETHER:
            said += [
                f"{localised('alarm')} {alarm.site or whole}/{localised_kind(kind)}: {localised(alarm.text)}"
                for alarm in own
            ]
        else:
            sites = ", ".join(alarm.site for alarm in own)
            said.append(localised("alarm {} of {} sites: {}").format(localised_kind(kind), len(own), sites))
    return said


def told_as_json(seen: Status, alarms: list[Alarm], passed: Mapping[str, int]) -> str:
    """Runs, sites, alarms and doubtful articles as one JSON object; `passed` has the pages passed over by run."""
    whole = {
        "runs": [asdict(run) | {"passed_over": passed.get(run.run_id, 0)} for run in seen.runs],
        "sites": [asdict(site) for site in seen.sites],
        "alarms": [asdict(alarm) for alarm in alarms],
        "doubtful": asdict(seen.doubtful),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def show(
    console: Console,
    seen: Status,
    alarms: list[Alarm],
    passed: Mapping[str, int],
    *,
    every_site: bool = False,
) -> None:
    """Print the alarms and the tables for a person; `passed` has the pages passed over by run."""
    for text in lines(alarms):
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if not alarms:
        console.print(localised("no alarms"))
    heads = ("command", "started (UTC)", "ended as", "captures", "new", "changed", "passed over", "failed")
    runs = Table(*map(localised, heads), title=localised("Latest runs"))
    for run in seen.runs:
        runs.add_row(
            run.command,
            _minute(run.started_at),
            localised(run.ending or "running"),
            *map(str, (run.captures, run.articles_new, run.articles_changed)),
            *map(str, (passed.get(run.run_id, 0), run.failures)),
        )
    console.print(runs)
    heads = ("site", "last answer", "new", "usual", "articles", "changed", "vanished", "half-life")
    sites = Table(*map(localised, heads), title=localised("Sites"))
    alarmed = {alarm.site for alarm in alarms}
    shown = [site for site in seen.sites if every_site or site.articles or site.site in alarmed]
    for site in shown:
        sites.add_row(
            site.site,
            _minute(site.last_answered) if site.last_answered else localised("never"),
            str(site.new),
            "" if site.usual_new is None else f"{site.usual_new:g}",
            *map(str, (site.articles, site.changed, site.vanished)),
            "" if site.half_life_days is None else f"{site.half_life_days:.0f} {localised('d')}",
        )
    console.print(sites)
    if len(shown) < len(seen.sites):
        more = localised("{} more sites gave no article yet: --all lists them")
        console.print(more.format(len(seen.sites) - len(shown)))
    if seen.doubtful.articles:
        console.print(
            localised("{} articles of a doubtful reading, the latest:").format(seen.doubtful.articles)
        )
        for one in seen.doubtful.latest:
            line = f"  {one.confidence:.2f} {one.url} {localised_note(one.reason)}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
