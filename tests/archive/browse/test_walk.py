"""A walk through the room in a browser: sites, sources, citations, tables, calendar, search, feeds and JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import RIVER, Served, build, invented, page
from tests.archive.browse.served import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")

SHA256 = "1ae8f92856092801047de8f014be5f9565c2c753d7519d723f0f796c21e38ebb"
"""Of the copy's page, as GNU sha256sum tells it."""
ROWS = "[...document.querySelectorAll('table.rows-and-columns th')].map(head => head.dataset.column)"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spring = page("黄河春汛首航", RIVER, "人民网－人民日报", "2020-02-12 12:00").encode()
    pages = [*invented(), Served("http://www.spring.example/a/7.html", spring)]
    room = Room(build(tmp_path_factory.mktemp("walk") / "data", pages))
    server = Server(room)
    yield server.url
    server.stop()
    room.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def put(shown: Browser, field: str, words: str) -> None:
    """Type words into a field, its filters unfolded, and press Enter."""
    shown.run(
        f"(() => {{ const field = document.querySelector({json.dumps(field)}), folded = field.closest('details');"
        " if (folded && !folded.open) folded.querySelector('summary').click(); field.value = ''; field.focus() })()"
    )
    assert shown.run(f"document.activeElement === document.querySelector({json.dumps(field)})")
    shown.type(words)


def heading(shown: Browser) -> str:
    """How much was found."""
    return str(shown.run("document.querySelector('.zz-resulthead h2').innerText"))


def facets(shown: Browser, name: str) -> dict[str, int]:
    """The rows of a facet with their counts."""
    found: dict[str, int] = shown.run(
        "Object.fromEntries([...document.querySelectorAll('.zz-facets h3')]"
        f".find(head => head.innerText.startsWith('{name}')).nextElementSibling.querySelectorAll('li')"
        ".values().map(row => [row.querySelector('a').innerText, Number(row.lastElementChild.innerText)]))"
    )
    return found


def asked(shown: Browser, selector: str, text: str) -> str:
    """What the server answers under the link with this text."""
    return str(
        shown.run(
            f"fetch([...document.querySelectorAll({json.dumps(selector)})]"
            f".find(link => link.innerText.includes({json.dumps(text)})).href).then(answer => answer.text())"
        )
    )


def press(shown: Browser, key: str, code: int, text: str = "") -> None:
    """Press a key that leads to no other page."""
    shown.call(
        "Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, text=text
    )
    shown.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)


@pytest.mark.parametrize("name", ["青山网", "青山網"])
def test_a_site_is_found_by_its_name_in_either_script(shown: Browser, url: str, name: str) -> None:
    shown.open(f"{url}/archive/-/search?q=武漢")
    put(shown, "input[name=site]", name)

    assert heading(shown) == "1 article, 1 story"
    assert shown.run("document.querySelector('.zz-hits .zz-meta a').innerText") == "青山网"


def test_a_facet_and_the_chart_lead_from_a_site_to_its_articles(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/-/search?q=武漢")
    assert facets(shown, "Site") == {
        "青山网": 1,
        "香江報": 1,
        "www.origin.example": 1,
        "www.second.example": 1,
    }
    shown.click(".zz-facets a", "香江報")
    assert heading(shown) == "1 article, 1 story"

    shown.click(".zz-hits .zz-meta a", "香江報")
    assert shown.run("document.querySelector('h1').innerText") == "香江報 www.hk.example"
    shown.click("svg.zz-bars a rect")
    assert "site=www.hk.example" in shown.run("location.search")
    assert heading(shown) == "1 article, 1 story"


@pytest.mark.parametrize(("source", "articles"), [("人民日報", 5), ("人民网", 1)])
def test_a_source_is_counted_alike_everywhere(shown: Browser, url: str, source: str, articles: int) -> None:
    shown.open(f"{url}/archive/-/search")
    counted = facets(shown, "Source")
    put(shown, "input[name=source]", source)

    assert (counted["人民日报"], counted["人民网"]) == (5, 1)
    assert heading(shown).startswith(f"{articles} article")
    assert len(json.loads(asked(shown, ".zz-meta a", "JSON"))) == articles
    assert len(asked(shown, ".zz-meta a", "JSONL").splitlines()) == articles


def test_a_citation_is_shown_chosen_and_downloaded(shown: Browser, url: str, tmp_path: Path) -> None:
    shown.open(f"{url}/archive/-/article/2")
    shown.run("document.querySelector('details:has(.zz-cite) summary').focus()")
    press(shown, "Enter", 13, "\r")
    kinds = shown.run(
        "[...document.querySelectorAll('.zz-cite dt')].map(kind => kind.innerText.split(' ')[0])"
    )
    x, y = shown.run(
        "(() => { const cited = document.querySelector('.zz-cite pre'); cited.scrollIntoView({block: 'center'});"
        " const box = cited.getBoundingClientRect(); return [box.left + 30, box.top + 8] })()"
    )
    for count in (1, 2, 3):
        for kind in ("mousePressed", "mouseReleased"):
            shown.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)
    chosen = shown.run("getSelection().toString()")

    assert kinds == ["GB/T", "APA", "Chicago", "BibTeX", "RIS", "CSL-JSON"]
    assert chosen.strip() == (
        "人民日报. 社区里的十七天[EB/OL]. 青山网(2020-02-10)[2026-11-22]. http://www.copy.example/a/2.html."
        f" Archived 2026-11-22T04:00:02Z, sha256:{SHA256}, {url}/archive/-/capture/3."
    )
    assert asked(shown, ".zz-cite a[download]", ".bib").startswith("@online{zhuanzai-2,\n")
    assert asked(shown, ".zz-cite a[download]", ".ris").endswith("ER  - \n")
    assert json.loads(asked(shown, ".zz-cite a[download]", ".csl.json"))[0]["container-title"] == "青山网"


