"""Verify finds a change of any cell, and a row more or less, in every table of the schema: generated from it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from archive.capture import REQUISITE
from archive.care.derived import Derivation
from archive.care.tables import NOT_DERIVED, READ_OTHERWISE, differences, tables
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.source_filter import Interest
from archive.door.workers import Readers
from archive.place import Place
from archive.view.ledger import Try
from archive.view.store import SCHEMA_FILES, Store
from tests.archive.archives import AT, Book, exchange, ingest, page, response, run
from tests.archive.foreign_files import warc

LAYOUT = "http://paper.people.com.cn/rmrb/html/2020-02/10/nbs.D110000renmrb_01.htm"
LISTED = (
    '<html><meta charset="utf-8"><body><div id="pageList"><a href="nbs.D110000renmrb_01.htm">第01版：要闻</a>'
    '<a href="nbs.D110000renmrb_02.htm">第02版：经济</a></div><div id="titleList"><ul>'
    '<li><a href="nw.D110000renmrb_20200210_1-01.htm">山里的邮递员</a></li>'
    '<li><a href="nw.D110000renmrb_20200210_2-01.htm">图片报道</a></li></ul></div></body></html>'
).encode()


class Known(Book):
    """A paper with layout pages, and a site that spreads articles over pages."""

    def place(self, url: str, on: date) -> Place:
        place = super().place(url, on)
        if place.site == "paper.people.com.cn":
            return replace(place, role="listing")
        if place.site == "spread.example":
            is_further = url.endswith("_2.html")
            first_url = url.replace("_2.html", ".html") if is_further else None
            return replace(place, role="continuation" if is_further else "article", first_url=first_url)
        return place


PICTURE = bytes.fromhex(  # one grey point
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
)


def whole(folder: Path) -> None:
    """An archive that has something of everything that a crawl and an ingest can bring."""
    bodies = {
        LAYOUT: LISTED,
        "http://a.example/1.html": page(1),
        "http://b.example/1.html": page(1).replace(b"<body>", b"<body><p>" + "转自甲网".encode() + b"</p>"),
        "http://spread.example/3.html": page(3),
        "http://spread.example/3_2.html": page(4),
        "http://spread.example/9.html": b"<html><body><p>404</p></body></html>",
        "http://a.example/2.html": page(2).replace("晚报</div>".encode(), "体育报</div>".encode()),
        "http://c.example/5.html": page(5).replace(
            b"<body>", b'<body><link rel="stylesheet" href="/s.css"><p><img src="/p.png" alt="x"></p>'
        ),
        "https://c.example/5.html": page(5, said="又及。"),
    }
    fetched = [exchange(url, response(body), minutes=n) for n, (url, body) in enumerate(bodies.items())]
    gone = response(b"<html>gone</html>", status="404 Not Found")
    fetched += [
        exchange("http://a.example/1.html", response(page(1, said="更正。")), minutes=20),
        exchange("http://b.example/1.html", gone, minutes=21),
        exchange("http://dns.example/", None, minutes=22, failure="dns"),
    ]
    look = response(PICTURE).replace(b"text/html; charset=utf-8", b"image/png")
    of = {REQUISITE: "http://c.example/5.html"}
    fetched += [exchange("http://c.example/p.png", look, minutes=23, metadata=of)]
    with run(folder, book=Known()) as live:
        live.interest = Interest(("晚报",))
        for one in fetched:
            live.take(one)
        tries = [Try("http://a.example/1.html", "search", "b.example", 2, 1, 1, 1)]
        ended_at = AT + timedelta(hours=1)
        live.finish(ending="finished", ended_at=ended_at, alarms={"a.example/few": 2}, tries=tries)
    foreign = warc(folder / "a.warc.gz", {f"http://f.example/{n}.html": page(n) for n in (31, 32)})
    ingest(folder, foreign, book=Known())


def findings(folder: Path) -> list[str]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Known()) as readers:
        verifier = Verifier(store, Door(store, folder / "warc", Known()), folder / "warc", readers)
        found = [str(finding) for finding in verifier.findings()]
        checked = verifier.checked
    assert checked.responses + checked.failures == checked.derived + checked.exceptions.total()
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    whole(folder)
    assert findings(folder) == []
    return folder


@pytest.fixture(scope="module")
def second(made: Path) -> Iterator[Derivation]:
    """What the record leads to, made once."""
    shutil.copy(made / "archive.db", made / "first.db")
    with Store(made / "first.db", read_only=True) as store, Readers(Known()) as readers:
        verifier = Verifier(store, Door(store, made / "warc", Known()), made / "warc", readers)
        with Derivation.begun(store.conn, made / "warc", Known()) as derivation:
            assert list(verifier.read(derivation)) == []
            yield derivation


def compared(folder: Path, second: Derivation) -> list[str]:
    """What verify says of the rows alone."""
    with Store(folder / "archive.db", read_only=True) as store, Readers(Known()) as readers:
        verifier = Verifier(store, Door(store, folder / "warc", Known()), folder / "warc", readers)
        try:
            return [str(finding) for finding in verifier.compare(second)]
        except sqlite3.DatabaseError as error:  # a finding too: Verifier.findings
            return [str(error)]


def in_memory() -> sqlite3.Connection:
    """The schema as this release makes it."""
    conn = sqlite3.connect(":memory:")
    for file in SCHEMA_FILES:
        conn.executescript(files("archive.view").joinpath(file).read_text("utf-8"))
    return conn


def listed() -> list[tuple[str, str, str]]:
    """Every column that can be changed by itself: table, column, type."""
    with closing(in_memory()) as conn:
        names = conn.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')"
        ).fetchall()
        return [
            (name, column, kind)
            for (name,) in sorted(names)
            if name != "sqlite_schema"
            for column, kind in conn.execute("SELECT name, type FROM pragma_table_info(?)", [name]).fetchall()
        ]


COLUMNS = listed()
TABLES = sorted({table for table, _, _ in COLUMNS})


@contextmanager
def changed(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database open for a change that nothing forbids; as it was, afterwards."""
    shutil.copy(folder / "archive.db", folder / "before.db")
    try:
        with closing(sqlite3.connect(folder / "archive.db")) as conn:
            conn.execute("PRAGMA ignore_check_constraints = ON")
            yield conn
    finally:
        for name in ("archive.db-wal", "archive.db-shm"):
            (folder / name).unlink(missing_ok=True)
        shutil.copy(folder / "before.db", folder / "archive.db")


