"""docs/schema.md names every table and column that a database has, and no other; its questions are answered."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.view.store import Store
from tests.archive.browse.invention import build, invented

DOCUMENT = Path(__file__).parents[3] / "docs" / "schema.md"
FTS = ("articles_fts", "articles_chars")


def documented() -> dict[str, list[str]]:
    """Table to its columns, as the document has them."""
    sections = re.split(r"^## ", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]
    return {
        section.split("\n", 1)[0]: re.findall(r"^\| (\w+) \| ", section, re.M)[1:] for section in sections
    }


def test_the_document_names_every_column_of_every_table(tmp_path: Path) -> None:
    found = {}
    with Store(tmp_path / "archive.db") as store:
        names = store.conn.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        ).fetchall()
        for (name,) in names:
            if any(name.startswith(f"{table}_") for table in FTS):
                continue  # SQLite's own, behind a search table
            columns = [row[1] for row in store.conn.execute(f"PRAGMA table_xinfo({name})")]
            found[name] = [column for column in columns if name not in FTS or column not in (name, "rank")]

    assert documented() == found


def test_every_column_is_explained() -> None:
    empty = [line for line in DOCUMENT.read_text("utf-8").splitlines() if re.search(r"\|\s*\|\s*$", line)]

    assert empty == []


def test_the_documents_questions_are_answered(tmp_path: Path) -> None:
    """Central against provincial, and a medium in both scripts, as the document types them."""
    database = build(tmp_path / "data", invented())
    by_kind, by_medium = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    with closing(sqlite3.connect(database)) as conn:
        kinds = {kind: copies for kind, copies, _ in conn.execute(by_kind)}
        named = {row[0] for row in conn.execute(by_medium)}

    assert kinds == {"province": 1, "press": 1}
    assert named == {1, 2, 3, 5}  # the fourth is of 河声社; the third writes 人民日報
