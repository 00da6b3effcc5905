"""Reading pages: ours on the project's own pages with floors, and beside other extractors on real pages.

    python -m tests.quality.pages [--update [--allow-regression]]

The project's pages are those of tests/sites. Their floors and the corpus' digest stand in pages.toml: a figure under
its floor ends with exit code 1, a corpus that changed asks for --update, which lowers none without --allow-regression.
Real pages with hand-made gold are read from the shared folder where it is there; they are none of the project's.
"""

import argparse
import hashlib
import json
import logging
import re
import sys
import time
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from statistics import mean, median

import justext
import trafilatura
from readability import Document
from rich.console import Console
from rich.table import Table

from crawler.registry.book import SiteFiles
from extract.article import Article, Hints
from extract.page.page import Page
from extract.read import read

TABLE = "pages: text by character 4-grams, fields right of those printed, CPU"
FLOORS = Path(__file__).with_name("pages.toml")
OWN = Path(__file__).parents[1] / "sites"
REAL = Path(__file__).parents[3] / "shared" / "pages"
FIELDS = ("title", "day", "minute", "source", "byline", "editor")
LAYOUT_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Gold:
    """What a page says, typed in by a person; `optional` lines are forgiven once."""

    page: Page
    text: str
    optional: str
    title: str
    published: str
    source: str
    byline: str
    editor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tool made of a page; fields that it does not offer are None."""

    text: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    byline: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A tool's figures over a corpus: averages over pages, counts of right and printed fields, median CPU in ms."""

    precision: float
    recall: float
    f1: float
    good: int
    """Pages with an F1 of .95 and more."""
    offered: frozenset[str]
    """Fields that the tool answered for some page."""
    fields: dict[str, tuple[int, int]]
    ms: float


# ---------------------------------------------------------------------- corpora


def own_pages() -> Iterator[Gold]:
    """The articles among the project's saved pages."""
    for path in sorted(OWN.glob("*/*/page.html")):
        told = tomllib.loads((path.parent / "page.toml").read_text(encoding="utf-8"))
        gold = tomllib.loads((path.parent / "expected.toml").read_text(encoding="utf-8"))
        if gold["kind"] != "article":
            continue
        fetched = datetime.fromisoformat(told["fetched_at"]) if "fetched_at" in told else None
        shown = gold.get("published_at", "")
        yield Gold(
            Page(told["url"], path.read_bytes(), told.get("content_type"), fetched),
            "\n".join(gold.get("text", ())),
            "",
            gold.get("title", ""),
            shown[:10] if gold.get("published_precision") == "day" else shown,
            *(gold.get(name, "") for name in ("source", "byline", "editor")),
        )


def real_pages(folder: Path) -> Iterator[Gold]:
    """The shared pages with gold; each is read as the site that its canonical link names."""
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        body = (folder / f"{path.stem}.html").read_bytes()
        page = Page(f"file:///{path.stem}.html", body)
        yield Gold(
            Page(page.canonical_url, body) if page.canonical_url else page,
            "\n".join(gold["body"]),
            "\n".join([*gold.get("optional", ()), gold["title"]]),
            gold["title"],
            gold["date"].replace(" ", "T"),
            gold["source"],
            gold["author"],
            gold["editor"],
        )


def digest() -> str:
    """SHA-256 over every file of the project's corpus, names included."""
    summed = hashlib.sha256()
    for path in sorted(OWN.glob("*/*/*")):
        summed.update(f"{path.relative_to(OWN).as_posix()}\0".encode())
        summed.update(path.read_bytes())
    return summed.hexdigest()


# ---------------------------------------------------------------------- tools


@cache
def _sites() -> SiteFiles:
    return SiteFiles.load()


def by_sites(page: Page) -> Reading:
    """Ours with the shipped site files."""
    return as_reading(read(_afresh(page), _sites().place(page.url, LAYOUT_DAY).hints))


def by_families(page: Page) -> Reading:
    """Ours without site files."""
    return as_reading(read(_afresh(page), Hints()))


