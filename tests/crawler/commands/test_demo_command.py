"""The demo as a newcomer runs it, from a wheel: stopped ten times, whole, with the README's lines and a month after it.

All in one folder, in this order, with the sample network as the web.
"""

import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from unittest.mock import Mock

import pytest

from crawler.commands.demo import QUICK
from crawler.sample import Network
from tests.archive.browse.conftest import Room
from tests.crawler.commands.installed import install
from tests.crawler.commands.readme_lines import AT_ONCE, LINES, PAGE, Typed, promised
from tests.starter import Started, Starter
from tests.watching import after_look, bytes_in, text_of, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
]  # the demo takes minutes where others use the machine too
FIRST = date(2024, 12, 9)
NIGHTS = (date(2024, 12, 10), date(2024, 12, 31))
ROUND = ("round", "-a", "site=people.com.cn,www.jzrb.com,youth.cn,www.news.cn,dahe.cn")
QUICKLY = [word for setting in QUICK for word in ("-s", setting)]


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

    def files(self) -> dict[str, str]:
        """The records of the demo, each with its digest."""
        records = sorted((self.folder / "demo" / "warc").iterdir())
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in records}

    def texts(self) -> dict[str, str]:
        """The texts of the newcomer's own archive, by address."""
        database = self.folder / "data" / "archive.db"
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as conn:
            return dict(conn.execute("SELECT url, text FROM articles"))


