"""One run at a time, and what status says of one that nobody ended: real commands on an archive that is held or not."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.run.lock import writing
from crawler.commands.status import low_disk
from tests.archive.archives import crawl, exchange, page, response
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


def test_room_on_the_disk_is_counted_in_bytes_not_in_shares(tmp_path: Path) -> None:
    assert low_disk(tmp_path, 0) == []
    assert [alarm.kind for alarm in low_disk(tmp_path, 1 << 60)] == ["low-disk"]
