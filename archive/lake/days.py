"""The partitions of a day, in one part or several: the lake's rows and those just read, the same in any order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from archive.lake import schema
from archive.lake.storage import Among, Storage

STAGED = "_work/staged"
_LATEST = [("article", "ascending"), ("captured_at", "descending"), ("capture", "descending")]


@dataclass(frozen=True, slots=True)
class Day:
    """A part of a day of a table to be written: the folders of readings with rows of the day, and the day's files."""

    lake: str
    table: str
    part: schema.Part
    readings: tuple[str, ...]
    held: tuple[schema.Part, ...]
    """The parts of the day that the lake has."""
    files: frozenset[str]
    """The files of these parts. A part without rows in a table has no file there."""

    def of_lake(self, table: str) -> list[str]:
        """The files of a table that may have rows of the part."""
        named = (part.file(table) for part in self.held if part.overlaps(self.part))
        return [name for name in named if name in self.files]


@dataclass(slots=True)
class Winners:
    """The days that must be written, each with the folders of readings with rows of it, and each day's articles."""

    touched: dict[str, set[str]]
    articles: Counter[str]


def write_day(day: Day) -> dict[str, tuple[str, int]]:
    """Write the partitions of a part of a day. Returns the digest and the number of rows of each file."""
    storage = Storage(day.lake)
    return _write_captures(storage, day) if day.table == "captures" else _write_articles(storage, day)


def winners(storage: Storage, readings: list[str], held: Sequence[schema.Part]) -> Winners:
    """Find the latest reading of each address just read; the other readings are written to `_work/losers.parquet`."""
    columns = ["article", "captured_at", "capture", "day"]
    tables = []
    touched: dict[str, set[str]] = {}
    for folder in readings:
        table = storage.read(f"{folder}/articles.parquet", columns)
        tables.append(table)
        for day in pc.unique(table["day"]).to_pylist():
            touched.setdefault(day, set()).add(folder)
    new = pa.concat_tables(tables) if tables else pa.table({name: [] for name in columns})
    wanted = pc.unique(new["article"])
    articles: Counter[str] = Counter()
    old = []
    for part in held:
        known = _with_day(storage.read(part.file("articles"), columns[:3]), part.day)
        old.append(known.filter(pc.is_in(known["article"], wanted)))
        articles[part.day] += len(known) - len(old[-1])
    both = pa.concat_tables([new, *old]).sort_by(_LATEST)
    latest = both.filter(pa.array(_first(both["article"].to_numpy())))
    articles.update(latest["day"].to_pylist())
    best = pc.unique(latest["capture"])
    # one record may be in two files: a capture that is the best for its address is never a loser
    losers = both.filter(pc.invert(pc.is_in(both["capture"], best))).select(["article", "capture", "day"])
    storage.write(
        "_work/losers.parquet", losers.sort_by([("article", "ascending"), ("capture", "ascending")])
    )
    for day in pc.unique(losers["day"]).to_pylist():
        touched.setdefault(day, set())
    return Winners(touched, articles)


def captured(storage: Storage, folders: Iterable[str], held: Sequence[schema.Part]) -> Counter[str]:
    """The number of captures of each day of these readings, with those that the lake has of the day."""
    found: dict[str, list[pa.ChunkedArray]] = {}
    for folder in folders:
        table = storage.read(f"{folder}/captures.parquet", ["capture", "day"])
        for day in pc.unique(table["day"]).to_pylist():
            found.setdefault(day, []).append(table.filter(pc.equal(table["day"], day))["capture"])
    for part in held:
        if part.day in found:
            found[part.day].append(storage.read(part.file("captures"), ["capture"])["capture"])
    return Counter(
        {
            day: len(np.unique(np.concatenate([column.to_numpy() for column in columns])))
            for day, columns in found.items()
        }
    )


def _with_day(table: pa.Table, day: str) -> pa.Table:
    return table.append_column("day", pa.array([day] * len(table), pa.string()))


