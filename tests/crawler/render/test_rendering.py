"""Pages that are empty without a browser: drawn by the Chromium that is installed, from what the record holds."""

import asyncio
import json
import shutil
import socket
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from archive.care.rebuild import rebuild
from archive.care.verify import Checked, file_findings
from archive.record.reader import Record, records
from archive.run.folder import Archive
from archive.view.revalidate import drawn as is_drawn
from crawler.registry.book import SiteFiles
from crawler.render import rendering
from crawler.render.drawing import PagePart, program

needs_chromium = pytest.mark.skipif(
    program("") is None, reason="no Chromium is installed here: nothing can be drawn"
)

SITE = """
host = "app.example"
name = "甲报"
articles = ['/a/\\d+\\.html$']
listings = ["http://app.example/"]
renders = true
layouts = [{ title = ["h1"], body = ["#body"], date = [".time"] }]
"""
TEXT = "青岚江大桥全长一千二百一十五米，九日凌晨五时合龙，两岸的灯一起亮了，守桥的老人在桥头站了一夜。"
SHELL = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>甲报</title><link rel=stylesheet href=/gone.css></head>"
    "<body><div id=app></div><img src=/picture.jpg><script src=/app.js></script></body></html>"
)
APP = """
const app = document.getElementById('app');
const path = location.pathname;
const outside = %s, socket = '%s', trap = outside[0];
for (const url of outside) fetch(url).catch(() => {});
try { new WebSocket(socket) } catch (error) {}
const own = `fetch('${trap}').catch(() => {}); new WebSocket('${socket}')`;
new Worker(URL.createObjectURL(new Blob([own], {type: 'text/javascript'})));
navigator.sendBeacon(trap, 'x');
new EventSource(trap);
window.open(trap);
for (const [tag, name, more] of [['link', 'href', 'prefetch'], ['link', 'href', 'preconnect'], ['iframe', 'src', ''],
    ['img', 'src', ''], ['video', 'src', ''], ['object', 'data', '']]) {
  const made = document.createElement(tag);
  made[name] = trap;
  if (more) made.rel = more;
  document.head.append(made);
}
location = trap;
fetch('/api' + path).then(answer => answer.json()).then(page => { app.innerHTML = page.html });
"""


DRAFT = json.dumps(
    {
        "html": f"<h1>大桥合龙夜</h1><p class=time>2020-02-10 08:00</p><div id=body>{f'<p>{TEXT}</p>' * 4}</div>"
    }
)


