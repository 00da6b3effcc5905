"""The lock that lets one writer into an archive; the kernel releases it when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import Busy, Damaged


def is_held(folder: Path) -> bool:
    """Whether some process holds the archive for writing now."""
    try:
        with (folder / "lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the archive at `folder` for writing.

    Raises Busy, naming the process that holds it, and Damaged where the disk refuses. Source: flock(2).
    """
    try:
        file = (folder / "lock").open("a+b", buffering=0)
    except OSError as error:
        raise Damaged(f"{folder / 'lock'}: {error.strerror}; the archive cannot be written") from error
    with file:
        try:
            _take(file)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().decode("utf-8", "replace").strip() or "unknown process"
            raise Busy(
                f"{folder}: another run ({holder}) is writing to this archive; try again later"
            ) from error
        with suppress(OSError):  # a full disk: the lock holds without a name in it
            file.seek(0)
            file.truncate()
            file.write(b"pid %d" % os.getpid())
        yield


def _take(file: BinaryIO) -> None:
    """Take the lock for writing. Raises BlockingIOError where a writer has it.

    One that only asks (is_held) has a share of the lock for a moment. That keeps no run out.
    """
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
