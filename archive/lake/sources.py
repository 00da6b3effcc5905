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
from archive.lake.storage import reason, told

_LISTS = (".paths", ".paths.gz", ".paths.txt")


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
    with told(address):
        fs, path = fsspec.url_to_fs(address)
        return fs.open(
            path, "rb", **({} if _is_path(address) else {"cache_type": "readahead", "block_size": 4 << 20})
        )


def pieces(address: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """The bytes of a file from each start to each end, fetched together if the storage can do it."""
    with told(address):
        fs, path = fsspec.url_to_fs(address)
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        content: list[bytes] = fs.cat_ranges([path] * len(spans), starts, ends, on_error="raise")
        return content


def _is_path(address: str) -> bool:
    return "://" not in address and "::" not in address


def _named(argument: str, base: str) -> Iterator[str]:
    if argument.endswith(_LISTS):
        yield from _listed(argument, base)
    elif _is_path(argument) and not any(mark in argument for mark in "*?["):
        yield str(Path(argument).absolute())
    elif "*" in argument and not argument.startswith("http"):
        with told(argument):
            fs, pattern = fsspec.url_to_fs(argument)
            matching = sorted(fs.glob(pattern))
        if not matching:
            with told(argument):
                raise FileNotFoundError(argument)
        yield from (path if _is_path(argument) else fs.unstrip_protocol(path) for path in matching)
    else:
        yield argument


def _listed(address: str, base: str) -> Iterator[str]:
    """The files in a list, one on each line, relative to `base`, or else to the root of the list's own address."""
    with told(address), opened(address) as file:
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
        yield str(Path(whole).absolute()) if _is_path(whole) else whole


def _root(address: str) -> str:
    if _is_path(address):
        return str(Path(address).absolute().parent)
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _size(address: str) -> int:
    with told(address):
        fs, path = fsspec.url_to_fs(address)
        about = fs.info(path)
        if about.get("type") == "directory":
            raise IsADirectoryError("a folder; name the WARC files in it")
        return int(about.get("size") or 0)
