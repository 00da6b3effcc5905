"""Memento and raw replay: the state nearest to a time, its bytes as they were, and nothing of it obeyed."""

import base64
import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, hostile, page

TEXTS = ("河口的渡船今天停航一日，检修缆绳和跳板，明天清晨六点照常开出第一班。",) * 3
URL = "http://www.ferry.example/a/1.html"
WEB = "/archive/-/web"
HERE = "http://localhost/archive/-/web"


def ferry(number: int) -> bytes:
    return page(f"渡船停航第{number}号", TEXTS, "河声社", "2020-02-12 10:00").encode()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three states of one address (04:00:00, :01, :02, the last unchanged), and one capture of each odd kind."""
    odd = "X-Odd: a\x0bb\nSet-Cookie: a=1\nBad Name: x\nRefresh: 0;url=http://leak.example/\nX-Utf: 河"
    pages = [
        Served(URL, ferry(1), coding="gzip"),
        Served(URL, ferry(2), coding="br"),
        Served(URL, ferry(2), coding="br"),
        Served("http://www.ferry.example/old.html", b"", status="301 Moved", headers="Location: /a/1.html"),
        Served("http://www.ferry.example/loop.html", b"", status="302 Found", headers="Location: loop.html"),
        Served(
            "http://www.ferry.example/js.html",
            b"",
            status="302 Found",
            headers="Location: javascript:alert(1)",
        ),
        Served("http://www.ferry.example/gone.html", b"<h1>404</h1>", status="404 Not Found"),
        Served("http://www.ferry.example/evil.html", hostile("http://leak.example").encode(), headers=odd),
        Served("http://www.ferry.example/odd.bin", b"x", kind="text/html\x0b; charset=\x01 河"),
        Served("http://www.ferry.example/q.html?a=1&b=%E6%B2%B3", ferry(3)),
        Served("http://www.ferry.example/liar.html", b"not gzip", headers="Content-Encoding: gzip"),
        Served("http://www.ferry.example/999.html", b"x", status="999 Blocked"),
        Served("http://www.ferry.example/204.html", b"", status="204 No Content"),
        Served("http://www.ferry.example/pic.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    ]
    opened = Room(build(tmp_path_factory.mktemp("room") / "data", pages))
    yield opened
    opened.close()


def raw(room: Room, second: int, path: str, **headers: str) -> Any:
    return room.get(f"{WEB}/202611220400{second:02}id_/http://www.ferry.example/{path}", headers=headers)


@pytest.mark.parametrize(("second", "number"), [(0, 1), (1, 2), (2, 2)])
def test_raw_replay_gives_what_was_sent(room: Room, second: int, number: int) -> None:
    answer = raw(room, second, "a/1.html")

    assert answer.status_code == 200
    assert answer.content == ferry(number)
    assert answer.headers["memento-datetime"] == f"Sun, 22 Nov 2026 04:00:0{second} GMT"
    assert answer.headers["x-archive-orig-content-encoding"] in ("gzip", "br")
    assert answer.headers["vary"].startswith("Accept-Encoding")


def test_the_coding_stays_where_the_client_can_undo_it(room: Room) -> None:
    digest = room.get(f"/archive/-/cdx?url={URL}&limit=1&fl=digest").text.strip()
    stream = room.datasette.client
    packed = raw(room, 0, "a/1.html", **{"accept-encoding": "gzip"})
    plain = raw(room, 0, "a/1.html", **{"accept-encoding": "identity"})

    assert stream is not None
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.content == ferry(1)
    assert len(base64.b32decode(digest)) == hashlib.sha1().digest_size


@pytest.mark.parametrize(
    ("asked", "second"),
    [
        ("2026", "00"),
        ("20261122040001", "01"),
        ("19990101", "00"),
        ("20991231235959", "02"),
        ("20261122", "00"),
        ("2026112204000", "00"),
    ],
)
def test_another_time_leads_to_the_nearest_capture(room: Room, asked: str, second: str) -> None:
    answer = room.get(f"{WEB}/{asked}im_/{URL}")

    if len(asked) == 14 and asked.endswith(second) and asked.startswith("2026"):
        assert answer.status_code == 200
        return
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{HERE}/202611220400{second}im_/{URL}"


@pytest.mark.parametrize(
    ("said", "second"),
    [
        (None, "02"),
        ("Sun, 22 Nov 2026 04:00:00 GMT", "00"),
        ("Sun, 22 Nov 2026 12:00:01 +0800", "01"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "00"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "02"),
    ],
)
def test_the_timegate_leads_to_the_time_asked_for(room: Room, said: str | None, second: str) -> None:
    answer = room.get(f"{WEB}/{URL}", headers={"accept-datetime": said} if said else {})

    assert answer.status_code == 302
    assert answer.headers["location"] == f"{HERE}/202611220400{second}/{URL}"
    assert "accept-datetime" in answer.headers["vary"].lower()
    assert 'rel="original"' in answer.headers["link"]
    assert f'rel="memento"; datetime="Sun, 22 Nov 2026 04:00:{second} GMT"' in answer.headers["link"]
    assert "memento-datetime" not in answer.headers


@pytest.mark.parametrize(
    "said",
    [
        "yesterday",
        "2026",
        "Sun, 32 Nov 2026 04:00:00 GMT",
        "\xff",
        "0",
        "Thu, 13 Feb 99999999999 00:00:00 GMT",
        "-1",
    ],
)
def test_a_time_that_is_none_is_refused(room: Room, said: str) -> None:
    answer = room.get(f"{WEB}/{URL}", headers=[(b"accept-datetime", said.encode("latin-1"))])

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")


def test_the_timemap_names_every_state(room: Room) -> None:
    answer = room.get(f"{WEB}/timemap/link/{URL}")
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.text)

    assert answer.headers["content-type"] == "application/link-format"
    assert links == [
        (URL, "original"),
        (f"{HERE}/{URL}", "timegate"),
        (f"{HERE}/timemap/link/{URL}", "self"),
        (f"{HERE}/20261122040000/{URL}", "first memento"),
        (f"{HERE}/20261122040001/{URL}", "memento"),
        (f"{HERE}/20261122040002/{URL}", "last memento"),
    ]


def test_a_long_timemap_goes_on_in_another(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.browse.protocols.mementos.PAGE", 2)
    first = room.get(f"{WEB}/timemap/link/{URL}").text
    then = re.search(r'<http://localhost([^>]*)>; rel="timemap"', first)

    assert then is not None
    assert first.count("memento") == 2
    assert "last" not in first
    assert 'rel="last memento"' in room.get(then[1]).text


def test_the_timemap_as_json(room: Room) -> None:
    told = room.get(f"{WEB}/timemap/json/{URL}").json()

    assert told["original_uri"] == URL
    assert [one["datetime"][-3:-1] for one in told["mementos"]["list"]] == ["00", "01", "02"]


def test_a_redirect_stays_inside_the_archive(room: Room) -> None:
    answer = raw(room, 3, "old.html")

    assert answer.status_code == 301
    assert answer.headers["location"] == f"{HERE}/20261122040003id_/{URL}"


@pytest.mark.parametrize(("second", "path"), [(4, "loop.html"), (5, "js.html")])
def test_a_redirect_to_nowhere_leads_nowhere(room: Room, second: int, path: str) -> None:
    answer = raw(room, second, path)

    assert answer.status_code == 302
    assert "location" not in answer.headers


def test_a_404_is_a_memento_too(room: Room) -> None:
    answer = raw(room, 6, "gone.html")

    assert (answer.status_code, answer.content) == (404, b"<h1>404</h1>")
    assert "memento-datetime" in answer.headers


@pytest.mark.parametrize("modifier", ["id_", "", "mp_", "if_", "js_"])
def test_a_hostile_page_runs_in_no_way(room: Room, modifier: str) -> None:
    answer = room.get(f"{WEB}/20261122040007{modifier}/http://www.ferry.example/evil.html")
    policy = answer.headers["content-security-policy"]

    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not {"set-cookie", "refresh", "x-odd", "bad name"} & set(answer.headers)
    assert answer.headers["x-archive-orig-refresh"] == "0;url=http://leak.example/"
    if modifier in ("", "mp_", "if_"):
        assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("second", "path", "status"),
    [
        (8, "odd.bin", 200),
        (10, "liar.html", 200),
        (11, "999.html", 200),
        (12, "204.html", 200),
        (13, "pic.svg", 200),
    ],
)
def test_odd_answers_are_given_out_quietly(room: Room, second: int, path: str, status: int) -> None:
    answer = raw(room, second, path)

    assert answer.status_code == status
    assert not re.search(r"[\x00-\x1f]", answer.headers["content-type"])
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "tail",
    [
        "http://www.ferry.example/q.html?a=1&b=%E6%B2%B3",
        "http:/www.ferry.example/q.html?a=1&b=%E6%B2%B3",
        "www.ferry.example/q.html?b=%E6%B2%B3&a=1",
        "https://ferry.example/q.html?a=1&b=%e6%b2%b3",
        "http%3A//www.ferry.example/q.html%3Fa%3D1%26b%3D%25E6%25B2%25B3",
    ],
)
def test_an_address_is_found_however_it_is_written(room: Room, tail: str) -> None:
    answer = room.get(f"{WEB}/20261122040009id_/{tail}")

    assert answer.status_code == 200
    assert "渡船停航第3号" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("web/20261322040009id_/" + URL, 400),
        ("web/99999999999999id_/" + URL, 400),
        ("web/00000000000000/" + URL, 400),
        ("web/2026id_/http://nowhere.example/", 404),
        ("web/2026id_/ftp://www.ferry.example/", 400),
        ("web/2026id_/javascript:alert(1)", 400),
        ("web/2026id_/http://[", 400),
        ("web/2026id_/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 400),
        ("web/2026id_/http://www.ferry.example/%2e%2e/%2e%2e/a/1.html", 302),
        ("web/timemap/link/http://nowhere.example/", 404),
        ("web/timemap/xml/" + URL, 400),
        ("web/timemap/link/" + "a" * 9000, 414),
        ("web/http://nowhere.example/", 404),
        ("web/x", 400),
        ("web/%00http://a.example", 400),
        ("web/http://a.example/%0d%0aX-Evil:%201", 404),
        ("web/2026zz_/" + URL, 302),
    ],
)
def test_an_odd_address_is_answered_with_its_status(room: Room, path: str, status: int) -> None:
    answer = room.get(f"/archive/-/{path}")

    assert answer.status_code == status, answer.text[:200]
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("path", ["cdx?url=x.example", f"web/{URL}", "story/1.wacz"])
def test_nothing_is_written_here(room: Room, path: str) -> None:
    loop, client = room.loop, room.datasette.client
    options = loop.run_until_complete(client.options(f"/archive/-/{path}"))
    put = loop.run_until_complete(client.put(f"/archive/-/{path}"))
    head = loop.run_until_complete(client.head(f"/archive/-/{path}"))

    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"
    assert put.status_code == 405
    assert head.status_code in (200, 302, 404)
    assert "access-control-allow-origin" not in head.headers


def test_other_sites_may_read_where_datasette_says_so(room: Room) -> None:
    opened = Room(Path(room.datasette.databases["archive"].path), cors=True)
    try:
        answers = [opened.get(f"/archive/-/{path}") for path in ("cdx?url=x.example", f"web/{URL}", "web/x")]
    finally:
        opened.close()

    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"Link", "Memento-Datetime", "Content-Range"} <= set(
            answer.headers["access-control-expose-headers"].split(", ")
        )
        assert "Range" in answer.headers["access-control-allow-headers"].split(", ")
        assert "cross-origin-resource-policy" not in answer.headers


def test_links_name_the_address_that_was_asked(room: Room) -> None:
    answer = room.get(f"{WEB}/{URL}", headers={"host": "archive.example:8443"})

    assert answer.headers["location"].startswith("http://archive.example:8443/archive/-/web/2026")


def test_a_damaged_record_says_so(tmp_path: Any) -> None:
    database = build(tmp_path / "data", [Served(URL, ferry(1))])
    warc = next((tmp_path / "data" / "warc").iterdir())
    whole = bytearray(warc.read_bytes())
    with closing(sqlite3.connect(database)) as conn:
        offset, length = conn.execute("SELECT warc_offset, warc_length FROM captures").fetchone()
    whole[offset + length // 2] ^= 0xFF
    warc.write_bytes(whole)
    room = Room(database)
    try:
        answer = room.get(f"{WEB}/20261122040000id_/{URL}")
    finally:
        room.close()

    assert answer.status_code == 410
    assert str(tmp_path) not in answer.text
