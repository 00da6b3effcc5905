"""The calendar of an address: years, months and days with what each capture found."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.archive.browse.conftest import Room

URL = "http://www.second.example/a/1.html"
"""An address that the invented archive holds once, as capture 8 of 22 November 2026."""
LOOKS = (
    ("2006-03-31T23:59:58Z", URL, 200, "sha1:A"),
    ("2006-04-01T00:00:01Z", "https://second.example/a/1.html", 200, "sha1:A"),
    ("2006-04-01T09:00:00Z", URL, 304, None),
    ("2006-04-01T10:00:00Z", URL, 404, "sha1:X"),
    ("2006-04-02T10:00:00Z", URL, 301, "sha1:Y"),
    ("2007-01-01T10:00:00Z", URL, 200, "sha1:A"),
    ("2007-12-31T10:00:00Z", URL, 200, "sha1:B"),
    ("2008-02-29T10:00:00Z", URL, None, None),
)
LONG = "http://www.long.example/list.html?页=1&q=a*b"
FIRST_DAY, DAYS = date(2007, 1, 1), 20 * 365
WEEKDAYS = {"en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "zh": "一 二 三 四 五 六 日"}


def look(conn: sqlite3.Connection, url: str, at: str, status: int | None, digest: str | None) -> None:
    from archive.urlkey import key

    conn.execute(
        "INSERT INTO captures (url, original_url, urlkey, site, run_id, captured_at, status, payload_digest, via,"
        " method, record_id) SELECT ?, ?, ?, site, run_id, ?, ?, ?, 'live', 'GET', ? FROM captures WHERE id = 8",
        [url, url, key(url), at, status, digest, f"urn:{url}:{at}"],
    )


@pytest.fixture(scope="module")
def looked(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The invented archive, with an address of four years and one that was looked at every day of twenty."""
    copy = tmp_path_factory.mktemp("calendar") / "archive.db"
    shutil.copy(database, copy)
    with closing(sqlite3.connect(copy)) as conn:
        for at, url, status, digest in LOOKS:
            look(conn, url, at, status, digest)
        for n in range(DAYS):
            day = datetime.combine(FIRST_DAY + timedelta(n), datetime.min.time())
            look(conn, LONG, f"{day:%Y-%m-%dT%H:%M:%SZ}", 200, f"sha1:{n // 10}")
        conn.commit()
    room = Room(copy)
    yield room
    room.close()


def shown(room: Room, when: str, url: str = URL, language: str = "en", status: int = 200) -> str:
    response = room.get(f"/archive/-/web/{when}*/{url}", headers={"accept-language": language})
    assert response.status_code == status, response.text
    return str(response.text)


def said(page: str) -> list[str]:
    """What a screen reader says of each day with captures."""
    return re.findall(r'aria-label="(\d{4}-\d\d-\d\d: [^"]*)"', page)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


def test_a_year_says_of_each_day_how_often_and_what_was_found(looked: Room) -> None:
    assert said(shown(looked, "2006")) == [
        "2006-03-31: 1 capture, 1 new or changed",
        "2006-04-01: 3 captures, 2 unchanged, 1 no page",
        "2006-04-02: 1 capture, 1 leads elsewhere",
    ]
    assert said(shown(looked, "2007")) == [
        "2007-01-01: 1 capture, 1 unchanged",
        "2007-12-31: 1 capture, 1 new or changed",
    ]
    assert said(shown(looked, "2006", language="zh"))[1] == "2006-04-01: 抓取 3 次, 2 未变, 1 无页面"


def test_a_day_stands_under_its_weekday_in_both_languages(looked: Room) -> None:
    for language, names in WEEKDAYS.items():
        page = shown(looked, "2008", language=language)
        table = page.split("<table")[2]  # February
        heads = re.findall(r'<abbr title="([^"]*)"', table)
        cells = re.findall(r"<td[^>]*>(.*?)</td>", table)
        place = next(n for n, cell in enumerate(cells) if "<b>29</b>" in cell)

        assert page.count("<table") == 12
        assert [head.removeprefix("星期") for head in heads] == names.split()
        assert place % 7 == 4  # a Friday
        assert words(cells[place]) == "29 ×"
        assert 'scope="col"' in table
    assert "<caption>2月 </caption>" in table


