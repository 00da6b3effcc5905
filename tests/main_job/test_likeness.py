"""The snapshots beside the live pages, in a browser: every template of the sample network looks as it did."""

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image
from skimage.metrics import structural_similarity

from crawler.commands.demo import crawls
from crawler.sample import Network, Printing
from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.served import Server
from tests.main_job.conftest import scrapy
from tests.starter import Starter

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")

LEAST = 0.98
_SETTLE = """
Promise.all([...document.images].map(one => one.complete || new Promise(done => one.onload = one.onerror = done)))
.then(() => document.querySelectorAll('.zhuanzai-missing').forEach(one => one.remove()))
.then(() => [...document.images].filter(one => !one.naturalWidth).forEach(one => one.remove()))
"""
"""Picture by picture: what is broken in the live page is a box in the snapshot. Both are taken away."""
_LOAD = "document.querySelectorAll('img[data-original]').forEach(one => one.src = one.dataset.original)"
"""What the script of a page does that loads its pictures late; the live page's scripts are off."""


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(calm=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def database(network: Network, starter: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample network with the whole look of its pages."""
    folder = tmp_path_factory.mktemp("likeness") / "archive"
    for words in crawls(network.addresses):
        done = scrapy(starter, network, folder, "crawl", *words, "-s", "ZHUANZAI_REQUISITES=page")
        assert done.returncode in (0, 3), done.stderr
    return folder / "archive.db"


@pytest.fixture(scope="module")
def shown(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that reaches the sample through its proxy, and loopback without; https pages show pictures of http."""
    flags = ("--ignore-certificate-errors", "--allow-running-insecure-content")
    with browser(tmp_path_factory.mktemp("profile"), f"--proxy-server={network.proxy_url}", *flags) as opened:
        yield opened


def templates(network: Network) -> list[Printing]:
    """One page of each template: host, edition and age, with a picture and without."""
    found: dict[tuple[str, ...], Printing] = {}
    for item in network.expected:
        if not item.only_archived and item.role != "roundup":
            edition = (
                "BIG5" if "/BIG5/" in item.url else item.url.split(item.host)[1].strip("/").split("/")[0]
            )
            is_pictured = b"/look/roster" in network.page(item.url).body or "roster" in item.story
            found.setdefault((item.host, edition, str(item.published.year), str(is_pictured)), item)
    return list(found.values())


def likeness(live: Image.Image, snapshot: Image.Image) -> float:
    """The structural similarity of two pictures of pages; what one is longer counts against it."""
    if live.size == snapshot.size and live.tobytes() == snapshot.tobytes():
        return 1.0  # as most are: the library takes half a second
    size = (max(live.width, snapshot.width), max(live.height, snapshot.height))
    sheets = [Image.new("L", size, 255) for _ in range(2)]
    for sheet, picture in zip(sheets, (live, snapshot), strict=True):
        sheet.paste(picture)
    return float(structural_similarity(*(numpy.asarray(sheet) for sheet in sheets)))


def taken(page: Browser, width: int) -> Image.Image:
    page.run(_SETTLE)
    height = page.call("Page.getLayoutMetrics")["cssContentSize"]["height"]
    clip = {"x": 0, "y": 0, "width": width, "height": max(height, 1), "scale": 1}
    shot: dict[str, Any] = page.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    return Image.open(BytesIO(base64.b64decode(shot["data"]))).convert("L")


def beside(page: Browser, item: Printing, snapshot: str, width: int) -> float:
    """The likeness of a page and its snapshot on a screen of that width."""
    page.resize(width, 900)
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(item.url)
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    page.run(_LOAD)
    live = taken(page, width)
    page.open(snapshot)
    asked = [url for url in page.asked() if not url.startswith(("data:", snapshot))]
    assert asked == [], item.url
    return likeness(live, taken(page, width))


@pytest.mark.timeout(900)  # a crawl, and each template in a browser
@pytest.mark.parametrize("width", [1280, 390])
def test_every_template_looks_as_it_did_and_asks_for_nothing(
    network: Network, database: Path, shown: Browser, width: int
) -> None:
    with closing(sqlite3.connect(database)) as conn:
        held: dict[str, int] = dict(
            conn.execute("SELECT url, max(id) FROM captures WHERE status = 200 AND via = 'live' GROUP BY url")
        )
    room = Room(database)
    server = Server(room)
    pages = [item for item in templates(network) if item.url in held]
    found = {}
    for item in pages:
        snapshot = f"{server.url}/archive/-/capture/{held[item.url]}/page"
        found[item.url] = beside(shown, item, snapshot, width)
    server.stop()
    room.close()

    assert {item.host for item in pages} >= {"news.youth.cn", "news.dahe.cn", "www.jzrb.com", "www.gov.cn"}
    assert len(pages) > 25
    assert {page: score for page, score in found.items() if score < LEAST} == {}


def test_a_difference_that_a_reader_sees_counts() -> None:
    """Half a line lower, as in a page of another document type: the test above can fail."""
    page = Image.effect_noise((390, 900), 60)
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 8))

    assert likeness(page, page) == 1
    assert likeness(page, moved) < LEAST
