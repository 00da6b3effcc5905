"""The registered sites: to which site an address belongs, and its role there."""

import difflib
import hashlib
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from archive.errors import WrongUse
from archive.kinds import Role
from archive.place import Place, SiteFacts
from crawler.registry.site import Site
from crawler.registry.sitefile import CMS_FILE, Families, read_site, shipped
from crawler.registry.strict import SiteFileError
from crawler.registry.urls import RefusedAddress, date_in, file_kind, normalised, unwrapped
from extract.script.fold import fold

log = logging.getLogger(__name__)


class SiteFiles:
    """The registered sites, longest host first: archive.place.SiteBook.

    `written` are the files by persons, `learned` the files by the crawler. `sites` has both, joined for each site.
    `broken` has, by host, the error of each file that was passed over.
    """

    def __init__(
        self,
        sites: Mapping[str, Site],
        broken: Mapping[str, str] | None = None,
        learned: Mapping[str, Site] | None = None,
    ) -> None:
        self.learned = dict(sorted((learned or {}).items()))
        self.written = dict(sorted(sites.items()))
        self.broken = dict(broken or {})
        self.own_digest = ""
        """Of the files in ZHUANZAI_SITES_DIR, which the record names; empty without any."""
        self._join()

    def _join(self) -> None:
        """Join the files that persons wrote with the learned files."""
        alone = {host: site for host, site in self.learned.items() if host not in self.written}
        both = {
            host: joined(site, self.learned[host]) if host in self.learned else site
            for host, site in self.written.items()
        }
        self.sites = dict(sorted({**alone, **both}.items()))
        named = [(host, site) for site in self.sites.values() for host in site.all_hosts()]
        self._below = {host[1:]: site for host, site in named if host.startswith("*.")}
        self._exact = {host: site for host, site in named if not host.startswith("*.")}
        self._exact |= {
            site.host: site for site in self.sites.values()
        }  # a site's own host before another's www. twin

    @classmethod
    def load(cls, extra: Path | None = None, learned: Path | None = None) -> "SiteFiles":
        """The shipped site files, and those of a folder of one's own: the same host there replaces ours.

        `learned` is the folder of files that the crawler wrote; one that is not understood is as good as none.

        Raises:
            SiteFileError: a file that is not understood, or no such folder.
        """
        book = cls.for_run(str(extra) if extra is not None else None, learned)
        for message in book.broken.values():
            raise SiteFileError(message)
        return book

    @classmethod
    def for_run(cls, extra: str | None, learned: Path | None = None) -> "SiteFiles":
        """As `load`, but an own file that is not understood is passed over; `broken` names it, other sites are loaded.

        Raises:
            SiteFileError: no such folder.
        """
        sites = {site.host: site for site in shipped()}
        families = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
        broken: dict[str, str] = {}
        if extra and not Path(extra).is_dir():
            raise SiteFileError(f"ZHUANZAI_SITES_DIR: {extra} is no folder")
        own = sorted(Path(extra).glob("*.toml")) if extra else []
        for path in own:
            sites.pop(path.stem, None)
            try:
                sites[path.stem] = read_site(path, families)
            except SiteFileError as error:
                broken[path.stem] = str(error)
        book = cls(sites, broken, _learned(learned, families))
        book.own_digest = _digest(own)
        return book

    def learn(self, site: Site) -> None:
        """Add the learned file of a site; a person's file stays as it is."""
        self.learned[site.host] = site
        self._join()

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

    def called(self, name: str) -> tuple[Site, ...]:
        """The sites that have a name (央视网, 焦作日报), in either script; none if no site has it.

        Imitations that use the name of another site are left out: their files set `low_trust`.
        """
        key = fold(name)
        found = [site for site in self if key and key in map(fold, (site.name, *site.site_names))]
        return tuple([site for site in found if site.low_trust is None] or found)

    def one(self, name: str) -> Site | None:
        """The site of a host or of a name; None where neither is known.

        Raises:
            WrongUse: several sites bear the name, or the host's file is not understood.
        """
        if name in self.broken:
            raise WrongUse(self.broken[name])
        if name in self._exact:
            return self._exact[name]
        found = self.called(name)
        if len(found) > 1:
            raise WrongUse(
                f"site={name}: {len(found)} sites bear this name; name a host: {', '.join(site.host for site in found)}"
            )
        return found[0] if found else None

    def facts(self) -> Iterator[SiteFacts]:
        """The facts that the archive keeps of every site: archive.place.Described."""
        return (site.facts for site in self)

    def nearest(self, host: str) -> list[str]:
        """Hosts with a file, or names of sites, that are much like one without."""
        known = [*self.sites, *(site.name for site in self)]
        return list(dict.fromkeys(difflib.get_close_matches(host, known, n=3, cutoff=0.5)))

    def was_explored(self, host: str, beside: Sequence[str] = ()) -> bool:
        """Whether the crawler explored a site with all these hosts before, and wrote a file for it."""
        learned = self.learned.get(host)
        is_whole = learned is not None and learned.learned != date.min and not learned.unfinished
        return learned is not None and is_whole and set(beside) <= set(learned.looked)

    def entered(self, host: str) -> Site:
        """The site that a host belongs to.

        A host that no file covers becomes a site that has only its own name. Raises WrongUse if this is no host name,
        or if its file is not understood.
        """
        known = self.one(host)
        if known is None and not HOST.fullmatch(
            host
        ):  # a file may name a bare address: an archive on one's own machine
            raise WrongUse(f"site={host}: no host name; wanted something like www.example.cn")
        return known or self.site_of(f"http://{host}/") or unwritten(host)

    def named(self, names: str) -> tuple[Site, ...]:
        """The sites of a comma list of hosts or names.

        Raises:
            WrongUse: a host without a site file, with the nearest ones that have one.
        """
        found = []
        for name in listed(names):
            site = self.one(name)
            if site is None:
                near = self.nearest(name)
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
        written = self.written.get(host, site)  # what a page is does not change by what was learned later
        first = site.first_page(original) if site else None
        role = _role(written, original)
        return Place(
            site=host,
            role=role,
            original_url=original if behind.url != url else url,
            via="commoncrawl" if role == "enclosed" else behind.via,
            hints=site.hints(date_in(original) or on) if site else None,
            first_url=url.replace(behind.url, first) if first and behind.url in url else first,
            archived_at=_padded(behind.timestamp) if behind.timestamp else None,
            renders=site.renders if site else False,
            wants_day=site is not None and role == "unknown",
        )


HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def listed(names: str) -> list[str]:
    """The parts of a comma list, of either width; hosts in small letters."""
    return [part.strip().lower() for part in re.split("[,，、]", names) if part.strip()]


def learned_in(archive_dir: str | Path) -> Path:
    """The folder of an archive in which the crawler writes the site files that it learned."""
    return Path(archive_dir) / "sites"


def unwritten(host: str) -> Site:
    """A site without a file: its host, and all hosts below it."""
    return Site(host=host, name=host, hosts=(f"*.{host.removeprefix('www.')}",), learned=date.min)


def joined(site: Site, learned: Site) -> Site:
    """A person's site file joined with the learned one; lists known to be gone are left out."""
    return replace(
        site,
        hosts=tuple(dict.fromkeys((*site.hosts, *learned.hosts))),
        articles=_both(site.articles, learned.articles),
        continuations=_both(site.continuations, learned.continuations),
        listings=_lists(site.listings, learned.listings, learned.gone),
        json=_lists(site.json, learned.json, learned.gone),
        dated=_lists(site.dated, learned.dated, learned.gone),
        feeds=tuple(url for url in dict.fromkeys((*site.feeds, *learned.feeds)) if url not in learned.gone),
        sitemaps=tuple(
            url for url in dict.fromkeys((*site.sitemaps, *learned.sitemaps)) if url not in learned.gone
        ),
    )


def _both(
    written: tuple[re.Pattern[str], ...], learned: tuple[re.Pattern[str], ...]
) -> tuple[re.Pattern[str], ...]:
    return tuple({pattern.pattern: pattern for pattern in (*learned, *written)}.values())


class _HasUrl(Protocol):
    @property
    def url(self) -> str: ...


L = TypeVar("L", bound=_HasUrl)


def _lists(written: tuple[L, ...], learned: tuple[L, ...], gone: tuple[str, ...]) -> tuple[L, ...]:
    known = {one.url for one in written}
    return tuple(
        one for one in (*written, *(new for new in learned if new.url not in known)) if one.url not in gone
    )


def _learned(folder: Path | None, families: Families) -> dict[str, Site]:
    """The sites that the crawler wrote files of; one that is not understood is left out, and learned anew."""
    found: dict[str, Site] = {}
    for path in sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else ():
        try:
            found[path.stem] = read_site(path, families)
        except (SiteFileError, OSError) as error:
            log.warning("what was learned is not understood, and left out: %s", error)
    return found


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


FRONT = re.compile(r"^https?://[^/]+/(?:(?:index|default)\.\w+)?$")
COMMON_CRAWL = re.compile(r"^https?://data\.commoncrawl\.org/.+\.warc\.gz$")


def _role(site: Site | None, url: str) -> Role:
    if COMMON_CRAWL.match(url):
        return "enclosed"
    if NO_PAGES.match(file_kind(url)):
        return "other"
    if site is None:
        return "unknown"
    if site.first_page(url):
        return "continuation"
    if site.learned is not None:
        return (
            "listing" if FRONT.search(url) else "unknown"
        )  # the rest is judged by its content, today and later
    if site.is_article(url):
        return "article"
    if INDEX.search(url) or any(listing.includes(url) for listing in site.listings):
        return "listing"
    if any(search.asks(url) for search in site.search):
        return "listing"
    return "unknown"


def _padded(timestamp: str) -> str:
    """A web archive's timestamp as ISO 8601 UTC. Parts that a short timestamp lacks are set to their first value."""
    full = timestamp + "00000101000000"[len(timestamp) :]
    return f"{full[:4]}-{full[4:6]}-{full[6:8]}T{full[8:10]}:{full[10:12]}:{full[12:14]}Z"


def _digest(paths: Sequence[Path]) -> str:
    """One digest for files, their names and bytes; empty for none."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()[:16]}" if paths else ""
