"""Captures shown again from the record, and what is said where the record is gone or changed."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import Damaged
from archive.record import replay
from tests.archive.browse.invention import ORIGIN, TRADITIONAL, Served, build, invented


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("replay") / "data", invented()).parent


@pytest.fixture
def conn(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "archive.db")) as found:
        yield found


def number(conn: sqlite3.Connection, url: str) -> int:
    (found,) = conn.execute("SELECT id FROM captures WHERE url = ?", [url]).fetchone()
    return int(found)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://www.origin.example/a/1.html", ORIGIN[0]),  # gzip, UTF-8
        ("http://www.copy.example/a/2.html", ORIGIN[0]),  # GB18030 labelled gb2312
        ("http://www.hk.example/a/3.html", TRADITIONAL[0]),  # brotli, Big5
        ("http://www.river.example/a/4.html", "黄河三门峡水文站的测船昨天首航"),  # chunked
        ("http://www.second.example/a/1.html", ORIGIN[0]),  # a revisit
        ("http://www.origin.example/robots.txt", "User-agent: *"),
    ],
)
def test_every_coding_and_charset_is_shown(
    conn: sqlite3.Connection, folder: Path, url: str, sentence: str
) -> None:
    shown = replay.snapshot(conn, folder / "warc", number(conn, url), "/archive/-")

    assert shown is not None
    assert sentence in shown


def test_pictures_styles_and_links_come_from_the_archive(conn: sqlite3.Connection, folder: Path) -> None:
    page = number(conn, "http://www.origin.example/a/1.html")

    shown = replay.snapshot(conn, folder / "warc", page, "/archive/-") or ""

    assert 'src="data:image/png;base64,' in shown
    assert "h1 { color: #a12a1f }" in shown
    assert f'href="/archive/-/capture/{number(conn, "http://www.copy.example/a/2.html")}"' in shown


def test_a_fetch_without_an_answer_shows_nothing(conn: sqlite3.Connection, folder: Path) -> None:
    dead = number(conn, "http://www.copy.example/a/dead.html")

    assert replay.held(conn, folder / "warc", dead).message is None
    assert replay.snapshot(conn, folder / "warc", dead, "") is None


def test_what_is_no_page_shows_nothing(conn: sqlite3.Connection, folder: Path) -> None:
    assert (
        replay.snapshot(conn, folder / "warc", number(conn, "http://www.copy.example/a/pdf.html"), "") is None
    )


def test_the_raw_record_is_a_whole_member(conn: sqlite3.Connection, folder: Path) -> None:
    page = number(conn, "http://www.copy.example/a/2.html")

    raw = gzip.decompress(replay.raw_record(conn, folder / "warc", page))

    assert raw.startswith(b"WARC/1.1\r\n")
    assert "挨家挨户".encode("gb18030") in raw


def test_a_flipped_bit_is_told(tmp_path: Path) -> None:
    database = build(tmp_path / "data", [Served("http://a.example/a/1.html", b"<p>" + b"x" * 500)])
    (warc,) = (tmp_path / "data" / "warc").iterdir()
    with closing(sqlite3.connect(database)) as conn:
        offset, length = conn.execute("SELECT warc_offset, warc_length FROM captures").fetchone()
        written = bytearray(warc.read_bytes())
        written[offset + length // 2] ^= 1
        warc.write_bytes(written)

        with pytest.raises(Damaged, match="at byte"):
            replay.held(conn, tmp_path / "data" / "warc", 1)


def test_a_missing_file_is_told(conn: sqlite3.Connection, tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="No such file"):
        replay.raw_record(conn, tmp_path, 2)


def test_only_the_record_itself_is_handed_out(conn: sqlite3.Connection, folder: Path) -> None:
    """A database from a stranger may name any file of the machine."""
    with closing(sqlite3.connect(":memory:")) as forged:
        forged.executescript(
            "CREATE TABLE captures (id INTEGER PRIMARY KEY, warc_file, warc_offset, warc_length, record_id, sha256);"
            "INSERT INTO captures VALUES (1, '/etc/passwd', 0, 100, 'urn:uuid:1', NULL)"
        )

        with pytest.raises(Damaged):
            replay.raw_record(forged, folder / "warc", 1)
