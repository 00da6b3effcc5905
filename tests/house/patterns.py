"""Every pattern of the project: those that modules compile or name, and those that their tables hold."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.exploring import addresses
from crawler.registry.book import SiteFiles
from tests.house.faces import REPO

FLAGS_AT = {
    **dict.fromkeys(("search", "match", "fullmatch", "findall", "finditer"), 2),
    **dict.fromkeys(("split",), 3),
    **dict.fromkeys(("sub", "subn"), 4),
}
"""Where a function of `re` takes its flags."""
ANCHORED = frozenset(("match", "fullmatch"))
AT_START = {
    "extract/compare/items.py:_MARKS",
    "archive/out/cdxj.py:_SESSIONS",
    "crawler/registry/phrases.py:VARIANTS",
    "extract/text/phrases.py:_SLOW",
    "crawler/registry/tracking.py:_RULES",
}
"""Tables whose patterns are tried at the start of a text only, one after another."""


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern, and whether it is looked for at every place of a text."""

    where: str
    source: str
    flags: int
    is_sought: bool
    is_whole: bool = False


@cache
def of_floor(floor: str) -> tuple[Used, ...]:
    """The patterns of a floor's modules, each once; the sample web's own are not met by strangers."""
    found: dict[tuple[str, int, bool, bool], Used] = {}
    for path in sorted((REPO / floor).rglob("*.py")):
        text = path.read_text("utf-8")
        if "sample" not in path.parts and "re." in text:
            for used in [*_called(path, ast.parse(text)), *_held(path)]:
                found.setdefault((used.source, used.flags, used.is_sought, used.is_whole), used)
    return tuple(found.values())


@cache
def of_sites() -> tuple[Used, ...]:
    """The patterns of the site files and of families of sites: all but a few are for addresses."""
    found = {
        pattern.pattern: _used("crawler/exploring/words.toml", pattern, sought=True)
        for pattern in addresses._strong()
    }
    for site in SiteFiles.load():
        for pattern in _patterns(site, depth=4):
            found.setdefault(pattern.pattern, _used(f"crawler/sites/{site.host}.toml", pattern, sought=True))
    return tuple(found.values())


def _called(path: Path, tree: ast.Module) -> Iterator[Used]:
    """The patterns that a module gives to a function of `re` as they stand there."""
    for call in ast.walk(tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "re"
            and call.func.attr in FLAGS_AT
        ):
            at = FLAGS_AT[call.func.attr]
            given = call.args[at : at + 1] + [word.value for word in call.keywords if word.arg == "flags"]
            names = vars(_module(path))
            try:
                source = _value(call.args[0], names)
                flags = int(_value(given[0], names)) if given else 0
            except NameError:
                continue  # made from what a function knows: CALLED_WITH_VALUES of the test
            if isinstance(source, str | bytes):
                pattern = re.compile(source, flags)
                whole = call.func.attr == "fullmatch"
                sought = call.func.attr not in ANCHORED
                yield _used(f"{path.relative_to(REPO)}:{call.lineno}", pattern, sought=sought, whole=whole)


def _held(path: Path) -> Iterator[Used]:
    """The compiled patterns that a module has by a name, alone or in a table."""
    for name, value in vars(_module(path)).items():
        found = list(_patterns(value, depth=3))
        if not found:
            continue
        text = _readers(path)
        uses = set(re.findall(rf"\b{re.escape(name)}(?:\[\w+\])?\.(\w+)\(", text)) & FLAGS_AT.keys()
        where = f"{path.relative_to(REPO)}:{name}"
        sought = where not in AT_START and (not uses or not uses <= ANCHORED)
        for pattern in found:
            whole = uses == {"fullmatch"}
            yield _used(where, pattern, sought=sought, whole=whole)


def _used(where: str, pattern: re.Pattern[Any], *, sought: bool, whole: bool = False) -> Used:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    return Used(where, source, pattern.flags & ~re.UNICODE, sought, whole)


def _patterns(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for inner in value.values():
            yield from _patterns(inner, depth - 1)
    elif depth and isinstance(value, list | tuple | frozenset | set):
        for inner in value:
            yield from _patterns(inner, depth - 1)
    elif depth and not isinstance(value, type) and hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _patterns(getattr(value, name, None), depth - 1)


@cache
def _module(path: Path) -> Any:
    return importlib.import_module(
        ".".join(path.relative_to(REPO).with_suffix("").parts).removesuffix(".__init__")
    )


@cache
def _sources() -> dict[Path, str]:
    return {
        path: path.read_text("utf-8")
        for floor in ("extract", "archive", "crawler")
        for path in (REPO / floor).rglob("*.py")
    }


def _readers(path: Path) -> str:
    """The text of a module and of those that import it."""
    name = ".".join(path.relative_to(REPO).with_suffix("").parts)
    room, _, last = name.rpartition(".")
    imports = re.compile(rf"from {re.escape(name)} import|from {re.escape(room)} import .*\b{last}\b")
    return "\n".join(text for found, text in _sources().items() if found == path or imports.search(text))


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "pattern", "eval"), names)
