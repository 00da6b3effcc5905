"""The changes from an origin to its copy: cuts, additions, moves, replacements; a script converter's errors apart."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from extract.compare.alignment import Block, matches
from extract.compare.conversion import READING, WrongCharacter, wrong_characters
from extract.compare.fingerprint import Grams
from extract.compare.marks import difference
from extract.script.fold import fold, folded, script_of

LONGEST = 100_000
"""Folded characters compared; what lies behind is not looked at."""

_OPENING = "“‘「『（(《【〈"
_SENTENCE_END = re.compile(r"[。！？；!?;\n][”’」』）)]*")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two articles, as the archive keeps it."""

    text: str
    title: str | None = None
    source: str | None = None
    byline: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. `kind` is `cut`, `added`, `moved` or `replaced`.

    `origin` and `copy` are the places in the two texts as stored; `was` and `now` are the words at these places. An
    addition has no place in the origin. A cut has an empty place in the copy, where the words would be. `unit` is
    `paragraph`, `sentence` or `words`, whichever the change fills. `paragraph` is the number, from 1, of the paragraph
    in which the change begins: in the copy, but for a cut in the origin.
    """

    kind: str
    origin: tuple[int, int] | None
    copy: tuple[int, int]
    was: str
    now: str
    unit: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Field:
    """The headline, source line or byline of both; `same` in whichever script."""

    name: str
    was: str | None
    now: str | None
    same: bool


@dataclass(frozen=True, slots=True)
class ConverterDamage:
    """The errors that a script converter made in the copy; they never count as edits.

    `characters` are wrong ones (機製 for 機制), `readings` bracketed pinyin, `width` punctuation of the other width or
    other quotation marks, `doubled` punctuation marks set twice.
    """

    characters: tuple[WrongCharacter, ...] = ()
    readings: int = 0
    width: int = 0
    doubled: int = 0

    @property
    def total(self) -> int:
        """The number of all these errors."""
        return len(self.characters) + self.readings + self.width + self.doubled

    @property
    def fingerprint(self) -> dict[str, int]:
        """The errors typical of one converter: each wrong pair and other kind with its count, most frequent first."""
        counts = Counter(f"{wrong.origin}→{wrong.copy}" for wrong in self.characters)
        counts.update({"pinyin": self.readings, "width": self.width, "doubled": self.doubled})
        return {name: n for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}


@dataclass(frozen=True, slots=True)
class Changes:
    """A copy against its origin. `kept` is the share of the origin's text that the copy has, `added` the share of the
    copy's that is not the origin's, both of folded characters. `punctuation` counts marks set differently, `typing`
    those of the other width or set twice where no converter was at work: how the site types.
    """

    spans: tuple[Edit, ...]
    kept: float
    added: float
    fields: tuple[Field, ...]
    damage: ConverterDamage
    punctuation: int = 0
    typing: int = 0

    @property
    def unchanged(self) -> bool:
        """Whether the words of the text are the origin's, all of them in their order."""
        return not self.spans


def compare(origin: Side, copy: Side) -> Changes:
    """Every change from the origin to the copy, in the order of the copy; a cut comes where its words would be.

    The folded texts are compared, so that neither script nor width is a change. Time grows with the length of the
    texts, and with the square of the length only for the words between two shared passages.
    """
    was, now = _Text(origin.text), _Text(copy.text)
    agreeing = matches(now.grams, was.grams)
    kept = sum(block.length for block in agreeing)
    spans = _spans(was, now, agreeing, _in_order(agreeing))
    damage, marks = _damage(was, now, agreeing)
    return Changes(
        spans=tuple(spans),
        kept=round(kept / max(len(was.grams.text), 1), 4),
        added=round(1 - kept / max(len(now.grams.text), 1), 4) if now.grams.text else 0.0,
        fields=tuple(_fields(origin, copy)),
        damage=damage,
        punctuation=marks["other"],
        typing=marks["width"] + marks["doubled"] - damage.width - damage.doubled,
    )


