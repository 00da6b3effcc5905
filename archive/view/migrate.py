"""Migration of databases of earlier releases to today's tables, step by step, each step in one transaction.

A step is a file in migrations/, named for the schema it leads to (2.sql: from 1 to 2). A change that SQL cannot make
(a new reading of pages) has no file: `scrapy rebuild` makes it.
"""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from archive.errors import WrongUse

STEPS: Traversable = files("archive.view").joinpath("migrations")


def steps(database: Path, found: str | None, wanted: int) -> Iterator[tuple[int, str]]:
    """(schema reached, SQL) of each step from the schema found to the one wanted; none where they are the same.

    Raises WrongUse where there is no way; the message says what to do.
    """
    if found is None or not found.isdigit():
        raise WrongUse(f"{database}: schema {found}: not one of ours; run `scrapy rebuild`")
    if int(found) > wanted:
        raise WrongUse(f"{database}: schema {found}, made by a newer zhuanzai; this one reads {wanted}")
    for number in range(int(found) + 1, wanted + 1):
        step = STEPS.joinpath(f"{number}.sql")
        if not step.is_file():
            raise WrongUse(f"{database}: schema {found}, this version reads {wanted}; run `scrapy rebuild`")
        yield number, step.read_text("utf-8")


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, so that they can run inside one transaction (executescript commits)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
