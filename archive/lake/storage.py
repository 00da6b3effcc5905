"""A place that fsspec reaches: a folder or a bucket, in which a file is there whole or not at all."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archive.errors import ArchiveError, Damaged, ExitCode, WrongUse

ROWS = 1 << 15
"""Rows of a group: what is read at once by who wants a range."""


class UnreachableError(ArchiveError):
    """A place that gives no answer, or refuses one."""

    exit_code = ExitCode.WRONG_USE


@contextmanager
def told(address: str) -> Iterator[None]:
    """What a storage raises, as one line that names the address."""
    try:
        yield
    except ArchiveError:
        raise
    except FileNotFoundError as error:
        raise WrongUse(f"{address}: no such file or bucket") from error
    except PermissionError as error:
        raise UnreachableError(f"{address}: no rights there ({reason(error)})") from error
    except pa.ArrowInvalid as error:
        raise Damaged(f"{address}: no whole Parquet file ({reason(error)})") from error
    except (OSError, ValueError, ImportError) as error:
        raise UnreachableError(f"{address}: {reason(error)}") from error
    except Exception as error:  # botocore and aiohttp have families of their own, which are no OSError
        if type(error).__module__.partition(".")[0] not in ("botocore", "aiobotocore", "aiohttp"):
            raise
        raise UnreachableError(f"{address}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


@dataclass(frozen=True, slots=True)
class Storage:
    """Files below one address, named by what follows it."""

    address: str

    def at(self, name: str) -> "Storage":
        """A folder in it."""
        return Storage(f"{self.address.rstrip('/')}/{name}")

    @property
    def shown(self) -> str:
        """The address as people write it."""
        return self.address

    def names(self, pattern: str = "**") -> list[str]:
        """The files that match, sorted."""
        fs, root = self._fs()
        with told(self.address):
            fs.invalidate_cache()
            found = fs.glob(f"{root}/{pattern}")
            return sorted(path[len(root) + 1 :] for path in found if fs.isfile(path))

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        fs, root = self._fs()
        with told(f"{self.address}/{name}"):
            fs.invalidate_cache()
            return bool(fs.exists(f"{root}/{name}"))

    def get(self, name: str) -> bytes:
        """A file whole."""
        fs, root = self._fs()
        with told(f"{self.address}/{name}"):
            found: bytes = fs.cat_file(f"{root}/{name}")
            return found

    def put(self, name: str, content: bytes) -> None:
        """Write a file: nobody sees half of it."""
        fs, root = self._fs()
        path = f"{root}/{name}"
        with told(f"{self.address}/{name}"):
            if not _is_local(fs):  # an object is there once it was sent whole
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
        """Give a file another name, over what bore it."""
        fs, root = self._fs()
        with told(f"{self.address}/{target}"):
            if _is_local(fs):
                os.makedirs(os.path.dirname(f"{root}/{target}"), exist_ok=True)  # noqa: PTH103, PTH120
                os.replace(f"{root}/{source}", f"{root}/{target}")  # noqa: PTH105
                return
            fs.copy(f"{root}/{source}", f"{root}/{target}")
            fs.rm(f"{root}/{source}")

    def remove(self, name: str) -> None:
        """Take a file or a folder away, if it is there."""
        fs, root = self._fs()
        with told(f"{self.address}/{name}"):
            fs.invalidate_cache()
            if fs.exists(f"{root}/{name}"):
                fs.rm(f"{root}/{name}", recursive=True)

    def prepare(self) -> None:
        """Make the folder. Raises UnreachableError where nothing can be written."""
        self.put("_work/.writable", b"")
        self.remove("_work/.writable")

    def write(self, name: str, table: pa.Table, rows: int = ROWS) -> str:
        """Write a table; the digest of its file. The same rows in the same order give the same bytes."""
        buffer = BytesIO()
        pq.write_table(table, buffer, compression="zstd", row_group_size=rows)
        content = buffer.getvalue()
        self.put(name, content)
        return sha256(content).hexdigest()

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table, or some of its columns."""
        with told(f"{self.address}/{name}"), self._opened(name) as file:
            return pq.ParquetFile(file).read(columns=list(columns) if columns is not None else None)

    def read_range(self, name: str, key: str, low: int, high: int, columns: Sequence[str]) -> pa.Table:
        """The rows of which `low` <= key < `high`, from the groups that may hold them; the file is sorted by key."""
        with told(f"{self.address}/{name}"), self._opened(name) as file:
            parquet = pq.ParquetFile(file)
            at = parquet.schema_arrow.get_field_index(key)
            wanted = [n for n in range(parquet.num_row_groups) if _overlaps(parquet, n, at, low, high)]
            table = parquet.read_row_groups(wanted, columns=list(columns))
        values = table[key]
        return table.filter(pc.and_(pc.greater_equal(values, low), pc.less(values, high)))

    def read_equal(self, name: str, key: str, value: str, columns: Sequence[str]) -> pa.Table:
        """The rows whose key is a text, from the groups that may hold them; the file is sorted by key."""
        with told(f"{self.address}/{name}"), self._opened(name) as file:
            parquet = pq.ParquetFile(file)
            at = parquet.schema_arrow.get_field_index(key)
            wanted = [
                n for n in range(parquet.num_row_groups) if _overlaps(parquet, n, at, value, value + "\x00")
            ]
            table = parquet.read_row_groups(wanted, columns=list(columns))
        return table.filter(pc.equal(table[key], value))

    def fields(self, name: str) -> list[str]:
        """The columns of a table."""
        with told(f"{self.address}/{name}"), self._opened(name) as file:
            return list(pq.ParquetFile(file).schema_arrow.names)

    def local(self, name: str) -> str:
        """The path or address of a file, as other programs open it."""
        fs, root = self._fs()
        return f"{root}/{name}" if _is_local(fs) else f"{self.address.rstrip('/')}/{name}"

    def filesystem(self) -> Any:
        """What fsspec has for the place."""
        return self._fs()[0]

    @contextmanager
    def _opened(self, name: str) -> Iterator[Any]:
        fs, root = self._fs()
        with fs.open(f"{root}/{name}", "rb") as file:
            yield file

    def _fs(self) -> tuple[Any, str]:
        with told(self.address):
            fs, root = fsspec.url_to_fs(self.address)
            return fs, root.rstrip("/")


def _is_local(fs: Any) -> bool:
    return "file" in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,))


def _overlaps(parquet: pq.ParquetFile, group: int, column: int, low: Any, high: Any) -> bool:
    found = parquet.metadata.row_group(group).column(column).statistics
    return found is None or not found.has_min_max or (found.max >= low and found.min < high)
