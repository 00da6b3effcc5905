"""`scrapy fetch`, Scrapy's own, without writing to the archive."""

from typing import Any, ClassVar

from scrapy.commands import fetch


class Command(fetch.Command):
    default_settings: ClassVar[dict[str, Any]] = {**fetch.Command.default_settings, "ZHUANZAI_KEEP": False}
