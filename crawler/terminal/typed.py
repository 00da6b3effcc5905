"""Which command a process was started with, told by its name alone: no command is loaded for it."""

from collections.abc import Sequence
from pathlib import Path
from pkgutil import iter_modules

from scrapy import commands as scrapys

OURS = "crawler.commands"
_FOLDER = str(Path(__file__).parents[1] / "commands")
_MAIN = ("scrapy", "__main__.py")
"""The program of `python -m scrapy`."""


def names() -> set[str]:
    """The names of all commands, Scrapy's own too."""
    return {module.name for module in iter_modules([*scrapys.__path__, _FOLDER])}


def program(argv: Sequence[str]) -> str:
    """`scrapy` or `zhuanzai`; empty for any other program."""
    path = Path(argv[0])
    name = "scrapy" if path.parts[-2:] == _MAIN else path.stem
    return name if name in ("scrapy", "zhuanzai") else ""


def command(argv: Sequence[str]) -> str | None:
    """The first word that is no option, as Scrapy finds its command."""
    return next((word for word in argv[1:] if not word.startswith("-")), None)


def to_load(argv: Sequence[str]) -> str:
    """What Scrapy has to load of our commands: the one that is typed, or all of them, which takes 0.3 s more."""
    name = command(argv) if program(argv) else None
    return f"{OURS}.{name}" if name in {module.name for module in iter_modules([_FOLDER])} else OURS
