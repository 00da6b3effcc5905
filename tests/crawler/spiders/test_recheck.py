"""Articles asked for again, through real sockets: with conditions, when they are due, within budgets."""

import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from archive.run.folder import Archive
from crawler.fetch.jobs import Jobs
from tests.archive.archives import Book, page
from tests.small_server import SmallServer
from tests.starter import Starter

HOST = "http://news.example.com"
URLS = [f"{HOST}/{n}.html" for n in range(9)]
SITE_FILE = """
host = "news.example.com"
name = "例报"
articles = ['/\\d+\\.html$']
confidence = "H"
source = "invented"

[[listings]]
url = "http://news.example.com/"
"""


@dataclass
class Web:
    """One site behind a proxy; `answers` are (status, body, entity tag) by address."""

    answers: dict[str, tuple[int, bytes, str]] = field(default_factory=dict)
    log: list[tuple[str, str | None, int]] = field(default_factory=list)
    delay_s: float = 0.0
    port: int = 0

    def links(self, *urls: str) -> None:
        links = "".join(f'<li><a href="{url}">{url}</a></li>' for url in urls)
        self.answers[f"{HOST}/"] = (200, f"<html><body>{links}</body></html>".encode(), f'"l{len(urls)}"')

    def put(self, url: str, body: bytes, status: int = 200, tag: str = "") -> None:
        self.answers[url] = (status, body, tag)

    def asked(self) -> list[tuple[str, int]]:
        """(address without host, status) since the last call, robots.txt left out."""
        found = [(url.removeprefix(HOST), status) for url, _, status in self.log if "robots" not in url]
        self.log.clear()
        return found


@pytest.fixture
def web() -> Iterator[Web]:
    site = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body, tag = site.answers.get(self.path, (404, b"", ""))
            held = self.headers.get("If-None-Match")
            if status == 200 and tag and held == tag:
                status, body = 304, b""
            site.log.append((self.path, held, status))
            time.sleep(site.delay_s if ".html" in self.path else 0)  # the server is slow, not the test
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
            if status != 304:
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = SmallServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


Scrapy = Callable[..., "subprocess.CompletedProcess[str]"]


