"""The reading room's pages over an archive that went through the real door."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.browse import conventions, plugin
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import HOSTILE_TITLE, ORIGIN

PAGES = (
    "home", "search", "search?q=武漢", "search?q=武&per=story", "search?relation=copy", "stories", "stories?all=1",
    "sites", "days", "day/2020-02-10", "story/1", "article/1", "article/3?q=武汉", "compare?with=1&with=2&with=3",
    "network", "network?script=hant", "network?since=2020-02-11&region=mainland",
    "compare?with=1&with=3&script=hans", "capture/2", "capture/3", "capture/10", "site/www.copy.example",
)  # fmt: skip
FILES = (
    "search.csv?q=武漢", "search.json?q=武漢", "search.jsonl", "story/1.json", "article/1.json", "article/1.txt",
    "article/1.bib", "article/1.ris", "article/1.csl.json",
    "capture/2.json", "capture/2/page", "capture/2/record", "capture/2/headers",
    "capture/2/body",
)  # fmt: skip


@pytest.fixture
def conn(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as found:
        yield found


def text(html: str) -> str:
    """What a reader sees of a page, roughly: without tags and runs of blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_every_page_answers(room: Room, path: str) -> None:
    response = room.get(f"/archive/-/{path}")

    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_label_is_missing(room: Room, language: str) -> None:
    """A key without a label shows as the key: words-with-hyphens that no text of ours has."""
    for path in PAGES:
        shown = text(room.get(f"/archive/-/{path}", headers={"accept-language": language}).text)
        assert not re.search(r"\b(?:state|sort|claim|count|piece|mark|per|why|overview)-[a-z]", shown), path


@pytest.mark.parametrize("query", ["武汉", "武漢"])
def test_either_script_finds_the_copies_in_both(room: Room, query: str) -> None:
    shown = room.get(f"/archive/-/search?q={query}&per=article").text

    assert "<mark>武汉</mark>市江岸区" in shown
    assert "<mark>武漢</mark>市江岸區" in shown


@pytest.mark.parametrize("query", ["武汉", "武漢", "武", "漢市", "江岸区的社区工作者"])
def test_datasettes_own_search_finds_both_scripts(room: Room, query: str) -> None:
    found = room.get(f"/archive/articles.json?_search={query}&_shape=array").json()

    assert {row["script"] for row in found} == {"hans", "hant"}
    assert len(found) == 4


def test_one_for_each_story(room: Room) -> None:
    shown = text(room.get("/archive/-/search?q=武汉&per=story").text)

    assert "4 articles, 1 story" in shown
    assert "3 more of this story found" in shown


def test_a_search_of_copies_by_filter(room: Room) -> None:
    found = room.get("/archive/-/search.json?relation=abridged&since=2020-02-10&until=2020-02-10").json()

    assert [row["site"] for row in found] == ["www.copy.example"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("site=青山在线", {2}),
        ("site=香江报", {3}),
        ("region=hongkong", {3}),
        ("kind=province", {2}),
        ("source=人民日報", {1, 2, 3, 5}),
    ],
)
def test_a_search_by_names_in_either_script(room: Room, asked: str, found: set[int]) -> None:
    rows = room.get(f"/archive/-/search.json?{asked}").json()

    assert {row["id"] for row in rows} == found


def test_sites_go_by_their_names(room: Room) -> None:
    for page in ("search?q=武汉", "story/1", "sites", "article/3", "compare?with=1&with=3"):
        assert (
            '<span title="www.hk.example" lang="zh-Hant">香江報</span></a>'
            in room.get(f"/archive/-/{page}").text
        )

    of_site = text(room.get("/archive/-/site/www.hk.example").text)
    assert "香江報 www.hk.example" in of_site
    assert "Hong Kong · regional press · Also called 香江报" in of_site
    assert "大陆" in text(room.get("/archive/-/search?q=武汉", headers={"accept-language": "zh"}).text)


def test_the_story_names_its_origin_and_copies(room: Room) -> None:
    shown = text(room.get("/archive/-/story/1").text)

    for site in ("www.origin.example", "青山网", "香江報", "www.second.example"):
        assert site in shown
    assert "¶ cut" in shown


def test_the_comparison_strikes_what_was_cut(room: Room) -> None:
    shown = room.get("/archive/-/compare?with=1&with=2").text

    assert re.findall(r"<del title=[^>]*>([^<]*)</del>", shown) == [ORIGIN[-1]]


def test_a_change_of_script_alone_is_no_change(room: Room) -> None:
    shown = room.get("/archive/-/compare?with=1&with=3").text

    assert "The same words in the same order" in shown
    assert "<del title" not in shown


def test_a_traditional_copy_can_be_read_in_simplified(room: Room) -> None:
    shown = room.get("/archive/-/compare?with=1&with=3&script=hans").text

    assert shown.count(ORIGIN[1]) == 2


