"""The captures of the sample's web archives: pages that the sites no longer serve, repeats, a redirect, a failure."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from urllib.parse import urlsplit

from crawler.sample.catalog import printings
from crawler.sample.hosts import jzrb, paper, people
from crawler.sample.outlets import outlet_of
from crawler.sample.printing import Printing
from crawler.sample.world import World

LOST_DAY = date(2020, 2, 11)
EXCLUDED = "wbpaper.jzrb.com"
"""A host whose captures the archive does not show."""

_DAY_OF_CRAWL = "20200211"


@dataclass(frozen=True, slots=True)
class Holding:
    """One capture. `timestamp` is YYYYMMDDhhmmss, UTC; `revisit` marks a capture with the payload of an earlier one."""

    url: str
    timestamp: str
    status: int
    mime: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    revisit: bool = False

    @property
    def digest(self) -> str:
        """SHA-1 of the body in base32, as indexes print it."""
        return base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()

    @property
    def urlkey(self) -> str:
        """The sort key of the address in indexes."""
        return surt(self.url)

    @property
    def captured(self) -> datetime:
        """The time of capture, in UTC, without a zone."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S")


def surt(url: str) -> str:
    """Address as a sort key: host reversed without www and port, everything in lower case."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}){(parts.path or '/').lower()}{query.lower()}"


@cache
def holdings() -> tuple[Holding, ...]:
    """Every capture, in the order of indexes: by key, then by time."""
    made = [*_lost_issue(), *_repeats(), *_failures()]
    return tuple(sorted(made, key=lambda holding: (holding.urlkey, holding.timestamp)))


def _lost_issue() -> list[Holding]:
    """The issue that the newspaper answers with 404: its pages, and its articles, captured twice with one payload."""
    items = [item for item in printings(date(2024, 12, 2)) if item.only_archived]
    pages: paper.Issue = {}
    for item in items:
        pages.setdefault(item.paper_page or 1, []).append(item)
    held = []
    for number in pages:
        url = f"http://{paper.HOST}{paper.layout_url(LOST_DAY, number)}"
        held.append(
            _holding(url, f"{_DAY_OF_CRAWL}0312{number:02d}", paper.layout_html(LOST_DAY, number, pages))
        )
    for place, item in enumerate(items):
        html = paper.article_html(_world(), item)
        first = _holding(item.url, f"{_DAY_OF_CRAWL}0320{place:02d}", html)
        again = Holding(
            first.url, f"202003051501{place:02d}", 200, first.mime, first.body, first.headers, revisit=True
        )
        held += [first, again]
    return held


def _repeats() -> list[Holding]:
    """Captures of pages that are still online: one from before a change, one with a wrong Content-Encoding."""
    lights = _page("http://politics.people.com.cn/n1/2020/0212/c1001-31580107.html")
    roster = _page("http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_20200210_1-01.htm")
    converted = _page("http://www.jzrb.com/news/tuijian/202002/436105.shtml")
    early = people.article_html(_world(), lights).replace("五十三座，一座不少", "五十二座，少了一座")
    lying = _holding(roster.url, "20200210010203", paper.article_html(_world(), roster))
    return [
        _holding(lights.url, "20200212001500", early, lights),
        _holding(lights.url, "20200213064000", people.article_html(_world(), lights), lights),
        Holding(*_head(lying), lying.body, (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))),
        _holding(converted.url, "20200215110000", jzrb.article_html(_world(), converted), converted),
    ]


def _failures() -> list[Holding]:
    url = f"http://{paper.HOST}/rmrb/html/2020-02/11/nw.D110000renmrb_20200211_9-01.htm"
    moved = "http://politics.people.com.cn/n1/2020/0211/c1001-31580100.html"
    target = (("Location", "http://politics.people.com.cn/n1/2020/0211/c1001-31580106.html"),)
    return [
        Holding(url, "20200701000000", 404, "text/html", b"<html><h1>404 Not Found</h1></html>"),
        Holding(moved, "20200301000000", 301, "text/html", b"<html>moved</html>", target),
        Holding(
            f"http://{EXCLUDED}/Article/index/aid/7966760.html",
            "20200301000000",
            200,
            "text/html",
            b"<html></html>",
        ),
    ]


def _head(holding: Holding) -> tuple[str, str, int, str]:
    return holding.url, holding.timestamp, holding.status, holding.mime


def _holding(url: str, timestamp: str, html: str, item: Printing | None = None) -> Holding:
    parts = urlsplit(url)
    outlet = outlet_of(parts.netloc, parts.path)
    codec = item.charset if item else outlet.codec
    headers = (*outlet.headers, ("Content-Type", "text/html"))
    return Holding(url, timestamp, 200, "text/html", html.encode(codec, "xmlcharrefreplace"), headers)


def _page(url: str) -> Printing:
    return next(item for item in printings(date(2024, 12, 2)) if item.url == url)


@cache
def _world() -> World:
    return World.on(date(2024, 12, 2))
