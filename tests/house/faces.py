"""The faces of the rooms: from outside a room, only the modules that its `__all__` names are imported.

A contract of import-linter: `lint-imports` checks it, pyproject.toml names it.
"""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import grimp
from importlinter import Contract, ContractCheck, output

REPO = Path(__file__).parents[2]
ROOM_DEPTH = 2
"""`archive` is a floor, `archive.record` a room; a package inside a room belongs to the room."""
PRIVATE = re.compile(r"\bimport\b.*\b_[a-z]\w*", re.S)


class Faces(Contract):
    """Every import between rooms and floors goes through their `__all__`, and names nothing private."""

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """What import-linter asks."""
        broken = sorted({*strangers(graph, face), *trespasses(graph)})
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """A line for each import, with what to do."""
        for line in check.metadata["broken"]:
            output.print_error(line)


def strangers(graph: grimp.ImportGraph, face: Callable[[str], frozenset[str]]) -> Iterable[str]:
    """Imports of modules that the face of their room, or rooms that the face of their floor, does not name."""
    for importer, imported in pairs(graph):
        for house in rooms_above(imported):
            child = imported.removeprefix(f"{house}.").partition(".")[0]
            if not _inside(importer, house) and child not in face(house):
                yield (
                    f'{importer} imports {imported}: "{child}" is not in __all__ of {house}; use what stands there,'
                    f" or add it and say in {house.replace('.', '/')}/__init__.py what goes out"
                )


def trespasses(graph: grimp.ImportGraph) -> Iterable[str]:
    """Imports of private names from another room."""
    for importer, imported in pairs(graph):
        if any(not _inside(importer, house) for house in rooms_above(imported)):
            for detail in graph.get_import_details(importer=importer, imported=imported):
                if PRIVATE.search(detail["line_contents"]):
                    yield f"{importer}:{detail['line_number']} imports a private name of {imported}"


def pairs(graph: grimp.ImportGraph) -> Iterable[tuple[str, str]]:
    """Every import of one of our modules by another."""
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if not graph.is_module_squashed(imported):  # a library
                yield importer, imported


def rooms_above(module: str) -> list[str]:
    """The floor and the room that a module stands in."""
    parts = module.split(".")
    return [".".join(parts[:depth]) for depth in range(1, min(len(parts), ROOM_DEPTH + 1))]


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@cache
def face(package: str) -> frozenset[str]:
    """The names in `__all__` of a package, read without importing it."""
    source = (REPO / package.replace(".", "/") / "__init__.py").read_text("utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return frozenset(ast.literal_eval(node.value))
    return frozenset()
