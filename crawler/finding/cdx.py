"""The index of a web archive: questions in the CDX server's form, and its answers in all their shapes."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

# What an answer says instead of rows, with status 200 or 403.
REFUSALS = ("AdministrativeAccessControlException", "RobotAccessControlException")
COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
# pywb and Common Crawl call some columns otherwise.
OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}


class NoIndex(ValueError):  # noqa: N818 - the sentence it makes: this answer is no index
    """An answer that is no CDX list: a refusal, a page for people; the message says which."""


@dataclass(frozen=True, slots=True)
class CdxRow:
    """One capture that a web archive holds.

    `timestamp` is the archive's, 14 digits UTC; `status` is None for revisits and unknown; `digest` is base32 SHA-1 of
    the payload. `filename`, `offset` and `length` say where Common Crawl keeps the record (bytes, compressed).
    """

    timestamp: str
    original: str
    mimetype: str | None = None
    status: int | None = None
    digest: str | None = None
    length: int | None = None
    filename: str | None = None
    offset: int | None = None

    @property
    def is_page(self) -> bool:
        """Whether this may be an article: HTML with status 200, or a repetition of one."""
        html = self.mimetype in (None, "text/html", "application/xhtml+xml", "warc/revisit", "unk")
        return html and self.status in (None, 200)


@dataclass(frozen=True, slots=True)
class CdxPage:
    """Rows in the order given, and the key that continues the list, None at its end."""

    rows: tuple[CdxRow, ...]
    resume_key: str | None = None


def question(
    server: str,
    url: str,
    *,
    match: str = "exact",
    since: date | None = None,
    until: date | None = None,
    collapse: str | None = None,
    limit: int | None = None,
    resume_key: str | None = None,
    resumable: bool = True,
) -> str:
    """The address that asks a CDX server for HTML captures of a URL.

    `match` is `exact`, `prefix`, `host` or `domain`. `since` and `until` are days of capture, both included.
    `resumable` asks for a key to go on with, which pywb and Common Crawl do not know.
    Source: internetarchive/wayback, wayback-cdx-server/README.md; pywb, CDXJ server API.
    """
    asked: list[tuple[str, str]] = [("url", url), ("output", "json")]
    if match != "exact":
        asked.append(("matchType", match))
    if since:
        asked.append(("from", f"{since:%Y%m%d}"))
    if until:
        asked.append(("to", f"{until:%Y%m%d}"))
    if resumable:
        asked += [("filter", "!statuscode:[345]..")]
        if collapse:
            asked.append(("collapse", collapse))
        asked.append(("showResumeKey", "true"))
    if limit:
        asked.append(("limit", str(limit)))
    if resume_key:
        asked.append(("resumeKey", resume_key))
    return f"{server}?{urlencode(asked, quote_via=quote, safe=':/*!.[]')}"


def answer(text: str) -> CdxPage:
    """The rows of an answer: a JSON table, JSON lines, or lines of columns parted by spaces.

    Raises:
        NoIndex: a refusal, or nothing like an index.
    """
    text = text.strip().lstrip("\ufeff")
    for refusal in REFUSALS:
        if refusal in text[:2000]:
            raise NoIndex(refusal)
    if not text or text in ("[]", "[[]]") or _says_no_captures(text):
        return CdxPage(())
    if text[0] == "<":
        raise NoIndex(f"HTML: {re.sub('<[^<>]*>', ' ', text)[:200].split()!r:.120}")
    if text[0] == "[":
        return _table(text)
    if text[0] == "{":
        return CdxPage(tuple(_rows(_json(line) for line in text.splitlines() if line.strip())))
    return _lines(text)


def _says_no_captures(text: str) -> bool:
    return text[0] == "{" and "\n" not in text and "No Captures found" in text


def _table(text: str) -> CdxPage:
    table = _json(text)
    if not isinstance(table, list) or not all(isinstance(line, list) for line in table):
        raise NoIndex(f"JSON, but no table: {text[:80]!r}")
    lines: list[list[Any]] = table
    resume_key = None
    if len(lines) >= 2 and lines[-2] == [] and len(lines[-1]) == 1:
        resume_key = str(lines[-1][0])
        lines = lines[:-2]
    names = [str(name) for name in lines[0]] if lines else []
    return CdxPage(tuple(_rows(dict(zip(names, line, strict=False)) for line in lines[1:])), resume_key)


def _lines(text: str) -> CdxPage:
    head, _, tail = text.partition("\n\n")
    resume_key = tail.strip() or None
    rows = [line.split(" ") for line in head.splitlines()]
    if not all(len(row) in (6, 7) and re.fullmatch(r"\d{14}", row[1]) for row in rows):
        raise NoIndex(f"text, but no CDX lines: {text[:80]!r}")
    return CdxPage(tuple(_rows(dict(zip(COLUMNS, row, strict=False)) for row in rows)), resume_key)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoIndex(f"broken JSON: {text[:80]!r}") from error


def _rows(entries: Iterable[Any]) -> Iterable[CdxRow]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        named = {
            OTHER_NAMES.get(key, key): str(value)
            for key, value in entry.items()
            if value not in (None, "-", "")
        }
        if "original" in named and re.fullmatch(r"\d{14}", named.get("timestamp", "")):
            digest = named.get("digest", "").removeprefix("sha1:")
            yield CdxRow(
                timestamp=named["timestamp"],
                original=named["original"],
                mimetype=named.get("mimetype"),
                status=_number(named.get("statuscode")),
                digest=digest or None,
                length=_number(named.get("length")),
                filename=named.get("filename"),
                offset=_number(named.get("offset")),
            )


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,15}", text) else None


# ---------------------------------------------------------------------- TimeMaps

MEMENTO = re.compile(r'<(?P<url>[^<>]+)>(?P<rest>(?:\s*;\s*[\w-]+\s*=\s*"[^"]*")*)')
REPLAY_TIME = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/")


def mementos(text: str, original: str) -> tuple[CdxRow, ...]:
    """The captures that a Memento TimeMap in link format lists (RFC 7089 § 5).

    Raises:
        NoIndex: no link in it.
    """
    links = list(MEMENTO.finditer(text))
    if not links:
        raise NoIndex(f"no TimeMap: {text[:80]!r}")
    found: dict[str, CdxRow] = {}
    for link in links:
        relations = re.search(r'rel\s*=\s*"([^"]*)"', link["rest"])
        at = REPLAY_TIME.search(link["url"])
        if relations and at and "memento" in relations[1].split():
            found.setdefault(at[1], CdxRow(at[1], original))
    return tuple(found.values())


# ---------------------------------------------------------------------- Common Crawl

CRAWL_WEEK = re.compile(r"^CC-MAIN-(\d{4})-(\d{2})$")


def crawls(text: str, since: date | None, until: date | None) -> tuple[tuple[str, str], ...]:
    """(id, index address) of the crawls that may hold pages fetched in the range, newest first.

    A crawl is named for the week it ended in; it took up to three weeks.

    Raises:
        NoIndex: no list of crawls.
    """
    table = _json(text)
    if not isinstance(table, list):
        raise NoIndex(f"no list of crawls: {text[:80]!r}")
    found = []
    for crawl in table:
        name = str(crawl.get("id", "")) if isinstance(crawl, dict) else ""
        week = CRAWL_WEEK.match(name)
        if (
            week
            and isinstance(crawl.get("cdx-api"), str)
            and _overlaps(int(week[1]), int(week[2]), since, until)
        ):
            found.append((name, crawl["cdx-api"]))
    return tuple(found)


def _overlaps(year: int, week: int, since: date | None, until: date | None) -> bool:
    try:
        monday = date.fromisocalendar(year, max(1, week), 1).toordinal()
    except ValueError:  # a week 53 that the year does not have
        return True
    return (since is None or monday + 13 >= since.toordinal()) and (
        until is None or monday - 28 <= until.toordinal()
    )
