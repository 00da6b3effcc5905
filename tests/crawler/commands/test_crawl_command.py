"""What `scrapy crawl` says of a slip of the fingers: one line with the cure, exit code 2, nothing started."""

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from archive.errors import WrongUse
from crawler.addon import DEFAULTS
from crawler.commands.crawl import refuse_words, spider_arguments
from crawler.declared import check
from crawler.finding.arguments import MEANINGS
from crawler.spiders.copies import Copies
from crawler.spiders.mirrors import Mirrors
from crawler.spiders.people_daily import PeopleDaily
from crawler.spiders.recheck import Recheck
from crawler.spiders.web_archive import WebArchive
from tests.starter import REPO, Starter

SPIDERS = (PeopleDaily, Mirrors, WebArchive, Copies, Recheck)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "2024-11-29"], "--since: arguments of a spider are written -a since=2024-11-29"),
        (["--since=2024-11-29"], "--since=2024-11-29: arguments of a spider are written -a since=2024-11-29"),
        (["until=2024-12"], "until=2024-12: arguments of a spider are written -a until=2024-12"),
        (["--until"], "--until: arguments of a spider are written -a until=…"),
        (["2024-11-29"], "2024-11-29: not understood; there are -a since=, -a until="),
    ],
)
def test_words_behind_a_spiders_name_are_told_how_to_be_written(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        refuse_words(words, ("since", "until"))
    assert str(refused.value) == said


def test_no_words_are_fine() -> None:
    refuse_words([], ("since",))


@pytest.mark.parametrize("spider", SPIDERS, ids=lambda spider: spider.name)
def test_every_argument_of_a_spider_has_a_meaning(spider: type) -> None:
    assert set(spider.arguments) - set(MEANINGS) == set()
    assert f"{spider.name} takes with -a:" in spider_arguments({spider.name: spider.arguments})


@pytest.mark.parametrize("name", ["ZHUNZAI_CONTACT", "ARCHIVEDIR", "ARCHIVE_DIRS", "ZHUANZAI_CONTAKT"])
def test_a_name_that_is_nearly_one_of_ours_is_refused(name: str) -> None:
    settings = Settings()
    settings.set(name, "x", priority="cmdline")

    with pytest.raises(WrongUse, match="no such setting; did you mean"):
        check(settings, DEFAULTS)


@pytest.mark.parametrize("name", ["DOWNLOAD_DELAY", "MY_PIPELINE_DIR", "ARCHIVE_DIR", "JOBDIR"])
def test_other_peoples_settings_pass(name: str) -> None:
    settings = Settings()
    settings.set(name, "x", priority="cmdline")

    check(settings, DEFAULTS)


def test_a_misspelt_spider_is_one_line(starter: Starter, tmp_path: Path) -> None:
    done = starter.start(["crawl", "people_dayly"], {"ARCHIVE_DIR": str(tmp_path)}).wait()

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("no spider 'people_dayly'; did you mean people_daily?")


def test_help_of_a_spider_ends_with_its_arguments() -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", "recheck", "--help"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)

    assert "recheck takes with -a:\n  site=        hosts of registered sites" in done.stdout
    assert "mirrors takes" not in done.stdout
