"""What only one place of the house may name: SQL stays in the archive, the database's name in one module."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|WITH|ATTACH)\b[^.]*\s")
DATABASE = re.compile(r"(?:.*/)?archive\.db(?:[-.]\w+)?")


@lru_cache(maxsize=1000)  # the whole house, asked about several things
def nodes(source: str) -> tuple[ast.Constant | ast.Attribute, ...]:
    """The texts and the attributes that a module spells."""
    tree = ast.walk(ast.parse(source))
    return tuple(node for node in tree if isinstance(node, ast.Constant | ast.Attribute))


def sql_in(source: str) -> Iterator[int]:
    """The lines on which a module writes SQL or opens a database by itself."""
    for node in nodes(source):
        match node:
            case ast.Constant(value=str(text)) if SQL.match(text) and re.search(
                r"\b(?:FROM|INTO|SET|TABLE|VIEW|INDEX|PRAGMA|SELECT \d)\b", text
            ):
                yield node.lineno
            case ast.Attribute(value=ast.Name(id="sqlite3"), attr="connect"):
                yield node.lineno


def database_named_in(source: str) -> Iterator[int]:
    """The lines on which a module spells the name of the database's file, docstrings and messages aside."""
    for node in nodes(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and DATABASE.fullmatch(node.value):
            yield node.lineno


def where(folder: Path, lines_of: Callable[[str], Iterator[int]]) -> list[str]:
    """`file:line` of each finding in the modules of a folder."""
    return [
        f"{path.relative_to(folder.parent)}:{line}"
        for path in sorted(folder.rglob("*.py"))
        for line in lines_of(path.read_text("utf-8"))
    ]
