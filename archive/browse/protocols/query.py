"""A request to the CDX server, parsed; a wrong request is refused before the database is read.

Source: internetarchive/wayback, wayback-cdx-server/README.md; pywb, CDXJ server API (its names of columns and filters).
"""

import base64
import json
import re
from dataclasses import dataclass
from math import prod
from time import monotonic
from urllib.parse import urlsplit

import regex

from archive.browse.protocols.asked import ParsedRequest, WrongQuestion, web_address
from archive.urlkey import key

MOST = 50_000  # rows in one answer; a Link header leads to the next rows
PAGE = 3000  # rows in a page of the pagination API, as in a block of a compressed index
MOST_PAGES = 100  # in one answer, by pageSize
COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
MORE_COLUMNS = ("offset", "filename")
OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
MATCHES = ("exact", "prefix", "host", "domain")
SORTS = {"": "", "default": "", "reverse": "reverse", "closest": "closest"}
OUTPUTS = {"": "text", "text": "text", "json": "json", "cdxj": "cdxj"}
_LONGEST_PATTERN = 200
_MOST_FILTERS = 20
_MOST_TIMES = 10_000  # all counts of a pattern multiplied: each is written out when the pattern is made
_CALL = re.compile(r"\(\?(?:R\)|[+-]?\d|&|P>)")
_TIMES = re.compile(r"\{([\d,]*)\}")
MATCHING_S = 1.0  # seconds for all patterns of a request
_FILTER = re.compile(r"^(?P<no>!?)(?P<how>[=~]?)(?P<field>[a-z]+):(?P<pattern>.*)$", re.DOTALL)
_COLLAPSE = re.compile(r"^(?P<field>[a-z]+)(?::(?P<length>\d{1,3}))?$")
_LAST = "\x7f"  # sorts after every character of a key


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The keys from `low` (included) to `high` (not included)."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class FieldPattern:
    """A filter: a column that must match a pattern, or with `refuses` must not match it."""

    field: str
    pattern: "regex.Pattern[str] | str"
    is_whole: bool
    refuses: bool

    def passes(self, value: str, deadline: float) -> bool:
        """Whether a value passes the filter. Raises WrongQuestion if the pattern takes too long."""
        return self._is_like(value, deadline) is not self.refuses

    def _is_like(self, value: str, deadline: float) -> bool:
        if isinstance(self.pattern, str):
            return value == self.pattern
        left = deadline - monotonic()
        match = self.pattern.fullmatch if self.is_whole else self.pattern.search
        try:
            return match(value, timeout=max(left, 1e-6)) is not None
        except TimeoutError as error:
            message = f"filter {self.field}:{self.pattern.pattern[:80]}: takes longer than {MATCHING_S:g} s"
            raise WrongQuestion(503, message) from error


