"""The main job, run once: the real spiders over the sample network, as a person would type them."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.commands.demo import PAPER, QUICK, crawls
from crawler.sample import Network
from tests.starter import Starter


@dataclass(frozen=True)
class Job:
    """A network that was crawled, and the archive that came of it."""

    network: Network
    folder: Path
    starter: Starter

    def scrapy(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run scrapy behind the sample network's proxy."""
        return self.elsewhere(self.folder, *words)

    def elsewhere(self, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """The same, for another archive."""
        return scrapy(self.starter, self.network, folder, *words)


def scrapy(
    starter: Starter, network: Network, folder: Path, *words: str
) -> "subprocess.CompletedProcess[str]":
    """Run a scrapy command in a process of its own."""
    settings = [word for setting in (f"ARCHIVE_DIR={folder}", *QUICK) for word in ("-s", setting)]
    proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
    return starter.start((*words, *settings), os.environ | proxies).wait()


@pytest.fixture(scope="session")
def job(starter: Starter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The sample network after the demo's crawls; the network goes on answering."""
    folder = tmp_path_factory.mktemp("job") / "archive"
    with Network() as network:
        for words in crawls(network.addresses):
            done = scrapy(starter, network, folder, "crawl", *words)
            assert done.returncode in (0, 3), done.stderr
        yield Job(network, folder, starter)


__all__ = ["PAPER", "Job", "job"]
