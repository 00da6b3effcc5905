"""http for hosts that do not answer by https."""

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.fetch.schemes import Schemes

URL = "https://www.a.example/1.html"


def test_a_host_without_https_is_asked_by_http_from_then_on() -> None:
    schemes = Schemes()
    first = schemes.process_exception(Request(URL, cb_kwargs={"a": 1}), DownloadFailedError())
    later = schemes.process_request(Request("https://www.a.example/2.html"))

    assert first is not None
    assert (first.url, first.cb_kwargs) == ("http://www.a.example/1.html", {"a": 1})
    assert later is not None
    assert later.url == "http://www.a.example/2.html"
    assert schemes.process_request(Request("https://www.b.example/")) is None


def test_a_host_that_answered_by_https_keeps_it() -> None:
    schemes = Schemes()
    schemes.process_response(Request(URL), Response(URL, status=404))

    assert schemes.process_exception(Request(URL), DownloadFailedError()) is None


def test_what_has_no_address_or_is_robots_is_asked_once() -> None:
    schemes = Schemes()

    assert schemes.process_exception(Request(URL), CannotResolveHostError()) is None
    assert schemes.process_exception(Request(URL, callback=NO_CALLBACK), DownloadFailedError()) is None
    assert schemes.process_exception(Request("http://www.a.example/"), DownloadFailedError()) is None
