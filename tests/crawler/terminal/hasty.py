"""Settings for lines run as printed: a few sites, asked without delays, and waits of minutes that take less."""

import time
from functools import cache

from crawler.registry import book, sitefile
from crawler.registry.site import Site
from crawler.settings import *  # noqa: F403 - the project's own, but for what follows

NAMED = {"paper.people.com.cn", "www.jzrb.com"}
DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False
RETRY_TIMES = 0

_sleep = time.sleep


@cache
def _few() -> tuple[Site, ...]:
    return tuple(site for site in sitefile.shipped() if site.host in NAMED)


book.shipped = _few
time.sleep = lambda seconds: _sleep(seconds / 3600)
