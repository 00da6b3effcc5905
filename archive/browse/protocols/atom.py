"""Atom feeds as XML documents. Source: RFC 4287."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
NEVER = "1970-01-01T00:00:00Z"
"""The time of update of a feed without entries."""
_TYPES = {"self": "application/atom+xml", "alternate": "text/html"}
# XML 1.0 allows these characters in no form, not even as references
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed. `id` is the same on every server; `href` is the archive's page, `about` the site's page."""

    id: str
    kind: str
    title: str
    updated: str
    href: str
    about: str
    author: str
    summary: str = ""
    published: str | None = None
    language: str = "zh-Hans"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of one subject. `address` is the feed's address and id; `page` is the page that it belongs to."""

    title: str
    address: str
    page: str
    entries: tuple[FeedEntry, ...]


def written(feed: Feed) -> bytes:
    """The feed as an XML document, UTF-8."""
    ET.register_namespace("", ATOM)
    root = ET.Element(_name("feed"))
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    _text(root, "updated", max((entry.updated for entry in feed.entries), default=NEVER))
    _text(root, "generator", "zhuanzai")
    _links(root, {"self": feed.address, "alternate": feed.page})
    for entry in feed.entries:
        _entry(ET.SubElement(root, _name("entry")), entry)
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(element: ET.Element, entry: FeedEntry) -> None:
    element.set("{http://www.w3.org/XML/1998/namespace}lang", entry.language)
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", entry.updated)
    if entry.published:
        _text(element, "published", entry.published)
    _text(ET.SubElement(element, _name("author")), "name", entry.author)
    ET.SubElement(element, _name("category"), term=entry.kind)
    _links(element, {"alternate": entry.href, "related": entry.about})
    if entry.summary:
        _text(element, "summary", entry.summary)


def _links(element: ET.Element, links: dict[str, str]) -> None:
    for rel, href in links.items():
        typed = {"type": _TYPES[rel]} if rel in _TYPES else {}
        ET.SubElement(element, _name("link"), {"rel": rel, "href": clean(href), **typed})


def _text(element: ET.Element, name: str, text: str) -> None:
    ET.SubElement(element, _name(name)).text = clean(text)


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def clean(text: str) -> str:
    """The text with U+FFFD in place of characters that XML does not allow."""
    return _NO_XML.sub("\ufffd", text)
