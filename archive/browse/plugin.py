"""The Datasette plug-in: its routes, SQL functions, templates, links and descriptions, for 0.65 and 1.0."""

# mypy: disallow-untyped-decorators=False
# hookimpl comes from Datasette, which has no types

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response, handle_exception, hookimpl
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from archive.browse import cells, conventions, frame
from archive.browse.archives import is_archive, make_openable
from archive.browse.views import ROUTES, STYLE_PATH
from archive.search import index as search

_KNOWN: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()
"""The names of the archives among each Datasette's databases, found when that Datasette started."""

_ACTIONS = {
    "articles": (("-/search", "Search the articles 检索文章"), ("-/days", "By day 按日期浏览")),
    "articles_fts": (("-/search", "Search the articles 检索文章"),),
    "stories": (("-/stories", "Read the stories 浏览报道"), ("most_copied_stories", "Most copied 转载最多")),
    "members": (("-/stories", "Read the stories 浏览报道"),),
    "copies": (
        ("-/stories", "Read the stories 浏览报道"),
        ("unattributed_copies", "Unattributed copies 未注来源的转载"),
        ("cuts_of_the_last_paragraph", "Cuts of the last paragraph 删去末段的转载"),
    ),
    "captures": (("-/sites", "Captures by site 按站点浏览"),),
    "run_sites": (("-/sites", "Site by site 按站点浏览"),),
    "site_counts": (
        ("-/sites", "Site by site 按站点浏览"),
        ("delay_per_site", "Delay per site 各站转载时差"),
    ),
    "day_counts": (("-/days", "By day 按日期浏览"), ("copies_per_day", "Copies per day 每日转载数")),
    "issue_pages": (("-/days", "By day 按日期浏览"),),
    "issue_items": (("-/days", "By day 按日期浏览"), ("printed_but_not_copied", "Not copied 未见转载")),
    "vanished": (("survived_by_copies", "Vanished, but copies survive 原文已失而转载仍存"),),
    "looks": (("vanished_articles", "Vanished articles 消失的文章"),),
    "sightings": (("vanished_articles", "Vanished articles 消失的文章"),),
    "versions": (("changed_articles", "Changed after publication 发布后改动的文章"),),
    "quarantine": (("unread_pages", "By reason and site 按原因与站点"),),
}
"""The links in a table's menu: an address under the database's address, and the link's label."""


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find the archives. On 1.0, also describe them where the server's settings have no description."""

    # if rich is installed, Datasette prints the traceback of every refusal; 0.65 then fails on a 404 without one
    if hasattr(handle_exception, "rich"):
        handle_exception.rich = None

    async def find() -> None:
        for db in datasette.databases.values():
            make_openable(db)
        found = [db.name for db in datasette.databases.values() if await db.execute_fn(is_archive)]
        _KNOWN[datasette] = frozenset(found)
        if hasattr(datasette, "add_query"):  # 1.0
            for name in found:
                await _describe(datasette, name)

    return find


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Register the SQL functions after Datasette's own, so that escape_fts is replaced."""
    if is_archive(conn):
        search.register(conn)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Add the reading room's templates; a template of the same name in --template-dir comes first."""
    env.loader = ChoiceLoader([*([env.loader] if env.loader else []), PackageLoader("archive.browse")])


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return ROUTES


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Lead from the plain address of a table with long columns to the list without them."""

    def wrap(app: Any) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            is_plain = scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]
            short = frame.short_list(datasette, _known(datasette), scope["path"]) if is_plain else None
            if short is None:
                await app(scope, receive, send)
            else:
                await Response.redirect(short).asgi_send(send)

        return answer

    return wrap


@hookimpl(optionalhook=True)
def get_metadata(datasette: Any) -> dict[str, Any]:
    """0.65: the descriptions of every archive; the server's own settings take precedence over them."""
    known = sorted(_known(datasette))
    if not known:
        return {}
    return {
        "description_html": str(frame.front(datasette, known)),
        "databases": {
            name: {
                "description_html": str(frame.bar(datasette, name)),
                "tables": _tables_below(datasette, name),
            }
            for name in known
        },
    }


def _tables_below(datasette: Any, database: str) -> dict[str, dict[str, Any]]:
    """0.65: the tables' metadata, with each description below the bar."""
    tables = conventions.tables()
    above = frame.bar(datasette, database)
    for name, table in tables.items():
        said = Markup("<p>{}</p>").format(table.pop("description")) + frame.left_out(
            datasette, database, name
        )
        table["description_html"] = str(above + said)
    return tables