def test_the_article_leads_to_its_record(room: Room, conn: sqlite3.Connection) -> None:
    name, offset, digest = conn.execute(
        "SELECT warc_file, warc_offset, payload_digest FROM captures WHERE id = 2"
    ).fetchone()
    shown = text(room.get("/archive/-/article/1").text)

    assert name in shown
    assert f"at byte {offset:,}" in shown
    assert digest in shown


def test_the_article_tells_how_its_bytes_became_text(room: Room) -> None:
    shown = text(room.get("/archive/-/article/2").text)

    assert "gb18030 as the page says, labelled gb2312" in shown
    assert "read from the record just now, digests agree" in shown


def test_a_site_tells_how_long_after_the_origin_it_copies(room: Room) -> None:
    shown = text(room.get("/archive/-/site/www.copy.example").text)

    assert "How long after the origin before 0&lt; 1 h 01–6 h 1same day 0" in shown
    assert "2020-02-10: 1 / 1" in shown


def test_a_day_tells_what_the_paper_printed_and_what_of_it_is_held(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    shutil.copy(database, copy)
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("INSERT INTO issue_pages VALUES ('rmrb', '2020-02-10', '/01.htm', 1, '要闻', 1, 2)")
        for path, n, title in (("/a/1.html", 1, "社区里的十七天"), ("/a/9.html", 2, "没有人见过的稿件")):
            conn.execute(
                "INSERT INTO issue_items VALUES ('rmrb', '2020-02-10', ?, ?, 1, ?, ?, 'article', 2)",
                [path, f"http://www.origin.example{path}", n, title],
            )
        conn.commit()
    room = Room(copy)
    try:
        shown = text(room.get("/archive/-/day/2020-02-10").text)
    finally:
        room.close()

    assert "page 01 要闻 www.origin.example · 1 of 2 printed are held" in shown
    assert "没有人见过的稿件 not held" in shown


def test_a_citation_carries_moment_and_digest(room: Room) -> None:
    shown = room.get("/archive/-/article/1").text

    assert (
        "人民日报. 社区里的十七天[EB/OL]. www.origin.example(2020-02-10)[2026-11-22]. http://www.origin.example/a/1.html."
        in shown
    )
    assert "Archived 2026-11-22T04:00:01Z, sha256:" in shown


def test_the_snapshot_is_shut_in(room: Room) -> None:
    shown = room.get("/archive/-/capture/2")
    framed = room.get("/archive/-/capture/2/page")

    assert 'sandbox="allow-top-navigation-by-user-activation"' in shown.text
    assert "digests agree" in shown.text
    policy = framed.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy


def test_search_results_as_files(room: Room) -> None:
    rows = room.get("/archive/-/search.csv?q=武漢")
    lines = room.get("/archive/-/search.jsonl?q=武漢").text.splitlines()

    assert rows.content.startswith("\ufeffid,url,".encode())
    assert len(rows.text.splitlines()) == 5
    assert [json.loads(line)["id"] for line in lines] == [5, 3, 2, 1]


def test_chinese_is_spoken_where_it_is_asked_for(room: Room) -> None:
    by_browser = room.get("/archive/-/search", headers={"accept-language": "zh-TW,zh;q=0.9,en;q=0.5"})
    by_cookie = room.get("/archive/-/search", cookies={"zhuanzai_language": "zh"})

    assert "检索" in text(by_browser.text)
    assert "检索" in text(by_cookie.text)


def test_the_language_link_leads_back_to_this_server_only(room: Room) -> None:
    kept = room.get("/-/zhuanzai/language?to=zh&next=/archive/-/story/1")

    assert kept.headers["location"] == "/archive/-/story/1"
    assert "zhuanzai_language=zh" in kept.headers["set-cookie"]
    in_disguise = ("/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/\x01/evil.example")
    for away in ("//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nX: y", *in_disguise):
        assert room.get("/-/zhuanzai/language", params={"to": "zh", "next": away}).headers["location"] == "/"


def test_every_table_that_is_listed_has_its_page(room: Room, conn: sqlite3.Connection) -> None:
    views = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    listed = [table["name"] for table in room.get("/archive.json?_size=max").json()["tables"]]

    assert set(conventions.tables()) - set(listed) <= {"articles_chars", *views}
    for name in [*listed, *views]:
        for form in ("", ".json", ".csv"):
            assert room.get(f"/archive/{name}{form}", follow_redirects=True).status_code == 200, name


@pytest.mark.parametrize("name", sorted(conventions.queries()))
def test_every_query_answers(room: Room, name: str) -> None:
    for form in ("", ".json", ".csv"):
        assert room.get(f"/archive/{name}{form}?q=武漢").status_code == 200


def test_every_column_is_described(conn: sqlite3.Connection) -> None:
    for name, table in conventions.tables().items():
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
        assert list(table["columns"]) == columns, name


def test_descriptions_speak_both_languages() -> None:
    for name, table in conventions.tables().items():
        for text in (table["description"], *table["columns"].values()):
            assert re.search("[A-Za-z0-9]", text), (name, text)
            assert re.search("[\u4e00-\u9fff]", text), (name, text)


def test_every_action_of_a_table_leads_somewhere(room: Room) -> None:
    for table in conventions.tables():
        for action in plugin.table_actions(room.datasette, "archive", table):
            assert room.get(action["href"]).status_code == 200, action


def test_numbers_in_queries_and_views_lead_to_the_reading_room(room: Room) -> None:
    shown = room.get("/archive/most_copied_stories").text

    assert '<a href="/archive/-/story/1">1</a>' in shown
    assert '<a href="/archive/-/article/2">2</a>' in room.get("/archive/copies").text


def test_every_table_is_described(conn: sqlite3.Connection) -> None:
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    found = {row[0] for row in conn.execute(sql) if not row[0].startswith("articles_")}

    assert {*found, "articles_chars"} == set(conventions.tables())


@pytest.mark.parametrize("query", ["武漢", "武汉市江岸区", "武", "漢"])
def test_the_query_without_the_plugin_finds_the_same(conn: sqlite3.Connection, query: str) -> None:
    """On a plain connection: none of our functions, none of Datasette's."""
    sql = conventions.queries(plain=True)["search_without_plugin"]["sql"]

    assert [row[0] for row in conn.execute(sql, {"q": query})] == [5, 3, 2, 1]


def test_every_link_stays_under_the_base_url(database: Path) -> None:
    room = Room(database, settings={"base_url": "/news/"})
    try:
        for path in (
            "/",
            "/archive",
            "/archive/-/story/1",
            "/archive/-/search?q=武汉",
            "/archive/-/capture/2",
        ):
            found = re.findall(r"""(?:href|src|action)="(/[^"]*)["]""", room.get(path).text)
            assert found
            assert [link for link in found if not link.startswith("/news/")] == []
        assert room.get("/archive/articles").headers["location"].startswith("/news/archive/articles?")
    finally:
        room.close()


def test_the_front_page_leads_into_the_archive(room: Room) -> None:
    assert 'action="/archive/-/search"' in room.get("/").text
    assert 'action="/archive/-/search"' in room.get("/archive").text


def test_markup_in_an_article_is_text(room: Room) -> None:
    number = room.get("/archive/-/search.json?q=洪水通报说").json()[0]["id"]

    for path in (
        "search?q=洪水",
        f"article/{number}?q=洪水",
        f"compare?with={number}&with=1",
        "home",
        "stories?all=1",
    ):
        shown = room.get(f"/archive/-/{path}").text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert HOSTILE_TITLE.replace("&quot;", "&#34;") in room.get(f"/archive/-/article/{number}").text


def test_a_query_of_ones_own_has_the_bar_or_says_nothing(room: Room) -> None:
    shown = room.get("/archive?sql=select+1234567+as+captures").text
    shown = (
        shown if "1,234,567" in shown else room.get("/archive/-/query?sql=select+1234567+as+captures").text
    )

    assert ">1,234,567</td>" in shown


def test_the_front_page_says_what_this_is(room: Room) -> None:
    shown = text(room.get("/").text)

    assert "who carried an article, when, in which script" in shown
    assert "新闻转载档案" in shown


def test_why_an_article_is_the_origin_is_told_in_the_readers_language(
    room: Room, conn: sqlite3.Connection
) -> None:
    (story,) = conn.execute("SELECT id FROM stories ORDER BY copies DESC LIMIT 1").fetchone()
    chinese = room.get(f"/archive/-/story/{story}", headers={"Accept-Language": "zh"}).text
    english = room.get(f"/archive/-/story/{story}", headers={"Accept-Language": "en"}).text

    assert "发布最早：2020-02-10T05:08:00+08:00。" in chinese
    assert "It is the earliest: 2020-02-10T05:08:00+08:00." in english
    assert not re.search("earliest|fullest|no evidence", chinese)


def test_an_article_lists_the_others_of_its_story_with_their_times_and_zones(
    room: Room, conn: sqlite3.Connection
) -> None:
    (story,) = conn.execute("SELECT id FROM stories ORDER BY copies DESC LIMIT 1").fetchone()
    members = [n for (n,) in conn.execute("SELECT article_id FROM members WHERE story_id = ?", [story])]
    page = room.get(f"/archive/-/article/{members[0]}").text

    assert len(members) > 1
    assert all(f'href="/archive/-/article/{other}"' in page for other in members[1:])
    assert re.search(r"\d\d:\d\d <span class=\"zz-zone\">\+08:00</span>", page)
