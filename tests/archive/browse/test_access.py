"""What axe-core finds on each kind of page: at two widths, in light and dark, in both languages."""

import re
from collections.abc import Iterator
from html import unescape
from importlib import resources
from typing import Any, get_args

import pytest

from archive.browse.labels import Labels
from archive.kinds import REGIONS, RELATIONS, SITE_KINDS, Claim, Reason, State, Via
from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.test_browser import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PAGES = (
    "home", "search?q=武漢", "search?q=(武汉 OR", "stories", "story/1", "article/1?q=武汉",
    "compare?with=1&with=2&with=3", "capture/2", "capture/11", "sites", "site/www.copy.example", "days",
    "day/2020-02-10", "story/99", "network", "article/1/versions/1",
    "web/2026*/http://www.second.example/a/1.html", "web/20261122*/http://www.second.example/a/1.html",
)  # fmt: skip
WORDS = {
    "en": {
        "abridged": "A copy that keeps less than 85 %",
        "Kept": "The share of the origin",
        "Added": "The share of the copy",
        "not evidence of publication": "That an article stands on this site",
    },
    "zh": {
        "删节": "保留不足 85 %",
        "保留": "原稿文字在转载中保留的比例",
        "增加": "转载文字中不属于原稿的比例",
        "不足为据": "文章出现在该站",
    },
}
RUN = """
axe.run({include: [".zz-room"]}, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    rules: {region: {enabled: false}}, resultTypes: ["violations"]})
    .then(found => JSON.stringify(found.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200),
        (v.nodes[0].any[0] || v.nodes[0].all[0] || {}).message || ""])))
"""


@pytest.fixture(scope="module")
def url(room: Room) -> Iterator[str]:
    server = Server(room)
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def dress(page: Browser, width: int, scheme: str, language: str) -> None:
    page.resize(width, 900, mobile=width < 500)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "dark")])
def test_axe_finds_nothing_of_ours_on_datasettes_own_pages(
    page: Browser, url: str, width: int, scheme: str
) -> None:
    dress(page, width, scheme, "zh")
    found: dict[str, Any] = {}
    for path in ("/", "/archive", "/archive/articles", "/archive/articles/1"):
        page.open(url + path)
        page.run(AXE + ";0")
        violations = page.run(RUN)
        if violations != "[]":
            found[path] = violations

    assert found == {}, found


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (390, "dark", "zh")], ids=lambda part: str(part)
)
def test_axe_finds_nothing_of_ours(
    page: Browser, room: Room, url: str, width: int, scheme: str, language: str
) -> None:
    dress(page, width, scheme, language)
    found: dict[str, Any] = {}
    change = re.search(r"/archive/-/(change/[0-9a-z-]+)", room.get("/archive/-/compare?with=1&with=2").text)
    assert change is not None
    for path in (*PAGES, change[1]):
        page.open(f"{url}/archive/-/{path}")
        page.run(AXE + ";0")
        violations = page.run(RUN)
        if violations != "[]":
            found[path] = violations

    assert found == {}, found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ["story/1", "article/2"])
def test_the_words_of_a_story_are_explained_where_they_stand(room: Room, path: str, language: str) -> None:
    shown = room.get(f"/archive/-/{path}", headers={"accept-language": language}).text
    glossary = shown.partition('<details class="zz-glossary">')[2].partition("</details>")[0]

    assert glossary.count("<dt>") == glossary.count("<dd>") == 8
    for word, meaning in WORDS[language].items():
        assert f"<dt>{word}</dt><dd>{meaning}" in glossary


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_headline_a_language_and_a_way_past_the_bar(room: Room, path: str) -> None:
    shown = room.get(f"/archive/-/{path}", headers={"accept-language": "zh"}).text

    assert shown.count("<h1") == 1
    assert '<html lang="zh-Hans">' in shown
    assert '<a class="zz-skip" href="#zz-main">跳到正文</a>' in shown
    assert '<main id="zz-main"' in shown


