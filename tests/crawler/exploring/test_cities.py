"""Hosts that no file describes: every kind of list of the invented cities, found from the host's name alone."""

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.registry.book import SiteFiles
from crawler.sample import Network
from crawler.sample.cities.town import towns

HOSTS = [town.host for town in towns() if not town.host.startswith("moved.")]
MOVING = "www.xinqiao.example"


def bare(url: str) -> str:
    return url.partition("//")[2]


def of_host(host: str, places: set[str]) -> set[str]:
    """Of addresses without scheme, those on a host or below it."""
    base = host.removeprefix("www.")
    return {
        place
        for place in places
        if place.partition("/")[0].removesuffix(base) in ("", "www.")
        or place.partition("/")[0].endswith(f".{base}")
    }


@dataclass(frozen=True)
class Day:
    """One run: its outcome, what was asked, and which articles links reach."""

    outcome: Any
    asked: Counter[str]
    reached: dict[str, set[str]]

    @property
    def held(self) -> set[str]:
        return {bare(url) for (url,) in self.outcome.rows("SELECT url FROM articles")}


def crawl_on(run: Any, net: Network, folder: Path, day: date, hosts: list[str]) -> Day:
    net.today = day
    net.forget()
    outcome = run(
        "mirrors", f"site={','.join(hosts)}", folder=folder, proxy=net.proxy_url, ZHUANZAI_EXPLORE_PAGES=60
    )
    cities = net.routes.cities
    assert cities is not None
    reached = {host: {bare(url) for url in cities.reached(host)} for host in hosts}
    return Day(outcome, Counter(f"{entry.host}{entry.path}" for entry in net.log), reached)


@pytest.fixture(scope="module")
def two_runs(run: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Day, Day, set[str], Path]]:
    """All cities, twice on one day: both runs, and what was held after the first."""
    folder = tmp_path_factory.mktemp("cities")
    with Network(today=date(2024, 12, 2), cities=True, log_bytes=False) as net:
        first = crawl_on(run, net, folder, date(2024, 12, 2), HOSTS)
        held = first.held
        second = crawl_on(run, net, folder, date(2024, 12, 2), HOSTS)
        yield first, second, held, folder


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_found_out_from_its_name(host: str, two_runs: tuple[Day, Day, set[str], Path]) -> None:
    first, _, held, _ = two_runs
    wanted = first.reached[host]
    asked = of_host(host, set(first.asked))

    assert of_host(host, held) == wanted
    assert sum(first.asked[place] for place in asked) <= 1.3 * len(wanted) + 60


def test_no_alarm_is_raised_where_everything_is_well(two_runs: tuple[Day, Day, set[str], Path]) -> None:
    first, second, _, _ = two_runs

    assert (first.outcome.code, first.outcome.lines("alarm site=")) == (0, [])
    assert (second.outcome.code, second.outcome.lines("alarm site=")) == (0, [])


def test_the_second_run_asks_for_nothing_that_is_known(two_runs: tuple[Day, Day, set[str], Path]) -> None:
    _, second, held, folder = two_runs
    book = SiteFiles.load(learned=folder / "archive" / "sites")
    lists = sum(len(book.sites[host].listings) + len(book.sites[host].json) for host in HOSTS)

    assert {place for place in second.asked if place.partition("?cre=")[0] in held} == set()
    assert {place: n for place, n in second.asked.items() if n > 1} == {}
    assert len(second.asked) <= len(HOSTS) * 2 + lists + 40


def test_what_was_cut_is_kept_with_the_capture(two_runs: tuple[Day, Day, set[str], Path]) -> None:
    *_, folder = two_runs
    record = b"".join(
        gzip.decompress(path.read_bytes()) for path in (folder / "archive" / "warc").rglob("*.warc.gz")
    )

    assert record.count(b"cutFromAddress: cre=tianyi&loc=0") == 20


def test_what_was_learned_is_a_site_file(two_runs: tuple[Day, Day, set[str], Path]) -> None:
    _, _, _, folder = two_runs
    book = SiteFiles.load(learned=folder / "archive" / "sites")
    site = book.sites["www.yunxi.example"]
    text = (folder / "archive" / "sites" / "www.yunxi.example.toml").read_text("utf-8")

    assert site.learned is not None
    assert site.name == "云溪在线"
    assert site.is_article("http://www.yunxi.example/Article/bendi/202412/99999.html")
    assert not site.is_article("http://www.yunxi.example/Article/bendi/List_2.html")
    assert {listing.url for listing in site.listings} == {
        "http://www.yunxi.example/",
        "http://www.yunxi.example/Article/yaowen/Index.html",
        "http://www.yunxi.example/Article/bendi/Index.html",
    }
    assert [listing.descending for listing in site.listings if listing.paging] == [True, True]
    assert "20 of 20 read as dated articles" in text


def test_a_rebuilt_archive_is_the_same(two_runs: tuple[Day, Day, set[str], Path], starter: Any) -> None:
    first, *_, folder = two_runs
    tables = {
        "articles": "SELECT id, capture_id, url, site, title, text, published_at FROM articles",
        "captures": "SELECT id, url, site, status, charset, original_url FROM captures",
        "quarantine": "SELECT capture_id, reason FROM quarantine",
    }
    before = {name: first.outcome.rows(sql) for name, sql in tables.items()}
    done = starter.start(["rebuild", "-s", f"ARCHIVE_DIR={folder / 'archive'}"], {}).wait()

    assert done.returncode == 0
    assert {name: first.outcome.rows(sql) for name, sql in tables.items()} == before


def test_a_site_that_moves_is_found_again_the_same_day(run: Any, tmp_path: Path) -> None:
    with Network(today=date(2024, 12, 2), cities=True, log_bytes=False) as net:
        days = [crawl_on(run, net, tmp_path, date(2024, 12, 2 + n), [MOVING]) for n in range(4)]

    assert [day.outcome.code for day in days] == [0, 0, 3, 0]
    assert [len(day.outcome.lines("kind=site-moved")) for day in days] == [0, 0, 1, 0]
    assert "404 url=http://www.xinqiao.example/" in days[2].outcome.log
    assert days[3].held >= days[2].reached[MOVING] | days[3].reached[MOVING]


def test_hosts_of_a_registered_site_are_looked_through_once(run: Any, tmp_path: Path) -> None:
    hosts = "politics.people.com.cn,opinion.people.com.cn,news.dahe.cn"
    with Network(today=date(2024, 12, 2), log_bytes=False) as net:
        fronts = []
        for _ in range(2):
            net.forget()
            run("mirrors", f"site={hosts}", folder=tmp_path, proxy=net.proxy_url, ZHUANZAI_EXPLORE_PAGES=60)
            fronts.append(sorted(entry.host for entry in net.log if entry.path == "/"))
    learned = SiteFiles.load(learned=tmp_path / "archive" / "sites").learned

    assert set(hosts.split(",")) <= set(fronts[0])
    assert set(fronts[1]) <= {
        urlsplit(one.url).hostname for site in learned.values() for one in site.listings
    }
    assert learned["people.com.cn"].looked == ("opinion.people.com.cn", "politics.people.com.cn")
