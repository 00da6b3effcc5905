"""An article that a site spreads over several pages: one text of all, and the fields that any page prints."""

from collections.abc import Iterable
from dataclasses import replace

from extract.article import Article
from extract.script.fold import fold, script_of

SHORTEST = 20
"""Folded characters of a line that is left out where a page prints it again; shorter ones may well be said twice."""
ON_ANY_PAGE = (
    *("source", "source_url", "byline", "editor", "published_at", "published_precision"),
    *("paper_date", "paper_page", "original_title"),
)
"""Fields that may stand on a further page alone: papers name issue and editor under the last one."""


def joined_text(texts: Iterable[str]) -> str:
    """The texts of the pages, in their order, as one.

    A paragraph that a further page repeats (a lead, the caption of the same picture) is kept once.
    """
    lines: list[str] = []
    seen: set[str] = set()
    for text in texts:
        folded = [(line, fold(line)) for line in text.split("\n") if line]
        lines += [line for line, key in folded if len(key) < SHORTEST or key not in seen]
        seen.update(key for _, key in folded)
    return "\n".join(lines)


def joined(first: Article, other: Article | None, texts: Iterable[str]) -> Article:
    """The first page's article with the text of all pages, and with the fields that only its page `other` prints."""
    missing = {name: getattr(other, name) for name in ON_ANY_PAGE if other and getattr(first, name) is None}
    text = joined_text(texts)
    return replace(first, **missing, text=text, script=script_of(text) or first.script)
