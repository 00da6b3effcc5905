"""The words that columns may hold are the same in types, tables and documents."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from archive.kinds import REGIONS, RELATIONS, SITE_KINDS, Reason, State, Via
from crawler.registry.site import WHERE_AND_WHAT

DOCUMENT = (Path(__file__).parents[2] / "docs" / "schema.md").read_text("utf-8")


def documented(table: str, column: str) -> set[str]:
    """The words in code that docs/schema.md lists for a column, what stands in brackets aside."""
    section = DOCUMENT.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    row = re.search(rf"^\| {column} \| text \| (.*) \|$", section, re.M)
    assert row is not None
    return set(re.findall(r"`([\w-]+)`", re.sub(r"\([^)]*\)", "", row[1])))


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("captures", "via", set(get_args(Via))),
        ("members", "relation", set(RELATIONS)),
        ("sightings", "state", set(get_args(State)) - {"grown"}),  # more of the same text: no line of its own
        ("quarantine", "reason", set(get_args(Reason)) - {"not-of-interest"}),  # a row of passed_over
        ("sites", "region", set(REGIONS)),
        ("sites", "kind", set(SITE_KINDS)),
    ],
)
def test_the_document_lists_the_words_of_a_column(table: str, column: str, words: set[str]) -> None:
    assert documented(table, column) == words


def test_the_table_takes_the_relations_that_there_are() -> None:
    schema = files("archive.view").joinpath("schema.sql").read_text("utf-8")
    listed = re.search(r"relation TEXT NOT NULL CHECK \(relation IN \(([^)]*)\)", schema)

    assert listed is not None
    assert tuple(re.findall(r"'(\w+)'", listed[1])) == RELATIONS


def test_site_files_lead_to_every_region_and_kind() -> None:
    assert {where for where, _ in WHERE_AND_WHAT.values() if where} == set(REGIONS)
    assert {what for _, what in WHERE_AND_WHAT.values() if what} == set(SITE_KINDS)
