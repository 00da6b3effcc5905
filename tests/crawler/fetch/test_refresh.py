"""Pages that send on by a meta tag, in every charset, and pages that do not."""

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.test import get_crawler

from crawler.addon import Zhuanzai
from crawler.fetch.refresh import MetaRefresh

HERE = "http://paper.people.com.cn/rmrb/"
TAG = '<meta charset="{}"><META HTTP-EQUIV="REFRESH" CONTENT="0; URL=html/2020-02/11/nbs.htm">人民日報'


def answer(body: bytes) -> Request | Response:
    crawler = get_crawler()
    response = HtmlResponse(HERE, body=body, request=Request(HERE))
    return MetaRefresh.from_crawler(crawler).process_response(Request(HERE), response)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
def test_a_page_that_sends_on_is_followed(charset: str) -> None:
    behind = "武漢 " * 200  # the tag stands within the first 4,096 characters, far behind the first bytes
    page = f"<!-- {behind} -->{TAG.format(charset)}".encode(charset)

    sent_on = answer(page)

    assert isinstance(sent_on, Request)
    assert sent_on.url == "http://paper.people.com.cn/rmrb/html/2020-02/11/nbs.htm"


def test_a_page_that_speaks_of_refreshing_is_none() -> None:
    given = answer("<p>按 refresh 刷新页面".encode())

    assert isinstance(given, Response)


def test_it_stands_in_for_scrapys() -> None:
    settings = Settings()
    Zhuanzai().update_settings(settings)
    used = build_component_list(settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"))

    assert "crawler.fetch.refresh.MetaRefresh" in used
    assert "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware" not in used
