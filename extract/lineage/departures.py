"""Where a copy departs from its origin, as single facts that two copies can share.

A descendant inherits the departures of the page it was taken from and adds its own; two copies that share a rare
departure share an ancestor. Source: the common-error method of textual criticism (Maas, Textkritik, 1927).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from extract.compare.alignment import Block
from extract.compare.conversion import other_stretch, wrong_characters
from extract.compare.likeness import Imprint, recalled, remember
from extract.lineage.agreement import agreement
from extract.lineage.typed import PreparedText, Told, TypedText, prepared
from extract.script.fold import fold, other_words, simplified, with_other_words

SHOWN = 40
"""Characters of a departure that are kept to be shown."""
SHORT = 8
"""Characters that two sites may add by themselves at either end: （完）, 转自人民日报."""
BESIDE = 3
"""Characters beside a word that a converter changed, which must agree too."""
MOST = 400
"""Departures of one kind kept of one copy, in the order of the origin: a text with more has little of it left."""
LEAD = 24
"""Characters before the first sentence that a site may add by itself: 本报讯（记者 …）, 编者按."""
HABITUAL = 0.75
"""A copy that joins or parts so many of the paragraphs, four at least, has a habit of layout: one fact."""
KINDS = ("cut", "added", "line", "replaced", "moved", "title", "split", "joined", "marks", "glyph")
_MOVED = 8
_SHORTEST, _WORDS = 2, 4


class Departure(NamedTuple):
    """One fact. `kind` is one of KINDS.

    `start` and `end` are places in the origin's folded text (0 for a title or marks; `end` is 1 for a
    title that only lost or gained words at an end). An addition has no place, for the next hand may cut what stands
    beside it: it is known by its words. `mark` tells two departures of one place apart. `line` is a line by itself or
    a few characters added at either end, as sites do to every text, `split` and `joined` are paragraphs parted and
    joined, `glyph` a character that no plain conversion of the origin's gives, `marks` a habit of punctuation.
    """

    kind: str
    start: int
    end: int
    mark: int


def departures(origin: PreparedText, copy: PreparedText, most: int | None = SHOWN) -> dict[Departure, str]:
    """The departures of a copy from its origin, in the order of the origin, with the words of both for a reader.

    None if the copy is exact. The words are in Simplified script, at most `most` characters of them.
    """
    found = [*_title(origin, copy), *_of_texts(origin.typed, copy.typed)]
    scripts = {copy.typed.script, origin.typed.script} if found else set()
    kept: dict[Departure, str] = {}
    counts: Counter[str] = Counter()
    for fact, words in sorted(found):
        counts[fact.kind] += 1
        if counts[fact.kind] <= MOST:
            shown = words[:most]
            kept[fact] = _simplified(shown) if "hant" in scripts and fact.kind != "glyph" else shown
    return kept


@lru_cache(maxsize=4)
def _of_texts(origin: TypedText, copy: TypedText) -> Sequence[tuple[Departure, str]]:
    """The departures of a text, whatever its headline."""
    if copy is origin:
        return []
    found: list[tuple[Departure, str]] = []
    if copy.raw != origin.raw:
        agreeing = agreement(copy.imprint, origin.imprint)
        found += [*_words(origin, copy, agreeing), *_breaks(origin, copy, agreeing)]
        found += _glyphs(origin, copy, agreeing)
    return [*found, *_marks(origin, copy)]


@lru_cache(maxsize=100)  # what one copy moved or cut others do too
def _simplified(words: str) -> str:
    return simplified(words)


Question = tuple[Told, dict[int, Told], dict[str, Imprint]]
"""An origin, its copies by article, and imprints of some of their texts."""


def question(origin: Told, copies: dict[int, Told]) -> Question:
    """The arguments of departures_of() for another process, with the imprints that are ready in this one.

    To make an imprint takes as long as to find the departures, and a text placed lately has one.
    """
    texts = [text for text, _ in (origin, *copies.values())]
    return origin, copies, {text: made for text in texts if (made := recalled(text))}


def departures_of(
    origin: Told, copies: dict[int, Told], ready: dict[str, Imprint]
) -> dict[int, dict[Departure, str]]:
    """The departures of many copies from one origin, by article."""
    for characters, made in ready.items():
        remember(characters, made)
    text = prepared(*origin)
    return {article: departures(text, prepared(*copy)) for article, copy in copies.items()}


def _title(origin: PreparedText, copy: PreparedText) -> Iterator[tuple[Departure, str]]:
    was, now = fold(origin.title or ""), fold(copy.title or "")
    if now and was and now != was and not _is_in_other_words(origin, now):
        grown = now in was or was in now
        yield Departure("title", 0, int(grown), crc32(now.encode())), copy.title or ""


def _is_in_other_words(origin: PreparedText, title: str) -> bool:
    """Whether a converter that changes words makes the folded title of the origin's."""
    was, script = origin.title or "", origin.typed.script
    return bool(other_words(was, script)) and title == with_other_words(was, script)


