"""`scrapy rebuild`: make archive.db again from the WARC files alone."""

import argparse
import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

import archive
import crawler
import extract
from archive.care.rebuild import Rebuilt, Rereading, rebuild, record_bytes
from archive.door.workers import jobs_for
from archive.errors import ExitCode, WrongUse
from archive.run.folder import Archive
from crawler.commands.ingest import BUGS
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say, warn

MOST_LINES = 20  # lines for changed articles; --changes writes all of them


class Command(ZhuanzaiCommand):
    reads_pages = True
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return localised("Make archive.db again from the WARC files alone")

    def long_desc(self) -> str:
        return (
            "Reads every record by the door that a crawl uses, so that ids, stories and search come out the same; a "
            "newer extractor reads old pages anew, and what it reads differently is told. The new view is written to "
            "archive.db.new and renamed; killed, it goes on where it was. A program that has archive.db open "
            "(datasette) shows the old view until it is started again. Exit code 3: places of the record were damaged."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, default=0, help="processes that read pages (0: one a core)")
        self.add_cluster(parser)
        parser.add_argument("--changes", metavar="FILE", help="write what reads differently as JSON Lines")
        parser.add_argument(
            "--accept-loss",
            action="store_true",
            help="put the new view in place even where the record lacks captures that the old one has",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise WrongUse(f"rebuild: {args[0]!r}: rebuild takes no argument; ARCHIVE_DIR is a setting")
        if opts.jobs < 0:
            raise WrongUse(f"rebuild: --jobs {opts.jobs}: a number of processes, or 0 for one a core")
        place = Archive(self.archive_dir(), self.sites())
        self.tell_other_sites(place)
        size = record_bytes(place)
        jobs = jobs_for(size, opts.jobs or os.cpu_count() or 1)
        began_s = monotonic()
        with self.cluster(opts.cluster) as workers, bytes_line("rebuild", size) as progress:
            made = rebuild(
                place,
                made_by=made_by(self.setting("ZHUANZAI_SITES_DIR")),
                jobs=jobs,
                progress=progress,
                accept_loss=opts.accept_loss,
                workers=workers,
            )
        _tell(made, monotonic() - began_s)
        if opts.changes:
            Path(opts.changes).write_text("".join(_line(change) for change in made.changes or []), "utf-8")
        is_well = made.is_in_place and not made.damages and not made.bugs
        return 0 if is_well else ExitCode.ALARMS


def made_by(own_sites: str) -> str:
    """A digest of the code and the site files; an unfinished rebuild continues only if its digest is the same."""
    rooms = [Path(room.__file__ or "").parent for room in (extract, archive, crawler)]
    digest = hashlib.sha256()
    for folder in [*rooms, *([Path(own_sites)] if own_sites else [])]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml", ".sql", ".tsv"):
                digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _tell(made: Rebuilt, seconds: float) -> None:
    for damage in made.damages[:MOST_LINES]:
        warn(f"rebuild: {damage.file} at byte {damage.offset}: {damage.reason}")
    if len(made.damages) > MOST_LINES:
        warn(f"rebuild: {len(made.damages) - MOST_LINES} more such places")
    if made.bugs:
        warn(f"rebuild: {BUGS.format(made.bugs)}")
    counted = ", ".join(f"{count:,} {table}" for table, count in made.rows.items() if count)
    say(f"rebuilt in {seconds:.1f} s: {counted or 'an empty view'}")
    if made.changes:
        _tell_changes(made.changes)
    if not made.is_in_place:
        warn(
            f"rebuild: the record lacks {made.lost:,} captures that archive.db has; archive.db stays, the new"
            " view is archive.db.new. Bring the missing files back, or use --accept-loss"
        )


def _tell_changes(changes: list[Rereading]) -> None:
    fields = Counter(name for change in changes for name in change.fields)
    added = sum(change.is_new for change in changes)
    removed = sum(not change.is_new and not change.fields for change in changes)
    by_field = ", ".join(f"{name} {count:,}" for name, count in fields.most_common())
    say(
        f"{len(changes) - added - removed:,} articles read differently ({by_field or 'no field'}),"
        f" {added:,} new, {removed:,} no longer read as articles"
    )
    for change in changes[:MOST_LINES]:
        print(f"  {change.url}: {_told(change)}")
    if len(changes) > MOST_LINES:
        say(f"  … {len(changes) - MOST_LINES:,} more (--changes FILE writes them all)")


def _told(change: Rereading) -> str:
    if not change.fields:
        return localised("new" if change.is_new else "no longer an article")
    return "; ".join(
        f"{localised(name)} {_brief(before)} → {_brief(now)}" for name, (before, now) in change.fields.items()
    )


def _brief(value: object) -> str:
    if isinstance(value, str) and len(value) > 40:
        return localised(f"{len(value):,} characters")
    return localised("none") if value is None else str(value)


def _line(change: Rereading) -> str:
    fields = {name: {"before": before, "now": now} for name, (before, now) in change.fields.items()}
    return json.dumps({"url": change.url, "new": change.is_new, "fields": fields}, ensure_ascii=False) + "\n"
