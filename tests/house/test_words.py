"""docs/words.md names tables, types and folders that there are."""

import importlib
import re
from pathlib import Path

from archive.view.store import Store
from tests.house.faces import REPO

TEXT = (REPO / "docs" / "words.md").read_text("utf-8")
ROWS = [
    line.strip("|").split("|")
    for line in TEXT.partition("## In the code")[0].splitlines()
    if line.startswith("| ")
][2:]


def test_words_stand_in_their_order_each_once() -> None:
    words = [row[0].strip().lower() for row in ROWS]

    assert words == sorted(set(words))


def test_the_tables_in_brackets_are_tables(tmp_path: Path) -> None:
    named = {
        name
        for row in ROWS
        for found in re.findall(r"\((`[a-z_`, ]+`)\)", row[1])
        for name in re.findall(r"\w+", found)
    }

    with Store(tmp_path / "words.db") as store:
        there = {name for (name,) in store.conn.execute("SELECT name FROM sqlite_master")}

    assert named
    assert named - there == set()


def test_the_types_and_folders_are_there() -> None:
    types = re.findall(r"`(archive\.\w+)\.(\w+)`", TEXT)
    folders = re.findall(r"`((?:archive|crawler|extract)/[\w/]+)/`", TEXT)

    assert types
    assert [name for module, name in types if not hasattr(importlib.import_module(module), name)] == []
    assert [name for name in folders if not (REPO / name).is_dir()] == []
