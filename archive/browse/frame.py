"""The head of Datasette's own pages of an archive: a description, the reading room's bar, a search box."""

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
_HIDDEN = {
    "articles": ("text", "notes", "kicker", "subtitle", "original_title", "extractor", "low_trust"),
    "versions": ("text", "extractor"),
    "captures": (
        "original_url",
        "location",
        "etag",
        "last_modified",
        "record_id",
        "sha256",
        "stated_digest",
        "urlkey",
    ),
    "descents": ("evidence",),
}
"""Columns that are left out of a list of rows, to make the list easier to read; the visitor can show them again."""


def table_href(datasette: Any, database: str, table: str, **asked: str) -> str:
    """The address of a table's page, with the hidden columns left out; `asked` are further query arguments."""
    hidden = "&".join(f"_nocol={name}" for name in _HIDDEN.get(table, ()))
    query = "&".join(filter(None, (*(f"{name}={value}" for name, value in asked.items()), hidden)))
    address = str(datasette.urls.table(database, table))
    return f"{address}?{query}" if query else address


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