def command(web: Web, folder: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    sites.joinpath("news.example.com.toml").write_text(SITE_FILE, encoding="utf-8")
    settings = {
        "ARCHIVE_DIR": folder / "archive",
        "ZHUANZAI_SITES_DIR": sites,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_TIMES": 0,
        "ZHUANZAI_MIN_FREE_BYTES": 0,
        "ZHUANZAI_EXPLORE_PAGES": 0,
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    proxy = f"http://127.0.0.1:{web.port}"
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"http_proxy": proxy, "https_proxy": proxy, "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    return [*words[:2], *given, *words[2:]], environment


@pytest.fixture
def scrapy(web: Web, tmp_path: Path, starter: Starter) -> Scrapy:
    """Scrapy under a clock: the moment, then the command's words."""

    def call(at: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return starter.start(*command(web, tmp_path, *words), datetime.fromisoformat(f"{at}+00:00")).wait()

    return call


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive" / "archive.db")) as conn:
        return conn.execute(sql).fetchall()


def test_a_list_that_did_not_change_costs_a_304_and_its_articles_are_still_found(
    web: Web, scrapy: Scrapy, tmp_path: Path
) -> None:
    web.links(URLS[0], URLS[1])
    web.put(URLS[0], page(0))  # the second is missing for now
    scrapy("2020-02-11T04:00", "crawl", "mirrors", "-a", "site=news.example.com")
    web.put(URLS[1], page(1))
    web.asked()
    again = scrapy("2020-02-12T04:00", "crawl", "mirrors", "-a", "site=news.example.com")

    assert again.returncode == 0, again.stderr
    assert web.asked() == [("/", 304), ("/1.html", 200)]
    assert rows(
        tmp_path, "SELECT status, revisit_of IS NOT NULL FROM captures WHERE url LIKE '%.com/' ORDER BY id"
    ) == [
        (200, 0),
        (304, 1),
    ]


def test_rechecks_find_the_same_the_changed_and_the_gone(web: Web, scrapy: Scrapy, tmp_path: Path) -> None:
    web.links(*URLS[:5])
    for n, url in enumerate(URLS[:5]):
        web.put(url, page(n), tag=f'"a{n}"')
    scrapy("2020-02-11T04:00", "crawl", "mirrors", "-a", "site=news.example.com")
    web.asked()
    hours = ("-s", "ZHUANZAI_RECHECK_HOURS=240,480")
    too_early = scrapy("2020-02-11T05:00", "crawl", "recheck", *hours, "-s", "LOG_LEVEL=INFO")
    nothing = web.asked()
    scrapy("2020-02-11T06:00", "crawl", "recheck", "-a", "now=yes", *hours)
    at_once = web.asked()
    web.put(URLS[1], page(1, said="编者更正了一个数字。"), tag='"b1"')
    web.put(URLS[2], b"", status=404)
    web.put(URLS[3], b"", status=403)
    web.answers[URLS[4]] = (302, b"", "")
    later = scrapy("2020-02-22T04:00", "crawl", "recheck", *hours)

    assert (too_early.returncode, later.returncode) == (0, 0), later.stderr
    assert nothing == []
    assert re.search(
        r"nothing is due; the next look comes 2020-02-1\d \d\d:\d\d UTC, \S+\.html; -a now=yes",
        too_early.stderr,
    )
    assert sorted(at_once) == [(f"/{n}.html", 304) for n in range(5)]
    assert sorted(web.asked()) == [
        ("/0.html", 304),
        ("/1.html", 200),
        ("/2.html", 404),
        ("/3.html", 403),
        ("/4.html", 302),
    ]
    assert rows(
        tmp_path,
        "SELECT substr(url, -6), state FROM sightings s JOIN articles a ON a.id = s.article_id"
        " WHERE state <> 'new' AND seen_at > '2020-02-12' ORDER BY 1",
    ) == [
        ("0.html", "same"),
        ("1.html", "changed"),
        ("2.html", "gone"),
        ("3.html", "blocked"),
        ("4.html", "failed"),
    ]


def test_a_host_is_asked_for_no_more_than_its_budget_the_oldest_first(
    web: Web, scrapy: Scrapy, tmp_path: Path
) -> None:
    web.links(*URLS[:4])
    for n, url in enumerate(URLS[:4]):
        web.put(url, page(n))
    scrapy("2020-02-11T04:00", "crawl", "mirrors", "-a", "site=news.example.com")
    web.asked()
    for day in ("2020-03-11", "2020-03-12"):
        scrapy(f"{day}T04:00", "crawl", "recheck", "-s", "ZHUANZAI_RECHECK_PAGES=2")

    assert sorted(web.asked()) == [("/0.html", 200), ("/1.html", 200), ("/2.html", 200), ("/3.html", 200)]


def test_sigterm_to_a_round_finishes_the_page_commits_and_begins_no_other_crawl(
    web: Web, tmp_path: Path, starter: Starter
) -> None:
    web.links(*URLS)
    for n, url in enumerate(URLS):
        web.put(url, page(n))
    web.delay_s = 0.4
    crawl = starter.start(
        *command(web, tmp_path, "round", "mirrors", "recheck", "-a", "site=news.example.com")
    )
    while crawl.poll() is None and sum(".html" in url for url, _, _ in web.log) < 3:
        time.sleep(0.01)  # another process: nothing to wait on
    crawl.send_signal(signal.SIGTERM)
    done = crawl.wait()
    asked = [url for url, status in web.asked() if ".html" in url]

    assert (done.returncode, done.stderr) == (0, "")
    assert 3 <= len(asked) < len(URLS)
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(len(asked),)]
    assert rows(tmp_path, "SELECT ending, captures FROM runs") == [("shutdown", len(asked) + 2)]
    assert list((tmp_path / "archive" / "warc").glob("*.open")) == []


def test_sigterm_twice_ends_at_once_says_so_and_loses_nothing(
    web: Web, tmp_path: Path, starter: Starter
) -> None:
    web.links(*URLS)
    for n, url in enumerate(URLS):
        web.put(url, page(n))
    web.delay_s = 1.5
    words = ("crawl", "mirrors", "-a", "site=news.example.com", "-s", "LOG_LEVEL=INFO")
    crawl = starter.start(*command(web, tmp_path, *words))
    heard = 0
    until = time.monotonic() + 200
    while crawl.poll() is None and heard < 2:
        assert time.monotonic() < until, "the crawl does not hear"
        said = crawl.said()
        if heard == 0 and sum(".html" in url for url, _, _ in web.log) >= 2:
            crawl.send_signal(signal.SIGTERM)
            heard = 1
        elif heard == 1 and "Received SIGTERM" in said:
            crawl.send_signal(signal.SIGTERM)
            heard = 2
        time.sleep(0.01)  # another process: nothing to wait on
    done = crawl.wait()
    web.delay_s = 0
    again = starter.start(*command(web, tmp_path, *words)).wait()

    assert done.returncode == 3
    assert "scrapy: mirrors was stopped at once; the next run reads on from the record" in done.stderr
    assert again.returncode == 0, again.stderr
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles") == [(len(URLS), len(URLS))]
    assert rows(tmp_path, "SELECT ending FROM runs ORDER BY id") == [("killed",), ("finished",)]


def test_a_job_that_was_killed_asks_for_all_the_rest_and_nothing_twice(
    web: Web, tmp_path: Path, starter: Starter
) -> None:
    web.links(*URLS)
    for n, url in enumerate(URLS):
        web.put(url, page(n))
    web.delay_s = 0.1
    words = ("crawl", "mirrors", "-a", "site=news.example.com", "-s", f"JOBDIR={tmp_path / 'job'}")
    words += ("-s", "ZHUANZAI_COMMIT_PAGES=1")
    job = starter.start(*command(web, tmp_path, *words))
    while job.poll() is None and sum(".html" in url for url, _, _ in web.log) < 4:
        time.sleep(0.01)  # another process: nothing to wait on
    job.kill()
    job.wait()
    with Archive(tmp_path / "archive", Book()).writing() as store:  # reads on what the record holds
        held = {url.removeprefix(HOST) for (url,) in store.conn.execute("SELECT url FROM articles")}
    web.asked()
    done = starter.start(*command(web, tmp_path, *words)).wait()

    assert done.returncode == 0, done.stderr
    assert held
    assert not held & {url for url, _ in web.asked()}
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(len(URLS),)]


@pytest.mark.parametrize(
    ("was_killed", "left"), [(True, ["running"]), (False, ["requests.queue", "requests.seen"])]
)
def test_only_a_job_that_ended_by_itself_leaves_a_queue(
    tmp_path: Path, was_killed: bool, left: list[str]
) -> None:
    (tmp_path / "requests.queue").mkdir()
    (tmp_path / "requests.seen").write_text("0123\n")
    if was_killed:
        (tmp_path / "running").touch()
    Jobs(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_a_round_within_its_budget_is_silent_and_writes_its_metrics(
    web: Web, scrapy: Scrapy, tmp_path: Path
) -> None:
    web.links(URLS[0])
    web.put(URLS[0], page(0))
    metrics = tmp_path / "zhuanzai.prom"
    scrapy("2020-02-11T04:00", "crawl", "mirrors", "-a", "site=news.example.com")
    done = scrapy("2020-02-11T05:00", "round", "recheck", "-s", f"ZHUANZAI_METRICS_FILE={metrics}")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert 'zhuanzai_site_articles{site="news.example.com"} 1\n' in metrics.read_text()


def test_a_round_tells_what_stopped_a_crawl(scrapy: Scrapy) -> None:
    done = scrapy("2020-02-12T04:00", "round", "mirrors", "-a", "site=nowhere")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("scrapy: site=nowhere: no host name")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("people_weekly",), "round: people_weekly: no such spider; `scrapy list` shows them"),
        (("recheck", "-a", "since=2020-02"), "round: -a since=2020-02: no argument of recheck"),
    ],
)
def test_a_round_refuses_what_nobody_knows_before_it_begins(
    scrapy: Scrapy, words: tuple[str, ...], said: str
) -> None:
    done = scrapy("2020-02-12T04:00", "round", *words)

    assert (done.returncode, done.stderr) == (2, f"scrapy: {said}\n")


