"""The evidence for and against a place as the article's text: features, each written down, and their weights."""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import islice

from extract.page import dates
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.text import candidates
from extract.text.body import PROSE, SENTENCE, Body, weigh
from extract.text.candidates import Clues
from extract.text.phrases import holds_comments, is_edge, named

_MODEL = tomllib.loads(resources.files("extract.text").joinpath("evidence.toml").read_text(encoding="utf-8"))
WEIGHTS: dict[str, float] = _MODEL["weights"]
CONFIDENCE: dict[str, float] = _MODEL["confidence"]
ALONE = 2.0
"""By how much a place leads that is the only one."""
ENTRIES = 8
"""Dated lines of a place from which it is a list of entries for certain."""
_ENDS = "。！？!?”」』…）)"


@dataclass(frozen=True, slots=True)
class Judged:
    """A place, its features, and the weighted sum of the features."""

    body: Body
    features: dict[str, float]
    score: float


def ranked(
    sheet: Sheet, clues: Clues, weights: Sequence[float], bodies: Sequence[Body], hinted: Body
) -> list[Judged]:
    """The places by their score, the best first.

    Places with equal scores keep their order. `hinted` is the place that a hint names.
    """
    worths = candidates.worths(sheet, weights, clues.heading)
    judged = []
    for body in bodies:
        seen = features(sheet, clues, body, worths, is_told=body is hinted)
        judged.append(Judged(body, seen, score(seen)))
    return sorted(judged, key=lambda one: -one.score)


def confidence(judged: Sequence[Judged]) -> float:
    """How likely the first of the places is the article's text, whole and alone: 0 to 1."""
    best, *others = judged
    lead = best.score - max(other.score for other in others) if others else ALONE
    seen = best.features | {"margin": max(-1.0, min(1.0, lead / 4))}
    logit = CONFIDENCE["base"] + sum(CONFIDENCE.get(name, 0.0) * value for name, value in seen.items())
    return 1 / (1 + math.exp(-logit))


def uses_words_of(title: str, lines: Sequence[Line]) -> bool:
    """Whether a text's lines use a third of its headline's words and more: a list under a channel's name does not."""
    words = candidates.words(title)
    said = "".join([line.folded for line in lines]) if len(words) >= 6 else ""
    return bool(said) and 3 * sum(word in said for word in words) >= len(words)


def is_unrelated(one: Judged) -> bool:
    """Whether neither headline nor description has anything in common with the text."""
    return bool(one.features["unrelated"]) and not one.features["described"]


def score(seen: dict[str, float]) -> float:
    """The sum of the features, each by its weight."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in seen.items())


def features(
    sheet: Sheet, clues: Clues, body: Body, worths: Sequence[float], *, is_told: bool
) -> dict[str, float]:
    """The features of a place, each between 0 and about 1."""
    lines = sheet.lines
    kept = [lines[n] for n in body.kept]
    prose = [n for n in body.kept if weigh(lines[n]) >= SENTENCE]
    first = prose[0] if prose else body.kept[0]
    inside = lines[body.first : body.last]
    characters = sum([len(line.text) for line in inside]) or 1
    text = "".join([lines[n].folded for n in body.kept if n > clues.heading])
    path = [sheet.names(element) for element in sheet.path(lines[first].block)[:8]]
    above = max(0, clues.heading, *clues.dated) if clues.heading >= 0 else first
    between = sum(weight for n in range(above + 1, first) if (weight := weigh(lines[n])) >= SENTENCE)
    size = max(1, len(prose))
    worth = sum([worths[n] for n in body.kept])
    related = _related(text[:300], clues)
    described = any(piece in text for piece in clues.summary)
    roles = {named(name) for name in path}
    return {
        "long": min(1.0, math.log1p(worth) / 8),
        "share": min(1.0, worth / (sum(worths) or 1.0)),
        "short": float(body.weight < 60),
        "related": related,
        # what the beginning uses the whole text uses too
        "unrelated": float(bool(clues.words) and related < 0.15 and _related(text, clues) < 0.15),
        "described": float(described),
        "undescribed": float(bool(clues.summary) and not described),
        "under": float(clues.heading >= 0 and first > clues.heading and between < PROSE),
        "over": float(clues.heading >= 0 and first <= clues.heading),
        "between": min(1.0, between / 500),
        "far": min(1.0, max(0, first - above) / 100) if clues.heading >= 0 else 0.5,
        "dated": float(any(first - 8 <= n <= first + 2 for n in clues.dated)),
        "entries": sum(1 for _ in islice((line for line in inside if _is_dated(line.text)), ENTRIES))
        / ENTRIES,
        "linked": sum([line.linked for line in inside]) / characters,
        "stopped": sum([lines[n].text[-1] in _ENDS for n in prose]) / size,
        "cut": sum([lines[n].text.endswith(candidates.CUT) for n in prose]) / size,
        "loose": sum([weigh(line) <= 2 for line in kept]) / len(kept),
        "lists": min(1.0, sum([line.is_link for line in inside]) / (4 * size)),
        "teasers": sum([n > 0 and lines[n - 1].is_link and len(lines[n - 1].text) >= 6 for n in prose])
        / size,
        "body": float("body" in roles),
        "furniture": float("furniture" in roles),
        "comments": float(any(map(holds_comments, path))),
        "notices": sum([is_edge(lines[n].text) for n in prose]) / size,  # of the frame none has weight
        "told": float(is_told),
    }


def _related(text: str, clues: Clues) -> float:
    """How much of the headline's words the text uses."""
    return sum([word in text for word in clues.words]) / len(clues.words) if clues.words else 0.5


def _is_dated(text: str) -> bool:
    return len(text) < 60 and bool(dates.find(text))
