"""The articles of a host that is explored: links that may be articles', samples of their shapes, what was proven."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from crawler.exploring.addresses import is_foreign, look, shape_of
from crawler.exploring.evidence import Shapes
from crawler.exploring.frontier import Frontier, Lead, Purse, bare
from crawler.exploring.outline import Seen
from crawler.exploring.paging import is_notice, is_step
from crawler.finding.arguments import Days
from crawler.registry.site import Site

CONTINUED = re.compile(r"(?P<page>[_-]\d{1,2})(?=\.\w+$)|(?P<query>[?&][Pp]age=\d{1,2})$")


@dataclass(slots=True)
class Pursuit:
    """The articles met on a host, and those that are ready to be asked for.

    Of an address `held` says that the archive has its page, `reads` that an article was read from that, `owns`
    that it is of this site and no other's.
    """

    site: Site
    front: str
    today: date
    days: Days
    budget: int
    held: Callable[[str], bool]
    owns: Callable[[str], bool]
    reads: Callable[[str], bool] = bool
    is_registered: Callable[[str], bool] = bool
    shapes: Shapes = field(default_factory=Shapes)
    frontier: Frontier = field(default_factory=Frontier)
    articles: dict[str, Seen] = field(default_factory=dict)
    ready: list[Seen] = field(default_factory=list)
    purse: Purse = field(init=False)

    def not_asked(self, url: str) -> None:
        """An article or sample that the run does not want: of another day, or held."""
        tally = self.shapes.exact[shape_of(url).exact]
        tally.asked = max(0, tally.asked - 1)
        self._release(url)

    def lost_article(self, url: str) -> None:
        """A page that did not come, though it looked like an article."""
        self.purse.spent += 1
        tally = self.shapes.exact[shape_of(url).exact]
        tally.asked = max(0, tally.asked - 1)
        self._release(url)

    def is_sure(self, url: str) -> bool:
        """Whether an address is known to be an article's; of others a few are sampled first."""
        return self.site.is_article(url) or self.shapes.is_proven(url)

    def _is_ours(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return self.owns(url) and not is_foreign(host, self.site.host)

    def _take(self, link: Seen) -> bool:
        """Whether a link is an article's, or may be; samples and articles become ready to be asked for."""
        if self.site.is_article(link.url):
            return True
        if self.site.first_page(link.url) is not None or is_notice(link):
            return False
        seems = look(link.url, headlined=link.is_headlined)
        if seems == "trap" or is_step(link):
            return False
        match = CONTINUED.search(link.url)
        if match and bare(link.url[: match.start()] + link.url[match.end() :]) in self.articles:
            return False
        return self.shapes.may_be_article(link)

    def _meet(self, links: list[Seen]) -> int:
        """Ask for articles nobody had met before, or sample their shapes; how many they are."""
        new = 0
        for link in links:
            key = bare(link.url)
            if key in self.articles or self.frontier.gave_out(link.url):
                continue
            self.articles[key] = link
            new += 1
            self._want(link)
        return new

    def _want(self, link: Seen) -> None:
        if self.held(link.url):
            if not self.reads(link.url):
                return  # fetched before, and no article
            self.shapes.remember(link.url)
            self.shapes.read(link.url, is_article=True)
            self.purse.proven += 1
            self._release(link.url)
            return
        if self.is_sure(link.url) or self.shapes.sample(link, may_ask=self.purse.can_pay()):
            self.ready.append(link)

    def _release(self, url: str) -> None:
        articles, samples, others = self.shapes.released(url, may_ask=self.purse.can_pay())
        self.ready += [*articles, *samples]
        for seen in others:
            if seen.is_entry:  # what data names without a title may be an issue, or a day
                self.frontier.add(Lead(seen.url, score=1.2, depth=2))
