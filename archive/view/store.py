"""The database: all tables in one class; each commit is one transaction."""

from archive.view.articles import Articles, Kept, article_row
from archive.view.captures import Captures, capture_row, mime
from archive.view.database import DATABASE, SCHEMA, SCHEMA_FILES, utc
from archive.view.migrate import statements
from archive.view.runs import Runs
from archive.view.warc_files import WarcFiles

__all__ = [
    "DATABASE",
    "SCHEMA",
    "SCHEMA_FILES",
    "Kept",
    "Store",
    "article_row",
    "capture_row",
    "mime",
    "statements",
    "utc",
]


class Store(WarcFiles, Runs, Captures, Articles):  # each table's methods in one file; one connection for all
    """An open archive.db; close it, or use it in a with statement."""

    def counts(self) -> dict[str, int]:
        """The number of rows in the main tables."""
        tables = ("runs", "captures", "articles", "versions", "stories", "sightings", "quarantine")
        return {name: self.conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
