"""A capture replayed: its original bytes (`id_`), or the page without scripts that the reading room shows."""

import re
import sqlite3

from archive.browse.protocols.asked import ParsedRequest, WrongQuestion
from archive.browse.protocols.captured import ListedCapture, nearest, of_address
from archive.browse.protocols.mementos import http_date, linked, links, memento_address, moment
from archive.browse.protocols.wire import PLAIN, HttpAnswer
from archive.errors import Damaged
from archive.record import replay
from archive.record.http import Message
from archive.urlkey import key, unwrapped
from extract.page.address import escaped_bytes, joined

_AS_THEY_WERE = frozenset(("id_", "im_", "cs_", "js_", "oe_", "fw_"))
_TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")
_NOT_REPEATED = frozenset(("transfer-encoding", "connection", "keep-alive", "trailer", "upgrade"))
_LONGEST_HEAD = 16_384  # characters of the archived headers that are repeated


def memento(conn: sqlite3.Connection, asked: ParsedRequest) -> HttpAnswer:
    """The capture at the time in the address; a redirect to the nearest capture if there is none at that second."""
    url, wanted = asked.address(), moment(asked)
    captures = of_address(conn, url)
    one = nearest(captures, url, wanted)
    if one is None:
        raise WrongQuestion(404, f"{url}: not held")
    modifier = asked.path.get("modifier", "")
    if one.timestamp != asked.path["timestamp"]:
        head = {"Location": memento_address(asked, one, modifier), "Link": links(asked, one)}
        return HttpAnswer(status=302, headers=head)
    try:
        return _shown(conn, asked, one, modifier)
    except Damaged as damage:
        raise WrongQuestion(410, str(damage).replace(str(asked.warc), "warc")) from damage


def _shown(conn: sqlite3.Connection, asked: ParsedRequest, one: ListedCapture, modifier: str) -> HttpAnswer:
    message = replay.answered(conn, asked.warc, one.id)
    if message is None:
        raise WrongQuestion(404, f"{one.original}: what was held at {one.timestamp} holds no answer")
    head = {
        **_archived_headers(message, one.via),
        "Memento-Datetime": http_date(one),
        "Link": links(asked, one),
        "Vary": "Accept-Encoding",
    }
    if leads_to := _target(message, one):
        head["Location"] = f"{asked.root}/web/{leads_to[0]}{modifier}/{linked(leads_to[1])}"
    status = message.status or 200
    if not 200 <= status <= 599 or status in (204, 205, 304):
        head["X-Archive-Orig-Status"], status = str(status), 200
    if modifier not in _AS_THEY_WERE:
        page = replay.snapshot(conn, asked.warc, one.id, asked.room)
        if page is not None:
            return HttpAnswer(page.encode("utf-8", "replace"), status, "text/html; charset=utf-8", head)
    kind = message.header("content-type") or ("application/octet-stream" if message.body else PLAIN)
    coding = _coding_as_it_was(message, asked)
    if coding:
        return HttpAnswer(message.payload, status, kind, {**head, "Content-Encoding": coding})
    return HttpAnswer(message.body, status, kind, head)


def _coding_as_it_was(message: Message, asked: ParsedRequest) -> str:
    """The Content-Encoding under which the archived bytes are sent unchanged; empty if the client cannot decode it."""
    said = message.header("content-encoding") or ""
    codings = [word.strip().lower() for word in said.split(",") if word.strip()]
    accepted = {
        word.partition(";")[0].strip().lower() for word in asked.headers.get("accept-encoding", "").split(",")
    }
    is_whole = not {note.kind for note in message.notes} & {"coding", "mislabelled", "oversize", "truncated"}
    return ", ".join(codings) if codings and is_whole and set(codings) <= accepted else ""


def _archived_headers(message: Message, via: str) -> dict[str, str]:
    """The archived headers under the names `X-Archive-Orig-*`, so that no client acts on them."""
    headers: dict[str, str] = {}
    left = _LONGEST_HEAD
    for name, value in message.headers:
        word = name.lower()
        if via == "wayback":  # the other headers describe the Wayback Machine's response, not the page
            if not word.startswith("x-archive-orig-"):
                continue
            word = word.removeprefix("x-archive-orig-")
        left -= len(word) + len(value)
        if left < 0:
            break
        if _TOKEN.match(word) and word not in _NOT_REPEATED:
            headers.setdefault(f"X-Archive-Orig-{word}", value)
    return headers


def _target(message: Message, one: ListedCapture) -> tuple[str, str] | None:
    """The time and address of an archived redirect's target; None if it is no redirect, or leads to itself."""
    location = message.header("location")
    if message.status is None or not 300 <= message.status <= 308 or not location:
        return None
    target = joined(one.original, escaped_bytes(location))
    behind = unwrapped(target) if one.via == "wayback" else None
    at, target = behind or (one.timestamp, target)
    is_itself = at == one.timestamp and key(target) == one.urlkey and target == one.original
    return (at, target) if target.startswith(("http://", "https://")) and not is_itself else None
