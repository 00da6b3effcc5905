"""Lists as data: which endpoints a page's markup names, and which keys of their answers are link, day and title."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from crawler.exploring.outline import CHINESE, Outline
from crawler.registry.site import DataList
from crawler.registry.urls import RefusedAddress, normalised

MOST_ENDPOINTS = 6  # of one page
STRING = re.compile(r"[\"'`]((?:https?:)?/{0,2}[\w./?&=%${}:-]{4,200})[\"'`]")
JOINED = re.compile(
    r"[\"']([\w./?&=%:-]{2,200})[\"']\s*\+\s*+(?:(?:\(\s*+)?(?:\w+\.)?(?P<name>\w*(?:page|pn|num|index|idx|cur)\w*|[pni])\s*(?:\+\s*1\s*)?\)?)\s*"
    r"(?:\+\s*[\"']([\w./?&=%:-]{0,100})[\"'])?",
    re.IGNORECASE,
)
SAYS_DATA = re.compile(
    r"\.jsonp?\b|\bjsonp?[/_?]|/api/|ajax|getlist|get_list|list\w{0,40}\.(?:do|php|aspx|jsp|ashx)|/roll|/data/|\bmore\w{0,40}\.(?:do|php|aspx|jsp|ashx)|"
    r"[?&]page(?:no|num|index)?=|callback=|/list\?|dataproxy|/feed/",
    re.IGNORECASE,
)
NO_DATA = re.compile(
    r"\.(?:js|css|s?html?|png|jpe?g|gif|svg|woff2?|ico)(?:\?|$)|login|user|captcha|stat|count|hits|comment|search|weather|tianqi|ad[s_/]",
    re.IGNORECASE,
)
PARAMETERS = re.compile(
    r"^\s*+(?:[\"'`]\s*+)?,\s*+(?:[\w\s:]{0,200}?data\s*:\s*)?\{([^{}]{1,300})\}|^[^}]{0,120}?data\s*:\s*\{([^{}]{1,300})\}",
    re.DOTALL,
)
PAIR = re.compile(r"(?<!\w)[\"']?(\w++)[\"']?\s*:\s*(?:[\"']([^\"']*)[\"']|(\d+)|(\w[\w.]*))")
PAGE_NAME = re.compile(
    r"^(?:page|pageno|page_no|pagenum|page_num|pageindex|page_index|pn|p|curpage|currentpage|current)$",
    re.IGNORECASE,
)
FILLED = re.compile(r"\$\{\s*\w*page\w*\s*\}|\{\s*page\s*\}|\$page\b|%7Bpage%7D", re.IGNORECASE)
ITEM_LINK = re.compile(
    r"[\"'=(]((?:https?:/)?/[\w./?&=%-]{1,100})[\"']\s*\+\s*\w+(?:\[\w+\])?\.(\w+)\s*(?:\+\s*[\"']([\w./?&=%-]{0,40}))?"
)
LINK_NAMES = (
    "url",
    "link",
    "href",
    "weburl",
    "linkurl",
    "docpuburl",
    "arturl",
    "pageurl",
    "newsurl",
    "detailurl",
    "doc_url",
    "web_url",
    "link_url",
)
DATE_NAMES = re.compile(r"time|date|day|pub|created|updated|sj|rq", re.IGNORECASE)
DATE_VALUE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|^\d{10}(?:\d{3})?$|^\d{1,2}[-/月]\d{1,2}"
)
WRAPPED = re.compile(
    r"^\s*+(?:var\s++)?[\w$.]*+\s*+[(=]\s*+(?P<json>[\[{].*[\]}])\s*+(?:\)\s*+)?(?:;\s*+)?$", re.DOTALL
)
DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address whose answer may be a list; `template` holds `{page}`, `item` an article's address with `{key}`."""

    url: str
    template: str | None = None
    item: str | None = None


def endpoints_of(outline: Outline) -> tuple[Endpoint, ...]:
    """The endpoints that scripts and attributes of a page name."""
    root = outline.page.tree
    if root is None:
        return ()
    text = outline.script
    attributes = [
        value
        for element in root.iter("div", "ul", "a", "button", "section", "input", "body", "span")
        for name, value in element.attrib.items()
        if str(name).startswith("data-") and SAYS_DATA.search(str(value)) and len(str(value)) < 300
    ]
    sources = [
        str(s.get("src"))
        for s in root.iter("script")
        if re.search(r"(?i)\.jsonp?\b|callback=", s.get("src") or "")
    ]
    item = next(iter(_item_links(text)), None)
    found: dict[str, Endpoint] = {}
    for named in [*_in_scripts(text), *((value, None) for value in [*map(str, attributes), *sources])]:
        endpoint = _endpoint(outline, *named)
        if endpoint is not None:
            found.setdefault(endpoint.url, replace(endpoint, item=item))
    return tuple(found.values())[:MOST_ENDPOINTS]


def _in_scripts(text: str) -> Iterator[tuple[str, str | None]]:
    """Addresses in scripts, and parameters that stand behind them."""
    for match in JOINED.finditer(text):
        address = f"{match[1]}{{page}}{match[3] or ''}"
        if SAYS_DATA.search(address.replace("{page}", "1")):
            yield address, None
    for match in STRING.finditer(text):
        behind = text[match.end() : match.end() + 500]
        if not SAYS_DATA.search(match[1]) or re.match(r"\s*\+", behind):
            continue
        given = PARAMETERS.match(behind)
        yield match[1], (given[1] or given[2]) if given else None


