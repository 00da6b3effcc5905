"""A small web on loopback, reached as a forward proxy, and real `scrapy crawl` processes that meet it."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.small_server import SmallServer
from tests.starter import Starter


@dataclass(frozen=True)
class Answer:
    """What the small web answers."""

    body: bytes | str = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


@dataclass
class SmallWeb:
    """Pages by address; everything else is 404, and every robots.txt allows everything unless given."""

    pages: dict[str, Answer | Callable[[int], Answer]] = field(default_factory=dict)
    log: list[tuple[float, str]] = field(default_factory=list)
    port: int = 0
    too_long: set[str] = field(default_factory=set)
    """Addresses whose answers announce 500 bytes more than they have, and end."""
    gates: list[Callable[[str, Mapping[str, str]], Answer | None]] = field(default_factory=list)
    """Asked before the pages, with the address and the request's header lines; None lets the request pass."""

    def add(self, url: str, body: bytes | str = "", status: int = 200, **headers: str) -> None:
        """Answer one address; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "text/html; charset=utf-8")
        self.pages[url] = Answer(body, status, tuple(named.items()))

    def answer(self, url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
        """The answer to a request, which is logged."""
        self.log.append((time.monotonic(), url))
        at_gate = next((answer for gate in self.gates if (answer := gate(url, headers))), None)
        if at_gate is not None:
            return at_gate
        found = self.pages.get(url)
        if found is None:
            return (
                Answer("User-agent: *\nDisallow:\n") if url.endswith("/robots.txt") else Answer("gone", 404)
            )
        return found if isinstance(found, Answer) else found(self.asked.count(url))

    @property
    def asked(self) -> list[str]:
        """Addresses in the order asked, robots.txt left out."""
        return [url for _, url in self.log if not url.endswith("/robots.txt")]

    @property
    def proxy(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def web() -> Iterator[SmallWeb]:
    """A small web of http addresses."""
    small = SmallWeb()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = small.answer(self.path, self.headers)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.close_connection = self.path in small.too_long
            self.send_header("Content-Length", str(len(body) + 500 * self.close_connection))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = SmallServer(("127.0.0.1", 0), Handler)
    small.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield small
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Outcome:
    """How a crawl ended; `items` are what -O printed."""

    code: int
    log: str
    folder: Path
    items: tuple[dict[str, Any], ...]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the archive's database."""
        with closing(sqlite3.connect(self.folder / "archive" / "archive.db")) as db:
            return db.execute(sql).fetchall()

    def lines(self, *words: str) -> list[str]:
        """Lines of the log that hold all the words."""
        return [line for line in self.log.splitlines() if all(word in line for word in words)]


@pytest.fixture(scope="session")
def run(starter: Starter) -> Callable[..., Outcome]:
    """`scrapy crawl` as a function."""
    return partial(crawl, starter)


def crawl(
    starter: Starter,
    spider: str,
    *arguments: str,
    folder: Path,
    proxy: str | None = None,
    at: datetime | None = None,
    **settings: object,
) -> Outcome:
    """Run `scrapy crawl` to its end, without delays unless asked for; its clock begins at `at`."""
    wanted = {
        "ARCHIVE_DIR": folder / "archive",
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_TIMES": 0,
        "ZHUANZAI_MIN_FREE_BYTES": 0,
        "ZHUANZAI_EXPLORE_PAGES": 0,
        "ZHUANZAI_REQUISITES": "none",
        **settings,
    }
    command = ["crawl", spider]
    command += [part for argument in arguments for part in ("-a", argument)]
    command += [part for name, value in wanted.items() for part in ("-s", f"{name}={value}")]
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    if proxy:
        env |= {"http_proxy": proxy, "https_proxy": proxy}
    feed = folder / "items.jsonl"
    command += ["-O", str(feed)]
    done = starter.start(command, env, at).wait()
    lines = feed.read_text(encoding="utf-8").splitlines() if feed.exists() else []
    return Outcome(
        done.returncode, done.stderr + done.stdout, folder, tuple(json.loads(line) for line in lines)
    )


@pytest.fixture(scope="session")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archives' site files without the pauses that the real ones need."""
    folder = tmp_path_factory.mktemp("sites")
    for host, hosts in (("web.archive.org", "[]"), ("commoncrawl.org", '["*.commoncrawl.org"]')):
        (folder / f"{host}.toml").write_text(
            f'host = "{host}"\nname = "A"\nhosts = {hosts}\n', encoding="utf-8"
        )
    return folder
