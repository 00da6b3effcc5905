"""Lines that `scrapy schedule`, docs/cron.md, compose.yaml and the Dockerfile print, run until they archived.

Only places are exchanged: folders, the port, the settings module (tests.crawler.terminal.hasty).
"""

import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.sample import Network

REPO = Path(__file__).parents[3]
MODULE = "tests.crawler.terminal.hasty"
SCRAPY = Path(sys.executable).with_name("scrapy")
PATIENCE_S = 280


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(today=date(2024, 12, 9), log_bytes=False) as network:
        yield network


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A checkout with its .venv, in a place of its own."""
    home = tmp_path / "you" / "zhuanzai"
    (home / ".venv" / "bin").mkdir(parents=True)
    for name in ("scrapy.cfg", "crawler", "archive", "extract", "tests"):
        (home / name).symlink_to(REPO / name)
    (home / ".venv" / "bin" / "scrapy").symlink_to(SCRAPY)
    return home


def environment(network: Network, **more: str) -> dict[str, str]:
    """What cron gives, the sample network as the web, and the clock of its day."""
    ahead_s = time.mktime((2024, 12, 9, 13, 0, 0, 0, 0, 0)) - time.time()
    return {
        "HOME": "/",
        "SHELL": "/bin/sh",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{REPO}:{REPO / 'crawler/sample/clock'}",
        "MONTH_AHEAD_S": str(ahead_s),
        "http_proxy": network.proxy_url,
        "https_proxy": network.proxy_url,
        "no_proxy": "127.0.0.1",
        "SCRAPY_SETTINGS_MODULE": MODULE,
        **more,
    }


def sh(line: str, env: Mapping[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", "-c", line], env=env, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )  # fmt: skip


def articles(folder: Path) -> int:
    if not (folder / "archive.db").exists():
        return 0
    with closing(sqlite3.connect(f"{(folder / 'archive.db').as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:  # a crawl is making it just now
            return 0


@contextmanager
def running(words: list[str], **given: Any) -> Iterator["subprocess.Popen[str]"]:
    """A command in a process group of its own, of which nothing is left afterwards, however the test ends."""
    process = subprocess.Popen(words, text=True, start_new_session=True, **given)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)


def from_crontab(entry: str) -> str:
    """The command of an entry, as crontab(5) reads it: five fields, then a line in which a bare % is a new line."""
    return re.sub(r"(?<!\\)%.*", "", entry.split(maxsplit=5)[5]).replace("\\%", "%")


def test_the_crontab_line_of_the_docs_archives(network: Network, home: Path, tmp_path: Path) -> None:
    entry = re.search(r"^\d+ \d+ \* \* \* .*$", (REPO / "docs/cron.md").read_text(), re.M)
    assert entry is not None
    line = from_crontab(entry[0]).replace("/home/you/zhuanzai", str(home))

    done = sh(line.replace("/srv/news", str(tmp_path / "news")), environment(network), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert articles(tmp_path / "news") > 5


def test_what_schedule_prints_archives_in_an_odd_folder(network: Network, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "新闻 100% #1?%20's"
    env = environment(network)
    asked = f"{shlex.quote(str(SCRAPY))} schedule crontab -s {shlex.quote(f'ARCHIVE_DIR={folder}')}"
    printed = sh(asked, env, home).stdout.splitlines()[-1]

    done = sh(from_crontab(printed), env, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert articles(folder) > 5


def test_the_service_archives(network: Network, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my $HOME 100% news"
    env = environment(network)
    unit = sh(f"{SCRAPY} schedule service -s {shlex.quote(f'ARCHIVE_DIR={folder}')}", env, home).stdout
    told = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(told["ExecStart"])]
    name, _, value = told["Environment"].partition("=")

    done = subprocess.run(
        words, env=env | {name: value}, cwd=told["WorkingDirectory"].replace("%%", "%"),
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert articles(folder) > 5


def service_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((REPO / "compose.yaml").read_text())["services"][name]
    return found


def test_the_containers_archive_stop_and_serve(network: Network, tmp_path: Path) -> None:
    """The services' own command lines, in a folder for /srv/news and with what the image's PATH has."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "scrapy").symlink_to(SCRAPY)
    (programs / "sleep").write_text('#!/bin/sh\nexec /bin/sleep "$(($1 / 3600))"\n')  # seconds for hours
    (programs / "sleep").chmod(0o755)
    (tmp_path / "news").mkdir()
    env = environment(network, PATH=f"{programs}:/usr/bin:/bin")
    crawler = service_of("crawler")
    words = [*crawler["entrypoint"], *crawler["command"]]
    words = [word.replace("$$", "$").replace("/srv/news", str(tmp_path / "news")) for word in words]

    with running(words, env=env, cwd=tmp_path / "news", stderr=subprocess.PIPE) as crawls:
        until = time.monotonic() + PATIENCE_S
        while not articles(tmp_path / "news" / "data") and time.monotonic() < until:
            time.sleep(0.2)  # polls another process: nothing to wait on
        crawls.send_signal(signal.SIGTERM)
        _, said = crawls.communicate(timeout=PATIENCE_S)

    # the crawl that runs just then may be stopped before it listens: it says so in one line
    early = "scrapy: {} was stopped at once; the next run reads on from the record\n"
    assert crawls.returncode == 0
    assert said in {
        "",
        *(early.format(spider) for spider in ("people_daily", "mirrors", "web_archive", "recheck")),
    }
    assert articles(tmp_path / "news" / "data") > 0
    checked = [
        word.replace("/srv/news", str(tmp_path / "news")) for word in crawler["healthcheck"]["test"][1:]
    ]
    done = sh(shlex.join(checked), env, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert room_shows_articles(tmp_path / "news", env)


@pytest.mark.parametrize(
    ("ended", "slept_s"),
    [
        (1_798_865_520 - 60, 60),  # 2027-01-02 04:51 UTC
        (1_798_865_520, 86_400),  # a round that ended on the minute
        (1_798_865_520 + 3 * 3600, 21 * 3600),  # one that took three hours
    ],
)
def test_the_containers_timer_does_not_drift(ended: int, slept_s: int, tmp_path: Path) -> None:
    for name, line in (("date", f"echo {ended}"), ("sleep", "echo $1"), ("scrapy", ":")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    loop = service_of("crawler")["command"][0].replace("$$", "$")
    once = loop.replace("while :", "for once in 1")

    done = subprocess.run(
        ["/bin/sh", "-c", once], env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=200
    )

    assert (done.stdout, done.stderr) == (f"{slept_s}\n", "")


def test_the_container_tells_the_sites_who_runs_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    for name, line in (("date", "echo 0"), ("sleep", ":"), ("scrapy", f'printf "%s\\n" "$@" > {told}')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    crawler = service_of("crawler")
    (given,) = crawler["environment"]
    contact = "https://institute.example/archive of news"
    once = crawler["command"][0].replace("$$", "$").replace("while :", "for once in 1")

    env = {"PATH": str(tmp_path), "ZHUANZAI_CONTACT": contact}
    subprocess.run(["/bin/sh", "-c", once], env=env, check=True, timeout=200)

    assert given == "ZHUANZAI_CONTACT=${ZHUANZAI_CONTACT:-}"
    assert f"ZHUANZAI_CONTACT={contact}" in told.read_text().splitlines()


def room_shows_articles(news: Path, env: Mapping[str, str]) -> bool:
    """Whether Datasette, started as compose.yaml has it, shows the archive's articles."""
    room = service_of("room")
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    own = {"0.0.0.0": "127.0.0.1", "8001": port, "datasette": str(SCRAPY.with_name("datasette"))}
    words = [
        own.get(word, word.replace("/srv/news", str(news)))
        for word in (*room["entrypoint"], *room["command"])
    ]
    with running(words, env=env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        told = _json(f"http://127.0.0.1:{port}/archive/articles.json?_size=1")
    return bool(told["rows"])


def _json(url: str) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with opener.open(url, timeout=10) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)  # polls another process: nothing to wait on


def test_the_images_own_command_archives(network: Network, tmp_path: Path) -> None:
    text = (REPO / "Dockerfile").read_text()
    stated = {
        name: json.loads(words) for name, words in re.findall(r"^(ENTRYPOINT|CMD) (\[.*\])$", text, re.M)
    }
    (tmp_path / "news").mkdir()
    words = [*stated["ENTRYPOINT"], *stated["CMD"]]
    line = shlex.join(word.replace("/srv/news", str(tmp_path / "news")) for word in words)
    path = f"{SCRAPY.parent}{os.pathsep}/usr/bin:/bin"

    done = sh(line, environment(network, PATH=path), tmp_path / "news")

    assert (done.returncode, done.stderr) == (0, "")
    assert articles(tmp_path / "news" / "data") > 5
