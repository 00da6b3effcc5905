"""An article whose page prints only a month of publication, in the reading room: nowhere with a day."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.archive.browse.conftest import Room


@pytest.fixture(scope="module")
def months(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Datasette over the invented archive, the second article of its story of February 2020 and no day."""
    copy = tmp_path_factory.mktemp("months") / "archive.db"
    shutil.copy(database, copy)
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute(
            "UPDATE articles SET published_at = '2020-02', published_precision = 'month' WHERE id = 2"
        )
        conn.commit()
    opened = Room(copy)
    yield opened
    opened.close()


def get(room: Room, path: str) -> str:
    response = room.get(f"/archive/-/{path}")
    assert response.status_code == 200, path
    return str(response.text)


def test_every_page_with_the_article_says_the_month(months: Room) -> None:
    for path in ("article/2", "story/1", "search?q=武漢&per=article"):
        assert '<time datetime="2020-02">2020-02</time>' in get(months, path), path


def test_the_evidence_of_a_tree_prints_no_hour_that_the_page_does_not(months: Room) -> None:
    evidence = get(months, "story/1").partition('<details class="zz-steps"')[2]

    assert '<time datetime="2020-02">2020-02</time>' in evidence.partition("</details>")[0]
    assert '<time datetime="2020-02">2020-02 ' not in evidence


def test_the_days_count_the_month_apart(months: Room) -> None:
    shown = get(months, "days")

    assert "to the month <span>1</span>" in shown
    assert 'day/2020-02"' not in shown
    assert {"day": "2020-02", "n": 1} in json.loads(get(months, "days.json"))


def test_no_day_has_the_article_or_leads_to_the_month(months: Room) -> None:
    days = [row["day"] for row in json.loads(get(months, "days.json")) if len(row["day"]) == 10]

    for day in days:
        page = get(months, f"day/{day}")
        assert "/article/2" not in page, day
        assert '/day/2020-02"' not in page, day


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("since=2020-02-01", True),
        ("since=2020-02-02", False),
        ("until=2020-02-01", True),
        ("until=2020-01-31", False),
    ],
)
def test_a_search_from_the_first_of_the_month_finds_it(months: Room, asked: str, found: bool) -> None:
    ids = [row["id"] for row in json.loads(get(months, f"search.json?{asked}"))]

    assert (2 in ids) is found


def test_machines_read_the_month(months: Room) -> None:
    assert json.loads(get(months, "article/2.csl.json"))[0]["issued"] == {"date-parts": [[2020, 2]]}
    assert "\nDA  - 2020/02\n" in get(months, "article/2.ris")
    assert '<meta name="citation_date" content="2020/02">' in get(months, "article/2")
    assert "2020-02-01" not in get(months, "article/2.json")
