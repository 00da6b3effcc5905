"""The crawled sample in the reading room: no page fails, no link is dead, and what was copied is found."""

from collections.abc import Iterator

import pytest

from archive.browse import conventions
from tests.archive.browse.conftest import Room
from tests.archive.browse.test_links import walk
from tests.main_job.conftest import Job


@pytest.fixture(scope="module")
def room(job: Job) -> Iterator[Room]:
    opened = Room(job.folder / "archive.db")
    yield opened
    opened.close()


def test_every_link_answers(room: Room) -> None:
    found = walk(room, 350)

    assert {address: status for address, status in found.items() if status != 200} == {}


def test_every_capture_has_its_page(job: Job, room: Room) -> None:
    captures = room.get("/archive/captures.json?_shape=array&_size=max&_col=id").json()

    statuses = {row["id"]: room.get(f"/archive/-/capture/{row['id']}").status_code for row in captures}
    assert {number: status for number, status in statuses.items() if status != 200} == {}


def test_every_query_and_export_answers(room: Room) -> None:
    for name in conventions.queries():
        for form in ("", ".json", ".csv"):
            assert room.get(f"/archive/{name}{form}?q=武漢").status_code == 200, name
    for name, table in conventions.tables().items():
        for form in ("", ".json", ".csv?_stream=1"):
            closed = table.get("allow") is False  # an index that cannot be listed
            assert room.get(f"/archive/{name}{form}", follow_redirects=True).status_code == (
                403 if closed else 200
            ), name


def test_both_scripts_find_the_same(room: Room) -> None:
    one, other = (room.get(f"/archive/-/search.json?q={query}").json() for query in ("武汉", "武漢"))

    assert one == other
    assert {row["script"] for row in one} == {"hans", "hant"}
