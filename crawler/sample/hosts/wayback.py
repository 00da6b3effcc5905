"""web.archive.org: the CDX server, replay (raw with id_), TimeMaps and TimeGate, and its error texts."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from crawler.sample.answer import Answer, SampleRequest, missing
from crawler.sample.holdings import EXCLUDED, Holding, holdings, surt

HOST = "web.archive.org"
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_REPLAY = re.compile(r"/web/(?P<stamp>\d{1,14})(?P<mode>[a-z]{2}_)?/(?P<url>.+)")
_TIMEMAP = re.compile(r"/web/timemap/(?P<form>link|json|cdx)/(?P<url>.+)")
_GATE = re.compile(r"/web/(?P<url>https?:/.+)")
_SERVER = (("Server", "nginx"),)


def answer(asked: SampleRequest) -> Answer:
    """Any request to the archive."""
    if asked.path == "/robots.txt":
        return Answer(b"User-agent: *\nDisallow: /cgi-bin/\n", content_type="text/plain", headers=_SERVER)
    if asked.path in ("/cdx/search/cdx", "/cdx/search/cdx/"):
        return _cdx(parse_qsl(asked.query, keep_blank_values=True))
    if match := _TIMEMAP.fullmatch(asked.target):
        return _timemap(match["form"], match["url"])
    if match := _REPLAY.fullmatch(asked.target):
        return _replay(match["stamp"], match["mode"] or "", match["url"])
    if match := _GATE.fullmatch(asked.target):
        return _gate(match["url"], asked.headers.get("accept-datetime"))
    return missing()


def busy() -> Answer:
    """Too many requests: no Retry-After, as the real one sends none."""
    return Answer(b"<html><h1>429 Too Many Requests</h1></html>", 429, headers=_SERVER)


def chosen(url: str, match: str) -> list[Holding]:
    """Captures an index query names; `match` is exact, prefix, host or domain, wildcards in the URL count too."""
    if url.endswith("*"):
        url, match = url[:-1], "prefix"
    if url.startswith("*."):
        url, match = url[2:], "domain"
    key = surt(url)
    if match == "exact":
        return [held for held in holdings() if held.urlkey == key]
    if match == "prefix":
        return [held for held in holdings() if held.urlkey.startswith(key)]
    host = key.partition(")")[0]
    return [
        held
        for held in holdings()
        if (name := held.urlkey.partition(")")[0]) == host
        or (match == "domain" and name.startswith(host + ","))
    ]


def row(held: Holding) -> dict[str, str]:
    """A capture as an index prints it; revisits have neither status nor type of their own."""
    return {
        "urlkey": held.urlkey,
        "timestamp": held.timestamp,
        "original": held.url,
        "mimetype": "warc/revisit" if held.revisit else held.mime,
        "statuscode": "-" if held.revisit else str(held.status),
        "digest": held.digest,
        "length": str(len(held.body) // 3 + 400),
    }


@dataclass(frozen=True, slots=True)
class _Query:
    """A CDX query's parameters; `filters` keep their order."""

    values: dict[str, str]
    filters: tuple[str, ...]

    def number(self, name: str) -> int:
        value = self.values.get(name, "0")
        return int(value) if value.lstrip("-").isdigit() else 0


def _cdx(pairs: list[tuple[str, str]]) -> Answer:
    query = _Query(dict(pairs), tuple(value for name, value in pairs if name == "filter"))
    url = query.values.get("url")
    if not url:
        return _text("The 'url' param is required", 400)
    if surt(url).startswith(surt(EXCLUDED).partition(")")[0]):
        return _text(
            "org.archive.util.io.RuntimeIOException: org.archive.wayback.exception.AdministrativeAccessControlException: "
            "Blocked Site Error\n",
            403,
        )
    if query.values.get("showNumPages") == "true":
        return _text("1\n")
    if fault := _fault(query):
        return _text(f"{fault}\n", 400)
    rows = [row(held) for held in chosen(unquote(url), query.values.get("matchType", "exact"))]
    rows, key = _limited(_collapsed(_filtered(_dated(rows, query), query), query), query)
    fields = query.values.get("fl", ",".join(FIELDS)).split(",")
    if query.values.get("output") == "json":
        return _json_rows(rows, fields, key)
    lines = "".join(" ".join(entry[field] for field in fields) + "\n" for entry in rows)
    return _text(lines + (f"\n{key}\n" if key else ""))