def other(value: object, kind: str) -> object:
    """Another value of the same type."""
    if isinstance(value, bytes):
        return value + b"x"
    if kind == "REAL":
        return 0.0625 if value is None else float(str(value)) + 0.0625
    if kind == "INTEGER":
        return 7 if value is None else int(str(value)) + 1_000_003
    return "x" if value is None else f"{value}x"


FREE = NOT_DERIVED.keys() - {"meta"}  # of which the first rows are compared


def is_derived(table: str, column: str) -> bool:
    return table not in FREE and f"{table}.{column}" not in NOT_DERIVED


@pytest.mark.parametrize(("table", "column", "kind"), COLUMNS, ids=lambda part: str(part))
def test_a_changed_cell_is_found_or_is_listed_as_not_derived(
    made: Path, second: Derivation, table: str, column: str, kind: str
) -> None:
    with changed(made) as conn:
        order = f"{column} IS NULL, 1"
        key = [
            name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0", [table])
        ]
        if table == "meta":
            order = "key NOT IN ('schema', 'search'), key <> 'search'"
        row = conn.execute(
            f"SELECT {column}, {', '.join(key) or 'rowid'} FROM {table} ORDER BY {order}"
        ).fetchone()
        if row is None:
            pytest.skip(f"{table} has no row here: test_two_views_are_compared_by_every_column")
        where = " AND ".join(f"{name} IS ?" for name in key or ["rowid"])
        conn.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", [other(row[0], kind), *row[1:]])
        conn.commit()
        conn.close()
        found = compared(made, second)

    assert found or not is_derived(table, column)
    if is_derived(table, column) and table not in READ_OTHERWISE:
        assert any(f"{table} " in line or "SQLite" in line or "schema" in line for line in found)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_less_is_found(made: Path, second: Derivation, table: str) -> None:
    with changed(made) as conn:
        where = "key = 'search'" if table == "meta" else "TRUE"
        key = [
            name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0", [table])
        ]
        names = ", ".join(key or ["rowid"])
        cursor = conn.execute(
            f"DELETE FROM {table} WHERE ({names}) IN (SELECT {names} FROM {table} WHERE {where} LIMIT 1)"
        )
        if not cursor.rowcount:
            pytest.skip(f"{table} has no row here")
        conn.commit()
        conn.close()

        assert compared(made, second) or table in FREE


@pytest.mark.parametrize("table", TABLES)
def test_a_row_more_is_found(made: Path, second: Derivation, table: str) -> None:
    with changed(made) as conn:
        columns = [(column, kind) for name, column, kind in COLUMNS if name == table]
        row = [{"INTEGER": 9_000_001, "REAL": 0.5, "TEXT": "x"}.get(kind, b"x") for _, kind in columns]
        marks = ", ".join("?" * len(row))
        conn.execute(f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) VALUES ({marks})", row)
        conn.commit()
        conn.close()

        assert compared(made, second) or table in NOT_DERIVED


@pytest.mark.parametrize("table", [table for table in TABLES if table not in NOT_DERIVED])
def test_two_views_are_compared_by_every_column(table: str) -> None:
    if table in READ_OTHERWISE:
        return
    columns = [(column, kind) for name, column, kind in COLUMNS if name == table]
    for at in range(len(columns)):
        with closing(in_memory()) as one, closing(in_memory()) as two:
            for conn in (one, two):
                conn.execute("PRAGMA ignore_check_constraints = ON")
                row = [{"INTEGER": 5, "REAL": 0.5}.get(kind, "schema") for _, kind in columns]
                if conn is two:
                    row[at] = other(row[at], columns[at][1])
                conn.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
            (compared,) = [found for found in tables(one) if found.name == table]

            assert list(differences(one, two, compared)), columns[at]


def test_docs_list_what_is_not_derived() -> None:
    text = (Path(__file__).parents[3] / "docs" / "the-record.md").read_text("utf-8")

    missing = [name for name, reason in NOT_DERIVED.items() if f"| `{name}` | {reason} |" not in text]
    assert missing == []
    assert text.count("\n| `") >= len(NOT_DERIVED)
