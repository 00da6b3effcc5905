"""Links as pages print them, made absolute the way browsers do."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.etree import _Element

_BEFORE_QUERY = re.compile(r"[^?#]*")
_BYTE = re.compile("[\x80-\xff]")
_DOTS = re.compile(r"^https?://[^/?#]{1,300}/(?:[^?#]{0,2000}/)?\.{1,2}(?:[/?#]|$)", re.IGNORECASE)
_PATH = re.compile(r"^https?://[^/?#]*", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:(?:https?:)?//[a-z0-9.-]{1,253}(?::\d{1,5})?)?/(?:[\w%-][\w%./-]{0,2000})?(?:\?[\w%=&.:/-]{1,2000})?",
    re.ASCII,
)
"""Most addresses: whole, without a scheme or from the root, and the same when joined, unless a part of the path begins
with a dot."""
_BELOW = re.compile(r"[\w%-](?:[\w%.-]|/(?![/.])){0,2000}", re.ASCII)
"""Addresses from the page's own folder, and the same when put behind it."""
_FOLDER = re.compile(
    r"https?://[a-z0-9.-]{1,253}(?::\d{1,5})?/(?:[\w%-][\w%.-]{0,300}/){0,40}(?=(?:[\w%-][\w%.-]{0,300})?\Z)",
    re.ASCII,
)
"""The folder of a plain address, without a query."""
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(?::\d{1,5})?(?=/)")
_SCHEME = re.compile(r"https?:(?=//)")
_OTHER_SCHEME = re.compile(r"\s*(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:", re.IGNORECASE)


def slashed(href: str) -> str:
    """The link with slashes where it has backslashes, but for those of its query: browsers read them so.

    Links of other schemes (javascript:, data:) stay as they are. Source: URL standard, special schemes.
    """
    if "\\" not in href or _OTHER_SCHEME.match(href):
        return href
    return _BEFORE_QUERY.sub(lambda match: match[0].replace("\\", "/"), href, count=1)


def joined(base: str, href: str) -> str:
    """The absolute address without its fragment; empty where it cannot be one ("http://[")."""
    if _PLAIN.fullmatch(href) and "/." not in href:
        if href[0] != "/":
            return href
        if href[1:2] == "/":
            if scheme := _SCHEME.match(base):
                return scheme[0] + href
        elif origin := _ORIGIN.match(base):
            return origin[0] + href
    elif _BELOW.fullmatch(href) and (folder := _FOLDER.match(base)):
        return folder[0] + href
    try:
        found = urljoin(base, slashed(href.strip())).partition("#")[0]
        # dots in the path of a whole address: urljoin walks only along those of a path
        return urljoin(found, _PATH.sub("", found)) if _DOTS.search(found) else found
    except ValueError:  # an unclosed [ of an IPv6 host
        return ""


def escaped_bytes(location: str) -> str:
    """A Location line, read as latin-1, with percent-escapes for its bytes beyond ASCII, as browsers send them on."""
    return _BYTE.sub(lambda match: f"%{ord(match[0]):02X}", location)


def parted(url: str) -> SplitResult:
    """The parts of an address as anybody may have stored it; one that is none ("http://[") is all path."""
    try:
        parts = urlsplit(url)
        _ = parts.hostname  # an address between [ and ] is looked at only here in some Pythons
    except ValueError:
        return SplitResult("", "", url, "", "")
    return parts


def base_of(root: _Element, url: str) -> str:
    """The address that a page's relative links start from: its <base>, else its own."""
    return stated_base(root.iter("base"), url)


def stated_base(bases: Iterable[_Element], url: str) -> str:
    """The same, given the <base> elements of the page."""
    stated = next((one for one in bases if one.get("href") is not None), None)
    base = joined(url, stated.get("href") or "") if stated is not None else ""
    return base if base.startswith(("http://", "https://")) else url
