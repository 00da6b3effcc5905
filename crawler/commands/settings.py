"""`scrapy settings`, with the values that the archive's add-on sets."""

import argparse

from scrapy.commands.settings import Command as ScrapySettings

from crawler.addon import Zhuanzai


class Command(ScrapySettings):
    """Prints settings with the values of a crawl."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let the add-on set its values first, because Scrapy applies add-ons only for a crawl."""
        if self.settings is not None:
            Zhuanzai().update_settings(self.settings)
        super().run(args, opts)