def by_general_rules(page: Page) -> Reading:
    """Ours without any rule that names a site or a content system."""
    return as_reading(read(_afresh(page), Hints(), with_families=False))


def by_trafilatura(page: Page) -> Reading:
    """trafilatura as it comes, with metadata."""
    found = trafilatura.bare_extraction(page.text, url=page.url, with_metadata=True)
    return Reading(found.text or "", found.title, found.date, None, found.author) if found else Reading("")


def by_trafilatura_plain(page: Page) -> Reading:
    """trafilatura without comments and tables."""
    options = {"include_comments": False, "include_tables": False}
    return Reading(trafilatura.extract(page.text, **options) or "")


def by_readability(page: Page) -> Reading:
    """readability-lxml."""
    document = Document(page.text)
    tree = Page("", document.summary().encode()).tree
    return Reading("\n".join(tree.itertext()) if tree is not None else "", document.short_title())


def by_justext(page: Page) -> Reading:
    """jusText with an empty stop list: Chinese has no blanks to count words by."""
    limits = {"stopwords_low": 0, "stopwords_high": 0, "length_low": 20, "length_high": 60}
    paragraphs = justext.justext(page.text.encode(), frozenset(), encoding="utf-8", **limits)
    return Reading("\n".join(part.text for part in paragraphs if not part.is_boilerplate))


OURS: dict[str, Callable[[Page], Reading]] = {
    "site files": by_sites,
    "families": by_families,
    "general rules": by_general_rules,
}
PEERS: dict[str, Callable[[Page], Reading]] = {
    "trafilatura": by_trafilatura,
    "trafilatura plain": by_trafilatura_plain,
    "readability-lxml": by_readability,
    "jusText": by_justext,
}


def _afresh(page: Page) -> Page:
    """The page as before anything was worked out: every tool decodes and parses for itself."""
    return Page(page.url, page.body, page.content_type, page.fetched_at)


def as_reading(article: Article) -> Reading:
    """Ours as any tool's."""
    shown = article.published_at or ""
    return Reading(
        article.text,
        article.title,
        shown[:10] if article.published_precision == "day" else shown,
        article.source,
        article.byline,
        article.editor,
    )


# ---------------------------------------------------------------------- scoring


def text_score(text: str, gold: Gold) -> tuple[float, float, float]:
    """Precision, recall and F1 of the text's character 4-grams, blanks apart."""
    want, spare, got = _grams(gold.text), _grams(gold.optional), _grams(text)
    if not want and not got:  # a page of a video: nothing to read, nothing made up
        return 1.0, 1.0, 1.0
    hit = (got & want).total()
    extra = ((got - want) - spare).total()
    precision = hit / (hit + extra) if hit + extra else 0.0
    recall = hit / want.total() if want else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def field_scores(found: Reading, gold: Gold) -> dict[str, bool]:
    """Whether each printed field was read right; an editor that is not printed must not be invented."""
    right = {"title": _word(found.title) == _word(gold.title)}
    if gold.published:
        right["day"] = (found.published or "")[:10] == gold.published[:10]
    if len(gold.published) > 10:
        right["minute"] = (found.published or "")[:16] == gold.published[:16]
    if gold.source:
        right["source"] = _word(found.source) == _word(gold.source)
    if gold.byline:
        right["byline"] = all(_word(name) in _word(found.byline) for name in gold.byline.split())
    right["editor"] = _word(found.editor) == _word(gold.editor)
    return right


def scored(tool: Callable[[Page], Reading], pages: Sequence[Gold]) -> Score:
    """A tool's score over pages."""
    texts, costs, offered = [], [], set[str]()
    fields: dict[str, list[bool]] = defaultdict(list)
    for gold in pages:
        start = time.process_time()
        found = tool(gold.page)
        costs.append(time.process_time() - start)
        texts.append(text_score(found.text, gold))
        answered = {
            "title": found.title,
            "day": found.published,
            "minute": found.published,
            "source": found.source,
        }
        answered |= {"byline": found.byline, "editor": found.editor}
        offered |= {name for name, value in answered.items() if value}
        for name, right in field_scores(found, gold).items():
            fields[name].append(right)
    counts = {name: (sum(fields[name]), len(fields[name])) for name in FIELDS}
    p, r, f = (mean(column) for column in zip(*texts, strict=True))
    good = sum(score[2] >= 0.95 for score in texts)
    return Score(p, r, f, good, frozenset(offered), counts, 1000 * median(costs))


