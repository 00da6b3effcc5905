"""`scrapy sites`: the registered sites, how each is read and found, and when the archive last saw it."""

import argparse
import json
import sqlite3
from contextlib import closing
from typing import Any, ClassVar

from crawler.registry.site import Site
from crawler.terminal.columns import table
from crawler.terminal.command import ZhuanzaiCommand

HEADS = ("host", "name", "region", "family", "discovery", "expected", "trust", "sure", "last seen")
KINDS = (
    ("listings", "lists"), ("json", "data"), ("feeds", "feeds"), ("sitemaps", "maps"), ("dated", "by date"),
    ("search", "search"),
)  # fmt: skip


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [<word> ...]"

    def short_desc(self) -> str:
        return "List the registered sites, or those whose line holds the words"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the table."""
        seen = self._last_seen()
        rows = [line(site, seen.get(site.host, "")) for site in self.sites()]
        rows = [row for row in rows if all(word.lower() in " ".join(row).lower() for word in args)]
        if opts.json:
            for row in rows:
                print(json.dumps(dict(zip(HEADS, row, strict=True)), ensure_ascii=False))
        else:
            print(table([HEADS, *rows]))
            print(f"{len(rows)} sites")
        return 0

    def _last_seen(self) -> dict[str, str]:
        """The last day of capture by site; empty without an archive."""
        path = self.archive_dir() / "archive.db"
        if not path.is_file():
            return {}
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found = db.execute("SELECT site, substr(max(captured_at), 1, 10) FROM captures GROUP BY site")
            return dict(found.fetchall())


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
        last_seen or "-",
    )
