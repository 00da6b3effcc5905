"""Facts about the site of an address that the archive needs; the crawler's site files give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from archive.kinds import Region, Role, SiteKind, Via
from extract.article import Hints


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an address: its site, its role and its hints.

    `site` is the site file's host, or the URL's own host where no file covers it. `role` is `article`,
    `continuation` (a further page of the article at `first_url`), `listing`, `enclosed` (a piece of a crawl's WARC
    file that holds a page), `other` (robots.txt, sitemaps, images) or `unknown` (no site file covers the host: judged
    by its content). `original_url` is the page's own address behind a web archive or gateway; `via` is `live`,
    `wayback`, `commoncrawl`, `import` or `rendered`.
    """

    site: str
    role: Role
    original_url: str
    via: Via = "live"
    hints: Hints | None = None
    first_url: str | None = None
    archived_at: str | None = None
    """When the web archive behind the address fetched it, ISO 8601 UTC; None for live addresses."""
    archived_digest: str | None = None
    """The payload digest that the web archive's own record states."""
    renders: bool = False
    """Whether the site's pages have no text before a browser has drawn them."""
    wants_day: bool = False
    """Whether a page at this address is an article only where a day of publication is on it: no pattern of the site's
    file names it, and what says about us has text too."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Facts about a site: host and names, region, kind, and publishing system.

    `region` is mainland, hongkong, macau, taiwan or overseas; `kind` central, ministry, province, city, press, portal,
    converter or archive; None where the site file does not say.
    """

    host: str
    name: str
    names: tuple[str, ...] = ()
    region: Region | None = None
    kind: SiteKind | None = None
    family: str | None = None
    low_trust: bool = False


@runtime_checkable
class Described(Protocol):
    """A collection of sites that knows the facts about each site."""

    def facts(self) -> Iterable[SiteFacts]:
        """Every registered site."""
        ...


class SiteBook(Protocol):
    """The registered sites."""

    def place(self, url: str, on: date) -> Place:
        """The place of an address in the layout its site used on that day (the day of capture, UTC)."""
        ...
