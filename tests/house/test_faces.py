"""The wall between rooms stops what it should, and what rooms hand out is used or told of."""

import re
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.house.faces import REPO, face, strangers

HANDS_OUT = {"archive": frozenset({"record", "errors"}), "archive.record": frozenset({"warc"})}


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A graph of these imports alone."""
    made = grimp.ImportGraph()
    for module in {name for pair in imports for name in pair}:
        made.add_module(module)
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported, line_number=1, line_contents="")
    return made


def told(*imports: tuple[str, str]) -> set[str]:
    """What the contract says of these imports, up to the colon."""
    found = strangers(graph(*imports), lambda package: HANDS_OUT.get(package, frozenset()))
    return {line.partition(":")[0] for line in found}


def test_a_module_that_its_room_hands_out_may_be_used() -> None:
    assert told(("crawler.fetch.wire", "archive.record.warc")) == set()


def test_a_module_that_its_room_keeps_is_refused_to_others() -> None:
    assert told(("archive.door.ingest", "archive.record.members")) == {
        "archive.door.ingest imports archive.record.members"
    }


def test_a_room_that_its_floor_keeps_is_refused_to_other_floors_only() -> None:
    assert told(("crawler.addon", "archive.care.verify"), ("archive.run.lock", "archive.errors")) == {
        "crawler.addon imports archive.care.verify"
    }


def test_a_package_in_a_room_is_the_rooms_own_affair() -> None:
    assert told(("archive.record.warc", "archive.record.inner.deep")) == set()
    assert told(("archive.door.ingest", "archive.record.inner.deep")) == {
        "archive.door.ingest imports archive.record.inner.deep"
    }


ROOMS = sorted(
    path.parent
    for floor in ("archive", "crawler", "extract")
    for path in (REPO / floor).glob("*/__init__.py")
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: f"{path.parent.name}.{path.name}")
def test_a_room_says_what_comes_in_and_what_goes_out(room: Path) -> None:
    text = (room / "__init__.py").read_text("utf-8")

    assert re.search(r'\A"""[^\n]+\n\nIn: .+\nOut: ', text)


IMPORTS = re.compile(r"^ *from ((?:archive|crawler|extract)\.\w+) import (?:\(([^)]*)\)|([^\n]*))", re.M)


@cache
def used() -> frozenset[tuple[str, Path]]:
    """Dotted names of ours that files name, each with the file; pyproject.toml names an entry point."""
    paths = [
        path for top in ("archive", "crawler", "extract", "tests") for path in (REPO / top).rglob("*.py")
    ]
    found = set()
    for path in [*paths, REPO / "pyproject.toml"]:
        text = path.read_text("utf-8")
        found |= {(name, path) for name in re.findall(r"\b(?:archive|crawler|extract)\.\w+\.\w+", text)}
        for room, several, one in re.findall(IMPORTS, text):
            found |= {(f"{room}.{name}", path) for name in re.findall(r"\w+", several or one)}
    return frozenset(found)


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: f"{path.parent.name}.{path.name}")
def test_what_a_room_hands_out_is_used_outside(room: Path) -> None:
    package = f"{room.parent.name}.{room.name}"
    outside = {
        name.rpartition(".")[2]
        for name, path in used()
        if name.startswith(f"{package}.") and room not in path.parents
    }

    assert face(package) - outside == set()
