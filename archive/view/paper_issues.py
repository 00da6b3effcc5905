"""Printed issues: the items that each layout page 版面 lists, and how many of them the archive holds, and how."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from extract.fields.paper import Issue
from extract.page.address import parted
from extract.script.fold import fold

WAYS = ("live", "wayback", "commoncrawl", "import", "copy")
"""How an item is held: its own page as fetched there or elsewhere, or a copy under its title on another site."""
SHORTEST_TITLE = 6  # folded characters; 图片报道 is no title to know a copy by
COPIED_WITHIN = (
    timedelta(days=1),
    timedelta(days=3),
)  # before (online the evening before) and after the printed day
CLAIMED_WITHIN = timedelta(
    days=31
)  # after it, where the copy names the issue: 《人民日报》（2020年02月11日01版）


@dataclass(frozen=True, slots=True)
class Printed:
    """One item of a page, as the layout page lists it; `way` is one of WAYS, None where the archive lacks it."""

    date: str
    page: int | None
    url: str
    title: str
    kind: str
    way: str | None


@dataclass(frozen=True, slots=True)
class PageCoverage:
    """One page (版) of one issue: what it printed, and of how many items the archive holds something.

    `ways` counts the held items by WAYS; `missing` are the titles of the others. `is_listed` is False where the layout
    page was never read: its items are then unknown.
    """

    date: str
    number: int | None
    name: str | None
    is_listed: bool
    printed: int
    ways: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]

    @property
    def held(self) -> int:
        """Items of which the archive holds the page or a copy."""
        return sum(count for _, count in self.ways)


def keep_issue(conn: sqlite3.Connection, capture_id: int, own_url: str, issue: Issue) -> None:
    """Write the items of a layout page; a later capture replaces an earlier one. Call inside a transaction."""
    own = _own_path(own_url, issue)
    pages = {_path(link.url): (link.number, link.name, 0) for link in issue.pages}
    number, name, _ = pages.get(own, (None, None, 0))
    number, name = issue.number or number, issue.name or name
    if issue.items or number is not None:
        pages[own] = (number, name, 1)
    for path, (page, called, listed) in pages.items():
        conn.execute(KEEP_PAGE, [issue.paper, issue.date, path, page, called, listed, capture_id])
    for n, item in enumerate(issue.items, 1):
        row = [_path(item.url), item.url, number, n, item.title, item.kind, capture_id]
        conn.execute(KEEP_ITEM, [issue.paper, issue.date, *row])


KEEP_PAGE = """
INSERT INTO issue_pages (paper, date, path, number, name, listed, capture_id)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (paper, date, path) DO UPDATE SET
    number = coalesce(excluded.number, number),
    name = coalesce(excluded.name, name),
    listed = max(listed, excluded.listed),
    capture_id = iif(excluded.listed >= listed, excluded.capture_id, capture_id)
