"""What changed, vanished and was merged, on the pages."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import ORIGIN, Served, build, page

URL = "http://www.origin.example/a/1.html"
GONE = "http://www.origin.example/a/2.html"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """An article that lost its last paragraph and then its headline, and one that went away."""
    first = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08")
    second = page("社区里的十七天", ORIGIN[:-1], "人民日报", "2020-02-10 05:08")
    third = page("社区十七天", ORIGIN[:-1], "人民日报", "2020-02-10 05:08")
    other = page("消失的文章", ORIGIN[::-1], "人民日报", "2020-02-11 05:08")
    served = [
        Served(URL, first.encode()),
        Served(GONE, other.encode()),
        Served(URL, second.encode()),
        Served(GONE, b"<h1>404</h1>", status="404 Not Found"),
        Served(URL, third.encode()),
    ]
    room = Room(build(tmp_path_factory.mktemp("past") / "data", served))
    yield room
    room.close()


def test_versions_are_listed_with_their_captures(changed: Room) -> None:
    shown = changed.get("/archive/-/article/1").text

    assert re.findall(r'/article/1/versions/(\d)"', shown) == ["1", "2"]
    assert "/capture/1" in shown


def test_versions_in_queries_and_views_lead_to_what_changed(changed: Room) -> None:
    for path in ("changed_articles", "changed"):
        assert '<a href="/archive/-/article/1/versions/2">2</a>' in changed.get(f"/archive/{path}").text


def test_an_article_that_vanished_says_so(changed: Room) -> None:
    assert (
        "Not at its address any more: gone since 2026-11-22. Last seen there on 2026-11-22."
        in changed.get("/archive/-/article/2").text
    )
    assert "Not at its address" not in changed.get("/archive/-/article/1").text


def test_what_a_version_lost_is_struck(changed: Room) -> None:
    shown = changed.get("/archive/-/article/1/versions/1").text

    assert re.findall(r"<del title=[^>]*>([^<]*)</del>", shown) == [ORIGIN[-1]]


def test_a_headline_that_changed_is_told(changed: Room) -> None:
    shown = changed.get("/archive/-/article/1/versions/2").text

    assert "<del>社区里的十七天</del> <ins>社区十七天</ins>" in shown
    assert "The same words in the same order" in shown


def test_every_look_is_told(changed: Room) -> None:
    shown = changed.get("/archive/-/article/1").text

    assert shown.count("<span>changed</span>") == 2


def test_what_vanished_is_on_the_front_page_and_the_sites(changed: Room) -> None:
    for path in ("home", "site/www.origin.example"):
        assert "消失的文章" in changed.get(f"/archive/-/{path}").text, path
    found = changed.get("/archive/vanished_articles.json?_shape=array").json()
    assert [(row["url"], row["state"]) for row in found] == [(GONE, "gone")]


def test_every_capture_of_an_address_is_at_hand(changed: Room) -> None:
    shown = changed.get("/archive/-/capture/3").text

    assert re.findall(r'<li[^>]*><a href="/archive/-/capture/(\d+)">', shown) == ["1", "3", "5"]
    assert "2026-11-22: 3 captures, 3 new or changed" in shown


def test_a_merged_story_is_found_by_its_old_number(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        conn.execute(
            "INSERT INTO story_events (story_id, event, other_story_id, article_id) VALUES (77, 'merged', 1, 1)"
        )
        conn.commit()
    room = Room(tmp_path / "archive.db")
    try:
        assert room.get("/archive/-/story/77").headers["location"] == "/archive/-/story/1"
        assert room.get("/archive/-/story/77.json").headers["location"] == "/archive/-/story/1.json"
    finally:
        room.close()


def test_an_archive_of_another_version_is_told(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        conn.executescript("DROP VIEW half_lives; DROP VIEW vanished; DROP TABLE looks")
    room = Room(tmp_path / "archive.db")
    try:
        response = room.get("/archive/-/home")
        assert response.status_code == 500
        assert "another version" in response.text
    finally:
        room.close()