def pictured(number: int, picture: str, said: str = "") -> bytes:
    body = page(number, said=said)
    return body.replace(b"</p>", f'</p><p><img src="{picture}"></p>'.encode(), 1)


def test_the_look_of_a_page_is_asked_for_again_only_where_the_page_changed(web: Web, scrapy: Scrapy) -> None:
    web.links(*URLS[:2])
    web.put(URLS[0], pictured(0, "/p0.png"))  # without a tag: unchanged bytes come whole
    web.put(URLS[1], pictured(1, "/p1.png"), tag='"a1"')
    for name in ("p0", "p1", "p2"):
        web.put(f"{HOST}/{name}.png", b"\x89PNG\r\n\x1a\n" + name.encode())
    look = ("-s", "ZHUANZAI_REQUISITES=article", "-s", "ZHUANZAI_REQUISITE_DAYS=0")
    scrapy("2020-02-11T04:00", "crawl", "mirrors", "-a", "site=news.example.com", *look)
    first = web.asked()
    scrapy("2020-02-12T04:00", "crawl", "recheck", "-a", "now=yes", *look)
    unchanged = web.asked()
    web.put(URLS[1], pictured(1, "/p2.png", "编者更换了一幅图片。"), tag='"b1"')
    scrapy("2020-02-13T04:00", "crawl", "recheck", "-a", "now=yes", *look)
    changed = web.asked()

    assert sorted(path for path, _ in first if "png" in path) == ["/p0.png", "/p1.png"]
    assert sorted(unchanged) == [("/0.html", 200), ("/1.html", 304)]
    assert sorted(changed) == [("/0.html", 200), ("/1.html", 200), ("/p2.png", 200)]
