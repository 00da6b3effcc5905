"""Hosts that the archive met and no file describes, those first that carry most copies of known stories."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from archive.run.folder import Archive
from archive.view.holdings import (
    article_addresses,
    dotted_sources,
    locations,
    pages_by_source,
    shared_addresses,
)
from crawler.exploring.keeping import page_held
from crawler.registry.book import SiteFiles
from extract.page.page import Page

MOST_PAGES = 2_000  # that are read for what their sources link to: one of each site and source
LABEL = re.compile(r"^\s*(?:来源|來源|稿源|出处|出處)\s*[:：]?")
NUMBERS = re.compile(r"[\d.]+|.*:.*")  # an address of the internet protocol is no host's name
NAMED = re.compile(r"^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Met:
    """A host that no site file names: its articles in the archive, the copies of known stories among them, and how
    often other sites name it."""

    host: str
    articles: int
    copies: int
    named: int


def unregistered(folder: Path, sites: SiteFiles) -> list[Met]:
    """The hosts without a file, of an archive's folder; none where there is no archive."""
    archive = Archive(folder, sites)
    if not archive.database.is_file():
        return []
    with archive.reading(any_release=True) as store:
        articles = Counter(map(_host, article_addresses(store.conn)))
        copies = Counter(map(_host, shared_addresses(store.conn)))
        named = Counter(map(_host, locations(store.conn)))
        for source in dotted_sources(store.conn):
            if match := NAMED.match(source):
                named[match[1].lower()] += 1
        pages = pages_by_source(store.conn, MOST_PAGES)
    for source, times, url, ref in pages:
        page = page_held(folder, url, ref)
        named.update(dict.fromkeys(_linked_as(page, source) if page is not None else (), times))
    known = {host for host in (*articles, *named) if "." in host and not NUMBERS.fullmatch(host)}
    hosts = {host for host in known if sites.site_of(f"http://{host}/") is None}
    met = [Met(host, articles[host], copies[host], named[host]) for host in hosts]
    return sorted(met, key=lambda one: (-one.copies, -one.articles, -one.named, one.host))


def _linked_as(page: Page, source: str) -> set[str]:
    """The other hosts that a page links under the name of its source: 来源：<a href=…>青河日报</a>."""
    found: set[str] = set()
    for anchor in page.tree.iter("a") if page.tree is not None else ():
        text = LABEL.sub("", "".join(anchor.itertext())).strip()
        if text == source:
            found.add(_host(urljoin(page.url, anchor.get("href") or "")))
    return found - {_host(page.url)}


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # records of other tools hold anything
        return ""
