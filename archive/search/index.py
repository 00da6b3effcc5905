"""Finding articles by their words, exactly and in either script: what the index holds and how it is asked."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive.search.folding import fold, runs, tokens, tokens_of
from archive.search.query import All, Either, Node, Query, Term, parse
from archive.search.snippets import SnippetPart, highlight, snippet
from extract.script.fold import FOLD_VERSION, stand_ins

INDEX_VERSION = f"{FOLD_VERSION}.1"
"""What meta.search says of the index that this module writes; another value asks for a rebuild."""


def prepare(conn: sqlite3.Connection) -> None:
    """Fill what search.sql leaves empty. Call once, when the tables have just been made."""
    conn.executemany("INSERT INTO hanzi_fold (ch, base) VALUES (?, ?)", stand_ins())
    conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('search', ?)", [INDEX_VERSION])


def index(conn: sqlite3.Connection, article_id: int, title: str | None, text: str) -> None:
    """Make an article findable; its row and this belong in one transaction."""
    insert(conn, article_id, IndexRow.of(title, text))


def insert(conn: sqlite3.Connection, article_id: int, row: "IndexRow") -> None:
    """The same for an article whose words were found before."""
    conn.execute(
        "INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)", [article_id, row.title, row.text]
    )
    conn.execute("INSERT INTO articles_chars (rowid, chars) VALUES (?, ?)", [article_id, row.chars])


def unindex(conn: sqlite3.Connection, article_id: int, title: str | None, text: str) -> None:
    """Take an article out again; `title` and `text` must be those it was indexed with."""
    delete(conn, article_id, IndexRow.of(title, text))


def delete(conn: sqlite3.Connection, article_id: int, row: "IndexRow") -> None:
    """The same for an article whose words were found before."""
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
    """What the index holds of an article: pairs of its characters and whole words, and every character once."""

    title: str
    text: str
    chars: str

    @classmethod
    def of(cls, title: str | None, text: str) -> "IndexRow":
        """The words of an article."""
        columns, han = [], set[str]()
        for folded in (fold(title or ""), fold(text)):
            found = list(runs(folded))
            columns.append(" ".join(tokens_of(found)))
            han.update(*(run.text for run in found if run.han))
        return cls(columns[0], columns[1], " ".join(sorted(han)))


class IndexChanges:
    """What a transaction changes of the index, in order, to be written at its end.

    FTS5 keeps new rows in memory, but writes them out at every statement that SQLite may have to take back alone (an
    INSERT OR REPLACE, say): between the rows of other tables that is once an article, 0.6 ms of it.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[Callable[..., None], int, IndexRow]] = []

    def index(self, article_id: int, row: IndexRow) -> None:
        """As insert(), later."""
        self._steps.append((insert, article_id, row))

    def unindex(self, article_id: int, title: str | None, text: str) -> None:
        """As the function of this name, later."""
        self._steps.append((delete, article_id, IndexRow.of(title, text)))

    def write(self, conn: sqlite3.Connection) -> None:
        """Write what was put here; call once, before the transaction ends."""
        for step, article_id, row in self._steps:
            step(conn, article_id, row)


def optimize(conn: sqlite3.Connection) -> None:
    """Merge the index into one segment: smallest file, fastest answers; for the end of a long run."""
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
    conn.execute("INSERT INTO articles_chars (articles_chars) VALUES ('optimize')")


def match(query: str) -> str:
    """The query as an FTS5 expression for articles_fts; one without words matches nothing."""
    root = parse(query).root
    return _expression(root) if root else '""'


@dataclass(frozen=True, slots=True)
class IdQuery:
    """SQL whose one column is the ids of the articles that match, and the parameters it binds."""

    sql: str
    parameters: tuple[str, ...]


def hits(query: Query) -> IdQuery | None:
    """Which articles match; None where the query asks for nothing.

    One-character words are looked up in articles_chars: 0.2 ms for the newest 20 of 100,000 articles, not 60.
    """
    return _hits(query.root) if query.root else None


def register(conn: sqlite3.Connection) -> None:
    """Give a connection the SQL functions of search.

    escape_fts(q) takes the place of Datasette's own, so that its search box answers in both scripts;
    zh_match(q) is the same by its own name. zh_fold(text), zh_snippet(text, q) and zh_highlight(text, q)
    serve written SQL.
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
    """The longer words choose, by one index; the rest is tested against what they find."""
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
    """The node as an expression for articles_chars, where it is made of one-character words only."""
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
    """A term as consecutive tokens; its end is left open where the index's next token may go on."""
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
    """The same for SQL, where a value may be NULL (then the answer is) or a number."""

    def answer(*values: object) -> str | None:
        return None if None in values else function(*map(str, values))

    return answer


def _marked_snippet(text: str, query: str) -> str:
    return _marked(snippet(text, parse(query)))


def _marked_text(text: str, query: str) -> str:
    return _marked(highlight(text, parse(query)))


def _marked(pieces: Iterable[SnippetPart]) -> str:
    return "".join(f"⟦{piece.text}⟧" if piece.hit else piece.text for piece in pieces)
