"""The WARC files that a person names: by paths, patterns, addresses, and lists such as Common Crawl's; each once."""

import errno
import glob
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.remote.errors import UnreachableError, errors_named, reason, without_password
from archive.remote.files import about, is_remote, opened, storage_of

AT_ONCE = 16
"""Files whose sizes are asked for at a time: a list of Common Crawl names 90,000."""
_LISTS = (".paths", ".paths.gz", ".paths.txt")
_LIST_BYTES = 64 << 20  # of its lines: 90,000 of Common Crawl take 13 MB
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class WarcAddress:
    """A WARC file: its address, its size in bytes when it was found (0 where unknown), and what names its version."""

    address: str
    size: int
    version: str = ""

    @property
    def key(self) -> str:
        """The file's key, from its address and size; a file that grew has another key."""
        return sha256(f"{self.address} {self.size}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(slots=True)
class FoundFiles:
    """The files found, in the order named, and a line for each file that is missing or was named twice."""

    sources: list[WarcAddress] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def found(arguments: Iterable[str], base: str = "") -> FoundFiles:
    """The files that paths, addresses, patterns and lists name; `base` is put before the lines of lists."""
    result = FoundFiles()
    named: dict[str, None] = {}
    for argument in arguments:
        try:
            addresses = list(_named(argument, base))
        except ArchiveError as error:
            result.missing.append(str(error))
            continue
        for address in addresses:
            if address in named:
                result.notes.append(f"{without_password(address)}: named twice, read once")
            named[address] = None
    with ThreadPoolExecutor(AT_ONCE) as asking:
        for source in asking.map(_source, named):
            if isinstance(source, WarcAddress):
                result.sources.append(source)
            else:
                result.missing.append(source)
    return result


def is_one_file(argument: str) -> bool:
    """Whether an argument is a path of this machine: no address, no pattern that must be looked up, and no list."""
    return is_path(argument) and not argument.endswith(_LISTS) and not _is_pattern(argument)


def is_path(address: str) -> bool:
    """Whether an address is a path of this machine."""
    return "://" not in address and "::" not in address


def has_password(address: str) -> bool:
    """Whether an address holds a user's name or password."""
    return without_password(address) != address


def _named(argument: str, base: str) -> Iterator[str]:
    if argument.endswith(_LISTS):
        yield from _listed(argument, base)
    elif argument.startswith("file://"):
        yield from _named(_local(argument), base)
    elif is_path(argument):
        yield from _matching(argument) if _is_pattern(argument) else [str(Path(argument).resolve())]
    elif not argument.startswith("http") and _PATTERN.intersection(argument):
        with errors_named(argument):
            fs, pattern = storage_of(argument)
            found = fs.glob(pattern, detail=True)
            matching = _of_pattern(argument, sorted(found), lambda path: found[path]["type"] == "directory")
        yield from map(fs.unstrip_protocol, matching)
    else:
        yield argument


def _is_pattern(path: str) -> bool:
    return bool(_PATTERN.intersection(path)) and not Path(path).exists()


def _matching(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - a whole path, relative or not
    with errors_named(pattern):
        return [str(Path(path).resolve()) for path in _of_pattern(pattern, found, os.path.isdir)]


def _of_pattern(pattern: str, found: list[str], is_folder: Callable[[str], bool]) -> list[str]:
    """What a pattern names: `**` names files at any depth, and folders only on the way to them."""
    named = [path for path in found if not ("**" in pattern and is_folder(path))]
    if not named:
        raise FileNotFoundError(pattern)
    return named


def _local(address: str) -> str:
    """The path of a file:// address."""
    with errors_named(address):
        return str(storage_of(address)[1])


def _listed(address: str, base: str) -> Iterator[str]:
    """The files in a list, one on each line, relative to `base`, or else to the root of the list's own address.

    A list of the web is not trusted with files of this machine, nor with those of other hosts.
    """
    with errors_named(address), opened(address) as file:
        try:
            lines = _unpacked(file.read(_LIST_BYTES + 1)).decode("utf-8-sig").split("\n")
        except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
            raise OSError(errno.EIO, f"no whole list of paths ({reason(error)})") from error
        if not any(map(str.strip, lines)):
            raise OSError(errno.EIO, "a list of paths without a path in it")
    root = (base or _root(address)).rstrip("/")
    is_trusted = not is_remote(address)
    for line in filter(None, map(str.strip, lines)):
        is_whole = "://" in line or (is_trusted and line.startswith("/"))
        whole = line if is_whole else f"{root}/{line.lstrip('/')}"
        if not is_trusted and (not whole.startswith(f"{root}/") or ".." in whole.split("/")):
            shown, top = without_password(address), without_password(root)
            raise UnreachableError(
                f"{shown}: its line {line!r} leads out of {top}; save the list, and name it here"
            )
        path = _local(whole) if whole.startswith("file://") else whole
        yield str(Path(path).resolve()) if is_path(path) else path


def _unpacked(content: bytes) -> bytes:
    """The lines of a list: plain, or gzip of any number of members, as `cat a.paths.gz b.paths.gz` leaves them."""
    if content.startswith(b"\x1f\x8b"):
        try:
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(_LIST_BYTES + 1)
        except EOFError as error:
            raise EOFError("it is cut short") from error
    if len(content) > _LIST_BYTES:
        raise OSError(errno.EFBIG, f"a list of more than {_LIST_BYTES >> 20} MiB")
    return content


def _root(address: str) -> str:
    if not is_remote(address):
        return str(Path(address).absolute().parent)
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _source(address: str) -> WarcAddress | str:
    """The file at an address, or the line that says why there is none."""
    try:
        with errors_named(address):
            size, version = about(address)
    except ArchiveError as error:
        return str(error)
    return WarcAddress(address, size or 0, version)