@pytest.fixture(scope="module")
def drawn(web: Any, run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A site whose list and articles are drawn by a script, and whose script looks around."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "app.example.toml").write_text(SITE, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        place = f"127.0.0.1:{trap.getsockname()[1]}"
        outside = [
            f"http://{place}/a",
            "http://169.254.169.254/latest",
            "http://user:word@app.example/",
            "http://app.example:22/",
        ]
        for path in ("/", "/a/1.html"):
            web.add(f"http://app.example{path}", SHELL)
        web.add(
            "http://app.example/app.js", APP % (outside, f"ws://{place}/"), Content_Type="text/javascript"
        )
        links = '{"html": "<a href=/a/1.html>大桥合龙夜</a>"}'
        web.add("http://app.example/api/", links, Content_Type="application/json")
        web.add("http://app.example/api/a/1.html", DRAFT, Content_Type="application/json")
        outcome = run(
            "mirrors", "site=app.example", folder=folder, proxy=web.proxy, ZHUANZAI_SITES_DIR=folder
        )
        trap.settimeout(0)
        try:
            trap.accept()
        except BlockingIOError:
            return outcome, list(web.asked)
    raise AssertionError("the browser came to a private address by itself")


@needs_chromium
def test_lists_and_articles_are_read_as_drawn_and_say_so(drawn: Any) -> None:
    outcome, _ = drawn

    assert outcome.code == 0
    assert [(item["title"], item["text"], item["via"]) for item in outcome.items] == [
        ("大桥合龙夜", "\n".join([TEXT] * 4), "rendered")
    ]
    assert outcome.rows(
        "SELECT url, via FROM captures WHERE status = 200 AND url LIKE '%1.html' ORDER BY id"
    ) == [
        ("http://app.example/a/1.html", "live"),
        ("http://app.example/api/a/1.html", "live"),
        ("http://app.example/a/1.html", "rendered"),
    ]
    assert outcome.rows("SELECT count(*) FROM quarantine") == [(0,)]
    assert outcome.rows("SELECT state FROM sightings") == [("new",)]


@needs_chromium
def test_each_part_is_asked_once_and_nothing_else(drawn: Any) -> None:
    _, asked = drawn

    assert sorted(asked) == [
        "http://app.example/",
        "http://app.example/a/1.html",
        "http://app.example/api/",
        "http://app.example/api/a/1.html",
        "http://app.example/app.js",
        "http://app.example/gone.css",
    ]


@needs_chromium
def test_what_the_script_may_not_ask_is_refused_and_logged(drawn: Any) -> None:
    outcome, _ = drawn

    assert outcome.lines("refused http://169.254.169.254/latest", "is no public address")
    assert outcome.lines("refused 'http://127.0.0.1:", "odd port")
    assert outcome.lines("refused 'http://app.example:22/", "odd port 22")


@needs_chromium
def test_the_drawing_is_a_resource_that_names_browser_and_page(drawn: Any) -> None:
    outcome, _ = drawn
    (path,) = (outcome.folder / "archive" / "warc").glob("*.warc.gz")
    found = [record for record in records(path) if isinstance(record, Record)]
    (resource,) = [
        record for record in found if record.kind == "resource" and (record.url or "").endswith("1.html")
    ]
    said = [record.block.read().decode() for record in found if record.kind == "metadata"]
    ((came,),) = outcome.rows(
        "SELECT record_id FROM captures WHERE url LIKE '%/a/1.html' AND via = 'live' LIMIT 1"
    )

    assert TEXT in resource.block.read().decode()
    assert [text.partition("/")[0] for text in said if f"renderedFrom: {came}" in text] == [
        "rendered: Chrome"
    ]
    assert list(file_findings(path, Checked())) == []


@needs_chromium
def test_a_rebuilt_database_has_the_drawings(drawn: Any, tmp_path: Path) -> None:
    outcome, _ = drawn
    shutil.copytree(outcome.folder / "archive" / "warc", tmp_path / "archive" / "warc")
    rebuild(Archive(tmp_path / "archive", SiteFiles.load(outcome.folder)), made_by="test", jobs=1)
    again = replace(outcome, folder=tmp_path)

    for table in ("captures", "articles", "sightings", "looks", "run_sites"):
        assert again.rows(f"SELECT * FROM {table}") == outcome.rows(f"SELECT * FROM {table}") != []


@needs_chromium
def test_only_a_drawing_makes_a_page_known(drawn: Any) -> None:
    with closing(sqlite3.connect(drawn[0].folder / "archive" / "archive.db")) as conn:
        assert is_drawn(conn, "http://app.example/a/1.html")
        assert not is_drawn(conn, "http://app.example/api/a/1.html")


def test_a_browser_is_handed_no_word_of_the_wire_and_no_header_that_it_cannot_take() -> None:
    headers = {
        "Content-Type": "text/css",
        "Content-Encoding": "gzip",
        "Set-Cookie": "a=b",
        "X A(": "b",
        "": "c",
    }

    part = rendering.part_of(Response("http://app.example/a.css", headers=headers, body=b"p {}"))

    assert part == PagePart(200, (("Content-Type", "text/css"),), b"p {}")


def test_without_the_extra_the_command_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bare.example.toml").write_text(SITE.replace("app.", "bare."), encoding="utf-8")
    monkeypatch.setattr(rendering, "PACKAGE", "no_such_package")
    crawler = get_crawler(
        settings_dict={"ZHUANZAI_SITES_DIR": str(tmp_path), "ZHUANZAI_BROWSER": "/bin/true"}
    )
    drawing = rendering.Rendering(crawler)
    page = HtmlResponse("http://bare.example/", body=SHELL.encode())

    seen = asyncio.run(drawing.process_response(Request("http://bare.example/"), page))

    assert seen is page
    assert crawler.stats and crawler.stats.get_value("alarm/bare.example/no-browser") == 1
    assert "pip install 'zhuanzai[render]'" in caplog.text


@pytest.mark.parametrize(
    ("browser", "said"),
    [
        ("/nowhere/chromium", "kind=no-browser its pages are empty without a browser: install chromium"),
        ("/bin/true", "kind=not-rendered /bin/true went away"),
    ],
)
def test_without_a_browser_the_site_is_named(
    browser: str, said: str, web: Any, run: Any, tmp_path: Path
) -> None:
    (tmp_path / "bare.example.toml").write_text(SITE.replace("app.", "bare."), encoding="utf-8")
    web.add("http://bare.example/", SHELL)

    outcome = run(
        "mirrors",
        "site=bare.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=tmp_path,
        ZHUANZAI_BROWSER=browser,
    )

    assert outcome.code == 3
    assert outcome.lines(f"alarm site=bare.example {said}")


def test_pages_that_come_while_the_browser_starts_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    class Slow:
        def __init__(self, *_: object) -> None:
            begun.append(self)
            self.is_ready = False

        async def start(self) -> None:
            await asyncio.sleep(0)
            self.is_ready = True

        async def drawn(self, *_: object) -> str:
            assert self.is_ready
            return "drawn"

    monkeypatch.setattr("crawler.render.browser.Browser", Slow)
    drawing = rendering.Rendering(get_crawler())

    async def two() -> list[str]:
        page = HtmlResponse("http://app.example/a/1.html", body=b"<p>")
        return await asyncio.gather(drawing.drawn(page), drawing.drawn(page))

    assert asyncio.run(two()) == ["drawn", "drawn"]
    assert len(begun) == 1
