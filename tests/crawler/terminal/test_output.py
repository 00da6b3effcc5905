"""Other people's terminals and folders: encodings, pipes that are read no more, links, odd names. Real processes."""

import argparse
import asyncio
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from datasette.app import Datasette
from scrapy.settings import Settings

from crawler.commands.demo import QUICK
from crawler.sample import Network
from crawler.terminal.command import ZhuanzaiCommand
from tests.starter import REPO, Starter

SCRAPY = Path(sys.executable).with_name("scrapy")
FIRST_PAGE = "SELECT url FROM articles ORDER BY id LIMIT 1"
ODD = "新闻 100% #1?%20'"


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(today=date(2024, 12, 9), log_bytes=False) as network:
        yield network


def environment(network: Network | None = None, **more: str) -> dict[str, str]:
    proxy = network.proxy_url if network else ""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    return kept | {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": "127.0.0.1"} | more


Scrapy = Callable[..., "subprocess.CompletedProcess[str]"]


def with_settings(folder: Path, *words: str) -> list[str]:
    return [*words, *(word for setting in (f"ARCHIVE_DIR={folder}", *QUICK) for word in ("-s", setting))]


@pytest.fixture(scope="module")
def scrapy(starter: Starter) -> Scrapy:
    def call(folder: Path, *words: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return starter.start(with_settings(folder, *words), env).wait()

    return call


@pytest.fixture(scope="module")
def archive(scrapy: Scrapy, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one site in a folder whose name has everything."""
    folder = tmp_path_factory.mktemp("odd") / ODD
    done = scrapy(folder, "crawl", "mirrors", "-a", "site=www.jzrb.com", env=environment(network))
    assert done.returncode == 0, done.stderr
    return folder


TERMINALS = [
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "cp936"},
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "POSIX"},
]
PRINTING = [
    "status",
    "sites 人民",
    "changes 1",
    "verify 1",
    "export --csv -",
    "sites --help",
    "status --json",
]


@pytest.fixture(scope="module", params=TERMINALS, ids=lambda terminal: " ".join(terminal.values()))
def terminal(request: pytest.FixtureRequest) -> Iterator[Starter]:
    """Starts commands whose Python began on such a terminal."""
    with Starter(environment(**request.param)) as ready:
        yield ready


@pytest.mark.parametrize("command", PRINTING)
def test_a_terminal_that_lacks_chinese_gets_no_traceback(
    archive: Path, terminal: Starter, command: str
) -> None:
    done = terminal.start(with_settings(archive, *command.split()), environment()).wait()

    assert done.returncode in (0, 3)
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_json_stays_json_and_whole_on_such_a_terminal(archive: Path) -> None:
    command = [SCRAPY, *with_settings(archive, "sites", "--json", "www.jzrb.com")]

    done = subprocess.run(
        command, env=environment(PYTHONIOENCODING="latin-1"), capture_output=True, timeout=200, check=False, cwd=REPO
    )  # fmt: skip

    assert "焦作" in str(json.loads(done.stdout.splitlines()[0]))


@pytest.mark.parametrize("command", ["sites", "status --json", "export --csv -"])
def test_a_pipe_that_is_read_no_more_ends_a_command_quietly(archive: Path, command: str) -> None:
    line = f"{SCRAPY} {command} -s {shlex.quote(f'ARCHIVE_DIR={archive}')} | head -c 1"

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], env=environment(), capture_output=True, timeout=200, check=False
    )  # fmt: skip

    assert done.returncode in (0, 141)
    assert b"Error" not in done.stderr
    assert b"Traceback" not in done.stderr


def rows(database: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT url, title, text FROM articles ORDER BY url").fetchall()


def test_commands_work_in_a_folder_of_any_name(scrapy: Scrapy, archive: Path, tmp_path: Path) -> None:
    before = rows(archive / "archive.db")
    copy = tmp_path / "备份 #2?%20"
    for words in (
        ["verify"], ["status"], ["compact"], ["backup", str(copy)], ["rebuild"],
        ["export", "--csv", str(tmp_path / "a#?.csv")], ["export", "--wacz", str(tmp_path / "b#%20.wacz")],
    ):  # fmt: skip
        done = scrapy(archive, *words, env=environment())
        assert done.returncode == 0, (words, done.stderr)

    assert before
    assert rows(archive / "archive.db") == rows(copy / "archive.db") == before


def linked(folder: Path, disk: Path, way: str) -> Path:
    """Put the database on another disk, by a link of some kind; the folder to name from now on."""
    disk.mkdir()
    (folder / "archive.db").rename(disk / "view.db")
    if way == "a link to a link":
        (folder.parent / "between").symlink_to(disk / "view.db")
        (folder / "archive.db").symlink_to("../between")
    else:
        (folder / "archive.db").symlink_to(disk / "view.db" if way == "absolute" else "../ssd/view.db")
    if way != "in a linked folder":
        return folder
    (folder.parent / "by a link").symlink_to(folder)
    return folder.parent / "by a link"


@pytest.mark.parametrize("way", ["relative", "absolute", "a link to a link", "in a linked folder"])
def test_a_link_to_the_database_stays_one(scrapy: Scrapy, archive: Path, tmp_path: Path, way: str) -> None:
    """After rebuild, compact and as the place of a backup; the view on the other disk is the one that is made."""
    disk = tmp_path / "ssd"
    assert scrapy(archive, "backup", str(tmp_path / "archive"), env=environment()).returncode == 0
    folder = linked(tmp_path / "archive", disk, way)
    before = (disk / "view.db").stat().st_ino

    for words in (["rebuild"], ["compact"], ["verify"]):
        done = scrapy(folder, *words, env=environment())
        assert done.returncode == 0, (words, done.stderr)
        if words == ["rebuild"]:  # later ones may get the number of this inode again
            assert (disk / "view.db").stat().st_ino != before
    assert scrapy(archive, "backup", str(folder), env=environment()).returncode == 0

    assert (folder / "archive.db").is_symlink()
    assert [path.name for path in disk.iterdir()] == ["view.db"]
    assert rows(folder / "archive.db") == rows(archive / "archive.db")


def test_a_crawl_needs_few_open_files(network: Network, tmp_path: Path) -> None:
    line = shlex.join([str(SCRAPY), "crawl", "mirrors", "-a", "site=www.jzrb.com,youth.cn,dahe.cn"])
    settings = " ".join(f"-s {shlex.quote(setting)}" for setting in (f"ARCHIVE_DIR={tmp_path / 'a'}", *QUICK))

    done = subprocess.run(
        ["bash", "-c", f"ulimit -n 64; exec {line} {settings}"], env=environment(network),
        capture_output=True, timeout=200, check=False, cwd=REPO,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert len(rows(tmp_path / "a" / "archive.db")) > 5


def test_two_archives_at_once_and_in_any_time_zone_hold_the_same(
    starter: Starter, network: Network, tmp_path: Path
) -> None:
    zones = ("America/New_York", "Asia/Shanghai", "Australia/Lord_Howe")
    words = ("crawl", "mirrors", "-a", "site=www.jzrb.com")
    running = [
        starter.start(with_settings(tmp_path / str(n), *words), environment(network, TZ=zone))
        for n, zone in enumerate(zones)
    ]
    codes = [crawl.wait().returncode for crawl in running]

    assert codes == [0, 0, 0]
    first, *others = (rows(tmp_path / str(n) / "archive.db") for n in range(3))
    assert first
    assert others == [first, first]


def test_a_key_that_stops_a_command_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    class Waiting(ZhuanzaiCommand):
        def short_desc(self) -> str:
            return ""

        def main(self, args: list[str], opts: argparse.Namespace) -> int:
            raise KeyboardInterrupt

    command = Waiting()
    command.settings = Settings({"ARCHIVE_DIR": str(tmp_path)})
    command.run([], argparse.Namespace())

    assert (command.exitcode, capsys.readouterr().err) == (130, "scrapy: stopped from the keyboard\n")


@pytest.mark.parametrize("name", [ODD, "a#b", "q?z", "p%20q", "新闻 档案", "it's"])
def test_datasette_shows_an_archive_in_a_folder_of_any_name(archive: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    shutil.copytree(archive, folder)

    async def answers() -> list[int]:
        room = Datasette([str(folder / "archive.db")])
        await room.invoke_startup()
        (url,) = (row[0] for row in (await room.get_database("archive").execute(FIRST_PAGE)).rows)
        paths = ("/archive/articles/1", f"/archive/-/web/20241209000000id_/{url}")
        return [(await room.client.get(path, follow_redirects=True)).status_code for path in paths]

    assert asyncio.run(answers()) == [200, 200]