def test_zotero_finds_its_tags_in_the_page(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/-/article/2")
    tags = shown.run(
        "Object.fromEntries([...document.head.querySelectorAll('meta[name^=citation_]')]"
        ".map(tag => [tag.name.slice(9), tag.content]))"
    )

    assert tags == {
        "title": "社区里的十七天",
        "publication_date": "2020/02/10",
        "date": "2020/02/10",
        "journal_title": "青山网",
        "publisher": "人民日报",
        "language": "zh-CN",
        "public_url": "http://www.copy.example/a/2.html",
        "fulltext_html_url": f"{url}/archive/-/capture/3",
        "online_date": "2026/11/22",
    }


def test_a_table_opens_short_and_shows_all_columns_when_asked(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive")
    shown.click("h2 a, h3 a, .table-list a", "articles")
    assert "text" not in shown.run(ROWS)
    assert "title" in shown.run(ROWS)
    assert shown.run("document.querySelector('td.col-title').getBoundingClientRect().width") > 80

    shown.run(
        "document.querySelector('th[data-column=title] svg').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    whole = shown.run(
        "[...document.querySelectorAll('.dropdown-menu a')].find(link => link.innerText == 'Show all columns').href"
    )
    shown.open(whole)
    assert "text" in shown.run(ROWS)
    assert (
        max(shown.run("[...document.querySelectorAll('td.col-text')].map(cell => cell.innerText.length)"))
        == 121
    )

    put(shown, ".zz-find input", "武漢")
    assert heading(shown) == "4 articles, 1 story"


def test_numbers_of_a_table_are_parted_and_its_bar_is_there(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/captures")
    offsets = shown.run("[...document.querySelectorAll('td.col-warc_offset')].map(cell => cell.innerText)")

    assert all(re.fullmatch(r"\d{1,3}(,\d{3})*", offset) for offset in offsets)
    assert any("," in offset for offset in offsets)
    assert shown.run("document.querySelectorAll('nav.zz-nav').length") == 1


def test_the_calendar_leads_to_a_capture_by_keyboard(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/-/web/2026*/http://www.second.example/a/1.html")
    reached = []
    while "2026-11-22: 1 capture, 1 new or changed" not in reached and len(reached) < 40:
        press(shown, "Tab", 9)
        reached.append(shown.run("document.activeElement.getAttribute('aria-label')"))
    shown.type("")

    assert len(reached) < 40
    assert shown.run("location.pathname") == "/archive/-/capture/8"


def test_hits_over_time_lead_to_a_day(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/-/search?q=武漢")
    bars = shown.run("[...document.querySelectorAll('svg.zz-bars a title')].map(title => title.textContent)")
    shown.run("document.querySelector('details:has(.zz-bars) summary').click()")
    shown.click("svg.zz-bars a rect")

    assert [bar.split(":")[0] for bar in bars] == ["2020-02-10", "2020-02-11"]
    assert heading(shown) == "3 articles, 1 story"


def test_a_wrong_query_and_a_page_too_many_are_said(shown: Browser, url: str) -> None:
    shown.open(f"{url}/archive/-/search")
    put(shown, "input[name=q]", "(武汉 OR")
    assert "OR" in shown.run("document.querySelector('.zz-warn').innerText")

    shown.open(f"{url}/archive/-/search?q=武汉&page=99")
    assert "Page 99 of 1" in shown.run("document.querySelector('main').innerText")
    shown.click("main a", "to the last page")
    assert heading(shown) == "4 articles, 1 story"


@pytest.mark.parametrize(("place", "entries"), [("home", 4), ("site/www.copy.example", 1), ("story/1", 4)])
def test_the_feed_that_a_page_names_leads_back_into_the_room(
    shown: Browser, url: str, place: str, entries: int
) -> None:
    shown.open(f"{url}/archive/-/{place}")
    kind, links = shown.run(
        "fetch(document.head.querySelector('link[rel=alternate][type=\"application/atom+xml\"]').href)"
        ".then(async answer => [answer.headers.get('content-type'), [...new DOMParser()"
        ".parseFromString(await answer.text(), 'application/xml').querySelectorAll('entry > link:not([rel=related])')]"
        ".map(link => link.getAttribute('href'))])"
    )
    shown.open(links[0])

    assert kind == "application/atom+xml; charset=utf-8"
    assert len(links) == entries
    assert shown.run("location.pathname").startswith("/archive/-/article/")
    assert shown.run("document.querySelectorAll('.zz-text').length") == 1


@pytest.mark.parametrize(
    ("place", "key"), [("site/www.copy.example", "site"), ("sites", "site"), ("story/1", "id")]
)
def test_the_link_to_json_shows_json(shown: Browser, url: str, place: str, key: str) -> None:
    shown.open(f"{url}/archive/-/{place}")
    shown.click("main .zz-meta a", "JSON")
    found = json.loads(shown.run("document.body.innerText"))

    assert shown.run("document.contentType") == "application/json"
    assert key in json.dumps(found)
