"""`scrapy shell`, Scrapy's own, without writing to the archive."""

from typing import Any, ClassVar

from scrapy.commands import shell


class Command(shell.Command):
    default_settings: ClassVar[dict[str, Any]] = {**shell.Command.default_settings, "ZHUANZAI_KEEP": False}
