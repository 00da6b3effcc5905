"""`scrapy crawl` with the documented exit codes: 2 wrong arguments, 3 finished with alarms, 75 try later."""

import argparse
import asyncio
import difflib
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.core.downloader import contextfactory  # noqa: F401 - asks for all modules that are loaded, soon more
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from archive.errors import ArchiveError, ExitCode
from crawler import declared, jsonlog
from crawler.addon import DEFAULTS
from crawler.fetch import sample_mark
from crawler.fetch.keeper import alarms
from crawler.finding.arguments import MEANINGS
from crawler.finding.spider import Harvest
from crawler.terminal.plain import keep_plain
from crawler.terminal.words import Help, answer_in_one_line, localised, refuse, warn

UNREACHABLE = "downloader/exception_type_count/scrapy.exceptions."


class Command(ScrapyCrawl):
    """Runs one spider; an error before its start is one line on stderr."""

    default_settings: ClassVar[dict[str, Any]] = {
        "LOG_LEVEL": "INFO"
    }  # here, because add-ons are applied after the process has set its own log level

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's own options, and the arguments of the spiders at the end of the help."""
        super().add_options(parser)
        answer_in_one_line(parser)
        if self.settings is None:
            return
        parser.formatter_class = SpiderHelp
        loader = get_spider_loader(self.settings)
        named = [name for name in loader.list() if name in sys.argv] or sorted(loader.list())
        parser.epilog = spider_arguments(
            {name: getattr(loader.load(name), "arguments", ()) for name in named}
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check a spider's arguments before anything starts; a wrong argument gives one line and exit code 2."""
        keep_plain()
        super().process_options(args, opts)
        if not args:
            raise UsageError(
                "scrapy crawl wants the name of one spider; `scrapy list` shows them", print_help=False
            )
        if self.settings is not None:
            try:
                declared.check(self.settings, DEFAULTS)
            except ArchiveError as error:
                refuse(error.exit_code, str(error))
                sys.exit(error.exit_code)
        if self.settings is not None and self.settings.getbool("ZHUANZAI_JSON_LOG"):
            self.settings.set("LOG_FORMAT", jsonlog.FORMAT, priority="cmdline")
            jsonlog.use()
        if self.settings is None:
            return
        loader = get_spider_loader(self.settings)
        if args[0] not in loader.list():
            near = difflib.get_close_matches(args[0], loader.list(), n=1)
            cure = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(loader.list()))}"
            raise UsageError(f"no spider {args[0]!r}; {cure}", print_help=False)
        spider = loader.load(args[0])
        refuse_words(args[1:], getattr(spider, "arguments", ()))
        if issubclass(spider, Harvest):
            try:
                folder = Path(self.settings.get("ARCHIVE_DIR", DEFAULTS["ARCHIVE_DIR"]))
                spider.tried(opts.spargs, self.settings.get("ZHUANZAI_SITES_DIR"), folder)
                if self.settings.getbool("ZHUANZAI_KEEP", DEFAULTS["ZHUANZAI_KEEP"]):
                    sample_mark.check(folder)
            except ArchiveError as error:
                refuse(error.exit_code, str(error))
                sys.exit(error.exit_code)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl until done and set the exit code."""
        if len(args) != 1:
            raise UsageError("scrapy crawl wants the name of one spider; `scrapy list` shows them")
        if self.crawler_process is None:
            raise RuntimeError("cmdline makes the process before a command runs")
        try:
            crawler = self._create_crawler(args[0])
        except KeyError as error:
            raise UsageError(f"{error.args[0]}; `scrapy list` shows the spiders") from error
        outcome = self.crawler_process.crawl(crawler, **opts.spargs)
        hang_up_as_stop()
        self.crawler_process.start()
        if not isinstance(outcome, asyncio.Task):
            raise UsageError("TWISTED_REACTOR or FORCE_CRAWLER_PROCESS is set: the asyncio reactor is wanted")
        stopped = outcome.exception() if outcome.done() and not outcome.cancelled() else None
        if isinstance(stopped, ArchiveError):
            refuse(stopped.exit_code, str(stopped))
            self.exitcode = stopped.exit_code
        elif stopped is not None:
            traceback.print_exception(stopped)
            self.exitcode = 1
        elif not outcome.done():  # a second signal: Scrapy leaves what is under way
            warn(f"{args[0]} was stopped at once; the next run reads on from the record")
            self.exitcode = ExitCode.ALARMS
        elif self.crawler_process.bootstrap_failed or bugs(crawler):
            self.exitcode = 1
        elif is_network_down(crawler):
            warn("no host answered at all; is the network down? Try later")
            self.exitcode = ExitCode.TRY_LATER
        elif raised := alarms(crawler):
            named = ", ".join(f"{name} ×{n}" for name, n in sorted(raised.items()))
            warn(f"{args[0]} finished with alarms: {named}")
            self.exitcode = ExitCode.ALARMS


def hang_up_as_stop() -> None:
    """Let SIGHUP end a crawl as SIGTERM does, with its pages committed; under nohup SIGHUP stays ignored."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def refuse_words(words: Sequence[str], arguments: Sequence[str]) -> None:
    """Refuse words after a spider's name, and say how arguments are written.

    Raises:
        UsageError: there is a word after the name.
    """
    if not words:
        return
    name, _, value = words[0].lstrip("-").partition("=")
    if name in arguments:
        following = words[1] if not value and len(words) > 1 else value
        said = f"arguments of a spider are written -a {name}={following or '…'}"
    else:
        said = f"not understood; there are {', '.join(f'-a {argument}=' for argument in arguments)}"
    raise UsageError(f"{words[0]}: {said}", print_help=False)


def spider_arguments(spiders: Mapping[str, Sequence[str]]) -> str:
    """The arguments of spiders, one on each line, for the end of --help."""
    lines = []
    for name, arguments in spiders.items():
        lines.append(localised("{} takes with -a:").format(name))
        lines += [
            f"  {argument}={'':<{12 - len(argument)}}{localised(MEANINGS.get(argument, ''))}"
            for argument in arguments
        ]
    return "\n".join(lines)


class SpiderHelp(argparse.RawDescriptionHelpFormatter, Help):
    """Help that keeps the line breaks of its epilog."""


def bugs(crawler: Crawler) -> dict[str, int]:
    """The counts of exceptions that are bugs, by name: in callbacks, or built-in exceptions during a download."""
    counters = crawler.stats.get_stats() if crawler.stats else {}
    kinds = ("spider_exceptions/", "downloader/exception_type_count/builtins.")
    return {key: count for key, count in counters.items() if key.startswith(kinds)}


def is_network_down(crawler: Crawler) -> bool:
    """Whether requests failed to reach any host and no response came."""
    counters = crawler.stats.get_stats() if crawler.stats else {}
    tried = [key for key in counters if key.startswith(UNREACHABLE) and not key.endswith(".IgnoreRequest")]
    return bool(tried) and not counters.get("downloader/response_count")
