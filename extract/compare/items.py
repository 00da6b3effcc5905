"""The numbered items of a page that prints several articles one after another (要闻速览, a round-up)."""

import re
from itertools import pairwise

from extract.script.fold import fold

# A number, an ordinal, a circled figure or a bullet opens the heading of an item; one kind a page.
_MARKS = tuple(
    re.compile(rf"\s*{mark}\s*\S")
    for mark in (
        r"[0-9０-９]{1,2}\s?[、.．:：)）]",
        r"[（(](?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[)）]",
        r"[一二三四五六七八九十]{1,3}\s?[、.．]",
        r"[①-⑳❶-❿㈠-㈩]",
        r"[■□●○◆◇▲△★☆▶►◎]",
    )
)


def items(text: str) -> list[tuple[int, int]]:
    """Where each item begins and ends, in folded characters of the whole text; none where fewer than three."""
    paragraphs = text.split("\n")
    headings = max(([n for n, line in enumerate(paragraphs) if mark.match(line)] for mark in _MARKS), key=len)
    if len(headings) < 3:
        return []
    starts = [0]
    for paragraph in paragraphs:
        starts.append(starts[-1] + len(fold(paragraph)))
    return [(starts[first], starts[after]) for first, after in pairwise([*headings, len(paragraphs)])]
