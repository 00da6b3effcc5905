"""What a crawl of the sample network leaves: every page that was printed, as it was printed, once."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from archive.capture import Ref
from archive.record.digests import payload_of
from archive.record.exchanges import Stored, exchanges
from archive.record.http import read_head
from archive.record.reader import read
from archive.run.recover import own_files
from archive.search.index import match
from crawler.sample.printing import Printing
from tests.main_job.conftest import Job

NOT_CRAWLED = {"m.people.cn", "big5.www.gov.cn"}
"""Found through web archives only; the demo's crawls do not go there."""


@pytest.fixture(scope="module")
def db(job: Job) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(job.folder / "archive.db")) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


def printed(job: Job) -> list[Printing]:
    """The pages a crawl can reach and read: not those of the day that the paper no longer shows, not the ads."""
    return [
        page
        for page in job.network.expected
        if page.text
        and "unlisted" not in page.traits
        and page.url.split("/")[2] not in NOT_CRAWLED
        and "/rmrb/html/2020-02/11/" not in page.url
    ]


def plain(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


def by_path(url: str) -> str:
    return url.partition("://")[2]


def rows(db: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    return {by_path(row["url"]): row for row in db.execute("SELECT * FROM articles")}


def test_every_printed_page_is_an_article(job: Job, db: sqlite3.Connection) -> None:
    missing = {by_path(page.url) for page in printed(job)} - set(rows(db))

    assert missing == set()


def test_nothing_but_printed_pages_is_an_article(job: Job, db: sqlite3.Connection) -> None:
    assert set(rows(db)) - {by_path(page.url) for page in job.network.expected} == set()


@pytest.mark.parametrize(
    "name",
    ["title", "text", "source", "editor", "kicker", "subtitle", "script", "paper_page", "published_at"],
)
def test_fields_are_what_the_page_printed(job: Job, db: sqlite3.Connection, name: str) -> None:
    held = rows(db)
    wanted = {
        by_path(page.url): plain(str(getattr(page, name))) if getattr(page, name) is not None else ""
        for page in printed(job)
    }
    found = {url: plain(str(held[url][name] or "")) for url in wanted if url in held}

    assert {url: text for url, text in found.items() if text != wanted[url]} == {}


def test_copies_of_a_story_are_one_story(job: Job, db: sqlite3.Connection) -> None:
    story_of = {
        by_path(row["url"]): row["story_id"]
        for row in db.execute("SELECT * FROM copies WHERE relation IN ('origin', 'copy', 'abridged')")
    }
    found: dict[str, set[int]] = {}
    for page in printed(job):
        if page.role in ("origin", "copy", "abridged", "edited"):
            found.setdefault(page.story, set()).add(story_of[by_path(page.url)])

    assert {story: ids for story, ids in found.items() if len(ids) != 1} == {}


def test_stories_of_different_events_stay_apart(job: Job, db: sqlite3.Connection) -> None:
    page_of = {by_path(page.url): page for page in job.network.expected}
    members: dict[int, set[str]] = {}
    for row in db.execute("SELECT * FROM copies WHERE relation IN ('origin', 'copy', 'abridged')"):
        members.setdefault(row["story_id"], set()).add(page_of[by_path(row["url"])].story)

    assert {story: keys for story, keys in members.items() if len(keys) != 1} == {}


def test_a_round_up_is_linked_to_its_stories_and_belongs_to_none(job: Job, db: sqlite3.Connection) -> None:
    urls = [by_path(page.url) for page in printed(job) if page.role == "roundup"]
    relations = {
        by_path(row["url"]): row["relation"] for row in db.execute("SELECT * FROM copies ORDER BY relation")
    }

    assert urls
    assert {relations[url] for url in urls} == {"roundup"}


def test_search_finds_both_scripts_from_either(db: sqlite3.Connection) -> None:
    query = "SELECT count(*), count(DISTINCT script) FROM articles WHERE id IN (SELECT rowid FROM articles_fts(?))"
    simplified = tuple(db.execute(query, [match("武汉")]).fetchone())
    traditional = tuple(db.execute(query, [match("武漢")]).fetchone())

    assert simplified == traditional
    assert simplified[1] == 2


def test_an_ad_without_text_is_in_quarantine(job: Job, db: sqlite3.Connection) -> None:
    empty = [page.url for page in job.network.expected if not page.text and "/2020-02/09/" in page.url]
    held = {row["url"]: row["reason"] for row in db.execute("SELECT url, reason FROM quarantine")}

    assert [held[url] for url in empty] == ["stub"]


def test_troubles_are_kept_with_their_reason(db: sqlite3.Connection) -> None:
    reasons = {
        by_path(row["url"]): row["reason"]
        for row in db.execute("SELECT url, reason FROM quarantine WHERE url LIKE '%news.dahe.cn%'")
    }

    assert reasons["news.dahe.cn/2020/02-12/598112.html"] == "truncated"
    assert reasons["news.dahe.cn/2020/02-12/598117.html"] == "stub"
    assert db.execute("SELECT count(*) FROM captures WHERE failure IS NOT NULL").fetchone()[0] >= 1


def test_each_row_points_at_its_own_record(job: Job, db: sqlite3.Connection) -> None:
    captures = db.execute("SELECT * FROM captures").fetchall()
    for row in captures:
        ref = Ref(row["warc_file"], row["warc_offset"], row["warc_length"], row["record_id"])
        assert read(job.folder / "warc", ref).url == row["url"]

    assert len(captures) > 150


def test_bytes_in_the_record_are_those_of_the_wire(job: Job) -> None:
    log = job.network.log
    sent = {entry.request for entry in log}
    answers = {entry.response for entry in log}
    heads = {(head_of(entry.response), payload_of(BytesIO(entry.response)).sha1) for entry in log}
    strange = []
    for told in stored(job):
        response = told.exchange.response.read() if told.exchange.response else None
        if told.exchange.request and told.exchange.request not in sent:
            strange.append(("request", told.exchange.url))
        is_whole = told.repeats is None or told.is_not_modified  # a 304 stands in its revisit as it came
        if not is_whole and (response, told.digest) not in heads:
            strange.append(("revisit", told.exchange.url))
        elif (
            is_whole and told.exchange.truncated is None and response is not None and response not in answers
        ):
            strange.append(("response", told.exchange.url))

    assert strange == []
    assert any(told.repeats for told in stored(job))


def stored(job: Job) -> list[Stored]:
    return [
        told
        for path in own_files(job.folder / "warc")
        for told in exchanges(path)
        if isinstance(told, Stored)
    ]


def head_of(answer: bytes) -> bytes:
    return answer[: read_head(BytesIO(answer)).length]


def test_a_second_crawl_fetches_no_article_again(job: Job) -> None:
    before = articles(job)
    job.network.forget()
    for words in (
        ("people_daily", "-a", "since=2020-02-08", "-a", "until=2020-02-10"),
        ("mirrors", "-a", "site=youth.cn"),
    ):
        assert job.scrapy("crawl", *words).returncode in (0, 3)
    asked = {by_path(entry.url) for entry in job.network.log}

    assert asked & {by_path(page.url) for page in printed(job)} == set()
    assert articles(job) == before


def articles(job: Job) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(job.folder / "archive.db")) as conn:
        return [tuple(row) for row in conn.execute("SELECT * FROM articles ORDER BY id")]


def test_a_feed_of_articles_works_as_in_any_scrapy_project(job: Job, tmp_path: Path) -> None:
    days = ("-a", "since=2024-11-30", "-a", "until=2024-11-30")
    done = job.elsewhere(
        tmp_path / "archive", "crawl", "people_daily", *days, "-O", str(tmp_path / "items.jsonl")
    )
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text("utf-8").splitlines()]

    assert done.returncode in (0, 3)
    assert {by_path(item["url"]) for item in items} == {
        by_path(page.url) for page in printed(job) if "/rmrb/html/2024-11/30/" in page.url
    }
    assert all(item["warc_file"] and item["record_id"] for item in items)
