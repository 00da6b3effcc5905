"""`scrapy sites`: the registered sites, with the lists, the trust and the last capture of each."""

import argparse
import difflib
import json
from collections.abc import Sequence
from typing import Any, ClassVar

from archive.errors import WrongUse
from archive.run.folder import Archive
from archive.view.holdings import last_captured
from crawler.exploring.unregistered import unregistered
from crawler.registry.book import SiteFiles
from crawler.registry.site import Site
from crawler.terminal.columns import table
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, localised_row
from extract.script.fold import fold

HEADS = ("host", "name", "region", "family", "discovery", "expected", "trust", "sure", "proven", "last seen")
LEARNED_HEADS = ("host", "learned", "discovery", "gone", "beside")
UNREGISTERED_HEADS = ("host", "articles", "copies", "named")
KINDS = (
    ("listings", "lists"), ("json", "data"), ("feeds", "feeds"), ("sitemaps", "maps"), ("dated", "by date"),
    ("search", "search"),
)  # fmt: skip


WORDS = {
    "central": "中央 mainland",
    "portal": "门户 mainland",
    "ministry": "部委 政府 government mainland",
    "province": "省 地方 provincial mainland",
    "city": "市 地方 mainland",
    "hongkong": "香港 hong kong",
    "macau": "澳门 macao",
    "taiwan": "台湾",
    "overseas": "海外",
    "converter": "转换 copy",
    "archive": "档案 存档",
}
"""Further words for a site's region, by the region's word in the site file."""


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [<word> ...]"

    def short_desc(self) -> str:
        return localised("List the registered sites, or those that the words name: a host, 央视网, 香港, trs")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
        parser.add_argument(
            "--learned",
            action="store_true",
            help="sites that the crawler looked through itself: what it wrote down, and what a person's file lacks",
        )
        parser.add_argument(
            "--unregistered",
            action="store_true",
            help="hosts without a file that the archive met, with how many copies of known stories they carry",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the table of sites."""
        if opts.learned:
            return self._print(LEARNED_HEADS, learned_rows(self.sites()), args, is_json=opts.json)
        if opts.unregistered:
            met = unregistered(self.archive_dir(), self.sites())
            found = [(one.host, str(one.articles), str(one.copies), str(one.named)) for one in met]
            return self._print(UNREGISTERED_HEADS, found, args, is_json=opts.json)
        seen, texts = self._last_seen(), [(site, searched(site)) for site in self.sites()]
        rows = [line(site, seen.get(site.host, "")) for site, text in texts if has_words(args, text)]
        if args and not rows:
            known = " ".join(text for _, text in texts).split()
            near = [name for word in args for name in difflib.get_close_matches(word, known, 1, cutoff=0.5)]
            cure = f"did you mean {near[0]}?" if near else "`scrapy sites` lists all"
            raise WrongUse(f"sites {' '.join(args)}: no registered site has these words; {cure}")
        return self._print(HEADS, rows, [], is_json=opts.json)

    def _print(
        self, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], words: list[str], *, is_json: bool
    ) -> int:
        """Print the rows that have all the words."""
        rows = [row for row in rows if has_words(words, " ".join(row))]
        if is_json:
            for row in rows:
                print(json.dumps(dict(zip(heads, row, strict=True)), ensure_ascii=False))
        else:
            print(table([localised_row(heads), *(localised_row(row) for row in rows)]))
            print(localised("{} sites").format(len(rows)))
        return 0

    def _last_seen(self) -> dict[str, str]:
        """The last day of capture by site; empty without an archive."""
        archive = Archive(self.archive_dir(), self.sites())
        if not archive.database.is_file():
            return {}
        with archive.reading(any_release=True) as store:
            return last_captured(store.conn)


def searched(site: Site) -> str:
    """What the words of a person are looked for in: a site's row, its names and the words for its region."""
    return " ".join((*line(site, ""), *site.site_names, WORDS.get(site.region, "")))


def has_words(words: Sequence[str], text: str) -> bool:
    """Whether a text has every word, in either script."""
    return all(fold(word) in fold(text) for word in words)


def learned_rows(sites: SiteFiles) -> list[tuple[str, ...]]:
    """A row for each learned site file: its day, its kinds of lists, and the lists of a person's file that are gone."""
    return [
        (
            site.host,
            str(site.learned),
            ", ".join(f"{name} {len(found)}" for key, name in KINDS if (found := getattr(site, key))) or "-",
            " ".join(site.gone) or "-",
            "a person's file" if site.host in sites.written else "-",
        )
        for site in sites.learned.values()
    ]


def line(site: Site, last_seen: str) -> tuple[str, ...]:
    """The row of one site."""
    ways = [f"{name} {len(found)}" for key, name in KINDS if (found := getattr(site, key))]
    return (
        site.host,
        site.name,
        site.region,
        site.family or "-",
        ", ".join(ways) or "-",
        f"{site.expected[0]}–{site.expected[1]}" if site.expected else "-",
        "low" if site.low_trust else "-",
        site.confidence,
        (f"{n} page{'' if n == 1 else 's'}" if (n := len(site.proven)) else "unproven"),
        last_seen or "-",
    )
