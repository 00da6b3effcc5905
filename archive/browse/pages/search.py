"""The search page: hits with their snippets, filters with their counts."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.browse.visit import Refusal, Visit
from archive.find import CAP, ORDERS, RELATIONS, Filter, Found, find, tally
from archive.snippets import Piece, highlight_title, snippet

PAGE = 20
LAST_PAGE = 500
MAX_QUERY = 2000  # characters: a long paragraph, pasted


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the results: its row, and what to show of it."""

    row: sqlite3.Row
    title: list[Piece]
    snippet: list[Piece]


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The results of the query in the address; the form alone where nothing is asked."""
    wanted = filter_of(visit)
    number = page_number(visit)
    found = find(conn, wanted, visit.text("sort"), PAGE, (number - 1) * PAGE)
    return {
        "wanted": wanted,
        "found": found,
        "hits": list(_hits(conn, found)),
        "sites": tally(conn, wanted, "site"),
        "scripts": tally(conn, wanted, "script"),
        "sources": tally(conn, wanted, "source"),
        "relations": RELATIONS,
        "orders": [order for order in ORDERS if order != "fit" or (wanted.words and found.total <= CAP)],
        "cap": CAP,
        "number": number,
        "pages": min(LAST_PAGE, -(-found.total // PAGE)),
    }


def filter_of(visit: Visit) -> Filter:
    """The filter that the address asks for."""
    words = visit.args.get("q", "").strip()
    if len(words) > MAX_QUERY:
        raise Refusal(400, "query-too-long", f"{len(words)} > {MAX_QUERY}")
    relation = visit.text("relation")
    if relation and relation not in RELATIONS:
        raise Refusal(400, "no-such-relation", relation[:40])
    return Filter(
        words,
        visit.day("since"),
        visit.day("until"),
        visit.text("site"),
        visit.text("source"),
        visit.text("script"),
        relation,
    )


def page_number(visit: Visit) -> int:
    """The page of results asked for; the first where none is."""
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
        " LEFT JOIN members AS m ON m.article_id = a.id AND m.relation IN ('origin', 'copy', 'abridged')"
        " LEFT JOIN stories AS s ON s.id = m.story_id"
        f" WHERE a.id IN ({marks})",
        found.ids,
    )
    by_id = {row["id"]: row for row in rows}
    return [
        Hit(row, highlight_title(row["title"] or row["url"], found.query), snippet(row["text"], found.query))
        for row in (by_id[number] for number in found.ids)
    ]
