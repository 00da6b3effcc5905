"""The shapes of article addresses: each shape is judged by its pages that were read."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from crawler.exploring.addresses import NUMBERED, Shape, look, shape_of
from crawler.exploring.outline import WORDLESS, Seen

AT_ONCE = 3  # pages of a shape that are sampled together
CROWD = 5  # headlines of one shape on one page


@dataclass(slots=True)
class ShapeTally:
    """The tally of one shape: pages read as dated articles, other pages, and links that wait for the verdict."""

    articles: int = 0
    others: int = 0
    asked: int = 0
    waiting: list[Seen] = field(default_factory=list)

    @property
    def verdict(self) -> bool | None:
        """Whether addresses of this shape are articles; None while it is not known."""
        if self.articles >= 2 and self.articles >= 3 * self.others:
            return True
        if (self.others >= 2 and not self.articles) or (self.others >= 4 and self.others > self.articles):
            return False
        return None


@dataclass(slots=True)
class Shapes:
    """The tallies of a host, by shape with its words and by shape without."""

    crowds: set[str] = field(default_factory=set)
    exact: dict[str, ShapeTally] = field(default_factory=lambda: defaultdict(ShapeTally))
    wide: dict[str, ShapeTally] = field(default_factory=lambda: defaultdict(ShapeTally))
    slugs: dict[str, ShapeTally] = field(default_factory=lambda: defaultdict(ShapeTally))

    @property
    def asked(self) -> bool:
        """Whether a sample is still to be read."""
        return any(tally.asked > tally.articles + tally.others for tally in self.exact.values())

    def verdict(self, url: str) -> bool | None:
        """Whether an address is an article's, by the verdict on its shape, else by its look."""
        shape = shape_of(url)
        found = True if self.is_proven(url) else self.exact[shape.exact].verdict
        if found is None and look(url) == "article" and self.exact[shape.exact].others < 3:
            return True
        return found

    def is_proven(self, url: str) -> bool:
        """Whether pages of an address's shape were read as articles, whatever it looks like."""
        shape = shape_of(url)
        found = self.exact[shape.exact].verdict
        alike = [self.wide[shape.wide]] if NUMBERED.search(shape.wide + shape.exact) else []
        alike += [self.slugs[shape.slug]] if shape.slug else []
        if found is None:
            return any(tally.articles >= 4 and not tally.others for tally in alike)
        return found

    def crowd(self, links: list[Seen]) -> None:
        """Note shapes that a page has many headlines of, whatever rows it prints them in."""
        shapes = [shape_of(link.url) for link in links if link.chinese >= WORDLESS]
        counts = Counter(shape.exact for shape in shapes if NUMBERED.search(shape.exact))
        counts.update(shape.slug for shape in shapes if shape.slug != shape.exact)
        self.crowds.update(name for name, times in counts.items() if name and times >= CROWD)

    def _is_crowd(self, url: str) -> bool:
        shape = shape_of(url)
        return shape.exact in self.crowds or shape.slug in self.crowds

    def may_be_article(self, link: Seen) -> bool:
        """Whether a link may be an article's, by its shape, else by its address, its words and the day beside it."""
        seems, verdict = look(link.url, headlined=link.is_headlined), self.verdict(link.url)
        if verdict is not None:
            return verdict and (link.chinese >= 4 or not link.text or seems == "article")
        if seems == "list" and link.is_entry:
            shape = shape_of(link.url)
            return bool(link.text) or bool(shape.slug) or "{" in shape.exact.rstrip("/").rpartition("/")[2]
        if seems == "list":
            is_slug = link.in_row and bool(shape_of(link.url).slug)
            return link.chinese >= 10 and (link.day is not None or is_slug or self._is_crowd(link.url))
        if seems == "maybe":
            return link.chinese >= 6 or (link.chinese >= 4 and link.day is not None)
        return link.chinese >= WORDLESS and (link.day is not None or link.in_row or self._is_crowd(link.url))

    def read(self, url: str, *, is_article: bool) -> None:
        """Note whether a page was read as an article."""
        shape = shape_of(url)
        for tally in (self.exact[shape.exact], self.wide[shape.wide], self.slugs[shape.slug]):
            tally.articles += is_article
            tally.others += not is_article

    def sample(self, seen: Seen, *, may_ask: bool = True) -> bool:
        """Whether to ask for a link's page as a sample of its shape; else the link waits for the verdict."""
        tally = self.exact[shape_of(seen.url).exact]
        if may_ask and tally.asked - tally.articles - tally.others < AT_ONCE:
            tally.asked += 1
            return True
        tally.waiting.append(seen)
        return False

    def released(self, url: str, *, may_ask: bool = True) -> tuple[list[Seen], list[Seen], list[Seen]]:
        """Links that waited for the page at an address, and wait no longer: links to articles, further samples, and
        others."""
        tally = self.exact[shape_of(url).exact]
        waiting, tally.waiting = tally.waiting, []
        if self.is_proven(url):
            return waiting, [], []
        if self.verdict(url) is False:
            return [], [], waiting
        return [], [seen for seen in waiting if self.sample(seen, may_ask=may_ask)], []

    def articles(self) -> list[tuple[Shape, ShapeTally, bool]]:
        """The shapes that are articles, each with its tally and whether its folders' words are left open."""
        by_wide: dict[str, list[str]] = defaultdict(list)
        shapes: dict[str, Shape] = {}
        for name, tally in self.exact.items():
            if tally.articles and tally.verdict is not False and (shape := self._shape(name)):
                shapes[name] = shape
        alike = Counter(shape.slug for shape in shapes.values())
        slugs = {
            slug for slug, names in alike.items() if slug and names >= 2 and self._is_sure(self.slugs[slug])
        }
        found = [(Shape(slug, slug), self.slugs[slug], False) for slug in sorted(slugs)]
        for name, shape in shapes.items():
            if shape.slug not in slugs:
                by_wide[shape.wide].append(name)
        for wide, names in by_wide.items():
            total = self.wide[wide]
            if len(names) >= 2 and NUMBERED.search(wide) and self._is_sure(total):
                found.append((shapes[names[0]], total, True))
            else:
                found += [(shapes[name], self.exact[name], False) for name in names]
        return sorted(found, key=lambda entry: -entry[1].articles)

    @staticmethod
    def _is_sure(tally: ShapeTally) -> bool:
        return tally.articles >= 6 * tally.others

    def _shape(self, exact: str) -> Shape | None:
        return self._known.get(exact)

    _known: dict[str, Shape] = field(default_factory=dict)

    def remember(self, url: str) -> Shape:
        """The shape of an address, kept to be written down."""
        shape = shape_of(url)
        self._known[shape.exact] = shape
        return shape
