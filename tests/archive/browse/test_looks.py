"""How a page looked: its styles and pictures in the snapshot, what is missing told, pictures on the article's page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.browse.conftest import ORIGIN, PIXEL, Room, Served, build, page

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
    assert "2 of 3 parts held" in pictured.get("/archive/-/capture/1").text


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


def test_tables_tell_where_each_picture_stands(pictured: Room) -> None:
    path = Path(pictured.datasette.databases["archive"].path)
    rows = pictured.get(f"/{path.stem}/pictures.json?_shape=array&_labels=off").json()

    assert [(row["url"], row["position"], row["caption"]) for row in rows] == [
        (f"{HOST}/pic/map.png", 1, "社区地图。"),
        (f"{HOST}/pic/gone.png", 2, None),  # a caption is read as a line of the text
    ]
