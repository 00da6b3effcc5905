"""The shipped site files against real saved pages: which read one as its text and day, and which never met one."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from crawler.registry.book import SiteFiles
from crawler.registry.site import Site
from extract.article import Hints
from extract.page.page import Page
from extract.read import read

pytestmark = pytest.mark.slow

REAL = Path(__file__).parents[4] / "shared"
NAMED = [site for site in SiteFiles.load() if site.proven]
needs_pages = pytest.mark.skipif(not (REAL / "pages").is_dir(), reason="no real pages beside the checkout")


@cache
def saved() -> dict[str, tuple[Page, str]]:
    """Real pages by name, each with its host."""
    found = {}
    for folder in ("pages", "pages2"):
        for line in (REAL / folder / "index.jsonl").read_text("utf-8").splitlines():
            told = json.loads(line)
            host = told.get("host") or told.get("site") or ""
            path = REAL / folder / f"{told['id']}.html"
            if told["kind"] == "article" and path.exists():
                url = told.get("url") or f"http://{host}/"
                found[told["id"]] = (
                    Page(url, path.read_bytes(), f"text/html; charset={told['encoding']}"),
                    host,
                )
    return found


def is_read(page: Page, site: Site) -> bool:
    """Whether a site's selectors find the page's text, and its day is read."""
    day = read(page, Hints()).published_at
    article = read(page, site.hints(date.fromisoformat(day[:10]) if day else date(2020, 1, 1)))
    return (
        bool(article.text)
        and article.published_at is not None
        and not any(note.kind == "missed" and note.detail.startswith("body") for note in article.notes)
    )


def of_sites() -> Iterator[tuple[str, Page, Site]]:
    book = SiteFiles.load()
    for name, (page, host) in saved().items():
        site = book.site_of(page.url) or book.site_of(f"http://{host}/")
        if site is not None and site.region != "archive":
            yield name, page, site


@needs_pages
@pytest.mark.parametrize("site", NAMED, ids=lambda site: site.host)
def test_a_proven_file_reads_the_pages_that_it_names(site: Site) -> None:
    pages = {name: page for name, page, of in of_sites() if of.host == site.host}

    assert set(site.proven) <= set(pages)
    assert [name for name in site.proven if not is_read(pages[name], site)] == []


@needs_pages
def test_no_page_that_proves_a_file_is_left_unnamed() -> None:
    proved = {site.host for _, page, site in of_sites() if is_read(page, site)}

    assert proved == {site.host for site in NAMED}


def test_what_no_page_proves_is_called_unproven() -> None:
    assert len(NAMED) < len(list(SiteFiles.load()))
    assert {"fjsen.com", "jxnews.com.cn", "sznews.com", "udn.com"}.isdisjoint(site.host for site in NAMED)
