"""The archive for notebooks and scripts: articles, stories and captures as typed rows and as Arrow tables.

from archive.open import Archive

with Archive("data") as news:
    for copy in news.copies(story=8):
        print(copy.site, copy.kept)
    frame = news.articles(words="武汉", region="hongkong").to_arrow().to_pandas()
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Generic, Literal, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from archive.errors import WrongUse
from archive.grouping.numbers import story_now
from archive.kinds import REGIONS, RELATIONS, SITE_KINDS
from archive.record import replay
from archive.search import index as search
from archive.search.articles import Filter, every
from archive.values import Article, Capture, Change, Copy, Snapshot, Story
from archive.view.store import DATABASE, Store

__all__ = ["Archive", "Article", "Capture", "Change", "Copy", "Rows", "Snapshot", "Story"]

Row = TypeVar("Row")
Word = TypeVar("Word", bound=str)
CHUNK = 1000
"""Rows in memory at a time."""
_ARTICLE = """
SELECT a.id, a.url, a.site, t.name, t.region, a.title, a.text, a.source, a.byline, a.published_at,
    a.published_precision, a.paper_date, a.paper_page, a.script, a.low_trust, a.confidence, m.story_id, m.relation,
    a.capture_id
FROM articles AS a
LEFT JOIN sites AS t ON t.host = a.site
LEFT JOIN members AS m ON m.article_id = a.id AND m.relation IN ('origin', 'copy', 'abridged')
"""
_STORY = "SELECT id, title, origin_article_id, origin_source, first_published_at, copies FROM stories"
_COPY = """
SELECT story_id, article_id, relation, kept, added, claim, url, site, title, source, published_at, script FROM copies
"""
_CHANGE = """
SELECT e.article_id, e.n, e.changed_at, e.url, e.site, b.title, coalesce(x.title, a.title), b.text,
    coalesce(x.text, a.text), e.capture_before, e.capture_after
