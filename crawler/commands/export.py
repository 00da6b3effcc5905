"""`scrapy export`: articles as rows, records as a WACZ, an index of the WARC files."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from archive.errors import ExitCode, WrongUse
from archive.kinds import REGIONS, RELATIONS, SITE_KINDS
from archive.out.atomic import whole
from archive.out.cdxj import write_cdxj
from archive.out.export import COLUMNS, WRITERS, Selection, as_numbered_now, rows, write_raw_csv
from archive.out.wacz import About, write_wacz
from archive.run.folder import Archive
from archive.search.articles import Filter
from archive.search.query import parse
from archive.view.holdings import story_title
from archive.view.store import Store
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, warn

INDEX = "index.cdxj"


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        return "--wacz|--csv|--json|--jsonl|--parquet OUT [filters]  |  --cdxj [OUT]"

    def short_desc(self) -> str:
        return localised("Write articles as CSV, JSON or Parquet, or their records as a WACZ")

    def long_desc(self) -> str:
        return (
            "Without filters everything leaves. OUT - is standard output (CSV and JSON). A WACZ holds the records as "
            "they stand, with every look at the articles' addresses; it opens in ReplayWeb.page and pywb. "
            "Exit code 3: records could not be read, and are not in the WACZ."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name in ("wacz", *WRITERS):
            parser.add_argument(f"--{name}", metavar="OUT", help=f"write {name.upper()} to this file")
        parser.add_argument(
            "--cdxj",
            metavar="OUT",
            nargs="?",
            const="",
            help=f"write the CDXJ index; without OUT warc/{INDEX}",
        )
        parser.add_argument(
            "--no-text", dest="text", action="store_false", help="leave the articles' text out of rows"
        )
        parser.add_argument(
            "--raw",
            action="store_true",
            help="CSV cells as they stand; else what a spreadsheet takes for a formula"
            " begins with an apostrophe",
        )
        parser.add_argument(
            "--words", default="", help="words, as the search page takes them, in either script"
        )
        parser.add_argument("--story", type=int, help="a story's number")
        parser.add_argument("--site", help="a site: its host or its name, 央视网")
        parser.add_argument(
            "--source", help="a medium that articles name as their source 来源, in either script"
        )
        parser.add_argument("--region", choices=REGIONS, help="where the site is")
        parser.add_argument("--kind", choices=SITE_KINDS, help="what the site is")
        parser.add_argument("--script", choices=("hans", "hant"))
        parser.add_argument("--relation", choices=RELATIONS)
        parser.add_argument("--since", help="first day of publication, YYYY-MM-DD")
        parser.add_argument("--until", help="last day of publication, YYYY-MM-DD")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        outs = {name: getattr(opts, name) for name in ("wacz", *WRITERS) if getattr(opts, name)}
        if args:
            raise WrongUse(f"export: {args[0]!r}: name the format too, as in --csv {args[0]}")
        if not outs and opts.cdxj is None:
            raise WrongUse(
                "export: nothing to write; name a format, as in --csv articles.csv or --wacz story.wacz"
            )
        wanted = _wanted(opts)
        archive = Archive(self.archive_dir(), self.sites())
        code = 0
        with archive.reading() as store:
            wanted = as_numbered_now(store, wanted)
            if wanted.filter.site:
                site = self.site_held(store.conn, wanted.filter.site)
                wanted = replace(wanted, filter=replace(wanted.filter, site=site))
            for name, out in outs.items():
                if name == "wacz":
                    code = self.wacz(store, archive, wanted, out)
                else:
                    self.rows(store, wanted, name, out, with_text=opts.text, raw=opts.raw)
            if opts.cdxj is not None:
                path = Path(opts.cdxj) if opts.cdxj else archive.warcs / INDEX
                with whole(path) as file:
                    count = write_cdxj(file, store)
                _said(f"{path}: {count:,} captures")
        return code

    def rows(
        self, store: Store, wanted: Selection, kind: str, out: str, *, with_text: bool, raw: bool = False
    ) -> None:
        """Write the selected articles in one of the row formats; `-` is standard output."""
        names = [name for name in COLUMNS if with_text or name != "text"]
        if out == "-" and kind == "parquet":
            raise WrongUse("export: --parquet wants a file, not standard output")
        with _opened(out) as file:
            write = write_raw_csv if raw and kind == "csv" else WRITERS[kind]
            count = write(rows(store, wanted, names), names, file)
        _said(f"{out}: {count:,} articles")

    def wacz(self, store: Store, archive: Archive, wanted: Selection, out: str) -> int:
        """Write a WACZ. Returns the exit code."""
        path = Path(out)
        if path.suffix != ".wacz":
            raise WrongUse(f"export: {out}: the name of a WACZ ends in .wacz")
        about = About(_title(store, wanted), _description(wanted), datetime.now(UTC))
        with whole(path) as file:
            packed = write_wacz(file, store, archive.warcs, wanted, about)
        for line in packed.missing:
            warn(f"export: {line}")
        _said(f"{path}: {packed.captures:,} captures, {packed.pages:,} pages")
        return ExitCode.ALARMS if packed.missing else 0


@contextmanager
def _opened(out: str) -> Iterator[BinaryIO]:
    if out == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole(Path(out)) as file:
        yield file


def _said(line: str) -> None:
    """Print a line to stderr, because standard output may hold the exported rows."""
    print(localised(line), file=sys.stderr)


def _wanted(opts: argparse.Namespace) -> Selection:
    since, until = _day("--since", opts.since), _day("--until", opts.until)
    if since and until and until < since:
        raise WrongUse(f"export: --until {until} lies before --since {since}")
    for part in parse(opts.words).dropped:
        warn(f"export: left out of the words: {part}")
    wanted = Filter(
        words=opts.words,
        since=since,
        until=until,
        site=opts.site,
        source=opts.source,
        script=opts.script,
        relation=opts.relation,
        region=opts.region,
        kind=opts.kind,
    )
    return Selection(wanted, opts.story)


def _day(name: str, said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise WrongUse(f"export: {name} {said!r}: a day is written YYYY-MM-DD") from error


def _title(store: Store, wanted: Selection) -> str:
    return story_title(store.conn, wanted.story) or "zhuanzai 转载"


def _description(wanted: Selection) -> str:
    """The selection in words."""
    asked = wanted.filter
    asked_for = {
        "story": wanted.story,
        "words": asked.words,
        "site": asked.site,
        "source": asked.source,
        "region": asked.region,
        "kind": asked.kind,
        "script": asked.script,
        "relation": asked.relation,
        "published since": asked.since,
        "published until": asked.until,
    }
    said = ", ".join(f"{name} {value}" for name, value in asked_for.items() if value)
    return f"Captures of an archive of syndicated news: {said or 'all of it'}"
