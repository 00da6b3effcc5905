"""The registry of sites: one TOML file each, read strictly, answering where an address belongs."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import WrongUse
from archive.place import Place
from crawler.registry.strict import Css, SiteFileError, filled, suggestion
from crawler.registry.urls import RefusedAddress, date_in, file_kind, normalised, unwrapped
from extract.article import Hints

SHIPPED = Path(__file__).parents[1] / "sites"
CMS_FILE = Path(__file__).parent / "cms.toml"
READING_FAMILIES = Path(str(files("extract.page"))) / "families"

Day = date  # where a field is called date

NOTHING_FOUND = re.compile(
    r"(?:没有|沒有|未能?|无|查無|無)\s*(?:找到|搜[到寻尋]|搜索到|查[到询詢]|檢索到|检索到|相[关關]|符合|匹配|任何)|"
    r"抱歉|共?\s*(?:找到|有)?\s*(?<!\d)0\s*(?:条|條|篇|个|個|項|项|笔|筆)"
)

CONFIDENCES = ("H", "M", "L")  # real pages or two sources, one working crawler, inference


# ---------------------------------------------------------------------- what a site file says


@dataclass(frozen=True, slots=True)
class Paging:
    """How page n of a list is called: `match` found in the list's address is replaced by `page`."""

    match: re.Pattern[str]
    page: str
    first: int = 2


@dataclass(frozen=True, slots=True)
class Cms:
    """What the sites of one content system share, from cms.toml."""

    articles: tuple[re.Pattern[str], ...] = ()
    continuations: tuple[re.Pattern[str], ...] = ()
    paging: Paging | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of links. Without `rows` and `links` every link on it that is an article address counts.

    `rows` selects one element per entry, `links` the links (in a row), `dates` the day beside a link (in a
    row). `paging` holds `{page}` and comes from the family where absent; `first` is the second page's number,
    and at most `last` pages are asked for. `descending`: page 2 has the highest number and they count down.
    `next` selects the link to the next page instead.
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

    def page(self, number: int) -> str | None:
        """The address of the page with that number; None for lists of one page."""
        return self.paging.replace("{page}", str(number)) if self.paging and self.last > 1 else None

    def holds(self, url: str) -> bool:
        """Whether an address is this list's, or that of one of its further pages."""
        return url == self.url or (self.paging is not None and bool(_numbered(self.paging).fullmatch(url)))


@cache
def _numbered(paging: str) -> re.Pattern[str]:
    return re.compile(re.escape(paging).replace(r"\{page\}", r"\d+"))


