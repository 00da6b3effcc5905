"""Export of articles as rows, with the same columns in CSV, JSON, JSON Lines and Parquet."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO

from archive.errors import WrongUse
from archive.grouping.numbers import story_now
from archive.search.articles import Filter, every
from archive.spreadsheet import cell
from archive.view.store import Store

COLUMNS: dict[str, str] = {
    "id": "a.id",
    "url": "a.url",
    "site": "a.site",
    "title": "a.title",
    "kicker": "a.kicker",
    "subtitle": "a.subtitle",
    "text": "a.text",
    "source": "a.source",
    "source_url": "a.source_url",
    "byline": "a.byline",
    "editor": "a.editor",
    "published_at": "a.published_at",
    "published_precision": "a.published_precision",
    "paper_date": "a.paper_date",
    "paper_page": "a.paper_page",
    "original_title": "a.original_title",
    "script": "a.script",
    "low_trust": "a.low_trust",
    "confidence": "a.confidence",
    "extractor": "a.extractor",
    "story_id": "m.story_id",
    "relation": "m.relation",
    "similarity": "m.similarity",
    "kept": "m.kept",
    "added": "m.added",
    "captured_at": "c.captured_at",
    "archived_at": "c.archived_at",
    "via": "c.via",
    "warc_file": "c.warc_file",
    "warc_offset": "c.warc_offset",
    "warc_length": "c.warc_length",
    "record_id": "c.record_id",
    "payload_digest": "c.payload_digest",
    "sha256": "c.sha256",
    "site_name": "t.name",
    "site_region": "t.region",
    "site_kind": "t.kind",
}
"""The name of each column and its SQL. A round-up belongs to no story; its row has the first story it embeds."""
INTEGERS = {"id", "paper_page", "story_id", "warc_offset", "warc_length"}
REALS = {"confidence", "similarity", "kept", "added"}
CHUNK = 1000  # rows in memory at a time

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles to export: those that pass the filter, and with `story` only those of this story."""

    filter: Filter
    story: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether every article is selected."""
        return self.filter.empty and self.story is None


def as_numbered_now(store: Store, wanted: Selection) -> Selection:
    """The selection with the present number of its story, if that was merged. Raises WrongUse for an unknown story."""
    if wanted.story is None:
        return wanted
    story = story_now(store.conn, wanted.story)
    if story is None:
        raise WrongUse(f"story {wanted.story}: the archive has no such story")
    return replace(wanted, story=story)


def chosen(store: Store, wanted: Selection) -> list[int]:
    """The ids of the selected articles, in the order of the archive. Raises WrongUse for an unknown story."""
    wanted = as_numbered_now(store, wanted)
    ids = sorted(every(store.conn, wanted.filter))
    if wanted.story is None:
        return ids
    rows = store.conn.execute("SELECT article_id FROM members WHERE story_id = ?", [wanted.story])
    members = {article_id for (article_id,) in rows}
    return [article_id for article_id in ids if article_id in members]


def rows(store: Store, wanted: Selection, names: Iterable[str]) -> Iterator[Row]:
    """The rows of the selected articles, with the columns `names`. Raises WrongUse for an unknown story."""
    wanted = as_numbered_now(store, wanted)
    columns = ", ".join(COLUMNS[name] for name in names)
    ids = iter(chosen(store, wanted))
    while chunk := list(islice(ids, CHUNK)):
        found = store.conn.execute(
            f"SELECT {columns} FROM articles a JOIN captures c ON c.id = a.capture_id"
            " LEFT JOIN members m ON m.article_id = a.id AND m.story_id = coalesce(?, (SELECT b.story_id FROM members b"
            " WHERE b.article_id = a.id ORDER BY b.relation IN ('roundup', 'followup'), b.story_id LIMIT 1))"
            " LEFT JOIN sites t ON t.host = a.site"
            f" WHERE a.id IN ({', '.join('?' * len(chunk))}) ORDER BY a.id",
            [wanted.story, *chunk],
        )
        yield from (dict(zip(names, row, strict=True)) for row in found)


def write_csv(found: Iterable[Row], names: Sequence[str], file: BinaryIO) -> int:
    """Write CSV for spreadsheets: with a byte order mark, and without formulas. Returns the number of rows."""
    return write_raw_csv(({name: cell(value) for name, value in row.items()} for row in found), names, file)


def write_raw_csv(found: Iterable[Row], names: Sequence[str], file: BinaryIO) -> int:
    """Write CSV in UTF-8 with a byte order mark and unchanged values. Returns the number of rows."""
    text = TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    count = 0
    for row in found:
        writer.writerow(row)
        count += 1
    text.detach()
    return count


def write_jsonl(found: Iterable[Row], _: Sequence[str], file: BinaryIO) -> int:
    """Write JSON Lines, one object on each line. Returns the number of rows."""
    count = 0
    for row in found:
        file.write(_json(row) + b"\n")
        count += 1
    return count


def write_json(found: Iterable[Row], _: Sequence[str], file: BinaryIO) -> int:
    """Write one JSON list of objects. Returns the number of rows."""
    count = 0
    for row in found:
        file.write((b",\n" if count else b"[\n") + _json(row))
        count += 1
    file.write(b"\n]\n" if count else b"[]\n")
    return count


def write_parquet(found: Iterable[Row], names: Sequence[str], file: BinaryIO) -> int:
    """Write compressed Parquet with typed columns. Returns the number of rows. Raises WrongUse without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise WrongUse("export: Parquet wants the extra: pip install 'zhuanzai[parquet]'") from error
    left = iter(found)
    schema = pyarrow.schema([(name, _arrow_type(pyarrow, name)) for name in names])
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while chunk := list(islice(left, CHUNK)):
            writer.write_table(pyarrow.Table.from_pylist(chunk, schema))
            count += len(chunk)
    return count


WRITERS: dict[str, Callable[[Iterable[Row], Sequence[str], BinaryIO], int]] = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}


def _json(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")


def _arrow_type(pyarrow: Any, name: str) -> Any:
    if name in INTEGERS:
        return pyarrow.int64()
    return pyarrow.float64() if name in REALS else pyarrow.string()
