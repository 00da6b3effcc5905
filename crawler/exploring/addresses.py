"""Addresses judged by themselves: the shape of an address, and its look of an article, a list or a trap."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from crawler.registry.sitefile import CMS_FILE

WORDS: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

Look = Literal["trap", "article", "maybe", "list", "unsure"]
"""What an address looks like; `maybe` names something by a number, `unsure` says nothing."""

_TRAPS = tuple(re.compile(WORDS["traps"][name]) for name in ("anywhere", "scripts", "tags", "calendars"))
_SOFT = re.compile(WORDS["traps"]["soft"])
_DAY = re.compile(WORDS["traps"]["day"])
_MONTHS = re.compile(WORDS["traps"]["months"])
_FILES = re.compile(WORDS["traps"]["files"], re.IGNORECASE)
_CALLS = re.compile(WORDS["traps"]["calls"])
_OTHER_HOSTS = re.compile(WORDS["traps"]["languages"])
_LISTS = tuple(re.compile(WORDS["lists"][name]) for name in ("names", "calls"))
_NUMBERED_LIST = re.compile(
    r"(?i)/(?:index|default|list|lists|node|nbs|channel|column|col|class|category|more|roll)[_-]?\d*(?:[_-]\d+)*\.s?html?$"
)
_NAMED_BY_NUMBER = re.compile(r"\d{4,}[^/]*$|[?&]\w*id=[\w-]+|[0-9a-f]{16,}|/\d+\.\w+$", re.IGNORECASE)


@cache
def _strong() -> tuple[re.Pattern[str], ...]:
    families = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
    known = [pattern for table in families.values() for pattern in table.get("articles", ())]
    return tuple(re.compile(pattern) for pattern in [*known, *WORDS["articles"]["strong"]])


def is_sub_host(host: str, of: str) -> bool:
    """Whether a host is one of a site's: below it, or its twin with or without www."""
    base = of.removeprefix("www.")
    return host in (of, base) or host.endswith("." + base)


def is_foreign(host: str, of: str) -> bool:
    """Whether a sub-host is known to hold no Chinese news: another language, a shop, a forum, pictures."""
    return host not in (of, f"www.{of}", of.removeprefix("www.")) and bool(_OTHER_HOSTS.match(host))


@lru_cache(maxsize=20_000)
def look(url: str, *, headlined: bool = False) -> Look:
    """The look of an address, such as `article`, `list` or `trap`, judged without its page.

    `headlined`: the link looks like a link to an article; then a folder called share or about is no trap.
    """
    parts = urlsplit(url)
    path, target = parts.path, parts.path + (f"?{parts.query}" if parts.query else "")
    if _FILES.search(path) or (
        parts.query and _CALLS.search(f"?{parts.query}") and not (headlined and day_asked(url))
    ):
        return "trap"
    if path == "/" and not parts.query:
        return "list"
    if any(trap.search(path) for trap in _TRAPS) or (not headlined and _SOFT.search(path)):
        return "trap"
    if not _NUMBERED_LIST.search(path) and any(pattern.search(target) for pattern in _strong()):
        return "article"
    if any(pattern.search(target) for pattern in _LISTS):
        return "list"
    return "maybe" if _NAMED_BY_NUMBER.search(target) else "unsure"


def day_asked(url: str) -> date | None:
    """The day that a parameter of an address asks for; None where none does."""
    found = _DAY.search(f"?{urlsplit(url).query}")
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_recent(url: str, today: date) -> bool:
    """Whether a parameter of an address asks for a day of the last month: endless calendars are not followed."""
    day = day_asked(url)
    return day is not None and 0 <= (today - day).days <= 31


def is_month(url: str) -> bool:
    """Whether an address is that of all articles of a month or a year."""
    parts = urlsplit(url)
    return not parts.query and bool(_MONTHS.search(parts.path))


# ---------------------------------------------------------------------- shapes

_TOKENS = re.compile(
    r"(?P<day>(?<!\d)(?:19|20)\d\d(?:[-_]?(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01]))(?!\d))"
    r"|(?P<hex>(?<![0-9a-zA-Z])[0-9a-f]{16,}(?![0-9a-zA-Z]))"
    r"|(?P<name>(?<![0-9a-zA-Z])(?![A-Za-z]{1,4}\d+(?![0-9A-Za-z]))(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{9,}(?![0-9a-zA-Z]))"
    r"|(?P<id>(?<![0-9a-zA-Z_-])(?=[A-Za-z]*\d++[A-Za-z])[0-9A-Za-z]{5,8}(?![0-9a-zA-Z_-]))"  # 11cd3f, not ms401
    r"|(?P<number>\d+)"
)
_MARKS = {"day": "{day}", "hex": "{hex}", "name": "{name}", "id": "{id}"}
_PATTERNS = {
    "{day}": r"\d{4}[-_]?\d\d[-_]?\d\d",
    "{hex}": "[0-9a-f]{16,}",
    "{name}": r"\w{9,}",
    "{id}": r"\w{5,8}",
    "{n}": r"\d+",
    "{w}": r"[\w%-]+",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Addresses alike but for numbers, days and names. `exact` keeps all words, `wide` leaves the folders' open.

    `slug` leaves open the words that end an address (local-council-plan) and keeps the folders'; empty without such.
    """

    exact: str
    wide: str
    slug: str = ""

    def pattern(self, *, is_wide: bool) -> str:
        """The shape as a pattern of a site file."""
        parts = re.split(r"(\{\w+\})", self.wide if is_wide else self.exact)
        text = "".join(_PATTERNS.get(part) or _escaped(part) for part in parts)
        return f"{text}$"


def _escaped(text: str) -> str:
    return re.sub(r"\\([/_=&%-])", r"\1", re.escape(text))


@lru_cache(maxsize=20_000)
def shape_of(url: str) -> Shape:
    """The shape of an address, host left out."""
    parts = urlsplit(url)
    segments = unquote(parts.path).split("/")
    named = max((n for n, segment in enumerate(segments) if segment), default=0)
    exact = [
        "{w}"
        if n == named and not segment.isascii()
        else _marked(quote(segment, safe=""))
        if not segment.isascii()
        else _marked(segment)
        for n, segment in enumerate(segments)
    ]
    wide = ["{w}" if segment and not re.search(r"[{.]", segment) else segment for segment in exact[:-1]]
    last = exact[-1]
    if last and not re.search(r"[{.]", last):
        last = "{w}"  # a slug
    query = "&".join(_marked(pair) for pair in parts.query.split("&")) if parts.query else ""
    tail = f"?{query}" if query else ""
    slug = (
        "/".join([*exact[:named], "{w}", *exact[named + 1 :]])
        if SLUG.fullmatch(exact[named]) and not tail
        else ""
    )
    return Shape("/".join(exact) + tail, "/".join([*wide, last]) + tail, slug)


NUMBERED = re.compile(r"\{(?:n|day|hex|name|id)\}")
"""In a shape, what differs from page to page."""
SLUG = re.compile(r"(?=(?:[^a-z]*[a-z]){4})(?:[\w{}]+-)+[\w{}]+", re.IGNORECASE)


def _marked(text: str) -> str:
    return _TOKENS.sub(lambda found: _MARKS.get(found.lastgroup or "", "{n}"), text)