IN_CHINESE = (*PAGES, *(f"capture/{n}" for n in range(1, 14)), "site/www.evil.example", "stories?all=1")
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(
    # of formats, protocols and programs, of this archive and its run, and of what its invented pages print
    r"UTC|JSONL?|CSV|TEI|CollateX|TimeMap|TXT|WARC|SHA|CSL|BibTeX|RIS|APA|Chicago|GET|HTTP|Content-Type|text/\w+"
    r"|HTML|meta|\.bib|\.ris|\.csl\.json"
    r"|Datasette(?: v[\d.a]+)?|English|OR|NOT|title:|zhuanzai|archive|crawl invented|Archived|utf|gb\w+|big5\w*|digest"
    r"|image/png|application/pdf|https?(?:://\S+)?|www\.|\S+\.(?:example|html|png|css|txt|gz|bib|ris)\S*"
    r"|(?:urn|sha\d+):\S+|[0-9a-f]{64}|\S*(?:alert|onerror|iframe|script)\S*|img|src|COVID|test|map"
)


@pytest.mark.parametrize("path", IN_CHINESE)
def test_no_english_is_left_in_the_chinese_room(room: Room, path: str) -> None:
    page = room.get(f"/archive/-/{path}", headers={"accept-language": "zh"}).text
    page = re.sub(
        r"<(script|style|code|pre)\b.*?</\1>|<dl class=\"zz-facts zz-mono.*?</dl>", "", page, flags=re.S
    )
    said = re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', page) + re.split(r"<[^>]*>", page)

    assert [text for text in map(unescape, said) if LATIN.search(NAMES.sub("", text))] == []


def test_an_alarm_is_told_with_its_meaning_in_chinese() -> None:
    assert [Labels(language).alarm("few") for language in ("en", "zh")] == ["few", "few（新文章太少）"]
    assert Labels("zh").alarm("nosuch") == "nosuch"


def test_a_story_has_one_word_in_chinese() -> None:
    folder = resources.files("archive.browse")
    tables = [folder.joinpath(f"{name}.toml").read_text("utf-8") for name in ("labels", "tables", "queries")]

    assert re.findall("同稿|同组|此稿|稿件", "".join(tables)) == []


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("unread", get_args(Reason)), ("state", get_args(State)), ("via", get_args(Via)), ("claim", get_args(Claim)),
     ("region", REGIONS), ("kind", SITE_KINDS), ("means", (*RELATIONS, "kept", "added", "low-trust"))],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_word_of_the_data_has_a_label(prefix: str, words: tuple[str, ...], language: str) -> None:
    labels = Labels(language)

    assert [word for word in words if labels(f"{prefix}-{word}") == f"{prefix}-{word}"] == []


TIMED = (
    "story/1",
    "network",
    "site/www.copy.example",
    "compare?with=1&with=3",
    "article/3",
    "stories?all=1",
    "home",
)


def said(room: Room, path: str, language: str) -> str:
    shown = room.get(f"/archive/-/{path}", headers={"accept-language": language}).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown[shown.index("<main") : shown.rindex("</main>")]))


def test_a_delay_is_told_in_the_readers_language(room: Room) -> None:
    english, chinese = (said(room, "story/1", language) for language in ("en", "zh"))

    for minutes, hours, shown in (("min", "h", english), ("分钟", "小时", chinese)):
        assert f"+0 {minutes}" in shown
        assert f"+3.5 {hours}" in shown
        assert f"+28.4 {hours}" in shown
    assert "1 mark of a converter" in english


@pytest.mark.parametrize("path", TIMED)
def test_one_is_no_plural_and_units_are_no_english_in_chinese(room: Room, path: str) -> None:
    plural = r"(?<![\d.,:+-])1 (?:marks|minutes|articles|copies|stories|sentences|sites)\b"

    assert re.findall(plural, said(room, path, "en")) == []
    assert re.findall(r"\d (?:min|h|d)\b", said(room, path, "zh")) == []