def environment(proxy: str = "") -> dict[str, str]:
    """What a command of a newcomer's terminal finds; for `scrapy`, the settings too."""
    given = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    given |= {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "LC_ALL": "C.UTF-8"}
    return given | ({"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""} if proxy else {})


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("installed"))


def by_hand(python: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command of the installed package, in a process of its own."""
    command = [python.with_name(words[0]), *words[1:]]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """A demo is stopped when so much of `what` is there that it made: by a signal to it alone, or to its crawls too."""

    what: str
    n: int = 0
    sent: int = signal.SIGKILL
    is_alone: bool = False

    def has_come(self, demo: Started, folder: Path, before: str) -> bool:
        """Whether the moment is there; `before` is the mark of the demo before, to which its crawls may yet add."""
        mark = text_of(folder / "DEMO").partition("\n")[0]
        if self.what == "the old view deleted":
            return bool(mark) and not (folder / "archive.db").exists()
        if mark in ("", before):
            return False
        if self.what == "record":
            return bytes_in(folder / "warc") >= self.n
        if self.what == "crawls":
            return demo.said().count("scrapy crawl") >= self.n
        return self.what == "mark" or (folder / self.what).exists()

    def carry_out(self, demo: Started) -> None:
        """Send the signal, and wait until the demo is gone."""
        if self.is_alone:
            demo.send_signal(self.sent)
        else:
            os.killpg(demo.pid, self.sent)
        demo.wait()


CHANCE = Random(17)
STOPS = (
    Stop("mark"), Stop("lock", is_alone=True), Stop("record", 1, signal.SIGINT),
    Stop("record", CHANCE.randrange(2_000, 20_000)), Stop("archive.db", 0, signal.SIGTERM, is_alone=True),
    Stop("record", CHANCE.randrange(20_000, 60_000), signal.SIGINT),
    Stop("record", CHANCE.randrange(20_000, 60_000), is_alone=True),
    Stop("record", CHANCE.randrange(60_000, 90_000), signal.SIGTERM), Stop("crawls", 1), Stop("the old view deleted"),
)  # fmt: skip
"""Ten moments, in this order, each of a demo that was begun anew."""


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.what)
@pytest.mark.parametrize("calls", range(1, 5))
def test_a_moment_is_looked_for_while_all_is_deleted(tmp_path: Path, stop: Stop, calls: int) -> None:
    """After so many looks at the disk another process has deleted the folder."""
    folder = tmp_path / "demo"
    (folder / "warc").mkdir(parents=True)
    for name in ("DEMO", "lock", "archive.db", "warc/a", "warc/b"):
        (folder / name).write_text("of this demo")

    with after_look(calls, folder, partial(shutil.rmtree, folder)):
        has_come = stop.has_come(Mock(said=lambda: "scrapy crawl"), folder, "an earlier one")

    assert has_come in (True, False)


@pytest.fixture(scope="module")
def stopped(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a demo was begun and stopped ten times."""
    folder = tmp_path_factory.mktemp("newcomer")
    with Starter(folder=folder, python=python, has_clock=False) as starter:
        for stop in STOPS:
            before = text_of(folder / "demo" / "DEMO").partition("\n")[0]
            demo = starter.start(("demo",), environment())
            has_come = partial(stop.has_come, demo, folder / "demo", before)
            assert until(has_come, demo.pid, folder, starter.outputs), (stop, demo.wait())
            stop.carry_out(demo)
    return folder


@pytest.fixture(scope="module")
def demo(python: Path, stopped: Path) -> Demo:
    """A demo after the ten that were stopped."""
    done = by_hand(python, stopped, "zhuanzai", "demo")
    return Demo(stopped, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def there(python: Path, demo: Demo) -> Iterator[Starter]:
    """Starts the installed package's commands in the folder of the demo."""
    with Starter(folder=demo.folder, python=python) as ready:
        yield ready


@pytest.fixture(scope="module")
def web() -> Iterator[Network]:
    """The web of the README's lines and of the rounds after them."""
    with Network(today=FIRST, calm=True, cities=True, log_bytes=False) as network:
        yield network


def typed(there: Starter, web: Network, words: list[str], day: date) -> "subprocess.CompletedProcess[str]":
    """How a line ended that was typed on a day; crawls do not wait between two requests."""
    quickly = QUICKLY if words[0] in ("crawl", "round") else []
    at = datetime.combine(day, time(5), UTC)
    return there.start([*words, *quickly], environment(web.proxy_url), at).wait()


@pytest.fixture(scope="module")
def answers(demo: Demo, there: Starter, web: Network) -> Mapping[str, "subprocess.CompletedProcess[str]"]:
    """The answer to each line of the README, typed one after the other."""
    (demo.folder / "page.html").write_text(PAGE, "utf-8")
    (demo.folder / "own").mkdir()
    for name, text in AT_ONCE.items():
        (demo.folder / "own" / name).write_text(text, "utf-8")
    shutil.copy(min((demo.folder / "demo" / "warc").iterdir()), demo.folder / "old-crawl.warc.gz")
    return {
        one.line: typed(there, web, shlex.split(one.line), FIRST) for lines in LINES.values() for one in lines
    }


@dataclass(frozen=True)
class Kept:
    """Rounds of a month after the README's lines, with texts and records of before."""

    rounds: tuple["subprocess.CompletedProcess[str]", ...]
    texts: Mapping[str, str]
    demo: Mapping[str, str]


@pytest.fixture(scope="module")
def month(answers: Mapping[str, object], demo: Demo, there: Starter, web: Network) -> Kept:
    texts, files = demo.texts(), demo.files()
    rounds = []
    for web.today in NIGHTS:
        rounds.append(typed(there, web, list(ROUND), web.today))
    return Kept(tuple(rounds), texts, files)


@pytest.fixture(scope="module")
def room(demo: Demo) -> Iterator[Room]:
    opened = Room(demo.folder / "demo" / "archive.db")
    yield opened
    opened.close()


def test_it_begins_anew_after_ten_that_were_stopped_and_makes_its_own_folder_only(demo: Demo) -> None:
    assert demo.code == 0, demo.err
    assert [path.name for path in demo.folder.iterdir()] == ["demo"]
    assert demo.rows("SELECT DISTINCT ending FROM runs") == [("finished",)]


def test_it_ends_with_three_addresses_and_what_to_look_for(demo: Demo, room: Room) -> None:
    shown = re.findall(r"^  http://127\.0\.0\.1:8001(/archive/-/\S+)  (.+)$", demo.out, re.M)

    assert re.search(r"^  \S*/zhuanzai verify -s ARCHIVE_DIR=demo$", demo.out, re.M)
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


def test_another_proxy_of_this_machine_is_no_way_in(demo: Demo, there: Starter, web: Network) -> None:
    runs = demo.rows("SELECT count(*) FROM runs")

    refused = typed(there, web, ["crawl", "people_daily", "-s", "ARCHIVE_DIR=demo"], FIRST)

    assert (refused.returncode, refused.stderr) == (
        2,
        "scrapy: demo is the demo's archive of invented pages; name another: -s ARCHIVE_DIR=FOLDER\n",
    )
    assert demo.rows("SELECT count(*) FROM runs") == runs


def test_every_line_of_the_readme_is_typed_here() -> None:
    assert promised() == list(LINES)


@pytest.mark.parametrize("one", [one for lines in LINES.values() for one in lines], ids=lambda one: one.line)
def test_a_line_of_the_readme_works_from_a_wheel(
    answers: Mapping[str, "subprocess.CompletedProcess[str]"], one: Typed
) -> None:
    done = answers[one.line]

    assert done.returncode == one.code, done.stderr
    assert one.said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_reading_room_and_the_way_in_from_python_open_the_archive(
    answers: Mapping[str, object], demo: Demo, python: Path
) -> None:
    page = by_hand(
        python,
        demo.folder,
        "python",
        "-m",
        "datasette",
        "data/archive.db",
        "--get",
        "/archive/-/search?q=人民日报",
    )
    told = by_hand(
        python, demo.folder, "python", "-c",
        "from archive.open import Archive; print(len(list(Archive('data').articles(site='www.jzrb.com'))) > 3)",
    )  # fmt: skip

    assert page.returncode == 0, page.stderr
    assert "zz-" in page.stdout
    assert (told.stdout, told.stderr) == ("True\n", "")


def test_the_rounds_of_a_month_are_silent_and_lose_nothing(month: Kept, demo: Demo, there: Starter) -> None:
    assert [(one.returncode, one.stderr) for one in month.rounds] == [(0, "")] * len(NIGHTS)
    texts = demo.texts()
    assert month.texts.keys() - texts.keys() == set()
    assert len(texts) > len(month.texts)
    assert demo.files() == month.demo
    verified = there.start(["verify"], environment()).wait()
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
