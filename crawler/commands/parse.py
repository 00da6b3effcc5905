"""`scrapy parse`, Scrapy's own, without writing to the archive."""

from typing import Any, ClassVar

from scrapy.commands import parse


class Command(parse.Command):
    default_settings: ClassVar[dict[str, Any]] = {**parse.Command.default_settings, "ZHUANZAI_KEEP": False}
