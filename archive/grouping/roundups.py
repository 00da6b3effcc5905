"""Round-ups 综述: the difference between a page of several articles and an article that others cut."""

import re
from collections.abc import Sequence
from itertools import combinations

from archive.grouping.texts import Pair, Text
from extract.compare.alignment import matches
from extract.compare.fingerprint import GRAM, Grams
from extract.compare.likeness import Share
from extract.script.fold import fold

_OPENINGS = (
    "央视网消息",
    "新华社",
    "新华网",
    "人民网",
    "中新网",
    "中新社",
    "本报",
    "本网",
    "本台",
    "据新华社",
    "记者从",
)
# 新华社北京2月9日电, 本报讯, and any 某某2月9日电
_OPENING = re.compile(
    f".{{0,4}}(?:{'|'.join(map(fold, _OPENINGS))}|.{{2,8}}[0-9]{{1,2}}月[0-9]{{1,2}}日{fold('电')})"
)


def is_roundup(text: Text, embedded: Sequence[Pair]) -> bool:
    """Whether a newcomer is a round-up: an embedded article is an item, or two of different stories are in sequence."""
    return any(is_item(pair.known, text, pair.likeness.contained) for pair in embedded) or any(
        one.story != other.story and _side_by_side(one, other, text)
        for one, other in combinations(embedded, 2)
    )


def _side_by_side(one: Pair, other: Pair, whole: Text) -> bool:
    """Whether a text contains two articles in sequence that are not two pieces of one article."""
    first, second = sorted((one.likeness.contained, other.likeness.contained), key=lambda share: share.end)
    if first.end > second.start + GRAM:
        return False
    return (is_whole(first, whole) and is_whole(second, whole)) or one.known.is_foreign_to(other.known)


def is_item(part: Text, whole: Text, share: Share) -> bool:
    """Whether an article is a numbered item of another article, or is in it under its own headline."""
    for first, last in whole.items:
        if first - 2 <= share.start and share.end <= last + 2:
            heading = whole.folded[first : max(share.start, first + len(part.title) + 4)]
            return _kin(part.title, heading) or opens_an_article(whole, share.start)
    size = len(whole.folded)
    # a copy may print its own old headline on top (原标题)
    if len(part.title) < GRAM or share.start < size / 4 or share.end - share.start > 0.4 * size:
        return False
    above = whole.folded[max(0, share.start - len(part.title) - 60) : share.start + 2]
    return part.title in above and not _kin(part.title, whole.title)


def is_whole(share: Share, whole: Text) -> bool:
    """Whether the stretch of `whole` that contains another text looks like a complete article."""
    return share.letters >= 0.85 and share.dense >= 0.85 and opens_an_article(whole, share.start)


def opens_an_article(text: Text, at: int) -> bool:
    """Whether a folded text has the opening words of an agency or a newspaper at this offset."""
    return _OPENING.match(text.folded, max(0, at - 2)) is not None


def _kin(one: str, other: str) -> bool:
    """Whether two folded headlines are forms of one headline, cut or lengthened."""
    if len(one) < 4 or len(other) < 4:
        return False
    agreeing = sum(block.length for block in matches(Grams(one), Grams(other)))
    return agreeing >= 0.6 * min(len(one), len(other))
