"""Lists have the time limit that pages have."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from archive.door.apart import TooLong, current, reading_apart
from archive.errors import Stopped
from crawler.exploring.explorer import outline_of
from crawler.finding.feeds import feed, sitemap
from crawler.finding.limited import GivenUp, in_time
from crawler.finding.links import EVERY_LINK, linked, listed
from crawler.finding.lists import next_page
from crawler.finding.spider import page_of
from crawler.registry.site import Listing
from extract.fields.paper import issue_of

TODAY = date(2024, 12, 2)
LIST = '<ul><li><a href="/a/1.html">武汉</a> 2024-12-01</li></ul><a href="/list_2.html">下一页</a>'
FEED = "<rss><channel><item><link>http://h.example/a/1.html</link></item></channel></rss>"
MAP = "<urlset><url><loc>http://h.example/a/1.html</loc></url></urlset>"


def response(body: str, url: str = "http://h.example/list.html") -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def hang(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with reading_apart(tmp_path_factory.mktemp("apart"), 60, is_sure=True):
        yield


@pytest.mark.slow
def test_lists_read_apart_say_the_same(apart: None) -> None:
    page, listing = page_of(response(LIST)), Listing("http://h.example/list.html", next_text="下一页")

    assert current() is not None
    assert [link.url for link in in_time(response(LIST), listed, page, listing, TODAY)] == [
        "http://h.example/a/1.html",
        "http://h.example/list_2.html",
    ]
    assert in_time(response(LIST), next_page, page, listing, 0, 1) == ("http://h.example/list_2.html", 0)
    assert len(in_time(response(LIST), linked, page, EVERY_LINK)) == 2
    assert in_time(response(LIST), issue_of, page) is None
    for body, work in ((FEED, feed), (MAP, sitemap)):
        own = response(body, "http://h.example/x.xml")
        assert in_time(own, work, own.body, own.url) == work(own.body, own.url)
    assert outline_of(response(LIST), TODAY).links[0].url == "http://h.example/a/1.html"


@pytest.mark.slow
def test_a_list_that_is_given_up_is_an_alarm_and_no_traceback(tmp_path: Path) -> None:
    counted: list[str] = []
    crawler: Any = SimpleNamespace(
        spider=None, stats=SimpleNamespace(inc_value=lambda key: counted.append(key))
    )
    with reading_apart(tmp_path, 0.5, is_sure=True), pytest.raises(TooLong) as caught:
        in_time(response("poison"), hang, 600.0)
    after = GivenUp(crawler)

    assert after.process_spider_exception(response("poison"), caught.value) == ()
    assert counted == ["alarm/h.example/too-long"]
    assert after.process_spider_exception(response("x"), Stopped("the run was stopped")) == ()
    assert after.process_spider_exception(response("x"), ValueError("a bug")) is None
