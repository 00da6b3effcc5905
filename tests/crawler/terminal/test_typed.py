"""Of our commands, a process loads the one that is typed; every other way in finds them all."""

import pytest

from crawler.terminal.console import commands
from crawler.terminal.typed import names, to_load


@pytest.mark.parametrize(
    ("argv", "loaded"),
    [
        (["/bin/scrapy", "crawl", "recheck"], "crawler.commands.crawl"),
        (["/lib/scrapy/__main__.py", "--nolog", "round"], "crawler.commands.round"),
        (["/env/bin/zhuanzai", "status", "--json"], "crawler.commands.status"),
        (["/bin/scrapy"], "crawler.commands"),
        (["/bin/scrapy", "--help"], "crawler.commands"),
        (["/bin/scrapy", "list"], "crawler.commands"),  # Scrapy's own
        (["/bin/scrapy", "craw", "x"], "crawler.commands"),
        (["/bin/scrapy", "__init__"], "crawler.commands"),
        (["/lib/other/__main__.py", "crawl"], "crawler.commands"),
        (["/srv/collect.py", "crawl"], "crawler.commands"),
        (["", "crawl"], "crawler.commands"),
    ],
)
def test_what_is_loaded_of_our_commands(argv: list[str], loaded: str) -> None:
    assert to_load(argv) == loaded


def test_every_command_is_known_by_name_before_it_is_loaded() -> None:
    assert names() == set(commands())