@dataclass(frozen=True, slots=True)
class Dated:
    """A folder per day: `url` holds `{date:%Y-%m/%d}`; `pages` selects links to further pages of the day.

    `editions` are the keys of newspapers (rmrb) that share the form, and stand for `{edition}`; `latest` always shows
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

    `link`, `date`, `title` and `source` (来源) are keys of an entry; `paging` as in Listing.
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

    def page(self, number: int) -> str | None:
        """The address of the page with that number; None for lists of one page."""
        return self.paging.replace("{page}", str(number)) if self.paging and self.last > 1 else None


@dataclass(frozen=True, slots=True)
class Search:
    """The site's own search: `url`, or the `body` of a POST of JSON, holds `{query}` in `charset` and `script`.

    `links` selects the links of what was found; for answers in JSON, `items`, `link`, `title` and `date` are as in
    DataList. `none` is what a page says that found nothing: one without links that does not say so has changed.
    """

    url: str
    body: str | None = None
    charset: str = "utf-8"
    script: str = "hans"
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

    def holds(self, day: Day) -> bool:
        """Whether a page of that day is laid out so."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Site:
    """One site as its file describes it; every key but `host` and `name` may be absent.

    `hosts` are further hosts of the site, `*.` for all below. `articles` and `continuations` are searched in
    whole addresses; absent ones come from the family, or from the one named by `addresses`. `skip` are
    article-like addresses that are none. `expected` is the usual number of articles listed in a run over the
    latest pages, [least, most]: outside it, an alarm. `hours` are [from, to] in Beijing between
    which it may be asked. `scheme` is the one links are asked with, whatever they say.
    `renders` says that pages are empty without a browser. `source` tells where the knowledge comes from and
    `confidence` how sure it is.
    """

    host: str
    name: str
    hosts: tuple[str, ...] = ()
    site_names: tuple[str, ...] = ()
    region: str = ""
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
    scheme: str | None = None
    renders: bool = False
    low_trust: str | None = None
    confidence: str = "L"
    source: str = ""

    def covers(self, host: str) -> bool:
        """Whether the host is one of the site's."""
        return any(_host_matches(pattern, host) for pattern in self.all_hosts())

    def all_hosts(self) -> tuple[str, ...]:
        """The host, its twin with or without www., and the further hosts."""
        twin = self.host.removeprefix("www.") if self.host.startswith("www.") else f"www.{self.host}"
        return (self.host, twin, *self.hosts)

    def is_article(self, url: str) -> bool:
        """Whether the address is the first page of an article."""
        if any(pattern.search(url) for pattern in (*self.skip, *self.continuations)):
            return False
        return any(pattern.search(url) for pattern in self.articles)

    def first_page(self, url: str) -> str | None:
        """The address of page 1 where this is a further page of an article, else None."""
        for pattern in self.continuations:
            match = pattern.search(url)
            if match:
                return url[: match.start("page")] + url[match.end("page") :]
        return None

    def hints(self, day: date) -> Hints:
        """Selectors for a page of that day; those of other days follow as second choices."""
        ordered = sorted(self.layouts, key=lambda layout: not layout.holds(day))

        def chain(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(css for layout in ordered for css in getattr(layout, name)))

        return Hints(
            family=self.family,
            charset=next(
                (layout.charset for layout in ordered if layout.charset and layout.holds(day)), None
            ),
            **{name: chain(name) for name in SELECTORS},
            site_names=(self.name, *self.site_names),
            low_trust=self.low_trust,
        )


SELECTORS = (
    "title", "kicker", "subtitle", "body", "date", "source", "byline", "editor", "paper", "remove",
)  # fmt: skip


