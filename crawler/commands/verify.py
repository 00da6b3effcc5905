"""`scrapy verify [URL|ARTICLE|FILE…]`: prove that record and view agree, or trace an article to its bytes."""

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from archive.care.evidence import ChainLink, chain
from archive.care.verify import Checked, Finding, Verifier, file_findings, record_findings
from archive.door.ingest import Door
from archive.door.workers import Readers, jobs_for
from archive.errors import ExitCode, WrongUse
from archive.run.folder import Archive
from archive.run.recover import own_files
from archive.values import number_typed
from archive.view.holdings import record_bytes
from archive.view.store import Store
from crawler.terminal.columns import padded, wide
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.progress import bytes_line
from crawler.terminal.words import localised, say


class Command(ZhuanzaiCommand):
    reads_pages = True
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "[options] [url | article number | WARC file] ..."

    def short_desc(self) -> str:
        return localised("Prove record and view against each other; trace an article to its bytes")

    def long_desc(self) -> str:
        return (
            "Without arguments: every record's checksums, digests and lengths, and every row of every table made again "
            "from the record and compared (in a temporary file; TMPDIR says where). With an article's number or "
            "address: the chain from a sentence to the bytes. With files: their records alone. Nothing is changed. "
            "Each finding is a line with file and byte offset; exit code 3 says that there are some."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, default=0, help="processes that read pages (0: one a core)")
        self.add_cluster(parser)
        parser.add_argument("--sentence", help="words of the article to trace; its first paragraph otherwise")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if opts.jobs < 0:
            raise WrongUse(f"verify: --jobs {opts.jobs}: a number of processes, or 0 for one a core")
        if not args:
            return self.everything(opts.jobs, opts.cluster)
        checked = Checked()
        codes = [self.one(arg, checked, opts.sentence) for arg in args]
        if checked.files:
            say(f"{checked.files} files, {checked.records:,} records checked")
        return max(codes)

    def everything(self, jobs: int, cluster: str | None) -> int:
        """Check the whole archive, and print the findings. Returns the exit code."""
        archive = Archive(self.archive_dir(), self.sites())
        self.tell_other_sites(archive)
        if not archive.database.exists() and own_files(archive.warcs):
            checked = Checked()
            findings = _printed(record_findings(archive.database, archive.warcs, checked))
            say(f"{checked.files} files, {checked.records:,} records checked: {findings:,} findings")
            return ExitCode.ALARMS
        with Store(archive.database, read_only=True) as store:
            size = record_bytes(store.conn)
            door = Door(store, archive.warcs, archive.sites)
            with (
                self.cluster(cluster) as workers,
                Readers(archive.sites, jobs_for(size, jobs or os.cpu_count() or 1), workers) as readers,
                bytes_line("verify", size) as progress,
            ):
                verifier = Verifier(store, door, archive.warcs, readers, progress)
                findings = _printed(verifier.findings())
        checked = verifier.checked
        say(checked.sum())
        if checked.older:
            say(
                f"{checked.older:,} texts were read by an earlier extractor; `scrapy rebuild` reads them anew"
            )
        if checked.uncompared:
            say(
                "not compared, as they follow from all texts, and some cannot be read here or a run is not done:"
                f" {', '.join(checked.uncompared)}"
            )
        say(
            f"{checked.files} files, {checked.records:,} records, {checked.captures:,} captures and"
            f" {checked.articles:,} texts checked: {f'{findings:,} findings' if findings else 'all is as it should be'}"
        )
        return ExitCode.ALARMS if findings else 0

    def one(self, arg: str, checked: Checked, sentence: str | None) -> int:
        """Check the article or the file that one argument names. Returns the exit code."""
        number = number_typed(arg)
        if number is not None:
            return self.article(number, sentence)
        if arg.startswith(("http://", "https://")):
            return self.article(self.article_at(arg), sentence)
        path = Path(arg)
        if path.is_dir():
            raise WrongUse(f"verify: {arg}: a folder; name the WARC files in it")
        if not path.is_file():
            raise WrongUse(f"verify: {arg}: no such file, no article number, no URL")
        if not path.stat().st_size:
            say(f"{arg}: the file is empty, no record is in it")
            return ExitCode.ALARMS
        return ExitCode.ALARMS if _printed(file_findings(path, checked)) else 0

    def article(self, article_id: int, sentence: str | None) -> int:
        """Print the chain of an article. Returns exit code 3 if a link of the chain is broken."""
        archive = Archive(self.archive_dir(), self.sites())
        self.tell_other_sites(archive)
        with Store(archive.database, read_only=True) as store:
            links = chain(store, archive.warcs, archive.sites, article_id, sentence)
        width = max(wide(localised(link.name)) for link in links)
        for link in links:
            print(_line(link, width))
        return 0 if all(link.is_sound for link in links) else ExitCode.ALARMS

    def article_at(self, url: str) -> int:
        """The number of the article at an address. Raises WrongUse if there is none."""
        with Archive(self.archive_dir(), self.sites()).reading() as store:
            kept = store.article_at(url)
        if kept is None:
            raise WrongUse(f"verify: {url}: the archive has no article of this address")
        return kept.id


def _line(link: ChainLink, width: int) -> str:
    mark = "  " if link.is_sound else "! "
    return f"{mark}{padded(localised(link.name), width)}  {localised(link.said)}"


def _printed(findings: Iterable[Finding]) -> int:
    """Print the findings as they come. Returns their number."""
    count = 0
    for finding in findings:
        say(str(finding))
        count += 1
    return count
