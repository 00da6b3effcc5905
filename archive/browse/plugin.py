"""What Datasette is told: routes, SQL functions, templates, links, descriptions. One file for 0.65 and 1.0."""

# mypy: disallow-untyped-decorators=False
# hookimpl comes from Datasette, which has no types

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from datasette import handle_exception, hookimpl
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from archive.browse import conventions
from archive.browse.archives import is_archive
from archive.browse.views import ROUTES
from archive.search import index as search

_KNOWN: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()
"""The archives among each Datasette's databases, as found when it started."""

_PAGES = {("articles", "title"): "article", ("stories", "title"): "story", ("captures", "url"): "capture"}
"""Cells of table pages that lead to the reading room, by the row's id."""
_NUMBERS = {
    "article": "article", "article_id": "article", "story": "story", "story_id": "story",
    "capture": "capture", "capture_before": "capture", "capture_after": "capture",
}  # fmt: skip
"""Columns of views and of queries that hold a number of the reading room."""
_VIEWS = {"copies", "vanished", "changed"}
_ACTIONS = {
    "articles": (("-/search", "Search the articles 检索文章"), ("-/days", "By day 按日期浏览")),
    "articles_fts": (("-/search", "Search the articles 检索文章"),),
    "stories": (("-/stories", "Read the stories 浏览稿件"), ("most_copied_stories", "Most copied 转载最多")),
    "members": (("-/stories", "Read the stories 浏览稿件"),),
    "copies": (
        ("-/stories", "Read the stories 浏览稿件"),
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
"""Where a table's menu leads: an address under the database's, and its name."""
_TEXTS = {("articles", "text"), ("versions", "text"), ("articles", "notes")}
_BEGINNING = 120
"""Characters of a text that a table page shows; its JSON and CSV have them all."""


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find the archives, and on 1.0 describe them, where settings of the server say nothing."""

    # with rich installed Datasette prints every refusal's traceback, and 0.65 fails where a plain 404 has none
    if hasattr(handle_exception, "rich"):
        handle_exception.rich = None

    async def find() -> None:
        found = [db.name for db in datasette.databases.values() if await db.execute_fn(is_archive)]
        _KNOWN[datasette] = frozenset(found)
        if hasattr(datasette, "add_query"):  # 1.0
            for name in found:
                await _describe(datasette, name)

    return find


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


@hookimpl(optionalhook=True)
def get_metadata(datasette: Any) -> dict[str, Any]:
    """0.65: descriptions of every archive; the server's own settings are laid over them."""
    entrances = {name: str(_entrance(datasette, name)) for name in _known(datasette)}
    if not entrances:
        return {}
    return {
        "description_html": "".join(entrances.values()),
        "databases": {
            name: {"description_html": entrance, "tables": conventions.tables()}
            for name, entrance in entrances.items()
        },
    }


@hookimpl(optionalhook=True)
def canned_queries(datasette: Any, database: str) -> dict[str, Any]:
    """0.65: the researcher's questions."""
    return conventions.queries() if database in _known(datasette) else {}


@hookimpl(optionalhook=True)
def top_homepage(datasette: Any) -> Markup:
    """1.0: a search box for every archive."""
    return Markup("").join(_entrance(datasette, name) for name in _known(datasette))


@hookimpl(optionalhook=True)
def top_database(datasette: Any, database: str) -> Markup | None:
    """1.0: a search box above the tables."""
    return _entrance(datasette, database) if database in _known(datasette) else None


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
        {"href": f"{room}/stories", "label": "Stories and their copies 稿件与转载"},
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
    """Titles, addresses and numbers lead to the page that reads them; texts show their beginning."""
    if value is None or database not in _known(datasette):
        return None
    if table is None or table in _VIEWS:
        found = _numbered(
            f"{datasette.urls.database(database)}/-",
            row,
            "version" if column == "n" and table else column,
            value,
        )
        if found or table is None:
            return found
    if (table, column) in _TEXTS and len(value) > _BEGINNING:
        return Markup('<span title="{:,}">{}…</span>').format(len(value), value[:_BEGINNING])
    if table in _VIEWS and column == "title":
        page, key = "article", "article_id"
    else:
        page, key = _PAGES.get((table, column), ""), "id"
    if not page or key not in row.keys():  # noqa: SIM118 - a row's `in` looks at its values
        return None
    return Markup('<a href="{}/-/{}/{}">{}</a>').format(
        datasette.urls.database(database), page, row[key], value
    )


def _numbered(room: str, row: Any, column: str, value: Any) -> Markup | None:
    """A number of an article, story, capture or version as a link to it."""
    article = next((row[name] for name in ("article", "article_id") if name in row.keys()), None)  # noqa: SIM118
    if column == "version" and isinstance(article, int):
        return Markup('<a href="{}/article/{}/versions/{}">{}</a>').format(room, article, value, value)
    if column not in _NUMBERS or not isinstance(value, int):
        return None
    return Markup('<a href="{}/{}/{}">{}</a>').format(room, _NUMBERS[column], value, value)


def _known(datasette: Any) -> frozenset[str]:
    return _KNOWN.get(datasette, frozenset())


def _entrance(datasette: Any, name: str) -> Markup:
    """A search box that leads into the archive."""
    room = f"{datasette.urls.database(name)}/-"
    return Markup(
        '<form class="core" action="{room}/search" role="search" style="margin: 0.8rem 0">'
        '<input type="search" name="q" maxlength="2000" style="max-width: 24rem; width: 60%"'
        ' aria-label="Search 检索 {name}" placeholder="武汉 / 武漢 …">'
        ' <input type="submit" value="Search 检索">'
        ' <a href="{room}/home">Reading room 阅览室</a></form>'
    ).format(room=room, name=name)


async def _describe(datasette: Any, database: str) -> None:
    """1.0: descriptions, facets and queries of one archive, none of which replaces one that is there."""
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
    """The dictionary under these keys, made where it is missing."""
    for key in keys:
        settings = settings.setdefault(key, {})
    return settings