def _grams(text: str) -> Counter[str]:
    plain = re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text))
    return Counter(plain[n : n + 4] for n in range(max(0, len(plain) - 3)))


def _word(text: str | None) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text or "").lower())


# ---------------------------------------------------------------------- floors


def figures(scores: dict[str, Score]) -> dict[str, float]:
    """The figures that have floors: F1 and the share of right fields, for each of our rows."""
    out = {}
    for name, score in scores.items():
        out[f"{name}: F1"] = round(score.f1, 4)
        out |= {
            f"{name}: {field}": round(right / all_, 4)
            for field, (right, all_) in score.fields.items()
            if all_
        }
    return out


def below(found: dict[str, float], floors: dict[str, float]) -> list[str]:
    """What fell under its floor, one line each."""
    return [
        f"{name}: {found.get(name, 0.0):.4f} is under the floor {floor:.4f}"
        for name, floor in floors.items()
        if found.get(name, 0.0) < floor - 1e-9
    ]


def written(corpus: str, found: dict[str, float]) -> str:
    """The text of pages.toml."""
    lines = [
        f'corpus = "{corpus}"',
        "",
        "[floors]",
        *(f'"{name}" = {value}' for name, value in found.items()),
    ]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------- the tables


def main() -> None:
    """Print both tables and hold the first to its floors."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.pages")
    parser.add_argument(
        "--update", action="store_true", help="write the figures and the corpus' digest as floors"
    )
    parser.add_argument("--allow-regression", action="store_true", help="let --update lower a floor")
    parser.add_argument("--real", type=Path, default=REAL, help="folder of real pages with gold")
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    own = list(own_pages())
    scores = {name: scored(tool, own) for name, tool in OURS.items()}
    console = Console(width=120)
    console.print(table(f"{len(own)} pages of the project", scores))
    if (chosen.real / "gold").is_dir():
        real = list(real_pages(chosen.real))
        rows = {name: scored(tool, real) for name, tool in {**OURS, **PEERS}.items()}
        console.print(table(f"{len(real)} real pages", rows))
    else:
        print(f"{chosen.real} is not here: no table of real pages")
    sys.exit(_gate(figures(scores), update=chosen.update, allow_regression=chosen.allow_regression) or None)


def _gate(found: dict[str, float], *, update: bool, allow_regression: bool) -> int:
    """Compare with the floors or write them; 1 if something is under its floor or the corpus is another."""
    pinned = (
        tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"corpus": "", "floors": {}}
    )
    fallen = below(found, pinned["floors"])
    for line in fallen:
        print(line)
    if update and (not fallen or allow_regression):
        FLOORS.write_text(written(digest(), found), encoding="utf-8")
        return 0
    if pinned["corpus"] != digest():
        print(f"tests/sites is not the corpus of {FLOORS.name}: look at what changed, then run with --update")
        return 1
    return 1 if fallen else 0


def table(title: str, scores: dict[str, Score]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("reader")
    for column in ("P", "R", "F1", "≥ .95", *FIELDS, "ms"):
        table.add_column(column, justify="right")
    for name, score in scores.items():
        offered = {
            field: f"{right}/{all_}" if field in score.offered else "–"
            for field, (right, all_) in score.fields.items()
        }
        text = (f"{score.precision:.4f}", f"{score.recall:.4f}", f"{score.f1:.4f}", str(score.good))
        table.add_row(name, *text, *(offered[field] for field in FIELDS), f"{score.ms:.1f}")
    return table


if __name__ == "__main__":
    main()
