"""Every link leads somewhere."""

import re
from html import unescape

from tests.archive.browse.conftest import Room

START = (
    "/",
    "/archive",
    "/archive/-/home",
    "/archive/-/search?q=武漢",
    "/archive/-/stories?all=1",
    "/archive/-/days",
)
CALENDAR = "/archive/-/web/*/http://www.origin.example/a/1.html"


def walk(room: Room, most: int, *more: str) -> dict[str, int]:
    """The status of every address of the reading room that its pages lead to, `most` at most, nearest first.

    It begins at the pages that every archive has, and at `more`.
    """
    found: dict[str, int] = {}
    waiting = [*START, *more]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found:
            continue
        response = room.get(address)
        found[address] = response.status_code
        if "text/html" in response.headers["content-type"]:
            waiting += [link for link in links(response.text) if link not in found]
    return found


def links(html: str) -> list[str]:
    """Links and pictures that stay in the reading room; the language links, which lead back, left out."""
    pattern = r"""(?:href|src)="(/[^"#]*)["#]"""
    return [
        unescape(link) for link in re.findall(pattern, html) if "/-/" in link and "/language?" not in link
    ]


def test_every_link_of_the_reading_room_answers(room: Room) -> None:
    found = walk(room, 2000, CALENDAR)

    assert {address: status for address, status in found.items() if status != 200} == {}
    assert len(found) > 60
