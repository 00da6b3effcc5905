"""`zhuanzai`: Scrapy's command line with this project's settings, from any folder."""

import argparse
import difflib
import os
import sys
from importlib.metadata import entry_points, version

import shtab
from scrapy import cmdline
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import walk_modules_iter
from scrapy.utils.project import get_project_settings

from archive import __version__
from archive.errors import ExitCode
from crawler.terminal import typed
from crawler.terminal.columns import table
from crawler.terminal.words import localised, warn

SETTINGS = "SCRAPY_SETTINGS_MODULE"
SHELLS = ("bash", "zsh", "tcsh")


def main() -> None:
    """The entry point of `zhuanzai`: --version and completion are answered here, other words go to Scrapy."""
    os.environ.setdefault(SETTINGS, "crawler.settings")
    words = sys.argv[1:]
    if words[:1] in (["--version"], ["-V"]):
        print(f"zhuanzai {__version__}, Scrapy {version('scrapy')}, Python {sys.version.split()[0]}")
        return
    if words[:1] == ["completion"]:
        sys.exit(complete(words[1:]))
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
        return
    code = misspelt(words[0]) if not words[0].startswith("-") else misspelt_option(words)
    if code:
        sys.exit(code)
    cmdline.execute()


def overview() -> str:
    """The list of all commands, each with what it does."""
    known = sorted(commands().items())
    rows: list[tuple[str, ...]] = [(f"  {name}", localised(command.short_desc())) for name, command in known]
    use = localised("usage: ") + localised("zhuanzai <command> [options] [arguments]")
    return "\n".join([use, "", table(rows), "", localised("`zhuanzai <command> --help` says more of each")])


def complete(words: list[str]) -> int:
    """Print a shell's script that completes commands, options and spiders. Returns the exit code."""
    if len(words) != 1 or words[0] not in SHELLS:
        warn(f"completion wants the name of a shell: {', '.join(SHELLS)}", "zhuanzai")
        return ExitCode.WRONG_USE
    print(shtab.complete(parser(get_project_settings()), shell=words[0]))
    return ExitCode.FINE


def hint(argv: list[str]) -> None:
    """Under `scrapy`, print the most similar command for an unknown name; Scrapy itself says no more than unknown."""
    name = typed.command(argv)
    if typed.program(argv) == "scrapy" and name is not None:
        misspelt(name, "scrapy")


def misspelt_option(words: list[str]) -> int:
    """Print the most similar option for an unknown one without a command. Returns 0 for the others, else the code."""
    settings = get_project_settings()
    command, own = commands()["list"], argparse.ArgumentParser()
    command.settings = settings
    command.add_options(own)
    known = {option for action in own._actions for option in action.option_strings}
    option = words[0].partition("=")[0]
    if option in known or any(not word.startswith("-") for word in words):
        return ExitCode.FINE
    near = difflib.get_close_matches(option, known | {"--version"}, n=1)
    cure = f"did you mean {near[0]}?" if near else "`zhuanzai` alone lists the commands"
    warn(f"{words[0]}: no such option; {cure}", "zhuanzai")
    return ExitCode.WRONG_USE


def misspelt(name: str, program: str = "zhuanzai") -> int:
    """Print the most similar command for an unknown name. Returns 0 for a known name, else the exit code."""
    known = typed.names()
    if name in known or name in entry_points(group="scrapy.commands").names:
        return ExitCode.FINE
    near = difflib.get_close_matches(name, known, n=1)
    cure = f"did you mean {near[0]}?" if near else f"`{program}` alone lists them"
    if name in get_spider_loader(get_project_settings()).list():
        cure = f"did you mean crawl {name}?"
    warn(f"no command {name!r}; {cure}", program)
    return ExitCode.WRONG_USE


def commands() -> dict[str, ScrapyCommand]:
    """Every command by its name; a command of zhuanzai replaces Scrapy's command of the same name."""
    found = {}
    for package in ("scrapy.commands", typed.OURS):
        for module in walk_modules_iter(package):
            kind = getattr(module, "Command", None)
            if kind is not None and kind.__module__ == module.__name__:
                found[module.__name__.rpartition(".")[2]] = kind()
    return found


def parser(settings: Settings) -> argparse.ArgumentParser:
    """One parser for all commands, from which the completion script is made."""
    whole = argparse.ArgumentParser(prog="zhuanzai")
    below = whole.add_subparsers()
    for name, command in sorted(commands().items()):
        command.settings = settings
        own = below.add_parser(name, help=command.short_desc(), conflict_handler="resolve")
        command.add_options(own)
        if name == "crawl":
            own.add_argument("spider", choices=sorted(get_spider_loader(settings).list()))
    return whole
