"""The look of pages: stylesheets and pictures asked for after the articles, once, within limits."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.settings import Settings

from crawler.finding.requisites import Requisites
from crawler.sample import Network, looks
from crawler.sample.answer import Answer
from crawler.sample.looks import CDN
from extract.page.requisites import Needs, Requisite

SITES = "site=news.dahe.cn,www.jzrb.com,www.chinanews.com.cn"


def addresses(network: Network, since: int = 0) -> list[str]:
    """What was asked since, robots.txt left out."""
    return [f"{one.host}{one.path}" for one in list(network.log)[since:] if one.path != "/robots.txt"]


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network(port=0, today=date(2024, 12, 2), calm=True) as net:
        yield net


@pytest.fixture(scope="module")
def first(network: Network, run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A crawl of three sites with the pictures of their articles."""
    return run(
        "mirrors",
        SITES,
        folder=tmp_path_factory.mktemp("looks"),
        proxy=network.proxy_url,
        ZHUANZAI_REQUISITES="article",
        ZHUANZAI_BACKOFF_S=0.1,  # one page answers 503 at first
        RETRY_TIMES=2,
    )


@pytest.fixture(scope="module")
def asked(first: Any, network: Network) -> list[str]:
    """What the first crawl asked for."""
    return addresses(network)


def test_articles_come_before_their_looks(first: Any, asked: list[str]) -> None:
    of_one = [url for url in asked if url.startswith("www.jzrb.com")]
    looks = [at for at, url in enumerate(of_one) if "/look/" in url]

    assert first.code == 0, first.log
    assert looks
    assert min(looks) > max(at for at, url in enumerate(of_one) if url.endswith(".shtml"))


def test_each_address_is_asked_for_once(asked: list[str]) -> None:
    looks = [url for url in asked if "/look/" in url or url.startswith(CDN)]

    assert len(looks) == len(set(looks)) > 8
    assert "news.dahe.cn/look/base.css" in looks
    assert f"{CDN}/roster.png" in looks


def test_no_host_is_asked_more_than_its_articles_allow(first: Any, asked: list[str]) -> None:
    articles = Counter(urlsplit(url).hostname for (url,) in first.rows("SELECT url FROM articles"))
    hosts = Counter(url.partition("/")[0] for url in asked)

    assert CDN in hosts  # pictures only: its budget is that of a host without an article
    assert {host: n for host, n in hosts.items() if n > 1.3 * articles[host] + 60} == {}


def test_what_is_no_picture_of_the_text_is_left_out(asked: list[str]) -> None:
    assert not [url for url in asked if url.endswith(("mark.svg", ".woff2"))]


def test_private_addresses_are_never_asked(asked: list[str], first: Any) -> None:
    assert not [url for url in asked if url.startswith("127.")]
    assert first.rows("SELECT count(*) FROM captures WHERE url LIKE 'http://127.%'") == [(0,)]


def test_articles_alarms_and_counts_are_those_without(
    first: Any, network: Network, run: Any, tmp_path: Path
) -> None:
    plain = run("mirrors", SITES, folder=tmp_path, proxy=network.proxy_url)

    assert plain.code == first.code
    for sql in (
        "SELECT url, title, text, notes FROM articles ORDER BY url",
        "SELECT site, pages_read, articles_new FROM run_sites WHERE articles_new > 0 ORDER BY site",
        "SELECT site, failures, errors FROM run_sites WHERE site <> 'img.sample-cdn.cn' ORDER BY site",
        "SELECT articles_new, articles_changed FROM runs",
        "SELECT reason, url FROM quarantine ORDER BY url",
    ):
        assert first.rows(sql) == plain.rows(sql)


def test_what_is_too_large_is_cut_off(first: Any) -> None:
    ((status, truncated, length),) = first.rows(
        "SELECT status, truncated, warc_length FROM captures WHERE url LIKE '%news.dahe.cn/look/huge.png'"
    )

    assert (status, truncated) == (200, "length")
    assert length < 1_000_000


def test_rows_tell_what_a_page_needs_and_what_of_it_is_held(first: Any) -> None:
    rows = first.rows(
        "SELECT r.url, c.mime FROM requisites r JOIN captures p ON p.id = r.capture_id"
        " LEFT JOIN captures c ON c.id = r.requisite_capture_id WHERE r.role = 'picture' AND p.site = 'dahe.cn'"
        " AND r.url LIKE '%/look/%' GROUP BY r.url"
    )

    assert ("http://news.dahe.cn/look/roster.png", "image/png") in rows
    assert ("http://news.dahe.cn/look/gone.png", None) in rows
    assert ("http://news.dahe.cn/look/huge.png", None) in rows


def test_a_swapped_picture_is_told_from_a_kept_one(first: Any) -> None:
    same = first.rows(
        "SELECT DISTINCT a.site, b.site FROM same_pictures s JOIN articles a ON a.id = s.article_id"
        " JOIN articles b ON b.id = s.other_article_id WHERE a.site < b.site ORDER BY 1, 2"
    )

    assert ("dahe.cn", "www.chinanews.com.cn") in same
    assert not [pair for pair in same if "www.jzrb.com" in pair]


def test_the_same_picture_of_another_host_is_a_revisit(first: Any) -> None:
    rows = first.rows(
        "SELECT c.url, o.url FROM captures c JOIN captures o ON o.id = c.revisit_of AND o.sha256 = c.sha256"
        " WHERE c.url LIKE '%/roster.png'"
    )

    assert len(rows) == 1
    assert sorted(rows[0]) == [f"http://{CDN}/roster.png", "http://news.dahe.cn/look/roster.png"]


