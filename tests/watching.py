"""Waiting for what another process writes: Linux tells of each change in its folders, and of its end."""

import ctypes
import os
import select
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_LINUX = ctypes.CDLL(None, use_errno=True)
# inotify(7): modified, closed after writing, moved, created, deleted
_CHANGES = 0x2 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200


def until(has_come: Callable[[], bool], pid: int, *folders: Path) -> bool:
    """Wait for a moment that shows itself in these folders; False where the process ends before it.

    Whether it has come is asked at once, and after each change: a folder is watched before it is looked into.
    """
    changes, end = _LINUX.inotify_init(), os.pidfd_open(pid)
    try:
        while True:
            for folder in folders:
                _watch(changes, folder)
            if has_come():
                return True
            ready, _, _ = select.select([changes, end], [], [])
            if end in ready:
                return False
            os.read(changes, 1 << 16)
    finally:
        os.close(changes)
        os.close(end)


def text_of(path: Path) -> str:
    """What a file holds, nothing where there is none: asked once, as its writer may delete it at any moment."""
    with suppress(FileNotFoundError):
        return path.read_text("utf-8", "replace")
    return ""


def bytes_in(folder: Path) -> int:
    """The size of a folder's files together; what is gone by now has none."""
    size = 0
    with suppress(FileNotFoundError):  # of the folder
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                size += path.stat().st_size
    return size


def _watch(changes: int, folder: Path) -> None:
    """Watch a folder and those below it; one that is watched already stays so."""
    for path, _, _ in os.walk(folder):
        _LINUX.inotify_add_watch(changes, os.fsencode(path), _CHANGES)
