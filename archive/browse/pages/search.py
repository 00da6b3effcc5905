"""The search page: hits with snippets, filters with counts."""

import csv
import json
import sqlite3
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from archive.browse.moments import days_among, first_day, last_day
from archive.browse.visit import File, Refusal, Visit, json_bytes
from archive.kinds import REGIONS, RELATIONS, SITE_KINDS
from archive.search.articles import (
    CAP,
    ORDERS,
    TALLIED,
    Filter,
    Found,
    by_story,
    every,
    find,
    tallies,
)
from archive.search.snippets import SnippetPart, highlight_title, snippet
from archive.spreadsheet import cell

PAGE = 20
LAST_PAGE = 500
EXPORT_MOST = 10_000  # more rows are for `scrapy export`, which does not hold them all in memory
MAX_QUERY = 2000  # characters: a long paragraph, pasted
_FIELDS = (
    "id", "url", "site", "title", "source", "byline", "published_at", "published_precision", "script", "paper_date",
    "paper_page", "story_id", "relation", "kept", "added", "claim", "capture_id", "captured_at", "warc_file",
    "warc_offset", "record_id", "payload_digest", "site_name", "site_region", "site_kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the results: its row, its title and its snippet, with the query's words marked."""

    row: sqlite3.Row
    title: list[SnippetPart]
    snippet: list[SnippetPart]


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The results of the query in the address, and the counts of each filter."""
    wanted = filter_of(visit)
    number = page_number(visit)
    look = find if visit.text("per") == "article" else by_story
    found = look(conn, wanted, visit.text("sort"), PAGE, (number - 1) * PAGE)
    listed = found.total if found.stories is None else found.stories
    pages = min(LAST_PAGE, -(-listed // PAGE))
    if number > max(pages, 1):
        raise Refusal(404, "beyond-the-last-page", f"{number} > {max(pages, 1)}")
    return {
        "wanted": wanted,
        "feed": f"search.atom?{urlencode(_asked(visit))}",
        "found": found,
        "hits": list(_hits(conn, found)),
        "tallies": tallies(conn, wanted),
        "tallied": TALLIED,
        "relations": RELATIONS,
        "regions": REGIONS,
        "kinds": SITE_KINDS,
        "orders": [order for order in ORDERS if order != "fit" or (wanted.words and found.total <= CAP)],
        "cap": CAP,
        "number": number,
        "pages": pages,
        "days": (days := days_among(conn, every(conn, wanted, TALLIED)) if found.total else {}),
        "day_hrefs": {
            key: f"?{urlencode(_asked(visit) | {'since': first_day(key), 'until': last_day(key)})}"
            for key in days
        },
    }


def _asked(visit: Visit) -> dict[str, str]:
    """The words and filters in the address."""
    return {
        name: value for name, value in visit.args.items() if value and name not in ("sort", "page", "per")
    }


def csv_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The articles of the search as CSV, with the byte order mark that spreadsheets need to read Chinese.

    With `raw=1` the values are unchanged; else a spreadsheet cannot take a value for a formula.
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_FIELDS)
    raw = visit.text("raw") == "1"
    writer.writerows(tuple(row) if raw else tuple(map(cell, row)) for row in _exported(conn, visit))
    return File(out.getvalue().encode("utf-8-sig", "replace"), "articles.csv", "text/csv; charset=utf-8")


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The articles of the search as a JSON list."""
    rows = [dict(row) for row in _exported(conn, visit)]
    return File(json_bytes(rows), "articles.json", "application/json; charset=utf-8", "inline")


def json_lines_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The articles of the search as JSON Lines."""
    lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in _exported(conn, visit))
    return File(
        "".join(lines).encode("utf-8", "replace"), "articles.jsonl", "application/jsonl; charset=utf-8"
    )


def _exported(conn: sqlite3.Connection, visit: Visit) -> list[sqlite3.Row]:
    """The rows of the articles that pass the filter, without texts, the last archived first; EXPORT_MOST at most."""
    numbers = every(conn, filter_of(visit), EXPORT_MOST)
    return conn.execute(
        "SELECT a.id, a.url, a.site, a.title, a.source, a.byline, a.published_at, a.published_precision, a.script,"
        " a.paper_date, a.paper_page, m.story_id, m.relation, m.kept, m.added, m.claim, c.id AS capture_id,"
        " c.captured_at, c.warc_file, c.warc_offset, c.record_id, c.payload_digest,"
        " t.name AS site_name, t.region AS site_region, t.kind AS site_kind"
        " FROM articles AS a JOIN captures AS c ON c.id = a.capture_id"
        " LEFT JOIN carriers AS m ON m.article_id = a.id"
        " LEFT JOIN sites AS t ON t.host = a.site"
        " WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id DESC",
        [json.dumps(numbers)],
    ).fetchall()


def filter_of(visit: Visit) -> Filter:
    """The filter in the address. Raises Refusal for words of more than MAX_QUERY characters."""
    words = visit.args.get("q", "").strip()
    if len(words) > MAX_QUERY:
        raise Refusal(400, "query-too-long", f"{len(words)} > {MAX_QUERY}")
    return Filter(
        words,
        visit.day("since"),
        visit.day("until"),
        visit.text("site"),
        visit.text("source"),
        visit.text("script"),
        visit.one_of("relation", RELATIONS),
        visit.one_of("region", REGIONS),
        visit.one_of("kind", SITE_KINDS),
    )


def page_number(visit: Visit) -> int:
    """The number of the page of results in the address, 1 if it has none. Raises Refusal for a wrong number."""
    value = visit.text("page") or "1"
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= LAST_PAGE):
        raise Refusal(400, "no-such-page", value[:40])
    return int(value)


def _hits(conn: sqlite3.Connection, found: Found) -> list[Hit]:
    marks = ", ".join("?" * len(found.ids))
    rows = conn.execute(
        "SELECT a.id, a.url, a.site, a.title, a.text, a.source, a.published_at,"
        " a.published_precision, a.script, a.low_trust, a.paper_page, m.story_id, m.relation, m.kept, m.added, s.copies"
        " FROM articles AS a"
        " LEFT JOIN carriers AS m ON m.article_id = a.id"
        " LEFT JOIN stories AS s ON s.id = m.story_id"
        f" WHERE a.id IN ({marks})",
        found.ids,
    )
    by_id = {row["id"]: row for row in rows}
    return [
        Hit(row, highlight_title(row["title"] or row["url"], found.query), snippet(row["text"], found.query))
        for row in (by_id[number] for number in found.ids)
    ]