@dataclass(frozen=True, slots=True)
class Resume:
    """The end of an answer: the last capture that it listed."""

    urlkey: str
    at: str
    id: int

    def word(self) -> str:
        """The resume key as text, which a client sends back."""
        return base64.urlsafe_b64encode(json.dumps([self.urlkey, self.at, self.id]).encode()).decode()


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed CDX request. `since` and `until` are ISO times to the second; a negative `limit` means the last rows."""

    url: str
    span: KeyRange
    since: str
    until: str
    filters: tuple[FieldPattern, ...]
    collapse: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    output: str
    sort: str
    closest: str
    limit: int | None
    offset: int
    resume: Resume | None
    shows_resume: bool
    page: int | None
    page_size: int
    counts_pages: bool
    resolves: bool


def question(asked: ParsedRequest) -> Question:
    """The parsed request. Raises WrongQuestion, which names the argument, for a wrong argument."""
    url, match = _wildcard(asked)
    sort = _one_of(asked, "sort", SORTS)
    closest = asked.last("closest")
    if closest and not re.fullmatch(r"\d{1,14}|now", closest):
        raise WrongQuestion(400, f"closest={closest[:40]!r}: want 1 to 14 digits")
    if sort == "closest" and match != "exact":
        raise WrongQuestion(400, f"sort=closest with matchType={match}: the nearest of one address only")
    return Question(
        url=url,
        span=_span(url, match),
        since=_time(asked, "from", "0"),
        until=_time(asked, "to", "9"),
        filters=tuple(_filter(text) for text in _many(asked, "filter")),
        collapse=tuple(_collapse(text) for text in _many(asked, "collapse")),
        columns=_columns(asked),
        output=_one_of(asked, "output", OUTPUTS),
        sort=sort if sort != "closest" or closest else "",
        closest=closest,
        limit=_number(asked, "limit", least=-MOST),
        offset=_number(asked, "offset") or 0,
        resume=_resume(asked.last("resumeKey")),
        shows_resume=_truth(asked, "showResumeKey"),
        page=_number(asked, "page"),
        page_size=min(_number(asked, "pageSize", least=1) or 1, MOST_PAGES),
        counts_pages=_truth(asked, "showNumPages"),
        resolves=_truth(asked, "resolveRevisits"),
    )


def _wildcard(asked: ParsedRequest) -> tuple[str, str]:
    """The address and its match type; a star before or after the address also sets the match type."""
    text = asked.last("url")
    if not text:
        raise WrongQuestion(400, "url= is missing: the address that is looked for")
    match = asked.last("matchType") or "exact"
    if match not in MATCHES:
        raise WrongQuestion(400, f"matchType={match[:40]!r}: want {', '.join(MATCHES)}")
    bare = re.sub(r"^https?://", "", text)
    if bare.startswith("*."):
        text, match = bare[2:], "domain"
    elif text.endswith("*"):
        text, match = text[:-1], "prefix"
    if "/" not in text.partition(":")[2][:2]:  # a bare host, which may be one word
        text = f"http://{text}"
    return web_address(text), match


def _span(url: str, match: str) -> KeyRange:
    whole = key(url)
    host = whole.partition(")")[0]
    if match == "domain":
        return KeyRange(
            f"{host})", f"{host},{_LAST}"
        )  # ) sorts before , and no key has a character between them
    if match == "host":
        return KeyRange(f"{host})", f"{host}){_LAST}")
    if match == "prefix":
        path = urlsplit(url).path
        low = f"{whole}/" if path.endswith("/") and not whole.endswith("/") else whole
        return KeyRange(low, low + _LAST)
    return KeyRange(whole, whole + "\x01")


def _many(asked: ParsedRequest, name: str) -> tuple[str, ...]:
    found = tuple(text for text in asked.lists.get(name, ()) if text)
    if len(found) > _MOST_FILTERS:
        raise WrongQuestion(400, f"{len(found)} times {name}=: at most {_MOST_FILTERS}")
    return found


def _filter(text: str) -> FieldPattern:
    parts = _FILTER.match(text)
    if parts is None:
        raise WrongQuestion(400, f"filter={text[:80]!r}: want [!]column:pattern")
    field = _column(parts["field"], "filter")
    if len(parts["pattern"]) > _LONGEST_PATTERN:
        raise WrongQuestion(400, f"filter of {len(parts['pattern'])} characters, at most {_LONGEST_PATTERN}")
    refuses = bool(parts["no"])
    if parts["how"] == "=":
        return FieldPattern(field, parts["pattern"], True, refuses)
    if (reason := _out_of_bounds(parts["pattern"])) is not None:
        raise WrongQuestion(400, f"filter={text[:80]!r}: {reason}")
    try:
        pattern = regex.compile(parts["pattern"])
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise WrongQuestion(400, f"filter={text[:80]!r}: no pattern ({error})") from error
    return FieldPattern(field, pattern, parts["how"] != "~", refuses)


def _out_of_bounds(pattern: str) -> str | None:
    """Why a pattern is refused: no limit of time stops the library while it makes or calls such a one."""
    plain = re.sub(r"\\.", "", pattern)
    if _CALL.search(plain):
        return "a pattern that calls itself"
    if (
        prod(max(1, *map(int, re.findall(r"\d{1,200}", times))) for times in _TIMES.findall(plain))
        > _MOST_TIMES
    ):
        return f"repeats more than {_MOST_TIMES:,} times"
    return None


def _collapse(text: str) -> tuple[str, int]:
    parts = _COLLAPSE.match(text)
    if parts is None:
        raise WrongQuestion(400, f"collapse={text[:80]!r}: want column or column:characters")
    return _column(parts["field"], "collapse"), int(parts["length"] or 0)


def _column(name: str, where: str) -> str:
    known = OTHER_NAMES.get(name, name)
    if known not in COLUMNS + MORE_COLUMNS:
        raise WrongQuestion(400, f"{where}: column {name[:40]!r}: want {', '.join(COLUMNS + MORE_COLUMNS)}")
    return known


def _columns(asked: ParsedRequest) -> tuple[str, ...]:
    """The requested columns, under the names in the request."""
    text = asked.last("fl") or asked.last("fields")
    names = [name for name in re.split(r"[,\s]+", text) if name]
    for name in names:
        _column(name, "fl")
    if len(names) > _MOST_FILTERS:
        raise WrongQuestion(400, f"fl: {len(names)} columns, at most {_MOST_FILTERS}")
    return tuple(names)


def _one_of(asked: ParsedRequest, name: str, known: dict[str, str]) -> str:
    text = asked.last(name)
    if text not in known:
        raise WrongQuestion(400, f"{name}={text[:40]!r}: want {', '.join(filter(None, known))}")
    return known[text]


def _truth(asked: ParsedRequest, name: str) -> bool:
    text = asked.last(name).lower()
    if text not in ("", "true", "false", "1", "0"):
        raise WrongQuestion(400, f"{name}={text[:40]!r}: want true or false")
    return text in ("true", "1")


def _number(asked: ParsedRequest, name: str, *, least: int = 0) -> int | None:
    text = asked.last(name)
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,15}", text) or int(text) < least or (name == "limit" and int(text) == 0):
        raise WrongQuestion(
            400, f"{name}={text[:40]!r}: want a number from {least or (1 if name == 'limit' else 0)}"
        )
    return int(text)


def _time(asked: ParsedRequest, name: str, padding: str) -> str:
    """The ISO time of an argument's digits, padded to the second; empty if the argument is missing."""
    text = asked.last(name)
    if not text:
        return ""
    if not re.fullmatch(r"[0-9]{1,14}", text):
        raise WrongQuestion(400, f"{name}={text[:40]!r}: want 1 to 14 digits")
    full = text.ljust(14, padding)
    return f"{full[:4]}-{full[4:6]}-{full[6:8]}T{full[8:10]}:{full[10:12]}:{full[12:14]}"


def _resume(word: str) -> Resume | None:
    if not word:
        return None
    try:
        urlkey, at, number = json.loads(base64.urlsafe_b64decode(word[:40_000].encode()))
    except (ValueError, TypeError, RecursionError) as error:
        raise WrongQuestion(400, f"resumeKey={word[:40]!r}: not one of this server's") from error
    is_ours = isinstance(urlkey, str) and isinstance(at, str) and isinstance(number, int)
    if (
        not is_ours
        or isinstance(number, bool)
        or abs(number) >= 1 << 62
        or re.search("[\ud800-\udfff]", urlkey + at)
    ):
        raise WrongQuestion(400, f"resumeKey={word[:40]!r}: not one of this server's")
    return Resume(urlkey, at, number)
