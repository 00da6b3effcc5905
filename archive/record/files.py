"""WARC files on disk: their names while open and when closed, their sizes, cutting and fsync."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.remote.files import RemoteFile, WarcFile, is_remote

IMPORTED = "import-"  # begins the names of copies of other tools' files
OPEN = ".open"  # suffix of the file being written; renamed away on close, as warcprox and Heritrix do


@dataclass(frozen=True, slots=True)
class Extent:
    """The durable extent of a file: `size` bytes are on the disk and hold `records` records, warcinfo included.

    `ours` is False for files of other tools. There, size and records count what was taken in.
    """

    file: str
    size: int
    records: int
    sealed: bool
    ours: bool = True


def locate(folder: Path, file: str) -> Path | RemoteFile:
    """The place of a WARC: its path in the folder, closed or still open; an absolute path or an address is one."""
    return RemoteFile(file) if is_remote(file) else path_of(folder, file)


def is_elsewhere(file: str) -> bool:
    """Whether a WARC lies outside the archive's folder, at a path or an address, where it may be removed."""
    return "/" in file


def path_of(folder: Path, file: str) -> Path:
    """The path of a WARC in its folder, closed or still open; an absolute name is already a path."""
    path = folder / file
    being_written = path.with_name(path.name + OPEN)
    return being_written if not _is_there(path) and _is_there(being_written) else path


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the disk allows
        return False


def open_file(path: WarcFile) -> BinaryIO:
    """A file, opened for reading: also one that the run that writes it has closed since its path was found."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return _closed(path).open("rb")


def size_of(path: WarcFile) -> int:
    """The size of a file: also of one that was closed since its path was found."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return _closed(path).stat().st_size


def bytes_of(paths: Iterable[Path]) -> int:
    """The size of files together; one that is gone by now has none."""
    size = 0
    for path in paths:
        with suppress(FileNotFoundError):
            size += size_of(path)
    return size


def _closed(path: WarcFile) -> WarcFile:
    """The path that a file has when it is closed; a name loses `.open`, and that is its only change."""
    return path.with_suffix("") if isinstance(path, Path) and path.suffix == OPEN else path


def is_foreign(file: str) -> bool:
    """Whether a WARC was made by another tool. It is read at its own place, or was copied into warc/."""
    return file.startswith(("/", IMPORTED)) or is_remote(file)


def cut(path: Path, size: int) -> None:
    """Cut a file to its first `size` bytes and wait until the disk has done so."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until the disk holds a file, whoever wrote it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def seal(path: Path) -> Path:
    """Take the `.open` off a file's name for good; the new path."""
    if path.suffix != OPEN:
        return path
    final = path.with_suffix("")
    path.rename(final)
    sync_folder(path.parent)
    return final


def sync_folder(folder: Path) -> None:
    """Wait until the folder's file names are on the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
