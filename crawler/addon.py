"""The archive as a Scrapy add-on: any Scrapy project that sets it keeps its fetches.

Every value has the priority `addon`, so a project's own settings.py and the command line overrule it.
"""

import logging
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.log import get_scrapy_root_handler

from archive import __version__
from crawler import declared, jsonlog

DEFAULTS: dict[str, Any] = {
    "ARCHIVE_DIR": "data",
    "ZHUANZAI_CONTACT": "",
    "ZHUANZAI_SITES_DIR": "",  # a folder of site files of one's own, beside the ones shipped
    "ZHUANZAI_SHARD": "",  # 2/5: the second of five crawlers that share the sites
    "ZHUANZAI_COMMIT_PAGES": 50,  # responses in one commit: fsync each costs half the speed, 50 about 5 %
    "ZHUANZAI_COMMIT_SECONDS": 5.0,  # and no response waits longer than this
    "ZHUANZAI_WARC_BYTES": 1_000_000_000,  # a WARC file is closed above this size
    "ZHUANZAI_MIN_FREE_BYTES": 200_000_000,  # the crawl stops cleanly below this
    "ZHUANZAI_PAGE_SECONDS": 10.0,  # a page that takes longer to read goes into quarantine; 0 for no limit
    "ZHUANZAI_EXTRACT": True,  # False keeps the bytes only; `scrapy rebuild` reads them later
    "ZHUANZAI_KEEP": True,  # False fetches without an archive, as scrapy shell does
    # ages at which an article is looked at again: days, weeks, months after its latest news
    "ZHUANZAI_RECHECK_HOURS": [6, 24, 72, 168, 336, 720, 2160, 4320],
    "ZHUANZAI_RECHECK_PAGES": 200,  # of one host in one run of recheck
    "ZHUANZAI_EXPLORE_MINUTES": 120.0,  # of one host in one run; 0: until its budget of pages is spent
    "ZHUANZAI_EXPLORE_PAGES": 60,  # that are no articles, of one host in one run; 0: nothing is explored
    "ZHUANZAI_REQUISITES": "article",  # stylesheets and the text's pictures; `page`: every picture; `none`
    "ZHUANZAI_REQUISITE_FONTS": False,
    "ZHUANZAI_REQUISITE_DAYS": 30.0,  # an address that was asked for is not asked again for so long
    "ZHUANZAI_REQUISITE_COUNT": 100,  # of one page in one run
    "ZHUANZAI_REQUISITE_BYTES": 8 * 1024 * 1024,  # what is larger is cut off
    "ZHUANZAI_REQUISITE_RUN_BYTES": 1024 * 1024 * 1024,  # of all in one run
    "ZHUANZAI_PORTS": [80, 443],
    "ZHUANZAI_BACKOFF_S": 60.0,  # the Wayback Machine blocks a client for an hour that asks again within a minute
    "ZHUANZAI_LONGEST_PAUSE_S": 3600.0,
    "ZHUANZAI_LONGEST_DELAY_S": 300.0,  # between requests, whatever a robots.txt asks: people.com.cn asks for 120
    "ZHUANZAI_PATIENCE_S": 600.0,  # a host that asks for more waiting than this in one run is left to the next
    "ZHUANZAI_HOURS": [],  # [22, 6]: hosts are asked at night only, Beijing time
    "ZHUANZAI_RUN_BYTES": 0,  # a run stops cleanly once it received as much
    "ZHUANZAI_PRIVATE_ADDRESSES": False,  # True allows fetches from private networks
    "ZHUANZAI_BUDGET_MINUTES": 0.0,  # a crawl, or a round as a whole, ends cleanly after so long; 0 for no end
    "ZHUANZAI_JITTER_MINUTES": 0.0,  # a round begins up to so much later, at random
    "ZHUANZAI_MAX_AGE_HOURS": 26.0,  # a round raises an alarm where no run ended well for longer; 0 for never
    "ZHUANZAI_METRICS_FILE": "",  # written by a round for Prometheus' node exporter
    "ZHUANZAI_PING_URL": "",  # asked by a round: /start, nothing or /fail added, as healthchecks.io has it
    "ZHUANZAI_WEBHOOK_URL": "",  # told by a round, as JSON, when somebody must act
    "ZHUANZAI_MAIL_TO": "",  # and these addresses, by Scrapy's MAIL_HOST and its like
    "ZHUANZAI_BROWSER": "",  # for sites that are empty without one; empty looks for chromium and chrome
    "ZHUANZAI_RENDER_SECONDS": 30.0,  # a page is drawn as far as it got by then
    "ZHUANZAI_JSON_LOG": False,  # log lines as JSON
}

SCRAPY: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.fetch.wire.CapturingHandler",
        "https": "crawler.fetch.wire.CapturingHandler",
        "ftp": None,
        "s3": None,
    },
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": "zhuanzai",
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_ITEMS": 4,  # Scrapy starts as many tasks for each page, whatever comes of it: a hundred cost 1 ms
    "DOWNLOAD_DELAY": 2.0,  # crawlers of the paper report 2 to 5 s as enough
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": 2.0,
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_MAXSIZE": 64 * 1024 * 1024,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "RETRY_TIMES": 2,
    "RETRY_HTTP_CODES": [
        500,
        502,
        503,
        504,
        522,
        524,
        408,
        429,
        421,
        425,
    ],  # Scrapy's, and two of RFC 8470, 9110
    "TWISTED_DNS_RESOLVER": "crawler.fetch.guard.PublicResolver",
    "SCHEDULER_PRIORITY_QUEUE": "crawler.fetch.politeness.HostQueue",  # a slow host never holds up the others
    "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleLifoSQLiteQueue",  # with JOBDIR only: a torn write tears no queue
    "SCHEDULER_START_DISK_QUEUE": "scrapy.squeues.PickleFifoSQLiteQueue",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,  # an archive's fetches should not depend on who fetched before
    "HTTPCACHE_ENABLED": False,
    "LOG_LEVEL": "INFO",
    "STATS_CLASS": "crawler.addon.Counters",
}

