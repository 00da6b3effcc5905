"""Real pages changed in seeded ways: what another layout, other names and other neighbours cost, the truth known.

    python -m tests.quality.mutations [--pages 16] [--turn 0] [--only NAME ...]

A page's truth is its gold; without gold it is what is read of the page itself, if the collectors' text agrees. Each
change (mutated/changes.py) is done to some pages, drawn anew for each turn. Addresses are unknown, and of three pages
in five all classes and ids are other words. Take new turns for what you report: the rules were mended on turns 0–9.
"""

import argparse
import logging
import random
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from extract.article import Article, Hints
from extract.page.page import Page
from extract.read import read
from tests.quality import pages, unseen
from tests.quality.mutated import changes, parts
from tests.quality.mutated.changes import Case
from tests.quality.mutated.parts import Truth

TABLE = "mutations: real pages changed, nothing known of their hosts"
SHARED = Path(__file__).parents[3] / "shared"
ADDRESS = "http://www.unmet.example/a.html"
AGREED, RENAMED = 0.9, 0.6
"""F1 with the collectors' text from which a reading is a truth; share of the pages whose classes are renamed."""
FLOORS = {"F1": 0.975, "title": 0.97, "day": 0.95, "source": 0.95, "byline": 0.9, "editor": 0.97}
MOST_SILENT = 0.02
"""Share of all changed pages whose text may be lost without a word."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one changed page was read."""

    change: str
    name: str
    article: Article
    truth: Truth
    f1: float
    fields: dict[str, bool]
    body: bytes

    @property
    def is_doubted(self) -> bool:
        """Whether a note or the confidence warns of the text."""
        return self.article.confidence < unseen.DOUBTFUL or self.article.kind != "article"


def cases(folders: Sequence[Path] = (SHARED / "pages2", SHARED / "pages")) -> list[Case]:
    """The shared pages whose text stands where it is known to stand."""
    found: list[Case] = []
    for folder in folders:
        golds = {gold.page.body: gold for gold in pages.real_pages(folder)} if folder.is_dir() else {}
        for path in sorted(folder.glob("*.html")):
            page = Page(f"file:///{path.name}", path.read_bytes())
            typed = folder / "silver" / f"{path.stem}.txt"
            truth = _typed(golds[page.body]) if page.body in golds else _agreed(page, typed)
            if truth is None or parts.found(page.text, truth) is None:
                continue
            if any("from the address" in note.detail for note in read(page).notes):
                truth = replace(truth, published="")
            found.append(Case(path.stem, page.text, truth, found))
    return found


def _typed(gold: pages.Gold) -> Truth:
    lines = tuple(gold.text.split("\n"))
    fields = (gold.published, gold.source, gold.byline, gold.editor)
    return Truth(gold.title, lines, *fields, gold.optional)


def _agreed(page: Page, typed: Path) -> Truth | None:
    """What is read of a page, if the text that its collectors typed agrees with it."""
    if not typed.exists():
        return None
    article = read(page)
    gold = _gold(typed.read_text(encoding="utf-8"))
    if article.kind != "article" or pages.text_score(article.text, gold)[2] < AGREED:
        return None
    shown = (article.published_at or "")[: 10 if article.published_precision == "day" else 16]
    fields = (shown, article.source or "", article.byline or "", article.editor or "")
    return Truth(article.title, tuple(article.text.split("\n")), *fields)


def _gold(text: str, optional: str = "", truth: Truth | None = None) -> pages.Gold:
    told = truth or Truth("", (), "", "", "", "")
    fields = (told.title or "", told.published or "", told.source or "", told.byline or "", told.editor or "")
    return pages.Gold(Page("", b""), text, optional, *fields)


def changed(case: Case, name: str, turn: int = 0) -> tuple[bytes, Truth] | None:
    """The page's bytes after a change, and what it says then; None where the page cannot be changed so."""
    chance = random.Random(zlib.crc32(f"{case.name} {name} {turn}".encode()))
    if name != "as it is" and chance.random() < RENAMED:
        case = replace(case, text=changes.renamed(case.text))
    return changes.CHANGES[name](case, chance)


def results(
    known: Sequence[Case], names: Sequence[str], turn: int = 0, most: int = 1_000
) -> Iterator[Result]:
    """The readings of some pages, drawn for the turn, after each change."""
    for name in names:
        drawn = random.Random(zlib.crc32(f"{name} {turn}".encode())).sample(known, len(known))
        left = most
        for case in drawn:
            if left and (made := changed(case, name, turn)):
                left -= 1
                yield judged(case, name, *made)


def judged(case: Case, name: str, body: bytes, truth: Truth) -> Result:
    """The reading of a changed page beside its truth."""
    article = read(Page(ADDRESS, body), Hints())
    gold = _gold("\n".join(truth.lines), f"{truth.optional}\n{truth.title}", truth)
    right = pages.field_scores(pages.as_reading(article), gold)
    if truth.editor is None:
        del right["editor"]
    if not truth.title:
        del right["title"]
    return Result(name, case.name, article, truth, pages.text_score(article.text, gold)[2], right, body)


def shares(found: Sequence[Result]) -> dict[str, float]:
    """The mean F1 and the share of right fields of those that are asked."""
    out = {"F1": mean(one.f1 for one in found)}
    for field in pages.FIELDS:
        if values := [one.fields[field] for one in found if field in one.fields]:
            out[field] = mean(values)
    return out


def silent(found: Sequence[Result]) -> int:
    """Texts lost without a word."""
    return sum(one.f1 < unseen.LOSS and not one.is_doubted for one in found)


def table(found: Sequence[Result]) -> Table:
    """One row a change, the last for all."""
    shown = Table(title=f"{len(found)} changed pages", title_justify="left")
    for column in ("change", "pages", "F1", "< .9", "silent", *pages.FIELDS, "doubted"):
        shown.add_column(column, justify="left" if column == "change" else "right")
    groups: dict[str, list[Result]] = defaultdict(list)
    for one in found:
        groups[one.change].append(one)
    for name, own in (*groups.items(), ("all", found)):
        fields = []
        for field in pages.FIELDS:
            values = [one.fields[field] for one in own if field in one.fields]
            fields.append(f"{sum(values)}/{len(values)}" if values else "–")
        lost = sum(one.f1 < unseen.LOSS for one in own)
        perfect = [one.is_doubted for one in own if one.f1 >= unseen.PERFECT]
        text = (str(len(own)), f"{mean(one.f1 for one in own):.4f}", str(lost), str(silent(own)))
        shown.add_row(name, *text, *fields, f"{sum(perfect)}/{len(perfect)}")
    return shown


def main() -> int:
    """Print the table; 1 where a figure is under its floor."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.mutations")
    parser.add_argument("--pages", type=int, default=16, help="pages that each change is done to")
    parser.add_argument("--turn", type=int, default=0, help="draws other pages and other neighbours")
    parser.add_argument("--only", action="append", help="a part of a change's name")
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    known = cases()
    if not known:
        print(f"{SHARED} is not here: no table")
        return 0
    names = [name for name in changes.CHANGES if not chosen.only or any(want in name for want in chosen.only)]
    found = list(results(known, names, chosen.turn, chosen.pages))
    Console(width=150).print(table(found))
    fallen = [] if chosen.only else pages.below(shares(found), FLOORS)
    if not chosen.only and silent(found) > MOST_SILENT * len(found):
        fallen.append(f"{silent(found)} texts lost without a word of {len(found)}")
    print("\n".join(fallen))
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
