"""`scrapy lineage STORY`: the tree of a story; --sites: the ways between hosts; --change: the spread of a change."""

import argparse
import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from archive.errors import WrongUse
from archive.grouping.lineage import Descendant, Holder, Spread, spread, tree_of, walked
from archive.grouping.network import Asked, HostWay, descents, ways
from archive.out.atomic import whole
from archive.out.network import write_descents, write_ways
from archive.out.trees import FORMS
from archive.run.folder import Archive
from archive.values import number_typed
from archive.view.holdings import has_story
from archive.view.store import Store
from crawler.terminal.columns import table
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, localised_row, say

DELAY_SAID = "median delay: of the copies where both pages print a time of day"


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}

    def syntax(self) -> str:
        return "[options] [story number]"

    def short_desc(self) -> str:
        return localised("Show who copied from whom within a story, or between sites")

    def long_desc(self) -> str:
        return (
            "The tree of a story: each copy under the page it was taken from, with the certainty and the evidence. "
            "A parent that nobody holds is shown as 'not held'. --sites shows which hosts take from which. "
            "--change shows every copy that has a change, the first to print it first."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--sites", action="store_true", help="which hosts take their texts from which")
        parser.add_argument("--site", metavar="HOST", help="with --sites: ways to and from this host only")
        parser.add_argument(
            "--change",
            metavar="WORDS",
            help="how a cut, an addition or a replaced phrase spread (of a copy, the first 400 of each kind)",
        )
        parser.add_argument("--json", action="store_true", help="JSON, one line a tree, way or change")
        parser.add_argument(
            "--parquet", metavar="OUT", help="every descent as Parquet; with --sites the ways between hosts"
        )
        parser.add_argument("--form", choices=sorted(FORMS), help="the tree for another program")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) > 1 or not (args or opts.sites or opts.change or opts.parquet):
            raise WrongUse(
                "lineage: give one story's number, or --sites, or --change WORDS, or --parquet OUT"
            )
        story = _number(args[0]) if args else None
        with Store(Archive(self.archive_dir(), self.sites()).database, create=False, read_only=True) as store:
            if opts.parquet:
                _write_parquet(store.conn, opts)
            elif opts.sites:
                _print_ways(ways(store.conn, Asked(site=opts.site)), as_json=opts.json)
            elif opts.change:
                _print_spread(spread(store.conn, opts.change, story), opts.change, as_json=opts.json)
            elif story is not None:
                _print_tree(store.conn, story, opts)
        return 0


def _number(name: str) -> int:
    number = number_typed(name)
    if number is None:
        raise WrongUse(
            f"{name}: not a story's number; `scrapy export --help` and the reading room list stories"
        )
    return number


def _write_parquet(conn: sqlite3.Connection, opts: argparse.Namespace) -> None:
    with whole(Path(opts.parquet)) as file:
        if opts.sites:
            count = write_ways(ways(conn, Asked(site=opts.site)), file)
        else:
            count = write_descents(descents(conn), file)
    say(f"{opts.parquet}: {_counted(count, 'way' if opts.sites else 'descent')}")


def _counted(count: int, name: str, names: str = "") -> str:
    """A number of things; `names` is the plural where it is not made by an s."""
    return f"{count} {name if count == 1 else names or name + 's'}"


def _print_tree(conn: sqlite3.Connection, story: int, opts: argparse.Namespace) -> None:
    if not has_story(conn, story):
        raise WrongUse(f"{story}: no story of this number in the archive")
    root = tree_of(conn, story)
    if root is None:
        say(f"story {story}: one article only, copied by nobody that the archive holds")
    elif opts.json:
        print(json.dumps({"story_id": story, "tree": root.as_dict()}, ensure_ascii=False))
    elif opts.form:
        print(FORMS[opts.form](root), end="")
    else:
        print(drawn(root))


def drawn(root: Descendant) -> str:
    """A tree as lines of text: each page below its parent, with certainty and evidence in words."""
    lines = []
    for page, parent, depth in walked(root):
        mark = "" if parent is None else "└ "
        name = page.site if page.article is not None else f"{localised('(a page not held)')} {page.source}"
        number = f"{page.article}  " if page.article is not None else ""
        lines.append(
            f"{'  ' * depth}{mark}{number}{name}  {page.published_at}".rstrip() + _because(page, parent)
        )
    return "\n".join(lines)


def _because(page: Descendant, parent: Descendant | None) -> str:
    if parent is None or page.article is None:
        return ""
    shared = page.evidence.get("shared", {"count": 0, "rarest": []})
    reasons = [f"certainty {page.certainty:.2f}"]
    if page.evidence.get("undecided"):
        others = page.evidence.get("other_parents", 0)
        if others:
            reasons.append(f"undecided: {_counted(others, 'other page is', 'other pages are')} as likely")
        else:
            reasons.append("undecided")
    if shared["count"]:
        first = shared["rarest"][0]
        said = _counted(shared["count"], "departure")
        reasons.append(f"shares {said} ({first['kind']} {first['words'][:16]})")
    if page.evidence.get("credit") == "names it":
        reasons.append("credits it")
    if "delay_minutes" in page.evidence:
        reasons.append(f"{page.evidence['delay_minutes']} min later")
    return "  [" + "; ".join(map(localised, reasons)) + "]"


def _print_ways(found: list[HostWay], *, as_json: bool) -> None:
    if as_json:
        for way in found:
            print(json.dumps(asdict(way), ensure_ascii=False))
        return
    if not found:
        say("no certain way between two hosts yet")
        return
    head = ("from", "to", "copies", "credited", "median delay")
    print(table([localised_row(head), *(_row(way) for way in found)]))
    say(DELAY_SAID)


def _row(way: HostWay) -> tuple[str, ...]:
    delay = "-" if way.median_delay_hours is None else f"{way.median_delay_hours:.1f} h"
    return way.from_site, way.to_site, str(way.copies), f"{way.credited_percent or 0} %", delay


def _print_spread(found: list[Spread], words: str, *, as_json: bool) -> None:
    if not found:
        say(f"{words}: no copy cut, added or replaced this")
    for one in found:
        if as_json:
            print(json.dumps(asdict(one), ensure_ascii=False))
            continue
        say(f"story {one.story}: {one.kind} {one.words}: {_counted(len(one.holders), 'copy', 'copies')}")
        for n, holder in enumerate(one.holders):
            print(f"  {holder.article}  {holder.site}  {holder.published_at}  {localised(_way(holder, n))}")


def _way(holder: Holder, before: int) -> str:
    """By which way a copy has a change that so many copies had before it."""
    if holder.taken_from:
        return f"from {holder.taken_from}"
    if holder.not_held:
        return "from a page not held"
    return "made anew" if before else "the first to print it"
