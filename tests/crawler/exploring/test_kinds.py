"""Every kind of list found out without a network, and found again by the file that was learned of it."""

import random
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.exploring import learned
from crawler.exploring.exploration import Exploration
from crawler.exploring.frontier import Lead
from crawler.exploring.outline import Outline
from crawler.finding.arguments import Days
from crawler.finding.data import entries, token_in
from crawler.finding.feeds import feed, following, sitemap
from crawler.finding.links import NotAList, listed
from crawler.finding.lists import next_page
from crawler.registry.book import unwritten
from crawler.registry.site import Site
from crawler.registry.sitefile import CMS_FILE, read_site
from extract.page.page import Page
from tests.crawler.exploring.kinds import HOST, TODAY, Entry, Kind, made, rows
from tests.crawler.exploring.kinds_by_call import KINDS as BY_CALL
from tests.crawler.exploring.kinds_by_form import KINDS as BY_FORM
from tests.crawler.exploring.kinds_drawn import KINDS as DRAWN

BUDGET = 60
KINDS = {**BY_FORM, **BY_CALL, **DRAWN}


class Walk:
    """An exploration of a site that answers from memory; `asked` holds every address it asked for."""

    def __init__(self, site: Kind) -> None:
        self.site, self.asked = site, list[str]()
        own = unwritten(HOST)
        self.exploration = Exploration(
            own,
            f"http://{HOST}/",
            TODAY,
            Days(),
            BUDGET,
            lambda url: False,
            lambda url: urlsplit(url).hostname == HOST,
        )
        robots = site.pages.get(f"http://{HOST}/robots.txt", (b"", ""))[0].decode()
        maps = [line.partition(" ")[2] for line in robots.splitlines()]
        self.exploration.begin(
            (), tuple(f"http://{HOST}{url}" if url.startswith("/") else url for url in maps)
        )

    def page(self, url: str) -> Page | None:
        self.asked.append(url)
        answer = self.site.pages.get(url)
        return Page(url, *answer) if answer else None

    def to_its_end(self) -> "Walk":
        while not self.exploration.is_over or self.exploration.ready:
            ready, self.exploration.ready = self.exploration.ready, []
            for seen in ready:
                self.asked.append(seen.url)
                page = self.site.pages.get(seen.url)
                outline = Outline(Page(seen.url, *page), TODAY) if page else None
                self.exploration.read(seen.url, outline, is_article=seen.url in self.site.articles)
            leads = self.exploration.next()
            if not leads and not ready:
                break  # what is left promises nothing
            for way in leads:
                self.look(way)
        return self

    def look(self, way: Lead) -> None:
        page, exploration = self.page(way.url), self.exploration
        if page is None:
            exploration.lost(way)
        elif way.kind in ("map", "feed"):
            try:
                exploration.came_links(way, *entries_of(page))
            except NotAList:
                exploration.lost(way)
        elif way.kind == "data":
            exploration.came_data(way, page, exploration.spec_of(way, page.text))
        else:
            exploration.came(way, Outline(page, TODAY), is_article=way.url in self.site.articles)


def entries_of(page: Page) -> tuple[tuple, tuple]:
    try:
        return feed(page.body, page.url), following(page.body, page.url)
    except NotAList:
        found = sitemap(page.body, page.url)
        return found.links, found.children


def walked_again(site: Site, kind: Kind) -> Iterator[str]:
    """The articles that a learned file's lists hold, walked as a crawl does."""
    for url in (*site.feeds, *site.sitemaps):
        yield from (link.url for link in entries_of(Page(url, *kind.pages[url]))[0])
    for spec in site.json:
        url: str | None = spec.url
        for n in range(spec.first, spec.first + 4):
            if url and url in kind.pages:
                page = Page(url, *kind.pages[url])
                yield from (link.url for link in entries(page, spec, TODAY))
                url = spec.page(n, token_in(page, spec))
    for listing in site.listings:
        url, number = listing.url, 0
        for count in range(1, 9):
            if url not in kind.pages:
                break
            page = Page(url, *kind.pages[url])
            yield from (link.url for link in listed(page, listing, TODAY) if site.is_article(link.url))
            following = next_page(page, listing, number, count)
            if following is None:
                break
            url, number = following


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """Every kind, explored."""
    return {name: Walk(made(name)).to_its_end() for name in KINDS}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_list_is_found_out(name: str, walks: dict[str, Walk]) -> None:
    walk = walks[name]

    assert walk.site.articles <= set(walk.asked)
    assert len(walk.asked) <= 1.3 * len(walk.site.articles) + BUDGET
    assert len(set(walk.asked)) == len(walk.asked)


@pytest.mark.parametrize(
    "name",
    sorted(
        set(KINDS)
        - {
            "a_day_before",
            "days_as_links",
            "days_beside_a_day",
            "calendar_of_issues_beside_the_days",
            "calendar_of_issues",
            "days_as_a_parameter",
            "days_as_a_list_of_texts",
            "feed_of_several_pages",
            "feed_in_json_of_several_pages",
        }
    ),
)
def test_what_was_learned_finds_it_again(name: str, walks: dict[str, Walk], tmp_path: Path) -> None:
    walk = walks[name]
    found = learned.written(walk.exploration, unwritten(HOST))
    assert found is not None
    path = tmp_path / f"{HOST}.toml"
    path.write_text(found.text, encoding="utf-8")
    site = read_site(path, tomllib.loads(CMS_FILE.read_text(encoding="utf-8")))

    assert set(walked_again(site, walk.site)) == walk.site.articles
    assert all(site.is_article(url) for url in walk.site.articles)
    assert site.learned == date(2026, 11, 29)


class Endless(dict[str, tuple[bytes, str]]):
    """Every address answers with thirty links that nobody has met, and none is an article."""

    def get(self, url: str, default: object = None) -> tuple[bytes, str]:  # type: ignore[override] # never a miss
        chance = random.Random(url)
        found = (f"/{chance.choice(['news', 'info', 'c'])}/{chance.randrange(10**6)}.html" for _ in range(30))
        return rows(
            [Entry(path, "竹溪县各乡镇资讯大全欢迎收藏", TODAY) for path in found]
        ).encode(), "text/html"


def test_links_that_read_as_no_article_pay_for_nothing() -> None:
    walk = Walk(Kind(Endless())).to_its_end()

    assert len(walk.asked) <= BUDGET