def _first(sorted_ids: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Whether each number is the first of its value."""
    return (
        np.concatenate([[True], sorted_ids[1:] != sorted_ids[:-1]]) if len(sorted_ids) else np.zeros(0, bool)
    )


def _write_captures(storage: Storage, day: Day) -> dict[str, tuple[str, int]]:
    names = schema.CAPTURES.names
    just_read = [
        _just_read(storage, f"{folder}/captures.parquet", day, names, "capture") for folder in day.readings
    ]
    held = [storage.read_where(file, names, {"capture": day.part.bounds}) for file in day.of_lake("captures")]
    # a file that was replaced is read anew: its record lies where the new reading found it
    parts = [
        (False, schema.CAPTURES.empty_table()),
        *((False, one) for one in just_read),
        *((True, one) for one in held),
    ]
    table = pa.concat_tables(
        [
            table.append_column("held", pa.array([is_held] * len(table), pa.bool_()))
            for is_held, table in parts
        ]
    ).sort_by([(name, "ascending") for name in ("capture", "warc_file", "held", "warc_offset")])
    table = table.filter(pa.array(_first(table["capture"].to_numpy())))
    return _write(storage, "captures", day, table)


def _write_articles(storage: Storage, day: Day) -> dict[str, tuple[str, int]]:
    files = [f"{folder}/articles.parquet" for folder in day.readings]
    of_day = {"day": (day.part.day, day.part.day)}
    lost = storage.read_where("_work/losers.parquet", ["capture"], of_day)["capture"]
    names = schema.ARTICLES.names
    found = [_just_read(storage, file, day, names) for file in files]
    found += [
        storage.read_where(file, names, {"folded_id": day.part.bounds}) for file in day.of_lake("articles")
    ]
    table = pa.concat_tables([schema.ARTICLES.empty_table(), *found])
    del found
    table = table.filter(pc.invert(pc.is_in(table["capture"], lost))).sort_by(_LATEST)
    table = table.filter(pa.array(_first(table["article"].to_numpy())))
    texts = {"text_id": pc.unique(table["text_id"])}
    folded = {"folded_id": pc.unique(table["folded_id"])}
    written = _write(storage, "articles", day, table)
    del table  # each table is held alone
    return {
        **written,
        **_write_texts(storage, day, files, texts),
        **_write_grams(storage, day, files, folded),
    }


def _write_texts(storage: Storage, day: Day, files: list[str], kept: Among) -> dict[str, tuple[str, int]]:
    names = schema.TEXTS.names
    found = [_just_read(storage, file, day, names, among=kept) for file in files]
    found += [storage.read_where(file, names, among=kept) for file in day.of_lake("texts")]
    text = pa.concat_tables([schema.TEXTS.empty_table(), *found]).sort_by("text_id")
    return _write(storage, "texts", day, text.filter(pa.array(_first(text["text_id"].to_numpy()))), rows=2000)


def _write_grams(storage: Storage, day: Day, files: list[str], kept: Among) -> dict[str, tuple[str, int]]:
    lists = (_just_read(storage, file, day, ["folded_id", "grams"], among=kept) for file in files)
    found = list(map(_flat, lists))
    found += [storage.read_where(file, schema.GRAMS.names, among=kept) for file in day.of_lake("grams")]
    gram = pa.concat_tables([schema.GRAMS.empty_table(), *found]).sort_by(
        [("gram", "ascending"), ("folded_id", "ascending")]
    )
    is_first = _first(gram["gram"].to_numpy()) | _first(gram["folded_id"].to_numpy())
    return _write(storage, "grams", day, gram.filter(pa.array(is_first)))


def _just_read(
    storage: Storage,
    file: str,
    day: Day,
    columns: Sequence[str],
    divided_by: str = "folded_id",
    among: Among | None = None,
) -> pa.Table:
    """The rows of a reading that belong to the part."""
    bounds = {"day": (day.part.day, day.part.day), divided_by: day.part.bounds}
    return storage.read_where(file, columns, bounds, among)


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
    storage: Storage, table: str, day: Day, found: pa.Table, **options: int
) -> dict[str, tuple[str, int]]:
    file = day.part.file(table)
    shape = schema.SCHEMAS[table]
    found = found.select(shape.names).cast(shape).replace_schema_metadata(None).combine_chunks()
    return {file: (storage.write(f"{STAGED}/{file}", found, **options), len(found))}
