"""Answers taken apart within the time that a page has, and the lists that a site file names."""

from datetime import date

from scrapy.http import Response

from archive.door.apart import current
from crawler.exploring.endpoints import endpoints_of
from crawler.exploring.outline import Outline
from crawler.exploring.paging import pager_of
from crawler.finding.feeds import feed, following, sitemap
from crawler.finding.limited import in_time
from crawler.finding.links import Link, NotAList
from crawler.finding.spider import page_of
from crawler.registry.site import Site
from extract.page.page import Page


def known_lists(site: Site) -> tuple[str, ...]:
    """The addresses of all lists that a site file names in full: a run asks for them as they are."""
    return (*(one.url for one in site.listings), *(one.url for one in site.json), *site.feeds, *site.sitemaps)


def entries_of(response: Response, kind: str) -> tuple[tuple[Link, ...], tuple[tuple[str, date | None], ...]]:
    """The links of a sitemap or a feed, and further sitemaps, in its time.

    Raises:
        NotAList: it is neither.
    """
    return in_time(response, _entries, response.body, response.url, kind)


def outline_of(response: Response, today: date) -> Outline:
    """A page's outline. If pages have a time limit, the page is first looked through in the process that can be ended.

    A parsed page cannot be sent between processes, so this process then parses it again.
    """
    return Outline(tried(response, today), today)


def tried(response: Response, today: date) -> Page:
    """A page that was looked through within its time, where it has a limit."""
    if current() is not None:
        in_time(response, _looked_through, page_of(response), today)
    return page_of(response)


def _looked_through(page: Page, today: date) -> None:
    """Make all of a page's outline that an exploration asks for."""
    outline = Outline(page, today)
    _ = (outline.links, outline.feeds, outline.words, endpoints_of(outline), pager_of(outline))


def _entries(
    body: bytes, url: str, kind: str
) -> tuple[tuple[Link, ...], tuple[tuple[str, date | None], ...]]:
    """The links of a sitemap or a feed, and further sitemaps. Sites name feeds as sitemaps and sitemaps as feeds.

    Raises:
        NotAList: it is neither.
    """
    if kind == "feed":
        try:
            return feed(body, url), following(body, url)
        except NotAList:
            pass  # what it is instead, the other reader says
    try:
        found = sitemap(body, url)
    except NotAList:
        return feed(body, url), ()
    return found.links, found.children
