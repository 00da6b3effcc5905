"""The command line in Chinese: nothing of ours is left in English, and nothing to type is lost."""

import argparse
import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from archive import chinese
from crawler.finding.arguments import MEANINGS
from crawler.terminal.command import ZhuanzaiCommand
from crawler.terminal.console import commands
from crawler.terminal.words import is_chinese, localised, localised_kind, localised_note, table
from tests.starter import REPO, Starter

TYPED = re.compile(
    r"(?<![\w[-])--?[a-z][\w-]*|\bZHUANZAI_\w+|\bARCHIVE_DIR\b|\b[A-Z]{4,}\b|s3://|archive\.db|^build\b|^cut\b"
)
"""What stands in a text because it is typed or named so: options, settings, places, files."""


def texts() -> set[str]:
    """What the commands say of themselves, without the defaults of their options."""
    found = set(MEANINGS.values())
    settings = get_project_settings()
    for command in commands().values():
        if not isinstance(command, ZhuanzaiCommand):
            continue
        command.settings = settings
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        found |= {command.short_desc(), command.long_desc()}
        found |= {action.help.partition(" (default: ")[0] for action in parser._actions if action.help}
    return found


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_every_help_text_is_there_in_chinese() -> None:
    assert sorted(texts() - table().keys()) == []


def test_what_is_to_be_typed_is_the_same_in_both() -> None:
    other = {
        english: chinese
        for english, chinese in table().items()
        if set(TYPED.findall(english)) - set(TYPED.findall(chinese)) and not english.startswith("error")
    }

    assert other == {}


def documented() -> set[str]:
    """The kinds of alarms in the table of docs/cron.md."""
    rows = re.findall(r"^\| (`[^|]+`) \| ", (REPO / "docs" / "cron.md").read_text("utf-8"), re.MULTILINE)
    kinds = [re.findall(r"`([\w-]+)`", row) for row in rows]
    return {f"drift{kind}" if kind.startswith("-") else kind for row in kinds for kind in row}


def test_every_alarm_of_the_docs_has_a_meaning() -> None:
    assert sorted(documented() - chinese.table("alarms").rows.keys()) == []


def test_every_alarm_that_the_code_raises_has_a_meaning_and_a_row_of_the_docs() -> None:
    calls = [
        node
        for room in ("archive", "crawler")
        for path in (REPO / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and len(node.args) > 1
    ]
    kinds = {
        call.args[1].value
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in ("alarm", "Alarm")
        and isinstance(call.args[1], ast.Constant)
    }

    assert len(kinds) > 30
    assert sorted(kinds - chinese.table("alarms").rows.keys()) == []
    assert sorted(kinds - documented()) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_TW.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({}, False),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, True),
    ],
)
def test_the_language_is_that_of_the_terminal(given: dict[str, str], wanted: bool) -> None:
    assert is_chinese(given) is wanted


def test_what_the_table_lacks_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    assert localised("no alarms") == "没有警报"
    assert localised("something else") == "something else"
    assert (localised_kind("blocked"), localised_kind("new-kind")) == ("blocked（拒绝访问）", "new-kind")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["status", "--help"], 0, "显示本帮助并退出"),
        (["crawl", "mirrors", "--help"], 0, "mirrors 可用的 -a 参数："),
        (["status"], 2, "scrapy: 用法错误："),
        (["sites", "焦作"], 0, "主机"),
    ],
)
def test_a_chinese_terminal_is_answered_in_chinese(
    starter: Starter, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    environment = os.environ | {"LANG": "zh_CN.UTF-8", "SCRAPY_SETTINGS_MODULE": "crawler.settings"}

    done = starter.start([*words, "-s", f"ARCHIVE_DIR={tmp_path / 'none'}"], environment).wait()

    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


def test_a_note_on_an_article_is_said_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    assert localised_note("the text uses none of the headline's words") == "正文没有用到标题中的词"


def test_a_table_that_is_read_no_more_ends_as_in_shells() -> None:
    table = "from crawler.terminal.output import Terminal; t = Terminal(); [t.print('x' * 70) for _ in range(9999)]"
    line = '"$0" -c "$1" | head -1'

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, sys.executable, table],
        capture_output=True,
        check=False,
        cwd=REPO,
    )

    assert (done.returncode, done.stderr) == (141, b"")
