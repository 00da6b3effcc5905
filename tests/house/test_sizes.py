"""A room can be taken in at a glance, and a module read in one sitting."""

from collections import Counter
from pathlib import Path

import pytest

from tests.house.faces import REPO

MOST_MODULES = 15
MOST_LINES = 400
LISTS = {"crawler/commands", "crawler/sample"}
"""Folders that are lists by nature: a command a module, the sample network."""
MODULES = sorted(path for floor in ("archive", "crawler", "extract") for path in (REPO / floor).rglob("*.py"))


def crowded(paths: list[Path]) -> dict[str, int]:
    """Folders with more modules beside each other than a reader takes in, with how many."""
    counts = Counter(str(path.parent.relative_to(REPO)) for path in paths if path.name != "__init__.py")
    return {name: n for name, n in counts.items() if n > MOST_MODULES and name not in LISTS}


def test_no_room_is_crowded() -> None:
    assert crowded(MODULES) == {}


def test_a_crowded_room_is_seen() -> None:
    paths = [REPO / "archive" / "hall" / f"m{n}.py" for n in range(16)]

    assert crowded(paths) == {"archive/hall": 16}
    assert crowded(paths[1:]) == {}


@pytest.mark.parametrize("floor", ["archive", "crawler", "extract"])
def test_no_module_is_too_long(floor: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES if floor in path.parts}

    assert {str(path): n for path, n in lengths.items() if n > MOST_LINES} == {}
