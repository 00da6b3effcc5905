"""Feeds and sitemaps as lists of links."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from lxml import etree
from lxml.etree import _Element

from crawler.finding.links import BEIJING, MOST_LINKS, Link, NotAList, day_in, link_of
from extract.fields.origin import cleaned, is_medium

T = TypeVar("T")
MOST_BYTES = 64 * 1024 * 1024  # of one unpacked sitemap; the protocol allows 50 MB


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`children` are further sitemaps with the day they changed last; `links` are pages."""

    children: tuple[tuple[str, date | None], ...]
    links: tuple[Link, ...]


def feed(body: bytes, base: str) -> tuple[Link, ...]:
    """The entries of an RSS, Atom or JSON feed in its order.

    Raises:
        NotAList: neither XML nor JSON, or without entries of a feed.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, base)
    root = _xml(body, base)
    if _tag(root) not in ("rss", "feed", "RDF"):
        raise NotAList(f"{base}: <{_tag(root)[:40]}>, wanted a feed")
    found: dict[str, Link] = {}
    for entry in root.iter("{*}item", "{*}entry"):
        parts = {_tag(child): child for child in entry if isinstance(child.tag, str)}
        anchor = parts.get("link")
        href = None if anchor is None else (anchor.text or "").strip() or anchor.get("href")
        href = href or _identity(parts)
        when = next(
            (parts[name].text for name in ("pubDate", "published", "updated", "date") if name in parts), None
        )
        title = parts["title"].text if "title" in parts else None
        link = link_of(href, title or "", base, _moment(when))
        if link:
            found.setdefault(link.url, replace(link, source=_signed(parts)))
    return tuple(found.values())


def _identity(parts: dict[str, _Element]) -> str | None:
    """The address by which an entry without a link names itself: RSS's guid, Atom's id."""
    named = parts.get("guid", parts.get("id"))
    stated = "" if named is None or named.get("isPermaLink") == "false" else (named.text or "").strip()
    return stated if re.match(r"https?://|/", stated) else None


def following(body: bytes, base: str) -> tuple[tuple[str, None], ...]:
    """The next page of an Atom feed (RFC 5005 § 3) or a JSON Feed (`next_url`) that has pages."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        content = _json(body)
        named = content.get("next_url") if isinstance(content, dict) else None
        link = link_of(named, "", base, None) if isinstance(named, str) else None
        return ((link.url, None),) if link else ()
    try:
        root = _xml(body, base)
    except NotAList:
        return ()
    hrefs = (link.get("href") for link in root.iter("{*}link") if link.get("rel") == "next")
    links = (link_of(href, "", base, None) for href in hrefs)
    return tuple((link.url, None) for link in links if link)[:1]


def _json_feed(body: bytes, base: str) -> tuple[Link, ...]:
    """The entries of a JSON Feed. Source: https://www.jsonfeed.org/version/1.1/"""
    content = _json(body)
    if content is None:
        raise NotAList(f"{base}: no JSON in {len(body)} bytes")
    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(content.get("version")):
        raise NotAList(f"{base}: JSON, wanted a feed")
    found: dict[str, Link] = {}
    for entry in items[:MOST_LINKS]:
        if not isinstance(entry, dict):
            continue
        when = _moment(str(entry.get("date_published") or entry.get("date_modified") or ""))
        link = link_of(str(entry.get("url") or ""), str(entry.get("title") or ""), base, when)
        if link:
            found.setdefault(link.url, link)
    return tuple(found.values())


def _json(body: bytes) -> Any:
    """The value of a JSON text; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


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
    """A sitemap or sitemap index, gzipped or not, an OPML of feeds, or a text of addresses.

    News sitemaps give titles and days too.

    Raises:
        NotAList: neither, or one that unpacks to more than MOST_BYTES.
    """
    plain = _unpacked(body, base)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*https?://\S+\s*(?:\n|$)", plain):
        named = (
            link_of(line.strip(), "", base, None) for line in plain.decode("utf-8", "replace").splitlines()
        )
        return Sitemap((), tuple(link for link in _first(named, MOST_LINKS) if link))
    root = _xml(plain, base)
    if _tag(root) == "opml":
        addresses = (outline.get("xmlUrl") for outline in root.iter("{*}outline"))
        feeds = (link_of(url.strip(), "", base, None) for url in addresses if url)
        return Sitemap(tuple((link.url, None) for link in _first(feeds, MOST_LINKS) if link), ())
    if _tag(root) not in ("urlset", "sitemapindex"):
        raise NotAList(f"{base}: <{_tag(root)[:40]}>, wanted a sitemap")
    children: dict[str, date | None] = {}
    links: dict[str, Link] = {}
    for entry in _first(root.iter("{*}url", "{*}sitemap"), MOST_LINKS):
        texts = {_tag(part): (part.text or "").strip() for part in entry.iter() if isinstance(part.tag, str)}
        link = link_of(texts.get("loc"), texts.get("title", ""), base, None)
        if link is None:
            continue
        if _tag(entry) == "sitemap":
            children.setdefault(link.url, _moment(texts.get("lastmod")))
        else:
            day = _moment(texts.get("publication_date"))
            publisher = cleaned(texts["name"]) if "publication" in texts and "name" in texts else None
            changed = _moment(texts.get("lastmod"))
            links.setdefault(link.url, Link(link.url, link.title, day, publisher, changed=changed))
    return Sitemap(tuple(children.items()), tuple(links.values()))


def _first(elements: Iterator[T], most: int) -> Iterator[T]:
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
