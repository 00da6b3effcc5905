"""The archive on a Datasette that has never heard of us."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import datasette
import pytest

from archive.browse.conventions import main, tables

VERSION = "0.65" if datasette.__version__.startswith("0.") else "1.0"
FLAG = {"0.65": "-m", "1.0": "-c"}[VERSION]


def without_plugin(database: Path, settings: Path, path: str) -> str:
    """What `datasette --get` answers with every plug-in left out."""
    done = subprocess.run(
        [sys.executable, "-m", "datasette", str(database), FLAG, str(settings), "--get", path],
        env=os.environ | {"DATASETTE_LOAD_PLUGINS": ""},
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    return done.stdout


def test_the_settings_file_searches_both_scripts(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([VERSION, "archive"]) == 0
    settings = tmp_path / "settings.json"
    settings.write_text(capsys.readouterr().out, encoding="utf-8")

    found = without_plugin(database, settings, "/archive/search_without_plugin.json?q=武漢&_shape=array")

    assert [row["id"] for row in json.loads(found)] == [5, 3, 2, 1]


def test_datasettes_own_box_needs_no_settings_for_two_characters(database: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text("{}")

    found = without_plugin(database, settings, "/archive/articles.json?_search=武汉&_shape=array")

    assert len(json.loads(found)) == 4


@pytest.mark.parametrize("arguments", [[], ["0.65"], ["2.0", "archive"]])
def test_wrong_arguments_are_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_no_hidden_table_names_another(database: Path) -> None:
    """Plug-ins that follow keys to tables that they do not show break at them (datasette-graphql 2.2 answers 500)."""
    with closing(sqlite3.connect(database)) as db:
        naming = {
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if db.execute("SELECT 1 FROM pragma_foreign_key_list(?)", [name]).fetchone()
        }

    assert naming & {name for name, told in tables().items() if told.get("hidden")} == set()