# -- words ------------------------------------------------------------------------------------------------------------


def _words(origin: TypedText, copy: TypedText, agreeing: list[Block]) -> Iterator[tuple[Departure, str]]:
    """The words cut, added, replaced and moved. A cut or an addition of several sentences is one fact a sentence."""
    last = 0
    for block in agreeing:
        if block.there + block.length <= last and block.length >= _MOVED:
            end = block.there + block.length
            yield Departure("moved", block.there, end, 0), origin.words(block.there, end)
        last = max(last, block.there + block.length)
    lacking = _gaps(sorted((b.there, b.there + b.length) for b in agreeing), len(origin.text))
    edges = [Block(0, 0, 0), *agreeing, Block(len(copy.text), len(origin.text), 0)]
    lines, ends = _lines(copy), {0, *copy.imprint.ends}
    cuts = [(gap, cut) for gap in lacking for cut in _sentences(origin.imprint, *_slid(origin.imprint, gap))]
    places = {origin.text[slice(*cut)]: cut for _, cut in cuts}
    replaced, moved = set[tuple[int, int]](), set[tuple[int, int]]()
    for n, (before, after) in enumerate(pairwise(edges)):
        start, end = before.here + before.length, after.here
        gap = (before.there + before.length, after.there)
        if _is_regional(origin, copy, (start, end), gap):
            replaced.add(gap)
            yield Departure("marks", 0, 0, crc32(b"words")), "(两岸用词)"
            continue
        if start >= end:
            continue
        at_edge = n in (0, len(agreeing))
        most = SHORT if at_edge else 60
        if gap in lacking and _within_sentence(origin.imprint, gap) and end - start <= most:
            replaced.add(gap)
            yield _said("replaced", gap, copy, start, end)
            continue
        for first, stop in _sentences(copy.imprint, *_settled(copy.imprint, (start, end), before, after)):
            place = places.get(copy.text[first:stop])
            if place and stop - first >= _SHORTEST:  # too short to agree
                moved.add(place)
                yield Departure("moved", *place, 0), origin.words(*place)
                continue
            is_line = at_edge and (
                stop - first <= SHORT or (first, stop) in lines or (not first and stop == end <= LEAD)
            )
            if not is_line and stop - first < _WORDS and not {first, stop} & ends:
                yield _said("replaced", (gap[0], gap[0]), copy, first, stop)  # a word or a letter more
                continue
            yield _said("line" if is_line else "added", (0, 0), copy, first, stop)
    for gap, cut in cuts:
        if gap not in replaced and cut not in moved:
            yield Departure("cut", *cut, 0), origin.words(*cut)


def _is_regional(origin: TypedText, copy: TypedText, place: tuple[int, int], gap: tuple[int, int]) -> bool:
    """Whether a converter that changes words (网络 to 網路) put the copy's words here, their neighbours included."""
    start, end = place
    if not 0 < max(end - start, gap[1] - gap[0]) <= SHORT:
        return False
    words = other_words(origin.raw, origin.script)
    if copy.text[start:end] in words:
        return True  # whatever an editor changed beside it
    around = copy.text[max(start - BESIDE, 0) : end + BESIDE]
    return (
        around not in origin.text
        and any(_touches(word, around) for word in words)
        and around in with_other_words(origin.raw, origin.script)
    )


def _touches(word: str, around: str) -> bool:
    """Whether a stretch of a text may have a word, or a part of it at either end."""
    if word in around or around in word:
        return True
    return any(around.startswith(word[n:]) or around.endswith(word[:n]) for n in range(1, len(word)))


def _lines(copy: TypedText) -> set[tuple[int, int]]:
    """The stretches of folded characters that fill a line alone."""
    return {*pairwise([0, *copy.paragraphs, len(copy.text)])}


def _settled(text: Imprint, gap: tuple[int, int], before: Block, after: Block) -> tuple[int, int]:
    """An addition moved along equal letters to where a sentence begins."""
    slid = _slid(text, gap)
    return slid if -before.length < slid[0] - gap[0] < max(after.length, 1) else gap


def _said(kind: str, place: tuple[int, int], copy: TypedText, start: int, end: int) -> tuple[Departure, str]:
    """A departure that puts words of the copy at a place of the origin."""
    mark = crc32(copy.text[start:end].encode("utf-8", "surrogatepass"))
    return Departure(kind, *place, mark), copy.words(start, end)


