"""The command line in the terminal's language: words.toml has help and tables in Chinese, messages.toml lines."""

import argparse
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from scrapy.commands import ScrapyHelpFormatter

from archive import chinese
from archive.errors import ExitCode
from crawler.terminal.messages import translated

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set names the language of messages, as for other programs."""

PARSERS = re.compile(r"(?:argument|ambiguous option|unrecognized|the following arguments)\b(?!.*choose from)")
"""A message of Python's parser of options that says no cure."""

WIDTH = 52
"""Of a line of Chinese help: its characters are two columns wide."""


def is_chinese(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether messages are wanted in Chinese: LANG=zh_CN.UTF-8 and the like."""
    return next((value for name in VARIABLES if (value := environment.get(name))), "").startswith("zh")


def localised(text: str) -> str:
    """A text of the command line in the terminal's language; one that the tables lack stays as it is."""
    if not is_chinese():
        return text
    return table().get(text) or "\n".join(map(translated, text.split("\n")))


def localised_row(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The heads of a table's columns in the terminal's language."""
    return tuple(map(localised, texts))


def localised_note(text: str) -> str:
    """A note of the archive's on one of its articles, in the terminal's language."""
    return chinese.of_archive().said(text) if is_chinese() else text


def say(text: str) -> None:
    """Print an answer."""
    print(localised(text), flush=True)


def warn(text: str, program: str = "scrapy") -> None:
    """Print a line on stderr: what went wrong, or what a person should know beside the answer."""
    print(f"{program}: {localised(text)}", file=sys.stderr)


def refuse(code: int, text: str, cure: str = "") -> None:
    """Print on stderr why a command ended, with the kind of error before it in Chinese."""
    print(f"scrapy: {told_error(code)}{localised(text)}{localised(cure)}", file=sys.stderr)


def localised_kind(kind: str) -> str:
    """An alarm's kind, with its meaning behind it where the terminal's language is Chinese."""
    meaning = chinese.table("alarms").rows.get(kind) if is_chinese() else None
    return f"{kind}（{meaning}）" if meaning else kind


def told_error(code: int) -> str:
    """The words before an error's message: none in English; in Chinese the kind of error."""
    return f"{localised(f'error {code}')}：" if is_chinese() else ""


@cache
def table(part: str = "words") -> dict[str, str]:
    """A part of words.toml: Chinese by English."""
    return dict(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))[part])


def answer_in_one_line(parser: argparse.ArgumentParser) -> None:
    """Let a parser say in one line what it does not understand, without the lines of use before it."""

    def error(message: str) -> NoReturn:
        refuse(ExitCode.WRONG_USE, message, "; --help lists the options" if PARSERS.match(message) else "")
        sys.exit(ExitCode.WRONG_USE)

    parser.error = error  # type: ignore[method-assign]  # Scrapy makes the parser, so that it is no class of ours


class Help(ScrapyHelpFormatter):
    """Help texts in the terminal's language."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, **({"width": WIDTH} if is_chinese() else {}) | more)

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The line of use, its first word in the terminal's language."""
        super().add_usage(usage, actions, groups, localised("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """A section under its heading."""
        super().start_section(heading and localised(heading))

    def add_text(self, text: str | None) -> None:
        """The description."""
        super().add_text(text and localised(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if not action.help or action.help is argparse.SUPPRESS:
            return action.help
        text, mark, value = action.help.partition(" (default: ")
        if not mark:
            return localised(text)
        return f"{localised(text)}（{localised('default')}：{value[:-1]}）" if is_chinese() else action.help
