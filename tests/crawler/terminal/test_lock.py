"""One run at a time, and what status says of one that nobody ended: real commands on an archive that is held or not."""

import fcntl
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.run.lock import is_held, writing
from archive.view.status import Status, status
from archive.view.store import Store
from crawler.commands.status import killed, looked, low_disk
from tests.archive.archives import AT, crawl, exchange, page, response, run
from tests.starter import Starter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose only run has no end, as kill -9 leaves it."""
    folder = tmp_path_factory.mktemp("held")
    crawl(folder, exchange("http://news.example.com/1.html", response(page(1))))
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE runs SET ending = NULL, ended_at = NULL")
    return folder


def ran(starter: Starter, folder: Path, *words: str) -> Any:
    settings = ("-s", f"ARCHIVE_DIR={folder}", "-s", "ZHUANZAI_MIN_FREE_BYTES=0")
    return starter.start([*words, *settings], {"PATH": "/usr/bin:/bin"}).wait()


def ending(starter: Starter, folder: Path) -> str | None:
    told: dict[str, Any] = json.loads(ran(starter, folder, "status", "--json").stdout)
    found: str | None = told["runs"][0]["ending"]
    return found


@pytest.mark.parametrize(
    "words", [("crawl", "recheck"), ("crawl", "people_daily"), ("compact",), ("round", "recheck")]
)
def test_whoever_comes_while_another_run_writes_is_told_who_and_to_come_later(
    starter: Starter, folder: Path, words: tuple[str, ...]
) -> None:
    with writing(folder):
        done = ran(starter, folder, *words)

    assert done.returncode == 75
    assert f"another run (pid {os.getpid()}) is writing to this archive; try again later" in done.stderr


def test_a_run_without_an_end_was_killed_unless_somebody_is_writing(starter: Starter, folder: Path) -> None:
    assert ending(starter, folder) == "killed"
    with writing(folder):
        assert ending(starter, folder) is None


def test_one_that_only_asks_keeps_no_run_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` has its share of the lock at the moment when a run wants it, and leaves it then."""
    (tmp_path / "lock").touch()
    flock = fcntl.flock

    def wanted(file: Any, how: int) -> None:
        try:
            flock(file, how)
        finally:
            flock(asking, fcntl.LOCK_UN)

    with (tmp_path / "lock").open("rb") as asking:
        flock(asking, fcntl.LOCK_SH)
        monkeypatch.setattr(fcntl, "flock", wanted)
        with writing(tmp_path):
            assert is_held(tmp_path)


def seen(folder: Path) -> Status:
    with Store(folder / "archive.db", read_only=True) as store:
        return status(store.conn, AT)


def test_a_run_that_ends_while_status_looks_was_not_killed(tmp_path: Path) -> None:
    with run(tmp_path) as live:
        live.take(exchange("http://news.example.com/1.html", response(page(1))))
        under_way = seen(tmp_path)
        live.finish(ending="finished", ended_at=AT)
    shown = looked(tmp_path, iter([under_way, seen(tmp_path)]).__next__)

    assert [one.ending for one in shown.runs] == ["finished"]
    assert killed(shown.runs) == []


def test_a_run_that_begins_while_status_looks_was_not_killed(tmp_path: Path) -> None:
    with run(tmp_path) as live:
        live.take(exchange("http://news.example.com/1.html", response(page(1))))
    before = seen(tmp_path)
    with run(tmp_path, "20200211T003953Z-0b0b0b0b"):
        begun = seen(tmp_path)
    shown = looked(tmp_path, iter([before, begun]).__next__)

    assert [one.ended_at for one in before.runs] == [None]
    assert [(one.run_id, one.ending) for one in shown.runs] == [("20200211T003953Z-0b0b0b0b", None)]
    assert killed(shown.runs) == []


def test_room_on_the_disk_is_counted_in_bytes_not_in_shares(tmp_path: Path) -> None:
    assert low_disk(tmp_path, 0) == []
    assert [alarm.kind for alarm in low_disk(tmp_path, 1 << 60)] == ["low-disk"]