def _host_matches(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


# ---------------------------------------------------------------------- reading site files

Families = Mapping[str, Mapping[str, Any]]


class SiteFiles:
    """The registered sites, longest host first: archive.place.SiteBook.

    `broken` says by host what is wrong with files that were passed over.
    """

    def __init__(self, sites: Mapping[str, Site], broken: Mapping[str, str] | None = None) -> None:
        self.sites = dict(sorted(sites.items()))
        self.broken = dict(broken or {})
        named = [(host, site) for site in self.sites.values() for host in site.all_hosts()]
        self._below = {host[1:]: site for host, site in named if host.startswith("*.")}
        self._exact = {host: site for host, site in named if not host.startswith("*.")}
        self._exact |= {
            site.host: site for site in self.sites.values()
        }  # a site's own host before another's www. twin

    @classmethod
    def load(cls, extra: Path | None = None) -> "SiteFiles":
        """The shipped site files, and those of a folder of one's own: the same host there replaces ours.

        Raises:
            SiteFileError: a file that is not understood, or no such folder.
        """
        book = cls.for_run(str(extra) if extra is not None else None)
        for message in book.broken.values():
            raise SiteFileError(message)
        return book

    @classmethod
    def for_run(cls, extra: str | None) -> "SiteFiles":
        """The same, but a file of one's own that is not understood costs its site alone: it stands in `broken`.

        Raises:
            SiteFileError: no such folder.
        """
        sites = {site.host: site for site in _shipped()}
        families = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
        broken: dict[str, str] = {}
        if extra and not Path(extra).is_dir():
            raise SiteFileError(f"ZHUANZAI_SITES_DIR: {extra} is no folder")
        for path in sorted(Path(extra).glob("*.toml")) if extra else ():
            sites.pop(path.stem, None)
            try:
                sites[path.stem] = read_site(path, families)
            except SiteFileError as error:
                broken[path.stem] = str(error)
        return cls(sites, broken)

    def __iter__(self) -> Iterator[Site]:
        return iter(self.sites.values())

    def site_of(self, url: str) -> Site | None:
        """The site behind an address that is nobody's gateway; None where no file covers its host."""
        host = _host_in(url)
        if host in self._exact:
            return self._exact[host]
        labels = host.split(".")
        suffixes = ("." + ".".join(labels[n:]) for n in range(1, len(labels)))
        return next((self._below[suffix] for suffix in suffixes if suffix in self._below), None)

    def named(self, names: str) -> tuple[Site, ...]:
        """The sites of a comma list of hosts.

        Raises:
            WrongUse: a host without a site file, with the nearest ones that have one.
        """
        found = []
        for name in filter(None, (part.strip().lower() for part in names.split(","))):
            if name in self.broken:
                raise WrongUse(self.broken[name])
            site = self._exact.get(name)
            if site is None:
                near = difflib.get_close_matches(name, list(self.sites), n=3, cutoff=0.5)
                hint = f"; did you mean {' or '.join(near)}?" if near else "; `scrapy sites` lists them"
                raise WrongUse(f"site={name}: no such site file{hint}")
            found.append(site)
        if not found:
            raise WrongUse("site= names no host; `scrapy sites` lists them")
        return tuple(dict.fromkeys(found))

    def place(self, url: str, on: date) -> Place:
        """Where an address belongs, in the layout of the day in the address, else of the day of capture."""
        behind = unwrapped(url)
        try:
            original = normalised(behind.url, ports=frozenset())
        except RefusedAddress:  # a record may hold any address; what is no address has no place
            original = behind.url
        site = self.site_of(original)
        host = site.host if site else _host_in(original)
        first = site.first_page(original) if site else None
        role = _role(site, original)
        return Place(
            site=host,
            role=role,
            original_url=original if behind.url != url else url,
            via="commoncrawl" if role == "enclosed" else behind.via,
            hints=site.hints(date_in(original) or on) if site else None,
            first_url=url.replace(behind.url, first) if first and behind.url in url else first,
            archived_at=_padded(behind.timestamp) if behind.timestamp else None,
            renders=site.renders if site else False,
        )


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[" and the like, in records of other tools
        return ""


NO_PAGES = re.compile(
    r"^(?:css|js|jsonp?|xml|rss|gz|zip|pdf|docx?|xlsx?|jpe?g|png|gif|webp|svg|ico|bmp|mp[34]|m3u8|ts|flv|woff2?"
    r"|ttf|txt|swf|apk)$"
)
INDEX = re.compile(r"(?:/|/(?:index|default|list|node|nbs)[\w.]*\.\w+|ShowClass\.asp\?.*)$", re.IGNORECASE)


COMMON_CRAWL = re.compile(r"^https?://data\.commoncrawl\.org/.+\.warc\.gz$")


def _role(site: Site | None, url: str) -> str:
    if COMMON_CRAWL.match(url):
        return "enclosed"
    if NO_PAGES.match(file_kind(url)):
        return "other"
    if site is None:
        return "unknown"
    if site.first_page(url):
        return "continuation"
    if site.is_article(url):
        return "article"
    if INDEX.search(url) or any(listing.holds(url) for listing in site.listings):
        return "listing"
    if any(search.asks(url) for search in site.search):
        return "listing"
    return "unknown"


def _padded(timestamp: str) -> str:
    """A web archive's timestamp as ISO 8601 UTC; short ones start at the beginning of what they name."""
    full = timestamp + "00000101000000"[len(timestamp) :]
    return f"{full[:4]}-{full[4:6]}-{full[6:8]}T{full[8:10]}:{full[10:12]}:{full[12:14]}Z"


@cache  # a crawl asks four times, a third of a second each
def _shipped() -> tuple[Site, ...]:
    return tuple(_read_folder(SHIPPED))


def _read_folder(folder: Path) -> Iterator[Site]:
    families = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.toml")):
        yield read_site(path, families)


def read_site(path: Path, families: Families) -> Site:
    """The site that a file describes.

    Raises:
        SiteFileError: no TOML, an unknown or missing key, a value of the wrong type, a bad pattern.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteFileError(f"{path}: {error}") from error
    site: Site = filled(Site, table, str(path))
    if path.stem != site.host:
        raise SiteFileError(f"{path}: host is {site.host!r}, the file's name says {path.stem!r}")
    if site.confidence not in CONFIDENCES:
        raise SiteFileError(f"{path}: confidence is {site.confidence!r}, wanted {', '.join(CONFIDENCES)}")
    if site.scheme not in (None, "http", "https"):
        raise SiteFileError(f"{path}: scheme is {site.scheme!r}, wanted http or https")
    if site.expected and (len(site.expected) != 2 or site.expected[0] > site.expected[1]):
        raise SiteFileError(f"{path}: expected is {list(site.expected)}, wanted [least, most]")
    if site.hours and (len(site.hours) != 2 or not all(0 <= hour <= 24 for hour in site.hours)):
        raise SiteFileError(
            f"{path}: hours is {list(site.hours)}, wanted [from, to], hours of the day in Beijing"
        )
    for pattern in site.continuations:
        if "page" not in pattern.groupindex:
            raise SiteFileError(f"{path}: continuations: {pattern.pattern!r} has no group (?P<page>…)")
    _check_templates(site, path)
    return _with_family(site, families, str(path))


def _check_templates(site: Site, path: Path) -> None:
    for dated in site.dated:
        try:
            if dated.url.format(date=date(2020, 2, 10), edition="{edition}") == dated.url:
                raise SiteFileError(f"{path}: dated: {dated.url!r} has no {{date:%Y-%m/%d}} or the like")
        except (KeyError, IndexError, ValueError) as error:
            raise SiteFileError(f"{path}: dated: {dated.url!r}: {error!r}, wanted only {{date:…}}") from error
    wanted = [(listing.paging, "page") for listing in site.listings]
    wanted += [(spec.paging, "page") for spec in site.json]
    wanted += [(search.url + (search.body or ""), "query") for search in site.search]
    for search in site.search:
        if search.script not in ("hans", "hant"):
            raise SiteFileError(f"{path}: search: script is {search.script!r}, wanted hans or hant")
        try:
            "".encode(search.charset)
        except LookupError as error:
            raise SiteFileError(f"{path}: search: {error}") from error
    for template, name in wanted:
        if template is not None and f"{{{name}}}" not in template:
            raise SiteFileError(f"{path}: {template!r} has no {{{name}}}")


def _with_family(site: Site, families: Families, where: str) -> Site:
    markup = [path.stem for path in READING_FAMILIES.glob("*.toml")]
    for key, name, known in (
        ("family", site.family, sorted({*families, *markup})),
        ("addresses", site.addresses, sorted(families)),
    ):
        if name is not None and name not in known:
            raise SiteFileError(f"{where}: {key} is {name!r}{suggestion(name, known)}")
    system = site.addresses or site.family or ""
    cms: Cms = filled(Cms, families.get(system, {}), f"{CMS_FILE.name}: {system}")
    site = replace(
        site,
        articles=site.articles or cms.articles,
        continuations=site.continuations or cms.continuations,
        listings=tuple(_paged(listing, cms.paging) for listing in site.listings),
    )
    if not site.articles and (site.listings or site.sitemaps or site.feeds or site.dated):
        raise SiteFileError(
            f"{where}: articles is missing, and family {site.family!r} has no article addresses"
        )
    return site


def _paged(listing: Listing, paging: Paging | None) -> Listing:
    if listing.paging or listing.next or paging is None or not paging.match.search(listing.url):
        return listing
    return replace(listing, paging=paging.match.sub(paging.page, listing.url), first=paging.first)
