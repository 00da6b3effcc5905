"""The archive that a request names: whether it exists, may be read by the visitor, and is undamaged."""

import sqlite3
from typing import Any

from datasette.utils import tilde_decode

from archive.browse.archives import is_archive
from archive.browse.visit import Refusal, is_too_slow


async def enter(datasette: Any, request: Any) -> Any:
    """The database that the address names. Raises Refusal if it is no archive, Forbidden if it is closed."""
    name = tilde_decode(request.url_vars["database"])
    found = [db for db in datasette.databases.values() if name in (getattr(db, "route", db.name), db.name)]
    if not found:
        raise Refusal(404, "no-such-database", name[:80])
    database = found[0]
    for table in ("articles", "captures"):
        await _permit(datasette, request.actor, database.name, table)
    if not await database.execute_fn(is_archive):
        raise Refusal(404, "not-an-archive", name[:80])
    return database


async def _permit(datasette: Any, actor: Any, database: str, table: str) -> None:
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        wanted = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        await datasette.ensure_permissions(actor, wanted)
        return
    from datasette.resources import TableResource  # 0.65 has none

    resource = TableResource(database=database, table=table)
    await datasette.ensure_permission(action="view-table", resource=resource, actor=actor)


def database_refusal(error: sqlite3.DatabaseError) -> Refusal:
    """The refusal that a visitor sees after an error of the database."""
    if is_too_slow(error):
        return Refusal(503, "too-slow")
    message = str(error)
    if message.startswith(("no such table", "no such column")):
        return Refusal(500, "other-version", message)
    return Refusal(500, "damaged-database", message)