def test_years_without_captures_are_folded(looked: Room) -> None:
    years = shown(looked, "").partition('<nav class="zz-years"')[2].partition("</nav>")[0]

    assert [words(item) for item in re.findall(r"<li>(.*?)</li>", years)] == [
        "2006 5 captures", "2007 2 captures", "2008 1 capture", "2009–2025 none", "2026 1 capture"
    ]  # fmt: skip
    assert 'aria-current="true"><b>2026</b>' in years


def test_a_day_with_several_captures_leads_to_their_list(looked: Room) -> None:
    year = shown(looked, "2006")
    (list_,) = set(re.findall(r'href="(/archive/-/web/20060401\*/[^"]*)"', year))
    day = looked.get(list_).text
    listed = day.partition('<ul class="zz-plain">')[2].partition("</ul>")[0]

    assert [words(item) for item in re.findall(r"<li>(.*?)</li>", listed)] == [
        "00:00:01 UTC Status 200 · ○ unchanged",
        "09:00:00 UTC Status 304 · ○ unchanged",
        "10:00:00 UTC Status 404 · × no page",
    ]
    for capture in re.findall(r'href="(/archive/-/capture/\d+)"', year):
        assert looked.get(capture).status_code in (200, 410)


def test_the_page_of_a_capture_has_the_calendar_of_its_year(looked: Room) -> None:
    page = looked.get("/archive/-/capture/8").text

    assert said(page) == ["2026-11-22: 1 capture, 1 new or changed"]
    assert page.count('<td aria-current="true">') == 1
    assert f"/archive/-/web/2006*/{URL}" in page
    assert f'/archive/-/web/*/{URL}">9 captures</a>' in page
    assert "zz-months" not in looked.get("/archive/-/capture/4").text  # the only capture of its address


def test_twenty_years_of_days_are_one_year_at_a_time(looked: Room) -> None:
    page = shown(looked, "2015", quote(LONG, safe=":/?=&*"))

    assert len(said(page)) == 365
    assert len(page) < 200_000
    changed = [line for line in said(page) if "new or changed" in line]
    assert changed[:2] == [
        "2015-01-09: 1 capture, 1 new or changed",
        "2015-01-19: 1 capture, 1 new or changed",
    ]
    assert "7,300 captures" in page


@pytest.mark.parametrize(
    ("when", "url", "status", "words_said"),
    [
        ("2006", "http://nowhere.example/", 404, "no capture of this address"),
        ("20061301", URL, 400, "A date looks like"),
        ("20060230", URL, 400, "A date looks like"),
        ("0000", URL, 400, "A date looks like"),
        ("", "javascript:alert(1)", 400, "no address of the web"),
    ],
)
def test_a_wrong_question_is_answered(
    looked: Room, when: str, url: str, status: int, words_said: str
) -> None:
    assert words_said in shown(looked, when, url, status=status)


def test_a_year_and_a_day_without_captures_are_empty(looked: Room) -> None:
    assert said(shown(looked, "2012")) == []
    assert "0 captures" in shown(looked, "20120229")


def test_a_capture_is_shown_though_its_calendar_takes_too_long(
    looked: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr("archive.browse.pages.calendar.of_address", late)
    response = looked.get("/archive/-/capture/8")

    assert response.status_code == 410  # this copy of the database has no WARC file beside it
    assert "takes longer than this server allows" in response.text
    assert "As it was on" in response.text


def test_another_error_of_the_database_is_not_told_as_a_slow_calendar(
    looked: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("no such column: urlkey")

    monkeypatch.setattr("archive.browse.pages.calendar.of_address", broken)
    response = looked.get("/archive/-/capture/8")

    assert response.status_code == 500
    assert "takes longer than this server allows" not in response.text