@dataclass(slots=True)
class _Text:
    """A text, its folded form, and the place in the text of each folded character. Bracketed pinyin is not compared."""

    raw: str
    grams: Grams = field(init=False)
    offsets: list[int] = field(init=False)
    readings: int = field(init=False)
    paragraphs: list[int] = field(init=False)
    sentences: set[int] = field(init=False)
    breaks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        result = folded(self.raw)
        holes = [match.span() for match in READING.finditer(self.raw)]
        self.readings = len(holes)
        kept = _outside(result.offsets, holes) if holes else range(len(result.offsets))
        kept = kept[:LONGEST]
        self.offsets = [result.offsets[at] for at in kept]
        self.grams = Grams("".join(result.text[at] for at in kept))
        self.paragraphs = [0, *(match.end() for match in re.finditer("\n", self.raw))]
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(self.raw)), len(self.raw)]
        self.sentences = {self.after(end) for end in ends}
        self.breaks = [self.after(place) for place in self.paragraphs]

    def after(self, place: int) -> int:
        """The number of folded characters before a place."""
        return bisect_right(self.offsets, place - 1)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the stored text of some folded characters; with the closing marks, if a sentence is whole."""
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        if end in self.sentences:
            last = self.offsets[end] if end < len(self.offsets) else len(self.raw)
            last = first + len(self.raw[first:last].rstrip().rstrip(_OPENING))
        return first, last

    def gap(self, at: int) -> tuple[int, int]:
        """The empty place before a folded character, behind the marks that close a sentence there."""
        place = self.offsets[at - 1] + 1 if at else 0
        stop = self.offsets[at] if at < len(self.offsets) else len(self.raw)
        if at in self.sentences:
            while place < stop and not self.raw[place].isspace() and self.raw[place] not in _OPENING:
                place += 1
        return place, place

    def paragraph(self, place: int) -> int:
        """The number of the paragraph that holds a place of the text as stored, from 1."""
        return bisect_right(self.paragraphs, place)

    def unit(self, start: int, end: int) -> str:
        """The unit that a stretch of folded characters fills: `paragraph`, `sentence` or `words`."""
        if not {start, end} <= self.sentences:
            return "words"
        first, last = self.place(start, end)
        opens = not self.raw[:first].rpartition("\n")[2].strip(" \u3000")
        closes = not self.raw[last:].partition("\n")[0].strip(" \u3000")
        return "paragraph" if opens and closes else "sentence"


def _outside(offsets: list[int], holes: list[tuple[int, int]]) -> list[int]:
    starts = [start for start, _ in holes]

    def in_hole(offset: int) -> bool:
        at = bisect_right(starts, offset) - 1
        return at >= 0 and offset < holes[at][1]

    return [at for at, offset in enumerate(offsets) if not in_hole(offset)]


def _in_order(agreeing: list[Block]) -> list[Block]:
    """The heaviest chain of blocks that follow one another in both texts; the others were moved."""
    # Fenwick tree of the best chain that ends at or before a place of the other text
    places = sorted({block.there for block in agreeing})
    rank = {place: at + 1 for at, place in enumerate(places)}
    best: list[tuple[int, int]] = [(0, -1)] * (len(places) + 1)
    before: list[int] = []
    last = (0, -1)
    for n, block in enumerate(agreeing):
        at, chain = rank[block.there] - 1, (0, -1)
        while at > 0:
            chain = max(chain, best[at])
            at -= at & -at
        before.append(chain[1])
        weight = (chain[0] + block.length, n)
        last = max(last, weight)
        at = rank[block.there]
        while at < len(best):
            best[at] = max(best[at], weight)
            at += at & -at
    kept = []
    n = last[1]
    while n >= 0:
        kept.append(agreeing[n])
        n = before[n]
    return kept[::-1]


@dataclass(frozen=True, slots=True)
class _Step:
    """A change in folded characters: `was` of the origin, `now` of the copy, as start and end."""

    kind: str
    was: tuple[int, int]
    now: tuple[int, int]


def _spans(was: _Text, now: _Text, agreeing: list[Block], chain: list[Block]) -> list[Edit]:
    moved = sorted(set(agreeing) - set(chain), key=lambda block: block.here)
    # a few letters that agree out of order are chance, not a move
    moved = [block for block in moved if block.length >= 8]
    steps = [_Step("moved", (b.there, b.there + b.length), (b.here, b.here + b.length)) for b in moved]
    ends = [Block(0, 0, 0), *_solid(chain), Block(len(now.grams.text), len(was.grams.text), 0)]
    for block, following in pairwise(ends):
        cut = _without((block.there + block.length, following.there), [step.was for step in steps])
        new = _without((block.here + block.length, following.here), [step.now for step in steps])
        steps += _between(was, now, cut, new, block.here + block.length)
    return [_span(was, now, step) for step in sorted(steps, key=lambda step: (step.now, step.was))]


def _between(
    was: _Text, now: _Text, cut: list[tuple[int, int]], new: list[tuple[int, int]], here: int
) -> Iterator[_Step]:
    """The changes between two agreements: words replaced where both texts have some, whole sentences apart."""
    if len(cut) == 1 and len(new) == 1 and _reworded(was, cut[0]) and _reworded(now, new[0]):
        yield _Step("replaced", cut[0], new[0])
        return
    if len(cut) == 1 and not new:
        slid = _slid(was, cut[0])
        here += slid[0] - cut[0][0]
        cut = [slid]
    if len(new) == 1 and not cut:
        new = [_slid(now, new[0])]
    for stretch in cut:
        for part in _by_paragraph(was, stretch):
            yield _Step("cut", part, (here, here))
    for stretch in new:
        for part in _by_paragraph(now, stretch):
            yield _Step("added", (0, 0), part)


def _reworded(text: _Text, stretch: tuple[int, int]) -> bool:
    """Whether a stretch is some words within a paragraph, not sentences of their own."""
    start, end = stretch
    inside = bisect_right(text.breaks, start)
    if inside < len(text.breaks) and text.breaks[inside] < end:
        return False
    return end - start <= 60 and not {start, end} <= text.sentences


def _slid(text: _Text, stretch: tuple[int, int]) -> tuple[int, int]:
    """A stretch moved along equal letters to where a sentence begins: 第二句。 rather than 句。第二."""
    start, end = stretch
    letters = text.grams.text
    for step in (-1, 1):
        for n in range(40):
            first, last = start + step * n, end + step * n
            if {first, last} <= text.sentences:
                return first, last
            leaving, entering = (first - 1, last - 1) if step < 0 else (first, last)
            if leaving < 0 or entering >= len(letters) or letters[leaving] != letters[entering]:
                break
    return stretch


def _without(stretch: tuple[int, int], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rest of a stretch without the stretches taken."""
    left = []
    start, end = stretch
    for first, last in sorted(taken):
        if last <= start or first >= end:
            continue
        if first > start:
            left.append((start, first))
        start = max(start, last)
    if start < end:
        left.append((start, end))
    return left


