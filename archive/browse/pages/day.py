"""The page of a day: the newspaper issues page by page, and the other articles of that day."""

import sqlite3
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from archive.browse.moments import days_of
from archive.browse.visit import File, Visit, as_day, json_bytes
from archive.view.paper_issues import PageCoverage, coverage

_MOST = 400


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page (版) of a printed issue: the articles that are held, and the coverage by the page's own list if held."""

    site: str
    number: int | None
    articles: list[sqlite3.Row]
    printed: PageCoverage | None


def read_all(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """Every day with articles in the archive."""
    rows = conn.execute(
        "SELECT substr(published_at, 1, 10) AS day, count(*) AS n FROM articles"
        " WHERE published_at IS NOT NULL GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    months = [(month, list(days)[::-1]) for month, days in groupby(rows, key=lambda row: row["day"][:7])]
    return {"months": months, "days": days_of(conn)}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The articles of the day in the address, and the issues printed on that day."""
    day = as_day(visit.path["day"])
    start = day.isoformat()
    end = (day + timedelta(days=1)).isoformat() if start < "9999-12-31" else "9999-12-32"
    rows = conn.execute(
        "SELECT a.id, a.title, a.kicker, a.site, a.source, a.script, a.published_at,"
        " a.published_precision, a.paper_page, a.paper_date,"
        " m.story_id, m.relation, s.copies"
        " FROM articles AS a"
        " LEFT JOIN carriers AS m ON m.article_id = a.id"
        " LEFT JOIN stories AS s ON s.id = m.story_id"
        " WHERE a.published_at >= ? AND a.published_at < ? ORDER BY a.site, a.paper_page, a.id LIMIT ?",
        [start, end, _MOST],
    ).fetchall()
    paper = [row for row in rows if row["paper_page"] is not None and row["published_precision"] == "day"]
    rest = [row for row in rows if row not in paper]
    return {
        "day": start,
        "pages": _pages(paper, _printed(conn, day)),
        "sites": [(site, list(of_site)) for site, of_site in groupby(rest, key=lambda row: row["site"])],
        "total": conn.execute(
            "SELECT count(*) FROM articles WHERE published_at >= ? AND published_at < ?", [start, end]
        ).fetchone()[0],
        "before": _neighbour(conn, "< ? ORDER BY published_at DESC", start),
        "after": _neighbour(conn, ">= ? ORDER BY published_at", end),
    }


def all_json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The number of articles on each day, the latest day first, as a JSON list."""
    days = [dict(row) for _, rows in read_all(conn, visit)["months"] for row in reversed(rows)]
    return File(json_bytes(days), "days.json", "application/json; charset=utf-8", "inline")


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The day in the address as JSON: its issues page by page, and the other articles by site."""
    found = read(conn, visit)
    pages = [
        {
            "site": page.site,
            "number": page.number,
            "articles": [dict(row) for row in page.articles],
            "printed": asdict(page.printed) if page.printed else None,
        }
        for page in found["pages"]
    ]
    sites = {site: [dict(row) for row in rows] for site, rows in found["sites"]}
    content = {"day": found["day"], "total": found["total"], "pages": pages, "sites": sites}
    return File(json_bytes(content), f"day-{found['day']}.json", "application/json; charset=utf-8", "inline")


def _printed(conn: sqlite3.Connection, day: date) -> dict[tuple[str, int | None], PageCoverage]:
    """The coverage of each page of that day's issues, by site and page number."""
    papers = conn.execute(
        "SELECT DISTINCT p.paper, c.site FROM issue_pages AS p JOIN captures AS c ON c.id = p.capture_id"
        " WHERE p.date = ? ORDER BY 1, 2",
        [day.isoformat()],
    ).fetchall()
    site_of = dict(reversed(papers))
    return {
        (site, page.number): page
        for paper, site in site_of.items()
        for page in coverage(conn, paper, day, day)
    }


def _pages(
    articles: list[sqlite3.Row], printed: dict[tuple[str, int | None], PageCoverage]
) -> list[PaperPage]:
    """The pages of the issues, in the order of the paper."""
    held: dict[tuple[str, int | None], list[sqlite3.Row]] = {key: [] for key in printed}
    for row in articles:
        held.setdefault((row["site"], row["paper_page"]), []).append(row)
    ordered = sorted(held, key=lambda key: (key[0], key[1] or 0))
    return [PaperPage(*key, held[key], printed.get(key)) for key in ordered]


def _neighbour(conn: sqlite3.Connection, where: str, day: str) -> str | None:
    """The nearest day before or after that has articles, as the SQL asks; None if there is none. A month is no day."""
    found = conn.execute(
        "SELECT substr(published_at, 1, 10) FROM articles"
        f" WHERE length(published_at) > 7 AND published_at {where} LIMIT 1",
        [day],
    ).fetchone()
    return found[0] if found else None
