"""A file that is written completely or not at all: written under another name, made durable, renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged, WrongUse
from archive.record.files import sync_folder


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to; it gets the name `path` when the block ends without an exception.

    Raises WrongUse if no file can be made there, Damaged if writing fails.
    """
    if path.is_dir():
        raise WrongUse(f"{path}: is a folder; name a file in it")
    being_written = path.with_name(f"{path.name}.part")
    try:
        file = being_written.open("w+b")
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        being_written.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Damaged(f"{path}: {error.strerror}; nothing was written there") from error
    finally:
        being_written.unlink(missing_ok=True)
