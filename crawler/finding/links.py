"""Pages that lead to articles, as lists of links: HTML lists, JSON and JSONP, feeds, sitemaps."""

import gzip
import io
import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element

from crawler.registry.site import DataList, Listing
from crawler.registry.strict import Css
from crawler.registry.tracking import cut_from
from crawler.registry.urls import RefusedAddress, normalised
from extract.fields.labels import values
from extract.fields.origin import cleaned, is_medium
from extract.page.address import base_of
from extract.page.page import Page

BEIJING = timezone(timedelta(hours=8))
logger = logging.getLogger(__name__)

EVERY_LINK = Css("a[href]")
MOST_LINKS = 50_000  # of one list; the sitemap protocol allows as many
MOST_BYTES = 64 * 1024 * 1024  # of one unpacked sitemap; the protocol allows 50 MB


class NotAList(ValueError):  # noqa: N818 - the sentence it makes: this answer is not a list
    """An answer that is no list of the kind asked for; the message names the address and what it is."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a list prints it: `url` as normalised, day and source (来源) as named beside it, or None.

    `cut` is what normalising took off the address: who clicked, a session, a moment.
    """

    url: str
    title: str = ""
    published_on: date | None = None
    source: str | None = None
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`children` are further sitemaps with the day they changed last; `links` are pages."""

    children: tuple[tuple[str, date | None], ...]
    links: tuple[Link, ...]


# ---------------------------------------------------------------------- HTML


def listed(page: Page, listing: Listing, today: date) -> tuple[Link, ...]:
    """The links of a list page in its order, each address once; addresses never to be asked are left out.

    `today` gives the year to days printed as month and day only.
    """
    if page.tree is None:
        return ()
    rows: Sequence[_Element] = _css(listing.rows)(page.tree) if listing.rows else [page.tree]
    links = _css(listing.links or EVERY_LINK)
    base = base_of(page.tree, page.url)
    names_sources = SOURCE_LABEL.search(page.text) is not None
    found: dict[str, Link] = {}
    for row in rows:
        printed = _printed_day(row, listing.dates, today) if listing.dates else None
        named = _printed_source(row) if names_sources and listing.rows else None
        for anchor in links(row):
            link = _link(_target(anchor), _text(anchor) or anchor.get("title") or "", base, printed)
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


ONCLICK = re.compile(
    r"(?:window\.open|location(?:\.href)?\s*=|location\.(?:assign|replace)|goto?\w{0,40})\s*+(?:\(\s*+)?['\"]([^'\"]{2,300})['\"]"
)


def _target(element: _Element) -> str | None:
    """Where an element leads: its href, else the address that its onclick opens."""
    href = element.get("href")
    opens = None if href else ONCLICK.search(element.get("onclick") or "")
    return opens[1] if opens else href


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


def _link(href: str | None, title: str, base: str, day: date | None) -> Link | None:
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


def _text(element: _Element) -> str:
    return "".join(element.itertext())


FULL_DAY = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[-/月]\s*(\d{1,2})(?!\d)")


def day_in(text: str, today: date) -> date | None:
    """The first day printed in a text; one without a year is the latest such day up to tomorrow."""
    full = FULL_DAY.search(text)
    if full:
        return _date(int(full[1]), int(full[2]), int(full[3]))
    short = MONTH_DAY.search(text)
    if short is None:
        return None
    day = _date(today.year, int(short[1]), int(short[2]))
    if day is None or day <= today + timedelta(days=1):  # an index may already list tomorrow
        return day
    return _date(today.year - 1, day.month, day.day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# ---------------------------------------------------------------------- JSON and JSONP

JSONP = re.compile(
    r"^\s*+(?:var\s++)?[\w$.]*+\s*+[(=]\s*+(?P<json>[\[{].*[\]}])\s*+(?:\)\s*+)?(?:;\s*+)?$", re.DOTALL
)


def entries(page: Page, spec: DataList, today: date) -> tuple[Link, ...]:
    """The links of a JSON or JSONP list.

    Raises:
        NotAList: no JSON, or nothing where `items` points.
    """
    text = page.text.lstrip("\ufeff")
    wrapped = JSONP.match(text)
    try:
        value: Any = json.loads(wrapped["json"] if wrapped else text)
    except (ValueError, RecursionError) as error:
        raise NotAList(f"{page.url}: no JSON: {error}") from error
    value = _inside(value, spec.items)
    if not isinstance(value, list):
        raise NotAList(f"{page.url}: no list at {spec.items or 'the top'!r}, but {type(value).__name__}")
    found: dict[str, Link] = {}
    for entry in value[:MOST_LINKS]:
        href = _href(entry, spec.link)
        if href is not None:
            printed = _stamp(str(_inside(entry, spec.date)), today) if spec.date else None
            title = TAG.sub("", str(_inside(entry, spec.title) or "")) if spec.title else ""
            link = _link(href, title, page.url, printed)
            if link:
                named = _inside(entry, spec.source) if spec.source else None
                link = replace(link, source=cleaned(named) if isinstance(named, str) else None)
                found.setdefault(link.url, link)
    return tuple(found.values())


def _href(entry: Any, link: str) -> str | None:
    """The address in an entry: what stands under the key `link`, or `link` itself filled in where it holds {keys}."""
    if not isinstance(entry, dict):
        return None
    if "{" not in link:
        return entry[link] if isinstance(entry.get(link), str) else None
    filled = re.sub(r"\{(\w+)\}", lambda key: str(entry.get(key[1]) or "{"), link)
    return None if "{" in filled else filled


def _inside(value: Any, way: str) -> Any:
    """What stands at a dotted way; None where it leads nowhere."""
    for key in filter(None, way.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    return value


TAG = re.compile(r"<[^<>]*>")  # searches print <em> around what they found


def _stamp(text: str, today: date) -> date | None:
    if re.fullmatch(r"\d{10}|\d{13}", text):  # seconds or milliseconds since 1970
        return datetime.fromtimestamp(int(text[:10]), BEIJING).date()
    return day_in(text, today)


# ---------------------------------------------------------------------- feeds and sitemaps


def feed(body: bytes, base: str) -> tuple[Link, ...]:
    """The entries of an RSS or Atom feed in its order.

    Raises:
        NotAList: no XML, or XML without entries of a feed.
    """
    root = _xml(body, base)
    if _tag(root) not in ("rss", "feed", "RDF"):
        raise NotAList(f"{base}: <{_tag(root)[:40]}>, wanted a feed")
    found: dict[str, Link] = {}
    for entry in root.iter("{*}item", "{*}entry"):
        parts = {_tag(child): child for child in entry if isinstance(child.tag, str)}
        anchor = parts.get("link")
        href = None if anchor is None else (anchor.text or "").strip() or anchor.get("href")
        when = next(
            (parts[name].text for name in ("pubDate", "published", "updated", "date") if name in parts), None
        )
        title = parts["title"].text if "title" in parts else None
        link = _link(href, title or "", base, _moment(when))
        if link:
            found.setdefault(link.url, replace(link, source=_signed(parts)))
    return tuple(found.values())


def _signed(parts: dict[str, _Element]) -> str | None:
    """The medium that an entry of a feed names as its source, else as its author; a person is no medium."""
    for name in ("source", "creator", "author"):
        text = "  ".join(parts[name].itertext()).strip() if name in parts else ""
        # RSS has addresses there, the name in brackets
        mailed = re.fullmatch(r"[^\s@]++@[^\s(（]++\s*+[(（](.+)[)）]", text)
        medium = cleaned(mailed[1] if mailed else text)
        if medium and is_medium(medium):
            return medium
    return None


def sitemap(body: bytes, base: str) -> Sitemap:
    """A sitemap or sitemap index, gzipped or not; news sitemaps give titles and days too.

    Raises:
        NotAList: neither, or one that unpacks to more than MOST_BYTES.
    """
    root = _xml(_unpacked(body, base), base)
    if _tag(root) not in ("urlset", "sitemapindex"):
        raise NotAList(f"{base}: <{_tag(root)[:40]}>, wanted a sitemap")
    children: dict[str, date | None] = {}
    links: dict[str, Link] = {}
    for entry in _first(root.iter("{*}url", "{*}sitemap"), MOST_LINKS):
        texts = {_tag(part): (part.text or "").strip() for part in entry.iter() if isinstance(part.tag, str)}
        link = _link(texts.get("loc"), texts.get("title", ""), base, None)
        if link is None:
            continue
        if _tag(entry) == "sitemap":
            children.setdefault(link.url, _moment(texts.get("lastmod")))
        else:
            day = _moment(texts.get("publication_date"))
            publisher = cleaned(texts["name"]) if "publication" in texts and "name" in texts else None
            links.setdefault(link.url, Link(link.url, link.title, day, publisher))
    return Sitemap(tuple(children.items()), tuple(links.values()))


def _first(elements: Iterator[_Element], most: int) -> Iterator[_Element]:
    for _, element in zip(range(most), elements, strict=False):
        yield element


def _unpacked(body: bytes, base: str) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.open(io.BytesIO(body)) as packed:
            plain = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotAList(f"{base}: broken gzip: {error}") from error
    if len(plain) > MOST_BYTES:
        raise NotAList(f"{base}: unpacks to more than {MOST_BYTES} bytes")
    return plain


def _xml(body: bytes, base: str) -> _Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAList(f"{base}: no XML: {error}") from error
    if root is None:
        raise NotAList(f"{base}: no XML in {len(body)} bytes")
    return root


def _tag(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]  # etree.QName refuses names that the parser let pass


def _moment(text: str | None) -> date | None:
    """The day in Beijing of an RFC 822 or ISO 8601 time."""
    if not text or not text.strip():
        return None
    text = text.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = parse(text)
            break
        except ValueError:
            continue
    else:  # a form nobody specified: take the day if one is printed
        return day_in(text, date.max - timedelta(days=2))
    try:
        return when.astimezone(BEIJING).date() if when.tzinfo else when.date()
    except OverflowError:  # the year 1 or 9999, at the edge of what has a zone
        return None
