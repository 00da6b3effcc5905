import re
import tomllib
from importlib import resources
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from extract.text.phrases import in_fold

TABLE = tomllib.loads(resources.files("extract.text").joinpath("phrases.toml").read_text(encoding="utf-8"))
REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)


def of_class(items: Any) -> set[object]:
    """What a class of characters holds, ranges character by character."""
    found: set[object] = set()
    for op, value in items:
        if op is c.RANGE:
            assert value[1] - value[0] < 100, "a pattern that begins with nearly anything needs words"
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            assert op in (c.LITERAL, c.CATEGORY), "a pattern that begins with all but some needs words"
            found.add(chr(value) if op is c.LITERAL else value)
    return found


def of_one(op: Any, value: Any) -> tuple[set[object], bool]:
    """What a part of a pattern may begin with, and whether it may be empty."""
    if op is c.LITERAL:
        return {chr(value)}, False
    if op is c.IN:
        return of_class(value), False
    if op is c.SUBPATTERN:
        return beginning(value[3])
    if op in REPEATS:
        found, is_empty = beginning(value[2])
        return found, is_empty or value[0] == 0
    if op is c.BRANCH:
        ways = [beginning(way) for way in value[1]]
        return set().union(*(found for found, _ in ways)), any(is_empty for _, is_empty in ways)
    assert op in (c.ASSERT, c.ASSERT_NOT), f"{op}: a pattern that begins with anything needs words"
    return set(), True


def beginning(parts: Any) -> tuple[set[object], bool]:
    """The same for several parts, one behind the other."""
    found: set[object] = set()
    for op, value in parts:
        own, is_empty = of_one(op, value)
        found |= own
        if not is_empty:
            return found, False
    return found, True


@pytest.mark.parametrize("kind", TABLE["beginnings"])
def test_the_table_holds_what_begins_the_lines_that_patterns_without_words_match(kind: str) -> None:
    listed = f"[{in_fold(TABLE['beginnings'][kind])}]"
    ((_, items),) = _parser.parse(listed)
    found: set[object] = set()
    for pattern in (entry["pattern"] for entry in TABLE[kind] if "needs" not in entry):
        parts = _parser.parse(in_fold(pattern))
        if parts.getwidth()[1] > 1:  # lines of one character are looked at anyway
            own, is_empty = beginning(parts)
            assert not is_empty, pattern
            found |= own

    unlisted = found - of_class(items)
    assert [one for one in unlisted if not (isinstance(one, str) and re.match(listed, one))] == []
    assert of_class(items) <= found
