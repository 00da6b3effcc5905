"""The registered sites: which of them an address belongs to, and what the address is there."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import WrongUse
from archive.place import Place
from crawler.registry.site import Site
from crawler.registry.sitefile import CMS_FILE, read_site, shipped
from crawler.registry.strict import SiteFileError
from crawler.registry.urls import RefusedAddress, date_in, file_kind, normalised, unwrapped


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
        sites = {site.host: site for site in shipped()}
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
