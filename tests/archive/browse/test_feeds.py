"""Feeds of what is new, held against RFC 4287, and the pages as JSON."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from archive.browse.protocols.atom import Feed, FeedEntry, written
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import BEGAN, ORIGIN, Served, build, page

SCHEMA = etree.RelaxNG.from_rnc_string((Path(__file__).parent / "atom.rnc").read_text("utf-8"))
HOST = "http://www.copy.example"
ROOM = "http://localhost/archive/-"


def texts() -> list[Served]:
    """A copy that was changed and one that vanished, beside their origin."""
    first = page("社区里的十七天&amp;", ORIGIN, "人民日报", "2020-02-10 05:08").encode()
    copied, changed = (
        page("社区里的十七天", kept, "人民日报", "2020-02-10 08:39").encode()
        for kept in (ORIGIN, ORIGIN[:-1])
    )
    return [
        Served("http://www.origin.example/a/1.html", first),
        Served(f"{HOST}/a/2.html", copied),
        Served("http://www.hk.example/a/3.html", copied),
        Served(f"{HOST}/a/2.html", changed),
        Served("http://www.hk.example/a/3.html", b"<h1>404</h1>", status="404 Not Found"),
    ]


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    opened = Room(build(tmp_path_factory.mktemp("fed") / "data", texts()))
    yield opened
    opened.close()


def read(room: Room, path: str) -> "feedparser.FeedParserDict":
    """A feed that is as the standard wants it and that a reader of feeds takes without complaint."""
    answer = room.get(f"/archive/-/{path}")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    document = etree.fromstring(answer.content)
    assert SCHEMA.validate(document), SCHEMA.error_log
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.feed.links[0] == {"rel": "self", "href": found.feed.id, "type": "application/atom+xml"}
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    return found


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        (
            "home.atom",
            [
                "gone · 香江報 · 社区里的十七天",
                "changed · 青山网 · 社区里的十七天",
                "new · 香江報 · 社区里的十七天",
                "new · 青山网 · 社区里的十七天",
            ],
        ),
        ("home.atom?of=changes", ["changed · 青山网 · 社区里的十七天"]),
        ("home.atom?of=vanished", ["gone · 香江報 · 社区里的十七天"]),
        ("site/www.copy.example.atom?of=copies", ["new · 青山网 · 社区里的十七天"]),
        ("site/www.origin.example.atom", []),
        (
            "search.atom?q=社區&of=copies",
            [
                "new · 香江報 · 社区里的十七天",
                "new · 青山网 · 社区里的十七天",
                "new · www.origin.example · 社区里的十七天&",
            ],
        ),
        ("search.atom?q=没有", []),
        ("search.atom?region=hongkong&of=vanished", ["gone · 香江報 · 社区里的十七天"]),
    ],
)
def test_a_feed_tells_what_is_new(fed: Room, path: str, titles: list[str]) -> None:
    assert [entry.title for entry in read(fed, path).entries] == titles


def test_the_feed_of_a_story_leads_to_its_articles(fed: Room) -> None:
    found = read(fed, "story/1.atom")
    change = next(entry for entry in found.entries if entry.title.startswith("changed"))

    assert len(found.entries) == 5
    assert change.link == f"{ROOM}/article/2/versions/1"
    assert change.links[1] == {"rel": "related", "href": f"{HOST}/a/2.html", "type": "text/html"}
    assert change.tags[0].term == "changes"
    assert change.published == "2020-02-10T08:39:00+08:00"
    assert change.updated == "2026-11-22T04:00:03Z"
    assert change.author == "青山网"
    assert found.feed.updated == "2026-11-22T04:00:04Z"
    assert BEGAN.isoformat().startswith("2026-11-22T04:00:00")
    assert fed.get(change.link.removeprefix("http://localhost")).status_code == 200


def test_entries_keep_their_ids_in_another_archive_of_the_same(fed: Room, tmp_path: Path) -> None:
    ids = [entry.id for entry in read(fed, "home.atom").entries if ":changes:" not in entry.id]
    other = Room(build(tmp_path / "data", texts()))
    again = [entry.id for entry in read(other, "home.atom").entries if ":changes:" not in entry.id]
    other.close()

    assert len(ids) == 3
    assert ids == again


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("home.atom?of=weather", 400),
        ("story/99.atom", 404),
        ("site/none.example.atom", 404),
        ("search.atom?since=x", 400),
    ],
)
def test_a_feed_of_nothing_is_refused(fed: Room, path: str, status: int) -> None:
    assert fed.get(f"/archive/-/{path}").status_code == status


@pytest.mark.parametrize("path", ["home", "story/1", "site/www.hk.example", "search?q=社區&page=1"])
def test_pages_name_their_feed(fed: Room, path: str) -> None:
    shown = fed.get(f"/archive/-/{path}").text
    (href,) = re.findall(r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', shown)

    assert fed.get(href.replace("&amp;", "&")).status_code == 200


def test_pages_as_json(fed: Room) -> None:
    stories = fed.get("/archive/-/stories.json").json()
    sites = {row["site"]: row for row in fed.get("/archive/-/sites.json").json()}
    site = fed.get("/archive/-/site/www.hk.example.json").json()
    days = fed.get("/archive/-/days.json").json()
    day = fed.get("/archive/-/day/2020-02-10.json").json()

    assert [(row["id"], row["copies"]) for row in stories] == [(1, 3)]
    assert isinstance(stories[0]["origin_reasons"], list)
    assert (sites["www.hk.example"]["name_hant"], sites["www.hk.example"]["articles"]) == ("香江報", 1)
    assert site["region"] == "hongkong"
    assert [row["id"] for row in site["vanished"]] == [3]
    assert days == [{"day": "2020-02-10", "n": 3}]
    assert day["total"] == 3
    assert [row["id"] for row in day["sites"]["www.copy.example"]] == [2]


def test_a_damaged_database_is_no_feed(tmp_path: Path) -> None:
    database = build(tmp_path / "data", texts()[:1])
    with sqlite3.connect(database) as conn:
        conn.execute("DROP VIEW changed")
    room = Room(database)
    status = room.get("/archive/-/home.atom").status_code
    room.close()

    assert status == 500


def test_characters_that_xml_has_no_place_for_are_shown_as_lost() -> None:
    entry = FeedEntry(
        "urn:x:1", "copies", "a\x0b\ud800\x00b & <c>", "2026-11-22T04:00:00Z", "http://a/", "http://b/", "报"
    )
    found = written(Feed("\x1f", "http://a/feed.atom", "http://a/", (entry,)))

    assert SCHEMA.validate(etree.fromstring(found)), SCHEMA.error_log
    assert feedparser.parse(found).entries[0].title == "a\ufffd\ufffd\ufffdb & <c>"
