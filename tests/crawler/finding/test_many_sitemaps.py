"""An index of indexes is read up to a bound, and what is left out is told."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.http import XmlResponse

from crawler.finding.lists import MOST_SITEMAPS, Lists
from crawler.registry.book import SiteFiles

HOST = "map.example"


def index(url: str, count: int) -> XmlResponse:
    children = "".join(f"<sitemap><loc>{url}/{n}.xml</loc></sitemap>" for n in range(count))
    return XmlResponse(url, body=f"<sitemapindex>{children}</sitemapindex>".encode())


def test_an_index_of_indexes_ends_and_what_is_left_out_is_an_alarm(tmp_path: Path) -> None:
    (tmp_path / f"{HOST}.toml").write_text(
        f'host = "{HOST}"\nname = "甲"\nfamily = "trs"\nsitemaps = ["http://{HOST}/index.xml"]'
    )
    counted: list[str] = []
    stats: Any = SimpleNamespace(inc_value=lambda key, by=1: counted.append(key))
    spider = Lists("maps")
    spider.crawler = SimpleNamespace(stats=stats, settings={})  # type: ignore[assignment]
    spider.sites = SiteFiles.load(tmp_path)

    def asked(response: XmlResponse, depth: int) -> list[Request]:
        return [one for one in spider.sitemap(response, HOST, depth) if isinstance(one, Request)]

    first = asked(index(f"http://{HOST}/index.xml", 300), 0)
    second = [one for child in first[:3] for one in asked(index(child.url, 300), 1)]

    assert len(first) == 300
    assert len(first) + len(second) == MOST_SITEMAPS == 500
    assert f"alarm/{HOST}/many-sitemaps" in counted
