"""Trees, the network of hosts and the spread of a change, as the reading room shows them."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.browse.branches import Leaf, Thread, network, tree
from archive.browse.labels import Labels
from archive.browse.moments import said
from archive.browse.pages import lineage
from archive.grouping.lineage import Descendant, changes_of, spread_of, walked
from tests.archive.browse.chromium import CHROMIUM, Browser, browser
from tests.archive.browse.conftest import Room
from tests.archive.browse.served import Server
from tests.archive.browse.test_access import AXE, RUN, dress

MORNING = datetime(2020, 2, 10, 5, tzinfo=UTC)


def leaf(parent: int | None, hours: float | None, kind: str = "held") -> Leaf:
    at = None if hours is None else MORNING + timedelta(hours=hours)
    return Leaf("站", parent, at, kind, "#from-1", "<站>")


def test_every_page_of_a_tree_is_a_link_and_every_other_has_an_edge() -> None:
    drawn = tree([leaf(None, 0, "origin"), leaf(0, 1), leaf(1, 3, "doubtful"), leaf(0, None, "lost")], "tree")

    assert drawn.count('<a href="#from-1">') == 4
    assert re.findall(r'class="zz-way zz-way-(\w+)"', drawn) == ["held", "doubtful", "lost"]
    assert "&lt;站&gt;" in drawn and "<站>" not in drawn


def test_a_page_without_a_time_stands_beside_its_parent() -> None:
    drawn = tree([leaf(None, 0, "origin"), leaf(0, 4), leaf(1, None)], "tree")

    assert re.findall(r'cx="([\d.]+)%"', drawn) == ["94.0", "96.0"]


def test_a_day_alone_is_a_bar_with_its_mark_where_the_parent_was_there() -> None:
    day = MORNING.replace(hour=16) - timedelta(days=1)  # midnight in Beijing
    alone = Leaf("站", 0, day, "held", "#from-2", "站", day + timedelta(days=1))
    drawn = tree([leaf(None, 7, "origin"), alone, leaf(1, 4)], "tree")

    assert re.findall(r'class="zz-day" x="([\d.]+)%" y="32" width="([\d.]+)%"', drawn) == [("2.0", "92.0")]
    (origin,) = re.findall(r'zz-leaf-origin" x="([\d.]+)%"', drawn)
    assert re.findall(r'cx="([\d.]+)%"', drawn)[0] == origin
    assert ">2020-02-10</text>" in drawn and ">2020-02-10 00:00</text>" not in drawn


def test_a_page_of_a_month_does_not_stretch_the_axis() -> None:
    month = Leaf("站", 0, MORNING - timedelta(days=9), "held", "#from-2", "站", MORNING + timedelta(days=19))
    drawn = tree([leaf(None, 0, "origin"), month, leaf(1, 4)], "tree")

    assert 'class="zz-day" x="2%" y="32" width="92%"' in drawn
    assert re.findall(r'cx="([\d.]+)%"', drawn) == ["2", "94.0"]
    assert ">2020-02-10 13:00</text>" in drawn and ">2020-02-10 17:00</text>" in drawn


@pytest.mark.parametrize(
    ("published_at", "precision", "words"),
    [
        ("2020-02-10T00:00:00+08:00", "day", "2020-02-10"),
        ("2020-02", "month", "2020-02"),
        ("2020-02-10T00:00:00+08:00", "minute", "2020-02-10 00:00"),
        ("2020-02-10T03:00:00+00:00", "minute", "2020-02-10 03:00 +00:00"),
        ("2020-02-10T03:00:00.125Z", "second", "2020-02-10 03:00 Z"),
        (None, None, ""),
    ],
)
def test_a_time_is_said_no_more_precise_than_it_is_printed(
    published_at: str | None, precision: str | None, words: str
) -> None:
    assert said(published_at, precision) == words


def test_a_screen_reader_is_told_what_is_undecided_and_what_is_not_held() -> None:
    lost = Descendant(None, 1, "", "", "not held", "大河网", "", None, 0.9, None, {})
    copy = Descendant(
        2, None, "b.example", "", "泵站", "", "2020-02-10T00:00:00+08:00", None, 0.6, 3, {"undecided": True}
    )
    copy = replace(copy, precision="day")
    origin = Descendant(1, None, "a.example", "", "泵站", "", "", None, 1.0, None, {}, [lost, copy])
    steps = [
        lineage.TreeStep(page, parent, n, 0, "", []) for n, (page, parent, _) in enumerate(walked(origin))
    ]
    rows = {step.page.key: step.number for step in steps}

    assert [lineage._leaf(step, rows, Labels("en"), {}).said for step in steps] == [
        "a.example 泵站",
        "a page not held 大河网 · taken from a.example · certainty 0.90",
        "b.example 2020-02-10 泵站 · taken from a.example · certainty 0.60 · undecided",
    ]


def test_nothing_is_drawn_of_no_pages_and_of_no_ways() -> None:
    assert tree([], "tree") == network([], {}, "network") == ""


def test_a_way_is_as_wide_as_its_share() -> None:
    threads = [Thread("a", "b", 1.0, "/b", "a → b: 4"), Thread("a", "c", 0.25, "/c", "a → c: 1")]

    assert re.findall(
        r'stroke-width="([\d.]+)"', network(threads, {"a": "甲", "b": "乙", "c": "丙"}, "ways")
    ) == [
        "7.5",
        "3.0",
    ]


def test_the_story_page_has_the_tree_and_a_step_for_each_page(room: Room) -> None:
    page = room.get("/archive/-/story/1").text

    assert page.count('<svg class="zz-tree" role="group"') == 1
    steps = re.findall(r'<li id="from-(\d+)"', page)
    assert sorted(steps) == ["1", "2", "3", "5"]
    for step in steps:
        assert f'href="#from-{step}"' in page


def test_a_change_is_followed_from_the_compare_page(room: Room, database: Path) -> None:
    page = room.get("/archive/-/compare?with=1&with=2").text
    (address,) = set(re.findall(r'href="(/archive/-/change/1-cut-[^"]+)"', page))
    change = room.get(address)

    assert change.status_code == 200
    assert "韭菜鸡蛋馅的饺子" in page and "王敏盼着疫情" in change.text
    with closing(sqlite3.connect(database)) as conn:
        found = spread_of(conn, address.rsplit("/", 1)[1])
        assert found is not None
        assert [holder.article for holder in found.holders] == [2]
        assert [change.kind for change in changes_of(conn, 2)] == ["cut"]


def test_a_change_that_nobody_made_is_told_so(room: Room) -> None:
    assert room.get("/archive/-/change/1-cut-9-9-9").status_code == 404
    assert room.get("/archive/-/change/nonsense").status_code == 404


def test_a_network_of_no_day_says_that_it_is_empty(room: Room) -> None:
    assert "No likely way" in room.get("/archive/-/network?since=2031-01-01").text
    assert "No likely way" in room.get("/archive/-/network?region=macau").text
    for query in ("since=nonsense", "region=nowhere", "script=latin"):
        assert room.get(f"/archive/-/network?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["source=人民日报", "source=人民日報", "source=人民　日報", "site=WWW.ORIGIN.EXAMPLE"]
)
def test_a_network_is_asked_for_in_either_script_and_width(room: Room, query: str) -> None:
    assert re.search(r"0\.5 or more\): [1-9]", room.get(f"/archive/-/network?{query}").text)


# -- in a browser -------------------------------------------------------------------------------------------------

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
WIDTHS = [(1280, "light", "en"), (390, "dark", "zh")]


@pytest.fixture(scope="module")
def url(room: Room) -> Iterator[str]:
    server = Server(room)
    yield f"{server.url}/archive/-"
    server.stop()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("lineage")) as found:
        yield found


def check(shown: Browser, width: int) -> None:
    """axe-core finds nothing, the page is as wide as the screen, and the console has no complaint."""
    shown.run(AXE + ";0")
    assert shown.run(RUN) == "[]"
    assert shown.run("document.documentElement.scrollWidth") <= width
    assert shown.complaints() == []


@needs_chromium
@pytest.mark.parametrize(("width", "scheme", "language"), WIDTHS)
def test_a_page_of_the_tree_leads_to_its_evidence(
    shown: Browser, url: str, width: int, scheme: str, language: str
) -> None:
    dress(shown, width, scheme, language)
    shown.open(f"{url}/story/1")
    assert shown.run("document.querySelectorAll('svg.zz-tree .zz-way').length") == 3
    assert shown.run(
        "[...document.querySelectorAll('svg.zz-tree a:not(.zz-way)')].every(a => a.tabIndex === 0)"
    )

    shown.run(
        "document.querySelector('svg.zz-tree a[href=\"#from-2\"]').dispatchEvent(new MouseEvent('click'))"
    )
    assert shown.run("location.hash") == "#from-2"
    assert shown.run("document.querySelector(':target').id") == "from-2"
    assert shown.run("document.querySelector(':target').getBoundingClientRect().top < innerHeight")

    shown.run(
        "document.querySelector('a.zz-way[href=\"#from-3\"] .zz-hit')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert shown.run("document.querySelector(':target').id") == "from-3"
    check(shown, width)


@needs_chromium
def test_a_printed_tree_has_its_evidence_folded_or_not(shown: Browser, url: str) -> None:
    dress(shown, 1280, "light", "en")
    shown.open(f"{url}/story/1")
    shown.run("document.querySelector('details.zz-steps').open = false")
    seen = "(d => d.offsetHeight > 0 && d.querySelector('li').checkVisibility())"
    seen += "(document.querySelector('details.zz-steps'))"
    assert shown.run(seen) is False

    shown.call("Emulation.setEmulatedMedia", media="print")
    assert shown.run(seen) is True
    shown.call("Emulation.setEmulatedMedia", media="")


@needs_chromium
@pytest.mark.parametrize(("width", "scheme", "language"), WIDTHS)
def test_the_network_is_drawn_and_listed(
    shown: Browser, url: str, width: int, scheme: str, language: str
) -> None:
    dress(shown, width, scheme, language)
    shown.open(f"{url}/network")

    assert shown.run("document.querySelectorAll('main svg').length") == 1
    assert shown.run("document.querySelectorAll('main table tbody tr').length") >= 1
    check(shown, width)


@needs_chromium
@pytest.mark.parametrize(("width", "scheme", "language"), WIDTHS)
def test_a_dense_network_is_a_matrix(
    shown: Browser, url: str, width: int, scheme: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineage, "_LINES", 0)
    dress(shown, width, scheme, language)
    shown.open(f"{url}/network")

    assert shown.run("document.querySelectorAll('main svg').length") == 0
    assert shown.run("document.querySelectorAll('table.zz-matrix th[scope=row]').length") >= 1
    check(shown, width)


@needs_chromium
@pytest.mark.parametrize(("width", "scheme", "language"), WIDTHS)
def test_a_change_is_one_click_from_the_comparison(
    shown: Browser, url: str, width: int, scheme: str, language: str
) -> None:
    dress(shown, width, scheme, language)
    shown.open(f"{url}/compare?with=1&with=2")
    address = shown.run("document.querySelector('main a[href*=\"/change/1-cut-\"]').href")
    shown.open(address)

    assert shown.run("document.querySelectorAll('main a[href*=\"/article/2\"]').length") >= 1
    check(shown, width)
