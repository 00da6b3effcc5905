"""How sure a reading is: a figure from what speaks for the chosen text, and a note for each reason to doubt it."""

from collections.abc import Sequence

from extract.article import Note
from extract.scene import Scene
from extract.script.fold import fold
from extract.text import body, candidates, evidence
from extract.text.body import Body
from extract.text.evidence import Judged

DOUBTFUL = 0.5
"""Below this a reader should look at the page."""
MUCH_REMOVED = 0.5
"""Share of the prose in the text's place that was left out, from which that is told."""
CLOSE = 0.6
"""Difference of two places' scores below which the readers disagree."""


def of(seen: Scene, lines: Sequence[str]) -> tuple[float, list[Note]]:
    """The confidence, 0 to 1, that the text is the article's and whole, and a note of kind `doubt` for each reason
    to look at the page.

    Calibrated on held-back hosts: docs/decisions/text-evidence.md.
    """
    if not lines:
        return 0.0, []
    figure = evidence.confidence(seen.judged) if seen.judged else 0.8
    reasons = _of_text(seen, lines)
    if reasons:
        figure = min(figure, DOUBTFUL - 0.05 * len(reasons))
    elif figure < DOUBTFUL:
        reasons = ["the page's places differ little in what speaks for them"]
    return round(max(0.0, figure), 2), [Note("doubt", reason) for reason in reasons]


def _of_text(seen: Scene, lines: Sequence[str]) -> list[str]:
    """Reasons to doubt the text."""
    reasons = []
    if seen.second:
        reasons.append("found by trafilatura alone")
    best = seen.judged[0] if seen.judged else None
    if best is not None and evidence.is_unrelated(best) and not _is_related(seen, lines):
        reasons.append("the text uses none of the headline's words")
    if seen.from_script and not _is_related(seen, lines):
        reasons.append("the script's text uses none of the headline's words")
    if best is not None and (rival := _rival(seen, best)):
        reasons.append(rival)
    if best is not None and (longer := _longer(seen, best)):
        reasons.append(longer)
    if (removed := _removed(seen)) > MUCH_REMOVED:
        reasons.append(f"{removed:.0%} of the prose in the text's place was left out")
    return reasons


def _is_related(seen: Scene, lines: Sequence[str]) -> bool:
    words = candidates.words(seen.heading.text or "")
    text = fold("".join(lines))
    return not words or sum(word in text for word in words) >= 0.15 * len(words)


def _rival(seen: Scene, best: Judged) -> str:
    """What another place says that is as likely and mostly other lines."""
    for other in seen.judged[1:]:
        if best.score - other.score > CLOSE:
            break
        if _shared(seen, best.body, other.body) < 0.5:
            return f"another place is as likely: {seen.sheet.lines[other.body.kept[0]].text[:40]}"
    return ""


def _shared(seen: Scene, one: Body, other: Body) -> float:
    """The share of the lighter body's prose that the heavier has too."""
    both = set(one.kept) & set(other.kept)
    weight = sum(max(0.0, body.weigh(seen.sheet.lines[n])) for n in both)
    return weight / (max(one.weight, other.weight) or 1.0)


def _longer(seen: Scene, best: Judged) -> str:
    """Where another block of prose, none of it in the text, is worth more than the text."""
    longest = max(
        (other for other in seen.judged if not set(other.body.kept) & set(seen.body.kept)),
        key=lambda other: other.features["share"],
        default=None,
    )
    if longest is None or longest.features["share"] <= best.features["share"]:
        return ""
    return f"another block is longer: {seen.sheet.lines[longest.body.kept[0]].text[:40]}"


def _removed(seen: Scene) -> float:
    """The share of the prose in the text's place that is none of the text."""
    lines = seen.sheet.lines
    kept = sum(max(0.0, body.weigh(lines[n])) for n in seen.body.kept)
    dropped = [n for n in seen.body.dropped if n not in seen.body.kept and not lines[n].unseen]
    gone = sum(weight for n in dropped if (weight := body.weigh(lines[n])) >= body.PROSE)
    return gone / (kept + gone) if kept + gone else 0.0
