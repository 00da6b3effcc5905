"""The CDX server: what clients of web archives ask, in their words, and what is odd about a question."""

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import datasette
import pytest

from archive.browse.protocols import query
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, page

TEXTS = ("河口的渡船今天停航一日，检修缆绳和跳板，明天清晨六点照常开出第一班。",) * 3
SECOND = ("渡口管理所的黑板上写着三条注意事项，每天由值班的人重新描一遍粉笔字。",) * 3


def ferry(number: int) -> bytes:
    return page(f"渡船停航第{number}号", TEXTS, "河声社", "2020-02-12 10:00").encode()


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two hosts and a host under one of them; one address seen four times, the third time unchanged."""
    pages = [
        Served("http://www.ferry.example/a/1.html", ferry(1)),
        Served("https://ferry.example/a/1.html", ferry(2)),
        Served("http://www.ferry.example/a/1.html", ferry(1)),
        Served("http://www.ferry.example/a/1.html", b"<h1>404</h1>", status="404 Not Found"),
        Served("http://www.ferry.example/a/2.html?b=2&a=1", ferry(3)),
        Served("http://www.ferry.example/ab.html", ferry(4)),
        Served("http://news.ferry.example/a/9.html", ferry(5)),
        Served("http://www.ferryman.example/a/1.html", page("黑板", SECOND, "", "2020-02-12").encode()),
        Served("http://www.ferry.example/pic.png", b"\x89PNG", "image/png"),
    ]
    room = Room(build(tmp_path_factory.mktemp("ferries") / "data", pages))
    yield room
    room.close()


def rows(room: Room, asked: str) -> list[list[str]]:
    """The table of an answer, without its first line."""
    response = room.get(f"/archive/-/cdx?output=json&{asked}")
    assert response.status_code == 200, response.text
    return list(response.json()[1:])


def times(room: Room, asked: str) -> list[str]:
    return [row[0][-2:] for row in rows(room, f"fl=timestamp&{asked}")]


def test_a_line_has_the_columns_of_the_wayback_machine(ferries: Room) -> None:
    answer = ferries.get("/archive/-/cdx?url=ferry.example/pic.png")

    urlkey, timestamp, original, kind, status, digest, length = answer.text.split()
    assert (urlkey, timestamp) == ("example,ferry)/pic.png", "20261122040008")
    assert (original, kind, status) == ("http://www.ferry.example/pic.png", "image/png", "200")
    assert len(digest) == 32
    assert int(length) > 100


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("url=http://ferry.example/a/1.html", ["00", "01", "02", "03"]),
        ("url=HTTPS://WWW.Ferry.example/a/1.html", ["00", "01", "02", "03"]),
        ("url=ferry.example/a/2.html?a=1%26b=2", ["04"]),
        ("url=ferry.example/a/&matchType=prefix", ["00", "01", "02", "03", "04"]),
        ("url=ferry.example/a&matchType=prefix", ["00", "01", "02", "03", "04", "05"]),
        ("url=ferry.example/a/*", ["00", "01", "02", "03", "04"]),
        ("url=ferry.example&matchType=host", ["00", "01", "02", "03", "04", "05", "08"]),
        ("url=ferry.example&matchType=domain", ["00", "01", "02", "03", "04", "05", "08", "06"]),
        ("url=*.ferry.example", ["00", "01", "02", "03", "04", "05", "08", "06"]),
        ("url=nowhere.example", []),
        ("url=ferry.example/a/1.html&from=20261122040001&to=20261122040002", ["01", "02"]),
        ("url=ferry.example/a/1.html&to=2026112204", ["00", "01", "02", "03"]),
        ("url=ferry.example/a/1.html&from=2027", []),
        ("url=ferry.example/a/1.html&filter=statuscode:200", ["00", "01", "02"]),
        ("url=ferry.example/a/1.html&filter=!statuscode:[345]..", ["00", "01", "02"]),
        ("url=ferry.example/a/1.html&filter==status:404", ["03"]),
        ("url=ferry.example/a/1.html&filter=~original:^https", ["01"]),
        ("url=ferry.example/a/1.html&filter=mimetype:warc/revisit", ["02"]),
        ("url=ferry.example/a/1.html&filter=mimetype:warc/revisit&resolveRevisits=true", []),
        ("url=*.ferry.example&filter=mimetype:text/.*&filter=!original:.*/1.html", ["04", "05", "06"]),
        ("url=ferry.example/*&collapse=urlkey", ["00", "04", "05", "08"]),
        ("url=ferry.example/a/1.html&collapse=timestamp:4", ["00"]),
        ("url=ferry.example/a/1.html&collapse=statuscode", ["00", "03"]),
        ("url=ferry.example/a/1.html&limit=2", ["00", "01"]),
        ("url=ferry.example/a/1.html&limit=-2", ["02", "03"]),
        ("url=ferry.example/a/1.html&limit=2&offset=1", ["01", "02"]),
        ("url=ferry.example/a/1.html&sort=reverse&limit=3", ["03", "02", "01"]),
        ("url=ferry.example/a/1.html&sort=closest&closest=20261122040002&limit=1", ["02"]),
        ("url=ferry.example/a/1.html&sort=closest&closest=now&limit=1", ["03"]),
        ("url=ferry.example/a/1.html&closest=&sort=closest", ["00", "01", "02", "03"]),
        ("url=ferry.example/a/1.html&page=0", ["00", "01", "02", "03"]),
        ("url=ferry.example/a/1.html&unheard=of&gzip=false", ["00", "01", "02", "03"]),
    ],
)
def test_what_is_asked_is_listed(ferries: Room, asked: str, wanted: list[str]) -> None:
    assert times(ferries, asked) == wanted


@pytest.mark.parametrize(
    "more", ["", "&collapse=digest", "&sort=reverse", "&collapse=urlkey", "&filter=!original:.*x"]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_an_answer_goes_on_where_the_one_before_ended(ferries: Room, limit: int, more: str) -> None:
    asked = f"url=*.example{more}&fl=urlkey,timestamp"
    whole = rows(ferries, asked)
    found: list[list[str]] = []
    key = ""
    for _ in range(20):
        part = rows(ferries, f"{asked}&limit={limit}&showResumeKey=true&resumeKey={key}")
        if len(part) < 2 or part[-2] != []:
            found += part
            break
        key = part[-1][0]
        found += part[:-2]

    assert found == whole


def test_lines_end_with_an_empty_one_and_the_key(ferries: Room) -> None:
    text = ferries.get("/archive/-/cdx?url=*.example&limit=2&showResumeKey=true").text

    assert [bool(line) for line in text.splitlines()] == [True, True, False, True]


def test_what_was_cut_is_told_in_a_link_to_the_rest(ferries: Room) -> None:
    answer = ferries.get("/archive/-/cdx?url=*.example&limit=8&fl=timestamp")
    address, _, relation = answer.headers["link"].partition(">")
    rest = ferries.get(address.removeprefix("<http://localhost"))

    assert relation == '; rel="next"'
    assert parse_qs(urlsplit(address).query)["url"] == ["*.example"]
    assert len(answer.text.split()) + len(rest.text.split()) == 9
    assert "link" not in rest.headers


def test_pages_are_counted_and_end(ferries: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "PAGE", 4)

    assert ferries.get("/archive/-/cdx?url=*.example&showNumPages=true").text == "3\n"
    assert [len(rows(ferries, f"url=*.example&page={n}")) for n in range(3)] == [4, 4, 1]
    assert ferries.get("/archive/-/cdx?url=*.example&page=3").status_code == 400
    assert ferries.get("/archive/-/cdx?url=nowhere.example&page=0&output=json").json() == []
    assert ferries.get("/archive/-/cdx?url=nowhere.example&page=1&output=json").status_code == 400


def test_cdxj_is_what_pywb_reads(ferries: Room) -> None:
    line = ferries.get("/archive/-/cdx?url=ferry.example/pic.png&output=cdxj").text
    urlkey, timestamp, told = line.split(" ", 2)

    assert (urlkey, timestamp) == ("example,ferry)/pic.png", "20261122040008")
    assert json.loads(told)["mime"] == "image/png"
    assert json.loads(told)["filename"].endswith(".warc.gz")


def word(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 400),
        ("url=", 400),
        ("url=*", 400),
        ("url=http://", 400),
        ("url=http://[::1", 400),
        ("url=http://a.example:99999/", 400),
        ("url=file:///etc/passwd", 400),
        ("url=../../../etc/passwd", 200),
        ("url=http://a.example/../../etc/passwd", 200),
        ("url=a.example%00b", 400),
        ("url=a.example%0d%0aX-Evil:1", 400),
        ("url=" + "a" * 9000 + ".example", 414),
        ("url=a.example&matchType=everything", 400),
        ("url=a.example&matchType=prefix&sort=closest&closest=2020", 400),
        ("url=a.example&output=xml", 400),
        ("url=a.example&sort=random", 400),
        ("url=a.example&from=yesterday", 400),
        ("url=a.example&from=-1", 400),
        ("url=a.example&to=202002101010101", 400),
        ("url=a.example&from=٢٠٢٠", 400),
        ("url=a.example&closest=2020-02-10", 400),
        ("url=a.example&closest=20209999&sort=closest", 400),
        ("url=a.example&limit=0", 400),
        ("url=a.example&limit=ten", 400),
        ("url=a.example&limit=1e9", 400),
        ("url=a.example&limit=999999999999999", 200),
        ("url=a.example&limit=9999999999999999999999", 400),
        ("url=a.example&limit=-99999999", 400),
        ("url=a.example&offset=-1", 400),
        ("url=a.example&offset=999999999999999", 200),
        ("url=a.example&page=-1", 400),
        ("url=a.example&page=999999999999999", 400),
        ("url=a.example&pageSize=0", 400),
        ("url=a.example&pageSize=999999999999", 200),
        ("url=a.example&showResumeKey=maybe", 400),
        ("url=a.example&filter=statuscode", 400),
        ("url=a.example&filter=password:x", 400),
        ("url=a.example&filter=statuscode:(", 400),
        ("url=a.example&filter=statuscode:" + "(" * 150, 400),
        ("url=a.example&filter=statuscode:" + "a" * 201, 400),
        *(
            (f"url=a.example&filter=original:{pattern}", 400)
            for pattern in (
                "(?R)",
                "(?r)(?R)",
                "(?0)",
                "(?1)(a(?1))",
                "(?%26x)(?P<x>a)",
                "(?P>x)(?P<x>a)",
                "(?%2B1)(a)",
                "a{99999999}",
                "(a{1000}){1000}",
                "((a{99}){99}){99}",
                "(a{,300}){0,300}",
                "a{" + "9" * 190 + "}",
            )
        ),
        ("url=a.example" + "&filter=statuscode:200" * 21, 400),
        ("url=a.example&collapse=digest:-1", 400),
        ("url=a.example&collapse=nothing", 400),
        ("url=a.example&fl=timestamp,password", 400),
        ("url=a.example&fl=" + ",".join(["digest"] * 21), 400),
        ("url=a.example&resumeKey=x", 400),
        ("url=a.example&resumeKey=%F0%9F%98%80", 400),
        ("url=a.example&resumeKey=" + word("x"), 400),
        ("url=a.example&resumeKey=" + word([1, 2, 3]), 400),
        ("url=a.example&resumeKey=" + word(["a", "b", 1 << 80]), 400),
        ("url=a.example&resumeKey=" + word(["a", "\ud800", 1]), 400),
        ("url=a.example&resumeKey=" + word(["a", "b", 1]), 200),
        ("url=a.example&fl=timestamp&fl=digest", 200),
        ("url=a.example&url=b.example", 200),
        ("url=' OR 1=1 --", 400),
        ("url=a.example'%20OR%201=1", 400),
    ],
)
def test_an_odd_question_is_answered_with_its_status(ferries: Room, asked: str, status: int) -> None:
    answer = ferries.get(f"/archive/-/cdx?{asked}")

    assert answer.status_code == status, answer.text[:200]
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.text) < 500
    assert "x-evil" not in answer.headers


def test_a_pattern_that_takes_for_ever_is_stopped(ferries: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "MATCHING_S", 0.02)
    url = "/archive/-/cdx?url=*.example&filter=original:(.|..|...)*[~^]"

    answer = ferries.get(url)

    assert answer.status_code == 503
    assert "takes longer" in answer.text


def test_more_rows_than_one_answer_holds_are_cut_and_told(
    ferries: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "MOST", 3)

    answer = ferries.get("/archive/-/cdx?url=*.example&fl=timestamp")

    assert len(answer.text.split()) == 3
    assert 'rel="next"' in answer.headers["link"]


def test_an_archive_that_is_closed_lists_nothing(ferries: Room) -> None:
    path = ferries.datasette.databases["archive"].path

    closed = {"databases": {"archive": {"tables": {"captures": {"allow": False}}}}}
    settings = "metadata" if datasette.__version__.startswith("0.") else "config"
    room = Room(Path(path), **{settings: closed})
    try:
        for asked in ("cdx?url=*.example", "web/http://ferry.example/a/1.html", "story/1.wacz"):
            assert room.get(f"/archive/-/{asked}").status_code == 403
    finally:
        room.close()


def test_a_look_up_uses_the_index_of_keys(ferries: Room) -> None:
    path = ferries.datasette.databases["archive"].path
    with closing(sqlite3.connect(path)) as conn:
        plan = conn.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM captures c WHERE c.urlkey >= 'a' AND c.urlkey < 'b' ORDER BY c.urlkey"
        ).fetchall()

    assert "captures_urlkey" in plan[0][3]


def test_a_page_of_a_gateway_is_another_page(tmp_path: Path) -> None:
    """The archive reads /BIG5/ as the same article; another archive asks for the bytes of one address."""
    database = build(tmp_path / "data", [Served("http://www.ferry.example/a/1.html", ferry(1))])
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("UPDATE captures SET original_url = 'http://gb.ferry.example/a/1.html'")
        conn.commit()
    room = Room(database)
    try:
        listed = room.get("/archive/-/cdx?url=*.ferry.example&fl=original").text
    finally:
        room.close()

    assert listed == "http://www.ferry.example/a/1.html\n"


@pytest.mark.parametrize("pattern", [r".*\(?R\)?", r"\w{4,5}://.*", r"[a-z]{1,9}.{0,1000}"])
def test_patterns_with_counts_and_signs_stay(ferries: Room, pattern: str) -> None:
    asked = {"url": "*.example", "filter": f"original:{pattern}"}

    assert ferries.get("/archive/-/cdx", params=asked).status_code == 200
