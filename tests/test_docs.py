"""The documents say what the program does: commands, links and settings that they name exist, and none is missing."""

import re
from pathlib import Path

import pytest
from scrapy.utils.misc import walk_modules_iter

from crawler.addon import DEFAULTS

REPO = Path(__file__).parents[1]
DOCUMENTS = sorted([*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md")])
SCRAPYS_OWN = {"crawl", "list", "shell", "fetch", "view", "parse", "settings"}
OVERRIDDEN = {"crawl", "shell", "fetch", "view", "parse"}
"""Scrapy's commands that ours replace in place: nothing new to tell of them."""


def commands() -> set[str]:
    """The commands of the project, by the modules that hold them."""
    return {module.__name__.rpartition(".")[2] for module in walk_modules_iter("crawler.commands")} - {
        "commands"
    }


def said(text: str) -> set[str]:
    """The words after `scrapy` in a document's code."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    return set(re.findall(r"\bscrapy ([a-z]+)\b", "\n".join(blocks + spans)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_a_document_names_exist(document: Path) -> None:
    assert said(document.read_text("utf-8")) <= commands() | SCRAPYS_OWN


def test_every_command_is_in_a_document() -> None:
    everywhere = set().union(*(said(document.read_text("utf-8")) for document in DOCUMENTS))

    assert commands() - OVERRIDDEN - everywhere == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_links_exist(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_page_is_reached_by_links_from_the_readme() -> None:
    reached, waiting = set(), [REPO / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            target = (page.parent / link).resolve()
            waiting += sorted(target.glob("*.md")) if target.is_dir() else [target] * (target.suffix == ".md")

    assert {path for path in DOCUMENTS if (REPO / "docs") in path.parents} - reached == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_that_a_document_names_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPO / "Makefile").read_text("utf-8"), re.M))

    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text("utf-8"), re.M)) <= targets


def test_settings_page_lists_every_setting_with_its_default() -> None:
    rows = dict(
        re.findall(
            r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|empty) \|", (REPO / "docs/settings.md").read_text(), re.M
        )
    )
    wanted = {name: str(value) for name, value in DEFAULTS.items()}

    assert {
        name: value.replace("_", "") if value[:1].isdigit() else value for name, value in rows.items()
    } == wanted


def test_decisions_are_short() -> None:
    long = [
        path.name
        for path in (REPO / "docs/decisions").glob("*.md")
        if len(path.read_text().splitlines()) > 30
    ]

    assert long == []


@pytest.mark.parametrize("floor", ["crawler", "archive", "extract"])
def test_the_tests_mirror_the_rooms(floor: str) -> None:
    rooms = {path.parent.name for path in (REPO / floor).glob("*/__init__.py")}
    tested = {path.name for path in (REPO / "tests" / floor).iterdir() if any(path.glob("*.py"))}

    assert tested - rooms == set()


@pytest.mark.parametrize("chinese", sorted((REPO / "docs/zh").glob("*.md")), ids=lambda path: path.name)
def test_a_chinese_page_names_the_commands_settings_and_alarms_of_its_english_one(chinese: Path) -> None:
    english = REPO / "README.md" if chinese.name == "README.md" else REPO / "docs" / chinese.name
    pages = english.read_text("utf-8").partition("## How this was tried")[0], chinese.read_text("utf-8")
    ours, theirs = (
        set(
            re.findall(
                r"\bscrapy [a-z]+|\bmake (?:demo|test|check)\b|[A-Z]+_[A-Z_]+|-[as] [a-z]+=|--[a-z-]+", page
            )
        )
        | {name for row in re.findall(r"^\| (`.*?) \|", page, re.M) for name in re.findall(r"`(.+?)`", row)}
        for page in pages
    )

    assert (ours - theirs, theirs - ours) == (set(), set())