def test_a_second_day_asks_for_no_look_again(first: Any, network: Network, run: Any) -> None:
    before = len(network.log)
    again = run("mirrors", SITES, folder=first.folder, proxy=network.proxy_url, ZHUANZAI_REQUISITES="article")

    assert again.code == 0
    assert not [url for url in addresses(network, before) if "/look/" in url or url.startswith(CDN)]


def test_every_picture_is_asked_for_where_the_page_is_wanted(
    network: Network, run: Any, tmp_path: Path
) -> None:
    before = len(network.log)
    outcome = run(
        "mirrors",
        "site=www.jzrb.com",
        folder=tmp_path,
        proxy=network.proxy_url,
        ZHUANZAI_REQUISITES="page",
        ZHUANZAI_REQUISITE_FONTS=True,
    )
    looks = {url for url in addresses(network, before) if "/look/" in url}

    assert outcome.code == 0
    assert {"www.jzrb.com/look/mark.svg", "www.jzrb.com/look/sample.woff2"} <= looks


def test_a_robots_txt_of_the_other_host_is_obeyed(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = looks.answer
    rules = Answer(b"User-agent: *\nDisallow: /roster.png\n", content_type="text/plain")
    monkeypatch.setattr(
        looks, "answer", lambda asked: rules if asked.path == "/robots.txt" else answer(asked)
    )
    with Network(port=0, today=date(2024, 12, 2), calm=True) as net:
        made = run("mirrors", SITES, folder=tmp_path, proxy=net.proxy_url, ZHUANZAI_REQUISITES="article")
        asked = [one.path for one in net.log if one.host == CDN]

    assert sorted(asked) == ["/away.png", "/robots.txt"]
    assert made.rows(
        f"SELECT count(*) > 0, count(requisite_capture_id) FROM requisites WHERE url = 'http://{CDN}/roster.png'"
    ) == [(1, 0)]


def test_a_rebuild_gives_the_same_rows(first: Any) -> None:
    from archive.care.rebuild import rebuild
    from archive.run.folder import Archive
    from crawler.registry.book import SiteFiles

    tables = ("needs", "images", "requisites", "pictures")
    before = [first.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    rebuild(Archive(first.folder / "archive", SiteFiles.load()), made_by="test", jobs=1)

    assert all(before)
    assert [first.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before


ROLES = ("stylesheet", "background", "picture", "image", "poster", "icon", "font")


def asking(received: int = 0, lately: tuple[str, ...] = (), **settings: Any) -> list[Request]:
    """The requests for the look of two pages that name one address of each role and one of their own."""
    fresh: list[float] = []

    def is_asked(url: str, _: str, days: float) -> bool:
        fresh.append(days)
        return url.rpartition("/")[2] in lately

    held = SimpleNamespace(is_unchanged=lambda _: False, is_asked=is_asked)
    looks: Any = Requisites(Settings(settings), SimpleNamespace(held=held), frozenset())  # type: ignore[arg-type]
    found: list[Request] = []
    for page in ("1", "2"):
        url = f"http://news.example.com/{page}.html"
        needs = [Requisite(f"http://cdn.example.com/{role}", role) for role in ROLES]
        needs.append(Requisite(f"http://cdn.example.com/own{page}", "picture"))
        taken = SimpleNamespace(
            capture=SimpleNamespace(url=url, captured_at=datetime(2020, 2, 10, tzinfo=UTC)),
            reading=SimpleNamespace(place=SimpleNamespace(archived_at=None), needs=Needs(tuple(needs))),
            received_bytes=received,
        )
        for request in looks.of(taken, url, None, None):
            found.append(request)
            looks.came(SimpleNamespace(meta={"capture": taken}))
    assert set(fresh) <= {settings.get("ZHUANZAI_REQUISITE_DAYS", 30.0)}
    return found


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"ZHUANZAI_REQUISITES": "none", "ZHUANZAI_REQUISITE_FONTS": True}, ""),
        ({"ZHUANZAI_REQUISITES": "article"}, "stylesheet background picture own1 own2"),
        ({"ZHUANZAI_REQUISITES": "page"}, "stylesheet background picture image poster icon own1 own2"),
        (
            {"ZHUANZAI_REQUISITES": "article", "ZHUANZAI_REQUISITE_FONTS": True},
            "stylesheet background picture font own1 own2",
        ),
        (
            {"ZHUANZAI_REQUISITES": "article", "ZHUANZAI_REQUISITE_COUNT": 2},
            "stylesheet background picture own2",
        ),
        ({"ZHUANZAI_REQUISITES": "article", "ZHUANZAI_REQUISITE_COUNT": 0}, ""),
        (
            {"ZHUANZAI_REQUISITES": "article", "ZHUANZAI_REQUISITE_RUN_BYTES": 250, "received": 100},
            "stylesheet background picture",
        ),
        (
            {
                "ZHUANZAI_REQUISITES": "article",
                "ZHUANZAI_REQUISITE_DAYS": 3.5,
                "lately": ("stylesheet", "own1"),
            },
            "background picture own2",
        ),
    ],
)
def test_what_is_asked_for_follows_the_settings(settings: dict[str, Any], wanted: str) -> None:
    assert [request.url.rpartition("/")[2] for request in asking(**settings)] == wanted.split()


def test_every_request_is_late_capped_and_under_robots() -> None:
    found = asking(ZHUANZAI_REQUISITES="page", ZHUANZAI_REQUISITE_BYTES=5000)

    assert {(one.priority, one.meta["download_maxsize"]) for one in found} == {(-100, 5000)}
    assert not [one for one in found if one.dont_filter or one.meta.keys() & {"dont_obey_robotstxt", "proxy"}]