def _fault(query: _Query) -> str | None:
    """What is wrong with a query's fields and patterns."""
    named = [*query.values.get("fl", "").split(","), query.values.get("collapse", "").partition(":")[0]]
    for name in filter(None, named):
        if name not in FIELDS:
            return f"unknown field: {name}"
    for text in query.filters:
        try:
            re.compile(text.partition(":")[2])
        except re.error as error:
            return f"bad filter {text}: {error}"
    return None


def _dated(rows: list[dict[str, str]], query: _Query) -> list[dict[str, str]]:
    start = query.values.get("from", "").ljust(14, "0")
    end = query.values.get("to", "").ljust(14, "9")
    return [entry for entry in rows if start <= entry["timestamp"] <= end]


def _filtered(rows: list[dict[str, str]], query: _Query) -> list[dict[str, str]]:
    for text in query.filters:
        field, _, pattern = text.lstrip("!").partition(":")
        wanted = not text.startswith("!")
        rows = [entry for entry in rows if _matches(entry, field, pattern) == wanted]
    return rows


def _matches(entry: dict[str, str], field: str, pattern: str) -> bool:
    if field.startswith("~"):
        return pattern in entry.get(field[1:], "")
    return re.fullmatch(pattern, entry.get(field, "")) is not None


def _collapsed(rows: list[dict[str, str]], query: _Query) -> list[dict[str, str]]:
    """Drops a row that repeats its neighbour's field, or the field's first N characters; only neighbours count."""
    field, _, length = query.values.get("collapse", "").partition(":")
    if not field:
        return rows
    cut = int(length) if length.isdigit() else None
    keys = [entry[field][:cut] for entry in rows]
    return [entry for place, entry in enumerate(rows) if place == 0 or keys[place] != keys[place - 1]]


def _limited(rows: list[dict[str, str]], query: _Query) -> tuple[list[dict[str, str]], str | None]:
    """The rows of one answer, and the key to go on from if there are more and it was asked for."""
    if resume := query.values.get("resumeKey"):
        after = tuple(unquote(resume).split(" "))
        rows = [entry for entry in rows if (entry["urlkey"], entry["timestamp"]) > after]
    rows = rows[query.number("offset") :]
    limit = query.number("limit")
    if limit < 0:
        return rows[limit:], None
    shown = rows[:limit] if limit else rows
    more = len(shown) < len(rows) and query.values.get("showResumeKey") == "true"
    key = quote(f"{shown[-1]['urlkey']} {shown[-1]['timestamp']}", safe="") if more else None
    return shown, key


def _json_rows(rows: list[dict[str, str]], fields: list[str], key: str | None) -> Answer:
    table = [fields, *([entry[field] for field in fields] for entry in rows)] if rows else []
    if key:
        table += [[], [key]]
    body = "[" + ",\n".join(json.dumps(line) for line in table) + "]\n"
    return Answer(body.encode(), content_type="application/json", headers=_SERVER)


def _captures(url: str) -> list[Holding]:
    """All captures of an address, however it is escaped."""
    fixed = re.sub(r"^(https?):/+", r"\1://", unquote(url))
    return [held for held in holdings() if held.urlkey == surt(fixed)]


def _replay(stamp: str, mode: str, url: str) -> Answer:
    held = _captures(url)
    if not held:
        return _not_archived(url)
    if EXCLUDED in url:
        return _blocked()
    nearest = min(held, key=lambda one: abs(int(one.timestamp) - int(stamp.ljust(14, "0"))))
    if nearest.timestamp != stamp:
        place = f"https://{HOST}/web/{nearest.timestamp}{mode}/{nearest.url}"
        return Answer(b"", 302, headers=(*_SERVER, ("Location", place), _links(held, nearest)))
    return _raw(held, nearest) if mode == "id_" else _view(held, nearest)


