"""Bodies that stand twice on a page: print copies, JSON and textarea copies, and how to keep one."""

from collections.abc import Sequence

from extract.script import fold

LONG = 12
"""Folded characters from which a paragraph is not repeated by chance."""
SHARE = 0.3
"""Share of the page that must be repetition; songs and oaths repeat less. Source: reference/extraction.md, 134 of 134."""


def without_copy(paragraphs: Sequence[str]) -> tuple[list[str], int]:
    """The paragraphs without a second copy of the text, and how many were left out.

    A copy is a run of paragraphs that follows the first and repeats it, whole paragraphs in the same order; single
    lines that a text repeats (a list's refrain, an oath) stay.
    """
    folded = [fold(paragraph) for paragraph in paragraphs]
    first_seen: dict[str, int] = {}
    repeats: dict[int, int] = {}
    for number, text in enumerate(folded):
        if len(text) < LONG:
            continue
        if text in first_seen:
            repeats[number] = first_seen[text]
        else:
            first_seen[text] = number
    copied = sum(len(folded[number]) for number in repeats)
    if not repeats or copied < SHARE * sum(map(len, folded)) or not _is_second_copy(repeats, folded):
        return list(paragraphs), 0
    start, end = min(repeats), max(repeats)
    originals = set(folded[:start])
    kept = [
        paragraph
        for number, paragraph in enumerate(paragraphs)
        if number < start or number > end or folded[number] not in originals
    ]
    return kept, len(paragraphs) - len(kept)


def _is_second_copy(repeats: dict[int, int], folded: Sequence[str]) -> bool:
    """Whether the repeats tell the first part over again in order, and little else stands between them."""
    numbers = sorted(repeats)
    in_order = sum(repeats[a] < repeats[b] for a, b in zip(numbers, numbers[1:], strict=False))
    if in_order < 0.8 * (len(numbers) - 1):
        return False
    span = [text for text in folded[numbers[0] : numbers[-1] + 1] if len(text) >= LONG]
    return len(numbers) >= 0.7 * len(span)
