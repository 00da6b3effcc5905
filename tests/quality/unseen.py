"""Pages that no rule was made for: fields, silent losses, calibration of the confidence, and how training generalises.

    python -m tests.quality.unseen [--real ../shared/pages2]

The pages lie in the shared folder and are none of the project's; without it nothing is printed. A loss is silent where
the text's F1 is under .9 and neither a note nor the confidence says so. Mozilla's Readability is measured where Node
and the package @mozilla/readability with jsdom are present (NODE_PATH).
"""

import argparse
import json
import logging
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from extract.article import Article, Hints
from extract.page.page import Page
from extract.read import read
from tests.quality import pages

TABLE = "unseen: pages that no rule was made for"
REAL = Path(__file__).parents[3] / "shared" / "pages2"
LOSS, PERFECT, DOUBTFUL = 0.9, 0.99, 0.5
BINS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))
_NAMED = re.compile(rb"""(?<=[\s"'])(class|id)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
_NODE = """
const {Readability} = require('@mozilla/readability'), {JSDOM} = require('jsdom');
let html = ''; process.stdin.on('data', d => html += d).on('end', () => {
  const found = new Readability(new JSDOM(html).window.document).parse();
  process.stdout.write(JSON.stringify({text: found ? found.textContent : '', title: found ? found.title : ''}));
});
"""


def by_mozilla(page: Page) -> pages.Reading:
    """Mozilla's Readability, in Node."""
    done = subprocess.run(
        ["node", "-e", _NODE], input=page.text, capture_output=True, text=True, timeout=60, check=True
    )
    told = json.loads(done.stdout)
    return pages.Reading(told["text"], told["title"])


def has_mozilla() -> bool:
    """Whether Node is here and finds the package."""
    if shutil.which("node") is None:
        return False
    asked = ["node", "-e", "require('@mozilla/readability'); require('jsdom')"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def readings(golds: Sequence[pages.Gold], *, with_families: bool) -> list[tuple[Article, float]]:
    """Each page's article and its text's F1."""
    found = []
    for gold in golds:
        page = Page(gold.page.url, gold.page.body)
        article = read(page, Hints(), with_families=with_families)
        found.append((article, pages.text_score(article.text, gold)[2]))
    return found


def renamed(golds: Sequence[pages.Gold]) -> list[pages.Gold]:
    """The pages at an unknown address, with other words for every class and id: a template that nobody has met."""

    def other(match: re.Match[bytes]) -> bytes:
        words = match[2].strip(b"\"'").split()
        return match[1] + b'="' + b" ".join(b"q%d" % (zlib.crc32(word) % 10**6) for word in words) + b'"'

    bodies = [(gold, _NAMED.sub(other, gold.page.body)) for gold in golds]
    return [replace(gold, page=Page("http://www.unmet.example/a.html", body)) for gold, body in bodies]


def collected(folder: Path) -> list[pages.Gold]:
    """The pages with a text that their collectors typed: headline and footer are sometimes in it."""
    found = []
    for path in sorted((folder / "silver").glob("*.txt")):
        body = (folder / f"{path.stem}.html").read_bytes()
        text = path.read_text(encoding="utf-8")
        page = Page(f"file:///{path.stem}.html", body)
        found.append(pages.Gold(page, text, "", "", "", "", "", ""))
    return found


def losses(found: Sequence[tuple[Article, float]]) -> dict[str, int]:
    """Counts of pages lost, lost without a word, perfect, and perfect but doubted."""
    doubted = [article.confidence < DOUBTFUL or article.kind != "article" for article, _ in found]
    return {
        "pages": len(found),
        f"F1 under {LOSS}": sum(f1 < LOSS for _, f1 in found),
        "of these silent": sum(f1 < LOSS and not said for (_, f1), said in zip(found, doubted, strict=True)),
        f"F1 from {PERFECT}": sum(f1 >= PERFECT for _, f1 in found),
        "of these doubted": sum(f1 >= PERFECT and said for (_, f1), said in zip(found, doubted, strict=True)),
    }


def _losses_table(sets: dict[str, list[tuple[Article, float]]]) -> Table:
    table = Table(title="losses and doubts", title_justify="left")
    rows = {name: losses(found) for name, found in sets.items()}
    table.add_column("pages read")
    for column in next(iter(rows.values())):
        table.add_column(column, justify="right")
    for name, counts in rows.items():
        table.add_row(name, *map(str, counts.values()))
    return table


def _calibration_table(found: Sequence[tuple[Article, float]]) -> Table:
    table = Table("confidence", "pages", "mean", f"F1 from {LOSS}", title="calibration", title_justify="left")
    for low, high in BINS:
        own = [(a.confidence, f1) for a, f1 in found if a.kind == "article" and low <= a.confidence < high]
        if own:
            mean = sum(figure for figure, _ in own) / len(own)
            right = sum(f1 >= LOSS for _, f1 in own) / len(own)
            table.add_row(f"{low:g}–{min(high, 1):g}", str(len(own)), f"{mean:.2f}", f"{right:.2f}")
    return table


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.unseen")
    parser.add_argument("--real", type=Path, default=REAL)
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    if not (chosen.real / "gold").is_dir():
        print(f"{chosen.real} is not here: no tables")
        return 0
    golds = list(pages.real_pages(chosen.real))
    tools: dict[str, Callable[[Page], pages.Reading]] = {**pages.OURS, **pages.PEERS}
    if has_mozilla():
        tools["Mozilla Readability"] = by_mozilla
    console = Console(width=120)
    rows = {name: pages.scored(tool, golds) for name, tool in tools.items()}
    console.print(pages.table(f"{len(golds)} pages with gold", rows))
    sets = {
        "gold, families": readings(golds, with_families=True),
        "gold, general rules": readings(golds, with_families=False),
        "gold, classes and ids renamed": readings(renamed(golds), with_families=False),
        "collectors' texts, families": readings(collected(chosen.real), with_families=True),
    }
    console.print(_losses_table(sets))
    console.print(_calibration_table(sets["collectors' texts, families"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
