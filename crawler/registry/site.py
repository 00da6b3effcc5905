"""The values of a site file: hosts, addresses of articles, lists, layouts."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal
from urllib.parse import quote

from archive import kinds
from archive.place import SiteFacts
from crawler.registry.strict import Css
from extract.article import Hints

Day = date  # where a field is called date
SiteRegion = Literal[
    "", "central", "portal", "ministry", "province", "city",
    "hongkong", "macau", "taiwan", "overseas", "converter", "archive",
]  # fmt: skip
"""Whose a site is, or where it is printed; empty while nobody said."""
WHERE_AND_WHAT: dict[SiteRegion, tuple[kinds.Region | None, kinds.SiteKind | None]] = {
    "": (None, None),
    "central": ("mainland", "central"),
    "portal": ("mainland", "portal"),
    "ministry": ("mainland", "ministry"),
    "province": ("mainland", "province"),
    "city": ("mainland", "city"),
    "hongkong": ("hongkong", "press"),
    "macau": ("macau", "press"),
    "taiwan": ("taiwan", "press"),
    "overseas": ("overseas", "press"),
    "converter": (None, "converter"),
    "archive": (None, "archive"),
}
"""What `region` of a site file says, apart: where a site is, and what it is."""
Confidence = Literal["H", "M", "L"]
"""How sure what a site file says is: real pages or two sources, one working crawler, inference."""

NOTHING_FOUND = re.compile(
    r"(?:没有|沒有|未能?|无|查無|無)\s*(?:找到|搜[到寻尋]|搜索到|查[到询詢]|檢索到|检索到|相[关關]|符合|匹配|任何)|"
    r"抱歉|(?<!\d)0\s*(?:条|條|篇|个|個|項|项|笔|筆)"
)


@dataclass(frozen=True, slots=True)
class Paging:
    """How page n of a list is called: `match` found in the list's address is replaced by `page`."""

    match: re.Pattern[str]
    page: str
    first: int = 2


@dataclass(frozen=True, slots=True)
class Cms:
    """The settings that all sites of one content system share, from cms.toml."""

    articles: tuple[re.Pattern[str], ...] = ()
    continuations: tuple[re.Pattern[str], ...] = ()
    paging: Paging | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of links. Without `rows` and `links` every link on it that is an article address counts.

    `rows` selects one element per entry, `links` the links (in a row), `dates` the day beside a link (in a
    row). `paging` holds `{page}` and comes from the family where absent; `first` is the second page's number,
    and at most `last` pages are asked for. `descending`: page 2 has the highest number and they count down.
    `next` selects the link to the next page instead, or `next_text` is all its text. `chained`: the address of the
    next page is made of each answer, of a mark that it names or of the numbers of its entries.
    """

    url: str
    rows: Css | None = None
    links: Css | None = None
    dates: Css | None = None
    paging: str | None = None
    first: int = 2
    last: int = 20
    descending: bool = False
    next: Css | None = None
    next_text: str | None = None
    chained: bool = False

    def page(self, number: int) -> str | None:
        """The address of the page with that number; None for lists of one page."""
        return self.paging.replace("{page}", str(number)) if self.paging and self.last > 1 else None

    def includes(self, url: str) -> bool:
        """Whether an address is this list's, or that of one of its further pages."""
        return url == self.url or (self.paging is not None and bool(_numbered(self.paging).fullmatch(url)))


@cache
def _numbered(paging: str) -> re.Pattern[str]:
    return re.compile(re.escape(paging).replace(r"\{page\}", r"\d+"))


@dataclass(frozen=True, slots=True)
class Dated:
    """A folder per day: `url` holds `{date:%Y-%m/%d}`; `pages` selects links to further pages of the day.

    `editions` are the keys of newspapers (rmrb) that share the form; each replaces `{edition}`; `latest` always shows
    the newest issue. `daily` is false for those not printed every day.
    """

    url: str
    editions: tuple[str, ...] = ()
    latest: str | None = None
    since: date | None = None
    until: date | None = None
    daily: bool = True
    pages: Css | None = None
    links: Css | None = None

    def on(self, day: date, edition: str = "") -> str | None:
        """The address of that day's folder, None on days it did not exist."""
        if (self.since and day < self.since) or (self.until and day > self.until):
            return None
        return self.url.format(date=day, edition=edition)


