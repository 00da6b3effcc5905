"""What the weights of extract/text/evidence.toml would be if they were trained, and how that holds on hosts left out.

    python -m tests.quality.training [--folds 8] [--weights]

The places of the shared pages are read by general rules alone; a place's worth is its text's F1 with the gold, or
with the collectors' text. Training raises the F1 that a softmax over each page's places would choose. Each fold
leaves whole hosts out. --weights prints the table for evidence.toml; nothing is written.
"""

import argparse
import json
import logging
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from extract import scene
from extract.page.lines import Sheet
from extract.page.page import Page
from extract.text import body, evidence
from tests.quality import pages

TABLE = "training: the place chosen, by the shipped weights and by weights that never saw the host"
SHARED = Path(__file__).parents[3] / "shared"
ROUNDS, STEP, KEPT_SMALL = 80, 6.0, 0.002


@dataclass(frozen=True, slots=True)
class Choice:
    """The places of one page: the features of each, the F1 of its text, and the host that the page is of."""

    host: str
    features: tuple[tuple[float, ...], ...]
    f1: tuple[float, ...]
    has_gold: bool


def choices(folder: Path) -> Iterator[Choice]:
    """The pages of a folder that have a typed text and more than no place."""
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    for told in map(json.loads, lines):
        name = told["id"]
        gold, silver = folder / "gold" / f"{name}.json", folder / "silver" / f"{name}.txt"
        if gold.exists():
            text = "\n".join(json.loads(gold.read_text(encoding="utf-8"))["body"])
        elif silver.exists():
            text = silver.read_text(encoding="utf-8")
        else:
            continue
        page = Page(f"file:///{name}.html", (folder / f"{name}.html").read_bytes())
        if page.tree is None:
            continue
        sheet = Sheet(page.tree)
        judged = scene.judged_places(page, sheet)
        typed = pages.Gold(page, text, "", "", "", "", "", "")
        f1 = [pages.text_score("\n".join(body.texts(sheet, one.body.kept)), typed)[2] for one in judged]
        if judged:
            seen = tuple(tuple(one.features.get(name, 0.0) for name in NAMES) for one in judged)
            yield Choice(host_of(told), seen, tuple(f1), gold.exists())


NAMES = tuple(evidence.WEIGHTS)


def host_of(told: dict[str, str]) -> str:
    """The host that the index names, else the collection and site that the page's name begins with."""
    if told.get("host"):
        return told["host"]
    parts = told["id"].split("_")
    return "_".join(parts[:-1]) if len(parts) > 2 else told["id"]


def trained(known: Sequence[Choice]) -> list[float]:
    """Weights that raise the F1 which a softmax over each page's places chooses, from none on."""
    weights = [0.0] * len(NAMES)
    known = [choice for choice in known if max(choice.f1) - min(choice.f1) > 0.01]  # the others teach nothing
    for turn in range(ROUNDS):
        slope = [0.0] * len(NAMES)
        for choice in known:
            scores = [_dot(weights, seen) for seen in choice.features]
            top = max(scores)
            chances = [math.exp(score - top) for score in scores]
            whole = sum(chances)
            hoped = sum(chance * f1 for chance, f1 in zip(chances, choice.f1, strict=True)) / whole
            for chance, f1, seen in zip(chances, choice.f1, choice.features, strict=True):
                pull = chance / whole * (f1 - hoped)
                if abs(pull) > 1e-6:
                    slope = [old + pull * value for old, value in zip(slope, seen, strict=True)]
        step = STEP / (1 + turn / 50)
        weights = [
            weight + step * (rise / len(known) * 10 - KEPT_SMALL * weight)
            for weight, rise in zip(weights, slope, strict=True)
        ]
    return weights


def chosen(weights: Sequence[float], choice: Choice) -> float:
    """The F1 of the place that the weights put first."""
    scores = [_dot(weights, seen) for seen in choice.features]
    return choice.f1[scores.index(max(scores))]


def _dot(weights: Sequence[float], seen: Sequence[float]) -> float:
    return math.fsum(weight * value for weight, value in zip(weights, seen, strict=True))


def left_out(known: Sequence[Choice], folds: int) -> list[float]:
    """For each page the F1 of the place that weights choose which saw no page of its host."""
    by_host = defaultdict[str, list[int]](list)
    for number, choice in enumerate(known):
        by_host[choice.host].append(number)
    groups = [list[int]() for _ in range(folds)]
    for host in sorted(by_host, key=lambda name: (-len(by_host[name]), name)):
        min(groups, key=len).extend(by_host[host])
    found = [0.0] * len(known)
    for group in groups:
        held = set(group)
        weights = trained([choice for number, choice in enumerate(known) if number not in held])
        for number in group:
            found[number] = chosen(weights, known[number])
    return found


def main() -> int:
    """Print the table, or the weights."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.training")
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--weights", action="store_true", help="print what training on all pages gives")
    asked = parser.parse_args()
    logging.disable(logging.ERROR)
    folders = [SHARED / name for name in ("pages", "pages2") if (SHARED / name / "index.jsonl").is_file()]
    if not folders:
        print(f"{SHARED} is not here: no table of training")
        return 0
    known = [choice for folder in folders for choice in choices(folder)]
    if asked.weights:
        print("[weights]")
        for weight, name in sorted(zip(trained(known), NAMES, strict=True), key=lambda one: -abs(one[0])):
            print(f"{name} = {weight:.2f}")
        return 0
    fitted = trained(known)
    shipped = [evidence.WEIGHTS[name] for name in NAMES]
    rows = {
        "shipped weights": [chosen(shipped, choice) for choice in known],
        "trained, its host left out": left_out(known, asked.folds),
        "trained on all": [chosen(fitted, choice) for choice in known],
        "the best place there is": [max(choice.f1) for choice in known],
    }
    hosts = len({choice.host for choice in known})
    table = Table(title=f"{len(known)} pages of {hosts} hosts, general rules alone", title_justify="left")
    for column in ("weights", "mean F1", "with gold", "F1 under .8"):
        table.add_column(column, justify="left" if column == "weights" else "right")
    for name, f1 in rows.items():
        gold = mean(value for value, choice in zip(f1, known, strict=True) if choice.has_gold)
        table.add_row(name, f"{mean(f1):.4f}", f"{gold:.4f}", str(sum(value < 0.8 for value in f1)))
    Console(width=100).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
