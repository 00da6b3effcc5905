"""Datasette's own pages of an archive's tables: the bar, short lists, readable cells."""

import re

import pytest

from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import ORIGIN

TABLE_PAGES = ("articles", "captures", "copies", "articles/1", "most_copied_stories", "sites")


@pytest.mark.parametrize("page", ["", *TABLE_PAGES])
def test_the_bar_stands_on_every_page_of_datasettes_own(room: Room, page: str) -> None:
    shown = room.get(f"/archive/{page}".rstrip("/"), follow_redirects=True).text

    assert shown.count('<nav class="zz-nav" aria-label="zhuanzai">') == 1
    assert '<a href="/archive/-/stories">Stories 报道</a>' in shown
    assert "/-/zhuanzai/style-" in shown


def test_titles_on_table_pages_lead_to_the_reading_room(room: Room) -> None:
    assert '<a href="/archive/-/article/1">社区里的十七天</a>' in room.get("/archive/articles?_sort=id").text
    assert '<a href="/archive/-/story/1">' in room.get("/archive/stories").text


def test_texts_on_table_pages_show_their_beginning(room: Room) -> None:
    beginning = "\n".join(ORIGIN)[:120]

    assert f"{beginning}…" in room.get("/archive/articles?_sort=id").text
    assert ORIGIN[-1] in room.get("/archive/articles.json?_shape=array&id=1").json()[0]["text"]


def test_numbers_of_table_pages_can_be_read(room: Room) -> None:
    copies = room.get("/archive/copies").text
    captures = room.get("/archive/captures?_sort_desc=id").text

    assert re.search(r'<td class="col-kept[^"]*"><span title="0\.\d+">\d\d%</span>', copies)
    assert 'col-article_id type-int"><a href="/archive/-/article/' in copies
    assert '<td class="col-status type-int">200</td>' in captures
    assert re.search(r'col-original_url[^"]*"><span class="zz-again" title="http://[^"]+">″</span>', captures)


def test_our_links_to_tables_leave_long_columns_out(room: Room) -> None:
    home = room.get("/archive/-/home").text
    (href,) = set(re.findall(r'href="(/archive/captures\?run_id=[^"]+)"', home))
    shown = room.get(href.replace("&amp;", "&")).text

    assert "_nocol=original_url" in href
    assert "col-url" in shown
    assert "col-original_url" not in shown


@pytest.mark.parametrize(
    ("table", "hidden", "kept"),
    [
        ("articles", "text", "title"),
        ("captures", "urlkey", "url"),
        ("descents", "evidence", "certainty"),
    ],
)
def test_the_plain_address_of_a_table_leads_to_its_short_list(
    room: Room, table: str, hidden: str, kept: str
) -> None:
    led = room.get(f"/archive/{table}")
    short = led.headers["location"]
    listed = room.get(short).text
    whole = re.sub(r"&_nocol=\w+", "", short)  # as Datasette's "Show all columns" does

    assert (led.status_code, room.get(f"/archive/{table}.json").status_code) == (302, 200)
    assert f'data-column="{kept}"' in listed
    assert f'data-column="{hidden}"' not in listed
    assert f'href="{whole}"' in listed
    assert re.search(rf"its CSV leave out [a-z0-9_, ]*\b{hidden}\b", listed)
    assert f'data-column="{hidden}"' in room.get(whole).text
