"""Every value that the add-on writes arrives at each command, and what a process needs before its crawls has it too."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import scrapy.crawler
from scrapy.cmdline import _get_commands_dict
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.addon import COMPONENTS, CONSOLES, COOKIES, DEFAULTS, SCRAPY, Zhuanzai, level_of_records
from crawler.terminal.command import ZhuanzaiCommand
from tests.starter import REPO

WRITTEN = {**DEFAULTS, **SCRAPY}
COMMANDS = {
    "backup", "bench", "changes", "check", "compact", "crawl", "demo", "edit", "export", "fetch", "genspider",
    "ingest", "lake", "lineage", "list", "merge", "newsite", "parse", "read", "rebuild", "round", "runspider",
    "schedule", "settings", "shell", "sites", "startproject", "status", "verify", "version", "view",
}  # fmt: skip


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The project's settings, as a process begins with them."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    return get_project_settings()


def command(name: str, settings: Settings) -> ScrapyCommand:
    """A command, its own settings set as Scrapy's command line sets them."""
    found = _get_commands_dict(settings, inproject=True)[name]
    settings.setdict(found.default_settings, priority="command")
    found.settings = settings
    return found


def test_no_command_is_left_out(project: Settings) -> None:
    assert set(_get_commands_dict(project, inproject=True)) == COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_crawl_of_each_command_runs_with_what_the_addon_writes(name: str, project: Settings) -> None:
    own = command(name, project).default_settings

    Zhuanzai().update_settings(project)

    wanted = {key: own.get(key, value) for key, value in WRITTEN.items() if key != "DOWNLOAD_HANDLERS"}
    assert {key: project[key] for key in wanted} == wanted
    assert SCRAPY["DOWNLOAD_HANDLERS"].items() <= project.getdict("DOWNLOAD_HANDLERS").items()
    for key, components in COMPONENTS.items():
        assert components.items() <= dict(project[key]).items(), key
    assert all(project["EXTENSIONS_BASE"][extension] is None for extension in CONSOLES.values())
    assert project["DOWNLOADER_MIDDLEWARES_BASE"][COOKIES] is None


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_without_a_crawl_reads_the_same_values(name: str, project: Settings) -> None:
    typed = command(name, project)
    if isinstance(typed, ZhuanzaiCommand):
        wanted = {key: typed.default_settings.get(key, value) for key, value in DEFAULTS.items()}
        assert {key: typed.setting(key) for key in wanted} == {
            key: str(value) for key, value in wanted.items()
        }


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_what_a_process_sets_up_before_its_crawls_is_the_addons_too(name: str, project: Settings) -> None:
    command(name, project)
    source = inspect.getsource(scrapy.crawler)
    process = source[source.index("class CrawlerProcessBase") :]
    early = set(re.findall(r"settings(?:\.get\w*)?[\[(]\s*\"([A-Z_]+)\"", process)) & set(SCRAPY)

    assert "TWISTED_DNS_RESOLVER" in early
    assert {key: project[key] for key in early} == {key: SCRAPY[key] for key in early}


def test_cookies_are_handled_where_they_are_asked_for(project: Settings) -> None:
    project.set("COOKIES_ENABLED", "True", priority="cmdline")

    Zhuanzai().update_settings(project)

    found = project.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    assert found[COOKIES] == 700


LOADED = """
import sys
from pathlib import Path
from scrapy.utils.project import get_project_settings
from archive.view.store import Store
from crawler.addon import Zhuanzai

settings = get_project_settings()
Zhuanzai().update_settings(settings)
for name in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
    settings.get_component_priority_dict_with_base(name)
with Store(Path(sys.argv[1]) / "archive.db"):
    print(*sys.modules)
"""


def test_a_crawl_that_begins_an_archive_loads_nothing_for_what_is_switched_off(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, tmp_path],
        env={"PYTHONPATH": str(REPO), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    loaded = set(done.stdout.split())
    assert {"scrapy", "sqlite_utils", "lxml"} <= loaded
    unused = {"aiohttp", "fsspec", "networkx", "numpy", "pandas", "requests", "tldextract"}
    of_reading = {
        "trafilatura",
        "archive.door.pages",
        "extract.read",
        "extract.fields.names",
        "extract.page.dates",
    }
    assert loaded & (unused | of_reading) == set()


def test_a_command_that_fetches_nothing_loads_nothing_of_connections() -> None:
    code = "import sys, crawler.commands.ingest, crawler.commands.status\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(REPO)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert {one for one in done.stdout.split() if one.startswith("scrapy.core.downloader")} == set()


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("DEBUG", 10),
        (10, 10),
        (5, 10),
        ("NOTSET", 10),
        ("nonsense", 10),
        ("INFO", 20),
        ("ERROR", 20),
        (30, 20),
    ],
)
def test_scrapy_makes_no_records_that_nobody_asked_for(asked: int | str, level: int) -> None:
    assert level_of_records(asked) == level
