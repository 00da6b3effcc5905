"""The keys of link, day and title in the entries of a list of data."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LINK_NAMES = (
    "url", "link", "href", "weburl", "linkurl", "docpuburl", "arturl", "pageurl", "newsurl", "detailurl", "doc_url",
    "web_url", "link_url",
)  # fmt: skip
DATE_NAMES = re.compile(r"time|date|day|pub|created|updated|sj|rq", re.IGNORECASE)
DATE_VALUE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|^\d{10}(?:\d{3})?$|^\d{1,2}[-/月]\d{1,2}"
)
WRAPPED = re.compile(
    r"^\s*+(?:var\s++)?[\w$.]*+\s*+[(=]\s*+(?P<json>[\[{].*[\]}])\s*+(?:\)\s*+)?(?:;\s*+)?$", re.DOTALL
)
ITEM_LINK = re.compile(
    r"[\"'`=(]((?:https?:/)?/[\w./?&=%-]{1,100})(?:[\"']\s*\+\s*(?:\w+(?:\[\w+\]|\.\w+(?=[.\[]))*\.(\w+)(?![.\[(\w])|(id|\w{1,20}Id)\b)\s*(?:\+\s*[\"']([\w./?&=%-]{0,40}))?"
    r"|[$#]?\{\{?\s*\w+\.(\w+)\s*\}?\}([\w./?&=%-]{0,40}))"  # `/a/${it.id}.html`, and {{it.id}} of templates
)
# '/a/' + o.id + '_' + o.authorId + '.html', and `/a/${o.id}_${o.authorId}`
ITEM_OF_TWO = re.compile(
    r"[\"']((?:https?:)?/[\w./?&=%-]{1,100})[\"']\s{0,9}\+\s{0,9}\w{1,30}\.(\w{1,30})\s{0,9}\+\s{0,9}[\"']([\w./?&=%-]{1,20})[\"']\s{0,9}\+\s{0,9}"
    r"\w{1,30}\.(\w{1,30})(?![\w.(])(?:\s{0,9}\+\s{0,9}[\"']([\w./?&=%-]{0,40})[\"'])?"
    r"|[\"'`=(]((?:https?:)?/[\w./?&=%-]{1,100})[$#]?\{{1,2}\s{0,9}\w{1,30}\.(\w{1,30})\s{0,9}\}{1,2}([\w./?&=%-]{1,20})[$#]?\{{1,2}\s{0,9}\w{1,30}\.(\w{1,30})\s{0,9}\}{1,2}"
    r"([\w./?&=%-]{0,40})"
)
TEXT = "text"
"""The key of an entry that is a text and no more."""
# '<a href="/paper/' + days[i] + '/index.html">'
TEXT_LINK = re.compile(
    r"href=\\?[\"']?((?:https?:/)?/?[\w./?&=%-]{1,100})[\"']\s{0,4}\+\s{0,4}\w{1,20}(?:\[\w{1,10}\])?\s{0,4}\+\s{0,4}[\"']([\w./?&=%-]{0,40})"
)
NO_ITEM = re.compile("(?i)page|img|pic|thumb|channel|column|cate|user")
IDENTITY = re.compile(r"(?:^|_)(?:id|code|no|key|uuid|guid|sn)$|(?:Id|ID|Code|Key|No)$|^\w{1,8}id$")
TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{3,40}(?![A-Za-z0-9])")
ALIKE = 2
"""Addresses of articles that show how one is made of a number."""
DEEPEST = 5
NAME = re.compile(r"(?=.{0,30}\d)[\w-]{2,30}")
TOKEN_NAME = re.compile(
    r"^(?:next|after|before|cursor|token|next_?\w{1,20}|(?:next|end|page|last|scroll|new)_?(?:cursor|token|page_?token|id|key|offset|start|after|max\w{0,9}|page|url|link|href|time)"
    r"|links?_?next|continuation|max_?(?:id|time|behot_?time)|min_?(?:id|time))$",
    re.IGNORECASE,
)
TOKEN_PARAMETER = re.compile("(?i)before|since|until|cursor|token|after|next|scroll|last|max|offset|from")
LAST_ENTRY = re.compile(r"(?i)^(?:last|max|min|before|since|end|pre)_?(id|time|key|date|score|)$")
CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Keys:
    """The place of the entries in a list of data, and the keys of link, day and title: as in DataList."""

    items: str
    link: str
    date: str | None
    title: str | None


def understood(value: Any, item: str | None = None) -> Keys | None:
    """How a value is read as a list of articles; None if it is none. `item` is an address with {keys}."""
    for way, found in _lists(value, "", 0):
        link = _link_key(found) or _item(found, item)
        if link is not None:
            title = max(_keys(found), key=lambda key: _chinese(found, key), default=None)
            named = title if title and _chinese(found, title) >= 4 else None
            return Keys(way, link, _date_key(found), named)
    return None


def token_of(value: Any, items: str, url: str) -> tuple[str, str] | None:
    """The path to the mark of the next page in an answer, and the address with `{token}` in place of that mark; None
    if there is none. `items` is the path to the entries. An answer may give a whole address, or the value of a
    parameter of `url`: of an empty one, or of one with a similar name. If the answer gives nothing, a parameter
    called last_id takes the last entry's id.
    """
    parameters = re.findall(r"([?&])([\w.\[\]-]{1,40})=([^&]*)", url)
    for way, called, value_told in _told(value, "", 0):
        if not TOKEN_NAME.match(called) or not value_told:
            continue
        if re.match(r"https?://|/", value_told):
            return way, "{token}"
        for mark, name, held in parameters:
            if (
                (not held and TOKEN_PARAMETER.search(name))
                or _folded(name) in _folded(called)
                or _folded(called) in _folded(name)
            ):
                return way, url.replace(f"{mark}{name}={held}", f"{mark}{name}={{token}}", 1)
    for mark, name, held in parameters:
        last = LAST_ENTRY.match(name)
        if last is None or held not in ("", "0", "-1"):
            continue
        entries = next((found for way, found in _lists(value, "", 0) if way == items), [])
        wanted = _folded(last[1] or "id")
        key = next((key for key in _keys(entries) if _folded(key) == wanted), None)
        key = key or next((key for key in _keys(entries) if _folded(key).endswith(wanted)), None)
        if key is not None:
            return f"{items}.-1.{key}".strip("."), url.replace(
                f"{mark}{name}={held}", f"{mark}{name}={{token}}", 1
            )
    return None


def _told(value: Any, way: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """What an answer says beside its lists: the way, the key, the text."""
    for key, inner in value.items() if isinstance(value, dict) and depth < DEEPEST else ():
        if "." in str(key):
            continue
        if isinstance(inner, (str, int)) and not isinstance(inner, bool):
            yield f"{way}.{key}".strip("."), str(key), str(inner)
        else:
            yield from _told(inner, f"{way}.{key}".strip("."), depth + 1)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def item_links(script: str) -> Iterator[str]:
    """Addresses that a script makes of an entry: '/detail/' + item.id + '.html'."""
    script = script.replace("\\'", "'").replace('\\"', '"')  # a template within a string
    for match in ITEM_OF_TWO.finditer(script):
        start, first, between, second, after = match.groups()[:5] if match[1] else match.groups()[5:]
        if not NO_ITEM.search(f"{first}{start}"):
            yield f"{start}{{{first}}}{between}{{{second}}}{after or ''}"
    for match in ITEM_LINK.finditer(script):
        key, after = (match[2] or match[3], match[4]) if match[2] or match[3] else (match[5], match[6])
        if not NO_ITEM.search(f"{key}{match[1]}"):
            yield f"{match[1]}{{{key}}}{after or ''}"
    for match in TEXT_LINK.finditer(script):
        yield f"{match[1]}{{{TEXT}}}{match[2] or ''}"


def item_like(value: Any, known: Iterable[str]) -> str | None:
    """How addresses are made of a key of a list's entries, if known articles are called alike; None for no way."""
    forms: Counter[tuple[str, str, bool, int]] = Counter()
    for url in known:
        token = next(reversed(list(TOKEN.finditer(url.partition("//")[2].partition("/")[2]))), None)
        if token is not None and any(letter.isdigit() for letter in token[0]):
            before = url[: url.rindex(token[0])]
            forms[(before, url[len(before) + len(token[0]) :], token[0].isdigit(), len(token[0]))] += 1
    for _, entries in _lists(value, "", 0):
        titled = any(_chinese(entries, key) >= 4 for key in _keys(entries))
        for key in (key for key in _keys(entries) if titled and IDENTITY.search(key)):
            texts = _texts(entries, key)
            for (before, after, is_number, length), times in forms.most_common():
                fits = all(text.isdigit() == is_number and abs(len(text) - length) <= 1 for text in texts)
                if times >= ALIKE and fits and len(set(texts)) == len(entries):
                    return f"{before}{{{key}}}{after}"
    return None


