"""A public class has a name that no other has: who reads it need not ask which of them is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.house.faces import REPO

SHARED = {
    "Command",  # Scrapy finds the command of a module by its class
}
FACES = {
    "archive/open.py",  # what notebooks see: the project's own things, under the names that users know them by
    "archive/values.py",
}


CLASS = re.compile(r"^class ([^\W_]\w*)", re.M)


def shared_names(sources: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Public classes of modules (path, source) that have the same name, with the modules."""
    found = defaultdict(list)
    for path, source in sources:
        for name in CLASS.findall(source):
            found[name].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def sources(root: Path) -> Iterable[tuple[str, str]]:
    for floor in ("archive", "crawler", "extract"):
        for path in sorted((root / floor).rglob("*.py")):
            name = str(path.relative_to(root))
            if name not in FACES:
                yield name, path.read_text("utf-8")


def test_no_two_public_classes_share_a_name() -> None:
    found = shared_names(sources(REPO))

    assert {name: paths for name, paths in found.items() if name not in SHARED} == {}


def test_a_name_given_twice_is_seen() -> None:
    given = [("a.py", "class Span: ...\nclass _Own: ..."), ("b.py", "class Span: ...\nclass _Own: ...")]

    assert shared_names(given) == {"Span": ["a.py", "b.py"]}
