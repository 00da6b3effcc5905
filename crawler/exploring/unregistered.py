"""Hosts that the archive met and no file describes, those first that carry most copies of known stories."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.registry.book import SiteFiles

COPIES = "('copy', 'abridged', 'origin')"
NAMED = re.compile(r"^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Met:
    """A host: articles that the archive holds of it, copies of known stories among them, times that others name it."""

    host: str
    articles: int
    copies: int
    named: int


def unregistered(folder: Path, sites: SiteFiles) -> list[Met]:
    """The hosts without a file, of an archive's folder; none where there is no archive."""
    path = folder / "archive.db"
    if not path.is_file():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        articles = Counter[str]()
        copies = Counter[str]()
        for (url,) in db.execute(
            "SELECT c.original_url FROM articles a JOIN captures c ON c.id = a.capture_id"
        ):
            articles[_host(url)] += 1
        shared = "SELECT story_id FROM copies GROUP BY story_id HAVING count(DISTINCT site) > 1"
        for (url,) in db.execute(
            f"SELECT url FROM copies WHERE relation IN {COPIES} AND story_id IN ({shared})"
        ):
            copies[_host(url)] += 1
        named = Counter(
            _host(url)
            for (url,) in db.execute("SELECT DISTINCT location FROM captures WHERE location IS NOT NULL")
        )
        for (source,) in db.execute("SELECT source FROM articles WHERE source LIKE '%.%'"):
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