def _by_paragraph(text: _Text, stretch: tuple[int, int]) -> Iterator[tuple[int, int]]:
    start, end = stretch
    inside = text.breaks[bisect_right(text.breaks, start) : bisect_left(text.breaks, end)]
    for first, last in pairwise([start, *dict.fromkeys(inside), end]):
        if first < last:
            yield first, last


def _solid(chain: list[Block]) -> list[Block]:
    """The chain without the single letters that happen to agree in the midst of other words."""
    ends = [Block(0, 0, 0), *chain, Block(1 << 60, 1 << 60, 0)]
    return [
        block
        for before, block, after in zip(ends[:-2], chain, ends[2:], strict=True)
        if block.length > 1 or not _amid(before, block) or not _amid(block, after)
    ]


def _amid(one: Block, other: Block) -> bool:
    """Whether both texts have something of their own between two blocks."""
    return other.here > one.here + one.length and other.there > one.there + one.length


def _span(was: _Text, now: _Text, step: _Step) -> Edit:
    origin = was.place(*step.was) if step.was[0] < step.was[1] else None
    if origin is not None and step.kind == "cut":
        copy = now.gap(step.now[0])
        unit, paragraph = was.unit(*step.was), was.paragraph(origin[0])
    else:
        copy = now.place(*step.now)
        unit, paragraph = now.unit(*step.now), now.paragraph(copy[0])
    return Edit(
        kind=step.kind,
        origin=origin,
        copy=copy,
        was=was.raw[slice(*origin)] if origin else "",
        now=now.raw[slice(*copy)],
        unit=unit,
        paragraph=paragraph,
    )


def _fields(origin: Side, copy: Side) -> Iterator[Field]:
    for name in ("title", "source", "byline"):
        was, now = getattr(origin, name), getattr(copy, name)
        if was is not None or now is not None:
            yield Field(name, was, now, same=fold(was or "") == fold(now or ""))


def _damage(was: _Text, now: _Text, agreeing: list[Block]) -> tuple[ConverterDamage, Counter[str]]:
    """The converter's errors between the letters that agree, and a count of differing marks between them.

    Marks alone prove no converter: it was at work where the script is another, or it left more than marks.
    """
    letters: list[tuple[int, int]] = []
    marks: Counter[str] = Counter()
    for block in agreeing:
        there = was.offsets[block.there : block.there + block.length]
        here = now.offsets[block.here : block.here + block.length]
        letters += zip(there, here, strict=True)
        for was_at, now_at in zip(pairwise(there), pairwise(here), strict=True):
            if was_at[1] - was_at[0] > 1 or now_at[1] - now_at[0] > 1:
                marks[difference(was.raw[was_at[0] + 1 : was_at[1]], now.raw[now_at[0] + 1 : now_at[1]])] += 1
    han = [pair for pair in letters if _is_han(was.raw[pair[0]]) and _is_han(now.raw[pair[1]])]
    characters = tuple(wrong_characters(was.raw, now.raw, han))
    if not (characters or now.readings or script_of(was.raw) != script_of(now.raw)):
        return ConverterDamage(), marks
    return ConverterDamage(characters, now.readings, marks["width"], marks["doubled"]), marks


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"
