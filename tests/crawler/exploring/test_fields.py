"""A site whose pages keep their fields elsewhere than its file says is told, once, and only where they moved."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive.run.folder import Archive
from crawler.exploring.layouts import Fields
from crawler.registry.book import SiteFiles
from crawler.registry.site import Layout, Site
from crawler.registry.strict import Css
from extract.article import Note
from extract.read import read
from tests.archive.archives import crawl, exchange, response
from tests.crawler.exploring.test_layouts import PLACES, page

LAYOUT = Layout(title=(Css("#headline"),), body=(Css("#words"),))
LEARNED = Site("www.qinghe.example", "青河网", layouts=(LAYOUT,), learned=date(2026, 11, 29))
WRITTEN = replace(LEARNED, learned=None)


def saw(site: Site, places: str, count: int = 4, notes: Iterable[Note] = ()) -> Fields:
    fields = Fields()
    for n in range(1, count + 1):
        one = page(PLACES[places][0], n)
        fields.saw(site, one, replace(read(one), notes=tuple(notes)), is_explored=False)
    return fields


NOTHING = Archive(Path("nowhere"), SiteFiles({}))


def archive(folder: Path, notes: list[list[dict[str, str]]]) -> Archive:
    """An archive of a site's articles with these notes, the oldest first."""
    looks = (
        exchange(f"http://www.qinghe.example/n/{n}.html", response(page(PLACES["ids"][0], n).body), minutes=n)
        for n in range(1, len(notes) + 1)
    )
    crawl(folder, *looks)
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        for number, one in enumerate(notes, 1):
            db.execute("UPDATE articles SET notes = ? WHERE id = ?", [json.dumps(one), number])
    return Archive(folder, SiteFiles({}))


def test_fields_that_are_where_they_were_are_no_news() -> None:
    assert saw(LEARNED, "ids").gone(LEARNED, NOTHING) is None


def test_fields_that_moved_are_told_and_teach_where_they_are_now() -> None:
    fields = saw(LEARNED, "classes", 5)

    assert fields.gone(LEARNED, NOTHING) == "fields-gone title of 5 pages read"
    assert fields.samples(LEARNED.host).layout(()) == PLACES["classes"][1]


def test_three_pages_say_nothing() -> None:
    assert saw(LEARNED, "classes", 3).gone(LEARNED, NOTHING) is None


def test_a_persons_file_that_was_right_before_is_told(tmp_path: Path) -> None:
    missed = {"kind": "missed", "detail": "body: #words"}
    fields = saw(WRITTEN, "classes", notes=[Note("missed", "body: #words")])

    assert (
        fields.gone(WRITTEN, archive(tmp_path, [[]] * 6 + [[missed]] * 4))
        == "fields-gone body of 4 pages read"
    )


def test_a_persons_file_that_never_was_right_is_not_told_every_night(tmp_path: Path) -> None:
    missed = {"kind": "missed", "detail": "body: #words"}
    fields = saw(WRITTEN, "classes", notes=[Note("missed", "body: #words")])

    assert fields.gone(WRITTEN, archive(tmp_path, [[missed]] * 10)) is None


def test_what_was_learned_of_places_does_not_change_what_pages_say() -> None:
    assert LEARNED.hints(date(2026, 11, 29)).body == ()
    assert WRITTEN.hints(date(2026, 11, 29)).body == ("#words",)
