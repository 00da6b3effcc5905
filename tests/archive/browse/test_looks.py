"""How a page looked: its styles and pictures in the snapshot, what is missing told, pictures on the article's page."""

import base64
import html
import re
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import ORIGIN, PIXEL, Served, build, page

HOST = "http://www.origin.example"
PICTURES = (
    '<figure><img src="/pic/map.png" alt="map" width="300" height="200"><figcaption>社区地图。</figcaption></figure>'
    '<p><img src="/pic/gone.png"></p>'
)


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    body = page(
        "社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08", '<link rel="stylesheet" href="/site.css">'
    )
    at = body.index("<p>", body.index("<p>") + 3)
    pages = [
        Served(f"{HOST}/a/1.html", (body[:at] + PICTURES + body[at:]).encode()),
        Served(f"{HOST}/pic/map.png", PIXEL, "image/png"),
        Served(f"{HOST}/site.css", b"@import 'more.css'; h1 { color: #a12a1f }", "text/css"),
        Served(f"{HOST}/more.css", b"p { background: url(/pic/map.png) }", "text/css"),
        Served(f"{HOST}/pic/gone.png", b"<h1>404</h1>", status="404 Not Found"),
        Served(f"{HOST}/pic/evil.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    ]
    room = Room(build(tmp_path_factory.mktemp("pictured") / "data", pages))
    yield room
    room.close()


def test_the_banner_counts_what_is_held(pictured: Room) -> None:
    assert "3 of 4 parts held" in pictured.get("/archive/-/capture/1").text


def test_the_snapshot_shows_styles_and_pictures_and_a_box_for_what_is_missing(pictured: Room) -> None:
    html = pictured.get("/archive/-/capture/1/page").text
    box = re.search(r'<span class="zhuanzai-missing"[^>]*>(.*?)<img', html)

    assert "color: #a12a1f" in html
    assert html.count("data:image/png;base64") == 2
    assert box is not None
    assert re.sub("<[^>]*>", "", box[1]) == f"{HOST}/pic/gone.png"


def test_the_article_shows_its_pictures_with_their_captions(pictured: Room) -> None:
    html = pictured.get("/archive/-/article/1").text

    assert re.search(
        r'<img src="/archive/-/capture/\d+/picture" alt="map"[^>]*></a><figcaption>社区地图。', html
    )
    assert f"{HOST}/pic/gone.png</span>" in html


def test_a_picture_is_given_out_as_one_and_a_drawing_is_not(pictured: Room) -> None:
    picture, drawing = (pictured.get(f"/archive/-/capture/{number}/picture") for number in (2, 6))

    assert (picture.headers["content-type"], picture.content) == ("image/png", PIXEL)
    assert drawing.status_code == 404


SORRY = b"<!DOCTYPE html><html><body><h1>404</h1></body></html>"
SORRY_SHEET = '<link rel="stylesheet" href="/sorry.css">'
ODD = (
    ("/pic/sorry.png", SORRY, "text/html"),
    ("/pic/lied.png", SORRY, "image/png"),
    ("/pic/empty.png", b"", "image/png"),
    ("/pic/untyped.png", PIXEL + b"1", "application/octet-stream"),
    ("/pic/mistyped.jpg", PIXEL + b"2", "text/html"),
)


def test_a_page_in_the_place_of_a_picture_is_not_held_and_a_picture_is_whatever_its_type(
    tmp_path: Path,
) -> None:
    body = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08", SORRY_SHEET)
    at = body.index("</p>") + 4
    shown = "".join(f'<p><img src="{path}"></p>' for path, _, _ in ODD)
    pages = [
        Served(f"{HOST}/a/1.html", (body[:at] + shown + body[at:]).encode()),
        *(Served(f"{HOST}{path}", what, kind) for path, what, kind in ODD),
        Served(f"{HOST}/sorry.css", SORRY, "text/html"),
    ]
    room = Room(build(tmp_path / "data", pages))
    rows = room.get("/archive/requisites.json?_shape=array&capture_id=1&_labels=off").json()
    snapshot = room.get("/archive/-/capture/1/page").text
    banner = room.get("/archive/-/capture/1").text
    article = room.get("/archive/-/article/1").text
    room.close()

    held = {row["url"]: row["requisite_capture_id"] is not None for row in rows}
    assert held == {
        f"{HOST}/sorry.css": False,
        f"{HOST}/pic/sorry.png": False,
        f"{HOST}/pic/lied.png": False,
        f"{HOST}/pic/empty.png": False,
        f"{HOST}/pic/untyped.png": True,
        f"{HOST}/pic/mistyped.jpg": True,
    }
    assert "2 of 6 parts held" in banner
    assert snapshot.count("data:image/png;base64") == 2
    assert len(re.findall(r"/capture/\d+/picture", article)) == 2


def test_a_page_that_came_once_does_not_stand_before_the_picture(tmp_path: Path) -> None:
    body = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08")
    at = body.index("</p>") + 4
    pages = [
        Served(f"{HOST}/a/1.html", (body[:at] + '<p><img src="/p.png"></p>' + body[at:]).encode()),
        Served(f"{HOST}/p.png", SORRY, "text/html"),
        Served(f"{HOST}/p.png", PIXEL, "image/png"),
    ]
    room = Room(build(tmp_path / "data", pages))
    snapshot = room.get("/archive/-/capture/1/page").text
    banner = room.get("/archive/-/capture/1").text
    room.close()

    assert "1 of 1 parts held" in banner
    assert "data:image/png;base64" in snapshot


def test_tables_tell_where_each_picture_stands(pictured: Room) -> None:
    path = Path(pictured.datasette.databases["archive"].path)
    rows = pictured.get(f"/{path.stem}/pictures.json?_shape=array&_labels=off").json()

    assert [(row["url"], row["position"], row["caption"]) for row in rows] == [
        (f"{HOST}/pic/map.png", 1, "社区地图。"),
        (f"{HOST}/pic/gone.png", 2, None),  # a caption is read as a line of the text
    ]


def test_the_same_pictures_of_a_whole_archive_are_found_by_indexes(pictured: Room) -> None:
    plan = [detail for *_, detail in pictured.rows("EXPLAIN QUERY PLAN SELECT * FROM same_pictures")]

    assert [line for line in plan if line.startswith("SCAN q")] == []
    assert sum(line.startswith("SEARCH q USING AUTOMATIC") for line in plan) == 2


def png(shade: Callable[[int, int], bool]) -> bytes:
    """A drawing of 64 by 64 points in black and white."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(255 * shade(x, y) for x in range(64)) for y in range(64))
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


DRAWINGS = {
    "left": png(lambda x, _: x < 32),
    "top": png(lambda _, y: y < 32),
    "disc": png(lambda x, y: (x - 32) ** 2 + (y - 32) ** 2 < 400),
    "slope": png(lambda x, y: x + 2 * y < 96),
}
SHOWN = {
    "www.origin.example": [("left", "社区地图。"), ("top", "卡口值守。"), ("disc", "运送蔬菜。")],
    "www.same.example": [("left", "社区地图。"), ("top", "卡口值守。"), ("disc", "运送蔬菜。")],
    "www.swaps.example": [("left", "社区地图。"), ("slope", "卡口值守。"), ("disc", "运送蔬菜。")],
    "www.drops.example": [("left", "社区地图。"), ("top", "卡口值守。")],
    "www.adds.example": [
        ("left", "社区地图。"),
        ("top", "卡口值守。"),
        ("disc", "运送蔬菜。"),
        ("slope", "堤坝。"),
    ],
    "www.retells.example": [("left", "某村地图。"), ("top", "卡口值守。"), ("disc", "运送蔬菜。")],
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    pages = []
    for number, (host, shown) in enumerate(SHOWN.items()):
        body = page("社区里的十七天", ORIGIN, "人民日报", f"2020-02-10 {5 + number:02}:08")
        for place, (name, caption) in enumerate(shown, start=1):
            at = [found.end() for found in re.finditer("</p>", body)][place - 1]
            figure = (
                f'<figure><img src="/pic/{name}.png" width="300"><figcaption>{caption}</figcaption></figure>'
            )
            body = body[:at] + figure + body[at:]
        pages.append(Served(f"http://{host}/a/1.html", body.encode()))
        pages += [Served(f"http://{host}/pic/{name}.png", DRAWINGS[name], "image/png") for name, _ in shown]
    room = Room(build(tmp_path_factory.mktemp("copied") / "data", pages))
    yield room
    room.close()


def article_on(room: Room, host: str) -> int:
    rows = room.get("/archive/articles.json", params={"site": host, "_shape": "array", "_col": "id"}).json()
    return int(rows[0]["id"])


def test_what_copies_did_with_the_pictures_of_their_origin(copied: Room) -> None:
    asked = (
        "SELECT site, change, p.caption, other_caption FROM picture_changes AS p"
        " JOIN articles AS a ON a.id = p.article_id ORDER BY 1, 2"
    )

    assert copied.rows(asked) == [
        ("www.adds.example", "added", None, "堤坝。"),
        ("www.drops.example", "dropped", "运送蔬菜。", None),
        ("www.retells.example", "caption", "社区地图。", "某村地图。"),
        ("www.swaps.example", "swapped", "卡口值守。", "卡口值守。"),
    ]


@pytest.mark.parametrize(
    ("host", "told", "pictures"),
    [
        ("www.same.example", None, 0),
        ("www.swaps.example", "swapped for another", 2),
        ("www.drops.example", "dropped", 1),
        ("www.adds.example", "added", 1),
        ("www.retells.example", "another caption: <del>社区地图。</del> <ins>某村地图。</ins>", 1),
    ],
)
def test_the_comparison_tells_what_became_of_the_pictures(
    copied: Room, host: str, told: str | None, pictures: int
) -> None:
    origin, copy = article_on(copied, "www.origin.example"), article_on(copied, host)
    html = copied.get(f"/archive/-/compare?with={origin}&with={copy}").text
    _, heading, below = html.partition('<h2 id="pictures">')

    assert bool(heading) is (told is not None)
    assert (told or "") in below
    assert len(re.findall(r"/capture/\d+/picture", below)) == pictures


def test_an_article_names_the_others_that_show_its_picture(copied: Room) -> None:
    html = copied.get(f"/archive/-/article/{article_on(copied, 'www.swaps.example')}").text
    captions = re.findall("<figcaption>(.*?)</figcaption>", html)
    hosts = [re.findall(r"www\.(\w+)\.example", caption) for caption in captions]

    assert [sorted(set(found)) for found in hosts] == [
        ["adds", "drops", "origin", "retells", "same"],
        ["adds"],
        ["adds", "origin", "retells", "same"],
    ]
    assert "<q>某村地图。</q>" in captions[0]


def test_the_banner_says_where_parts_are_not_counted(
    pictured: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08")
    at = body.index("</p>") + 4
    deep = (body[:at] + "<object data=/x.swf>" * 3000 + body[at:]).encode()
    room = Room(build(tmp_path / "data", [Served(f"{HOST}/a/1.html", deep)]))
    flat = room.get("/archive/-/capture/1").text
    room.close()

    def end(*_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    whole = pictured.get("/archive/-/capture/1").text
    monkeypatch.setattr("archive.record.replay.parts", end)
    slow = pictured.get("/archive/-/capture/1").text

    assert "nested too deep: shown as text, its parts not counted" in flat
    assert "parts not counted: more than this server's time allows" in html.unescape(slow)
    assert "not counted" not in whole


def test_the_banner_counts_what_came_inside_the_page(tmp_path: Path) -> None:
    body = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08")
    at = body.index("</p>") + 4
    large, too_large = (
        "data:image/png;base64," + base64.b64encode(PIXEL + bytes(size)).decode()
        for size in (2_250_000, 9_000_000)
    )
    inside = f'<p><img src="/p.png"></p><p><img src="{large}"></p><p><img src="{too_large}"></p>'
    pages = [
        Served(f"{HOST}/a/1.html", (body[:at] + inside + body[at:]).encode()),
        Served(f"{HOST}/p.png", PIXEL, "image/png"),
    ]
    room = Room(build(tmp_path / "data", pages))
    banner = room.get("/archive/-/capture/1").text
    snapshot = room.get("/archive/-/capture/1/page").text
    room.close()

    assert "2 of 3 parts held" in banner
    assert f'src="{large}"' in snapshot
    assert snapshot.count('class="zhuanzai-missing"') == 1
