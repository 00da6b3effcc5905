"""Pages that name no source of interest: read, counted and told of in the record, and not kept."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive.capture import RENDERED, Ref
from archive.care.compact import compact
from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.source_filter import Interest, Passed
from archive.door.workers import Readers
from archive.record.exchanges import Remark, page_block
from archive.record.reader import Record, records
from archive.run.folder import Archive
from archive.view.store import Store
from tests.archive.archives import AT, Book, contents, exchange, own_warcs, page, response, rows, run

PAPER = Interest(("晚报",))
WHOSE = "SELECT url, names, wanted, status, bytes FROM passed_over ORDER BY id"


@pytest.mark.parametrize(
    ("media", "names", "wanted"),
    [
        (("人民日报",), ("人民日报",), True),
        (("人民日报",), ("人民网－人民日报",), True),
        (("人民日报",), ("人民日報海外版",), True),
        (("人民日報",), ("《人民日报》",), True),
        (("ＣＣＴＶ",), ("央视网(cctv.com)",), True),
        (("人民日报", "新华社"), ("中国网", "新华社"), True),
        (("人民日报",), ("新华社",), False),
        (("人民日报",), ("人民网",), False),
        (("人民日报",), (), True),
        (("人民日报",), ("本站原创",), True),
        (("人民日报",), ("本站原创", "新华社"), False),
    ],
)
def test_what_is_of_interest(media: tuple[str, ...], names: tuple[str, ...], wanted: bool) -> None:
    assert Interest(media).wants(names) is wanted


def test_a_page_that_names_nobody_may_be_refused() -> None:
    strict = Interest(("人民日报",), sourceless=False)

    assert [strict.wants(names) for names in ((), ("本站原创",), ("人民日报",))] == [False, False, True]


@pytest.mark.parametrize(
    "told",
    [
        {"passedOver": "not-of-interest"},
        {"names": "{}", "characters": "1", "status": "200", "payloadLength": "1"},
        {"names": "[1]", "characters": "1", "status": "200", "payloadLength": "1"},
        {"names": "[", "characters": "1", "status": "200", "payloadLength": "1"},
        {"names": "[]", "characters": "1", "status": "²", "payloadLength": "1"},
    ],
)
def test_what_does_not_read_as_such_a_record_is_none(told: dict[str, str]) -> None:
    place = Ref("a.warc.gz", 0, 1, "urn:uuid:0")

    assert Passed.of(Remark("http://a.example/", AT, {"passedOver": "x", **told}, place, {})) is None


def from_press(number: int, source: str) -> bytes:
    """An invented page that names another source."""
    return page(number).replace("晚报</div>".encode(), f"{source}</div>".encode())


def looked(folder: Path, **limits: int) -> None:
    """A run that is after evening papers and meets three pages, one of them a sports paper's, and a page it holds."""
    with run(folder, **limits) as live:
        live.interest = PAPER
        live.take(exchange("http://a.example/robots.txt", response(b"User-agent: *\nDisallow:\n")))
        live.take(exchange("http://a.example/1.html", response(page(1)), minutes=1))
        passed = live.take(exchange("http://a.example/2.html", response(from_press(2, "体育报")), minutes=2))
        live.take(exchange("http://a.example/1.html", response(from_press(1, "体育报")), minutes=3))
        live.finish(ending="finished", ended_at=AT + timedelta(hours=1))
    assert passed.article is None
    assert passed.reading.detail == "names 长江路体育报, wanted 晚报"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("looked")
    looked(made, batch=2)
    return made


def test_the_record_says_what_was_passed_over_and_keeps_no_body(folder: Path) -> None:
    body = from_press(2, "体育报")

    assert rows(folder, WHOSE) == [("http://a.example/2.html", '["长江路体育报"]', "晚报", 200, len(body))]
    assert rows(folder, "SELECT url FROM captures WHERE url LIKE '%2.html'") == []
    assert rows(folder, "SELECT count(*) FROM quarantine") == [(0,)]
    assert rows(folder, "SELECT passed_over, answered, captures, pages_read, with_date FROM run_sites") == [
        (1, 3, 3, 3, 3)
    ]
    assert rows(folder, "SELECT title, published_at FROM passed_over") == [
        ("民主巷第2组修好11盏路灯", "2020-02-03T08:39:00+08:00")
    ]
    ((offset, length),) = rows(folder, "SELECT warc_offset, warc_length FROM passed_over")
    told = gzip.decompress(own_warcs(folder)[0].read_bytes()[offset : offset + length]).decode()
    assert "WARC-Type: metadata" in told
    assert "passedOver: not-of-interest" in told
    assert "茶" not in told