"""
KEEP_ITEM = """
INSERT INTO issue_items (paper, date, path, url, page, n, title, kind, capture_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (paper, date, path) DO UPDATE SET
    url = excluded.url, page = excluded.page, n = excluded.n, title = excluded.title, kind = excluded.kind,
    capture_id = excluded.capture_id
"""


def _own_path(own_url: str, issue: Issue) -> str:
    """The path of the layout page; for an address that always shows the newest issue, the path of its listed page."""
    linked = {link.number: _path(link.url) for link in issue.pages}
    own = _path(own_url)
    return own if own in linked.values() else linked.get(issue.number or 1, own)


def coverage(conn: sqlite3.Connection, paper: str, since: date, until: date) -> tuple[PageCoverage, ...]:
    """The pages of a newspaper's issues between two days, both included, in the order of the paper."""
    items: dict[tuple[str, int | None], list[Printed]] = {}
    for item in printed(conn, paper, since, until):
        items.setdefault((item.date, item.page), []).append(item)
    pages = conn.execute(
        "SELECT date, number, name, max(listed) FROM issue_pages WHERE paper = ? AND date BETWEEN ? AND ?"
        " GROUP BY date, number ORDER BY date, number",
        [paper, since.isoformat(), until.isoformat()],
    )
    return tuple(
        _covered(day, number, name, bool(listed), items.get((day, number), []))
        for day, number, name, listed in pages
    )


def printed(conn: sqlite3.Connection, paper: str, since: date, until: date) -> tuple[Printed, ...]:
    """The items of a newspaper's issues between two days, both included, in the order of the paper."""
    rows = conn.execute(
        "SELECT date, page, url, title, kind FROM issue_items WHERE paper = ? AND date BETWEEN ? AND ?"
        " ORDER BY date, page, n",
        [paper, since.isoformat(), until.isoformat()],
    ).fetchall()
    # those of the days around too, which a copy's day may be
    around = [paper, *(day.isoformat() for day in (since - COPIED_WITHIN[0], until + CLAIMED_WITHIN))]
    own = {
        _path(url)
        for (url,) in conn.execute(
            "SELECT url FROM issue_items WHERE paper = ? AND date BETWEEN ? AND ?", around
        )
    }
    copies = _copied_titles(conn, since, until, own) if rows else {}
    return tuple(
        Printed(
            *(day, page, url, title, kind),
            way_of(conn, url) or ("copy" if _is_copied(title, day, copies) else None),
        )
        for day, page, url, title, kind in rows
    )


def is_whole(pages: Collection[PageCoverage]) -> bool:
    """Whether all pages of an issue are known and nothing they list is missing; False where none is known."""
    return bool(pages) and all(page.is_listed and not page.missing for page in pages)


def ways_told(pages: Iterable[PageCoverage]) -> str:
    """The number of held items by way, as text for a person: live 2, copy 1."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update(dict(page.ways))
    return ", ".join(f"{way} {counts[way]}" for way in WAYS if counts[way]) or "nothing"


def _covered(
    day: str, number: int | None, name: str | None, is_listed: bool, items: list[Printed]
) -> PageCoverage:
    counts = Counter(item.way for item in items)
    ways = tuple((way, counts[way]) for way in WAYS if counts[way])
    missing = tuple(item.title for item in items if item.way is None)
    return PageCoverage(day, number, name, is_listed, len(items), ways, missing)


def way_of(conn: sqlite3.Connection, url: str) -> str | None:
    """The way by which the page at an address came into the archive, the site itself first; None where it did not."""
    rest = url.partition(":")[2]
    either = [f"http:{rest}", f"https:{rest}"]
    row = conn.execute(
        "SELECT via FROM captures WHERE url IN (?, ?) AND status = 200 AND truncated IS NULL"
        f"{NO_STUB} ORDER BY via <> 'live' LIMIT 1",
        either,
    ).fetchone()
    row = (
        row
        or conn.execute(
            "SELECT via FROM captures WHERE original_url IN (?, ?) AND via <> 'live' AND status IN (200, 206)"
            f" AND truncated IS NULL{NO_STUB} ORDER BY id LIMIT 1",
            either,
        ).fetchone()
    )
    return str(row[0]) if row else None


# 新闻已删除 with status 200, a leap to the home page, a refusal, nothing at all; a photograph's page has no text either
# and is one
NO_STUB = """ AND NOT EXISTS (SELECT 1 FROM quarantine AS q WHERE q.capture_id = captures.id
    AND (q.reason IN ('blocked', 'outage', 'unreadable') OR q.reason = 'stub' AND q.detail NOT LIKE '%no text%'))"""


def _copied_titles(
    conn: sqlite3.Connection, since: date, until: date, own: set[str]
) -> dict[str, list[tuple[str | None, str | None]]]:
    """For each folded title, the articles' times of publication and the paper dates that they claim.

    `own` are the paths of the issue's own pages, which are no copies of each other. The index is by time of
    publication alone, so that claims made later than CLAIMED_WITHIN are not seen.
    """
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    first, last = (since - COPIED_WITHIN[0]).isoformat(), (until + COPIED_WITHIN[1]).isoformat()
    days = {"since": since.isoformat(), "until": until.isoformat(), "first": first, "last": last}
    days["claimed"] = (until + CLAIMED_WITHIN).isoformat()
    for title, published, claimed, url in conn.execute(ABOUT_THEN, days):
        if _path(url) not in own:
            found.setdefault(fold(title), []).append((published, claimed))
    return found


ABOUT_THEN = """
SELECT title, substr(published_at, 1, 10), paper_date, url FROM articles
WHERE (published_at >= :first AND published_at < :claimed || 'U' OR published_at IS NULL)
    AND (published_at < :last || 'U' OR paper_date BETWEEN :since AND :until)
    AND title IS NOT NULL AND low_trust IS NULL
"""


def _is_copied(title: str, day: str, copies: dict[str, list[tuple[str | None, str | None]]]) -> bool:
    folded = fold(title)
    if len(folded) < SHORTEST_TITLE:
        return False
    on = date.fromisoformat(day)
    first, last = (on - COPIED_WITHIN[0]).isoformat(), (on + COPIED_WITHIN[1]).isoformat()
    return any(
        claimed == day or (published is not None and first <= published <= last)
        for published, claimed in copies.get(folded, ())
    )


def _path(url: str) -> str:
    return parted(url).path
