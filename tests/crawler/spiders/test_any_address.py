"""Addresses are hostile input: whatever stands in a link, one form or a refusal, and always a place."""

from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.registry.book import SiteFiles
from crawler.registry.urls import RefusedAddress, date_in, month_in, normalised, unwrapped

BOOK = SiteFiles.load()
BASE = "http://politics.people.com.cn/GB/1024/index.html"
PIECES = st.sampled_from(
    ["http://", "https:", "//", "a.example", "@", ":8080", "/", "..", "?", "#", "%", "%zz", "%2F", "[", "]", "::1", " ",
     "\t", "中", "\udcff", "\x00", "gate/big5/", "/BIG5/", "20200210id_/", "content_1.htm", "&", "=", ";", "xn--",
     "people.com.cn", "n1/2020/0210/c1-2.html", "_2", "ſ", "\u2028", "．"]
)  # fmt: skip
ADDRESSES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))


@settings(max_examples=400, deadline=None)
@given(ADDRESSES)
@example("http://[")
@example("//[::1")
@example("http://a.example/\udc80")
@example("http://%00/")
@example("HTTP://0．")
def test_one_form_or_a_refusal(href: str) -> None:
    try:
        once = normalised(href, BASE)
    except RefusedAddress:
        return
    assert normalised(once) == once
    assert once.startswith(("http://", "https://"))
    assert once.isascii()


@settings(max_examples=400, deadline=None)
@given(ADDRESSES)
@example("http://big5.a.example/gate/big5/[/x")
@example("http://a.example/20200210id_/http://[")
def test_every_address_has_a_place(url: str) -> None:
    place = BOOK.place(url, date(2026, 1, 1))

    assert place.role in ("article", "continuation", "listing", "enclosed", "other", "unknown")
    assert place.via in ("live", "wayback", "commoncrawl")


@settings(max_examples=200, deadline=None)
@given(ADDRESSES)
def test_looking_through_and_dating_never_fail(url: str) -> None:
    unwrapped(url)
    date_in(url)
    month_in(url)
