"""`scrapy ingest FILE…`: take WARC and WACZ files of other tools into the archive by the same door as a crawl."""

import argparse
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from archive.door.workers import Readers, jobs_for
from archive.errors import ArchiveError, ExitCode, WrongUse
from archive.record.foreign import NoRecords, check, parts
from archive.record.reader import Damage
from archive.run.account import Checked
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from crawler.fetch.keeper import new_run_id
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say, warn

log = logging.getLogger(__name__)

BUGS = "{:,} pages could not be read because of a bug; quarantine holds them with the reason `error`"
MOST_LINES = 10  # lines for one file's damages; one more line counts the rest


class Command(ZhuanzaiCommand):
    reads_pages = True
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}

    def syntax(self) -> str:
        return "[options] <WARC or WACZ file> ..."

    def short_desc(self) -> str:
        return localised("Take WARC and WACZ files of other tools into the archive")

    def long_desc(self) -> str:
        return (
            "Every HTTP response and every HTML resource of the files enters as a capture, every article is read and "
            "joins its story. Files are referenced where they lie; keep them, or use --copy. "
            "What the archive has already is passed over: ingesting twice adds nothing. "
            "Exit code 3: all whole records are in, but a file was damaged."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--copy", action="store_true", help="copy the files into the archive's warc/ folder"
        )
        parser.add_argument(
            "--past-damage",
            action="store_true",
            help="read on behind broken places even where records do not prove that they belong to the file",
        )
        parser.add_argument("--jobs", type=int, default=0, help="processes that read pages (0: one a core)")
        self.add_cluster(parser)

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise WrongUse("ingest: no file given")
        if opts.jobs < 0:
            raise WrongUse(f"ingest: --jobs {opts.jobs}: a number of processes, or 0 for one a core")
        files = [Path(arg) for arg in args]
        refused = _refused(files)
        now = datetime.now(UTC)
        info = RunInfo(new_run_id(now), "ingest", now, contact=self.setting("ZHUANZAI_CONTACT"))
        archive = Archive(self.archive_dir(), self.sites())
        jobs = jobs_for(sum(file.stat().st_size for file in files), opts.jobs or os.cpu_count() or 1)
        with (
            self.cluster(opts.cluster) as workers,
            archive.run(info, self.limits()) as live,
            Readers(archive.sites, jobs, workers) as readers,
        ):
            importer = Importer(live, readers, archive.warcs, lambda: datetime.now(UTC))
            tallies = [refused.get(file) or self.ingest(importer, archive, file, opts) for file in files]
            account = Checked.joined(tally.checked for tally in tallies).sum()
            live.finish(ending="finished", ended_at=datetime.now(UTC), said={"account": account})
            rows, bugs = live.counts(), live.bugs()
        say(_summary(tallies, rows))
        say(account)
        if bugs:
            warn(f"ingest: {BUGS.format(bugs)}")
        return ExitCode.ALARMS if bugs or any(tally.damages for tally in tallies) else 0

    def ingest(self, importer: Importer, archive: Archive, file: Path, opts: argparse.Namespace) -> FileTally:
        """Take in one file, and print its damages and notes."""
        tally = FileTally()
        size = file.stat().st_size
        with bytes_line(_shown(file.name), size) as progress:
            try:
                for part in parts(file, archive.warcs, copying=opts.copy):
                    importer.take_in(part, tally, is_trusted=opts.past_damage, progress=progress)
            except ArchiveError:
                raise
            except OSError as error:
                reason = f"{error.strerror}; what came before is in the archive"
                tally.damages.append(Damage(str(file), 0, reason))
            except Exception as error:  # a bug with one file must not stop the next files
                log.exception("ingest: %s", _shown(str(file)))
                reason = f"a bug in reading it ({type(error).__name__}: {error}); what came before is in the archive"
                tally.damages.append(Damage(str(file), 0, reason))
        _print_wrong(file, tally)
        return tally


def _refused(files: list[Path]) -> dict[Path, FileTally]:
    """The files without records, each reported on stderr. Raises NoRecords if no file has records."""
    refused: dict[Path, FileTally] = {}
    for file in files:
        try:
            check(file)
        except NoRecords as error:
            if len(refused) == len(set(files)) - 1:
                raise
            warn(f"ingest: {_shown(str(error))}")
            refused[file] = FileTally(damages=[Damage(str(file), 0, str(error))])
    return refused


def _print_wrong(file: Path, tally: FileTally) -> None:
    """Print the damages and the notes of a file, one on each line."""
    lines = [
        f"{damage.file} at byte {damage.offset}: {damage.reason}"
        + ("" if damage.length is None else f" ({damage.length} bytes passed over)")
        for damage in tally.damages[:MOST_LINES]
    ]
    if len(tally.damages) > MOST_LINES:
        lines.append(f"{file}: {len(tally.damages) - MOST_LINES} more such places")
    for note in list(tally.notes.values())[:MOST_LINES]:
        more = f", and {note.times - 1:,} more of the kind" if note.times > 1 else ""
        lines.append(f"{note.file} at byte {note.offset}: note: {note.what}{more}")
    if len(tally.notes) > MOST_LINES:
        lines.append(f"{file}: {len(tally.notes) - MOST_LINES} more kinds of notes")
    if not tally.exchanges and not tally.passed_bytes:
        lines.append(f"{file}: no HTTP response in it")
    for line in lines:
        warn(f"ingest: {_shown(line)}")


def _shown(text: str) -> str:
    """The text with unprintable characters escaped: control characters, and bytes of names that are not UTF-8."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _summary(tallies: list[FileTally], rows: dict[str, int]) -> str:
    known = sum(tally.known for tally in tallies)
    all_of_them = sum(tally.exchanges for tally in tallies)
    return (
        f"{len(tallies)} {'file' if len(tallies) == 1 else 'files'}: {rows['captures']:,} captures,"
        f" {rows['articles_new']:,} new articles, {rows['articles_changed']:,} changed articles;"
        f" {known:,} of {all_of_them:,} responses read were in the archive before"
    )
