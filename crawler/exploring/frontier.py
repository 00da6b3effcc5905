"""The addresses still to look at on a host, best first by their yield so far, and the pages that looking may cost."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from crawler.exploring.addresses import WORDS, look, shape_of
from crawler.exploring.outline import PART, Seen

Kind = Literal["page", "map", "feed", "data", "probe"]
"""What a request is for: a page, a sitemap, a feed, a list as data, a guessed next page."""

GUESSES = ("/sitemap.xml", "/sitemap_index.xml")
MOST_WAITING = 3_000
MOST_SPARE = 12
FRUITLESS = 3  # pages of one shape without anything new, after which the rest of the shape is left
CREDIT = 0.2  # pages of a list that each article found pays for: 1.3 requests an article at most
IDLE_PAGES = 10  # pages without a new article, after which the rest is not worth asking for
MOST_DEAD = 20
_NEWS, _MORE, _POOR = (
    re.compile(WORDS["channels"][name], re.IGNORECASE) for name in ("news", "more", "poor")
)


@dataclass(frozen=True, slots=True)
class Lead:
    """An address to look at. `of` is the list that it continues, `number` its page's number there."""

    url: str
    kind: Kind = "page"
    score: float = 0.0
    depth: int = 0
    text: str = ""
    of: str | None = None
    number: int = 1

    def continued_by(self, url: str) -> str | None:
        """The list that an address goes on, where only its parameters are others; None for a list of its own."""
        return (self.of or self.url) if url.partition("?")[0] == self.url.partition("?")[0] else None


@dataclass(slots=True)
class _Tally:
    """The yield of the addresses of one shape."""

    looked: int = 0
    new: int = 0


@dataclass(slots=True)
class Frontier:
    """Ways by address; each is given out once."""

    months: dict[str, None] = field(default_factory=dict)
    """Pages of all articles of a month that were linked, in that order."""
    maps: set[str] = field(default_factory=set)
    """Sitemaps that robots.txt or a page names."""
    spare: dict[str, Lead] = field(default_factory=dict)
    """Links that promise nothing, for hosts without anything better."""
    _waiting: dict[str, Lead] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _tallies: dict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))

    def __len__(self) -> int:
        return len(self._waiting) + len(self.months) + len(self.spare)

    def add(self, way: Lead) -> None:
        """Let an address wait, unless it was given out; the better score counts."""
        key = bare(way.url)
        before = self._waiting.get(key)
        if key in self._seen or (before is not None and before.score >= way.score):
            return
        if before is None and len(self._waiting) >= MOST_WAITING:
            return
        self._waiting[key] = way

    def add_all(self, ways: Iterable[Lead]) -> None:
        """Let several addresses wait."""
        for way in ways:
            self.add(way)

    def pass_over(self, url: str) -> None:
        """Never give an address out: it was asked for elsewhere."""
        self._seen.add(bare(url))
        self._waiting.pop(bare(url), None)

    def gave_out(self, url: str) -> bool:
        """Whether an address was given out, or passed over."""
        return bare(url) in self._seen

    def forget(self, url: str) -> None:
        """Let an address be given out again."""
        self._seen.discard(bare(url))

    def guess_maps(self, front: str) -> None:
        """Try the usual addresses of sitemaps, where none is named."""
        base = "/".join(front.split("/")[:3])
        for path in () if self.maps else GUESSES:
            self.add(Lead(base + path, "map", score=3.2))

    def best(self) -> Lead | None:
        """The way that promises most; None where nothing is left that promises anything."""
        while self._waiting:
            key = max(self._waiting, key=lambda name: self._worth(self._waiting[name]))
            way = self._waiting[key]
            if self._worth(way) < 0:
                return None
            self.pass_over(way.url)
            return way
        return None

    def last_resort(self, *, has_lists: bool, is_poor: bool) -> Lead | None:
        """Where nothing else is left: pages of all articles of a month, if no list was found beside the front page.

        Of a host that is poor, without an article so far, also links that promise nothing: the choice of a language.
        """
        months, self.months = self.months, {}
        for url in () if has_lists else months:
            self.add(Lead(url, score=0.3, depth=1))
        if is_poor and not self._waiting:
            spare, self.spare = self.spare, {}
            self.add_all(spare.values())
        return self.best()

    def keep_spare(self, way: Lead) -> None:
        """Keep an address that promises nothing for the time when nothing else is left."""
        if len(self.spare) < MOST_SPARE:
            self.spare.setdefault(bare(way.url), way)

    def take_out(self, fits: Callable[[Lead], bool]) -> None:
        """Let the addresses that fit wait no longer."""
        for key in [key for key, way in self._waiting.items() if way.of is None and fits(way)]:
            self._waiting.pop(key)

    def led_to(self, way: Lead, new: int) -> None:
        """Note how many articles nobody had met before a way led to."""
        tally = self._tallies[_shape(way)]
        tally.looked += 1
        tally.new += new

    def _worth(self, way: Lead) -> float:
        if way.kind in ("map", "feed", "data"):
            return way.score
        tally = self._tallies.get(_shape(way))
        if tally is None or not tally.looked:
            return way.score
        if not tally.new and tally.looked >= FRUITLESS:
            return -1.0
        if not tally.new:
            return max(way.score - 1.0, min(way.score, 0.01))  # one fruitless page of a shape is no verdict
        return way.score + min(2.0, tally.new / tally.looked / 5)


def promise(seen: Seen, depth: int, host: str) -> float:
    """How much a link promises to lead to a channel of news."""
    text = seen.text if len(seen.text) <= 16 else ""
    score = 3.0 * bool(_NEWS.search(text)) + 2.5 * bool(_MORE.search(text)) - 2.5 * bool(_POOR.search(text))
    score += 1.5 if look(seen.url) == "list" else 0.3
    score += 1.0 * seen.in_navigation + 1.0 * (2 <= seen.chinese <= 6) - 1.5 * (seen.chinese > 10)
    score += 2.0 * (seen.marks == PART) - 0.7 * depth
    if (urlsplit(seen.url).hostname or "") != host:
        score -= 0.3
    return score


def bare(url: str) -> str:
    """An address without its scheme, and without the index.html that names a folder."""
    rest = url.partition("//")[2]
    return re.sub(r"/(?:index|default)\.(?:s?html?|php|asp|aspx|jsp)$", "/", rest)


def _shape(way: Lead) -> str:
    if way.of is not None:
        return f"{way.kind} {way.of}"
    shape = shape_of(way.url).exact
    return f"{way.kind}  {shape if shape.strip('/') else way.url}"  # front pages of hosts are not alike


@dataclass(slots=True)
class Purse:
    """What one exploration has spent, and what it may spend.

    `budget` counts pages that are no articles. `is_late`: its time is over.
    """

    budget: int
    spent: int = 0
    proven: int = 0
    """Pages that were read as articles, or are held as such: each pays for a part of a list's page."""
    idle: int = 0
    dead: int = 0  # other hosts of the site that did not answer: links to further ones promise less
    is_late: bool = False

    def can_pay(self, more: int = 0) -> bool:
        """Whether the budget allows pages that may be no articles; only pages read as articles add to it."""
        return not self.is_late and self.spent + more < self.budget + int(CREDIT * self.proven)

    def may_go_on(self, more: int = 0) -> bool:
        """Whether a further page is worth its price."""
        return self.can_pay(more) and self.idle < IDLE_PAGES

    def lost_elsewhere(self) -> None:
        """Take back a page asked of another host that did not answer: its own budget, not this one's."""
        self.dead += 1
        self.spent -= self.dead <= MOST_DEAD
