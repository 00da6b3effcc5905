"""The head of Datasette's own pages of an archive: a description, the reading room's bar, a search box."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

WHAT = (
    "An archive of syndicated Chinese news: who carried an article, when, in which script, from which source, and what"
    " each copy cut, added or changed; every page as it was, byte for byte."
)
WHAT_ZH = (
    "新闻转载档案：同一报道由谁转载、何时、何种字体、标注何种来源、删改了什么；每个网页均按原始字节保存。"
)
_ROOMS = (
    ("search", "Search 检索"),
    ("stories", "Stories 报道"),
    ("sites", "Sites 站点"),
    ("days", "Days 日期"),
)
_LISTS = {
    "articles": (
        "_sort_desc=published_at",
        ("text", "notes", "kicker", "subtitle", "original_title", "extractor", "low_trust"),
    ),
    "versions": ("_sort=article_id", ("text", "extractor")),
    "captures": (
        "_sort_desc=id",
        (
            "original_url",
            "location",
            "etag",
            "last_modified",
            "record_id",
            "sha256",
            "stated_digest",
            "urlkey",
        ),
    ),
    "descents": ("_sort=article_id", ("evidence",)),
}
"""The order of a table's rows, and the columns that are left out of the list to make it easier to read.

The order is the table's own. It is part of the address so that "Show all columns", which takes only the left-out
columns from the address, leads to another address than the table's plain one.
"""


def table_href(datasette: Any, database: str, table: str, **asked: str) -> str:
    """The address of a table's page, with the hidden columns left out; `asked` are further query arguments."""
    order, hidden = _LISTS.get(table, ("", ()))
    words = [
        *(f"{name}={value}" for name, value in asked.items()),
        order,
        *(f"_nocol={name}" for name in hidden),
    ]
    query = "&".join(filter(None, words))
    address = str(datasette.urls.table(database, table))
    return f"{address}?{query}" if query else address


def whole_href(datasette: Any, database: str, table: str) -> str | None:
    """The address of a table's page with all columns; None if it hides none."""
    return f"{datasette.urls.table(database, table)}?{_LISTS[table][0]}" if table in _LISTS else None


def left_out(datasette: Any, database: str, table: str) -> Markup:
    """A line on the columns that the short list leaves out, with a link to all; empty for a table that hides none."""
    whole = whole_href(datasette, database, table)
    if whole is None:
        return Markup("")
    return Markup(
        '<p class="zz-meta">The short list, its JSON and its CSV leave out {}: <a href="{}">all columns</a>'
        ' <span lang="zh-Hans">短表及其 JSON、CSV 不含上述各列：<a href="{}">全部列</a></span></p>'
    ).format(", ".join(_LISTS[table][1]), whole, whole)


def short_list(datasette: Any, databases: Iterable[str], path: str) -> str | None:
    """The address with the hidden columns left out, for the path of a table that has some; None for other paths."""
    base = datasette.setting("base_url")
    plain = path.removeprefix(base.rstrip("/"))
    for database in databases:
        for table in _LISTS:
            if plain == str(datasette.urls.table(database, table)).removeprefix(base.rstrip("/")):
                return table_href(datasette, database, table)
    return None


def bar(datasette: Any, database: str) -> Markup:
    """The reading room's navigation bar, for Datasette's own pages."""
    base = datasette.urls.database(database)
    links = Markup("").join(
        Markup('<li><a href="{}/-/{}">{}</a></li>').format(base, page, label) for page, label in _ROOMS
    )
    tables = Markup('<li><a href="{}">{}</a></li>').format(
        table_href(datasette, database, "articles"), "Articles 文章"
    )
    return Markup(
        '<div class="zz-room zz-above"><nav class="zz-nav" aria-label="zhuanzai">'
        '<a class="zz-brand" href="{base}/-/home"><b>转载</b> {name}</a><ul>{links}{tables}</ul>'
        '<form class="zz-find" action="{base}/-/search" role="search"><input type="search" name="q" maxlength="2000"'
        ' aria-label="Search 检索 {name}" placeholder="武汉 / 武漢 …"></form></nav></div>'
    ).format(base=base, name=database, links=links, tables=tables)


def front(datasette: Any, databases: list[str]) -> Markup:
    """The head of the list of databases: the description, and a bar for each archive. Empty for no archives."""
    if not databases:
        return Markup("")
    bars = Markup("").join(bar(datasette, name) for name in databases)
    note = Markup('<div class="zz-room zz-above"><p>{}</p><p lang="zh-Hans">{}</p></div>').format(
        WHAT, WHAT_ZH
    )
    return note + bars
