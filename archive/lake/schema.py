"""The tables of a lake: their columns, and the numbers of rows, which do not depend on the order of arrival."""

from hashlib import sha256

import pyarrow as pa

FORMAT = 2
"""The version of the tables; a lake of another version must be built again."""
TABLES = ("captures", "articles", "texts", "grams", "stories", "copies")
NO_DAY = "__HIVE_DEFAULT_PARTITION__"
"""The partition of rows without a day; DuckDB, Spark and Arrow read this name as NULL."""

_ID, _TEXT, _SHARE = pa.int64(), pa.string(), pa.float64()


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


CAPTURES = _schema(
    capture=_ID, article=_ID, url=_TEXT, site=_TEXT, captured_at=_TEXT, status=pa.int32(), mime=_TEXT, charset=_TEXT,
    via=_TEXT, reason=_TEXT, payload_digest=_TEXT, sha256=_TEXT, record_id=_TEXT, warc_file=_TEXT, warc_offset=_ID,
    warc_length=_ID, request_offset=_ID, request_length=_ID,
)  # fmt: skip
ARTICLES = _schema(
    article=_ID, capture=_ID, captured_at=_TEXT, url=_TEXT, site=_TEXT, title=_TEXT, kicker=_TEXT, subtitle=_TEXT,
    text_id=_ID, folded_id=_ID, length=_ID, source=_TEXT, byline=_TEXT, editor=_TEXT, published_at=_TEXT,
    published_precision=_TEXT, paper_date=_TEXT, paper_page=_ID, original_title=_TEXT, script=_TEXT, low_trust=_TEXT,
    confidence=_SHARE, extractor=_TEXT, notes=_TEXT, source_url=_TEXT,
)  # fmt: skip
TEXTS = _schema(text_id=_ID, text=_TEXT)
GRAMS = _schema(gram=_ID, folded_id=_ID, sampled=pa.int32())
STORIES = _schema(
    story=_ID, title=_TEXT, origin=_ID, first_published_at=_TEXT, copies=_ID, origin_source=_TEXT, origin_reasons=_TEXT,
)  # fmt: skip
COPIES = _schema(
    story=_ID, article=_ID, relation=_TEXT, similarity=_SHARE, kept=_SHARE, added=_SHARE, claim=_TEXT, url=_TEXT,
    site=_TEXT, title=_TEXT, source=_TEXT, published_at=_TEXT, script=_TEXT, captured_at=_TEXT,
)  # fmt: skip
SCHEMAS = dict(zip(TABLES, (CAPTURES, ARTICLES, TEXTS, GRAMS, STORIES, COPIES), strict=True))
SORTED = {
    "captures": ("capture",),
    "articles": ("article",),
    "texts": ("text_id",),
    "grams": ("gram", "folded_id"),
    "stories": ("story",),
    "copies": ("story", "article"),
}
"""The columns that sort a partition's rows; together they identify a row."""


def number(*parts: str) -> int:
    """A hash below 2^63 of some texts, the same on every machine."""
    digest = sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def article_number(url: str) -> int:
    """The number of the article at an address, the same for http and https."""
    return number("article", url.partition("://")[2] or url)


def day_of(moment: str | None) -> str:
    """The partition of an ISO 8601 time: its day, or NO_DAY."""
    day = (moment or "")[:10]
    return day if len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdigit() else NO_DAY


def file_of(table: str, day: str) -> str:
    """The name of a partition's file."""
    return f"{table}/day={day}/part-0.parquet"


def days_of(names: list[str], table: str) -> list[str]:
    """The days of a table's partitions among these names of files, sorted."""
    start = f"{table}/day="
    return sorted(name.removeprefix(start).partition("/")[0] for name in names if name.startswith(start))
