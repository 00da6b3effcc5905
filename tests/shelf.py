"""A database of articles alone, each placed among the stories as it is put in."""

import sqlite3
from importlib.resources import files

from archive.grouping.stories import Stories
from archive.urlkey import key
from archive.view.names import name_source
from archive.view.store import statements


class Shelf:
    """Articles in the order in which they are put, in memory or in a file."""

    def __init__(self, path: str = ":memory:") -> None:
        self.conn = sqlite3.connect(path, isolation_level=None)
        self.conn.execute("PRAGMA foreign_keys = ON")
        self.conn.execute("PRAGMA cache_size = -65536")
        for name in ("schema.sql", "stories.sql", "names.sql", "lineage.sql"):
            for statement in statements(files("archive.view").joinpath(name).read_text("utf-8")):
                self.conn.execute(statement)
        self.stories = Stories(self.conn)
        self._last = 0

    def put(self, text: str, title: str = "", **fields: object) -> int:
        """Store an article and find its story; its number."""
        article = self.add(text, title, **fields)
        self.stories.place(article)
        return article

    def add(self, text: str, title: str = "", **fields: object) -> int:
        """Store an article and leave it unplaced; its number."""
        self._last += 1
        site = fields.pop("site", "a.example")
        row = {
            "id": self._last,
            "capture_id": self._last,
            "url": f"http://{site}/{self._last}.html",
            "site": site,
            "title": title,
            "text": text,
            "extractor": "test",
            "notes": "[]",
            **fields,
        }
        self.conn.execute(
            "INSERT INTO captures (id, url, site, captured_at, via, original_url, urlkey)"
            " VALUES (:id, :url, :site, '2020-02-10T00:00:00Z', 'live', :url, :urlkey)",
            {**row, "urlkey": key(str(row["url"]))},
        )
        names = ", ".join(row)
        name_source(self.conn, fields.get("source"))
        self.conn.execute(f"INSERT INTO articles ({names}) VALUES ({', '.join(':' + n for n in row)})", row)
        return self._last

    def homes(self) -> dict[int, int]:
        """The story of each article that belongs to one."""
        return dict(self.conn.execute("SELECT article_id, story_id FROM carriers"))

    def together(self) -> set[frozenset[int]]:
        """The articles of each story."""
        groups: dict[int, set[int]] = {}
        for article, story in self.homes().items():
            groups.setdefault(story, set()).add(article)
        return {frozenset(group) for group in groups.values()}

    def relations(self, article: int) -> list[tuple[int, str]]:
        """Each story an article has to do with, and how."""
        rows = self.conn.execute(
            "SELECT story_id, relation FROM members WHERE article_id = ? ORDER BY relation, story_id",
            [article],
        )
        return rows.fetchall()

    def story(self, article: int) -> int | None:
        """The story an article belongs to."""
        return self.homes().get(article)

    def events(self) -> list[tuple[str, int, int | None, int]]:
        """Merges and splits: event, story, other story, article."""
        rows = self.conn.execute(
            "SELECT event, story_id, other_story_id, article_id FROM story_events ORDER BY id"
        )
        return rows.fetchall()

    def dump(self) -> list[tuple[object, ...]]:
        """Every row that grouping wrote."""
        tables = ("stories", "members", "placed", "postings", "likenesses", "story_events")
        return [row for table in tables for row in self.conn.execute(f"SELECT * FROM {table}").fetchall()]
