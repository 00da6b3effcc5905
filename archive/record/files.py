"""WARC files as files: their names while they are written and after, how far they reach, what the disk has of them."""

import os
from dataclasses import dataclass
from pathlib import Path

IMPORTED = "import-"  # begins the names of copies of other tools' files
OPEN = ".open"  # suffix of the file being written; renamed away on close, as warcprox and Heritrix do


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a file reaches: `size` bytes are on the disk, `records` (warcinfo included) stand in them.

    `ours` is False for files of other tools, of which those are the bytes and records taken in.
    """

    file: str
    size: int
    records: int
    sealed: bool
    ours: bool = True


def locate(folder: Path, file: str) -> Path:
    """The path of a WARC under its folder, closed or still open; an absolute name is its own path."""
    path = folder / file
    being_written = path.with_name(path.name + OPEN)
    return being_written if not _is_there(path) and _is_there(being_written) else path


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the disk allows
        return False


def is_foreign(file: str) -> bool:
    """Whether a WARC was made by another tool: read where it lies, or copied into warc/."""
    return file.startswith(("/", IMPORTED))


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
    """Wait until the disk knows the folder's names."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
