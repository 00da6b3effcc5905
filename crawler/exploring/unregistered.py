"""Hosts that the archive met and no file describes, those first that carry most copies of known stories."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.run.folder import Archive
from archive.view.holdings import article_addresses, dotted_sources, locations, shared_addresses
from crawler.registry.book import SiteFiles

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
    hosts = {host for host in (*articles, *named) if host and sites.site_of(f"http://{host}/") is None}
    met = [Met(host, articles[host], copies[host], named[host]) for host in hosts]
    return sorted(met, key=lambda one: (-one.copies, -one.articles, -one.named, one.host))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # records of other tools hold anything
        return ""
