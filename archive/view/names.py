"""Names of sites and sources 来源: the tables sites, source_lines and sources."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping

from archive.place import SiteFacts
from archive.view.database import OpenDatabase
from extract.article import is_own
from extract.script.fold import fold, script_of, simplified, traditional

_BETWEEN = re.compile(
    # 人民网－人民日报, 新华社、中新社; not CCTV-13, not China Daily
    r" ?[－—–~～·•・|｜/／、,，;；&＆＋+]+ ?|(?<=[一-鿿》」）)]) ?-{1,3} ?| ?-{1,3} ?(?=[一-鿿《「（(])"
    r"|(?<=[一-鿿》]) | (?=[一-鿿《])"
)
_ASIDE = re.compile(r"[《》“”\"「」『』【】\[\]()（）:：]")
_DATED = re.compile(r"[(（\[【][^()（）\[\]【】]*\d[^()（）\[\]【】]*[)）\]】]?")
_LABEL = re.compile("^(?:(?:文章|稿件|信息)?(?:来源|來源)|综合|綜合|转自|轉自|摘自|源自)[:：]?\\s*")
_LETTER = re.compile(r"[^\W\d_]")
_TOLD = re.compile(r"(?<=[网網社报報台臺])(?:综合|綜合|讯|訊|消息|原创|原創|整理)$")
_EDITION = re.compile(
    r"(?:海外|国际|國際|地方|香港|澳门|北京|上海|广东|.{1,2})版|客户端|客戶端|公众号|微信|微博"
)
_PERSON = re.compile(
    "^(?:本报|本報|本网|本網)?(?:记者|記者|作者|编辑|編輯|责编|通讯员|通訊員|摄影|文字?$|图)"
)
NAMED_SINCE = 6
_LEAST = 2
"""Characters of a medium's name at least, folded."""


class Names(OpenDatabase):
    """Rows of sites, source_lines and sources."""

    def keep_sites(self, facts: Iterable[SiteFacts]) -> None:
        """Update the table sites from the site files, in a transaction of its own, where anything changed."""
        rows = sorted(_site_row(site) for site in facts)
        if self.conn.execute("SELECT * FROM sites ORDER BY host").fetchall() == rows:
            return
        with self.commit():
            self.conn.execute("DELETE FROM sites")
            self.conn.executemany("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def fill(self, schema: int) -> None:
        """Schema 6 came with these tables."""
        if schema == NAMED_SINCE:
            name_all(self.conn)

    def name_source(self, source: str | None) -> None:
        """Keep a source line and the media that it names; inside commit()."""
        name_source(self.conn, source)


def name_source(conn: sqlite3.Connection, source: str | None) -> None:
    """Keep a source line and the media that it names."""
    if not source:
        return
    written = conn.execute("INSERT OR IGNORE INTO source_lines VALUES (?, ?)", [source, fold(source)])
    if not written.rowcount:
        return
    # of several spellings the first in order: the same in whatever order they come
    conn.executemany(
        "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
        " SET name = min(name, excluded.name), name_hant = min(name_hant, excluded.name_hant)",
        [(fold(name), *in_both(name)) for name in media_in(source)],
    )


def name_all(conn: sqlite3.Connection) -> None:
    """Keep the source lines of all articles and their versions, for databases older than these tables."""
    lines = conn.execute("SELECT source FROM articles UNION SELECT source FROM versions").fetchall()
    for (source,) in lines:
        name_source(conn, source)


def media_in(source: str) -> tuple[str, ...]:
    """The media that a source line names, each once: 人民网－人民日报 names two, 本站原创 (own work) none."""
    parts: list[str] = []
    for part in _BETWEEN.split(" ".join(_DATED.sub("", source).split())):
        name = _TOLD.sub("", _ASIDE.sub("", _LABEL.sub("", part))).strip()
        if parts and _EDITION.fullmatch(name):  # 人民日报·海外版 is one
            parts[-1] += name
        elif _is_medium(name):
            parts.append(name)
    return tuple({fold(name): name for name in parts}.values())


def _is_medium(name: str) -> bool:
    is_name = len(fold(name)) >= _LEAST and _LETTER.search(name) is not None
    return is_name and not is_own(name) and not _PERSON.match(name)


def _site_row(site: SiteFacts) -> tuple[str | None, ...]:
    name, name_hant = in_both(site.name)
    further = json.dumps(site.names, ensure_ascii=False)
    trust = "low" if site.low_trust else "full"
    return (site.host, name, name_hant, further, site.region, site.kind, site.family, trust)


def in_both(name: str) -> tuple[str, str]:
    """A name in Simplified and in Traditional script; the publisher's own spelling is kept."""
    found = _found.get(name)
    if found is None:
        found = (simplified(name), name) if script_of(name) == "hant" else (name, traditional(name))
        remember({name: found})
    return found


def remember(names: Mapping[str, tuple[str, str]]) -> None:
    """Give in_both() names that were converted elsewhere; some thousand are kept."""
    if len(_found) > MOST_FOUND:
        _found.clear()
    _found.update(names)


_found: dict[str, tuple[str, str]] = {}
MOST_FOUND = 4000