CONSOLES = {
    "TELNETCONSOLE_ENABLED": "scrapy.extensions.telnet.TelnetConsole",
    "REMOTE_CONTROL_ENABLED": "scrapy.extensions.remote_control.RemoteControl",
}
"""Extensions left out unless asked for: switched off they are still loaded, at 0.4 s and 10 MB a start."""
COOKIES = "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"
"""Left out unless asked for: it loads tldextract and requests, 9 MB."""

COMPONENTS: dict[str, dict[str, int | None]] = {
    "EXTENSIONS": {
        "crawler.fetch.keeper.Keeper": 0,  # first: the archive must be open before anything is fetched
        "crawler.fetch.jobs.Jobs": 1,  # before the scheduler reads the job's folder
        "crawler.fetch.politeness.Politeness": 900,  # after AutoThrottle
        "crawler.fetch.waiting.Waiting": 901,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.fetch.guard.Guard": 50,  # before robots.txt is asked for
        "crawler.fetch.robots.Robots": 100,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "crawler.render.rendering.Rendering": 60,  # sees answers last: redirects followed, bodies plain
        "crawler.fetch.schemes.Schemes": 540,  # after Scrapy's retries
        "crawler.fetch.politeness.Patience": 560,  # nearer the wire than Scrapy's retry
        "crawler.fetch.refresh.MetaRefresh": 580,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "crawler.fetch.redirects.Redirects": 600,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "crawler.fetch.conditional.Conditional": 595,  # before MetaRefresh, which reads bodies
    },
    "SPIDER_MIDDLEWARES": {"crawler.finding.limited.GivenUp": 900},  # nearest the spider
}


class Zhuanzai:
    """Puts the archive into a Scrapy project: every exchange is recorded at the connection and kept by one Keeper."""

    def update_settings(self, settings: BaseSettings) -> None:
        declared.check(settings, DEFAULTS)
        for name, value in {**DEFAULTS, **SCRAPY}.items():
            # what a command sets for itself (scrapy fetch and read keep nothing) stands below add-ons, and stays
            if name != "DOWNLOAD_HANDLERS" and settings.getpriority(name) != SETTINGS_PRIORITIES["command"]:
                settings.set(name, value, priority="addon")
        handlers = settings.getdict("DOWNLOAD_HANDLERS") | SCRAPY["DOWNLOAD_HANDLERS"]
        settings.set("DOWNLOAD_HANDLERS", handlers, priority="addon")
        contact = settings.get("ZHUANZAI_CONTACT")
        agent = f"zhuanzai/{__version__} (news archive{f'; {contact}' if contact else ''})"
        settings.set("USER_AGENT", agent, priority="addon")
        for name, components in COMPONENTS.items():
            for component, order in components.items():
                settings[name].set(component, order, priority="addon")
        for name, extension in CONSOLES.items():
            if not settings.getbool(name):
                settings["EXTENSIONS_BASE"].set(extension, None, priority="addon")
        if settings.getfloat("ZHUANZAI_BUDGET_MINUTES"):
            budget_s = settings.getfloat("ZHUANZAI_BUDGET_MINUTES") * 60
            settings.set("CLOSESPIDER_TIMEOUT", budget_s, priority="addon")
        if settings.getbool("ZHUANZAI_JSON_LOG"):
            settings.set("LOG_FORMAT", jsonlog.FORMAT, priority="addon")
            jsonlog.use()
        if settings.getbool("COOKIES_ENABLED"):
            keep_public_suffixes_offline()
        else:
            # in Scrapy's own list: whatever is named in ours is loaded, even to be left out
            settings["DOWNLOADER_MIDDLEWARES_BASE"].set(COOKIES, None, priority="addon")
        if get_scrapy_root_handler() is not None:  # else the project's own logging may want every line
            logging.getLogger("scrapy").setLevel(level_of_records(settings["LOG_LEVEL"]))
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(without_traceback)


class Counters(MemoryStatsCollector):
    """Scrapy's, without what it does at each count to warn of an argument of earlier releases."""

    __getattribute__ = object.__getattribute__


def keep_public_suffixes_offline() -> None:
    """Give Scrapy's cookie code the public suffixes shipped with tldextract.

    Its default downloads the list from a host that nobody asked for.
    """
    from scrapy.downloadermiddlewares import cookies
    from tldextract import TLDExtract

    shipped = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)
    setattr(cookies, "_split_domain", shipped)  # noqa: B010 - a private name: tests say when Scrapy renames it


def level_of_records(level: int | str) -> int:
    """The level from which Scrapy makes records: it leaves the choice to its handlers, one for each page for nobody."""
    number = logging.getLevelName(level) if isinstance(level, str) else level
    return logging.INFO if isinstance(number, int) and number > logging.DEBUG else logging.DEBUG


def without_traceback(record: logging.LogRecord) -> bool:
    """Keep the line of a log record and drop its traceback.

    A host that does not answer its robots.txt is no bug of anybody's: its line says all, sixty lines hide it.
    """
    record.exc_info = None
    return True
