"""Which of Datasette's databases are archives of ours, and where the record of each lies."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

OUR_TABLES = ("meta", "captures", "articles", "articles_fts", "stories", "members")


def is_archive(conn: sqlite3.Connection) -> bool:
    """Whether the connection's database is one of ours; False for a damaged file too."""
    marks = ", ".join("?" * len(OUR_TABLES))
    try:
        count = conn.execute(
            f"SELECT count(*) FROM sqlite_master WHERE name IN ({marks})", OUR_TABLES
        ).fetchone()[0]
        return count == len(OUR_TABLES) and bool(
            conn.execute("SELECT 1 FROM meta WHERE key = 'schema'").fetchone()
        )
    except sqlite3.DatabaseError:  # a file that is no database: Datasette says so where it is asked for
        return False


class _InUri(str):
    """A path that is quoted where it is put into a text: Datasette makes `file:{path}?mode=ro` of it (0.65, 1.0a)."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(quote(str(self)), spec)


def make_openable(database: Any) -> None:
    """Let Datasette open a file whose folder has a `#`, `?` or `%` in its name: they mean something in a URI."""
    if database.path and set("#?%") & set(str(database.path)):
        database.path = _InUri(database.path)


def warc_folder(datasette: Any, database: Any) -> Path:
    """The folder of an archive's WARC files: `warc` beside the database file, or what the settings say.

    plugins: {zhuanzai: {warc: /somewhere/else}}, for all databases or under one.
    """
    # asked twice: 1.0a41 forgets the setting for all where the database has other settings of its own
    own = datasette.plugin_config("zhuanzai", database=database.name)
    settings = own or datasette.plugin_config("zhuanzai") or {}
    chosen = settings.get("warc")
    return Path(chosen) if chosen else Path(database.path or "").parent / "warc"
