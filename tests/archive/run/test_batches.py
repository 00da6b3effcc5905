"""A batch of a run: its rows are written with each page, and are committed together or not at all."""

import sqlite3
from pathlib import Path

import pytest

from archive.door import ingest
from archive.errors import Damaged
from tests.archive.archives import exchange, page, response, rows, run

COUNT = "SELECT count(*) FROM captures"
COUNTED = "SELECT captures, (SELECT sum(captures) FROM run_sites) FROM runs"


def test_rows_are_written_with_each_page_and_committed_together(tmp_path: Path) -> None:
    found = []
    with run(tmp_path, batch=3) as live:
        for number in range(4):
            live.take(exchange(f"http://s{number}.example/1.html", response(page(number))))
            found.append((live.store.conn.execute(COUNT).fetchone(), rows(tmp_path, COUNT)))

    assert found == [((1,), [(0,)]), ((2,), [(0,)]), ((3,), [(3,)]), ((4,), [(3,)])]


def test_rows_of_some_pages_are_written_together_where_more_are_near(tmp_path: Path) -> None:
    found = []
    with run(tmp_path, batch=50) as live:
        for number in range(20):
            fetched = exchange(f"http://s{number}.example/1.html", response(page(number)))
            live.take(fetched, are_more_near=number != 17)
            found += live.store.conn.execute(COUNT).fetchone()
        live.commit()

    assert found == [0] * 15 + [16, 16, 18, 18, 18]
    assert rows(tmp_path, COUNT) == [(20,)]


def test_the_next_start_reads_what_a_broken_batch_lost(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), run(tmp_path, batch=3) as live:
        for number in range(5):
            live.take(exchange(f"http://s{number}.example/1.html", response(page(number))))
        raise KeyboardInterrupt
    before = rows(tmp_path, COUNT)
    with run(tmp_path):
        pass

    assert (before, rows(tmp_path, COUNT)) == ([(3,)], [(5,)])


def test_a_page_that_the_disk_refuses_undoes_its_batch_until_the_next_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run(tmp_path, batch=2) as live:
        for number in range(3):
            live.take(exchange(f"http://s{number}.example/1.html", response(page(number))))
        with monkeypatch.context() as patched, pytest.raises(Damaged, match="disk is full"):
            patched.setattr(ingest, "keep", _refused)
            live.take(exchange("http://s3.example/1.html", response(page(3))))
        left = live.store.conn.execute(COUNT).fetchone()
        live.commit()

    assert (left, rows(tmp_path, COUNT)) == ((2,), [(4,)])
    assert rows(tmp_path, COUNTED) == [(4, 4)]


def _refused(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")
