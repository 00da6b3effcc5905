"""The main job, run once: the real spiders over the sample network, as a person would type them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.commands.demo import PAPER, QUICK, crawls
from crawler.sample import Network

REPO = Path(__file__).parents[2]


@dataclass(frozen=True)
class Job:
    """A network that was crawled, and the archive that came of it."""

    network: Network
    folder: Path

    def scrapy(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run scrapy behind the sample network's proxy."""
        return scrapy(self.network, self.folder, *words)


def scrapy(network: Network, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a scrapy command in a process of its own."""
    command = [sys.executable, "-m", "scrapy", *words, "-s", f"ARCHIVE_DIR={folder}"]
    for setting in QUICK:
        command += ["-s", setting]
    proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
    return subprocess.run(
        command, cwd=REPO, env=os.environ | proxies, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="session")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The sample network after the demo's crawls; the network goes on answering."""
    folder = tmp_path_factory.mktemp("job") / "archive"
    with Network() as network:
        for words in crawls(network.addresses):
            done = scrapy(network, folder, "crawl", *words)
            assert done.returncode in (0, 3), done.stderr
        yield Job(network, folder)


__all__ = ["PAPER", "Job", "job", "scrapy"]
