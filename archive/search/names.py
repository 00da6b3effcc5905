"""The names of sites and sources in a reader's words: 央视网 is cctv.com, 人民日報 also finds 人民网－人民日报."""

import json
import sqlite3
from dataclasses import dataclass

from archive.kinds import Region, SiteKind
from extract.script.fold import fold

TRADITIONAL = ("hongkong", "macau", "taiwan")


@dataclass(frozen=True, slots=True)
class Named:
    """A registered site: its names, its region, its kind, and whether its trust is full."""

    host: str
    name: str
    name_hant: str
    names: tuple[str, ...]
    region: Region | None
    kind: SiteKind | None
    is_trusted: bool

    @property
    def own_script(self) -> str:
        """The script in which the site writes its name."""
        return "hant" if self.region in TRADITIONAL or self.kind == "converter" else "hans"

    @property
    def own(self) -> str:
        """The site's name in the site's own script."""
        return self.name_hant if self.own_script == "hant" else self.name

    def bears(self, key: str) -> bool:
        """Whether a folded name is one of the site's names."""
        return key in map(fold, (self.name, self.name_hant, *self.names))


def sites(conn: sqlite3.Connection) -> dict[str, Named]:
    """The registered sites by host; empty before the first run with site files."""
    rows = conn.execute("SELECT host, name, name_hant, names, region, kind, trust FROM sites ORDER BY host")
    return {
        host: Named(host, name, name_hant, tuple(json.loads(names)), region, kind, trust == "full")
        for host, name, name_hant, names, region, kind, trust in rows
    }


def hosts_of(conn: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """The hosts of the sites with this host or name; the word itself if no site has that name.

    Sites of low trust with the same name are left out if a trusted site has the name.
    """
    known = sites(conn)
    key = fold(word)
    if word in known or not key:
        return (word,)
    bearing = [site for site in known.values() if site.bears(key)]
    found = [site for site in bearing if site.is_trusted] or bearing
    return tuple(site.host for site in found) or (word,)


def lines_naming(conn: sqlite3.Connection, medium: str) -> tuple[str, ...]:
    """The medium itself and the source lines that name it, in either script, alone or within a longer line.

    `crawl -a source=` uses the same rule.
    """
    key = fold(medium)
    rows = conn.execute("SELECT source FROM source_lines WHERE ? <> '' AND instr(folded, ?)", [key, key])
    return (medium, *(row[0] for row in rows))


def media(conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The Simplified and the Traditional name of every medium, by the medium's folded key."""
    rows = conn.execute("SELECT key, name, name_hant FROM sources")
    return {key: (name, name_hant) for key, name, name_hant in rows}