def _gaps(covered: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    gaps = []
    at = 0
    for start, end in [*covered, (size, size)]:
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return gaps


def _within_sentence(text: Imprint, gap: tuple[int, int]) -> bool:
    ends = text.ends_in_order
    return bisect_right(ends, gap[0]) >= bisect_left(ends, gap[1]) and not {*gap} <= text.ends


def _sentences(text: Imprint, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch parted where sentences end."""
    ends = text.ends_in_order
    inside = ends[bisect_right(ends, start) : bisect_left(ends, end)]
    yield from pairwise([start, *inside, end])


def _slid(text: Imprint, gap: tuple[int, int]) -> tuple[int, int]:
    """A cut moved along equal letters to where a sentence begins, so that one cut has one place."""
    start, end = gap
    letters = text.text
    for n in range(SHOWN):
        first, last = start - n, end - n
        if {first, last} <= text.ends:
            return first, last
        if first < 1 or letters[first - 1] != letters[last - 1]:
            break
    for n in range(SHOWN):
        first, last = start + n, end + n
        if {first, last} <= text.ends:
            return first, last
        if last >= len(letters) or letters[first] != letters[last]:
            break
    return gap


# -- the page as typed ------------------------------------------------------------------------------------------------


def _breaks(origin: TypedText, copy: TypedText, agreeing: list[Block]) -> Iterator[tuple[Departure, str]]:
    """Paragraphs parted and joined within what agrees, or the habit of it; both ends of a stretch are left out."""
    was, now = origin.paragraphs, copy.paragraphs
    ends = origin.imprint.ends_in_order
    parted, joined, breaks, could = set[int](), set[int](), 0, 0
    for block in agreeing:
        inside = range(block.there + 1, block.there + block.length)
        here = {
            at - block.here + block.there
            for at in now[bisect_right(now, block.here) : bisect_left(now, block.here + block.length)]
        }
        there = {*was[bisect_left(was, inside.start) : bisect_left(was, inside.stop)]}
        parted |= here - there
        joined |= there - here
        breaks += len(there)
        could += len({*ends[bisect_left(ends, inside.start) : bisect_left(ends, inside.stop)]} - there)
    for kind, places, most in (("split", parted, could), ("joined", joined, breaks)):
        if len(places) >= max(4, HABITUAL * most):
            yield Departure("marks", 0, 0, crc32(kind.encode())), _LAYOUTS[kind]
            continue
        for at in places:
            yield Departure(kind, at, at, 0), origin.words(at, at + 10)


_LAYOUTS = {"split": "(逐句分段)", "joined": "(不分段)"}


def _marks(origin: TypedText, copy: TypedText) -> Iterator[tuple[Departure, str]]:
    """A habit of punctuation that is not the origin's: which quotation marks, which width of comma and bracket."""
    for name, now in copy.habits.items():
        if origin.habits.get(name, now) != now:
            yield Departure("marks", 0, 0, crc32(f"{name}{now}".encode())), f"{name} {now}"
    if copy.has_readings and not origin.has_readings:
        yield Departure("marks", 0, 0, crc32(b"readings")), "(pīnyīn)"


def _is_typed_alike(origin: TypedText, copy: TypedText, block: Block) -> bool:
    """Whether both texts have the same characters in a stretch that agrees, punctuation included."""
    was = origin.place(block.there), origin.place(block.there + block.length - 1) + 1
    now = copy.place(block.here), copy.place(block.here + block.length - 1) + 1
    return was[1] - was[0] == now[1] - now[0] and origin.raw[slice(*was)] == copy.raw[slice(*now)]


def _glyphs(origin: TypedText, copy: TypedText, agreeing: list[Block]) -> Iterator[tuple[Departure, str]]:
    """Characters that a converter or a hand broke: what no right conversion of the origin's gives.

    Where both texts are in one script, every other form of a character is one too.
    """
    unlike = [block for block in agreeing if not _is_typed_alike(origin, copy, block)]
    if not unlike:
        return
    if origin.script == copy.script:
        agreeing = unlike
    places = [
        (block.there + n, was, now)
        for block in agreeing
        for n, (was, now) in enumerate(
            zip(
                origin.offsets[block.there : block.there + block.length],
                copy.offsets[block.here : block.here + block.length],
                strict=True,
            )
        )
        if origin.raw[was].isalpha() and not origin.raw[was].isascii() and copy.raw[now].isalpha()
    ]
    if all(origin.raw[was] == copy.raw[now] for _, was, now in places):
        return
    by_place = {now: (at, was) for at, was, now in places}
    if origin.script == copy.script:
        broken = [now for _, was, now in places if origin.raw[was] != copy.raw[now]]
    else:
        pairs = [(was, now) for _, was, now in places]
        broken = [wrong.at for wrong in wrong_characters(origin.raw, copy.raw, pairs)]
    start, stop = other_stretch(copy.raw, by_place, copy.script)
    if start < stop:
        yield Departure("marks", 0, 0, crc32(b"converted in part")), "(部分转换)"
    for now in broken:
        if start <= now < stop:
            continue
        at, was = by_place[now]
        first = origin.text.find(origin.text[at])  # a converter breaks a character everywhere: one fact
        yield Departure("glyph", first, first + 1, ord(copy.raw[now])), f"{origin.raw[was]}→{copy.raw[now]}"