def filled(entry: Any, link: str) -> str | None:
    """The address in an entry: the value of the key `link`, or `link` itself filled in where it holds {keys}."""
    if not isinstance(entry, dict):
        return None
    if "{" not in link:
        told = inside(entry, link)
        return told if isinstance(told, str) else None
    address = re.sub(r"\{([\w.]+)\}", lambda key: str(inside(entry, key[1]) or "{"), link)
    return None if "{" in address else address


def inside(entry: Any, key: str) -> Any:
    """The value of a key of an entry, or of an entry within it: data.url; None for none."""
    if not isinstance(entry, dict):
        return None
    if key in entry or "." not in key:
        return entry.get(key)
    first, _, rest = key.partition(".")
    return inside(entry.get(first), rest)


def links_in(value: Any, keys: Keys) -> Iterator[str]:
    """The addresses in the entries of a value, as they stand there."""
    for key in filter(None, keys.items.split(".")):
        value = value[key]
    for entry in value:
        if (link := filled(entry, keys.link)) is not None:
            yield link


def value_in(text: str) -> Any:
    """The value of a JSON or JSONP text; None where the text is neither."""
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
        elif value and all(isinstance(one, str) and NAME.fullmatch(one) for one in value):
            yield way, [{TEXT: one} for one in value]
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if "." not in str(key):
                yield from _lists(inner, f"{way}.{key}".strip("."), depth + 1)


def _keys(entries: list[dict[str, Any]]) -> list[str]:
    own = dict.fromkeys(str(key) for entry in entries[:20] for key in entry)
    inner = dict.fromkeys(
        f"{key}.{within}"
        for entry in entries[:20]
        for key, value in entry.items()
        if isinstance(value, dict) and "." not in str(key)
        for within in value
    )
    return [*own, *inner]


def _texts(entries: list[dict[str, Any]], key: str) -> list[str]:
    values = (inside(entry, key) for entry in entries)
    return [str(value) for value in values if isinstance(value, (str, int)) and not isinstance(value, bool)]


def _link_key(entries: list[dict[str, Any]]) -> str | None:
    best, most = None, 0.0
    for key in _keys(entries):
        texts = _texts(entries, key)
        links = [
            text
            for text in texts
            if re.match(r"(?:https?:)?//[\w.-]+/.|(?:\.{1,2}/){0,6}(?:/[\w.?-]|\w[\w/-]*\.s?html?$)", text)
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
    keys = re.findall(r"\{(\w+)\}", item)
    return item if all(inside(entry, key) not in (None, "") for entry in entries for key in keys) else None


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
