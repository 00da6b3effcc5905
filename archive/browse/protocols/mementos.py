"""Memento (RFC 7089): the captures that the archive holds of an address, and the capture nearest to a time."""

import json
import sqlite3
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from archive.browse.protocols.asked import ParsedRequest, WrongQuestion
from archive.browse.protocols.captured import ListedCapture, moment_of, nearest, of_address, time_of
from archive.browse.protocols.wire import HttpAnswer

PAGE = 5000  # mementos in one TimeMap; the next TimeMap is linked
LINKS = "application/link-format"
_SAFE = "!#$%&'()*+,/:;=?@[]~"


def timemap(conn: sqlite3.Connection, asked: ParsedRequest) -> HttpAnswer:
    """The TimeMap of an address, in link format or JSON. With `begin` in the address, it begins at that time."""
    url = asked.address()
    begin = asked.path.get("begin", "")
    captures = [one for one in of_address(conn, url) if one.timestamp >= begin]
    if not captures:
        raise WrongQuestion(404, f"{url}: not held")
    shown, more = captures[:PAGE], captures[PAGE:]
    then = (
        f"{asked.root}/web/timemap/{asked.path['form']}/{more[0].timestamp}/{linked(url)}" if more else None
    )
    if asked.path["form"] == "json":
        return HttpAnswer(_json(asked, url, shown, then), kind="application/json; charset=utf-8")
    own = f"{asked.root}/web/timemap/link/{begin + '/' if begin else ''}{linked(url)}"
    span = f'from="{http_date(shown[0])}"; until="{http_date(shown[-1])}"'
    lines = [
        f'<{linked(url)}>; rel="original"',
        f'<{asked.root}/web/{linked(url)}>; rel="timegate"',
        f'<{own}>; rel="self"; type="{LINKS}"; {span}',
    ]
    lines += [f'<{then}>; rel="timemap"; type="{LINKS}"; from="{http_date(more[0])}"'] if then else []
    lines += [_memento(asked, one, _place(at, shown, captures, begin)) for at, one in enumerate(shown)]
    return HttpAnswer((",\n".join(lines) + "\n").encode(), kind=LINKS)


def timegate(conn: sqlite3.Connection, asked: ParsedRequest) -> HttpAnswer:
    """The TimeGate: a redirect to the capture nearest to Accept-Datetime, or to the latest without that header."""
    url = asked.address()
    captures = of_address(conn, url)
    if not captures:
        raise WrongQuestion(404, f"{url}: not held")
    chosen = nearest(captures, url, _wanted(asked) or time_of(captures[-1].at))
    assert chosen is not None
    return HttpAnswer(
        status=302,
        headers={
            "Location": memento_address(asked, chosen),
            "Vary": "accept-datetime",
            "Link": links(asked, chosen, timegate=False),
        },
    )


def links(asked: ParsedRequest, one: ListedCapture, *, timegate: bool = True) -> str:
    """The Link header of a memento, or of the TimeGate that leads to it."""
    url = linked(one.original)
    said = [
        f'<{url}>; rel="original"',
        f'<{asked.root}/web/timemap/link/{url}>; rel="timemap"; type="{LINKS}"',
        _memento(asked, one),
    ]
    return ", ".join([*said, f'<{asked.root}/web/{url}>; rel="timegate"'] if timegate else said)


def memento_address(asked: ParsedRequest, one: ListedCapture, modifier: str = "") -> str:
    """The address where the capture is replayed."""
    return f"{asked.root}/web/{one.timestamp}{modifier}/{linked(one.original)}"


def linked(url: str) -> str:
    """An address, quoted for use in a header or at the end of another address."""
    return quote(url, safe=_SAFE)


def http_date(one: ListedCapture) -> str:
    """A capture's time in the form of HTTP dates."""
    return format_datetime(time_of(one.at), usegmt=True)


def _memento(asked: ParsedRequest, one: ListedCapture, place: str = "") -> str:
    return f'<{memento_address(asked, one)}>; rel="{place}memento"; datetime="{http_date(one)}"'


def _place(at: int, shown: list[ListedCapture], captures: list[ListedCapture], begin: str) -> str:
    first = "first " if at == 0 and not begin else ""
    return f"{first}last " if at == len(captures) - 1 and len(shown) == len(captures) else first


def _json(asked: ParsedRequest, url: str, shown: list[ListedCapture], then: str | None) -> bytes:
    said = {
        "original_uri": url,
        "timegate_uri": f"{asked.root}/web/{linked(url)}",
        "timemap_uri": {"link_format": f"{asked.root}/web/timemap/link/{linked(url)}"},
        "mementos": {
            "list": [
                {"datetime": f"{time_of(one.at):%Y-%m-%dT%H:%M:%SZ}", "uri": memento_address(asked, one)}
                for one in shown
            ]
        },
        **({"next_timemap_uri": then} if then else {}),
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _wanted(asked: ParsedRequest) -> datetime | None:
    said = asked.headers.get("accept-datetime", "").strip()
    if not said:
        return None
    try:
        wanted = parsedate_to_datetime(said)
    except (ValueError, OverflowError) as error:
        raise WrongQuestion(400, f"Accept-Datetime: {said[:60]!r}: want a date as HTTP writes it") from error
    return wanted if wanted.tzinfo else wanted.replace(tzinfo=time_of("1970").tzinfo)


def moment(asked: ParsedRequest) -> datetime:
    """The time in a memento's address. Raises WrongQuestion if there is no such time."""
    wanted = moment_of(asked.path["timestamp"])
    if wanted is None:
        raise WrongQuestion(400, f"{asked.path['timestamp']}: no time; want YYYYMMDDhhmmss, or its beginning")
    return wanted
