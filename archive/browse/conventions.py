"""The descriptions, facets and queries on Datasette's own pages of an archive; one source for 0.65 and 1.0.

`python -m archive.browse.conventions 0.65 NAME` prints them as a file for `datasette -m`; with `1.0`, for
`datasette -c`. The file is for a server without the plug-in. NAME is the database's name, without `.db`.
"""

import json
import sys
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from archive.errors import WrongUse

_CONFIG_KEYS = ("facets", "sort", "sort_desc", "label_column", "hidden", "allow")
"""The keys that Datasette 1.0 reads from its configuration; it reads the others as metadata. 0.65 has one file."""


def tables() -> dict[str, dict[str, Any]]:
    """The descriptions, columns and facets of each table, in the form of Datasette 0.65. Each call returns a copy."""
    return _read("tables.toml")


def queries(*, plain: bool = False) -> dict[str, dict[str, Any]]:
    """The title, description and SQL of each query, by its name; the page hides the SQL behind a link.

    With `plain`, only the queries that use no SQL function of zhuanzai.
    """
    found = _read("queries.toml")
    return {
        name: {key: query[key].strip() for key in ("title", "description", "sql")} | {"hide_sql": True}
        for name, query in found.items()
        if query.get("plain") or not plain
    }


def config_of(table: dict[str, Any]) -> dict[str, Any]:
    """The part of a table's entry that is configuration in 1.0."""
    return {key: value for key, value in table.items() if key in _CONFIG_KEYS}


def settings_file(version: str, database: str) -> dict[str, Any]:
    """The content of a settings file for a Datasette without the plug-in. Raises WrongUse for other versions."""
    described = tables()
    plain = queries(plain=True)
    if version == "0.65":
        return {"databases": {database: {"tables": described, "queries": plain}}}
    if version == "1.0":
        configured = {name: config_of(table) for name, table in described.items() if config_of(table)}
        return {"databases": {database: {"tables": configured, "queries": plain}}}
    raise WrongUse(f"{version}: versions are 0.65 and 1.0")


def _read(name: str) -> dict[str, Any]:
    """A TOML file of this folder. Each call returns a copy, because Datasette changes the dictionary it receives."""
    copied: dict[str, Any] = json.loads(_as_json(name))
    return copied


@cache
def _as_json(name: str) -> str:
    return json.dumps(
        tomllib.loads(resources.files("archive.browse").joinpath(name).read_text(encoding="utf-8"))
    )


def main(arguments: list[str]) -> int:
    """Print the settings file and return the exit code."""
    if len(arguments) != 2:
        sys.stderr.write("python -m archive.browse.conventions 0.65|1.0 NAME\n")
        return 2
    try:
        settings = settings_file(*arguments)
    except WrongUse as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    json.dump(settings, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
