"""The console command `zhuanzai`: what it answers itself, and that the rest is Scrapy's with our settings."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from archive import __version__
from crawler.terminal.command import refuse_options
from crawler.terminal.console import commands, complete, hint, misspelt, misspelt_option, overview, parser

START = "from crawler.terminal.console import main; main()"
REPO = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")


def zhuanzai(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command from a folder that is no project."""
    command = [sys.executable, "-c", START, *words]
    environment = {"PYTHONPATH": str(REPO), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_version_is_told(tmp_path: Path) -> None:
    done = zhuanzai(tmp_path, "--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"zhuanzai {__version__}, Scrapy 2.19.")


def test_spiders_are_there_in_any_folder(tmp_path: Path) -> None:
    done = zhuanzai(tmp_path, "list")

    assert (done.returncode, done.stdout.split()) == (
        0,
        ["copies", "mirrors", "people_daily", "recheck", "web_archive"],
    )


def test_the_command_alone_lists_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    english = overview()
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = overview()

    assert english.startswith("usage: zhuanzai <command> [options] [arguments]\n")
    assert re.search(r"^  verify +Prove record and view against each other", english, re.M)
    assert chinese.startswith("用法：zhuanzai <命令> [选项] [参数]\n")
    rows = [line.split(maxsplit=1) for line in chinese.splitlines() if line.startswith("  ")]
    assert {name for name, _ in rows} == set(commands())
    assert [row for row in rows if not re.search("[\u4e00-\u9fff]", row[1])] == []


def test_a_misspelt_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert misspelt("status") == 0
    assert misspelt("statsu") == 2
    assert capsys.readouterr().err == "zhuanzai: no command 'statsu'; did you mean status?\n"
    assert misspelt("recheck") == 2
    assert capsys.readouterr().err == "zhuanzai: no command 'recheck'; did you mean crawl recheck?\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["/bin/scrapy", "--nolog", "craw", "x"], "scrapy: no command 'craw'; did you mean crawl?\n"),
        (
            ["/lib/scrapy/__main__.py", "recheck"],
            "scrapy: no command 'recheck'; did you mean crawl recheck?\n",
        ),
        (["/bin/scrapy", "qqqqq"], "scrapy: no command 'qqqqq'; `scrapy` alone lists them\n"),
        (["/bin/scrapy", "status"], ""),
        (["/bin/scrapy"], ""),
        (["/bin/pytest", "craw"], ""),
    ],
)
def test_scrapy_itself_tells_a_misspelt_command(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hint(argv)

    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--vresion"], 2, "zhuanzai: --vresion: no such option; did you mean --version?\n"),
        (["--hlep"], 2, "zhuanzai: --hlep: no such option; did you mean --help?\n"),
        (["--qqq=1"], 2, "zhuanzai: --qqq=1: no such option; `zhuanzai` alone lists the commands\n"),
        (["--nolog"], 0, ""),
        (["--nolog", "crawl", "recheck"], 0, ""),
    ],
)
def test_a_misspelt_option_without_a_command_is_told(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (misspelt_option(words), capsys.readouterr().err) == (code, said)


def test_a_shell_completes_commands_options_and_spiders(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete(["bash"]) == 0

    script = capsys.readouterr().out
    assert "people_daily" in script
    assert "--coverage" in script
    assert "newsite" in script


@pytest.mark.parametrize("words", [[], ["fish"], ["bash", "zsh"]])
def test_another_shell_is_wrong_use(words: list[str]) -> None:
    assert complete(words) == 2


def test_every_command_has_a_parser() -> None:
    settings = get_project_settings()
    text = parser(settings).format_help()

    assert {"crawl", "round", "status", "shell"} <= commands().keys()
    assert all(name in text for name in commands())


def test_an_unknown_option_is_refused_by_its_name(tmp_path: Path) -> None:
    """Others are among the mistakes that tests/crawler/commands/test_mistakes.py types."""
    done = zhuanzai(tmp_path, "export", "--csv", "out.csv", "--form", "raw")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("scrapy: --form: no such option; ")
    assert list(tmp_path.iterdir()) == []


def test_a_dash_a_number_and_a_path_are_no_options() -> None:
    some = argparse.ArgumentParser()

    refuse_options(["-", "-1", "-.5", "./--file", "武汉"], some)
