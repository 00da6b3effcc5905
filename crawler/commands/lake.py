"""`scrapy lake build WARC…` and `scrapy lake cut`: large crawls as Parquet tables, and archives cut from them."""

import argparse
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

from archive.cluster.workers import HERE, Workers
from archive.door.workers import Readers
from archive.errors import ExitCode, WrongUse
from archive.record.foreign import parts
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from crawler.fetch.keeper import new_run_id
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, say, warn

if TYPE_CHECKING:
    from archive.lake.build import Built
    from archive.lake.costs import Cost

WORTH_BYTES = 64 << 20
"""From this size of all files on, they are read in processes of their own."""
MOST_LINES = 20
MEMORY_BYTES = 1 << 30


class Command(ZhuanzaiCommand):
    reads_pages = True
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}

    def syntax(self) -> str:
        return (
            "build [options] <WARC file, address or list> ... --to PLACE | cut PLACE --where SQL --to ARCHIVE"
        )

    def short_desc(self) -> str:
        return localised(
            "Group the articles of very many WARC files as Parquet tables, and cut archives from them"
        )

    def long_desc(self) -> str:
        return (
            "build reads WARC files wherever they lie (paths, s3://, http, lists as warc.paths.gz) and adds their "
            "articles to a lake: tables as partitioned Parquet in a folder or a bucket, grouped into stories. "
            "cut makes an archive of the articles that a condition chooses, their records fetched by range. "
            "Needs the extra `cluster`. Exit code 3: all that could be read is in, but something lacked."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="PLACE", help="build: the lake; cut: the archive's folder")
        parser.add_argument("--cluster", metavar="ADDRESS", help="tcp://HOST:PORT, local:N, or here")
        parser.add_argument(
            "--like", metavar="ARCHIVE", help="build: keep only stories that this archive holds"
        )
        parser.add_argument(
            "--base", metavar="ADDRESS", default="", help="build: what the lines of lists begin with"
        )
        parser.add_argument(
            "--partitions", type=int, default=0, help="build: pieces of the work (0: by its size)"
        )
        parser.add_argument("--costs", action="store_true", help="build: print what each stage cost")
        parser.add_argument(
            "--where", metavar="SQL", help="cut: the articles, as a condition on their columns"
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        doing = _DOING.get(args[0] if args else "")
        if doing is None:
            raise WrongUse("lake: `build WARC… --to PLACE` or `cut PLACE --where SQL --to ARCHIVE`")
        if not opts.to:
            raise WrongUse(f"lake {args[0]}: --to is missing")
        if opts.partitions < 0:
            raise WrongUse(f"lake build: --partitions {opts.partitions}: a number of pieces, or 0")
        try:
            import fsspec  # noqa: F401
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise WrongUse(f"lake: {error.name} is not installed; pip install 'zhuanzai[cluster]'") from error
        return doing(self, args[1:], opts)

    def build(self, args: list[str], opts: argparse.Namespace) -> int:
        """Add WARC files to a lake. Returns the exit code."""
        from archive.lake.alike import HeldStories
        from archive.lake.build import Build
        from archive.lake.readings import WarcReading
        from archive.lake.storage import Storage
        from archive.remote.addresses import found, has_password
        from archive.remote.errors import without_password

        if not args:
            raise WrongUse("lake build: no file given")
        if opts.like:
            with HeldStories(Path(opts.like)):
                opts.like = str(Path(opts.like).absolute())
        files = found(args, opts.base)
        files.sources.sort(key=lambda source: source.address)
        _print_lines([*files.notes, *files.missing])
        if not files.sources:
            raise WrongUse("lake build: none of these can be read")
        secret = next((one.address for one in files.sources if has_password(one.address)), None)
        if secret is not None:
            shown = without_password(secret)
            raise WrongUse(f"{shown}: a password, which no lake should hold; fetch the file, and name that")
        storage = Storage(opts.to if "://" in opts.to else str(Path(opts.to).absolute()))
        address = opts.cluster or _cluster_for(sum(source.size for source in files.sources))
        seconds = float(self.setting("ZHUANZAI_PAGE_SECONDS"))
        sites = self.sites()
        readings = [
            WarcReading(storage.address, source, sites, seconds, opts.like or "") for source in files.sources
        ]
        with Workers(address, MEMORY_BYTES) as workers:
            built = Build(storage, workers, opts.partitions).run(readings, opts.like or "")
        built.known = len(readings) - built.files - len(built.unread)
        _print_built(built, lacking=len(built.unread) + len(files.missing))
        if opts.costs:
            _print_costs(built.costs)
        is_whole = not (built.unread or built.damaged or files.missing)
        return 0 if is_whole else ExitCode.ALARMS

    def cut(self, args: list[str], opts: argparse.Namespace) -> int:
        """Take the records of chosen articles of a lake into an archive. Returns the exit code."""
        from archive.lake.cut import chosen, cut
        from archive.lake.storage import Storage

        if len(args) != 1 or not opts.where:
            raise WrongUse("lake cut: one PLACE, and --where with a condition")
        archive = Archive(Path(opts.to), self.sites())
        places = chosen(Storage(args[0]), opts.where)
        if not places:
            say("no article of the lake meets the condition")
            return 0
        archive.check_place()
        with TemporaryDirectory(prefix="zhuanzai-cut-") as folder:
            warc = Path(folder, "lake-cut.warc.gz")
            result = cut(places, warc)
            tally = self._take_in(archive, warc) if result.records else FileTally()
        new = tally.exchanges - tally.known
        say(f"{result.records:,} records cut, {new:,} of them new to the archive")
        damages = [f"{damage.file} at byte {damage.offset}: {damage.reason}" for damage in tally.damages]
        _print_lines([*result.missing, *damages])
        if result.lacking:
            warn(f"lake: {result.lacking:,} of {len(places):,} records could not be fetched")
        return ExitCode.ALARMS if result.missing or damages else 0

    def _take_in(self, archive: Archive, warc: Path) -> FileTally:
        now = datetime.now(UTC)
        info = RunInfo(new_run_id(now), "lake cut", now, contact=self.setting("ZHUANZAI_CONTACT"))
        tally = FileTally()
        with archive.run(info, self.limits()) as live, Readers(archive.sites) as readers:
            importer = Importer(live, readers, archive.warcs, lambda: datetime.now(UTC))
            for part in parts(warc, archive.warcs, copying=True):
                importer.take_in(part, tally)
            live.finish(ending="finished", ended_at=datetime.now(UTC))
        return tally


_DOING: dict[str, Callable[[Command, list[str], argparse.Namespace], int]] = {
    "build": Command.build,
    "cut": Command.cut,
}


def _cluster_for(size: int) -> str:
    return "local" if size >= WORTH_BYTES else HERE


def _print_lines(lines: list[str]) -> None:
    for line in lines[:MOST_LINES]:
        warn(f"lake: {line}")
    if len(lines) > MOST_LINES:
        warn(f"lake: {len(lines) - MOST_LINES} more such lines")


def _print_built(built: "Built", lacking: int) -> None:
    said, manifest = built.said, built.manifest
    say(
        f"{built.files} {'file' if built.files == 1 else 'files'} read, {built.known} in the lake before:"
        f" {said.responses:,} responses, {said.pages:,} pages read, {said.articles:,} articles"
    )
    if lacking:
        of_them = "file" if lacking == 1 else "files"
        say(f"{lacking} {of_them} could not be read; the next build tries again")
    if said.passed:
        say(f"passed over: {_by_reason(said.passed)}")
    if said.without:
        say(f"read, but no article for the lake: {_by_reason(said.without)}")
    say(
        f"the lake: {manifest.rows('articles'):,} articles in {manifest.rows('stories'):,} stories;"
        f" {built.written:,} partitions written"
    )
    if built.parted:
        say(f"{built.parted:,} articles shared passages with too many: only their closest were compared")
    _print_lines([*built.unread, *built.damages])
    if built.damaged > len(built.damages):
        _print_lines([f"{built.damaged - len(built.damages)} more damaged places"])


def _by_reason(counted: Counter[str]) -> str:
    return ", ".join(f"{number:,} {why}" for why, number in sorted(counted.items()))


def _print_costs(costs: "list[Cost]") -> None:
    for cost in costs:
        say(
            f"{cost.stage:>16}  {cost.tasks:6,} tasks  {cost.cpu_s:9.2f} s CPU  {cost.rows:12,} rows"
            f"  {cost.memory_bytes / 1e6:6.0f} MB"
        )
