"""Copies of other tools' files under warc/: named by content, and whole on the disk before they get that name."""

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import Damaged
from archive.record.files import IMPORTED, sync_folder
from archive.record.unpacking.streams import Broken

_LONGEST_NAME = 120  # bytes; a disk allows 255, and .open or a backup's suffix come behind
LEAST_FREE_BYTES = 64 << 20
"""What a copy leaves free on the disk: the database grows too."""
_UNFIT = re.compile(r"[^\w.-]+")


def copied(pieces: Iterator[bytes], warcs: Path, name: str) -> tuple[Path, int, str]:
    """A copy of the pieces: its path, its length in bytes, and the reason why it is not complete, if it is not.

    The same content under the same name makes one copy. Raises OSError where it cannot be written.
    """
    being_written = warcs / f"{IMPORTED}{os.getpid()}.part"
    digest = hashlib.sha256()
    torn = ""
    try:
        with being_written.open("wb") as file:
            try:
                for piece in _with_room(pieces, warcs, name):
                    digest.update(piece)
                    file.write(piece)
            except Broken as broken:
                torn = str(broken)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        final = warcs / f"{IMPORTED}{digest.hexdigest()[:16]}-{fit_name(name)}"
        being_written.replace(final)
    finally:
        being_written.unlink(missing_ok=True)
    sync_folder(warcs)
    return final, size, torn


def fit_name(name: str) -> str:
    """A file name that is safe on every disk and terminal: letters, digits and `.-_`, at most 120 bytes.

    The end of the name is kept, because it shows the type of the file.
    """
    fit = _UNFIT.sub("-", unicodedata.normalize("NFC", name)).strip("-") or "warc"
    return fit.encode()[-_LONGEST_NAME:].decode("utf-8", "ignore")


@contextmanager
def laid_down(pieces: Iterator[bytes], warcs: Path, depth: int) -> Iterator[tuple[Path, str]]:
    """The pieces in a temporary file, and the reason if they are not complete; nested packages have a file each."""
    path = warcs / f"{IMPORTED}{os.getpid()}-{depth}.part"
    torn = ""
    try:
        with path.open("wb") as file:
            try:
                for piece in _with_room(pieces, warcs, path.name):
                    file.write(piece)
            except Broken as broken:
                torn = str(broken)
        yield path, torn
    finally:
        path.unlink(missing_ok=True)


def _with_room(pieces: Iterator[bytes], warcs: Path, name: str) -> Iterator[bytes]:
    """The pieces, as long as the disk has room; the sizes that a package states may be false.

    Raises Damaged where the disk has no more room; the caller then removes the written bytes.
    """
    for piece in pieces:
        free = shutil.disk_usage(warcs).free
        if free - len(piece) < LEAST_FREE_BYTES:
            raise Damaged(f"{name}: {free:,} bytes are free in {warcs}, too few for what it unpacks to")
        yield piece
