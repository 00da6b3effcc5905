"""Articles prepared for comparison, and the choice of the candidates."""

import math
from array import array
from collections import OrderedDict, defaultdict
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from zlib import crc32

from archive.grouping.postings import Hits
from extract.compare.conversion import without_readings
from extract.compare.fingerprint import HASH, SMALLEST, sample, spacing
from extract.compare.items import items
from extract.compare.likeness import (
    SHORT,
    Imprint,
    Likeness,
    TextKey,
    imprint,
    is_same,
    keep_for_long,
    key_of,
    remember,
)
from extract.script.fold import fold

STORED_ROWS = 75
"""About so many grams of a text are indexed, besides its smallest grams and its lead: at most 1.5 kB an article."""
ASKED_ROWS = 400
"""About so many grams of a text are looked up, so that a round-up finds its short items."""
PASSAGE, PIECE = 0.04, 0.12
"""Shares of the smaller sample: from PASSAGE on, two texts share a passage; below PIECE, hardly more than that."""
PER_STORY, MOST_STORIES, MOST_PASSAGES = 2, 10, 3
MUCH_SMALLER = 0.75
LEAST_ITEM = 12
"""Rare characters of an item of news, at least."""
PARTS = 27_720
"""The worth of a gram of one story; it can be shared among any number of stories up to MOST_ROWS."""
WHOLE = 95
"""If at least so many per cent of a text are found in another, the text has nothing of its own."""


def whole_day(published_at: str | None) -> str | None:
    """The ISO day of a time of publication; None if the page prints no day, or only the month."""
    day = (published_at or "")[:10]
    return day if len(day) == len("2023-04-18") else None


class Text:
    """An article's text, prepared for comparison; `day` is the ISO day of publication, or None.

    `sentences` are its folded sentences, if the caller has them.
    """

    def __init__(
        self,
        article: int,
        title: str | None,
        text: str,
        day: str | None = None,
        sentences: list[str] | None = None,
    ) -> None:
        self.article = article
        self.stated_title = title
        self.title = fold(title or "")
        self.text = text
        self.day = day
        self.imprint: Imprint = imprint(text, sentences)

    def numbered(self, article: int) -> "Text":
        """Set the article's number, and return this text."""
        self.article = article
        return self

    def with_characters(self, text: str) -> "Text":
        """The same text with its characters as printed, or without them: what is kept for long does without."""
        other = copy(self)
        other.text = text
        return other

    def _sample(self, rows: int) -> dict[int, None]:
        grams = self.imprint.grams
        return sample(grams, spacing(len(grams.hashes), rows))

    @property
    def folded(self) -> str:
        """The folded text."""
        return self.imprint.text

    @cached_property
    def whole(self) -> int:
        """A checksum of the folded text; by it equal texts are found even if all their grams are common."""
        return crc32(self.folded.encode("utf-8", "surrogatepass"))

    @property
    def sampled(self) -> dict[int, None]:
        """The text's grams that are looked up."""
        return _sampled(self)

    @cached_property
    def packed(self) -> "array[int]":
        """The same grams in four bytes each, as they are kept: a dict of them takes twenty times as much."""
        return array(HASH, self._sample(ASKED_ROWS))

    @property
    def asked(self) -> list[int]:
        """The text's grams that are looked up in the index, and its checksum; `kept` are some of them."""
        return [*self.sampled, self.whole]

    @cached_property
    def kept(self) -> "array[int]":
        """The text's grams in the index, and its checksum; empty for an empty text."""
        return array(HASH, [*self._sample(STORED_ROWS), self.whole] if self.folded else ())

    @property
    def items(self) -> list[tuple[int, int]]:
        """The numbered items of a round-up: start and end of each, in folded characters."""
        return _items(self.text)

    def is_earlier(self, other: "Text") -> bool:
        """Whether this text was published on an earlier day than another; False if a day is unknown."""
        return self.day is not None and other.day is not None and self.day < other.day

    def same_headline(self, other: "Text") -> bool:
        """Whether one headline contains the other, which has at least 10 characters."""
        shorter, longer = sorted((self.title, other.title), key=len)
        return len(shorter) >= 10 and shorter in longer

    def tells(self, other: "Text") -> bool:
        """Whether this text's headline fits another text: half of its pieces are in that text."""
        return _has_more(self.title, other.folded, 0.5, or_as_many=True)

    def is_foreign_to(self, other: "Text") -> bool:
        """Whether the two are different news: each headline fits its own text and does not fit the other's."""
        return all(
            not _has_more(one.title, another.folded, 0.25) and one.tells(one)
            for one, another in ((self, other), (other, self))
        )


# both of the texts compared last


@lru_cache(maxsize=8)
def _sampled(text: Text) -> dict[int, None]:
    return dict.fromkeys(text.packed)


@lru_cache(maxsize=8)
def _items(text: str) -> list[tuple[int, int]]:
    return items(without_readings(text))


def _has_more(title: str, text: str, share: float, *, or_as_many: bool = False) -> bool:
    """Whether a text has more of a headline's two-character pieces than a share; no more are looked for than tell."""
    pieces = {title[at : at + 2] for at in range(len(title) - 1)}
    enough = math.ceil(share * len(pieces)) if or_as_many else math.floor(share * len(pieces)) + 1
    found = filter(text.__contains__, pieces)
    return bool(pieces) and next(islice(found, enough - 1, None), None) is not None


