"""The WARC files of a lake: local files, objects in buckets, and lists such as Common Crawl's; each is read once."""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import fsspec

from archive.errors import ArchiveError
from archive.lake.storage import UnreachableError, errors_named, is_of_transfer, reason

_LISTS = (".paths", ".paths.gz", ".paths.txt")
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class WarcAddress:
    """A WARC file: its address, and its size in bytes when it was found."""

    address: str
    size: int

    @property
    def key(self) -> str:
        """The file's key, from its address and size; a file that grew has another key."""
        return sha256(f"{self.address} {self.size}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(slots=True)
class FoundFiles:
    """The files found, and a line for each file that is missing or was named twice."""

    sources: list[WarcAddress] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def found(arguments: Iterable[str], base: str = "") -> FoundFiles:
    """The files that addresses, patterns and lists name, sorted; `base` is put before the lines of lists."""
    result = FoundFiles()
    named: set[str] = set()
    for argument in arguments:
        try:
            addresses = list(_named(argument, base))
        except ArchiveError as error:
            result.missing.append(str(error))
            continue
        for address in addresses:
            if address in named:
                result.notes.append(f"{address}: named twice, read once")
                continue
            named.add(address)
            try:
                result.sources.append(WarcAddress(address, _size(address)))
            except ArchiveError as error:
                result.missing.append(str(error))
    result.sources.sort(key=lambda source: source.address)
    return result


def opened(address: str) -> Any:
    """The file at an address, opened for reading at any offset; a remote file is fetched ahead in order."""
    with errors_named(address):
        fs, path = fsspec.url_to_fs(address)
        if is_path(address):
            return fs.open(path, "rb")
        return _Fetched(fs.open(path, "rb", cache_type="readahead", block_size=4 << 20))


class _Fetched:
    """A remote file; the errors of its transfer are OSErrors, as those of a disk."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Fetched":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`. Raises OSError."""
        try:
            found: bytes = self._file.read(size)
        except Exception as error:
            if is_of_transfer(error):
                raise OSError(f"the transfer broke off ({reason(error)})") from error
            raise
        return found


def pieces(address: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """The bytes of a file from each start to each end, fetched together if the storage can do it.

    Raises UnreachableError if a web server sends the whole file instead.
    """
    with errors_named(address):
        fs, path = fsspec.url_to_fs(address)
        content: list[bytes] = []
        for few in (
            spans[:1],
            spans[1:],
        ):  # one alone: whole files in place of many ranges would fill the memory
            starts, ends = [start for start, _ in few], [end for _, end in few]
            found = fs.cat_ranges([path] * len(few), starts, ends, on_error="raise") if few else []
            if any(len(piece) > end - start for piece, (start, end) in zip(found, few, strict=True)):
                raise UnreachableError(
                    f"{address}: its server sends no byte ranges; build the lake from a copy of the file"
                )
            content += found
        return content


def is_path(address: str) -> bool:
    """Whether an address is a path of this machine."""
    return "://" not in address and "::" not in address


def _named(argument: str, base: str) -> Iterator[str]:
    if argument.endswith(_LISTS):
        yield from _listed(argument, base)
    elif is_path(argument) and (Path(argument).exists() or not _PATTERN.intersection(argument)):
        yield str(Path(argument).absolute())
    elif not argument.startswith("http") and _PATTERN.intersection(argument):
        with errors_named(argument):
            fs, pattern = fsspec.url_to_fs(argument)
            matching = sorted(fs.glob(pattern))
        if not matching:
            with errors_named(argument):
                raise FileNotFoundError(argument)
        yield from (path if is_path(argument) else fs.unstrip_protocol(path) for path in matching)
    else:
        yield argument


def _listed(address: str, base: str) -> Iterator[str]:
    """The files in a list, one on each line, relative to `base`, or else to the root of the list's own address."""
    with errors_named(address), opened(address) as file:
        content = file.read()
        try:
            lines = (
                (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
                .decode()
                .split("\n")
            )
        except (EOFError, zlib.error, UnicodeDecodeError) as error:
            raise OSError(f"no whole list of paths ({reason(error)})") from error
    root = base or _root(address)
    for line in filter(None, map(str.strip, lines)):
        whole = line if "://" in line or line.startswith("/") else f"{root.rstrip('/')}/{line}"
        yield str(Path(whole).absolute()) if is_path(whole) else whole


def _root(address: str) -> str:
    if is_path(address):
        return str(Path(address).absolute().parent)
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _size(address: str) -> int:
    with errors_named(address):
        fs, path = fsspec.url_to_fs(address)
        about = fs.info(path)
        if about.get("type") == "directory":
            raise IsADirectoryError("a folder; name the WARC files in it")
        return int(about.get("size") or 0)
