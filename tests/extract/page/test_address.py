"""Links made absolute as the URL standard and browsers do."""

import pytest
from lxml import html

from extract.page.address import base_of, joined, parted, slashed


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("\\202002\\t1.html", "http://asp.example/202002/t1.html"),
        ("..\\news\\show.asp?file=a\\b", "http://asp.example/news/show.asp?file=a\\b"),
        ("http:\\\\other.example\\a.htm#x\\y", "http://other.example/a.htm"),
        ("\\\\other.example\\a.htm", "http://other.example/a.htm"),
        (" /list/\\a.htm", "http://asp.example/list//a.htm"),
        ("http://[", ""),
    ],
)
def test_backslashes_are_slashes_but_in_a_query(href: str, wanted: str) -> None:
    assert joined("http://asp.example/list/index.asp", href) == wanted


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("/", "http://asp.example:8080/"),
        ("/a//b.html", "http://asp.example:8080/a//b.html"),
        ("/a?b=1&c=2", "http://asp.example:8080/a?b=1&c=2"),
        ("/a?", "http://asp.example:8080/a"),
        ("/.a", "http://asp.example:8080/.a"),
        ("/a/../b", "http://asp.example:8080/b"),
        ("/a/.", "http://asp.example:8080/a/"),
        ("//other.example/a", "http://other.example/a"),
        ("https://other.example/a?b=1", "https://other.example/a?b=1"),
        ("http://other.example/a/../b#c", "http://other.example/b"),
        ("http://other.example:81/a/%41.b", "http://other.example:81/a/%41.b"),
        ("HTTP://other.example/a", "http://other.example/a"),
    ],
)
def test_plain_addresses_and_those_with_dots_become_absolute(href: str, wanted: str) -> None:
    assert joined("http://asp.example:8080/list/index.asp?x=/y#z", href) == wanted


@pytest.mark.parametrize(
    ("base", "href", "wanted"),
    [
        ("http://a.example/n/1.htm", "p/2.jpg", "http://a.example/n/p/2.jpg"),
        ("http://a.example", "2.jpg", "http://a.example/2.jpg"),
        ("http://a.example/n/", "p/", "http://a.example/n/p/"),
        ("http://a.example/./n/1.htm", "2.jpg", "http://a.example/n/2.jpg"),
        ("http://a.example/n/..", "2.jpg", "http://a.example/n/2.jpg"),
        ("http://a.example/n//1.htm", "2.jpg", "http://a.example/n/2.jpg"),
        ("http://a.example/n/1.htm?u=/x/", "2.jpg", "http://a.example/n/2.jpg"),
        ("http://a.example/n/1.htm", "p/../2.jpg", "http://a.example/n/2.jpg"),
        ("http://a.example/n/1.htm", "p//2.jpg", "http://a.example/n/p/2.jpg"),
        ("http://a.example/n/1.htm", "tel:12", "tel:12"),
    ],
)
def test_addresses_from_the_folder_of_a_page_stand_behind_it(base: str, href: str, wanted: str) -> None:
    assert joined(base, href) == wanted


@pytest.mark.parametrize(
    "href", ["javascript:open('\\x41')", "data:text/plain,a\\b", "mailto:a\\b@c.example"]
)
def test_other_schemes_keep_theirs(href: str) -> None:
    assert slashed(href) == href


@pytest.mark.parametrize(
    ("stated", "base"),
    [
        ('<base href="http://cdn.example/a/">', "http://cdn.example/a/"),
        ('<base href="\\b\\">', "http://own.example/b/"),
        ('<base target="_blank">', "http://own.example/c/d.html"),
        ('<base href="javascript:0">', "http://own.example/c/d.html"),
        ("", "http://own.example/c/d.html"),
    ],
)
def test_relative_links_start_from_the_base_that_a_page_states(stated: str, base: str) -> None:
    assert (
        base_of(html.fromstring(f"<html><head>{stated}</head></html>"), "http://own.example/c/d.html") == base
    )


NO_ADDRESSES = [
    "http://[",
    "http://[::1/a",
    "//[x]/",
    "http://a]b/",
    "http://\u2100.example/",
    "",
    "[",
    "\x00",
]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_parted_and_joined_all_the_same(url: str) -> None:
    assert isinstance(parted(url).path, str)
    assert not parted(url).hostname
    assert isinstance(joined("http://h.example/", url), str)
    assert isinstance(joined(url, "/a"), str)