FROM changed AS e
JOIN articles AS a ON a.id = e.article_id
JOIN versions AS b ON b.article_id = e.article_id AND b.n = e.n
LEFT JOIN versions AS x ON x.article_id = e.article_id AND x.n = e.n + 1
"""
_CAPTURE = """
SELECT id, url, site, captured_at, archived_at, status, mime, via, payload_digest, sha256 FROM captures
"""


class Rows(Generic[Row]):
    """Rows of one kind. Each iteration reads them from the database again. They can be turned into an Arrow table."""

    def __init__(self, read: Callable[[], Iterator[Row]], kind: type[Row] | None = None) -> None:
        self._read = read
        self._kind = kind

    def __iter__(self) -> Iterator[Row]:
        return self._read()

    def first(self) -> Row | None:
        """The first row, None if there is none."""
        return next(iter(self), None)

    def to_arrow(self) -> Any:
        """A pyarrow.Table; `.to_pandas()` and polars.from_arrow() go on from there.

        Raises:
            WrongUse: pyarrow is not installed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise WrongUse("tables of Arrow want the extra: pip install 'zhuanzai[parquet]'") from error
        found = [asdict(row) if is_dataclass(row) and not isinstance(row, type) else row for row in self]
        schema = pyarrow.schema(_arrow_fields(pyarrow, self._kind)) if self._kind else None
        return pyarrow.Table.from_pylist(found, schema=schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow interface by which pandas, polars and DuckDB read tables of other libraries."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


class Archive:
    """An archive, open for reading while others may write to it; close it, or use it in a with statement."""

    def __init__(self, folder: str | Path = "data") -> None:
        """Open the archive in a folder, the folder of ARCHIVE_DIR.

        Raises:
            WrongUse: the folder has no archive, or one of another release.
        """
        self.folder = Path(folder)
        self._store = Store(self.folder / DATABASE, read_only=True)
        search.register(self._store.conn)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The read-only sqlite3 connection, with the SQL functions of the search."""
        return self._store.conn

    def articles(
        self,
        words: str = "",
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        site: str | None = None,
        source: str | None = None,
        script: str | None = None,
        relation: str | None = None,
        region: str | None = None,
        kind: str | None = None,
    ) -> Rows[Article]:
        """The articles that match, in the order they were archived; words and filters work as on the search page.

        Raises:
            WrongUse: an unknown relation, region or kind.
        """
        wanted = Filter(
            words,
            _day(since),
            _day(until),
            site,
            source,
            script,
            _one_of(RELATIONS, relation=relation),
            _one_of(REGIONS, region=region),
            _one_of(SITE_KINDS, kind=kind),
        )

        def read() -> Iterator[Article]:
            numbers = sorted(every(self.connection, wanted))
            for start in range(0, len(numbers), CHUNK):
                yield from self._articles(numbers[start : start + CHUNK])

        return Rows(read, Article)

    def article(self, which: int | str) -> Article:
        """The article with this number or address. Raises WrongUse where the archive has no such article."""
        column = "id" if isinstance(which, int) else "url"
        row = self.connection.execute(f"{_ARTICLE} WHERE a.{column} = ?", [which]).fetchone()
        if row is None:
            raise WrongUse(f"{which}: the archive has no such article")
        return Article(*row)

    def stories(self, *, copies: int = 2) -> Rows[Story]:
        """The stories with at least so many articles, the most copied first."""
        return self._rows(Story, f"{_STORY} WHERE copies >= ? ORDER BY copies DESC, id DESC", [copies])

    def story(self, number: int) -> Story:
        """The story of this number, or the story that it was merged into. Raises WrongUse if there is none."""
        now = story_now(self.connection, number)
        found = self._rows(Story, f"{_STORY} WHERE id = ?", [now]).first()
        if found is None:
            raise WrongUse(f"story {number}: the archive has no such story")
        return found

    def copies(self, story: int | None = None) -> Rows[Copy]:
        """The members of a story, with round-ups and follow-ups; without a number, the members of all stories."""
        where, values = ("WHERE story_id = ?", [self.story(story).id]) if story is not None else ("", [])
        return self._rows(Copy, f"{_COPY} {where} ORDER BY story_id, article_id", values)

    def changes(self, article: int | None = None, *, site: str | None = None) -> Rows[Change]:
        """Changes after publication, the latest first: of one article, of one site, or of all."""
        tests = {"e.article_id = ?": article, "e.site = ?": site}
        kept = {test: value for test, value in tests.items() if value is not None}
        where = f"WHERE {' AND '.join(kept)}" if kept else ""
        return self._rows(
            Change, f"{_CHANGE} {where} ORDER BY e.changed_at DESC, e.article_id", list(kept.values())
        )

    def captures(self, url: str) -> Rows[Capture]:
        """All captures of an address, the oldest first."""
        return self._rows(Capture, f"{_CAPTURE} WHERE url = ? ORDER BY captured_at, id", [url])

    def snapshot(self, capture: int | Capture | Article) -> Snapshot:
        """The server's answer in a capture, read from its record.

        Raises:
            WrongUse: no such capture.
            archive.errors.Damaged: the record is missing or was changed.
        """
        number = capture.capture_id if isinstance(capture, Article) else getattr(capture, "id", capture)
        found = self._rows(Capture, f"{_CAPTURE} WHERE id = ?", [number]).first()
        if found is None:
            raise WrongUse(f"{number}: the archive has no such capture")
        held = replay.held(self.connection, self.folder / "warc", found.id)
        read_in = self.connection.execute("SELECT charset FROM captures WHERE id = ?", [number]).fetchone()[0]
        charset = replay.charset_of(held, read_in)
        headers = tuple(held.message.headers) if held.message else ()
        body = held.message.body if held.message else b""
        return Snapshot(found, headers, body, body.decode(charset.name, "replace") if charset else None)

    def sql(self, query: str, parameters: Sequence[object] = ()) -> Rows[dict[str, Any]]:
        """The rows of an SQL query, as dictionaries."""

        def read() -> Iterator[dict[str, Any]]:
            cursor = self.connection.execute(query, parameters)
            names = [column[0] for column in cursor.description]
            return (dict(zip(names, row, strict=True)) for row in cursor)

        return Rows(read)

    def _articles(self, numbers: Sequence[int]) -> Iterator[Article]:
        marks = ", ".join("?" * len(numbers))
        sql = f"{_ARTICLE} WHERE a.id IN ({marks}) ORDER BY a.id"
        return (Article(*row) for row in self.connection.execute(sql, numbers).fetchall())

    def _rows(self, kind: Callable[..., Row], sql: str, values: Sequence[object]) -> Rows[Row]:
        def read() -> Iterator[Row]:
            return (kind(*row) for row in self.connection.execute(sql, values))

        return Rows(read, kind if isinstance(kind, type) else None)


def _one_of(words: tuple[Word, ...], **given: str | None) -> Word | None:
    """The argument's value, if it is one of the allowed words. Raises WrongUse for another word."""
    [(name, value)] = given.items()
    if value is None:
        return None
    for word in words:
        if word == value:
            return word
    raise WrongUse(f"{name} is {value!r}, wanted one of {', '.join(words)}")


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _arrow_fields(pyarrow: Any, kind: type) -> list[tuple[str, Any]]:
    """The columns of a kind of row: the same whether or not there are rows."""
    types = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string(), bytes: pyarrow.binary()}
    hints = get_type_hints(kind)
    return [(part.name, types[_bare(hints[part.name])]) for part in fields(kind)]


def _bare(hint: Any) -> type:
    """The type of a column without its None."""
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    found: Any = next(part for part in parts if part is not NoneType)
    bare: type = type(get_args(found)[0]) if get_origin(found) is Literal else found
    return bare
