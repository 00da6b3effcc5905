"""Atom feeds of new copies, changes and disappearances: of the archive, a site, a story or a search."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

from archive.browse.labels import Labels
from archive.browse.moments import BEIJING
from archive.browse.pages.search import filter_of
from archive.browse.protocols.atom import Feed, FeedEntry, written
from archive.browse.visit import Elsewhere, File, Refusal, Visit
from archive.grouping.numbers import story_now
from archive.search import names
from archive.search.articles import every

MOST = 50
"""Entries of a feed, at most."""
_SUMMARY = 200
KINDS = ("copies", "changes", "vanished")
_ARTICLE = "a.id, a.url, a.site, a.title, a.text, a.script, a.published_at"
_SQL = {
    # in the order of the archive, which a rebuild keeps
    "articles": f"SELECT {_ARTICLE}, c.captured_at AS at, a.url AS mark, NULL AS n FROM articles AS a"
    " JOIN sightings AS s ON s.id = (SELECT min(id) FROM sightings WHERE article_id = a.id)"
    " JOIN captures AS c ON c.id = s.capture_id WHERE {where} ORDER BY a.id DESC LIMIT {most}",
    "changes": f"SELECT {_ARTICLE}, e.changed_at AS at, c.record_id AS mark, e.n FROM changed AS e"
    " JOIN articles AS a ON a.id = e.article_id JOIN captures AS c ON c.id = e.capture_after"
    " WHERE {where} ORDER BY e.changed_at DESC LIMIT {most}",
    "vanished": f"SELECT {_ARTICLE}, l.standing_since AS at, a.url || ' ' || l.standing_since AS mark, l.standing AS n"
    " FROM looks AS l JOIN articles AS a ON a.id = l.article_id"
    " WHERE l.standing <> 'here' AND {where} ORDER BY l.standing_since DESC LIMIT {most}",
}
_OF_A_STORY = "a.id IN (SELECT article_id FROM members WHERE story_id = ?)"
_COPIES = "a.id IN (SELECT article_id FROM members WHERE relation IN ('copy', 'abridged'))"


@dataclass(frozen=True, slots=True)
class _Subject:
    """The subject of a feed: a condition on articles, the feed's title, the page that the feed belongs to."""

    where: str
    value: object
    title: str
    page: str
    of: str = "copies"
    """The entries of kind `copies`: with `articles` every new article (of a story or search), else copies only."""


def of_archive(conn: sqlite3.Connection, visit: Visit) -> File:
    """The feed of the archive."""
    return _file(conn, visit, _Subject("? = 1", 1, "zhuanzai 转载", "home"))


def of_site(conn: sqlite3.Connection, visit: Visit) -> File:
    """The feed of the site in the address. Raises Refusal for a site without captures."""
    host = visit.path["site"]
    if conn.execute("SELECT 1 FROM captures WHERE site = ? LIMIT 1", [host]).fetchone() is None:
        raise Refusal(404, "no-such-site", host[:80])
    site = names.sites(conn).get(host)
    title = f"{site.own} {host}" if site else host
    return _file(conn, visit, _Subject("a.site = ?", host, title, f"site/{quote(host)}"))


def of_story(conn: sqlite3.Connection, visit: Visit) -> File:
    """The feed of the story in the address. Raises Elsewhere if the story was merged into another."""
    number = visit.number("id")
    story = conn.execute("SELECT title FROM stories WHERE id = ?", [number]).fetchone()
    if story is None:
        now = story_now(conn, number)
        if now is None:
            raise Refusal(404, "no-such-story", visit.path["id"])
        raise Elsewhere(f"{visit.room}/story/{now}.atom")
    return _file(
        conn, visit, _Subject(_OF_A_STORY, number, story["title"] or "", f"story/{number}", "articles")
    )


def of_search(conn: sqlite3.Connection, visit: Visit) -> File:
    """The feed of the search in the address."""
    wanted = filter_of(visit)
    found = json.dumps(every(conn, wanted, 10_000))
    asked = {
        name: value for name, value in visit.args.items() if value and name not in ("of", "sort", "page")
    }
    where = "a.id IN (SELECT value FROM json_each(?))"
    title = " ".join(asked.values()) or "zhuanzai 转载"
    return _file(conn, visit, _Subject(where, found, title, f"search?{urlencode(asked)}", "articles"))


def _file(conn: sqlite3.Connection, visit: Visit, subject: _Subject) -> File:
    of = visit.text("of")
    if of and of not in KINDS:
        raise Refusal(400, "no-such-feed", of[:40])
    entries = sorted(
        (entry for kind in ([of] if of else KINDS) for entry in _entries(conn, visit, subject, kind)),
        key=lambda entry: (entry.updated, entry.id),
        reverse=True,
    )
    page, _, query = subject.page.partition("?")
    asked = "&".join(filter(None, (query, f"of={of}" if of else "")))
    address = f"{visit.address}/{page}.atom{f'?{asked}' if asked else ''}"
    feed = Feed(subject.title, address, f"{visit.address}/{subject.page}", tuple(entries[:MOST]))
    return File(written(feed), "feed.atom", "application/atom+xml; charset=utf-8", "inline")


def _entries(conn: sqlite3.Connection, visit: Visit, subject: _Subject, kind: str) -> Iterable[FeedEntry]:
    where = subject.where
    if kind == "copies" and subject.of == "copies":
        where += f" AND {_COPIES}"
    sql = _SQL["articles" if kind == "copies" else kind].format(where=where, most=MOST)
    known = names.sites(conn)
    for row in conn.execute(sql, [subject.value]):
        site = known[row["site"]].own if row["site"] in known else row["site"]
        yield _entry(row, kind, site, visit)


def _entry(row: sqlite3.Row, kind: str, site: str, visit: Visit) -> FeedEntry:
    labels = Labels(visit.language)
    article = f"{visit.address}/article/{row['id']}"
    heads: dict[str, Callable[[], str]] = {
        "copies": lambda: labels("feed-new"),
        "changes": lambda: labels("state-changed"),
        "vanished": lambda: labels(f"state-{row['n']}"),
    }
    return FeedEntry(
        id=f"urn:zhuanzai:{kind}:{sha256(str(row['mark']).encode()).hexdigest()[:32]}",
        kind=kind,
        title=f"{heads[kind]()} · {site} · {row['title'] or row['url']}",
        updated=_second(row["at"]),
        href=f"{article}/versions/{row['n']}" if kind == "changes" else article,
        about=row["url"],
        author=site,
        summary=" ".join(row["text"].split())[:_SUMMARY],
        published=_published(row["published_at"]),
        language="zh-Hant" if row["script"] == "hant" else "zh-Hans",
    )


def _second(moment: str) -> str:
    return f"{moment[:19]}Z"


def _published(value: str | None) -> str | None:
    """A time of publication in Atom's form, with a zone; a day begins at midnight in China. None if it is no time."""
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).isoformat(timespec="seconds")
