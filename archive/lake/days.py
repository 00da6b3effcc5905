"""The partitions of a day: the lake's rows and the rows just read are joined, with the same result in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from archive.lake import schema
from archive.lake.storage import Storage

STAGED = "_work/staged"
_LATEST = [("article", "ascending"), ("captured_at", "descending"), ("capture", "descending")]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a table to be written: the folders of readings with its rows, and whether the lake has it already."""

    lake: str
    table: str
    day: str
    readings: tuple[str, ...]
    held: bool


def write_day(day: Day) -> dict[str, tuple[str, int]]:
    """Write the partitions of a day. Returns the digest and the number of rows of each file."""
    storage = Storage(day.lake)
    return _write_captures(storage, day) if day.table == "captures" else _write_articles(storage, day)


def winners(storage: Storage, readings: list[str], held: list[str]) -> dict[str, set[str]]:
    """Find the latest reading of each address just read; the other readings are written to `_work/losers.parquet`.

    Returns the days that must be written, each with the folders of readings that have rows of it.
    """
    columns = ["article", "captured_at", "capture", "day"]
    tables = []
    touched: dict[str, set[str]] = {}
    for folder in readings:
        table = storage.read(f"{folder}/articles.parquet", columns)
        tables.append(table)
        for day in pc.unique(table["day"]).to_pylist():
            touched.setdefault(day, set()).add(folder)
    new = pa.concat_tables(tables) if tables else pa.table({name: [] for name in columns})
    known = [_with_day(storage.read(schema.file_of("articles", day), columns[:3]), day) for day in held]
    wanted = pc.unique(new["article"])
    old = [table.filter(pc.is_in(table["article"], wanted)) for table in known]
    both = pa.concat_tables([new, *old]).sort_by(_LATEST)
    is_first = _first(both["article"].to_numpy())
    best = pc.unique(both.filter(pa.array(is_first))["capture"])
    # one record may be in two files: a capture that is the best for its address is never a loser
    losers = both.filter(pc.invert(pc.is_in(both["capture"], best))).select(["article", "capture", "day"])
    storage.write(
        "_work/losers.parquet", losers.sort_by([("article", "ascending"), ("capture", "ascending")])
    )
    for day in pc.unique(losers["day"]).to_pylist():
        touched.setdefault(day, set())
    return touched


def _with_day(table: pa.Table, day: str) -> pa.Table:
    return table.append_column("day", pa.array([day] * len(table), pa.string()))


def _first(sorted_ids: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Whether each number is the first of its value."""
    return (
        np.concatenate([[True], sorted_ids[1:] != sorted_ids[:-1]]) if len(sorted_ids) else np.zeros(0, bool)
    )


def _write_captures(storage: Storage, day: Day) -> dict[str, tuple[str, int]]:
    names = schema.CAPTURES.names
    tables = [_of_day(storage, f"{folder}/captures.parquet", day.day, names) for folder in day.readings]
    if day.held:
        tables.append(storage.read(schema.file_of("captures", day.day), names))
    # a file that was replaced is read anew: its record lies where the new reading found it
    ages = [pa.array([n >= len(day.readings)] * len(table)) for n, table in enumerate(tables)]
    table = pa.concat_tables(
        [table.append_column("held", age) for table, age in zip(tables, ages, strict=True)]
    ).sort_by([(name, "ascending") for name in ("capture", "warc_file", "held", "warc_offset")])
    table = table.filter(pa.array(_first(table["capture"].to_numpy())))
    return _write(storage, "captures", day.day, table)


def _write_articles(storage: Storage, day: Day) -> dict[str, tuple[str, int]]:
    files = [f"{folder}/articles.parquet" for folder in day.readings]
    losers = storage.read("_work/losers.parquet")
    lost = losers.filter(pc.equal(losers["day"], day.day))["capture"]
    table = _both(
        storage, day, "articles", (_of_day(storage, file, day.day, schema.ARTICLES.names) for file in files)
    )
    table = table.filter(pc.invert(pc.is_in(table["capture"], lost))).sort_by(_LATEST)
    table = table.filter(pa.array(_first(table["article"].to_numpy())))
    kept, folded = pc.unique(table["text_id"]), pc.unique(table["folded_id"])
    written = _write(storage, "articles", day.day, table)
    del table
    return {
        **written,
        **_write_texts(storage, day, files, kept),
        **_write_grams(storage, day, files, folded),
    }


def _write_texts(storage: Storage, day: Day, files: list[str], kept: pa.Array) -> dict[str, tuple[str, int]]:
    text = _both(
        storage, day, "texts", (_of_day(storage, file, day.day, schema.TEXTS.names) for file in files)
    )
    text = text.filter(pc.is_in(text["text_id"], kept)).sort_by("text_id")
    return _write(
        storage, "texts", day.day, text.filter(pa.array(_first(text["text_id"].to_numpy()))), rows=2000
    )


def _write_grams(storage: Storage, day: Day, files: list[str], kept: pa.Array) -> dict[str, tuple[str, int]]:
    lists = (_of_day(storage, file, day.day, ["folded_id", "grams"]) for file in files)
    gram = _both(storage, day, "grams", map(_flat, lists))
    gram = gram.filter(pc.is_in(gram["folded_id"], kept))
    gram = gram.sort_by([("gram", "ascending"), ("folded_id", "ascending")])
    is_first = _first(gram["gram"].to_numpy()) | _first(gram["folded_id"].to_numpy())
    return _write(storage, "grams", day.day, gram.filter(pa.array(is_first)))


def _both(storage: Storage, day: Day, table: str, new: Iterable[pa.Table]) -> pa.Table:
    """A day's rows just read, and those that the lake has. Each table is read alone, so that few rows are held."""
    held = [storage.read(schema.file_of(table, day.day))] if day.held else []
    return pa.concat_tables([*new, *held])


def _of_day(storage: Storage, file: str, day: str, columns: list[str]) -> pa.Table:
    table = storage.read_equal(file, "day", day, [*columns, "day"])
    return table.select(columns)


def _flat(table: pa.Table) -> pa.Table:
    """The grams of the texts, one row for each gram of a text."""
    lists = table["grams"].combine_chunks() if table["grams"].num_chunks != 1 else table["grams"].chunk(0)
    parents = pc.list_parent_indices(lists)
    flat = pc.list_flatten(lists)
    sizes = pc.list_value_length(lists)
    return pa.table(
        [
            flat,
            table["folded_id"].combine_chunks().take(parents) if len(table) else pa.array([], pa.int64()),
            sizes.cast(pa.int32()).take(parents) if len(table) else pa.array([], pa.int32()),
        ],
        schema=schema.GRAMS,
    )


def _write(
    storage: Storage, table: str, day: str, found: pa.Table, **options: int
) -> dict[str, tuple[str, int]]:
    file = schema.file_of(table, day)
    shape = schema.SCHEMAS[table]
    found = found.select(shape.names).cast(shape).replace_schema_metadata(None).combine_chunks()
    return {file: (storage.write(f"{STAGED}/{file}", found, **options), len(found))}
