"""What the tables of a view say of each other: search holds every article's words, stories hold together."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files

from archive.search import index as search
from archive.view.store import SCHEMA_FILES

CHUNK = 2000  # articles indexed again at a time, in memory

# What must hold, as queries that find what does not: each row is (what is said of it).
RULES: tuple[str, ...] = (
    "SELECT 'articles ' || id || ': no story and no round-up' FROM articles"
    " WHERE id NOT IN (SELECT article_id FROM placed)",
    "SELECT 'stories ' || s.id || ': counts ' || s.copies || ' members, has ' || count(p.article_id)"
    " FROM stories s LEFT JOIN placed p ON p.story_id = s.id GROUP BY s.id HAVING s.copies <> count(p.article_id)",
    "SELECT 'stories ' || s.id || ': its origin, article ' || coalesce(s.origin_article_id, 'none')"
    " || ', is no member that is called so' FROM stories s WHERE NOT EXISTS (SELECT 1 FROM members m"
    " WHERE m.story_id = s.id AND m.article_id = s.origin_article_id AND m.relation = 'origin')",
    "SELECT 'members: article ' || m.article_id || ' is ' || m.relation || ' of story ' || m.story_id"
    " || ' but placed in ' || coalesce(p.story_id, 'none') FROM members m"
    " LEFT JOIN placed p ON p.article_id = m.article_id"
    " WHERE m.relation IN ('origin', 'copy', 'abridged') AND p.story_id IS NOT m.story_id",
    "SELECT 'placed: article ' || p.article_id || ' is in story ' || p.story_id || ' and no member of it'"
    " FROM placed p WHERE p.story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM members m"
    " WHERE m.article_id = p.article_id AND m.story_id = p.story_id"
    " AND m.relation IN ('origin', 'copy', 'abridged'))",
    "SELECT 'runs ' || r.id || ': counts ' || r.captures || ' captures, has ' || count(c.id)"
    " FROM runs r LEFT JOIN captures c ON c.run_id = r.id GROUP BY r.id HAVING r.captures <> count(c.id)",
    "SELECT 'articles ' || a.id || ': text is not that of its pages in parts' FROM articles a WHERE EXISTS"
    " (SELECT 1 FROM parts p WHERE p.article_url = a.url) AND a.text <> (SELECT group_concat(text, char(10)) FROM"
    " (SELECT text FROM parts p WHERE p.article_url = a.url ORDER BY n))",
    "SELECT 'captures ' || c.id || ': revisit of capture ' || c.revisit_of || ', which holds no page itself'"
    " FROM captures c JOIN captures o ON o.id = c.revisit_of WHERE o.revisit_of IS NOT NULL OR o.status <> 200",
)


def disagreements(conn: sqlite3.Connection) -> Iterator[str]:
    """Each thing that is wrong in the tables, without looking at the record."""
    sound = True
    for (said,) in conn.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            sound = False
            yield f"SQLite: {said}"
    if not sound:
        return
    for table, row_id, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield f"{table} {row_id}: names a row of {parent} that is not there"
    for rule in RULES:
        yield from (said for (said,) in conn.execute(rule))
    yield from unindexed(conn)


def unindexed(conn: sqlite3.Connection) -> Iterator[str]:
    """Articles whose words the search index does not hold as they are, and index rows of no article.

    The index keeps no texts: each article is indexed again in memory, and counts and places of words are compared.
    """
    held = _Sums(conn)
    seen = 0
    rows = conn.execute("SELECT id, title, text FROM articles ORDER BY id")
    while chunk := rows.fetchmany(CHUNK):
        with closing(sqlite3.connect(":memory:")) as fresh:
            for name in SCHEMA_FILES:
                fresh.executescript(files("archive.view").joinpath(name).read_text("utf-8"))
            for article_id, title, text in chunk:
                search.index(fresh, article_id, title, text)
            wanted = _Sums(fresh)
            for article_id, _, _ in chunk:
                seen += 1
                if held.of(article_id) != wanted.of(article_id):
                    yield f"articles {article_id}: the search index does not hold its words as they are"
            wanted.close()
    if held.articles() > seen:
        yield from (
            f"articles_fts {row_id}: words of an article that is not there" for row_id in held.orphans()
        )
    held.close()


class _Sums:
    """How many words the index holds of each article, and a sum over the words and their places."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        for table in ("fts", "chars"):
            conn.execute(
                f"CREATE VIRTUAL TABLE temp.words_{table} USING fts5vocab(main, 'articles_{table}', 'instance')"
            )
        # a word's number is made of its length and its first three characters; the sum stays far below 2^63
        number = " + ".join(
            f"coalesce(unicode(substr(term, {at}, 1)), 0) * {factor}"
            for at, factor in ((1, 1), (2, 131), (3, 17161))
        )
        conn.execute(
            "CREATE TEMP TABLE sums AS SELECT doc, count(*) AS words,"
            f" sum((length(term) + {number}) * (coalesce(offset, 0) + 7) % 1000003) AS total"
            " FROM (SELECT term, doc, offset FROM temp.words_fts"
            " UNION ALL SELECT term, doc, offset FROM temp.words_chars) GROUP BY doc"
        )
        conn.execute("CREATE INDEX temp.sums_doc ON sums (doc)")

    def of(self, article_id: int) -> tuple[int, int] | None:
        row: tuple[int, int] | None = self._conn.execute(
            "SELECT words, total FROM temp.sums WHERE doc = ?", [article_id]
        ).fetchone()
        return row

    def articles(self) -> int:
        count: int = self._conn.execute("SELECT count(*) FROM temp.sums").fetchone()[0]
        return count

    def orphans(self) -> list[int]:
        rows = self._conn.execute("SELECT doc FROM temp.sums WHERE doc NOT IN (SELECT id FROM articles)")
        return [doc for (doc,) in rows]

    def close(self) -> None:
        for table in ("words_fts", "words_chars", "sums"):
            self._conn.execute(f"DROP TABLE temp.{table}")
