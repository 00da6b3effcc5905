"""The next change by key, the overview strip beside a long text, and an article as it is printed, in a browser."""

import re
from collections.abc import Iterator

import pytest

from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, page
from tests.archive.browse.test_browser import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
TEXT = tuple(f"第{n}户人家住在河东，门前有一棵老槐树，树下放着{n}张竹椅和一只旧水缸。" for n in range(1, 91))
CHANGED = (20, 45, 70)
"""Sentences of the copy that read otherwise, from 1."""
COPY = tuple(text.replace("槐", "榆") if n in CHANGED else text for n, text in enumerate(TEXT, 1))
AT_THE_TOP = """
[...document.querySelectorAll(".zz-changed")].filter(row => {
    const top = row.getBoundingClientRect().top;
    return top >= 0 && top < 200;
}).map(row => Number(row.id.slice(1)))
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pages = [
        Served("http://www.origin.example/a/1.html", page("河东人家", TEXT, "清河报", "2020-02-10").encode()),
        Served("http://www.copy.example/a/2.html", page("河东人家", COPY, "清河报", "2020-02-11").encode()),
    ]
    room = Room(build(tmp_path_factory.mktemp("keys") / "data", pages))
    server = Server(room)
    yield server.url
    server.stop()
    room.close()


@pytest.fixture(scope="module")
def page_of_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def press(shown: Browser, key: str) -> list[int]:
    """Press a key; the changed sentences that stand at the top of the screen then."""
    shown.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
    shown.call("Input.dispatchKeyEvent", type="keyUp", key=key)
    found: list[int] = shown.run(AT_THE_TOP)
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 700), (390, 700)])
def test_a_key_leads_from_change_to_change(
    page_of_browser: Browser, url: str, width: int, height: int
) -> None:
    page_of_browser.resize(width, height, mobile=width < 500)
    page_of_browser.open(f"{url}/archive/-/compare?with=1&with=2&show=all")

    assert [press(page_of_browser, key) for key in "nnnnpp"] == [[20], [45], [70], [70], [45], [20]]
    assert page_of_browser.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_strip_shows_each_change_at_its_place_and_leads_there(
    page_of_browser: Browser, url: str, width: int
) -> None:
    page_of_browser.resize(width, 700, mobile=width < 500)
    page_of_browser.open(f"{url}/archive/-/compare?with=1&with=2")
    heights = page_of_browser.run(
        "(() => { const strip = document.querySelector('.zz-strip').getBoundingClientRect();"
        " return [...document.querySelectorAll('.zz-strip a')].map(mark => Math.round("
        "100 * (mark.getBoundingClientRect().top - strip.top) / strip.height)) })()"
    )
    page_of_browser.run("document.querySelectorAll('.zz-strip a')[2].click()")

    assert heights == [21, 49, 77]  # 19, 44 and 69 of 90 sentences stand before
    assert page_of_browser.run("location.hash") == "#s70"
    assert page_of_browser.run("document.querySelector(':target').className.includes('zz-changed')")


def test_a_printed_article_has_its_text_its_citation_and_no_buttons(
    page_of_browser: Browser, url: str
) -> None:
    page_of_browser.resize(1280, 900)
    page_of_browser.open(f"{url}/archive/-/article/2")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page_of_browser.call("Emulation.setEmulatedMedia", media="print", features=dark)
    try:
        shown = page_of_browser.run("document.body.innerText")
        colours = page_of_browser.run(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('.zz-text')).color]"
        )
        left = page_of_browser.run(
            "[...document.querySelectorAll('button, .zz-nav, .zz-skip, header, footer')]"
            ".filter(part => part.checkVisibility()).map(part => part.outerHTML.slice(0, 60))"
        )
    finally:
        page_of_browser.call("Emulation.setEmulatedMedia", media="", features=[])

    assert COPY[0] in shown
    assert (
        "清河报. 河东人家[EB/OL]. 青山网(2020-02-11)[2026-11-22]. http://www.copy.example/a/2.html." in shown
    )
    assert f"{url}/archive/-/capture/2" in shown
    assert "Archived 2026-11-22T04:00:01Z, sha256:" in shown
    assert left == []
    paper, ink = ([int(n) for n in re.findall(r"\d+", colour)] for colour in colours)
    assert min(paper) > 240 > 20 > max(ink)  # though the screen is dark
