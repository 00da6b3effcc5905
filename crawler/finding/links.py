"""Pages that lead to articles, as lists of links."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, timezone
from functools import cache
from itertools import islice
from urllib.parse import quote

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element

from crawler.registry.site import Listing
from crawler.registry.strict import Css
from crawler.registry.tracking import cut_from
from crawler.registry.urls import RefusedAddress, normalised
from crawler.scripts.chosen import ADDRESS
from crawler.scripts.embedded import WRITTEN, roots
from extract.fields.labels import values
from extract.fields.origin import cleaned
from extract.page.address import base_of
from extract.page.page import Page

BEIJING = timezone(timedelta(hours=8))
logger = logging.getLogger(__name__)

EVERY_LINK = Css("a[href]")
MOST_LINKS = 50_000  # of one list; the sitemap protocol allows as many


class NotAList(ValueError):  # noqa: N818 - the sentence it makes: this answer is not a list
    """An answer that is no list of the kind asked for; the message names the address and the answer's kind."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a list prints it: `url` as normalised, day and source (来源) as named beside it, or None.

    `cut` is the part that normalising took off the address: who clicked, a session, a moment.
    """

    url: str
    title: str = ""
    published_on: date | None = None
    source: str | None = None
    cut: str = ""
    changed: date | None = None
    """The day on which its page changed last, where the list tells that and no day of publication."""


def listed(page: Page, listing: Listing, today: date) -> tuple[Link, ...]:
    """The links of a list page in its order, each address once; addresses never to be asked are left out.

    `today` gives the year to days printed as month and day only.
    """
    rows, links = _parts_of(page, listing)
    base = base_of(page.tree, page.url) if page.tree is not None else page.url
    names_sources = SOURCE_LABEL.search(page.text) is not None
    found: dict[str, Link] = {}
    for row in rows:
        printed = _printed_day(row, listing.dates, today) if listing.dates else None
        named = _printed_source(row) if names_sources and listing.rows else None
        for anchor in links(row):
            link = link_of(in_charset(target(anchor), page), _words(anchor), base, printed)
            if link and names_sources:
                link = replace(link, source=named if listing.rows else _printed_source(_entry_of(anchor)))
            if link and not (link.url in found and found[link.url].title):
                found[link.url] = link
        if len(found) >= MOST_LINKS:
            break
    return tuple(found.values())


def linked(page: Page, css: Css = EVERY_LINK) -> tuple[Link, ...]:
    """All links that the selector finds on a page."""
    return listed(page, Listing(url=page.url, links=css), date.min)


def _parts_of(
    page: Page, listing: Listing
) -> tuple[Sequence[_Element], Callable[[_Element], Iterable[_Element]]]:
    """The rows of a list, and what finds the links in one: where the list names neither, whatever leads on."""
    if listing.links is None and listing.rows is None:
        return tuple(roots(page)), leading
    if page.tree is None:
        return (), leading
    rows = _css(listing.rows)(page.tree) if listing.rows else [page.tree]
    return rows, _css(listing.links or EVERY_LINK)


ONCLICK = re.compile(
    r"(?:window\.open|location(?:\.href)?\s*=|location\.(?:assign|replace)|goto?\w{0,40})\s*+(?:\(\s*+)?['\"]([^'\"]{2,300})['\"]"
)
UNFILLED = re.compile(r"[\[{*<]\s{0,4}page|:page|__page|%5Bpage|%7Bpage", re.IGNORECASE)
"""In an address that a script fills in."""
LEADS = re.compile("(?i)href|url|link|include|load|path|target|remote|page|goto")
FILE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|svg|mp[34]|js|css|jsonp?|m3u8)(?:$|[?!@])")
LEADING = (
    "a", "area", "frame", "iframe", "option", "li", "div", "td", "tr", "button", "input", "span", "p", "article",
    "section", "h2", "h3", "h4", "dl", "dt", "dd", "img", "b", "strong", "em", "i",
)  # fmt: skip


def leading(root: _Element) -> Iterator[_Element]:
    """The elements of a tree that lead somewhere."""
    return (element for element in root.iter(*LEADING) if target(element) is not None)


def target(element: _Element) -> str | None:
    """Where an element leads: href, src of a frame, value of a choice, an address in an attribute or in onclick."""
    tag = str(element.tag)
    if tag in ("a", "area"):
        href = element.get("href")
        if href and not href.lower().lstrip().startswith(("javascript:", "#")):
            return href
    elif tag in ("frame", "iframe"):
        return element.get("src")
    elif tag == "option":
        value = element.get("value") or ""
        return value if ADDRESS.match(value) else element.get(WRITTEN)
    if written := element.get(WRITTEN):
        return written
    for name, named in element.attrib.items():
        is_named = str(name)[:5] == "data-" and LEADS.search(str(name))
        if is_named and re.match(r"https?://|/", str(named)) and not UNFILLED.search(str(named)):
            return str(named) if not FILE.search(str(named)) else None
    called = (element.get("onclick") or "") + ((element.get("href") or "") if tag in ("a", "area") else "")
    opened = ONCLICK.search(called) if called else None
    return opened[1] if opened else None


def _printed_day(row: _Element, css: str, today: date) -> date | None:
    days = (day_in(_text(element), today) for element in _css(css)(row))
    return next((day for day in days if day), None)


_OUTSIDE_LINKS = etree.XPath(
    ".//text()[not(ancestor::a)]"
)  # a headline may hold a label: 病毒来源：专家这样说
SOURCE_LABEL = re.compile("[来來稿]源")
ENTRIES = ("li", "tr", "dl", "p", "article")
MOST_BESIDE = 4  # links of one entry: its picture, its headline, "more"
MOST_PARTS = 100  # texts of one entry that are looked through


def _entry_of(anchor: _Element) -> _Element | None:
    """The element that a list without known rows prints one link and no other in."""
    entry = next(anchor.iterancestors(*ENTRIES), None)
    if entry is None:
        return None
    beside = [link.get("href") for link in islice(entry.iter("a"), MOST_BESIDE + 1)]
    is_alone = len(beside) <= MOST_BESIDE and len({*beside} - {None}) == 1
    return entry if is_alone else None


def _printed_source(entry: _Element | None) -> str | None:
    """The source that an entry of a list states behind a label: 来源：人民日报."""
    if entry is None:
        return None
    parts = (str(part).strip() for part in islice(_OUTSIDE_LINKS(entry), MOST_PARTS))
    text = "  ".join(part for part in parts if part)
    return next((name for value in values("source", text) if (name := cleaned(value))), None)


def in_charset(href: str | None, page: Page) -> str:
    """An address as a page's browser asks for it: the query in the page's charset."""
    before, mark, query = (href or "").partition("?")
    if not query or query.isascii() or page.charset.name == "utf-8":
        return href or ""
    return (
        before
        + mark
        + quote(query, safe="/?%:@!$&'()*+,;=~#[]", encoding=page.charset.name, errors="replace")
    )


def link_of(href: str | None, title: str, base: str, day: date | None) -> Link | None:
    """A link with its address in the one form; None for an address that is never asked."""
    if not href or href.startswith("#"):
        return None
    try:
        url = normalised(href, base, ports=frozenset())
        return Link(url, " ".join(title.split()), day, cut=cut_from(href))
    except RefusedAddress as error:
        if HTTP.match(href):  # javascript:, mailto: and the like stand on every page and are no news
            logger.info("refused %s on=%s", error, base)
        return None


HTTP = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)


@cache
def _css(selector: str) -> CSSSelector:
    return CSSSelector(selector)


def _words(anchor: _Element) -> str:
    return (anchor.get("value") if anchor.tag == "input" else _text(anchor)) or anchor.get("title") or ""


def _text(element: _Element) -> str:
    return "".join(element.itertext())


FULL_DAY = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
AGO = re.compile(
    r"(?<!\d)(?:(?P<days>\d{1,2})\s?天前|\d{1,2}\s?(?:小时|小時|分钟|分鐘|秒钟?)前|[刚剛][刚剛]|(?P<word>[今昨前][天日])\s{0,3}\d{1,2}[:：]\d\d)"
    r"(?![往后夕方进沿])"
)
BEFORE = {"昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[-/月]\s*(\d{1,2})(?!\d)")


def day_in(text: str, today: date) -> date | None:
    """The first day printed in a text; one without a year is the latest such day up to tomorrow.

    Where no day is printed, how long ago: 3小时前, 昨天 08:30, 2天前.
    """
    full = FULL_DAY.search(text)
    if full:
        return _date(int(full[1]), int(full[2]), int(full[3]))
    short = MONTH_DAY.search(text)
    if short is None:
        return _ago(text, today)
    day = _date(today.year, int(short[1]), int(short[2]))
    if day is None or day <= today + timedelta(days=1):  # an index may already list tomorrow
        return day
    return _date(today.year - 1, day.month, day.day)


def _ago(text: str, today: date) -> date | None:
    found = AGO.search(text)
    if found is None:
        return None
    return today - timedelta(days=int(found["days"] or BEFORE.get(found["word"] or "", 0)))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
