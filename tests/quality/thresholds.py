"""What each number in a module of extract costs when it is halved or doubled: F1 on the shared pages.

    python -m tests.quality.thresholds [extract.text.body] [--factors 0.5,2]

The pages are read by general rules alone. The first column of F1 is the mean over the pages with gold, the second over
the other pages, with the text that the collection's makers typed. A number that changes neither is not proven by
these pages. Nothing is written.
"""

import argparse
import ast
import importlib
import json
import logging
import types
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from extract.page.page import Page
from tests.quality import pages

SHARED = Path(__file__).parents[3] / "shared"
NOT_A_THRESHOLD = (0, 1, -1)  # indexes, steps, nothing at all


def numbers(tree: ast.Module) -> list[ast.Constant]:
    """The numbers of a module that may be thresholds, in the order of the source."""
    found = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]
    return sorted(
        (node for node in found if node.value not in NOT_A_THRESHOLD),
        key=lambda node: (node.lineno, node.col_offset),
    )


def put(module: types.ModuleType, tree: ast.Module) -> None:
    """Give the module's functions and plain values the code of this tree; who imported a function sees it too."""
    scratch = types.ModuleType(module.__name__)
    vars(scratch).update(__file__=module.__file__, __package__=module.__package__)
    exec(compile(tree, str(module.__file__), "exec"), vars(scratch))
    for name, value in vars(scratch).items():
        known = vars(module).get(name)
        if isinstance(value, types.FunctionType) and isinstance(known, types.FunctionType):
            if value.__module__ == module.__name__ and hasattr(known, "__code__"):
                known.__code__, known.__defaults__ = value.__code__, value.__defaults__
        elif type(value) in (int, float):
            setattr(module, name, value)


def typed(folder: Path) -> Iterator[tuple[pages.Gold, bool]]:
    """The pages of a folder that have a typed text, and whether it is gold."""
    yield from ((gold, True) for gold in pages.real_pages(folder))
    for told in map(json.loads, (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()):
        silver, gold = folder / "silver" / f"{told['id']}.txt", folder / "gold" / f"{told['id']}.json"
        if silver.exists() and not gold.exists():
            page = Page(f"file:///{told['id']}.html", (folder / f"{told['id']}.html").read_bytes())
            text = silver.read_text(encoding="utf-8")
            yield pages.Gold(page, text, "", "", "", "", "", ""), False


def f1(known: list[tuple[pages.Gold, bool]]) -> tuple[float, float]:
    """The mean F1 over the pages with gold, and over the others."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for page, is_gold in known:
        found[is_gold].append(pages.text_score(pages.by_general_rules(page.page).text, page)[2])
    return mean(found[True]), mean(found[False])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("module", nargs="?", default="extract.text.body")
    parser.add_argument("--factors", default="0.5,2")
    opts = parser.parse_args()
    logging.disable(logging.WARNING)
    module = importlib.import_module(opts.module)
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    known = [one for name in ("pages", "pages2") for one in typed(SHARED / name)]
    gold, silver = f1(known)
    table = Table(
        "line", "number", "as", "F1, gold", "F1, others", title=f"{opts.module}, {len(known)} pages"
    )
    table.add_row("", "as it is", "", f"{gold:.4f}", f"{silver:.4f}")
    for n, node in enumerate(numbers(ast.parse(source))):
        for factor in map(float, opts.factors.split(",")):
            tree = ast.parse(source)
            one = numbers(tree)[n]
            one.value = type(node.value)(node.value * factor)
            put(module, tree)
            try:
                other, also = f1(known)
            except (LookupError, ValueError):  # an index, not a threshold
                continue
            line = source.splitlines()[node.lineno - 1].strip()
            table.add_row(
                f"{node.lineno} {line[:60]}",
                str(node.value),
                str(one.value),
                f"{other - gold:+.4f}",
                f"{also - silver:+.4f}",
            )
        put(module, ast.parse(source))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
