"""The plan in the documents is what the imports say, and the drawing of it keeps its promises."""

from pathlib import Path

import pytest

from tests.house import plan
from tests.house.faces import REPO

USES = {
    "archive.run": frozenset({"archive.door", "archive.record", "archive.errors"}),
    "archive.door": frozenset({"archive.record", "archive.errors"}),
    "archive.out": frozenset({"archive.record"}),
    "archive.record": frozenset({"archive.errors"}),
    "archive.errors": frozenset[str](),
}


def test_only_imports_that_no_longer_way_says_are_drawn() -> None:
    assert plan.arrows(USES) == [
        ("archive.door", "archive.record"),
        ("archive.out", "archive.record"),
        ("archive.record", "archive.errors"),
        ("archive.run", "archive.door"),
    ]


def test_a_room_stands_above_all_that_it_imports() -> None:
    assert plan.rows("archive", USES) == [
        ["archive.run"],
        ["archive.door", "archive.out"],
        ["archive.record"],
        ["archive.errors"],
    ]


@pytest.mark.parametrize("path", sorted(plan.places()), ids=lambda path: path.name)
def test_what_is_drawn_and_written_is_what_the_code_says(path: Path) -> None:
    assert path.read_text("utf-8") == plan.files()[path], "the rooms changed: run `make plan`"


def test_every_module_stands_on_the_page_of_its_floor() -> None:
    pages = {path.stem: path.read_text("utf-8") for path in (REPO / "docs" / "floors").glob("*.md")}
    for floor in plan.FLOORS:
        unnamed = [
            str(path)
            for path in (REPO / floor).glob("**/*.py")
            if path.name not in ("__init__.py", "__main__.py")
            and len(path.relative_to(REPO / floor).parts) < 3
            and f"`{path.name}`" not in pages[floor]
            and f"`{path.relative_to(REPO)}`" not in pages[floor]
        ]
        assert unnamed == []