@dataclass(frozen=True, slots=True)
class DataList:
    """A list as data: JSON or JSONP. `items` is the dotted way to the list of entries, empty for the top.

    `link`, `date`, `title` and `source` (来源) are keys of an entry; `paging` as in Listing. A `link` with {keys} is an
    address to be filled in from the entry: "/detail/{id}.html". `token` is the dotted way to what an answer says of
    its next page, which fills `{token}` of `paging`; -1 on the way is the last entry of a list. With `step` the number
    in an address counts entries: page 2 is `step`, page 3 twice that.
    """

    url: str
    link: str
    items: str = ""
    date: str | None = None
    title: str | None = None
    source: str | None = None
    paging: str | None = None
    first: int = 2
    last: int = 20
    step: int = 0
    token: str | None = None

    def page(self, number: int, token: str | None = None) -> str | None:
        """The address of the page with that number, or behind that token; None for lists of one page."""
        if not self.paging or self.last <= 1 or (self.token and not token):
            return None
        counted = (number - 1) * self.step if self.step else number
        return self.paging.replace("{token}", quote(token or "", safe="/:?=&")).replace(
            "{page}", str(counted)
        )


@dataclass(frozen=True, slots=True)
class Search:
    """The site's own search: `url`, or the `body` of a POST of JSON, holds `{query}` in `charset` and `script`.

    `links` selects the links of the results. For answers in JSON, `items`, `link`, `title` and `date` mean the same as
    in DataList. `none` matches the sentence of a page without results. A page that has no links and does not match
    `none` raises an alarm: the site's search has changed.
    """

    url: str
    body: str | None = None
    charset: str = "utf-8"
    script: Literal["hans", "hant"] = "hans"
    links: Css | None = None
    none: re.Pattern[str] = NOTHING_FOUND
    items: str | None = None
    link: str = "url"
    title: str = "title"
    date: str | None = None

    def entries(self) -> DataList:
        """The answer as a list of data."""
        return DataList(self.url, self.link, self.items or "", self.date, self.title)

    def asks(self, url: str) -> bool:
        """Whether an address is one of this search's."""
        return url.startswith(self.url.partition("{query}")[0])


