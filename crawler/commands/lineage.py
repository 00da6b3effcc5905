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
from archive.out.trees import FORMS, WAY_FORMS
from archive.run.folder import Archive
from archive.values import as_precise, number_typed
from archive.view.holdings import has_story
from archive.view.store import Store
from crawler.terminal.columns import padded, screen, table, wrapped
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.words import localised, localised_row, say

EVEN = 0.5
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
        parser.add_argument(
            "--form", choices=sorted(FORMS), help="the tree, or the ways, for another program"
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) > 1 or not (args or opts.sites or opts.change is not None or opts.parquet):
            raise WrongUse(
                "lineage: give one story's number, or --sites, or --change WORDS, or --parquet OUT"
            )
        _refuse_what_would_be_passed_over(args, opts)
        story = _number(args[0]) if args else None
        with Store(Archive(self.archive_dir(), self.sites()).database, create=False, read_only=True) as store:
            if story is not None and not has_story(store.conn, story):
                raise WrongUse(f"{story}: no story of this number in the archive")
            if opts.parquet:
                _write_parquet(store.conn, opts)
            elif opts.sites:
                _print_ways(ways(store.conn, Asked(site=opts.site)), opts)
            elif opts.change is not None:
                _print_spread(spread(store.conn, opts.change, story), opts.change, as_json=opts.json)
            elif story is not None:
                _print_tree(store.conn, story, opts)
        return 0


_NOT_TOGETHER = (
    ("--sites", "--change"),
    ("--sites", "STORY"),
    ("--parquet", "STORY"),
    ("--parquet", "--change"),
    ("--parquet", "--json"),
    ("--parquet", "--form"),
    ("--change", "--form"),
    ("--json", "--form"),
)
"""Pairs of which one would be passed over."""


def _refuse_what_would_be_passed_over(args: list[str], opts: argparse.Namespace) -> None:
    given = {f"--{name}" for name in ("sites", "parquet", "json", "form") if getattr(opts, name)}
    given |= {"STORY"} if args else set()
    given |= {"--change"} if opts.change is not None else set()
    for one, other in _NOT_TOGETHER:
        if {one, other} <= given:
            raise WrongUse(f"lineage: {one} and {other} do not go together")
    if opts.site and not opts.sites:
        raise WrongUse("lineage: --site belongs to --sites")


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
    root = tree_of(conn, story)
    if root is None:
        say(f"story {story}: one article only, copied by nobody that the archive holds")
    elif opts.json:
        print(json.dumps({"story_id": story, "tree": root.as_dict()}, ensure_ascii=False))
    elif opts.form:
        print(FORMS[opts.form](root), end="")
    else:
        print(drawn(root, screen()))


