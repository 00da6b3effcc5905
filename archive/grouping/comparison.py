"""Comparison of an article with the origin of its story, for the commands, the exports and the pages."""

import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from archive.errors import WrongUse
from archive.kinds import Relation
from archive.values import number_typed
from extract.article import Script
from extract.compare.changes import Changes, Side, compare


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two articles of a comparison."""

    article_id: int
    url: str
    site: str
    published_at: str | None
    script: Script | None
    side: Side


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two articles and the changes from `origin` to `copy`; `relation` is the copy's relation to the story."""

    story_id: int | None
    relation: Relation | None
    origin: Version
    copy: Version
    changes: Changes

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain values, for JSON."""
        damage = self.changes.damage
        return {
            "story_id": self.story_id,
            "relation": self.relation,
            "origin": _plain(self.origin),
            "copy": _plain(self.copy),
            "kept": self.changes.kept,
            "added": self.changes.added,
            "fields": [asdict(field) for field in self.changes.fields],
            "spans": [asdict(span) for span in self.changes.spans],
            "punctuation": self.changes.punctuation,
            "typing": self.changes.typing,
            "damage": {
                "total": damage.total,
                "characters": [asdict(wrong) for wrong in damage.characters],
                "readings": damage.readings,
                "width": damage.width,
                "doubled": damage.doubled,
                "fingerprint": damage.fingerprint,
            },
        }


def article_named(conn: sqlite3.Connection, name: str) -> int:
    """The id of the article with this id or address. Raises WrongUse if there is none."""
    number = number_typed(name)
    column, wanted = ("url", name) if number is None else ("id", number)
    row = conn.execute(f"SELECT id FROM articles WHERE {column} = ?", [wanted]).fetchone()
    if row is None:
        raise WrongUse(
            f"{name}: no article of this {'number' if column == 'id' else 'address'} in the archive"
        )
    article: int = row[0]
    return article


def comparisons(conn: sqlite3.Connection, article: int) -> list[Comparison]:
    """The comparisons of an article with the origin of each of its stories: one for a copy, several for a round-up.

    An origin has none, and so has an article that is alone in its story.
    """
    rows = conn.execute(
        """
        SELECT m.story_id, m.relation, s.origin_article_id
        FROM members AS m
        JOIN stories AS s ON s.id = m.story_id
        WHERE m.article_id = ? AND m.relation <> 'origin' AND s.origin_article_id IS NOT NULL
        ORDER BY m.relation IN ('roundup', 'followup'), m.story_id
        """,
        [article],
    ).fetchall()
    return [
        _comparison(conn, origin, article, story=story, relation=relation) for story, relation, origin in rows
    ]


def copies_of(conn: sqlite3.Connection, origin: int) -> list[int]:
    """The copies that descend from an origin, the oldest in the archive first."""
    rows = conn.execute(
        """
        SELECT m.article_id
        FROM stories AS s
        JOIN carriers AS m ON m.story_id = s.id
        WHERE s.origin_article_id = ? AND m.relation <> 'origin'
        ORDER BY m.article_id
        """,
        [origin],
    )
    return [row[0] for row in rows]


def between(conn: sqlite3.Connection, origin: int, copy: int) -> Comparison:
    """The comparison of any two articles, of the same story or not."""
    return _comparison(conn, origin, copy, story=None, relation=None)


def conversion_of(conn: sqlite3.Connection, site: str, most: int = 200) -> dict[str, int]:
    """The traces of a site's converter in its copies: each kind of damage and its count, the most common first.

    The newest copies of the site are compared with their origins, at most `most`.
    """
    rows = conn.execute(
        """
        SELECT s.origin_article_id, m.article_id
        FROM articles AS a
        JOIN carriers AS m ON m.article_id = a.id AND m.relation <> 'origin'
        JOIN stories AS s ON s.id = m.story_id
        WHERE a.site = ?
        ORDER BY a.published_at DESC, a.id DESC
        LIMIT ?
        """,
        [site, most],
    ).fetchall()
    counts: Counter[str] = Counter()
    for origin, copy in rows:
        counts.update(between(conn, origin, copy).changes.damage.fingerprint)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _comparison(
    conn: sqlite3.Connection, origin: int, copy: int, *, story: int | None, relation: Relation | None
) -> Comparison:
    first, second = _version(conn, origin), _version(conn, copy)
    return Comparison(story, relation, first, second, compare(first.side, second.side))


def _version(conn: sqlite3.Connection, article: int) -> Version:
    url, site, published_at, script, text, title, source, byline = conn.execute(
        "SELECT url, site, published_at, script, text, title, source, byline FROM articles WHERE id = ?",
        [article],
    ).fetchone()
    return Version(article, url, site, published_at, script, Side(text, title, source, byline))


def _plain(version: Version) -> dict[str, Any]:
    return {
        "article_id": version.article_id,
        "url": version.url,
        "site": version.site,
        "published_at": version.published_at,
        "script": version.script,
        "title": version.side.title,
        "source": version.side.source,
        "byline": version.side.byline,
    }
