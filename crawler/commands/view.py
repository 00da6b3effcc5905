"""`scrapy view`, Scrapy's own, without writing to the archive."""

from typing import Any, ClassVar

from scrapy.commands import view


class Command(view.Command):
    default_settings: ClassVar[dict[str, Any]] = {**view.Command.default_settings, "ZHUANZAI_KEEP": False}
