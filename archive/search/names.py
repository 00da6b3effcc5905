"""What a reader calls sites and sources: 央视网 is cctv.com, 人民日報 names 人民网－人民日报 too."""

import json
import sqlite3
from dataclasses import dataclass

from archive.kinds import Region, SiteKind
from extract.script.fold import fold

TRADITIONAL = ("hongkong", "macau", "taiwan")


@dataclass(frozen=True, slots=True)
class Named:
    """A registered site: its names, and where and what it is."""

    host: str
    name: str
    name_hant: str
    names: tuple[str, ...]
    region: Region | None
    kind: SiteKind | None
    is_trusted: bool

    @property
    def own_script(self) -> str:
        """The script that it writes its name in."""
        return "hant" if self.region in TRADITIONAL or self.kind == "converter" else "hans"

    @property
    def own(self) -> str:
        """Its name as it writes it."""
        return self.name_hant if self.own_script == "hant" else self.name

    def bears(self, key: str) -> bool:
        """Whether a folded name is one of its own."""
        return key in map(fold, (self.name, self.name_hant, *self.names))


def sites(conn: sqlite3.Connection) -> dict[str, Named]:
    """The registered sites by host; none before the first run with site files."""
    rows = conn.execute("SELECT host, name, name_hant, names, region, kind, trust FROM sites ORDER BY host")
    return {
        host: Named(host, name, name_hant, tuple(json.loads(names)), region, kind, trust == "full")
        for host, name, name_hant, names, region, kind, trust in rows
    }


def hosts_of(conn: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """The hosts that a host or a name stands for, itself where no site is called so.

    Copies of a site that bear its name are left out where the site itself is known.
    """
    known = sites(conn)
    key = fold(word)
    if word in known or not key:
        return (word,)
    bearing = [site for site in known.values() if site.bears(key)]
    found = [site for site in bearing if site.is_trusted] or bearing
    return tuple(site.host for site in found) or (word,)


def lines_naming(conn: sqlite3.Connection, medium: str) -> tuple[str, ...]:
    """The source lines that name a medium in either script, alone or in a longer one; itself where it has no letters.

    The same as `crawl -a source=` takes for a copy of it.
    """
    key = fold(medium)
    rows = conn.execute("SELECT source FROM source_lines WHERE ? <> '' AND instr(folded, ?)", [key, key])
    return (medium, *(row[0] for row in rows))


def media(conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The names of every medium by its folded key, in Simplified and in Traditional script."""
    rows = conn.execute("SELECT key, name, name_hant FROM sources")
    return {key: (name, name_hant) for key, name, name_hant in rows}
