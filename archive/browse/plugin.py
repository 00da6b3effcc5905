"""What Datasette is told: routes, SQL functions, templates, links. One file for 0.65 and 1.0."""

# mypy: disallow-untyped-decorators=False
# hookimpl comes from Datasette, which has no types

import sqlite3
from typing import Any

from datasette import hookimpl
from jinja2 import ChoiceLoader, Environment, PackageLoader

from archive import search
from archive.browse.archives import is_archive
from archive.browse.views import ROUTES


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """After Datasette's own functions, so that escape_fts becomes ours."""
    if is_archive(conn):
        search.register(conn)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """A template of the same name in --template-dir is found first."""
    env.loader = ChoiceLoader([*([env.loader] if env.loader else []), PackageLoader("archive.browse")])


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return ROUTES