def test_a_page_that_is_held_is_looked_at_as_ever(folder: Path) -> None:
    assert rows(folder, "SELECT state FROM sightings ORDER BY id") == [("new",), ("changed",)]


def test_a_drawing_is_passed_over_though_the_empty_page_has_come(tmp_path: Path) -> None:
    url = "http://a.example/app/1.html"
    with run(tmp_path) as live:
        live.interest = PAPER
        live.take(exchange(url, response(b"<html><div id=app></div></html>")))
        drawing = page_block("text/html; charset=utf-8", from_press(1, "体育报"))
        taken = live.take(exchange(url, drawing, minutes=1, request=b"", metadata={RENDERED: "Chrome/156"}))
        live.commit()

    assert taken.article is None
    assert [found for found, *_ in rows(tmp_path, WHOSE)] == [url]
    assert rows(tmp_path, "SELECT via FROM captures") == [("live",)]


def test_it_is_known_for_as_long_as_it_names_nothing_of_interest(tmp_path: Path) -> None:
    moved = response(b"", "Location: /2.html", status="301 Moved Permanently")
    looked(tmp_path)
    with run(tmp_path, "20200211T003953Z-0b0b0b0b") as live:
        live.take(exchange("http://a.example/short", moved))
        live.commit()
        known = []
        for interest in (PAPER, Interest(("体育报",)), Interest(("早报",)), None):
            live.interest = interest
            known.append(
                (live.is_passed("http://a.example/2.html"), live.is_passed("http://a.example/short"))
            )
        assert not live.is_passed("http://a.example/3.html")

    assert known == [(True, True), (False, False), (True, True), (False, False)]


def test_a_rebuilt_view_has_the_same_rows_and_verify_agrees(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "warc", tmp_path / "warc")
    rebuild(Archive(tmp_path, Book()), made_by="test", jobs=1)

    assert contents(tmp_path / "archive.db") == contents(folder / "archive.db")
    assert findings(tmp_path) == []


def test_a_run_that_was_killed_behind_a_page_that_was_passed_over(tmp_path: Path) -> None:
    with run(tmp_path, batch=100) as live:
        live.interest = PAPER
        live.take(exchange("http://a.example/2.html", response(from_press(2, "体育报")), minutes=2))
        live.writer.sync()  # the commit never came
    with Archive(tmp_path, Book()).writing():
        pass

    assert [url for url, *_ in rows(tmp_path, WHOSE)] == ["http://a.example/2.html"]
    assert rows(tmp_path, "SELECT ending, ended_at FROM runs") == [("killed", "2020-02-10T00:41:53.123456Z")]
    assert findings(tmp_path) == []


def findings(folder: Path) -> list[str]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return [str(found) for found in Verifier(store, door, folder / "warc", readers).findings()]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE passed_over SET names = '[]'", "passed_over 1: names is '[]', the record says"),
        (
            "UPDATE passed_over SET record_id = 'urn:uuid:0'",
            "passed_over 1: record urn:uuid:0 does not stand here",
        ),
    ],
)
def test_a_row_that_is_not_the_records_is_found(sql: str, said: str, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with Store(tmp_path / "archive.db") as store, store.commit():
        store.conn.execute(sql)

    assert any(said in found for found in findings(tmp_path))


def test_a_file_without_its_beginning_loses_the_run_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    (whole,) = own_warcs(folder)
    first = next(records(whole))
    assert isinstance(first, Record)
    (tmp_path / "warc" / whole.name).write_bytes(whole.read_bytes()[first.ref.length :])
    rebuild(Archive(tmp_path, Book()), made_by="test", jobs=1)

    assert rows(tmp_path, "SELECT url, run_id FROM passed_over") == [("http://a.example/2.html", None)]


def test_joined_files_keep_it(tmp_path: Path) -> None:
    looked(tmp_path, warc_bytes=1000)
    with Archive(tmp_path, Book()).writing() as store:
        compact(store, tmp_path / "warc", 1 << 20)

    assert len(own_warcs(tmp_path)) == 1
    assert findings(tmp_path) == []


def test_a_rebuild_that_lacks_a_page_passed_over_is_not_put_in_place(tmp_path: Path) -> None:
    looked(tmp_path, batch=2)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn, conn:
        conn.execute("UPDATE passed_over SET record_id = 'urn:uuid:0'")

    made = rebuild(Archive(tmp_path, Book()), made_by="t", jobs=1)

    assert (made.lost, made.is_in_place) == (1, False)
