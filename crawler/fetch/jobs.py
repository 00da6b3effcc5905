"""A job of several runs (Scrapy's JOBDIR): a run that was killed leaves no queue to go on with, a finished one does."""

import shutil
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.job import job_dir

MARK = "running"
LEFT = ("requests.seen", "requests.queue", "spider.state")


class Jobs:
    """Scrapy extension: clears the job's folder where its last run did not end by itself.

    Requests under way in a killed run are in requests.seen but in no queue: they would never be asked for. After a
    fresh start, each list costs a 304, and articles that the archive holds are not asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._mark = folder / MARK
        if self._mark.exists():
            for path in (folder / name for name in LEFT):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = job_dir(crawler.settings)
        if folder is None:
            raise NotConfigured
        jobs = cls(Path(folder))
        crawler.signals.connect(jobs.opened, signal=signals.spider_opened)
        crawler.signals.connect(jobs.closed, signal=signals.spider_closed)
        return jobs

    def opened(self, spider: Spider) -> None:
        self._mark.touch()

    def closed(self, spider: Spider) -> None:
        self._mark.unlink(missing_ok=True)