def _endpoint(outline: Outline, named: str, parameters: str | None) -> Endpoint | None:
    named = FILLED.sub("{page}", named)
    if parameters:
        named += ("&" if "?" in named else "?") + "&".join(_pairs(parameters))
    named = re.sub(r"(?i)([?&]page(?:no|num|index|_no|_num)?=)$", r"\1{page}", named)
    numbered = re.sub(
        r"(?i)([?&](?:page|pageno|pagenum|pageindex|page_no|page_num|pn)=)[01](?=&|$)", r"\1{page}", named
    )
    first = "0" if re.search(r"(?i)[?&](?:page|pageindex|pn)=0(?=&|$)", named) else "1"
    if NO_DATA.search(named.replace("{page}", "1")):
        return None
    url = _address(outline, numbered.replace("{page}", first))
    if url is None:
        return None
    template = _template(outline, numbered) if "{page}" in numbered else None
    return Endpoint(url, template)


def _template(outline: Outline, named: str) -> str | None:
    url = _address(outline, named.replace("{page}", "90210"))
    return url.replace("90210", "{page}") if url else None


def _address(outline: Outline, named: str) -> str | None:
    try:
        return normalised(urljoin(outline.base, named), ports=frozenset())
    except (RefusedAddress, ValueError):
        return None


def _pairs(parameters: str) -> Iterator[str]:
    for name, quoted, number, variable in PAIR.findall(parameters):
        if variable and not PAGE_NAME.match(name):
            continue  # what a script works out is not known here
        yield f"{name}={'{page}' if PAGE_NAME.match(name) else quoted or number}"


def _item_links(script: str) -> Iterator[str]:
    """Addresses that a script makes of an entry: '/detail/' + item.id + '.html'."""
    for match in ITEM_LINK.finditer(script):
        if not re.search(r"(?i)page|img|pic|thumb", match[2]):
            yield f"{match[1]}{{{match[2]}}}{match[3] or ''}"


# ---------------------------------------------------------------------- answers


def understood(text: str, endpoint: Endpoint) -> DataList | None:
    """How to read an answer as a list of articles; None where it is none."""
    value = _json(text)
    for way, entries in _lists(value, "", 0):
        link = _link_key(entries) or _item(entries, endpoint.item)
        if link is None:
            continue
        title = max(_keys(entries), key=lambda key: _chinese(entries, key), default=None)
        second = int(endpoint.url.count("=0")) or 2
        return DataList(
            url=endpoint.url,
            link=link,
            items=way,
            date=_date_key(entries),
            title=title if title and _chinese(entries, title) >= 4 else None,
            paging=endpoint.template,
            first=1
            if endpoint.template and endpoint.url == endpoint.template.replace("{page}", "0")
            else second,
        )
    return None


def _json(text: str) -> Any:
    text = text.lstrip("\ufeff").strip()
    wrapped = WRAPPED.match(text)
    try:
        return json.loads(wrapped["json"] if wrapped else text)
    except (ValueError, RecursionError):
        return None


def _lists(value: Any, way: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        entries = [entry for entry in value if isinstance(entry, dict)]
        if entries and len(entries) * 2 > len(value):
            yield way, entries
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if "." not in str(key):
                yield from _lists(inner, f"{way}.{key}".strip("."), depth + 1)


def _keys(entries: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for entry in entries[:20] for key in entry))


def _texts(entries: list[dict[str, Any]], key: str) -> list[str]:
    return [
        str(entry[key])
        for entry in entries
        if isinstance(entry.get(key), (str, int)) and not isinstance(entry.get(key), bool)
    ]


def _link_key(entries: list[dict[str, Any]]) -> str | None:
    best, most = None, 0.0
    for key in _keys(entries):
        texts = _texts(entries, key)
        links = [
            text for text in texts if re.match(r"(?:https?:)?//[\w.-]+/.|/[\w.?-]|\w[\w/-]*\.s?html?$", text)
        ]
        pages = [
            text
            for text in links
            if not re.search(
                r"(?i)\.(?:jpe?g|png|gif|webp|mp4|js|css|json)(?:$|[?!@])|/(?:img|image|pic|upload)", text
            )
        ]
        share = len(set(pages)) / len(entries)
        share += 0.5 if key.lower().replace("_", "") in LINK_NAMES else 0.0
        if pages and share >= 0.7 and share > most:
            best, most = key, share
    return best


def _item(entries: list[dict[str, Any]], item: str | None) -> str | None:
    """The script's way of making an address, where every entry has the key."""
    if item is None:
        return None
    key = re.findall(r"\{(\w+)\}", item)[0]
    return item if all(entry.get(key) not in (None, "") for entry in entries) else None


def _date_key(entries: list[dict[str, Any]]) -> str | None:
    fits = [
        key
        for key in _keys(entries)
        if sum(bool(DATE_VALUE.search(text)) for text in _texts(entries, key)) * 2 > len(entries)
    ]
    named = [key for key in fits if DATE_NAMES.search(key)]
    return next(iter([*named, *(key for key in fits if not _chinese(entries, key))]), None)


def _chinese(entries: list[dict[str, Any]], key: str) -> float:
    texts = _texts(entries, key)
    lengths = [min(len(CHINESE.findall(text)), 40) for text in texts]
    return sum(lengths) / len(entries) + (20 if "tit" in key.lower() else 0) if sum(lengths) else 0.0
