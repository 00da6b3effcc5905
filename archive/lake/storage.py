"""Storage by fsspec: a folder or a bucket, in which a file is complete or does not exist."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archive.errors import Busy, Damaged
from archive.remote import errors
from archive.remote.files import storage_of

ROWS = 1 << 15
"""Rows of a Parquet row group, the smallest part that a read of a range fetches."""

Bounds = Mapping[str, tuple[Any, Any]]
Among = Mapping[str, pa.Array]

OWNER = "_work/owner"
"""The mark of the build that has a bucket."""

_OF_PARQUET = ("CRC", "thrift")
"""Words of the errors that pyarrow raises as OSError where a page is not what was written."""


@contextmanager
def errors_named(address: str) -> Iterator[None]:
    """Turn the errors of a storage into errors of zhuanzai: one line that names the address.

    Raises WrongUse for a missing file, Damaged for a broken table, UnreachableError for the rest.
    """
    with errors.errors_named(address):
        try:
            yield
        except (pa.ArrowInvalid, OSError) as error:
            if isinstance(error, OSError) and not any(word in str(error) for word in _OF_PARQUET):
                raise
            raise Damaged(f"{address}: no whole Parquet file ({errors.reason(error)})") from error


@dataclass(frozen=True, slots=True)
class Storage:
    """The files below one address; a file's name is the rest of its path."""

    address: str

    def at(self, name: str) -> "Storage":
        """The storage of a folder below this address."""
        return Storage(f"{self.address.rstrip('/')}/{name}")

    @property
    def shown(self) -> str:
        """The address for messages."""
        return self.address

    def names(self, pattern: str = "**") -> list[str]:
        """The names of the files that match a pattern, sorted."""
        fs, root = self._fs()
        with errors_named(self.address):
            fs.invalidate_cache()
            found = fs.glob(f"{root}/{pattern}")
            return sorted(path[len(root) + 1 :] for path in found if fs.isfile(path))

    def sizes(self, folder: str) -> dict[str, int]:
        """The size in bytes of each file below a folder, by name."""
        fs, root = self._fs()
        with errors_named(f"{self.address}/{folder}"):
            fs.invalidate_cache()
            found = fs.find(f"{root}/{folder}", detail=True)
            return {path[len(root) + 1 :]: int(about["size"]) for path, about in found.items()}

    def has(self, name: str) -> bool:
        """Whether a file exists."""
        fs, root = self._fs()
        with errors_named(f"{self.address}/{name}"):
            fs.invalidate_cache()
            return bool(fs.exists(f"{root}/{name}"))

    def get(self, name: str) -> bytes:
        """The whole content of a file."""
        fs, root = self._fs()
        with errors_named(f"{self.address}/{name}"):
            found: bytes = fs.cat_file(f"{root}/{name}")
            return found

    def put(self, name: str, content: bytes) -> None:
        """Write a file; no reader sees a part of it."""
        fs, root = self._fs()
        path = f"{root}/{name}"
        with errors_named(f"{self.address}/{name}"):
            if not _is_local(fs):  # an object exists only when it was sent completely
                fs.pipe_file(path, content)
                return
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - fsspec names paths by text
            beside = f"{path}.{os.getpid()}.part"
            with open(beside, "wb") as file:  # noqa: PTH123
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)  # noqa: PTH105

    def move(self, source: str, target: str) -> None:
        """Rename a file; a file with the new name is replaced."""
        fs, root = self._fs()
        with errors_named(f"{self.address}/{target}"):
            if _is_local(fs):
                os.makedirs(os.path.dirname(f"{root}/{target}"), exist_ok=True)  # noqa: PTH103, PTH120
                os.replace(f"{root}/{source}", f"{root}/{target}")  # noqa: PTH105
                return
            fs.copy(f"{root}/{source}", f"{root}/{target}")
            fs.rm(f"{root}/{source}")

    def remove(self, name: str) -> None:
        """Remove a file or a folder, if it exists."""
        fs, root = self._fs()
        with errors_named(f"{self.address}/{name}"):
            fs.invalidate_cache()
            if fs.exists(f"{root}/{name}"):
                fs.rm(f"{root}/{name}", recursive=True)

    def prepare(self) -> None:
        """Make the folder. Raises UnreachableError if it cannot be written to."""
        self.put("_work/.writable", b"")
        self.remove("_work/.writable")

    def tidy(self) -> None:
        """Remove the folder of a build that left nothing in it; a bucket has no folders."""
        fs, root = self._fs()
        if _is_local(fs):
            with suppress(OSError):
                os.rmdir(f"{root}/_work")  # noqa: PTH106

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Hold a prepared place for one build; the function given raises Busy where another build has taken it over.

        A folder is locked until this process ends, and a second build raises Busy at once. A bucket knows no locks: the
        build that begins last has the place, and earlier ones notice it before anything becomes visible.
        """
        fs, root = self._fs()
        if _is_local(fs):
            with self._locked(root):
                yield _nothing
            return
        mine = uuid4().hex.encode()
        self.put(OWNER, mine)

        def check() -> None:
            if not self.has(OWNER) or self.get(OWNER) != mine:
                raise Busy(f"{self.shown}: another build of this lake began after this one and has it now")

        yield check
        if self.has(OWNER) and self.get(OWNER) == mine:
            self.remove(OWNER)

    @contextmanager
    def _locked(self, folder: str) -> Iterator[None]:
        with errors_named(self.address):
            held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise Busy(f"{self.shown}: another build of this lake is under way; try again later") from error
        finally:
            os.close(held)

    def write(self, name: str, table: pa.Table, rows: int = ROWS) -> str:
        """Write a table. Returns the digest of its file. The same rows in the same order give the same bytes."""
        buffer = BytesIO()
        pq.write_table(table, buffer, compression="zstd", row_group_size=rows, write_page_checksum=True)
        content = buffer.getvalue()
        self.put(name, content)
        return sha256(content).hexdigest()

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a table, or some of its columns."""
        with errors_named(f"{self.address}/{name}"), self._opened(name) as file:
            return _parquet(file).read(columns=list(columns) if columns is not None else None)

    def read_where(
        self, name: str, columns: Sequence[str], bounds: Bounds | None = None, among: Among | None = None
    ) -> pa.Table:
        """The rows whose values lie within all `bounds`, both ends included, and `among` some values.

        Row groups outside the bounds are not read; of the others one is held at a time.
        """
        with errors_named(f"{self.address}/{name}"), self._opened(name) as file:
            parquet = _parquet(file)
            asked = list(dict.fromkeys([*columns, *(bounds or {}), *(among or {})]))
            found = [parquet.schema_arrow.empty_table().select(list(columns))]
            for group in range(parquet.num_row_groups):
                if all(_overlaps(parquet, group, *bound) for bound in (bounds or {}).items()):
                    table = parquet.read_row_group(group, columns=asked)
                    found.append(_within(table, bounds or {}, among or {}).select(list(columns)))
        return pa.concat_tables(found)

    def rows(self, name: str) -> int:
        """The number of a table's rows; the table is not read."""
        with errors_named(f"{self.address}/{name}"), self._opened(name) as file:
            return int(_parquet(file).metadata.num_rows)

    def fields(self, name: str) -> list[str]:
        """The names of a table's columns."""
        with errors_named(f"{self.address}/{name}"), self._opened(name) as file:
            return list(_parquet(file).schema_arrow.names)

    def local(self, name: str) -> str:
        """The path or address of a file, for other programs."""
        fs, root = self._fs()
        return f"{root}/{name}" if _is_local(fs) else f"{self.address.rstrip('/')}/{name}"

    def filesystem(self) -> Any:
        """The fsspec file system of this storage."""
        return self._fs()[0]

    @contextmanager
    def _opened(self, name: str) -> Iterator[Any]:
        fs, root = self._fs()
        with fs.open(f"{root}/{name}", "rb") as file:
            yield file

    def _fs(self) -> tuple[Any, str]:
        with errors_named(self.address):
            fs, root = storage_of(self.address)
            return fs, root.rstrip("/")


def _parquet(file: Any) -> pq.ParquetFile:
    """An opened table. Its pages are held against their checksums: a flipped bit made NULL of a text."""
    return pq.ParquetFile(file, page_checksum_verification=True)


def _nothing() -> None:
    """A folder is locked: no other build can have it."""


def _is_local(fs: Any) -> bool:
    return "file" in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,))


def _overlaps(parquet: pq.ParquetFile, group: int, column: str, bound: tuple[Any, Any]) -> bool:
    low, high = bound
    at = parquet.schema_arrow.get_field_index(column)
    found = parquet.metadata.row_group(group).column(at).statistics
    return found is None or not found.has_min_max or (found.max >= low and found.min <= high)


def _within(table: pa.Table, bounds: Bounds, among: Among) -> pa.Table:
    for column, (low, high) in bounds.items():
        values = table[column]
        table = table.filter(pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high)))
    for column, wanted in among.items():
        table = table.filter(pc.is_in(table[column], wanted))
    return table
