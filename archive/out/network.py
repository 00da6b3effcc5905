"""The network of hosts and all descents as Parquet files, for DuckDB, pandas and R."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import BinaryIO

from archive.errors import WrongUse
from archive.grouping.network import HostWay

_CHUNK = 5000
WAY_COLUMNS = {
    "from_site": "string",
    "to_site": "string",
    "copies": "int64",
    "credited_percent": "int64",
    "median_delay_hours": "float64",
}
DESCENT_COLUMNS = {
    "story_id": "int64",
    "article_id": "int64",
    "parent_id": "int64",
    "certainty": "float64",
    "runner_up_id": "int64",
    "not_held": "int64",
    "beyond_id": "int64",
    "credited": "int64",
    "site": "string",
    "parent_site": "string",
    "published_at": "string",
    "published_precision": "string",
    "parent_published_at": "string",
    "parent_precision": "string",
    "source": "string",
    "script": "string",
    "url": "string",
    "evidence": "string",
}


def write_ways(found: Iterable[HostWay], file: BinaryIO) -> int:
    """Write a row for each pair of hosts. Returns the number of rows. Raises WrongUse without pyarrow."""
    return _write((asdict(way) for way in found), WAY_COLUMNS, file)


def write_descents(found: Iterable[dict[str, object]], file: BinaryIO) -> int:
    """Write a row for each descent. Returns the number of rows. Raises WrongUse without pyarrow."""
    return _write(found, DESCENT_COLUMNS, file)


def _write(rows: Iterable[dict[str, object]], columns: dict[str, str], file: BinaryIO) -> int:
    """Write the rows as Parquet. Returns the number of rows. Raises WrongUse without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise WrongUse("lineage: Parquet wants the extra: pip install 'zhuanzai[parquet]'") from error
    schema = pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in columns.items()])
    left = iter(rows)
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while chunk := list(islice(left, _CHUNK)):
            writer.write_table(pyarrow.Table.from_pylist(chunk, schema))
            count += len(chunk)
    return count
