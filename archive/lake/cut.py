"""Cutting an archive from a lake: the records of chosen articles, fetched by byte range from their WARC files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import ArchiveError, Damaged, WrongUse
from archive.lake import schema
from archive.lake.manifest import Manifest, checked, lake_at
from archive.lake.storage import Storage
from archive.record.members import MAGIC, packed
from archive.record.reader import Record, records_in
from archive.remote.errors import errors_named
from archive.remote.files import about, pieces

_FOUND = """
CREATE VIEW found AS
SELECT a.*, k.story, k.relation, k.similarity, k.kept, k.added, k.claim, s.copies, s.origin, s.origin_source,
    c.warc_file, c.warc_offset, c.warc_length, c.request_offset, c.request_length, c.record_id
FROM articles AS a
JOIN captures AS c ON c.capture = a.capture
LEFT JOIN (SELECT * FROM copies WHERE relation IN ('origin', 'copy', 'abridged')) AS k ON k.article = a.article
LEFT JOIN stories AS s ON s.story = k.story
"""
_CHOSEN = """
SELECT DISTINCT warc_file, warc_offset, warc_length, request_offset, request_length, record_id
FROM found
WHERE {where}
ORDER BY warc_file, warc_offset
"""
_TRACEBACK = "Traceback (most recent call last):"
AT_ONCE = 64
"""Records that are fetched together, at most."""


@dataclass(slots=True)
class Cut:
    """The numbers of records written and lacking, and a line for each record or file that could not be fetched."""

    records: int = 0
    lacking: int = 0
    missing: list[str] = field(default_factory=list)


def cut(places: list[tuple[Any, ...]], out: Path) -> Cut:
    """Write the chosen records to a new WARC file."""
    result = Cut()
    with out.open("wb") as file:
        for address, rows in groupby(places, key=itemgetter(0)):
            for batch in _batches(list(rows)):
                _write(address, batch, file, result)
    return result


def chosen(storage: Storage, where: str) -> list[tuple[Any, ...]]:
    """The places of the records of articles, which the SQL condition `where` chooses.

    Sorted: file, offset, length, the request's offset and length, record id. Raises WrongUse if there is no lake, or if
    the condition is wrong, Damaged if a partition is gone or not whole.
    """
    try:
        import duckdb
    except ImportError as error:
        raise WrongUse("lake cut: DuckDB is not installed; pip install 'zhuanzai[cluster]'") from error
    manifest = lake_at(storage)
    checked(storage, manifest)
    conn = duckdb.connect()
    try:
        tables(conn, storage, manifest)
        conn.execute(_FOUND)
        return list(conn.execute(_CHOSEN.format(where=where)).fetchall())
    except duckdb.Error as error:
        with errors_named(storage.shown):
            _raise_refusal(str(error))
        said = str(error).splitlines()[0].rstrip("!")
        if ".parquet" in said:
            raise Damaged(f"{storage.shown}: a partition that is not whole ({said})") from error
        raise WrongUse(
            f"--where {where}: {said}; wanted SQL on the columns of articles, as \"site = 'www.jzrb.com'\""
        ) from error
    finally:
        conn.close()


def _raise_refusal(said: str) -> None:
    """Raise what a bucket said, if DuckDB tells it: it gives the traceback of the file system, which is in Python."""
    if _TRACEBACK not in said:
        return
    lines = said.partition(_TRACEBACK)[2].partition("\nLINE 1:")[0].splitlines()
    kind, _, words = next(line for line in reversed(lines) if line.strip()).partition(": ")
    raise PermissionError(words) if kind.endswith("PermissionError") else OSError(words or kind)


def tables(conn: Any, storage: Storage, manifest: Manifest) -> None:
    """Add the tables of a lake to a connection of DuckDB, as views under their names."""
    fs = storage.filesystem()
    if "://" in storage.address and "file" not in fs.protocol:
        conn.register_filesystem(fs)
    for table in schema.TABLES:
        files = [storage.local(name) for name in manifest.partitions if name.startswith(f"{table}/")]
        quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        if files:
            conn.execute(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{quoted}], hive_partitioning = true)"
            )
        else:
            names = ", ".join(f"NULL AS {name}" for name in (*schema.SCHEMAS[table].names, "day"))
            conn.execute(f"CREATE VIEW {table} AS SELECT {names} WHERE false")


def _batches(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]


def _write(address: str, rows: list[tuple[Any, ...]], out: BinaryIO, result: Cut) -> None:
    try:
        found = iter(pieces(address, _spans(rows)))
    except ArchiveError as error:
        _without(address, rows, error, out, result)
        return
    for _, offset, _, request, request_length, record_id in rows:
        asked = next(found) if request is not None and request_length else b""
        answered = next(found)
        if not _is_record(answered, address, record_id):
            result.lacking += 1
            result.missing.append(
                f"{address} at byte {offset}: no longer the record {record_id} that the lake read"
            )
            continue
        for piece in (asked, answered):
            if piece:
                out.write(piece if piece.startswith(MAGIC) else packed(piece))
        result.records += 1


def _spans(rows: list[tuple[Any, ...]]) -> list[tuple[int, int]]:
    """The bytes of each record, those of its request before those of its response."""
    spans = []
    for _, offset, length, request, request_length, _ in rows:
        if request is not None and request_length:
            spans.append((request, request + request_length))
        spans.append((offset, offset + length))
    return spans


def _without(
    address: str, rows: list[tuple[Any, ...]], error: ArchiveError, out: BinaryIO, result: Cut
) -> None:
    """Write the records of a file that is shorter than it was, as far as it goes; the others lack, one line for all."""
    try:
        size = about(address)[0] or 0
    except (ArchiveError, OSError):
        size = 0
    left = [row for row in rows if all(end <= size for _, end in _spans([row]))]
    if len(left) == len(rows):
        left = []
    elif size:
        error = Damaged(f"{address}: ends at byte {size:,}, before records that the lake read")
    result.lacking += len(rows) - len(left)
    if str(error) not in result.missing[-1:]:  # once for a file, not for each batch
        result.missing.append(str(error))
    if left:
        _write(address, left, out, result)


def _is_record(piece: bytes, address: str, record_id: str) -> bool:
    """Whether some bytes begin with a whole record of this id."""
    found = next(records_in(BytesIO(piece), address), None)
    return isinstance(found, Record) and found.ref.record_id == record_id and not found.losses
