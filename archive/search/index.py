"""The index of words, exact and in either script: its rows, and the SQL that searches it."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive.search.folding import LaidOut, fold, joined_han, joined_tokens, tokens
from archive.search.query import All, Either, Node, Query, Term, parse
from archive.search.snippets import SnippetPart, highlight, snippet
from extract.script.fold import FOLD_VERSION, stand_ins

INDEX_VERSION = f"{FOLD_VERSION}.1"
"""The value of meta.search for the index that this module writes; another value means that a rebuild is needed."""


def prepare(conn: sqlite3.Connection) -> None:
    """Fill the tables that search.sql leaves empty. Call once, when the tables have just been made."""
    conn.executemany("INSERT INTO hanzi_fold (ch, base) VALUES (?, ?)", stand_ins())
    conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('search', ?)", [INDEX_VERSION])


def index(conn: sqlite3.Connection, article_id: int, title: str | None, text: str) -> None:
    """Add an article to the index, in the same transaction as the article's row."""
    insert(conn, article_id, IndexRow.of(title, text))


def insert(conn: sqlite3.Connection, article_id: int, row: "IndexRow") -> None:
    """Add an article to the index, with words that were found before."""
    conn.execute(
        "INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)", [article_id, row.title, row.text]
    )
    conn.execute("INSERT INTO articles_chars (rowid, chars) VALUES (?, ?)", [article_id, row.chars])


def unindex(conn: sqlite3.Connection, article_id: int, title: str | None, text: str) -> None:
    """Remove an article from the index; `title` and `text` must be the ones that were indexed."""
    delete(conn, article_id, IndexRow.of(title, text))


def delete(conn: sqlite3.Connection, article_id: int, row: "IndexRow") -> None:
    """Remove an article from the index, with words that were found before; they must be the ones indexed."""
    conn.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        [article_id, row.title, row.text],
    )
    conn.execute(
        "INSERT INTO articles_chars (articles_chars, rowid, chars) VALUES ('delete', ?, ?)",
        [article_id, row.chars],
    )


@dataclass(frozen=True, slots=True)
class IndexRow:
    """The index's columns of an article: tokens of title and text, and the Han runs for one-character words."""

    title: str
    text: str
    chars: str

    @classmethod
    def of(cls, title: str | None, text: str, laid: LaidOut | None = None) -> "IndexRow":
        """The index row of an article with this title and text; `laid` is the text laid out, if the caller has it."""
        head = fold(title or "")
        if laid is not None:
            return cls(joined_tokens(head), laid.tokens, joined_han("".join([head, *laid.sentences])))
        body = fold(text)
        return cls(joined_tokens(head), joined_tokens(body), joined_han(head + body))


class IndexChanges:
    """Changes of the index in a transaction, in order; they are written many at once.

    FTS5 keeps new rows in memory, but writes them at every statement that SQLite may have to undo alone, such as an
    INSERT OR REPLACE. Between the rows of other tables this would be once for each article, and take 0.6 ms. Two
    hundred at once cost more than sixteen, and the last of an import wait for them alone.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[Callable[..., None], int, IndexRow]] = []

    def __len__(self) -> int:
        """The number of changes that wait."""
        return len(self._steps)

    def index(self, article_id: int, row: IndexRow) -> None:
        """Note an article to be added by insert()."""
        self._steps.append((insert, article_id, row))

    def unindex(self, article_id: int, title: str | None, text: str) -> None:
        """Note an article to be removed by delete()."""
        self._steps.append((delete, article_id, IndexRow.of(title, text)))

    def write(self, conn: sqlite3.Connection) -> None:
        """Write what waits, in the transaction of the articles' rows."""
        for step, article_id, row in self._steps:
            step(conn, article_id, row)
        self._steps.clear()


def optimize(conn: sqlite3.Connection) -> None:
    """Merge the index into one segment, which is the smallest and fastest form; for the end of a long run."""
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
    conn.execute("INSERT INTO articles_chars (articles_chars) VALUES ('optimize')")


def match(query: str) -> str:
    """The query as an FTS5 expression for articles_fts; a query without words matches nothing."""
    root = parse(query).root
    return _expression(root) if root else '""'


@dataclass(frozen=True, slots=True)
class IdQuery:
    """SQL with one column, the ids of the matching articles, and the SQL's parameters."""

    sql: str
    parameters: tuple[str, ...]


def hits(query: Query) -> IdQuery | None:
    """The SQL that finds the matching articles; None for a query without words.

    One-character words are searched in articles_chars: the newest 20 of 100,000 articles take 0.2 ms, not 60 ms.
    """
    return _hits(query.root) if query.root else None