def drawn(root: Descendant, within: int | None = None) -> str:
    """A tree as lines of text: each page below its parent, with certainty and evidence in words.

    `within` is the number of columns. A page so deep that half of them would be blanks has the number of its step.
    """
    lines = []
    for page, parent, depth in walked(root):
        mark = "" if parent is None else "└ "
        before = "  " * depth
        if within is not None and len(before) > within // 2:
            before = padded(str(depth), within // 2 // 2 * 2)
        name = page.site if page.article is not None else f"{localised('(a page not held)')} {page.source}"
        number = f"{page.article}  " if page.article is not None else ""
        said = f"{number}{name}  {as_precise(page.published_at, page.precision)}".rstrip()
        said = f"{before}{mark}{said}{_because(page, parent)}"
        lines += [said] if within is None else wrapped(said, within, len(before) + 4)
    return "\n".join(lines)


def _because(page: Descendant, parent: Descendant | None) -> str:
    if parent is None or page.article is None:
        return ""
    evidence = page.evidence
    reasons = [f"certainty {page.certainty:.2f}"]
    if evidence.get("undecided"):
        reasons.append(_undecided(evidence, page.certainty))
    if page.runner_up is not None and not (evidence.get("undecided") and evidence.get("other_parents")):
        reasons.append(f"next likely {page.runner_up}")
    if shared := _facts(evidence, "shared"):
        reasons.append(f"shares {shared[0]} ({shared[1]} {shared[2]})")
    if new := _facts(evidence, "new"):
        reasons.append(f"made {new[0]} anew ({new[1]} {new[2]})")
    if lost := _facts(evidence, "lost"):
        reasons.append(f"lacks {lost[0]} of it ({lost[1]} {lost[2]})")
    if evidence.get("credit") == "links to it":
        reasons.append("links to it")
    elif evidence.get("credit") == "names it":
        reasons.append("credits it")
    if "delay_minutes" in evidence:
        reasons.append(_later(evidence["delay_minutes"]))
    return "  [" + "; ".join(map(localised, reasons)) + "]"


def _facts(evidence: dict[str, Any], name: str) -> tuple[str, str, str] | None:
    """How many departures of a sort there are, with the kind and the words of the rarest; None if there are none."""
    facts = evidence.get(name, {"count": 0})
    if not facts["count"]:
        return None
    rarest = facts["rarest"][0]
    return _counted(facts["count"], "departure"), rarest["kind"], rarest["words"][:16]


def _undecided(evidence: dict[str, Any], certainty: float) -> str:
    """That other pages are as good; habit and delay, which certainty counts too, may speak for the parent."""
    others = evidence.get("other_parents", 0)
    if not others:
        return "undecided" if certainty < EVEN else "undecided by text and credit"
    counted = _counted(others, "other page is", "other pages are")
    if evidence.get("or_more"):
        return f"undecided: by text and credit {others} or more other pages are as likely"
    named = evidence.get("as_likely", ())
    if len(named) == others:
        return f"undecided: by text and credit {counted} as likely ({', '.join(map(str, named))})"
    return f"undecided: by text and credit {counted} as likely"


def _later(minutes: int) -> str:
    """A delay in words; a copy may print an earlier time than its parent, by a wrong clock."""
    days = minutes / 24 / 60
    if abs(days) < 2:
        return f"{minutes} min later" if minutes >= 0 else f"{-minutes} min earlier"
    return f"{days:.1f} days later" if days > 0 else f"{-days:.1f} days earlier"


def _print_ways(found: list[HostWay], opts: argparse.Namespace) -> None:
    if opts.json:
        for way in found:
            print(json.dumps(asdict(way), ensure_ascii=False))
        return
    if opts.form:
        print(WAY_FORMS[opts.form](found), end="")
        return
    if not found:
        say("no likely way between two hosts yet")
        return
    head = ("from", "to", "copies", "credited", "median delay")
    print(table([localised_row(head), *(_row(way) for way in found)], screen()))
    say(DELAY_SAID)


def _row(way: HostWay) -> tuple[str, ...]:
    delay = "-" if way.median_delay_hours is None else f"{way.median_delay_hours:.1f} h"
    return way.from_site, way.to_site, str(way.copies), f"{way.credited_percent or 0} %", delay


def _print_spread(found: list[Spread], words: str, *, as_json: bool) -> None:
    within = screen()
    if not found:
        say(f"{words}: no copy cut, added or replaced this")
    for one in found:
        if as_json:
            print(json.dumps(asdict(one), ensure_ascii=False))
            continue
        words = f"{one.was} → {one.words}" if one.was else one.words
        line = f"story {one.story}: {one.kind} {words}: {_counted(len(one.holders), 'copy', 'copies')}"
        say("\n".join(wrapped(localised(line), within, 2)) if within else line)
        for n, holder in enumerate(one.holders):
            when = as_precise(holder.published_at, holder.published_precision)
            line = f"  {holder.article}  {holder.site}  {when}  {localised(_way(holder, n, one.kind))}"
            print("\n".join(wrapped(line, within, 6) if within else [line]))


def _way(holder: Holder, before: int, kind: str) -> str:
    """By which way a copy has a change that so many copies had before it."""
    if holder.taken_from:
        return f"from {holder.taken_from}"
    if holder.not_held:
        return "from a page not held"
    if before:
        return "made anew"
    return "the first to cut it" if kind == "cut" else "the first to print it"
