"""Messages of the command line in Chinese: the table messages.toml, and what the archive itself says."""

import tomllib
from functools import cache
from pathlib import Path

from archive.chinese import Phrases, table


@cache
def phrases() -> Phrases:
    """Both tables as one."""
    return Phrases(table("records").rows | own_rows())


@cache
def own_rows() -> dict[str, str]:
    """The table messages.toml: Chinese by English."""
    return dict(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")))


def translated(text: str) -> str:
    """A message in Chinese; a text that the tables lack stays as it is, names and addresses among them."""
    return phrases().said(text)