def register(conn: sqlite3.Connection) -> None:
    """Give a connection the SQL functions of search.

    escape_fts(q) replaces Datasette's own function, so that Datasette's search box finds both scripts. zh_match(q) is
    the same function under another name. zh_fold(text), zh_snippet(text, q) and zh_highlight(text, q) are for SQL
    that a reader writes.
    """
    for name, arguments, function in (
        ("escape_fts", 1, match),
        ("zh_match", 1, match),
        ("zh_fold", 1, fold),
        ("zh_snippet", 2, _marked_snippet),
        ("zh_highlight", 2, _marked_text),
    ):
        conn.create_function(name, arguments, _of_text(function), deterministic=True)


def _hits(node: Node) -> IdQuery:
    characters = _characters(node)
    if characters:
        return IdQuery("SELECT rowid FROM articles_chars WHERE articles_chars MATCH ?", (characters,))
    if not _has_character(node):
        return IdQuery("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (_expression(node),))
    if isinstance(node, All):
        return _intersection(node)
    children = node.nodes if isinstance(node, Either) else (node,)
    parts = [_hits(child) for child in children]
    sql = " UNION ".join(part.sql for part in parts)
    return IdQuery(f"SELECT rowid FROM ({sql}) WHERE true", _bound(parts))


def _intersection(node: All) -> IdQuery:
    """The articles that match the longer words, from one index, tested against the one-character words."""
    plain = tuple(child for child in node.wanted if not _has_character(child))
    mixed = [child for child in node.wanted if _has_character(child)]
    first = _hits(All(plain) if plain else mixed.pop(0))
    wanted = [_hits(child) for child in mixed]
    unwanted = [_hits(child) for child in node.unwanted]
    tests = [f" AND rowid IN ({part.sql})" for part in wanted]
    tests += [f" AND rowid NOT IN ({part.sql})" for part in unwanted]
    return IdQuery(first.sql + "".join(tests), first.parameters + _bound([*wanted, *unwanted]))


def _bound(parts: Iterable[IdQuery]) -> tuple[str, ...]:
    return tuple(parameter for part in parts for parameter in part.parameters)


def _has_character(node: Node) -> bool:
    if isinstance(node, Term):
        return node.character is not None
    children = node.wanted + node.unwanted if isinstance(node, All) else node.nodes
    return any(_has_character(child) for child in children)


def _characters(node: Node) -> str | None:
    """The node as an expression for articles_chars; None if it has other than one-character words."""
    if isinstance(node, Term):
        return f'"{node.character}"' if node.character else None
    children = node.wanted + node.unwanted if isinstance(node, All) else node.nodes
    parts = [_characters(child) for child in children]
    return _joined(node, [part for part in parts if part]) if all(parts) else None


def _expression(node: Node) -> str:
    """The node as an expression for articles_fts."""
    if isinstance(node, Term):
        return _phrase(node)
    children = node.wanted + node.unwanted if isinstance(node, All) else node.nodes
    return _joined(node, [_expression(child) for child in children])


def _joined(node: All | Either | Term, parts: list[str]) -> str:
    if isinstance(node, Either):
        return f"({' OR '.join(parts)})"
    if isinstance(node, Term):
        return parts[0]
    wanted = " AND ".join(parts[: len(node.wanted)])
    unwanted = " OR ".join(parts[len(node.wanted) :])
    return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"


def _phrase(term: Term) -> str:
    """A term as consecutive tokens; its last token is a prefix if the indexed token may be longer."""
    *before, last = term.runs
    words = [token for run in before for token in tokens(run.text)]
    if last.han:
        words += list(tokens(last.text))[:-1] or [last.text]
        open_end = len(last.text) == 1
    else:
        words.append(last.text)
        open_end = term.prefix
    field = f"{term.field} : " if term.field else ""
    return f'{field}"{" ".join(words)}"{" *" if open_end else ""}'


def _of_text(function: Callable[..., str]) -> Callable[..., str | None]:
    """The function for SQL: NULL if a value is NULL, and numbers are taken as text."""

    def answer(*values: object) -> str | None:
        return None if None in values else function(*map(str, values))

    return answer


def _marked_snippet(text: str, query: str) -> str:
    return _marked(snippet(text, parse(query)))


def _marked_text(text: str, query: str) -> str:
    return _marked(highlight(text, parse(query)))


def _marked(pieces: Iterable[SnippetPart]) -> str:
    return "".join(f"⟦{piece.text}⟧" if piece.hit else piece.text for piece in pieces)
