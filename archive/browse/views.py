"""From a request to a page: checks, connection, template, and a clear page where something is wrong."""

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from typing import Any

from datasette import Response
from datasette.utils import sqlite_timelimit, tilde_decode

from archive.browse.archives import is_archive, warc_folder
from archive.browse.labels import LANGUAGES, Labels, language_of
from archive.browse.pages import article, capture, home, search, story
from archive.browse.visit import Refusal, Visit

Read = Callable[[sqlite3.Connection, Visit], Mapping[str, Any]]
View = Callable[[Any, Any], Awaitable[Response]]

SAFETY = {
    # Datasette's own pages carry small inline scripts; nothing may come from, or go to, another host
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STYLE = resources.files("archive.browse").joinpath("style.css").read_text(encoding="utf-8")
LANGUAGE_COOKIE = "zhuanzai_language"


async def enter(datasette: Any, request: Any) -> Any:
    """The archive that the address names. Raises Refusal where there is none, Forbidden where it is closed."""
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


def page(template: str, read: Read) -> View:
    """A view that reads on one of Datasette's threads and within its time limit, and renders `template`."""

    async def view(request: Any, datasette: Any) -> Response:
        labels = Labels(
            language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))
        )
        try:
            database = await enter(datasette, request)
            visit = Visit(
                path={
                    name: tilde_decode(value) for name, value in request.url_vars.items() if value is not None
                },
                args={name: request.args[name] for name in request.args},
                warc=warc_folder(datasette, database),
                language=labels.language,
            )
            values = await database.execute_fn(_limited(datasette, read, visit))
        except Refusal as refusal:
            return await refused(datasette, request, labels, refusal)
        except sqlite3.DatabaseError as error:
            return await refused(datasette, request, labels, _database_refusal(error))
        return await rendered(datasette, request, labels, template, database.name, values)

    return view


def _limited(datasette: Any, read: Read, visit: Visit) -> Callable[[sqlite3.Connection], Mapping[str, Any]]:
    def within(conn: sqlite3.Connection) -> Mapping[str, Any]:
        with sqlite_timelimit(conn, datasette.setting("sql_time_limit_ms")):
            return read(conn, visit)

    return within


def _database_refusal(error: sqlite3.DatabaseError) -> Refusal:
    if error.args == ("interrupted",):
        return Refusal(503, "too-slow")
    return Refusal(500, "damaged-database", str(error))


async def rendered(
    datasette: Any, request: Any, labels: Labels, template: str, database: str, values: Mapping[str, Any]
) -> Response:
    """A page of an archive as HTML."""
    context = {
        **_frame(datasette, request, labels),
        "database": database,
        "room": str(datasette.urls.database(database)) + "/-",
        **values,
    }
    html = await datasette.render_template(template, context, request=request)
    return Response.html(html, headers=dict(SAFETY))


async def refused(datasette: Any, request: Any, labels: Labels, refusal: Refusal) -> Response:
    """A page that says what was wrong with the request."""
    context = {**_frame(datasette, request, labels), "refusal": refusal, "room": None}
    html = await datasette.render_template("zhuanzai_refused.html", context, request=request)
    return Response.html(html, status=refusal.status, headers=dict(SAFETY))


def _frame(datasette: Any, request: Any, labels: Labels) -> dict[str, Any]:
    here = request.path + (f"?{request.query_string}" if request.query_string else "")
    return {
        "t": labels,
        "languages": LANGUAGES,
        "here": here,
        "style_url": datasette.urls.path("/-/zhuanzai/style.css"),
        "language_url": datasette.urls.path("/-/zhuanzai/language"),
    }


async def style(request: Any) -> Response:
    """The room's stylesheet."""
    headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(STYLE, content_type="text/css; charset=utf-8", headers=headers)


async def language(request: Any, datasette: Any) -> Response:
    """Remember the language asked for, and back to the page one came from (of this server only)."""
    chosen = request.args.get("to", "")
    back = request.args.get("next", "")
    local = bool(re.fullmatch(r"/(?![/\\])[^\r\n]*", back))
    response = Response.redirect(back if local else datasette.urls.instance())
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, path=datasette.setting("base_url")
        )
    return response


_ROOM = r"/(?P<database>[^/]+)/-"
ROUTES: list[tuple[str, Any]] = [
    (r"/-/zhuanzai/style\.css$", style),
    (r"/-/zhuanzai/language$", language),
    (rf"{_ROOM}/home$", page("zhuanzai_home.html", home.read)),
    (rf"{_ROOM}/search$", page("zhuanzai_search.html", search.read)),
    (rf"{_ROOM}/story/(?P<id>[0-9]+)$", page("zhuanzai_story.html", story.read)),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)$", page("zhuanzai_article.html", article.read)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)$", page("zhuanzai_capture.html", capture.read)),
]