@dataclass(frozen=True, slots=True)
class Layout:
    """Selector hints for pages published in [since, until]; an open end is None."""

    since: Day | None = None
    until: Day | None = None
    charset: str | None = None
    title: tuple[Css, ...] = ()
    kicker: tuple[Css, ...] = ()
    subtitle: tuple[Css, ...] = ()
    body: tuple[Css, ...] = ()
    date: tuple[Css, ...] = ()
    source: tuple[Css, ...] = ()
    byline: tuple[Css, ...] = ()
    editor: tuple[Css, ...] = ()
    paper: tuple[Css, ...] = ()
    remove: tuple[Css, ...] = ()

    def applies_on(self, day: Day) -> bool:
        """Whether a page of that day is laid out so."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Site:
    """One site as its file describes it; every key but `host` and `name` may be absent.

    `hosts` are further hosts of the site, `*.` for all below. `articles` and `continuations` are searched in
    whole addresses; absent ones come from the family, or from the one named by `addresses`. `skip` are
    addresses that look like articles and are none. `expected` is the usual number of articles listed in a run over the
    latest pages, [least, most]: outside it, an alarm. `hours` are [from, to] in Beijing between
    which it may be asked. `scheme` (http or https) replaces the scheme of the site's links.
    `renders` says that pages are empty without a browser. `learned` is the day on which the crawler wrote the file;
    `gone` are lists of a person's file that lead nowhere any more, `looked` hosts of the site that were named and
    looked through; `unfinished`: its time was over before its end. `source` says where the knowledge comes from and
    `confidence` how sure it is; `proven` names real saved pages that it reads as their text and day; none: unproven.
    """

    host: str
    name: str
    hosts: tuple[str, ...] = ()
    site_names: tuple[str, ...] = ()
    region: SiteRegion = ""
    family: str | None = None
    addresses: str | None = None
    articles: tuple[re.Pattern[str], ...] = ()
    continuations: tuple[re.Pattern[str], ...] = ()
    skip: tuple[re.Pattern[str], ...] = ()
    listings: tuple[Listing, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    dated: tuple[Dated, ...] = ()
    json: tuple[DataList, ...] = ()
    search: tuple[Search, ...] = ()
    layouts: tuple[Layout, ...] = ()
    expected: tuple[int, ...] = ()
    delay_s: float = 0.0
    hours: tuple[int, ...] = ()
    scheme: Literal["http", "https"] | None = None
    renders: bool = False
    learned: Day | None = None
    gone: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()
    unfinished: bool = False
    low_trust: str | None = None
    confidence: Confidence = "L"
    proven: tuple[str, ...] = ()
    source: str = ""

    @property
    def facts(self) -> SiteFacts:
        """The facts that the archive keeps of the site."""
        place, kind = WHERE_AND_WHAT[self.region]
        return SiteFacts(
            self.host, self.name, self.site_names, place, kind, self.family, self.low_trust is not None
        )

    def covers(self, host: str) -> bool:
        """Whether the host is one of the site's."""
        return any(_host_matches(pattern, host) for pattern in self.all_hosts())

    def all_hosts(self) -> tuple[str, ...]:
        """The host, its twin with or without www., and the further hosts."""
        twin = self.host.removeprefix("www.") if self.host.startswith("www.") else f"www.{self.host}"
        return (self.host, twin, *self.hosts)

    def is_article(self, url: str) -> bool:
        """Whether the address is the first page of an article."""
        return self.article_key(url) is not None

    def article_key(self, url: str) -> str | None:
        """The part of an article's address that names it, without the tail behind; None for other addresses."""
        if any(pattern.search(url) for pattern in self.skip) or self.first_page(url) is not None:
            return None
        for pattern in self.articles:
            match = before_tail(pattern).search(url)
            if match:
                return url[: match.end()]
        return None

    def first_page(self, url: str) -> str | None:
        """The address of page 1 where this is a further page of an article, else None."""
        for pattern in self.continuations:
            match = before_tail(pattern).search(url)
            if match:
                return url[: match.start("page")] + url[match.end("page") :]
        return None

    def hints(self, day: date) -> Hints:
        """Selectors for a page of a day. The layouts of that day come first, those of other days after them.

        A learned layout is not used here: it only shows that a site has changed. A page must read the same before and
        after the crawler learned something.
        """
        layouts = self.layouts if self.learned is None else ()
        ordered = sorted(layouts, key=lambda layout: not layout.applies_on(day))

        def chain(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(css for layout in ordered for css in getattr(layout, name)))

        return Hints(
            family=self.family,
            charset=next(
                (layout.charset for layout in ordered if layout.charset and layout.applies_on(day)), None
            ),
            **{name: chain(name) for name in SELECTORS},
            site_names=(self.name, *self.site_names),
            low_trust=self.low_trust,
        )


SELECTORS = (
    "title", "kicker", "subtitle", "body", "date", "source", "byline", "editor", "paper", "remove",
)  # fmt: skip


@cache
def before_tail(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A pattern that ends with the address, made to end with the path too: behind it a query may say who clicked."""
    text = pattern.pattern
    if not text.endswith("$") or text.endswith("\\$"):
        return pattern
    return re.compile(rf"(?:{text[:-1]})(?=$|[?&])", pattern.flags)


def _host_matches(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
