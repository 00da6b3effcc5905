"""index.commoncrawl.org and data.commoncrawl.org: two crawls, their index as JSON lines, ranged WARC records."""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote
from uuid import NAMESPACE_URL, uuid5

from crawler.sample.answer import Answer, SampleRequest, missing
from crawler.sample.holdings import Holding, holdings
from crawler.sample.hosts.wayback import chosen

INDEX, DATA = "index.commoncrawl.org", "data.commoncrawl.org"
CRAWLS = {"CC-MAIN-2020-10": ("20200217", "20200315"), "CC-MAIN-2020-16": ("20200328", "20200410")}
_PATH = "crawl-data/{crawl}/segments/1581875145708.59/{kind}/{crawl}-00001.warc.gz"


@dataclass(frozen=True, slots=True)
class _Record:
    """A capture in a crawl's file."""

    held: Holding
    file: str
    offset: int
    data: bytes


def index(asked: SampleRequest) -> Answer:
    """The list of crawls and their CDX services."""
    if asked.path == "/collinfo.json":
        return _json(json.dumps([_collection(crawl) for crawl in reversed(CRAWLS)], indent=2))
    crawl = asked.path.removeprefix("/").removesuffix("-index")
    if crawl not in CRAWLS:
        return _text("User-agent: *\nDisallow:\n") if asked.path == "/robots.txt" else missing()
    query = dict(parse_qsl(asked.query))
    if "url" not in query:
        return _json(json.dumps({"message": 'The "url" param is required'}), 400)
    found = _found(crawl, unquote(query["url"]), query.get("matchType", "exact"))
    if query.get("showNumPages") == "true":
        return _json(json.dumps({"pages": 1 if found else 0, "pageSize": 5, "blocks": 1 if found else 0}))
    if query.get("page", "0") != "0":
        return _json(
            json.dumps({"message": f"Page {query['page']} invalid: First Page is 0, Last Page is 0"}), 400
        )
    kept = [line for line in map(_line, found) if _wanted(line, asked.query)]
    if not kept:
        return _json(json.dumps({"message": f"No Captures found for: {query['url']}"}), 404)
    limit = query.get("limit", "")
    kept = kept[: int(limit)] if limit.isdigit() else kept
    return Answer("".join(json.dumps(line) + "\n" for line in kept).encode(), content_type="text/x-ndjson")


def data(asked: SampleRequest) -> Answer:
    """A crawl's file, whole or the requested range."""
    path = asked.path.removeprefix("/")
    parts = [record.data for record in _records() if record.file == path]
    if not parts:
        return _text("User-agent: *\nDisallow:\n") if path == "robots.txt" else missing()
    whole = b"".join(parts)
    match = re.fullmatch(r"bytes=(\d+)-(\d+)", asked.headers.get("range", ""))
    if match is None:
        return Answer(whole, content_type="application/octet-stream")
    start, end = int(match[1]), min(int(match[2]), len(whole) - 1)
    if start >= len(whole):
        return Answer(b"", 416, headers=(("Content-Range", f"bytes */{len(whole)}"),))
    place = ("Content-Range", f"bytes {start}-{end}/{len(whole)}")
    return Answer(whole[start : end + 1], 206, "application/octet-stream", headers=(place,))


def busy() -> Answer:
    """The rate limit's answer."""
    return Answer(b"<html><h1>503 Slow Down</h1></html>", 503)


def _collection(crawl: str) -> dict[str, str]:
    start, end = (f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00" for day in CRAWLS[crawl])
    return {
        "id": crawl,
        "name": f"Crawl {crawl.removeprefix('CC-MAIN-')} Index",
        "timegate": f"https://{INDEX}/{crawl}/",
        "cdx-api": f"https://{INDEX}/{crawl}-index",
        "from": start,
        "to": end,
    }


def _found(crawl: str, url: str, match: str) -> list[_Record]:
    held = {(one.url, one.timestamp) for one in chosen(url, match)}
    return [
        record
        for record in _records()
        if crawl in record.file and (record.held.url, record.held.timestamp) in held
    ]


def _line(record: _Record) -> dict[str, str]:
    held = record.held
    return {
        "urlkey": held.urlkey,
        "timestamp": held.timestamp,
        "url": held.url,
        "mime": held.mime,
        "mime-detected": held.mime,
        "status": str(held.status),
        "digest": held.digest,
        "length": str(len(record.data)),
        "offset": str(record.offset),
        "filename": record.file,
        "charset": "GB18030" if "paper." not in held.url else "UTF-8",
        "languages": "zho",
    }


def _wanted(line: dict[str, str], query: str) -> bool:
    """pywb's filters: `=field:exact`, `~field:regex`, `field:contained`, each after an optional `!`."""
    for text in (value for name, value in parse_qsl(query) if name == "filter"):
        plain = text.removeprefix("!")
        field, _, value = plain.lstrip("=~").partition(":")
        held = line.get(field, "")
        hit = _TESTS.get(plain[:1], _contains)(value, held)
        if hit == text.startswith("!"):
            return False
    return True


def _contains(value: str, held: str) -> bool:
    return value in held


def _fits(value: str, held: str) -> bool:
    try:
        return re.fullmatch(value, held) is not None
    except re.error:  # a pattern that is none fits nothing
        return False


_TESTS: dict[str, Callable[[str, str], bool]] = {"=": str.__eq__, "~": _fits}


@cache
def _records() -> tuple[_Record, ...]:
    """Captures that fall into a crawl's weeks, in files of their own for pages, and for redirects and failures."""
    made: list[_Record] = []
    ends: dict[str, int] = {}
    for held in holdings():
        crawl = next(
            (name for name, (start, end) in CRAWLS.items() if start <= held.timestamp[:8] <= end), None
        )
        if crawl is None:
            continue
        file = _PATH.format(crawl=crawl, kind="warc" if held.status == 200 else "crawldiagnostics")
        packed = gzip.compress(_warc(held), mtime=0)
        made.append(_Record(held, file, ends.get(file, 0), packed))
        ends[file] = ends.get(file, 0) + len(packed)
    return tuple(made)


def _warc(held: Holding) -> bytes:
    """A response record. The crawler stored bodies decoded and noted the coding aside."""
    moment = f"{held.captured:%Y-%m-%dT%H:%M:%SZ}"
    kept = [
        (name if name != "Content-Encoding" else "X-Crawl-Content-Encoding", value)
        for name, value in held.headers
    ]
    lines = [
        f"HTTP/1.1 {held.status} OK",
        *(f"{name}: {value}" for name, value in kept),
        f"Content-Length: {len(held.body)}",
    ]
    block = "\r\n".join(lines).encode() + b"\r\n\r\n" + held.body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Date: {moment}\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, held.url + held.timestamp)}>\r\n"
        f"Content-Length: {len(block)}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"WARC-Target-URI: {held.url}\r\n"
        f"WARC-Payload-Digest: sha1:{held.digest}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _json(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), status, "application/json")


def _text(text: str) -> Answer:
    return Answer(text.encode(), content_type="text/plain")