@hookimpl(optionalhook=True)
def canned_queries(datasette: Any, database: str) -> dict[str, Any]:
    """0.65: the researcher's questions, each description below the bar."""
    if database not in _known(datasette):
        return {}
    above = frame.bar(datasette, database)
    queries = conventions.queries()
    for query in queries.values():
        query["description_html"] = str(above + Markup("<p>{}</p>").format(query.pop("description")))
    return queries


@hookimpl(optionalhook=True)
def top_homepage(datasette: Any) -> Markup:
    """1.0: the description of zhuanzai, and a bar for every archive."""
    return frame.front(datasette, sorted(_known(datasette)))


def _above(datasette: Any, database: str) -> Markup | None:
    return frame.bar(datasette, database) if database in _known(datasette) else None


@hookimpl(optionalhook=True)
def top_database(datasette: Any, database: str) -> Markup | None:
    """1.0: the bar above the tables."""
    return _above(datasette, database)


@hookimpl(optionalhook=True)
def top_table(datasette: Any, database: str, table: str) -> Markup | None:
    """1.0: the bar above a table, and what its short list leaves out."""
    above = _above(datasette, database)
    return above and above + frame.left_out(datasette, database, table)


@hookimpl(optionalhook=True)
def top_row(datasette: Any, database: str) -> Markup | None:
    """1.0: the bar above a row."""
    return _above(datasette, database)


@hookimpl(optionalhook=True)
def top_query(datasette: Any, database: str) -> Markup | None:
    """1.0: the bar above a query of one's own."""
    return _above(datasette, database)


@hookimpl(optionalhook=True)
def top_stored_query(datasette: Any, database: str) -> Markup | None:
    """1.0: the bar above one of the researcher's questions."""
    return _above(datasette, database)


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    return [
        {"href": f"{datasette.urls.database(name)}/-/home", "label": f"转载 {name}"}
        for name in _known(datasette)
    ]


@hookimpl
def database_actions(datasette: Any, database: str) -> list[dict[str, str]]:
    if database not in _known(datasette):
        return []
    room = f"{datasette.urls.database(database)}/-"
    return [
        {"href": f"{room}/search", "label": "Search the articles 检索文章"},
        {"href": f"{room}/stories", "label": "Stories and their copies 报道与转载"},
    ]


@hookimpl
def table_actions(datasette: Any, database: str, table: str) -> list[dict[str, str]]:
    if database not in _known(datasette):
        return []
    base = datasette.urls.database(database)
    return [{"href": f"{base}/{path}", "label": label} for path, label in _ACTIONS.get(table, ())]


@hookimpl
def render_cell(
    datasette: Any, row: Any, value: Any, column: str, table: str | None, database: str
) -> Markup | None:
    """Make titles, addresses and numbers links to the reading room, and cut long texts."""
    if database not in _known(datasette):
        return None
    return cells.shown(f"{datasette.urls.database(database)}/-", table, row, column, value)


@hookimpl
def extra_css_urls(datasette: Any, database: str | None) -> list[str]:
    """The reading room's stylesheet, on the pages around it too."""
    is_ours = database in _known(datasette) if database else bool(_known(datasette))
    return [datasette.urls.path(STYLE_PATH)] if is_ours else []


def _known(datasette: Any) -> frozenset[str]:
    return _KNOWN.get(datasette, frozenset())


async def _describe(datasette: Any, database: str) -> None:
    """1.0: add the descriptions, facets and queries of one archive; none replaces one that exists already."""
    tables = conventions.tables()
    configured = _nested(datasette.config, "databases", database, "tables")
    for name, table in tables.items():
        for key, value in conventions.config_of(table).items():
            _nested(configured, name).setdefault(key, value)
        said = await datasette.get_resource_metadata(database, name)
        if "description" not in said and "description_html" not in said:
            await datasette.set_resource_metadata(database, name, "description", table["description"])
        for column, text in table.get("columns", {}).items():
            if not await datasette.get_column_metadata(database, name, column):
                await datasette.set_column_metadata(database, name, column, "description", text)
    for name, query in conventions.queries().items():
        if await datasette.get_query(database, name) is None:
            await datasette.add_query(
                database,
                name,
                query["sql"],
                title=query["title"],
                description=query["description"],
                hide_sql=True,
                is_trusted=True,
            )


def _nested(settings: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The dictionary under these keys; a missing dictionary is made."""
    for key in keys:
        settings = settings.setdefault(key, {})
    return settings
