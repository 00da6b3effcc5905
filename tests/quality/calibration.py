"""The confidence fitted anew, each host judged by a fit that never saw it, and how often each figure is right.

    python -m tests.quality.calibration [--folds 6]

A place is right where its text's F1 is .9 and more with gold, .85 and more with the collectors' text. Nothing is
written: the shipped numbers stand in extract/text/evidence.toml.
"""

import argparse
import logging
import math
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from extract.text import evidence
from tests.quality import training
from tests.quality.training import Choice

TABLE = "calibration: the confidence fitted anew, on hosts left out"
BINS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 1.01))
ROUNDS, STEP, KEPT_SMALL = 300, 0.5, 0.002
Place = tuple[tuple[float, ...], bool]
"""The features of a place with its lead over the others, and whether it is right."""


def places(choice: Choice) -> list[Place]:
    """The places of a page, each with its lead over the best of the others."""
    scores = [
        math.fsum(w * v for w, v in zip(evidence.WEIGHTS.values(), seen, strict=True))
        for seen in choice.features
    ]
    found = []
    for number, (seen, f1) in enumerate(zip(choice.features, choice.f1, strict=True)):
        others = [score for other, score in enumerate(scores) if other != number]
        lead = scores[number] - max(others) if others else evidence.ALONE
        margin = max(-1.0, min(1.0, lead / 4))
        found.append(((*seen, margin, 1.0), f1 >= (0.9 if choice.has_gold else 0.85)))
    return found


def fitted(known: Sequence[Place]) -> list[float]:
    """The numbers of a logistic that tells right places from wrong ones."""
    numbers = [0.0] * len(known[0][0])
    for _ in range(ROUNDS):
        slope = [0.0] * len(numbers)
        for seen, is_right in known:
            miss = is_right - figure(numbers, seen)
            slope = [old + miss * value for old, value in zip(slope, seen, strict=True)]
        numbers = [
            number + STEP * (rise / len(known) * 10 - KEPT_SMALL * number)
            for number, rise in zip(numbers, slope, strict=True)
        ]
    return numbers


def figure(numbers: Sequence[float], seen: Sequence[float]) -> float:
    """The confidence that numbers give to a place."""
    told = math.fsum(number * value for number, value in zip(numbers, seen, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, told))))


def held_back(known: Sequence[Choice], folds: int) -> list[tuple[float, bool]]:
    """For each place the confidence by a fit that saw no page of its host, and whether the place is right."""
    hosts = sorted({choice.host for choice in known})
    found = []
    for fold in range(folds):
        out = frozenset(hosts[fold::folds])
        numbers = fitted([place for choice in known if choice.host not in out for place in places(choice)])
        found += [
            (figure(numbers, seen), is_right)
            for choice in known
            if choice.host in out
            for seen, is_right in places(choice)
        ]
    return found


def table(found: Sequence[tuple[float, bool]]) -> Table:
    """How often the figures of each bin are right."""
    rows = Table("confidence", "places", "mean", "right", title=f"{len(found)} places", title_justify="left")
    for low, high in BINS:
        own = [(told, is_right) for told, is_right in found if low <= told < high]
        if own:
            mean, right = (sum(column) / len(own) for column in zip(*own, strict=True))
            rows.add_row(f"{low:g}–{min(high, 1):g}", str(len(own)), f"{mean:.2f}", f"{right:.2f}")
    return rows


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.calibration")
    parser.add_argument("--folds", type=int, default=6)
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)
    folders = [training.SHARED / name for name in ("pages2", "pages")]
    known = [
        choice
        for folder in folders
        if (folder / "index.jsonl").is_file()
        for choice in training.choices(folder)
    ]
    if not known:
        print(f"{training.SHARED} is not here: no table")
        return 0
    Console(width=100).print(table(held_back(known, chosen.folds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
