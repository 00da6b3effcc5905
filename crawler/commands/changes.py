"""`scrapy changes ARTICLE`: the cuts, additions, moves and replacements of a copy against its story's origin."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from rich.text import Text

from archive.errors import WrongUse
from archive.grouping.comparison import (
    Comparison,
    article_named,
    between,
    comparisons,
    conversion_of,
    copies_of,
)
from archive.grouping.pictures import PictureChange, changes_of
from archive.run.folder import Archive
from archive.view.store import Store
from crawler.terminal.columns import padded
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.output import Terminal
from crawler.terminal.words import localised, say

STYLES = {"cut": "red strike", "added": "green", "moved": "blue", "replaced": "yellow"}
MARKS = {"cut": ("[-", "-]"), "added": ("{+", "+}"), "moved": ("~", "~"), "replaced": ("{+", "+}")}
"""The marks of `git diff --word-diff=plain`; git has no mark for moved words."""
NOTHING_ELSE = "the same words in the same order"


class Command(ZhuanzaiCommand):
    default_settings: ClassVar[dict[str, Any]] = {"ZHUANZAI_KEEP": False, "LOG_LEVEL": "WARNING"}

    def syntax(self) -> str:
        return "[options] <article number or address>"

    def short_desc(self) -> str:
        return localised("Show what a copy changed against the origin of its story")

    def long_desc(self) -> str:
        return (
            "Cut words are struck out, added ones green, moved ones blue, replaced ones yellow; what a converter "
            "between the scripts broke is counted apart. Of an origin, every copy is shown. "
            "In a pipe or a file changes are written as git does: [-cut-]{+added+}, and ~moved~. "
            "With --site, the marks that a site's converter leaves."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--against", metavar="ARTICLE", help="compare with this article, not with the origin"
        )
        parser.add_argument("--site", metavar="HOST", help="sum up the conversion damage of a site's copies")
        parser.add_argument("--json", action="store_true", help="one JSON line a comparison")

    def main(self, args: list[str], opts: argparse.Namespace) -> int:
        if (len(args) != 1) == (opts.site is None):
            raise WrongUse("changes: give one article (its number or address), or --site HOST")
        database = Archive(self.archive_dir(), self.sites()).database
        with Store(database, create=False) as store:
            if opts.site is not None:
                site = self.site_held(store.conn, opts.site)
                _print_site(site, conversion_of(store.conn, site), as_json=opts.json)
                return 0
            found = list(_wanted(store, args[0], opts.against))
            pairs = {(one.origin.article_id, one.copy.article_id) for one in found}
            seen = {pair: changes_of(store.conn, *pair) for pair in pairs}
        if not found:
            text = f"{args[0]}: alone in its story, or a round-up of none: nothing to compare with"
            print(localised(text), file=sys.stderr)
        for comparison in found:
            pictures = seen[comparison.origin.article_id, comparison.copy.article_id]
            if opts.json:
                whole = {**comparison.as_dict(), "pictures": [asdict(one) for one in pictures]}
                print(json.dumps(whole, ensure_ascii=False))
            else:
                console = Terminal(highlight=False)
                console.print(shown(comparison, pictures, in_words=not console.is_terminal), soft_wrap=True)
        return 0


def _wanted(store: Store, name: str, against: str | None) -> Iterator[Comparison]:
    article = article_named(store.conn, name)
    if against is not None:
        yield between(store.conn, article_named(store.conn, against), article)
        return
    yield from comparisons(store.conn, article)
    for copy in copies_of(store.conn, article):
        yield from comparisons(store.conn, copy)[:1]


def _print_site(site: str, fingerprint: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"site": site, "conversion": fingerprint}, ensure_ascii=False))
        return
    say(f"{site}: {'no conversion damage found' if not fingerprint else ''}".rstrip())
    for mark, count in fingerprint.items():
        print(f"  {count:6}  {mark}")


def shown(comparison: Comparison, pictures: Sequence[PictureChange] = (), *, in_words: bool = False) -> Text:
    """A comparison as text: the articles, the sums, the fields and pictures that differ, and the copy with marks.

    `in_words` writes the marks as characters, for output without colours.
    """
    changes = comparison.changes
    out = Text()
    for label, version in (("origin", comparison.origin), ("copy", comparison.copy)):
        out.append(padded(localised(label), 7), "bold")
        out.append(f"{version.article_id}  {version.published_at or '-'}  {version.url}\n")
    relation = (
        f", {localised(comparison.relation)} in story {comparison.story_id}" if comparison.relation else ""
    )
    out.append(localised(f"kept {changes.kept:.1%}, added {changes.added:.1%}{relation}") + "\n")
    for changed in changes.fields:
        if not changed.same:
            out.append(localised(f"{changed.name}: "))
            _put(out, changed.was or "", "cut", in_words=in_words)
            out.append("" if in_words else " ")
            _put(out, changed.now or "", "added", in_words=in_words)
            out.append("\n")
    for one in pictures:
        _put_picture(out, one, in_words=in_words)
    damage = changes.damage
    if damage.total:
        marks = ", ".join(f"{mark} {n}" for mark, n in damage.fingerprint.items())
        out.append(localised(f"conversion damage {damage.total}: {marks}") + "\n", "magenta")
    if changes.unchanged:
        return out.append(localised(NOTHING_ELSE) + "\n")
    return out.append("\n").append(_marked(comparison, in_words=in_words)).append("\n")


def _put_picture(out: Text, one: PictureChange, *, in_words: bool) -> None:
    """Append a line about a picture: the old picture, the new picture, and their captions."""
    halves = ((one.url, one.caption, "cut"), (one.other_url, one.other_caption, "added"))
    if one.change == "caption":
        out.append(localised(f"caption of {one.url}: "))
        halves = ((one.caption, None, "cut"), (one.other_caption, None, "added"))
    else:
        out.append(localised(f"picture {one.change}: "))
    shown = [(" ".join(filter(None, (words, caption))), kind) for words, caption, kind in halves if words]
    for n, (words, kind) in enumerate(shown):
        out.append(" " if n and not in_words else "")
        _put(out, " ".join(words.split()), kind, in_words=in_words)
    out.append("\n")


def _put(out: Text, words: str, kind: str, *, in_words: bool) -> None:
    """Append words with their marks, line by line, so that no mark contains a line end."""
    for n, line in enumerate(words.split("\n")):
        out.append("\n" if n else "")
        opened, closed = MARKS[kind] if in_words and line else ("", "")
        out.append(f"{opened}{line}{closed}", None if in_words else STYLES[kind])


def _marked(comparison: Comparison, *, in_words: bool) -> Text:
    """The copy's text with every change marked at its place."""
    text = comparison.copy.side.text
    out = Text()
    at = 0
    for span in comparison.changes.spans:
        start, end = max(at, span.copy[0]), max(at, span.copy[1])
        out.append(text[at:start])
        if span.kind in ("cut", "replaced"):
            alone = (
                span.kind == "cut" and span.unit == "paragraph"
            )  # a cut paragraph is shown on a line of its own
            is_begun = bool(out.plain) and not out.plain.endswith("\n")
            out.append("\n" if alone and is_begun else "")
            _put(out, span.was, "cut", in_words=in_words)
            out.append("\n" if alone and not is_begun else "")
        if start < end:
            _put(out, text[start:end], span.kind, in_words=in_words)
        at = end
    return out.append(text[at:])
