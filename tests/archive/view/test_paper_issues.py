"""Coverage of printed issues: what layout pages list, against what the archive holds."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from archive.view.paper_issues import PageCoverage, coverage, keep_issue, ways_told
from archive.view.store import Store
from extract.fields.paper import Issue, Item, PageLink

DAY = date(2020, 2, 10)
FOLDER = "http://paper.people.com.cn/rmrb/html/2020-02/10"
PAGES = (
    PageLink(f"{FOLDER}/nbs.D110000renmrb_01.htm", 1, "要闻"),
    PageLink(f"{FOLDER}/nbs.D110000renmrb_02.htm", 2, None),
)
ITEMS = (
    Item(f"{FOLDER}/nw.D110000renmrb_20200210_1-01.htm", "三支医疗队的一张排班表", "article"),
    Item(f"{FOLDER}/nw.D110000renmrb_20200210_2-01.htm", "云上开学，乡村教师的第一堂课", "article"),
    Item(f"{FOLDER}/nw.D110000renmrb_20200210_3-01.htm", "图片报道", "photo"),
)
FIRST = Issue("rmrb", "2020-02-10", 1, "要闻", PAGES, ITEMS)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Store(tmp_path / "archive.db") as store:
        captured(store.conn, PAGES[0].url)
        keep_issue(store.conn, 1, PAGES[0].url, FIRST)
        yield store.conn


def captured(
    conn: sqlite3.Connection, url: str, via: str = "live", original: str | None = None, status: int = 200
) -> int:
    row = conn.execute(
        "INSERT INTO captures (url, site, captured_at, status, via, original_url) VALUES (?, 's', '2026', ?, ?, ?)",
        [url, status, via, original or url],
    )
    return int(row.lastrowid or 0)


def titled(conn: sqlite3.Connection, title: str, published: str | None, url: str | None = None) -> None:
    url = url or f"http://mirror.example/{title}"
    capture = captured(conn, url)
    conn.execute(
        "INSERT INTO articles (capture_id, url, site, title, text, published_at, extractor, notes)"
        " VALUES (?, ?, 'mirror.example', ?, 'x', ?, '1', '[]')",
        [capture, url, title, published],
    )


def test_each_item_is_counted_by_the_way_it_came(conn: sqlite3.Connection) -> None:
    captured(conn, ITEMS[0].url.replace("http:", "https:"))
    captured(conn, f"https://web.archive.org/web/20200211000000id_/{ITEMS[1].url}", "wayback", ITEMS[1].url)

    first = coverage(conn, "rmrb", DAY, DAY)[0]

    assert first == PageCoverage(
        "2020-02-10", 1, "要闻", True, 3, (("live", 1), ("wayback", 1)), ("图片报道",)
    )
    assert first.held == 2


def test_a_copy_under_the_same_title_in_either_script_counts(conn: sqlite3.Connection) -> None:
    titled(conn, "雲上開學,鄉村教師的第一堂課", "2020-02-10T08:39:53+08:00")

    assert coverage(conn, "rmrb", DAY, DAY)[0].ways == (("copy", 1),)


@pytest.mark.parametrize("published", ["2020-02-08T23:00:00+08:00", "2020-02-14T00:00:00+08:00"])
def test_the_same_title_of_another_day_is_no_copy(conn: sqlite3.Connection, published: str) -> None:
    titled(conn, "三支医疗队的一张排班表", published)

    assert coverage(conn, "rmrb", DAY, DAY)[0].held == 0


@pytest.mark.parametrize(
    ("claimed", "published", "ways"),
    [
        ("2020-02-10", "2020-02-27T08:00:00+08:00", (("copy", 1),)),
        ("2020-02-10", None, (("copy", 1),)),
        ("2020-02-11", "2020-02-27T08:00:00+08:00", ()),
        ("2020-02-10", "2020-03-13T08:00:00+08:00", ()),  # a month later: nobody looks that far
    ],
)
def test_a_copy_that_names_the_issue_counts_later_too(
    conn: sqlite3.Connection, claimed: str, published: str | None, ways: tuple[tuple[str, int], ...]
) -> None:
    titled(conn, "三支医疗队的一张排班表", published)
    conn.execute("UPDATE articles SET paper_date = ?", [claimed])

    assert coverage(conn, "rmrb", DAY, DAY)[0].ways == ways


def test_two_items_of_one_title_are_no_copies_of_each_other(conn: sqlite3.Connection) -> None:
    again = Item(f"{FOLDER}/nw.D110000renmrb_20200210_4-01.htm", "三支医疗队的一张排班表", "article")
    keep_issue(conn, 1, PAGES[0].url, Issue("rmrb", "2020-02-10", 1, "要闻", PAGES, (*ITEMS, again)))
    titled(conn, "三支医疗队的一张排班表", "2020-02-10", again.url)

    assert coverage(conn, "rmrb", DAY, DAY)[0].ways == (("live", 1),)


def test_the_next_days_item_of_one_title_is_no_copy(conn: sqlite3.Connection) -> None:
    folder = "http://paper.people.com.cn/rmrb/html/2020-02/11"
    layout = PageLink(f"{folder}/nbs.D110000renmrb_01.htm", 1, "要闻")
    item = Item(f"{folder}/nw.D110000renmrb_20200211_1-01.htm", ITEMS[0].title, "article")
    keep_issue(conn, 1, layout.url, Issue("rmrb", "2020-02-11", 1, "要闻", (layout,), (item,)))
    titled(conn, item.title, "2020-02-11", item.url)

    assert coverage(conn, "rmrb", DAY, DAY)[0].held == 0


def test_ways_are_told_in_one_line(conn: sqlite3.Connection) -> None:
    assert ways_told(coverage(conn, "rmrb", DAY, DAY)) == "nothing"
    captured(conn, ITEMS[0].url)
    titled(conn, "雲上開學,鄉村教師的第一堂課", "2020-02-10T08:39:53+08:00")

    assert ways_told(coverage(conn, "rmrb", DAY, DAY)) == "live 1, copy 1"


def test_a_short_title_proves_nothing(conn: sqlite3.Connection) -> None:
    titled(conn, "图片报道", "2020-02-10T08:00:00+08:00")

    assert coverage(conn, "rmrb", DAY, DAY)[0].held == 0


def test_an_answer_that_is_no_page_holds_nothing(conn: sqlite3.Connection) -> None:
    captured(conn, ITEMS[0].url, status=404)

    assert coverage(conn, "rmrb", DAY, DAY)[0].held == 0


@pytest.mark.parametrize(
    ("reason", "detail", "held"),
    [
        ("stub", "stub: 您访问的页面不存在或已被删除", 0),
        ("stub", "stub: meta refresh", 0),
        ("blocked", "captcha", 0),
        ("unreadable", "body: no markup to read", 0),
        ("stub", "stub: no text", 1),  # a photograph
        ("listing", "listing: 9 links", 1),
    ],
)
def test_a_page_that_says_it_is_gone_or_nothing_holds_nothing(
    conn: sqlite3.Connection, reason: str, detail: str, held: int
) -> None:
    capture = captured(conn, ITEMS[0].url)
    conn.execute(
        "INSERT INTO quarantine (capture_id, url, reason, detail) VALUES (?, 'x', ?, ?)",
        [capture, reason, detail],
    )

    assert coverage(conn, "rmrb", DAY, DAY)[0].held == held


def test_a_page_that_was_only_linked_is_not_listed(conn: sqlite3.Connection) -> None:
    assert coverage(conn, "rmrb", DAY, DAY)[1] == PageCoverage("2020-02-10", 2, None, False, 0, (), ())


def test_reading_a_page_again_by_https_adds_no_row(conn: sqlite3.Connection) -> None:
    capture = captured(conn, PAGES[0].url.replace("http:", "https:"))
    secure = [Item(item.url.replace("http:", "https:"), item.title, item.kind) for item in ITEMS]
    again = Issue("rmrb", "2020-02-10", 1, "要闻", PAGES, tuple(secure))

    keep_issue(conn, capture, PAGES[0].url.replace("http:", "https:"), again)

    assert conn.execute("SELECT count(*) FROM issue_items").fetchone() == (3,)
    assert conn.execute("SELECT DISTINCT capture_id FROM issue_items").fetchall() == [(capture,)]


def test_the_page_of_the_newest_issue_is_its_first(conn: sqlite3.Connection) -> None:
    newest = Issue("rmrb", "2020-02-10", None, None, PAGES, ITEMS[:1])

    keep_issue(conn, 1, "https://paper.people.com.cn/rmrb/pc/layout/index.html", newest)

    assert len(coverage(conn, "rmrb", DAY, DAY)) == 2


def test_the_tables_are_part_of_every_new_archive() -> None:
    assert "issue_items" in files("archive.view").joinpath("issues.sql").read_text("utf-8")
