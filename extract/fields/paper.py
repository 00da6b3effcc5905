"""The issue and page (版) of a newspaper, as a text prints them, and as the layout pages of paper.people.com.cn do."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lxml.cssselect import CSSSelector
from lxml.etree import _Element

from extract.page.address import joined
from extract.page.page import Page

HOST = r"^https?://paper\.people\.(?:com\.)?cn/(?P<paper>[a-z]+)"
# Sister papers number their old pages by node, so the page's number comes from its text.
LAYOUTS = (
    re.compile(HOST + r"/html/(?P<ym>\d{4}-\d\d)/(?P<d>\d\d)/nbs\.D110000renmrb_(?P<number>\d\d)\.htm"),
    re.compile(HOST + r"/html/(?P<ym>\d{4}-\d\d)/(?P<d>\d\d)/node_\d+\.html?"),
    re.compile(HOST + r"/pc/layout/(?P<ym>\d{6})/(?P<d>\d\d)/node_(?P<number>\d{1,6})\.html"),
    re.compile(HOST + r"/pc/layout/index\.html"),  # the newest issue, whichever that is
)
DATED_LINK = re.compile(r"/(?P<ym>\d{4}-\d\d|\d{6})/(?P<d>\d\d)/")
ARTICLE_LINK = re.compile(r"/(?:nw\.D110000renmrb_\d{8}_\d+(?:-\d\d)?\.htm|content_\d+\.html?)$")
PAGE_LINK = re.compile(r"/(?:nbs\.D110000renmrb_(?P<number>\d\d)\.htm|node_(?P<node>\d+)\.html?)$")
PAGE_NAME = re.compile(
    r"^\s*+(?:第\s*+)?(?P<number>\d{1,3})\s*+(?:版\s*+)?(?:[：:]\s*+)?(?P<name>(?:\S++|\s++(?!$))*+)",
    re.DOTALL,
)

# Newest template first, then the one until about 2020; each line was met in public crawlers (sites.md § 1.3).
PAGE_LISTS = ("div.swiper-slide a", "#list li a", "#pageList a")
ITEM_LISTS = ("div.news ul.news-list li a", "ul.news-list a", "#titleList ul li a", "#titleList a")
NAMES = ("p.left.ban", "p.ban", "div.list-header h2", "div.ban_t .l", "div.list_l .l_t")

# What stands among the titles without being an article; the first that fits wins, brackets do not count.
KINDS = (
    (
        "note",
        re.compile(
            r"^(?:本版)?(?:责任编辑|责编|编辑|版式|版式设计|视觉|美编|校对)\s*[:：]|^本版(?:责编|编辑)"
        ),
    ),
    ("ad", re.compile(r"^(?:公益|图片|商业)?广告(?:$|[\s:：）)】\]])")),
    ("photo", re.compile(r"^(?:图片(?:报道|新闻|专题)?|新闻图片|组图|图表|图说)(?:$|[\s:：）)】\]])")),
    ("guide", re.compile(r"^(?:今日|本期)?(?:导读|要目|提要)(?:$|[\s:：）)】\]])")),
    ("masthead", re.compile(r"^(?:报头|报眼|刊头)(?:$|[\s:：）)】\]])")),
)
_PLATFORM = re.compile("(?<=[报報])(?:数字|數字|电子|電子)[报報]$")
_PAPER = re.compile(
    r"(?:《\s*+)?(?P<name>人民日[报報](?:海外版)?|[一-鿿]{2,8}[报報])\s*+(?:》\s*+)?(?:[|,]\s*+)?[(\s]*+(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*"
    r"(?P<day>\d{1,2})\s*日\s*[,，|]?\s*(?:第?\s*(?P<page>[A-D]?\d{1,2})\s*版)?\s*\)?"
)
_YEAR = re.compile(r"[年\uf98e](?<=[\d\s].)")  # of such a line, and of few without
_ISSUE = re.compile(r"[报報版][\s》|,(]*+(?:19|20)\d\d\s*年")  # of such a line, and of few others


@dataclass(frozen=True, slots=True)
class Paper:
    """The issue and page of a newspaper: ISO date and page number, None where not printed."""

    name: str
    date: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a page: `kind` is `article`, `photo`, `ad`, `note` (editors), `guide` or `masthead`."""

    url: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the same issue; `number` and `name` as printed, None where the link prints none."""

    url: str
    number: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """One page of one issue, as its layout page lists it.

    `paper` is the key in the address (`rmrb`); `date` is ISO; `pages` are all pages of the issue in order,
    this one included where the page lists it; `items` keep the order of the page, each address once.
    """

    paper: str
    date: str
    number: int | None
    name: str | None
    pages: tuple[PageLink, ...]
    items: tuple[Item, ...]


def issue_of(page: Page) -> Issue | None:
    """The issue and page that a layout page shows; None for any other page, and for one without a tree.

    `page.url` is the page's own address, not a web archive's. Source: sites.md §§ 1.1, 1.3.
    """
    layout = next((match for pattern in LAYOUTS if (match := pattern.search(page.url))), None)
    if layout is None or page.tree is None:
        return None
    pages = _pages(page)
    items = _items(page)
    linked = [*(link.url for link in pages), *(item.url for item in items)]
    day = _day(layout) or next((found for url in linked if (found := _day_in(url))), None)
    if day is None:
        return None
    number, name = _name(page)
    if number is None and layout.groupdict().get("number"):
        number = int(layout["number"])
    return Issue(layout["paper"], day.isoformat(), number, name, pages, items)


def is_layout(url: str) -> bool:
    """Whether an address is a layout page's."""
    return any(pattern.search(url) for pattern in LAYOUTS)


