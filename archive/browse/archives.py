"""The archives among Datasette's databases, and the folder of each archive's WARC files."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

OUR_TABLES = ("meta", "captures", "articles", "articles_fts", "stories", "members")


def is_archive(conn: sqlite3.Connection) -> bool:
    """Whether the connection's database is an archive of zhuanzai; False for a damaged file too."""
    marks = ", ".join("?" * len(OUR_TABLES))
    try:
        count = conn.execute(
            f"SELECT count(*) FROM sqlite_master WHERE name IN ({marks})", OUR_TABLES
        ).fetchone()[0]
        return count == len(OUR_TABLES) and bool(
            conn.execute("SELECT 1 FROM meta WHERE key = 'schema'").fetchone()
        )
    except sqlite3.DatabaseError:  # no SQLite database: Datasette reports it when the file is opened
        return False


class _InUri(str):
    """A path that quotes itself in an f-string: Datasette builds `file:{path}?mode=ro` (0.65, 1.0a)."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(quote(str(self)), spec)


def make_openable(database: Any) -> None:
    """Let Datasette open a file whose path has a `#`, `?` or `%`; these characters have a meaning in a URI."""
    if database.path and set("#?%") & set(str(database.path)):
        database.path = _InUri(database.path)


def warc_folder(datasette: Any, database: Any) -> Path:
    """The folder of an archive's WARC files: the folder in the settings, else `warc` beside the database file.

    The setting is `plugins: {zhuanzai: {warc: /somewhere/else}}`, for all databases or for one.
    """
    # two calls: 1.0a41 ignores the setting for all databases if the database has settings of its own
    own = datasette.plugin_config("zhuanzai", database=database.name)
    settings = own or datasette.plugin_config("zhuanzai") or {}
    chosen = settings.get("warc")
    return Path(chosen) if chosen else Path(database.path or "").parent / "warc"
