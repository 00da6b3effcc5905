"""`scrapy ingest FILE…`: take WARC and WACZ files of other tools into the archive by the same door as a crawl."""

import argparse
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from archive.door.workers import Readers, jobs_for
from archive.errors import ArchiveError, ExitCode, WrongUse
from archive.record.foreign import NoRecords, WarcPart, check, parts, remote_parts
from archive.record.reader import Damage
from archive.remote.addresses import FoundFiles, WarcAddress, has_password, is_one_file
from archive.remote.addresses import found as find
from archive.remote.errors import without_password
from archive.remote.files import RemoteFile, at_address
from archive.run.account import Checked
from archive.run.batches import Live
from archive.run.fetches import is_taken_in, note_taken_in
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
        return "[options] <WARC or WACZ file, address or list> ..."

    def short_desc(self) -> str:
        return localised("Take WARC and WACZ files of other tools into the archive")

    def long_desc(self) -> str:
        return (
            "Every HTTP response and every HTML resource of the files enters as a capture, every article is read and "
            "joins its story. Files are referenced where they lie; keep them, or use --copy. What lies at addresses "
            "(s3://, https:// and others, with the extra `cluster`), named or in lists as warc.paths.gz, is fetched "
            "into the archive; with --in-place it is read and referenced where it lies. "
            "What the archive has already is passed over: ingesting twice adds nothing. "
            "Exit code 3: all whole records are in, but a file was damaged or held no response."
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
        parser.add_argument(
            "--in-place",
            action="store_true",
            help="leave the files of addresses where they lie; the archive reads them there",
        )
        parser.add_argument(
            "--base", metavar="ADDRESS", default="", help="what the lines of lists begin with"
        )
        parser.add_argument("--jobs", type=int, default=0, help="processes that read pages (0: one a core)")
        self.add_cluster(parser)

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise WrongUse("ingest: no file given")
        if opts.jobs < 0:
            raise WrongUse(f"ingest: --jobs {opts.jobs}: a number of processes, or 0 for one a core")
        if opts.copy and opts.in_place:
            raise WrongUse("ingest: --copy and --in-place: one of them")
        files, lacking = _named(args, opts)
        refused = _refused([source.file for source in files])
        now = datetime.now(UTC)
        info = RunInfo(new_run_id(now), "ingest", now, contact=self.setting("ZHUANZAI_CONTACT"))
        archive = Archive(self.archive_dir(), self.sites())
        jobs = jobs_for(sum(source.address.size for source in files), opts.jobs or os.cpu_count() or 1)
        with (
            self.cluster(opts.cluster) as workers,
            archive.run(info, self.limits()) as live,
            Readers(archive.sites, jobs, workers) as readers,
        ):
            importer = Importer(live, readers, archive.warcs, lambda: datetime.now(UTC))
            tallies = [
                refused.get(source.file) or self.ingest(importer, live, archive, source, opts)
                for source in files
            ]
            account = Checked.joined(tally.checked for tally in tallies).sum()
            live.finish(ending="finished", ended_at=datetime.now(UTC), said={"account": account})
            rows, bugs = live.counts(), live.bugs()
        say(_summary(tallies, rows))
        say(account)
        if bugs:
            warn(f"ingest: {BUGS.format(bugs)}")
        is_lacking = lacking or any(tally.damages or tally.is_barren for tally in tallies)
        return ExitCode.ALARMS if bugs or is_lacking else 0

    def ingest(
        self, importer: Importer, live: Live, archive: Archive, source: "_Source", opts: argparse.Namespace
    ) -> FileTally:
        """Take in one file, and print its damages and notes."""
        tally = FileTally()
        file, address = source.file, source.address
        if isinstance(file, RemoteFile) and is_taken_in(live.store, archive.warcs, address):
            return FileTally(passed_bytes=address.size or 1)  # some servers do not say
        with bytes_line(_shown(file.name), address.size) as progress:
            try:
                taken = []
                for part in _parts(file, archive.warcs, opts):
                    importer.take_in(part, tally, is_trusted=opts.past_damage, progress=progress)
                    taken.append(part)
                if isinstance(file, RemoteFile) and not tally.damages:
                    note_taken_in(live.store, address, [part.file for part in taken if part.source])
            except NoRecords as error:
                tally.damages.append(Damage(str(file), 0, str(error)))
                warn(f"ingest: {_shown(str(error))}")
                return tally
            except ArchiveError:
                raise
            except OSError as error:
                tally.damages.append(Damage(str(file), 0, f"{error.strerror}; {_left(file, tally)}"))
            except Exception as error:  # a bug with one file must not stop the next files
                log.exception("ingest: %s", _shown(str(file)))
                reason = f"a bug in reading it ({type(error).__name__}: {error}); what came before is in the archive"
                tally.damages.append(Damage(str(file), 0, reason))
        _print_wrong(file, tally)
        return tally


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to take in, and what is known of its address."""

    file: Path | RemoteFile
    address: WarcAddress


def _named(args: list[str], opts: argparse.Namespace) -> tuple[list[_Source], bool]:
    """The files that the arguments name, in their order, and whether one is missing.

    A line on stderr for each that is missing or named twice. Raises WrongUse where no file is left.
    """
    sources: list[_Source] = []
    held: set[str] = set()
    is_lacking = False
    for arg in args:
        if is_one_file(arg):
            path = Path(arg)
            found = FoundFiles(
                [WarcAddress(str(path.resolve()), path.stat().st_size if path.exists() else 0)]
            )
        else:
            path, found = None, find([arg], opts.base)
        is_lacking = is_lacking or bool(found.missing)
        repeated = [one.address for one in found.sources if one.address in held]
        for line in (*found.notes, *found.missing, *(f"{one}: named twice, read once" for one in repeated)):
            warn(f"ingest: {_shown(line)}")
        for one in found.sources:
            if one.address not in held:
                sources.append(_Source(path or at_address(one.address), one))
        held |= {one.address for one in found.sources}
    if not sources:
        raise WrongUse("ingest: none of these can be read")
    secret = next((one for one in held if opts.in_place and has_password(one)), None)
    if secret is not None:
        shown = without_password(secret)
        raise WrongUse(f"{shown}: a password, which no record should hold; fetch it without --in-place")
    return sources, is_lacking


def _parts(file: Path | RemoteFile, warcs: Path, opts: argparse.Namespace) -> Iterator[WarcPart]:
    if isinstance(file, RemoteFile):
        return remote_parts(file, warcs, in_place=opts.in_place)
    return parts(file, warcs, copying=opts.copy)


def _left(file: Path | RemoteFile, tally: FileTally) -> str:
    """What is in the archive of a file that could not be read to its end."""
    if isinstance(file, RemoteFile) and tally.is_barren:
        return "nothing of it is in the archive, the next ingest tries again"
    return "what came before is in the archive"


def _refused(files: list[Path | RemoteFile]) -> dict[Path | RemoteFile, FileTally]:
    """The files of this machine without records, each reported on stderr. Raises NoRecords if no file has records."""
    refused: dict[Path | RemoteFile, FileTally] = {}
    for file in files:
        if isinstance(file, RemoteFile):  # looked at when it is fetched
            continue
        try:
            check(file)
        except NoRecords as error:
            if len(refused) == len(files) - 1:
                raise
            warn(f"ingest: {_shown(str(error))}")
            refused[file] = FileTally(damages=[Damage(str(file), 0, str(error))])
    return refused


def _print_wrong(file: Path | RemoteFile, tally: FileTally) -> None:
    """Print the damages and the notes of a file, one on each line."""
    whole = _named_for(file, str(file))
    lines = [
        f"{_named_for(file, damage.file)} at byte {damage.offset}: {damage.reason}"
        + ("" if damage.length is None else f" ({damage.length} bytes passed over)")
        for damage in tally.damages[:MOST_LINES]
    ]
    if len(tally.damages) > MOST_LINES:
        lines.append(f"{whole}: {len(tally.damages) - MOST_LINES} more such places")
    for note in list(tally.notes.values())[:MOST_LINES]:
        more = f", and {note.times - 1:,} more of the kind" if note.times > 1 else ""
        lines.append(f"{_named_for(file, note.file)} at byte {note.offset}: note: {note.what}{more}")
    if len(tally.notes) > MOST_LINES:
        lines.append(f"{whole}: {len(tally.notes) - MOST_LINES} more kinds of notes")
    is_unfetched = isinstance(file, RemoteFile) and tally.damages
    if tally.is_barren and not is_unfetched:
        lines.append(f"{whole}: no HTTP response in it")
    for line in lines:
        warn(f"ingest: {_shown(line)}")


def _named_for(file: Path | RemoteFile, part: str) -> str:
    """The name of a part for messages; a copy of what lies at an address is named by the address, too."""
    if not isinstance(file, RemoteFile):
        return part
    address = without_password(file.address)
    return address if part in (file.address, address) else f"{address} ({part})"


def _shown(text: str) -> str:
    """The text with unprintable characters escaped: control characters, and bytes of names that are not UTF-8."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _summary(tallies: list[FileTally], rows: dict[str, int]) -> str:
    return (
        f"{len(tallies)} {'file' if len(tallies) == 1 else 'files'}: {rows['captures']:,} captures,"
        f" {rows['articles_new']:,} new articles, {rows['articles_changed']:,} changed articles;"
        f" {_known_before(tallies)}"
    )


def _known_before(tallies: list[FileTally]) -> str:
    """What the archive had already: files that were taken in, and responses of the others."""
    again = sum(tally.was_taken_in for tally in tallies)
    known, read = sum(tally.known for tally in tallies), sum(tally.exchanges for tally in tallies)
    if again and again == len(tallies):
        return "taken in already, with nothing new since"
    responses = f"{known:,} of {read:,} responses read were in the archive before"
    return f"{responses}; {again:,} of the files were taken in already" if again else responses
