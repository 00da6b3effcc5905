"""Articles by words, date, site, source, script and relation, in the order asked for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib.resources import files

import pytest

from archive.door.source_filter import Interest
from archive.search import articles as module
from archive.search import index as search
from archive.search.articles import Filter, by_story, every, find, tallies
from archive.view.names import name_source

SCHEMA = "".join(
    files("archive.view").joinpath(name).read_text("utf-8")
    for name in ("schema.sql", "names.sql", "search.sql")
)
SITES = (
    ("a.example", "清河日报", "清河日報", '["清报"]', "mainland", "city", "full"),
    ("b.example", "南岸文汇报", "南岸文匯報", "[]", "hongkong", "press", "full"),
    ("d.example", "清河日报", "清河日報", "[]", None, "converter", "low"),
)
ROWS = (
    # id, text, site, source, published_at, script, story, relation
    (1, "武汉市长", "a.example", "人民日报", "2020-02-08T10:00:00+08:00", "hans", 1, "origin"),
    (2, "武漢市長", "b.example", "人民日報", "2020-02-10T10:00:00+08:00", "hant", 1, "copy"),
    (3, "武汉市长说", "c.example", "人民日报", "2020-02-09", "hans", 1, "abridged"),
    (4, "武汉 武汉 武汉", "a.example", None, "2020-02-11T23:59:59+08:00", "hans", 2, "origin"),
    (5, "黄河", "a.example", "新华社", None, "hans", None, None),
)


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.executescript(SCHEMA)
        conn.execute(
            "INSERT INTO captures (id, url, site, captured_at, via, original_url)"
            " VALUES (1, 'http://a.example/', 'a.example', '', 'live', '')"
        )
        for number, text, site, source, published, script, story, relation in ROWS:
            conn.execute(
                "INSERT INTO articles (id, capture_id, url, site, text, source, published_at, script, extractor, notes)"
                " VALUES (?, 1, ?, ?, ?, ?, ?, ?, '', '[]')",
                [number, f"http://{site}/{number}", site, text, source, published, script],
            )
            name_source(conn, source)
            search.index(conn, number, None, text)
            if relation == "origin":
                conn.execute("INSERT INTO stories (id, copies) VALUES (?, 1)", [story])
            if relation:
                conn.execute(
                    "INSERT INTO members (story_id, article_id, relation, similarity) VALUES (?, ?, ?, 1)",
                    [story, number, relation],
                )
        for row in SITES:
            conn.execute("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, NULL, ?)", row)
        yield conn


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter("武汉"), [4, 2, 3, 1]),
        (Filter("武漢"), [4, 2, 3, 1]),
        (Filter("武"), [4, 2, 3, 1]),
        (Filter(), [4, 2, 3, 1, 5]),
        (Filter("武汉", since=date(2020, 2, 9)), [4, 2, 3]),
        (Filter("武汉", until=date(2020, 2, 9)), [3, 1]),
        (Filter("武汉", until=date(2020, 2, 11)), [4, 2, 3, 1]),
        (Filter("武汉", until=date.max), [4, 2, 3, 1]),
        (Filter("武汉", site="a.example"), [4, 1]),
        (Filter(site="a.example"), [4, 1, 5]),
        (Filter("武汉", source="人民日报"), [2, 3, 1]),
        (Filter("武汉", script="hant"), [2]),
        (Filter("武汉", relation="copy"), [2]),
        (Filter(relation="origin", script="hans"), [4, 1]),
        (Filter("武汉 NOT 市长"), [4]),
        (Filter("没有"), []),
        (Filter("，。"), []),
    ],
)
def test_a_filter_passes_what_it_says(conn: sqlite3.Connection, wanted: Filter, expected: list[int]) -> None:
    found = find(conn, wanted)

    assert list(found.ids) == expected
    assert found.total == len(expected)
    assert sorted(every(conn, wanted)) == sorted(expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("published", [4, 2, 3, 1]),
        ("oldest", [1, 3, 2, 4]),
        ("archived", [4, 3, 2, 1]),
        ("nonsense", [4, 2, 3, 1]),
    ],
)
def test_the_order_is_the_one_asked_for(conn: sqlite3.Connection, order: str, expected: list[int]) -> None:
    assert list(find(conn, Filter("武汉"), order).ids) == expected


def test_the_fittest_comes_first(conn: sqlite3.Connection) -> None:
    assert find(conn, Filter("武汉"), "fit").ids[0] == 4
    assert find(conn, Filter(), "fit").order == "published"


def test_pages_follow_one_another(conn: sqlite3.Connection) -> None:
    pages = [find(conn, Filter("武汉"), limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [list(page.ids) for page in pages] == [[4, 2], [3, 1], []]
    assert {page.total for page in pages} == {4}


def test_many_hits_come_in_the_order_of_the_archive(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CAP", 3)

    assert find(conn, Filter("武汉")).order == "archived"
    assert find(conn, Filter("武汉"), "fit").order == "archived"
    assert find(conn, Filter("武汉"), "published").order == "published"
    assert find(conn, Filter()).order == "published"


def test_one_article_stands_for_its_story(conn: sqlite3.Connection) -> None:
    found = by_story(conn, Filter())

    assert list(found.ids) == [4, 2, 5]
    assert (found.total, found.stories) == (5, 3)
    assert found.more == {4: 0, 2: 2, 5: 0}


def test_counts_leave_their_own_filter_out(conn: sqlite3.Connection) -> None:
    wanted = Filter("武汉", site="a.example")

    assert tallies(conn, wanted) == {
        "site": [("a.example", 2), ("b.example", 1), ("c.example", 1)],
        "region": [("mainland", 2)],
        "kind": [("city", 2)],
        "script": [("hans", 2)],
        "source": [("人民日报", 1)],
    }


def test_of_very_many_the_last_archived_are_counted(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TALLIED", 2)

    assert tallies(conn, Filter("武汉"))["site"] == [("a.example", 1), ("c.example", 1)]
    assert tallies(conn, Filter())["site"] == [("a.example", 2)]


def test_words_alone_never_touch_the_texts(conn: sqlite3.Connection) -> None:
    """The rows are long; sorting thousands of hits by date must read the covering index instead."""
    plan: list[str] = []
    conn.set_trace_callback(lambda sql: plan.append(sql) if "articles_sieve" in sql else None)
    find(conn, Filter("武汉"))
    conn.set_trace_callback(None)

    details = [row[3] for sql in plan for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert any("COVERING INDEX articles_sieve" in detail for detail in details)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(site="清河日报"), {1, 4, 5}),  # and not the converter's copy of its name
        (Filter(site="清河日報"), {1, 4, 5}),
        (Filter(site="清报"), {1, 4, 5}),
        (Filter(site="南岸文匯報"), {2}),
        (Filter(site="c.example"), {3, 6}),  # a host without a file
        (Filter(region="hongkong"), {2}),
        (Filter(region="mainland", script="hans"), {1, 4, 5}),
        (Filter(kind="city"), {1, 4, 5}),
        (Filter(source="人民日报"), {1, 2, 3, 6}),
        (Filter(source="人民日報"), {1, 2, 3, 6}),
        (Filter(source="人民网"), {6}),
    ],
)
def test_names_stand_for_sites_and_sources_in_either_script(
    conn: sqlite3.Connection, wanted: Filter, expected: set[int]
) -> None:
    put(conn, 6, "人民網－人民日報")

    assert set(every(conn, wanted)) == expected


def test_an_article_counts_under_every_medium_that_it_names(conn: sqlite3.Connection) -> None:
    put(conn, 6, "人民網－人民日報")
    put(conn, 7, "人民日报海外版")

    counted = dict(tallies(conn, Filter())["source"])

    # as the filters find them: the overseas edition's line names 人民日报 too
    assert counted == {"人民日报": 5, "人民网": 1, "人民日报海外版": 1, "新华社": 1}
    for name, n in counted.items():
        assert find(conn, Filter(source=name)).total == n


def put(conn: sqlite3.Connection, number: int, source: str) -> None:
    conn.execute(
        "INSERT INTO articles (id, capture_id, url, site, text, source, extractor, notes)"
        " VALUES (?, 1, ?, 'c.example', '黄河', ?, '', '[]')",
        [number, f"http://c.example/{number}", source],
    )
    name_source(conn, source)


LINES = (
    "人民日报", "人民日報", "人民网－人民日报", "人民網-人民日報海外版", "《人民日报》", "人民日报社", "人 民 日 报",
    "人民曰报", "新华社", "新華社", "中国新闻社", "ＣＣＴＶ", "央视网(cctv.com)", "CCTV－13", "本站原创", "Xinhua",
    "XINHUA NET",
)  # fmt: skip


@pytest.mark.parametrize(
    "medium", ["人民日报", "人民日報", "人民网", "海外版", "新华", "cctv", "ＣＣＴＶ", "xinhua", "中国新闻社"]
)
def test_a_source_means_the_same_to_a_crawl_and_to_a_search(conn: sqlite3.Connection, medium: str) -> None:
    conn.execute("DELETE FROM articles")
    for number, line in enumerate(LINES, 10):
        put(conn, number, line)
    wanted = {n for n, line in enumerate(LINES, 10) if Interest((medium,), sourceless=False).wants((line,))}

    assert set(every(conn, Filter(source=medium))) == wanted
    assert wanted
