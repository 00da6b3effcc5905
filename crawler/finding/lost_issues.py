"""An issue that the paper's site no longer has: its pages that are held, and the captures still to be asked for."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from archive.view.paper_issues import Printed, way_of
from crawler.finding.cdx import CdxRow
from extract.script.fold import fold

HOST = "paper.people.com.cn"
MOST_ROWS = 500  # addresses of a day that wait for their turn; the thickest issues printed about 150 items
MOST_STATES = 3  # captures of one address: the next is asked for where one does not come


@dataclass(slots=True)
class LostIssue:
    """An issue, or a part of an issue, that the paper's site no longer has.

    As the archive had it when we last looked: whether it holds a layout page (`is_listed`), the folded `titles` of
    articles that are missing, the paths of items that are not (`held`). `rows` are captures of articles by path, each
    with its web archive's name, in the order they are to be asked for.
    """

    is_asked: bool = False
    is_listed: bool = False
    titles: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    rows: dict[str, list[tuple[str, CdxRow]]] = field(default_factory=dict)
    dropped: int = 0

    def hold_back(self, path: str, source: str, row: CdxRow) -> None:
        """Keep a capture for later, within bounds; an archive's second one of the same bytes is not needed."""
        if path not in self.rows and len(self.rows) == MOST_ROWS:
            self.dropped += 1
            return
        states = self.rows.setdefault(path, [])
        repeats = any(name == source and row.digest and row.digest == one.digest for name, one in states)
        if len(states) < MOST_STATES and not repeats:
            states.append((source, row))

    def compare(self, conn: sqlite3.Connection, items: Sequence[Printed]) -> None:
        """Note the articles and pages of the issue that the archive holds by now, from any source."""
        ways = {urlsplit(item.url).path: item.way for item in items}
        # where no layout page lists an address, no title tells that its article is held as a copy: its own page counts
        ways |= {path: way_of(conn, f"http://{HOST}{path}") for path in self.rows if path not in ways}
        self.is_listed = bool(items)
        self.titles = {fold(item.title) for item in items if item.kind == "article" and item.way is None}
        self.held = {path for path, way in ways.items() if way is not None}