def _raw(held: list[Holding], nearest: Holding) -> Answer:
    kept = [(name, value) for name, value in nearest.headers if name in ("Content-Encoding",)]
    if nearest.status in (301, 302):
        place = dict(nearest.headers)["Location"]
        kept.append(("Location", f"https://{HOST}/web/{nearest.timestamp}id_/{place}"))
    original = [(f"x-archive-orig-{name.lower()}", value) for name, value in nearest.headers]
    headers = (*_SERVER, _moment(nearest), _links(held, nearest), *original, *kept)
    return Answer(nearest.body, nearest.status, nearest.mime, headers=headers)


def _view(held: list[Holding], nearest: Holding) -> Answer:
    """The replayed page for a person, with the archive's banner and rewritten links; a redirect is only described."""
    headers = (*_SERVER, _moment(nearest), _links(held, nearest))
    if nearest.status in (301, 302):
        place = dict(nearest.headers)["Location"]
        text = f'<html><body><p class="code">Got an HTTP {nearest.status} response at crawl time</p><a href="{place}">{place}</a></body></html>'
        return Answer(text.encode(), headers=headers)
    banner = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp-base'></div><!-- END WAYBACK TOOLBAR INSERT -->"
    prefix = f'href="/web/{nearest.timestamp}/http://'.encode()
    body = nearest.body.replace(b'href="http://', prefix).replace(b"<body>", b"<body>" + banner)
    return Answer(body, nearest.status, nearest.mime, headers=headers)


def _gate(url: str, wanted: str | None) -> Answer:
    """TimeGate: the capture nearest to Accept-Datetime, the newest without one."""
    held = _captures(url)
    if not held:
        return _not_archived(url)
    nearest = held[-1]
    if moment := _moment_asked(wanted):
        nearest = min(held, key=lambda one: abs(one.captured - moment))
    place = f"https://{HOST}/web/{nearest.timestamp}/{nearest.url}"
    return Answer(
        b"", 302, headers=(*_SERVER, ("Vary", "accept-datetime"), ("Location", place), _links(held, nearest))
    )


def _moment_asked(wanted: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(wanted).replace(tzinfo=None) if wanted else None
    except ValueError:  # not a date: the newest capture answers
        return None


def _timemap(form: str, url: str) -> Answer:
    held = _captures(url)
    if not held:
        return _not_archived(url)
    if form == "cdx":
        return _text("".join(" ".join(row(one).values()) + "\n" for one in held))
    if form == "json":
        return _json_rows([row(one) for one in held], list(FIELDS), None)
    body = f'<{held[0].url}>; rel="original",\n' + ",\n".join(_mementos(held)) + "\n"
    return Answer(body.encode(), content_type="application/link-format", headers=_SERVER)


def _mementos(held: list[Holding]) -> list[str]:
    url = held[0].url
    lines = [
        f'<https://{HOST}/web/timemap/link/{url}>; rel="self"; type="application/link-format"',
        f'<https://{HOST}/web/{url}>; rel="timegate"',
    ]
    for place, one in enumerate(held):
        words = ["first"] * (place == 0) + ["last"] * (place == len(held) - 1) + ["memento"]
        lines.append(
            f'<https://{HOST}/web/{one.timestamp}/{url}>; rel="{" ".join(words)}"; datetime="{_date(one)}"'
        )
    return lines


def _links(held: list[Holding], nearest: Holding) -> tuple[str, str]:
    lines = [f'<{nearest.url}>; rel="original"', *_mementos(held)]
    return "Link", ", ".join(lines)


def _moment(held: Holding) -> tuple[str, str]:
    return "Memento-Datetime", _date(held)


def _date(held: Holding) -> str:
    return format_datetime(held.captured.replace(tzinfo=UTC), usegmt=True)


def _not_archived(url: str) -> Answer:
    host = urlsplit(url).netloc
    text = f"<html><body><h1>Hrm.</h1><p>The Wayback Machine has not archived that URL.</p><p>{host}</p></body></html>"
    return Answer(text.encode(), 404, headers=_SERVER)


def _blocked() -> Answer:
    text = "<html><body><p>This URL has been excluded from the Wayback Machine.</p></body></html>"
    error = ("X-Archive-Wayback-Runtime-Error", "AdministrativeAccessControlException: Blocked Site Error")
    return Answer(text.encode(), 403, headers=(*_SERVER, error))


def _text(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), status, "text/plain", headers=_SERVER)
