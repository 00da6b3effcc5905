"""What is wrong with a request or an archive is said on a clear page, with the status for it, never as a traceback."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import datasette
import pytest

from archive.view.store import Store
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import ORIGIN, Served, build, page

SETTINGS = "metadata" if datasette.__version__.startswith("0.") else "config"
QUERIES = (
    '"', "'", "''", "(", ")", "((", '"武汉', "武汉)", "*", "%", "NOT", "AND AND", "-", "，。", "title:", "武 OR",
    "'; DROP TABLE articles; --", "武\x00汉", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 1999,
    "𰻞", "NEAR(武 汉)", "{title}: 武", "^武", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "../../etc/passwd",
)  # fmt: skip


def refused(room: Room, path: str, status: int) -> str:
    response = room.get(path)
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    assert 'class="zz-room"' in response.text
    return str(response.text)


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_is_answered(room: Room, query: str) -> None:
    for path in (
        "/archive/-/search",
        "/archive/-/search.json",
        "/archive/articles",
        "/archive/search_articles",
    ):
        response = room.get(path, params={"q": query, "_search": query})
        assert response.status_code == 200, path
        assert "json" in response.headers["content-type"] or "<script>alert(1)" not in response.text


def test_ten_thousand_characters_are_too_many_for_the_search_page(room: Room) -> None:
    assert "10000 &gt; 2000" in refused(room, "/archive/-/search?q=" + "a" * 10_000, 400)


def test_ten_thousand_characters_are_answered_by_datasettes_search(room: Room) -> None:
    assert room.get("/archive/articles.json?_search=" + "武汉" * 5_000).json()["rows"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/archive/-/story/999", 404),
        ("/archive/-/story/" + "9" * 400, 404),
        ("/archive/-/article/0", 404),
        ("/archive/-/article/9223372036854775808", 404),
        ("/archive/-/article/1/versions/1", 404),
        ("/archive/-/capture/999", 404),
        ("/archive/-/capture/999/record", 404),
        ("/archive/-/capture/10/page", 404),
        ("/archive/-/capture/10/body", 404),
        ("/archive/-/capture/11/page", 404),
        ("/archive/-/site/nowhere.example", 404),
        ("/archive/-/site/%27%3B--", 404),
        ("/archive/-/day/2020-02-30", 400),
        ("/archive/-/day/<script>", 400),
        ("/archive/-/search?since=yesterday", 400),
        ("/archive/-/search?relation=cousin", 400),
        ("/archive/-/search?region=hongkng", 400),
        ("/archive/-/search?kind=paper", 400),
        ("/archive/-/search?page=0", 400),
        ("/archive/-/search?page=-1", 400),
        ("/archive/-/search?page=٣", 400),
        ("/archive/-/search?page=99999999999999999999", 400),
        ("/archive/-/compare", 400),
        ("/archive/-/compare?with=1", 400),
        ("/archive/-/compare?with=1&with=1", 400),
        ("/archive/-/compare?with=1&with=two", 400),
        ("/archive/-/compare?with=1&with=2&with=3&with=4&with=5&with=6&with=7", 400),
        ("/archive/-/compare?with=1&with=99999999999999999999", 404),
        ("/elsewhere/-/home", 404),
    ],
)
def test_what_is_not_there_is_said(room: Room, path: str, status: int) -> None:
    refused(room, path, status)


@pytest.mark.parametrize("path", ["/archive/-/nothing", "/archive/-/story/x", "/nothing", "/archive/nothing"])
def test_unknown_addresses_are_refused(room: Room, path: str) -> None:
    assert room.get(path).status_code in (400, 404)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_time_have_pages(room: Room, day: str) -> None:
    assert room.get(f"/archive/-/day/{day}").status_code == 200
    assert room.get(f"/archive/-/search?since={day}&until={day}").status_code == 200


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as conn:
        conn.executescript(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);"
            "CREATE VIRTUAL TABLE notes_fts USING fts5 (body, content='notes');"
            "INSERT INTO notes VALUES (1, 'plain words');"
            "INSERT INTO notes_fts (notes_fts) VALUES ('rebuild')"
        )
    room = Room(other)
    try:
        refused(room, "/other/-/home", 404)
        assert room.get("/other/notes?_search=plain").status_code == 200
        assert "-/search" not in room.get("/other").text
        assert (
            "no such function" in room.get("/other.json?sql=select+zh_fold('a')", follow_redirects=True).text
        )
    finally:
        room.close()


def test_an_empty_archive_has_every_page(tmp_path: Path) -> None:
    with Store(tmp_path / "archive.db"):
        pass
    room = Room(tmp_path / "archive.db")
    try:
        for path in (
            "home",
            "search",
            "search?q=武汉",
            "stories",
            "sites",
            "days",
            "day/2020-02-10",
            "search.csv",
        ):
            assert room.get(f"/archive/-/{path}").status_code == 200, path
        assert "no articles yet" in room.get("/archive/-/home").text
    finally:
        room.close()


@pytest.mark.skipif(SETTINGS == "config", reason="Datasette 1.0 itself does not start on such a file")
def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"SQLite format 3\x00" + b"\x00" * 4080)
    room = Room(tmp_path / "archive.db")
    try:
        refused(room, "/archive/-/home", 500)
    finally:
        room.close()


def test_a_damaged_database_is_said(database: Path, tmp_path: Path) -> None:
    broken = tmp_path / "archive.db"
    shutil.copy(database, broken)
    with closing(sqlite3.connect(broken)) as conn:
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    written = bytearray(broken.read_bytes())
    written[(root - 1) * size : root * size] = b"\xff" * size
    broken.write_bytes(written)
    room = Room(broken)
    try:
        assert "scrapy rebuild" in refused(room, "/archive/-/article/1", 500)
    finally:
        room.close()


def test_a_lost_warc_is_said_and_what_is_known_shown(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "archive.db")
    room = Room(tmp_path / "archive.db")
    try:
        shown = refused(room, "/archive/-/capture/2", 410)
        assert "http://www.origin.example/a/1.html" in shown
        assert str(tmp_path) not in shown
        for part in ("page", "record", "headers", "body"):
            refused(room, f"/archive/-/capture/2/{part}", 410)
        assert room.get("/archive/-/article/1").status_code == 200
    finally:
        room.close()


def test_the_folder_of_the_record_can_be_set(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "archive.db")
    settings = {"plugins": {"zhuanzai": {"warc": str(database.parent / "warc")}}}
    room = Room(tmp_path / "archive.db", **{SETTINGS: settings})
    try:
        assert room.get("/archive/-/capture/2").status_code == 200
    finally:
        room.close()


def test_an_address_that_is_a_script_is_no_link(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        conn.execute("UPDATE captures SET url = 'javascript:alert(1)' WHERE id = 2")
        conn.execute("UPDATE articles SET url = 'javascript:alert(1)' WHERE id = 1")
        conn.commit()
    room = Room(
        tmp_path / "archive.db",
        **{SETTINGS: {"plugins": {"zhuanzai": {"warc": str(database.parent / "warc")}}}},
    )
    try:
        for path in ("capture/2", "article/1", "story/1", "search?q=武汉"):
            assert 'href="javascript:' not in room.get(f"/archive/-/{path}").text
    finally:
        room.close()


def test_a_torn_record_is_gone(tmp_path: Path) -> None:
    database = build(tmp_path / "data", [Served("http://a.example/a/1.html", b"<p>" + b"x" * 900)])
    (warc,) = (tmp_path / "data" / "warc").iterdir()
    warc.write_bytes(warc.read_bytes()[:400])
    room = Room(database)
    try:
        refused(room, "/archive/-/capture/1", 410)
    finally:
        room.close()


def test_a_closed_instance_stays_closed(database: Path) -> None:
    room = Room(database, **{SETTINGS: {"allow": False}})
    try:
        for path in ("home", "search.json", "capture/2/record", "article/1"):
            assert room.get(f"/archive/-/{path}").status_code == 403, path
    finally:
        room.close()


def test_control_characters_in_a_page_and_its_styles_are_shown_as_any_other(tmp_path: Path) -> None:
    odd = b"\x00\x0b\x1b\x7f\x9b\xff\xe2\x80\xae"
    link = '<link rel="stylesheet" href="/site.css"><link rel="stylesheet" href="/odd\x01.css">'
    body = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08", link).encode()
    pages = [
        Served("http://www.origin.example/a/1.html", body.replace(b"<p>", b"<p>" + odd, 1)),
        Served("http://www.origin.example/site.css", b"h1 { color: red } p { content: '" + odd + b"' }", "text/css"),
        Served("http://www.origin.example/odd%01.css", odd, "text/css\x0b"),
    ]  # fmt: skip
    room = Room(build(tmp_path / "data", pages))
    try:
        for path in ("article/1", "capture/1", "capture/1/page", "capture/2", "capture/2/page", "capture/3"):
            answer = room.get(f"/archive/-/{path}")
            assert answer.status_code < 500, path
        assert "color: red" in room.get("/archive/-/capture/1/page").text
    finally:
        room.close()


@pytest.mark.parametrize(
    "back",
    ["//host.example", "/%5Chost.example", "%5C%5Chost.example", "/%09/host.example", "/%0D%0ASet-Cookie:a=b", "/%00/h",
     "https:host.example", "javascript:alert(1)", "%20//host.example"],
)  # fmt: skip
def test_no_link_of_the_language_leads_away(room: Room, back: str) -> None:
    """The forms are sent as they stand, percent signs and all; a browser drops tabs and turns backslashes."""
    response = room.get(f"/-/zhuanzai/language?to=zh&next={back}")

    assert (response.status_code, response.headers["location"]) == (302, "/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("search?q=%00", 200),
        ("search?q=NEAR%28a%20b%2C%2099999999999999999999%29", 200),
        ("search?page=99999999999999999999", 400),
        ("story/99999999999999999999", 404),
        ("day/2020-02-30", 400),
        ("compare?a=1&b=1e9", 400),
        ("capture/1/page?x=%ff", 200),
        ("cdx?url=http://[::1", 400),
        ("timegate/http://[::1", 404),
    ],
)
def test_numbers_dates_and_addresses_that_cannot_be_are_answered(room: Room, path: str, status: int) -> None:
    headers = {"accept-language": "zh;q=,,;;q=9e999", "cookie": "zhuanzai_language=%00;a"}

    assert room.get(f"/archive/-/{path}").status_code == status
    assert room.get(f"/archive/-/{path}", headers=headers).status_code == status
