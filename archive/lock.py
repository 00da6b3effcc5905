"""One writer an archive: a lock that the kernel releases when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import Busy


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

    Raises Busy, naming the process that holds it. Source: flock(2).
    """
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown process"
            raise Busy(
                f"{folder}: another run ({holder}) is writing to this archive; try again later"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"pid {os.getpid()}")
        file.flush()
        yield
