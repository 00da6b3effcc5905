"""The demo as a newcomer runs it: broken off, repeated, looked at, and a first crawl of one's own beside it."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.commands.demo import QUICK
from crawler.sample import Network
from tests.archive.browse.conftest import Room
from tests.starter import Starter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
]  # the demo takes minutes where others use the machine too
REPO = Path(__file__).parents[3]


@dataclass(frozen=True)
class Demo:
    """The folder that the demo was typed in, and what it said."""

    folder: Path
    code: int
    out: str
    err: str

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        database = self.folder / "demo" / "archive.db"
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as conn:
            return conn.execute(sql).fetchall()


def environment(proxy: str = "") -> dict[str, str]:
    """What a command of a newcomer's terminal finds."""
    given = {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(REPO), "LC_ALL": "C.UTF-8"}
    given |= {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""} if proxy else {}
    return os.environ | given


def begun(folder: Path) -> "subprocess.Popen[str]":
    """The demo typed in a folder, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "demo"], cwd=folder, env=environment(), process_group=0,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo, after one that was killed with all its processes during its crawls."""
    folder = tmp_path_factory.mktemp("newcomer")
    broken = begun(folder)
    assert broken.stderr
    for line in broken.stderr:
        if line.startswith("scrapy crawl"):  # the first crawl has ended, the next one begins
            break
    os.killpg(broken.pid, signal.SIGKILL)
    broken.communicate()
    assert broken.returncode == -signal.SIGKILL
    again = begun(folder)
    out, err = again.communicate()
    return Demo(folder, again.returncode, out, err)


@pytest.fixture(scope="module")
def there(demo: Demo) -> Iterator[Starter]:
    """Starts commands in the folder of the demo."""
    with Starter(folder=demo.folder) as ready:
        yield ready


@pytest.fixture(scope="module")
def room(demo: Demo) -> Iterator[Room]:
    opened = Room(demo.folder / "demo" / "archive.db")
    yield opened
    opened.close()


def test_it_begins_anew_after_one_that_was_killed_and_makes_its_own_folder_only(demo: Demo) -> None:
    assert demo.code == 0, demo.err
    assert [path.name for path in demo.folder.iterdir()] == ["demo"]
    assert demo.rows("SELECT DISTINCT ending FROM runs") == [("finished",)]


def test_it_ends_with_three_addresses_and_what_to_look_for(demo: Demo, room: Room) -> None:
    shown = re.findall(r"^  http://127\.0\.0\.1:8001(/archive/-/\S+)  (.+)$", demo.out, re.M)

    assert [what for _, what in shown] == [
        "one search, both scripts",
        "who carried it, when, and how much each kept",
        "went away and came back: every look at it",
    ]
    search, story, article = (room.get(path).text for path, _ in shown)
    assert "<mark>武汉</mark>" in search
    assert "<mark>武漢</mark>" in search
    assert "zz-timeline" in story
    assert "<span>gone, without saying so</span>" in article
    assert "<span>back again</span>" in article


@pytest.mark.parametrize("command", ["status", "verify"])
def test_its_status_is_green_and_verify_finds_nothing(there: Starter, command: str) -> None:
    done = there.start((command, "-s", "ARCHIVE_DIR=demo"), environment()).wait()

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert command == "verify" or done.stdout.startswith("no alarms\n")


def test_its_days_brought_edits_losses_returns_and_half_lives(demo: Demo) -> None:
    states = {state for (state,) in demo.rows("SELECT DISTINCT state FROM sightings")}
    days = demo.rows("SELECT DISTINCT substr(started_at, 1, 10) FROM runs ORDER BY 1")
    lives = demo.rows("SELECT half_life_days FROM half_lives WHERE half_life_days > 0")

    assert {"new", "same", "changed", "gone", "back"} <= states
    assert days == [("2024-12-10",), ("2024-12-17",), ("2024-12-24",)]
    assert len(lives) >= 2


def test_another_proxy_of_this_machine_is_no_way_in_and_the_next_crawl_has_its_own_folder(
    demo: Demo, there: Starter
) -> None:
    runs = demo.rows("SELECT count(*) FROM runs")
    crawl = ["crawl", "people_daily", "-a", "since=2024-12-01", "-a", "until=2024-12-01"]
    crawl += [word for setting in QUICK for word in ("-s", setting)]
    with Network() as network:
        through = environment(network.proxy_url)
        refused = there.start([*crawl, "-s", "ARCHIVE_DIR=demo"], through).wait()
        beside = there.start(crawl, through).wait()

    assert (refused.returncode, refused.stderr) == (
        2,
        "scrapy: demo is the demo's archive of invented pages; name another: -s ARCHIVE_DIR=FOLDER\n",
    )
    assert demo.rows("SELECT count(*) FROM runs") == runs
    assert beside.returncode == 0, beside.stderr
    assert sorted(path.name for path in demo.folder.iterdir()) == ["data", "demo"]
