"""Bad values at every place where a stored or fetched value is read: what is no value is none there, and ends nothing.

One table, a line for each place. The answer of a place is not looked at: its own tests do that.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.browse import moments
from archive.browse.protocols import asked, captured, query
from archive.door import moves, source_filter
from archive.errors import WrongUse
from archive.record import digests, enclosed, exchanges, http
from archive.record.parsing import addresses, dates
from archive.run.stretches import IMPORT_URL, Stretch
from archive.urlkey import key
from crawler.exploring import addresses as shapes
from crawler.exploring import endpoints, frontier, outline, paging
from crawler.fetch import guard, politeness, redirects, robots
from crawler.finding import arguments, cdx, data, feeds, links, lists
from crawler.registry import shard, urls
from crawler.registry.book import SiteFiles
from crawler.registry.site import DataList, Listing
from crawler.registry.tracking import cut_from
from crawler.scripts import embedded, keys
from extract import kind, picture
from extract.fields import paper
from extract.page import address, blocked, harmless, requisites, zones
from extract.page import dates as printed
from extract.page.page import Page
from extract.read import read

AT = datetime(2020, 2, 10, 0, 39, 53, tzinfo=UTC)
TODAY = date(2020, 2, 10)
HOME = "http://h.example/a/b.html"
LAYOUT = "http://paper.people.com.cn/rmrb/pc/layout/202002/10/node_{}.html"
SOUP = """<html><head><base href="{0}"><link rel="canonical" href="{0}"><link rel="alternate" type="application/rss+xml" href="{0}">
<meta http-equiv="refresh" content="0;url={0}"><meta name="publishdate" content="{0}"><meta property="og:url" content="{0}">
<script type="application/ld+json">{{"datePublished": "{0}", "url": "{0}", "author": {{"name": "{0}"}}}}</script>
<script>var url = "{0}"; $.ajax({{url: "{0}?page=1", data: {{"page": "{0}", "id": {0}}}}}); createPageHTML({0}, {0}, "index", "html");
var countPage = {0}; location.href = "{0}"; fetch("{0}.json")</script><script src="{0}"></script><style>a {{ background: url({0}) }} @import "{0}";</style>
</head><body><h1>{0}</h1><div class="info">{0} 来源：{0} 作者：{0} {0}版</div><a href="{0}" title="{0}">{0}</a><a rel="next" href="{0}">2</a>
<ul><li><a href="http://h.example/{0}">{0}</a><span>{0}</span></li><li><a href="//{0}/1.html">{0}</a><span>{0}天前</span></li></ul>
<div data-url="{0}" data-page="{0}" data-next-page="{0}"></div><time datetime="{0}">{0}</time><img src="{0}" srcset="{0} {0}x, {0} 2w">
<iframe src="{0}"></iframe><form action="{0}"></form><p style="background: url('{0}')">{0}</p><map><area href="{0}"></map></body></html>"""  # noqa: E501

NONE = [
    "http://[", "http://[::1", "//[x]/", "http://a]b/", "http://h:99999999/", "http://h:x/",
    "http://\u2100.example/", "http://xn--/",
    "http://h.example/%ff%00%", "http:///", "://", "//", "#", "?", "\\", "javascript:1", "data:,", "\x00",
    "\ufeff", "\ud800", "\udcff",
    "\u0661\u0662", "\u00b2", "9" * 30, "9" * 5_000, "-1", "1e999", "nan", "inf", "0x", "00", "２０２０-13-40",
    "0000-00-00", "9999-12-31T24:00:00+99:99",
    "2020-02-30", "1582-10-10", "10000-01-01", "Mon, 99 Foo 99999 99:99:99 +9999", "民国999年99月99日",
    "99999天前", "null", "[]", "{}", "[[", "{\"a\":",
    "[" * 2_000, '{"a":' * 2_000, "7", "\"", "'", "<", "<!--", "<![CDATA[", "]]>", "&#99999999999;",
    "&#xd800;", "\\ud800", "%u0000", "\\x", "=", ",", ";",
    "2020-02-10\x00", "a" * 20_000, "/".join("a" * 2_000), "?" + "&" * 2_000, "\r\n", "\t", "sha1:",
    "sha1:\u00e9", "md5:zz", "file:///etc", "mailto:", "..",
]  # fmt: skip
"""What has broken a parser somewhere."""


def page(value: str, url: str = HOME) -> Page:
    """A page that says this value wherever a page can say one."""
    return Page(
        url,
        SOUP.replace("{0}", value).replace("{{", "{").replace("}}", "}").encode("utf-8", "replace"),
        "text/html",
    )


def lines(value: str) -> outline.Outline:
    return outline.Outline(page(value), TODAY)


def every(found: Any) -> None:
    """Work through what comes piece by piece."""
    if isinstance(found, Iterator):
        for _ in found:
            pass


def refusing(place: Callable[[str], Any], *refusals: type[Exception]) -> Callable[[str], None]:
    """A place that may refuse, in these ways and no other."""

    def called(value: str) -> None:
        with suppress(*refusals):
            every(place(value))

    return called


def raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def asking(value: str) -> asked.ParsedRequest:
    """A question to the index whose every argument is this."""
    names = (
        "url",
        "from",
        "to",
        "filter",
        "collapse",
        "fl",
        "limit",
        "offset",
        "page",
        "pageSize",
        "sort",
        "closest",
        "resumeKey",
        "output",
        "matchType",
    )
    return asked.ParsedRequest(
        {"tail": value, "timestamp": value},
        dict.fromkeys(names, (value,)),
        value,
        {},
        Path(),
        Path(),
        "http://r",
        "/r",
        "2020-02-10T00:39:53Z",
    )


def remark(value: str, url: str = IMPORT_URL) -> exchanges.Remark:
    fields = dict.fromkeys(
        (
            "run",
            "file",
            "fileEncoded",
            "start",
            "end",
            "sha256",
            "names",
            "characters",
            "status",
            "payloadLength",
            "passedOver",
        ),
        value,
    )
    return exchanges.Remark(url, AT, fields, None, {})  # type: ignore[arg-type]


PLACES: dict[str, Callable[[str], Any]] = {
    # addresses
    "address.joined, relative": partial(address.joined, HOME),
    "address.joined, base": lambda v: address.joined(v, "a.html"),
    "address.parted": address.parted,
    "addresses.canonical": lambda v: addresses.canonical(addresses.as_text(raw(v))),
    "urlkey.key": lambda v: key(addresses.as_text(raw(v))),
    "urls.normalised": refusing(lambda v: urls.normalised(v, HOME), urls.RefusedAddress),
    "urls.unwrapped": urls.unwrapped,
    "urls.date_in": urls.date_in,
    "urls.month_in": urls.month_in,
    "urls.file_kind": urls.file_kind,
    "tracking.cut_from": cut_from,
    "SiteFiles.place": lambda v: SITES.place(v, TODAY),
    "SiteFiles.site_of": lambda v: SITES.site_of(v),
    "guard.is_public": guard.is_public,
    "guard.literal_address": guard.literal_address,
    "redirects.is_loop": lambda v: redirects.is_loop(HOME, 302, v.encode("latin-1", "replace"), [HOME]),
    "moves.kind": lambda v: (moves.kind(HOME, v), moves.kind(v, HOME)),
    "moves.is_moved": lambda v: (moves.is_moved(HOME, v), moves.is_moved(v, HOME)),
    "blocked.gate": lambda v: (
        blocked.gate(HOME, v),
        blocked.gate(v, HOME),
        blocked.sends_back(HOME, v),
        blocked.sends_back(v, HOME),
    ),
    "links.link_of": lambda v: links.link_of(v, v, HOME, None),
    "shapes, of a normalised address": lambda v: [
        f(normal(v)) for f in (shapes.look, shapes.is_month, shapes.shape_of, frontier.bare)
    ],
    "paging.habits": lambda v: list(paging.habits(normal(v))),
    "paging.guessed": lambda v: paging.guessed(normal(v)),
    # pages
    "read": lambda v: read(page(v)),
    "read, of a layout page": lambda v: paper.issue_of(page(v, LAYOUT.format(v))),
    "links.linked": lambda v: links.linked(page(v)),
    "links.listed": lambda v: refusing(
        lambda v: links.listed(page(v), Listing(HOME, rows="li", dates="span"), TODAY), links.NotAList
    )(v),
    "lists.next_page": lambda v: lists.next_page(
        page(v), Listing(HOME, paging="http://h.example/{page}.html", next="a"), 2, 3
    ),
    "lists.highest": lambda v: lists.highest(page(v), Listing(HOME, paging="http://h.example/{page}.html")),
    "Outline": lambda v: [
        getattr(lines(v), name)
        for name in ("links", "base", "title", "feeds", "script", "words", "scripts", "digest")
    ],
    "Outline.address": lambda v: lines("a").address(v),
    "Outline.wall": lambda v: lines(v).wall("h.example", articles=0),
    "paging.pager_of": lambda v: paging.pager_of(lines(v)),
    "endpoints.endpoints_of": lambda v: endpoints.endpoints_of(lines(v)),
    "embedded.roots": lambda v: list(embedded.roots(page(v))),
    "kind.sends_to": lambda v: kind.sends_to(page(v), v),
    "requisites.of_page": lambda v: requisites.of_page(page(v), v),
    "requisites.of_stylesheet": lambda v: requisites.of_stylesheet(
        f"@import url({v}); a {{ background: url('{v}') }}", HOME
    ),
    "harmless.quiet_css": lambda v: harmless.quiet_css(f"a {{ b: url({v}) }} @import '{v}'; {v}"),
    "blocked.walled": lambda v: (blocked.blocked(200, raw(v)), blocked.walled(raw(v)), blocked.outage(v)),
    # data
    "data.entries": lambda v: refusing(
        lambda v: data.entries(Page(HOME, raw(v), None), DataList(HOME, "url", "a", "date", "title"), TODAY),
        links.NotAList,
    )(v),
    "data.entries, of an entry": lambda v: refusing(
        lambda v: data.entries(
            Page(HOME, json.dumps({"a": [{"url": v, "date": v, "title": v}, 7, None]}).encode(), None),
            DataList(HOME, "url", "a", "date", "title"),
            TODAY,
        ),
        links.NotAList,
    )(v),
    "keys.value_in": keys.value_in,
    "feeds.feed": lambda v: refusing(lambda v: feeds.feed(raw(v), HOME), ValueError)(
        f"<rss><channel><item><link>{v}</link><pubDate>{v}</pubDate></item></channel></rss>"
    ),
    "feeds.feed, json": lambda v: feeds.feed(
        json.dumps(
            {"version": "https://jsonfeed.org/version/1", "items": [{"url": v, "date_published": v}, v]}
        ).encode(),
        HOME,
    ),
    "feeds.sitemap": lambda v: refusing(lambda v: feeds.sitemap(raw(v), HOME), ValueError)(
        f"<urlset><url><loc>{v}</loc><lastmod>{v}</lastmod></url></urlset>"
    ),
    "cdx.answer": lambda v: refusing(cdx.answer, ValueError)(v),
    "cdx.answer, json": lambda v: refusing(cdx.answer, ValueError)(
        json.dumps([["urlkey", "timestamp", "original", "length", "offset"], [v] * 5, [v]])
    ),
    "cdx.mementos": lambda v: refusing(lambda v: cdx.mementos(v, HOME), ValueError)(
        f'<{v}>; rel="memento"; datetime="{v}"'
    ),
    "robots.decided": lambda v: robots.decided(
        200, raw(f"User-agent: *\nCrawl-delay: {v}\nDisallow: {v}\nSitemap: {v}")
    ),
    # times and numbers
    "printed.find": lambda v: (
        printed.find(v),
        printed.machine(v),
        printed.compact(v),
        printed.bare_roc(v),
        printed.two_digits(v),
    ),
    "printed.relative": lambda v: (printed.relative(v, AT), printed.relative(f"{v}天前", AT)),
    "zones.of": zones.of,
    "paper.printed": lambda v: (paper.printed(v), paper.printed(f"《人民日报》（{v}年{v}月{v}日 第{v}版）")),
    "links.day_in": lambda v: links.day_in(v, TODAY),
    "dates.warc_date": lambda v: (dates.warc_date(v), dates.is_odd(v)),
    "politeness.retry_after_s": lambda v: politeness.retry_after_s(v.encode("latin-1", "replace"), 0.0),
    "moments.span": lambda v: (moments.span(v, "day"), moments.span(v, v)),
    "captured.moment_of": captured.moment_of,
    "picture.measured": lambda v: picture.measured(b"\xff\xd8\xff" + raw(v)),
    "arguments.days": refusing(lambda v: arguments.days(v, v, TODAY), WrongUse, ValueError),
    "shard.told": refusing(shard.Shard.parsed, WrongUse, ValueError),
    # records
    "digests.agrees": lambda v: (
        digests.agrees(v, [b""]),
        digests.agrees(f"sha1:{v}", [b""]),
        digests.in_our_form(f"sha1:{v}"),
    ),
    "enclosed.enclosed": lambda v: enclosed.enclosed(
        raw(
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {v}\r\nWARC-Date: {v}\r\nContent-Length: {v}\r\n\r\n"
        )
    ),
    "http.parse": lambda v: http.parse(
        raw(
            f"HTTP/1.1 {v}\r\nContent-Length: {v}\r\nContent-Encoding: {v}\r\nTransfer-Encoding: {v}\r\n\r\n{v}"
        )
    ),
    "http.parse, chunks": lambda v: http.parse(
        raw(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{v}\r\n{v}")
    ),
    "exchanges.warc_fields": lambda v: exchanges.warc_fields(raw(v)),
    "Stretch.of": lambda v: Stretch.of(remark(v)),
    "Passed.of": lambda v: source_filter.Passed.of(remark(v, HOME)),
    # the reading room's questions
    "query.question": refusing(lambda v: query.question(asking(v)), query.WrongQuestion),
    "asked.web_address": refusing(asked.web_address, query.WrongQuestion),
}
SITES = SiteFiles.load()


def normal(value: str) -> str:
    """The address as every request has it, or a plain one."""
    try:
        return urls.normalised(value, HOME)
    except urls.RefusedAddress:
        return HOME


def bad(test: Any) -> Any:
    """Every value that has broken a parser, before others."""
    for value in NONE:
        test = example(value)(test)
    return test


VALUES = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(NONE), min_size=1, max_size=3).map(lambda found: "".join(found)[:30_000]),
    st.from_regex(r"https?://[^/]{0,20}(:\d{0,9})?/.{0,20}", fullmatch=True),
)


@pytest.mark.parametrize("place", PLACES)
@bad
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=VALUES)
def test_a_value_that_is_none_ends_nothing(place: str, value: str) -> None:
    every(PLACES[place](value))
