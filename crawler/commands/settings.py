"""`scrapy settings`, which knows what the archive's add-on sets too."""

import argparse

from scrapy.commands.settings import Command as ScrapySettings

from crawler.addon import Zhuanzai


class Command(ScrapySettings):
    """Prints settings as a crawl would have them."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let the add-on set its values first: add-ons reach the settings only where a crawl is made."""
        if self.settings is not None:
            Zhuanzai().update_settings(self.settings)
        super().run(args, opts)
