"""The article page: the text as it was published, its metadata, and the evidence for both."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from archive.browse.cite import meta_tags, references
from archive.browse.protocols.mementos import linked
from archive.browse.visit import File, Refusal, Visit, json_bytes
from archive.browse.work import Work
from archive.errors import Damaged
from archive.grouping.pictures import elsewhere
from archive.record import replay
from archive.search import names
from archive.search.query import parse
from archive.search.snippets import SnippetPart, highlight, highlight_title

SIBLINGS = 12
"""Other articles of a story that the page lists; the story's page lists all of them."""
KINDS = {"csl.json": "application/vnd.citationstyles.csl+json"}


def read(conn: sqlite3.Connection, visit: Visit) -> dict[str, Any]:
    """The article whose number is in the address; the words of the query `q` are marked."""
    article = _row(conn, visit)
    number = [article["id"]]
    capture = conn.execute("SELECT * FROM captures WHERE id = ?", [article["capture_id"]]).fetchone()
    query = parse(visit.args.get("q", "")[:2000])
    work = _work(conn, visit, article, capture)
    return {
        "article": article,
        "address": linked(article["url"]),
        "title": highlight_title(article["title"] or "", query),
        "paragraphs": _paragraphs(highlight(article["text"], query)),
        "pictures": conn.execute(
            "SELECT p.*, c.mime FROM pictures p LEFT JOIN captures c ON c.id = p.requisite_capture_id"
            " WHERE p.article_id = ? ORDER BY p.n LIMIT 100",
            number,
        ).fetchall(),
        "elsewhere": elsewhere(conn, article["id"]),
        "notes": json.loads(article["notes"]),
        "capture": capture,
        "siblings_shown": SIBLINGS,
        "stories": conn.execute(
            "SELECT m.*, s.title, s.copies, s.origin_article_id FROM members AS m"
            " JOIN stories AS s ON s.id = m.story_id WHERE m.article_id = ? ORDER BY m.story_id",
            number,
        ).fetchall(),
        "siblings": _siblings(conn, article["id"]),
        "versions": conn.execute(
            "SELECT v.article_id, v.n, v.capture_id, v.title, length(v.text) AS length, c.captured_at"
            " FROM versions AS v JOIN captures AS c ON c.id = v.capture_id WHERE v.article_id = ? ORDER BY v.n",
            number,
        ).fetchall(),
        "sightings": conn.execute(
            "SELECT * FROM sightings WHERE article_id = ? ORDER BY seen_at DESC, id DESC LIMIT 100", number
        ).fetchall(),
        "standing": conn.execute(
            "SELECT * FROM looks WHERE article_id = ? AND standing <> 'here'", number
        ).fetchone(),
        "references": references(work),
        "meta_tags": meta_tags(work),
        **_record(conn, visit, capture),
    }


def _siblings(conn: sqlite3.Connection, article: int) -> dict[int, list[sqlite3.Row]]:
    """The other articles of each story of the article, the earliest first; at most SIBLINGS + 1."""
    found: dict[int, list[sqlite3.Row]] = {}
    for (story,) in conn.execute("SELECT story_id FROM members WHERE article_id = ?", [article]):
        found[story] = conn.execute(
            "SELECT m.article_id, m.relation, a.site, a.script, a.published_at, a.published_precision"
            " FROM members AS m JOIN articles AS a ON a.id = m.article_id"
            " WHERE m.story_id = ? AND m.article_id <> ?"
            " ORDER BY a.published_at IS NULL, a.published_at, m.article_id LIMIT ?",
            [story, article, SIBLINGS + 1],
        ).fetchall()
    return found


def _record(conn: sqlite3.Connection, visit: Visit, capture: sqlite3.Row) -> dict[str, Any]:
    """The charset of the capture, from its record read again; or the damage if the record cannot be read."""
    try:
        held = replay.held(conn, visit.warc, capture["id"])
    except Damaged as damage:
        return {"damage": visit.reason_without_paths(damage), "charset": None}
    return {"damage": None, "charset": replay.charset_of(held, capture["charset"])}


def _work(conn: sqlite3.Connection, visit: Visit, article: sqlite3.Row, capture: sqlite3.Row) -> Work:
    site = names.sites(conn).get(article["site"])
    return Work.of(dict(article), dict(capture), site, f"{visit.address}/capture/{capture['id']}")


def text_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The article as plain text: headline, a blank line, paragraphs."""
    article = _row(conn, visit)
    parts = [article["kicker"], article["title"], article["subtitle"]]
    head = "\n".join(part for part in parts if part)
    text = f"{head}\n\n{article['text']}\n"
    name = f"article-{article['id']}.txt"
    return File(text.encode("utf-8", "replace"), name, "text/plain; charset=utf-8", "inline")


def reference_file(suffix: str) -> Callable[[sqlite3.Connection, Visit], File]:
    """The function that makes the reference file of a format, by the format's suffix: `bib`, `ris` or `csl.json`."""

    def read_reference(conn: sqlite3.Connection, visit: Visit) -> File:
        article = _row(conn, visit)
        capture = conn.execute("SELECT * FROM captures WHERE id = ?", [article["capture_id"]]).fetchone()
        work = _work(conn, visit, article, capture)
        found = next(one for one in references(work) if one.suffix == suffix)
        text = f"{found.text}\n".encode("utf-8", "replace")
        return File(text, f"article-{article['id']}.{suffix}", KINDS.get(suffix, "text/plain; charset=utf-8"))

    return read_reference


def json_file(conn: sqlite3.Connection, visit: Visit) -> File:
    """The article's row with its notes, its capture and its stories."""
    article = _row(conn, visit)
    capture = conn.execute("SELECT * FROM captures WHERE id = ?", [article["capture_id"]]).fetchone()
    members = conn.execute(
        "SELECT * FROM members WHERE article_id = ? ORDER BY story_id", [article["id"]]
    ).fetchall()
    content = {
        **dict(article),
        "notes": json.loads(article["notes"]),
        "capture": dict(capture),
        "stories": [dict(member) for member in members],
    }
    name = f"article-{article['id']}.json"
    return File(json_bytes(content), name, "application/json; charset=utf-8", "inline")


def _row(conn: sqlite3.Connection, visit: Visit) -> sqlite3.Row:
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM articles WHERE id = ?", [visit.number("id")]
    ).fetchone()
    if row is None:
        raise Refusal(404, "no-such-article", visit.path["id"])
    return row


def _paragraphs(pieces: list[SnippetPart]) -> list[list[SnippetPart]]:
    """The pieces of a text cut at its line ends."""
    paragraphs: list[list[SnippetPart]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        paragraphs[-1].append(SnippetPart(first, piece.hit))
        paragraphs += [[SnippetPart(text, piece.hit)] for text in rest]
    return paragraphs
