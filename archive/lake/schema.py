"""The tables of a lake: their columns, and the numbers of rows, which do not depend on the order of arrival."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import pyarrow as pa

FORMAT, IN_PARTS = 2, 3
"""The versions of the tables. A lake with a day in several parts says IN_PARTS, since older programs expect one file
a day. A lake of another version must be built again."""
TABLES = ("captures", "articles", "texts", "grams", "stories", "copies")
NO_DAY = "__HIVE_DEFAULT_PARTITION__"
"""The partition of rows without a day; DuckDB, Spark and Arrow read this name as NULL."""
ARTICLES_A_PART, CAPTURES_A_PART = 12_000, 50_000
"""A day of more is divided into parts, each of which one worker holds."""

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


_PART = re.compile(r"/day=([^/]+)/part-(\d+)(?:-of-(\d+))?\.parquet$")
_ENDS = 1 << 63


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a day: one of `parts` equal ranges of the numbers that divide a day's rows; most days have one part.

    `captures` are divided by their own number. All other rows go by the folded text of their article: a part has its
    articles' texts, grams, copies, and the stories that begin with one of them.
    """

    day: str
    at: int = 0
    parts: int = 1

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest number in the part."""
        return _ENDS * self.at // self.parts, _ENDS * (self.at + 1) // self.parts - 1

    def file(self, table: str) -> str:
        """The name of the part's file in a table; the same name always means the same range."""
        number = f"{self.at}-of-{self.parts}" if self.parts > 1 else f"{self.at}"
        return f"{table}/day={self.day}/part-{number}.parquet"

    def overlaps(self, other: "Part") -> bool:
        """Whether a number may lie in both; asked of parts of the same day."""
        (low, high), (others_low, others_high) = self.bounds, other.bounds
        return low <= others_high and others_low <= high


def parts_of_day(day: str, rows: int, most: int) -> list[Part]:
    """The parts of a day with so many rows: twice as many, until about `most` rows are in one.

    A part that has grown too large becomes two, and no other part of the day is written anew.
    """
    parts = 1
    while rows > parts * most:
        parts *= 2
    return [Part(day, at, parts) for at in range(parts)]


def whole_days(parts: Iterable[Part]) -> list[Part]:
    """All parts of the days of some parts, sorted."""
    return sorted({Part(one.day, at, one.parts) for one in parts for at in range(one.parts)})


def of_wrong_parts(held: Iterable[Part], rows: Mapping[str, int], most: int) -> set[str]:
    """The days that are not in as many parts as their rows ask for."""
    return {part.day for part in held if part.parts != len(parts_of_day(part.day, rows[part.day], most))}


def parts_in(names: Iterable[str], table: str) -> list[Part]:
    """The parts of a table among these names of files, sorted."""
    found = (_PART.search(name) for name in names if name.startswith(f"{table}/"))
    return sorted(Part(part[1], int(part[2]), int(part[3] or 1)) for part in found if part)


def has_parts(names: Iterable[str]) -> bool:
    """Whether a day of any table is in several parts."""
    found = map(_PART.search, names)
    return any(part and part[3] for part in found)
