"""What a crawl tells of its archive, asked without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.addon import DEFAULTS
from crawler.fetch.keeper import Keeper, alarms
from tests.archive.archives import exchange, page, response


class Plain(Spider):
    """A spider that asks for nothing."""

    name = "plain"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    settings = DEFAULTS | {"ARCHIVE_DIR": str(tmp_path / "archive"), "ZHUANZAI_SITES_DIR": str(tmp_path)}
    (tmp_path / "f.example.toml").write_text(
        "host = 'f.example'\nname = '例'\narticles = ['/\\d+\\.html$']\n", "utf-8"
    )
    crawler = get_crawler(Plain, settings)
    keeper = Keeper(crawler)
    yield keeper
    keeper.spider_closed(Plain(), "finished")


@pytest.mark.parametrize("step", ["pages.read", "reading.mime"])
def test_a_bug_of_ours_is_an_alarm_of_the_site(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("夜")

    monkeypatch.setattr(f"archive.door.{step}", broken)
    keeper.take(exchange("http://f.example/1.html", response(page(1))))

    assert alarms(keeper._crawler) == {"f.example/bug": 1}
