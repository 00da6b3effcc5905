"""`scrapy status` in a process of its own, on an archive whose latest articles are read with less confidence."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.archive.archives import crawl, exchange, page, response

pytestmark = pytest.mark.slow
REPO = Path(__file__).parents[3]
TOLD = "alarm a.example/drift-confidence: mean confidence 0.60 in the latest 10 articles, before 0.90"
TOLD_IN_CHINESE = (
    "警报 a.example/drift-confidence（正文读得没有把握）: 平均把握 0.60（最近 10 篇文章），以前为 0.90"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 22 articles of one site and 22 of another."""
    folder = tmp_path_factory.mktemp("drift") / "archive"
    crawl(
        folder,
        *(
            exchange(f"http://{site}/{n}.html", response(page(n + 50 * (site > "a.example"))))
            for site in ("a.example", "b.example")
            for n in range(22)
        ),
    )
    return folder


def rate(folder: Path, earlier: float, latest: float) -> None:
    """Give the first twelve articles of a.example one confidence and its last ten another."""
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        numbers = [n for (n,) in conn.execute("SELECT id FROM articles WHERE site = 'a.example' ORDER BY id")]
        assert len(numbers) == 22
        rated = [(earlier if place < 12 else latest, n) for place, n in enumerate(numbers)]
        conn.executemany("UPDATE articles SET confidence = ? WHERE id = ?", rated)


def status(folder: Path, *words: str, language: str = "C.UTF-8") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable, "-m", "scrapy", "status", *words,
            "-s", f"ARCHIVE_DIR={folder}", "-s", "ZHUANZAI_MIN_FREE_BYTES=0",
        ],
        cwd=REPO, env={"PATH": "/usr/bin:/bin", "LC_ALL": language, "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_fall_is_an_alarm_with_exit_code_3(folder: Path) -> None:
    rate(folder, 0.9, 0.6)

    done = status(folder, "--quiet")

    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"scrapy: {TOLD}\n")


def test_it_stands_in_the_table_and_in_json(folder: Path) -> None:
    rate(folder, 0.9, 0.6)

    table, machine = status(folder), status(folder, "--json")

    assert (table.returncode, machine.returncode) == (3, 3)
    assert TOLD in " ".join(table.stdout.split())
    assert [(alarm["site"], alarm["kind"]) for alarm in json.loads(machine.stdout)["alarms"]] == [
        ("a.example", "drift-confidence")
    ]


def test_it_is_told_in_chinese(folder: Path) -> None:
    rate(folder, 0.9, 0.6)

    done = status(folder, "--quiet", language="zh_CN.UTF-8")

    assert (done.returncode, done.stderr) == (3, f"scrapy: {TOLD_IN_CHINESE}\n")


@pytest.mark.parametrize(("earlier", "latest"), [(0.9, 0.75), (0.6, 0.9), (0.4, 0.4)])
def test_a_small_fall_a_rise_and_a_site_read_badly_all_along_are_no_drift(
    folder: Path, earlier: float, latest: float
) -> None:
    rate(folder, earlier, latest)

    done = status(folder, "--quiet")

    assert (done.returncode, done.stderr) == (0, "")