class _Recent:
    """The prepared texts that were used last, without their characters; the articles of one story are used together."""

    def __init__(self, most_characters: int = 200_000) -> None:
        self.most = most_characters
        self._held: OrderedDict[tuple[int, TextKey], Text] = OrderedDict()
        self._characters = 0

    def text(self, article: int, title: str | None, text: str, day: str | None) -> Text:
        """An article's prepared text, from memory or prepared now."""
        held = self._held.get((article, key_of(text)))
        if held is None or (held.stated_title, held.day) != (title, day):
            found = Text(article, title, text, day)
        else:
            found = held.with_characters(text)
        self.keep(found)
        return found

    def keep(self, text: Text) -> None:
        """Keep a text and its imprint; texts not used for longest are dropped, to limit the memory."""
        remember(text.text, text.imprint)
        key = text.article, key_of(text.text)
        self._characters += 0 if key in self._held else len(text.text)
        text.packed  # noqa: B018 - worked out once, for all copies of this object
        self._held[key] = text.with_characters("")
        self._held.move_to_end(key)
        while self._characters > self.most and len(self._held) > 1:
            (_, (_, length)), _ = self._held.popitem(last=False)
            self._characters -= length


_recent = _Recent()


def keep_ready(characters: int) -> None:
    """Keep texts of so many characters prepared, at some seven bytes each, instead of 200,000."""
    _recent.most = characters
    keep_for_long(characters)


def prepared(article: int, title: str | None, text: str, day: str | None) -> Text:
    """An article's prepared text, from memory or prepared now."""
    return _recent.text(article, title, text, day)


def keep(text: Text) -> None:
    """Keep a text that was prepared elsewhere, so that prepared() returns it."""
    _recent.keep(text)


@dataclass(slots=True)
class Pair:
    """A newcomer and a known article that share a passage. `story` is the known article's; None for a round-up."""

    known: Text
    story: int | None
    likeness: Likeness
    is_same: bool
    same_headline: bool

    @property
    def newcomer_is_contained(self) -> bool:
        """Whether the newcomer is the part and the known article the whole."""
        return self.likeness.contained is self.likeness.one

    @property
    def strength(self) -> int:
        """Per cent of the part's rare characters that are in the whole."""
        return strength(self.likeness)

    @property
    def newcomer_stands_whole(self) -> bool:
        """Whether the newcomer is the known article's text or a cut of it, and adds nothing."""
        return self.is_same and self.newcomer_is_contained and self.strength >= WHOLE

    @property
    def newcomer_is_part(self) -> bool:
        """Whether the newcomer is a part of the known article and much smaller."""
        return self.newcomer_is_contained and self._smaller

    @property
    def known_is_part(self) -> bool:
        """Whether the known article is a part of the newcomer and much smaller."""
        return not self.newcomer_is_contained and self._smaller

    @property
    def are_two_items(self) -> bool:
        """Whether each article has text of its own, and the shorter such text is as long as a short item."""
        return LEAST_ITEM <= min(self.likeness.one.own, self.likeness.other.own) <= SHORT

    @property
    def known_holds(self) -> bool:
        """Whether the known article contains the newcomer; it may be many times as long."""
        return self.newcomer_is_part and self._embedded

    @property
    def holds_known(self) -> bool:
        """Whether the newcomer contains the known article; it may be many times as long."""
        return self.known_is_part and self._embedded

    @property
    def _embedded(self) -> bool:
        part = self.likeness.contained
        return self.is_same or (part.found >= 24 and part.letters >= 0.7 and part.grams >= 0.4)

    @property
    def _smaller(self) -> bool:
        return self.likeness.contained.rare <= MUCH_SMALLER * self.likeness.container.rare


def strength(likeness: Likeness) -> int:
    """Per cent of the part's rare characters that are in the whole."""
    return 100 if likeness.verbatim else round(100 * likeness.contained.letters)


def same_text(one: Text, other: Text, likeness: Likeness) -> bool:
    """Whether two articles belong to one story, by their texts and headlines."""
    return is_same(likeness, same_headline=one.same_headline(other)) and not one.is_foreign_to(other)


def candidates(hits: Hits, text: Text) -> list[int]:
    """The known articles that share the most rare grams, a few of each story, the best first.

    Each round-up counts as a story of its own.
    """
    weight: dict[int, int] = defaultdict(int)
    shared: dict[int, set[int]] = defaultdict(set)
    for grams, articles, stories in hits.by_articles():
        each = PARTS // max(len(stories), 1)
        is_whole = text.whole in grams
        worth = each * len(grams) + (len(text.sampled) * PARTS - each if is_whole else 0)
        for article in articles:
            weight[article] += worth
            shared[hits.home(article)].update(text.sampled if is_whole else grams)
    likely: dict[int, list[int]] = defaultdict(list)
    passages = 0
    for article in sorted(weight, key=lambda article: (-weight[article], article)):
        home = hits.home(article)
        part = len(shared[home]) / _smaller_sample(hits.lengths[article], text)
        if (
            part < PASSAGE
            or len(shared[home]) < 2
            or len(likely[home]) >= PER_STORY
            or len(likely) > MOST_STORIES
        ):
            continue
        passages += part < PIECE
        if part >= PIECE or passages <= MOST_PASSAGES:
            likely[home].append(article)
    return [article for articles in likely.values() for article in articles]


def _smaller_sample(length: int, text: Text) -> float:
    """The approximate number of sampled grams of the smaller text."""
    return max(min(SMALLEST + min(length / 8, STORED_ROWS), len(text.sampled)), 1)
