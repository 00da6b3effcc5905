"""The cells of Datasette's own tables: links to the reading room, readable numbers, long texts cut short."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

_PAGES = {("articles", "title"): "article", ("stories", "title"): "story", ("captures", "url"): "capture"}
"""Cells of table pages that link to the reading room, by the row's id."""
_NUMBERS = {
    "article": "article", "article_id": "article", "story": "story", "story_id": "story",
    "capture": "capture", "capture_id": "capture", "capture_before": "capture", "capture_after": "capture",
    "origin_id": "article", "parent_id": "article", "runner_up_id": "article", "beyond_id": "article",
    "origin_article_id": "article", "revisit_of": "capture",
}  # fmt: skip
"""Columns that hold the number of an article, story or capture, and the page of the reading room that shows it."""
_VIEWS = {"copies", "vanished", "changed"}
_LONG = 120
"""Characters of a text that a table page shows; the table's JSON and CSV have the whole text."""
_AGAIN = {"original_url": "url", "article_url": "url"}
"""Columns that often repeat the value of another column."""
_SHARES = {"kept", "added", "similarity", "confidence", "certainty"}
_PLAIN = {"id", "n", "status", "number", "paper_page", "page", "hash", "mark", "version"}
"""Whole numbers that are not counts, and so have no separator of thousands."""


def shown(room: str, table: str | None, row: Any, column: str, value: Any) -> Markup | None:
    """The HTML of a table cell; None leaves the cell to Datasette. `room` is the reading room's address."""
    if value is None:
        return None
    found = _numbered(room, table, row, column, value) or _titled(room, table, row, column, value)
    if found is not None:
        return found
    if isinstance(value, str):
        return _text(_values(row), column, value)
    return _number(column, value)


def _numbered(room: str, table: str | None, row: Any, column: str, value: Any) -> Markup | None:
    """The number of an article, story, capture or version as a link to its page; None for other columns."""
    named = "version" if column == "n" and table in _VIEWS else column
    values = _values(row)
    article = values.get("article", values.get("article_id"))
    if named == "version" and isinstance(article, int):
        return Markup('<a href="{}/article/{}/versions/{}">{}</a>').format(room, article, value, value)
    if named not in _NUMBERS or not isinstance(value, int):
        return None
    return Markup('<a href="{}/{}/{}">{}</a>').format(room, _NUMBERS[named], value, value)


def _titled(room: str, table: str | None, row: Any, column: str, value: Any) -> Markup | None:
    """A title or an address as a link to the page of its article, story or capture; None for other columns."""
    if table in _VIEWS and column == "title":
        page, key = "article", "article_id"
    else:
        page, key = _PAGES.get((table or "", column), ""), "id"
    values = _values(row)
    if not page or key not in values:
        return None
    return Markup('<a href="{}/{}/{}">{}</a>').format(room, page, values[key], value)


def _text(values: Mapping[str, Any], column: str, value: str) -> Markup | None:
    if column in _AGAIN and value == values.get(_AGAIN[column]):
        return Markup('<span class="zz-again" title="{}">″</span>').format(value)
    if len(value) > _LONG and not value.startswith(("http://", "https://")):
        return Markup('<span title="{:,}">{}…</span>').format(len(value), value[:_LONG])
    return None


def _number(column: str, value: Any) -> Markup | None:
    """A count with separated thousands, or a share in per cent; None for other numbers."""
    if column in _SHARES and isinstance(value, float):
        return Markup('<span title="{}">{:.0%}</span>').format(value, value)
    if isinstance(value, int) and abs(value) >= 1000 and column not in _PLAIN and not column.endswith("_id"):
        return Markup("{:,}").format(value)
    return None


def _values(row: Any) -> Mapping[str, Any]:
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row's `in` looks at its values
