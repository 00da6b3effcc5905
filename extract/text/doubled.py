"""Texts that a page holds twice: print copies, JSON and textarea copies, and the way to keep one."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

LONG = 12
"""Folded characters from which a paragraph is not repeated by chance."""
SHARE = 0.3
"""Share of the page that must be repetition: songs and oaths repeat less; 134 of 134 print copies were found by it."""


def second_copy(folded: Sequence[str]) -> frozenset[int]:
    """Which paragraphs, given in the fold, are a second copy of the text; none for a text that merely repeats itself.

    A copy is a run of paragraphs that follows the first and repeats it, whole paragraphs in the same order; single
    lines that a text repeats (a list's refrain, an oath) stay. Source: reference/extraction.md, sxyz_8571
    """
    if len(set(folded)) == len(folded):  # most pages
        return frozenset()
    first_seen: dict[str, int] = {}
    repeats: dict[int, int] = {}
    for number, text in enumerate(folded):
        if len(text) >= LONG and first_seen.setdefault(text, number) != number:
            repeats[number] = first_seen[text]
    whole = sum(map(len, folded))
    found: set[int] = set()
    for run in _runs(sorted(repeats)):
        long_enough = sum(len(folded[number]) for number in run) >= SHARE * whole
        if long_enough and _tells_again(run, repeats, folded):
            originals = set(folded[: run[0]])
            found |= {number for number in range(run[0], run[-1] + 1) if folded[number] in originals}
    return frozenset(found)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """The numbers in groups without a gap of more than three."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= 4:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _tells_again(run: Sequence[int], repeats: Mapping[int, int], folded: Sequence[str]) -> bool:
    """Whether a run of paragraphs repeats earlier paragraphs in their order, with little text between them."""
    in_order = sum(repeats[one] < repeats[other] for one, other in pairwise(run))
    if in_order < 0.8 * (len(run) - 1):
        return False
    span = [text for text in folded[run[0] : run[-1] + 1] if len(text) >= LONG]
    return len(run) >= 0.7 * len(span)