def kind_of(title: str) -> str:
    """The kind of an entry of a page, by its title."""
    bare = title.strip(" \u3000\xa0（(【[")
    return next((kind for kind, pattern in KINDS if pattern.search(bare)), "article")


def _pages(page: Page) -> tuple[PageLink, ...]:
    found: dict[str, PageLink] = {}
    for url, text in _links(page, PAGE_LISTS):
        match = PAGE_LINK.search(url)
        if match is None:
            continue
        named = PAGE_NAME.match(text)
        number = int(named["number"]) if named else int(match["number"]) if match["number"] else None
        name = (named["name"] or None) if named else text or None
        known = found.get(url)
        if known is None or (known.number is None and number is not None):
            found[url] = PageLink(url, number, name)
    return tuple(found.values())


def _items(page: Page) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for url, text in _links(page, ITEM_LISTS):
        if ARTICLE_LINK.search(url) and not (url in found and found[url].title):
            found[url] = Item(url, text, kind_of(text))
    return tuple(found.values())


def _links(page: Page, selectors: tuple[str, ...]) -> list[tuple[str, str]]:
    """(absolute address, text) of the links of the first selector that matches any."""
    for css in selectors:
        links = [(element.get("href"), _text(element)) for element in _select(page, css)]
        absolute = [(joined(page.url, href), text) for href, text in links if href]
        if absolute:
            return [(url, text) for url, text in absolute if url]
    return []


def _name(page: Page) -> tuple[int | None, str | None]:
    for css in NAMES:
        for element in _select(page, css):
            match = PAGE_NAME.match(_text(element))
            if match:
                return int(match["number"]), match["name"] or None
    return None, None


def _select(page: Page, css: str) -> Sequence[_Element]:
    return () if page.tree is None else CSSSelector(css)(page.tree)


def _text(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    if not groups.get("ym"):
        return None
    digits = groups["ym"].replace("-", "") + groups["d"]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:  # 2020-13/41 is no day of any paper
        return None


def _day_in(url: str) -> date | None:
    match = DATED_LINK.search(url)
    return _day(match) if match else None


def printed(text: str) -> Paper | None:
    """Issue and page of 人民日报 or another paper as printed: 《 人民日报 》（ 2020年08月23日 02 版）."""
    from extract.page import (
        dates,
    )  # here: it takes 60 ms, and who fetches pages knows layouts alone

    if ("版" not in text and "《" not in text) or not _YEAR.search(text):
        return None
    plain = unicodedata.normalize("NFKC", text[:2_000])
    for match in _PAPER.finditer(plain) if _ISSUE.search(plain) else ():
        if match["page"] is None and not ("《" in match[0] and "(" in match[0]):
            continue  # a report of 《青岚日报》 of some day is quoted
        moment = dates.first(f"{match['year']}-{match['month']}-{match['day']}")
        if moment:
            page = match["page"]
            return Paper(
                _PLATFORM.sub("", match["name"]),
                moment.when.date().isoformat(),
                int(page) if page and page.isdigit() else None,
            )
    return None
