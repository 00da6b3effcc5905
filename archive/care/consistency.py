"""Checks of a view's tables against each other: references lead to rows, stories are consistent."""

import sqlite3
from collections.abc import Iterator

from archive.care.indexed import unindexed
from archive.view.holdings import storyless, treeless
from extract.pages import joined_text

# Rules of a view, each as a query for the rows that break it; a result row is (the message).
RULES: tuple[str, ...] = (
    "SELECT 'stories ' || s.id || ': counts ' || s.copies || ' members, has ' || count(p.article_id)"
    " FROM stories s LEFT JOIN placed p ON p.story_id = s.id GROUP BY s.id HAVING s.copies <> count(p.article_id)",
    "SELECT 'stories ' || s.id || ': its origin, article ' || coalesce(s.origin_article_id, 'none')"
    " || ', is no member that is called so' FROM stories s WHERE NOT EXISTS (SELECT 1 FROM members m"
    " WHERE m.story_id = s.id AND m.article_id = s.origin_article_id AND m.relation = 'origin')",
    "SELECT 'members: article ' || m.article_id || ' is ' || m.relation || ' of story ' || m.story_id"
    " || ' but placed in ' || coalesce(p.story_id, 'none') FROM carriers m"
    " LEFT JOIN placed p ON p.article_id = m.article_id"
    " WHERE p.story_id IS NOT m.story_id",
    "SELECT 'placed: article ' || p.article_id || ' is in story ' || p.story_id || ' and no member of it'"
    " FROM placed p WHERE p.story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM carriers m"
    " WHERE m.article_id = p.article_id AND m.story_id = p.story_id)",
    "SELECT 'runs ' || r.id || ': counts ' || r.captures || ' captures, has ' || count(c.id)"
    " FROM runs r LEFT JOIN captures c ON c.run_id = r.id GROUP BY r.id HAVING r.captures <> count(c.id)",
    "SELECT 'captures ' || c.id || ': revisit of capture ' || c.revisit_of || ', which holds no page itself'"
    " FROM captures c JOIN captures o ON o.id = c.revisit_of WHERE o.revisit_of IS NOT NULL OR o.status = 304",
)


def broken_rules(conn: sqlite3.Connection) -> Iterator[str]:
    """Contradictions between the rows of stories, runs, pages and revisits."""
    for rule in RULES:
        yield from (said for (said,) in conn.execute(rule))
    spread = conn.execute("SELECT id, url, text FROM articles WHERE url IN (SELECT article_url FROM parts)")
    for article, url, text in spread:
        pages = conn.execute("SELECT text FROM parts WHERE article_url = ? ORDER BY n", [url])
        if text != joined_text(page for (page,) in pages):
            yield f"articles {article}: text is not that of its pages in parts"


def unfinished(conn: sqlite3.Connection) -> Iterator[str]:
    """Articles without a story, stories without rows in descents; a view that lacks the tables is named elsewhere."""
    try:
        articles, stories = storyless(conn), treeless(conn)
    except sqlite3.OperationalError:
        return
    yield from (
        f"articles {article}: has no story and is no round-up; placing it failed" for article in articles
    )
    yield from (f"stories {story}: has no tree in descents; making it failed" for story in stories)


def disagreements(conn: sqlite3.Connection) -> Iterator[str]:
    """Faults of the database file, its foreign keys and its search index; the record is not read."""
    sound = True
    for (said,) in conn.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            sound = False
            yield f"SQLite: {said}"
    if not sound:
        return
    for table, row_id, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield f"{table} {row_id}: names a row of {parent} that is not there"
    yield from unindexed(conn)
