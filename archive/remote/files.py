"""Files that are read where they lie, by byte ranges: of this machine, of a web server, in a bucket."""

import errno
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, cast
from urllib.parse import unquote

from archive.errors import WrongUse
from archive.remote.errors import UnreachableError, errors_named, errors_of_a_disk, without_password
from archive.remote.servers import answering, options_for

_LEAST, _MOST = 64 << 10, 4 << 20
"""Bytes that are fetched at once: few at a new place, more and more while reading goes on in order."""
_FOLDER = "a folder; name the WARC files in it"
_UNKNOWN_LENGTH = "its server does not say how long it is"
_NO_RANGES = "its server sends no byte ranges"


class Sized(Protocol):
    """What is asked of a file's stat()."""

    @property
    def st_size(self) -> int:
        """Its length in bytes."""
        ...


class WarcFile(Protocol):
    """A file that can be opened for reading at any offset: a pathlib.Path, or a RemoteFile."""

    @property
    def name(self) -> str:
        """Its name without folders."""
        ...

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """The file, opened. Raises OSError."""
        ...

    def stat(self) -> Sized:
        """Its size. Raises OSError."""
        ...

    def exists(self) -> bool:
        """Whether it is there. Raises OSError where that cannot be known."""
        ...


@dataclass(frozen=True, slots=True)
class Size:
    """The part of a stat() that a storage knows."""

    st_size: int


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at an address. It can be sent to workers of a cluster, which open it themselves."""

    address: str

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """The last part of the address, without what follows a question mark."""
        return unquote(self.address.partition("?")[0].rstrip("/").rpartition("/")[2])

    def open(self, _mode: Literal["rb"] = "rb", /) -> BinaryIO:
        """The file, for reading at any offset; only what is asked for is fetched. Raises OSError."""
        return opened(self.address)

    def stat(self) -> Size:
        """Its size. Raises OSError, also where the storage does not say."""
        size = about(self.address)[0]
        if size is None:
            raise OSError(errno.ENOTSUP, _UNKNOWN_LENGTH)
        return Size(size)

    def exists(self) -> bool:
        """Whether it is there. Raises OSError where its storage does not answer."""
        try:
            about(self.address)
        except FileNotFoundError:
            return False
        return True


def is_remote(name: str) -> bool:
    """Whether a file's name is an address that is no path of this machine."""
    return "://" in name and not name.startswith("/")


def at_address(address: str) -> Path | RemoteFile:
    """The file at a path or an address."""
    return RemoteFile(address) if is_remote(address) else Path(address)


def opened(address: str) -> BinaryIO:
    """The file at an address, for reading at any offset. Raises OSError.

    A server that sends no byte ranges is read from the beginning in order, and no other way.
    """
    if not is_remote(address):
        return Path(address).open("rb")
    with answering(address):
        fs, path = storage_of(address)
        file = fs.open(path, "rb", cache_type="none")
    return cast(BinaryIO, io.BufferedReader(_Fetched(address, file), buffer_size=1))


def about(address: str) -> tuple[int | None, str]:
    """A file's size, None where its server does not say, and its version: what the storage says that changes with it.

    Raises OSError.
    """
    if not is_remote(address):
        with errors_of_a_disk():
            found = Path(address).stat()
            if Path(address).is_dir():
                raise IsADirectoryError(errno.EISDIR, _FOLDER)
        return found.st_size, str(found.st_mtime_ns)
    with answering(address):
        fs, path = storage_of(address)
        known = fs.info(path)
        if known.get("type") == "directory":
            raise IsADirectoryError(errno.EISDIR, _FOLDER)
        size = known.get("size")
        version = next((str(known[name]) for name in _VERSIONS if known.get(name)), "")
    return None if size is None else int(size), version


_VERSIONS = ("ETag", "etag", "Last-Modified", "LastModified", "mtime", "created")


def pieces(address: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """The bytes of a file from each start to each end, fetched together if the storage can do it.

    Raises UnreachableError if a web server sends the whole file instead.
    """
    with errors_named(address):
        fs, path = storage_of(address)
        content: list[bytes] = []
        for few in (
            spans[:1],
            spans[1:],
        ):  # one alone: whole files in place of many ranges would fill the memory
            starts, ends = [start for start, _ in few], [end for _, end in few]
            found = fs.cat_ranges([path] * len(few), starts, ends, on_error="raise") if few else []
            if any(len(piece) > end - start for piece, (start, end) in zip(found, few, strict=True)):
                raise UnreachableError(f"{without_password(address)}: {_NO_RANGES}; take a copy of the file")
            content += found
        return content


def storage_of(address: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it."""
    try:
        import fsspec
    except ImportError as error:
        raise WrongUse(
            f"{without_password(address)}: fsspec is not installed; pip install 'zhuanzai[cluster]'"
        ) from error
    fs, path = fsspec.url_to_fs(address, **options_for(address))
    return fs, path


class _Fetched(io.RawIOBase):
    """An opened file of a storage. Its errors are OSErrors; what comes short of its length is one, too."""

    def __init__(self, address: str, file: Any) -> None:
        self._address = address
        self._file = file
        self._size: int | None = getattr(file, "size", None)
        self._at = 0
        self._begin, self._held = 0, b""
        self._ahead = _LEAST
        self._is_stream = self._size is None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END and self._size is None:
            raise OSError(errno.ENOTSUP, _UNKNOWN_LENGTH)
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size or 0}[whence]
        self._at = origin + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        begin = self._at - self._begin
        if not 0 <= begin < len(self._held):
            self._held, self._begin, begin = self._fetch(len(buffer)), self._at, 0
        content = self._held[begin : begin + len(buffer)]
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _fetch(self, asked: int) -> bytes:
        """The bytes from here on, at least `asked` of them where the file has so many."""
        self._ahead = min(self._ahead * 2, _MOST) if self._is_in_order else _LEAST
        wanted = max(asked, self._ahead)
        if self._size is not None:
            wanted = min(wanted, max(self._size - self._at, 0))
        if not wanted:
            return b""
        with errors_of_a_disk():
            found = self._streamed(wanted) if self._is_stream else self._ranged(wanted)
        if self._size is not None and len(found) < wanted and not (self._is_stream and found):
            raise OSError(errno.EIO, f"it ends at byte {self._at + len(found):,} of {self._size:,}")
        return found

    @property
    def _is_in_order(self) -> bool:
        """Whether what is asked for follows on what was fetched last."""
        return self._at == self._begin + len(self._held)

    def _ranged(self, wanted: int) -> bytes:
        self._file.seek(self._at)
        try:
            return bytes(self._file.read(wanted))
        except ValueError:  # fsspec: an answer to a range that is none
            self._begin_stream()
            return self._streamed(wanted)

    def _begin_stream(self) -> None:
        """Read from the beginning on, in one transfer: the server sends no ranges."""
        self._file.close()
        fs, path = storage_of(self._address)
        self._file = fs.open(path, "rb", block_size=0)
        self._is_stream = True
        left = self._at
        while left and self._is_in_order:
            passed = len(self._file.read(min(left, _MOST)))
            if not passed:
                return
            left -= passed

    def _streamed(self, wanted: int) -> bytes:
        if not self._is_in_order:
            raise OSError(errno.ENOTSUP, _NO_RANGES)
        return bytes(self._file.read(wanted))
